"""The glyphs of one page as pdfium gives them: letter, box, baseline, size and style."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.geometry import Floats, View

MAX_GLYPHS = 200_000
"""Of one page; a page with more is no page that people read."""

SPACE = " "
SKEWED = -1
"""The turn of text that runs askew over the page."""

_LIGATURES = {
    0x132: "IJ", 0x133: "ij", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st",
}  # fmt: skip
_SPACES = {0x20, 0xA0, 0x3000, 0x202F, 0x205F, 0x09, *range(0x2000, 0x200B)}
_NOTHING = {0xFEFF, 0x2060, 0xFFFE, 0xFFFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)}
_HYPHENS = {0x02, 0xAD, 0x2010, 0x2011}
_BOLD = ("bold", "black", "heavy", "semibold", "demi")


@dataclass(frozen=True, slots=True)
class Style:
    """What the letters of one text object share."""

    font: str
    size: float
    bold: bool
    italic: bool
    colour: tuple[int, int, int]
    opacity: int
    mode: int
    """The text render mode of the format: 3 and 7 paint nothing."""
    turns: int
    """Quarter turns anticlockwise, as seen; `SKEWED` for text that runs askew."""
    artifact: bool
    """Whether the file itself marks this as no part of the text (a running head, a page number)."""


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """The glyphs of a page in the order of the file; every list and array has one entry for each."""

    number: int
    view: View
    text: list[str]
    """A letter, or two for a ligature; `SPACE` for a space; empty where the letters are lost."""
    ink: Floats
    """Left, top, right, bottom of the ink, as seen, in points."""
    cell: Floats
    """The same of the place the glyph takes in its line: its advance by its font's height."""
    base: Floats
    """A point (x, y) of its baseline, as seen."""
    style: NDArray[np.intp]
    """An index into `styles`."""
    styles: list[Style]
    generated: NDArray[np.bool_]
    """Put in by pdfium for a gap, not in the file."""
    owner: NDArray[np.uint64]
    """The text object it belongs to, as in `Shapes.painted`; 0 for none."""
    boxes: NDArray[np.uint16] = field(repr=False)
    """Rows for `Block.boxes`."""

    def __len__(self) -> int:
        return len(self.text)


def letters_of(code: int) -> str | None:
    """What stands in the text for a code point: letters, a space, or None for what is no text at all."""
    if code in _SPACES:
        return SPACE
    if code in _HYPHENS:
        return "-"
    if code in _LIGATURES:
        return _LIGATURES[code]
    if code < 0x20 or 0x7F <= code < 0xA0 or code in _NOTHING or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return None
    return chr(code)


_KNOWN: dict[int, str | None] = {0: ""}
"""What `letters_of` gave; there are not many code points in use."""


def read_glyphs(page: Any, number: int, view: View) -> PageGlyphs:
    """All glyphs of a page that pdfium has loaded; pages count from 1."""
    import pypdfium2.raw as pdfium

    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return _page(number, view, _Rows(), [])
    try:
        rows = _Rows()
        styles = _Styles(text_page, view)
        _read(text_page, rows, styles)
        return _page(number, view, rows, styles.found)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


@dataclass(slots=True)
class _Rows:
    """The columns of `PageGlyphs` in the making, in the file's space."""

    text: list[str] = field(default_factory=list)
    ink: list[float] = field(default_factory=list)
    cell: list[float] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    style: list[int] = field(default_factory=list)
    generated: list[bool] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)


