"""The glossary (`corpus/begrippen.yaml`): what words may stand for one another, and what they mean.

Two parts. `begrippen` are terms of the subject with an explanation that readers see; `woorden` are groups of
ordinary words that people use for one another. Both carry English equivalents, which is how an English question
reaches Dutch text. Kept by the programme team; nothing of it is in the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.errors import SettingsError
from kb.language import stems
from kb.types import Language
from kb.vocabulary import texts_of

Stems = tuple[str, ...]

SAME, RELATED, GROUP = 0.95, 0.45, 0.8
"""How well a word stands in for another: the same term, a related one, a member of a group of ordinary words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of the subject and what readers are told about it."""

    term: str
    spelled_out: str | None
    also: tuple[str, ...]
    related: tuple[str, ...]
    english: tuple[str, ...]
    explanation: str | None


@dataclass(frozen=True, slots=True)
class _Group:
    """Words that stand for one another, each with how well."""

    dutch: tuple[tuple[Stems, float], ...]
    keys: frozenset[Stems]
    """The Dutch spellings by which the group is found (the related ones are not among them)."""
    english: frozenset[Stems]


class Glossary:
    """Finds what may stand for a word or phrase of a question."""

    def __init__(self, entries: tuple[Entry, ...] = (), groups: tuple[_Group, ...] = (), subject: str = "") -> None:
        """`subject`: what the documents are about, which a question means that names nothing."""
        self.entries = entries
        self.subject = subject
        self._spelled: dict[Stems, list[int]] = {}
        """By a spelling the places of the entries that it is one of."""
        for place, entry in enumerate(entries):
            for spelling in {_stems(text) for text in (entry.term, *entry.also)}:
                self._spelled.setdefault(spelling, []).append(place)
        self._openings: dict[str, set[int]] = {}
        """By the stem that a spelling begins with how many stems such spellings have."""
        for spelling in filter(None, self._spelled):
            self._openings.setdefault(spelling[0], set()).add(len(spelling))
        self._by_key: dict[Language, dict[Stems, list[_Group]]] = {"nl": {}, "en": {}}
        for group in groups:
            for key in group.keys:
                self._by_key["nl"].setdefault(key, []).append(group)
            for key in group.english:
                self._by_key["en"].setdefault(key, []).append(group)
        keys = [key for table in self._by_key.values() for key in table]
        self.longest = max((len(key) for key in keys), default=1)

    @classmethod
    def load(cls, path: Path) -> Glossary:
        """Read the file; an absent file is an empty glossary. Raises `SettingsError` when it is not in form."""
        if not path.is_file():
            return cls()
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            data = data or {}
            entries = tuple(_entry(item) for item in data.get("begrippen") or [])
            groups = [_entry_group(entry) for entry in entries]
            groups += [_word_group(item) for item in data.get("woorden") or []]
            subject = str(data.get("onderwerp") or "")
        except (yaml.YAMLError, AttributeError, TypeError, KeyError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{path.name} is niet in orde: {error}", f"{path.name} is not in form: {error}"
            ) from None
        return cls(entries, tuple(groups), subject)

    def with_abbreviations(self, meanings: Mapping[Stems, Stems]) -> Glossary:
        """What is known here, and what documents explain themselves that is not: long forms by short ones."""
        new = [(short, long) for short, long in meanings.items() if short not in self._by_key["nl"]]
        if not new:
            return self
        more = Glossary(self.entries, subject=self.subject)
        more._by_key = {spoken: {key: [*held] for key, held in table.items()} for spoken, table in self._by_key.items()}
        for pair in new:
            group = _Group(tuple((stems, SAME) for stems in pair), frozenset(pair), frozenset())
            for key in pair:
                more._by_key["nl"].setdefault(key, []).append(group)
        more.longest = max(self.longest, *(len(long) for _, long in new))
        return more

    def knows(self, stems: Stems, language: Language) -> bool:
        """Whether this word or phrase is in the glossary; English spellings count in English questions only."""
        return stems in self._by_key["nl"] or (language == "en" and stems in self._by_key["en"])

    def alternatives(self, stems: Stems, language: Language) -> tuple[tuple[Stems, float], ...]:
        """What may stand for this word or phrase in a Dutch text, each with how well (0 to 1)."""
        groups = list(self._by_key["nl"].get(stems, ()))
        if language == "en":
            groups += [group for group in self._by_key["en"].get(stems, ()) if group not in groups]
        best: dict[Stems, float] = {}
        for group in groups:
            for other, weight in group.dutch:
                if other != stems and weight > best.get(other, 0.0):
                    best[other] = weight
        return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))

    def explain(self, text: str) -> list[Entry]:
        """The entries whose term, or another spelling of it, stands in a text."""
        words = _stems(text)
        spans = {words[i : i + n] for i, word in enumerate(words) for n in self._openings.get(word, ())}
        return [self.entries[place] for place in sorted({i for span in spans for i in self._spelled.get(span, ())})]


def _stems(text: str) -> Stems:
    return tuple(stems(text))


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(
        term=str(item["term"]),
        spelled_out=item.get("voluit"),
        also=texts_of(item.get("ook")),
        related=texts_of(item.get("verwant")),
        english=texts_of(item.get("engels")),
        explanation=item.get("uitleg"),
    )


def _entry_group(entry: Entry) -> _Group:
    same = [entry.term, *([entry.spelled_out] if entry.spelled_out else []), *entry.also]
    dutch = dict(_weighted(entry.related, RELATED)) | dict(_weighted(same, SAME))
    return _Group(
        tuple(dutch.items()), frozenset(filter(None, map(_stems, same))), frozenset(map(_stems, entry.english))
    )


def _word_group(item: dict[str, Any]) -> _Group:
    words = texts_of(item["woorden"])
    english = frozenset(map(_stems, texts_of(item.get("engels"))))
    return _Group(tuple(_weighted(words, GROUP)), frozenset(filter(None, map(_stems, words))), english)


def _weighted(texts: list[str] | tuple[str, ...], weight: float) -> Iterator[tuple[Stems, float]]:
    for text in texts:
        if stems := _stems(text):
            yield stems, weight
