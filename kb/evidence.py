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
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from kb.answer_types import asks_type, counts, enumerates, holds_type, names_type, wanted
from kb.language import ALIKE_BY, grams, is_stop, similarity, tokens
from kb.types import Question, Term
from kb.units import Unit

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
READ = 90
"""Words of a passage to read around a unit."""
ALIKE = 0.8
"""From here a word of a unit counts as one that was asked for."""
OPENING = 5
"""Words that say something with which a sentence opens: its subject stands among them as a rule."""
WINDOW = 20
"""Words within which the terms of a question stand together in a long unit."""
LABEL = 8
"""Words of a caption or a label, at most; it has no word of grammar."""
POINTS_BACK = re.compile(
    r"^(?:en |maar |want )?(?:dit|dat|deze|die|dergelijke|hij|zij|ze|hierdoor|daardoor|hiermee|daarmee|hierbij|daarbij|tevens|"
    r"ook|daarnaast|bovendien|vervolgens|insteek|idee|doel|het doel|zo|beide|zulke)\b"
    r"|^\S+ (?:\S+ )?(?:hier|daarvan|hiervan|hiervoor|daarvoor|hiermee)\b", re.IGNORECASE
)  # fmt: skip
"""How a sentence begins that is about what the one before it says."""


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


@dataclass(frozen=True, slots=True)
class Context:
    """The units of one document, with what surrounds them."""

    units: tuple[Unit, ...]
    title_stems: tuple[str, ...]

    def listed(self, unit: Unit) -> str:
        """The items of the list that a unit introduces, as one text; empty where it introduces none."""
        if not unit.text.endswith(":"):
            return ""
        return "; ".join(other.text for other in self.items(unit))

    def items(self, unit: Unit) -> list[Unit]:
        """The items or rows of the list that a unit introduces."""
        return [other for other in self.units[unit.place + 1 :] if other.intro == unit.place]

    def surrounding(self, unit: Unit) -> tuple[int, int]:
        """Where a passage to read around a unit begins and ends: its paragraph or list, or as much of it as is short."""
        held = [unit, unit]
        words = len(unit.words)
        reach = [unit.place, unit.place]
        growing = [True, True]
        while any(growing):
            for side, step in ((1, 1), (0, -1)):
                place = reach[side] + step
                other = self.units[place] if growing[side] and 0 <= place < len(self.units) else None
                growing[side] = other is not None and self._together(unit, other) and words + len(other.words) <= READ
                if other is not None and growing[side]:
                    reach[side], held[side] = place, other
                    words += len(other.words)
        return held[0].start, held[1].end

    def _together(self, unit: Unit, other: Unit) -> bool:
        """Whether another unit stands in the paragraph or list of this one, its introduction included."""
        return other.paragraph == unit.paragraph or unit.intro == other.place or other.intro == unit.place

    def pointed_at(self, unit: Unit) -> Unit | None:
        """The sentence before, where a sentence begins by pointing back at it ("Dit moet leiden tot …")."""
        if unit.kind != "sentence" or unit.place == 0 or not POINTS_BACK.match(unit.text):
            return None
        before = self.units[unit.place - 1]
        return before if before.paragraph == unit.paragraph else None

    def nth(self, unit: Unit) -> int:
        """How many sentences, items or rows stand before a unit in its section."""
        place = unit.place
        while place > 0 and self.units[place - 1].section == unit.section and self.units[place - 1].kind != "heading":
            place -= 1
        return unit.place - place

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


def share_of_best(ranked: Sequence[Evidence]) -> float:
    """How likely the first of some candidates is to be the one that answers, 0 to 1, if one of them does."""
    return 1 / sum(one.against(ranked[0]) for one in ranked)


def weigh(question: Question, unit: Unit, context: Context, setting: Setting) -> Evidence:
    """The evidence in one unit."""
    beside, intro = context.around(unit)
    headings = [_stems(heading) for heading in unit.headings]
    own = unit.stems
    before = context.pointed_at(unit)
    pointed_at = before.stems if before else ()
    listed = context.listed(unit)
    typed = holds_type(question, listed or unit.text)
    asked = _asked(question)
    inside = list(asked.met(own))
    if typed and asks_type(question):
        for i, term in enumerate(question.terms):
            if names_type(question, term.text):
                inside[i] = 1.0  # the kind of answer is there, so the word for that kind need not be
    above = [asked.met(heading) for heading in headings]
    places = [(IN_PARENT, one) for one in above[:-1]] + [(IN_HEADING, one) for one in above[-1:]]
    around = (
        (IN_TITLE, context.title_stems),
        (IN_INTRO, intro),
        (IN_HEADS, unit.heads),
        (POINTED_AT, pointed_at),
        (IN_EXPECTED, _stems(setting.expected.text)),
    )
    places += [(counted, asked.met(stems)) for counted, stems in (*around, (BESIDE, beside)) if stems]
    direct = inside
    found = [max([one, *(counted * met[i] for counted, met in places)]) for i, one in enumerate(inside)]
    headed = [max((met[i] for met in above), default=0.0) for i in range(len(inside))]
    weights = [term.weight for term in question.terms]
    near = [max(pair) for pair in zip(found, setting.nearest, strict=True)] if setting.nearest else found
    figures = {
        "found": _share(weights, found),
        "in_unit": _share(weights, direct),
        "in_headings": _share(weights, headed),
        "in_passage": _share(weights, setting.passage) if setting.passage else 0.0,
        "near": _share(weights, near),
        "precise": _precision(question, unit),
        "name_missing": max((1 - f for t, f in zip(question.terms, found, strict=True) if t.name), default=0.0),
        **_where(question, unit, context, weights),
        "cosine": max(0.0, setting.cosine or 0.0),
        "retrieved": setting.retrieved,
        "expected": setting.expected.words if setting.expected.alike else 0.0,
        "expected_otherwise": 0.0 if setting.expected.alike else setting.expected.words,
        "expected_meaning": setting.expected.meaning,
        **_form(question, unit, typed, bool(listed)),
    }
    score = _score(figures, by_meaning=setting.cosine is not None)
    return Evidence(
        unit, tuple(found), tuple(direct), figures["found"], typed, score, figures["cosine"], tuple(near), figures
    )


