"""The text within a paragraph of an OpenDocument text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_inline import Pages
from ingest.readers.docx_styles import Look
from ingest.readers.odt_styles import TEXT, Styles
from ingest.readers.office import raised

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_ODF}office:1.0}}"
TABLE = f"{{{_ODF}table:1.0}}"
_DRAW = f"{{{_ODF}drawing:1.0}}"
_BLANKS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_LEFT_OUT = {f"{OFFICE}annotation", f"{TEXT}ruby-text", f"{TEXT}hidden-paragraph", f"{TEXT}change", f"{TEXT}toc-mark"}


@dataclass(slots=True)
class Content:
    """What one paragraph holds."""

    runs: list[tuple[str, Look]] = field(default_factory=list)
    page: int | None = None
    """Where its first text stands."""
    notes: list[Any] = field(default_factory=list)
    """The bodies of the notes that it refers to."""
    boxes: list[Any] = field(default_factory=list)
    """The drawings and text boxes that hang on it."""


class Inline:
    """Reads the paragraphs of one document."""

    def __init__(self, styles: Styles, pages: Pages) -> None:
        self._styles = styles
        self._pages = pages

    def read(self, paragraph: Any, style: str | None) -> Content:
        """What a paragraph holds."""
        content = Content()
        self._walk(paragraph, [], style, content)
        return content

    def _walk(self, holder: Any, spans: list[str | None], style: str | None, content: Content) -> None:
        look = self._styles.look(spans, style)
        self._add(holder.text, look, content)
        for child in holder:
            self._child(child, spans, style, content, look)
            self._add(child.tail, look, content)

    def _child(self, child: Any, spans: list[str | None], style: str | None, content: Content, look: Look) -> None:
        tag = child.tag
        if tag in _BLANKS:
            content.runs.append((_BLANKS[tag], look))
        elif tag == f"{TEXT}s":
            content.runs.append((" ", look))
        elif tag == f"{TEXT}soft-page-break":
            self._pages.laid_out()
        elif tag == f"{TEXT}note":
            content.notes += child.iterfind(f"{TEXT}note-body")
        elif tag == f"{TEXT}hidden-text":
            content.runs.append((child.get(f"{TEXT}string-value") or "", Look(False, 0.0, "hidden", False)))
        elif isinstance(tag, str) and tag.startswith(_DRAW):
            content.boxes.append([child])
        elif isinstance(tag, str) and tag not in _LEFT_OUT:
            inner = [child.get(f"{TEXT}style-name"), *spans] if tag == f"{TEXT}span" else spans
            self._walk(child, inner, style, content)

    def _add(self, text: str | None, look: Look, content: Content) -> None:
        shown = re.sub(r"\s+", " ", (text or "").replace("\u00ad", "").replace("\u2011", "-"))
        if not shown:
            return
        before = content.runs[-1][0] if content.runs else ""
        content.runs.append((raised(shown, before) if look.raised else shown, look))
        if shown.strip():
            self._pages.saw_text()
            content.page = content.page or self._pages.number
