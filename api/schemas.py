"""The records on the wire; see the contract in the README."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.citations import as_text
from kb.gaps import GapGroup
from kb.journal import Week
from kb.types import Answer, Citation, DocumentKind, Filters, Language, Metadata, Mode, ScoredChunk, Statement, Turn


class TurnIn(BaseModel):
    """An earlier question of the conversation, and what was answered."""

    question: str = Field(max_length=4000)
    answer: str = Field("", max_length=40_000)


class FiltersIn(BaseModel):
    """What to narrow the search to; each list may hold several values."""

    model_config = ConfigDict(extra="forbid")

    kind: list[DocumentKind] = []
    sector: list[str] = []
    institution: list[str] = []
    level: list[str] = []

    def to_filters(self) -> Filters:
        """The same as a record of the core."""
        return Filters(tuple(self.kind), tuple(self.sector), tuple(self.institution), tuple(self.level))


class AskIn(BaseModel):
    """A question. The history is the caller's: the server keeps no conversation."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "Welke pilots zijn er in de bouw?"}]}
    )

    question: str = Field(max_length=100_000)
    history: list[TurnIn] = Field([], max_length=50)
    filters: FiltersIn = FiltersIn()
    language: Language | None = None
    mode: Mode = Field(
        "auto",
        description="Who writes: auto is a language model where one is configured, else sentences of the documents.",
    )

    def turns(self) -> tuple[Turn, ...]:
        """The history as records of the core."""
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)


class CitationOut(BaseModel):
    """An exact passage: `text[start:end] == quote` in that version of that document."""

    number: int
    document_id: str
    version: str
    title: str
    kind: DocumentKind
    section: list[str]
    page: int | None
    quote: str
    start: int
    end: int
    url: str | None = Field(description="Address of the original source, where the document names one.")
    link: str = Field(description="Where this server shows the text of that version, below its own address.")
    date: str | None = None

    @classmethod
    def of(cls, citation: Citation) -> CitationOut:
        """The record on the wire."""
        return cls(
            number=citation.number,
            document_id=citation.document_id,
            version=citation.version,
            title=citation.title,
            kind=citation.kind,
            section=list(citation.section),
            page=citation.page,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            url=citation.url,
            link=f"/api/documents/{citation.document_id}/text?version={citation.version}",
            date=citation.date,
        )


class StatementOut(BaseModel):
    """One thing the answer says, with the numbers of its citations."""

    text: str
    citations: list[int]

    @classmethod
    def of(cls, statement: Statement) -> StatementOut:
        """The record on the wire."""
        return cls(text=statement.text, citations=list(statement.citations))


class ExplanationOut(BaseModel):
    """A term and what it means, from the glossary."""

    term: str
    text: str


class AnswerOut(BaseModel):
    """A whole answer; where `answered` is false, `closest` holds what came nearest."""

    question_id: str
    answer: str = Field(description="The statements as text, with [n] after each.")
    answered: bool
    certainty: float = Field(ge=0, le=1)
    language: Language
    mode: str = Field(description="generated: a language model wrote of it; else extractive: the documents' sentences.")
    note: str = Field(description="How the answer came about, where a reader should know; in its language.")
    withheld: int = Field(description="Statements of a language model that its sources do not bear out; not shown.")
    statements: list[StatementOut]
    citations: list[CitationOut]
    closest: list[CitationOut]
    suggestions: list[str]
    understood: str = Field(description="The question as it was searched: a follow-up made whole.")
    explanations: list[ExplanationOut] = Field(description="Terms in question and answer that the glossary explains.")
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        """The record on the wire."""
        return cls(
            question_id=answer.question_id,
            answer=as_text((s.text, s.citations) for s in answer.statements),
            answered=answer.answered,
            certainty=answer.certainty,
            language=answer.language,
            mode=answer.mode,
            note=answer.note,
            withheld=answer.withheld,
            statements=[StatementOut.of(s) for s in answer.statements],
            citations=[CitationOut.of(c) for c in answer.citations],
            closest=[CitationOut.of(c) for c in answer.closest],
            suggestions=list(answer.suggestions),
            understood=answer.understood,
            explanations=[ExplanationOut(term=e.term, text=e.text) for e in answer.explanations],
            timings_ms=answer.timings_ms,
        )


