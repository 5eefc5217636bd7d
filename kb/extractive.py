"""Answers without a language model: the sentences, list items and headings that hold the answer, each cited.

Units of the passages that search found are weighed against the question (`kb/evidence.py`); the best one leads,
a list is given whole when the question is about what introduces it, and a further sentence is added only where
it brings something that was asked and not yet said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.answer_types import asks_type, holds_aspect, holds_type, is_address
from kb.context import Context, all_stems, says_something, stems_of
from kb.conversation import split_topic
from kb.dates import is_of_other_days, of_a_document
from kb.evidence import GROUP_OF, UNEXPECTED, Evidence, Setting, share_of_best, subject_defined, weigh
from kb.form import is_signpost
from kb.language import fold, stem, tokens
from kb.meaning import Meaning
from kb.persons import names_person
from kb.presence import ALIKE, asked, presence
from kb.snapshot import Snapshot
from kb.types import Question, ScoredChunk
from kb.units import Unit
from kb.wanted import asks_role, asks_several, names_type, predicate, wanted
from kb.years import asked_spans, is_of_other_years, is_period

MAX_STATEMENTS = 8
MAX_WORDS = 130
"""Of an answer that is no list: longer than this and a reader had rather open the document."""
MAX_LIST_WORDS = 260
ENOUGH = 0.95
"""Sentences are added until what is shown holds the answer with this likelihood, as far as the weights can tell."""
NEAR = 0.02
"""How likely a further sentence must be to answer, against the best one."""
NEAR_IN_SECTION = 0.008
"""The same, for one of the section that the best one stands in."""
LEADING = 3
"""Sentences that are the answer itself, at most; the others are shown below them, as what the documents say besides."""
LIKELY = 0.7
"""What is shown holds the answer with this likelihood, and the next sentence belongs below it."""
NEARLY_AS_LIKELY = 0.3
"""How likely a sentence of the answer itself must be, against the best one."""
NEAR_LIST = 0.5
"""The same, for the introduction of a list, where a list is asked for."""
NEAR_NAMED_LIST = 0.05
"""The same, where the introduction names what is asked for."""
NEAR_BESIDE_LIST = 0.4
"""A sentence is shown with a list when it is this likely to answer, against the list's introduction."""
TOLD = 4.0
"""Taken off the score of a sentence that the answer before a follow-up had: so much less likely is it to be asked for."""
NEAR_ACTING = 0.1
"""How likely a sentence of which the party is the subject must be to lead, against the best one."""
NEAR_COMPARED = 0.005
"""How likely a sentence on one side of a comparison must be to answer, where any is."""
BOTH = 0.8
"""How well a sentence must meet each of two subjects to speak of both."""
ALONE = 0.4
"""How likely the best sentence is to be the one that answers, for a comparison to begin with it whatever it names."""
AROUND = 12
"""Units before and after a passage that are weighed too, for a comparison."""
MAX_WORDS_BESIDE = 140
"""Of a list with such a sentence."""
SAME = 0.7
"""Two sentences say the same when more of their words are shared, and the numbers."""
REPEATED = 0.62
"""A sentence adds next to nothing when so much of its telling words stand in one that is shown, and its names too."""
MOST_OF_A_LIST = 3
"""Items of a list that are shown, from which the others belong to the answer whatever is asked."""
FURTHER = 3
"""Sentences shown below those that are the answer itself, at most: of a longer row hardly one holds what these lack."""
BESIDES = 2
"""Sentences shown below a list, at most."""
SHORT_DEFINITION = 14
"""Words of a definition up to which the sentence behind it is shown too."""
FEW = 4
"""Telling words below which that cannot be told."""
SAYS_MORE = 0.3
"""An item leads over the introduction of its list when it holds this much of the question, by weight, that that does not."""
NEAR_INTRODUCTION = 0.1
"""How likely such an item must be to answer, against the introduction."""
_WHOLE_LISTS = frozenset({"list", "what", "definition", "how", "compare", "who", "keywords", "where", "target"})


