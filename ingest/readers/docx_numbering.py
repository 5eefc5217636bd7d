"""The numbers that Word prints before the paragraphs of a list, counted as Word counts them."""

from __future__ import annotations

import re
from typing import Any

from ingest.readers.docx_styles import Styles, W, value

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip # noqa: E501
_DEEPEST = 8


class Numbering:
    """The lists of one document, and how far each has been counted."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str | None, Any] = {}
        self._abstract: dict[str | None, Any] = {}
        if root is not None:
            self._lists = {num.get(f"{W}numId"): num for num in root.iterfind(f"{W}num")}
            self._abstract = {num.get(f"{W}abstractNumId"): num for num in root.iterfind(f"{W}abstractNum")}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        self._levels: dict[tuple[str, int], Any] = {}

    def label(self, paragraph: Any) -> str | None:
        """What is printed before a paragraph; empty for a bullet, None where it stands in no list."""
        found = self._place(paragraph)
        if found is None:
            return None
        list_id, level = found
        definition = self._level(list_id, level)
        if definition is None:
            return None
        self._count(list_id, level)
        if value(definition, "numFmt") == "bullet":
            return ""
        if value(definition, "numFmt") == "none" and "%" not in (value(definition, "lvlText") or ""):
            return None
        return self._printed(list_id, level, definition)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """The list of a paragraph and its level in it."""
        numbering = self._styles.paragraph_property(paragraph, "numPr")
        if numbering is None or not self._lists:
            return None
        list_id = value(numbering, "numId")
        if list_id is None:
            chain = (style.find(f"{W}pPr/{W}numPr") for style in self._styles.of_paragraph(paragraph))
            list_id = next((found for part in chain if (found := value(part, "numId")) is not None), None)
        if list_id not in self._lists or list_id == "0" or list_id is None:
            return None
        level = value(numbering, "ilvl")
        if level is None:
            level = self._level_by_style(list_id, paragraph)
        return list_id, min(_DEEPEST, int(level)) if level.isdecimal() else 0

    def _level_by_style(self, list_id: str, paragraph: Any) -> str:
        """The level that a list keeps for the style of a paragraph."""
        names = [style.get(f"{W}styleId") for style in self._styles.of_paragraph(paragraph)]
        for name in names:
            abstract = self._definition(list_id)
            for level in () if abstract is None else abstract.iterfind(f"{W}lvl"):
                if value(level, "pStyle") == name:
                    return str(level.get(f"{W}ilvl", "0"))
        return "0"

    def _definition(self, list_id: str) -> Any | None:
        """The abstract list behind a list, also where that stands in a style."""
        for _ in range(5):
            abstract = self._abstract.get(value(self._lists.get(list_id), "abstractNumId"))
            link = value(abstract, "numStyleLink")
            if link is None:
                return abstract
            chain = self._styles.chain(link)
            list_id = (value(chain[0].find(f"{W}pPr/{W}numPr"), "numId") or "") if chain else ""
        return None

    def _level(self, list_id: str, level: int) -> Any | None:
        """What a list says of a level, its own exceptions first."""
        key = (list_id, level)
        if key not in self._levels:
            own = self._override(list_id, level)
            found = None if own is None else own.find(f"{W}lvl")
            abstract = self._definition(list_id)
            if found is None and abstract is not None:
                found = next((e for e in abstract.iterfind(f"{W}lvl") if e.get(f"{W}ilvl") == str(level)), None)
            self._levels[key] = found
        return self._levels[key]

    def _override(self, list_id: str, level: int) -> Any | None:
        overrides = self._lists[list_id].iterfind(f"{W}lvlOverride")
        return next((e for e in overrides if e.get(f"{W}ilvl") == str(level)), None)

    def _count(self, list_id: str, level: int) -> None:
        """Count a paragraph; lists on one abstract list go on with one another, unless one says where it starts."""
        abstract = self._definition(list_id)
        counts = self._counts.setdefault(abstract.get(f"{W}abstractNumId"), [None] * (_DEEPEST + 1))  # type: ignore[union-attr]
        if list_id not in self._begun:
            self._begun.add(list_id)
            for deep in range(_DEEPEST + 1):
                own = self._override(list_id, deep)
                if value(own, "startOverride") is not None:
                    counts[deep:] = [None] * (_DEEPEST + 1 - deep)
        for upper in range(level):
            if counts[upper] is None:
                counts[upper] = self._start(list_id, upper)
        before = counts[level]
        counts[level] = self._start(list_id, level) if before is None else before + 1
        for deeper in range(level + 1, _DEEPEST + 1):
            restart = value(self._level(list_id, deeper), "lvlRestart")
            if restart is None or (restart.isdecimal() and level < int(restart)):
                counts[deeper] = None

    def _start(self, list_id: str, level: int) -> int:
        own = value(self._override(list_id, level), "startOverride")
        start = own if own is not None else value(self._level(list_id, level), "start")
        return int(start) if start and start.isdecimal() and len(start) < 7 else (0 if start is None else 1)

    def _printed(self, list_id: str, level: int, definition: Any) -> str:
        counts = self._counts[self._definition(list_id).get(f"{W}abstractNumId")]  # type: ignore[union-attr]
        legal = definition.find(f"{W}isLgl") is not None

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            style = value(self._level(list_id, at), "numFmt") or "decimal"
            return formatted(counts[at] or 0, "decimal" if legal else style) if at <= level else ""

        return re.sub(r"%([1-9])", number, value(definition, "lvlText") or "").strip()


def formatted(number: int, style: str) -> str:
    """A number as a list prints it: 4, 04, d, D, iv, IV."""
    if style in {"lowerLetter", "upperLetter"} and 0 < number < 1000:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if style == "lowerLetter" else letters.upper()
    if style in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        roman = ""
        for size, sign in _ROMAN:
            roman += sign * (number // size)
            number %= size
        return roman if style == "lowerRoman" else roman.upper()
    if style == "none":
        return ""
    return f"{number:02d}" if style == "decimalZero" else f"{number}e" if style == "ordinal" else str(number)
