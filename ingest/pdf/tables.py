"""Tables with rulings: the grid that the lines make, and the words in its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.pdf.lines import Line, Word, lines_of
from ingest.pdf.shapes import Rect, Shapes

_NEAR = 3.0
"""Points that rulings may miss each other by."""
_MOST_RULINGS = 3000
_LEAST_ROWS = 3
"""Fewer lines say nothing about how a cell would fall apart in rows."""
_LAYOUT_WORDS = 90
"""In a cell; where cells hold more on average, the lines lay out a page."""

Ruling = tuple[float, float, float]
"""The place across its direction, and its two ends."""


@dataclass(slots=True)
class Cell:
    """A cell of a table; it may run over several rows or columns."""

    row: int
    column: int
    left: float
    top: float
    right: float
    bottom: float
    words: list[Word] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A grid of cells; every row has a text, maybe empty, for each column."""

    rows: int
    columns: int
    cells: list[Cell]
    left: float
    top: float
    right: float
    bottom: float
    edges: tuple[float, ...]
    """Where its columns begin and end."""
    row_edges: tuple[float, ...] = ()
    """Where its rows begin."""
    ruled: bool = True
    page: int = 0


def ruled_tables(shapes: Shapes) -> list[Table]:
    """The grids of two rows and columns or more that the rulings of a page make."""
    level = _merged([*shapes.level, *_edges(shapes.rects, level=True)])
    upright = _merged([*shapes.upright, *_edges(shapes.rects, level=False)])
    if len(level) * len(upright) > _MOST_RULINGS**2 / 4:
        return []
    found = []
    for some_level, some_upright in _connected(level, upright):
        table = _grid(some_level, some_upright)
        if table is not None:
            found.append(table)
    return found


def _edges(rects: Sequence[Rect], level: bool) -> list[Ruling]:
    """The edges of filled cells; pairs of cells that touch give the same edge twice, which is merged."""
    found: list[Ruling] = []
    for rect in rects[:_MOST_RULINGS]:
        if level:
            found += [(rect.top, rect.left, rect.right), (rect.bottom, rect.left, rect.right)]
        else:
            found += [(rect.left, rect.top, rect.bottom), (rect.right, rect.top, rect.bottom)]
    return found


def _merged(rulings: list[Ruling]) -> list[Ruling]:
    """Rulings in one line that touch, as one."""
    merged: list[Ruling] = []
    by_place: list[list[Ruling]] = []
    for ruling in sorted(rulings)[:_MOST_RULINGS]:
        if by_place and ruling[0] - by_place[-1][0][0] <= _NEAR:
            by_place[-1].append(ruling)
        else:
            by_place.append([ruling])
    for group in by_place:
        place = sum(r[0] for r in group) / len(group)
        group.sort(key=lambda r: r[1])
        start, end = group[0][1:]
        for _, a, b in group[1:]:
            if a <= end + _NEAR:
                end = max(end, b)
            else:
                merged.append((place, start, end))
                start, end = a, b
        merged.append((place, start, end))
    return merged


