"""The original page of a PDF as a picture, with the cited passage marked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np

from ingest.library import Library
from ingest.reader_pool import ReaderPool
from kb.errors import UnknownPage

_KEPT = 48
"""Pictures that are kept in memory."""


class PageImages:
    """Draws pages in a process of its own; the latest pictures are kept. Safe to use from several threads."""

    def __init__(self, library: Library, pool: ReaderPool) -> None:
        self._library = library
        self._pool = pool
        self._kept: OrderedDict[tuple[str, str, int, int, int], bytes] = OrderedDict()
        self._guard = threading.Lock()

    def png(self, document_id: str, version: str | None, page: int, start: int, end: int) -> bytes:
        """Page `page` (from 1), with the characters of `text[start:end]` that stand on it marked.

        Raises `UnknownDocument`, `UnknownPage`, and a `DocumentError` where the page cannot be drawn.
        """
        document = self._library.document(document_id, version)
        path = self._library.original(document_id, document.version)
        if path.suffix != ".pdf" or page < 1:
            raise UnknownPage(document_id, page)
        key = (document_id, document.version, page, start, end)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        boxes = self._library.boxes(document_id, document.version)
        marks = np.zeros((0, 5), dtype=np.uint16) if boxes is None else boxes[max(0, start) : max(0, end)]
        try:
            picture = self._pool.render(path.read_bytes(), Path(path.name), page, marks[marks[:, 0] == page])
        except IndexError:
            raise UnknownPage(document_id, page) from None
        with self._guard:
            self._kept[key] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return picture

    def forget(self, document_id: str) -> None:
        """A document was removed: keep no picture of it."""
        with self._guard:
            for key in [key for key in self._kept if key[0] == document_id]:
                del self._kept[key]
