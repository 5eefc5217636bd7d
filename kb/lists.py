"""The list that answers: which one, whole or the items that are asked for, and what stands beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kb.context import Context
from kb.conversation import split_topic
from kb.evidence import Evidence
from kb.persons import names_person
from kb.presence import ALIKE, asked, presence
from kb.snapshot import Snapshot
from kb.types import Question
from kb.units import Unit
from kb.wanted import asks_several, names_type, wanted

MAX_LIST_WORDS = 260
"""Of a list that is the answer: longer than this and a reader had rather open the document."""
NEAR_LIST = 0.5
"""How likely the introduction of a list must be to answer, against the best unit, where a list is asked for."""
NEAR_NAMED_LIST = 0.05
"""The same, where the introduction names what is asked for."""
NEAR_BESIDE_LIST = 0.4
"""A sentence is shown with a list when it is this likely to answer, against the list's introduction."""
MAX_WORDS_BESIDE = 140
"""Of a list with such a sentence."""
MOST_OF_A_LIST = 3
"""Items of a list that are shown, from which the others belong to the answer whatever is asked."""
SAYS_MORE = 0.3
"""An item leads over the introduction of its list when it holds this much of the question, by weight, beyond that."""
NEAR_INTRODUCTION = 0.1
"""How likely such an item must be to answer, against the introduction."""
WHOLE_LISTS = frozenset({"list", "what", "definition", "how", "compare", "who", "keywords", "where", "target"})
"""Kinds of question that a list may answer."""
_FEWEST_ITEMS = 3
"""Items of a list of which some are shown without the others."""
TOLD_ABOVE = 0.5
"""How well a term is met by the introduction of a list and what stands above it, for all its items to be about that."""


def list_of(question: Question, best: Evidence, context: Context) -> list[Unit]:
    """The whole list, when the best unit introduces one or is an item that its introduction explains better."""
    unit = best.unit
    if question.kind not in WHOLE_LISTS or (wanted(question) in {"site", "place"} and not best.typed):
        return []
    if counted := _counted_off(unit, context):
        return within(counted, MAX_LIST_WORDS)
    if unit.kind in {"sentence", "item"} and context.items(unit):
        intro = unit
    elif unit.kind == "sentence" and asks_several(question) and (below := _list_below(question, unit, context)):
        return within([unit, below, *context.items(below)], MAX_LIST_WORDS)
    elif unit.kind in {"item", "row"} and unit.intro is not None:
        intro = context.units[unit.intro]
        if (question.kind == "list" and not asks_several(question)) or not _introduces(question, best, intro):
            return []
    elif unit.kind == "item" and asks_several(question):
        return _siblings(unit, context)
    else:
        return []
    return within([intro, *context.items(intro)], MAX_LIST_WORDS)


def asked_items(question: Question, whole: Sequence[Unit], context: Context) -> list[Unit]:
    """Those of a list that the question asks for, where it tells them apart: "wie zit er namens … in het team".

    They name what neither the introduction nor anything above it does. Empty where the whole list is asked for.
    """
    if len(whole) < _FEWEST_ITEMS + 1 or question.kind not in {"who", "list"}:
        return []
    introduction = whole[0]
    unsaid = split_topic(question.standalone)[1]
    items = [unit for unit in whole[1:] if unit.is_listed_by(introduction)]
    terms = asked(question)
    met = [terms.met(unit.stems) for unit in items]
    headings = context.around(introduction).headings
    above = [terms.met(stems) for stems in (introduction.stems, *headings, context.title_stems)]
    telling = [
        i
        for i, term in enumerate(question.terms)
        if not (term.aside or (term.light and term.text not in unsaid))
        and (term.name or (term.noun and question.kind == "who") or term.text in unsaid)
        and max(one[i] for one in above) < TOLD_ABOVE
        and not names_type(question, term.text)
    ]
    people = question.kind == "who" and 2 * sum(names_person(unit.text) for unit in items) > len(items)
    chosen = [
        unit
        for unit, one in zip(items, met, strict=True)
        if any(one[i] >= ALIKE for i in telling) and (names_person(unit.text) or not people)
    ]
    return chosen if chosen and 2 * len(chosen) <= len(items) else []


def _list_below(question: Question, unit: Unit, context: Context) -> Unit | None:
    """What introduces a list soon behind a sentence, where it names what is asked for: "Onderdelen van het plan:"."""
    telling = [term for term in question.terms if not (term.light or term.aside)]
    below = context.lists_below(unit)
    return next((one for one in below if any(presence(term, one.stems) >= ALIKE for term in telling)), None)


def _siblings(unit: Unit, context: Context) -> list[Unit]:
    """The items of the list of one that nothing introduces; empty where that is long: a whole document may be one."""
    items = [other for other in context.units if other.paragraph == unit.paragraph]
    return items if len(items) > 1 and sum(len(item.words) for item in items) <= MAX_LIST_WORDS else []


_ORDINAL = re.compile(r"(?:ten (?:eerste|tweede|derde|vierde|vijfde|zesde|slotte|laatste)|tot slot)\b", re.IGNORECASE)


