"""The content of a web page to blocks, in the order of its source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.readers.decoding import plain_characters
from ingest.readers.html_content import Content, is_content_mark
from ingest.readers.html_hidden import hidden_reason, is_unseen_helper
from ingest.readers.html_tables import is_data, rows
from ingest.readers.html_text import inline_text, is_note_mark, is_permalink, list_numbers
from ingest.readers.html_tree import role, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
    "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "dir", "listing", "plaintext", "xmp", "search",
}  # fmt: skip
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LONGEST_HEADING = 250
_LONGEST_ITEM = 2000
"""Of an item that more paragraphs are still joined to."""
_LONG_HIDDEN = 30
"""Hidden text from this length on is told of; what is shorter is a label."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is left out of a page."""

    content: Content | None
    """Says what is furniture; None where nothing is."""
    opened: frozenset[str] = frozenset()
    """The ids of panels that a button opens."""
    inside: bool = True
    """Whether the walk begins within the content of the page, not around it."""


@dataclass(slots=True)
class _Frame:
    """An element that is open and says what the text in it becomes."""

    element: _Element
    kind: str
    level: int = 1
    label: str = ""
    """Of an item: what stands before its text."""
    ordinal: int | None = None
    at: int | None = None
    """The place of the item among the blocks, once it has text."""


@dataclass(slots=True)
class _Writer:
    """The blocks so far, and the text of the one in the making."""

    blocks: list[Block] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    hidden: list[Block] = field(default_factory=list)
    term: str = ""
    """Of a definition list, while what it means is still to come."""
    broken: bool = False
    """The last thing was a line break."""

    def write(self, text: str | None) -> None:
        """Add text to the block in the making."""
        if text:
            self.parts.append(plain_characters(text))
            self.broken = self.broken and not text.strip()

    def line_break(self) -> None:
        """End a line; a second time, the paragraph."""
        if self.broken and not self.frames:
            self.flush()
        self.parts.append(" ")
        self.broken = True

    def take(self) -> str:
        """The text of the block in the making, which is empty from now on."""
        text = " ".join("".join(self.parts).split())
        self.parts.clear()
        self.broken = False
        return text

    def flush(self) -> None:
        """Finish the block in the making; within a heading or a term its parts only come to stand apart."""
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.kind != "item":
            self.parts.append(" ")
            return
        text = self.take()
        if text and frame is not None:
            self._add_to_item(frame, text)
        elif text:
            self.blocks.append(Block("paragraph", text))
        self._tell_hidden()

    def _add_to_item(self, frame: _Frame, text: str) -> None:
        if frame.at is None:
            frame.at = len(self.blocks)
            self.blocks.append(Block("item", frame.label + text, ordinal=frame.ordinal))
        elif frame.at == len(self.blocks) - 1 and len(self.blocks[-1].text) < _LONGEST_ITEM:
            self.blocks[-1] = replace(self.blocks[-1], text=f"{self.blocks[-1].text} {text}")
        else:
            self.blocks.append(Block("paragraph", text))

    def open(self, frame: _Frame) -> None:
        """Begin a heading, an item or a term."""
        self.flush()
        self.frames.append(frame)

    def close(self) -> None:
        """Finish what was opened last."""
        frame = self.frames[-1]
        if frame.kind == "item":
            self.flush()
            if frame.element.tag == "dd":
                self.settle()
            self.frames.pop()
            return
        text = self.take()
        self.frames.pop()
        if frame.kind == "term":
            self.drop_term()
            self.term = text
        elif text:
            self.add_heading(text, frame.level)
        self._tell_hidden()

    def add_heading(self, text: str, level: int) -> None:
        """Add a heading, or a paragraph where it is too long for one."""
        self.settle()
        if len(text) > _LONGEST_HEADING:
            self.blocks.append(Block("paragraph", text))
        else:
            self.blocks.append(Block("heading", text, level=level))

    def settle(self) -> None:
        """What follows a heading or table within a list item is no item any more."""
        for frame in self.frames:
            if frame.at is None:
                frame.at = -1
                if frame.element.tag == "dd" and frame.label:
                    self.blocks.append(Block("item", frame.label.rstrip(": ")))

    def drop_term(self) -> None:
        """Give a term that has no meaning as an item of its own."""
        if self.term:
            self.blocks.append(Block("item", self.term))
            self.term = ""

    def _tell_hidden(self) -> None:
        self.blocks += self.hidden
        self.hidden.clear()