class SourcesEvent(BaseModel):
    """Data of the event `sources`: the passages that may hold the answer."""

    citations: list[CitationOut]


class StatementEvent(BaseModel):
    """Data of the event `statement`, with the citations it is the first to use."""

    statement: StatementOut
    citations: list[CitationOut]


class ChunkOut(BaseModel):
    """A passage that was found."""

    score: float
    found_by: list[str]
    document_id: str
    version: str
    title: str
    section: list[str]
    page: int | None
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, hit: ScoredChunk) -> ChunkOut:
        """The record on the wire."""
        chunk = hit.chunk
        return cls(
            score=round(hit.score, 4),
            found_by=list(hit.found_by),
            document_id=chunk.document_id,
            version=chunk.version,
            title=chunk.metadata.title,
            section=list(chunk.section),
            page=chunk.page,
            start=chunk.start,
            end=chunk.end,
            text=chunk.text,
        )


class SourceOut(BaseModel):
    """Where a document has its facts from."""

    title: str
    url: str | None
    date: str | None


class ExpectedOut(BaseModel):
    """Questions that one section of a document is expected to answer."""

    section: str
    questions: list[str]


class DocumentOut(BaseModel):
    """A document with what is known of it."""

    id: str
    version: str
    title: str
    kind: DocumentKind
    summary: str | None
    sector: list[str]
    institutions: list[str]
    partners: list[str]
    levels: list[str]
    region: list[str]
    period: str | None
    status: str | None
    language: Language
    date: str | None
    sources: list[SourceOut]

    @classmethod
    def of(cls, document_id: str, version: str, metadata: Metadata) -> DocumentOut:
        """The record on the wire."""
        return cls(
            id=document_id,
            version=version,
            title=metadata.title,
            kind=metadata.kind,
            summary=metadata.summary,
            sector=list(metadata.sector),
            institutions=list(metadata.institutions),
            partners=list(metadata.partners),
            levels=list(metadata.levels),
            region=list(metadata.region),
            period=metadata.period,
            status=metadata.status,
            language=metadata.language,
            date=metadata.date,
            sources=[SourceOut(title=s.title, url=s.url, date=s.date) for s in metadata.sources],
        )


class DocumentDetail(DocumentOut):
    """A document with all versions that are kept of it."""

    versions: list[str]
    superseded: bool = Field(description="Whether a later version took the place of this one.")
    superseded_by: str | None = Field(None, description="The version that is live now, where this one is not.")
    quarantined: bool = Field(False, description="Whether it is kept out of answers until a person releases it.")
    pages: int = Field(0, description="How many pages the text stands on; 0 for a format without pages.")
    drawable: bool = Field(False, description="Whether its pages can be drawn, with a passage marked.")
    questions: list[ExpectedOut] = Field([], description="By section the questions that it is expected to answer.")


class DocumentsOut(BaseModel):
    """The live documents, and how many there are by each value of each facet."""

    documents: list[DocumentOut]
    facets: dict[str, dict[str, int]]


class TextOut(BaseModel):
    """The text that the offsets of citations point into."""

    text: str
    version: str
    superseded_by: str | None = Field(None, description="The version that is live now, where this one is not.")


class FeedbackIn(BaseModel):
    """What a reader thought of an answer."""

    model_config = ConfigDict(extra="forbid")

    question_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    verdict: Literal["up", "down"]
    comment: str | None = Field(None, max_length=2000)


