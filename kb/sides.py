"""The two sides of a comparison: which things are compared, and what says most of each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer_types import holds_aspect
from kb.evidence import Evidence, share_of_best, subject_defined
from kb.language import stem
from kb.lists import MAX_LIST_WORDS, NEAR_BESIDE_LIST, within
from kb.presence import ALIKE, presence
from kb.repetition import repeats
from kb.snapshot import Snapshot
from kb.types import Question
from kb.units import Unit

NEAR_COMPARED = 0.005
"""How likely a sentence on one side of a comparison must be to answer, where any is."""
BOTH = 0.8
"""How well a sentence must meet each of two subjects to speak of both."""
ALONE = 0.4
"""How likely the best sentence is to be the one that answers, for a comparison to begin with it whatever it names."""


def both_sides(question: Question, ranked: Sequence[Evidence], snapshot: Snapshot) -> list[Unit]:
    """For a comparison: what says both, then the best on each of the two; nothing where no two can be told apart."""
    if question.kind != "compare":
        return []
    heavy = [i for i, t in enumerate(question.terms) if not t.light and t.stems[0] not in _COMPARING]
    sides = _sides(question, heavy)
    if not sides:
        return []
    aspects = [i for i in heavy if all(i not in side for side in sides)]
    units = _of_both(ranked, sides) or _surely(ranked)
    for side, other in (sides, sides[::-1]):

        def fit(e: Evidence, side: Sequence[int] = side, other: Sequence[int] = other) -> float:
            own = _mean(e.found, side) - 0.5 * _mean(e.direct, other)
            typed = 0.8 * holds_aspect(question, e.unit.text)
            if not aspects:
                # what one side is tells how they differ; a list tells of it what of the other is not told
                typed = max(typed, 0.8 * _says_what_is(question, side, e.unit)) - 0.4 * e.unit.text.endswith(":")
            return own + sum(question.terms[i].weight * e.found[i] for i in aspects) + 0.03 * e.score + typed

        held = [e for e in ranked if _mean(e.found, side) >= 0.5 and e.unit.kind != "heading"]
        held = [e for e in held if e.against(ranked[0]) >= NEAR_COMPARED] or held
        if not aspects:  # what says something of an aspect may stand below the name of what it is about
            held = [e for e in held if _mean(e.direct, side) >= 0.5] or held
        of_side: list[Unit] = []
        for evidence in sorted(held, key=fit, reverse=True)[:2]:
            # two sides are often said in the same words but for one, so that alike is not the same; of one side it is
            again = any(repeats(evidence.unit, unit) for unit in of_side)
            if not again and not any(set(evidence.unit.stems) <= set(unit.stems) for unit in units):
                of_side.append(evidence.unit)
                units += _with_its_list(evidence.unit, snapshot)
    return within(list(dict.fromkeys(units)), MAX_LIST_WORDS) if len(units) > 1 else []


def _says_what_is(question: Question, side: Sequence[int], unit: Unit) -> bool:
    """Whether a unit begins as a definition of one of the two that are compared, which tells best how they differ."""
    subject = subject_defined(unit.text)
    return bool(subject) and all(presence(question.terms[i], subject) >= ALIKE for i in side)


_BETWEEN = re.compile(
    r"\b(?:tussen|between|compare)\s+(?P<one>.+?)\s+(?:en|and|with|to)\s+(?P<other>[^,?]+)"
    r"|\b(?:verschilt|verschillen|differs?)\s+(?P<from>.+?)\s+(?:van|from)\s+(?P<to>[^,?]+)"
    r"|\banders\b.*?\b(?:aan|bij|in|op)\s+(?P<this>.+?)\s+dan\s+(?:aan |bij |in |op )?(?P<that>[^,?]+)"
    r"|^(?P<either>[\w-]+) of (?P<or>[\w-]+)(?=[,:])"
    r"|\b(?:vergelijk|vergelijken|verschillen)\b.*?\b(?:van|voor|bij)\s+(?P<left>.+?)\s+en\s+(?:die van\s+)?(?P<right>[^,?]+)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?P<one>[\w-]+) (?:en|of|and|or) (?=(?P<other>[\w-]+))", re.IGNORECASE)
_ENDS_SIDE = re.compile(r"\s(?:bij|in|voor|wat betreft|als het gaat om|qua)\s", re.IGNORECASE)


def _sides(question: Question, heavy: Sequence[int]) -> tuple[Sequence[int], Sequence[int]] | None:
    """The terms of each of the two things that are compared: as the question joins them, else its two weightiest."""
    match = _BETWEEN.search(question.asked)
    if match:
        left, right = (part for part in match.groups() if part is not None)
        parts = [_ENDS_SIDE.split(part)[0] for part in (left, right)]
        both = [[i for i in heavy if question.terms[i].text in part] for part in parts]
        apart = [[i for i in one if i not in other] for one, other in (both, both[::-1])]
        if all(apart):
            return apart[0], apart[1]
    for pair in _JOINED.finditer(question.standalone):
        both = [[i for i in heavy if question.terms[i].text == side] for side in pair.group("one", "other")]
        if all(both):
            return both[0], both[1]
    ranked = sorted(heavy, key=lambda i: (not question.terms[i].name, -question.terms[i].weight))[:2]
    return ([min(ranked)], [max(ranked)]) if len(ranked) == 2 else None


def _mean(met: Sequence[float], chosen: Sequence[int]) -> float:
    return sum(met[i] for i in chosen) / len(chosen)


def _of_both(ranked: Sequence[Evidence], sides: Sequence[Sequence[int]]) -> list[Unit]:
    """The sentence that speaks of both subjects of a comparison, where one is among the likeliest."""
    for evidence in ranked[:5]:
        both = all(_mean(evidence.direct, side) >= BOTH for side in sides)
        if both and evidence.unit.kind != "heading" and evidence.against(ranked[0]) >= NEAR_BESIDE_LIST:
            return [evidence.unit]
    return []


def _surely(ranked: Sequence[Evidence]) -> list[Unit]:
    """The sentence that answers best, where it is far likelier than any other: it need not name what is compared."""
    best = ranked[0]
    return [best.unit] if best.unit.kind == "sentence" and share_of_best(ranked) >= ALONE else []


def _with_its_list(unit: Unit, snapshot: Snapshot) -> list[Unit]:
    """A unit, and the items of the list that it introduces."""
    if not unit.text.endswith(":"):
        return [unit]
    return [unit, *snapshot.context(unit.document_id).items(unit)]


_COMPARING = frozenset(
    stem(w) for w in ("verschil", "verschillen", "vergelijk", "vergelijken", "difference", "compare")
)
