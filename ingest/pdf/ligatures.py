"""Letters that a PDF shows but does not name: found back with the words that they make.

Files made from a word processor often leave the ligatures for "ti", "tt", "ft" and the like without letters. The
same glyph stands for the same letters all through a font, so the letters that make words everywhere are the ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ingest.pdf.geometry import Floats
from ingest.pdf.glyphs import PageGlyphs, Style
from ingest.pdf.text import LOST

_CANDIDATES = (
    "ti", "tt", "ft", "fi", "ff", "fl", "tf", "tti", "ffi", "ffl", "fj", "fb", "fh", "fk", "Th", "st", "ct", "th",
    "tz", "gi", "gj", "ij", "it", "fti", "fft", "ttf", "tj", "rt", "rf", "ffj", "IJ", "f", "t", "i", "j",
)  # fmt: skip
_LETTERS = frozenset("".join(_CANDIDATES))
_MOST_KINDS = 4000
_SAMPLE = 400
"""Words that are tried for one glyph; more say nothing new."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """What tells a glyph without letters from others: its font, its advance and its ink, by the type size."""

    font: str
    advance: int
    width: int
    height: int


@dataclass(slots=True)
class LostLetters:
    """The glyphs without letters of a document, each standing in the text as a character of its own."""

    _numbers: dict[Glyph, int] = field(default_factory=dict)
    _pages: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _widths: defaultdict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def mark(self, style: Style, cell: Floats, ink: Floats, page: int) -> str:
        """The character that stands for a glyph until its letters are known."""
        size = max(style.size, 0.5)
        advance, width, height = cell[2] - cell[0], ink[2] - ink[0], ink[3] - ink[1]
        # Skia rounds places to a tenth of a point, so glyphs are compared in steps of 1/20 of the size
        glyph = Glyph(style.font, *(round(20 * float(x) / size) for x in (advance, width, height)))
        known = self._numbers.setdefault(glyph, min(len(self._numbers), _MOST_KINDS))
        self._pages[known].add(page)
        return chr(LOST + known)

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def learn(self, page: PageGlyphs) -> None:
        """Remember how wide the letters are that a page does name, where it has some that it does not."""
        if "" not in page.text:
            return
        for text, cell, style in zip(page.text, page.cell.tolist(), page.style.tolist(), strict=True):
            if len(text) == 1 and text in _LETTERS:
                found = page.styles[style]
                self._widths[found.font].setdefault(text, (cell[2] - cell[0]) / max(found.size, 0.5))

    def solve(self, words: Iterable[str], common: Callable[[str], float]) -> dict[str, str]:
        """The letters of each mark, by the words it stands in; a mark that no letters fit is not among them.

        `common` says how common a word is, and 0 of what is no word.
        """
        seen: Counter[str] = Counter(words)
        contexts: defaultdict[str, list[str]] = defaultdict(list)
        for word, _ in seen.most_common():
            for char in set(word):
                if ord(char) >= LOST and len(contexts[char]) < _SAMPLE:
                    contexts[char].append(word)
        solved: dict[str, str] = {}
        # the glyph that stands in most words first: it settles words that others share
        for char in sorted(contexts, key=lambda c: -len(contexts[c])):
            candidates = self._fitting(ord(char) - LOST)
            if letters := _best(char, contexts[char], solved, candidates, common):
                solved[char] = letters
        return solved

    def _fitting(self, number: int) -> list[str]:
        """The candidates that are together about as wide as the glyph."""
        glyph = next(glyph for glyph, known in self._numbers.items() if known == number)
        widths = self._widths.get(glyph.font, {})
        advance = glyph.advance / 20

        def fits(letters: str) -> bool:
            together = [widths[c] for c in letters if c in widths]
            return len(together) < len(letters) or abs(sum(together) - advance) <= 0.05 + 0.12 * advance

        return [letters for letters in _CANDIDATES if fits(letters)]

    def unsolved_pages(self, solved: dict[str, str]) -> set[int]:
        """The pages with glyphs whose letters were not found."""
        lost = [pages for number, pages in self._pages.items() if chr(LOST + number) not in solved]
        return set().union(*lost) if lost else set()


def _best(
    char: str, words: list[str], solved: dict[str, str], candidates: list[str], common: Callable[[str], float]
) -> str | None:
    """The candidate that makes the most words, and of those the most common; None where too few make sense."""
    filled = [_filled(word, solved) for word in words]
    usable = [word for word in filled if not any(ord(c) >= LOST for c in word.replace(char, "")) and len(word) > 2]
    best, most = None, (0, 0.0)
    for letters in candidates:
        found = [common(word.replace(char, letters).lower()) for word in usable]
        score = (sum(value > 0 for value in found), sum(found))
        if score > most:
            best, most = letters, score
    return best if most[0] >= max(1, 0.34 * len(usable)) else None


def _filled(word: str, solved: dict[str, str]) -> str:
    return "".join(solved.get(char, char) for char in word)
