"""A page as a picture, with the places of a quotation marked on it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.blocks import Boxes
from ingest.pdf.document import opened, opened_page
from ingest.pdf.geometry import view_of
from ingest.pdf.raster import MAX_PIXELS, render

if TYPE_CHECKING:
    from PIL import Image

_YELLOW = (255, 236, 110)
_MOST_GAP = 1.2
"""Of the height of a line; letters nearer than this are marked by one stroke."""


def render_page(data: bytes, page: int, marks: Boxes | None, width: int = 1200) -> bytes:
    """A PNG of a page as seen, the boxes of `marks` that lie on it (rows as in `Block.boxes`) marked yellow.

    Pages count from 1; raises IndexError for one that is not there. `width` is in pixels; a page that would have
    more than four million comes smaller.
    """
    import pypdfium2.raw as pdfium
    from PIL import Image

    with opened(data) as document:
        if not 1 <= page <= pdfium.FPDF_GetPageCount(document):
            raise IndexError(page)
        with opened_page(document, page) as loaded:
            if loaded is None:
                raise IndexError(page)
            view = view_of(loaded)
            pixels = render(loaded, view, max(1, width) / view.width, most=MAX_PIXELS)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    strokes = [] if marks is None else _strokes(marks[marks[:, 0] == page])
    if strokes:
        picture = _marked(picture, strokes)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _strokes(boxes: NDArray[np.uint16]) -> list[tuple[int, int, int, int]]:
    """The boxes of letters merged to a stroke for each line: left, top, right, bottom in 1/10,000 of the page."""
    strokes: list[tuple[int, int, int, int]] = []
    for _, left, top, right, bottom in boxes.tolist():
        if strokes and _same_line(strokes[-1], (left, top, right, bottom)):
            a, b, c, d = strokes[-1]
            strokes[-1] = (min(a, left), min(b, top), max(c, right), max(d, bottom))
        else:
            strokes.append((left, top, right, bottom))
    return strokes


def _same_line(stroke: tuple[int, int, int, int], box: tuple[int, int, int, int]) -> bool:
    height = max(stroke[3] - stroke[1], box[3] - box[1], 1)
    overlap = min(stroke[3], box[3]) - max(stroke[1], box[1])
    beside = -height * _MOST_GAP <= box[0] - stroke[2] <= height * _MOST_GAP * 1.5
    return overlap > -0.35 * height and beside


def _marked(picture: Image.Image, strokes: list[tuple[int, int, int, int]]) -> Image.Image:
    """The picture with soft yellow strokes laid over it as by a marker: dark letters stay dark."""
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    width, height = picture.size
    layer = Image.new("RGB", picture.size, "white")
    draw = ImageDraw.Draw(layer)
    pad = max(1, round(0.0025 * width))
    for left, top, right, bottom in strokes:
        x0, x1 = left * width / 10_000 - pad, right * width / 10_000 + pad
        y0, y1 = top * height / 10_000 - pad, bottom * height / 10_000 + pad
        draw.rounded_rectangle((x0, y0, max(x0, x1), max(y0, y1)), radius=pad, fill=_YELLOW)
    return ImageChops.multiply(picture, layer.filter(ImageFilter.GaussianBlur(max(0.6, pad / 3))))
