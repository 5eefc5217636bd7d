"""The evaluation as a command: run the sets and lay the figures out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ingest.chunking import CHUNK_WORDS
from ingest.workspace import Workspace
from kb import evaluation
from kb.embedding import open_embedder
from kb.glossary import Glossary
from kb.keyword_index import KeywordIndex
from kb.question import Analyst, WordStatistics
from kb.retrieval import HybridRetriever, Retriever, VectorRetriever, WordRetriever
from kb.settings import Settings
from kb.store import ChunkStore
from kb.types import Chunk, Filters, Metadata
from kb.vocabulary import Vocabulary


def measure_questions(
    path: Path, workspace: Workspace, split: str | None, progress: Callable[[str, int, int], None] | None
) -> dict[str, Any]:
    """The figures of a question file, asked to the documents of a workspace.

    Those of the documents' own sentences; where a language model is set, those of its answers under `generated`.
    """
    cases = [case for case in evaluation.load_cases(path) if split is None or case.split == split]

    def step(done: int, total: int) -> None:
        if progress:
            progress("vragen", done, total)

    figures = evaluation.run(workspace.knowledge, cases, step).as_dict()
    if workspace.knowledge.language_model is not None:
        figures["generated"] = evaluation.run(workspace.knowledge, cases, step, mode="generated").as_dict()
    return figures


def measure_retrieval(folder: Path, settings: Settings, words_only: bool) -> dict[str, Any]:
    """The figures of a retrieval set: words, vectors and both, on an index of its own that is thrown away."""
    data = evaluation.load_retrieval_set(folder)
    chunks = [chunk for document_id, text in data.documents.items() for chunk in cut(document_id, text)]
    index = KeywordIndex(chunks)
    analyst = Analyst(
        Glossary.load(settings.glossary),
        Vocabulary.load(settings.vocabulary),
        WordStatistics(len(chunks), index.frequency, index.words),
    )
    questions = {i: analyst.understand(text) for i, text in data.queries.items() if i in data.relevant}
    embedder = None if words_only else open_embedder(settings)
    with tempfile.TemporaryDirectory() as scratch:
        words = WordRetriever(index)
        retrievers: dict[str, Retriever] = {"words": words}
        store = None
        if embedder is not None:
            store = ChunkStore(Path(scratch), embedder.fingerprint)
            for start in range(0, len(chunks), 256):
                batch = chunks[start : start + 256]
                store.upsert([c.id for c in batch], embedder.embed_documents([c.text for c in batch]))
            vectors = VectorRetriever(store, embedder, chunks)
            retrievers["vectors"] = vectors
            retrievers["hybrid"] = HybridRetriever(words, vectors, settings.vector_weight_nl, settings.vector_weight_en)
        methods = {}
        for name, retriever in retrievers.items():
            rankings = {i: _documents(retriever.retrieve(q, 50, Filters())) for i, q in questions.items()}
            methods[name] = evaluation.judge_rankings(rankings, data.relevant)
        if store is not None:
            store.close()
    return {"queries": len(questions), "methods": methods}


def cut(document_id: str, text: str) -> list[Chunk]:
    """Passages of at most as many words as a chunk has; the sets have no headings to follow."""
    words = text.split()
    pieces = [" ".join(words[i : i + CHUNK_WORDS]) for i in range(0, max(len(words), 1), CHUNK_WORDS)]
    empty = Metadata(title="")
    return [
        Chunk(f"{document_id}#{n}", document_id, "", 0, len(piece), piece, None, (), empty)
        for n, piece in enumerate(pieces)
    ]


def _documents(hits: list[Any]) -> list[str]:
    return list(dict.fromkeys(hit.chunk.document_id for hit in hits))


def show(figures: dict[str, Any], out: Console) -> None:
    """Lay the figures out for a person."""
    if "methods" in figures:
        table = Table("methode", "nDCG@10", "recall@5", "MRR", box=None)
        for name, row in figures["methods"].items():
            table.add_row(name, *(f"{100 * row[key]:.1f}" for key in ("ndcg@10", "recall@5", "mrr")))
        out.print(table)
        return
    table = Table("soort vraag", "vragen", "goed", box=None)
    for name, row in figures["by_type"].items():
        table.add_row(name, str(row["questions"]), str(row["right"]))
    out.print(table)
    hit = figures["citation_hit"]
    out.print(
        f"goed: {figures['right']} van {figures['answerable']} beantwoordbare "
        f"(zonder wat eronder staat: {figures['right_at_once']}; "
        f"met het juiste document: {figures['rightly_cited']}; geweigerd: {figures['refused']}; "
        f"te lang: {figures['too_long']}; lijsten en vergelijkingen compleet: {figures['lists_complete']} van "
        f"{figures['lists']}); "
        f"bewijs in antwoord of dichtstbij: {figures['evidence_shown']}; "
        f"ten onrechte beantwoord: {figures['answered_unanswerable']} van {figures['unanswerable']}; "
        f"AUC {figures['auc']}; passage gevonden bij 1/3/5: {hit['1']}/{hit['3']}/{hit['5']}; "
        f"tijd p50 {figures['latency_ms']['p50']} ms, p95 {figures['latency_ms']['p95']} ms"
    )
    if "generated" in figures:
        withheld = figures["generated"]["withheld"]
        out.print(f"\nmet het taalmodel (weggelaten uitspraken: {withheld}):")
        show(figures["generated"], out)
