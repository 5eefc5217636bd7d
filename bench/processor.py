"""Processor time of an answer from the corpus, beside that of the bare search it rests on.

    python -m bench.processor
    python -m bench.processor --embedder minilm

One thread asks the same questions again and again, until all that is kept between questions is there; the least of
several rounds counts, as others may keep the machine busy. "Bare" embeds a question with the same model and asks
Chroma for the nearest passages, as anybody would write it first. Time that waits is not counted, time of other threads
that work is: read the ratios.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.load import PASSAGES, bare_collection, prepare, questions
from ingest.workspace import Workspace
from kb.settings import Settings

ROUNDS = 6


def main() -> None:
    """Measure and lay the figures out."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--questions", type=int, default=100)
    options.add_argument("--embedder", default="static", help="as in ROUTEWIJZER_EMBEDDER, for both")
    given = options.parse_args()
    asked = questions()[: given.questions]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder / "data", given.embedder)
        shutil.copytree(folder / "data" / "index", folder / "bare")  # two may not hold one folder
        collection = bare_collection(folder / "bare")
        with Workspace.open(Settings(_env_file=None, data_dir=folder / "data", embedder=given.embedder)) as workspace:
            workspace.load_vectors()
            knowledge = workspace.knowledge
            embedder = knowledge.embedder
            assert embedder is not None

            def bare(text: str) -> None:
                vector = embedder.embed_documents([text])[0].tolist()  # nothing of it is kept, unlike a question's
                collection.query(query_embeddings=[vector], n_results=PASSAGES, include=["distances"])

            figures = {
                "bare": _least(bare, asked),
                "understand": _least(lambda text: knowledge.snapshot.analyst.understand(text), asked),
                "search": _least(lambda text: knowledge.search(text, PASSAGES), asked),
                "work out": _least(lambda text: knowledge.work_out(text), asked),
                "answer": _least(lambda text: knowledge.ask(text, mode="extractive", noted=False), asked),
            }
    table = Table("", "ms of processor time", "× bare", title=f"{len(asked)} questions, least of {ROUNDS} rounds")
    for name, least in figures.items():
        table.add_row(name, f"{least:.1f}", f"{least / figures['bare']:.1f}")
    Console().print(table)


def _least(ask: Callable[[str], object], asked: list[str]) -> float:
    """Milliseconds of processor time for a question, the least of the rounds after one that does not count."""
    took = []
    for _ in range(ROUNDS + 1):
        started = time.process_time()
        for text in asked:
            ask(text)
        took.append(time.process_time() - started)
    return 1000 * min(took[1:]) / len(asked)


if __name__ == "__main__":
    main()
