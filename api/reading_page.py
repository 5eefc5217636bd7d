"""The text of a document as a page to read, for who opens its address in a browser and not in a program."""

from __future__ import annotations

import re
from html import escape

from fastapi import Request

from api.bare_page import bare_page
from kb.types import Document, Section


def is_wanted(request: Request) -> bool:
    """Whether a browser asks for a page: it names HTML before all else, as no program that wants JSON does."""
    return request.headers.get("accept", "").split(",")[0].split(";")[0].strip().lower() == "text/html"


def page(document: Document, superseded: bool, english: bool) -> str:
    """The whole page; everything of the document is escaped."""
    metadata = document.metadata
    version, newer = (
        ("version", "There is a newer version of this document.")
        if english
        else ("versie", "Van dit document is er nu een nieuwere versie.")
    )
    title = metadata.title or document.id
    about = " · ".join(filter(None, (metadata.date, f"{version} {document.version}")))
    body = "".join(_section(document, section, title) for section in document.sections)
    warning = f"<p><strong>{escape(newer)}</strong></p>\n" if superseded else ""
    return bare_page(
        "en" if english else "nl",
        title,
        _STYLE,
        f'<h1>{escape(title)}</h1>\n<p class="about">{escape(about)}</p>\n{warning}'
        f'<div lang="{escape(metadata.language)}">{body}</div>\n',
    )


def _section(document: Document, section: Section, title: str) -> str:
    """One section with its heading; the title of the document stands above all, and is not said again."""
    heading = document.text[section.start : section.body].strip()
    level = min(6, max(2, len(section.headings)))
    parts = re.split(r"\n{2,}", document.text[section.body : section.end])
    above = f"<h{level}>{escape(heading)}</h{level}>" if heading and heading != title else ""
    return above + "".join(f"<p>{escape(part)}</p>" for part in parts if part.strip())


_STYLE = """main { max-width: 70ch; margin: 0 auto; padding: 40px 16px; overflow-wrap: break-word; }
h1 { color: #0E5A5A; }
h2, h3, h4, h5, h6 { margin: 28px 0 8px; font-size: 1.15rem; line-height: 1.3; }
p { white-space: pre-line; }
.about { color: #55606E; }
@media (prefers-color-scheme: dark) {
  h1 { color: #7CCFC7; }
  .about { color: #A9B4BF; }
}
"""
