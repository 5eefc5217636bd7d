"""Table rows as a reader understands them: each cell with the head of its column.

In the text of a document a table is lines with " | " between the cells, the same number of cells on each. Which line
holds the heads is not marked there; it is the first, where that looks like heads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD_WORDS = 8
_LABEL_WORDS = 3
_NUMBER = re.compile(r"^\W*\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    shown: str
    """The row in words: "Vak: Statistiek; EC: 5"; the cells as they stand where the table has no heads."""
    heads: str
    """The heads of the columns in which it has something."""
    names_columns: bool = False
    """Whether it holds the heads themselves."""
    line: int = 0
    """The line it stands on, from 0."""
    start: int = 0
    end: int = 0
    """From where to where in that line."""


def rows_of(lines: Sequence[str]) -> list[Row]:
    """The rows of one table, by its lines; of two tables side by side those of each, as their heads are the same."""
    table = [_cells(line) for line in lines]
    heads = _heads(table)
    labelled = heads is not None and not any(row[0] for row in table[1:])  # a label above, and nothing below it
    width = _repeated(heads[labelled:]) if heads else 0
    rows = []
    for place, (line, cells) in enumerate(zip(lines, table, strict=True)):
        whole = len(line) - len(line.lstrip()), len(line.rstrip())
        if heads is None:
            shown = _pair(cells) or " | ".join(cell for cell in cells if cell)
            rows.append(Row(shown, "", False, place, *whole))
        elif place == 0:
            rows.append(Row(" | ".join(cell for cell in cells if cell), "", True, place, *whole))
        else:
            for first, (start, end) in _beside(line, int(labelled), width):
                named = [(h, c) for h, c in zip(heads[first:][:width], cells[first:][:width], strict=False) if c]
                shown = "; ".join(f"{head}: {cell}" if head and head != cell else cell for head, cell in named)
                if named:
                    rows.append(Row(shown, " ".join(head for head, _ in named), False, place, start, end))
    return rows


def _repeated(heads: Sequence[str]) -> int:
    """After how many columns the heads begin anew; all of them where they do not."""
    for width in range(2, len(heads) // 2 + 1):
        if len(heads) % width == 0 and heads[0] and all(head == heads[i % width] for i, head in enumerate(heads)):
            return width
    return len(heads)


def _beside(line: str, first: int, width: int) -> list[tuple[int, tuple[int, int]]]:
    """The parts of a line of so many cells each, from a cell on: the first cell of a part, and where it stands."""
    bars = [-1, *(place for place, character in enumerate(line) if character == "|"), len(line)]
    found = []
    for at in range(first, len(bars) - 1, width):
        start, end = bars[at] + 1, bars[min(at + width, len(bars) - 1)]
        part = line[start:end]
        found.append((at, (start + len(part) - len(part.lstrip()), start + len(part.rstrip()))))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _heads(table: Sequence[Sequence[str]]) -> Sequence[str] | None:
    """The first row, where it names the columns; None where it is a row like the others."""
    if len(table) < 2 or any(len(row) != len(table[0]) for row in table):
        return None
    first = table[0]
    filled = [cell for cell in first if cell]
    if len(filled) < 2 or any(len(cell.split()) > _HEAD_WORDS or _NUMBER.match(cell) for cell in filled):
        return None
    if len(first) > 2:
        return first
    # of two columns the first is more often a label: "Naam | Jansen" names no column
    values = [row[1] for row in table[1:] if row[1]]
    numbers = sum(bool(_NUMBER.match(value)) for value in values)
    labels = all(len(cell.split()) <= _LABEL_WORDS for cell in filled)
    return first if values and labels and numbers > len(values) / 2 else None


def _pair(cells: Sequence[str]) -> str:
    """A label and its value, where a row is just that."""
    if len(cells) == 2 and all(cells) and len(cells[0].split()) <= _HEAD_WORDS:
        return f"{cells[0].rstrip(':')}: {cells[1]}"
    return ""
