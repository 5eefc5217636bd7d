"""Metadata guessed from a document's text, for a person to confirm: each guess with the place that it rests on.

Values come from the vocabulary. What counts is where a value is named and how often: in the title more than in a
heading, at the beginning more than further on; one mention in passing is no subject.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.blocks import Assembly, Block
from ingest.readers import Reading
from ingest.titles import end_of_opening, title_of
from kb.catalogue import KIND_KEYS
from kb.dates import dates_in, periods_in
from kb.language import WORD, fold, guess_language, tokens
from kb.types import DocumentKind, Section
from kb.vocabulary import Value, Vocabulary

_TITLE, _HEADING, _EARLY, _MENTION = 6.0, 2.0, 1.5, 0.5
_BAR: Mapping[str, float] = {
    "sector": 2.5, "hogescholen": 1.5, "partners": 1.0, "niveau": 1.9, "regio": 1.5,
}  # fmt: skip
"""From which score a value of a facet is proposed."""
_SURE = 12.0
_KIND_WORDS: Mapping[DocumentKind, frozenset[str]] = {
    DocumentKind.GUIDE: frozenset(
        "handreiking handleiding leidraad stappenplan checklist tips wegwijzer werkwijze instructie guide".split()
    ),
    DocumentKind.GOOD_PRACTICE: frozenset(
        "interview verhaal succesverhaal ervaring ervaringen praktijkverhaal portret vertelt praktijkvoorbeeld".split()
    ),
    DocumentKind.PROGRAMME: frozenset(
        "programma beleid subsidie subsidies regeling organisatie geschiedenis jaarverslag jaarplan actieplan "
        "doelen evaluatie programme policy".split()
    ),
    DocumentKind.PILOT: frozenset("pilot pilots proefproject".split()),
    DocumentKind.CONCEPT: frozenset("begrip definitie begrippen definition".split()),
}
"""General words that tell what a document is, when they stand in its title or opening."""
_DEFINES = re.compile(r"\b(?:is een|is de|is het|zijn|betekent|staat voor|is a|is an|is the|means)\b")
_SHORT = 8
_DATED = re.compile(
    r"\b(?:datum|date|dated|d\.d\.|versie|version|vastgesteld|gepubliceerd|published|bijgewerkt|updated|gewijzigd|"
    r"uitgave|peildatum|publicatiedatum|verslag|vergadering)\b[^.!?\n]{0,25}$",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\bstatus\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place in the text that a guess rests on."""

    page: int | None
    start: int
    end: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed value; the confidence, from 0 to 1, only orders guesses and says which to look at first."""

    value: str
    confidence: float
    evidence: Evidence | None = None
    """None where it does not come from the text but from the file's properties or name."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed metadata of a document, the most certain value of each field first."""

    title: Guess
    kind: Guess
    language: Guess
    sector: tuple[Guess, ...] = ()
    institutions: tuple[Guess, ...] = ()
    partners: tuple[Guess, ...] = ()
    levels: tuple[Guess, ...] = ()
    region: tuple[Guess, ...] = ()
    status: Guess | None = None
    period: Guess | None = None
    date: Guess | None = None

    def to_plain(self) -> dict[str, Any]:
        """As values that JSON knows; what could not be guessed is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(slots=True)
class _Scored:
    """How strongly a text names a value, and where it did so best."""

    value: Value
    score: float = 0.0
    mentions: int = 0
    best: float = 0.0
    span: tuple[int, int] = field(default=(0, 0))


def propose(reading: Reading, kept: Sequence[Block], laid: Assembly, path: Path, vocabulary: Vocabulary) -> Proposal:
    """Guess the metadata of a document from its text and properties; `path` is used for its name alone."""
    places = _Places(laid, kept)
    called = title_of(reading.title, laid, kept, path)
    heading = called.section
    at = None if called.start is None else places.evidence(called.start, called.start + called.length)
    title = Guess(called.text, called.confidence, at)
    scored = _scored(places, title.value, heading, vocabulary)
    language = guess_language(laid.text[:20_000])
    return Proposal(
        title=title,
        kind=_kind(places, title.value, vocabulary),
        language=Guess(language, 0.9 if len(laid.text) > 500 else 0.6),
        sector=_values(scored, "sector", places),
        institutions=_values(scored, "hogescholen", places),
        partners=_values(scored, "partners", places),
        levels=_values(scored, "niveau", places),
        region=_values(scored, "regio", places),
        status=_status(places, vocabulary),
        period=_period(places),
        date=_date(reading.date, places),
    )


class _Places:
    """A text with what is needed to say where something stands in it."""

    def __init__(self, laid: Assembly, kept: Sequence[Block]) -> None:
        self.text = laid.text
        self.pages = laid.pages
        self.headed: tuple[Section, ...] = tuple(section for section in laid.sections if section.headings)
        self._starts = [section.start for section in self.headed]
        self.opening = end_of_opening(laid)
        self.levels = [block.level for block in kept if block.kind == "heading" and block.text.strip()]

    def evidence(self, start: int, end: int) -> Evidence:
        page = next((page.number for page in self.pages if page.start <= start < page.end), None)
        around = self.text[max(0, start - 60) : end + 60]
        return Evidence(page, start, end, " ".join(around.split())[:200])

    def is_short_line(self, offset: int) -> bool:
        """Whether a line holds few words: it is part of a title page or of the particulars of a document."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return len(self.text[start : end if end >= 0 else len(self.text)][:400].split()) <= _SHORT

    def heading_at(self, offset: int) -> bool:
        place = bisect_right(self._starts, offset) - 1
        return place >= 0 and offset < self.headed[place].body


