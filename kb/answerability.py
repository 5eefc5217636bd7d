"""Is the answer in these passages? A logistic model over a few figures that a person can read.

No single score tells an answerable question from one that only looks like it (each alone ranks them little better
than chance). The weights in `answerability.json` are learned by `bench/train_answerability.py` from questions with
known answers; each feature lies between 0 and 1, so a weight reads as "how much this alone can move the log-odds".
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from kb.agreement import particulars
from kb.answer_types import asks_type, counts, enumerates, holds_type, in_asked_unit, joins, names_new
from kb.evidence import GROUP_OF, TYPE_GROUPS, Evidence, counted_by, in_document, number_asked, share_of_best
from kb.extractive import Draft
from kb.language import fold, rarity
from kb.presence import asked
from kb.snapshot import Snapshot
from kb.types import Question, Term
from kb.units import Unit
from kb.wanted import names_type, wanted

FOREIGN = 0.7
"""Above this share of a question, by weight, that no document knows in any form, it is about something else."""
VOUCHED = 0.7
"""Certainty, at least, of a question that an author says in so many words the section of the answer answers."""
OF_BEST = (
    "near",
    "in_passage",
    "cosine",
    "opens",
    "together",
    "asked_heading",
    "retrieved",
    "precise",
    "length",
    "early",
    "expected",
    "expected_otherwise",
)
"""Figures of the unit that leads the answer."""
WEIGHTS_FILE = Path(__file__).with_name("answerability.json")


def features(question: Question, draft: Draft, snapshot: Snapshot, listed: bool = False) -> dict[str, float]:
    """The figures for one question and what would be answered; `listed`: a collection answers it."""
    best = draft.best
    heavy = [i for i, term in enumerate(question.terms) if not term.light]
    if best is None or not heavy:
        return {"listed": float(listed)}
    shown = draft.units or (best.unit,)
    return {
        **_met(question, best, shown, heavy, snapshot, listed),
        **particulars(question, best, shown, snapshot),
        **_likeness(question, best, heavy, draft, snapshot),
        **_type_missing(question, best, shown),
        "count_missing": float(question.kind == "how_many" and not _counted(question, shown)),
        "many_terms": min(1.0, len(heavy) / 6),
        **_form_missing(question, draft, best, shown),
        "listed": float(listed),
    }


def _counted(question: Question, shown: Sequence[Unit]) -> bool:
    """Whether what is shown counts what is asked, in one unit or in the words of several."""
    return counts(question, " ".join(unit.text for unit in shown)) or any(counted_by(question, u) for u in shown)


def _type_missing(question: Question, best: Evidence, shown: Sequence[Unit]) -> dict[str, float]:
    """By kind of answer, whether the best unit (and whether all that is shown) has none of the kind asked for."""
    group = GROUP_OF.get(wanted(question), "") if asks_type(question) else ""
    nowhere = bool(group) and not best.typed and not any(holds_type(question, unit.text) for unit in shown)
    return {
        **{f"no_{kind}_in_best": float(kind == group and not best.typed) for kind in TYPE_GROUPS},
        **{f"no_{kind}": float(kind == group and nowhere) for kind in TYPE_GROUPS},
        "untyped": float(not group),
        "a_number": float(group == "number" and best.typed),  # which need not be the one that is asked for
    }


def _form_missing(question: Question, draft: Draft, best: Evidence, shown: Sequence[Unit]) -> dict[str, float]:
    """What the form of an answer to such a question has, and what is shown has not: 1 for missing, 0 for there."""
    by_unit = {(e.unit.document_id, e.unit.place): e for e in draft.ranked}
    weighed = [by_unit[key] for u in shown if (key := (u.document_id, u.place)) in by_unit]
    own = [u for u in shown if u is best.unit or u.is_listed_by(best.unit)]
    text = " ".join(u.text for u in own) or best.unit.text
    listing = question.kind == "list"
    several = len(own) > 1 or best.unit.kind in {"item", "row"}
    which = listing or question.kind == "what"
    definition = question.kind == "definition"
    under_heading = max((e.figures["asked_heading"] for e in weighed), default=0.0)
    return {
        "undefined": float(definition and not any(e.figures["defines"] or e.figures["expands"] for e in weighed)),
        "undefined_in_best": float(definition and not (best.figures["defines"] or best.figures["expands"]))
        * (1 - under_heading),
        "none_listed": float(listing and not several and not enumerates(text)),
        "none_joined": float(listing and not several and not joins(text)),
        "not_as_many": float(
            listing and number_asked(question) > 1 and not best.figures["as_many"] and not joins(best.unit.text)
        ),
        "nothing_new": float(which and not names_new(question, text)),
        "unit_missing": float(wanted(question) == "how_long" and not in_asked_unit(question, text)),
        "count_not_in_best": float(
            question.kind == "how_many" and not counts(question, text) and not counted_by(question, best.unit)
        ),
    }


def _likeness(
    question: Question, best: Evidence, heavy: Sequence[int], draft: Draft, snapshot: Snapshot
) -> dict[str, float]:
    """How near the best unit is in words and meaning, and how far it stands out from the others."""
    near = [best.near[i] for i in heavy if not question.terms[i].aside] or [best.near[i] for i in heavy]
    return {
        **{name: best.figures[name] for name in OF_BEST},
        "least_near": 1 - min(near),
        "stands_out": share_of_best(draft.ranked),
        "others_nearer": max(one.cosine for one in draft.ranked) - best.cosine,
        "expecting": float(snapshot.expected.of(best.unit.document_id)),
        "vouched": best.figures["expected_exactly"],
    }


def _met(
    question: Question, best: Evidence, shown: Sequence[Unit], heavy: Sequence[int], snapshot: Snapshot, listed: bool
) -> dict[str, float]:
    """How much of what is asked is met: by all that is shown and what surrounds it, and by the best unit alone.

    What a listing is of is met by it, whatever readers call that.
    """
    terms = question.terms
    says = {i: _says(question, i, snapshot) for i in heavy}
    full = {i: _fullest(terms[i]) for i in heavy}
    answered = {i for i in heavy if best.typed and asks_type(question) and names_type(question, terms[i].text)}
    answered |= {i for i in heavy if listed and question.head and terms[i].stems[:1] == question.head[:1]}
    by_unit = [asked(question).met(unit.stems) for unit in shown]
    direct = {i: 1.0 if i in answered else max(met[i] for met in by_unit) for i in heavy}
    found = {i: min(1.0, max(best.found[i], direct[i]) / full[i]) for i in heavy}
    together = question.kind == "compare"  # each side of a comparison may have a unit of its own
    in_best = {i: min(1.0, (direct[i] if together else best.direct[i]) / full[i]) for i in heavy}
    held = in_document(question, snapshot.context(best.unit.document_id))
    unknown = {i for i in heavy if i not in answered and not _known(question, i, snapshot)}
    asking = [i for i in heavy if not terms[i].aside] or heavy
    nouns = [i for i in asking if terms[i].noun]
    head = [
        i
        for i in heavy
        if question.head and terms[i].stems[0] == question.head[0] and not names_type(question, terms[i].text)
    ]
    acts = [i for i in asking if not terms[i].noun and not terms[i].name]
    weight = sum(says.values())
    return {
        "found": sum(says[i] * found[i] for i in heavy) / weight,
        "in_best": sum(says[i] * in_best[i] for i in heavy) / weight,
        "unknown": sum(says[i] for i in unknown) / weight,
        "typed_missing": max(1 - found[i] for i in asking) * asks_type(question),
        "name_missing": max((1 - found[i] for i in asking if terms[i].name), default=0.0),
        "name_not_in_document": max((1 - held[i] for i in asking if terms[i].name), default=0.0),
        "head_missing": max((1 - found[i] for i in head), default=0.0),
        "noun_not_in_best": max((1 - in_best[i] for i in nouns), default=0.0),
        "act_missing": max((1 - max(found[i], best.near[i]) for i in acts), default=0.0),
        "act_not_in_best": max((1 - max(in_best[i], best.near[i]) for i in acts), default=0.0),
        "noun_unknown": float(any(i in unknown for i in nouns)),
    }


def _says(question: Question, i: int, snapshot: Snapshot) -> float:
    """How much a term says; an English word that no document knows weighs by its rarity in English."""
    term = question.terms[i]
    if question.language == "en" and not term.name and not _known(question, i, snapshot):
        return max(0.05, min(term.weight, rarity(fold(term.text), "en")))
    return term.weight


def _fullest(term: Term) -> float:
    """The most that a term can be met in a Dutch text: less than 1 for an English word, which only stand-ins meet."""
    return max((weight for _, weight in term.alternatives), default=1.0) if term.translated else 1.0


def _known(question: Question, i: int, snapshot: Snapshot) -> bool:
    """Whether the collection holds a term, or what may stand for it, anywhere."""
    frequency = snapshot.statistics.frequency
    term = question.terms[i]
    ways = [term.stems, *(way for way, weight in term.alternatives if weight >= 0.7)]
    return any(all(frequency[stem] for stem in way) for way in ways)


def settled(figures: dict[str, float]) -> float | None:
    """The certainty where it needs no weighing; None where it does.

    There is nothing to show, most of the question is known to no document (the records may know what no sentence does),
    or it asks for items of a collection of which none is as it wants.
    """
    if "found" not in figures and not figures.get("listed"):
        return 0.0
    foreign = figures.get("unknown", 0.0) > FOREIGN and not figures.get("listed")
    return 0.1 if foreign or figures.get("none_fits") else None


def certainty(figures: dict[str, float], by_meaning: bool = False) -> float:
    """The probability, 0 to 1, that the documents hold the answer and that it is shown.

    `by_meaning`: the figures were made with a cheap embedder at hand, for which there are weights of their own.
    """
    known = settled(figures)
    if known is not None:
        return known
    weights = _weights()["meaning" if by_meaning else "words"]
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in figures.items())
    weighed = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return max(weighed, VOUCHED) if figures.get("vouched") else weighed


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    stored: dict[str, dict[str, dict[str, float]]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return stored["weights"]
