"""How much of a question one unit answers, and where that shows: in its words, its headings, or beside it.

A sentence is seldom complete on its own: "Deze AD bestaat al enkele jaren" stands under the heading of its pilot.
Each term of the question is therefore looked for in the unit first, then, for less, in what a reader sees around it.
From that come some figures between 0 and 1, which the weights in `evidence.json` add up; `bench/train_evidence.py`
learned them from questions of which the answering sentences are known.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import NamedTuple

from kb.answer_types import asks_type, counts, holds_type
from kb.context import Context, Stems, Surroundings, stems_in_order
from kb.dates import date_words, same_day
from kb.language import stem
from kb.presence import ALIKE, Asked, Met, asked, presence, stands_in
from kb.types import Question, Term
from kb.units import Unit
from kb.wanted import names_type, wanted
from kb.years import is_period, spans_in

WEIGHTS_FILE = Path(__file__).with_name("evidence.json")
IN_HEADING, IN_PARENT, IN_TITLE, IN_INTRO, IN_HEADS, BESIDE, POINTED_AT, IN_EXPECTED = (
    0.8,
    0.6,
    0.55,
    0.85,
    0.85,
    0.5,
    0.85,
    0.7,
)
"""What a term counts for where it is not in the unit itself but around it (1 is in the unit)."""


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
    typed: bool
    """Whether it holds the kind of answer asked for."""
    score: float
    """The weighted sum of the figures: `exp` of the difference of two tells how much likelier one is to answer."""
    cosine: float = 0.0
    """How near in meaning the whole unit is to the whole question; 0 where that is not known."""
    near: tuple[float, ...] = ()
    """For each term how well it is met, in words or in meaning."""
    figures: dict[str, float] = field(default_factory=dict, hash=False, compare=False)

    def against(self, other: Evidence) -> float:
        """How much likelier than another candidate this one is to answer: 1 for as likely."""
        return math.exp(max(-50.0, min(50.0, self.score - other.score)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a question is one that a section is expected to answer, 0 to 1 each."""

    words: float = 0.0
    """By their words, and what may stand for these."""
    meaning: float = 0.0
    """The cosine; 0 where no cheap embedder is at hand."""
    text: str = ""
    """The question that was expected."""
    alike: bool = False
    """Whether both ask for the same kind of answer."""

    def mean(self, by_meaning: bool) -> float:
        """Both in one figure."""
        return (self.words + self.meaning) / 2 if by_meaning else self.words


UNEXPECTED = Likeness()


@dataclass(frozen=True, slots=True)
class Setting:
    """What search and the embedder know of one unit."""

    retrieved: float = 0.0
    """How well search found its passage, 0 to 1 for the best."""
    rank: int | None = None
    """The place of that passage among those found, from 0; None where it was not found itself."""
    passage: tuple[float, ...] = ()
    """For each term of the question how well that passage, with its headings, meets it."""
    cosine: float | None = None
    """How near in meaning the unit is to the question, -1 to 1; None where no embedder is at hand."""
    nearest: tuple[float, ...] = ()
    """For each term how near in meaning the nearest word of the unit is; empty where no embedder is at hand."""


def share_of_best(ranked: Sequence[Evidence]) -> float:
    """How likely the first of some candidates is to be the one that answers, 0 to 1, if one of them does."""
    return 1 / sum(one.against(ranked[0]) for one in ranked)


