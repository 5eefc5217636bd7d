"""What stands on a page for finding one's way and is no text: running heads, page numbers, tables of contents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.pdf.lines import Line
from ingest.pdf.shapes import Shapes
from ingest.pdf.tables import Table
from kb.language import fold

_LONG = 160
"""Characters; the end of a line is what tells, and patterns on a whole long one would take long."""
_EDGE = 0.16
"""The share of a page at its top and at its bottom where running heads and feet stand."""
_PLAY = 4.0
"""Points by which a running head may stand higher or lower on another page."""
_NUMBER = re.compile(r"\d+")
_PAGE_WORDS = re.compile(
    r"^[\W_]*(?:pagina|page|blz|pag|bladzijde|p)\W*\d+\W*(?:(?:van|of|/|uit)\W*\d+)?\W*$"
    r"|^\W*\d+\s*(?:van|of|/|\|)\s*\d+\W*$"
)
_BARE_NUMBER = re.compile(r"^[\s|–—-]*(\d{1,4})[\s|–—-]*$")
_CONTENTS = re.compile(
    r"^(?:\d+\.?\s+)?(?:inhoud|inhoudsopgave|inhoudsopgaaf|inhoudstafel|contents|table of contents)\s*:?$"
)
_LEADER = re.compile(r"(?:\.{3,}|(?:\s\.){3,}|…{2,}|_{5,}|·{4,})\s*(?:\d{1,4}|[ivxlc]{1,7})?$")
_ENDS_IN_NUMBER = re.compile(r"(?:^|\s)(?:\d{1,4}|[ivxlc]{1,5})$")


@dataclass(slots=True)
class PageLayout:
    """What stands on a page before it is read: its lines, its tables and its drawings."""

    number: int
    width: float
    height: float
    lines: list[Line]
    tables: list[Table]
    shapes: Shapes
    other: dict[int, list[Line]] = field(default_factory=dict)
    """Lines that run another way, by their quarter turns."""


def without_furniture(pages: Sequence[PageLayout]) -> None:
    """Take running heads and feet and page numbers off all pages."""
    found = _repeated(pages) | _page_numbers(pages)
    for page in pages:
        found |= {id(line) for line in page.lines if _is_marked(line, page)}
    for page in pages:
        drop = found - _inner(page, found)
        page.lines = [line for line in page.lines if id(line) not in drop]
        page.tables = [table for table in page.tables if id(table) not in drop]
        page.other = {
            way: kept for way, lines in page.other.items() if (kept := [li for li in lines if id(li) not in drop])
        }


def _inner(page: PageLayout, found: set[int]) -> set[int]:
    """What comes back at the head or foot of pages, but with text of the page between it and the edge."""
    items: list[Line | Table] = [*page.lines, *page.tables]
    text = [item for item in items if id(item) not in found]
    top = min((item.top for item in text), default=page.height)
    bottom = max((item.bottom for item in text), default=0.0)
    inner = set()
    for item in items:
        zone = _zone(item.top, item.bottom, page)
        play = 0.6 * (item.bottom - item.top)
        if (zone == "head" and item.top > top + play) or (zone == "foot" and item.bottom < bottom - play):
            inner.add(id(item))
    return inner


def _zone(top: float, bottom: float, page: PageLayout) -> str | None:
    if bottom <= _EDGE * page.height:
        return "head"
    return "foot" if top >= (1 - _EDGE) * page.height else None


def _is_marked(line: Line, page: PageLayout) -> bool:
    """Whether the file itself marks a line at the edge of its page as a running head or foot, or it says so."""
    if _zone(line.top, line.bottom, page) is None:
        return False
    if all(word.style.artifact for word in line.words):
        return True
    return bool(_PAGE_WORDS.match(fold(line.text[:_LONG])))


def _abstract(text: str) -> str:
    """A text with its numbers taken out; one of nothing but numbers stays as it is."""
    folded = fold(text)
    return _NUMBER.sub("#", folded) if any(char.isalpha() for char in folded) else folded


def _table_text(table: Table) -> str:
    return " ".join(line.text for cell in table.cells for line in cell.lines)


def _repeated(pages: Sequence[PageLayout]) -> set[int]:
    """The lines and tables that come back on other pages at the same height, numbers apart."""
    places: defaultdict[str, list[_Spot]] = defaultdict(list)
    for page in pages:
        for way, lines in [(0, page.lines), *page.other.items()]:
            for line in lines:
                zone = _zone(line.top, line.bottom, page) if way == 0 else f"turned {way}"
                places[_abstract(line.text)].append(_Spot(zone, line.base, line.left, page.number, id(line)))
        for table in page.tables:
            zone = _zone(table.top, table.bottom, page)
            places[_abstract(_table_text(table))].append(_Spot(zone, table.top, table.left, page.number, id(table)))
    found: set[int] = set()
    for spots in places.values():
        for zone in {spot.zone for spot in spots}:
            found |= _at_one_height([s for s in spots if s.zone == zone], len(spots), len(pages))
    return found


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a text stands: the edge it stands at, its height, its left end, its page."""

    zone: str | None
    y: float
    left: float
    page: int
    key: int


