"""A page as pdfium has it to what stands on it: lines, tables and drawings, not yet in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.banded import banded_tables
from ingest.pdf.columns import reading_order
from ingest.pdf.furniture import PageLayout
from ingest.pdf.geometry import View
from ingest.pdf.glyphs import SKEWED, PageGlyphs
from ingest.pdf.ligatures import LostLetters
from ingest.pdf.lines import Line, Word, lines_of, words_of
from ingest.pdf.marks import is_lone_mark, split_bullet
from ingest.pdf.shapes import Shapes
from ingest.pdf.tables import Table, fill, ruled_tables, split_by_columns, split_by_rows

_MOST_DOTS = 300
"""More small shapes on a page are a drawing."""
_MARK_GAP = 7.0
"""In units of the type size: the most white between a bullet or number and the text of its item."""


def lay_out(page: PageGlyphs, chosen: NDArray[np.bool_], shapes: Shapes, first: int, lost: LostLetters) -> PageLayout:
    """The lines and tables that the chosen glyphs of a page make."""
    by_way = words_of(page, chosen, first, lost)
    return laid_out(by_way, page.number, page.view, shapes)


def laid_out(by_way: dict[int, list[Word]], number: int, view: View, shapes: Shapes) -> PageLayout:
    """The lines and tables that words make; most of them read one way, which is taken as level."""
    level = max(by_way, key=lambda way: (way != SKEWED, len(by_way[way])), default=0)
    words = by_way.get(level, [])
    tables: list[Table] = []
    if level == 0:
        for table in ruled_tables(shapes):
            filled, words = fill(table, words, number)
            if filled is not None:
                split_by_rows(filled)
                split_by_columns(filled)
                for cell in filled.cells:
                    cell.lines = _cell_lines(cell.lines)
                tables.append(filled)
    lines = _with_marks(lines_of(words, number, level, shapes.upright if level == 0 else ()))
    if level == 0:
        _see_bullets(lines, shapes)
        more, lines = banded_tables(shapes, lines, number)
        tables += more
    other = {way: lines_of(found, number, way, ()) for way, found in by_way.items() if way != level}
    width, height = (view.height, view.width) if level in (1, 3) else (view.width, view.height)
    return PageLayout(number, width, height, lines, tables, shapes if level == 0 else Shapes(), other)


def _see_bullets(lines: Sequence[Line], shapes: Shapes) -> None:
    """Note before which lines a bullet is drawn as a shape."""
    if not 0 < len(shapes.dots) <= _MOST_DOTS:
        return
    places = np.array(shapes.dots)
    for line in lines:
        apart = line.left - places[:, 0]
        middle = line.base - 0.3 * line.size
        line.bullet = bool(
            ((apart > 0) & (apart < 2 * line.size) & (abs(places[:, 1] - middle) < 0.3 * line.size)).any()
        )


def _cell_lines(lines: list[Line]) -> list[Line]:
    """The lines of a cell in the order in which they are read; it may hold columns of its own."""
    if all(a.base < b.base for a, b in pairwise(lines)):
        return lines
    result: list[Line] = []
    for element in reading_order(lines, [], [], 0.0):
        result += [element] if isinstance(element, Line) else [li for cell in element.cells for li in cell.lines]
    return result


def _with_marks(lines: Sequence[Line]) -> list[Line]:
    """The lines with bullets and numbers that stand apart joined to the text of their item."""
    result: list[Line] = []
    for line in lines:
        last = result[-1] if result else None
        if last is not None and last.base == line.base and is_lone_mark(last.words) and _is_near(last, line):
            result[-1] = Line([*last.words, *line.words], line.page, line.base, line.size, line.turns)
            continue
        line.words = split_bullet(line.words)
        result.append(line)
    return result


def _is_near(mark: Line, line: Line) -> bool:
    """Whether a mark belongs to a line; the number of a section may stand far out in the margin."""
    bare = mark.text.rstrip(".").replace(".", "")
    heads = line.bold or "." in mark.text.rstrip(".") or line.size > 1.2 * mark.size
    most = 4.0 if bare.isdigit() and not heads else _MARK_GAP
    return 0 <= line.left - mark.right <= most * max(mark.size, line.size)


def read_page(page: Any, number: int) -> tuple[PageGlyphs, Shapes]:
    """The glyphs and drawings of a page that pdfium has loaded."""
    from ingest.pdf.geometry import view_of
    from ingest.pdf.glyphs import read_glyphs
    from ingest.pdf.shapes import read_shapes

    view = view_of(page)
    return read_glyphs(page, number, view), read_shapes(page, view)
