"""How well the terms of a question, or what may stand for them, are met in rows of stems.

Two stems that share no part of four characters are not alike (`kb/language.py`), and most stems of a text share none
with anything that is asked. So each stem is looked at once for a question, compared only with the words that it shares
a part with, and from then on a row of stems is looked through by operations on sets.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from operator import mul
from typing import Any

from kb.language import ALIKE_BY, grams, similarity
from kb.types import Question, Term

ALIKE = 0.8
"""From here a word of a unit counts as one that was asked for."""
Met = tuple[float, ...]
"""For each term of a question how well it is met, 0 to 1."""


def presence(term: Term, stems: Collection[str]) -> float:
    """How well a term, or what may stand for it, is met in a row of stems, 0 to 1."""
    return _ways(term).met(stems) if stems else 0.0


def stands_in(term: Term, stems: frozenset[str]) -> float:
    """How well a term, or what may stand for it, is met word for word in the stems of a whole text, 0 to 1."""
    if stems.issuperset(term.stems):
        return 1.0
    return max((weight for way, weight in term.alternatives if stems.issuperset(way)), default=0.0)


class Asked:
    """The terms of one question, to be looked for together."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.weights = tuple(term.weight for term in question.terms)
        self.none: Met = (0.0,) * len(self.weights)
        """What is met where nothing is; always this very tuple, so that it can be told by `is`."""
        self._total = sum(self.weights)
        self._ways = [_ways(term) for term in question.terms]
        self._phrases = [(i, way, weight) for i, ways in enumerate(self._ways) for way, weight in ways.phrases]
        self._in_phrases = frozenset(stem for _, way, _ in self._phrases for stem in way)
        self._parts = frozenset().union(*(ways.parts for ways in self._ways))
        self._seen: set[str] = set()
        self._rows: dict[str, Met] = {}
        """By stem how well it meets each term; only of those that meet any."""
        self._asking = {stem for ways in self._ways for stem in ways.in_phrases}
        """Stems that count as asked for, of those seen."""
        self._known: dict[tuple[str, ...], Met] = {}
        self._counted: dict[tuple[float, tuple[str, ...]], Met] = {}
        self.kept: dict[Any, Any] = {}
        """What others worked out for this question and may ask again."""

    def met(self, stems: tuple[str, ...]) -> Met:
        """For each term how well it is met in a row of stems: what `presence` says, for all at once."""
        known = self._known.get(stems)
        if known is None:
            known = self._known[stems] = self._look(stems, stems)
        return known

    def counted(self, share: float, stems: tuple[str, ...]) -> Met:
        """The same, where what is met counts for a share of itself."""
        known = self._counted.get((share, stems))
        if known is None:
            met = self.met(stems)
            known = met if met is self.none else tuple([share * one for one in met])
            self._counted[share, stems] = known
        return known

    def alike(self, stems: tuple[str, ...]) -> float:
        """How much a row of stems is the question itself: the harmonic mean of what of each is in the other."""
        met = self.share(self.met(stems)) if stems else 0.0
        asked_for = self.asked_share(stems)
        return 2 * met * asked_for / (met + asked_for) if met + asked_for else 0.0

    def met_among(self, stems: frozenset[str]) -> Met:
        """The same, for stems of which the order is not known."""
        return self._look(stems, None)

    def share(self, met: Met) -> float:
        """How much of the question is met, by the weight of its terms."""
        if met is self.none or not self._total:
            return 0.0
        return float(sum(map(mul, self.weights, met)) / self._total)

    def asked_share(self, stems: Sequence[str]) -> float:
        """The share of some stems that were asked for, by themselves or as part of a phrase; 0 of none."""
        if not stems:
            return 0.0
        if not self._seen.issuperset(stems):
            self._learn(stems)
        return sum(map(self._asking.__contains__, stems)) / len(stems)

    def _look(self, stems: Collection[str], ordered: tuple[str, ...] | None) -> Met:
        if not self._seen.issuperset(stems):
            self._learn(stems)
        rows = [self._rows[stem] for stem in self._rows.keys() & stems]
        whole = self._phrases and self._in_phrases.intersection(stems)
        if not rows and not whole:
            return self.none
        best = list(map(max, zip(*rows, strict=True))) if len(rows) > 1 else list(rows[0] if rows else self.none)
        if whole:
            for i, way, weight in self._phrases:
                if weight > best[i] and whole.issuperset(way) and self._ways[i].stand_together(way, ordered):
                    best[i] = weight
        return tuple(best) if any(best) else self.none

    def _learn(self, stems: Iterable[str]) -> None:
        """Compare the stems that are new with the terms."""
        for stem in set(stems) - self._seen:
            if not self._parts.isdisjoint(grams(stem, ALIKE_BY)):
                row = tuple(ways.by_one(stem) for ways in self._ways)
                best = max(row)
                if best:
                    self._rows[stem] = row
                if best >= ALIKE:
                    self._asking.add(stem)
            self._seen.add(stem)


