"""How well the right documents of the corpus are found for its own questions: nDCG@10 over documents.

    python -m bench.corpus_retrieval [--split dev] [--methods words hybrid] [--facets] [QUESTIONS ...]

A question counts where it names the documents that answer it. Passages are found as for an answer: each once, the kind
of document that is asked about first (`kb/finding.py`); a document stands where its best passage does. `bare` leaves
that out. With `--facets` the questions that name a facet are shown apart.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from ingest.workspace import Workspace
from kb.evaluation import Case, judge_rankings, load_cases
from kb.finding import Finder
from kb.retrieval import HybridRetriever, Retriever, VectorRetriever, WordRetriever
from kb.settings import PROJECT, load_settings
from kb.types import Filters, Question, ScoredChunk

DEPTH = 50
METHODS = ("words", "vectors", "hybrid")
Rankings = dict[str, list[str]]


def main() -> None:
    """Measure and lay the figures out."""
    options = argparse.ArgumentParser(description="How well the right documents of the corpus are found.")
    options.add_argument("questions", type=Path, nargs="*", default=sorted((PROJECT / "corpus/vragen").glob("*.jsonl")))
    options.add_argument("--split", choices=("dev", "test"), help="only these questions")
    options.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    options.add_argument("--facets", action="store_true", help="show apart the questions that name a facet")
    chosen = options.parse_args()
    cases = [case for path in chosen.questions for case in load_cases(path) if _counts(case, chosen.split)]
    with TemporaryDirectory() as scratch, Workspace.open(load_settings(data_dir=Path(scratch))) as workspace:
        workspace.load_vectors()
        understand = workspace.knowledge.snapshot.analyst.understand
        questions = {case.id: understand(case.question, case.history) for case in cases}
        relevant = {case.id: frozenset(case.documents) for case in cases}
        rows = measure(retrievers(workspace, chosen.methods), questions)
    show(rows, relevant, groups(questions) if chosen.facets else {}, Console())


def _counts(case: Case, split: str | None) -> bool:
    return case.answerable and bool(case.documents) and split in {None, case.split}


def retrievers(workspace: Workspace, methods: Sequence[str]) -> dict[str, Retriever]:
    """The ways of finding, on the documents of a workspace."""
    settings, snapshot = workspace.settings, workspace.knowledge.snapshot
    words = WordRetriever(snapshot.index)
    made: dict[str, Retriever] = {"words": words}
    if workspace.vectors.store is not None and workspace.vectors.embedder is not None:
        vectors = VectorRetriever(workspace.vectors.store, workspace.vectors.embedder, snapshot.chunks)
        hybrid = HybridRetriever(words, vectors, settings.vector_weight_nl, settings.vector_weight_en)
        made |= {"vectors": vectors, "hybrid": hybrid}
    return {name: made[name] for name in methods if name in made}


def measure(ways: Mapping[str, Retriever], questions: Mapping[str, Question]) -> dict[str, Rankings]:
    """The documents that each way finds for each question, as it ranks them and as a reader gets them."""
    found: dict[str, Rankings] = {}
    for name, way in ways.items():
        finder = Finder(way)
        found[f"{name}, bare"] = {i: _documents(way.retrieve(q, DEPTH, Filters())) for i, q in questions.items()}
        found[name] = {i: _documents(finder.find(q, DEPTH, Filters())) for i, q in questions.items()}
    return found


def groups(questions: Mapping[str, Question]) -> dict[str, list[str]]:
    """The questions that name a facet, by its name."""
    facets = sorted({facet for question in questions.values() for facet, _ in question.facets})
    return {name: [i for i, q in questions.items() if name in dict(q.facets)] for name in facets}


def show(
    rows: Mapping[str, Rankings],
    relevant: Mapping[str, frozenset[str]],
    apart: Mapping[str, Sequence[str]],
    out: Console,
) -> None:
    """Print a line for each way of finding."""
    sets = {"all": list(relevant), **apart}
    table = Table("nDCG@10 x 100", *(f"{name} ({len(ids)})" for name, ids in sets.items()), box=None)
    for name, rankings in rows.items():
        figures = (judge_rankings(rankings, {i: relevant[i] for i in ids})["ndcg@10"] for ids in sets.values())
        table.add_row(name, *(f"{100 * figure:.1f}" for figure in figures))
    out.print(table)


def _documents(hits: Sequence[ScoredChunk]) -> list[str]:
    return list(dict.fromkeys(hit.chunk.document_id for hit in hits))


if __name__ == "__main__":
    main()