def weigh(
    question: Question, unit: Unit, context: Context, setting: Setting, expected: Likeness = UNEXPECTED
) -> Evidence:
    """The evidence in one unit; `expected`: how much the question is one that its section is expected to answer."""
    around = context.around(unit)
    terms = asked(question)
    typed = _typed(question, unit, context, around)
    own = terms.met(unit.stems)
    direct = _direct(question, own, typed)
    above = _above(terms, around.headings)
    places = [*above.counted, *_beside(terms, unit, context, around, expected)]
    found = tuple(map(max, direct, *places)) if places else direct
    if context.years and question.years:
        found = tuple(1.0 if _of_period(term, context) else f for term, f in zip(question.terms, found, strict=True))
    if question.days and _of_asked_day(question, context):
        dated = date_words(question.asked)
        found = tuple(1.0 if term.text in dated else f for term, f in zip(question.terms, found, strict=True))
    near = tuple(map(max, found, setting.nearest)) if setting.nearest else found
    single = len(around.windows) == 1
    body = unit.kind != "heading"
    figures = {
        "found": terms.share(found),
        "in_unit": terms.share(direct),
        "in_headings": above.share,
        "with_title": terms.share(_with_title(question, direct, terms.met(context.title_stems))),
        "under_question": above.alike / (1 + around.nth) if body and around.asked_above else 0.0,
        "in_passage": terms.share(setting.passage) if setting.passage else 0.0,
        "near": terms.share(near),
        "precise": terms.asked_share(around.content),
        "name_missing": max([1 - f for t, f in zip(question.terms, found, strict=True) if t.name], default=0.0),
        "opens": terms.share(terms.met(around.opening)),
        "together": terms.share(own) if single else max([terms.share(terms.met(w)) for w in around.windows]),
        "asked_heading": above.alike,
        "under_asked_heading": above.alike / (1 + around.nth) if body else 0.0,
        "first": float(body and around.nth == 0),
        "early": 1 / (1 + unit.place / 20),
        "cosine": max(0.0, setting.cosine or 0.0),
        "retrieved": setting.retrieved,
        "expected": expected.words if expected.alike else 0.0,
        "expected_otherwise": 0.0 if expected.alike else expected.words,
        "expected_meaning": expected.meaning,
        "expected_exactly": float(expected.alike and _same_words(question.standalone, expected.text)),
        "rank": 0.0 if setting.rank is None else 1 / (1 + setting.rank),
        **_TYPED.get((wanted(question), typed), _UNTYPED),
        **around.form.figures,
        **_form_asked(question, unit, around, typed),
    }
    score = _score(figures, by_meaning=setting.cosine is not None)
    return Evidence(unit, found, direct, figures["found"], typed, score, figures["cosine"], near, figures)


_NAMES_WITHIN = 8
"""Words of an item within which it names who is listed; further on it tells of something, with people in it."""


def _same_words(one: str, other: str) -> bool:
    """Whether two questions have the same words, but for grammar and order."""
    words = frozenset(stems_in_order(one))
    return bool(words) and words == frozenset(stems_in_order(other))


def _typed(question: Question, unit: Unit, context: Context, around: Surroundings) -> bool:
    """Whether a unit, or the list it introduces, holds the kind of answer asked for; of people and parties most items."""
    if not around.listed:
        return holds_type(question, unit.text)
    if GROUP_OF.get(wanted(question)) != "person":
        return holds_type(question, around.listed)
    items = context.items(unit)
    named = (holds_type(question, " ".join(item.text.split()[:_NAMES_WITHIN])) for item in items)
    return 2 * sum(named) >= len(items)


def _direct(question: Question, met: Met, typed: bool) -> Met:
    """How well a unit meets each term; where it holds the kind of answer, the word for that kind need not be there."""
    if not typed or not asks_type(question):
        return met
    return tuple(1.0 if names_type(question, t.text) else m for t, m in zip(question.terms, met, strict=True))


def _with_title(question: Question, direct: Met, title: Met) -> Met:
    """How well a unit meets each term together with the title of its document, where the question names that one.

    Who asks what was decided at a meeting names it; the sentences that name it too are those that say when it was.
    """
    named = [m >= ALIKE and not t.light for t, m in zip(question.terms, title, strict=True)]
    return tuple(map(max, direct, title)) if sum(named) > 1 else direct


class _Above(NamedTuple):
    """What the headings above a unit meet of a question."""

    share: float
    alike: float
    """How much the nearest of them is the question itself."""
    counted: tuple[Met, ...]


def _above(terms: Asked, headings: tuple[Stems, ...]) -> _Above:
    """The same for all units of a section, so that it is worked out once."""
    known: _Above | None = terms.kept.get(headings)
    if known is None:
        met = [one for heading in headings if (one := terms.met(heading)) is not terms.none]
        places = [terms.counted(IN_PARENT, one) for one in headings[:-1]]
        places += [terms.counted(IN_HEADING, one) for one in headings[-1:]]
        known = terms.kept[headings] = _Above(
            share=terms.share(tuple(map(max, terms.none, *met))) if met else 0.0,
            alike=terms.alike(headings[-1]) if headings else 0.0,
            counted=tuple(one for one in places if one is not terms.none),
        )
    return known


