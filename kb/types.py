"""The records that everything else speaks in; nothing here computes.

Every offset is a code-point offset into `Document.text`, which is Unicode NFC, and
`document.text[start:end] == quote` holds for every chunk, unit and citation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

Language = Literal["nl", "en"]
Mode = Literal["auto", "extractive", "generated"]
"""Who is asked to write the answer; `auto`: a language model where one is configured."""


class DocumentKind(StrEnum):
    """What a document is; the value is the word used on the wire."""

    PROGRAMME = "programme"
    PILOT = "pilot"
    GOOD_PRACTICE = "good_practice"
    GUIDE = "guide"
    CONCEPT = "concept"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document has its facts from."""

    title: str
    url: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedQuestions:
    """Questions that one section of a document answers, as its author expects them from readers."""

    section: str
    """The heading of the section."""
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document besides its text."""

    title: str
    kind: DocumentKind = DocumentKind.OTHER
    summary: str | None = None
    sector: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    period: str | None = None
    status: str | None = None
    language: Language = "nl"
    date: str | None = None
    sources: tuple[Source, ...] = ()
    questions: tuple[ExpectedQuestions, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page or slide: its number from 1, and where it stands in the text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of any level."""

    headings: tuple[str, ...]
    """From the outermost heading to this one; empty for text before the first heading."""
    start: int
    """Where the heading line begins."""
    body: int
    """Where the text below the heading begins; equal to `start` without a heading."""
    end: int
    ordinal: int | None = None
    """The number printed before the heading, when headings of this level are numbered."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was cleaned: one text with the places of its pages and sections."""

    id: str
    version: str
    metadata: Metadata
    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    path: str
    """Where it came from, for people: a path below the corpus folder, or a file name."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The piece of a document that is searched."""

    id: str
    document_id: str
    version: str
    start: int
    end: int
    text: str
    page: int | None
    section: tuple[str, ...]
    metadata: Metadata


class ScoredChunk(NamedTuple):
    """A chunk that was found; a higher score is better, always.

    A tuple, as hundreds are made for a question.
    """

    chunk: Chunk
    score: float
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows the search to; an empty tuple narrows nothing."""

    kind: tuple[DocumentKind, ...] = ()
    sector: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    partner: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    status: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What an answer was looked for in."""

    documents: int
    """How many documents may have held it."""
    method: str
    """`words` or `hybrid`."""
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question asks about: a word or a fixed phrase, and what may stand for it."""

    text: str
    """As it was typed (or as a typing error was mended)."""
    stems: tuple[str, ...]
    weight: float
    """How much it says, from 0 to 1."""
    alternatives: tuple[tuple[tuple[str, ...], float], ...] = ()
    """Stems of synonyms, abbreviations and translations, each with how well it stands in, from 0 to 1."""
    name: bool = False
    """Written as a name: a document that answers must know it."""
    translated: bool = False
    """A word of another language than the documents': what stands for it is searched for by parts of words as well."""
    light: bool = False
    """Predicates something general ("meedoen", "geschikt"): its absence says little."""
    noun: bool = False
    """Names a thing rather than an act."""
    aside: bool = False
    """Stands in what is told beside the question: its absence alone says little."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood."""

    text: str
    language: Language
    kind: str
    """What is asked for: `who`, `when`, `where`, `how_many`, `amount`, `how_long`, `list`, `definition`, `why`,
    `how`, `yes_no`, `compare`, `what` or `keywords`."""
    terms: tuple[Term, ...]
    facets: tuple[tuple[str, str], ...] = ()
    """Facet and value that the question names: ("sector", "bouw")."""
    years: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    """The days that it names: `2024-05-29`, or `-05-29` without a year."""
    standalone: str = ""
    """The question made whole where it was a follow-up; else the same as `text`."""
    head: tuple[str, ...] = ()
    """The stems of the thing that is counted or listed and of what follows: "pilot" in "hoeveel pilots zijn er"."""
    told: str = ""
    """For a follow-up, the answer before it, which its reader has seen."""
    asking: str = ""
    """What of it asks, without what is told beside that ("Wij zijn een bouwbedrijf."); empty for all of it."""

    @property
    def asked(self) -> str:
        """The words by which the kind of answer is told."""
        return self.asking or self.standalone or self.text


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation; the history is the caller's."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact passage: `text(document_id, version)[start:end] == quote`."""

    number: int
    document_id: str
    version: str
    title: str
    kind: DocumentKind
    section: tuple[str, ...]
    page: int | None
    quote: str
    start: int
    end: int
    url: str | None
    """The address of the original source, where the document names one."""
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the answer says, with the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]
    further: bool = False
    """Whether it is less likely to hold the answer than those before it: what the documents say besides."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A term of the subject and what it means, from the glossary."""

    term: str
    text: str


ASIDE = "aside"
"""The mode of an answer to what asks nothing of the documents."""
PERHAPS = 0.2
"""Certainty of a refused question from which the passages that come closest hold the answer in two of five cases."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader gets: statements that each have a citation, or the honest lack of them."""

    question_id: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    answered: bool
    certainty: float
    """Probability from 0 to 1 that the documents hold the answer and that it is shown here."""
    language: Language
    mode: str
    closest: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    understood: str = ""
    """The question as it was searched: a follow-up made whole."""
    explanations: tuple[Explanation, ...] = ()
    """Terms of the question and the answer that the glossary explains; no part of the answer itself."""
    note: str = ""
    """What a reader should know of how the answer came about, in the language of the question; mostly empty."""
    withheld: int = 0
    """How many statements of a language model are not shown, as their source does not bear them out."""

    @property
    def aside(self) -> bool:
        """Whether nothing was asked of the documents: the note is all there is to say to a thanks or a greeting."""
        return self.mode == ASIDE

    @property
    def perhaps(self) -> bool:
        """Whether what comes closest may well hold the answer, though it is not sure enough to be called one.

        Then it would be too much to say that the documents do not hold it, unless the note tells what is missing.
        """
        return not self.answered and bool(self.closest) and not self.note and self.certainty >= PERHAPS

    @property
    def leading(self) -> tuple[Statement, ...]:
        """The statements that are the answer itself."""
        return tuple(statement for statement in self.statements if not statement.further)

    @property
    def further(self) -> tuple[Statement, ...]:
        """What the documents say besides; these come last."""
        return tuple(statement for statement in self.statements if statement.further)


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """The passages that may hold the answer, before the first statement."""

    citations: tuple[Citation, ...]
    language: Language = "nl"
    """Of the question, and so of all that is said around the quotes."""


@dataclass(frozen=True, slots=True)
class StatementMade:
    """One statement, with the citations that it uses for the first time."""

    statement: Statement
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AnswerDone:
    """The whole answer, once it is complete."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerFailed:
    """What went wrong after the stream had begun."""

    code: str
    message: str


AnswerEvent = SourcesFound | StatementMade | AnswerDone | AnswerFailed


@dataclass(frozen=True, slots=True)
class Ingested:
    """A document that an ingest touched."""

    path: str
    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was refused, and why."""

    path: str
    code: str
    reason: str
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class IngestWarning:
    """Something about a document that a person should look at."""

    path: str
    code: str
    message: str
    message_en: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, file by file."""

    added: tuple[Ingested, ...] = ()
    replaced: tuple[Ingested, ...] = ()
    unchanged: tuple[Ingested, ...] = ()
    removed: tuple[Ingested, ...] = ()
    failed: tuple[Failure, ...] = ()
    warnings: tuple[IngestWarning, ...] = ()
