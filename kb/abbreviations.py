"""Abbreviations that documents explain themselves: "Cyber Security (CS)", "CS (Cyber Security)".

Who reads a report knows what its CS is; who asks says "Cyber Security". What a document spells out once stands for the
other wherever it is looked for, without anybody having to put it in the glossary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from kb.glossary import Stems
from kb.language import fold, is_everyday, is_stop, stems

_BEHIND = re.compile(r"\((?P<short>[A-Z][A-Za-z&]{1,8})\)")
_BEFORE = re.compile(r"\b(?P<short>[A-Z][A-Za-z&]{1,8}) \((?P<long>[^()\n]{5,90})\)")
_ENDS = re.compile(r"[.;:!?|()\n\"“”]")
"""What no name of several words runs over."""
_REACH = 120
"""Characters before a bracket within which the words stand that it shortens."""


def abbreviations_in(text: str) -> Counter[tuple[Stems, Stems]]:
    """How often a text explains an abbreviation, by the stems of its short and its long form."""
    found: Counter[tuple[Stems, Stems]] = Counter()
    for short, long in _explained(text):
        pair = tuple(stems(short)), tuple(stems(long))
        if all(pair) and pair[0] != pair[1]:
            found[pair] += 1
    return found


def one_meaning_each(documents: Iterable[Counter[tuple[Stems, Stems]]]) -> Mapping[Stems, Stems]:
    """The stems of one long form by those of each short one: what documents give most, and then the shortest."""
    total: Counter[tuple[Stems, Stems]] = Counter()
    for explained in documents:
        total.update(explained)
    chosen: dict[Stems, Stems] = {}
    for (short, long), _ in sorted(total.items(), key=lambda item: (-item[1], len(item[0][1]), item[0])):
        chosen.setdefault(short, long)
    return chosen


def _explained(text: str) -> Iterator[tuple[str, str]]:
    for match in _BEHIND.finditer(text):
        if _is_short_form(match["short"]):
            before = _ENDS.split(text[max(0, match.start() - _REACH) : match.start()])[-1]
            if long := long_form(match["short"], before):
                yield match["short"], long
    for match in _BEFORE.finditer(text):
        if _is_short_form(match["short"]) and not _ENDS.search(match["long"]):
            long = long_form(match["short"], match["long"])
            if long == match["long"].strip():
                yield match["short"], long


def _is_short_form(text: str) -> bool:
    """Whether a word is an abbreviation by its looks, and no word that people use for something else."""
    capitals = sum(char.isupper() for char in text)
    return capitals >= 2 and 2 * capitals >= len(text) and not is_stop(fold(text)) and not is_everyday(fold(text))


def long_form(short: str, before: str) -> str:
    """The words at the end of a text of which some letters, in order, are the abbreviation; empty where there are none.

    After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (2003):
    from the right, each letter is looked for in turn, the first of them at the beginning of a word; no more than twice
    as many words as letters, nor five more.
    """
    words = before.split()
    near = " ".join(words[-min(len(short) + 5, 2 * len(short)) :])
    at = len(near)
    for place in range(len(short) - 1, -1, -1):
        letter = short[place].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and not (near[at].lower() == letter and (place or at == 0 or not near[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    long = near[at:].strip(" ,'’‘-")
    spelled_out = len(long) > 2 * len(short) and short.lower() not in long.lower().split()
    return long if spelled_out and not is_stop(fold(long.split()[0])) else ""
