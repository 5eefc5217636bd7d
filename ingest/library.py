"""The folder of documents; the only place that writes it.

Adding, replacing and removing are atomic: a version is written aside, flushed to disk and moved into place by
rename; `current` is written last, by rename. A crash in between leaves either the old state or the new one, and
litter in `.incoming` or `.trash` that the next start clears. A document counts as accepted once `put` returns.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import shutil
import unicodedata
import uuid
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from ingest.blocks import Assembly, Boxes
from ingest.chunking import CHUNKER_VERSION, cut
from ingest.readers import READER_VERSION
from kb.documents import (
    CURRENT,
    QUARANTINE,
    Shelf,
    is_id,
    is_version_folder,
    make_chunk,
    metadata_from,
    metadata_to,
    read_details,
)
from kb.errors import StoreError, UnknownDocument
from kb.types import Chunk, Document, Metadata

_INCOMING = ".incoming"
_TRASH = ".trash"
_BOXES = "boxes.npz"
_REPORT = "report.json"
_RELEASED = "released"
_SOURCE = "source.json"
"""From which bytes a version was made, and how long its files are: enough to see that nothing changed."""
_LOG = logging.getLogger("routewijzer")


DescribedBy = Literal["file", "guess", "team"]
"""Where the metadata is from: the file's own front matter, a guess, or a person who confirmed it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was read and may be put into the library."""

    id: str
    metadata: Metadata
    laid: Assembly
    data: bytes
    file_name: str
    path: str
    origin: str
    """`corpus` for files that are kept in step with the corpus folder, `added` for all others."""
    cuts: Sequence[tuple[int, int]] | None = None
    """Where its chunks begin and end; None to have them worked out."""
    report: dict[str, Any] | None = None
    """What was found in it, for the programme team."""
    quarantined: bool = False
    described_by: DescribedBy = "file"
    suffix: str | None = None
    """Of what the content is; None for the suffix of the file's name."""


