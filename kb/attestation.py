"""Where a document itself says what its metadata says of it: for each value of a facet the passage that bears it out.

The metadata is what people filled in; only the text can be cited. A value is borne out by a unit that speaks of the
document's own subject and names the value: in one of its spellings (`corpus/waarden.yaml`), or as part of a compound
("metaalpilot" for the metaal). Where no unit does, there is nothing to cite, and the value has no place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.catalogue import KIND_KEYS
from kb.context import Context
from kb.language import fold, similarity, stem, tokens
from kb.types import Document
from kb.units import Unit
from kb.vocabulary import ORGANISATIONS, Value, Vocabulary, recorded

ATTESTED = ("sector", "hogescholen", "partners", "niveau", "regio", "status")
"""The facets, by their Dutch keys, whose values are looked for in the text."""
PART_OF_WORD = 0.8
"""How well a word must hold a value's name to be a compound of it; see `kb.language.similarity`."""
ENOUGH = 0.4
"""A unit bears a value out from here on: 1 for its name, 0.5 for part of a word, plus what `_About.worth` adds."""
_COMPOUNDED = frozenset({"sector", "niveau", "status"})
"""Facets whose values are common words, and so found within words too; names of people and places are not."""
_DENIED = re.compile(r"\b(?:geen|niet|zonder|no|not|without)(?:\W+\w+){0,3}\W*$", re.IGNORECASE)
"""What ends so, right before a value, denies it."""
_ACCORDING = re.compile(r"\b(?:volgens|according to)(?:\W+\w+){0,1}\W*$", re.IGNORECASE)
"""What ends so, right before a name, has it as who says something, and not as who takes part."""

Places = Mapping[str, Mapping[str, Unit]]
"""Facet → value → the unit that bears it out; what is not borne out is not there."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A value that a unit names."""

    facet: str
    value: str
    start: int
    """Where in the unit's text."""
    worth: float


def attested(document: Document, context: Context, vocabulary: Vocabulary) -> Places:
    """For each facet and value of a document the unit to cite; as few different units for a facet as can be."""
    about = _About(document, vocabulary)
    lead = next((unit.place for unit in context.units if unit.kind == "sentence"), -1)
    fit: dict[str, dict[int, dict[str, float]]] = {facet: {} for facet in ATTESTED}
    for unit in context.units:
        for named in about.named_in(unit):
            worth = named.worth + about.worth(unit, named, lead)
            if worth >= ENOUGH:
                values = fit[named.facet].setdefault(unit.place, {})
                values[named.value] = max(worth, values.get(named.value, 0.0))
    return {facet: _fewest(fit[facet], recorded(document.metadata, facet), context) for facet in ATTESTED}


def is_of_others(unit: Unit, document: Document, vocabulary: Vocabulary) -> bool:
    """Whether a unit names organisations, and none of those that the document is about."""
    return _About(document, vocabulary).is_of_others(unit)


def _fewest(fit: Mapping[int, Mapping[str, float]], values: Sequence[str], context: Context) -> dict[str, Unit]:
    """Each value with a unit: first the units that name most of what is left, of those the one that says it best."""
    places: dict[str, Unit] = {}
    while left := {value for named in fit.values() for value in named} - places.keys():

        def gain(place: int, left: set[str] = left) -> tuple[int, float, int]:
            added = [worth for value, worth in fit[place].items() if value in left]
            return len(added), max(added, default=0.0), -place

        best = max(fit, key=gain)
        places |= {value: context.units[best] for value in fit[best] if value in left}
    return {value: places[value] for value in values if value in places}


