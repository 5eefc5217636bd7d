"""How well questions about one thing are brought together: pairs of `bench/lacunes.yaml`, by words, meaning, or both.

    python -m bench.gaps

Prints for each way the best threshold on the dev half, and with it precision and recall of pairs on both halves.
"""

from __future__ import annotations

import datetime
import tempfile
from itertools import combinations
from pathlib import Path

import yaml

from ingest.workspace import Workspace
from kb import gaps
from kb.journal import Miss
from kb.knowledge_base import KnowledgeBase
from kb.settings import load_settings

SHARES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0)
FILE = Path(__file__).with_name("lacunes.yaml")


def pairs(groups: list[list[str]]) -> set[frozenset[str]]:
    """The pairs of questions that stand in one group."""
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


def main() -> None:
    """Measure and print."""
    halves: dict[str, list[list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    settings = load_settings(data_dir=Path(tempfile.mkdtemp()), embedder="static")
    with Workspace.open(settings) as workspace:
        workspace.load_vectors()
        knowledge = workspace.knowledge
        for meaning in SHARES:
            gaps.MEANING = meaning
            figures = {}
            for near in [n / 100 for n in range(20, 91, 2)]:
                gaps.NEAR = near
                figures[near] = {half: _figures(groups, knowledge) for half, groups in halves.items()}
            best = max(figures, key=lambda near: figures[near]["dev"][2])
            line = "  ".join(f"{half}: P {p:.2f} R {r:.2f} F {f:.2f}" for half, (p, r, f) in figures[best].items())
            print(f"{meaning:.1f} of it meaning, from {best:.2f}  {line}")


def _figures(groups: list[list[str]], knowledge: KnowledgeBase) -> tuple[float, float, float]:
    day = datetime.datetime(2032, 1, 1)
    misses = [Miss(f"{n:032x}", text, day, False) for n, text in enumerate(t for group in groups for t in group)]
    made = gaps.grouped(misses, knowledge.snapshot.analyst.understand, knowledge.embedder)
    found, wanted = pairs([[miss.text for miss in group.misses] for group in made]), pairs(groups)
    right = len(found & wanted)
    precision, recall = right / max(1, len(found)), right / len(wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    main()
