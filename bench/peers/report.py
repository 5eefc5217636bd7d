"""The figures of the comparison as tables: ratios to the bare model and Chroma, measured in the same run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show(figures: Mapping[str, Any], out: Console) -> None:
    """Lay all of them out for a person."""
    sets = figures["retrieval"]
    if sets:
        out.print(_quality(sets), "", _latency(sets), "")
    if figures["ingest"]:
        out.print(_ingest(figures["ingest"]))


def _quality(sets: Mapping[str, Any]) -> Table:
    table = Table("nDCG@10 × 100", *sets, box=None)
    table.add_row("queries / passages", *(f"{row['queries']} / {row['passages']}" for row in sets.values()))
    for engine in _engines(sets):
        table.add_row(engine, *(f"{100 * row['quality'][engine]['ndcg@10']:.1f}" for row in sets.values()))
    return table


def _latency(sets: Mapping[str, Any]) -> Table:
    table = Table("time of a question, p50 / p95", *sets, box=None)
    bare = [row["latency_ms"]["bare"] for row in sets.values()]
    table.add_row("bare, ms", *(f"{took['p50']:.1f} / {took['p95']:.1f}" for took in bare))
    for engine in _engines(sets):
        if engine != "bare":
            took = (row["latency_ms"][engine] for row in sets.values())
            ratios = (f"{t['p50'] / b['p50']:.2f} / {t['p95'] / b['p95']:.2f}" for t, b in zip(took, bare, strict=True))
            table.add_row(f"{engine}, × bare", *ratios)
    return table


def _engines(sets: Mapping[str, Any]) -> list[str]:
    return list(next(iter(sets.values()))["quality"])


def _ingest(rows: Mapping[str, Mapping[str, float]]) -> Table:
    table = Table("taking in a folder", "passages", "s", "× bare", "again s", "again / first", "MB on disk", box=None)
    for name, row in rows.items():
        seconds, again = row["seconds"], row["again"]
        table.add_row(
            name, f"{row['passages']}", f"{seconds:.1f}", f"{seconds / rows['bare']['seconds']:.2f}",
            f"{again:.2f}", f"{again / seconds:.3f}", f"{row['mb']:.1f}",
        )  # fmt: skip
    return table
