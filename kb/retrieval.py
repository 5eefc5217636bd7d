"""Finding chunks: by words, by vectors, or by both with weighted scores.

Scores are added, not ranks: words divided by their best score, vectors stretched between the lowest and highest
of the candidates, then weighted by the language of the question. Rank fusion throws away how much better the
first one is and was measured to lose to words alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import itemgetter
from typing import Protocol

from kb.embedding import Embedder
from kb.expected import Expectations
from kb.keyword_index import KeywordIndex, Rows
from kb.meaning import Meaning
from kb.store import ChunkStore
from kb.types import Chunk, Filters, Metadata, Question, ScoredChunk

POOL = 50
"""Chunks that each way of finding gives at least, for both to be weighed together."""
EXPECTED = 2.0
"""What a section gains whose expected question is the question itself, where the best passage found has 1."""
_KEPT_FILTERS = 16
"""Filters of which is remembered what they leave.

By functions, not by methods: what keeps a method of itself lives until the garbage collector comes by, and a server's
passes over all that was there at its start.
"""
_BY_WORDS, _BY_VECTORS, _BY_QUESTIONS = ("words",), ("vectors",), ("questions",)
_SCORE = itemgetter(ScoredChunk._fields.index("score"))
_WIDER = 8
_NARROW = 8
"""A filter that leaves less than this part is looked for by itself; of one that leaves more, the rest is passed over.