def _beside(terms: Asked, unit: Unit, context: Context, around: Surroundings, expected: Likeness) -> list[Met]:
    """What is met around a unit but in its headings, each counted for its share."""
    places = (
        (IN_TITLE, context.title_stems), (IN_INTRO, around.intro), (IN_HEADS, unit.heads),
        (POINTED_AT, around.pointed_at), (IN_EXPECTED, stems_in_order(expected.text)), (BESIDE, around.beside),
    )  # fmt: skip
    found = [terms.counted(share, stems) for share, stems in places if stems]
    return [one for one in found if one is not terms.none]


def _of_period(term: Term, context: Context) -> bool:
    """Whether a term is the period that a document is about by its title, and with it each of its sentences."""
    return is_period(term.text) and not spans_in(term.text).isdisjoint(context.years)


def _of_asked_day(question: Question, context: Context) -> bool:
    """Whether a document is of a day that the question names by its title, and with it each of its sentences."""
    return any(same_day(asked, told) for asked in question.days for told in context.days)


def in_document(question: Question, context: Context) -> Met:
    """For each term of a question how well a document holds it anywhere, word for word."""
    terms = asked(question)
    key = "document", id(context)
    met: Met | None = terms.kept.get(key)
    if met is None:
        met = terms.kept[key] = tuple([stands_in(term, context.stems) for term in question.terms])
    return met


def likeness(question: Question, text: str) -> float:
    """How much a short text is the question itself, 0 to 1."""
    return asked(question).alike(stems_in_order(text))


def _score(figures: dict[str, float], by_meaning: bool) -> float:
    # every unit has the same figures in the same order
    return float(
        sum(map(mul, figures.values(), _weights_in_order("meaning" if by_meaning else "words", tuple(figures))))
    )


