"""How search holds up as the collection grows: latency, memory and the time to build, at 1,000 to 100,000 chunks.

    python -m bench.scale [--sizes 1000 10000 100000] [--texts FOLDER ...] [--profile] [--json FILE]

The chunks are made from the documents at hand (`bench/scale_texts.py`), the questions are those of the corpus, every
third with a typing error in it. Each size is a process of its own. Latencies are compared with a bare search in the
same process, question by question: the shipped embedder and a query to Chroma, nothing else. "answer" is what picks the
sentences from the passages that were found; its first visit to a document, which takes the document apart, is in it.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import os
import pstats
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.scale_texts import Collection, sentences_at_hand
from kb import extractive
from kb.embedding import SHIPPED_STATIC, StaticEmbedder
from kb.evaluation import load_cases
from kb.glossary import Glossary
from kb.knowledge_base import PASSAGES
from kb.language import is_stop, tokens
from kb.meaning import Meaning
from kb.retrieval import HybridRetriever, VectorRetriever, WordRetriever
from kb.settings import PROJECT, Settings
from kb.snapshot import Snapshot
from kb.store import ChunkStore
from kb.types import Chunk, Document, DocumentKind, Filters, Section
from kb.vocabulary import Vocabulary

QUESTIONS = 90
WARM_UP = 10
FILTERED_QUESTIONS = 12
"""Fewer, as a filtered search of a large collection takes long."""
TYPING_ERROR_EVERY = 3
_SHARED = PROJECT.parent / "shared"
STEPS = (
    "understand", "understand, mistyped", "words", "vectors", "hybrid", "answer", "whole",
    "filtered", "words, filtered",
)  # fmt: skip
"""`whole` is understanding, hybrid search and the answer; `filtered` is a search within the tenth that is pilots."""
_COSTS = {
    "word_index_s": "word index",
    "vector_index_s": "vector index",
    "one_changed_s": "one document changed, word index",
    "seconds": "this measurement",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A collection of some size, ready to be searched."""

    snapshot: Snapshot
    meaning: Meaning
    store: ChunkStore
    embedder: StaticEmbedder
    bare: Any
    """The collection of Chroma itself."""
    words: WordRetriever
    vectors: VectorRetriever
    hybrid: HybridRetriever