Both find the same; at 15,000 chunks the first took 4 ms for a hundredth and 16 ms for nearly all, the other 31 and 5.
"""


class Retriever(Protocol):
    """Finds the chunks that may hold the answer to a question, best first."""

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """At most `k` chunks that pass the filters; a higher score is better."""


class WordRetriever:
    """By words alone; the score is BM25."""

    def __init__(self, index: KeywordIndex) -> None:
        self.index = index
        self._rows = lru_cache(maxsize=_KEPT_FILTERS)(partial(_rows_left_of, index))

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """The chunks that share words, parts of words, or glossary equivalents with the question."""
        everywhere = filters == Filters()
        hits = self.index.search(question.terms, k) if everywhere else self._within(question, k, filters)
        return [ScoredChunk(chunk, score, _BY_WORDS) for chunk, score in hits if score > 0]

    def _within(self, question: Question, k: int, filters: Filters) -> list[tuple[Chunk, float]]:
        rows, total = self._rows(filters), len(self.index)
        if not rows.count:
            return []
        if rows.count < total / _NARROW:
            return self.index.search(question.terms, k, rows)
        # as many as hold k of them where they are spread evenly, and as many again
        first = 2 * k * total // rows.count
        return widened(
            lambda reach: self.index.search(question.terms, reach),
            lambda found: passes(found.metadata, filters),
            min(k, rows.count),
            first,
        )


class VectorRetriever:
    """By vectors alone; the score is the cosine."""

    def __init__(self, store: ChunkStore, embedder: Embedder, chunks: Sequence[Chunk]) -> None:
        self.store = store
        self.embedder = embedder
        self._chunks = {chunk.id: chunk for chunk in chunks}
        self._ids = lru_cache(maxsize=_KEPT_FILTERS)(partial(_ids_left_of, chunks))

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """The chunks whose vectors are nearest to that of the question."""
        among = None if filters == Filters() else self._ids(filters)
        if among is not None and not among:
            return []
        vector = self.embedder.embed_queries([question.standalone or question.text])[0]
        chunks = self._chunks
        found = self.store.search(vector, k, among)
        return [ScoredChunk(chunks[i], score, _BY_VECTORS) for i, score in found if score > 0 and i in chunks]


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
        reach = max(4 * k, POOL)
        by_words = self.words.retrieve(question, reach, filters)
        by_vectors = self.vectors.retrieve(question, reach, filters)
        share = self.weight_en if question.language == "en" else self.weight_nl
        return [hit for hit in fuse(by_words, by_vectors, share, k) if hit.score > 0]


@dataclass(frozen=True, slots=True)
class ExpectingRetriever:
    """As another, with what authors expect to answer the question raised."""

    found: Retriever
    expected: Expectations
    meaning: Meaning | None = None

    def retrieve(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """The chunks that the other finds and those of sections that the question was expected of, best first."""
        hits = self.found.retrieve(question, k, filters)
        like = self.expected.like(question, self.meaning)
        if not like:
            return hits
        top = max(map(_SCORE, hits), default=0.0) or 1.0
        # plain tuples until it is known which are given
        scored = {chunk.id: (score / top, chunk, found_by) for chunk, score, found_by in hits}
        for place, likeness in like.items():
            gain = EXPECTED * likeness.mean(self.meaning is not None)
            for chunk in self.expected.chunks(place):
                if gain > 0 and passes(chunk.metadata, filters):
                    score, _, found_by = scored.get(chunk.id, (0.0, chunk, ()))
                    scored[chunk.id] = score + gain, chunk, (*found_by, *_BY_QUESTIONS)
        ranked = sorted((-score, chunk_id) for chunk_id, (score, _, _) in scored.items())
        return [ScoredChunk(scored[i][1], -negated, scored[i][2]) for negated, i in ranked[:k]]


def fuse(
    by_words: Sequence[ScoredChunk], by_vectors: Sequence[ScoredChunk], share: float, k: int | None = None
) -> list[ScoredChunk]:
    """The best `k` (all) of two rankings, scored `(1 - share) * words + share * vectors`, each scaled to 0..1."""
    best = max(map(_SCORE, by_words), default=0.0)
    low = min(map(_SCORE, by_vectors), default=0.0)
    span = max(map(_SCORE, by_vectors), default=0.0) - low
    in_words = {hit.chunk.id: hit for hit in by_words}
    in_vectors = {hit.chunk.id: hit for hit in by_vectors}
    scores = {i: (1 - share) * (score / best if best else 0.0) for i, (_, score, _) in in_words.items()}
    for i, (_, score, _) in in_vectors.items():
        scores[i] = scores.get(i, 0.0) + share * ((score - low) / span if span else 1.0)
    fused = []
    for negated, i in sorted((-score, i) for i, score in scores.items())[:k]:
        of_both = [hits[i] for hits in (in_words, in_vectors) if i in hits]
        found_by = of_both[0].found_by if len(of_both) == 1 else (*of_both[0].found_by, *of_both[1].found_by)
        fused.append(ScoredChunk(of_both[0].chunk, -negated, found_by))
    return fused


def passes(metadata: Metadata, filters: Filters) -> bool:
    """Whether a document is among what the reader narrowed the search to."""
    return (
        (not filters.kind or metadata.kind in filters.kind)
        and (not filters.sector or bool(set(filters.sector) & set(metadata.sector)))
        and (not filters.institution or bool(set(filters.institution) & set(metadata.institutions)))
        and (not filters.level or bool(set(filters.level) & set(metadata.levels)))
        and (not filters.partner or bool(set(filters.partner) & set(metadata.partners)))
        and (not filters.region or bool(set(filters.region) & set(metadata.region)))
        and (not filters.status or metadata.status in filters.status)
    )


def _left_of(chunks: Sequence[Chunk], filters: Filters) -> set[str]:
    """The documents of some chunks that pass."""
    documents = {chunk.document_id: chunk.metadata for chunk in chunks}
    return {document_id for document_id, metadata in documents.items() if passes(metadata, filters)}


def _ids_left_of(chunks: Sequence[Chunk], filters: Filters) -> tuple[str, ...]:
    """The ids of the chunks that a filter leaves."""
    left = _left_of(chunks, filters)
    return tuple(chunk.id for chunk in chunks if chunk.document_id in left)


def _rows_left_of(index: KeywordIndex, filters: Filters) -> Rows:
    """The rows of an index that a filter leaves."""
    left = _left_of(index.chunks, filters)
    return index.rows(lambda chunk: chunk.document_id in left)


def widened(
    search: Callable[[int], list[tuple[Chunk, float]]], keep: Callable[[Chunk], bool], k: int, first: int
) -> list[tuple[Chunk, float]]:
    """The best `k` that may be kept, of a search that cannot leave out the others: it is asked for more and more.

    `first` is how many it is asked for at first.
    """
    reach = max(first, k)
    while True:
        hits = search(reach)
        kept = [hit for hit in hits if keep(hit[0])]
        if len(kept) >= k or len(hits) < reach:
            return kept[:k]
        reach *= _WIDER
