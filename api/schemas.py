"""Questions, answers and passages on the wire; see the contract in the README."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from kb.citations import as_text
from kb.types import Answer, Citation, DocumentKind, Filters, Language, Mode, ScoredChunk, Statement, Turn


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
    mode: str = Field(
        description="generated: a language model wrote of it; extractive: the documents' sentences; aside: no question."
    )
    note: str = Field(description="How the answer came about, where a reader should know; in its language.")
    withheld: int = Field(description="Statements of a language model that its sources do not bear out; not shown.")
    statements: list[StatementOut]
    leading: int = Field(
        description="How many statements are the answer itself; those behind them are what the documents say besides."
    )
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
            answer=as_text(answer.statements),
            answered=answer.answered,
            certainty=answer.certainty,
            language=answer.language,
            mode=answer.mode,
            note=answer.note,
            withheld=answer.withheld,
            statements=[StatementOut.of(s) for s in answer.statements],
            leading=len(answer.leading),
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
    further: bool = Field(description="What the documents say besides, less likely to hold the answer.")


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
