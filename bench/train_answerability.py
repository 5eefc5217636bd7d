"""Learn the weights of `kb/answerability.json` from questions with known answers.

    .venv/bin/python -m bench.train_answerability        shows the figures
    .venv/bin/python -m bench.train_answerability --write    and writes the weights

Learns on the `dev` halves and on questions that are in no half: from unanswerable ones, from answerable ones whose
drafted answer is right (a wrong draft should not be shown, whether or not the documents hold an answer), and from
answerable ones of which the sentences that hold the evidence are hidden. Reports on those by cross-validation, by which
figures and settings are chosen, and on the `test` halves. The questions about the brochure and the real documents need
those (`../shared/`); without them only the questions about the corpus are used. `bench.train_evidence` comes first.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from bench.question_sets import QuestionSet, question_sets
from kb import extractive
from kb.answerability import WEIGHTS_FILE, features, settled
from kb.evaluation import LONG_TYPES, MAX_WORDS, MAX_WORDS_LONG, Case, auc
from kb.evidence import TYPE_GROUPS
from kb.extractive import Draft
from kb.knowledge_base import Worked
from kb.snapshot import Snapshot
from kb.units import Unit

STRENGTH = 3.0
"""C of the L2 penalty: chosen among 1, 3 and 10."""
UNANSWERABLE, HIDDEN = 1.5, 0.05
"""Weight of an unanswerable question, and of an answerable one whose evidence is hidden, against 1 for a right answer.

An answer to what the documents do not say does more harm than a refusal of what they do. A question without its
evidence is what an unanswerable one looks like: the right subject, and the fact is missing.
"""
AS_VISITORS = 2.0
"""How often a question counts that is asked as visitors ask; the other sets hold an unusual share of hard cases."""
VISITORS = frozenset("cf cn bf bn rd rn ha hb".split())
"""How the ids begin of the questions of those sets."""
FOR_EVIDENCE = frozenset("cx rw rx ry hc hd he hf hg".split())
"""How the ids begin of the questions from which only `bench.train_evidence` learns.

The refusal that learned from them as well was no better on those sets themselves, and worse on the `test` halves. With
those that were typed for it (`hc` to `hg`) it answered 27 in place of 30 of their 113 unanswerable questions on corpus
and brochure, cross-validated, and eight fewer of the 444 that the visitors' and mixed sets have an answer to.
"""
FOLDS = 10

FOR = frozenset(
    "found in_best listed near in_passage stands_out cosine opens together asked_heading expected vouched "
    "untyped".split()
)
AGAINST = frozenset(
    "unknown name_missing noun_not_in_best noun_unknown count_missing count_not_in_best year_not_in_best "
    "number_missing value_missing other_value role_apart least_near act_missing act_not_in_best undefined "
    "name_not_in_document head_missing typed_missing undefined_in_best none_listed none_joined nothing_new "
    "unit_missing expecting expected_otherwise others_nearer a_number not_as_many".split()
) | {f"no_{kind}{where}" for kind in TYPE_GROUPS for where in ("", "_in_best")}
"""Figures that can only speak for, or only against, the documents holding the answer.

