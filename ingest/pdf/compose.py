"""Drafts to blocks: the lines of each joined to one text, with the place of every character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.blocks import Block
from ingest.hyphens import Vocabulary, breaks_words, join
from ingest.pdf.lines import Line, line_text
from ingest.pdf.marks import mark_of
from ingest.pdf.paragraphs import Draft
from ingest.pdf.tables import Cell, Table
from ingest.pdf.text import EMPTY, SPACE, Text, boxes_of, clean, joined
from kb.language import fold, is_dutch_word, rarity

_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[/\-_.=&?%#]$")
_RARE = 0.62
"""Words rarer than this are more likely the half of another one, where a line ends in the midst of it."""
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_FIRST_LETTERS = re.compile(r"^[^\W\d_]+")


class Composer:
    """Joins lines the same way through a document, by its own vocabulary."""

    def __init__(self, lines: Iterable[Sequence[Line]], table: NDArray[np.uint16]) -> None:
        self._table = table
        self._vocabulary = Vocabulary()
        ends: list[tuple[str, str]] = []
        for column in lines:
            last = ""
            for line in column:
                text = line_text(line.words).text
                self._vocabulary.add(text)
                if last.endswith("-") and len(last) > 1:
                    ends.append((last, text))
                last = text
        self._breaking = breaks_words(ends, self._vocabulary)

    def blocks(self, drafts: Iterable[Draft]) -> list[Block]:
        """The blocks of a document, in order."""
        found: list[Block] = []
        previous: Table | None = None
        for draft in drafts:
            if draft.table is not None:
                found += self._rows(draft.table, previous)
                previous = draft.table
                continue
            previous = None
            text = self._joined(draft)
            if any(char.isalnum() for char in text.text):
                found.append(self._block(draft, text))
        return found

    def _block(self, draft: Draft, text: Text) -> Block:
        kind = draft.kind
        assert kind in {"heading", "paragraph", "item"}
        boxes = boxes_of(text, self._table)
        return Block(kind, text.text, draft.level, draft.ordinal, draft.page, boxes)  # type: ignore[arg-type]

    def hidden(self, lines: Sequence[Line], reason: str, page: int) -> Block | None:
        """A block of text that nobody sees."""
        text = clean(joined(line_text(line.words, noted=False) for line in lines))
        return (
            Block("paragraph", text.text, page=page, boxes=boxes_of(text, self._table), hidden=reason)
            if text.text
            else None
        )

    def _joined(self, draft: Draft) -> Text:
        texts = []
        for i, line in enumerate(draft.lines):
            words = line.words[draft.skip :] if i == 0 else line.words
            if words:
                texts.append(line_text(words, noted=not (draft.note and i == 0) or len(words) < 2))
        return clean(self._join(texts))

    def _join(self, texts: Sequence[Text]) -> Text:
        """Lines as one text: hyphens at their ends mended, spaces between the others."""
        if not texts:
            return EMPTY
        parts: list[Text] = [texts[0]]
        for text in texts[1:]:
            last = parts[-1]
            if last.text.endswith("-") and len(last.text) > 1 and not last.text.endswith(" -") and text.text:
                parts[-1], text = self._mended(last, text)
            elif not _ADDRESS.search(last.text[-200:]):
                parts.append(SPACE)
            parts.append(text)
        return joined(parts, "")

    def _mended(self, last: Text, text: Text) -> tuple[Text, Text]:
        """Two lines of which the first ends in a hyphen, as they stand together."""
        if text.text.startswith("-"):
            return last, text.cut(len(text.text) - len(text.text.lstrip("-")))
        if _ADDRESS.search(last.text[-200:]):
            return last, text
        settled = join(last.text[-80:], text.text[:80], self._vocabulary, self._breaking)
        if settled == "drop":
            return last.cut(0, -1), text
        return last, SPACE + text if settled == "space" else text

    def _rows(self, table: Table, previous: Table | None) -> list[Block]:
        """The rows of a table; one that goes on from another page leaves out the heads it repeats."""
        rows: list[list[Text]] = [[EMPTY] * table.columns for _ in range(table.rows)]
        for cell in table.cells:
            rows[cell.row][cell.column] = self._cell(cell)
        goes_on = previous is not None and previous.columns == table.columns
        blocks: list[Block] = []
        for i, row in enumerate(rows):
            filled = [text for text in row if text.text]
            if not filled:
                continue
            if i == 0 and len(filled) == 1 and table.columns > 1 and table.rows > 2 and not goes_on:
                # a title over the whole table is no row of it
                blocks.append(
                    Block("paragraph", filled[0].text, page=table.page, boxes=boxes_of(filled[0], self._table))
                )
                continue
            text = clean(joined((_without_bars(text) for text in row), " | "))
            first = not goes_on and all(block.kind != "row" for block in blocks)
            blocks.append(Block("row", text.text, page=table.page, boxes=boxes_of(text, self._table), first=first))
        return blocks

    def _cell(self, cell: Cell) -> Text:
        texts: list[Text] = []
        for i, line in enumerate(cell.lines):
            mark = mark_of(line)
            text = line_text(line.words)
            if mark is not None and mark.strong and len(line.words[0].text) == 1:
                text = _with_bullet(text)
            if texts and self._is_broken(texts[-1], text, cell, cell.lines[i - 1]):
                texts[-1] = texts[-1] + text
            else:
                texts.append(text)
        return clean(self._join(texts))

    def _is_broken(self, last: Text, text: Text, cell: Cell, line: Line) -> bool:
        """Whether a word was broken after a line of a narrow cell, without a hyphen."""
        a, b = _LAST_LETTERS.search(last.text[-60:]), _FIRST_LETTERS.match(text.text[:60])
        width = cell.right - cell.left
        if a is None or b is None or width > 12 * line.size or line.right - line.left < 0.6 * width:
            return False
        if not b.group()[:1].islower():
            return False
        head, tail = fold(a.group()), fold(b.group())
        known = self._vocabulary.whole[head + tail] > 0 or is_dutch_word(head + tail)
        return known and not (_is_common(head) and _is_common(tail))


def _is_common(word: str) -> bool:
    return len(word) > 1 and rarity(word) < _RARE


def _with_bullet(text: Text) -> Text:
    """A line of a cell, with a bullet of a symbol font written as one that all fonts have."""
    return Text("•" + text.text[1:], text.glyphs)


def _without_bars(text: Text) -> Text:
    """A cell without the mark that stands between cells."""
    return Text(text.text.replace("|", "¦"), text.glyphs) if "|" in text.text else text
