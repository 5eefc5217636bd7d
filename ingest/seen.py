"""Remembers how files looked on disk when they were taken in, so that what nobody touched is not read again.

As git's index does: a file whose size, times and inode are what they were is the same file. Where it was changed so
shortly before it was looked at that a second change could leave the same times, it is read all the same. What is
remembered is derived and may be thrown away; the next run then reads every file once.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.library import flush_folder
from ingest.readers import READER_VERSION
from kb.documents import CURRENT

Stamp = tuple[int, ...]
"""Size, times of the last change of the content and of the entry itself (ns), and inode, of one or more files."""
_RECENT = 2_000_000_000
"""Nanoseconds in which two changes may get the same times: FAT counts in steps of two seconds."""
_READ = ("text.json", "metadata.yaml", "source.json")
"""Files of a version without which it cannot be read, or not be recognised."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a file: what the disk said of it, and when it was asked."""

    stamp: Stamp
    at: int

    @classmethod
    def of(cls, path: Path) -> Look:
        """Look at a file now. Raises `OSError`."""
        at = time.time_ns()
        return cls(_stamp(path), at)

    @property
    def settled(self) -> bool:
        """Whether a change after this look is sure to show."""
        return max(self.stamp[1], self.stamp[2]) + _RECENT < self.at


@dataclass(frozen=True, slots=True)
class _Row:
    """What is remembered of a live document."""

    origin: str
    shown: str
    version: str
    file: Stamp | None
    """Of the file that it was made of; None where that must be read to know it again."""
    kept: Stamp
    """Of what the library holds of it."""


class Seen:
    """The live documents of one library: where they came from, and how the files looked there and here.

    What is on disk was true when it was written, and is taken away before anything changes: after a stop in the
    midst of a change there is nothing to be wrong.
    """

    def __init__(self, path: Path, library: Path) -> None:
        """Read what was remembered; nothing where that cannot be read, or other readers were at work."""
        self._path = path
        self._library = str(library)
        self._rows: dict[str, _Row] = {}
        self._folders: dict[str, Stamp] = {}
        """How the folders looked that documents lie in; empty until all documents are known here."""
        self._all = self._changed = False
        self._written = True
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            stored = json.loads(path.read_bytes())
            if stored["reader"] == READER_VERSION:
                rows = {document_id: _row(*row) for document_id, row in stored["rows"].items()}
                self._folders = {folder: tuple(stamp) for folder, stamp in stored["folders"].items()}
                self._rows, self._all = rows, bool(self._folders) and self._folders == self._looked()

    def version(self, document_id: str, shown: str, file: Stamp) -> str | None:
        """The version that was made of this very file, where it lies in the library as it was left; else None."""
        row = self._rows.get(document_id)
        if row is None or row.file != file or row.shown != shown:
            return None
        try:
            return row.version if self._kept(document_id, row.version) == row.kept else None
        except OSError:
            return None

    def origin(self, document_id: str) -> str | None:
        """The origin that a live document was taken in with; None where that is not remembered."""
        row = self._rows.get(document_id)
        return row.origin if row else None

    def of_origin(self, origin: str, ids: Callable[[], list[str]], find: Callable[[str], str | None]) -> list[str]:
        """The ids of the live documents of an origin.

        `ids` lists what lies in the library, and `find` reads the origin of one; they are asked where not all is
        known here, or where a folder shows that a document was put there or taken away by another hand.
        """
        if not self._all:
            present = ids()
            unknown = {i: _Row(find(i) or "", "", "", None, ()) for i in present if i not in self._rows}
            self._rows = {i: self._rows.get(i) or unknown[i] for i in present}
            self._all = self._changed = True
        return [document_id for document_id, row in self._rows.items() if row.origin == origin]

    def note(self, document_id: str, version: str, origin: str, shown: str, look: Look) -> None:
        """Remember that this live version was made of a file that looked so before it was read."""
        self.forget(document_id)
        with contextlib.suppress(OSError):
            kept = self._kept(document_id, version)
            self._rows[document_id] = _Row(origin, shown, version, look.stamp if look.settled else None, kept)

    def forget(self, document_id: str) -> None:
        """The document is gone, or another than it was."""
        self._rows.pop(document_id, None)
        self._changed = True

    def before_change(self) -> None:
        """The library is about to change: what is written down is true no longer."""
        self._changed = True
        if self._written:
            self._path.unlink(missing_ok=True)
            flush_folder(self._path.parent)
            self._written = False

    def save(self) -> None:
        """Write down what is remembered now, where that is more than what is written."""
        if not self._changed:
            return
        self._folders = self._looked() if self._all else {}
        rows = {i: (row.origin, row.shown, row.version, row.file, row.kept) for i, row in self._rows.items()}
        aside = self._path.with_name(f".{self._path.name}")
        with contextlib.suppress(OSError):  # without it the next run reads more, and nothing is lost
            stored = {"reader": READER_VERSION, "folders": self._folders, "rows": rows}
            aside.write_text(json.dumps(stored), encoding="utf-8")
            os.replace(aside, self._path)
            self._changed, self._written = False, True

    def _looked(self) -> dict[str, Stamp]:
        """How the folders look that documents lie in; another hand that adds or removes one leaves a trace there."""
        folders = {"", *(document_id.rpartition("/")[0] for document_id in self._rows)}
        with contextlib.suppress(OSError):
            return {folder: _stamp(f"{self._library}/{folder}") for folder in sorted(folders)}
        return {}

    def _kept(self, document_id: str, version: str) -> Stamp:
        """The stamps of the files that make a version the live one and without which it cannot be read."""
        home = f"{self._library}/{document_id}"
        stamp = _stamp(f"{home}/{CURRENT}")
        for name in _READ:
            stamp += _stamp(f"{home}/{version}/{name}")
        return stamp


def _row(origin: str, shown: str, version: str, file: Sequence[int] | None, kept: Sequence[int]) -> _Row:
    return _Row(origin, shown, version, None if file is None else tuple(file), tuple(kept))


def _stamp(path: str | Path) -> Stamp:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
