"""Taking in a folder of documents, and taking it in again with nothing changed, each in a process of its own.

The clock runs from when the libraries are imported; loading the model is part of it, for those that load it. All read
the same files, cut passages of at most 120 words, and end with an index on disk that answers in a fresh process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.peers.engines import minilm
from ingest.chunking import CHUNK_WORDS
from kb.embedding import packaged_minilm
from kb.settings import PROJECT, Settings

Clock = list[float]
Step = Callable[[Path, Path, Clock], int]
"""Takes a folder in, into a folder of its own; adds its seconds to the clock and returns the number of passages."""


def measure(home: Path) -> dict[str, dict[str, Any]]:
    """Seconds, passages and megabytes of the first run over `home/documents` and of the second, for every system."""
    figures = {}
    for name in STEPS:
        first = _run(name, home)
        size = sum(path.stat().st_size for path in (home / name).rglob("*") if path.is_file())
        figures[name] = {**first, "mb": size / 1e6, "again": _run(name, home)["seconds"]}
    return figures


def _run(name: str, home: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.peers", "--step", name, "--folder", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _timed(clock: Clock) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        clock.append(time.perf_counter() - start)


def step(name: str, home: Path) -> None:
    """Do one run and print its figures."""
    import sentence_transformers  # noqa: F401
    import torch

    torch.set_num_threads(1)
    clock: Clock = []
    passages = STEPS[name](home / "documents", home / name, clock)
    print(json.dumps({"seconds": sum(clock), "passages": passages}))


def _texts(source: Path) -> dict[str, str]:
    """Passages cut by number of words alone, by id."""
    found = {}
    for path in sorted(source.iterdir()):
        words = path.read_text(encoding="utf-8").split()
        for at in range(0, len(words), CHUNK_WORDS):
            found[f"{path.stem}#{at}"] = " ".join(words[at : at + CHUNK_WORDS])
    return found


def _bare(source: Path, folder: Path, clock: Clock) -> int:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    with _timed(clock):
        embedder = minilm()
        client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
        collection = client.get_or_create_collection("bare", embedding_function=None)
        texts = _texts(source)
        ids = list(texts)
        for at in range(0, len(ids), 64):
            some = ids[at : at + 64]
            documents = [texts[i] for i in some]
            collection.upsert(ids=some, embeddings=embedder.embed_documents(documents), documents=documents)
    return len(ids)


def _routewijzer(embedder: str) -> Step:
    """As `routewijzer sync` does it."""

    def work(source: Path, folder: Path, clock: Clock) -> int:
        import chromadb  # noqa: F401
        import llama_index.core.node_parser  # noqa: F401

        from ingest.workspace import Workspace

        settings = Settings(_env_file=None, data_dir=folder, corpus_dir=source, embedder=embedder)
        with _timed(clock), Workspace.open(settings) as workspace:
            done = workspace.startup
            if done.added or done.replaced or workspace.unfinished:
                workspace.load_vectors()
            return sum(len(ids) for _, _, ids in workspace.library.answerable())

    return work


def _llamaindex(source: Path, folder: Path, clock: Clock) -> int:
    """`IngestionPipeline` with a document store and upserts on Chroma, loaded, run and saved again."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import SimpleDirectoryReader
    from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.storage.docstore import SimpleDocumentStore
    from llama_index.embeddings import huggingface  # noqa: F401
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from bench.peers.with_llamaindex import embedding

    with _timed(clock):
        client = chromadb.PersistentClient(str(folder / "chroma"), settings=ChromaSettings(anonymized_telemetry=False))
        collection = client.get_or_create_collection("passages")
        pipeline = IngestionPipeline(
            transformations=[
                SentenceSplitter(chunk_size=CHUNK_WORDS, chunk_overlap=0, tokenizer=str.split),
                embedding(),
            ],
            docstore=SimpleDocumentStore(),
            vector_store=ChromaVectorStore(chroma_collection=collection),
            docstore_strategy=DocstoreStrategy.UPSERTS,
            disable_cache=True,
        )
        state = folder / "pipeline"
        if state.exists():
            pipeline.load(str(state))
        pipeline.run(documents=SimpleDirectoryReader(str(source), filename_as_id=True).load_data())
        pipeline.persist(str(state))
    return int(collection.count())


def _txtai(source: Path, folder: Path, clock: Clock) -> int:
    """Hybrid `Embeddings` with content, loaded and upserted: it keeps no record of what it has read."""
    from txtai import Embeddings

    options = {"path": str(packaged_minilm()), "method": "sentence-transformers", "hybrid": True, "content": True}
    with _timed(clock):
        embeddings = Embeddings(**options, gpu=False)
        if folder.exists():
            embeddings.load(str(folder))
        embeddings.upsert([(i, text, None) for i, text in _texts(source).items()])
        embeddings.save(str(folder))
    return int(embeddings.count())


def _haystack(source: Path, folder: Path, clock: Clock) -> int:
    """Converter, splitter, embedder and a writer that skips what is there: by then it is embedded already."""
    from haystack import Pipeline
    from haystack.components.converters import TextFileToDocument
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.writers import DocumentWriter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.document_stores.types import DuplicatePolicy
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    from bench.peers.with_haystack import cpu

    embedder = SentenceTransformersDocumentEmbedder(model=str(packaged_minilm()), device=cpu(), progress_bar=False)
    folder.mkdir(exist_ok=True)
    saved = folder / "store.json"
    with _timed(clock):
        store = InMemoryDocumentStore.load_from_disk(str(saved)) if saved.exists() else InMemoryDocumentStore()
        pipeline: Any = Pipeline()
        pipeline.add_component("convert", TextFileToDocument())
        pipeline.add_component("split", DocumentSplitter(split_by="word", split_length=CHUNK_WORDS, split_overlap=0))
        pipeline.add_component("embed", embedder)
        pipeline.add_component("write", DocumentWriter(store, policy=DuplicatePolicy.SKIP))
        for one, other in (("convert", "split"), ("split", "embed"), ("embed", "write")):
            pipeline.connect(one, other)
        pipeline.run({"convert": {"sources": sorted(source.iterdir())}})
        store.save_to_disk(str(saved))
    return int(store.count_documents())


STEPS: dict[str, Step] = {
    "bare": _bare,
    "routewijzer, static": _routewijzer("static"),
    "routewijzer, MiniLM": _routewijzer("minilm"),
    "llamaindex": _llamaindex,
    "txtai": _txtai,
    "haystack": _haystack,
}
