"""The paragraphs of a text box in PowerPoint, with their bullets and numbers, through all that these come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.blocks import Block
from ingest.readers.docx_inline import MC, chosen
from ingest.readers.docx_numbering import formatted
from ingest.readers.office import DRAWING as A
from ingest.readers.office import Draft, raised, split_lines

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEFAULT_SIZE = 18.0
_NUMBER_STYLES = {"alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman"}


def drafts_of(body: Any, styles: Sequence[Any], page: int, items: bool = True) -> list[Draft]:
    """The paragraphs of a text body; `styles` are the lists of levels that hold for it, nearest first."""
    out: list[Draft] = []
    counts: dict[int, int] = {}
    for paragraph in body.iterfind(f"{A}p"):
        text, size, bold = _content(paragraph)
        if not text.strip():
            continue
        properties = paragraph.find(f"{A}pPr")
        level = _level(properties)
        sources = [properties, *(style.find(f"{A}lvl{level + 1}pPr") for style in styles)]
        label = _label(sources, level, counts) if items else None
        own_size = size or _inherited_size(sources)
        for at, line in enumerate(split_lines(text)):
            out.append(Draft(Block("paragraph", line, page=page), None if at else label, bold, own_size))
    return out


def _content(paragraph: Any) -> tuple[str, float, bool]:
    """The text of a paragraph, the size of its largest type (0 if not said), and whether it is all bold."""
    parts: list[str] = []
    sizes = [0.0]
    bold = True
    for text, properties in _runs(paragraph):
        lifted = properties is not None and (properties.get("baseline") or "0").lstrip("-").isdecimal()
        is_raised = lifted and int(properties.get("baseline") or 0) > 0
        parts.append(raised(text, "".join(parts[-1:])) if is_raised else text)
        if text.strip() and properties is not None:
            sizes.append(_points(properties.get("sz")))
        bold &= not text.strip() or (properties is not None and properties.get("b") in {"1", "true"})
    return "".join(parts).replace("\u00ad", ""), max(sizes), bold


def _runs(holder: Any) -> Iterator[tuple[str, Any]]:
    """The pieces of text of a paragraph with their properties; no slide numbers or dates that fill themselves in."""
    for child in holder:
        if child.tag == f"{A}br":
            yield "\n", None
        elif child.tag == f"{A}r" or (child.tag == f"{A}fld" and not _fills_itself(child)):
            text = "".join(t.text or "" for t in child.iterfind(f"{A}t"))
            yield re.sub(r"[\t\r\n]", " ", text), child.find(f"{A}rPr")
        elif child.tag == f"{MC}AlternateContent":
            yield from _runs(chosen(child))
        elif isinstance(child.tag, str) and child.tag.endswith("}m"):
            yield "".join(t.text or "" for t in child.iter(f"{_MATH}t")), None


def _fills_itself(field: Any) -> bool:
    return (field.get("type") or "").startswith(("slidenum", "datetime"))


def _level(properties: Any) -> int:
    level = "0" if properties is None else properties.get("lvl", "0")
    return int(level) if level in {"0", "1", "2", "3", "4", "5", "6", "7", "8"} else 0


def _label(sources: Sequence[Any], level: int, counts: dict[int, int]) -> str | None:
    """What is printed before a paragraph; empty for a bullet."""
    bullet = next((found for source in sources if (found := _bullet(source)) is not None), None)
    for deeper in [other for other in counts if other > level]:
        del counts[deeper]
    if bullet is None or bullet.tag != f"{A}buAutoNum":
        counts.pop(level, None)
        return None if bullet is None or bullet.tag == f"{A}buNone" else ""
    start = bullet.get("startAt", "1")
    begins = int(start) if start.isdecimal() and len(start) < 6 else 1
    counts[level] = counts[level] + 1 if level in counts else begins
    kind = bullet.get("type", "arabicPeriod")
    style = next((style for prefix, style in _NUMBER_STYLES.items() if kind.startswith(prefix)), "decimal")
    number = formatted(counts[level], style)
    return f"({number})" if kind.endswith("ParenBoth") else f"{number})" if kind.endswith("ParenR") else f"{number}."


def _bullet(source: Any) -> Any | None:
    names = (f"{A}buNone", f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip")
    return None if source is None else next((child for child in source if child.tag in names), None)


def _inherited_size(sources: Sequence[Any]) -> float:
    for source in sources:
        default = None if source is None else source.find(f"{A}defRPr")
        if default is not None and default.get("sz"):
            return _points(default.get("sz"))
    return _DEFAULT_SIZE


def _points(text: str | None) -> float:
    return int(text) / 100 if text and text.isdecimal() and len(text) < 8 else 0.0
