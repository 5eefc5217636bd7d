"""Web pages saved as one file (MHTML) to blocks: the page itself is found in it, and read as any other."""

from __future__ import annotations

from email.message import Message
from pathlib import Path

from ingest.limits import Limits
from ingest.readers import Reading
from ingest.readers.decoding import declared_encoding
from ingest.readers.html import read_page
from ingest.readers.mime import parse_message, parts_of, payload
from kb.errors import UnreadableDocument

_PAGES = {"text/html", "application/xhtml+xml"}


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """The text of a saved web page, with its address as the browser wrote it down."""
    message = parse_message(data, path)
    page = _root_page(message, path)
    if page is None:
        raise UnreadableDocument(
            path,
            f"{path.name}: er zit geen webpagina in dit bestand, of het is beschadigd.",
            f"{path.name}: there is no web page in this file, or it is damaged.",
        )
    source = payload(page, path, limits)
    return read_page(source, path, page.get_content_charset() or declared_encoding(source), _address(message, page))


def _root_page(message: Message, path: Path) -> Message | None:
    """The part that is the page: the one that the file names as its start, else the first that is a page."""
    pages = [part for part in parts_of(message, path) if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    named = [part for part in pages if start and str(part.get("Content-ID", "")).strip() == start]
    return next(iter(named or pages), None)


def _address(message: Message, page: Message) -> str | None:
    for value in (
        message.get("Snapshot-Content-Location"),
        page.get("Content-Location"),
        message.get("Content-Location"),
    ):
        address = "".join(str(value or "").split())
        if address.lower().startswith(("https://", "http://")) and len(address) <= 2000:
            return address
    return None
