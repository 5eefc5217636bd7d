"""Passages that say the same: a copy in another document, or the same text in another version of it, is shown once.

Two passages say the same when their words are the same in order, apart from a few. What differs may be no number, no
name (a word with a capital), no negation, and no word that tells what a document is about: two rows of a table, or a
sentence on each of two pilots, are two things. The shorter a text, the more it leans on its headings: "Dat duurt twee
jaar" says something else under another title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

from kb.language import WORD, fold, is_dutch_word, is_stop, stem
from kb.types import Metadata

DIFFERS = 0.05
"""The share of the words of the longer of two passages in which they may differ."""
LONG, SHORT = 30, 12
"""Words from which a passage can be understood without the headings above it, and below which it cannot at all."""
_RUN = 3
_ENOUGH = 0.7
"""The share of its runs of words that a passage must share with another to be compared with it word by word."""
_LOOSE = frozenset("de het een en er ook dus dan die dat deze dit nog the a an and also this that these".split())
"""Words that are passed over: a text that has one more of them says nothing else."""
_DECIDES = frozenset(
    stem(word)
    for word in "niet geen nooit niets niemand zonder wel alleen uitzondering behalve tenzij moet moeten mag mogen kan "
    "kunnen hoeft verplicht vrijwillig voor na vanaf tot minstens hoogstens minimaal maximaal meer minder "
    "not no never none nobody without only except unless must may can before after until least most more less".split()
)
"""Words that turn or bound what is said."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with what tells what it is about."""

    text: str
    document_id: str
    headings: tuple[str, ...]
    metadata: Metadata


def once(passages: Iterable[Passage], wanted: int) -> list[tuple[int, int]]:
    """The passages to show, given best first: for each the place it has earned, and the place of the one to show there.

    Those differ where a newer document says the same as the one that was found first. No more are looked at than
    twice as many as are wanted, as long as so many say different things.
    """
    places: list[tuple[int, int]] = []
    shown: list[Passage] = []
    said: set[int] = set()
    for place, passage in enumerate(passages):
        if len(shown) >= wanted and place >= 2 * wanted:
            break
        own = _runs(passage.text)
        # what shares too little with all together shares too little with each
        known = _known(shown, passage) if len(own & said) >= _ENOUGH * len(own) else None
        said |= own
        if known is None:
            places.append((place, place))
            shown.append(passage)
        elif _replaces(passage, shown[known]):
            places[known] = places[known][0], place
            shown[known] = passage
    return places


def same(one: Passage, other: Passage) -> bool:
    """Whether two passages say the same."""
    return _about_the_same(one, other) and _alike(keys(one.text), keys(other.text), _subjects(one) | _subjects(other))


def _known(shown: Sequence[Passage], passage: Passage) -> int | None:
    """Which of those shown says what this passage says; None where none does."""
    own = _runs(passage.text)
    enough = _ENOUGH * len(own)
    for which, better in enumerate(shown):
        if len(own & _runs(better.text)) >= enough and (same(better, passage) or _says_it_too(better, passage)):
            return which
    return None


def _says_it_too(longer: Passage, passage: Passage) -> bool:
    """Whether a passage stands within a longer one that is not older."""
    if _date(passage) > _date(longer) or not _about_the_same(longer, passage):
        return False
    words, held = keys(passage.text), keys(longer.text)
    places = {held[at : at + _RUN]: at for at in range(len(held))}
    shifts = Counter(places[run] - at for at in range(len(words)) if (run := words[at : at + _RUN]) in places)
    start = max(0, shifts.most_common(1)[0][0]) if shifts else 0
    return _alike(held[start : start + len(words)], words, _subjects(longer) | _subjects(passage))


def _replaces(passage: Passage, shown: Passage) -> bool:
    """Whether a passage is the one to show: it is newer, says the same, and no headings name something else."""
    newer = bool(_date(shown)) and _date(passage) > _date(shown)
    return newer and not _conflict(_names(passage), _names(shown)) and same(passage, shown)


def _alike(one: Words, other: Words, subjects: frozenset[str]) -> bool:
    if one == other:
        return True
    allowed = int(DIFFERS * max(len(one), len(other)))
    if Indel.distance(one, other, score_cutoff=2 * allowed) > 2 * allowed:
        return False
    edits = Indel.editops(one, other)
    changed = [(one if edit.tag == "delete" else other)[_place(edit)] for edit in edits]
    return len(changed) <= 2 * allowed and not any(_matters(word) or word.lower() in subjects for word in changed)


def _place(edit: object) -> int:
    return int(edit.src_pos if edit.tag == "delete" else edit.dest_pos)  # type: ignore[attr-defined]


@lru_cache(maxsize=4_096)
def keys(text: str) -> Words:
    """The words of a text as they are compared: numbers and names as written, else stems; loose words left out."""
    return tuple(
        word if word.lower() != word or not word.isalpha() else stem(fold(word))
        for word in WORD.findall(text)
        if word.lower() not in _LOOSE
    )


@lru_cache(maxsize=4_096)
def _runs(text: str) -> frozenset[int]:
    """The runs of words of a text, by their hashes."""
    words = keys(text)
    return frozenset(hash(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def _matters(word: str) -> bool:
    """Whether a word may not differ: a number, a name, or one that turns what is said."""
    return word != word.lower() or not word.isalpha() or word in _DECIDES


def _about_the_same(one: Passage, other: Passage) -> bool:
    """Whether nothing says that two passages are about different things, however alike their words."""
    if any(_conflict(a, b) for a, b in zip(_facets(one.metadata), _facets(other.metadata), strict=True)):
        return False
    words = min(len(keys(one.text)), len(keys(other.text)))
    if words >= LONG:
        return True
    if one.document_id == other.document_id:
        return one.headings == other.headings
    leans_on = _subjects if words < SHORT else _names
    return not _conflict(leans_on(one), leans_on(other))


def _conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each has what the other has not."""
    return bool(one - other and other - one)


def _facets(metadata: Metadata) -> tuple[frozenset[str], ...]:
    lists = (metadata.sector, metadata.institutions, metadata.partners, metadata.levels, metadata.region)
    return tuple(map(frozenset, lists))


@lru_cache(maxsize=4_096)
def _names_in(line: str) -> frozenset[str]:
    """The names in a heading; that the first word has a capital says nothing where it is a word of the language."""
    words = [word for word in WORD.findall(line) if not is_stop(fold(word))]
    first = WORD.match(line)
    return frozenset(
        word
        for word in words
        if word != word.lower() and not (first and word == first.group() and is_dutch_word(fold(word)))
    )


def _names(passage: Passage) -> frozenset[str]:
    lines = (passage.metadata.title, *passage.headings)
    return frozenset().union(*map(_names_in, lines))


def _subjects(passage: Passage) -> frozenset[str]:
    """The stems of title, headings and facets: what a document is about."""
    facets = frozenset().union(*_facets(passage.metadata))
    return frozenset().union(*map(_stems_in, (passage.metadata.title, *passage.headings, *facets)))


@lru_cache(maxsize=4_096)
def _stems_in(line: str) -> frozenset[str]:
    words = map(fold, WORD.findall(line))
    return frozenset(stem(word) for word in words if word.isalpha() and not is_stop(word))


def _date(passage: Passage) -> str:
    return passage.metadata.date or ""
