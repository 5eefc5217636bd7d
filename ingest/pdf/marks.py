"""The bullets and numbers with which items of lists begin."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.pdf.lines import Line, Word
from ingest.pdf.text import is_private

_BULLETS = frozenset("•●▪■◦‣∙·❖►▶➢✓✔○□◆◇→⇒➔⮚∎▸▹◾◽❑❒⁃⦁🞄☐☑☒")
_DASHES = frozenset("-–—−*")
_SYMBOL_FONTS = ("wingdings", "symbol", "webdings", "dingbats", "marlett")
_LETTER_BULLETS = frozenset("o§nqvüØlu")
_NUMBER = re.compile(r"^\(?(\d{1,3})[.)]$")
_LETTERED = re.compile(r"^\(?(?:[a-zA-Z]|[ivx]{1,5})[.)]$")


@dataclass(frozen=True, slots=True)
class Mark:
    """How an item begins: how many words its bullet or number takes, and the number."""

    words: int
    ordinal: int | None = None
    strong: bool = True
    """Whether it can only be the mark of an item; a dash or a number may also stand in a sentence."""
    printed: bool = False
    """Whether it belongs in the text, as "a)" does."""


def mark_of(line: Line) -> Mark | None:
    """The bullet or number that a line begins with."""
    if line.bullet:
        return Mark(0)
    words = line.words
    first = words[0]
    if _is_bullet(first, words[1] if len(words) > 1 else None):
        return Mark(1)
    if len(words) < 2 or first.raised:
        return None
    if first.text in _DASHES:
        return Mark(1, strong=False)
    if match := _NUMBER.match(first.text):
        return Mark(1, int(match[1]), strong=False)
    if _LETTERED.match(first.text):
        return Mark(1, strong=False, printed=True)
    return None


def _is_bullet(word: Word, after: Word | None) -> bool:
    if len(word.text) != 1:
        return False
    char = word.text
    if char in _BULLETS or (is_private(char) and ord(char) < 0xF0000):
        return True
    font = word.style.font.lower()
    if any(name in font for name in _SYMBOL_FONTS):
        return not char.isdigit()
    apart = after is not None and after.left - word.right > 0.4 * word.size
    return char in _LETTER_BULLETS and apart and after is not None and after.style.font != word.style.font


def split_bullet(words: list[Word]) -> list[Word]:
    """The words of a line, with a bullet that is glued to the first of them by itself."""
    first = words[0]
    if len(first.text) < 2 or not (first.text[0] in _BULLETS or "\ue000" <= first.text[0] <= "\uf8ff"):
        return words
    share = first.left + (first.right - first.left) / len(first.text)
    bullet = Word(
        first.text[0], first.glyphs[:1], first.left, share, first.top, first.bottom, first.base, first.style,
        first.order, first.spaced,
    )  # fmt: skip
    rest = Word(
        first.text[1:], first.glyphs[1:], share, first.right, first.top, first.bottom, first.base, first.style,
        first.order, True,
    )  # fmt: skip
    return [bullet, rest, *words[1:]]


def is_lone_mark(words: list[Word]) -> bool:
    """Whether a piece of a line is nothing but the mark of an item, whose text stands further on."""
    if len(words) != 1:
        return False
    text = words[0].text
    return (
        _is_bullet(words[0], None)
        or text in _DASHES
        or (text in _LETTER_BULLETS and len(text) == 1)
        or bool(_NUMBER.match(text) or _LETTERED.match(text))
        or bool(re.fullmatch(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?", text))
    )