_FEWEST_ITEMS = 3
"""Items of a list of which some are shown without the others."""
TOLD_ABOVE = 0.5
"""How well a term is met by the introduction of a list and what stands above it, for all its items to be about that."""

Candidate = tuple[Context, Unit, Setting]
"""A unit that may answer, with its document and what is known of it before it is weighed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be answered, and all that was weighed for it."""

    units: tuple[Unit, ...]
    """The units to show, in the order to show them."""
    ranked: tuple[Evidence, ...]
    """All candidates, best first."""
    leading: int | None = None
    """How many of the units are the answer itself, the others being less likely to hold it; None for all of them."""

    @property
    def best(self) -> Evidence | None:
        """The unit that leads the answer."""
        return self.ranked[0] if self.ranked else None


def write(question: Question, hits: Sequence[ScoredChunk], snapshot: Snapshot, meaning: Meaning | None = None) -> Draft:
    """Pick and order the units that answer, from the passages that were found."""
    return choose(question, _ranked(question, hits, snapshot, meaning), snapshot)


def choose(question: Question, ranked: list[Evidence], snapshot: Snapshot) -> Draft:
    """Pick and order the units that answer, from what was weighed, best first."""
    if not ranked:
        return Draft((), ())
    ranked = _acting_first(question, _predicated_first(question, _signposts_last(question, ranked, snapshot)))
    introduction = ranked[0]
    ranked = _item_over_introduction(question, ranked)
    best = ranked[0]
    context = snapshot.context(best.unit.document_id)
    whole = _list_of(question, best, context)
    asked_for = _asked_items(question, whole, context)
    if best is not introduction and question.kind == "who" and asks_role(question):
        asked_for = [best.unit]  # of who is listed, the one in that role
    if asked_for:
        whole = asked_for
    elif whole:
        whole = _beside_list(question, ranked, whole) + whole
    else:
        whole = _with_near_list(question, ranked, snapshot)
    units = _of_each_period(question, ranked) or whole or _compared(question, ranked, snapshot)
    leading, further = (
        (units, _besides(question, ranked, units, snapshot)) if units else _sentences(question, ranked, snapshot)
    )
    units = [*leading, *further]
    if not asked_for:
        units = _lists_completed(question, units, snapshot)
    lists = {(unit.document_id, unit.intro) for unit in leading if unit.kind == "item" and not asked_for}

    def leads(unit: Unit) -> bool:
        """Whether it is of the answer itself, or of a list of which an item is."""
        return unit in leading or (unit.document_id, unit.intro) in lists or (unit.document_id, unit.place) in lists

    first = [unit for unit in units if leads(unit)]
    below = _few([unit for unit in units if not leads(unit)])
    return Draft((*first, *below), tuple(ranked), len(first))


def _few(further: list[Unit]) -> list[Unit]:
    """What stands below an answer, without its lists where that is long: half of one misleads, and all of it buries."""
    if len(further) <= FURTHER:
        return further
    introducing = {(unit.document_id, unit.intro) for unit in further if unit.kind in {"item", "row"}}
    alone = [u for u in further if u.kind not in {"item", "row"} and (u.document_id, u.place) not in introducing]
    return alone[:FURTHER]


def without_further(draft: Draft) -> Draft:
    """The answer itself, without what the documents say besides."""
    return Draft(draft.units[: draft.leading], draft.ranked, draft.leading)


def heart(draft: Draft) -> Draft:
    """The first unit of an answer alone, with the list that it introduces."""
    if not draft.units:
        return draft
    first, *others = draft.units
    kept = first, *(unit for unit in others if unit.is_listed_by(first))
    return Draft(kept, draft.ranked, len(kept))