def _at_one_height(spots: list[_Spot], everywhere: int, pages: int) -> set[int]:
    """Those of some equal texts that stand at one height on enough pages, and hardly anywhere else."""
    found: set[int] = set()
    spots.sort(key=lambda spot: spot.y)
    start = 0
    for i in range(1, len(spots) + 1):
        if i < len(spots) and spots[i].y - spots[start].y <= _PLAY:
            continue
        run = spots[start:i]
        start = i
        on = {spot.page for spot in run}
        if run[0].zone is None:
            lefts = [spot.left for spot in run]
            enough = len(on) >= max(4, 0.6 * pages) and max(lefts) - min(lefts) < _PLAY
        else:
            enough = len(on) >= (2 if pages <= 5 else 3)
        # what comes back at many heights is a part of the text, such as a heading of every section
        if enough and everywhere - len(run) <= max(1, 0.5 * len(run)):
            found |= {spot.key for spot in run}
    return found


def _page_numbers(pages: Sequence[PageLayout]) -> set[int]:
    """Bare numbers at the edge of pages that count along with them, or that stand there alone at the very edge."""
    counting: defaultdict[int, list[int]] = defaultdict(list)
    alone: set[int] = set()
    for page in pages:
        for line in page.lines:
            match = _BARE_NUMBER.match(line.text[:_LONG])
            if match is None or _zone(line.top, line.bottom, page) is None:
                continue
            counting[int(match[1]) - page.number].append(id(line))
            if int(match[1]) == page.number and line.bottom >= max(li.bottom for li in page.lines):
                alone.add(id(line))
    steady = {key for keys in counting.values() if len(keys) >= 2 for key in keys}
    return steady | alone


def without_contents(pages: Sequence[PageLayout]) -> None:
    """Take tables of contents off the pages: rows with dot leaders, or under their heading and ending in a number."""
    inside = False
    rows_of = [_rows(page.lines) for page in pages]
    for at, (page, rows) in enumerate(zip(pages, rows_of, strict=True)):
        drop: set[int] = set()
        i = 0
        while i < len(rows):
            taken = 0
            if inside:
                taken = _entry(rows, i, rows_of[at + 1] if at + 1 < len(pages) else [])
                inside = taken > 0
            if not taken and _CONTENTS.match(fold(_text(rows[i])[:_LONG])) and _entries_follow(rows, i + 1):
                inside, taken = True, 1
            if not taken and _leaders_follow(rows, i):
                inside, taken = True, 1
            drop |= {id(line) for row in rows[i : i + taken] for line in row}
            i += max(1, taken)
        page.lines = [line for line in page.lines if id(line) not in drop]


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        if rows and line.base - rows[-1][0].base <= 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.left)
    return rows


def _text(row: Sequence[Line]) -> str:
    return " ".join(line.text for line in row)


def _is_entry(row: Sequence[Line]) -> bool:
    text = _text(row)[-_LONG:]
    return bool(_LEADER.search(text) or (_ENDS_IN_NUMBER.search(text) and len(text.split()) > 1))


def _entry(rows: Sequence[Sequence[Line]], i: int, after: Sequence[Sequence[Line]]) -> int:
    """How many rows an entry takes that begins at a row, 0 if none does; `after` are the rows of the next page."""
    for taken in range(1, 4):
        if i + taken > len(rows) or len(_text(rows[i + taken - 1]).split()) > 18:
            break
        if _is_entry(rows[i + taken - 1]):
            return taken
        if i + taken < len(rows) and rows[i + taken][0].base - rows[i + taken - 1][0].base > 2.6 * rows[i][0].size:
            break
    # the name of a part may stand among the entries without a number
    following = [*rows[i + 1 : i + 5], *after[: max(0, 5 - len(rows) + i)]]
    entries = sum(_is_entry(row) for row in following[:4])
    return 1 if entries >= 3 and len(_text(rows[i]).split()) <= 18 else 0


def _entries_follow(rows: Sequence[Sequence[Line]], i: int) -> bool:
    """Whether most of the next rows are entries of a table of contents."""
    near = rows[i : i + 6]
    return len(near) > 0 and sum(_is_entry(row) for row in near) >= max(1, len(near) // 2)


def _leaders_follow(rows: Sequence[Sequence[Line]], i: int) -> bool:
    near = [bool(_LEADER.search(_text(row)[-_LONG:])) for row in rows[i : i + 5]]
    return near[:1] == [True] and sum(near) >= min(3, len(rows) - i) and sum(near) >= 2


def is_contents_heading(text: str) -> bool:
    """Whether a text is the heading of a table of contents."""
    return bool(_CONTENTS.match(fold(text[:_LONG])))
