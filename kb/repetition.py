"""Whether a sentence says anything that one which is shown does not: two documents tell the same in other words."""

from __future__ import annotations

from functools import lru_cache

from kb.context import says_something
from kb.language import tokens
from kb.units import Unit

SAME = 0.7
"""Two sentences say the same when more of their words are shared, and the numbers."""
REPEATED = 0.62
"""A sentence adds next to nothing when so much of its telling words stand in one that is shown, and its names too."""
FEW = 4
"""Telling words below which that cannot be told."""


def repeats(unit: Unit, shown: Unit) -> bool:
    """Whether a unit adds next to nothing to one that is shown: two documents tell the same in other words.

    More than seven tenths of all their words are shared, or nearly as much of its telling words, and its numbers.
    """
    a, b = set(unit.stems), set(shown.stems)
    if not a or not b:
        return True
    if _numbers(unit) - b or DENYING.isdisjoint(unit.words) != DENYING.isdisjoint(shown.words):
        return False  # what is denied is another thing, in nearly the same words
    if len(a & b) > SAME * min(len(a), len(b)):
        return True
    said, names = telling(unit.text)
    held, _ = telling(shown.text)
    return len(said) >= FEW and names <= held and len(said & held) >= REPEATED * len(said)


DENYING = frozenset("niet geen nooit niets niemand zonder not no never nothing nobody without".split())
"""Words that make a sentence say the opposite."""


@lru_cache(maxsize=1_000)
def telling(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the words of a unit that tell something, and of those the names: a capital that does not open it."""
    told = [token for token in tokens(text) if says_something(token.word)]
    names = frozenset(token.stem for token in told if token.start and token.surface[0].isupper())
    return frozenset(token.stem for token in told), names


def _numbers(unit: Unit) -> set[str]:
    return {stem for stem in unit.stems if stem.isdigit()}
