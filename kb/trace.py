"""One question followed step by step: what was understood, found, chosen, dropped, weighed, and written by a model.

The steps know nothing of this: it reads what they give, and works out afterwards what each figure and rule came to.
Nothing is noted in the journal, as a person who looks into an answer is no reader with a question.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kb import answerability
from kb.evidence import Evidence, share_of_best
from kb.extractive import FURTHER, MAX_STATEMENTS, NEAR, Draft
from kb.generation import Generation
from kb.knowledge_base import KnowledgeBase, Prepared
from kb.retrieval import ExpectingRetriever, HybridRetriever
from kb.statement_check import Reason
from kb.types import Filters, Mode, Question, ScoredChunk, Turn
from kb.units import Unit

SHOWN_UNITS = 12
Fate = Literal["chosen", "weak", "introduces", "repeats", "list_leads", "full", "enough", "records"]
"""What became of a unit: chosen, or why not."""
_REACH = 50
"""How far down each way of searching is looked for the score of a passage."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that was found, with what each way of searching gave it; None where that did not find it."""

    document_id: str
    title: str
    section: tuple[str, ...]
    text: str
    score: float
    found_by: tuple[str, ...]
    by_words: float | None
    by_vectors: float | None


@dataclass(frozen=True, slots=True)
class WeighedUnit:
    """A sentence, item, row or heading that was weighed, and what became of it."""

    document_id: str
    section: tuple[str, ...]
    text: str
    score: float
    cosine: float
    typed: bool
    """Whether it holds the kind of answer asked for."""
    met: tuple[tuple[str, float, float], ...]
    """Each term of the question, how well it is met in the unit or around it, and in the unit itself."""
    fate: Fate


@dataclass(frozen=True, slots=True)
class Contribution:
    """One figure, and by how much it moved the log-odds that the documents hold the answer."""

    name: str
    value: float
    moved: float


@dataclass(frozen=True, slots=True)
class WithheldStatement:
    """What a language model said that is not shown."""

    text: str
    citations: tuple[int, ...]
    quotes: tuple[str, ...]
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class ModelWork:
    """What a language model did."""

    accepted: tuple[str, ...]
    withheld: tuple[WithheldStatement, ...]
    no_answer: bool
    failure: str
    """The code of what went wrong; empty when nothing did."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One question from beginning to end."""

    question: Question
    found: tuple[FoundPassage, ...]
    weighed: tuple[WeighedUnit, ...]
    answered_from: str
    """`records` or `sentences`."""
    start: float
    """The log-odds without any figure."""
    contributions: tuple[Contribution, ...]
    """What moved the log-odds, most first."""
    certainty: float
    threshold: float
    model_configured: bool
    model: ModelWork | None
    """None where no model was asked."""
    statements: tuple[str, ...]
    note: str


def explain(
    knowledge: KnowledgeBase,
    text: str,
    history: Sequence[Turn] = (),
    mode: Mode = "auto",
    filters: Filters | None = None,
) -> Trace:
    """Follow one question. Raises `InvalidQuestion`."""
    filters = filters or Filters()
    prepared = knowledge.prepare(text, history, filters, mode=mode)
    statements = tuple(prepared.writing.statements()) if prepared.answerable else ()
    worked, writing = prepared.worked, prepared.writing
    start, moved = _contributions(worked.figures, prepared.by_meaning)
    return Trace(
        question=worked.question,
        found=_found(prepared, filters),
        weighed=_weighed(prepared),
        answered_from="sentences" if worked.listing is None else "records",
        start=start,
        contributions=moved,
        certainty=prepared.certainty,
        threshold=prepared.threshold,
        model_configured=knowledge.language_model is not None,
        model=_model_work(writing.generation) if writing.generation and prepared.answerable else None,
        statements=tuple(statement.text for statement in statements),
        note=writing.note if prepared.answerable else "",
    )