def _read(text_page: Any, rows: _Rows, styles: _Styles) -> None:
    import pypdfium2.raw as pdfium

    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    loose = pdfium.FS_RECTF()
    high = 0
    base = (0.0, 0.0)
    before = -1
    for i in range(min(pdfium.FPDFText_CountChars(text_page), MAX_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(text_page, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        letters = _KNOWN[code] if code in _KNOWN else _KNOWN.setdefault(code, letters_of(code))
        if letters is None:
            continue
        owner = pdfium.FPDFText_GetTextObject(text_page, i)
        if not owner and letters != SPACE:
            # pdfium puts a hyphen of its own at a line end that had one
            letters = letters if code == 2 else ""
        if not owner and not letters:
            continue
        pdfium.FPDFText_GetCharBox(text_page, i, left, right, bottom, top)
        pdfium.FPDFText_GetLooseCharBox(text_page, i, loose)
        address = ctypes.addressof(owner.contents) if owner else 0
        if address != before or not address:
            # the glyphs of one object share its baseline
            pdfium.FPDFText_GetCharOrigin(text_page, i, x, y)
            base, before = (x.value, y.value), address
        rows.text.append(letters)
        rows.ink += (left.value, bottom.value, right.value, top.value)
        rows.cell += (loose.left, loose.bottom, loose.right, loose.top)
        rows.base += base
        rows.style.append(styles.of(owner, address, i))
        rows.generated.append(not owner)
        rows.owner.append(address)


class _Styles:
    """The styles of the text objects of a page, each read once."""

    def __init__(self, text_page: Any, view: View) -> None:
        self.found: list[Style] = []
        self._text_page = text_page
        self._view = view
        self._by_object: dict[int, int] = {}
        self._by_style: dict[Style, int] = {}
        self._last = 0

    def of(self, owner: Any, address: int, index: int) -> int:
        """The number of the style of a glyph; one that pdfium put in has that of the glyph before it."""
        if not owner:
            if not self.found:
                self._number(Style("", 10.0, False, False, (0, 0, 0), 255, 0, 0, False))
            return self._last
        known = self._by_object.get(address)
        if known is None:
            known = self._by_object[address] = self._number(self._read(owner, index))
        self._last = known
        return known

    def _number(self, style: Style) -> int:
        if style not in self._by_style:
            self._by_style[style] = len(self.found)
            self.found.append(style)
        return self._by_style[style]

    def _read(self, owner: Any, index: int) -> Style:
        import pypdfium2.raw as pdfium

        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text_page, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self._text_page, index) * math.hypot(matrix.c, matrix.d)
        name = _font_name(pdfium.FPDFTextObj_GetFont(owner))
        weight = pdfium.FPDFText_GetFontWeight(self._text_page, index)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(owner)
        low = name.lower()
        colour, opacity = _colour(self._text_page, index)
        return Style(
            font=name,
            size=round(max(0.1, abs(size)), 2) if math.isfinite(size) else 0.1,
            # fonts for reading have weights to 500; some files embolden by painting the outline too
            bold=weight >= 600 or any(mark in low for mark in _BOLD) or mode == 2,
            italic="italic" in low or "oblique" in low or abs(matrix.c) > 0.15 * abs(matrix.d) > 0,
            colour=colour,
            opacity=opacity,
            mode=mode,
            turns=_turns(matrix, self._view.turns),
            artifact=_is_artifact(owner),
        )


def _font_name(font: Any) -> str:
    import pypdfium2.raw as pdfium

    if not font:
        return ""
    buffer = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
    return buffer.value.decode("utf-8", "replace")


def _colour(text_page: Any, index: int) -> tuple[tuple[int, int, int], int]:
    import pypdfium2.raw as pdfium

    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFText_GetFillColor(text_page, index, red, green, blue, alpha):
        return (0, 0, 0), 255
    return (red.value, green.value, blue.value), alpha.value


def _turns(matrix: Any, page_turns: int) -> int:
    angle = math.degrees(math.atan2(matrix.b, matrix.a)) - 90 * page_turns
    quarters = round(angle / 90)
    return SKEWED if abs(angle - 90 * quarters) > 12 else quarters % 4


def _is_artifact(owner: Any) -> bool:
    import pypdfium2.raw as pdfium

    buffer = (ctypes.c_ushort * 16)()
    needed = ctypes.c_ulong()
    for i in range(min(8, pdfium.FPDFPageObj_CountMarks(owner))):
        mark = pdfium.FPDFPageObj_GetMark(owner, i)
        pdfium.FPDFPageObjMark_GetName(mark, buffer, 32, needed)
        if bytes(buffer)[:18] == "Artifact".encode("utf-16-le") + b"\0\0":
            return True
    return False


def _page(number: int, view: View, rows: _Rows, styles: list[Style]) -> PageGlyphs:
    count = len(rows.text)
    ink = np.nan_to_num(np.array(rows.ink, dtype=np.float64).reshape(count, 4), posinf=1e6, neginf=-1e6)
    cell = np.nan_to_num(np.array(rows.cell, dtype=np.float64).reshape(count, 4), posinf=1e6, neginf=-1e6)
    base = np.nan_to_num(np.array(rows.base, dtype=np.float64).reshape(count, 2), posinf=1e6, neginf=-1e6)
    ink, cell = view.boxes(ink), view.boxes(cell)
    flat = (ink[:, 2] - ink[:, 0] < 0.01) | (ink[:, 3] - ink[:, 1] < 0.01)
    ink[flat] = cell[flat]
    x, y = view.points(base[:, 0], base[:, 1])
    return PageGlyphs(
        number=number,
        view=view,
        text=rows.text,
        ink=ink,
        cell=cell,
        base=np.stack([x, y], axis=1),
        style=np.array(rows.style, dtype=np.intp),
        styles=styles,
        generated=np.array(rows.generated, dtype=np.bool_),
        owner=np.array(rows.owner, dtype=np.uint64),
        boxes=page_boxes(ink, number, view.width, view.height),
    )


def page_boxes(ink: Floats, number: int, width: float, height: float) -> NDArray[np.uint16]:
    """Boxes in points as rows for `Block.boxes`: the page and 1/10,000 of its width and height."""
    scale = np.array([width, height, width, height]) / 10_000
    placed = np.clip(np.round(ink / scale), 0, 10_000)
    rows = np.empty((len(ink), 5), dtype=np.uint16)
    rows[:, 0] = number
    rows[:, 1:] = placed
    return rows
