"""The controlled values of the front matter (`corpus/waarden.yaml`): one spelling for each, and its variants.

A facet is a key that documents can be filtered by. Each of its values has one canonical spelling;
every other spelling ("HvA", "Amsterdam University of Applied Sciences") leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.errors import SettingsError
from kb.language import fold, tokens
from kb.types import Language, Metadata

FACETS = {
    "sector": "sector",
    "niveau": "levels",
    "status": "status",
    "hogescholen": "institutions",
    "partners": "partners",
    "regio": "region",
    "soort": "kind",
}
"""Key in the file and in front matter → field of `Metadata`."""


_CALLED = "genoemd"
"""Key in the file for what readers call the values of a facet."""
ORGANISATIONS = frozenset({"hogescholen", "partners"})
"""The facets whose values are names of organisations."""


@dataclass(frozen=True, slots=True)
class Value:
    """One canonical value of a facet and its other spellings."""

    facet: str
    name: str
    variants: tuple[str, ...]
    plural: str | None = None
    english: str | None = None
    """What it is called on an English page; no spelling, as a word such as "running" says too little of a question."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling, the canonical one first."""
        return (self.name, *self.variants, *((self.plural,) if self.plural else ()))


class Vocabulary:
    """Finds the canonical value for a spelling, and the values that a text names."""

    def __init__(self, values: tuple[Value, ...] = (), called: Mapping[str, Sequence[str]] | None = None) -> None:
        """`called`: by facet, or kind of document, what readers call those besides its own name ("scholen")."""
        self.values = values
        self._called = {
            tuple(token.stem for token in tokens(name)): what
            for what, names in (called or {}).items()
            for name in names
        }
        self._by_spelling = {(v.facet, fold(s)): v for v in values for s in v.spellings}
        self._phrases: dict[tuple[str, ...], list[Value]] = {}
        for value in values:
            for spelling in value.spellings:
                key = tuple(token.stem for token in tokens(spelling))
                if key and value not in self._phrases.setdefault(key, []):
                    self._phrases[key].append(value)
        self._lengths: dict[str, tuple[int, ...]] = {}
        for first in {key[0] for key in self._phrases}:
            lengths = {len(key) for key in self._phrases if key[0] == first}
            self._lengths[first] = tuple(sorted(lengths, reverse=True))

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read the file; an absent file is an empty vocabulary. Raises `SettingsError` when it is not in form."""
        if not path.is_file():
            return cls()
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            return cls(tuple(_values(data)), {f: texts_of(names) for f, names in (data.get(_CALLED) or {}).items()})
        except (yaml.YAMLError, AttributeError, TypeError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{path.name} is niet in orde: {error}", f"{path.name} is not in form: {error}"
            ) from None

    def of(self, facet: str) -> tuple[Value, ...]:
        """All values of a facet (its Dutch key)."""
        return tuple(value for value in self.values if value.facet == facet)

    def canonical(self, facet: str, spelling: str) -> str | None:
        """The canonical spelling of a value, or None where the facet has no such value."""
        value = self._by_spelling.get((facet, fold(spelling.strip())))
        return value.name if value else None

    def shown(self, facet: str, name: str, language: Language) -> str:
        """What a value is called in a language; its own name where there is no other."""
        value = self._by_spelling.get((facet, fold(name.strip())))
        return (value.english if value and language == "en" else None) or name

    def called(self, stems: tuple[str, ...]) -> tuple[str, int]:
        """The facet, or kind of document, that readers call by the first of these stems, and how many those are."""
        known = (n for n in range(len(stems), 0, -1) if stems[:n] in self._called)
        n = next(known, 0)
        return (self._called[stems[:n]], n) if n else ("", 0)

    def spelled_by(self, stems: tuple[str, ...]) -> tuple[Value, ...]:
        """The values, of whatever facet, that these stems spell."""
        return tuple(self._phrases.get(stems, ()))

    def other_spellings(self, stems: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The stems of the other spellings of the values that these stems spell."""
        others = (tuple(token.stem for token in tokens(s)) for value in self.spelled_by(stems) for s in value.spellings)
        return list(dict.fromkeys(other for other in others if other and other != stems))

    def named_in(self, text: str) -> list[tuple[Value, int, int]]:
        """The values that a text names, with their offsets; the longest spelling wins where two overlap."""
        words = tokens(text)
        stems = [token.stem for token in words]
        found: list[tuple[Value, int, int]] = []
        at = 0
        while at < len(words):
            for length in self._lengths.get(stems[at], ()):
                if at + length > len(words):
                    continue
                key = tuple(stems[at : at + length])
                if key in self._phrases:
                    span = words[at].start, words[at + length - 1].end
                    found += [(value, *span) for value in self._phrases[key]]
                    at += length
                    break
            else:
                at += 1
        return found


def recorded(metadata: Metadata, facet: str) -> tuple[str, ...]:
    """The values that the metadata of a document has for a facet (its Dutch key)."""
    value = getattr(metadata, FACETS[facet])
    return (value,) if isinstance(value, str) else tuple(value or ())


def _values(data: dict[str, Any]) -> Iterator[Value]:
    for facet in FACETS:
        for name, details in (data.get(facet) or {}).items():
            details = details or {}
            yield Value(facet, str(name), texts_of(details.get("ook")), details.get("meervoud"), details.get("en"))


def texts_of(value: Any) -> tuple[str, ...]:
    """A list of texts as a person wrote it in YAML: nothing, one without brackets, or several."""
    items = value if isinstance(value, list) else () if value is None else (value,)
    return tuple(map(str, items))