def _where(question: Question, unit: Unit, context: Context, weights: Sequence[float]) -> dict[str, float]:
    """Where in a unit the question is met, and where the unit stands."""
    opening = [stem for stem, word in zip(unit.stems, unit.words, strict=True) if _says_something(word)][:OPENING]
    nth = context.nth(unit)
    asked = _alike_heading(question, unit)
    body = unit.kind != "heading"
    return {
        "opens": _share(weights, _asked(question).met(opening)),
        "together": _together(question, unit, weights),
        "asked_heading": asked,
        "under_asked_heading": asked / (1 + nth) if body else 0.0,
        "first": float(body and nth == 0),
        "early": 1 / (1 + unit.place / 20),
    }


def _alike_heading(question: Question, unit: Unit) -> float:
    """How much the heading above a unit is the question itself."""
    return likeness(question, unit.headings[-1]) if unit.headings else 0.0


def likeness(question: Question, text: str) -> float:
    """How much a short text is the question itself: the harmonic mean of what of each is in the other, 0 to 1."""
    stems = _stems(text)
    if not stems:
        return 0.0
    met = _share([term.weight for term in question.terms], _asked(question).met(stems))
    asked = _asked_share(question, stems)
    return 2 * met * asked / (met + asked) if met + asked else 0.0


