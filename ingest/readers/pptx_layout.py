"""The order in which the boxes of a slide are read, and which of them are no part of its text.

Boxes that lie on one panel, or that are grouped, are read together. Otherwise a slide is cut along the widest empty
strips: into rows, or into columns where each column has a caption of its own; what overlaps keeps its own order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ingest.blocks import plain
from ingest.readers.office import Draft

Rect = tuple[float, float, float, float]
"""Left, top, right and bottom, as parts of the width and height of the slide."""

_MOST_PANELS = 400
_DEEPEST_CUT = 30
_MOST_ROWS = 30
_NUMBER = re.compile(r"^(\d{1,2})[.)]?$")


@dataclass(slots=True, eq=False)
class Box:
    """Something with text on a slide."""

    rect: Rect
    drafts: list[Draft]
    placeholder: bool = False

    @property
    def text(self) -> str:
        """All its text on one line."""
        return plain(" ".join(draft.block.text for draft in self.drafts))

    @property
    def size(self) -> float:
        """Of its largest type."""
        return max((draft.size for draft in self.drafts), default=0.0)


@dataclass(slots=True, eq=False)
class _Node:
    """A box, or boxes that belong together."""

    rect: Rect
    boxes: list[Box]
    parts: list[_Node] = field(default_factory=list)


def in_reading_order(boxes: Sequence[Box], panels: Sequence[Rect]) -> list[Box]:
    """The boxes as they are read; `panels` are the shapes and groups that hold boxes together."""
    nodes = [_Node(box.rect, [box]) for box in boxes]
    smallest_first = sorted(panels, key=lambda p: (p[2] - p[0]) * (p[3] - p[1]))
    for panel in smallest_first[:_MOST_PANELS]:
        inside = [node for node in nodes if _holds(panel, node.rect)]
        if 1 < len(inside) < len(nodes):
            joined = _Node(panel, [box for node in inside for box in node.boxes], inside)
            gone = set(inside)
            nodes = [joined, *(node for node in nodes if node not in gone)]
    return _numbered(_ordered(nodes, 0))


def _holds(panel: Rect, rect: Rect) -> bool:
    slack = 0.01
    return (
        panel[0] - slack <= rect[0]
        and panel[1] - slack <= rect[1]
        and rect[2] <= panel[2] + slack
        and rect[3] <= panel[3] + slack
    )


def _ordered(nodes: list[_Node], depth: int) -> list[Box]:
    if depth > _DEEPEST_CUT:
        return [box for node in sorted(nodes, key=_corner) for box in node.boxes]
    if len(nodes) == 1:
        return _ordered(nodes[0].parts, depth + 1) if nodes[0].parts else nodes[0].boxes
    rows, columns = _strips(nodes, 1), _strips(nodes, 0)
    if len(rows) == len(columns) == 1:
        nodes = sorted(nodes, key=lambda node: (not node.boxes[0].placeholder, *_corner(node)))
        return [box for node in nodes for box in _ordered([node], depth + 1)]
    strips = columns if len(rows) == 1 else _with_columns(rows)
    return [box for strip in strips for box in _ordered(strip, depth + 1)]


def _with_columns(rows: list[list[_Node]]) -> list[list[_Node]]:
    """Rows one under the other, or the columns that some of them make together."""
    out: list[list[_Node]] = []
    at = 0
    while at < len(rows):
        ends = range(min(len(rows), at + _MOST_ROWS), at + 1, -1) if len(rows[at]) > 1 else ()
        for end in ends:
            columns = _strips([node for row in rows[at:end] for node in row], 0)
            if _captioned(rows[at:end], columns):
                out += columns
                at = end
                break
        else:
            out.append(rows[at])
            at += 1
    return out


def _corner(node: _Node) -> tuple[float, float]:
    return round(node.rect[1], 2), node.rect[0]


def _strips(nodes: list[_Node], axis: int) -> list[list[_Node]]:
    """The nodes cut apart along the empty strips across an axis; boxes are larger than their text and may overlap."""
    strips: list[list[_Node]] = []
    end = float("-inf")
    for node in sorted(nodes, key=lambda node: node.rect[axis]):
        extent = node.rect[axis + 2] - node.rect[axis]
        margin = min(extent * 0.2, 0.04) if axis else min(extent * 0.1, 0.02)
        if strips and node.rect[axis] + margin < end:
            strips[-1].append(node)
        else:
            strips.append([node])
        end = max(end, node.rect[axis + 2] - margin)
    return strips


def _captioned(rows: list[list[_Node]], columns: list[list[_Node]]) -> bool:
    """Whether every column begins with a short text over a longer one."""
    if not 2 <= len(columns) <= 8 or any(len(column) < 2 or _width(column) < 0.05 for column in columns):
        return False
    if not any(char.isalpha() for node in columns[0] for box in node.boxes for char in box.text):
        return False
    heads, others = rows[0], [node for row in rows[1:] for node in row]
    return len(heads) == len(columns) and _words(heads) <= 6 and _words(heads) * 2 < _words(others)


def _width(nodes: list[_Node]) -> float:
    return max(node.rect[2] for node in nodes) - min(node.rect[0] for node in nodes)


def _words(nodes: list[_Node]) -> int:
    return max(sum(len(box.text.split()) for box in node.boxes) for node in nodes)


def _numbered(boxes: list[Box]) -> list[Box]:
    """Boxes with 1, 2, 3 alone, in that order, become the numbers of what stands next to them."""
    at = [i for i, box in enumerate(boxes) if _NUMBER.match(box.text)]
    numbers = [int(boxes[i].text.rstrip(".)")) for i in at]
    beside = all(i + 1 < len(boxes) and _stands_beside(boxes[i], boxes[i + 1]) for i in at)
    if len(at) < 2 or numbers != list(range(1, len(at) + 1)) or not beside:
        return boxes
    out = list(boxes)
    for i, number in zip(at, numbers, strict=True):
        first, *others = boxes[i + 1].drafts
        out[i + 1] = replace(boxes[i + 1], drafts=[replace(first, label=f"{number}."), *others])
    return [box for i, box in enumerate(out) if i not in set(at)]


def _stands_beside(number: Box, box: Box) -> bool:
    middle = (number.rect[1] + number.rect[3]) / 2
    first = box.drafts[0]
    return (
        box.rect[0] > number.rect[0]
        and box.rect[1] <= middle <= box.rect[3]
        and first.label is None
        and first.block.kind == "paragraph"
    )


def without_repeats(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that lie on top of one another for an animation, with what they repeat once."""
    seen: set[tuple[int, int, str]] = set()
    out = []
    for box in boxes:
        left, top = round(box.rect[0] * 50), round(box.rect[1] * 50)
        drafts = []
        for draft in box.drafts:
            key = (left, top, plain(draft.block.text))
            if draft.block.kind == "row" or key not in seen:
                drafts.append(draft)
            seen.add(key)
        if drafts:
            out.append(replace(box, drafts=drafts))
    return out