The kind of the question is none of them: it helps in the sets, where nearly all that want yes or no have an answer.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One question, the figures of its draft, and what is to be learned from it."""

    case: Case
    figures: dict[str, float]
    right: bool
    """Whether the draft holds the evidence and is short."""
    hidden: bool = False
    """Whether the evidence was hidden before the draft was made."""

    @property
    def prefix(self) -> str:
        """How its id begins, which tells its set."""
        return self.case.id.split("-")[0]

    @property
    def weight(self) -> float:
        """How much it counts in learning; a wrong draft of an answerable question says neither yes nor no."""
        often = AS_VISITORS if self.prefix in VISITORS else 1.0
        if self.hidden:
            return often * HIDDEN
        if not self.case.answerable:
            return often * UNANSWERABLE
        return often * self.right


def main() -> None:
    """Gather the figures, fit, report, and write when told to."""
    weights = {way: learn(way, embedder) for way, embedder in (("words", "none"), ("meaning", "static"))}
    if "--write" in sys.argv:
        stored = {
            "about": "Written by bench/train_answerability.py; log-odds that the documents hold the answer shown. "
            "'words': without an embedder at hand for single sentences; 'meaning': with one.",
            "weights": weights,
        }
        WEIGHTS_FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
        print(f"written to {WEIGHTS_FILE.name}")


def learn(way: str, embedder: str) -> dict[str, float]:
    """The weights for one way of answering; prints how the held-out questions come out."""
    sets = {part.name: gather(part, embedder) for part in question_sets()}
    rows = [row for part in sets.values() for row in part]
    names = sorted({name for row in rows for name in row.figures} - {"none_fits"})
    dev = [row for row in rows if row.case.split != "test" and row.prefix not in FOR_EVIDENCE]
    report(f"{way}, dev, cross-validated", *cross_validated(dev, names))
    model = fit(dev, names)
    for name, part in sets.items():
        held_out = [row for row in part if row.case.split == "test" and not row.hidden]
        if held_out:
            report(f"{way}, {name}", held_out, certainties(held_out, names, model))
    return {name: round(float(value), 3) for name, value in zip(("bias", *names), model, strict=True)}


def cross_validated(rows: list[Row], names: list[str]) -> tuple[list[Row], np.ndarray]:
    """Every question judged by a model that was fitted without it."""
    ids = sorted({row.case.id for row in rows})
    folds = dict(zip(ids, np.random.default_rng(0).permutation(len(ids)) % FOLDS, strict=True))
    asked: list[Row] = []
    judged: list[np.ndarray] = []
    for fold in range(FOLDS):
        model = fit([row for row in rows if folds[row.case.id] != fold], names)
        left_out = [row for row in rows if folds[row.case.id] == fold and not row.hidden]
        asked += left_out
        judged.append(certainties(left_out, names, model))
    return asked, np.concatenate(judged)


def certainties(rows: list[Row], names: list[str], model: np.ndarray) -> np.ndarray:
    """What the model makes of every question, but for those that `kb/answerability.py` settles without it."""
    by_model = 1 / (1 + np.exp(-(model[0] + _matrix(rows, names) @ model[1:])))
    known = [settled(row.figures) for row in rows]
    return np.array([p if fixed is None else fixed for p, fixed in zip(by_model, known, strict=True)])


def fit(rows: list[Row], names: list[str]) -> np.ndarray:
    """The bias and the weights of a logistic model with an L2 penalty, in which no weight may have the wrong sign.

    Without bounds the figures, which say nearly the same thing in several ways, get weights against one another, and
    a question of which nothing at all is found can come out as certain.
    """
    matrix = _matrix(rows, names)
    inputs = np.hstack([np.ones((len(matrix), 1)), matrix])
    counted = np.array([row.weight for row in rows])
    signs = np.array([1.0 if row.right else -1.0 for row in rows])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (inputs @ weights)
        penalty = weights.copy()
        penalty[0] = 0.0
        slope = -counted * signs / (1 + np.exp(np.clip(margins, -30, 30)))
        value = (counted * np.logaddexp(0, -margins)).sum() + 0.5 * (penalty**2).sum() / STRENGTH
        return float(value), inputs.T @ slope + penalty / STRENGTH

    bounds = [(None, None)] + [_bounds(name) for name in names]
    found = minimize(loss, np.zeros(inputs.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in FOR:
        return (0.0, None)
    return (None, 0.0) if name in AGAINST else (None, None)


def gather(questions: QuestionSet, embedder: str) -> list[Row]:
    """The figures of every question of a set; and whether the draft is right."""
    rows = []
    with questions.workspace(embedder) as workspace:
        for case in questions.cases():
            worked = workspace.knowledge.work_out(case.question, case.history)
            rows.append(Row(case, worked.figures, drafted_right(case, worked)))
            without = without_evidence(case, worked, workspace.knowledge.snapshot)
            if without is not None:
                rows.append(Row(case, without, right=False, hidden=True))
    return rows


def without_evidence(case: Case, worked: Worked, snapshot: Snapshot) -> dict[str, float] | None:
    """The figures of an answerable question when its evidence is hidden; None where that leaves nothing to weigh."""
    if not case.answerable or worked.listing is not None:
        return None

    def is_evidence(unit: Unit) -> bool:
        return any(re.search(pattern, unit.text) for pattern in case.must_match)

    left = [evidence for evidence in worked.draft.ranked if not is_evidence(evidence.unit)]
    draft = extractive.choose(worked.question, left, snapshot)
    draft = Draft(tuple(unit for unit in draft.units if not is_evidence(unit)), draft.ranked)
    return features(worked.question, draft, snapshot) if draft.units else None


def drafted_right(case: Case, worked: Worked) -> bool:
    """Whether the drafted units hold the evidence and are short."""
    texts = [unit.text for unit in worked.draft.units]
    limit = MAX_WORDS_LONG if case.type in LONG_TYPES else MAX_WORDS
    short = sum(len(text.split()) for text in texts) <= limit
    return case.answerable and short and all(any(re.search(p, t) for t in texts) for p in case.must_match)


def report(name: str, rows: list[Row], certainty: np.ndarray) -> None:
    """Print how questions come out at several thresholds."""
    area = auc([(float(c), row.case.answerable) for c, row in zip(certainty, rows, strict=True)])
    answerable = sum(row.case.answerable for row in rows)
    print(f"{name}: {answerable} answerable, {len(rows) - answerable} not; AUC {area}")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        shown = [row for c, row in zip(certainty, rows, strict=True) if c >= threshold]
        right = sum(row.right for row in shown)
        wrongly = sum(not row.case.answerable for row in shown)
        print(
            f"  from {threshold}: right {right}/{answerable}, unanswerable answered {wrongly}/{len(rows) - answerable}"
        )


def _matrix(rows: list[Row], names: list[str]) -> np.ndarray:
    return np.array([[row.figures.get(name, 0.0) for name in names] for row in rows])


if __name__ == "__main__":
    main()
