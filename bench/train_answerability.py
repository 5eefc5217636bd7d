"""Learn the weights of `kb/answerability.json` from questions with known answers.

    .venv/bin/python -m bench.train_answerability        shows the figures
    .venv/bin/python -m bench.train_answerability --write    and writes the weights

Learns on the `dev` halves: from unanswerable questions, and from answerable ones whose drafted answer is right (a wrong
draft should not be shown, whether or not the documents hold an answer). Reports on the `test` halves. The questions
about the brochure need its text (`../shared/brochure/`); without it only those about the corpus are used.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

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

Row = tuple[Case, dict[str, float], bool]


def main() -> None:
    """Gather the figures, fit, report, and write when told to."""
    sets = {"corpus": gather(None, CORPUS_QUESTIONS)}
    if BROCHURE.is_file():
        sets["brochure"] = gather(BROCHURE, BROCHURE_QUESTIONS)
    rows = [row for part in sets.values() for row in part]
    names = sorted({name for _, figures, _ in rows for name in figures})
    learn = [r for r in rows if r[0].split == "dev" and (r[2] or not r[0].answerable)]
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit(_matrix(learn, names), np.array([r[0].answerable for r in learn]))
    for name, part in sets.items():
        report(name, [r for r in part if r[0].split == "test"], names, model)
    weights = {"bias": float(model.intercept_[0])} | dict(zip(names, map(float, model.coef_[0]), strict=True))
    if "--write" in sys.argv:
        stored = {
            "about": "Written by bench/train_answerability.py; log-odds that the documents hold the answer shown.",
            "weights": {name: round(value, 3) for name, value in weights.items()},
        }
        WEIGHTS_FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
        print(f"written to {WEIGHTS_FILE.name}")


def gather(document: Path | None, files: tuple[Path, ...]) -> list[Row]:
    """The figures of every question, asked to one document alone or to the corpus; and whether the draft is right."""
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / "empty"
        empty.mkdir()
        corpus = {} if document is None else {"corpus_dir": empty}
        settings = load_settings(data_dir=Path(scratch) / "data", embedder="none", **corpus)
        with Workspace.open(settings) as workspace:
            if document is not None:
                workspace.add([document])
            rows = []
            for case in (case for file in files for case in load_cases(file)):
                worked = workspace.knowledge.work_out(case.question, case.history)
                rows.append((case, worked.figures, drafted_right(case, worked)))
            return rows


def drafted_right(case: Case, worked: Worked) -> bool:
    """Whether the drafted units hold the evidence and are short."""
    import re

    texts = [unit.text for unit in worked.draft.units]
    limit = MAX_WORDS_LONG if case.type in LONG_TYPES else MAX_WORDS
    short = sum(len(text.split()) for text in texts) <= limit
    return case.answerable and short and all(any(re.search(p, t) for t in texts) for p in case.must_match)


def report(name: str, rows: list[Row], names: list[str], model: LogisticRegression) -> None:
    """Print how the held-out questions come out at several thresholds."""
    certainty = model.predict_proba(_matrix(rows, names))[:, 1]
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
