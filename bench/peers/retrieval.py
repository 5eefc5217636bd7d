"""Search by every engine on the same passages: how well it finds, and how long a question takes."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.peers.engines import Builder, Engine, Material, Vectorised
from bench.scale import quantiles
from kb.evaluation import judge_rankings, load_retrieval_set
from ui.measure import cut

DEPTH = 50
"""Passages that each engine is asked for where the ranking is judged, as `routewijzer evaluate` does."""
SHOWN = 10
"""Passages that it is asked for where time is taken."""
TIMED = 100


def measure(
    folder: Path, builders: Mapping[str, Builder], vectorised: Vectorised, queries: int, seed: int = 7
) -> dict[str, Any]:
    """The figures of one retrieval set for every engine, on a seeded sample of its queries."""
    data = load_retrieval_set(folder)
    passages = [passage for i, text in data.documents.items() for passage in cut(i, text)]
    answerable = sorted(data.relevant)
    asked = random.Random(seed).sample(answerable, min(queries, len(answerable)))
    with tempfile.TemporaryDirectory() as scratch:
        material = Material(passages, vectorised([p.text for p in passages]), Path(scratch))
        engines = {name: build(material) for name, build in builders.items()}
        texts = {i: data.queries[i] for i in asked}
        relevant = {i: data.relevant[i] for i in asked}
        quality = {name: judge_rankings(rankings(engine, texts), relevant) for name, engine in engines.items()}
        latency = latencies(engines, list(texts.values())[:TIMED], random.Random(seed))
    return {"queries": len(asked), "passages": len(passages), "quality": quality, "latency_ms": latency}


def rankings(engine: Engine, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The documents that an engine finds for each query, by the best of their passages."""
    return {i: list(dict.fromkeys(document_of(p) for p in engine.search(text, DEPTH))) for i, text in texts.items()}


def document_of(passage: str) -> str:
    """The document that a passage is cut from."""
    return passage.rpartition("#")[0]


def latencies(
    engines: Mapping[str, Engine], texts: Sequence[str], chance: random.Random
) -> dict[str, dict[str, float]]:
    """Milliseconds a question; all engines get each, in another order, as one that follows a heavy one is slower."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for text in texts:
        for name in chance.sample(list(engines), len(engines)):
            start = time.perf_counter()
            engines[name].search(text, SHOWN)
            spent[name].append(1000 * (time.perf_counter() - start))
    return {name: quantiles(times) for name, times in spent.items()}
