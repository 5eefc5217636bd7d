"""How much of a question one unit answers, and where that shows: in its words, its headings, or beside it.

A sentence is seldom complete on its own: "Deze AD bestaat al enkele jaren" stands under the heading of its pilot.
Each term of the question is therefore looked for in the unit first, then, for less, in what a reader sees around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.answer_types import asks_type, counts, holds_type, names_type
from kb.language import is_stop, similarity, tokens
from kb.types import Question, Term
from kb.units import Unit

IN_HEADING, IN_PARENT, IN_TITLE, IN_INTRO, IN_HEADS, BESIDE = 0.8, 0.6, 0.55, 0.85, 0.85, 0.5
"""What a term counts for where it is not in the unit itself but around it (1 is in the unit)."""
MEANING = 0.25
"""Weight of the cosine between the whole unit and the whole question."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one unit holds of a question."""

    unit: Unit
    found: tuple[float, ...]
    """For each term of the question how well it is met, in the unit or around it, 0 to 1."""
    direct: tuple[float, ...]
    """The same for the unit's own words alone."""
    coverage: float
    """Share of the question that is met, by the weight of its terms."""
    direct_coverage: float
    typed: bool
    """Whether it holds the kind of answer asked for."""
    score: float
    cosine: float = 0.0
    """How near in meaning the whole unit is to the whole question; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Context:
    """The units of one document, with what surrounds them."""

    units: tuple[Unit, ...]
    title_stems: tuple[str, ...]

    def listed(self, unit: Unit) -> str:
        """The items of the list that a unit introduces, as one text; empty where it introduces none."""
        if not unit.text.endswith(":"):
            return ""
        return "; ".join(other.text for other in self.units[unit.place + 1 :] if other.intro == unit.place)

    def around(self, unit: Unit) -> tuple[Sequence[str], Sequence[str]]:
        """The stems of the sentences before and after a unit in its paragraph, and of its list's introduction."""
        beside: list[str] = []
        for place in (unit.place - 1, unit.place + 1):
            if 0 <= place < len(self.units):
                other = self.units[place]
                if other.paragraph == unit.paragraph and other.kind == "sentence" == unit.kind:
                    beside += other.stems
        intro = self.units[unit.intro].stems if unit.intro is not None else ()
        return beside, intro


def weigh(question: Question, unit: Unit, context: Context, retrieved: float, cosine: float = 0.0) -> Evidence:
    """The evidence in one unit.

    `retrieved` is how well search found its chunk, 0 to 1; `cosine` how near in meaning it is, where that is known.
    """
    beside, intro = context.around(unit)
    headings = [_stems(heading) for heading in unit.headings]
    own = unit.stems
    listed = context.listed(unit)
    typed = holds_type(question, listed or unit.text)
    found: list[float] = []
    direct: list[float] = []
    for term in question.terms:
        inside = presence(term, own)
        if typed and asks_type(question) and names_type(question, term.text):
            inside = 1.0  # the kind of answer is there, so the word for that kind need not be
        around = [inside]
        if inside < 1.0:
            if headings:
                around.append(IN_HEADING * presence(term, headings[-1]))
            around += [IN_PARENT * presence(term, heading) for heading in headings[:-1]]
            around.append(IN_TITLE * presence(term, context.title_stems))
            around.append(IN_INTRO * presence(term, intro))
            around.append(IN_HEADS * presence(term, unit.heads))
            around.append(BESIDE * presence(term, beside))
        direct.append(inside)
        found.append(max(around))
    weights = [term.weight for term in question.terms]
    total = sum(weights) or 1.0
    coverage = sum(w * f for w, f in zip(weights, found, strict=True)) / total
    direct_coverage = sum(w * d for w, d in zip(weights, direct, strict=True)) / total
    score = 0.6 * coverage + 0.4 * direct_coverage + 0.15 * retrieved + MEANING * max(0.0, cosine)
    score += _form(question, unit, typed, bool(listed))
    return Evidence(unit, tuple(found), tuple(direct), coverage, direct_coverage, typed, score, cosine)


def presence(term: Term, stems: Sequence[str]) -> float:
    """How well a term, or what may stand for it, is met in a row of stems, 0 to 1."""
    if not stems:
        return 0.0
    held = frozenset(stems)
    best = 0.0
    for way, weight in ((term.stems, 1.0), *term.alternatives):
        if weight <= best:
            continue
        met = min(_nearest(stem, held, exact=weight < 1.0 and len(way) == 1) for stem in way)
        if met < 1.0 and (term.name or len(way) > 1):
            continue  # a name, and a fixed phrase, is there whole or not at all
        best = max(best, weight * met)
    return best


@lru_cache(maxsize=300_000)
def _nearest(stem: str, held: frozenset[str], exact: bool) -> float:
    """The best similarity of one stem to any of a set. Stand-ins (`exact`) count whole or as part of a compound."""
    if stem in held:
        return 1.0
    if stem.isdigit():
        return 0.0
    best = max((similarity(stem, other) for other in held), default=0.0)
    return best if not exact or best >= 0.8 else 0.0


def _form(question: Question, unit: Unit, typed: bool, introduces: bool) -> float:
    """What the form of a unit says for or against it as an answer."""
    bonus = 0.0
    if asks_type(question):
        bonus += 0.12 if typed else -0.15
        if question.kind == "how_many":
            bonus += 0.15 if counts(question, unit.text) else -0.05
    if unit.kind == "heading":
        bonus -= 0.12 if len(unit.words) < 6 else 0.05 if len(unit.words) < 9 else 0.0
    if unit.text.endswith("?"):
        bonus += 0.35 if _asks_for_questions(question) else -0.2
    if question.kind in {"definition", "what"} and unit.kind == "sentence" and _defines(question, unit):
        bonus += 0.15
    if question.kind == "list" and unit.kind == "sentence" and _ENUMERATES.search(unit.text):
        bonus += 0.15
    if introduces and question.kind in {"list", "who"}:
        bonus += 0.3 if question.head and question.head[0] in unit.stems else 0.12
    if len(unit.words) > 45:
        bonus -= 0.05
    if len(unit.words) < 4 and unit.kind == "sentence":
        bonus -= 0.1
    return bonus


def _asks_for_questions(question: Question) -> bool:
    return bool(question.head) and (question.head[0].endswith("vrag") or question.head[0] in {"question", "vraag"})


_ENUMERATES = re.compile(r":\s.+,|,[^,]+,|,[^,]+ (?:en|of|and|or) ")

_DEFINES = re.compile(
    r"^(?:\W*(?:een|de|het|a|the)\s+)?(?P<subject>.{2,60}?)\s+(?:is|zijn|betreft|betekent|houdt in|staat voor|heet|noemen we)\b",
    re.IGNORECASE,
)


def _defines(question: Question, unit: Unit) -> bool:
    """Whether the sentence begins as a definition of what was asked about."""
    match = _DEFINES.match(unit.text)
    if not match:
        return False
    subject = _stems(match["subject"])
    heavy = [term for term in question.terms if not term.light]
    return bool(heavy) and all(presence(term, subject) >= 0.8 for term in heavy[:2])


@lru_cache(maxsize=20_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens(text) if not is_stop(token.word))
