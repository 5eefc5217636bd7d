"""The wire records of what the programme team does with documents: jobs, reports, metadata."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.jobs import Job
from kb.types import DocumentKind, Language


class SourceIn(BaseModel):
    """Where a document has its facts from."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=500)
    url: str | None = Field(None, pattern=r"^https?://\S+$", max_length=2000)
    date: str | None = Field(None, max_length=30)


class ExpectedIn(BaseModel):
    """Questions that one section of the document answers."""

    model_config = ConfigDict(extra="forbid")

    section: str = Field(min_length=1, max_length=500, description="The heading of the section, as in the document.")
    questions: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(min_length=1, max_length=100)


_Words = list[str]


class MetadataIn(BaseModel):
    """What a person says of a document; what is left out stays as it is, or is taken from the file."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, max_length=500)
    kind: DocumentKind | None = None
    summary: str | None = Field(None, max_length=2000)
    sector: _Words | None = Field(None, max_length=50)
    institutions: _Words | None = Field(None, max_length=50)
    partners: _Words | None = Field(None, max_length=50)
    levels: _Words | None = Field(None, max_length=50)
    region: _Words | None = Field(None, max_length=50)
    period: str | None = Field(None, max_length=100)
    status: str | None = Field(None, max_length=100)
    date: str | None = Field(None, max_length=30)
    language: Language | None = None
    sources: list[SourceIn] | None = Field(None, max_length=50)
    questions: list[ExpectedIn] | None = Field(
        None,
        max_length=500,
        description="By section the questions that it answers, in a reader's words; they help to find it.",
    )

    def given(self) -> dict[str, Any]:
        """The fields that were given, as plain values."""
        return self.model_dump(mode="json", exclude_unset=True)


class UrlIn(BaseModel):
    """A web page to take in by its address."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://example.org/pilot"}]})

    url: str = Field(max_length=2000)
    metadata: MetadataIn = MetadataIn()


class IngestedOut(BaseModel):
    """A document that a job touched."""

    path: str
    id: str
    version: str


class FailureOut(BaseModel):
    """A file that was refused: a stable code, and why in Dutch and English."""

    path: str
    code: str
    reason: str
    reason_en: str


class WarningOut(BaseModel):
    """Something about a document that a person should look at."""

    path: str
    code: str
    message: str
    message_en: str


class ReportOut(BaseModel):
    """What a job did, file by file."""

    added: list[IngestedOut]
    replaced: list[IngestedOut]
    unchanged: list[IngestedOut]
    removed: list[IngestedOut]
    failed: list[FailureOut]
    warnings: list[WarningOut]


class ProgressOut(BaseModel):
    """How far a job is."""

    step: str = Field(description="What is being done (`lezen`, `vectoren`); empty when nothing is.")
    done: int
    total: int


class JobOut(BaseModel):
    """A piece of work that was accepted, and how it stands."""

    id: str
    kind: Literal["add", "replace", "describe", "remove", "fetch"]
    state: Literal["queued", "running", "done", "failed"]
    subject: list[str] = Field(description="The names of the files, the id of the document, or the address.")
    created: str
    finished: str | None
    progress: ProgressOut
    report: ReportOut | None

    @classmethod
    def of(cls, job: Job) -> JobOut:
        """The record on the wire."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            subject=list(job.subject),
            created=job.created,
            finished=job.finished,
            progress=ProgressOut(step=job.step, done=job.done, total=job.total),
            report=ReportOut.model_validate(job.report) if job.report else None,
        )


class JobsOut(BaseModel):
    """The latest jobs, the newest first."""

    jobs: list[JobOut]


class DocumentReportOut(BaseModel):
    """What was found in a document when it was taken in."""

    id: str
    version: str
    quarantined: bool
    described_by: str = Field(description="Where its metadata is from: `file`, `guess` or `team`.")
    inspection: dict[str, Any]
    proposal: dict[str, Any] = Field(description="Metadata guessed from the text, each with its evidence.")
    near: list[dict[str, Any]] = Field(description="Documents that were nearly the same.")
    notices: list[dict[str, str]]
