"""Tables of a web page: which hold data and which only put text in its place, and the rows of those with data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.readers.html_tree import role, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_COLUMNS = 100
_MAX_FILLED = 1_000_000
"""Places that the cells of a table may fill."""
_LONG_CELL = 300
_INNER = ("h1", "h2", "h3", "h4", "h5", "h6", "article", "section", "main", "nav")


@dataclass(slots=True)
class _Row:
    cells: list[str]
    is_head: bool
    """Every cell of it is a head."""
    has_head: bool
    """Its first cell is the head of the row."""
    is_single: bool
    """One cell goes over all its columns."""


def is_data(table: _Element) -> bool:
    """Whether a table holds data in rows and columns."""
    if role(table) in {"presentation", "none"}:
        return False
    lines = [_cells(line) for line in _lines(table)]
    lines = [line for line in lines if line]
    if len(lines) < 2 or max(len(line) for line in lines) < 2:
        return False
    has_heads = any(cell.tag == "th" for line in lines for cell in line)
    inner = list(table.iterdescendants("table"))
    if inner:
        nested = sum(len(words(each)) for each in inner)
        deeper = any(next(each.iterdescendants("table"), None) is not None for each in inner)
        return has_heads and not deeper and 2 * nested < len(words(table))
    if has_heads:
        return True
    if next(table.iterdescendants(*_INNER), None) is not None:
        return False
    lengths = sorted(len(words(cell)) for line in lines for cell in line)
    return lengths[-1] > 0 and lengths[len(lengths) * 3 // 4] <= _LONG_CELL


def rows(table: _Element, cell_text: Callable[[_Element], str]) -> list[Block]:
    """A table as rows of as many cells each; `cell_text` gives the text of a cell.

    A cell over several rows stands in each of them, so that a row can be quoted alone; one over several columns
    stands in the first, but as the head of several columns in each. Heads in more than one row become one row.
    A table of names and values without heads of columns reads as a list.
    """
    grid = _without_empty(_grid(table, cell_text))
    before = _caption(table, cell_text)
    while len(grid) > 2 and grid[0].is_single:
        before.append(Block("paragraph", grid.pop(0).cells[0]))
    heads = 0
    while heads < min(len(grid) - 1, 4) and grid[heads].is_head:
        heads += 1
    if not heads and grid and len(grid[0].cells) == 2 and all(row.has_head for row in grid):
        return before + [Block("item", _named(*row.cells)) for row in grid]
    lines = [row.cells for row in grid]
    if heads > 1:
        lines = [_merged(lines[:heads]), *lines[heads:]]
    if lines and len(lines[0]) == 1:
        return before + [Block("paragraph", line[0]) for line in lines]
    return before + [Block("row", " | ".join(line), first=place == 0) for place, line in enumerate(lines)]


def _caption(table: _Element, cell_text: Callable[[_Element], str]) -> list[Block]:
    caption = next((child for child in table if child.tag == "caption"), None)
    text = cell_text(caption) if caption is not None else ""
    return [Block("paragraph", text)] if text else []


def _lines(table: _Element) -> list[_Element]:
    """The rows of a table, not those of tables in it: the head first and the foot last."""
    order: dict[str, list[_Element]] = {"thead": [], "tbody": [], "tfoot": []}
    for child in table:
        if child.tag == "tr":
            order["tbody"].append(child)
        elif child.tag in order:
            order[child.tag] += [line for line in child if line.tag == "tr"]
    return [*order["thead"], *order["tbody"], *order["tfoot"]]


def _cells(line: _Element) -> list[_Element]:
    return [cell for cell in line if cell.tag in {"td", "th"}]


def _span(cell: _Element, name: str, most: int) -> int:
    value = cell.get(name, "").strip()
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        return 1
    return min(int(value) or most, most)


def _grid(table: _Element, cell_text: Callable[[_Element], str]) -> list[_Row]:
    lines = [cells for line in _lines(table) if (cells := _cells(line))]
    grid: list[dict[int, str]] = [{} for _ in lines]
    marks: list[tuple[bool, bool, bool]] = []
    room = _MAX_FILLED
    for at, cells in enumerate(lines):
        is_head = all(cell.tag == "th" for cell in cells) or _stands_in_head(cells[0])
        marks.append((is_head, cells[0].tag == "th", len(cells) == 1 and not grid[at]))
        column = 0
        for cell in cells:
            while column in grid[at]:
                column += 1
            width = _span(cell, "colspan", max(1, _MAX_COLUMNS - column)) if room > 0 else 1
            height = _span(cell, "rowspan", len(lines) - at) if room > width else 1
            height = max(1, min(height, room // width))
            room -= width * height
            text = " ".join(cell_text(cell).replace("|", "¦").split())
            for below in range(at, at + height):
                for right in range(column, column + width):
                    grid[below].setdefault(right, text if is_head or right == column else "")
            column += width
    columns = 1 + max((column for line in grid for column in line), default=0)
    return [
        _Row([line.get(column, "") for column in range(columns)], *mark)
        for line, mark in zip(grid, marks, strict=True)
    ]  # fmt: skip


def _stands_in_head(cell: _Element) -> bool:
    return bool(next(cell.iterancestors("thead", "table")).tag == "thead")


def _without_empty(grid: list[_Row]) -> list[_Row]:
    """Without the rows and columns in which nothing stands."""
    filled = [row for row in grid if any(row.cells)]
    used = [i for i in range(len(filled[0].cells)) if any(row.cells[i] for row in filled)] if filled else []
    return [_Row([row.cells[i] for i in used], row.is_head, row.has_head, row.is_single) for row in filled]


def _merged(heads: list[list[str]]) -> list[str]:
    """Rows of heads as one: of each column what stands in them from the top down, nothing twice."""
    return [" ".join(dict.fromkeys(text for text in column if text)) for column in zip(*heads, strict=True)]


def _named(name: str, value: str) -> str:
    if not name or not value:
        return name or value
    return f"{name} {value}" if name.endswith((":", "?", ".", "!")) else f"{name}: {value}"
