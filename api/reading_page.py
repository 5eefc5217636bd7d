"""The text of a document as a page to read, for who opens its address in a browser and not in a program."""

from __future__ import annotations

import re
from html import escape

from fastapi import Request

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
    return _PAGE.format(
        language="en" if english else "nl",
        title=escape(title),
        about=escape(about),
        newer=f"<p><strong>{escape(newer)}</strong></p>" if superseded else "",
        text_language=escape(metadata.language),
        body=body,
    )


def _section(document: Document, section: Section, title: str) -> str:
    """One section with its heading; the title of the document stands above all, and is not said again."""
    heading = document.text[section.start : section.body].strip()
    level = min(6, max(2, len(section.headings)))
    parts = re.split(r"\n{2,}", document.text[section.body : section.end])
    above = f"<h{level}>{escape(heading)}</h{level}>" if heading and heading != title else ""
    return above + "".join(f"<p>{escape(part)}</p>" for part in parts if part.strip())


_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
body {{ margin: 0; font: 17px/1.55 system-ui, sans-serif; background: #FAF8F4; color: #1B2430; }}
main {{ max-width: 70ch; margin: 0 auto; padding: 40px 16px; overflow-wrap: break-word; }}
h1 {{ margin: 0 0 8px; font-size: 1.6rem; line-height: 1.2; color: #0E5A5A; }}
h2, h3, h4, h5, h6 {{ margin: 28px 0 8px; font-size: 1.15rem; line-height: 1.3; }}
p {{ margin: 0 0 16px; white-space: pre-line; }}
.about {{ color: #55606E; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #12181F; color: #E9EDF0; }}
  h1 {{ color: #7CCFC7; }}
  .about {{ color: #A9B4BF; }}
}}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="about">{about}</p>
{newer}
<div lang="{text_language}">{body}</div>
</main>
</body>
</html>
"""