@lru_cache(maxsize=8)
def _weights_in_order(kind: str, names: tuple[str, ...]) -> tuple[float, ...]:
    weights = _weights()[kind]
    return tuple(weights.get(name, 0.0) for name in names)


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    stored: dict[str, dict[str, dict[str, float]]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return stored["weights"]


def _form_asked(question: Question, unit: Unit, around: Surroundings, typed: bool) -> dict[str, float]:
    """What the form of a unit says for or against it as an answer to this very question."""
    kind, form = question.kind, around.form
    lists = bool(around.listed) and (kind == "list" or (kind == "who" and typed))
    asking = form.asks and _asks_for_questions(question)
    head = question.head[1:] if number_asked(question) else question.head
    return {
        "counts": float(kind == "how_many" and counted_by(question, unit)),
        "asked_back": float(form.asks and not asking),
        "question_wanted": float(asking),
        "defines": _defines(question, unit) if form.sentence and _asks_meaning(question) else 0.0,
        "expands": float(kind == "definition" and _expands(question, unit)),
        "enumerates": float(kind == "list" and form.enumerates),
        "introduces": float(lists),
        "introduces_asked": float(lists and bool(head) and head[0] in unit.stems),
        "as_many": float(lists and around.items == number_asked(question)),
    }


def counted_by(question: Question, unit: Unit) -> bool:
    """Whether a unit counts what was asked: in words, or as a row below the head of a column that is a number of it."""
    if counts(question, unit.text):
        return True
    heads = frozenset(unit.heads)
    if unit.kind != "row" or heads.isdisjoint(_NUMBER_OF) or not holds_type(question, unit.text):
        return False
    by_head = asked(question).met_among(heads)
    return any(met >= _HEAD_MET for term, met in zip(question.terms, by_head, strict=True) if not term.name)


_NUMBER_OF = frozenset(map(stem, ("aantal", "number", "totaal")))
_HEAD_MET = 0.6
"""How well the head of a column must meet a word of the question to be what is counted."""


def number_asked(question: Question) -> int:
    """How many things are asked for: 5 for "welke vijf punten"; 0 where that is not said."""
    return int(question.head[0]) if question.head and question.head[0].isdigit() else 0


def _asks_meaning(question: Question) -> bool:
    """Whether a sentence that says what something is may answer; what a party does, it does not tell."""
    return question.kind in {"definition", "what", "list"} and wanted(question) != "acts"


def _asks_for_questions(question: Question) -> bool:
    return bool(question.head) and (question.head[0].endswith("vrag") or question.head[0] in {"question", "vraag"})


TYPE_GROUPS = ("person", "number", "time", "place", "cause", "contact", "part")
"""The kinds of answer that can be told by their form, as far as that goes equally well."""
_UNTYPED = dict.fromkeys(
    (*(f"typed_{kind}" for kind in TYPE_GROUPS), *(f"not_typed_{kind}" for kind in TYPE_GROUPS)), 0.0
)
GROUP_OF = {
    "who": "person",
    "parties": "person",
    "how_many": "number",
    "amount": "number",
    "measure": "number",
    "when": "time",
    "how_long": "time",
    "how_often": "time",
    "where": "place",
    "place": "place",
    "site": "place",
    "why": "cause",
    "purpose": "cause",
    "contact": "contact",
    "acts": "part",
    "post": "part",
}
_TYPED = {
    (kind, held): {**_UNTYPED, f"typed_{group}" if held else f"not_typed_{group}": 1.0}
    for kind, group in GROUP_OF.items()
    for held in (True, False)
}
"""By kind of answer, whether it is asked for and there, and whether it is asked for and not there."""

_DEFINES = re.compile(
    r"^(?:\W*(?:een|de|het|a|the)\s+)?(?P<subject>.{2,60}?),?\s+"
    r"(?:is|zijn|betreft|betekent|betekenen|houdt in|houden in|staat voor|heet|noemen we)\b"
    r"|^(?:met|onder)\s+(?:een |de |het )?(?P<named>.{2,60}?)\s+(?:wordt|worden|verstaan|bedoelen|bedoelt)\b"
    r"|^(?:een |de |het )?(?P<label>[^:]{2,60}?):\s+(?:een|de|het)\s",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"(?:bij|in|op|met|voor|van|door|naar|uit|binnen|volgens|als|om|tot|over|na|sinds)\b", re.IGNORECASE
)


def _defines(question: Question, unit: Unit) -> float:
    """How far a sentence begins as a definition of what was asked about: the share of its subject that was asked for."""
    subject = subject_defined(unit.text)
    first = next((term for term in _defined(question) if not term.light), None)
    if first is None or presence(first, subject) < ALIKE:
        return 0.0
    return asked(question).asked_share(subject)


def subject_defined(text: str) -> Stems:
    """The stems of what a sentence says that it is, where it begins as a definition; none where it does not."""
    match = _DEFINES.match(text)
    if not match:
        return ()
    part = match["subject"] or match["named"] or match["label"] or ""
    return () if match["subject"] and _NO_SUBJECT.match(part) else stems_in_order(part)


_UNDER = re.compile(r"\b(?:onder|met|by)\s+(?:een |de |het |a |the )?(?=\S+\W*(?:\w+\W*){0,3}$)", re.IGNORECASE)


def _defined(question: Question) -> Sequence[Term]:
    """The terms of a question from what it asks the meaning of: "wat verstaat men onder …" names that last."""
    text = question.asked
    under = _UNDER.search(text) if _MEANT.search(text) else None
    if under is None:
        return question.terms
    return [term for term in question.terms if text.find(term.text) >= under.end()] or question.terms


_MEANT = re.compile(r"\b(?:verstaat|verstaan|bedoelt|bedoeld|bedoelen|meant)\b", re.IGNORECASE)


def _expands(question: Question, unit: Unit) -> bool:
    """Whether a unit spells out an abbreviation that was asked for: "TEK (Temporary Exposure Key)", or the reverse."""
    short = [term.text for term in question.terms if len(term.text) > 1 and term.text.isupper()]
    return any(
        re.search(rf"\b{re.escape(one)}\s*\((?!\d)|\(\s*(?:de |het )?{re.escape(one)}\s*\)", unit.text) for one in short
    )
