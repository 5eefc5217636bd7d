"""Tables whose rows are drawn and whose columns are not: stripes of colour, or lines between the rows only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf.lines import Line
from ingest.pdf.shapes import Shapes
from ingest.pdf.tables import Cell, Table

_NEAR = 3.0
"""Points by which the ends of stripes or lines of one table may differ."""
_MOST_WHITE = 8.0
"""Points between two stripes."""
_LEAST_WIDTH = 120.0
_MOST_BANDS = 400
_TALLEST = 420.0


@dataclass(frozen=True, slots=True)
class _Band:
    """Where one row is drawn."""

    left: float
    right: float
    top: float
    bottom: float


def banded_tables(shapes: Shapes, lines: Sequence[Line], page: int) -> tuple[list[Table], list[Line]]:
    """The tables that stripes or lines make of some lines of a page, and the other lines."""
    rest = list(lines)
    tables: list[Table] = []
    for stack in (*_stacks(_stripes(shapes), _MOST_WHITE), *_stacks(_between(shapes), 1.0)):
        table = _table(stack, rest, page)
        if table is not None:
            used = {id(line) for cell in table.cells for line in cell.lines}
            rest = [line for line in rest if id(line) not in used]
            tables.append(table)
    return tables, rest


def _stripes(shapes: Shapes) -> list[_Band]:
    found = {
        (round(r.left), round(r.right), round(r.top), round(r.bottom)): _Band(r.left, r.right, r.top, r.bottom)
        for r in shapes.rects[: 4 * _MOST_BANDS]
        if r.right - r.left >= _LEAST_WIDTH and 8 < r.bottom - r.top < _TALLEST
    }
    return list(found.values())[:_MOST_BANDS]


def _between(shapes: Shapes) -> list[_Band]:
    """The places between lines of one width that stand below each other."""
    rulings = sorted(r for r in shapes.level[: 4 * _MOST_BANDS] if r[2] - r[1] >= _LEAST_WIDTH)[:_MOST_BANDS]
    by_ends: list[list[tuple[float, float, float]]] = []
    for ruling in rulings:
        for group in by_ends:
            if abs(group[0][1] - ruling[1]) <= _NEAR and abs(group[0][2] - ruling[2]) <= _NEAR:
                group.append(ruling)
                break
        else:
            by_ends.append([ruling])
    bands = []
    for group in by_ends:
        for (y0, left, right), (y1, _, _) in pairwise(group):
            if 8 < y1 - y0 < _TALLEST:
                bands.append(_Band(left, right, y0, y1))
    return bands


def _stacks(bands: list[_Band], most_white: float) -> list[list[_Band]]:
    """Bands of one width that follow each other downwards, two or more."""
    stacks: list[list[_Band]] = []
    for band in sorted(bands, key=lambda b: b.top):
        for stack in stacks:
            last = stack[-1]
            beside = abs(last.left - band.left) <= _NEAR and abs(last.right - band.right) <= _NEAR
            if beside and -2 <= band.top - last.bottom <= most_white:
                stack.append(band)
                break
        else:
            stacks.append([band])
    return [stack for stack in stacks if len(stack) >= 2]


def _inside(line: Line, band: _Band) -> bool:
    middle = line.base - 0.3 * line.size
    return band.top <= middle <= band.bottom and line.right > band.left and line.left < band.right


def _table(stack: list[_Band], lines: Sequence[Line], page: int) -> Table | None:
    rows = [[line for line in lines if _inside(line, band)] for band in stack]
    rows = [row for row in rows if row]
    inside = [line for row in rows for line in row]
    left, right = stack[0].left, stack[0].right
    if len(rows) < 2 or any(line.left < left - _NEAR or line.right > right + _NEAR for line in inside):
        return None
    borders = _borders(inside)
    beside = sum(len({_column(line, borders) for line in row}) > 1 for row in rows)
    if not borders or beside < max(2, len(rows) / 2):
        return None
    head = _head(stack[0], inside, lines, borders)
    if head:
        rows.insert(0, head)
    return _filled(rows, (left, *borders, right), page)


def _borders(lines: Sequence[Line]) -> list[float]:
    """Where the columns part: the middle of each white that runs through all lines.

    A white may be narrow where several lines begin right after it, as bullets do.
    """
    borders = []
    end = None
    starts = Counter(round(line.left) for line in lines)
    for line in sorted(lines, key=lambda line: line.left):
        together = starts[round(line.left)] >= 3
        if end is not None and line.left - end > (0.15 if together else 0.7) * line.size:
            borders.append((end + line.left) / 2)
        end = line.right if end is None else max(end, line.right)
    return borders


def _column(line: Line, borders: Sequence[float]) -> int:
    return sum(line.left >= border for border in borders)


def _head(band: _Band, inside: list[Line], lines: Sequence[Line], borders: list[float]) -> list[Line]:
    """The names of the columns, where they stand right above the first row."""
    used = {id(line) for line in inside}
    above = [
        line for line in lines
        if id(line) not in used and 0 <= band.top - line.base <= 2 * line.size
        and band.left - _NEAR <= line.left and line.right <= band.right + _NEAR
    ]  # fmt: skip
    columns = {_column(line, borders) for line in above}
    crossing = any(line.left < border < line.right for line in above for border in borders)
    return above if len(columns) > 1 and not crossing else []


def _filled(rows: Sequence[Sequence[Line]], edges: tuple[float, ...], page: int) -> Table:
    cells: dict[tuple[int, int], Cell] = {}
    for i, row in enumerate(rows):
        for line in sorted(row, key=lambda line: (line.base, line.left)):
            column = _column(line, edges[1:-1])
            cell = cells.setdefault(
                (i, column), Cell(i, column, edges[column], line.top, edges[column + 1], line.bottom)
            )
            cell.lines.append(line)
            cell.bottom = line.bottom
    found = [cells[place] for place in sorted(cells)]
    top, bottom = min(cell.top for cell in found), max(cell.bottom for cell in found)
    return Table(len(rows), len(edges) - 1, found, edges[0], top, edges[-1], bottom, edges, page=page)
