"""Glyphs to words, and words to the lines they stand on."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.geometry import turned
from ingest.pdf.glyphs import SKEWED, SPACE, PageGlyphs, Style
from ingest.pdf.ligatures import LostLetters
from ingest.pdf.text import Text

_WORD_GAP = 0.2
"""In units of the type size: a wider gap within a line parts words, also without a space."""
_LETTER_GAP = 0.14
"""The same between letters of one run of type, on top of the white that its letters usually have between them."""
_HINTED_GAP = 0.09
"""The same where pdfium, which knows the font, sees a space."""
_WIDE_GAP = 1.6
"""A wider gap parts two pieces of a line: columns, cells, a label and its value."""
_NOTE_SIZE = 0.82
"""Type smaller than this share of its neighbour's, off the baseline, is a note number, power or index."""


@dataclass(slots=True)
class Word:
    """A word, or the part of one that has one style."""

    text: str
    glyphs: array[int]
    left: float
    right: float
    top: float
    bottom: float
    base: float
    style: Style
    order: int
    """Its place in the file."""
    spaced: bool
    """Whether the file has a space before it."""
    raised: int = 0
    """1 above the baseline of its line, -1 below."""

    @property
    def size(self) -> float:
        """Its type size."""
        return self.style.size


@dataclass(slots=True)
class Line:
    """Words on one baseline with no wide gap between them."""

    words: list[Word]
    page: int
    base: float
    size: float
    turns: int = 0
    left: float = field(init=False)
    right: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)
    bold: bool = field(init=False)
    italic: bool = field(init=False)
    colour: tuple[int, int, int] = field(init=False)
    column: int = 0
    """Which column of its page it belongs to, in reading order."""
    column_right: float = 0.0
    """Where lines of its column end."""
    column_left: float = 0.0
    bullet: bool = False
    """Whether a bullet is drawn before it."""
    box: int = 0
    """Which side box it stands in; 0 for the running text."""

    def __post_init__(self) -> None:
        self.left = min(word.left for word in self.words)
        self.right = max(word.right for word in self.words)
        self.top = min(word.top for word in self.words)
        self.bottom = max(word.bottom for word in self.words)
        # the number before a heading may be set in another weight
        telling = [word for word in self.words if any(c.isalpha() for c in word.text)] or self.words
        letters = sum(len(word.text) for word in telling)
        self.bold = sum(len(word.text) for word in telling if word.style.bold) > 0.85 * letters
        self.italic = sum(len(word.text) for word in telling if word.style.italic) > 0.85 * letters
        self.colour = Counter(word.style.colour for word in self.words).most_common(1)[0][0]

    @property
    def text(self) -> str:
        """Its words with spaces between them, as they stand."""
        return " ".join(word.text for word in self.words)


def words_of(page: PageGlyphs, chosen: NDArray[np.bool_], first: int, lost: LostLetters) -> dict[int, list[Word]]:
    """The words of the chosen glyphs of a page, by the way they read (quarter turns, or askew).

    `first` is the number in the document of the page's first glyph.
    """
    found: dict[int, list[Word]] = {}
    turns = np.array([style.turns for style in page.styles] or [0])[page.style] if len(page) else page.style
    for way in sorted({int(turn) for turn in turns[chosen]}):
        found[way] = _Assembler(page, way, first, lost).words(np.flatnonzero(chosen & (turns == way)))
    return found


