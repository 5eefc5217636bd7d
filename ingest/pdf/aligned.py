"""Tables without rulings: short texts that stand in columns, row beside row.

Columns of running text look much the same, so a table needs rows that begin together and cells that are short;
where in doubt, it is text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ingest.pdf.lines import Line
from ingest.pdf.tables import Cell, Table

_SHORT_CELL = 7
"""Words; in a table without rulings all columns but one have cells no longer than this, by and large."""


def aligned_table(lines: Sequence[Line], gutters: Sequence[tuple[float, float]]) -> Table | None:
    """The table that lines in columns make, or None where they are text."""
    borders = [(a + b) / 2 for a, b in gutters]
    columns: list[list[Line]] = [[] for _ in range(len(borders) + 1)]
    for line in sorted(lines, key=lambda line: line.base):
        columns[sum(line.left >= border for border in borders)].append(line)
    if sum(_is_prose(column) for column in columns) > 1 or any(_has_headings(column) for column in columns):
        return None
    bands = _baselines(lines)
    starts = _row_starts(bands, borders)
    if len(starts) < 3 or not _is_regular(bands, starts, borders) or not _is_short(columns, len(starts)):
        return None
    return _table(bands, starts, borders)


def _is_prose(column: Sequence[Line]) -> bool:
    """Whether lines are running text: most go on in the next one."""
    if len(column) < 4:
        return False
    goes_on = sum(
        b.text[:1].islower() and a.text[-1:] not in ".!?:;" and b.base - a.base < 2.2 * a.size
        for a, b in pairwise(column)
    )
    widest = max(line.right for line in column) - min(line.left for line in column)
    fill = float(np.median([(line.right - line.left) / max(widest, 1.0) for line in column]))
    words = float(np.median([len(line.words) for line in column]))
    return goes_on >= 0.3 * (len(column) - 1) and fill >= 0.6 and words >= 3


def _has_headings(column: Sequence[Line]) -> bool:
    """Whether lines that stand out have others below them that do not, time and again."""
    parts = sum((a.bold and not b.bold) or a.size > 1.1 * b.size for a, b in pairwise(column))
    return parts > max(1, 0.1 * len(column))


def _baselines(lines: Sequence[Line]) -> list[list[Line]]:
    bands: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if bands and line.base - bands[-1][0].base <= 0.35 * line.size:
            bands[-1].append(line)
        else:
            bands.append([line])
    return bands


def _column(line: Line, borders: Sequence[float]) -> int:
    return sum(line.left >= border for border in borders)


def _row_starts(bands: Sequence[Sequence[Line]], borders: Sequence[float]) -> list[int]:
    """The bands with which a row begins: after white, or with text in two columns that does not go on from above."""
    steps = [b[0].base - a[0].base for a, b in pairwise(bands)]
    leading = float(np.percentile(steps, 20)) if steps else 0.0
    starts = [0]
    for i, band in enumerate(bands[1:], start=1):
        columns = {_column(line, borders) for line in band}
        parted = steps[i - 1] > 1.3 * leading
        goes_on = all(line.text[:1].islower() for line in band)
        if 0 in columns and (len(columns) > 1 or parted) and not (goes_on and not parted):
            starts.append(i)
    return starts


def _is_regular(bands: Sequence[Sequence[Line]], starts: Sequence[int], borders: Sequence[float]) -> bool:
    """Whether rows begin in several columns at once, by and large."""
    together = sum(len({_column(line, borders) for line in bands[i]}) > 1 for i in starts)
    return together >= 0.7 * len(starts) and together >= 3


def _is_short(columns: Sequence[Sequence[Line]], rows: int) -> bool:
    lengths = sorted(sum(len(line.words) for line in column) / rows for column in columns)
    return all(length <= _SHORT_CELL for length in lengths[:-1]) and lengths[-1] <= 60


def _table(bands: Sequence[Sequence[Line]], starts: Sequence[int], borders: Sequence[float]) -> Table:
    lines = [line for band in bands for line in band]
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    edges = (left, *borders, right)
    cells: dict[tuple[int, int], Cell] = {}
    row = -1
    for i, band in enumerate(bands):
        row += i in starts
        for line in sorted(band, key=lambda line: line.left):
            column = _column(line, borders)
            cell = cells.setdefault(
                (row, column), Cell(row, column, edges[column], line.top, edges[column + 1], line.bottom)
            )
            cell.bottom = line.bottom
            cell.lines.append(line)
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    found = [cells[place] for place in sorted(cells)]
    return Table(row + 1, len(edges) - 1, found, left, top, right, bottom, edges, ruled=False)