def closest(draft: Draft, limit: int) -> list[Unit]:
    """The units that come closest to an answer: first the best of what would have been answered, no two the same.

    What only announces something, a heading or the introduction of a list, is left out where there is anything else.
    """
    order = {(e.unit.document_id, e.unit.place): i for i, e in enumerate(draft.ranked)}
    drafted = sorted(draft.units, key=lambda u: order.get((u.document_id, u.place), len(order)))[:MAX_STATEMENTS]
    candidates = dict.fromkeys((*drafted, *(e.unit for e in draft.ranked)))
    saying = [unit for unit in candidates if unit.kind != "heading" and not unit.text.endswith(":")]
    chosen: list[Unit] = []
    for unit in saying or candidates:
        if not any(_repeats(unit, other) for other in chosen):
            chosen.append(unit)
        if len(chosen) == limit:
            break
    return chosen


def _ranked(
    question: Question, hits: Sequence[ScoredChunk], snapshot: Snapshot, meaning: Meaning | None
) -> list[Evidence]:
    top = max((hit.score for hit in hits), default=0.0)
    if top <= 0 or not question.terms:
        return []
    terms = asked(question)
    settings: dict[str, dict[int, Setting]] = {}
    expected = snapshot.expected.like(question, meaning)
    for rank, hit in enumerate(hits):
        places = settings.setdefault(hit.chunk.document_id, {})
        context = snapshot.context(hit.chunk.document_id)
        inside = context.within(hit.chunk.start, hit.chunk.end)
        stems = all_stems(inside) | stems_of(" ".join(hit.chunk.section))
        found = Setting(hit.score / top, rank, terms.met_among(stems))
        for unit in (*inside, *context.headings_of(hit.chunk.section)):
            places.setdefault(unit.place, found)  # the best passage comes first
    if question.kind == "compare":
        _widen(settings, snapshot)
    contexts = {document_id: snapshot.context(document_id) for document_id in settings}
    found_there = (
        (contexts[i], contexts[i].units[place], found)
        for i, found_at in settings.items()
        for place, found in found_at.items()
    )
    says = [(context, unit, found) for context, unit, found in found_there if _says_anything(question, unit, context)]
    candidates = _of_asked_period(question, says, snapshot)
    if meaning:
        candidates = _with_meaning(question, candidates, meaning)
    evidence = [
        weigh(question, unit, context, setting, expected.get((unit.document_id, unit.section), UNEXPECTED))
        for context, unit, setting in candidates
    ]
    if question.told:
        evidence = [_less_where_told(question, one) for one in evidence]
    return sorted(evidence, key=lambda e: (-e.score, e.unit.document_id, e.unit.place))


def _says_anything(question: Question, unit: Unit, context: Context) -> bool:
    """Whether a unit is more than the heads of a table, the title once more, or an address where none is asked for."""
    if unit.names_columns or context.repeats_title(unit):
        return False
    return not is_address(unit.text) or wanted(question) in {"site", "contact", "where", "place"}


def _less_where_told(question: Question, evidence: Evidence) -> Evidence:
    """A follow-up asks for what was not said yet, unless what was said holds just the kind of answer it asks for."""
    if (asks_type(question) and evidence.typed) or evidence.unit.said_alone not in question.told:
        return evidence
    return replace(evidence, score=evidence.score - TOLD)


def _of_asked_period(question: Question, candidates: list[Candidate], snapshot: Snapshot) -> list[Candidate]:
    """The candidates without those of another period ("2023-2024") or day than is asked for, where any are left.

    The report of another year has the same sentences with other figures, and so have the minutes of another meeting.
    """
    asked_for = asked_spans(question) if _periods(question) else frozenset()
    if not asked_for and not question.days:
        return candidates
    titles = {unit.document_id: snapshot.document(unit.document_id).metadata.title for _, unit, _ in candidates}
    days = of_a_document(question.days, titles.values())

    def is_of_another(unit: Unit) -> bool:
        title, texts = titles[unit.document_id], (unit.text, *unit.headings)
        return is_of_other_years(asked_for, title, texts) or is_of_other_days(days, title, texts)

    return [one for one in candidates if not is_of_another(one[1])] or candidates


