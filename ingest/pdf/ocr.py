"""Recognising the text of pages that are pictures, with the Tesseract program where it is installed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.pdf.geometry import View
from ingest.pdf.glyphs import SPACE, PageGlyphs, Style, page_boxes
from ingest.pdf.raster import render

_SCALE = 200 / 72
_MOST_PIXELS = 8_000_000
_ONE_THREAD = {"OMP_THREAD_LIMIT": "1"}
"""Threads of Tesseract that share a busy machine wait for each other more than they work."""
_PAGE_SECONDS = 30.0
_LEAST_CONFIDENCE = 20.0
"""Of 100; below it Tesseract saw specks, not words."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: tuple[str, ...]


class Recogniser:
    """Runs Tesseract on pages, for a number of seconds in all."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._program = shutil.which("tesseract")
        self.available = self._program is not None and "nld" in _languages(self._program)

    def read(self, page: Any, view: View, number: int) -> PageGlyphs | None:
        """The glyphs of a page as recognised; None where that failed or there is no time left."""
        left = min(_PAGE_SECONDS, self._until - time.monotonic())
        if self._program is None or left < 1:
            return None
        grey = render(page, view, _SCALE, grey=True, most=_MOST_PIXELS)
        height, width = grey.shape
        image = b"P5 %d %d 255\n" % (width, height) + grey.tobytes()
        languages = "nld+eng" if "eng" in _languages(self._program) else "nld"
        command = [
            self._program,
            "stdin",
            "stdout",
            "-l",
            languages,
            "--dpi",
            str(round(72 * width / view.width)),
            "tsv",
        ]
        try:
            ran = subprocess.run(
                command, input=image, capture_output=True, timeout=left, check=True, env={**os.environ, **_ONE_THREAD}
            )
        except (subprocess.SubprocessError, OSError):
            return None
        words = _words(ran.stdout.decode("utf-8", "replace"), view.width / width, view.height / height)
        return _glyphs(words, view, number)


def _languages(program: str) -> set[str]:
    try:
        ran = subprocess.run([program, "--list-langs"], capture_output=True, timeout=10, check=True)
    except (subprocess.SubprocessError, OSError):
        return set()
    return set(ran.stdout.decode("utf-8", "replace").split())


def _words(table: str, scale_x: float, scale_y: float) -> list[_Word]:
    """The words in Tesseract's table, placed in points."""
    found = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if not text or float(row["conf"]) < _LEAST_CONFIDENCE:
            continue
        left, top = int(row["left"]) * scale_x, int(row["top"]) * scale_y
        right, bottom = left + int(row["width"]) * scale_x, top + int(row["height"]) * scale_y
        line = (row["block_num"], row["par_num"], row["line_num"])
        found.append(_Word(text, left, top, right, bottom, line))
    return found


def _type_sizes(words: list[_Word]) -> dict[tuple[str, ...], float]:
    """The type size of each paragraph that Tesseract saw: lines of one look alike, though their tall letters differ."""
    by_paragraph: dict[tuple[str, ...], list[float]] = {}
    for word in words:
        by_paragraph.setdefault(word.line[:2], []).append(word.bottom - word.top)
    return {paragraph: float(np.median(found)) / 0.85 for paragraph, found in by_paragraph.items()}


def _glyphs(words: list[_Word], view: View, number: int) -> PageGlyphs:
    """Recognised words as glyphs: the letters of each share its width, and those of a line a baseline and a size."""
    lines: dict[tuple[str, ...], list[_Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    heights = _type_sizes(words)
    text: list[str] = []
    ink: list[tuple[float, float, float, float]] = []
    base: list[tuple[float, float]] = []
    style: list[int] = []
    styles: list[Style] = []
    for members in lines.values():
        # letters without a tail end on the baseline; most words have a tall letter
        bottom = float(np.median([word.bottom for word in members]))
        size = max(2.0, round(heights[members[0].line[:2]]))
        found = Style("", size, False, False, (0, 0, 0), 255, 0, 0, False)
        if found not in styles:
            styles.append(found)
        for word in members:
            step = (word.right - word.left) / len(word.text)
            for i, char in enumerate([*word.text, SPACE]):
                start = word.left + i * step
                text.append(char)
                ink.append((start, word.top, start + (0 if char is SPACE else step), word.bottom))
                base.append((start, bottom))
                style.append(styles.index(found))
    places = np.array(ink, dtype=np.float64).reshape(len(text), 4)
    return PageGlyphs(
        number=number, view=view, text=text, ink=places, cell=places.copy(),
        base=np.array(base, dtype=np.float64).reshape(len(text), 2), style=np.array(style, dtype=np.intp),
        styles=styles,
        generated=np.zeros(len(text), dtype=np.bool_), owner=np.zeros(len(text), dtype=np.uint64),
        boxes=page_boxes(places, number, view.width, view.height),
    )  # fmt: skip
