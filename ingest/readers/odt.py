"""OpenDocument texts (LibreOffice Writer) to blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.blocks import Block, plain
from ingest.container import open_container
from ingest.limits import Limits
from ingest.readers import Notice, Reading
from ingest.readers.docx_inline import Pages
from ingest.readers.odt_inline import OFFICE, TABLE, Content, Inline
from ingest.readers.odt_styles import TEXT, Counter, Styles, level_of
from ingest.readers.office import Draft, comments_notice, finished, guarded, meaningful_title, split_lines
from ingest.readers.office_headings import promoted
from ingest.readers.office_tables import Cell, Row, Table, table_drafts

_MOST_COLUMNS = 63
_MOST_REPEATS = 50
_LONGEST_HEADING = 200
_CONTENTS = {
    f"{TEXT}{name}"
    for name in (
        "table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index", "user-index",
    )
}  # fmt: skip
_LEFT_OUT = {f"{TEXT}tracked-changes", f"{OFFICE}forms", f"{TEXT}sequence-decls", f"{TEXT}variable-decls"}


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """Headings, paragraphs, list items and table rows; notes after the paragraph that refers to them."""
    container = open_container(data, path, limits)
    return guarded(lambda: _read(container.parts), path, limits)


def _read(parts: dict[str, bytes]) -> Reading:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    roots = {name: etree.fromstring(content, parser) for name, content in parts.items() if content.strip()}
    content = roots["content.xml"]
    styles = Styles(*(roots[name] for name in ("content.xml", "styles.xml") if name in roots))
    reader = _Reader(content.find(f"{OFFICE}body/{OFFICE}text"), styles)
    blocks = reader.blocks()
    meta = roots.get("meta.xml")
    title, date, said = _properties(meta)
    counted = reader.pages.number
    pages = counted if said == counted or (said is None and reader.has_marks) else None
    if pages is None:
        blocks = [replace(block, page=None) for block in blocks]
    return Reading(blocks, notices=list(_notices(reader)), page_count=pages, title=title, date=date)


def _properties(meta: Any | None) -> tuple[str | None, str | None, int | None]:
    """The title, the date and the number of pages as the file says them."""
    if meta is None:
        return None, None, None
    found: dict[str, str] = {}
    pages = None
    for element in meta.iter():
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        found.setdefault(name, element.text or "")
        if name == "document-statistic":
            pages = next((value for key, value in element.attrib.items() if key.endswith("}page-count")), None)
    dates = (re.match(r"\d{4}-\d\d-\d\d", found.get(name, "")) for name in ("date", "creation-date"))
    count = int(pages) if pages and pages.isdecimal() and len(pages) < 7 else None
    return meaningful_title(found.get("title")), next((date.group() for date in dates if date), None), count


class _Reader:
    """Walks through one document."""

    def __init__(self, body: Any, styles: Styles) -> None:
        self.body = body
        self.pages = Pages()
        self.has_marks = next(body.iter(f"{TEXT}soft-page-break"), None) is not None
        self._styles = styles
        self._inline = Inline(styles, self.pages)
        self._headings = Counter()
        self._counters: dict[str, Counter] = {}
        self._last_of_style: dict[str | None, Counter] = {}
        self._tables = 0
        self._late: list[Draft] = []
        self._inside_note = False

    def blocks(self) -> list[Block]:
        """The whole text."""
        drafts = promoted(self._container(self.body, False))
        return [finished(draft) for draft in drafts if plain(draft.block.text)]

    def _container(self, holder: Any, coloured: bool) -> list[Draft]:
        out: list[Draft] = []
        for child in holder:
            out += self._element(child, coloured)
        return out

    def _element(self, child: Any, coloured: bool) -> list[Draft]:
        """Any element of the text; `coloured` where its background is not white."""
        tag = child.tag
        if tag in {f"{TEXT}p", f"{TEXT}h"}:
            return self._paragraph(child, None, coloured)
        if tag == f"{TEXT}list":
            return self._list(child, None, 1, None, coloured)
        if tag == f"{TEXT}soft-page-break":
            self.pages.laid_out()
        elif tag == f"{TABLE}table":
            drafts = self._table(child, coloured)
            if not self._tables:
                drafts, self._late = drafts + self._late, []
            return drafts
        elif tag == f"{TEXT}section" and child.get(f"{TEXT}display") == "none":
            drafts = self._container(child, coloured)
            return [replace(d, block=replace(d.block, hidden="hidden"), fixed=True) for d in drafts]
        elif isinstance(tag, str) and tag.endswith(("}frame", "}custom-shape", "}g", "}text-box", "}rect")):
            return self._container(child, True)
        elif tag in _CONTENTS:
            self._container(child, coloured)
        elif isinstance(tag, str) and tag.startswith(TEXT) and tag not in _LEFT_OUT:
            return self._container(child, coloured)
        return []

    def _paragraph(self, paragraph: Any, label: str | None, coloured: bool) -> list[Draft]:
        style = paragraph.get(f"{TEXT}style-name")
        if self._styles.breaks_page(style):
            self.pages.laid_out()
        content = self._inline.read(paragraph, style)
        visible = [(text, look) for text, look in content.runs if look.hidden in {None, "white" if coloured else None}]
        hidden = [(text, look) for text, look in content.runs if (text, look) not in visible]
        text = "".join(text for text, _ in visible)
        out = self._visible(paragraph, text, visible, label, content.page)
        for reason in dict.fromkeys(look.hidden for _, look in hidden):
            unseen = "".join(text for text, look in hidden if look.hidden == reason)
            out.append(Draft(Block("paragraph", unseen, page=content.page, hidden=reason), fixed=True))
        return [*(draft for draft in out if draft.block.text.strip()), *self._hanging(content)]

    def _visible(
        self, paragraph: Any, text: str, runs: list[tuple[str, Any]], label: str | None, page: int | None
    ) -> list[Draft]:
        level = self._heading_level(paragraph)
        if level is not None and label is None:
            label = self._heading_label(paragraph, level)
        if level is not None and len(text) <= _LONGEST_HEADING:
            return [Draft(Block("heading", text, level=min(6, level), page=page), label, fixed=True)]
        filled = [(len(text), look) for text, look in runs if text.strip()]
        bold = bool(filled) and all(look.bold for _, look in filled)
        size = max(filled, key=lambda run: run[0])[1].size if filled else 0.0
        return [
            Draft(Block("paragraph", line, page=page), None if at else label, bold, size)
            for at, line in enumerate(split_lines(text))
        ]

    def _heading_level(self, paragraph: Any) -> int | None:
        if paragraph.tag == f"{TEXT}h":
            level = paragraph.get(f"{TEXT}outline-level", "1")
            return max(1, int(level)) if level.isdecimal() and len(level) < 3 else 1
        return 1 if self._styles.is_heading_style(paragraph.get(f"{TEXT}style-name")) else None

    def _heading_label(self, paragraph: Any, level: int) -> str | None:
        """The number that the document prints before a heading."""
        outline = self._styles.outline
        is_bare = paragraph.tag != f"{TEXT}h" or paragraph.get(f"{TEXT}is-list-header") == "true"
        if outline is None or is_bare or not plain("".join(paragraph.itertext())):
            return None
        levels = {at: found for at in range(1, 11) if (found := level_of(outline, at)) is not None}
        return self._headings.label(levels, level, paragraph.get(f"{TEXT}start-value")) or None

    def _hanging(self, content: Content) -> Iterator[Draft]:
        """The text boxes and notes of a paragraph."""
        for box in content.boxes:
            yield from self._container(box, True)
        for note in content.notes:
            if self._inside_note:
                continue
            self._inside_note = True
            drafts = [replace(draft, fixed=True) for draft in self._container(note, False)]
            self._inside_note = False
            if self._tables:
                self._late += drafts
            else:
                yield from drafts

    def _list(
        self, element: Any, style: str | None, level: int, counter: Counter | None, coloured: bool
    ) -> list[Draft]:
        style = element.get(f"{TEXT}style-name") or style
        counter = counter or self._counter(element, style)
        out: list[Draft] = []
        for item in element:
            is_item = item.tag == f"{TEXT}list-item"
            labelled = not is_item
            for child in item if isinstance(item.tag, str) else ():
                if child.tag == f"{TEXT}list":
                    out += self._list(child, style, level + 1, counter, coloured)
                elif child.tag in {f"{TEXT}p", f"{TEXT}h"} and not labelled:
                    labelled = True
                    own = style or self._styles.list_of(child.get(f"{TEXT}style-name"))
                    levels = {
                        at: found for at in range(1, 11) if (found := self._styles.list_level(own, at)) is not None
                    }
                    label = counter.label(levels, level, item.get(f"{TEXT}start-value"))
                    out += self._paragraph(child, label, coloured)
                else:
                    out += self._element(child, coloured)
        return out

    def _counter(self, element: Any, style: str | None) -> Counter:
        """The counter of a list: that of another one where it goes on with that."""
        other = self._counters.get(element.get(f"{TEXT}continue-list", ""))
        if other is None and element.get(f"{TEXT}continue-numbering") == "true":
            other = self._last_of_style.get(style)
        counter = other or Counter()
        identity = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
        if identity:
            self._counters[identity] = counter
        self._last_of_style[style] = counter
        return counter

    def _table(self, table: Any, coloured: bool) -> list[Draft]:
        self._tables += 1
        coloured = coloured or self._styles.has_background("table", table.get(f"{TABLE}style-name"))
        rows: list[Row] = []
        for row in _rows(table):
            cells = self._row(row, coloured)
            repeats = _number(row, "number-rows-repeated", _MOST_REPEATS) if any(c and c.text for c in cells) else 1
            rows += [list(cells) for _ in range(repeats)]
        self._tables -= 1
        columns = max(map(len, rows), default=0)
        has_heads = table.find(f"{TABLE}table-header-rows") is not None or _has_bold_heads(rows)
        return table_drafts(Table([[*row, *[None] * (columns - len(row))] for row in rows], has_heads))

    def _row(self, row: Any, coloured: bool) -> Row:
        cells: Row = []
        first = last = self.pages.number
        for cell in row:
            if cell.tag not in {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}:
                continue
            repeats = _number(cell, "number-columns-repeated", _MOST_COLUMNS)
            if cell.tag == f"{TABLE}covered-table-cell":
                cells += [None] * repeats
                continue
            self.pages.number = first
            own = coloured or self._styles.has_background("table-cell", cell.get(f"{TABLE}style-name"))
            drafts = self._container(cell, own)
            last = max(last, self.pages.number)
            width = _number(cell, "number-columns-spanned", _MOST_COLUMNS)
            nested = any(draft.block.kind == "row" for draft in drafts)
            cells += [Cell(list(drafts), width, nested) for _ in range(repeats)]
        self.pages.number = last
        return cells[:_MOST_COLUMNS]


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, also those in groups."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in {f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group")}:
            yield from _rows(child)


def _has_bold_heads(rows: list[Row]) -> bool:
    filled = [[cell for cell in row if cell is not None and cell.text] for row in rows[:2]]
    if len(filled) < 2 or len(filled[0]) < 2:
        return False
    return all(cell.bold for cell in filled[0]) and not all(cell.bold for cell in filled[1])


def _number(element: Any, name: str, most: int) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 10 else most if text.isdecimal() else 1


def _notices(reader: _Reader) -> Iterator[Notice]:
    """What a person should know of the document: changes that are not settled, and comments."""
    changes = reader.body.find(f"{TEXT}tracked-changes")
    if changes is not None and len(changes):
        yield Notice(
            "tracked_changes",
            "Er staan bijgehouden wijzigingen in het document: toevoegingen zijn gelezen, verwijderingen niet.",
            "The document has tracked changes: insertions were read, deletions were not.",
        )
    yield from comments_notice(sum(1 for _ in reader.body.iter(f"{OFFICE}annotation")))
