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
        named = value(paragraph.find(f"{W}pPr"), "pStyle")
        return self.chain(named if named in self._by_id else self._default)

    def paragraph_property(self, paragraph: Any, name: str) -> Any:
        """The element of that name among the properties of a paragraph, or else of its styles; None if nowhere."""
        for holder in (paragraph, *self.of_paragraph(paragraph)):
            found = holder.find(f"{W}pPr/{W}{name}")
            if found is not None:
                return found
        return None

    def heading_level(self, paragraph: Any) -> int | None:
        """The level of a heading, by the nearest outline level or by the name of its style."""
        for holder in (paragraph, *self.of_paragraph(paragraph)):
            level = value(holder.find(f"{W}pPr"), "outlineLvl")
            if level is not None and level.isdecimal():
                return min(6, int(level) + 1) if int(level) < 9 else None
            name = value(holder, "name") or ""
            if heading := _HEADING_NAME.match(name):
                return min(6, max(1, int(heading[1])))
            if name.lower() in {"title", "titel"}:
                return 1
        return None

    def is_contents(self, paragraph: Any) -> bool:
        """Whether a paragraph is a line of a table of contents, or its heading."""
        return any(_CONTENTS_NAME.match(value(style, "name") or "") for style in self.of_paragraph(paragraph))

    def look(self, run: Any, paragraph: Any) -> Look:
        """How a run of a paragraph is shown."""
        sources = list(self._run_properties(run, paragraph))
        size = next((_number(source.find(f"{W}sz")) for source in sources if source.find(f"{W}sz") is not None), 20.0)
        hidden = "hidden" if _is_on(sources, "vanish") else "tiny" if 0 < size / 2 <= TINY else None
        if hidden is None and _is_white(sources):
            hidden = "white"
        raised = next((value(source, "vertAlign") for source in sources if value(source, "vertAlign")), None)
        return Look(_is_on(sources, "b"), size / 2, hidden, raised == "superscript")

    def _run_properties(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """The properties that hold for a run, nearest first."""
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            for style in self.chain(value(own, "rStyle")):
                if style.get(f"{W}type") == "character" and (found := style.find(f"{W}rPr")) is not None:
                    yield found
        for style in self.of_paragraph(paragraph):
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
