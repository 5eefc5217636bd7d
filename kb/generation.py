"""An answer by a language model, statement by statement: each is given out once it is complete and has been checked.

The model sees the passages that search found and the question, as data; what it writes is read into claims
(`kb/claims.py`) and judged one by one (`kb/statement_check.py`). What fails is withheld and remembered with its reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.claims import Claim, ClaimReader
from kb.errors import LanguageModelFailed
from kb.extractive import Draft
from kb.language_model import LanguageModel
from kb.prompts import RULES, PassageText, fenced
from kb.snapshot import Snapshot
from kb.statement_check import Passage, StatementCheck, Verdict
from kb.types import Citation, Question, ScoredChunk

MOST_STATEMENTS = 8
MOST_CHARS = 14_000
"""Of all passages together: about four thousand tokens of Dutch."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A statement that passed, and the passages it rests on."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A claim that is not shown, and why."""

    claim: Claim
    verdict: Verdict


class Generation:
    """One answer under way; afterwards it tells how that went."""

    def __init__(
        self, model: LanguageModel, question: Question, passages: Sequence[ScoredChunk], snapshot: Snapshot
    ) -> None:
        self.accepted: list[Accepted] = []
        self.withheld: list[Withheld] = []
        self.no_answer = False
        """Whether the model said that the passages do not hold the answer, and nothing that passed."""
        self.failure: LanguageModelFailed | None = None
        self._model = model
        self._question = question
        self._passages = {
            number: Passage(
                hit.chunk, snapshot.document(hit.chunk.document_id), snapshot.context(hit.chunk.document_id)
            )
            for number, hit in enumerate(passages, start=1)
        }
        self._check = StatementCheck(self._passages, snapshot.vocabulary, snapshot.glossary, question.language)

    @property
    def too_little(self) -> bool:
        """Whether nothing was left, or less than half of what the model said."""
        return len(self.accepted) == 0 or len(self.accepted) < len(self.withheld)

    def statements(self) -> Iterator[Accepted]:
        """The statements that pass, each as soon as it is complete. Never raises for what the model does."""
        reader = ClaimReader()
        try:
            for piece in self._model.write(RULES[self._question.language], self._prompt()):
                yield from self._judged(reader.feed(piece))
                if len(self.accepted) >= MOST_STATEMENTS:
                    return
        except LanguageModelFailed as error:
            self.failure = error
            return  # what stood on the last line is no whole statement
        yield from self._judged(reader.end())
        self.no_answer = reader.no_answer and not self.accepted

    def _judged(self, claims: Sequence[Claim]) -> Iterator[Accepted]:
        for claim in claims:
            verdict = self._check.judge(claim)
            if verdict.reason:
                self.withheld.append(Withheld(claim, verdict))
            elif all(claim.text != other.text for other in self.accepted):
                self.accepted.append(Accepted(claim.text, verdict.citations))
                yield self.accepted[-1]

    def _prompt(self) -> str:
        texts = [
            PassageText(number, passage.document.metadata.title, passage.chunk.section, passage.chunk.text)
            for number, passage in self._passages.items()
        ]
        return fenced(self._question.standalone or self._question.text, texts, self._question.language, _mark(texts))


def choose_passages(hits: Sequence[ScoredChunk], draft: Draft, most: int) -> list[ScoredChunk]:
    """The passages for the model: those that hold the drafted sentences first, then the others in their order."""
    drafted = [hit for hit in hits if any(_holds(hit, draft, place) for place in range(len(draft.units)))]
    chosen: list[ScoredChunk] = []
    left = MOST_CHARS
    for hit in (*drafted, *(hit for hit in hits if hit not in drafted)):
        if len(chosen) < most and len(hit.chunk.text) <= left:
            chosen.append(hit)
            left -= len(hit.chunk.text)
    return chosen


def _holds(hit: ScoredChunk, draft: Draft, place: int) -> bool:
    unit = draft.units[place]
    return unit.document_id == hit.chunk.document_id and unit.start < hit.chunk.end and unit.end > hit.chunk.start


def _mark(texts: Sequence[PassageText]) -> str:
    """A word that stands in no passage; who writes a document cannot know it beforehand."""
    while True:
        mark = secrets.token_hex(4)
        if not any(mark in passage.text for passage in texts):
            return mark
