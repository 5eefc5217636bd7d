"""The folder of documents; the only place that writes it.

Adding, replacing and removing are atomic: a version is written aside, flushed to disk and moved into place by
rename; `current` is written last, by rename. A crash in between leaves either the old state or the new one, and
litter in `.incoming` or `.trash` that the next start clears. A document counts as accepted once `put` returns.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from ingest.blocks import Block, assemble
from ingest.chunking import CHUNKER_VERSION, chunk
from ingest.readers import READER_VERSION
from kb.documents import CURRENT, Shelf, is_id, is_version_folder, metadata_to, read_details
from kb.errors import StoreError, UnknownDocument
from kb.types import Chunk, Document, Metadata

_INCOMING = ".incoming"
_TRASH = ".trash"
_LOG = logging.getLogger("routewijzer")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was read and may be put into the library."""

    id: str
    metadata: Metadata
    blocks: Sequence[Block]
    data: bytes
    file_name: str
    path: str
    origin: str
    """`corpus` for files that are kept in step with the corpus folder, `added` for all others."""


class Library(Shelf):
    """A shelf that can be written. One process at a time, held to that by the lock of the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def _sweep(self) -> None:
        """Clear what a crash left: halves of a write or a removal, and versions that never became live."""
        for litter in (_INCOMING, _TRASH):
            shutil.rmtree(self.folder / litter, ignore_errors=True)
        for name, _, files in os.walk(self.folder, topdown=False):
            home = Path(name)
            for file in files:
                if file.startswith("."):
                    (home / file).unlink()
            if is_version_folder(home) and not (home.parent / CURRENT).is_file():
                self._discard(home)
            elif home != self.folder and not any(home.iterdir()):
                home.rmdir()

    def unchanged(self, document_id: str, data: bytes, path: str) -> str | None:
        """The live version, where it came from these very bytes by the readers of today; else None."""
        version = self.current(document_id)
        if version is None:
            return None
        try:
            details = self.details(document_id, version)
            self.document(document_id, version)
        except StoreError:
            return None
        same = details.get("sha256") == sha256(data) and details.get("reader") == READER_VERSION
        return version if same and details.get("path") == path else None

    def put(self, incoming: Incoming) -> tuple[Document, str | None]:
        """Make this the live version; gives the document and the version that was live before.

        Writing the same twice changes nothing on disk. Raises `UnknownDocument` for what can be no id.
        """
        if not is_id(incoming.id):
            raise UnknownDocument(incoming.id)
        laid = assemble(incoming.blocks)
        text, pages, sections = laid.text, laid.pages, laid.sections
        version = version_of(text, incoming.metadata)
        document = Document(incoming.id, version, incoming.metadata, text, pages, sections, incoming.path)
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
            _flush_folder(home)
        if before != version:
            _write_atomic(home / CURRENT, version.encode("ascii"))
            _flush_folder(home.parent)
        self._document.cache_clear()
        return document, before

    def _renew(self, folder: Path, document: Document, incoming: Incoming) -> None:
        """The same text and metadata from another file: note the new file, in place and file by file."""
        before, details = read_details(folder), _details(document, incoming)
        if before == details:
            return
        _write_atomic(folder / details["file"], incoming.data)
        _write_atomic(folder / "metadata.yaml", _yaml(details))
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
        _write_flushed(folder / details["file"], incoming.data)
        _write_flushed(folder / "text.json", json.dumps(stored, ensure_ascii=False).encode("utf-8"))
        _write_flushed(folder / "chunks.json", _chunk_rows(chunk(document)))
        _write_flushed(folder / "metadata.yaml", _yaml(details))
        _flush_folder(folder)

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
            _write_atomic(path, _chunk_rows(chunk(document)))
        return super().chunks(document_id, version)

    def remove(self, document_id: str) -> bool:
        """Take a document out with all its versions; False where there was none."""
        if self.current(document_id) is None:
            return False
        home = self.folder / document_id
        (home / CURRENT).unlink()
        _flush_folder(home)
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
        "file": f"original{Path(incoming.file_name).suffix.lower()}",
        "file_name": incoming.file_name,
        "sha256": sha256(incoming.data),
        "reader": READER_VERSION,
        "metadata": metadata_to(document.metadata),
    }


def _yaml(details: dict[str, Any]) -> bytes:
    return yaml.safe_dump(details, allow_unicode=True, sort_keys=False).encode("utf-8")


def version_of(text: str, metadata: Metadata) -> str:
    """The first 12 hex digits of SHA-256 over the cleaned text and the metadata."""
    plain = json.dumps(metadata_to(metadata), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{plain}\0{text}".encode()).hexdigest()[:12]


def sha256(data: bytes) -> str:
    """The hex digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def slug(text: str) -> str:
    """A name for a path: lower case letters, digits and hyphens ("Café 't Hoekje" is "cafe-t-hoekje")."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "document"


def _chunk_rows(chunks: list[Chunk]) -> bytes:
    return json.dumps({"chunker": CHUNKER_VERSION, "chunks": [[piece.start, piece.end] for piece in chunks]}).encode()


def _write_flushed(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _write_atomic(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    _write_flushed(aside, data)
    os.replace(aside, path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
