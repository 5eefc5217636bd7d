"""The title of a document that nobody gave one: a heading or line of its first page, its properties, or its name.

A reader of a citation sees nothing of a document but this. It has to tell what kind of document it is and, of minutes
and yearly reports, which: four meetings of one committee otherwise have one title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.blocks import Assembly, Block
from kb.dates import dates_in, days_in, in_words
from kb.language import WORD, fold
from kb.types import Section
from kb.years import is_period, spans_in

_OPENING = 1500
"""So many characters are the beginning of a text without pages."""
_BEGINNING = 4000
"""In so many characters of a text its own period is looked for; further on other years are spoken of."""
_TELLING = 6
"""Letters of a word that tells what a document is, at least: "jaarverslag", "studiegids"."""
_LINE = 14
"""Words of a line of a title page, at most."""
_EARLY = 8
"""Such lines of a first page that may hold its title."""
_RUNNING = 25
"""Words of a paragraph of running text, at least: the title stands above the first."""
_EMPTY = frozenset(
    "inhoud inhoudsopgave factsheet voorwoord samenvatting colofon inleiding bijlage bijlagen rapport verslag notitie "
    "document presentatie brochure contents introduction summary foreword agenda titel title home welkom datum "
    "versie kenmerk betreft onderwerp contactpersoon leden aanwezig aanwezigen afwezig deelnemers auteur auteurs van "
    "aan opening mededelingen en vz departement notulist vergaderdatum vergaderplaats".split()
)
"""Words that could stand above any document."""
_SORTS = re.compile(
    r"(?:(?:concept|definitief|vastgesteld)[ -])?(?:notulen|besluitenlijst|agenda|notitie|memo|nota|draaiboek|"
    r"factsheet|bijlage \w+(?=:)|\w*(?:verslag|rapport|rapportage|handleiding|handreiking|studiegids|reglement|"
    r"jaarplan))\b(?! vorige)",
    re.IGNORECASE,
)
"""How a line begins that tells what sort of document it is."""
_NUMBERED = re.compile(r"\d+(?:\.\d+)*[.)]?\s")
_MEETING = re.compile(
    r"verslag|notulen|besluitenlijst|vergader|overleg|bijeenkomst|stuurgroep|klankbord|werkgroep|meeting|minutes",
    re.IGNORECASE,
)
_OF_MEETING = re.compile(
    r"\b(?:vergaderdatum|datum (?:van )?(?:de |het )?(?:vergadering|overleg|bijeenkomst)|"
    r"date of (?:the )?meeting)\D{0,40}$",
    re.IGNORECASE,
)
"""What stands before the day on which was met; "datum" by itself is the day of the minutes."""
_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<month>\d\d)[-_. ]?(?P<day>\d\d)(?!\d)"
    r"|(?<!\d)(?P<day2>\d{1,2})[-_. ](?P<month2>\d{1,2})[-_. ](?P<year2>(?:19|20)\d\d)(?!\d)"
)
_OF_DOWNLOAD = re.compile(r"[-_](?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,40}$")
"""The sum that a store of files puts behind a name."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a document is called, with where that stands."""

    text: str
    confidence: float
    start: int | None = None
    """The offset in its text; None where it is from the file's properties or name."""
    length: int = 0
    section: Section | None = None
    """The section that the title heads, where it is a heading."""


def title_of(told: str | None, laid: Assembly, kept: Sequence[Block], path: Path) -> Title:
    """The title of a document; `told`: by the file's properties, `kept`: the blocks of `laid`, `path`: for its name."""
    lines = list(_lines(kept))
    found = _heading(told, laid, kept)
    sort = next((line for line in lines[:_EARLY] if _SORTS.match(line) and not is_empty(line)), None)
    if sort is not None and (found is None or not _SORTS.match(found.text)):
        found = _with_sort(found, sort, laid)
    if found is None and told and not is_empty(told):
        found = Title(" ".join(told.split()), 0.5)
    if found is None:
        first = next((line for line in lines if not is_empty(line)), "")
        readable = _readable(path)
        found = Title(readable, 0.3) if not first else Title(first, 0.4, laid.text.find(first), len(first))
    text = _with_day(_with_period(found.text, laid.text), laid.text, path)
    return Title(text, found.confidence, found.start, found.length, found.section)


