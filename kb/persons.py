"""Persons' names in a text: two words with a capital that the dictionary does not know."""

from __future__ import annotations

import re
from itertools import pairwise

from kb.language import fold, is_everyday

_CAPITALS = re.compile(
    r"\b[A-Z][a-zéëïöüèçñ-]+(?:(?:\s+(?:van|de|der|den|ter|ten|'t))*\s+[A-Z][a-zéëïöüèçñ-]+)+\b"
)  # fmt: skip


def words_of_name(text: str, start: int, end: int) -> set[str]:
    """The words of a name, without the one that only has a capital as the sentence begins with it."""
    words = text[start:end].split()
    return set(words[1:] if start == 0 and is_everyday(fold(words[0])) else words)


def names_person(text: str) -> bool:
    """Whether two words stand together as a person's name: capitals, and no words of the dictionary.

    "Leonie Blom" is one, also in "Docent Leonie Blom"; "Bouwend Nederland" and "Hogeschool Rotterdam" are not.
    """
    return bool(persons_in(text))


def persons_in(text: str) -> list[tuple[int, int]]:
    """Where persons' names stand in a text, with what capitals stand right before or behind them."""
    return [match.span() for match in _CAPITALS.finditer(text) if _holds_name(match.group())]


_LONGEST_NAME = 13
"""Letters of a part of a person's name; what is longer is a compound: "Gebouwgebonden Installatietechniek"."""


def _holds_name(capitals: str) -> bool:
    """Whether two of the words with a capital are first name and surname, which after "van" or "de" may be any word."""
    parts = capitals.split()
    places = [i for i, part in enumerate(parts) if part[:1].isupper()]
    everyday = {i: is_everyday(fold(parts[i])) or len(parts[i]) > _LONGEST_NAME for i in places}
    return any(not everyday[i] and (not everyday[j] or j > i + 1) for i, j in pairwise(places))