def _with_meaning(question: Question, candidates: Sequence[Candidate], meaning: Meaning) -> list[Candidate]:
    """The candidates with how near they and their words are to the question."""
    titles = [context.title for context, _, _ in candidates]
    near = meaning.nearness(question, [unit for _, unit, _ in candidates], titles)
    spoken = [context.around(unit).content_words for context, unit, _ in candidates]
    words = meaning.nearest([fold(term.text) for term in question.terms], spoken)
    return [
        (context, unit, Setting(known.retrieved, known.rank, known.passage, cosine, nearest))
        for (context, unit, known), cosine, nearest in zip(candidates, near, words, strict=True)
    ]


def _widen(settings: dict[str, dict[int, Setting]], snapshot: Snapshot) -> None:
    """Add what stands around the passages found: a passage that holds one side of a comparison is found less well."""
    for document_id, places in settings.items():
        total = len(snapshot.context(document_id).units)
        for place in list(places):
            for near in range(max(0, place - AROUND), min(total, place + AROUND + 1)):
                places.setdefault(near, Setting())


def _list_of(question: Question, best: Evidence, context: Context) -> list[Unit]:
    """The whole list, when the best unit introduces one or is an item that its introduction explains better."""
    unit = best.unit
    if question.kind not in _WHOLE_LISTS or (wanted(question) in {"site", "place"} and not best.typed):
        return []
    if counted := _counted_off(unit, context):
        return _within(counted, MAX_LIST_WORDS)
    if unit.kind in {"sentence", "item"} and context.items(unit):
        intro = unit
    elif unit.kind == "sentence" and asks_several(question) and (below := _list_below(question, unit, context)):
        return _within([unit, below, *context.items(below)], MAX_LIST_WORDS)
    elif unit.kind in {"item", "row"} and unit.intro is not None:
        intro = context.units[unit.intro]
        if (question.kind == "list" and not asks_several(question)) or not _introduces(question, best, intro):
            return []
    elif unit.kind == "item" and asks_several(question):
        return _siblings(unit, context)
    else:
        return []
    return _within([intro, *context.items(intro)], MAX_LIST_WORDS)


def _asked_items(question: Question, whole: Sequence[Unit], context: Context) -> list[Unit]:
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


def _lists_completed(question: Question, units: Sequence[Unit], snapshot: Snapshot) -> list[Unit]:
    """The units, with the list whole of which some items are among them: a step or condition left out misleads.

    Where people are asked for, and only some of its items, with none of the others.
    """
    fewest = 2 if question.kind in _WHOLE_LISTS else MOST_OF_A_LIST
    listed = [(u.document_id, u.intro) for u in units if u.kind == "item" and u.intro is not None]
    for (document_id, intro), items in Counter(listed).items():
        if items < fewest:
            continue
        context = snapshot.context(document_id)
        whole = [context.units[intro], *context.items(context.units[intro])]
        if question.kind == "who" and (asked_for := _asked_items(question, whole, context)):
            units = [unit for unit in units if unit not in whole or unit in asked_for]
            continue
        first = min(units.index(unit) for unit in whole[1:] if unit in units)
        rest = [unit for unit in units if unit not in whole]
        at = sum(unit not in whole for unit in units[:first])
        if sum(len(unit.words) for unit in (*whole, *rest)) <= MAX_LIST_WORDS:
            units = [*rest[:at], *whole, *rest[at:]]
    return list(units)


def _signposts_last(question: Question, ranked: list[Evidence], snapshot: Snapshot) -> list[Evidence]:
    """What only tells what the text is about to say ("Hieronder leest u hoe …") leads no answer, unless by a list.

    Neither does what announces a list, where lists do not answer ("… heeft deze taken:" is no reason), nor an item of
    which only that announcement speaks of the question.
    """

    def points(evidence: Evidence) -> bool:
        unit = evidence.unit
        if evidence.figures["asked_back"] and unit.kind != "heading":
            return True
        if question.kind not in _WHOLE_LISTS:
            beside = unit.kind == "item" and not evidence.typed and not any(evidence.direct)
            says_itself = asks_type(question) and holds_type(question, unit.text)
            if beside or (unit.text.endswith(":") and not says_itself):
                return True
        return is_signpost(unit.text) and not snapshot.context(unit.document_id).items(unit)

    return sorted(ranked, key=points) if points(ranked[0]) else ranked


