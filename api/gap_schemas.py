"""Feedback on the wire, and what the documents did not answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import CitationOut
from kb.gaps import GapGroup
from kb.journal import Week
from kb.types import Citation


class FeedbackIn(BaseModel):
    """What a reader thought of an answer."""

    model_config = ConfigDict(extra="forbid")

    question_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    verdict: Literal["up", "down"]
    comment: str | None = Field(None, max_length=2000)


class GapOut(BaseModel):
    """Questions about one thing that the documents did not answer, or whose answer was voted down."""

    id: str = Field(description="Names the group as long as its first question is kept.")
    questions: list[str] = Field(description="As they were typed, most asked first.")
    count: int
    unanswered: int
    voted_down: int
    comments: list[str] = Field(description="What readers wrote with a vote down.")
    first: str
    last: str
    closest: list[str] = Field(description="Ids of the documents that came closest when it was asked.")
    resolved_at: str | None = Field(None, description="When the team marked it as solved; it was asked again since.")
    passage: CitationOut | None = Field(None, description="What comes closest now; of the first 50 groups.")
    answered_now: bool | None = Field(None, description="Whether it would be answered now; of the first 50 groups.")

    @classmethod
    def of(cls, group: GapGroup, now: tuple[bool, tuple[Citation, ...]] | None = None) -> GapOut:
        """The record on the wire; `now`: whether it would be answered, and what comes closest."""
        misses = group.counted
        return cls(
            id=group.id,
            questions=[text for text, _ in group.questions],
            count=len(misses),
            unanswered=sum(not miss.answered for miss in misses),
            voted_down=sum(miss.voted_down for miss in misses),
            comments=[miss.comment for miss in misses if miss.comment],
            first=misses[0].asked_at.isoformat(),
            last=misses[-1].asked_at.isoformat(),
            closest=list(dict.fromkeys(i for miss in misses for i in miss.closest)),
            resolved_at=group.resolved_at.isoformat() if group.resolved_at else None,
            passage=CitationOut.of(now[1][0]) if now and now[1] else None,
            answered_now=now[0] if now else None,
        )


class WeekOut(BaseModel):
    """How much was asked in one week, and how it went."""

    monday: str
    asked: int
    answered: int
    refused: int
    voted_down: int

    @classmethod
    def of(cls, week: Week) -> WeekOut:
        """The record on the wire."""
        return cls(
            monday=week.monday.isoformat(),
            asked=week.asked,
            answered=week.answered,
            refused=week.refused,
            voted_down=week.voted_down,
        )


class GapsOut(BaseModel):
    """The open gaps, most asked first, and how much was asked."""

    gaps: list[GapOut]
    expired: int = Field(0, description="Questions without an answer of which the text is erased: only counted.")
    weeks: list[WeekOut] = []
