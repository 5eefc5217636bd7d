"""Hyphens at line ends: which only break a word, and which belong to it.

Dutch settles most of it: a word that the language or the document itself knows whole was only broken; a pair
that the document writes with a hyphen elsewhere keeps it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from kb.language import WORD, fold, is_dutch_word

Join = Literal["drop", "keep", "space"]
"""What becomes of a hyphen at a line end: it goes, it stays, or it stays with a space after it."""

_SUSPENDED = re.compile(r"^(?:en|of|tot|als|and|or)\b")
_ALPHA_TAIL = re.compile(r"[^\W\d_]+(?=-$)")
_PARTS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_VOWELS = frozenset("aeiou")
_DOUBLE_SOUNDS = frozenset(
    ("aa", "ae", "ai", "au", "ee", "ei", "eu", "ie", "ij", "ii", "oe", "oi", "oo", "ou", "ui", "uu", "ji")
)
"""Letters that would be read as one sound, where Dutch spelling therefore asks for a hyphen ("zee-eend")."""
_PREFIXES = frozenset("ex niet non oud pro anti semi e mbo hbo wo vwo havo vmbo mkb ict".split())


class Vocabulary:
    """The words of the document itself: which are written whole, which with a hyphen."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.whole: Counter[str] = Counter()
        self.hyphenated: set[str] = set()
        self.prefixes: set[str] = set()
        for line in lines:
            self.add(line)

    def add(self, line: str) -> None:
        """Take in the words of a line, but not the first part of a word that is broken at its end."""
        stripped = line.rstrip()
        for match in _PARTS.finditer(stripped.rstrip("-")):
            word = fold(match.group())
            if "-" in word:
                self.hyphenated.add(word)
                self.prefixes.add(word.split("-")[0])
            elif match.end() < len(stripped) or not stripped.endswith("-"):
                self.whole[word] += 1


def breaks_words(ends: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> bool:
    """Whether a document breaks words at line ends at all, by its pairs of a line that ends in a hyphen and the next.

    One that never breaks a word that Dutch knows has only hyphens that belong.
    """
    broken = 0
    for head, tail in ends:
        a, b = _ALPHA_TAIL.search(head), WORD.match(tail)
        if a is None or b is None or _SUSPENDED.match(tail):
            continue
        whole, pair = fold(a.group() + b.group()), fold(f"{a.group()}-{b.group()}")
        known = whole in vocabulary.whole or is_dutch_word(whole)
        if known and pair not in vocabulary.hyphenated and not is_dutch_word(fold(a.group())):
            broken += 1
    return broken >= max(1, len(ends) // 12)


def join(text: str, line: str, vocabulary: Vocabulary, breaking: bool = True) -> Join:
    """What becomes of the hyphen that ends `text` when `line` comes after it.

    Where the document breaks no words (`breaking` is False), a hyphen stays unless the whole word is known.
    """
    if _SUSPENDED.match(line):
        return "space"
    head, tail = _ALPHA_TAIL.search(text), WORD.match(line)
    if head is None or tail is None:
        return "keep"
    a, b = head.group(), tail.group()
    hyphenated, whole = fold(f"{a}-{b}"), fold(a + b)
    if hyphenated in vocabulary.hyphenated and whole not in vocabulary.whole:
        return "keep"
    if whole in vocabulary.whole or is_dutch_word(whole):
        return "drop"
    if (a.isupper() and len(a) > 1) or b[:1].isdigit():
        return "keep"
    if fold(a) in vocabulary.prefixes and is_dutch_word(fold(b)):
        return "keep"
    return "keep" if not breaking or _belongs(fold(a), fold(b), b) else "drop"


def _belongs(a: str, b: str, written: str) -> bool:
    """Whether Dutch spelling asks for a hyphen between two parts of a word that nobody knows."""
    if written[:1].isupper() or a in _PREFIXES or not _VOWELS & set(a):
        return True
    return a[-1] + b[0] in _DOUBLE_SOUNDS and len(b) > 3 and is_dutch_word(a) and is_dutch_word(b)