def _predicated_first(question: Question, ranked: list[Evidence]) -> list[Evidence]:
    """Where it is asked whether something is such a thing, a sentence that names that leads, if not much less likely."""
    what = predicate(question)
    at = next((i for i, term in enumerate(question.terms) if what and term.text == what), None)
    if at is None or ranked[0].direct[at] >= ALIKE:
        return ranked
    naming = next((e for e in ranked if e.direct[at] >= ALIKE and e.against(ranked[0]) >= NEAR_ACTING), None)
    return [naming, *(e for e in ranked if e is not naming)] if naming else ranked


def _acting_first(question: Question, ranked: list[Evidence]) -> list[Evidence]:
    """What a party does is led by a sentence of which it is the subject, where one is not much less likely."""
    if GROUP_OF.get(wanted(question)) != "part" or ranked[0].typed:
        return ranked
    near = (e for e in ranked if e.typed and e.against(ranked[0]) >= NEAR_ACTING)
    acting = next((e for e in near if not is_signpost(e.unit.text)), None)
    return [acting, *(e for e in ranked if e is not acting)] if acting else ranked


def _item_over_introduction(question: Question, ranked: list[Evidence]) -> list[Evidence]:
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


def _with_near_list(question: Question, ranked: Sequence[Evidence], snapshot: Snapshot) -> list[Unit]:
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
            return _list_of(question, evidence, context)
    return []


def _beside_list(question: Question, ranked: Sequence[Evidence], whole: Sequence[Unit]) -> list[Unit]:
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


def _sentences(question: Question, ranked: Sequence[Evidence], snapshot: Snapshot) -> tuple[list[Unit], list[Unit]]:
    """The best unit, with what it leans on and those nearly as likely to answer; and what may hold more of the answer."""
    best = ranked[0]
    context = snapshot.context(best.unit.document_id)
    chosen = [best]
    leading = 1
    met = list(best.direct)
    words = len(best.unit.words)
    share = share_of_best(ranked)
    held = share
    for evidence in ranked[1:40]:
        unit = evidence.unit
        likely = evidence.against(best)
        if len(chosen) == MAX_STATEMENTS or held >= ENOUGH or likely < NEAR_IN_SECTION:
            break
        if likely < NEAR and (unit.document_id, unit.section) != (best.unit.document_id, best.unit.section):
            continue
        if words + len(unit.words) > MAX_WORDS or not _adds(unit, [c.unit for c in chosen]):
            continue
        gain = sum(t.weight * max(0.0, d - m) for t, d, m in zip(question.terms, evidence.direct, met, strict=True))
        if gain < 0.15 and unit.kind == "heading":
            continue
        if likely >= NEARLY_AS_LIKELY and (asks_several(question) or (leading < LEADING and held < LIKELY)):
            leading += 1  # the likeliest come first, so that those that lead do too
        elif unit.kind == "heading" or _is_of_another(question, evidence, best, snapshot):
            continue
        elif len(chosen) - leading >= FURTHER:
            break
        chosen.append(evidence)
        held += likely * share
        met = [max(a, b) for a, b in zip(met, evidence.direct, strict=True)]
        words += len(unit.words)
    leads, further = chosen[:leading], chosen[leading:]
    if best.unit.kind == "heading" and question.kind not in {"list", "who"}:
        below = [e for e in ranked[1:] if e.unit.section == best.unit.section and e not in leads
                 and e.unit.document_id == best.unit.document_id][: MAX_STATEMENTS - len(chosen)]  # fmt: skip
        leads, further = leads + below, [e for e in further if e not in below]
    after = context.explained_by(best.unit) if question.kind in {"definition", "what"} else None
    after = after or _defined_further(best, context)
    more = _added(question, best, context)
    of_list = _announced(question, best, context)
    for leaned_on in (after, more, of_list, context.pointed_at(best.unit), _told_behind(question, best, context)):
        if leaned_on is None or leaned_on in [e.unit for e in leads]:
            continue
        if sum(len(e.unit.words) for e in leads) + len(leaned_on.words) <= MAX_WORDS:
            further = [e for e in further if e.unit != leaned_on]
            leads.append(Evidence(leaned_on, (), (), 0.0, False, 0.0))
    return _best_first(leads, context), _in_reading_order(further)