def to_blocks(root: _Element, rules: Rules) -> list[Block]:
    """The blocks of an element and all in it, without what the rules leave out."""
    from lxml import etree

    writer = _Writer()
    numbers: dict[_Element, tuple[int | None, str]] = {}
    skipped: _Element | None = None
    depth = int(rules.inside)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            depth += is_content_mark(element)
            if _passed_over(element, root, rules, writer, depth > 0) or _written_whole(element, rules, writer):
                skipped = element
                walk.skip_subtree()
                continue
            _begin(element, writer, numbers)
            writer.write(element.text)
            continue
        depth -= is_content_mark(element)
        if element is not skipped:
            _end(element, writer)
        if element is not root:
            writer.write(element.tail)
    writer.flush()
    writer.drop_term()
    return writer.blocks


def _passed_over(element: _Element, root: _Element, rules: Rules, writer: _Writer, inside: bool) -> bool:
    """Whether an element is left out; hidden text that is long is told of."""
    if element is root:
        return False
    helper = is_unseen_helper(element, rules.opened)
    reason = None if helper else hidden_reason(element, rules.opened)
    left_out = helper or (rules.content is not None and rules.content.is_furniture(element, inside))
    if (left_out or reason) and element.tag in _BLOCKS:
        writer.flush()
    if reason is None:
        return left_out
    if not left_out and not _is_menu(element, rules):
        text = words(element)
        if len(text) >= _LONG_HIDDEN:
            writer.hidden.append(Block("paragraph", text, hidden=reason))
    return True


def _is_menu(element: _Element, rules: Rules) -> bool:
    return rules.content is not None and rules.content.is_linked(element)


def _written_whole(element: _Element, rules: Rules, writer: _Writer) -> bool:
    """Write an element that is not gone into: a table with data, a mark in the text."""
    tag = element.tag
    if tag == "table" and is_data(element):
        writer.flush()
        writer.settle()
        cell_rules = replace(rules, inside=True)
        writer.blocks += rows(element, lambda cell: cell_text(cell, cell_rules))
        return True
    if tag not in {"a", "sup", "span"}:
        return False
    before = "".join(writer.parts[-3:])
    if is_note_mark(element, before) or is_permalink(element):
        return True
    text = inline_text(element, before)
    if text is None:
        return False
    writer.write(text)
    return True


def cell_text(cell: _Element, rules: Rules) -> str:
    """All that stands in a cell of a table, on one line."""
    texts = []
    for block in to_blocks(cell, rules):
        if block.hidden is None:
            text = block.text.replace(" | ", " ") if block.kind == "row" else block.text
            texts.append(f"{block.ordinal}. {text}" if block.ordinal is not None else text)
    return " ".join(texts)


def _begin(element: _Element, writer: _Writer, numbers: dict[_Element, tuple[int | None, str]]) -> None:
    tag = element.tag
    if tag == "br":
        writer.line_break()
    elif tag == "q":
        writer.write("“")
    elif level := _heading_level(element):
        writer.open(_Frame(element, "heading", level=level))
    elif tag == "li":
        ordinal, label = numbers.get(element, (None, ""))
        writer.open(_Frame(element, "item", label=label, ordinal=ordinal))
    elif tag == "dt":
        writer.open(_Frame(element, "term"))
    elif tag == "dd":
        under_heading = not writer.term and bool(writer.blocks) and writer.blocks[-1].kind == "heading"
        writer.open(_Frame(element, "item", label=_label(writer.term), at=-1 if under_heading else None))
        writer.term = ""
    elif tag in _BLOCKS:
        writer.flush()
        if tag == "ol":
            numbers.update(list_numbers(element))


def _end(element: _Element, writer: _Writer) -> None:
    if writer.frames and writer.frames[-1].element is element:
        writer.close()
    elif element.tag == "q":
        writer.write("”")
    elif element.tag in _BLOCKS:
        writer.flush()
        if element.tag == "dl":
            writer.drop_term()


def _heading_level(element: _Element) -> int:
    """The level of an element that is a heading; 0 for others."""
    if element.tag in _HEADINGS:
        return _HEADINGS[element.tag]
    if role(element) != "heading":
        return 0
    level = re.match(r"[1-6]$", element.get("aria-level", "").strip())
    return int(level[0]) if level else 2


def _label(term: str) -> str:
    """A term as it stands before its meaning."""
    if not term:
        return ""
    return f"{term} " if term.endswith((":", "?", "!", ".", "=", "–", "-")) else f"{term}: "