_THREAD = threading.local()


def asked(question: Question) -> Asked:
    """The terms of the question that this thread is at; all units of an answer are weighed one after the other."""
    latest: Asked | None = getattr(_THREAD, "asked", None)
    if latest is None or latest.question is not question:
        latest = _THREAD.asked = Asked(question)
    return latest


class _Ways:
    """What may stand for one term; how well a stem does is worked out once."""

    def __init__(self, term: Term) -> None:
        self.term = term
        ways = ((term.stems, 1.0), *term.alternatives)
        # a fixed phrase is there whole or not at all
        self.phrases = tuple((way, weight) for way, weight in ways if len(way) > 1)
        self.in_phrases = frozenset(stem for way, weight in self.phrases if weight >= ALIKE for stem in way)
        self._exact: dict[str, float] = {}
        """Single stems, each with the most that it counts for."""
        self._by_part: dict[str, list[tuple[str, float]]] = {}
        """By a part which single stems have it, of those that others may be like."""
        for (single, *others), weight in ways:
            if others:
                continue
            self._exact[single] = max(weight, self._exact.get(single, 0.0))
            if not (term.name or single.isdigit()):  # a name or a number is met whole or not at all
                for part in grams(single, ALIKE_BY):
                    self._by_part.setdefault(part, []).append((single, weight))
        self.parts = frozenset(self._by_part).union(*(grams(single, ALIKE_BY) for single in self._exact))
        self._like: dict[str, float] = {}
        """How well a stem meets the term; only of those that do at all."""
        self._seen: set[str] = set()

    def met(self, stems: Collection[str]) -> float:
        """How well the term is met in a row of stems; of a set no order is known."""
        if not self._seen.issuperset(stems):
            for stem in set(stems) - self._seen:
                if alike := self.by_one(stem):
                    self._like[stem] = alike
                self._seen.add(stem)
        best = max((self._like[stem] for stem in self._like.keys() & stems), default=0.0)
        ordered = tuple(stems) if isinstance(stems, tuple) else None
        for way, weight in self.phrases:
            if weight > best and all(stem in stems for stem in way) and self.stand_together(way, ordered):
                best = weight
        return best

    def stand_together(self, way: tuple[str, ...], stems: tuple[str, ...] | None) -> bool:
        """Whether the words of a name stand in a row, as far as the order of the stems is known.

        "Noord-Brabant … Bouwend Nederland" is not "Noord-Nederland".
        """
        if not self.term.name or stems is None:
            return True
        return any(stems[at : at + len(way)] == way for at, stem in enumerate(stems) if stem == way[0])

    def by_one(self, stem: str) -> float:
        """How well one stem meets the term; one that is like a stand-in meets it as part of a compound at least."""
        best = self._exact.get(stem, 0.0)
        shared = self._by_part.keys() & grams(stem, ALIKE_BY)
        for one, weight in {pair for part in shared for pair in self._by_part[part]} if shared else ():
            alike = similarity(one, stem)
            if weight * alike > best and (weight == 1.0 or alike >= ALIKE):
                best = weight * alike
        return best


_LATEST: dict[int, _Ways] = {}
"""By the identity of a term: terms are compared by all that may stand for them, which takes longer than the work."""
_KEPT_TERMS = 1_000


def _ways(term: Term) -> _Ways:
    known = _LATEST.get(id(term))
    if known is None or known.term is not term:
        if len(_LATEST) > _KEPT_TERMS:
            _LATEST.clear()
        known = _LATEST[id(term)] = _Ways(term)
    return known
