"""A Word file made of few kinds of parts: headings, paragraphs, lists, quotes and links.

Texts come from documents and visitors: what XML cannot hold is left out, and nothing of them is a field or a macro.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.types import Language

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_LINK = 2000
"""Word refuses addresses of more than 2,083 characters."""
_IMPOSSIBLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRIMARY, _MUTED = "0E5A5A", "55606E"


class Run(NamedTuple):
    """Some words of a paragraph, and how they look."""

    text: str
    bold: bool = False
    muted: bool = False
    url: str = ""
    """Where they lead; a web address."""


class WordFile:
    """Written from top to bottom; `data` gives the bytes of the .docx."""

    def __init__(self, title: str, language: Language) -> None:
        import docx
        from docx.shared import Pt, RGBColor

        self._document: Any = docx.Document()
        self._document.core_properties.title = _plain(title)[:250]
        self._document.core_properties.author = "Routewijzer"
        self._document.core_properties.comments = ""
        code = "nl-NL" if language == "nl" else "en-GB"
        self._document.core_properties.language = code
        styles = self._document.styles
        styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(11)
        _speak(styles["Normal"], code)
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
            styles[name].font.name = "Calibri"
            styles[name].font.color.rgb = RGBColor.from_string(_PRIMARY)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; level 0 is the title of the file."""
        self._document.add_heading(_plain(text), level)

    def paragraph(self, *runs: str | Run, style: str | None = None) -> None:
        """A paragraph; `style` is one of Word's own, such as `Quote`."""
        self._fill(self._document.add_paragraph(style=style), runs)

    def bullets(self, items: Iterable[Iterable[str | Run]]) -> None:
        """A list with a dot before each item."""
        for runs in items:
            self.paragraph(*runs, style="List Bullet")

    def quote(self, text: str) -> None:
        """Words of a document."""
        self.paragraph(text, style="Quote")

    def data(self) -> bytes:
        """The file."""
        held = io.BytesIO()
        self._document.save(held)
        return held.getvalue()

    def _fill(self, paragraph: Paragraph, runs: Iterable[str | Run]) -> None:
        from docx.shared import RGBColor

        for run in (Run(one) if isinstance(one, str) else one for one in runs):
            if run.url.startswith(("https://", "http://")) and len(run.url) <= LONGEST_LINK:
                linked(paragraph, run)
                continue
            made = paragraph.add_run(_plain(run.text))
            made.bold = run.bold or None
            if run.muted:
                made.font.color.rgb = RGBColor.from_string(_MUTED)


def _plain(text: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", text)


def _speak(style: Any, code: str) -> None:
    """The language that the spelling checker and a screen reader take the text for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:lang")
    element.set(qn("w:val"), code)
    style.element.get_or_add_rPr().append(element)


def linked(paragraph: Paragraph, run: Run) -> None:
    """Add words that lead to a web address."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor
    from docx.text.run import Run as DocxRun

    where = paragraph.part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), where)
    inside = OxmlElement("w:r")
    link.append(inside)
    made = DocxRun(inside, paragraph)
    made.text = _plain(run.text)
    made.font.underline = True
    made.font.color.rgb = RGBColor.from_string("0B5CAD")
    paragraph._p.append(link)
