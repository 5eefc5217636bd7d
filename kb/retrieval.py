"""Finding chunks: by words, by vectors, or by both with weighted scores.

Scores are added, not ranks: words divided by their best score, vectors stretched between the lowest and highest
of the candidates, then weighted by the language of the question. Rank fusion throws away how much better the
first one is and was measured to lose to words alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.embedding import Embedder
from kb.keyword_index import KeywordIndex
from kb.store import ChunkStore
from kb.types import Chunk, Filters, Metadata, Question, ScoredChunk


class Retriever(Protocol):
    """Finds the chunks that may hold the answer to a question, best first."""

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """At most `k` chunks that pass the filters; a higher score is better."""


class WordRetriever:
    """By words alone; the score is BM25."""

    def __init__(self, index: KeywordIndex) -> None:
        self.index = index

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """The chunks that share words, parts of words, or glossary equivalents with the question."""
        hits = self.index.search(question.terms, _reach(k, filters, len(self.index)))
        return [ScoredChunk(c, s, ("words",)) for c, s in hits if s > 0 and passes(c.metadata, filters)][:k]


class VectorRetriever:
    """By vectors alone; the score is the cosine."""

    def __init__(self, store: ChunkStore, embedder: Embedder, chunks: Sequence[Chunk]) -> None:
        self.store = store
        self.embedder = embedder
        self._chunks = {chunk.id: chunk for chunk in chunks}

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """The chunks whose vectors are nearest to that of the question."""
        vector = self.embedder.embed_queries([question.standalone or question.text])[0]
        hits = self.store.search(vector, _reach(k, filters, len(self._chunks)))
        found = ((self._chunks.get(chunk_id), score) for chunk_id, score in hits)
        return [
            ScoredChunk(c, s, ("vectors",)) for c, s in found if c is not None and s > 0 and passes(c.metadata, filters)
        ][:k]


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """By words and vectors together."""

    words: Retriever
    vectors: Retriever
    weight_nl: float
    """Share of the vectors in the score of a Dutch question, 0 to 1."""
    weight_en: float

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """The chunks that either finds, by the weighted sum of their scaled scores."""
        reach = max(4 * k, 50)
        by_words = self.words.retrieve(question, reach, filters)
        by_vectors = self.vectors.retrieve(question, reach, filters)
        share = self.weight_en if question.language == "en" else self.weight_nl
        return [hit for hit in fuse(by_words, by_vectors, share) if hit.score > 0][:k]


def fuse(by_words: Sequence[ScoredChunk], by_vectors: Sequence[ScoredChunk], share: float) -> list[ScoredChunk]:
    """The union of two rankings, scored `(1 - share) * words + share * vectors`, each scaled to 0..1."""
    best = max((hit.score for hit in by_words), default=0.0)
    low = min((hit.score for hit in by_vectors), default=0.0)
    span = max((hit.score for hit in by_vectors), default=0.0) - low
    scores: dict[str, float] = {}
    found: dict[str, tuple[Chunk, tuple[str, ...]]] = {}
    for hit in by_words:
        scores[hit.chunk.id] = (1 - share) * (hit.score / best if best else 0.0)
        found[hit.chunk.id] = hit.chunk, hit.found_by
    for hit in by_vectors:
        earlier = found.get(hit.chunk.id)
        scaled = (hit.score - low) / span if span else 1.0
        scores[hit.chunk.id] = scores.get(hit.chunk.id, 0.0) + share * scaled
        found[hit.chunk.id] = hit.chunk, (*earlier[1], *hit.found_by) if earlier else hit.found_by
    ranked = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))
    return [ScoredChunk(found[i][0], scores[i], found[i][1]) for i in ranked]


def passes(metadata: Metadata, filters: Filters) -> bool:
    """Whether a document is among what the reader narrowed the search to."""
    return (
        (not filters.kind or metadata.kind in filters.kind)
        and (not filters.sector or bool(set(filters.sector) & set(metadata.sector)))
        and (not filters.institution or bool(set(filters.institution) & set(metadata.institutions)))
        and (not filters.level or bool(set(filters.level) & set(metadata.levels)))
    )


def _reach(k: int, filters: Filters, total: int) -> int:
    """How many to ask the index for: with a filter all, as what it leaves out cannot be known beforehand."""
    return total if filters != Filters() else k