def _scored(places: _Places, title: str, heading: Section | None, vocabulary: Vocabulary) -> dict[str, list[_Scored]]:
    """How strongly the text is about each value of the vocabulary, by facet."""
    found: dict[tuple[str, str], _Scored] = {}
    if heading is None:
        for value, start, end in vocabulary.named_in(title):
            if _spelled_as(value, title[start:end]):
                found.setdefault((value.facet, value.name), _Scored(value)).score += _TITLE
    for value, start, end in vocabulary.named_in(places.text):
        if value.facet == "soort" or not _spelled_as(value, places.text[start:end]):
            continue
        weight = _weight(places, start, heading)
        one = found.setdefault((value.facet, value.name), _Scored(value))
        one.mentions += 1
        one.score += weight
        if weight > one.best:
            one.best, one.span = weight, (start, end)
    facets: dict[str, list[_Scored]] = defaultdict(list)
    for one in found.values():
        facets[one.value.facet].append(one)
    return facets


def _weight(places: _Places, start: int, heading: Section | None) -> float:
    if heading is not None and heading.start <= start < heading.body:
        return _TITLE
    if places.heading_at(start):
        return _HEADING
    return _EARLY if start < places.opening else _MENTION


@lru_cache(maxsize=10_000)
def _spelled_as(value: Value, surface: str) -> bool:
    """Whether a word stands for a value by its capitals too: "HAN" is a name, "han" and "Han" are not."""
    stems = [token.stem for token in tokens(surface)]
    same = [s for s in value.spellings if [token.stem for token in tokens(s)] == stems]
    if any(s.islower() for s in same) or not same:
        return True
    if all(s.isupper() and len(s) <= 4 for s in same):
        return surface in same
    return any(c.isupper() for c in surface)


def _values(scored: Mapping[str, Sequence[_Scored]], facet: str, places: _Places) -> tuple[Guess, ...]:
    """The values of a facet that the document is about, the strongest first."""
    ranked = sorted(scored.get(facet, ()), key=lambda one: (-one.score, one.value.name))
    if not ranked:
        return ()
    top = ranked[0].score
    length = max(1.0, (len(places.text) / 6000) ** 0.5)
    bar = max(_BAR[facet] * length, 0.15 * top)
    return tuple(
        Guess(
            one.value.name,
            round(min(0.95, 0.3 + 0.6 * one.score / (_SURE * length)), 2),
            places.evidence(*one.span) if one.mentions else None,
        )
        for one in ranked
        if one.score >= bar
    )


