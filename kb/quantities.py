"""What must not change in the retelling of a text: its numbers, its units and dates, and how strongly it says things.

Two texts are compared by these: "vijfentwintig" and "25" are one number, "driejarig" holds a 3 and a year, and "moet"
is said by "verplicht" too. Dutch and English share their families, so that an English statement can be held against a
Dutch sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kb.language import NUMBER_WORDS, fold, tokens

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORDS = {**NUMBER_WORDS, "tachtig": "80", "negentig": "90", "eighty": "80", "ninety": "90", "duizend": "1000"}
_TENS = {word: int(value) for word, value in _WORDS.items() if int(value) in range(20, 100, 10)}
_UNITS = {word: int(value) for word, value in _WORDS.items() if 1 < int(value) < 10} | {"een": 1, "one": 1}
_ORDINALS = {"tweede": "2", "derde": "3", "second": "2", "third": "3", "fifth": "5", "eighth": "8", "ninth": "9"}
_COMPOUND_NL = re.compile(rf"({'|'.join(_UNITS)})en({'|'.join(_TENS)})")
_COMPOUND_EN = re.compile(rf"\b({'|'.join(_TENS)})[- ]({'|'.join(_UNITS)})\b")
_TAILS = tuple(
    "jarig jarige daags daagse weeks weekse maands maandse voudig voudige tal delig delige de ste th weken".split()
)
_LARGE_NL = re.compile(r"(?P<count>\w*?)(?P<large>honderd|duizend)(?:en(?=\w))?(?P<rest>\w*)")
_ONE = re.compile(r"\b(?:een|1|one|eerste|first)\b")


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text as digits, however they are written; the article "een" is none."""
    plain = fold(text)
    found = {number for match in _FIGURE.finditer(plain) for number in _figure(match.group())}
    found |= {str(_TENS[a] + _UNITS[b]) for a, b in _COMPOUND_EN.findall(plain)}
    joined = _COMPOUND_EN.sub(" ", plain)
    found |= {value for token in tokens(joined) if (value := _number_of(token.word)) is not None}
    return frozenset(found | ({"1"} if re.search(r"\béén\b", text.lower()) else set()))


def holds_number(number: str, text: str) -> bool:
    """Whether a text holds a number; every "een" may be a one here."""
    return number in numbers(text) or (number == "1" and _ONE.search(fold(text)) is not None)


def _figure(written: str) -> list[str]:
    """One number as digits: "1.500" and "1,500" are 1500, "1,5" is 1.5; "12.03.2031" is three numbers."""
    first, *others = re.split("[.,]", written)
    if all(len(part) == 3 for part in others):
        return [str(int(first + "".join(others)))]
    if len(others) == 1:
        return [f"{int(first)}.{others[0]}"]
    return [str(int(part)) for part in (first, *others)]


@lru_cache(maxsize=20_000)
def _number_of(word: str) -> str | None:
    """The number that a folded word says: "zeven", "vierentwintig", "derde", "driejarige"; None for other words."""
    if word in _WORDS:
        return _WORDS[word]
    if word in _ORDINALS:
        return _ORDINALS[word]
    if match := _LARGE_NL.fullmatch(word):
        count, rest = (_number_of(match[name]) if match[name] else "" for name in ("count", "rest"))
        if count is None or rest is None:
            return None
        return str(int(count or 1) * (1000 if match["large"] == "duizend" else 100) + int(rest or 0))
    if match := _COMPOUND_NL.match(word):
        rest = word[match.end() :]
        return str(_UNITS[match[1]] + _TENS[match[2]]) if not rest or rest in _TAILS else None
    for tail in _TAILS:
        if word.endswith(tail) and word.removesuffix(tail) in _WORDS:
            return _WORDS[word.removesuffix(tail)]
    return None


class Family(NamedTuple):
    """Words that say one thing."""

    said: re.Pattern[str]
    """What in a statement says it; on folded text."""
    held: re.Pattern[str]
    """What in a source bears it out."""


def _family(said: str, held: str = "") -> Family:
    return Family(re.compile(rf"(?<!\w)(?:{said})(?!\w)"), re.compile(held or rf"(?<!\w)(?:{said})(?!\w)"))


