"""Answers without a language model: the sentences, list items and headings that hold the answer, each cited.

Units of the passages that search found are weighed against the question (`kb/evidence.py`); the best one leads,
a list is given whole when the question is about what introduces it, and a further sentence is added only where
it brings something that was asked and not yet said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answer_types import asks_type, holds_type, is_address
from kb.context import Context, all_stems, stems_of
from kb.dates import is_of_other_days, of_a_document
from kb.evidence import GROUP_OF, UNEXPECTED, Evidence, Setting, share_of_best, subject_defined, weigh
from kb.form import is_signpost
from kb.language import fold
from kb.lists import (
    MAX_WORDS_BESIDE,
    WHOLE_LISTS,
    asked_items,
    beside_list,
    item_over_introduction,
    list_of,
    lists_completed,
    with_near_list,
)
from kb.meaning import Meaning
from kb.presence import ALIKE, asked, presence
from kb.repetition import DENYING, repeats, telling
from kb.sides import BOTH, both_sides
from kb.snapshot import Snapshot
from kb.types import Question, ScoredChunk
from kb.units import Unit
from kb.wanted import asks_role, asks_several, predicate, wanted
from kb.years import asked_spans, is_of_other_years, is_period

MAX_STATEMENTS = 8
MAX_WORDS = 130
"""Of an answer that is no list: longer than this and a reader had rather open the document."""
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
TOLD = 4.0
"""Taken off the score of a sentence that the answer before a follow-up had: so much less likely is it to be asked for."""
NEAR_ACTING = 0.1
"""How likely a sentence of which the party is the subject must be to lead, against the best one."""
AROUND = 12
"""Units before and after a passage that are weighed too, for a comparison."""
FURTHER = 3
"""Sentences shown below those that are the answer itself, at most: of a longer row hardly one holds what these lack."""
BESIDES = 2
"""Sentences shown below a list, at most."""
SHORT_DEFINITION = 14
"""Words of a definition up to which the sentence behind it is shown too."""

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
    ranked = item_over_introduction(question, ranked)
    best = ranked[0]
    context = snapshot.context(best.unit.document_id)
    whole = list_of(question, best, context)
    asked_for = asked_items(question, whole, context)
    if best is not introduction and question.kind == "who" and asks_role(question):
        asked_for = [best.unit]  # of who is listed, the one in that role
    if asked_for:
        whole = asked_for
    elif whole:
        whole = beside_list(question, ranked, whole) + whole
    else:
        whole = with_near_list(question, ranked, snapshot)
    units = _of_each_period(question, ranked) or whole or both_sides(question, ranked, snapshot)
    leading, further = (
        (units, _besides(question, ranked, units, snapshot)) if units else _sentences(question, ranked, snapshot)
    )
    units = [*leading, *further]
    if not asked_for:
        units = lists_completed(question, units, snapshot)
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
        if not any(repeats(unit, other) for other in chosen):
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


def _signposts_last(question: Question, ranked: list[Evidence], snapshot: Snapshot) -> list[Evidence]:
    """What only tells what the text is about to say ("Hieronder leest u hoe …") leads no answer, unless by a list.

    Neither does what announces a list, where lists do not answer ("… heeft deze taken:" is no reason), nor an item of
    which only that announcement speaks of the question.
    """

    def points(evidence: Evidence) -> bool:
        unit = evidence.unit
        if evidence.figures["asked_back"] and unit.kind != "heading":
            return True
        if question.kind not in WHOLE_LISTS:
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
    return intro if adds or not DENYING.isdisjoint(intro.words) else None


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
    return not announces and not any(repeats(unit, other) for other in shown)


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
    return left_out and not telling(evidence.unit.text)[1] <= set(best.unit.stems)


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


def _periods(question: Question) -> list[int]:
    """The terms that are periods: "2023-2024"."""
    return [i for i, term in enumerate(question.terms) if is_period(term.text)]


def _in_reading_order(chosen: Sequence[Evidence]) -> list[Unit]:
    """Documents, and in each its paragraphs, in order of their best unit; within a paragraph as it is written."""
    documents = {e.unit.document_id: i for i, e in reversed(list(enumerate(chosen)))}
    paragraphs = {(e.unit.document_id, e.unit.paragraph): i for i, e in reversed(list(enumerate(chosen)))}

    def place(unit: Unit) -> tuple[int, int, int]:
        return documents[unit.document_id], paragraphs[unit.document_id, unit.paragraph], unit.place

    return sorted((e.unit for e in chosen), key=place)