def _found(prepared: Prepared, filters: Filters) -> tuple[FoundPassage, ...]:
    question, retriever = prepared.worked.question, prepared.retriever
    by_words = _scores(prepared.words.retrieve(question, _REACH, filters))
    by_vectors: dict[str, float] = {}
    inner = retriever.found if isinstance(retriever, ExpectingRetriever) else retriever
    if isinstance(inner, HybridRetriever):
        by_vectors = _scores(inner.vectors.retrieve(question, _REACH, filters))
    return tuple(
        FoundPassage(
            document_id=hit.chunk.document_id,
            title=hit.chunk.metadata.title,
            section=hit.chunk.section,
            text=hit.chunk.text,
            score=hit.score,
            found_by=hit.found_by,
            by_words=by_words.get(hit.chunk.id),
            by_vectors=by_vectors.get(hit.chunk.id),
        )
        for hit in prepared.worked.hits
    )


def _scores(hits: Sequence[ScoredChunk]) -> dict[str, float]:
    return {hit.chunk.id: hit.score for hit in hits}


def _weighed(prepared: Prepared) -> tuple[WeighedUnit, ...]:
    """The best units, and those that were chosen from further down."""
    question, draft = prepared.worked.question, prepared.worked.draft
    chosen = {(unit.document_id, unit.place) for unit in draft.units}
    shown = [e for n, e in enumerate(draft.ranked) if n < SHOWN_UNITS or (e.unit.document_id, e.unit.place) in chosen]
    records = prepared.worked.listing is not None
    share = share_of_best(draft.ranked) if draft.ranked else 0.0
    return tuple(
        WeighedUnit(
            document_id=evidence.unit.document_id,
            section=evidence.unit.headings,
            text=evidence.unit.text,
            score=evidence.against(draft.ranked[0]) * share,
            cosine=evidence.cosine,
            typed=evidence.typed,
            met=tuple(zip((t.text for t in question.terms), evidence.found, evidence.direct, strict=True)),
            fate="records" if records else _fate(evidence, draft),
        )
        for evidence in shown
    )


def _fate(evidence: Evidence, draft: Draft) -> Fate:
    """What became of a unit, by the rules of `kb/extractive.py` in their order."""
    unit, chosen, best = evidence.unit, draft.units, draft.ranked[0]
    below = len(chosen) - (len(chosen) if draft.leading is None else draft.leading)
    if any((unit.document_id, unit.place) == (other.document_id, other.place) for other in chosen):
        return "chosen"
    if evidence.against(best) < NEAR:
        return "weak"
    if unit.text.endswith(":"):
        return "introduces"
    if any(_overlap(unit, other) > 0.7 for other in chosen):
        return "repeats"
    if any(other.kind in {"item", "row"} for other in chosen):
        return "list_leads"
    return "full" if len(chosen) >= MAX_STATEMENTS or below >= FURTHER else "enough"


def _overlap(one: Unit, other: Unit) -> float:
    """The share of the words of the shorter unit that the other holds too."""
    a, b = set(one.stems), set(other.stems)
    return len(a & b) / min(len(a), len(b)) if a and b else 1.0


def _contributions(figures: Mapping[str, float], by_meaning: bool) -> tuple[float, tuple[Contribution, ...]]:
    """The log-odds without any figure, and how far each figure moves them from what they are without it."""
    whole = dict(figures)

    def log_odds(changed: Mapping[str, float]) -> float:
        p = answerability.certainty({**whole, **changed}, by_meaning=by_meaning)
        return math.log(p / (1 - p)) if 0 < p < 1 else math.copysign(30.0, p - 0.5)

    all_in = log_odds({})
    moved = [Contribution(name, value, all_in - log_odds({name: 0.0})) for name, value in figures.items() if value]
    ranked = sorted((c for c in moved if abs(c.moved) > 1e-9), key=lambda c: -abs(c.moved))
    return log_odds(dict.fromkeys(figures, 0.0)), tuple(ranked)


def _model_work(generation: Generation) -> ModelWork:
    return ModelWork(
        accepted=tuple(accepted.text for accepted in generation.accepted),
        withheld=tuple(
            WithheldStatement(w.claim.text, w.claim.numbers, w.claim.quotes, w.verdict.reason, w.verdict.detail)
            for w in generation.withheld
        ),
        no_answer=generation.no_answer,
        failure=generation.failure.code if generation.failure else "",
    )
