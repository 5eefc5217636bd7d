"""Plain text to blocks: one paragraph a line, or text pulled out of a page layout."""

from __future__ import annotations

from pathlib import Path

from ingest.cleaning import clean_lines
from ingest.limits import Limits
from ingest.readers import Reading
from ingest.readers.decoding import decode


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """The lines of the text, repaired and joined to headings, paragraphs and list items."""
    text = decode(data, path)
    blocks = []
    paged = "\f" in text
    for number, page in enumerate(text.split("\f"), start=1):
        blocks += clean_lines(page.split("\n"), page=number if paged else None)
    return Reading(blocks)
