"""What the readers of Office files share: paragraphs in the making, marks typed by hand, properties, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.blocks import Block, plain
from ingest.limits import Limits
from ingest.readers import Notice, Reading
from kb.errors import DocumentError, EmptyDocument, LimitExceeded, UnreadableDocument

DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

_BULLET = re.compile(r"^\s*(?:[•●▪■◦‣∙·❖►▶➢✓✔–—*-]|[\uf000-\uf0ff])\s+(?=\S)")
_NUMBER = re.compile(r"^\s*(\d{1,2})\.\s+(?=\S)")
_PLAIN_NUMBER = re.compile(r"^\(?(\d{1,4})[.):]?$")
_LABELLED = re.compile(r"^[^\W\d_][^:.\n]{0,50}:\s")
_MEANINGLESS_TITLE = re.compile(
    r"^(?:(?:microsoft\s+)?(?:word|powerpoint)(?:[\s-]*(?:document|presentation|presentatie|-.*))?"
    r"|document\d*|presentati(?:on|e)\d*|titel|title|untitled.*|naamloos.*|slide\s*\d+|dia\s*\d+|geen diatitel)$",
    re.IGNORECASE,
)
_TEMPLATE_DATES = {"2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z", "2013-01-27T09:15:58Z"}
"""Of the empty documents that python-docx and python-pptx begin with; they say nothing of what was made from them."""

_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


@dataclass(slots=True)
class Draft:
    """A block in the making, with its look."""

    block: Block
    label: str | None = None
    """What is printed before it by a list: `1.`, `2.3`, `Artikel 5`, `a)`; empty for a bullet, None without a list."""
    bold: bool = False
    """All of it is."""
    size: float = 0.0
    """In points; 0 where that is not known."""
    fixed: bool = False
    """It is what it is: a heading by its style, or part of a table."""


def finished(draft: Draft) -> Block:
    """The block of a draft, its printed label in the place where it belongs."""
    block, label = draft.block, draft.label
    if label is None:
        return _typed(block) if block.kind == "paragraph" and not draft.fixed else block
    if not label:
        return block if block.kind == "heading" else replace(block, kind="item")
    number = _PLAIN_NUMBER.match(label)
    if number:
        return replace(block, kind="heading" if block.kind == "heading" else "item", ordinal=int(number[1]))
    text = f"{label} {block.text}"
    if block.kind == "heading" or len(label.split()) > 1 or re.search(r"\d\.\d", label):
        return replace(block, text=text)
    return replace(block, kind="item", text=text)


def _typed(block: Block) -> Block:
    """A paragraph that begins with a bullet or number typed by hand is an item."""
    if bullet := _BULLET.match(block.text):
        return replace(block, kind="item", text=block.text[bullet.end() :])
    if number := _NUMBER.match(block.text):
        return replace(block, kind="item", text=block.text[number.end() :], ordinal=int(number[1]))
    return block


def is_typed_item(text: str) -> bool:
    """Whether a text begins with a bullet or number typed by hand."""
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def split_lines(text: str) -> list[str]:
    """The paragraphs of a text with line breaks in it: where a line is left empty, or a list or a label begins."""
    parts: list[str] = []
    lines = re.split(r"[\n\v]", text)
    filled = [line.strip() for line in lines if line.strip()]
    separate = len(filled) > 2 and all(line[0].isupper() and len(line.split()) <= 12 for line in filled)
    blank = True
    for line in lines:
        if not line.strip():
            blank = True
            continue
        if blank or separate or _begins(parts[-1], line):
            parts.append(line)
        else:
            parts[-1] = f"{parts[-1]} {line}"
        blank = False
    return parts


def _begins(before: str, line: str) -> bool:
    if _BULLET.match(line) or _NUMBER.match(line) or _LABELLED.match(line):
        return True
    return before.rstrip().endswith((".", "!", "?", ":", ";")) and line.lstrip()[:1].isupper()


def raised(text: str, before: str) -> str:
    """Digits written above the line, as such: the 2 of m²; other text as it is."""
    bare = text.strip()
    is_power = bool(bare) and all(char in "0123456789+-−" for char in bare) and any(char.isdigit() for char in bare)
    return text.translate(_SUPERSCRIPT) if is_power and before[-1:].strip() else text


def diagram_texts(root: Any) -> list[str]:
    """The texts of a SmartArt drawing, in the order of its tree."""
    texts: dict[str, str] = {}
    roots: list[str] = []
    for point in root.iter(f"{DIAGRAM}pt"):
        if point.get("type", "node") == "doc":
            roots.append(point.get("modelId", ""))
        elif point.get("type", "node") in {"node", "asst"}:
            paragraphs = ["".join(p.itertext(f"{DRAWING}t")) for p in point.iter(f"{DRAWING}p")]
            texts[point.get("modelId", "")] = plain(" ".join(paragraphs))
    below: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(f"{DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = int(link.get("srcOrd", "0")) if link.get("srcOrd", "0").isdecimal() else 0
            below.setdefault(link.get("srcId", ""), []).append((order, link.get("destId", "")))
    pending, out = roots[::-1], []
    while pending:
        current = pending.pop()
        if text := texts.pop(current, ""):
            out.append(text)
        pending += [child for _, child in sorted(below.pop(current, []), reverse=True)]
    return [*out, *(text for text in texts.values() if text)]


def meaningful_title(title: str | None) -> str | None:
    """The title of the properties of a file, unless it is one that the program itself fills in."""
    bare = plain(title or "")
    return bare if bare and not _MEANINGLESS_TITLE.match(bare) else None


def properties(parts: dict[str, bytes]) -> tuple[str | None, str | None]:
    """The title and date that the core properties of an Office file give."""
    from lxml import etree

    data = next((content for name, content in parts.items() if name.lower() == "docprops/core.xml"), b"")
    if not data.strip():
        return None, None
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    found = {etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)}
    said = [found.get(name, "").strip() for name in ("modified", "created")]
    dates = (re.match(r"\d{4}-\d\d-\d\d", date) for date in said if date not in _TEMPLATE_DATES)
    return meaningful_title(found.get("title")), next((date.group() for date in dates if date), None)


def guarded(read: Callable[[], Reading], path: Path, limits: Limits) -> Reading:
    """What `read` gives, or the refusal of a file that a library stumbles over, that is empty, or that is too long."""
    try:
        reading = read()
    except MemoryError:
        raise
    except Exception as error:
        raise unreadable(path, error) from error
    if not any(block.hidden is None for block in reading.blocks):
        raise empty(path)
    if (reading.page_count or 0) > limits.pages:
        raise LimitExceeded(
            path,
            "too_many_pages",
            f"{path.name}: het document heeft {reading.page_count} pagina's; meer dan {limits.pages} kan niet.",
            f"{path.name}: the document has {reading.page_count} pages; more than {limits.pages} is not possible.",
        )
    return reading


def unreadable(path: Path, error: Exception) -> DocumentError:
    """The refusal of a file that a library stumbles over."""
    if isinstance(error, DocumentError):
        return error
    return UnreadableDocument(
        path,
        f"{path.name}: dit bestand kan niet worden gelezen; het is beschadigd of anders opgebouwd dan zou moeten.",
        f"{path.name}: this file cannot be read; it is damaged or not built as it should be.",
    )


def empty(path: Path) -> DocumentError:
    """The refusal of a file without text."""
    return EmptyDocument(path, f"{path.name}: er staat geen tekst in.", f"{path.name}: there is no text in it.")


def comments_notice(count: int) -> list[Notice]:
    """What to say of comments in the margin, which are not read."""
    if not count:
        return []
    nl = "Er staat 1 opmerking" if count == 1 else f"Er staan {count} opmerkingen"
    en = "There is 1 comment" if count == 1 else f"There are {count} comments"
    return [Notice("comments", f"{nl} in de kantlijn; die zijn niet gelezen.", f"{en} in the margin, not read.")]