def furniture(slides: Sequence[tuple[int, Sequence[Box]]]) -> Callable[[int, Box], bool]:
    """Tells whether a box only repeats what most slides have in that place, or counts the slides."""
    same = Counter(key for _, boxes in slides for key in {(_place(box), box.text) for box in boxes})
    counting = Counter(key for n, boxes in slides for key in {_counter_key(n, box) for box in boxes} if key)
    least = max(3, 0.6 * len(slides))

    def is_furniture(number: int, box: Box) -> bool:
        key = _counter_key(number, box)
        return same[_place(box), box.text] >= least or (key is not None and counting[key] >= least)

    return is_furniture


def _place(box: Box) -> tuple[int, ...]:
    return tuple(round(side * 50) for side in box.rect)


def _counter_key(number: int, box: Box) -> tuple[tuple[int, ...], str] | None:
    """The place and form of a short text with the number of its slide in it."""
    text = box.text
    if len(text) > 20 or str(number) not in re.findall(r"\d+", text):
        return None
    return _place(box)[:2], re.sub(r"\d+", "#", text)


def guessed_title(boxes: Sequence[Box], first: bool) -> Box | None:
    """The box that serves as the title of a slide without one: short, high up, and in the largest type."""
    lettered = [box for box in boxes if any(char.isalpha() for char in box.text)]
    if len(lettered) == 1 < len(boxes):
        return None
    boxes = lettered
    sizes = sorted(box.size for box in boxes)
    if not sizes or (len(sizes) > 1 and sizes[-1] < 1.15 * sizes[-2]):
        return None
    found = next(box for box in boxes if box.size == sizes[-1])
    if not first and len(boxes) > 1 and found.rect[1] >= 0.35:
        return None
    is_short = len(found.text.split()) <= 14 and len(found.drafts) <= (2 if len(boxes) > 1 else 1)
    is_text = all(draft.label is None and not draft.fixed for draft in found.drafts)
    return found if is_short and is_text and not found.text.endswith((".", ";", ",")) else None
