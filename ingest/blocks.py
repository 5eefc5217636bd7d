"""What every reader gives: blocks of text in reading order; and how blocks become one document text.

The text of a document has one plain form, whatever the file was: headings and paragraphs on a line of
their own with an empty line between, list items on consecutive lines that begin with "- " or "1. ",
table rows on consecutive lines with " | " between the cells.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kb.types import Page, Section

Boxes = NDArray[np.uint16]
"""Where characters stand on their pages: a row `(page, left, top, right, bottom)` for each character.

The page counts from 1; 0 means that the character stands nowhere (a space that was put in). The other four are in
1/10,000 of the width or height of the page as it is seen (turned, cropped), from its top left corner.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row."""

    kind: Literal["heading", "paragraph", "item", "row"]
    text: str
    level: int = 1
    """Of a heading: 1 is the outermost."""
    ordinal: int | None = None
    """The printed number of a numbered heading or item."""
    page: int | None = None
    """The page on which it begins."""
    boxes: Boxes | None = field(default=None, compare=False, repr=False)
    """One row for each character of `text`, which then is NFC with single spaces; None where the format has none."""
    first: bool = False
    """Of a row: whether a table begins with it."""
    hidden: str | None = None
    """Why who opens the file does not see it: `white`, `invisible`, `tiny`, `off_page`, `covered`, `hidden`."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """Blocks laid out as one text."""

    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    boxes: Boxes | None
    """One row for each character of `text`; None where no block has boxes."""


def plain(text: str) -> str:
    """Text as it stands in a document: NFC, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def assemble(blocks: Iterable[Block]) -> Assembly:
    """Lay the blocks out as one NFC text, with the places of its pages, sections and characters."""
    parts: list[str] = []
    length = 0
    previous: Block | None = None
    pages: dict[int, list[int]] = {}
    heads: list[tuple[tuple[str, ...], int, int, int | None]] = []
    open_headings: list[tuple[int, str]] = []
    placed: list[tuple[int, Boxes]] = []
    for block in blocks:
        bare = plain(block.text)
        if not bare:
            continue
        content = bare
        if block.kind == "item":
            content = f"{block.ordinal}. {bare}" if block.ordinal is not None else f"- {bare}"
        separator = "" if previous is None else "\n" if _runs_on(previous, block) else "\n\n"
        start = length + len(separator)
        end = start + len(content)
        parts += [separator, content]
        length = end
        at = end - len(bare)
        if block.boxes is not None and len(block.boxes) == len(bare):
            placed.append((at, block.boxes))
        for page, first, last in _spans(block, start, at, end):
            pages.setdefault(page, [first, last])[1] = last
        if block.kind == "heading":
            open_headings = [h for h in open_headings if h[0] < block.level] + [(block.level, content)]
            heads.append((tuple(text for _, text in open_headings), start, end, block.ordinal))
        previous = block
    text = "".join(parts)
    places = tuple(Page(n, a, b) for n, (a, b) in sorted(pages.items(), key=lambda item: item[1]))
    return Assembly(text, places, _sections(text, heads), _boxes(len(text), placed))


def _spans(block: Block, start: int, at: int, end: int) -> list[tuple[int, int, int]]:
    """The pages of a block, each with where it begins and ends in the text."""
    if block.boxes is None or len(block.boxes) != end - at:
        return [] if block.page is None else [(block.page, start, end)]
    numbers = block.boxes[:, 0]
    spans: list[tuple[int, int, int]] = []
    for offset in np.flatnonzero(numbers):
        page = int(numbers[offset])
        if spans and spans[-1][0] == page:
            continue
        if spans:
            spans[-1] = (spans[-1][0], spans[-1][1], at + int(offset))
        spans.append((page, start if not spans else at + int(offset), end))
    return spans


def _boxes(length: int, placed: list[tuple[int, Boxes]]) -> Boxes | None:
    if not placed:
        return None
    whole = np.zeros((length, 5), dtype=np.uint16)
    for at, boxes in placed:
        whole[at : at + len(boxes)] = boxes
    return whole


def _runs_on(previous: Block, block: Block) -> bool:
    return previous.kind == block.kind and block.kind in {"item", "row"} and not block.first


def _sections(text: str, heads: list[tuple[tuple[str, ...], int, int, int | None]]) -> tuple[Section, ...]:
    sections = []
    first = heads[0][1] if heads else len(text)
    if text[:first].strip():
        sections.append(Section((), 0, 0, first))
    for i, (path, start, end, ordinal) in enumerate(heads):
        stop = heads[i + 1][1] if i + 1 < len(heads) else len(text)
        sections.append(Section(path, start, min(end + 2, stop), stop, ordinal))
    return tuple(sections)
