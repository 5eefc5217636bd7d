"""A whole PDF: its pages one by one, and then the blocks that run through them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.blocks import Block
from ingest.limits import Limits
from ingest.pdf.columns import Element, reading_order
from ingest.pdf.compose import Composer
from ingest.pdf.furniture import PageLayout, without_contents, without_furniture
from ingest.pdf.glyphs import SPACE, PageGlyphs
from ingest.pdf.headings import mark_headings, without_listed_headings
from ingest.pdf.hidden import hidden_glyphs
from ingest.pdf.layout import lay_out, read_page
from ingest.pdf.ligatures import LostLetters
from ingest.pdf.lines import Line
from ingest.pdf.ocr import Recogniser
from ingest.pdf.paragraphs import Draft, Measure, drafts_of, footnotes_apart, stitched
from ingest.pdf.shapes import Shapes
from ingest.pdf.tables import Table
from ingest.pdf.text import LOST
from kb.language import is_dutch_word

_FEW_LETTERS = 5
"""A page with something on it and fewer letters than this has no text layer."""


class CannotOpen(Exception):
    """The bytes are no PDF that can be opened; `encrypted` where a password is asked."""

    def __init__(self, encrypted: bool) -> None:
        super().__init__()
        self.encrypted = encrypted


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The document in these bytes, as pdfium has it; raises `CannotOpen`."""
    import pypdfium2.raw as pdfium

    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise CannotOpen(pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD)
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


@contextmanager
def opened_page(document: Any, number: int) -> Iterator[Any]:
    """One page of a document, counted from 1; None where it is broken."""
    import pypdfium2.raw as pdfium

    page = pdfium.FPDF_LoadPage(document, number - 1)
    try:
        yield page or None
    finally:
        if page:
            pdfium.FPDF_ClosePage(page)


@dataclass(slots=True)
class Content:
    """What a document holds."""

    blocks: list[Block] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    """Pages on which letters are lost for good."""
    recognised: list[int] = field(default_factory=list)
    ocr_missing: bool = False


def read_content(document: Any, count: int, limits: Limits) -> Content:
    """The blocks of a document and what could not be read of it."""
    reading = _Reading(limits)
    for number in range(1, count + 1):
        with opened_page(document, number) as page:
            reading.add(page, number)
    return reading.finished()


class _Reading:
    """Takes in page after page, and then makes blocks of all together."""

    def __init__(self, limits: Limits) -> None:
        self._content = Content()
        self._recogniser = Recogniser(limits.seconds / 2) if limits.ocr else None
        self._lost = LostLetters()
        self._layouts: list[PageLayout] = []
        self._hidden: list[tuple[int, str, PageLayout]] = []
        self._tables: list[NDArray[np.uint16]] = []
        self._glyphs = 0

    def add(self, page: Any, number: int) -> None:
        """Read one page; None is a broken one."""
        if page is None:
            self._content.broken.append(number)
            return
        glyphs, shapes = read_page(page, number)
        masks = hidden_glyphs(page, glyphs, shapes)
        seen = np.ones(len(glyphs), dtype=np.bool_)
        for mask in masks.values():
            seen &= ~mask
        if _letters(glyphs, seen) < _FEW_LETTERS and shapes.drawn:
            glyphs, seen = self._recognised(page, glyphs, seen)
            if number in self._content.recognised:
                # what is drawn there is the letters as well
                shapes = Shapes()
        self._lost.learn(glyphs)
        self._layouts.append(lay_out(glyphs, seen, shapes, self._glyphs, self._lost))
        for reason, mask in masks.items():
            if len(mask) == len(glyphs):
                layout = lay_out(glyphs, mask, Shapes(), self._glyphs, self._lost)
                self._hidden.append((number, reason, layout))
        self._tables.append(glyphs.boxes)
        self._glyphs += len(glyphs)

    def _recognised(
        self, page: Any, glyphs: PageGlyphs, seen: NDArray[np.bool_]
    ) -> tuple[PageGlyphs, NDArray[np.bool_]]:
        """A page without a text layer, recognised where that is asked and possible."""
        number = glyphs.number
        if self._recogniser is not None:
            if not self._recogniser.available:
                self._content.ocr_missing = True
            else:
                found = self._recogniser.read(page, glyphs.view, number)
                if found is not None and _letters(found, np.ones(len(found), dtype=np.bool_)) >= _FEW_LETTERS:
                    self._content.recognised.append(number)
                    return found, np.ones(len(found), dtype=np.bool_)
        self._content.without_text.append(number)
        return glyphs, seen

    def finished(self) -> Content:
        """Everything that was read."""
        self._restore_letters()
        without_furniture(self._layouts)
        without_contents(self._layouts)
        pages = [_ordered(layout) for layout in self._layouts]
        measure = Measure.of(pages)
        drafts: list[Draft] = []
        for layout, elements in zip(self._layouts, pages, strict=True):
            found = drafts_of(elements, measure)
            footnotes_apart(found, layout.height, measure)
            drafts += found
        drafts = stitched(drafts)
        mark_headings(drafts, measure)
        drafts = without_listed_headings(drafts)
        table = np.concatenate(self._tables) if self._tables else np.zeros((0, 5), dtype=np.uint16)
        composer = Composer(_columns(pages), table)
        self._content.blocks = composer.blocks(drafts)
        for number, reason, layout in self._hidden:
            block = composer.hidden(_all_lines(layout), reason, number)
            if block is not None:
                self._content.blocks.append(block)
        return self._content

    def _restore_letters(self) -> None:
        """Put the letters back that the file does not name."""
        if not self._lost:
            return
        layouts = [*self._layouts, *(layout for _, _, layout in self._hidden)]
        words = [word for layout in layouts for line in _all_lines(layout) for word in line.words]
        marked = [word for word in words if any(ord(c) >= LOST for c in word.text)]
        own = Counter(_bare(word.text) for word in words)
        solved = self._lost.solve((_bare(word.text) for word in marked), lambda text: _commonness(text, own))
        for word in marked:
            glyphs = word.glyphs[:0]
            for char, glyph in zip(word.text, word.glyphs, strict=True):
                glyphs.extend([glyph] * len(solved.get(char, char)))
            word.text = "".join(solved.get(char, char) for char in word.text)
            word.glyphs = glyphs
        self._content.lost = sorted(self._lost.unsolved_pages(solved))


