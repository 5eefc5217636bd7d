"""Pages drawn to pixels by pdfium, within bounds."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.geometry import View

MAX_PIXELS = 4_000_000


def pixel_size(view: View, scale: float, most: int = MAX_PIXELS) -> tuple[int, int]:
    """The width and height in pixels of a page at a scale, made smaller where that would be too many."""
    width, height = max(1.0, view.width * scale), max(1.0, view.height * scale)
    shrink = min(1.0, (most / (width * height)) ** 0.5)
    width, height = max(1, int(width * shrink)), max(1, int(height * shrink))
    # a page a point high and a mile wide has one row of pixels, and still too many
    return min(width, most // height), min(height, most)


def render(page: Any, view: View, scale: float, grey: bool = False, most: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """A page as seen on white: rows of grey values, or of red, green, blue."""
    import pypdfium2.raw as pdfium

    width, height = pixel_size(view, scale, most)
    form = pdfium.FPDFBitmap_Gray if grey else pdfium.FPDFBitmap_BGR
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, form, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        address = pdfium.FPDFBitmap_GetBuffer(bitmap)
        data = ctypes.string_at(address, stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    rows = np.frombuffer(data, dtype=np.uint8).reshape(height, stride)
    if grey:
        return rows[:, :width]
    return rows[:, : 3 * width].reshape(height, width, 3)[:, :, ::-1]
