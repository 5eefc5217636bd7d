"""What stands on one slide: its title, the boxes with text and their places, tables, charts and drawings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.blocks import Block, plain
from ingest.readers.docx_inline import MC, chosen
from ingest.readers.office import DIAGRAM, Draft, diagram_texts
from ingest.readers.office import DRAWING as A
from ingest.readers.office_tables import Cell, Row, Table, table_drafts
from ingest.readers.pptx_layout import Box, Rect
from ingest.readers.pptx_text import P, drafts_of

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"dt", "ftr", "sldNum", "hdr"}
_SHAPES = ("sp", "pic", "graphicFrame", "grpSp")
_MOST_CHART_NAMES = 100

Transform = tuple[float, float, float, float]
"""From the coordinates of a group to those of the slide: `x * a + b` and `y * c + d`."""


class Slide:
    """A slide with its text boxes."""

    def __init__(self, slide: Any, number: int, size: tuple[int, int], default: Any) -> None:
        self.number = number
        self.title = ""
        self.boxes: list[Box] = []
        self.panels: list[Rect] = []
        self.hidden: list[Draft] = []
        self.has_picture = False
        self._slide = slide
        self._default = default
        self._layouts = [slide.slide_layout._element, slide.slide_layout.slide_master._element]
        tree = slide._element.find(f"{P}cSld/{P}spTree")
        if tree is not None:
            self._collect(tree, (1 / size[0], 0.0, 1 / size[1], 0.0))

    @property
    def has_text(self) -> bool:
        """Whether anything can be read on it."""
        return bool(self.title or self.boxes)

    def notes(self) -> Iterator[Draft]:
        """The notes of the speaker, as paragraphs."""
        if not self._slide.has_notes_slide:
            return
        frame = self._slide.notes_slide.notes_text_frame
        if frame is not None:
            yield from drafts_of(frame._txBody, [], self.number, items=False)

    def _collect(self, tree: Any, transform: Transform) -> None:
        for shape in tree:
            if shape.tag == f"{MC}AlternateContent":
                self._collect(chosen_shapes(shape), transform)
            elif shape.tag in {f"{P}{name}" for name in _SHAPES}:
                self._shape(shape, transform)

    def _shape(self, shape: Any, transform: Transform) -> None:
        rect = self._rect(shape, transform)
        is_hidden = any(p.get("hidden") in {"1", "true"} for p in shape.iterfind(f"*/{P}cNvPr"))
        if shape.tag == f"{P}grpSp":
            if not is_hidden:
                self.panels.append(rect)
                self._collect(shape, _inner(shape, transform))
            return
        placeholder = shape.find(f"*/{P}nvPr/{P}ph")
        kind = "" if placeholder is None else placeholder.get("type", "obj")
        if kind in _FURNITURE:
            return
        drafts = self._drafts(shape, placeholder, kind)
        if not drafts:
            self.has_picture |= shape.tag in {f"{P}pic", f"{P}graphicFrame"}
            if shape.tag == f"{P}sp":
                self.panels.append(rect)
            return
        reason = "hidden" if is_hidden else "off_page" if _is_outside(rect) else None
        if reason is not None:
            self.hidden += [replace(d, block=replace(d.block, hidden=reason), fixed=True) for d in drafts]
        elif kind in _TITLES and not self.title:
            self.title = plain(" ".join(draft.block.text for draft in drafts))
        else:
            self.panels.append(rect)
            self.boxes.append(Box(rect, drafts, placeholder is not None))

    def _drafts(self, shape: Any, placeholder: Any, kind: str) -> list[Draft]:
        if shape.tag == f"{P}graphicFrame":
            return self._frame(shape)
        body = shape.find(f"{P}txBody")
        if body is None:
            return []
        return drafts_of(body, self._styles(body, placeholder, kind), self.number, items=kind not in _TITLES)

    def _styles(self, body: Any, placeholder: Any, kind: str) -> list[Any]:
        """The styles of levels that hold for a text body, nearest first."""
        holders = [body, *(found.find(f"{P}txBody") for found in self._inherited(placeholder))]
        styles = [holder.find(f"{A}lstStyle") for holder in holders if holder is not None]
        master = self._layouts[1].find(f"{P}txStyles")
        name = "otherStyle" if placeholder is None else "titleStyle" if kind in _TITLES else "bodyStyle"
        if master is not None:
            styles.append(master.find(f"{P}{name}"))
        if placeholder is None:
            styles.append(self._default)
        return [style for style in styles if style is not None]

    def _inherited(self, placeholder: Any) -> list[Any]:
        """The shapes of the layout and master that a placeholder fills."""
        if placeholder is None:
            return []
        found = []
        index, kind = placeholder.get("idx", "0"), placeholder.get("type", "obj")
        for at, layout in enumerate(self._layouts):
            shapes = [(ph, ph.getparent().getparent().getparent()) for ph in layout.iter(f"{P}ph")]
            match = None if at else next((shape for ph, shape in shapes if ph.get("idx", "0") == index), None)
            if match is None:
                match = next((shape for ph, shape in shapes if _same_kind(ph.get("type", "obj"), kind)), None)
            if match is not None:
                found.append(match)
                own = match.find(f"*/{P}nvPr/{P}ph")
                kind = own.get("type", kind) if own is not None else kind
        return found

    def _rect(self, shape: Any, transform: Transform) -> Rect:
        """The place of a shape; that of a placeholder may come from the layout."""
        placeholder = shape.find(f"*/{P}nvPr/{P}ph")
        for holder in (shape, *self._inherited(placeholder)):
            place = holder.find(f"{P}xfrm") if holder.tag == f"{P}graphicFrame" else holder.find(f"*/{A}xfrm")
            numbers = _numbers(place, "off", "ext")
            if numbers is not None:
                x, y, width, height = numbers
                a, b, c, d = transform
                return x * a + b, y * c + d, (x + width) * a + b, (y + height) * c + d
        return 0.0, 0.0, 1.0, 1.0

    def _frame(self, frame: Any) -> list[Draft]:
        """The text of a table, a chart or a SmartArt drawing."""
        table = frame.find(f".//{A}tbl")
        if table is not None:
            return self._table(table)
        data = frame.find(f"{A}graphic/{A}graphicData")
        for child in () if data is None else data:
            relation = child.get(f"{_RELATION}id") if child.tag == f"{_CHART}chart" else None
            relation = child.get(f"{_RELATION}dm") if child.tag == f"{DIAGRAM}relIds" else relation
            root = self._related(relation)
            if root is not None:
                texts = chart_texts(root) if child.tag == f"{_CHART}chart" else diagram_texts(root)
                return [Draft(Block("paragraph", text, page=self.number), fixed=True) for text in texts]
        return []

    def _related(self, relation: str | None) -> Any | None:
        """The XML of a part that belongs to the slide."""
        from pptx.oxml import parse_xml

        found = self._slide.part.rels.get(relation) if relation else None
        if found is None or found.is_external or not found.target_part.blob.strip():
            return None
        return parse_xml(found.target_part.blob)

    def _table(self, table: Any) -> list[Draft]:
        rows = [[self._cell(cell) for cell in row.iterfind(f"{A}tc")] for row in table.iterfind(f"{A}tr")]
        columns = max(map(len, rows), default=0)
        padded: list[Row] = [[*row, *[None] * (columns - len(row))] for row in rows]
        properties = table.find(f"{A}tblPr")
        has_heads = properties is not None and properties.get("firstRow") in {"1", "true"}
        return table_drafts(Table(padded, has_heads))

    def _cell(self, cell: Any) -> Cell | None:
        if any(cell.get(name) in {"1", "true"} for name in ("hMerge", "vMerge")):
            return None
        body = cell.find(f"{A}txBody")
        drafts = [] if body is None else drafts_of(body, self._styles(body, None, ""), self.number)
        span = cell.get("gridSpan", "1")
        return Cell(drafts, int(span) if span.isdecimal() and len(span) < 4 else 1)


def chosen_shapes(alternatives: Any) -> Any:
    """The one of several forms of the same shapes that is read: the first with text, or else the first."""
    forms = [form for form in alternatives if form.tag in {f"{MC}Choice", f"{MC}Fallback"}]
    texts = (f"{A}t", f"{DIAGRAM}relIds", f"{_CHART}chart")
    return next((form for form in forms if next(form.iter(*texts), None) is not None), chosen(alternatives))


def chart_texts(root: Any) -> list[str]:
    """The title of a chart, and the names of its series and categories."""
    title = root.find(f"{_CHART}chart/{_CHART}title")
    texts = [] if title is None else [plain("".join(title.itertext(f"{A}t")))]
    series = list(root.iter(f"{_CHART}ser"))
    names = [name for one in series for name in _values(one.find(f"{_CHART}tx"))]
    categories = [name for one in series[:1] for name in _values(one.find(f"{_CHART}cat"))]
    return [text for text in dict.fromkeys([*texts, *names, *categories][:_MOST_CHART_NAMES]) if text]


def _values(holder: Any) -> list[str]:
    return [] if holder is None else [plain(value.text or "") for value in holder.iter(f"{_CHART}v")]


def _same_kind(one: str, other: str) -> bool:
    body = {"body", "obj", "subTitle", "tbl", "chart", "dgm", "media", "clipArt"}
    return one == other or (one in body and other in body) or (one in _TITLES and other in _TITLES)


def _is_outside(rect: Rect) -> bool:
    return rect[2] <= 0 or rect[3] <= 0 or rect[0] >= 1 or rect[1] >= 1


def _inner(group: Any, outer: Transform) -> Transform:
    """From the coordinates within a group to those of the slide."""
    place = group.find(f"{P}grpSpPr/{A}xfrm")
    around, within = _numbers(place, "off", "ext"), _numbers(place, "chOff", "chExt")
    if around is None or within is None:
        return outer
    scale_x = around[2] / within[2] if within[2] else 1.0
    scale_y = around[3] / within[3] if within[3] else 1.0
    a, b, c, d = outer
    return (
        scale_x * a,
        (around[0] - within[0] * scale_x) * a + b,
        scale_y * c,
        (around[1] - within[1] * scale_y) * c + d,
    )


def _numbers(place: Any, corner: str, extent: str) -> tuple[float, float, float, float] | None:
    if place is None:
        return None
    first, second = place.find(f"{A}{corner}"), place.find(f"{A}{extent}")
    if first is None or second is None:
        return None
    try:
        x, y, width, height = (
            float(text[:20]) for text in (first.get("x"), first.get("y"), second.get("cx"), second.get("cy"))
        )
    except (TypeError, ValueError):
        return None
    return x, y, width, height
