"""What a reader gets of a ranking: the kind of document that is asked for first, each passage once, reranked.

The rankings themselves are those of `kb/retrieval.py`; this holds what is done to any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb import near_identical
from kb.catalogue import KIND_KEYS
from kb.near_identical import Passage
from kb.reranking import Reranking
from kb.retrieval import POOL, Retriever
from kb.types import Chunk, Filters, Question, ScoredChunk

OTHER_KIND = 0.65
"""What the score of a passage counts for where the question names a kind of document and its own is another."""
SPARE = 25
"""Passages more than are wanted that are asked for, as some may say what others say."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds passages by one way of searching, and makes of what it gives the passages to show."""

    retriever: Retriever
    reranking: Reranking | None = None
    """Where there is one: it gives the best passages their order, once its model is loaded."""

    def find(self, question: Question, k: int, filters: Filters) -> list[ScoredChunk]:
        """At most `k` passages that pass the filters and say different things, best first."""
        hits = self.retriever.retrieve(question, max(POOL, k + SPARE), filters)
        if self.reranking is None:
            return said_once(by_kind(question, hits), k)
        hits = said_once(by_kind(question, hits), max(k, self.reranking.passages))
        return self.reranking.reranked(question, hits)[:k]


def by_kind(question: Question, hits: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """The passages anew in order, those of another kind of document than the question names for less."""
    names = {value for facet, value in question.facets if facet == "soort"}
    kinds = {kind for kind, name in KIND_KEYS.items() if name in names}
    if not kinds:
        return list(hits)
    weighed = [
        hit if hit.chunk.metadata.kind in kinds else hit._replace(score=OTHER_KIND * hit.score) for hit in hits
    ]  # fmt: skip
    return sorted(weighed, key=lambda hit: -hit.score)


def said_once(hits: Sequence[ScoredChunk], k: int) -> list[ScoredChunk]:
    """The best `k` passages without those that say what a better one says; the newest of these is shown."""
    places = near_identical.once([_passage(hit.chunk) for hit in hits], k)
    return [hits[earned]._replace(chunk=hits[chosen].chunk) for earned, chosen in places[:k]]


def _passage(chunk: Chunk) -> Passage:
    return Passage(chunk.text, chunk.document_id, chunk.section, chunk.metadata)
