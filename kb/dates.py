"""Dates and periods as they are written in Dutch and English documents.

The minutes of two meetings speak of the same things; what tells them apart is the day in their titles, as the year does
of reports (`kb/years.py`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

_NAMES = (
    "januari january", "februari february", "maart march", "april", "mei may", "juni june", "juli july",
    "augustus august", "september", "oktober october", "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"mrt": 3}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<![\d.-])(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|e)?[ -])?(?P<name>{_MONTH})\.?,?[ -](?P<year>{_YEAR})(?!\d)"
    rf"|\b(?P<name2>{_MONTH}) (?P<day2>\d{{1,2}}),? (?P<year2>{_YEAR})(?!\d)"
    rf"|(?<![\d.-])(?P<iso>{_YEAR}-\d\d-\d\d)(?!\d)"
    rf"|(?<![\d./-])(?P<day3>\d{{1,2}})[-/.](?P<month3>\d{{1,2}})[-/.](?P<year3>{_YEAR})(?!\d|[./-]\d)",
    re.IGNORECASE,
)
_FULL = len("2024-05-29")
_PERIOD = re.compile(
    rf"\b(?:(?:studie|school|college|academisch )jaar|academic year|periode|period|looptijd|van|from)?:? ?"
    rf"(?P<from>{_YEAR})\s?(?:[-–/]|t/m|tot en met|tot|to|until)\s?(?P<to>{_YEAR}|\d\d)(?![\d-])"
    rf"|\b(?P<since>vanaf|sinds|since) (?P<start>{_YEAR})(?!\d)",
    re.IGNORECASE,
)

_DAY_ALONE = re.compile(
    rf"(?<![\d.-])(?P<day>\d{{1,2}})(?:e|st|nd|rd|th)? (?P<name>{_MONTH})\b(?!\.?,? ?{_YEAR})", re.IGNORECASE
)


def dates_in(text: str) -> Iterator[tuple[str, int, int]]:
    """The dates of a text as `2024-03-06` or `2024-03`, each with its offsets; days that don't exist are left out."""
    for match in _DATE.finditer(text):
        name = match["name"] or match["name2"]
        year = match["year"] or match["year2"] or match["year3"]
        day = match["day"] or match["day2"] or match["day3"]
        month = _MONTHS[name.lower()] if name else int(match["month3"] or 0)
        date = match["iso"] or f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")
        if _exists(date):
            yield date, match.start(), match.end()


@lru_cache(maxsize=10_000)
def days_in(text: str) -> frozenset[str]:
    """The days that a text names in full, as `2024-05-29`."""
    return frozenset(date for date, _, _ in dates_in(text) if len(date) == _FULL)


def asked_days(text: str) -> frozenset[str]:
    """The days that a question names: in full, or as `-05-29` where it leaves the year out."""
    alone = {f"-{_MONTHS[one['name'].lower()]:02}-{int(one['day']):02}" for one in _DAY_ALONE.finditer(text)}
    return days_in(text) | alone


@lru_cache(maxsize=1_000)
def date_words(text: str) -> frozenset[str]:
    """The words, as they stand, of which the days that a question names are made."""
    places = [(start, end) for date, start, end in dates_in(text) if len(date) == _FULL]
    places += [match.span() for match in _DAY_ALONE.finditer(text)]
    return frozenset(word for start, end in places for word in re.findall(r"\w+", text[start:end]))


def same_day(asked: str, told: str) -> bool:
    """Whether a day that was asked for, perhaps without its year, is the one that is told."""
    return told.endswith(asked)


def of_a_document(asked: Collection[str], titles: Iterable[str]) -> frozenset[str]:
    """The days that were asked for of which some title is: others are those of events that documents tell of."""
    told = {day for title in titles for day in days_in(title)} if asked else set()
    return frozenset(one for one in asked if any(same_day(one, other) for other in told))


def is_of_other_days(asked: Collection[str], title: str, texts: Sequence[str] = ()) -> bool:
    """Whether a document is by its title of other days than were asked for, and `texts` from it name none of these."""
    told = days_in(title)
    if not asked or not told:
        return False
    named = told.union(*map(days_in, texts))
    return not any(same_day(one, other) for one in asked for other in named)


def periods_in(text: str) -> Iterator[tuple[str, int, int]]:
    """The periods of a text as `2024-2025` or `vanaf 2020`, each with its offsets."""
    for match in _PERIOD.finditer(text):
        if match["since"]:
            yield f"vanaf {match['start']}", match.start(), match.end()
            continue
        first, last = match["from"], match["to"]
        whole = last if len(last) == 4 else first[:2] + last
        if int(first) < int(whole) <= int(first) + 20:
            yield f"{first}-{whole}", match.start(), match.end()


def in_words(date: str) -> str:
    """A full date as a Dutch reader writes it: "29 mei 2024"."""
    year, month, day = date.split("-")
    return f"{int(day)} {_NAMES[int(month) - 1].split()[0]} {year}"


def _exists(date: str) -> bool:
    try:
        datetime.date.fromisoformat(date if len(date) == _FULL else f"{date}-01")
    except ValueError:
        return False
    return True
