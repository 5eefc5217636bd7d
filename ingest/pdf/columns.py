"""The order in which a page is read: bands from top to bottom, columns within them, side boxes by themselves.

A page is cut from top to bottom into bands that share their gutters: a heading over the full width is a band, two
columns below it are one, however many lines they have. The columns of a band are read one after the other, each
cut in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.aligned import aligned_table
from ingest.pdf.lines import Line
from ingest.pdf.shapes import Rect
from ingest.pdf.tables import Table

_MOST_LEVELS = 12
"""Of bands within columns; deeper a page is read from top to bottom."""

_LARGER = 1.15
"""Of a heading over several columns: its size by that of the text."""
_STRETCH = 2.2
"""Its heights of white beside it; in running columns no such stretch is white in all the others by chance."""

Interval = tuple[float, float]


@dataclass(slots=True)
class Panel:
    """A side box: what stands in it is read by itself."""

    number: int
    atoms: list[Atom]


@dataclass(slots=True)
class Atom:
    """Something that is read whole: a line, a table or a side box, with its place."""

    item: Line | Table | Panel
    left: float
    top: float
    right: float
    bottom: float

    @property
    def wide(self) -> Interval:
        """Its place across the page."""
        return self.left, self.right


@dataclass(slots=True)
class _Band:
    """Atoms that overlap in height."""

    atoms: list[Atom]
    top: float
    bottom: float
    spans: list[Interval] = field(default_factory=list)
    """Where across the page something stands."""


Element = Line | Table


def atom_of(item: Line | Table) -> Atom:
    """A line or a table with its place; of a line the height of its letters without the white around them."""
    if isinstance(item, Line):
        return Atom(item, item.left, item.base - 0.75 * item.size, item.right, item.base + 0.22 * item.size)
    return Atom(item, item.left, item.top, item.right, item.bottom)


def reading_order(lines: Sequence[Line], tables: Sequence[Table], rects: Sequence[Rect], area: float) -> list[Element]:
    """The lines and tables of a page in the order in which they are read; lines get their column and box."""
    atoms = [atom_of(line) for line in lines] + [atom_of(table) for table in tables]
    order = _Order(float(np.median([line.size for line in lines])) if lines else 10.0)
    order.node(_with_panels(atoms, rects, area), 0)
    return order.found


def _with_panels(atoms: list[Atom], rects: Sequence[Rect], area: float) -> list[Atom]:
    """The atoms with those inside a drawn box put together."""
    panels: list[tuple[Rect, list[Atom]]] = []
    free = list(atoms)
    candidates = sorted((r for r in rects if r.area < 0.75 * area), key=lambda r: r.area)
    for rect in candidates[:400]:
        inside = [a for a in free if _within(a, rect)]
        lines = len({round(a.top) for a in inside})
        if lines >= 2 and len(inside) < 0.85 * len(atoms):
            panels.append((rect, inside))
            chosen = {id(a) for a in inside}
            free = [a for a in free if id(a) not in chosen]
    for number, (_, inside) in enumerate(panels, start=1):
        for atom in inside:
            if isinstance(atom.item, Line):
                atom.item.box = number
        free.append(
            Atom(
                Panel(number, inside),
                min(a.left for a in inside), min(a.top for a in inside),
                max(a.right for a in inside), max(a.bottom for a in inside),
            )
        )  # fmt: skip
    return free


def _within(atom: Atom, rect: Rect) -> bool:
    middle = (atom.top + atom.bottom) / 2
    return rect.left - 2 <= atom.left and atom.right <= rect.right + 2 and rect.top <= middle <= rect.bottom


class _Order:
    """Cuts a page recursively and writes down its elements as they are read."""

    def __init__(self, size: float) -> None:
        self.found: list[Element] = []
        self._size = size
        self._gutter = max(6.0, 0.9 * size)
        self._column = 0

    def node(self, atoms: list[Atom], depth: int) -> None:
        """Read one region: the page, a column or a side box."""
        if not atoms:
            return
        atoms = _without_rivers(atoms)
        bands = self._bands(atoms)
        groups = self._groups(bands) if depth < _MOST_LEVELS else [bands]
        single: list[Atom] = []
        right = max((a.right for g in groups if not self._gutters(g) for b in g for a in b.atoms), default=0.0)
        for group in groups:
            gutters = self._gutters(group)
            if depth >= _MOST_LEVELS or not gutters:
                single += [a for band in group for a in sorted(band.atoms, key=lambda a: (a.top, a.left))]
                continue
            self._leaf(single, right)
            single = []
            self._columns(group, gutters, depth)
        self._leaf(single, right)

    def _columns(self, group: list[_Band], gutters: list[Interval], depth: int) -> None:
        atoms = [a for band in group for a in band.atoms]
        lines = [a.item for a in atoms if isinstance(a.item, Line)]
        if len(lines) == len(atoms):
            table = aligned_table(lines, gutters)
            if table is not None:
                self.found.append(table)
                return
        # the widest gutter first: what it parts may be a table on one side
        start, end = max(gutters, key=lambda gutter: gutter[1] - gutter[0])
        border = (start + end) / 2
        self.node([atom for atom in atoms if atom.left < border], depth + 1)
        self.node([atom for atom in atoms if atom.left >= border], depth + 1)

    def _leaf(self, atoms: list[Atom], right: float) -> None:
        """Write down a single column."""
        if not atoms:
            return
        self._column += 1
        column = self._column
        left = min(a.left for a in atoms)
        right = max(right, *(a.right for a in atoms))
        for atom in atoms:
            if isinstance(atom.item, Panel):
                self.node(atom.item.atoms, _MOST_LEVELS - 4)
            else:
                if isinstance(atom.item, Line):
                    atom.item.column, atom.item.column_left, atom.item.column_right = column, left, right
                self.found.append(atom.item)

    def _bands(self, atoms: list[Atom]) -> list[_Band]:
        bands: list[_Band] = []
        for atom in sorted(atoms, key=lambda a: a.top):
            if bands and atom.top < bands[-1].bottom - 0.5:
                bands[-1].atoms.append(atom)
                bands[-1].bottom = max(bands[-1].bottom, atom.bottom)
            else:
                bands.append(_Band([atom], atom.top, atom.bottom))
        for band in bands:
            band.spans = _union([a.wide for a in band.atoms])
        return bands

    def _gaps(self, spans: list[Interval]) -> list[Interval]:
        return [(a[1], b[0]) for a, b in pairwise(spans) if b[0] - a[1] >= self._gutter]

    def _gutters(self, group: list[_Band]) -> list[Interval]:
        """The gaps that run through all bands of a group and have something on both sides in one of them."""
        gaps = self._gaps(_union([span for band in group for span in band.spans]))
        return [gap for gap in gaps if any(_astride(band, gap) for band in group)]

    def _groups(self, bands: list[_Band]) -> list[list[_Band]]:
        """Bands in runs that share gutters, or have none."""
        groups: list[list[_Band]] = []
        for place, band in enumerate(bands):
            split = bool(self._gutters([band]))
            if not groups:
                groups.append([band])
                continue
            group = groups[-1]
            gutters = self._gutters(group)
            if not gutters and not split:
                group.append(band)
            elif not gutters:
                groups.append([*self._handed_over(group, band), band])
            elif self._gutters([*group, band]):
                below = bands[place + 1 : place + 4]
                if self._crosses_alone(group, gutters, band) or self._heads_columns(group, gutters, band, below):
                    groups.append([band])
                else:
                    group.append(band)
            else:
                groups.append([*_heading_below(group, gutters, band), band])
        return [group for group in groups if group]

    def _crosses_alone(self, group: list[_Band], gutters: list[Interval], band: _Band) -> bool:
        """Whether a band is a line over some of the columns, with white above it in all: the columns end there."""
        line = band.atoms[0].item
        if len(band.atoms) > 1 or not isinstance(line, Line):
            return False
        if len(group) < 2 and line.size < _LARGER * self._size:
            return False
        left, right = band.atoms[0].wide
        crossed = any(left < gap[0] - 1 and gap[1] + 1 < right for gap in gutters)
        return crossed and band.top - group[-1].bottom > 0.8 * line.size

    def _heads_columns(self, group: list[_Band], gutters: list[Interval], band: _Band, below: Sequence[_Band]) -> bool:
        """Whether a short heading stands over all columns: beside it the others are white for some lines."""
        line = band.atoms[0].item
        if len(band.atoms) > 1 or not isinstance(line, Line) or line.size < _LARGER * self._size or not below:
            return False
        above = group[-1].bottom
        first = min(left for other in group for left, _ in other.spans)
        return (
            band.atoms[0].left < first + line.size
            and band.top - above > 0.8 * line.size
            and below[0].top - above > _STRETCH * line.size
            and any(_astride(other, gap) for gap in gutters for other in group)
            and any(_astride(other, gap) for gap in gutters for other in below)
        )

    def _handed_over(self, group: list[_Band], band: _Band) -> list[_Band]:
        """The bands above the columns that are the top of a column on the right, taken from their group."""
        border = self._gutters([band])[0][1]
        taken: list[_Band] = []
        while group and min(a for a, _ in group[-1].spans) >= border - 1 and len(taken) < 200:
            taken.insert(0, group.pop())
        return taken


def _astride(band: _Band, gap: Interval) -> bool:
    return any(b <= gap[0] + 0.5 for _, b in band.spans) and any(a >= gap[1] - 0.5 for a, _ in band.spans)


def _without_rivers(atoms: list[Atom]) -> list[Atom]:
    """The atoms with pieces of one line put together again that only a wide gap in it parts, and no column."""
    lines = [atom for atom in atoms if isinstance(atom.item, Line)]
    if len(lines) < 2:
        return atoms
    lines.sort(key=lambda a: (a.item.base if isinstance(a.item, Line) else 0.0, a.left))
    edges = np.array([[a.left, a.right, a.top, a.bottom] for a in atoms])
    end = float(edges[:, 1].max())
    merged: list[Atom] = [lines[0]]
    for atom in lines[1:]:
        last = merged[-1]
        a, b = last.item, atom.item
        assert isinstance(a, Line) and isinstance(b, Line)
        if _is_river(a, b, end, edges):
            whole = Line([*a.words, *b.words], a.page, a.base, a.size, a.turns)
            whole.box = a.box
            whole.words[len(a.words)].spaced = True
            merged[-1] = atom_of(whole)
        else:
            merged.append(atom)
    return [*merged, *(atom for atom in atoms if not isinstance(atom.item, Line))]


def _is_river(a: Line, b: Line, end: float, edges: NDArray[np.float64]) -> bool:
    """Whether the white between two pieces on one baseline has no like in other lines, and text goes on after it."""
    gap = b.left - a.right
    if abs(a.base - b.base) > 0.05 * a.size or not 0 <= gap < 6 * a.size or a.size != b.size or a.box != b.box:
        return False
    if b.right < end - a.size and gap > 2.5 * a.size:
        return False
    left, right, top, bottom = edges.T
    near = (top < b.base + 3.5 * a.size) & (bottom > b.base - 4.5 * a.size)
    beside = near & ((bottom < a.base - 0.5 * a.size) | (top > a.base))
    # a gutter is white in the lines above and below as well, and has text on the other side of it
    inside = beside & (left < b.left) & (right > a.right)
    covered = _union([(max(x0, a.right), min(x1, b.left)) for x0, x1 in zip(left[inside], right[inside], strict=True)])
    white = gap - sum(x1 - x0 for x0, x1 in covered)
    across = beside & (left >= b.left - 2 * a.size)
    # the lines of a justified paragraph end below each other
    full = beside & (left < a.right) & (np.abs(right - b.right) < a.size)
    return white < 0.5 * a.size or (bool(full.any() or gap < 1.2 * a.size) and not bool(across.any()))


def _union(spans: list[Interval]) -> list[Interval]:
    """Intervals that overlap, as one."""
    found: list[Interval] = []
    for left, right in sorted(spans):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _heading_below(group: list[_Band], gutters: list[Interval], band: _Band) -> list[_Band]:
    """The last band of a group of columns, if it is rather the heading of what comes below them; it is taken out."""
    if len(group) < 2:
        return []
    last, before = group[-1], group[-2]
    alone = all(not _astride(last, gutter) for gutter in gutters) and len(last.atoms) == 1
    line = last.atoms[0].item
    if not alone or not isinstance(line, Line) or last.top - before.bottom <= 1.3 * (band.top - last.bottom):
        return []
    return [group.pop()] if last.top - before.bottom > 0.8 * line.size else []
