"""Text that knows for each of its characters which glyph of the document it comes from."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.blocks import Boxes, plain

NO_GLYPH = 0xFFFFFFFF
"""In place of a glyph for what was put in: a space, a mark of a power."""

LOST = 0xF0000
"""Code points from here on stand for letters that the file does not name, until they are found."""

_MOST_MARKS = 8
"""Marks on one letter; normalising longer rows takes quadratic time."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters with their glyphs, one for each."""

    text: str
    glyphs: array[int]

    def __add__(self, other: Text) -> Text:
        return Text(self.text + other.text, self.glyphs + other.glyphs)

    def cut(self, start: int, end: int | None = None) -> Text:
        """A part of it."""
        return Text(self.text[start:end], self.glyphs[start:end])


EMPTY = Text("", array("I"))
SPACE = Text(" ", array("I", [NO_GLYPH]))


def inserted(text: str) -> Text:
    """Text that stands nowhere on a page."""
    return Text(text, array("I", [NO_GLYPH]) * len(text))


def joined(parts: Iterable[Text], separator: str = " ") -> Text:
    """The parts with a separator between them."""
    texts: list[str] = []
    glyphs = array("I")
    between = inserted(separator).glyphs
    for part in parts:
        if texts:
            glyphs.extend(between)
        texts.append(part.text)
        glyphs.extend(part.glyphs)
    return Text(separator.join(texts), glyphs)


def is_private(char: str) -> bool:
    """Whether a character has no meaning outside its font."""
    return "\ue000" <= char <= "\uf8ff" or ord(char) >= LOST


def clean(text: Text) -> Text:
    """The text as `ingest.blocks.plain` gives it: NFC, single spaces, nothing private; aligned all the while."""
    chars: list[str] = []
    glyphs = array("I")
    gap = False
    for cluster, glyph in _clusters(text):
        if cluster.isspace():
            gap = True
            continue
        if is_private(cluster[0]):
            continue
        if gap and chars:
            chars.append(" ")
            glyphs.append(NO_GLYPH)
        gap = False
        composed = cluster if cluster.isascii() else unicodedata.normalize("NFC", cluster)
        chars.append(composed)
        glyphs.extend(array("I", [glyph]) * len(composed))
    result = Text("".join(chars), glyphs)
    # letters that compose across clusters (Hangul) are too rare to align: then the text goes without places
    settled = result.text if result.text.isascii() else plain(result.text)
    return result if settled == result.text else inserted(settled)


def _clusters(text: Text) -> Iterable[tuple[str, int]]:
    """Each character with the marks that stand on it, and the glyph of the first."""
    if text.text.isascii():
        yield from zip(text.text, text.glyphs, strict=True)
        return
    start = 0
    for i in range(1, len(text.text) + 1):
        if i < len(text.text) and unicodedata.combining(text.text[i]):
            continue
        yield text.text[start : min(i, start + 1 + _MOST_MARKS)], text.glyphs[start]
        start = i


def boxes_of(text: Text, table: NDArray[np.uint16]) -> Boxes:
    """The place of each character, from the table of all glyphs of the document."""
    wanted = np.frombuffer(text.glyphs, dtype=np.uint32)
    places = np.zeros((len(wanted), 5), dtype=np.uint16)
    placed = wanted < len(table)
    places[placed] = table[wanted[placed]]
    return places
