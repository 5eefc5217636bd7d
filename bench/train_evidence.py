"""Learn the weights of `kb/evidence.json`: which sentence of those found answers a question.

    .venv/bin/python -m bench.train_evidence        shows the figures
    .venv/bin/python -m bench.train_evidence --write    and writes the weights

For every answerable question each candidate is marked as evidence or not; the weights make the evidence likely among
the candidates (the logarithm of its share of a softmax over them, as in ListNet, Cao et al. 2007). Learns on questions
that are not in a `test` half, and reports how often the first candidate, and one of the first three, is evidence.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from bench.question_sets import QuestionSet, question_sets
from kb.context import Context
from kb.evaluation import Case
from kb.evidence import TYPE_GROUPS, WEIGHTS_FILE, Evidence

STRENGTH = 30.0
"""C of the L2 penalty."""
FOR = frozenset(
    "found in_unit in_headings in_passage near precise cosine retrieved rank counts defines expands together "
    "expected expected_otherwise expected_meaning expected_exactly with_title under_question as_many".split()
) | {f"typed_{group}" for group in TYPE_GROUPS}
AGAINST = frozenset("name_missing signpost label short_heading heading asked_back fragment caption code".split()) | {
    f"not_typed_{group}" for group in TYPE_GROUPS
}
"""Figures that can only speak for, or only against, a candidate."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its candidates."""

    name: str
    case: Case
    figures: np.ndarray
    """A row a candidate."""
    evidence: np.ndarray
    """Whether a candidate is evidence, a row each."""


def main() -> None:
    """Gather the candidates, fit, report, and write when told to."""
    weights = {way: learn(way, embedder) for way, embedder in (("words", "none"), ("meaning", "static"))}
    if "--write" in sys.argv:
        about = "Written by bench/train_evidence.py; the weight of each figure of a candidate for the answer. 'words': "
        about += "without an embedder at hand for single sentences; 'meaning': with one."
        WEIGHTS_FILE.write_text(json.dumps({"about": about, "weights": weights}, indent=2) + "\n", encoding="utf-8")
        print(f"written to {WEIGHTS_FILE.name}")


def learn(way: str, embedder: str) -> dict[str, float]:
    """The weights for one way of answering; prints how the held-out questions come out."""
    asked = [one for part in question_sets() for one in gather(part, embedder)]
    names = NAMES
    learned_from = [one for one in asked if one.case.split != "test" and one.evidence.any()]
    model = fit([(one.figures, one.evidence) for one in learned_from], names)
    for name in dict.fromkeys(one.name for one in asked):
        for split in ("dev", "test"):
            part = [one for one in asked if one.name == name and (one.case.split == "test") == (split == "test")]
            if part:
                first = np.mean([_among_first(one, model, 1) for one in part])
                three = np.mean([_among_first(one, model, 3) for one in part])
                print(f"{way}, {name}, {split}: {len(part)} questions; first {first:.3f}, one of three {three:.3f}")
    return {name: round(float(value), 3) for name, value in zip(names, model, strict=True) if round(value, 3)}


NAMES: list[str] = []


def gather(questions: QuestionSet, embedder: str) -> list[Asked]:
    """The candidates of every answerable question of a set."""
    found = []
    with questions.workspace(embedder) as workspace:
        knowledge = workspace.knowledge
        for case in questions.cases():
            if not case.answerable:
                continue
            ranked = knowledge.work_out(case.question, case.history).draft.ranked
            if not ranked:
                continue
            if not NAMES:
                NAMES.extend(ranked[0].figures)
            snapshot = knowledge.snapshot
            marks = [is_evidence(case, one, snapshot.context(one.unit.document_id)) for one in ranked]
            figures = np.array([[one.figures[name] for name in NAMES] for one in ranked])
            found.append(Asked(questions.name, case, figures, np.array(marks)))
    return found


def is_evidence(case: Case, candidate: Evidence, context: Context) -> bool:
    """Whether a candidate, or the list that it introduces, holds something that the answer must hold."""
    texts = [candidate.unit.text, context.listed(candidate.unit)]
    return any(re.search(pattern, text) for pattern in case.must_match for text in texts if text)


def fit(questions: list[tuple[np.ndarray, np.ndarray]], names: list[str]) -> np.ndarray:
    """The weights under which the evidence is likeliest, none with the wrong sign."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value = 0.5 * float(weights @ weights) / STRENGTH
        slope = weights / STRENGTH
        for figures, evidence in questions:
            scores = figures @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            held = shares * evidence
            value -= float(np.log(held.sum() + 1e-12))
            slope = slope + figures.T @ (shares - held / (held.sum() + 1e-12))
        return value, slope

    bounds = [(0.0, None) if n in FOR else (None, 0.0) if n in AGAINST else (None, None) for n in names]
    return np.asarray(minimize(loss, np.zeros(len(names)), jac=True, bounds=bounds, method="L-BFGS-B").x)


def _among_first(one: Asked, model: np.ndarray, k: int) -> bool:
    best = np.argsort(-(one.figures @ model), kind="stable")[:k]
    return bool(one.evidence[best].any())


if __name__ == "__main__":
    main()
