"""The questions that an author says a section answers, beside which a reader's question is laid.

Readers ask in other words than documents use ("Draait mijn baas op voor de kosten?" for a section on tuition fees).
Where the author of a document wrote down such questions (`vragen` in the front matter, `questions` in the metadata),
a reader's question that resembles one leads to its section. They help to find and to weigh; they are never shown as
an answer, which is always of the section's own text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from kb.documents import section_at
from kb.embedding import Vectors
from kb.evidence import Likeness, likeness
from kb.keyword_index import KeywordIndex
from kb.kinds import kind_of
from kb.language import fold
from kb.meaning import Meaning
from kb.types import Chunk, Document, Metadata, Question, Section
from kb.working_copy import highest

Place = tuple[str, int]
"""A section: the id of its document, and where it stands in `Document.sections`."""
CANDIDATES = 30
"""Expected questions that are laid beside a question, of those that share words and of those near in meaning each."""
SAME_KIND = 0.05
"""How far an expected question for the same kind of answer is ahead of another of the same section."""
_KEPT_QUESTIONS = 32


class Expectations:
    """The expected questions of all documents; not changed once built."""

    def __init__(
        self, documents: Mapping[str, Document], chunks: Iterable[Chunk], before: Expectations | None = None
    ) -> None:
        """`chunks`: of all documents; `before`: an earlier state, of which is taken over what is still the same."""
        self._authored = {i for i, document in documents.items() if document.metadata.questions}
        self._versions = {i: document.version for i, document in documents.items() if _asks(document)}
        known = before._versions if before is not None else {}
        new = [documents[i] for i, version in self._versions.items() if known.get(i) != version]
        rows = [row for document in new for row in _rows(document)]
        if before is None:
            self._index = KeywordIndex(rows)
        else:
            gone = {i for i, version in known.items() if self._versions.get(i) != version}
            self._index = before._index.updated(gone, rows) if gone or rows else before._index
        self._rows = self._index.chunks
        self._number = {row.id: number for number, row in enumerate(self._rows)}
        self._chunks: dict[Place, list[Chunk]] = {}
        for chunk in chunks:
            if chunk.document_id in self._versions:
                at = section_at(documents[chunk.document_id], chunk.start)
                self._chunks.setdefault((chunk.document_id, at), []).append(chunk)
        self._vectors: tuple[Meaning, Vectors] | None = None
        self._kind = lru_cache(maxsize=None)(kind_of)
        self._found: dict[tuple[str, str, bool], dict[Place, Likeness]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def chunks(self, place: Place) -> Sequence[Chunk]:
        """The chunks of a section."""
        return self._chunks.get(place, ())

    def known_with(self, texts: KeywordIndex) -> tuple[Counter[str], Counter[str]]:
        """How often stems and words stand in some texts, with those that stand in expected questions alone."""
        if not self._rows:
            return texts.frequency, texts.words
        asked = self._index
        return _with(texts.frequency, asked.frequency), _with(texts.words, asked.words)

    def of(self, document_id: str) -> bool:
        """Whether an author wrote down questions that are expected of a document."""
        return document_id in self._authored

    def like(self, question: Question, meaning: Meaning | None) -> Mapping[Place, Likeness]:
        """The sections that a question resembles an expected question of, with how much; those that do most."""
        if not self._rows:
            return {}
        key = question.standalone or question.text, question.language, meaning is not None
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _KEPT_QUESTIONS:
                self._found.clear()
            found = self._found[key] = self._lay_beside(question, meaning)
        return found

    def _lay_beside(self, question: Question, meaning: Meaning | None) -> dict[Place, Likeness]:
        by_meaning = meaning is not None
        near = None if meaning is None else self._near(question, meaning)
        numbers = [self._number[row.id] for row, _ in self._index.search(question.terms, CANDIDATES)]
        if near is not None:
            numbers = list(dict.fromkeys((*numbers, *highest(near, CANDIDATES))))
        cosines = [0.0] * len(numbers) if near is None else np.maximum(near[numbers], 0.0).tolist()
        best: dict[Place, tuple[float, Likeness]] = {}
        for number, cosine in zip(numbers, cosines, strict=True):
            row = self._rows[number]
            place, text = (row.document_id, row.start), row.text
            found = Likeness(likeness(question, text), cosine, text, self._kind(text) == question.kind)
            rank = found.mean(by_meaning) + SAME_KIND * found.alike
            if rank > (best[place][0] if place in best else 0.0):
                best[place] = rank, found
        return {place: found for place, (_, found) in best.items()}

    def _near(self, question: Question, meaning: Meaning) -> np.ndarray:
        """The cosine of each expected question to the question."""
        if self._vectors is None or self._vectors[0] is not meaning:
            self._vectors = meaning, meaning.of_texts([row.text for row in self._rows])
        return np.asarray(self._vectors[1] @ meaning.of_question(question))


def _with(counted: Counter[str], asked: Counter[str]) -> Counter[str]:
    return Counter({**asked, **counted})


_THIS = re.compile(
    r"\b(?:dit|deze|this) "
    r"(?:document|factsheet|publicatie|handreiking|brochure|rapport|notitie|publication|report|guide)\b",
    re.IGNORECASE,
)
"""What a heading calls the document that it stands in; who asks from outside names it."""


def _asks(document: Document) -> bool:
    """Whether an author wrote down questions, or a heading is one."""
    return bool(document.metadata.questions) or any(True for _ in _headings(document))


def _headings(document: Document) -> Iterable[tuple[int, str]]:
    """The headings that are questions, each with the place of its section; the title of the document is none."""
    for place, section in enumerate(document.sections):
        if section.headings and section.headings[-1].endswith("?"):
            yield place, _THIS.sub(lambda _: document.metadata.title, section.headings[-1])


def _rows(document: Document) -> Iterable[Chunk]:
    """Each expected question of a document as what can be searched; `start` is the place of its section."""
    places = headed(document.sections)
    # a question below a heading that was changed since belongs nowhere: the report of the document says so
    authored = [
        (places[heading], text)
        for expected in document.metadata.questions
        if (heading := fold(expected.section)) in places
        for text in expected.questions
    ]
    for number, (place, text) in enumerate((*authored, *_headings(document))):
        yield Chunk(
            id=f"{document.id}@{document.version}?{number}",
            document_id=document.id,
            version=document.version,
            start=place,
            end=place,
            text=text,
            page=None,
            section=document.sections[place].headings,
            metadata=document.metadata,
        )


def headed(sections: Sequence[Section]) -> dict[str, int]:
    """The place of the first section below each heading, by the folded heading."""
    return {fold(section.headings[-1]): n for n, section in reversed(list(enumerate(sections))) if section.headings}


def astray(metadata: Metadata, sections: Sequence[Section]) -> list[str]:
    """The headings to which questions are given, but which a document with these sections has not."""
    places = headed(sections)
    return [expected.section for expected in metadata.questions if fold(expected.section) not in places]
