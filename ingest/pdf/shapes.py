"""What is drawn on a page besides text: rulings, boxes and pictures."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ingest.pdf.geometry import Floats, View

MAX_OBJECTS = 20_000
_MAX_DEPTH = 4
_THIN = 2.5
"""A filled shape this thin, in points, is a line."""
_DOT = 7.0
"""A filled shape smaller than this both ways may be a bullet."""
_STRAIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle that is filled or outlined; left, top, right, bottom as seen, in points."""

    left: float
    top: float
    right: float
    bottom: float
    filled: bool

    @property
    def area(self) -> float:
        """In square points."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


@dataclass(slots=True)
class Shapes:
    """The drawings of a page."""

    level: list[tuple[float, float, float]] = field(default_factory=list)
    """Horizontal rulings: y, left, right."""
    upright: list[tuple[float, float, float]] = field(default_factory=list)
    """Vertical rulings: x, top, bottom."""
    rects: list[Rect] = field(default_factory=list)
    images: list[Rect] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    """Where small filled shapes end on the right, and their middle: bullets that are drawn."""
    covers: list[tuple[int, Rect]] = field(default_factory=list)
    """Rectangles that hide what lies below them, each with its place in the order of painting."""
    painted: dict[int, int] = field(default_factory=dict)
    """The place of each text object in the order of painting, by its address."""
    drawn: int = 0
    """How many pictures and drawings there are of any shape."""


def read_shapes(page: Any, view: View) -> Shapes:
    """The rulings, boxes and pictures of a page that pdfium has loaded."""
    import pypdfium2.raw as pdfium

    shapes = Shapes()
    budget = MAX_OBJECTS
    same = np.eye(3)
    count = min(budget, pdfium.FPDFPage_CountObjects(page))
    stack: list[tuple[Any, int, Floats]] = [
        (pdfium.FPDFPage_GetObject(page, i), 0, same) for i in reversed(range(count))
    ]
    while stack and budget > 0:
        budget -= 1
        item, depth, outer = stack.pop()
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix(item) @ outer
            count = min(budget, pdfium.FPDFFormObj_CountObjects(item))
            stack += [(pdfium.FPDFFormObj_GetObject(item, i), depth + 1, inner) for i in reversed(range(count))]
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            shapes.painted[ctypes.addressof(item.contents)] = budget
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            before = len(shapes.rects)
            _add_path(shapes, item, outer, view)
            if len(shapes.rects) == before + 1 and _is_opaque(item):
                shapes.covers.append((budget, shapes.rects[-1]))
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            _add_image(shapes, item, outer, view, kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    return shapes


def covered(rects: list[Rect], view: View) -> float:
    """The share of the page that these rectangles cover, overlaps counted once, to about a percent."""
    grid = np.zeros((64, 64), dtype=bool)
    for rect in rects:
        left, right = (int(np.clip(round(64 * x / view.width), 0, 64)) for x in (rect.left, rect.right))
        top, bottom = (int(np.clip(round(64 * y / view.height), 0, 64)) for y in (rect.top, rect.bottom))
        grid[top:bottom, left:right] = True
    return float(grid.mean())


def _matrix(item: Any) -> Floats:
    import pypdfium2.raw as pdfium

    m = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, m)
    return np.array([[m.a, m.b, 0.0], [m.c, m.d, 0.0], [m.e, m.f, 1.0]])


def _seen(points: Floats, matrix: Floats, view: View) -> Floats:
    """Points of an object as seen on the page."""
    placed = np.nan_to_num(np.c_[points, np.ones(len(points))] @ matrix)
    x, y = view.points(placed[:, 0], placed[:, 1])
    return np.stack([x, y], axis=1)


def _add_image(shapes: Shapes, item: Any, outer: Floats, view: View, counts: bool) -> None:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return
    corners = np.array([[left.value, bottom.value], [right.value, top.value]])
    (x0, y0), (x1, y1) = _seen(corners, outer, view)
    shapes.drawn += 1
    if counts:
        shapes.images.append(Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), True))


def _add_path(shapes: Shapes, item: Any, outer: Floats, view: View) -> None:
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(item)
    if not (fill.value or stroke.value) or count < 2:
        return
    shapes.drawn += 1
    if count > 400:
        return
    matrix = _matrix(item) @ outer
    for points, closed in _subpaths(item, count):
        seen = _seen(np.array(points), matrix, view)
        _add_lines(shapes, seen, closed, bool(fill.value), bool(stroke.value), view)


def _is_opaque(item: Any) -> bool:
    """Whether a path is painted so that nothing shines through."""
    import pypdfium2.raw as pdfium

    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    known = pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return bool(fill.value and known and alpha.value == 255 and not pdfium.FPDFPageObj_HasTransparency(item))


def _subpaths(item: Any, count: int) -> list[tuple[list[tuple[float, float]], bool]]:
    """The points of each part of a path, and whether it is closed; parts with curves keep their end points."""
    import pypdfium2.raw as pdfium

    found: list[tuple[list[tuple[float, float]], bool]] = []
    points: list[tuple[float, float]] = []
    closed = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
            found.append((points, closed))
            points, closed = [], False
        points.append((x.value, y.value))
        closed = closed or bool(pdfium.FPDFPathSegment_GetClose(segment))
    if len(points) > 1:
        found.append((points, closed))
    return found


def _add_lines(shapes: Shapes, points: Floats, closed: bool, fill: bool, stroke: bool, view: View) -> None:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    if right < 0 or bottom < 0 or left > view.width or top > view.height:
        return
    wide, high = right - left, bottom - top
    if fill and 1.2 < wide < _DOT and 1.2 < high < _DOT and abs(wide - high) < 1:
        shapes.dots.append((right, (top + bottom) / 2))
    elif high <= _THIN and wide > 2 * _THIN:
        shapes.level.append(((top + bottom) / 2, left, right))
    elif wide <= _THIN and high > 2 * _THIN:
        shapes.upright.append(((left + right) / 2, top, bottom))
    elif wide > _THIN and high > _THIN and (fill or closed or _returns(points)):
        shapes.rects.append(Rect(left, top, right, bottom, fill))
        if stroke or not fill:
            _add_edges(shapes, points, closed)
    elif stroke:
        _add_edges(shapes, points, closed)


def _returns(points: Floats) -> bool:
    return len(points) >= 4 and bool(np.abs(points[0] - points[-1]).max() < 1)


def _add_edges(shapes: Shapes, points: Floats, closed: bool) -> None:
    """The level and upright edges of an outline."""
    ends = np.roll(points, -1, axis=0) if closed else points[1:]
    for (x0, y0), (x1, y1) in zip(points, ends, strict=False):
        if abs(y0 - y1) <= _STRAIGHT and abs(x0 - x1) > 4:
            shapes.level.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x0 - x1) <= _STRAIGHT and abs(y0 - y1) > 4:
            shapes.upright.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