class _Assembler:
    """Puts glyphs that read the same way together to words, in the order of the file."""

    def __init__(self, page: PageGlyphs, way: int, first: int, lost: LostLetters) -> None:
        turn = max(0, way)
        width, height = page.view.width, page.view.height
        self._cell = turned(page.cell, turn, width, height).tolist()
        base = np.concatenate([page.base, page.base], axis=1)
        self._base = turned(base, turn, width, height)[:, 1].tolist()
        self._page = page
        self._first = first
        self._lost = lost
        self._askew = way == SKEWED

    def words(self, indices: NDArray[np.intp]) -> list[Word]:
        """The words of these glyphs, in the order of the file."""
        found: list[Word] = []
        spaced = True
        hint = False
        before = -1
        usual = 0.0
        for i in indices.tolist():
            letters = self._page.text[i]
            if letters == SPACE:
                hint, spaced = (True, spaced) if self._page.generated[i] else (hint, True)
                continue
            word = self._word(i, letters, len(found), spaced)
            last = found[-1] if found else None
            if last is not None and before >= 0 and self._cell[i] == self._cell[before] and not spaced:
                # pdfium gives the letters of one glyph as glyphs that lie on each other
                _extend(last, word)
            elif last is None or spaced or not self._continues(last, word, hint, usual):
                limit = (_HINTED_GAP if hint else _LETTER_GAP + usual) * word.size
                word.spaced = spaced or last is None or word.left - last.right > limit
                found.append(word)
            elif not self._doubles(last, word):
                usual = 0.7 * usual + 0.3 * min(0.3, max(0.0, (word.left - last.right) / word.size))
                _extend(last, word)
            before = i
            spaced = hint = False
        return _painted_once(found)

    def _word(self, i: int, letters: str, order: int, spaced: bool) -> Word:
        left, top, right, bottom = self._cell[i]
        style = self._page.styles[self._page.style[i]]
        if not letters:
            letters = self._lost.mark(style, self._page.cell[i], self._page.ink[i], self._page.number)
        base = self._base[i] if not self._askew else bottom
        numbers = array("I", [self._first + i]) * len(letters)
        return Word(letters, numbers, left, right, top, bottom, base, style, order, spaced)

    def _doubles(self, last: Word, word: Word) -> bool:
        """Whether a glyph is painted once more over the last one, to make it look bold."""
        return (
            last.text[-1:] == word.text
            and abs(last.right - word.right) < 0.08 * word.size
            and abs(last.base - word.base) < 0.1 * word.size
        )

    def _continues(self, last: Word, word: Word, hint: bool, usual: float) -> bool:
        size = max(last.size, word.size)
        limit = _HINTED_GAP if hint else _LETTER_GAP + usual
        return (
            last.style is word.style
            and abs(last.base - word.base) < 0.1 * size
            and -0.5 * size < word.left - last.right < limit * size
        )


