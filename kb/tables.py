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


def rows_of(lines: Sequence[str]) -> list[Row]:
    """The rows of one table, by its lines."""
    table = [_cells(line) for line in lines]
    heads = _heads(table)
    rows = []
    for place, cells in enumerate(table):
        if heads is None:
            rows.append(Row(_pair(cells) or " | ".join(cell for cell in cells if cell), ""))
        elif place == 0:
            rows.append(Row(" | ".join(cell for cell in cells if cell), "", names_columns=True))
        else:
            named = [(head, cell) for head, cell in zip(heads, cells, strict=False) if cell]
            shown = "; ".join(f"{head}: {cell}" if head and head != cell else cell for head, cell in named)
            rows.append(Row(shown, " ".join(head for head, _ in named)))
    return rows


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
