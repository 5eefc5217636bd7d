"""Where the sentences stand that a route rests on: whole sentences of the live documents, found to the letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from kb.citations import cite, holds
from kb.language import fold, sentences, tokens
from kb.route_template import Place
from kb.snapshot import Snapshot
from kb.types import Citation, Document
from kb.units import Unit

ALIKE = 75
"""Likeness in percent (`rapidfuzz.fuzz.ratio`) from which a sentence of a document is a changed form of another."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences in a row, with the list that belongs to them."""

    document: Document
    units: tuple[Unit, ...]
    items: tuple[Unit, ...]
    exact: bool
    """Whether it is what was looked for, to the letter."""

    @property
    def text(self) -> str:
        """The sentences."""
        return " ".join(unit.said for unit in self.units)

    @property
    def points(self) -> tuple[str, ...]:
        """The items of the list."""
        return tuple(unit.said for unit in self.items)

    @property
    def citation(self) -> Citation:
        """The exact passage, from its first sentence to its last item."""
        first, last = self.units[0], (*self.units, *self.items)[-1]
        citation = cite(self.document, first)
        return replace(citation, quote=self.document.text[first.start : last.end], end=last.end)


class Places:
    """Finds passages in the documents of one moment."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.find = lru_cache(maxsize=None)(self._find)  # no more places than the template has
        """The passage that a place names; a changed form of it where it does not stand there; None for neither."""
        self.openings = lru_cache(maxsize=None)(self._openings)
        """The first sentence below each heading of a document, with the stems of that heading (its title: none)."""

    @property
    def documents(self) -> list[Document]:
        """The live documents, by id."""
        return [self._snapshot.document(document_id) for document_id in sorted(self._snapshot.versions)]

    def units(self, document_id: str) -> Sequence[Unit]:
        """The sentences, items, rows and headings of a document."""
        return self._snapshot.context(document_id).units

    def _find(self, place: Place) -> Passage | None:
        if place.document not in self._snapshot.versions:
            return None
        document = self._snapshot.document(place.document)
        units = self._exactly(document, place.sentence)
        if units:
            return self.passage(document, units, True, place.listed)
        nearest = self._nearest(document, place.sentence)
        return self.passage(document, nearest, False, place.listed) if nearest else None

    def _openings(self, document_id: str) -> tuple[tuple[frozenset[str], Unit], ...]:
        first: dict[int, Unit] = {}
        for unit in self.units(document_id):
            if unit.kind == "sentence":
                first.setdefault(unit.section, unit)
        return tuple(
            (
                frozenset(token.stem for token in tokens(unit.headings[-1])) if len(unit.headings) > 1 else frozenset(),
                unit,
            )
            for unit in first.values()
        )

    def passage(self, document: Document, units: tuple[Unit, ...], exact: bool, listed: bool = False) -> Passage:
        """The passage of these sentences, with the list that the last of them introduces where that is wanted."""
        every = self.units(document.id)
        items = tuple(unit for unit in every if listed and unit.kind == "item" and unit.intro == units[-1].place)
        made = Passage(document, units, items, exact and (bool(items) or not listed))
        assert holds(document, made.citation)
        return made

    def _nearest(self, document: Document, sentence: str) -> tuple[Unit, ...]:
        """As many sentences in a row as these words are, and like them enough to be what became of them; or none."""
        count, wanted = len(sentences(sentence)), fold(sentence)
        told = [unit for unit in self.units(document.id) if unit.kind in {"sentence", "item"}]
        rows = (tuple(told[at : at + count]) for at in range(len(told) - count + 1))
        scored = [
            (fuzz.ratio(fold(" ".join(unit.text for unit in row)), wanted), row)
            for row in rows
            if len({unit.paragraph for unit in row}) == 1
        ]
        likeness, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, ()))
        return nearest if likeness >= ALIKE else ()

    def _exactly(self, document: Document, sentence: str) -> tuple[Unit, ...]:
        """The whole sentences that these words are, with nothing but white space different; none where they are not."""
        pattern = r"\s+".join(map(re.escape, sentence.split()))
        for match in re.finditer(pattern, document.text):
            start, end = match.span()
            units = tuple(u for u in self.units(document.id) if u.start < end and u.end > start and u.kind != "heading")
            if units and units[0].start == start and units[-1].end == end:
                return units
        return ()
