"""Makes the Office files that the tests read: Word and OpenDocument from pieces of XML, PowerPoint with its library.

All content is invented.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": WORD,
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = f"""<w:styles {NAMESPACES}>
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Standaard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Kop1"><w:name w:val="heading 1"/><w:basedOn w:val="Standaard"/>
<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Kop2"><w:name w:val="heading 2"/><w:basedOn w:val="Standaard"/></w:style>
<w:style w:type="paragraph" w:styleId="MijnKop"><w:name w:val="Mijn kop"/><w:basedOn w:val="Kop2"/></w:style>
<w:style w:type="paragraph" w:styleId="Hoofdstuk"><w:name w:val="Hoofdstuk"/><w:basedOn w:val="Standaard"/>
<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Inhopg1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Lijstnummer"><w:name w:val="List Number"/>
<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Weg"><w:name w:val="Weg"/><w:rPr><w:vanish/></w:rPr></w:style>
</w:styles>"""


def archive(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return packed.getvalue()


def docx_parts(body: str, *, before: str = "", **others: str) -> dict[str, bytes | str]:
    """The entries of a Word file; `others` are further parts by their kind (`numbering`, `footnotes`, `comments`)."""
    kinds = {"styles": _STYLES, **others}
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{_MAIN}.{kind}+xml"/>' for kind in kinds if kind != "app"
    )
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for kind in kinds
        if kind != "app"
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {NAMESPACES}>{before}<w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    for kind, content in kinds.items():
        parts["docProps/app.xml" if kind == "app" else f"word/{kind}.xml"] = content
    return parts


def docx(body: str, **others: str) -> bytes:
    """A Word file with this body."""
    return archive(docx_parts(body, **others))


def p(text: str = "", *, style: str = "", properties: str = "", run: str = "", raw: str = "") -> str:
    """A paragraph of Word; `raw` is XML that comes after its text."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    content = f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{content}{raw}</w:p>"


def listed(text: str, number: int, level: int = 0) -> str:
    """A paragraph of Word in a list."""
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows: tuple[str | tuple[str, str], ...], properties: str = "") -> str:
    """A table of Word; a cell is its content, or its properties and its content; bare text becomes a paragraph."""
    made = ""
    for row in rows:
        cells = ""
        for cell in row:
            own, content = cell if isinstance(cell, tuple) else ("", cell)
            inner = content if content.startswith("<") else p(content)
            cells += f"<w:tc><w:tcPr>{own}</w:tcPr>{inner}</w:tc>"
        made += f"<w:tr>{cells}</w:tr>"
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{made}</w:tbl>"


def numbering(abstract: Mapping[int, list[tuple[str, str, int]]], lists: Mapping[int, str | int]) -> str:
    """The lists of a Word file: of each abstract list its levels (format, text, start), of each list what it is on."""
    made = ""
    for number, levels in abstract.items():
        inner = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for i, (kind, text, start) in enumerate(levels)
        )
        made += f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'
    for number, on in lists.items():
        extra = on if isinstance(on, str) else f'<w:abstractNumId w:val="{on}"/>'
        made += f'<w:num w:numId="{number}">{extra}</w:num>'
    return f"<w:numbering {NAMESPACES}>{made}</w:numbering>"


def pptx(build: Callable[[Any], None]) -> bytes:
    """A presentation, filled by `build`."""
    from pptx import Presentation

    presentation = Presentation()
    build(presentation)
    packed = io.BytesIO()
    presentation.save(packed)
    return packed.getvalue()


def text_box(slide: Any, text: str, left: float, top: float, width: float = 3.0, size: int = 14) -> Any:
    """A box with text on a slide; places in inches, a paragraph for each line."""
    from pptx.util import Inches, Pt

    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(0.5))
    box.text_frame.text = text
    for paragraph in box.text_frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(size)
    return box


ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODT_NAMESPACES = (
    " ".join(f'xmlns:{name}="{ODF}{name}:1.0"' for name in ("office", "text", "style", "table", "meta"))
    + f' xmlns:fo="{ODF}xsl-fo-compatible:1.0" xmlns:draw="{ODF}drawing:1.0"'
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xml="http://www.w3.org/XML/1998/namespace"'
)
_LISTS = """
<text:list-style style:name="Stip"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/>
<text:list-level-style-bullet text:level="2" text:bullet-char="–"/></text:list-style>
<text:list-style style:name="Cijfer"><text:list-level-style-number text:level="1" style:num-format="1"
 style:num-suffix="." text:start-value="3"/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<style:style style:name="Weg" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Wit" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="NieuwBlad" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>
</style:style>
"""


def odt(body: str, *, meta: str = "", styles: str = "") -> bytes:
    """An OpenDocument text with this body."""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {ODT_NAMESPACES}><office:automatic-styles>{_LISTS}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {ODT_NAMESPACES}>{styles}</office:document-styles>",
            "meta.xml": f"<office:document-meta {ODT_NAMESPACES}><office:meta>{meta}</office:meta>"
            "</office:document-meta>",
        }
    )