def _bare(text: str) -> str:
    return text.strip(".,;:!?()[]\"'‘’“”„/")


def _commonness(text: str, own: Counter[str]) -> float:
    """How common a word is, in the document or in Dutch or English; 0 for no word."""
    from wordfreq import zipf_frequency

    if own[text]:
        return 8.0
    if len(text) < 2 or not text.replace("-", "").isalpha():
        return 0.0
    frequency = max(float(zipf_frequency(text, "nl")), float(zipf_frequency(text, "en")) - 1)
    if frequency > 1.5:
        return frequency
    if is_dutch_word(text):
        return 1.0
    parts = text.split("-") if "-" in text else _compound(text)
    return 0.5 if parts and all(is_dutch_word(part) for part in parts) else 0.0


def _compound(word: str) -> list[str]:
    """Two words that a word may be made of."""
    for cut in range(4, min(len(word) - 3, 40)):
        head, tail = word[:cut], word[cut:]
        if is_dutch_word(tail) and (is_dutch_word(head) or is_dutch_word(head.removesuffix("s"))):
            return [tail]
    return []


def _letters(glyphs: PageGlyphs, seen: NDArray[np.bool_]) -> int:
    count = 0
    for i in np.flatnonzero(seen).tolist():
        count += glyphs.text[i] != SPACE and glyphs.text[i][:1].isalnum()
        if count >= _FEW_LETTERS:
            break
    return count


def _all_lines(layout: PageLayout) -> list[Line]:
    lines = [*layout.lines, *(line for found in layout.other.values() for line in found)]
    return lines + [line for table in layout.tables for cell in table.cells for line in cell.lines]


def _ordered(layout: PageLayout) -> list[Element]:
    """The lines and tables of a page as they are read; those that run another way come last."""
    order = reading_order(layout.lines, layout.tables, layout.shapes.rects, layout.width * layout.height)
    for table in (e for e in order if isinstance(e, Table)):
        table.page = layout.number
    column = max((e.column for e in order if isinstance(e, Line)), default=0)
    for lines in layout.other.values():
        column += 1
        for line in lines:
            line.column, line.column_left, line.column_right = column, line.left, line.right
            line.box = -column
        order += lines
    return order


def _columns(pages: list[list[Element]]) -> Iterator[list[Line]]:
    """The lines that follow each other, page by page and cell by cell."""
    for elements in pages:
        yield [e for e in elements if isinstance(e, Line)]
        for table in (e for e in elements if isinstance(e, Table)):
            for cell in table.cells:
                yield cell.lines