class Library(Shelf):
    """A shelf that can be written. One process at a time, held to that by the lock of the data folder."""

    def __init__(self, folder: Path, writes: bool = True) -> None:
        """Where another process `writes` it now, nothing is touched until `take_over`."""
        super().__init__(folder)
        self.before_change: Callable[[], None] = lambda: None
        """Called before anything is changed on disk."""
        self._changing = False
        """Whether the folder `.incoming` lies there, by which a start knows that there may be something to clear."""
        self._writes = writes
        folder.mkdir(parents=True, exist_ok=True)
        if writes:
            self._sweep()

    def take_over(self) -> None:
        """From now on this process writes the library; what another left half done is cleared."""
        self._writes = True
        self.renew()
        self._sweep()

    def let_go(self) -> None:
        """From now on another process writes the library."""
        self.close()
        self._writes = False

    def _sweep(self) -> None:
        """Clear what a crash left: halves of a write or a removal, and versions that never became live.

        There is nothing to clear where the last process to change anything has closed the library.
        """
        if not any((self.folder / litter).exists() for litter in (_INCOMING, _TRASH)):
            return
        shutil.rmtree(self.folder / _TRASH, ignore_errors=True)
        self._changing = True
        for name, _, files in os.walk(self.folder, topdown=False):
            home = Path(name)
            for file in files:
                if file.startswith("."):
                    (home / file).unlink()
            if is_version_folder(home) and not (home.parent / CURRENT).is_file():
                self._discard(home)
            elif home != self.folder and home.name != _INCOMING and not any(home.iterdir()):
                home.rmdir()
        self.close()

    def _begin(self) -> None:
        """Called before documents are changed on disk."""
        self.before_change()
        self._mark()

    def _mark(self) -> None:
        """Say on disk that a start must clear up, should this process end while it writes."""
        if not self._changing:
            (self.folder / _INCOMING).mkdir(exist_ok=True)
            flush_folder(self.folder)
            self._changing = True

    def close(self) -> None:
        """Say on disk that no change is under way: the next start has nothing to clear up."""
        if self._changing:
            shutil.rmtree(self.folder / _TRASH, ignore_errors=True)
            shutil.rmtree(self.folder / _INCOMING, ignore_errors=True)
            self._changing = False

    def unchanged(self, document_id: str, data: bytes, path: str) -> str | None:
        """The live version, where it came from these very bytes by the readers of today; else None."""
        version = self.current(document_id)
        if version is None:
            return None
        noted = self.source(document_id)
        try:
            same = noted == _source(data, path, str(noted.get("origin")), self.folder / document_id / version)
        except OSError:
            return None
        return version if same else None

    def source(self, document_id: str) -> dict[str, Any]:
        """`sha256`, `path` and `origin` of what the live version came from; empty where that is not known."""
        version = self.current(document_id)
        if version is None:
            return {}
        return _mapping(self.folder / document_id / version / _SOURCE)

    def put(self, incoming: Incoming) -> tuple[Document, str | None]:
        """Make this the live version; gives the document and the version that was live before.

        Writing the same twice changes nothing on disk. Raises `UnknownDocument` for what can be no id.
        """
        if not is_id(incoming.id):
            raise UnknownDocument(incoming.id)
        laid = incoming.laid
        version = version_of(laid.text, incoming.metadata, laid.boxes)
        document = Document(
            incoming.id, version, incoming.metadata, laid.text, laid.pages, laid.sections, incoming.path
        )
        self._begin()
        home = self.folder / incoming.id
        before = self.current(incoming.id)
        if self._is_whole(document):
            self._renew(home / version, document, incoming)
        else:
            if (home / version).exists():
                self._discard(home / version)
            aside = self.folder / _INCOMING / uuid.uuid4().hex
            aside.mkdir(parents=True)
            self._write(aside, document, incoming)
            home.mkdir(parents=True, exist_ok=True)
            os.replace(aside, home / version)
            flush_folder(home)
        if before != version:
            _write_atomic(home / CURRENT, version.encode("ascii"))
            flush_folder(home.parent)
        self._document.cache_clear()
        return document, before

    def _renew(self, folder: Path, document: Document, incoming: Incoming) -> None:
        """The same text and metadata from another file: note the new file, in place and file by file."""
        before, details = read_details(folder), _details(document, incoming)
        known = incoming.report is None or incoming.report == _mapping(folder / _REPORT)
        if before == details and known and (folder / _SOURCE).exists():
            return
        _write_atomic(folder / details["file"], incoming.data)
        if incoming.report is not None:
            _write_atomic(folder / _REPORT, _json(incoming.report))
        _write_atomic(folder / "metadata.yaml", _yaml(details))
        _write_atomic(folder / _SOURCE, _json(_source(incoming.data, incoming.path, incoming.origin, folder)))
        if before["file"] != details["file"]:
            (folder / before["file"]).unlink(missing_ok=True)

    def _is_whole(self, document: Document) -> bool:
        """Whether this version is on disk already, with the text and sections it should have."""
        try:
            stored = self._read_document(document.id, document.version)
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
            return False
        return replace(stored, path=document.path) == document

    def _write(self, folder: Path, document: Document, incoming: Incoming) -> None:
        details = _details(document, incoming)
        stored = {
            "text": document.text,
            "pages": [{"number": p.number, "start": p.start, "end": p.end} for p in document.pages],
            "sections": [
                {"headings": list(s.headings), "start": s.start, "body": s.body, "end": s.end, "ordinal": s.ordinal}
                for s in document.sections
            ],
        }
        write_flushed(folder / details["file"], incoming.data)
        cuts = incoming.cuts if incoming.cuts is not None else cut(document.text, document.sections)
        write_flushed(folder / "text.json", _json(stored))
        write_flushed(folder / "chunks.json", _chunk_rows(cuts))
        if incoming.laid.boxes is not None:
            write_flushed(folder / _BOXES, _packed(incoming.laid.boxes))
        if incoming.report is not None:
            write_flushed(folder / _REPORT, _json(incoming.report))
        if incoming.quarantined:
            write_flushed(folder / QUARANTINE, b"")
        write_flushed(folder / "metadata.yaml", _yaml(details))
        write_flushed(folder / _SOURCE, _json(_source(incoming.data, incoming.path, incoming.origin, folder)))
        flush_folder(folder)

    def chunks(self, document_id: str, version: str) -> list[Chunk]:
        """The chunks of a version, cut anew where an older chunker made them; none of one that cannot be read."""
        path = self.folder / document_id / version / "chunks.json"
        try:
            document = self.document(document_id, version)
        except StoreError as error:
            _LOG.warning("%s", error.en)
            return []
        try:
            fresh = json.loads(path.read_text(encoding="utf-8"))["chunker"] == CHUNKER_VERSION
        except (OSError, ValueError, KeyError, TypeError):
            fresh = False
        if not fresh:
            cuts = cut(document.text, document.sections)
            if not self._writes:
                return [make_chunk(document, number, start, end) for number, (start, end) in enumerate(cuts)]
            self._mark()
            _write_atomic(path, _chunk_rows(cuts))
        return super().chunks(document_id, version)

    def boxes(self, document_id: str, version: str | None = None) -> Boxes | None:
        """Where each character of the text stands on its page; None for formats without pages that can be drawn.

        Raises `UnknownDocument`, `StoreError`.
        """
        document = self.document(document_id, version)
        path = self.folder / document_id / document.version / _BOXES
        try:
            with np.load(path, allow_pickle=False) as stored:
                boxes: Boxes = stored["boxes"]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise StoreError(
                f"{document_id}@{document.version} is op schijf beschadigd ({error}).",
                f"{document_id}@{document.version} is damaged on disk ({error}).",
            ) from error
        return boxes if boxes.shape == (len(document.text), 5) else None

    def report(self, document_id: str, version: str | None = None) -> dict[str, Any]:
        """What was found in a document when it was taken in; empty where nothing was kept. Raises `UnknownDocument`."""
        return _mapping(self.folder / document_id / self._chosen(document_id, version) / _REPORT)

    def describe(self, document_id: str, changes: Mapping[str, Any]) -> Document:
        """Give the live document other metadata, said by a person, as a new version of the same text.

        `changes` has the keys of `metadata_to`; an empty value takes a key away.
        Raises `UnknownDocument`, `StoreError`.
        """
        document = self.document(document_id)
        details = self.details(document_id)
        metadata = metadata_from({**metadata_to(document.metadata), **changes})
        incoming = Incoming(
            id=document_id,
            metadata=metadata,
            laid=Assembly(document.text, document.pages, document.sections, self.boxes(document_id)),
            data=self.original(document_id).read_bytes(),
            file_name=str(details["file_name"]),
            path=document.path,
            origin=str(details["origin"]),
            report=self.report(document_id) or None,
            quarantined=self.quarantined(document_id, document.version),
            described_by="team",
            suffix=Path(str(details["file"])).suffix,
        )
        return self.put(incoming)[0]

    def release(self, document_id: str) -> bool:
        """Let the live version be used in answers; False where it was not in quarantine. Raises `UnknownDocument`."""
        version = self.document(document_id).version
        folder = self.folder / document_id / version
        if not (folder / QUARANTINE).exists():
            return False
        self._begin()
        os.replace(folder / QUARANTINE, folder / _RELEASED)
        flush_folder(folder)
        return True

    def withhold(self, document_id: str) -> None:
        """Keep the live version out of answers until it is released. Raises `UnknownDocument`."""
        version = self.document(document_id).version
        self._begin()
        _write_atomic(self.folder / document_id / version / QUARANTINE, b"")

    def remove(self, document_id: str) -> bool:
        """Take a document out with all its versions; False where there was none."""
        if self.current(document_id) is None:
            return False
        self._begin()
        home = self.folder / document_id
        (home / CURRENT).unlink()
        flush_folder(home)
        for child in list(home.iterdir()):
            if is_version_folder(child):
                self._discard(child)
            elif child.name.startswith("."):
                child.unlink()
        while home != self.folder and not any(home.iterdir()):
            home.rmdir()
            home = home.parent
        self._document.cache_clear()
        return True

    def _discard(self, folder: Path) -> None:
        trash = self.folder / _TRASH
        trash.mkdir(exist_ok=True)
        target = trash / uuid.uuid4().hex
        os.replace(folder, target)
        shutil.rmtree(target, ignore_errors=True)


