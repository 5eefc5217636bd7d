"""What a reader gets of a ranking: the kind of document that is asked for first, each passage once, reranked.

The rankings themselves are those of `kb/retrieval.py`; this holds what is done to any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from kb import near_identical
from kb.catalogue import KIND_KEYS
from kb.dates import is_of_other_days, of_a_document
from kb.near_identical import Passage
from kb.reranking import Reranking
from kb.retrieval import POOL, Retriever
from kb.types import Chunk, Filters, Question, ScoredChunk
from kb.years import Span, agree, asked_spans, is_of_other_years, spans_in

OTHER_KIND = 0.65
"""What the score of a passage counts for where the question names a kind of document and its own is another."""
OTHER_YEARS = 0.5
"""The same, where the question names years or a day and the title of the document names others."""
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
        hits = as_asked(question, self.retriever.retrieve(question, max(POOL, k + SPARE), filters))
        years = asked_spans(question)
        if self.reranking is not None:
            hits = said_once(hits, max(k, self.reranking.passages), years)
            return each_period(years, self.reranking.reranked(question, hits), k)
        return each_period(years, said_once(hits, k if len(years) < 2 else len(hits), years), k)


def as_asked(question: Question, hits: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """The passages anew in order: another kind of document, or other years or days, than is asked count less."""
    names = {value for facet, value in question.facets if facet == "soort"}
    kinds = {kind for kind, name in KIND_KEYS.items() if name in names}
    years = asked_spans(question)
    days = of_a_document(question.days, (hit.chunk.metadata.title for hit in hits))
    if not kinds and not years and not days:
        return list(hits)

    def of_others(chunk: Chunk) -> bool:
        texts = (chunk.text, *chunk.section)
        return _is_of_other_years(years, chunk) or is_of_other_days(days, chunk.metadata.title, texts)

    def counted(chunk: Chunk) -> float:
        of_kind = not kinds or chunk.metadata.kind in kinds
        return (1.0 if of_kind else OTHER_KIND) * (OTHER_YEARS if of_others(chunk) else 1.0)

    weighed = [hit._replace(score=counted(hit.chunk) * hit.score) for hit in hits]
    return sorted(weighed, key=lambda hit: -hit.score)


def _is_of_other_years(asked: frozenset[Span], chunk: Chunk) -> bool:
    return is_of_other_years(asked, chunk.metadata.title, (chunk.text, *chunk.section))


def each_period(asked: frozenset[Span], hits: Sequence[ScoredChunk], k: int) -> list[ScoredChunk]:
    """The best `k` passages; where two years or more are asked for, among them some of the documents of each.

    Of two reports one may say all that is asked in words that fit better.
    """
    if len(asked) < 2:
        return list(hits[:k])
    share = max(1, k // (2 * len(asked)))
    chosen: set[int] = set()
    for one in asked:
        of_one = (i for i, hit in enumerate(hits) if any(agree(one, s) for s in spans_in(hit.chunk.metadata.title)))
        chosen.update(islice(of_one, share))
    for i in range(len(hits)):
        if len(chosen) >= k:
            break
        chosen.add(i)
    return [hits[i] for i in sorted(chosen)[:k]]


def said_once(hits: Sequence[ScoredChunk], k: int, years: frozenset[Span] = frozenset()) -> list[ScoredChunk]:
    """The best `k` passages without those that say what a better one says.

    The newest of these is shown, unless `years` were asked for and it is of others.
    """
    places = near_identical.once((_passage(hit.chunk) for hit in hits), k)
    return [
        hits[earned]._replace(chunk=hits[earned if _is_of_other_years(years, hits[chosen].chunk) else chosen].chunk)
        for earned, chosen in places[:k]
    ]


def _passage(chunk: Chunk) -> Passage:
    return Passage(chunk.text, chunk.document_id, chunk.section, chunk.metadata)
