"""The years that a text is about: one year, or a period such as a study year ("2023-2024").

Reports of several years say the same things with other figures; what tells them apart is the year in their titles. An
answer from the wrong one is wrong, however well its words fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kb.types import Question

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SPAN = re.compile(r"\b(?P<first>(?:19|20)\d\d)(?:\s?[-–/]\s?(?P<last>(?:19|20)\d\d|\d\d)(?![-–/\d]))?(?!\d)")
_LONGEST = 10
"""Years that a period takes at most; further apart they are two years, or no years at all."""


class Span(NamedTuple):
    """One year, or the first and last year of a period."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@lru_cache(maxsize=10_000)
def spans_in(text: str) -> frozenset[Span]:
    """The years and periods that a text names; the years of a period are not named by themselves."""
    found = set()
    for match in _SPAN.finditer(text):
        first, last = int(match["first"]), match["last"]
        ends = first if last is None else int(last) if len(last) == 4 else first // 100 * 100 + int(last)
        if first < ends <= first + _LONGEST:
            found.add(Span(first, ends))
        else:
            found |= {Span(year, year) for year in map(int, YEAR.findall(match.group()))}
    return frozenset(found)


def is_period(text: str) -> bool:
    """Whether a text is one period and nothing else: "2023-2024"."""
    return bool(_SPAN.fullmatch(text)) and any(span.first < span.last for span in spans_in(text))


def asked_spans(question: Question) -> frozenset[Span]:
    """The years and periods that a question names."""
    return spans_in(question.standalone or question.text)


def agree(asked: Span, told: Span) -> bool:
    """Whether what is told about one span of years may be what was asked of another.

    A year agrees with each period that it is in; two periods only where they are the same, as one study year is not the
    next though both are partly in one calendar year.
    """
    if asked.first < asked.last and told.first < told.last:
        return asked == told
    return asked.first <= told.last and told.first <= asked.last


def is_of_other_years(asked: frozenset[Span], title: str, texts: Sequence[str] = ()) -> bool:
    """Whether a document is by its title of other years than were asked for, and `texts` from it name none of these."""
    told = spans_in(title)
    if not asked or not told or any(agree(one, other) for one in asked for other in told):
        return False
    return not any(_names(one, other) for text in texts for one in asked for other in spans_in(text))


def _names(asked: Span, told: Span) -> bool:
    """Whether a sentence names the years that were asked for: a day in 2024 is not the study year 2023-2024."""
    return agree(asked, told) and (asked.first == asked.last or asked == told)
