"""Is the answer in these passages? A logistic model over a few figures that a person can read.

No single score tells an answerable question from one that only looks like it (each alone ranks them little better
than chance). The weights in `answerability.json` are learned by `bench/train_answerability.py` from questions with
known answers; each feature lies between 0 and 1, so a weight reads as "how much this alone can move the log-odds".
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path

from kb.answer_types import asks_type, counts
from kb.evidence import presence
from kb.extractive import Draft
from kb.snapshot import Snapshot
from kb.types import Question

FOREIGN = 0.7
"""Above this share of a question, by weight, that no document knows in any form, it is about something else."""
WEIGHTS_FILE = Path(__file__).with_name("answerability.json")


def features(question: Question, draft: Draft, snapshot: Snapshot, listed: bool = False) -> dict[str, float]:
    """The figures for one question and what would be answered; `listed`: a collection answers it."""
    best = draft.best
    heavy = [i for i, term in enumerate(question.terms) if not term.light]
    if best is None or not heavy:
        return {"listed": float(listed)}
    shown = list(draft.units) or [best.unit]
    stems = [stem for unit in shown for stem in unit.stems]
    terms = question.terms
    weight = sum(terms[i].weight for i in heavy) or 1.0
    direct = {i: presence(terms[i], stems) for i in heavy}
    found = {i: max(best.found[i], direct[i]) for i in heavy}
    missed = [terms[i].weight * (1 - found[i]) for i in heavy]
    least = min(found.values())
    names = [i for i in heavy if terms[i].name]
    in_best = {i: presence(terms[i], best.unit.stems) for i in heavy}
    nouns = [i for i in heavy if terms[i].noun]
    focus = nouns[0] if nouns else heavy[0]
    unknown = sum(terms[i].weight for i in heavy if not _known(question, i, snapshot)) / weight
    text = " ".join(unit.text for unit in shown)
    runner_up = draft.ranked[1].score if len(draft.ranked) > 1 else 0.0
    return {
        "found": sum(terms[i].weight * found[i] for i in heavy) / weight,
        "direct": sum(terms[i].weight * direct[i] for i in heavy) / weight,
        "in_best": best.direct_coverage,
        "worst_miss": max(missed),
        "least_found": least,
        "unknown": unknown,
        "name_missing": max((1 - found[i] for i in names), default=0.0),
        "name_not_direct": max((1 - direct[i] for i in names), default=0.0),
        "noun_missing": max((1 - found[i] for i in nouns), default=0.0),
        "noun_not_direct": max((1 - direct[i] for i in nouns), default=0.0),
        "noun_unknown": float(any(not _known(question, i, snapshot) for i in nouns)),
        "focus_missing": 1 - found[focus],
        "focus_not_direct": 1 - in_best[focus],
        "noun_not_in_best": max((1 - in_best[i] for i in nouns), default=0.0),
        "name_not_in_best": max((1 - in_best[i] for i in names), default=0.0),
        "second_miss": sorted(missed)[-2] if len(missed) > 1 else 0.0,
        "typed_beside_focus": float(asks_type(question) and best.typed) * in_best[focus],
        "type_missing": float(asks_type(question) and not best.typed),
        "type_held": float(asks_type(question) and best.typed),
        "count_held": float(question.kind == "how_many" and counts(question, text)),
        "count_missing": float(question.kind == "how_many" and not counts(question, text)),
        "year_missing": float(any(year not in text for year in question.years)),
        "lead": min(1.0, max(0.0, (best.score - runner_up) / max(best.score, 1e-6))),
        "score": max(0.0, min(1.0, best.score)),
        "many_terms": min(1.0, len(heavy) / 6),
        "one_term": float(len(heavy) == 1),
        "asks_who": float(question.kind == "who"),
        "asks_number": float(question.kind in {"how_many", "amount"}),
        "asks_when": float(question.kind in {"when", "how_long"}),
        "asks_why": float(question.kind == "why"),
        "asks_yes_no": float(question.kind == "yes_no"),
        "listed": float(listed),
        "meaning": max(0.0, best.cosine),
        "meaning_of_all": max((max(0.0, e.cosine) for e in draft.ranked[:10]), default=0.0),
    }


def _known(question: Question, i: int, snapshot: Snapshot) -> bool:
    """Whether the collection holds a term, or what may stand for it, anywhere."""
    frequency = snapshot.statistics.frequency
    term = question.terms[i]
    ways = [term.stems, *(way for way, weight in term.alternatives if weight >= 0.7)]
    return any(all(frequency[stem] for stem in way) for way in ways)


def certainty(figures: dict[str, float], by_meaning: bool = False) -> float:
    """The probability, 0 to 1, that the documents hold the answer and that it is shown.

    Two things settle it: most of the question is known to no document, or it asks for items of a collection of which
    none is as it wants. `by_meaning`: the figures were made with a cheap embedder at hand, for which there are
    weights of their own.
    """
    if "found" not in figures and not figures.get("listed"):
        return 0.0
    weights = _weights()["meaning" if by_meaning else "words"]
    if figures.get("unknown", 0.0) > FOREIGN or figures.get("none_fits"):
        return 0.1
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in figures.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    stored: dict[str, dict[str, dict[str, float]]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return stored["weights"]
