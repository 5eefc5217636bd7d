"""The tables of Office files: as rows, or as paragraphs where a table only puts text in its place.

Many tables in letters, minutes and forms are no tables: their cells hold a label and what is filled in, or columns of
text. Which they are follows from how their cells are merged, filled and printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.blocks import Block, plain
from ingest.readers.office import Draft, finished


@dataclass(slots=True)
class Cell:
    """A cell of a table with what stands in it."""

    drafts: list[Draft] = field(default_factory=list)
    width: int = 1
    """In columns."""
    nested: bool = False
    """Holds a table of its own."""

    @property
    def text(self) -> str:
        """All visible text of the cell on one line."""
        return plain(" ".join(_in_cell(draft) for draft in self.drafts if draft.block.hidden is None))

    @property
    def bold(self) -> bool:
        """Whether all its text is bold."""
        return bool(self.drafts) and all(draft.bold for draft in self.drafts)

    @property
    def is_label(self) -> bool:
        """Whether it names what stands next to it: bold, with a colon, or a bare number like 1.2."""
        text = self.text
        if len(self.drafts) != 1 or len(text.split()) > 6:
            return False
        return self.bold or text.endswith(":") or not any(char.isalpha() for char in text)


Row = list["Cell | None"]
"""A cell for each column; None where a merged cell goes on."""


@dataclass(slots=True)
class Table:
    """A table with the same number of columns in each row."""

    rows: list[Row]
    has_heads: bool = False
    """Its first row is marked as heads."""


def table_drafts(table: Table) -> list[Draft]:
    """A table as rows, or as paragraphs where it only puts text in its place."""
    hidden = [d for row in table.rows for cell in row if cell for d in cell.drafts if d.block.hidden is not None]
    rows = _trimmed(table.rows)
    if not rows:
        return hidden
    out: list[Draft] = []
    while len(rows) > 2 and _filled(rows[0]) == 1 and _first(rows[0]).width >= len(rows[0]) > 1:
        out += _visible(_first(rows.pop(0)))
    rows = _trimmed(rows)
    if _is_layout(rows, table.has_heads):
        for row in rows:
            out += _flow([cell for cell in row if cell is not None and cell.text])
    else:
        out += [_row_draft(row, first=place == 0) for place, row in enumerate(rows)]
    return out + hidden


def _trimmed(rows: Sequence[Row]) -> list[Row]:
    """Without the rows and columns in which nothing stands."""
    filled = [row for row in rows if _filled(row)]
    if not filled:
        return []
    used = [i for i in range(len(filled[0])) if any((cell := row[i]) is not None and cell.text for row in filled)]
    kept: list[Row] = []
    for row in filled:
        kept.append([row[i] for i in used])
        for at, i in enumerate(used):
            cell = row[i]
            if cell is not None:
                following = used[at:]
                cell.width = sum(i <= column < i + cell.width for column in following)
    return kept


def _filled(row: Row) -> int:
    return sum(cell is not None and bool(cell.text) for cell in row)


def _first(row: Row) -> Cell:
    return next(cell for cell in row if cell is not None and cell.text)


def _visible(cell: Cell) -> list[Draft]:
    return [draft for draft in cell.drafts if draft.block.hidden is None]


def _row_draft(row: Row, first: bool) -> Draft:
    # a bar in a cell must not look like the border of one
    texts = ["" if cell is None else cell.text.replace("|", "¦") for cell in row]
    page = next((d.block.page for cell in row if cell for d in cell.drafts), None)
    return Draft(Block("row", " | ".join(texts), page=page, first=first), fixed=True)


def _in_cell(draft: Draft) -> str:
    block = finished(draft)
    if block.kind == "row":
        return re.sub(r"\s*\|\s*", " ", block.text)
    if block.kind != "item":
        return block.text
    return f"{block.ordinal}. {block.text}" if block.ordinal is not None else f"- {block.text}"


def _is_layout(rows: list[Row], has_heads: bool) -> bool:
    """Whether a table only puts text in its place."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return True
    cells = [cell for row in rows for cell in row if cell is not None and cell.text]
    words = sum(len(cell.text.split()) for cell in cells)
    nested = sum(len(cell.text.split()) for cell in cells if cell.nested)
    if 2 * nested > words:
        return True
    if has_heads:
        return False
    whole = max(sum(cell is not None for cell in row) for row in rows)
    irregular = sum(sum(cell is not None for cell in row) < whole for row in rows)
    captioned = sum(_has_caption(cell) for cell in cells)
    inner = [cell for row in rows[1:] for cell in row[1:] if cell is not None]
    headed = any(d.block.kind == "heading" for cell in inner for d in cell.drafts)
    return 2 * irregular >= len(rows) or 2 * captioned > len(cells) or headed or _is_form(rows)


def _has_caption(cell: Cell) -> bool:
    """Whether a cell begins with a bold line that names the text under it."""
    drafts = _visible(cell)
    return len(drafts) > 1 and drafts[0].bold and not drafts[1].bold and len(drafts[0].block.text.split()) <= 6


def _is_form(rows: list[Row]) -> bool:
    """Whether the cells are labels with what is filled in next to them."""
    if len(rows[0]) not in {2, 4}:
        return False
    for row in rows:
        labels, values = row[0::2], row[1::2]
        if row[0] is None or not row[0].is_label:
            return False
        if any(cell is not None and cell.text and not cell.is_label for cell in labels):
            return False
        if any(cell is not None and cell.text and cell.bold for cell in values):
            return False
    return any(any(char.isalpha() for char in _first(row).text) for row in rows)


def _flow(cells: list[Cell]) -> list[Draft]:
    """The cells of a row one after the other, a label in one paragraph with what it names."""
    out: list[Draft] = []
    label: Draft | None = None
    for cell in cells:
        drafts = _visible(cell)
        if _has_caption(cell):
            drafts = [_joined(drafts[0], drafts[1]), *drafts[2:]] if _is_text(drafts[1]) else drafts
        if label is not None and drafts and _is_text(drafts[0]):
            drafts = [_joined(label, drafts[0]), *drafts[1:]]
            out.pop()
        label = drafts[0] if cell.is_label and len(drafts) == 1 and _is_text(drafts[0]) and label is None else None
        out += drafts
    return out


def _is_text(draft: Draft) -> bool:
    return draft.block.kind == "paragraph" and draft.label is None


def _joined(label: Draft, text: Draft) -> Draft:
    return Draft(replace(label.block, text=f"{label.block.text} {text.block.text}"), fixed=True)
