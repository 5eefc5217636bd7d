"""Runs the comparison with other frameworks.

make bench-peers
.venv-peers/bin/python -m bench.peers [--queries 300] [--documents 60] [--sets FOLDER] [--json FILE]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

# before any of them is imported: nothing here may call home or look for a model on the network
os.environ |= {"HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}

from rich.console import Console

from bench.ingest import make
from bench.peers import ingesting, retrieval
from bench.peers.engines import Builder, Vectorised
from bench.peers.report import show
from bench.peers.with_chroma import BareChroma
from bench.peers.with_haystack import RankFusion
from bench.peers.with_llamaindex import Fusion, VectorIndex
from bench.peers.with_routewijzer import with_minilm, with_static
from bench.peers.with_txtai import Hybrid
from kb.settings import PROJECT

NEEDED = ("haystack", "haystack_integrations", "llama_index.retrievers", "llama_index.embeddings", "txtai")
WIDTH = 150
"""Of the tables, so that they are whole in a file too."""
ENGINES: dict[str, Builder] = {
    "bare": BareChroma,
    "Routewijzer, static": with_static,
    "Routewijzer, MiniLM": with_minilm,
    "LlamaIndex": VectorIndex,
    "LlamaIndex fusion": Fusion,
    "txtai": Hybrid,
    "Haystack": RankFusion,
}


def main() -> None:
    """Measure and lay the figures out."""
    options = argparse.ArgumentParser(description="Routewijzer beside LlamaIndex, txtai and Haystack.")
    options.add_argument("--queries", type=int, default=300, help="queries of each set, a seeded sample")
    options.add_argument("--documents", type=int, default=60, help="documents to take in; 0 leaves that part out")
    options.add_argument("--sets", type=Path, default=PROJECT.parent / "shared" / "eval" / "retrieval")
    options.add_argument("--json", type=Path, help="write the figures to this file too")
    options.add_argument("--step", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if lacking := missing():
        sys.exit(f"not installed here: {', '.join(lacking)}; `make bench-peers` makes the environment that has them")
    _quieten()
    if chosen.step:
        ingesting.step(chosen.step, chosen.folder)
        return
    figures = {"retrieval": _retrieval(chosen.sets, chosen.queries), "ingest": _ingest(chosen.documents)}
    show(figures, Console(width=max(Console().width, WIDTH)))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


def missing() -> list[str]:
    """The packages of the comparison that this environment lacks."""
    return [name for name in NEEDED if not _there(name)]


def _there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # not even the package that it is part of
        return False


def _quieten() -> None:
    """Their warnings of deprecation and their progress are no part of the figures."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def _retrieval(sets: Path, queries: int) -> dict[str, Any]:
    vectorised = Vectorised()
    figures = {}
    folders = sorted(path.parent for path in sets.glob("*/corpus.jsonl"))
    if not folders:
        print(f"no retrieval sets in {sets}: search is not compared", file=sys.stderr)
    for folder in folders:
        figures[folder.name] = retrieval.measure(folder, ENGINES, vectorised, queries)
        print(f"{folder.name} done", file=sys.stderr)
    return figures


def _ingest(documents: int) -> dict[str, Any]:
    if not documents:
        return {}
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        make(home / "documents", documents, PROJECT / "corpus")
        return ingesting.measure(home)


if __name__ == "__main__":
    main()
