"""Taking documents in at scale: time by step, memory, a run with nothing changed, one changed document.

    python -m bench.ingest [--documents 2500] [--real FOLDER]

The documents are made from the corpus (or from a folder of real documents, of any format): paragraphs shuffled with a
fixed seed, so that every document has a text of its own. Figures are ratios against a baseline in the same run: the
vectors against bare encoding of the same texts; the run without changes against LlamaIndex's IngestionPipeline.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.limits import Limits
from ingest.preparing import prepare
from ingest.readers import SUFFIXES
from kb.errors import DocumentError
from kb.settings import PROJECT, Settings
from kb.vocabulary import Vocabulary


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=2500)
    options.add_argument("--real", type=Path, help="a folder of real documents to make them from")
    options.add_argument("--step", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.step:
        _STEPS[chosen.step](chosen.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        made = make(home / "documents", chosen.documents, chosen.real or PROJECT / "corpus")
        print(f"{made} documents, {sum(p.stat().st_size for p in (home / 'documents').iterdir()) / 1e6:.1f} MB")
        first = _run("ingest", home)
        print(
            f"first run: {first['seconds']:.1f} s, {made / first['seconds']:.1f} documents/s, {first['chunks']} chunks"
        )
        print("  memory of the server process (MB), by tenths of the run: " + " ".join(map(str, first["memory"])))
        bare = _run("encode", home)
        print(
            f"  vectors: {first['vectors']:.1f} s, of which encoding {first['encoding']:.1f} s; bare encoding of the "
            f"same texts {bare['seconds']:.1f} s: the whole first run is {first['seconds'] / bare['seconds']:.1f} of it"
        )
        heavy = _run("heavy", home)
        print(
            f"  with all-MiniLM-L6-v2, {heavy['chunks']} chunks: reading and indexing {heavy['seconds']:.1f} s, bare "
            f"encoding of the same texts {heavy['bare']:.1f} s: {heavy['seconds'] / heavy['bare']:.2f}"
        )
        again = _run("ingest", home)
        print(f"nothing changed: {again['seconds']:.1f} s, {again['read']} read, {again['embedded']} embedded")
        some = sorted((home / "documents").iterdir())[made // 2]
        some.write_text(some.read_text(encoding="utf-8") + "\n\nEen nieuwe alinea.\n", encoding="utf-8")
        one = _run("ingest", home)
        print(f"one changed: {one['seconds']:.1f} s, {one['read']} read, {one['embedded']} chunks embedded")
        _run("pipeline", home)
        peer = _run("pipeline", home)
        print(
            f"LlamaIndex IngestionPipeline, nothing changed: {peer['seconds']:.1f} s; "
            f"ours is {again['seconds'] / peer['seconds']:.2f} of it"
        )


def make(folder: Path, count: int, real: Path) -> int:
    """Write `count` Markdown documents of shuffled paragraphs into a folder."""
    vocabulary = Vocabulary.load(PROJECT / "corpus" / "waarden.yaml")
    paragraphs: list[str] = []
    for path in sorted(p for p in real.rglob("*") if p.suffix.lower() in SUFFIXES):
        try:
            text = prepare(path.read_bytes(), path, Limits(), vocabulary).laid.text
        except DocumentError:
            continue
        paragraphs += [part for part in text.split("\n\n") if len(part.split()) > 5]
    chance = random.Random(7)
    folder.mkdir()
    for number in range(count):
        parts = [f"# Document {number}"]
        for place, part in enumerate(chance.sample(paragraphs, min(len(paragraphs), 25))):
            if place % 5 == 0:
                parts.append(f"## Deel {place // 5 + 1}")
            words = part.split()
            words.insert(chance.randrange(len(words)), str(chance.randrange(10**6)))
            parts.append(" ".join(words))
        (folder / f"document-{number:05d}.md").write_text("\n\n".join(parts), encoding="utf-8")
    return count


def _run(step: str, home: Path) -> dict[str, Any]:
    """One step in a process of its own, as memory and imports must not be shared."""
    command = [sys.executable, "-m", "bench.ingest", "--step", step, "--folder", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _settings(home: Path) -> Settings:
    (home / "empty").mkdir(exist_ok=True)
    return Settings(_env_file=None, data_dir=home / "data", corpus_dir=home / "empty")


def _ingest(home: Path) -> None:
    """Everything from the files to both indexes, as `routewijzer add` does it."""
    from ingest.workspace import Workspace
    from kb.embedding import StaticEmbedder, Vectors

    began = time.perf_counter()
    memory = _Memory()
    spent = {"encoding": 0.0, "embedded": 0}
    original = StaticEmbedder.embed_documents

    def timed(self: StaticEmbedder, texts: Sequence[str]) -> Vectors:
        start = time.perf_counter()
        vectors = original(self, texts)
        spent["encoding"] += time.perf_counter() - start
        spent["embedded"] += len(texts)
        return vectors

    StaticEmbedder.embed_documents = timed  # type: ignore[method-assign]
    with Workspace.open(_settings(home), answers=False) as workspace:
        report = workspace.add([home / "documents"])
        start = time.perf_counter()
        changed = bool(report.added or report.replaced or workspace.unfinished)
        if changed:
            workspace.load_vectors()
        vectors = time.perf_counter() - start
        seconds = time.perf_counter() - began
        chunks = sum(len(ids) for _, _, ids in workspace.library.answerable())
    read = len(report.added) + len(report.replaced) + len(report.failed)
    figures = {"seconds": seconds, "vectors": vectors, "chunks": chunks, "read": read, "memory": memory.tenths()}
    print(json.dumps({**figures, **spent}))


def _encode(home: Path) -> None:
    """Bare encoding of the same texts, batch by batch, without anything else."""
    from ingest.collection import embedding_text
    from kb.documents import Shelf
    from kb.embedding import open_embedder

    settings = _settings(home)
    shelf = Shelf(settings.data_dir / "library")
    texts = [embedding_text(c) for i, version, _ in shelf.answerable() for c in shelf.chunks(i, version)]
    embedder = open_embedder(settings)
    assert embedder is not None
    start = time.perf_counter()
    for at in range(0, len(texts), 64):
        embedder.embed_documents(texts[at : at + 64])
    print(json.dumps({"seconds": time.perf_counter() - start}))


def _heavy(home: Path) -> None:
    """The same with a model that costs something: the first documents, from the files to both indexes."""
    from ingest.collection import embedding_text
    from ingest.workspace import Workspace

    settings = _settings(home).model_copy(update={"data_dir": home / "heavy", "embedder": "minilm"})
    files = sorted((home / "documents").iterdir())[:60]
    with Workspace.open(settings) as workspace:
        collection = workspace.vectors.load()
        assert collection is not None
        embedder = collection.embedder
        embedder.embed_documents(["Warm."])
        start = time.perf_counter()
        workspace.add(files)
        workspace.vectors.fill(collection, workspace.library, None)
        seconds = time.perf_counter() - start
        shelf = workspace.library
        texts = [embedding_text(c) for i, version, _ in shelf.answerable() for c in shelf.chunks(i, version)]
    start = time.perf_counter()
    for at in range(0, len(texts), 64):
        embedder.embed_documents(texts[at : at + 64])
    print(json.dumps({"chunks": len(texts), "seconds": seconds, "bare": time.perf_counter() - start}))


def _pipeline(home: Path) -> None:
    """LlamaIndex's own way: a pipeline with a document store, loaded, run and saved again."""
    from llama_index.core import SimpleDirectoryReader
    from llama_index.core.embeddings import MockEmbedding
    from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.storage.docstore import SimpleDocumentStore
    from llama_index.core.vector_stores import SimpleVectorStore

    start = time.perf_counter()
    store = home / "pipeline"
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=200, chunk_overlap=0), MockEmbedding(embed_dim=256)],
        docstore=SimpleDocumentStore(),
        vector_store=SimpleVectorStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
        disable_cache=True,
    )
    if store.exists():
        pipeline.load(str(store))
    documents = SimpleDirectoryReader(str(home / "documents"), filename_as_id=True).load_data()
    pipeline.run(documents=documents)
    pipeline.persist(str(store))
    print(json.dumps({"seconds": time.perf_counter() - start}))


class _Memory:
    """The memory of this process, looked at ten times a second."""

    def __init__(self) -> None:
        self._seen: list[float] = []
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        page = resource.getpagesize()
        while True:
            resident = int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1])
            self._seen.append(resident * page / 1e6)
            time.sleep(0.1)

    def tenths(self) -> list[int]:
        size = max(1, len(self._seen) // 10)
        return [round(max(self._seen[at : at + size])) for at in range(0, len(self._seen), size)][:10]


_STEPS = {"ingest": _ingest, "encode": _encode, "heavy": _heavy, "pipeline": _pipeline}

if __name__ == "__main__":
    main()
