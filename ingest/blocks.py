"""What every reader gives: blocks of text in reading order; and how blocks become one document text.

The text of a document has one plain form, whatever the file was: headings and paragraphs on a line of
their own with an empty line between, list items on consecutive lines that begin with "- " or "1. ",
table rows on consecutive lines with " | " between the cells.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kb.types import Page, Section


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


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Page, ...], tuple[Section, ...]]:
    """Lay the blocks out as one NFC text, with the places of its pages and sections."""
    parts: list[str] = []
    length = 0
    previous: Block | None = None
    pages: dict[int, list[int]] = {}
    heads: list[tuple[tuple[str, ...], int, int, int | None]] = []
    open_headings: list[tuple[int, str]] = []
    for block in blocks:
        content = " ".join(unicodedata.normalize("NFC", block.text).split())
        if not content:
            continue
        if block.kind == "item":
            content = f"{block.ordinal}. {content}" if block.ordinal is not None else f"- {content}"
        separator = "" if previous is None else "\n" if _runs_on(previous, block) else "\n\n"
        start = length + len(separator)
        end = start + len(content)
        parts += [separator, content]
        length = end
        if block.page is not None:
            pages.setdefault(block.page, [start, end])[1] = end
        if block.kind == "heading":
            open_headings = [h for h in open_headings if h[0] < block.level] + [(block.level, content)]
            heads.append((tuple(text for _, text in open_headings), start, end, block.ordinal))
        previous = block
    text = "".join(parts)
    return text, tuple(Page(n, a, b) for n, (a, b) in sorted(pages.items())), _sections(text, heads)


def _runs_on(previous: Block, block: Block) -> bool:
    return previous.kind == block.kind and block.kind in {"item", "row"}


def _sections(text: str, heads: list[tuple[tuple[str, ...], int, int, int | None]]) -> tuple[Section, ...]:
    sections = []
    first = heads[0][1] if heads else len(text)
    if text[:first].strip():
        sections.append(Section((), 0, 0, first))
    for i, (path, start, end, ordinal) in enumerate(heads):
        stop = heads[i + 1][1] if i + 1 < len(heads) else len(text)
        sections.append(Section(path, start, min(end + 2, stop), stop, ordinal))
    return tuple(sections)
