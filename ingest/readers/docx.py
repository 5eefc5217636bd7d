"""Word documents to blocks: what a person who opens the file sees, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.blocks import Block, plain
from ingest.container import open_container
from ingest.limits import Limits
from ingest.readers import Notice, Reading
from ingest.readers.docx_inline import MC, Content, Inline, Pages, chosen
from ingest.readers.docx_numbering import Numbering
from ingest.readers.docx_styles import Look, Styles, W, is_shaded, value
from ingest.readers.office import (
    Draft,
    comments_notice,
    diagram_texts,
    finished,
    guarded,
    properties,
    split_lines,
)
from ingest.readers.office_headings import promoted
from ingest.readers.office_tables import Cell, Row, Table, table_drafts

_LONGEST_HEADING = 200
_MOST_COLUMNS = 63
"""Word allows no more."""
_THROUGH = {f"{W}{name}" for name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent")}


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """Headings, paragraphs, list items and table rows; notes after the paragraph that refers to them."""
    container = open_container(data, path, limits)
    return guarded(lambda: _read(container.package(), container.parts), path, limits)


def _read(package: Any, parts: dict[str, bytes]) -> Reading:
    from docx import Document

    document = Document(package)
    reader = _Reader(document)
    blocks = reader.blocks()
    pages = reader.page_count(parts)
    if pages is None:
        blocks = [replace(block, page=None) for block in blocks]
    title, date = properties(parts)
    return Reading(
        blocks,
        notices=_notices(reader),
        page_count=pages,
        title=title,
        date=date,
    )


class _Reader:
    """Walks through one document."""

    def __init__(self, document: Any) -> None:
        self.body = document.element.body
        self._part = document.part
        self.styles = Styles(document.styles.element)
        self._numbering = Numbering(self.related("numbering"), self.styles)
        self._notes = {kind: self._notes_of(kind) for kind in ("footnotes", "endnotes")}
        self._pages = Pages()
        self._inline = Inline(self.styles, self.body, self._pages)
        background = document.element.find(f"{W}background")
        self._dark = background is not None and background.get(f"{W}color", "FFFFFF").lower() not in {"ffffff", "auto"}
        self._page_ends = _sections_before_a_page(self.body)
        self._covered = _pages_with_pictures_behind(self.body)
        self._inside_note = False
        self._tables = 0
        self._late: list[Draft] = []
        self._carried: Content | None = None

    def blocks(self) -> list[Block]:
        """The whole body."""
        drafts = promoted(self._container(self.body, self._dark))
        return [finished(draft) for draft in drafts if plain(draft.block.text)]

    def page_count(self, parts: dict[str, bytes]) -> int | None:
        """How many pages Word made of it; None where it left no marks of that, or too few for all its pages."""
        if next(self.body.iter(f"{W}lastRenderedPageBreak"), None) is None:
            return None
        said = re.search(rb"<Pages>(\d{1,6})</Pages>", parts.get("docProps/app.xml", b""))
        return self._pages.number if said is None or int(said[1]) == self._pages.number else None

    def related(self, kind: str) -> Any | None:
        """The XML of the part of that kind; None where there is none."""
        from docx.oxml.parser import parse_xml

        for relation in self._part.rels.values():
            if not relation.is_external and relation.reltype.endswith(f"/{kind}") and relation.target_part.blob.strip():
                return parse_xml(relation.target_part.blob)
        return None

    def _notes_of(self, kind: str) -> dict[str, Any]:
        root = self.related(kind)
        return {} if root is None else {note.get(f"{W}id", ""): note for note in root}

    def _container(self, holder: Any, coloured: bool) -> list[Draft]:
        """What stands in the body, a cell, a note or a text box; `coloured` where its background is not white."""
        out: list[Draft] = []
        for child in holder:
            if child.tag == f"{W}p":
                out += self._paragraph(child, coloured)
            elif child.tag == f"{W}tbl":
                out += self._table(child, coloured)
                if not self._tables:
                    out += self._late
                    self._late = []
            elif child.tag == f"{W}sdt":
                drafts = self._container(child, coloured)
                out += [] if _is_contents(child) else drafts
            elif child.tag in _THROUGH:
                out += self._container(child, coloured)
            elif child.tag == f"{MC}AlternateContent":
                out += self._container(chosen(child), coloured)
        return out

    def _paragraph(self, paragraph: Any, coloured: bool) -> list[Draft]:
        properties = paragraph.find(f"{W}pPr")
        if properties is not None and _is_set(properties.find(f"{W}pageBreakBefore")):
            self._pages.forced()
        content = self._inline.read(paragraph)
        if properties is not None:
            self._end_of_section(properties)
        content = self._joined(content)
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._carried = content
            return []
        if self.styles.is_contents(paragraph) or (content.contents and not content.text.strip()):
            return []
        shading = self.styles.paragraph_property(paragraph, "shd")
        coloured = coloured or self._pages.number in self._covered or (shading is not None and is_shaded(shading))
        return [*self._text(paragraph, content, coloured), *self._hanging(content)]

    def _joined(self, content: Content) -> Content:
        """What a paragraph holds, after what a paragraph before it left whose end was deleted."""
        carried, self._carried = self._carried, None
        if carried is None:
            return content
        carried.runs += content.runs
        carried.notes += content.notes
        carried.boxes += content.boxes
        carried.diagrams += content.diagrams
        carried.page = carried.page or content.page
        return carried

    def _end_of_section(self, properties: Any) -> None:
        if properties.find(f"{W}sectPr") in self._page_ends:
            self._pages.forced()

    def _text(self, paragraph: Any, content: Content, coloured: bool) -> list[Draft]:
        """The visible text of a paragraph, then what is hidden in it."""
        visible: list[tuple[str, Look]] = []
        hidden: list[tuple[str, Look]] = []
        for text, look in content.runs:
            shown = look.hidden is None or (look.hidden == "white" and coloured)
            (visible if shown else hidden).append((text, look))
        out = self._visible(paragraph, visible, content.page)
        for reason in dict.fromkeys(look.hidden for _, look in hidden):
            text = "".join(text for text, look in hidden if look.hidden == reason)
            out.append(Draft(Block("paragraph", text, page=content.page, hidden=reason), fixed=True))
        return [draft for draft in out if draft.block.text.strip()]

    def _visible(self, paragraph: Any, runs: list[tuple[str, Look]], page: int | None) -> list[Draft]:
        text = "".join(text for text, _ in runs)
        label = self._numbering.label(paragraph)
        level = self.styles.heading_level(paragraph)
        if level is not None and len(text) <= _LONGEST_HEADING:
            return [Draft(Block("heading", text, level=level, page=page), label, fixed=True)]
        filled = [(len(text), look) for text, look in runs if text.strip()]
        bold = bool(filled) and all(look.bold for _, look in filled)
        size = max(filled, key=lambda run: run[0])[1].size if filled else 0.0
        return [
            Draft(Block("paragraph", line, page=page), None if at else label, bold, size)
            for at, line in enumerate(split_lines(text))
        ]

    def _hanging(self, content: Content) -> Iterator[Draft]:
        """The text boxes and notes of a paragraph."""
        for box in content.boxes:
            yield from self._container(box, coloured=True)
        for relation in content.diagrams:
            part = self._part.rels.get(relation)
            if part is not None and not part.is_external:
                from docx.oxml.parser import parse_xml

                texts = diagram_texts(parse_xml(part.target_part.blob))
                yield from (Draft(Block("paragraph", text, page=content.page), fixed=True) for text in texts)
        for kind, number in content.notes:
            note = self._notes[kind].pop(number, None)
            if note is None or self._inside_note:
                continue
            self._inside_note = True
            drafts = [replace(draft, fixed=True) for draft in self._container(note, coloured=False)]
            drafts = [replace(draft, block=replace(draft.block, page=content.page)) for draft in drafts]
            self._inside_note = False
            if self._tables:
                self._late += drafts
            else:
                yield from drafts

    def _table(self, table: Any, coloured: bool) -> list[Draft]:
        self._tables += 1
        coloured = coloured or value(table.find(f"{W}tblPr"), "tblStyle") in self.styles.shaded_tables
        shading = table.find(f"{W}tblPr/{W}shd")
        coloured = coloured or (shading is not None and is_shaded(shading))
        lines = [self._row(row, coloured) for row in _through(table, f"{W}tr") if not _is_deleted(row)]
        self._tables -= 1
        columns = max(map(len, lines), default=0)
        rows = [[*row, *[None] * (columns - len(row))] for row in lines]
        return table_drafts(Table(rows, _has_heads(table, rows, self.styles)))

    def _row(self, row: Any, coloured: bool) -> Row:
        properties = row.find(f"{W}trPr")
        cells: Row = [None] * _count(value(properties, "gridBefore"), 0)
        first = last = self._pages.number
        for cell in _through(row, f"{W}tc"):
            self._pages.number = first
            made, width = self._cell(cell, coloured), _count(value(cell.find(f"{W}tcPr"), "gridSpan"), 1)
            last = max(last, self._pages.number)
            cells += [made, *[None] * (max(1, width) - 1)]
        self._pages.number = last
        return cells[:_MOST_COLUMNS]

    def _cell(self, cell: Any, coloured: bool) -> Cell | None:
        """A cell, or None where it carries on the one above or before it."""
        properties = cell.find(f"{W}tcPr")
        for name in ("vMerge", "hMerge"):
            merged = None if properties is None else properties.find(f"{W}{name}")
            if merged is not None and merged.get(f"{W}val", "continue") == "continue":
                return None
        shading = None if properties is None else properties.find(f"{W}shd")
        drafts = self._container(cell, coloured or (shading is not None and is_shaded(shading)))
        width = max(1, _count(value(properties, "gridSpan"), 1))
        return Cell(drafts, width, any(d.block.kind == "row" for d in drafts))


def _through(holder: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, also within content controls and insertions."""
    for child in holder:
        if child.tag == tag:
            yield child
        elif child.tag in _THROUGH or child.tag == f"{W}sdt":
            yield from _through(child, tag)


