"""The text within a paragraph of a Word document: its runs, with what changes, fields and symbols make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_styles import Look, Styles, W
from ingest.readers.office import DIAGRAM, raised

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WHITE = re.compile(r"[\t\r\n]")
_CONTENTS_FIELDS = ("TOC", "INDEX", "TOA", "RD", "TC", "XE")
_THROUGH = {
    f"{W}{name}"
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo", "rubyBase")
}
_BLANKS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_SYMBOLS = {
    "symbol": dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
    | {0x44: "Δ", 0x53: "Σ", 0x57: "Ω", 0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
       0xB7: "•", 0xB9: "≠", 0xBB: "≈", 0xD6: "√", 0xDE: "⇒", 0x2D: "−"},
    "wingdings": {0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "☐", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "☐",
                  0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "→", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "☐"},
}  # fmt: skip
"""What the signs of symbol fonts are in Unicode, by their number in the font."""


@dataclass(slots=True)
class Pages:
    """Counts the pages as Word last laid them out."""

    number: int = 1
    _text_since: bool = False

    def laid_out(self) -> None:
        """Word marked here that a page begins; right after a break that was asked for, it is the same one."""
        if self._text_since:
            self.forced()

    def forced(self) -> None:
        """A break that the document asks for."""
        self.number += 1
        self._text_since = False

    def saw_text(self) -> None:
        """Something stands on the present page."""
        self._text_since = True


@dataclass(slots=True)
class Content:
    """What one paragraph holds."""

    runs: list[tuple[str, Look]] = field(default_factory=list)
    page: int | None = None
    """Where its first text stands."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """The kind (`footnotes`, `endnotes`) and id of each note that it refers to."""
    boxes: list[Any] = field(default_factory=list)
    """The contents of the text boxes that hang on it."""
    diagrams: list[str] = field(default_factory=list)
    """The relations of the SmartArt in it."""
    contents: bool = False
    """Some of it was part of a table of contents."""

    @property
    def text(self) -> str:
        """All its visible text."""
        return "".join(text for text, look in self.runs if look.hidden is None)


class Inline:
    """Reads the paragraphs of one document, one after the other."""

    def __init__(self, styles: Styles, body: Any, pages: Pages) -> None:
        self._styles = styles
        self._pages = pages
        self._closed = _closed_fields(body)
        self._fields: list[list[str]] = []

    def read(self, paragraph: Any) -> Content:
        """What a paragraph holds."""
        content = Content()
        self._walk(paragraph, paragraph, content)
        self._fields = [entry for entry in self._fields if entry[0] != "instruction"]
        return content

    def _walk(self, holder: Any, paragraph: Any, content: Content) -> None:
        for child in holder:
            tag = child.tag
            if tag == f"{W}r":
                self._run(child, paragraph, content)
            elif tag == f"{W}fldSimple" and _is_contents(child.get(f"{W}instr", "")):
                content.contents = True
            elif tag in _THROUGH:
                self._walk(child, paragraph, content)
            elif tag == f"{W}sdt":
                for inner in child.iterfind(f"{W}sdtContent"):
                    self._walk(inner, paragraph, content)
            elif tag == f"{MC}AlternateContent":
                self._walk(chosen(child), paragraph, content)
            elif tag in {f"{_MATH}oMath", f"{_MATH}oMathPara"}:
                self._add(_formula(child), Look(False, 0.0, None, False), content)

    def _run(self, run: Any, paragraph: Any, content: Content) -> None:
        look = self._styles.look(run, paragraph)
        for child in run:
            self._piece(child, look, paragraph, content)

    def _piece(self, child: Any, look: Look, paragraph: Any, content: Content) -> None:
        tag = child.tag
        if tag == f"{W}t":
            text = _WHITE.sub(" ", child.text or "").replace("\u00ad", "")
            before = content.runs[-1][0] if content.runs else ""
            self._add(raised(text, before) if look.raised else text, look, content)
        elif tag in _BLANKS:
            self._add(_BLANKS[tag], look, content)
        elif tag == f"{W}br":
            self._break(child.get(f"{W}type"), look, content)
        elif tag == f"{W}sym":
            self._add(_symbol(child), look, content)
        elif tag == f"{W}lastRenderedPageBreak":
            self._pages.laid_out()
        elif tag == f"{W}fldChar":
            self._field(child, content)
        elif tag == f"{W}instrText" and self._fields:
            self._fields[-1][1] += child.text or ""
        elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
            kind = "footnotes" if tag == f"{W}footnoteReference" else "endnotes"
            content.notes.append((kind, child.get(f"{W}id", "")))
        elif tag == f"{W}ruby":
            self._walk(child, paragraph, content)
        elif tag == f"{MC}AlternateContent":
            for inner in chosen(child):
                self._piece(inner, look, paragraph, content)
        elif tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
            self._drawing(child, content)

    def _break(self, kind: str | None, look: Look, content: Content) -> None:
        self._add("\n", look, content)
        if kind == "page":
            self._pages.forced()

    def _add(self, text: str, look: Look, content: Content) -> None:
        shown = not any(phase == "instruction" for phase, _ in self._fields)
        if text and any(phase == "contents" for phase, _ in self._fields):
            content.contents = True
        elif text and shown:
            content.runs.append((text, look))
            if text.strip():
                self._pages.saw_text()
                content.page = content.page or self._pages.number

    def _field(self, mark: Any, content: Content) -> None:
        """Begin a field, go over to its result, or end it."""
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin" and mark in self._closed:
            self._fields.append(["instruction", ""])
        elif kind == "separate" and self._fields:
            self._fields[-1][0] = "contents" if _is_contents(self._fields[-1][1]) else "result"
        elif kind == "end" and self._fields:
            content.contents |= self._fields.pop()[0] == "contents"

    def _drawing(self, holder: Any, content: Content) -> None:
        for child in holder:
            if child.tag == f"{W}txbxContent":
                content.boxes.append(child)
            elif child.tag == f"{MC}AlternateContent":
                self._drawing(chosen(child), content)
            elif child.tag == f"{DIAGRAM}relIds":
                content.diagrams += [value for name, value in child.attrib.items() if name.endswith("}dm")]
            else:
                self._drawing(child, content)


def chosen(alternatives: Any) -> Any:
    """The one of several forms of the same content that is read: the newest, unless only an older one has text."""
    forms = [form for form in alternatives if form.tag in {f"{MC}Choice", f"{MC}Fallback"}]
    return next((form for form in forms if _has_text(form)), forms[0] if forms else alternatives)


def _has_text(form: Any) -> bool:
    names = (f"{W}t", f"{W}sym", f"{W}tab", f"{DIAGRAM}relIds", f"{_MATH}t")
    return next(form.iter(*names), None) is not None


def _closed_fields(body: Any) -> set[Any]:
    """The marks that begin a field which is ended too; one that is never ended would swallow the rest."""
    open_fields: list[Any] = []
    closed: set[Any] = set()
    for mark in body.iter(f"{W}fldChar"):
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            open_fields.append(mark)
        elif kind == "end" and open_fields:
            closed.add(open_fields.pop())
    return closed


def _is_contents(instruction: str) -> bool:
    return (instruction.split() or [""])[0].upper() in _CONTENTS_FIELDS


def _symbol(element: Any) -> str:
    """The sign of a symbol font; nothing where it is not known."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    font = (element.get(f"{W}font") or "").lower()
    if font in _SYMBOLS:
        return _SYMBOLS[font].get(
            code & 0xFF, chr(code & 0xFF) if font == "symbol" and 0x20 <= code & 0xFF < 0x3F else ""
        )
    return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code < 0xFFFE else ""


def _formula(element: Any) -> str:
    """A formula on one line: fractions with a stroke, powers raised."""
    return "".join(_formula_parts(element))


def _formula_parts(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_MATH}t":
            yield child.text or ""
        elif child.tag == f"{_MATH}f":
            parts = [_formula(part) for part in child if part.tag in {f"{_MATH}num", f"{_MATH}den"}]
            yield "/".join(f"({part})" if any(sign in part for sign in "+-−/ ") else part for part in parts)
        elif child.tag == f"{_MATH}sSup":
            base, power = ("".join(map(_formula, child.iterfind(f"{_MATH}{part}"))) for part in ("e", "sup"))
            yield base + (lifted if (lifted := raised(power, base)) != power else f"^{power}")
        elif child.tag == f"{_MATH}d":
            yield f"({_formula(child)})"
        elif isinstance(child.tag, str):
            yield from _formula_parts(child)
