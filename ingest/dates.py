"""Dates and periods as they are written in Dutch and English documents."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

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
_PERIOD = re.compile(
    rf"\b(?:(?:studie|school|college|academisch )jaar|academic year|periode|period|looptijd|van|from)?:? ?"
    rf"(?P<from>{_YEAR})\s?(?:[-–/]|t/m|tot en met|tot|to|until)\s?(?P<to>{_YEAR}|\d\d)(?![\d-])"
    rf"|\b(?P<since>vanaf|sinds|since) (?P<start>{_YEAR})(?!\d)",
    re.IGNORECASE,
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


def _exists(date: str) -> bool:
    try:
        datetime.date.fromisoformat(date if len(date) == 10 else f"{date}-01")
    except ValueError:
        return False
    return True