_MONTHS = (
    "januari|january", "februari|february", "maart|march", "april", "juni|june", "juli|july", "augustus|august",
    "september", "oktober|october", "november", "december",
)  # fmt: skip
MEASURES = (
    _family("jaar|jaren|years?|annual|jaarlijks", "jaar|jaren|jarig|jarige|year"),
    _family("maand|maanden|months?", "maand|month"),
    _family("week|weken|weeks?", "week|weken"),
    _family("dag|dagen|days?", "dag(?:en|s|e|deel|delen)?\\b|days?\\b"),
    _family("uur|uren|hours?", "uur|uren|hour"),
    _family("minuut|minuten|minutes?", "minu"),
    _family("euro|euros?|€", "euro|€"),
    _family("procent|percent|%", "procent|percent|%"),
    _family("duizend|thousand", "duizend|thousand|\\d[.,]?000"),
    _family("miljoen|million", "miljoen|million"),
    _family("miljard|billion", "miljard|billion"),
    _family("half|halve|helft|anderhalf|anderhalve", "half|halve|helft|[.,]5|½"),
    *(_family(month) for month in _MONTHS),
)
"""Units, magnitudes and months ("mei" and "may" are left out: the English verb cannot be told from the month)."""
STRENGTHS = (
    _family("altijd|steeds|always|ever", "altijd|steeds|telkens|always|immer"),
    _family(
        "alle|alles|iedere?|elke?|iedereen|all|every|everyone",
        r"\b(?:al|alle|alles|allen|ieder\w*|elke?|all|every\w*|each|beide)\b",
    ),
    _family("alleen|slechts|uitsluitend|enkel|only|exclusively", "alleen|slechts|uitsluitend|enkel|only|exclusie|pas"),
    _family(
        "moet|moeten|verplicht|verplichte|must|required|mandatory|obligatory",
        "moet|moest|dient|dienen|verplicht|eis|vereis|nodig|must|requir",
    ),
    _family(
        "minimaal|minstens|tenminste|ten minste|at least|minimum",
        "minim|minstens|tenminste|ten minste|at least|vanaf",
    ),
    _family("maximaal|hoogstens|ten hoogste|at most|maximum", r"maxim|hoogstens|ten hoogste|at most|\btot\b"),
    _family("gratis|kosteloos|kosteloze|free of charge", "gratis|kostel|geen kosten|vrij van kosten|free of charge"),
)
"""Words that make a statement stronger; a source that lacks them does not bear it out."""
_TENTATIVE = re.compile(
    r"(?<!\w)(?:misschien|wellicht|mogelijkerwijs|waarschijnlijk|vermoedelijk|naar verwachting|verwacht(?:en)?|"
    r"beoogde?|geplande?|voornemens?|streeft|streven|hoopt|hopen|zou|zouden)(?!\w)"
)
_DOUBTS = re.compile(
    r"(?<!\w)(?:misschien|wellicht|mogelijk|mogelijkerwijs|waarschijnlijk|vermoedelijk|verwacht(?:en|ing)?|beoogde?|"
    r"geplande?|plan|plannen|voornemens?|streven|streeft|hoopt|hopen|zou|zouden|kan|kunnen|perhaps|possibly|possible|"
    r"probably|likely|expect(?:ed|s)?|planned|plans?|intend(?:s|ed)?|aims?|hopes?|would|may|might|could|can)(?!\w)"
)
_NEGATION = re.compile(
    r"(?<!\w)(?:niet|geen|nooit|niemand|niets|nergens|zonder|noch|not|no|never|without|none|nobody|nothing|cannot|nor)"
    r"(?!\w)|n['’]t\b"
)
_NO_NEGATION = re.compile(r"(?<!\w)(?:niet alleen|niet enkel|niet slechts|not only|not just)(?!\w)")


def lost_measure(statement: str, source: str) -> str:
    """The unit, magnitude or month that a statement names and its source does not; empty where there is none."""
    return _lost(MEASURES, statement, source)


def gained_strength(statement: str, source: str) -> str:
    """The word by which a statement is stronger than its source; empty where there is none."""
    return _lost(STRENGTHS, statement, source)


def _lost(families: tuple[Family, ...], statement: str, source: str) -> str:
    said, held = fold(statement), fold(source)
    for family in families:
        if (match := family.said.search(said)) and not family.held.search(held):
            return match.group()
    return ""


def lost_doubt(statement: str, source: str) -> str:
    """The word by which a source leaves something open that a statement says outright; empty where there is none."""
    match = _TENTATIVE.search(fold(source))
    return match.group() if match and not _DOUBTS.search(fold(statement)) else ""


def negates(text: str) -> bool:
    """Whether a text says that something is not so."""
    return _NEGATION.search(_NO_NEGATION.sub(" ", fold(text))) is not None
