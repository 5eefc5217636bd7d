"""Places on a page: from the space of the file to the page as it is seen, turned and cropped."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """How a page is seen: its crop box in the file's space and its quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def width(self) -> float:
        """The width as seen, in points."""
        return self.top - self.bottom if self.turns % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """The height as seen, in points."""
        return self.right - self.left if self.turns % 2 else self.top - self.bottom

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Points of the file's space as seen: from the top left corner, y going down."""
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        if self.turns == 3:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def boxes(self, boxes: Floats) -> Floats:
        """Rows of left, bottom, right, top in the file's space as rows of left, top, right, bottom as seen."""
        x0, y0 = self.points(boxes[:, 0], boxes[:, 1])
        x1, y1 = self.points(boxes[:, 2], boxes[:, 3])
        return np.stack([np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)], axis=1)


def view_of(page: Any) -> View:
    """How pdfium shows this page."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    turns = max(0, pdfium.FPDFPage_GetRotation(page)) % 4
    left, right = sorted((box.left, box.right))
    bottom, top = sorted((box.bottom, box.top))
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = 0.0, 0.0, 612.0, 792.0
    return View(left, bottom, right, top, turns)


def turned(boxes: Floats, turns: int, width: float, height: float) -> Floats:
    """Boxes as seen with the page turned until text that reads `turns` quarters anticlockwise lies level."""
    x0, y0, x1, y1 = boxes.T
    if turns == 1:
        return np.stack([height - y1, x0, height - y0, x1], axis=1)
    if turns == 2:
        return np.stack([width - x1, height - y1, width - x0, height - y0], axis=1)
    if turns == 3:
        return np.stack([y0, width - x1, y1, width - x0], axis=1)
    return boxes