def _defined_further(best: Evidence, context: Context) -> Unit | None:
    """The sentence behind a short definition, where it goes on about the same: what it is for, who does it."""
    if not best.figures["defines"] or len(best.unit.words) > SHORT_DEFINITION:
        return None
    behind = context.goes_on_with(best.unit)
    subject = subject_defined(best.unit.text)
    if behind is None or not subject or subject[-1] not in context.around(behind).opening:
        return None
    return None if behind.text.endswith(":") or is_signpost(behind.text) else behind


def _added(question: Question, best: Evidence, context: Context) -> Unit | None:
    """The sentence that adds to the best one with a word that was asked: "Je leert weven. Ook leer je spinnen."."""
    behind = context.added_to(best.unit) if question.kind in {"list", "what", "how"} else None
    if behind is None or asks_type(question):
        return None
    telling = (term for term in question.terms if not term.light)
    return behind if any(presence(term, behind.stems) >= ALIKE for term in telling) else None


def _announced(question: Question, best: Evidence, context: Context) -> Unit | None:
    """What introduces the list of an item, where that denies it, or has what of the question the item has not."""
    intro = context.announced_by(best.unit)
    if intro is None:
        return None
    weighty = [(t, d) for t, d in zip(question.terms, best.direct, strict=True) if not t.light]
    adds = any(presence(term, intro.stems) >= ALIKE > direct for term, direct in weighty)
    return intro if adds or not _DENYING.isdisjoint(intro.words) else None


def _told_behind(question: Question, best: Evidence, context: Context) -> Unit | None:
    """The sentence behind the best one, where that has the kind of answer asked for, and the best one has not.

    "… zal niet meer deelnemen. Namens het bureau zal … aansluiten": the former meets the question, the latter answers.
    """
    if best.typed or not asks_type(question) or GROUP_OF.get(wanted(question)) == "part":
        return None
    behind = context.goes_on_with(best.unit)
    return behind if behind is not None and holds_type(question, behind.text) else None


def _best_first(leads: Sequence[Evidence], context: Context) -> list[Unit]:
    """The sentences of an answer as they are read, but for the best, which stands first, with what it leans on."""
    best = leads[0].unit
    before = context.pointed_at(best) if best.kind == "sentence" else context.announced_by(best)
    first = [before, best] if best.kind == "sentence" or before else []
    ordered = _in_reading_order(leads)
    return [*(unit for unit in first if unit in ordered), *(unit for unit in ordered if unit not in first)]


def _besides(question: Question, ranked: Sequence[Evidence], shown: Sequence[Unit], snapshot: Snapshot) -> list[Unit]:
    """What may hold the answer besides a list, or the two sides of a comparison, that is shown as the answer."""
    chosen: list[Evidence] = []
    words = sum(len(unit.words) for unit in shown)
    for evidence in ranked[:40]:
        unit = evidence.unit
        if len(chosen) == BESIDES or evidence.against(ranked[0]) < NEAR:
            break
        if unit.kind == "heading" or words + len(unit.words) > MAX_WORDS_BESIDE:
            continue
        if not _adds(unit, (*shown, *(e.unit for e in chosen))):
            continue
        if _is_of_another(question, evidence, ranked[0], snapshot):
            continue
        chosen.append(evidence)
        words += len(unit.words)
    return _in_reading_order(chosen)


def _adds(unit: Unit, shown: Sequence[Unit]) -> bool:
    """Whether a unit says something itself, and something else than what is shown."""
    announces = unit.text.endswith(":") or is_signpost(unit.text)
    return not announces and not any(_repeats(unit, other) for other in shown)


