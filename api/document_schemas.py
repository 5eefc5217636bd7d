"""Documents on the wire: what is known of them, and their text."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kb.types import DocumentKind, Language, Metadata


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