class _About:
    """What a document is about, to tell the units that speak of it from those that speak of something else."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._values = {facet: recorded(document.metadata, facet) for facet in ATTESTED}
        self._own = {name for facet in ORGANISATIONS for name in self._values[facet]}
        kind = KIND_KEYS.get(document.metadata.kind, "")
        names = [s for v in vocabulary.of("soort") if v.name == kind for s in v.spellings] or [kind]
        self._nouns = {words[0].stem for name in names if len(words := tokens(name)) == 1}
        self._title = {word.stem for word in tokens(document.metadata.title) if len(word.word) > 2}
        self._parts = {facet: self._single_words(facet) for facet in _COMPOUNDED}

    def named_in(self, unit: Unit) -> list[_Named]:
        """The values of the document that a unit names."""
        found: list[_Named] = []
        taken: set[int] = set()
        for value, start, end in self._named(unit.text):
            if value.facet in ORGANISATIONS:
                taken.update(range(start, end))
            if value.name in self._values.get(value.facet, ()):
                found.append(_Named(value.facet, value.name, start, 1.0))
        return found + self._unlisted(unit) + self._within_words(unit, taken)

    def worth(self, unit: Unit, named: _Named, lead: int) -> float:
        """How well a unit serves as the place to cite for a value that it names; negative where it should not."""
        heads = [word.stem for word in tokens(" ".join(unit.headings))]
        facet = stem(fold(named.facet))
        before = unit.text[: named.start]
        if _DENIED.search(before) or not self._speaks_of_it(unit, facet):
            return -1.0 - ENOUGH
        worth = 0.0
        if named.facet in ORGANISATIONS and _ACCORDING.search(before):
            worth -= 0.4
        if unit.kind == "heading":
            worth -= 0.6  # it names things, but says nothing of them
        if unit.place == lead:
            worth += 0.3
        if any(similarity(facet, head) >= PART_OF_WORD for head in heads):
            worth += 0.2
        if self._names_kind(unit):
            worth += 0.2
        return worth - (0.5 if self.is_of_others(unit) else 0.0)

    def is_of_others(self, unit: Unit) -> bool:
        """Whether a unit names organisations as taking part, and none of the document's own."""
        named = {
            value.name
            for value, start, _ in self._named(unit.text)
            if value.facet in ORGANISATIONS and not _ACCORDING.search(unit.text[:start])
        }
        return bool(named and self._own) and not named & self._own

    def _named(self, text: str) -> list[tuple[Value, int, int]]:
        """The values that a text names; an organisation only where its name is written as one."""
        return [
            (value, start, end)
            for value, start, end in self._vocabulary.named_in(text)
            if value.facet not in ORGANISATIONS or _is_name_of(value, text[start:end])
        ]

    def _speaks_of_it(self, unit: Unit, facet: str) -> bool:
        """Whether a unit is about the document's subject: it names that, an organisation of it, or the facet itself."""
        named = {value.name for value, _, _ in self._named(unit.text)}
        return (
            bool(named & self._own)
            or facet in unit.stems
            or self._names_kind(unit)
            or any(name in unit.text for name in self._own)
            or (bool(self._title) and self._title <= set(unit.stems))
        )

    def _names_kind(self, unit: Unit) -> bool:
        """Whether a unit calls its subject what it is: "pilot", also in "metaalpilot"."""
        return any(word.endswith(noun) for noun in self._nouns for word in unit.stems if noun)

    def _unlisted(self, unit: Unit) -> list[_Named]:
        """Values that are in no list, where they stand as they are written."""
        found = []
        for facet, values in self._values.items():
            for name in values:
                if self._vocabulary.canonical(facet, name) is None:
                    place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", unit.text)
                    found += [_Named(facet, name, place.start(), 1.0)] if place else []
        return found

    def _within_words(self, unit: Unit, taken: set[int]) -> list[_Named]:
        """Values that a word is a compound or a form of, outside the names of organisations."""
        words = [word for word in tokens(unit.text) if word.start not in taken]
        return [
            _Named(facet, name, word.start, 0.5)
            for facet, parts in self._parts.items()
            for name, stems in parts.items()
            for word in words
            if any(similarity(part, word.stem) >= PART_OF_WORD and len(part) <= len(word.stem) for part in stems)
        ]

    def _single_words(self, facet: str) -> dict[str, set[str]]:
        """For each value the stems of its spellings of one word; of a participle ("lopend") also those of its verb."""
        spelled = {value.name: value.spellings for value in self._vocabulary.of(facet)}
        parts: dict[str, set[str]] = {}
        for name in self._values[facet]:
            words = [found[0].word for s in spelled.get(name, (name,)) if len(found := tokens(s)) == 1]
            verbs = [word.removesuffix("d") for word in words if word.endswith("end")]
            parts[name] = {stem(word) for word in (*words, *verbs)}
        return parts


def _is_name_of(value: Value, text: str) -> bool:
    """Whether a text is an organisation's name as such: "HAN" is a school, "han" and "Hans" are not."""
    words = [word.word for word in tokens(text)]
    capital = any(letter.isupper() or letter.isdigit() for letter in text)
    return capital and any(words == [word.word for word in tokens(spelling)] for spelling in value.spellings)
