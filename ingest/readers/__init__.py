"""One file per format: bytes become blocks. A new format is a new module and a line in `_READERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ingest.blocks import Block
from ingest.limits import Limits
from kb.errors import UnsupportedFormat

READER_VERSION = 2
"""Raised when a reader or the cleaning changes what it gives, so that documents are read anew."""

_READERS = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".pdf": "pdf", ".docx": "docx", ".pptx": "pptx",
    ".odt": "odt", ".html": "html", ".htm": "html", ".xhtml": "html", ".mhtml": "mhtml", ".mht": "mhtml",
    ".eml": "email",
}  # fmt: skip
SUFFIXES = tuple(_READERS)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a document that a person should know; `code` is a stable word for programs."""

    code: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found, in reading order, and what it could not read."""

    blocks: list[Block]
    front_matter: str | None = None
    """The text between the `---` lines of a Markdown file."""
    notices: list[Notice] = field(default_factory=list)
    page_count: int | None = None
    """How many pages or slides the file has; None for formats without."""
    pages_without_text: tuple[int, ...] = ()
    """Pages that show something and hold no text (scans); not those that are blank."""
    title: str | None = None
    """As the file's own properties name it."""
    date: str | None = None
    """When it was made or last changed by its own properties, as 2024-03-06."""
    url: str | None = None
    """The address that the file says it comes from."""


Reader = Callable[[bytes, Path, Limits], Reading]


def read(data: bytes, path: Path, limits: Limits | None = None) -> Reading:
    """Read the bytes of a file with the reader for its suffix; `path` is used for its name alone.

    Raises a `DocumentError`: `UnsupportedFormat`, `UnreadableDocument`, `EmptyDocument`, `UnsafeDocument` or
    `LimitExceeded`.
    """
    name = _READERS.get(path.suffix.lower())
    if name is None:
        known = ", ".join(sorted(SUFFIXES))
        raise UnsupportedFormat(
            path,
            f"{path.name}: dit soort bestand kan nog niet worden gelezen (wel: {known}).",
            f"{path.name}: this kind of file cannot be read yet (these can: {known}).",
        )
    module: Any = import_module(f"ingest.readers.{name}")
    reader: Reader = module.read
    return reader(data, path, limits or Limits())
