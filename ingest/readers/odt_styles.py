"""What the styles of an OpenDocument text say: how text is shown, and what its lists print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.docx_numbering import formatted
from ingest.readers.docx_styles import TINY, Look

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT = f"{{{_ODF}text:1.0}}"
STYLE = f"{{{_ODF}style:1.0}}"
_FO = f"{{{_ODF}xsl-fo-compatible:1.0}}"
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_DEFAULT_SIZE = 12.0
_DEEPEST = 10


class Styles:
    """The styles of one document, those of its content first."""

    def __init__(self, *roots: Any) -> None:
        self._by_name: dict[tuple[str, str], Any] = {}
        self._lists: dict[str, Any] = {}
        self.outline: Any | None = None
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                self._by_name.setdefault((style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")), style)
            for style in root.iter(f"{TEXT}list-style"):
                self._lists.setdefault(style.get(f"{STYLE}name", ""), style)
            if self.outline is None:
                self.outline = root.find(f".//{TEXT}outline-style")

    def chain(self, family: str, name: str | None) -> list[Any]:
        """A style and those that it is based on, nearest first."""
        found: list[Any] = []
        current = self._by_name.get((family, name or ""))
        while current is not None and current not in found and len(found) < 20:
            found.append(current)
            current = self._by_name.get((family, current.get(f"{STYLE}parent-style-name", "")))
        return found

    def look(self, spans: list[str | None], paragraph: str | None) -> Look:
        """How text is shown that stands in these spans (innermost first) of a paragraph."""
        holders = [style for name in spans for style in self.chain("text", name)]
        holders += self.chain("paragraph", paragraph)
        properties = [found for holder in holders if (found := holder.find(f"{STYLE}text-properties")) is not None]
        size = _points(_first(properties, f"{_FO}font-size"))
        hidden = "hidden" if _first(properties, f"{TEXT}display") == "none" else "tiny" if size <= TINY else None
        if hidden is None and (_first(properties, f"{_FO}color") or "").lower() == "#ffffff":
            hidden = None if self._is_coloured(properties, paragraph) else "white"
        is_raised = (_first(properties, f"{STYLE}text-position") or "").startswith("super")
        return Look(_first(properties, f"{_FO}font-weight") in {"bold", "700", "800", "900"}, size, hidden, is_raised)

    def _is_coloured(self, properties: list[Any], paragraph: str | None) -> bool:
        own = [holder.find(f"{STYLE}paragraph-properties") for holder in self.chain("paragraph", paragraph)]
        return is_coloured([*properties, *(found for found in own if found is not None)])

    def has_background(self, family: str, name: str | None) -> bool:
        """Whether a cell, table or frame is coloured."""
        return is_coloured([part for style in self.chain(family, name) for part in style])

    def is_heading_style(self, name: str | None) -> bool:
        """Whether a paragraph is in the style of a title."""
        return any(style.get(f"{STYLE}name") == "Title" for style in self.chain("paragraph", name))

    def breaks_page(self, name: str | None) -> bool:
        """Whether a paragraph in this style begins on a new page."""
        for style in self.chain("paragraph", name):
            properties = style.find(f"{STYLE}paragraph-properties")
            if style.get(f"{STYLE}master-page-name"):
                return True
            if properties is not None and properties.get(f"{_FO}break-before") is not None:
                return bool(properties.get(f"{_FO}break-before") == "page")
        return False

    def list_of(self, name: str | None) -> str | None:
        """The list style that belongs to a paragraph style."""
        return next((found for s in self.chain("paragraph", name) if (found := s.get(f"{STYLE}list-style-name"))), None)

    def list_level(self, list_style: str | None, level: int) -> Any | None:
        """What a list style says of a level (from 1)."""
        return level_of(self._lists.get(list_style or ""), level)


def level_of(definition: Any | None, level: int) -> Any | None:
    """The definition of a level (from 1) of a list or of the headings."""
    for child in () if definition is None else definition:
        if child.get(f"{TEXT}level") == str(level):
            return child
    return None


class Counter:
    """Counts the items of one list, or the headings."""

    def __init__(self) -> None:
        self.counts: list[int | None] = [None] * (_DEEPEST + 1)

    def label(self, levels: dict[int, Any], level: int, start: str | None = None) -> str | None:
        """Count an item, and give what is printed before it; empty for a bullet, None where nothing is."""
        level = min(level, _DEEPEST)
        definition = levels.get(level)
        for upper in range(1, level):
            if self.counts[upper] is None:
                self.counts[upper] = _start(levels.get(upper), None)
        before = self.counts[level]
        self.counts[level] = _start(definition, start) if before is None or start else before + 1
        self.counts[level + 1 :] = [None] * (_DEEPEST - level)
        if definition is None:
            return ""
        if not definition.tag.endswith("-number") and not definition.tag.endswith("outline-level-style"):
            return ""
        if not definition.get(f"{STYLE}num-format"):
            return None
        shown = definition.get(f"{TEXT}display-levels", "1")
        first = max(1, level - (int(shown) if shown.isdecimal() and len(shown) < 3 else 1) + 1)
        numbers = [self._number(levels.get(at), at) for at in range(first, level + 1)]
        prefix, suffix = definition.get(f"{STYLE}num-prefix", ""), definition.get(f"{STYLE}num-suffix", "")
        return f"{prefix}{'.'.join(number for number in numbers if number)}{suffix}".strip()

    def _number(self, definition: Any | None, level: int) -> str:
        style = "" if definition is None else definition.get(f"{STYLE}num-format", "")
        return formatted(self.counts[level] or 0, _FORMATS[style]) if style in _FORMATS else ""


def _start(definition: Any | None, own: str | None) -> int:
    text = own or ("1" if definition is None else definition.get(f"{TEXT}start-value", "1"))
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def is_coloured(properties: list[Any]) -> bool:
    """Whether some properties give a background that is not white."""
    colours: Iterator[str] = (part.get(f"{_FO}background-color", "transparent").lower() for part in properties)
    fills = (name for part in properties for name in part.attrib if name.endswith("}fill-color"))
    return any(colour not in {"transparent", "#ffffff"} for colour in colours) or next(fills, None) is not None


def _first(properties: list[Any], name: str) -> str | None:
    return next((value for part in properties if (value := part.get(name)) is not None), None)


def _points(text: str | None) -> float:
    match = re.match(r"(\d{1,4}(?:\.\d{1,4})?)pt$", text or "")
    return float(match[1]) if match else _DEFAULT_SIZE