def _together(question: Question, unit: Unit, weights: Sequence[float]) -> float:
    """The most of a question that stands within some words of a unit."""
    stems = unit.stems
    if len(stems) <= WINDOW:
        return _share(weights, _asked(question).met(stems))
    starts = range(0, len(stems) - WINDOW // 2, WINDOW // 2)
    return max(_share(weights, _asked(question).met(stems[at : at + WINDOW])) for at in starts)


def _score(figures: dict[str, float], by_meaning: bool) -> float:
    weights = _weights()["meaning" if by_meaning else "words"]
    return sum(weights.get(name, 0.0) * value for name, value in figures.items())


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    stored: dict[str, dict[str, dict[str, float]]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return stored["weights"]


def _share(weights: Sequence[float], met: Sequence[float]) -> float:
    """How much of a question is met, by the weight of its terms."""
    total = sum(weights)
    return sum(w * m for w, m in zip(weights, met, strict=True)) / total if total else 0.0


def _precision(question: Question, unit: Unit) -> float:
    """The share of the words of a unit that were asked for."""
    content = [stem for stem, word in zip(unit.stems, unit.words, strict=True) if _says_something(word)]
    if not content:
        return 0.0
    return _asked_share(question, content)


def _asked_share(question: Question, stems: Sequence[str]) -> float:
    """The share of some stems that were asked for, by themselves or as part of a phrase."""
    asked = _asked(question)
    return sum(map(asked.asks_for, stems)) / len(stems)


def content_words(unit: Unit) -> list[str]:
    """The folded words of a unit that say something by themselves."""
    return [word for word in unit.words if _says_something(word)]


def _says_something(word: str) -> bool:
    return len(word) > 2 and not is_stop(word)


def presence(term: Term, stems: Collection[str]) -> float:
    """How well a term, or what may stand for it, is met in a row of stems, 0 to 1."""
    if not stems:
        return 0.0
    ways = _ways(term)
    best = max(map(ways.by_one, stems))
    for way, weight in ways.phrases:
        ordered = isinstance(stems, tuple)  # of a set no order is known
        if weight > best and all(stem in stems for stem in way):
            best = weight if not (ways.name and ordered) or _in_a_row(way, tuple(stems)) else best
    return best


def _in_a_row(way: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    """Whether the words of a name stand together: "Noord-Brabant … Bouwend Nederland" is not "Noord-Nederland"."""
    length = len(way)
    return any(stems[at : at + length] == way for at, stem in enumerate(stems) if stem == way[0])


class _Asked:
    """The terms of one question, to be looked for together: most words of a text are like none of them."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._ways = [_ways(term) for term in question.terms]
        self._none = (0.0,) * len(self._ways)
        self._phrases = [(i, way, weight) for i, ways in enumerate(self._ways) for way, weight in ways.phrases]
        self._in_phrases = frozenset(stem for _, way, _ in self._phrases for stem in way)
        singles = {one for ways in self._ways for one, _ in ways.singles}
        self._exact = frozenset(singles)
        self._grams = frozenset(gram for one in singles for gram in grams(one, ALIKE_BY))
        self._rows: dict[str, tuple[float, ...]] = {}
        """By stem how well it meets each term; empty where it meets none."""
        self._met: dict[tuple[str, ...], tuple[float, ...]] = {}
        self._asks_for: dict[str, bool] = {}

    def met(self, stems: Sequence[str]) -> tuple[float, ...]:
        """For each term how well it is met in a row of stems: what `presence` says, for all at once."""
        key = tuple(stems)
        known = self._met.get(key)
        if known is None:
            known = self._met[key] = self._look(key)
        return known

    def _look(self, stems: tuple[str, ...]) -> tuple[float, ...]:
        rows = [row for stem in stems if (row := self._row(stem))]
        best = list(map(max, zip(*rows, strict=True))) if rows else list(self._none)
        if self._phrases and (there := self._in_phrases.intersection(stems)):
            for i, way, weight in self._phrases:
                whole = weight > best[i] and there.issuperset(way)
                if whole and (not self._ways[i].name or _in_a_row(way, stems)):
                    best[i] = weight
        return tuple(best)

    def _row(self, stem: str) -> tuple[float, ...]:
        row = self._rows.get(stem)
        if row is None:
            each: tuple[float, ...] = ()
            # what shares no part with any word that was asked for is like none of them
            if stem in self._exact or not self._grams.isdisjoint(grams(stem, ALIKE_BY)):
                each = tuple(ways.by_one(stem) for ways in self._ways)
            row = self._rows[stem] = each if any(each) else ()
        return row

    def asks_for(self, stem: str) -> bool:
        """Whether a stem was asked for, by itself or as part of a phrase."""
        known = self._asks_for.get(stem)
        if known is None:
            known = max(self._row(stem), default=0.0) >= ALIKE or any(stem in ways.in_phrases for ways in self._ways)
            self._asks_for[stem] = known
        return known


_THREAD = threading.local()


def _asked(question: Question) -> _Asked:
    """The terms of the question that this thread is at; all units of an answer are weighed one after the other."""
    latest: _Asked | None = getattr(_THREAD, "asked", None)
    if latest is None or latest.question is not question:
        latest = _THREAD.asked = _Asked(question)
    return latest


class _Ways:
    """What may stand for one term; how well a stem does is worked out once."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.name = term.name
        ways = ((term.stems, 1.0), *term.alternatives)
        # a fixed phrase is there whole or not at all
        self.phrases = tuple((way, weight) for way, weight in ways if len(way) > 1)
        self.in_phrases = frozenset(stem for way, weight in self.phrases if weight >= ALIKE for stem in way)
        self.singles = tuple((way[0], weight) for way, weight in ways if len(way) == 1)
        self._known: dict[str, float] = {}

    def by_one(self, stem: str) -> float:
        """How well one stem meets the term."""
        known = self._known.get(stem)
        if known is None:
            known = self._known[stem] = max((w * self._alike(one, stem, w) for one, w in self.singles), default=0.0)
        return known

    def _alike(self, asked: str, stem: str, weight: float) -> float:
        """How far a stem stands for one that was asked; a name whole or not, a stand-in also as part of a compound."""
        if stem == asked:
            return 1.0
        if self.term.name or asked.isdigit():
            return 0.0
        alike = similarity(asked, stem)
        return alike if weight == 1.0 or alike >= ALIKE else 0.0


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


def _form(question: Question, unit: Unit, typed: bool, introduces: bool) -> dict[str, float]:
    """What the form of a unit says for or against it as an answer."""
    checked = asks_type(question)
    asked = GROUP_OF.get(wanted(question), "")
    words = len(unit.words)
    heading, sentence, asking = unit.kind == "heading", unit.kind == "sentence", unit.text.endswith("?")
    wants_list = question.kind in {"list", "who"}
    named = bool(question.head) and question.head[0] in unit.stems
    held = {
        **{f"typed_{kind}": checked and typed and kind == asked for kind in TYPE_GROUPS},
        **{f"not_typed_{kind}": checked and not typed and kind == asked for kind in TYPE_GROUPS},
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
    return {**{name: float(value) for name, value in held.items()}, "length": math.log1p(words) / 4}


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
    "why": "cause",
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
    subject = _stems(part)
    first = next((term for term in _defined(question) if not term.light), None)
    if first is None or (match["subject"] and _NO_SUBJECT.match(part)) or presence(first, subject) < ALIKE:
        return 0.0
    return _asked_share(question, subject)


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


@lru_cache(maxsize=20_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens(text) if not is_stop(token.word))


def stems_of(text: str) -> frozenset[str]:
    """The stems of a text, without its stop words."""
    return frozenset(_stems(text))