def _is_of_another(question: Question, evidence: Evidence, best: Evidence, snapshot: Snapshot) -> bool:
    """Whether a sentence names another than the question and the best one do, and nowhere the one they name.

    In the section of the best one, that need not be named again.
    """
    if (evidence.unit.document_id, evidence.unit.section) == (best.unit.document_id, best.unit.section):
        return False
    title = snapshot.context(evidence.unit.document_id).title_stems
    left_out = any(
        term.name and by_best >= BOTH > max(own, presence(term, title))
        for term, by_best, own in zip(question.terms, best.direct, evidence.direct, strict=True)
    )
    return left_out and not _telling(evidence.unit.text)[1] <= set(best.unit.stems)


def _of_each_period(question: Question, ranked: Sequence[Evidence]) -> list[Unit]:
    """Where two periods are asked for, what answers best for each; nothing where either has no likely answer."""
    periods = _periods(question)
    if len(periods) < 2:
        return []
    best = [
        next(
            (e for e in ranked if e.found[one] == 1.0 and e.unit.kind != "heading" and e.against(ranked[0]) >= NEAR),
            None,
        )
        for one in periods
    ]
    units = list(dict.fromkeys(e.unit for e in best if e))
    return units if len(units) == len(periods) else []


def _compared(question: Question, ranked: Sequence[Evidence], snapshot: Snapshot) -> list[Unit]:
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
            again = any(_repeats(evidence.unit, unit) for unit in of_side)
            if not again and not any(set(evidence.unit.stems) <= set(unit.stems) for unit in units):
                of_side.append(evidence.unit)
                units += _with_its_list(evidence.unit, snapshot)
    return _within(list(dict.fromkeys(units)), MAX_LIST_WORDS) if len(units) > 1 else []


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


def _periods(question: Question) -> list[int]:
    """The terms that are periods: "2023-2024"."""
    return [i for i, term in enumerate(question.terms) if is_period(term.text)]


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


def _in_reading_order(chosen: Sequence[Evidence]) -> list[Unit]:
    """Documents, and in each its paragraphs, in order of their best unit; within a paragraph as it is written."""
    documents = {e.unit.document_id: i for i, e in reversed(list(enumerate(chosen)))}
    paragraphs = {(e.unit.document_id, e.unit.paragraph): i for i, e in reversed(list(enumerate(chosen)))}

    def place(unit: Unit) -> tuple[int, int, int]:
        return documents[unit.document_id], paragraphs[unit.document_id, unit.paragraph], unit.place

    return sorted((e.unit for e in chosen), key=place)


def _repeats(unit: Unit, shown: Unit) -> bool:
    """Whether a unit adds next to nothing to one that is shown: two documents tell the same in other words.

    More than seven tenths of all their words are shared, or nearly as much of its telling words, and each of its numbers.
    """
    a, b = set(unit.stems), set(shown.stems)
    if not a or not b:
        return True
    if _numbers(unit) - b or _DENYING.isdisjoint(unit.words) != _DENYING.isdisjoint(shown.words):
        return False  # what is denied is another thing, in nearly the same words
    if len(a & b) > SAME * min(len(a), len(b)):
        return True
    said, names = _telling(unit.text)
    held, _ = _telling(shown.text)
    return len(said) >= FEW and names <= held and len(said & held) >= REPEATED * len(said)


_DENYING = frozenset("niet geen nooit niets niemand zonder not no never nothing nobody without".split())


@lru_cache(maxsize=1_000)
def _telling(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the words of a unit that tell something, and of those the names: a capital that does not open it."""
    told = [token for token in tokens(text) if says_something(token.word)]
    names = frozenset(token.stem for token in told if token.start and token.surface[0].isupper())
    return frozenset(token.stem for token in told), names


def _numbers(unit: Unit) -> set[str]:
    return {stem for stem in unit.stems if stem.isdigit()}


def _within(units: Sequence[Unit], limit: int) -> list[Unit]:
    kept: list[Unit] = []
    words = 0
    for unit in units:
        words += len(unit.words)
        if words > limit and kept:
            break
        kept.append(unit)
    return kept
