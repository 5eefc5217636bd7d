"""The known words that a mistyped one is near to, quickly among hundreds of thousands.

One edit changes which letters a word has by two at most, and its length by one. Words that differ in more are left out
by comparing bit masks, before the few that remain are compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.language import fold

SHORTEST = 4


class Spelling:
    """Words to be compared with; not changed once built."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if len(word) >= SHORTEST]
        self._letters = np.fromiter(map(_letters, self._words), dtype=np.uint64, count=len(self._words))
        self._lengths = np.fromiter(map(len, self._words), dtype=np.int32, count=len(self._words))

    def near(self, word: str, edits: int) -> list[tuple[str, int]]:
        """The words within some edits (a letter more, less, other, or two changed round), each with how many."""
        alike = np.bitwise_count(self._letters ^ np.uint64(_letters(word))) <= 2 * edits
        chosen = np.flatnonzero(alike & (np.abs(self._lengths - len(word)) <= edits))
        candidates = [self._words[i] for i in chosen]
        hits = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(found, int(distance)) for found, distance, _ in hits]


def _letters(word: str) -> int:
    """A bit for each letter that a word has; other signs share a few bits."""
    mask = 0
    for letter in fold(word):
        mask |= 1 << (ord(letter) % 64)
    return mask