def end_of_opening(laid: Assembly) -> int:
    """Where the beginning of a text ends: with its first page, as far as that is short."""
    return min(laid.pages[0].end if laid.pages else _OPENING, 2 * _OPENING)


def is_empty(title: str) -> bool:
    """Whether a heading could stand above any document."""
    for date in [title[start:end] for _, start, end in dates_in(title)]:
        title = title.replace(date, " ")
    words = [word for word in WORD.findall(fold(title)) if not word.isdigit()]
    says = [word for word in words if word not in _EMPTY]
    return title.rstrip().endswith(":") or len("".join(words)) < 3 or not says


def _heading(told: str | None, laid: Assembly, kept: Sequence[Block]) -> Title | None:
    """The outermost heading of the first page that says something, where no running text stands before it."""
    headed = [section for section in laid.sections if section.headings]
    levels = [block.level for block in kept if block.kind == "heading" and block.text.strip()]
    if not headed:
        return None
    until = max(end_of_opening(laid), headed[0].start)
    candidates = [
        (level, section)
        for level, section in zip(levels, headed, strict=False)
        if section.start <= until and not is_empty(section.headings[-1]) and not _NUMBERED.match(section.headings[-1])
    ]
    if not candidates:
        return None
    level, section = min(candidates, key=lambda pair: (pair[0], pair[1].start))
    alone = levels.count(level) == 1 and level == min(levels)
    running = any(len(line.split()) >= _RUNNING for line in laid.text[: section.start].splitlines())
    if running and not alone:
        return None
    text = section.headings[-1]
    agrees = told is not None and fold(text) in fold(told)
    sure = 0.9 if agrees else 0.8 if section is headed[0] else 0.6
    return Title(text, sure, section.start, len(text), section)


def _lines(kept: Sequence[Block]) -> Iterator[str]:
    """The short lines that stand above the running text of the first page."""
    for block in kept:
        words = len(block.text.split())
        if words >= _RUNNING or (block.page or 1) > 1:
            return
        text = block.text.strip()
        if 0 < words <= _LINE and block.kind in {"heading", "paragraph"} and "@" not in text and text[-1] not in ".;,:":
            yield text


def _with_sort(found: Title | None, sort: str, laid: Assembly) -> Title:
    """The line that tells what sort of document it is, behind the heading above it, which it is then part of."""
    place = laid.text.find(sort)
    if found is None or found.start is None or place < found.start:
        return Title(sort, 0.6, place, len(sort))
    return Title(f"{found.text}: {sort}", found.confidence, found.start, found.length, found.section)


def _with_period(title: str, text: str) -> str:
    """A title with the period that the beginning of the text gives to a word of it: "jaarverslag 2023-2024"."""
    if spans_in(title):
        return title
    words = [word for word in WORD.findall(title) if len(word) >= _TELLING]
    for match in re.finditer(r"(?P<word>\w+) (?P<period>\d{4}\s?[-–/]\s?\d{2,4})\b", text[:_BEGINNING]):
        if is_period(match["period"]) and fold(match["word"]) in map(fold, words):
            return f"{title} {match['period']}"
    return title


def _with_day(title: str, text: str, path: Path) -> str:
    """A title of minutes with the day on which was met, as the text calls it, or else as the file's name has it."""
    if spans_in(title) or not _MEETING.search(f"{title} {path.stem}"):
        return title
    opening = text[:_BEGINNING]
    met = (
        date
        for date, start, end in dates_in(opening)
        if days_in(opening[start:end]) and _OF_MEETING.search(opening[:start])
    )
    day = next(met, None) or _day_in(path.stem)
    return f"{title}, {in_words(day)}" if day else title


def _day_in(name: str) -> str | None:
    """The one day that a file's name has: "2024_05_29_verslag", "verslag 29 mei 2024"."""
    found = set(days_in(re.sub(r"[-_]+", " ", name)))
    for match in _IN_NAME.finditer(name):
        year, month, day = (match[group] or match[f"{group}2"] for group in ("year", "month", "day"))
        found |= days_in(f"{year}-{int(month):02}-{int(day):02}")
    return found.pop() if len(found) == 1 else None


def _readable(path: Path) -> str:
    """A file name as a title: "20240306_verslag-v1" becomes "20240306 verslag v1"."""
    name = " ".join(re.sub(r"[-_.+]+", " ", _OF_DOWNLOAD.sub("", path.stem)).split())
    return name[:1].upper() + name[1:]
