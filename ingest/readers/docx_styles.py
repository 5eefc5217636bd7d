"""What the styles of a Word document say of a paragraph or run, through the styles that these are based on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TINY = 1.5
"""Points; type of this size or smaller is not meant to be read."""

_HEADING_NAME = re.compile(r"^(?:heading|kop) (\d)$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(
    r"^(?:toc \d|toc heading|table of figures|inhopg \d|kopvaninhoudsopgave|index \d)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is shown."""

    bold: bool
    size: float
    hidden: str | None
    """`hidden`, `tiny` or `white`; white is only so on white paper."""
    raised: bool


class Styles:
    """The styles of one document."""

    def __init__(self, root: Any) -> None:
        self._by_id = {style.get(f"{W}styleId"): style for style in root.iterfind(f"{W}style")}
        self._default = next(
            (
                style.get(f"{W}styleId")
                for style in self._by_id.values()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}
            ),
            None,
        )
        self._defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._chains: dict[str | None, list[Any]] = {}
        self._inherited: dict[tuple[str | None, str], Any] = {}
        self._levels: dict[str | None, int | None] = {}
        self._looks: dict[tuple[Any, ...], Look] = {}

    def chain(self, style_id: str | None) -> list[Any]:
        """A style and those that it is based on, nearest first."""
        if style_id not in self._chains:
            found: list[Any] = []
            current = self._by_id.get(style_id)
            while current is not None and current not in found and len(found) < 20:
                found.append(current)
                current = self._by_id.get(value(current, "basedOn"))
            self._chains[style_id] = found
        return self._chains[style_id]

    def of_paragraph(self, paragraph: Any) -> list[Any]:
        """The chain of styles of a paragraph."""
        return self.chain(self._name(paragraph))

    def _name(self, paragraph: Any) -> str | None:
        named = value(paragraph.find(f"{W}pPr"), "pStyle")
        return named if named in self._by_id else self._default

    def paragraph_property(self, paragraph: Any, name: str) -> Any:
        """The element of that name among the properties of a paragraph, or else of its styles; None if nowhere."""
        own = paragraph.find(f"{W}pPr/{W}{name}")
        if own is not None:
            return own
        key = (self._name(paragraph), name)
        if key not in self._inherited:
            holders = (style.find(f"{W}pPr/{W}{name}") for style in self.chain(key[0]))
            self._inherited[key] = next((found for found in holders if found is not None), None)
        return self._inherited[key]

    def heading_level(self, paragraph: Any) -> int | None:
        """The level of a heading, by the nearest outline level or by the name of its style."""
        own = value(paragraph.find(f"{W}pPr"), "outlineLvl")
        if own is not None and own.isdecimal():
            return _of_outline(own)
        name = self._name(paragraph)
        if name not in self._levels:
            self._levels[name] = self._level_of(name)
        return self._levels[name]

    def _level_of(self, style_id: str | None) -> int | None:
        for style in self.chain(style_id):
            level = value(style.find(f"{W}pPr"), "outlineLvl")
            if level is not None and level.isdecimal():
                return _of_outline(level)
            name = value(style, "name") or ""
            if heading := _HEADING_NAME.match(name):
                return min(6, max(1, int(heading[1])))
            if name.lower() in {"title", "titel"}:
                return 1
        return None

    def is_contents(self, paragraph: Any) -> bool:
        """Whether a paragraph is a line of a table of contents, or its heading."""
        return self._name(paragraph) in self._contents

    @cached_property
    def _contents(self) -> frozenset[str | None]:
        return frozenset(
            style_id
            for style_id in self._by_id
            if any(_CONTENTS_NAME.match(value(style, "name") or "") for style in self.chain(style_id))
        )

    def look(self, run: Any, paragraph: Any) -> Look:
        """How a run of a paragraph is shown."""
        own = run.find(f"{W}rPr")
        name = self._name(paragraph)
        key = (name, () if own is None else tuple((part.tag, tuple(part.attrib.items())) for part in own))
        if key not in self._looks:
            self._looks[key] = self._resolved(own, name)
        return self._looks[key]

    def _resolved(self, own: Any, style_id: str | None) -> Look:
        sources = list(self._run_properties(own, style_id))
        size = next((_number(found) for part in sources if (found := part.find(f"{W}sz")) is not None), 20.0) / 2
        hidden = "hidden" if _is_on(sources, "vanish") else "tiny" if 0 < size <= TINY else None
        if hidden is None and _is_white(sources):
            hidden = "white"
        raised = next((found for source in sources if (found := value(source, "vertAlign"))), None)
        return Look(_is_on(sources, "b"), size, hidden, raised == "superscript")

    def _run_properties(self, own: Any, style_id: str | None) -> Iterator[Any]:
        """The properties that hold for a run, nearest first."""
        if own is not None:
            yield own
            for style in self.chain(value(own, "rStyle")):
                if style.get(f"{W}type") == "character" and (found := style.find(f"{W}rPr")) is not None:
                    yield found
        for style in self.chain(style_id):
            if (found := style.find(f"{W}rPr")) is not None:
                yield found
        if self._defaults is not None:
            yield self._defaults

    @cached_property
    def shaded_tables(self) -> frozenset[str]:
        """The table styles that colour the background somewhere."""
        return frozenset(
            style_id
            for style_id, style in self._by_id.items()
            if style_id and any(is_shaded(part) for link in self.chain(style_id) for part in link.iter(f"{W}shd"))
        )


def _of_outline(level: str) -> int | None:
    return min(6, int(level) + 1) if int(level[:3]) < 9 else None


def value(holder: Any, name: str) -> str | None:
    """The `w:val` of the child of that name."""
    child = None if holder is None else holder.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def is_shaded(shading: Any) -> bool:
    """Whether a `w:shd` gives another background than white."""
    fill = (shading.get(f"{W}fill") or "auto").lower()
    pattern = shading.get(f"{W}val", "clear")
    return fill not in {"auto", "ffffff"} or pattern not in {"clear", "nil"} or shading.get(f"{W}themeFill") is not None


def _is_on(sources: list[Any], name: str) -> bool:
    for source in sources:
        found = source.find(f"{W}{name}")
        if found is not None:
            return found.get(f"{W}val", "1") not in {"0", "false", "off", "none"}
    return False


def _is_white(sources: list[Any]) -> bool:
    for source in sources:
        shading, highlight = source.find(f"{W}shd"), source.find(f"{W}highlight")
        if (shading is not None and is_shaded(shading)) or highlight is not None:
            return False
        if (colour := value(source, "color")) is not None:
            return colour.lower() == "ffffff"
    return False


def _number(element: Any) -> float:
    text = element.get(f"{W}val", "")
    try:
        return float(text) if len(text) < 10 else 20.0
    except ValueError:
        return 20.0
