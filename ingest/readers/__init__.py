"""One file per format: bytes become blocks. A new format is a new module and a line in `_READERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ingest.blocks import Block
from kb.errors import UnsupportedFormat

READER_VERSION = 1
"""Raised when a reader or the cleaning changes what it gives, so that documents are read anew."""

_READERS = {".md": "markdown", ".markdown": "markdown", ".txt": "text"}
SUFFIXES = tuple(_READERS)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found: the blocks, and the front matter as (key, value, line) where there is any."""

    blocks: list[Block]
    front_matter: str | None = None
    warnings: list[tuple[str, str]] = field(default_factory=list)


Reader = Callable[[bytes, Path], Reading]


def read(data: bytes, path: Path) -> Reading:
    """Read the bytes of a file with the reader for its suffix.

    Raises `UnsupportedFormat`, `UnreadableDocument` or `EmptyDocument`, each with the path.
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
    return reader(data, path)