def _painted_once(words: list[Word]) -> list[Word]:
    """The words without those that are painted again over themselves, as a shadow or to look bold."""
    places: dict[tuple[str, int, int], Word] = {}
    result = []
    for word in words:
        step = max(1.0, 0.25 * word.size)
        x, y = int(word.left // step), int(word.base // step)
        near = [places.get((word.text, x + dx, y + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        limit = 0.12 * word.size
        if any(w and abs(w.left - word.left) < limit and abs(w.base - word.base) < limit for w in near):
            continue
        places[word.text, x, y] = word
        result.append(word)
    return result


def _extend(word: Word, more: Word) -> None:
    word.text += more.text
    word.glyphs.extend(more.glyphs)
    word.right = max(word.right, more.right)
    word.left = min(word.left, more.left)
    word.top, word.bottom = min(word.top, more.top), max(word.bottom, more.bottom)


def lines_of(words: list[Word], page: int, turns: int, uprights: Sequence[tuple[float, float, float]]) -> list[Line]:
    """The lines of a page: words on one baseline, parted at wide gaps and at vertical rulings."""
    _raise_notes(words)
    lines: list[Line] = []
    for row in _rows(words):
        for piece in _pieces(row, uprights):
            size = _main_size(piece)
            base = next((w.base for w in piece if w.size == size), piece[0].base)
            lines.append(Line(_merged(_unspaced(piece)), page, base, size, turns))
    return lines


def _main_size(words: Sequence[Word]) -> float:
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.size] += len(word.text)
    return sizes.most_common(1)[0][0]


def _raise_notes(words: list[Word]) -> None:
    """Give small type beside a word, off its baseline, the baseline of that word."""
    for near in (1, -1):
        for i, word in enumerate(words):
            if word.raised or not 0 <= i - near < len(words) or len(word.text) > 8:
                continue
            other = words[i - near]
            after = words[i + near] if 0 <= i + near < len(words) else None
            lift = _lift(word, other, near)
            if lift and not other.raised and not _goes_on(word, after):
                word.raised = lift
                word.base = other.base


def _lift(word: Word, other: Word, near: int) -> int:
    """1 where a word is raised beside another one, -1 where it is lowered, 0 where it is neither."""
    gap = word.left - other.right if near == 1 else other.left - word.right
    lift = (other.base - word.base) / other.size
    small = 0.4 * other.size < word.size < _NOTE_SIZE * other.size
    # the number of a footnote may stand a little apart from its text
    most = 0.35 if near == 1 or not word.text.isdigit() else 0.8
    if not small or not -0.3 * other.size < gap < most * other.size:
        return 0
    return 1 if 0.12 < lift < 0.75 else -1 if -0.4 < lift < -0.05 else 0


def _goes_on(word: Word, after: Word | None) -> bool:
    """Whether a small word is the beginning of a line of its own."""
    if after is None or not word.text.isalpha():
        return False
    return after.size == word.size and abs(after.base - word.base) < 0.1 and abs(after.left - word.right) < word.size


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words by baseline, from top to bottom; a little play is for files that round their places."""
    rows: list[list[Word]] = []
    start = last = 0.0
    for word in sorted(words, key=lambda w: w.base):
        play = 0.12 * word.size
        if rows and word.base - last <= play and word.base - start <= 3 * play:
            rows[-1].append(word)
        else:
            rows.append([word])
            start = word.base
        last = word.base
    return rows


def _pieces(row: list[Word], uprights: Sequence[tuple[float, float, float]]) -> list[list[Word]]:
    row.sort(key=lambda w: w.left)
    pieces = [[row[0]]]
    far = row[0]
    for word in row[1:]:
        gap = word.left - far.right
        size = max(w.size for w in (*pieces[-1][-2:], word)) if word.raised or far.raised else min(word.size, far.size)
        follows = 0 <= word.order - far.order <= 2
        limit = _WIDE_GAP if follows else 0.95
        if gap > limit * size or (gap > -0.2 * size and _ruled(far, word, uprights)):
            pieces.append([word])
        else:
            pieces[-1].append(word)
        if word.right >= far.right or len(pieces[-1]) == 1:
            far = word
    return pieces


def _ruled(left: Word, right: Word, uprights: Sequence[tuple[float, float, float]]) -> bool:
    """Whether a vertical ruling stands between two words."""
    middle = (left.top + left.bottom) / 2
    from_x, to_x = left.right - 0.15 * left.size, right.left + 0.15 * right.size
    return any(from_x <= x <= to_x and top <= middle <= bottom for x, top, bottom in uprights)


def _unspaced(words: list[Word]) -> list[Word]:
    """Words that are set with a space between all letters ("I N H O U D"), written as words again."""
    if sum(len(word.text) == 1 for word in words) < max(4, 0.8 * len(words)):
        return words
    gaps = [b.left - a.right for a, b in pairwise(words)]
    usual = float(np.median(gaps))
    if usual <= 0 or sum(w.text.isalpha() for w in words) < 0.7 * len(words):
        return words
    result = [words[0]]
    for gap, word in zip(gaps, words[1:], strict=True):
        if gap > 1.6 * usual + 0.05 * word.size:
            result.append(word)
        else:
            last = result[-1]
            result[-1] = Word(
                last.text, last.glyphs[:], last.left, last.right, last.top, last.bottom, last.base, last.style,
                last.order, last.spaced, last.raised,
            )  # fmt: skip
            _extend(result[-1], word)
    return result


def _merged(words: list[Word]) -> list[Word]:
    """Parts of one word in two styles marked as one: the later part then has no space before it."""
    for a, b in pairwise(words):
        gap = b.left - a.right
        follows = b.order == a.order + 1
        size = max(a.size, b.size)
        limit = 0.1 if not follows else _WORD_GAP
        b.spaced = (b.spaced and (follows or gap > 0.04 * size)) or gap > limit * size
    words[0].spaced = True
    return words


def line_text(words: Sequence[Word], noted: bool = True) -> Text:
    """The text of words on a line; note numbers go, powers are written with "^"."""
    text: list[str] = []
    glyphs = array("I")
    none = 0xFFFFFFFF
    for i, word in enumerate(words):
        before = "".join(text[-12:]) if word.raised > 0 else ""
        if noted and word.raised > 0 and i and _is_note(word.text, before):
            continue
        if word.spaced and text and not word.raised:
            text.append(" ")
            glyphs.append(none)
        if word.raised > 0 and before[-1:].isdigit() and word.text.isdigit():
            text.append("^")
            glyphs.append(none)
        text.append(word.text)
        glyphs.extend(word.glyphs)
    return Text("".join(text), glyphs)


_POWER_OF = ("10", "2")
_UNITS = ("m", "km", "cm", "mm", "dm", "hm")


def _is_note(raised: str, before: str) -> bool:
    """Whether something raised is the number of a note, and not a power, an ending ("1e") or a unit ("m2")."""
    bare = raised.strip(",;[]() ")
    if not bare or not all(c.isdigit() or c in ",; -*†‡" for c in bare):
        return False
    last = before.split()[-1] if before.split() else ""
    if last in _POWER_OF or last.endswith(("×10", "x10", "·10")):
        return False
    return not (last in _UNITS and bare in {"2", "3"})