def _is_set(element: Any) -> bool:
    return element is not None and element.get(f"{W}val", "1") not in {"0", "false", "off"}


def _is_deleted(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _count(text: str | None, otherwise: int) -> int:
    return min(int(text), _MOST_COLUMNS) if text and text.isdecimal() and len(text) < 6 else otherwise


def _is_contents(control: Any) -> bool:
    """Whether a content control holds a table of contents."""
    gallery = value(control.find(f"{W}sdtPr/{W}docPartObj"), "docPartGallery")
    return gallery in {"Table of Contents", "Table of Figures"}


def _has_heads(table: Any, rows: list[Row], styles: Styles) -> bool:
    """Whether the first row of a table is marked as heads: to repeat, by style, by bold type or by colour."""
    first = next(_through(table, f"{W}tr"), None)
    if first is None or len(rows) < 2:
        return False
    if _is_set(first.find(f"{W}trPr/{W}tblHeader")):
        return True
    filled = [[cell for cell in row if cell is not None and cell.text] for row in rows[:2]]
    if len(filled[0]) > 1 and all(cell.bold for cell in filled[0]) and not all(cell.bold for cell in filled[1]):
        return True
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None or len(filled[0]) < 2:
        return False
    flag = look.get(f"{W}val", "0")
    by_bits = (
        bool(int(flag, 16) & 0x20) if len(flag) == 4 and all(c in "0123456789abcdefABCDEF" for c in flag) else False
    )
    if not (look.get(f"{W}firstRow") in {"1", "true"} or by_bits):
        return False
    parts = (
        p
        for style in styles.chain(value(table.find(f"{W}tblPr"), "tblStyle"))
        for p in style.iterfind(f"{W}tblStylePr")
    )
    return any(part.get(f"{W}type") == "firstRow" and len(part) for part in parts)


def _sections_before_a_page(body: Any) -> set[Any]:
    """The ends of sections after which a page begins; how it begins is said by the section that follows."""
    sections = list(body.iter(f"{W}sectPr"))
    return {
        section
        for section, following in pairwise(sections)
        if value(following, "type") not in {"continuous", "nextColumn"}
    }


def _pages_with_pictures_behind(body: Any) -> set[int]:
    """The pages on which something is drawn behind the text, so that white letters may well be seen."""
    pages = Pages()
    found: set[int] = set()
    for element in body.iter():
        if element.tag == f"{W}t":
            pages.saw_text()
        elif element.tag == f"{W}lastRenderedPageBreak":
            pages.laid_out()
        elif element.tag == f"{W}br" and element.get(f"{W}type") == "page":
            pages.forced()
        elif (
            isinstance(element.tag, str)
            and element.tag.endswith("}anchor")
            and element.get("behindDoc") in {"1", "true"}
        ):
            found.add(pages.number)
    return found


def _notices(reader: _Reader) -> list[Notice]:
    """What a person should know of the document: changes that are not settled, and comments."""
    notices = []
    changes = [f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo")]
    if next(reader.body.iter(*changes), None) is not None:
        notices.append(
            Notice(
                "tracked_changes",
                "Er staan bijgehouden wijzigingen in het document: toevoegingen zijn gelezen, verwijderingen niet.",
                "The document has tracked changes: insertions were read, deletions were not.",
            )
        )
    comments = reader.related("comments")
    count = 0 if comments is None else sum(1 for _ in comments.iterfind(f"{W}comment"))
    return notices + comments_notice(count)
