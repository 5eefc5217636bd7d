"""How old an answer is, told to who asks what holds now: an amount of some years ago is no amount of today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from kb.types import Citation, Question
from kb.years import YEAR

_NOW = re.compile(
    r"\b(?:nu|momenteel|tegenwoordig|inmiddels|vandaag|actuele?|huidige?|nog steeds|op dit moment|"
    r"(?:dit|komend|volgend) "
    r"(?:jaar|studiejaar|schooljaar|collegejaar|seizoen)|now|currently|current|today|at the moment|still|"
    r"(?:this|next) (?:academic |school )?year|(?:volgende|komende|next) (?:ronde|round))\b",
    re.IGNORECASE,
)
"""Words by which a question asks what holds on the day that it is asked."""


def remark(question: Question, citations: Iterable[Citation], today: date) -> str:
    """What to tell of the age of an answer, in the language of the question; empty where it asks of no day, or is new.

    It is old when the newest document that it rests on is of an earlier year than the last. A document without a date
    says nothing of its age.
    """
    if not _NOW.search(question.asked):
        return ""
    years = [int(year) for citation in citations if citation.date for year in YEAR.findall(citation.date)[:1]]
    if not years or max(years) >= today.year - 1:
        return ""
    newest = max(years)
    if question.language == "nl":
        return f"Wat de documenten hierover zeggen is van {newest} of eerder; het kan nu anders zijn."
    return f"What the documents say about this is from {newest} or before; it may have changed."