def _kind(places: _Places, title: str, vocabulary: Vocabulary) -> Guess:
    """What sort of document it is, by general words and the vocabulary's names of kinds."""
    opening = places.text[: places.opening]
    scores: dict[DocumentKind, float] = defaultdict(float)
    names = {key: kind for kind, key in KIND_KEYS.items()}
    spelled = {
        fold(spelling): names[value.name]
        for value in vocabulary.of("soort")
        if value.name in names
        for spelling in (value.name, value.plural or value.name)
    }
    for text, weight, most in ((title, 5.0, 5.0), (opening, 1.0, 3.0)):
        named: Counter[DocumentKind] = Counter()
        for word in WORD.findall(fold(text)):
            kinds = {kind for kind, cues in _KIND_WORDS.items() if word in cues or _ends_as(word, cues)}
            named.update(kinds | ({spelled[word]} if word in spelled else set()))
        for kind, count in named.items():
            scores[kind] += min(most, weight * count)
    if _defines_its_title(places, title):
        scores[DocumentKind.CONCEPT] += 4.0
    kind = max(scores, key=lambda one: (scores[one], one), default=DocumentKind.OTHER)
    if scores.get(kind, 0.0) < 2.0:
        return Guess(DocumentKind.OTHER, 0.3)
    total = sum(scores.values())
    return Guess(kind, round(min(0.9, scores[kind] / total, 0.1 + scores[kind] / 8), 2), _cue(places, kind))


def _ends_as(word: str, cues: Iterable[str]) -> bool:
    """Whether a word is a compound of one of the cues: "subsidieregeling"."""
    return any(word.endswith(cue) for cue in cues if len(cue) >= 7)


def _cue(places: _Places, kind: DocumentKind) -> Evidence | None:
    cues = _KIND_WORDS.get(kind, frozenset())
    for match in WORD.finditer(places.text[: places.opening]):
        if fold(match.group()) in cues:
            return places.evidence(match.start(), match.end())
    return None


def _defines_its_title(places: _Places, title: str) -> bool:
    """Whether a short document begins by saying what the thing in its title is."""
    if len(places.text) > 4000:
        return False
    body = places.headed[0].body if places.headed else 0
    first = re.split(r"[.!?]\s", places.text[body : body + 600])[0]
    defines = _DEFINES.search(first)
    words = {token.stem for token in tokens(title) if len(token.word) > 3}
    return bool(defines and words & {token.stem for token in tokens(first[: defines.start()])})


def _status(places: _Places, vocabulary: Vocabulary) -> Guess | None:
    """The status that a document gives behind the word "status" itself; running text says too little."""
    for match in islice(_STATUS.finditer(places.text), 50):
        line = places.text[match.end() : match.end() + 60].split("\n")[0]
        for value, start, end in vocabulary.named_in(line):
            if value.facet == "status":
                at = match.end()
                return Guess(value.name, 0.7, places.evidence(at + start, at + end))
    return None


def _period(places: _Places) -> Guess | None:
    """The period that the first page gives by its name or on a line of its own; running text tells of others too."""
    for period, start, end in periods_in(places.text[: places.opening]):
        if not places.text[start].isdigit() and not period.startswith("vanaf"):
            return Guess(period, 0.6, places.evidence(start, end))
        if places.is_short_line(start):
            return Guess(period, 0.5, places.evidence(start, end))
    return None


def _date(property_date: str | None, places: _Places) -> Guess | None:
    """The date that the first page gives as that of the document, or else that of the file's properties."""
    found = [
        one
        for one in dates_in(places.text[: places.opening])
        if places.is_short_line(one[1]) or _DATED.search(places.text[max(0, one[1] - 40) : one[1]])
    ]
    # a full date says more than a month
    for date, start, end in sorted(found, key=lambda one: -len(one[0])):
        agrees = property_date is not None and property_date.startswith(date[:7])
        alone = len({other for other, _, _ in found}) == 1
        return Guess(date, 0.9 if agrees else 0.7 if alone else 0.4, places.evidence(start, end))
    return Guess(property_date, 0.5) if property_date else None
