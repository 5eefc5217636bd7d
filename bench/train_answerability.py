"""Learn the weights of `kb/answerability.json` from questions with known answers.

    .venv/bin/python -m bench.train_answerability        shows the figures
    .venv/bin/python -m bench.train_answerability --write    and writes the weights

Learns on the `dev` halves: from unanswerable questions, and from answerable ones whose drafted answer is right (a wrong
draft should not be shown, whether or not the documents hold an answer). Reports on the `test` halves. The questions
about the brochure need its text (`../shared/brochure/`); without it only those about the corpus are used.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from ingest.workspace import Workspace
from kb.answerability import WEIGHTS_FILE
from kb.evaluation import LONG_TYPES, MAX_WORDS, MAX_WORDS_LONG, Case, auc, load_cases
from kb.knowledge_base import Worked
from kb.settings import PROJECT, load_settings

BROCHURE = PROJECT.parent / "shared" / "brochure" / "mkb-route-brochure.txt"
BROCHURE_QUESTIONS = (PROJECT / "bench" / "vragen_brochure.jsonl",)
CORPUS_QUESTIONS = tuple(sorted((PROJECT / "corpus" / "vragen").glob("*.jsonl")))
STRENGTH = 1.0
"""C of the L2 penalty: chosen among 0.1, 0.3, 1 and 3 on the dev halves by cross-validation."""

FOR = frozenset(
    "found direct in_best least_found lead score type_held count_held listed meaning meaning_of_all "
    "typed_beside_focus".split()
)
AGAINST = frozenset(
    "worst_miss second_miss unknown name_missing name_not_direct name_not_in_best noun_missing noun_not_direct "
    "noun_not_in_best noun_unknown focus_missing focus_not_direct type_missing count_missing year_missing".split()
)
"""Figures that can only speak for, or only against, the documents holding the answer."""

Row = tuple[Case, dict[str, float], bool]


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
    sets = {"corpus": gather(None, CORPUS_QUESTIONS, embedder)}
    if BROCHURE.is_file():
        sets["brochure"] = gather(BROCHURE, BROCHURE_QUESTIONS, embedder)
    rows = [row for part in sets.values() for row in part]
    names = sorted({name for _, figures, _ in rows for name in figures})
    chosen = [r for r in rows if r[0].split == "dev" and (r[2] or not r[0].answerable)]
    model = fit(_matrix(chosen, names), np.array([float(r[0].answerable) for r in chosen]), names)
    for name, part in sets.items():
        report(f"{way}, {name}", [r for r in part if r[0].split == "test"], names, model)
    return {name: round(float(value), 3) for name, value in zip(("bias", *names), model, strict=True)}


def fit(matrix: np.ndarray, answerable: np.ndarray, names: list[str]) -> np.ndarray:
    """The bias and the weights of a logistic model with an L2 penalty, in which no weight may have the wrong sign.

    Without bounds the figures, which say nearly the same thing in several ways, get weights against one another, and
    a question of which nothing at all is found can come out as certain.
    """
    inputs = np.hstack([np.ones((len(matrix), 1)), matrix])
    signs = 2 * answerable - 1

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (inputs @ weights)
        penalty = weights.copy()
        penalty[0] = 0.0
        slope = -signs / (1 + np.exp(np.clip(margins, -30, 30)))
        value = np.logaddexp(0, -margins).sum() + 0.5 * (penalty**2).sum() / STRENGTH
        return float(value), inputs.T @ slope + penalty / STRENGTH

    bounds = [(None, None)] + [_bounds(name) for name in names]
    found = minimize(loss, np.zeros(inputs.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in FOR:
        return (0.0, None)
    return (None, 0.0) if name in AGAINST else (None, None)


def gather(document: Path | None, files: tuple[Path, ...], embedder: str) -> list[Row]:
    """The figures of every question, asked to one document alone or to the corpus; and whether the draft is right."""
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / "empty"
        empty.mkdir()
        corpus = {} if document is None else {"corpus_dir": empty}
        settings = load_settings(data_dir=Path(scratch) / "data", embedder=embedder, **corpus)
        with Workspace.open(settings) as workspace:
            if document is not None:
                workspace.add([document])
            workspace.load_vectors()
            rows = []
            for case in (case for file in files for case in load_cases(file)):
                worked = workspace.knowledge.work_out(case.question, case.history)
                rows.append((case, worked.figures, drafted_right(case, worked)))
            return rows


def drafted_right(case: Case, worked: Worked) -> bool:
    """Whether the drafted units hold the evidence and are short."""
    texts = [unit.text for unit in worked.draft.units]
    limit = MAX_WORDS_LONG if case.type in LONG_TYPES else MAX_WORDS
    short = sum(len(text.split()) for text in texts) <= limit
    return case.answerable and short and all(any(re.search(p, t) for t in texts) for p in case.must_match)


def report(name: str, rows: list[Row], names: list[str], model: np.ndarray) -> None:
    """Print how the held-out questions come out at several thresholds."""
    certainty = 1 / (1 + np.exp(-(model[0] + _matrix(rows, names) @ model[1:])))
    area = auc([(float(c), r[0].answerable) for c, r in zip(certainty, rows, strict=True)])
    answerable = sum(r[0].answerable for r in rows)
    print(f"{name}: {answerable} answerable, {len(rows) - answerable} not; AUC {area}")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        shown = [r for c, r in zip(certainty, rows, strict=True) if c >= threshold]
        right = sum(r[2] for r in shown)
        wrongly = sum(not r[0].answerable for r in shown)
        print(
            f"  from {threshold}: right {right}/{answerable}, unanswerable answered {wrongly}/{len(rows) - answerable}"
        )


def _matrix(rows: list[Row], names: list[str]) -> np.ndarray:
    return np.array([[figures.get(name, 0.0) for name in names] for _, figures, _ in rows])


if __name__ == "__main__":
    main()
