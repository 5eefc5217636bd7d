"""One question of a conversation with its answer, as the page keeps it for a visit and shows it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.permalink import Pinned
from kb.types import Answer, Citation, Searched, Statement


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of this conversation and what was answered."""

    turn: int
    """Counts the questions of the conversation, from 1."""
    question: str
    answer: Answer
    searched: Searched | None = None
    link: str = ""
    """What `kb/permalink.py` made of it; empty where it is too long for a link."""
    pinned: Pinned | None = None
    """Where it was opened from a link, what that told."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An answer that is being made: what was found, and what is said so far."""

    turn: int
    question: str
    found: tuple[Citation, ...] = ()
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