def _counted_off(unit: Unit, context: Context) -> list[Unit]:
    """Sentences that count off ("Ten eerste …", "Ten tweede …") with the one that announces them; empty without such.

    `unit` is one of them, or the announcement.
    """

    def counts_off(place: int) -> bool:
        if not 0 <= place < len(context.units):
            return False
        other = context.units[place]
        return other.section == unit.section and other.kind == "sentence" and bool(_ORDINAL.match(other.text))

    first = last = unit.place
    if not counts_off(first):
        if not counts_off(first + 1):
            return []
        last += 1
    while counts_off(first - 1):
        first -= 1
    while counts_off(last + 1):
        last += 1
    if counts_off(first) and first > 0 and context.units[first - 1].section == unit.section:
        first -= context.units[first - 1].kind == "sentence"
    return list(context.units[first : last + 1]) if last - first > 1 else []


def lists_completed(question: Question, units: Sequence[Unit], snapshot: Snapshot) -> list[Unit]:
    """The units, with the list whole of which some items are among them: a step or condition left out misleads.

    Where people are asked for, and only some of its items, with none of the others.
    """
    fewest = 2 if question.kind in WHOLE_LISTS else MOST_OF_A_LIST
    listed = [(u.document_id, u.intro) for u in units if u.kind == "item" and u.intro is not None]
    for (document_id, intro), items in Counter(listed).items():
        if items < fewest:
            continue
        context = snapshot.context(document_id)
        whole = [context.units[intro], *context.items(context.units[intro])]
        if question.kind == "who" and (asked_for := asked_items(question, whole, context)):
            units = [unit for unit in units if unit not in whole or unit in asked_for]
            continue
        first = min(units.index(unit) for unit in whole[1:] if unit in units)
        rest = [unit for unit in units if unit not in whole]
        at = sum(unit not in whole for unit in units[:first])
        if sum(len(unit.words) for unit in (*whole, *rest)) <= MAX_LIST_WORDS:
            units = [*rest[:at], *whole, *rest[at:]]
    return list(units)


def item_over_introduction(question: Question, ranked: list[Evidence]) -> list[Evidence]:
    """Where the best unit introduces a list of which one item says more of the question, that item leads."""
    best = ranked[0]
    if not best.unit.text.endswith(":") or best.figures["as_many"]:
        return ranked

    def gain(item: Evidence) -> float:
        pairs = zip(question.terms, item.direct, best.direct, strict=True)
        return sum(t.weight * max(0.0, d - b) for t, d, b in pairs)

    items = [e for e in ranked[1:] if e.unit.is_listed_by(best.unit) and e.against(best) >= NEAR_INTRODUCTION]
    leader = max(items, key=gain, default=None)
    if leader is None or gain(leader) < SAYS_MORE:
        return ranked
    return [leader, *(e for e in ranked if e is not leader)]


def with_near_list(question: Question, ranked: Sequence[Evidence], snapshot: Snapshot) -> list[Unit]:
    """Such a list, behind the sentence that answers better than it, where that says something by itself."""
    near = _near_list(question, ranked, snapshot)
    best = ranked[0].unit
    if asks_several(question) or not near or best in near or best.kind != "sentence" or best.text.endswith(":"):
        return near
    return [best, *near]


def _near_list(question: Question, ranked: Sequence[Evidence], snapshot: Snapshot) -> list[Unit]:
    """The list whose introduction scores nearly as well as the best unit, when a list is asked for."""
    if question.kind not in {"how", "keywords"} and not asks_several(question):
        return []
    for evidence in ranked[1:6]:
        named = bool(question.head) and question.head[0] in evidence.unit.stems
        near = NEAR_NAMED_LIST if named else NEAR_LIST
        context = snapshot.context(evidence.unit.document_id)
        if evidence.against(ranked[0]) >= near and evidence.unit.kind == "sentence" and context.items(evidence.unit):
            return list_of(question, evidence, context)
    return []


def beside_list(question: Question, ranked: Sequence[Evidence], whole: Sequence[Unit]) -> list[Unit]:
    """A sentence that answers nearly as well as the list that was chosen, where the question may not want a list."""
    if asks_several(question):
        return []
    words = sum(len(unit.words) for unit in whole)
    for evidence in ranked[1:5]:
        unit = evidence.unit
        fits = unit.kind == "sentence" and not unit.text.endswith(":") and words + len(unit.words) <= MAX_WORDS_BESIDE
        if fits and unit not in whole and evidence.against(ranked[0]) >= NEAR_BESIDE_LIST:
            return [unit]
    return []


def _introduces(question: Question, item: Evidence, intro: Unit) -> bool:
    """Whether the introduction of a list meets the question at least as well as the item does."""
    by_intro = sum(t.weight * presence(t, intro.stems) for t in question.terms)
    by_item = sum(t.weight * d for t, d in zip(question.terms, item.direct, strict=True))
    return by_intro >= by_item


def within(units: Sequence[Unit], limit: int) -> list[Unit]:
    """The first of some units that have so many words together, at most; one at least."""
    kept: list[Unit] = []
    words = 0
    for unit in units:
        words += len(unit.words)
        if words > limit and kept:
            break
        kept.append(unit)
    return kept
