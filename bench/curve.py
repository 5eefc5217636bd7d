"""How many questions are answered against how many answers are wrong, for every threshold of certainty.

    .venv/bin/python -m bench.curve QUESTIONS... [--split test] [--svg docs/curve.svg]

Every question is answered once without a threshold; then, for each certainty, those at or above it count as answered.
Coverage is the share of the answerable questions that are answered, error the share of the answers that are wrong: the
question has no answer in the documents, or the answer misses the evidence or is too long.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from ingest.workspace import Workspace
from kb.evaluation import Outcome, load_cases, run
from kb.settings import Settings, load_settings

_THRESHOLDS = (0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9)
_WIDTH, _HEIGHT, _MARGIN = 640, 360, 56


@dataclass(frozen=True)
class Point:
    """What a threshold gives."""

    threshold: float
    coverage: float
    error: float
    refused: float
    """Share of the unanswerable questions that are refused."""


def points(outcomes: tuple[Outcome, ...]) -> list[Point]:
    """A point for every certainty that occurs, the highest first."""
    answerable = sum(o.case.answerable for o in outcomes) or 1
    unanswerable = len(outcomes) - answerable or 1
    found = []
    for threshold in sorted({o.answer.certainty for o in outcomes}, reverse=True):
        answered = [o for o in outcomes if o.answer.certainty >= threshold]
        right = sum(o.right and o.case.answerable for o in answered)
        wrongly = sum(not o.case.answerable for o in answered)
        coverage = (len(answered) - wrongly) / answerable
        found.append(Point(threshold, coverage, 1 - right / len(answered), 1 - wrongly / unanswerable))
    return found


def at(found: list[Point], threshold: float) -> Point:
    """What holds at a threshold: the lowest certainty that is not below it."""
    return next((point for point in reversed(found) if point.threshold >= threshold), found[0])


def svg(found: list[Point], used: Point) -> str:
    """The curve as a picture, with the threshold in use marked."""

    def place(point: Point) -> tuple[float, float]:
        x = _MARGIN + point.coverage * (_WIDTH - 2 * _MARGIN)
        return x, _HEIGHT - _MARGIN - min(point.error, 1.0) * (_HEIGHT - 2 * _MARGIN)

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, found))
    x, y = place(used)
    ticks = "".join(
        f'<text x="{_MARGIN + part * (_WIDTH - 2 * _MARGIN):.0f}" y="{_HEIGHT - _MARGIN + 18}" text-anchor="middle">'
        f"{part:.0%}</text>"
        f'<text x="{_MARGIN - 8}" y="{_HEIGHT - _MARGIN - part * (_HEIGHT - 2 * _MARGIN) + 4:.0f}" text-anchor="end">'
        f"{part:.0%}</text>"
        for part in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    below, right = _HEIGHT - _MARGIN, _WIDTH - _MARGIN
    label = escape(f"in gebruik: {used.threshold:.2f}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
        f'<path d="M{_MARGIN} {_MARGIN}V{below}H{right}" fill="none" stroke="#5b6470"/>{ticks}'
        f'<polyline points="{line}" fill="none" stroke="#0b5cad" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#b3261e"/>'
        f'<text x="{x - 10:.1f}" y="{y - 10:.1f}" text-anchor="end">{label}</text>'
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 14}" text-anchor="middle">beantwoordbare vragen die een antwoord '
        f'krijgen</text><text x="{_MARGIN}" y="{_MARGIN - 22}">antwoorden die fout zijn</text></svg>\n'
    )


def answered(settings: Settings, questions: list[Path], split: str | None) -> tuple[Outcome, ...]:
    """Every question with its answer, whatever its certainty."""
    cases = [case for path in questions for case in load_cases(path) if split in {None, case.split}]
    with TemporaryDirectory() as scratch:
        changes = {"data_dir": Path(scratch), "answer_threshold": 0.0}
        with Workspace.open(settings.model_copy(update=changes)) as workspace:
            workspace.load_vectors()
            return run(workspace.knowledge, cases).outcomes


def main() -> None:
    """Measure, print, and draw where a file is named."""
    options = argparse.ArgumentParser()
    options.add_argument("questions", type=Path, nargs="+")
    options.add_argument("--split", choices=("dev", "test"))
    options.add_argument("--svg", type=Path)
    chosen = options.parse_args()
    settings = load_settings()
    found = points(answered(settings, chosen.questions, chosen.split))
    table = Table("certainty from", "answerable answered", "answers wrong", "unanswerable refused", box=None)
    for threshold in _THRESHOLDS:
        point = at(found, threshold)
        table.add_row(f"{threshold:.2f}", f"{point.coverage:.0%}", f"{point.error:.0%}", f"{point.refused:.0%}")
    Console().print(table)
    if chosen.svg:
        chosen.svg.write_text(svg(found, at(found, settings.answer_threshold)), encoding="utf-8")


if __name__ == "__main__":
    main()