def _connected(level: list[Ruling], upright: list[Ruling]) -> list[tuple[list[Ruling], list[Ruling]]]:
    """The rulings in groups that touch."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, (y, left, right) in enumerate(level):
        for j, (x, top, bottom) in enumerate(upright):
            if left - _NEAR <= x <= right + _NEAR and top - _NEAR <= y <= bottom + _NEAR:
                parent[root(i)] = root(len(level) + j)
    groups: defaultdict[int, tuple[list[Ruling], list[Ruling]]] = defaultdict(lambda: ([], []))
    for i, ruling in enumerate(level):
        groups[root(i)][0].append(ruling)
    for j, ruling in enumerate(upright):
        groups[root(len(level) + j)][1].append(ruling)
    return list(groups.values())


def _places(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _grid(level: list[Ruling], upright: list[Ruling]) -> Table | None:
    """The table that a group of touching rulings makes, if it has two rows and two columns or more."""
    if not level or not upright:
        return None
    ys = _places([y for y, _, _ in level] + [end for _, a, b in upright for end in (a, b)])
    xs = _places([x for x, _, _ in upright] + [end for _, a, b in level for end in (a, b)])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or rows * columns > 20_000:
        return None
    return _with_spans(xs, ys, level, upright)


def _with_spans(xs: list[float], ys: list[float], level: list[Ruling], upright: list[Ruling]) -> Table | None:
    """The cells of a grid: neighbours without a ruling between them are one cell."""
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = list(range(rows * columns))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    right_of = _barriers(xs, ys, upright)
    below = _barriers(ys, xs, level)
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and (column + 1, row) not in right_of:
                parent[root(here + 1)] = root(here)
            if row + 1 < rows and (row + 1, column) not in below:
                parent[root(here + columns)] = root(here)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i in range(rows * columns):
        groups[root(i)].append(i)
    cells = []
    for members in groups.values():
        some_rows, some_columns = {i // columns for i in members}, {i % columns for i in members}
        first_row, first_column = min(some_rows), min(some_columns)
        cells.append(
            Cell(first_row, first_column, xs[first_column], ys[first_row], xs[max(some_columns) + 1],
                 ys[max(some_rows) + 1])
        )  # fmt: skip
    cells.sort(key=lambda c: (c.row, c.column))
    return Table(rows, columns, cells, xs[0], ys[0], xs[-1], ys[-1], tuple(xs), tuple(ys[:-1]))


def _barriers(across: list[float], along: list[float], rulings: list[Ruling]) -> set[tuple[int, int]]:
    """Where a ruling closes off a side of a cell: (the number of the line, the number of the cell along it)."""
    found = set()
    lengths: defaultdict[tuple[int, int], float] = defaultdict(float)
    for place, start, end in rulings:
        line = min(range(len(across)), key=lambda i: abs(across[i] - place))
        for i in range(len(along) - 1):
            overlap = min(end, along[i + 1]) - max(start, along[i])
            if overlap > 0:
                lengths[line, i] += overlap
    for (line, i), length in lengths.items():
        if length >= 0.6 * (along[i + 1] - along[i]):
            found.add((line, i))
    return found


def fill(table: Table, words: Sequence[Word], page: int) -> tuple[Table | None, list[Word]]:
    """Put words in the cells; gives the table, or None where it holds no table after all, and the words left over."""
    others: list[Word] = []
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        if not (table.left - 1 <= x <= table.right + 1 and table.top - 1 <= y <= table.bottom + 1):
            others.append(word)
            continue
        cell = next((c for c in table.cells if c.left <= x <= c.right and c.top <= y <= c.bottom), None)
        if cell is None:
            cell = min(table.cells, key=lambda c: abs((c.left + c.right) / 2 - x) + abs((c.top + c.bottom) / 2 - y))
        cell.words.append(word)
    trimmed = _without_empty(table)
    if trimmed is None:
        return None, list(words)
    for cell in trimmed.cells:
        cell.lines = lines_of(cell.words, page, 0, ())
    trimmed.page = page
    return trimmed, others


def _without_empty(table: Table) -> Table | None:
    """The table without rows and columns that only its lines make; None if no table is left."""
    filled = [cell for cell in table.cells if cell.words]
    rows = sorted({cell.row for cell in filled})
    columns = sorted({cell.column for cell in filled})
    if len(rows) < 2 or len(columns) < 2 or _is_layout(filled):
        return None
    row_of = {row: i for i, row in enumerate(rows)}
    column_of = {column: i for i, column in enumerate(columns)}
    for cell in filled:
        cell.row, cell.column = row_of[cell.row], column_of[cell.column]
    edges = (*(table.edges[c] for c in columns), table.edges[-1])
    tops = tuple(table.row_edges[row] for row in rows)
    return Table(len(rows), len(columns), filled, table.left, table.top, table.right, table.bottom, edges, tops)


def _is_layout(cells: list[Cell]) -> bool:
    """Whether boxes that touch only lay out a page: hardly any stand side by side, or they hold pages of text."""
    side_by_side: defaultdict[int, int] = defaultdict(int)
    for cell in cells:
        side_by_side[cell.row] += 1
    beside = sum(count > 1 for count in side_by_side.values())
    return beside < 2 or sum(len(cell.words) for cell in cells) > _LAYOUT_WORDS * len(cells)


def split_by_rows(table: Table) -> None:
    """Part cells that run over several rows and hold a line for each, where rulings between them are lacking."""
    bases = sorted({round(line.base) for cell in table.cells if _rows_of(cell, table) == 1 for line in cell.lines})
    if len(bases) < _LEAST_ROWS or not table.row_edges:
        return
    for cell in list(table.cells):
        lines = cell.lines
        if len(lines) < _LEAST_ROWS or _rows_of(cell, table) < _LEAST_ROWS:
            continue
        if sum(any(abs(line.base - base) <= _NEAR for base in bases) for line in lines) < 0.7 * len(lines):
            continue
        table.cells.remove(cell)
        for line in lines:
            _put(table, line)
    table.cells.sort(key=lambda c: (c.row, c.column))


def _rows_of(cell: Cell, table: Table) -> int:
    """How many rows of the table a cell runs over."""
    return sum(cell.top - _NEAR < edge < cell.bottom - _NEAR for edge in table.row_edges)


def _put(table: Table, line: Line) -> None:
    """Put the words of a line in the cells of its row and their columns."""
    row = max((i for i, edge in enumerate(table.row_edges) if edge < line.base - 0.3 * line.size), default=0)
    by_column: defaultdict[int, list[Word]] = defaultdict(list)
    for word in line.words:
        by_column[max((i for i, edge in enumerate(table.edges[:-1]) if edge < word.left + _NEAR), default=0)].append(
            word
        )
    for column, words in by_column.items():
        cell = next((cell for cell in table.cells if cell.row == row and cell.column == column), None)
        if cell is None:
            left, right = table.edges[column], table.edges[column + 1]
            cell = Cell(row, column, left, line.top, right, line.bottom)
            table.cells.append(cell)
        cell.lines.append(Line(words, line.page, line.base, line.size, line.turns))


def split_by_columns(table: Table) -> None:
    """Part cells that run over several columns and hold texts that stand in them, where rulings are lacking."""
    for cell in list(table.cells):
        inner = [edge for edge in table.edges if cell.left + _NEAR < edge < cell.right - _NEAR]
        columns = {sum(line.left + _NEAR > edge for edge in inner) for line in cell.lines}
        crossing = any(line.left + _NEAR < edge < line.right - _NEAR for line in cell.lines for edge in inner)
        if len(columns) < 2 or crossing:
            continue
        by_column: defaultdict[int, list[Line]] = defaultdict(list)
        for line in cell.lines:
            by_column[cell.column + sum(line.left + _NEAR > edge for edge in inner)].append(line)
        table.cells.remove(cell)
        for column, lines in by_column.items():
            edges = table.edges[column : column + 2]
            table.cells.append(Cell(cell.row, column, edges[0], cell.top, edges[-1], cell.bottom, lines=lines))
    table.cells.sort(key=lambda c: (c.row, c.column))