def _details(document: Document, incoming: Incoming) -> dict[str, Any]:
    return {
        "path": document.path,
        "origin": incoming.origin,
        "file": f"original{incoming.suffix or Path(incoming.file_name).suffix.lower()}",
        "file_name": incoming.file_name,
        "sha256": sha256(incoming.data),
        "reader": READER_VERSION,
        "described_by": incoming.described_by,
        "metadata": metadata_to(document.metadata),
    }


def _source(data: bytes, path: str, origin: str, folder: Path) -> dict[str, Any]:
    sizes = {name: (folder / name).stat().st_size for name in ("text.json", "metadata.yaml")}
    return {"sha256": sha256(data), "path": path, "origin": origin, "reader": READER_VERSION, "bytes": sizes}


def _yaml(details: dict[str, Any]) -> bytes:
    return yaml.safe_dump(details, allow_unicode=True, sort_keys=False).encode("utf-8")


def version_of(text: str, metadata: Metadata, boxes: Boxes | None = None) -> str:
    """The first 12 hex digits of SHA-256 over the cleaned text, the metadata and the places on the pages.

    The places count because a citation of a version must mark the same spot of the same page for ever.
    """
    plain = json.dumps(metadata_to(metadata), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(f"{plain}\0{text}".encode())
    if boxes is not None:
        digest.update(boxes.tobytes())
    return digest.hexdigest()[:12]


def sha256(data: bytes) -> str:
    """The hex digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def slug(text: str) -> str:
    """A name for a path: lower case letters, digits and hyphens ("Café 't Hoekje" is "cafe-t-hoekje")."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "document"


def _chunk_rows(cuts: Sequence[tuple[int, int]]) -> bytes:
    return json.dumps({"chunker": CHUNKER_VERSION, "chunks": [list(pair) for pair in cuts]}).encode()


def _mapping(path: Path) -> dict[str, Any]:
    """What a JSON file holds; empty where there is none that can be read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def _packed(boxes: Boxes) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, boxes=boxes)
    return file.getvalue()


def write_flushed(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _write_atomic(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    write_flushed(aside, data)
    os.replace(aside, path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
