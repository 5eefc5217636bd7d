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
from pathlib import Path

from kb.answer_types import asks_type, counts, enumerates, holds_type, names_type, wanted
from kb.context import Context, Surroundings, stems_in_order
from kb.language import is_stop
from kb.presence import ALIKE, Asked, Met, asked, presence
from kb.types import Question, Term
from kb.units import Unit
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
LABEL = 8
"""Words of a caption or a label, at most; it has no word of grammar."""


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
    expected: Likeness = Likeness()
    """How much the question is one that the section of the unit is expected to answer."""


def share_of_best(ranked: Sequence[Evidence]) -> float:
    """How likely the first of some candidates is to be the one that answers, 0 to 1, if one of them does."""
    return 1 / sum(one.against(ranked[0]) for one in ranked)


def weigh(question: Question, unit: Unit, context: Context, setting: Setting) -> Evidence:
    """The evidence in one unit."""
    around = context.around(unit)
    terms = asked(question)
    typed = holds_type(question, around.listed or unit.text)
    direct = _direct(question, terms.met(unit.stems), typed)
    above = [terms.met(heading) for heading in around.headings]
    places = [(IN_PARENT, one) for one in above[:-1]] + [(IN_HEADING, one) for one in above[-1:]]
    beside = (
        (IN_TITLE, context.title_stems), (IN_INTRO, around.intro), (IN_HEADS, unit.heads),
        (POINTED_AT, around.pointed_at), (IN_EXPECTED, stems_in_order(setting.expected.text)), (BESIDE, around.beside),
    )  # fmt: skip
    places += [(counted, terms.met(stems)) for counted, stems in beside if stems]
    found = _best_of(direct, [(counted, met) for counted, met in places if met is not terms.none])
    if context.years and question.years:
        found = tuple(1.0 if _of_period(term, context) else f for term, f in zip(question.terms, found, strict=True))
    near = tuple(map(max, found, setting.nearest)) if setting.nearest else found
    figures = {
        "found": terms.share(found),
        "in_unit": terms.share(direct),
        "in_headings": terms.share(_best_of(terms.none, [(1.0, met) for met in above if met is not terms.none])),
        "in_passage": terms.share(setting.passage) if setting.passage else 0.0,
        "near": terms.share(near),
        "precise": terms.asked_share(around.content),
        "name_missing": max((1 - f for t, f in zip(question.terms, found, strict=True) if t.name), default=0.0),
        **_where(terms, unit, around),
        "cosine": max(0.0, setting.cosine or 0.0),
        "retrieved": setting.retrieved,
        "expected": setting.expected.words if setting.expected.alike else 0.0,
        "expected_otherwise": 0.0 if setting.expected.alike else setting.expected.words,
        "expected_meaning": setting.expected.meaning,
        "rank": 0.0 if setting.rank is None else 1 / (1 + setting.rank),
        **_form(question, unit, typed, bool(around.listed)),
    }
    score = _score(figures, by_meaning=setting.cosine is not None)
    return Evidence(unit, found, direct, figures["found"], typed, score, figures["cosine"], near, figures)


def _direct(question: Question, met: Met, typed: bool) -> Met:
    """How well a unit meets each term; where it holds the kind of answer, the word for that kind need not be there."""
    if not typed or not asks_type(question):
        return met
    return tuple(1.0 if names_type(question, t.text) else m for t, m in zip(question.terms, met, strict=True))


def _of_period(term: Term, context: Context) -> bool:
    """Whether a term is the period that a document is about by its title, and with it each of its sentences."""
    return is_period(term.text) and not spans_in(term.text).isdisjoint(context.years)


def _best_of(met: Met, others: Sequence[tuple[float, Met]]) -> Met:
    """The best of several places for each term; what is met in another place counts for its share."""
    for counted, other in others:
        met = tuple([max(m, counted * o) for m, o in zip(met, other, strict=True)])
    return met


def _where(terms: Asked, unit: Unit, around: Surroundings) -> dict[str, float]:
    """Where in a unit the question is met, and where the unit stands."""
    heading = _alike(terms, around.headings[-1]) if around.headings else 0.0
    body = unit.kind != "heading"
    return {
        "opens": terms.share(terms.met(around.opening)),
        "together": max([terms.share(terms.met(window)) for window in around.windows]),
        "asked_heading": heading,
        "under_asked_heading": heading / (1 + around.nth) if body else 0.0,
        "first": float(body and around.nth == 0),
        "early": 1 / (1 + unit.place / 20),
    }


def likeness(question: Question, text: str) -> float:
    """How much a short text is the question itself, 0 to 1."""
    return _alike(asked(question), stems_in_order(text))