class GapOut(BaseModel):
    """Questions about one thing that the documents did not answer, or whose answer was voted down."""

    id: str = Field(description="Names the group as long as its first question is kept.")
    questions: list[str] = Field(description="As they were typed, most asked first.")
    count: int
    unanswered: int
    voted_down: int
    comments: list[str] = Field(description="What readers wrote with a vote down.")
    first: str
    last: str
    closest: list[str] = Field(description="Ids of the documents that came closest when it was asked.")
    resolved_at: str | None = Field(None, description="When the team marked it as solved; it was asked again since.")
    passage: CitationOut | None = Field(None, description="What comes closest now; of the first 50 groups.")
    answered_now: bool | None = Field(None, description="Whether it would be answered now; of the first 50 groups.")

    @classmethod
    def of(cls, group: GapGroup, now: tuple[bool, tuple[Citation, ...]] | None = None) -> GapOut:
        """The record on the wire; `now`: whether it would be answered, and what comes closest."""
        misses = group.counted
        return cls(
            id=group.id,
            questions=[text for text, _ in group.questions],
            count=len(misses),
            unanswered=sum(not miss.answered for miss in misses),
            voted_down=sum(miss.voted_down for miss in misses),
            comments=[miss.comment for miss in misses if miss.comment],
            first=misses[0].asked_at.isoformat(),
            last=misses[-1].asked_at.isoformat(),
            closest=list(dict.fromkeys(i for miss in misses for i in miss.closest)),
            resolved_at=group.resolved_at.isoformat() if group.resolved_at else None,
            passage=CitationOut.of(now[1][0]) if now and now[1] else None,
            answered_now=now[0] if now else None,
        )


class WeekOut(BaseModel):
    """How much was asked in one week, and how it went."""

    monday: str
    asked: int
    answered: int
    refused: int
    voted_down: int

    @classmethod
    def of(cls, week: Week) -> WeekOut:
        """The record on the wire."""
        return cls(
            monday=week.monday.isoformat(),
            asked=week.asked,
            answered=week.answered,
            refused=week.refused,
            voted_down=week.voted_down,
        )


class GapsOut(BaseModel):
    """The open gaps, most asked first, and how much was asked."""

    gaps: list[GapOut]
    expired: int = Field(0, description="Questions without an answer of which the text is erased: only counted.")
    weeks: list[WeekOut] = []


class HealthOut(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyOut(BaseModel):
    """What can be answered now, and what is still on its way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ready": True,
                    "documents": 63,
                    "chunks": 771,
                    "method": "hybrid",
                    "model": "ready",
                    "model_message": "",
                    "vectors_pending": 0,
                    "reranker": "off",
                    "reranker_message": "",
                    "language_model": "off",
                    "language_model_failure": "",
                    "writable": True,
                    "stopping": False,
                    "database": "file",
                    "leads": True,
                }
            ]
        }
    )

    ready: bool
    documents: int
    chunks: int
    method: str = Field(description="How passages are found now: words, or hybrid.")
    model: str = Field(description="The embedding model: loading, ready, off or failed.")
    model_message: str
    vectors_pending: int
    reranker: str = Field("off", description="The cross-encoder: off, waiting, loading, ready or failed.")
    reranker_message: str = ""
    language_model: str = Field(
        "off",
        description="The language model that writes: off, untried, ok, failing (its last answer), or paused.",
    )
    language_model_failure: str = Field("", description="What went wrong with it last, as a code; empty for nothing.")
    writable: bool = Field(
        True, description="Whether the data folder takes files; where not, questions are answered on."
    )
    stopping: bool = Field(False, description="Whether the server was told to stop.")
    database: str = Field(
        "file",
        description="Where questions and jobs are noted: file (SQLite), ok (PostgreSQL), or gone (PostgreSQL that does "
        "not answer: questions are answered on, writing is refused).",
    )
    leads: bool = Field(True, description="Whether this process writes the library; of several that share it, one.")


class ErrorBody(BaseModel):
    """What went wrong: a word for programs, a sentence for people, and details where there are any."""

    code: str
    message: str
    detail: list[str] | None = None


class ErrorOut(BaseModel):
    """The shape of every error."""

    error: ErrorBody


class OpenAIErrorBody(BaseModel):
    """What went wrong, in OpenAI's words."""

    message: str
    type: str
    param: str | None = None
    code: str


class OpenAIErrorOut(BaseModel):
    """The shape of every error below `/v1/`."""

    error: OpenAIErrorBody