def main() -> None:
    """Measure every size in a process of its own and lay the figures out."""
    options = argparse.ArgumentParser(description="How search holds up as the collection grows.")
    options.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    options.add_argument("--texts", type=Path, nargs="+", help="folders of documents and retrieval sets to draw on")
    options.add_argument("--profile", action="store_true", help="show where the time of a hybrid search goes")
    options.add_argument("--json", type=Path, help="write the figures to this file too")
    options.add_argument("--step", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.step:
        print(json.dumps(measure(json.loads(chosen.step.read_text()), chosen.sizes[0], chosen.profile)))
        return
    folders = chosen.texts or [PROJECT / "corpus", *(p for p in _at_hand() if p.is_dir())]
    pool = sentences_at_hand(folders)
    print(f"{len(pool)} sentences from {', '.join(map(str, folders))}")
    with tempfile.TemporaryDirectory() as scratch:
        sentences = Path(scratch) / "sentences.json"
        sentences.write_text(json.dumps(pool))
        figures = []
        for size in sorted(chosen.sizes):
            figures.append(_run(sentences, size, chosen.profile))
            print(f"{size} chunks done in {figures[-1]['seconds']:.0f} s", file=sys.stderr)
    show(figures, Console())
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


def _at_hand() -> Sequence[Path]:
    return (_SHARED / "realdocs", _SHARED / "eval" / "retrieval")


def _run(sentences: Path, size: int, profile: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.scale", "--step", str(sentences), "--sizes", str(size)]
    done = subprocess.run(
        [*command, *(["--profile"] if profile else [])], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


# --- one size -------------------------------------------------------------------------------------------------


def measure(pool: Sequence[str], size: int, profile: bool) -> dict[str, Any]:
    """All figures of one size."""
    began = time.perf_counter()
    documents, chunks = as_documents(Collection(pool).chunks(size))
    figures: dict[str, Any] = {"chunks": size, "memory_mb": {"texts": resident_mb()}}
    with tempfile.TemporaryDirectory() as scratch:
        ready = build(documents, chunks, Path(scratch), figures)
        asked = questions(QUESTIONS + WARM_UP)
        figures["latency_ms"] = latencies(ready, asked)
        figures["memory_mb"] |= {"searched": resident_mb(), "peak": _peak_mb()}
        if profile:
            figures["profile"] = profiled(ready, asked)
        figures["one_changed_s"] = _seconds(lambda: ready.snapshot.index.updated({"d0"}, chunks[:20]))
        ready.store.close()
    figures["seconds"] = time.perf_counter() - began
    return figures


def as_documents(chunks: Iterable[Chunk]) -> tuple[dict[str, Document], list[Chunk]]:
    """The documents that have these chunks, and the chunks with their places in them."""
    documents: dict[str, Document] = {}
    placed: list[Chunk] = []
    for document_id, own in groupby(chunks, key=lambda chunk: chunk.document_id):
        text = ""
        sections: list[Section] = []
        for chunk in own:
            if not sections or sections[-1].headings != chunk.section:
                begin = len(text)
                text += f"{' '.join(chunk.section)}\n\n"
                sections.append(Section(chunk.section, begin, len(text), len(text)))
            placed.append(replace(chunk, start=len(text), end=len(text) + len(chunk.text)))
            text += f"{chunk.text}\n\n"
            sections[-1] = replace(sections[-1], end=len(text))
        documents[document_id] = Document(document_id, "1", chunk.metadata, text, (), tuple(sections), document_id)
    return documents, placed


def build(documents: Mapping[str, Document], chunks: Sequence[Chunk], folder: Path, figures: dict[str, Any]) -> Ready:
    """Both indexes over the chunks; notes what they cost."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    settings = Settings(_env_file=None)
    glossary, vocabulary = Glossary.load(settings.glossary), Vocabulary.load(settings.vocabulary)
    start = time.perf_counter()
    snapshot = Snapshot(documents, chunks, glossary, vocabulary)
    figures["word_index_s"] = time.perf_counter() - start
    figures["different_words"] = len(snapshot.statistics.words)
    figures["memory_mb"]["word_index"] = resident_mb()
    embedder = StaticEmbedder(SHIPPED_STATIC)
    store = ChunkStore(folder, embedder.fingerprint)
    figures["vector_index_s"] = _seconds(lambda: _embed(chunks, store, embedder))
    figures["memory_mb"]["vector_index"] = resident_mb()
    client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    words, vectors = WordRetriever(snapshot.index), VectorRetriever(store, embedder, chunks)
    hybrid = HybridRetriever(words, vectors, settings.vector_weight_nl, settings.vector_weight_en)
    bare = client.get_collection(store.name, embedding_function=None)
    return Ready(snapshot, Meaning(embedder), store, embedder, bare, words, vectors, hybrid)


def _embed(chunks: Sequence[Chunk], store: ChunkStore, embedder: StaticEmbedder) -> None:
    for at in range(0, len(chunks), 1_000):
        batch = chunks[at : at + 1_000]
        store.upsert([chunk.id for chunk in batch], embedder.embed_documents([chunk.text for chunk in batch]))


def questions(count: int, seed: int = 7) -> list[str]:
    """Questions of the corpus that stand on their own; every third gets a typing error in its longest word."""
    files = sorted((PROJECT / "corpus" / "vragen").glob("*.jsonl"))
    plain = [case.question for path in files for case in load_cases(path) if not case.history]
    chance = random.Random(seed)
    some = chance.sample(plain, min(count, len(plain)))
    return [mistyped(text, chance) if i % TYPING_ERROR_EVERY == 2 else text for i, text in enumerate(some)]


def mistyped(text: str, chance: random.Random) -> str:
    """A text with two neighbouring letters of its longest content word swapped."""
    word = max((t for t in tokens(text) if not is_stop(t.word)), key=lambda t: t.end - t.start, default=None)
    if word is None or word.end - word.start < 4:
        return text
    at = chance.randrange(word.start + 1, word.end - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def latencies(ready: Ready, asked: Sequence[str]) -> dict[str, dict[str, float]]:
    """Milliseconds of every step and of the bare search, taken question by question in turn."""
    spent: dict[str, list[float]] = {name: [] for name in ("bare", *STEPS)}
    none, pilots = Filters(), Filters(kind=(DocumentKind.PILOT,))
    for number, text in enumerate(asked):
        question = ready.snapshot.analyst.understand(text)
        took = {
            "bare": _seconds(lambda t=text: _bare(ready, t)),
            "understand": _seconds(lambda t=text: ready.snapshot.analyst.understand(t)),
            "words": _seconds(lambda q=question: ready.words.retrieve(q, PASSAGES, none)),
            "vectors": _seconds(lambda q=question: ready.vectors.retrieve(q, PASSAGES, none)),
            "hybrid": _seconds(lambda q=question: ready.hybrid.retrieve(q, PASSAGES, none)),
        }
        hits = ready.hybrid.retrieve(question, PASSAGES, none)
        took["answer"] = _seconds(lambda q=question, h=hits: extractive.write(q, h, ready.snapshot, ready.meaning))
        took["whole"] = took["understand"] + took["hybrid"] + took["answer"]
        if number % TYPING_ERROR_EVERY == 2:
            took["understand, mistyped"] = took["understand"]
        if number < WARM_UP + FILTERED_QUESTIONS:
            took["filtered"] = _seconds(lambda q=question: ready.hybrid.retrieve(q, PASSAGES, pilots))
            took["words, filtered"] = _seconds(lambda q=question: ready.words.retrieve(q, PASSAGES, pilots))
        if number >= WARM_UP:
            for name, seconds in took.items():
                spent[name].append(1000 * seconds)
    return {name: quantiles(times) for name, times in spent.items()}


def _bare(ready: Ready, text: str) -> None:
    vector = ready.embedder.embed_queries([text])[0]
    ready.bare.query(query_embeddings=[vector], n_results=PASSAGES, include=["distances"])


def profiled(ready: Ready, asked: Sequence[str]) -> str:
    """Where the time of understanding and hybrid search goes, by function."""
    profile = cProfile.Profile()
    for text in asked:
        profile.runcall(lambda t=text: ready.hybrid.retrieve(ready.snapshot.analyst.understand(t), PASSAGES, Filters()))
    out = io.StringIO()
    pstats.Stats(profile, stream=out).sort_stats("tottime").print_stats(15)
    return out.getvalue()


def quantiles(times: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile."""
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": cuts[9], "p95": cuts[18]}


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def resident_mb() -> int:
    """The memory of this process that is in use now."""
    return round(int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6)


def _peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)


# --- what people read -----------------------------------------------------------------------------------------


def show(figures: Sequence[Mapping[str, Any]], out: Console) -> None:
    """Lay the figures out: latencies beside the bare search and beside the smallest size, then what building costs."""
    for table in (_beside_bare(figures), _growth(figures), _cost(figures)):
        out.print(table, "")
    for row in figures:
        if "profile" in row:
            out.print(f"profile at {row['chunks']:,} chunks", row["profile"], markup=False, highlight=False)


def _beside_bare(figures: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("p50 / p95, × bare at that size", figures)
    bare = [row["latency_ms"]["bare"] for row in figures]
    table.add_row("bare, ms", *(f"{took['p50']:.1f} / {took['p95']:.1f}" for took in bare))
    for step in STEPS:
        table.add_row(step, *map(_ratio, (row["latency_ms"][step] for row in figures), bare))
    return table


def _growth(figures: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("p50 / p95, × the smallest size", figures)
    for step in ("bare", *STEPS):
        took = [row["latency_ms"][step] for row in figures]
        table.add_row(step, *(_ratio(one, took[0]) for one in took))
    return table


def _cost(figures: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("what it costs", figures)
    table.add_row("different words", *(f"{row['different_words']:,}" for row in figures))
    for key, label in _COSTS.items():
        table.add_row(f"{label}, s", *(f"{row[key]:.1f}" for row in figures))
    for moment in figures[0]["memory_mb"]:
        table.add_row(f"resident, MB: {moment}", *(f"{row['memory_mb'][moment]:,}" for row in figures))
    return table


def _table(title: str, figures: Sequence[Mapping[str, Any]]) -> Table:
    return Table(title, *(f"{row['chunks']:,} chunks" for row in figures), box=None)


def _ratio(took: Mapping[str, float], base: Mapping[str, float]) -> str:
    return f"{took['p50'] / base['p50']:.1f} / {took['p95'] / base['p95']:.1f}"


if __name__ == "__main__":
    main()