def _alike(terms: Asked, stems: tuple[str, ...]) -> float:
    """How much a row of stems is the question itself: the harmonic mean of what of each is in the other."""
    met = terms.share(terms.met(stems)) if stems else 0.0
    asked_for = terms.asked_share(stems)
    return 2 * met * asked_for / (met + asked_for) if met + asked_for else 0.0


def _score(figures: dict[str, float], by_meaning: bool) -> float:
    weights = _weights()["meaning" if by_meaning else "words"]
    return sum(weights.get(name, 0.0) * value for name, value in figures.items())


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    stored: dict[str, dict[str, dict[str, float]]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return stored["weights"]


def _form(question: Question, unit: Unit, typed: bool, introduces: bool) -> dict[str, float]:
    """What the form of a unit says for or against it as an answer."""
    words = len(unit.words)
    heading, sentence, asking = unit.kind == "heading", unit.kind == "sentence", unit.text.endswith("?")
    wants_list = question.kind == "list" or (question.kind == "who" and typed)
    named = bool(question.head) and question.head[0] in unit.stems
    held = {
        "counts": question.kind == "how_many" and counts(question, unit.text),
        "short_heading": heading and words < 6,
        "heading": heading and 6 <= words < 9,
        "asked_back": asking and not _asks_for_questions(question),
        "question_wanted": asking and _asks_for_questions(question),
        "defines": _defines(question, unit) if question.kind in {"definition", "what", "list"} and sentence else 0.0,
        "expands": question.kind == "definition" and _expands(question, unit),
        "label": sentence and words <= LABEL and not any(map(is_stop, unit.words)),
        "enumerates": question.kind == "list" and sentence and enumerates(unit.text),
        "announces": unit.text.endswith(":"),
        "signpost": sentence and is_signpost(unit.text),
        "introduces": introduces and wants_list,
        "introduces_asked": introduces and wants_list and named,
        "item": unit.kind == "item",
        "row": unit.kind == "row",
        "fragment": sentence and words < 4,
    }
    shaped = {name: float(value) for name, value in held.items()}
    return {**_typed(question, typed), **shaped, "length": math.log1p(words) / 4}


def _typed(question: Question, typed: bool) -> dict[str, float]:
    """By kind of answer whether it is asked for and there, and whether it is asked for and not there."""
    figures = dict(_UNTYPED)
    group = GROUP_OF.get(wanted(question), "") if asks_type(question) else ""
    if group:
        figures[f"typed_{group}" if typed else f"not_typed_{group}"] = 1.0
    return figures


def _asks_for_questions(question: Question) -> bool:
    return bool(question.head) and (question.head[0].endswith("vrag") or question.head[0] in {"question", "vraag"})


_SIGNPOST = re.compile(
    r"^(?:hieronder|hierna|in (?:dit|deze) (?:hoofdstuk|document|deel|paragraaf|pagina|tekst|artikel)|"
    r"(?:dit|deze) (?:hoofdstuk|document|deel|paragraaf|pagina|tekst) (?:gaat|beschrijft|behandelt)|below|this (?:chapter|page))\b"
    r"(?!.*:$)",
    re.IGNORECASE,
)


def is_signpost(text: str) -> bool:
    """Whether a sentence only tells what the text is about to say: "Hieronder leest u hoe …"."""
    return bool(_SIGNPOST.match(text))


TYPE_GROUPS = ("person", "number", "time", "place", "cause", "contact")
"""The kinds of answer that can be told by their form, as far as that goes equally well."""
_UNTYPED = dict.fromkeys(
    (*(f"typed_{kind}" for kind in TYPE_GROUPS), *(f"not_typed_{kind}" for kind in TYPE_GROUPS)), 0.0
)
GROUP_OF = {
    "who": "person",
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
}

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
    match = _DEFINES.match(unit.text)
    if not match:
        return 0.0
    part = match["subject"] or match["named"] or match["label"] or ""
    subject = stems_in_order(part)
    first = next((term for term in _defined(question) if not term.light), None)
    if first is None or (match["subject"] and _NO_SUBJECT.match(part)) or presence(first, subject) < ALIKE:
        return 0.0
    return asked(question).asked_share(subject)


_UNDER = re.compile(r"\b(?:onder|met|by)\s+(?:een |de |het |a |the )?(?=\S+\W*(?:\w+\W*){0,3}$)", re.IGNORECASE)


def _defined(question: Question) -> Sequence[Term]:
    """The terms of a question from what it asks the meaning of: "wat verstaat men onder …" names that last."""
    text = question.standalone or question.text
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
