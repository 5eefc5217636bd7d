"""Reads the library on disk: which documents there are, in which versions, with which chunks.

    library/<id>/<version>/   original file, metadata.yaml, text.json (text, pages, sections), chunks.json,
                              report.json, boxes.npz (PDF), quarantine (until it is released)
    library/<id>/current      names the live version

`ingest/library.py` is the only writer. A version never changes once it is there, so what was read may be kept.
"""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from kb.errors import RoutewijzerError, StoreError, UnknownDocument
from kb.types import Chunk, Document, DocumentKind, ExpectedQuestions, Metadata, Page, Section, Source

CURRENT = "current"
QUARANTINE = "quarantine"
"""A file of this name in a version folder keeps that version out of answers until a person releases it."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)*")
_VERSION = re.compile(r"[0-9a-f]{12}")


class Shelf:
    """The documents of a library, read only; each version is read once and kept while it is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._document = lru_cache(maxsize=512)(self._read_document)

    def renew(self) -> None:
        """Read documents anew: another process changed the library."""
        self._document.cache_clear()

    def ids(self) -> list[str]:
        """The ids of all live documents, in order."""
        return sorted(_ids_below(str(self.folder), ""))

    def current(self, document_id: str) -> str | None:
        """The live version of a document, or None where there is no such document."""
        if not is_id(document_id):
            return None
        try:
            with open(f"{self.folder}/{document_id}/{CURRENT}", encoding="ascii") as file:
                version = file.read().strip()
        except (OSError, UnicodeDecodeError):
            return None
        return version if is_version(version) else None

    def quarantined(self, document_id: str, version: str) -> bool:
        """Whether a version is kept out of answers until a person has looked at it."""
        return os.path.exists(f"{self.folder}/{document_id}/{version}/{QUARANTINE}")

    def versions(self, document_id: str) -> list[str]:
        """Every version that is kept of a live document, the live one first."""
        current = self.current(document_id)
        if current is None:
            return []
        folder = self.folder / document_id
        others = [p for p in folder.iterdir() if is_version_folder(p) and p.name != current]
        others.sort(key=_written, reverse=True)
        return [current, *(p.name for p in others)]

    def live(self) -> Iterator[Document]:
        """All live documents that can be read; what is damaged on disk is passed over (`verify` names it)."""
        for document_id in self.ids():
            try:
                yield self.document(document_id)
            except RoutewijzerError:  # damaged, or removed since the list was made
                continue

    def document(self, document_id: str, version: str | None = None) -> Document:
        """A document in one version (the live one unless told). Raises `UnknownDocument`, `StoreError`."""
        chosen = self._chosen(document_id, version)
        try:
            return self._document(document_id, chosen)
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
            raise _damaged(f"{document_id}@{chosen}", error) from error

    def details(self, document_id: str, version: str | None = None) -> dict[str, Any]:
        """What the library noted of a version besides its text: origin, file name, hash of the source bytes.

        Raises `UnknownDocument`, `StoreError`.
        """
        chosen = self._chosen(document_id, version)
        try:
            return read_details(self.folder / document_id / chosen)
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise _damaged(f"{document_id}@{chosen}", error) from error

    def original(self, document_id: str, version: str | None = None) -> Path:
        """The file as it came in. Raises `UnknownDocument`, `StoreError`."""
        chosen = self.document(document_id, version).version
        return self.folder / document_id / chosen / str(self.details(document_id, chosen)["file"])

    def chunks(self, document_id: str, version: str) -> list[Chunk]:
        """The chunks of a version, as the ingest cut them; an empty list where it has not done so yet."""
        document = self.document(document_id, version)
        path = self.folder / document_id / version / "chunks.json"
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))["chunks"]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return [make_chunk(document, n, start, end) for n, (start, end) in enumerate(rows)]

    def usable(self) -> Iterator[tuple[str, str]]:
        """Each live document that may be answered from: its id and its version."""
        for document_id in self.ids():
            version = self.current(document_id)
            if version is not None and not self.quarantined(document_id, version):
                yield document_id, version

    def answerable(self) -> Iterator[tuple[str, str, list[str]]]:
        """Each live document that may be answered from: its id, its version, and the ids of its chunks."""
        for document_id, version in self.usable():
            try:
                path = self.folder / document_id / version / "chunks.json"
                count = len(json.loads(path.read_text(encoding="utf-8"))["chunks"])
            except (OSError, ValueError, KeyError, TypeError):
                try:
                    count = len(self.chunks(document_id, version))
                except RoutewijzerError:
                    continue
            yield document_id, version, [f"{document_id}@{version}#{number}" for number in range(count)]

    def _chosen(self, document_id: str, version: str | None) -> str:
        """The version that is meant, of a live document. Raises `UnknownDocument`."""
        current = self.current(document_id)
        if version is None and current is not None:
            return current
        if current is None or not is_version(version or "") or not (self.folder / document_id / str(version)).is_dir():
            raise UnknownDocument(document_id, version)
        return str(version)

    def _read_document(self, document_id: str, version: str) -> Document:
        folder = self.folder / document_id / version
        stored = json.loads((folder / "text.json").read_text(encoding="utf-8"))
        details = read_details(folder)
        return Document(
            id=document_id,
            version=version,
            metadata=metadata_from(details["metadata"]),
            text=stored["text"],
            pages=tuple(Page(**page) for page in stored["pages"]),
            sections=tuple(Section(**{**row, "headings": tuple(row["headings"])}) for row in stored["sections"]),
            path=details["path"],
        )


def _ids_below(folder: str, inside: str) -> Iterator[str]:
    """The ids of the documents below a folder of the library that is itself called `inside`."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except (FileNotFoundError, NotADirectoryError):  # there is no library yet, or it was removed a moment ago
        return
    for entry in entries:
        if entry.name == CURRENT and entry.is_file() and is_id(inside):
            yield inside
        elif entry.is_dir() and not entry.name.startswith(".") and not is_version_folder(entry.path):
            yield from _ids_below(entry.path, f"{inside}/{entry.name}" if inside else entry.name)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id; what has not could lead out of the folder."""
    return _ID.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Whether a text has the form of a version."""
    return _VERSION.fullmatch(text) is not None


def is_version_folder(folder: str | Path) -> bool:
    """Whether a folder below a document's holds a version of it, and not another document with such a name."""
    return is_version(os.path.basename(folder)) and any(
        os.path.isfile(f"{folder}/{name}") for name in ("metadata.yaml", "text.json")
    )


def read_details(folder: Path) -> dict[str, Any]:
    """The `metadata.yaml` of one version folder. Raises `OSError`, `ValueError` or `yaml.YAMLError`."""
    details = yaml.load((folder / "metadata.yaml").read_text(encoding="utf-8"), Loader=_YAML)
    if not isinstance(details, dict):
        raise ValueError("metadata.yaml is not a mapping")
    return details


def _written(folder: Path) -> float:
    """When the text of a version was written; 0 where it is gone."""
    try:
        return (folder / "text.json").stat().st_mtime
    except OSError:
        return 0.0


def _damaged(path: str, error: Exception) -> StoreError:
    return StoreError(
        f"{path} is op schijf beschadigd ({error}). Neem het document opnieuw op.",
        f"{path} is damaged on disk ({error}). Take the document in again.",
    )


_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def make_chunk(document: Document, number: int, start: int, end: int) -> Chunk:
    """The chunk of `document.text[start:end]`, with the page and section in which it begins."""
    section = section_of(document, start)
    return Chunk(
        id=f"{document.id}@{document.version}#{number}",
        document_id=document.id,
        version=document.version,
        start=start,
        end=end,
        text=document.text[start:end],
        page=page_of(document, start),
        section=section.headings if section else (),
        metadata=document.metadata,
    )


def page_of(document: Document, offset: int) -> int | None:
    """The number of the page on which an offset stands, where the document has pages."""
    at = bisect_right(document.pages, offset, key=lambda page: page.start) - 1
    return document.pages[at].number if at >= 0 else None


def section_at(document: Document, offset: int) -> int:
    """The place in `Document.sections` of the section in which an offset stands; -1 where there is none."""
    return bisect_right(document.sections, offset, key=lambda section: section.start) - 1


def section_of(document: Document, offset: int) -> Section | None:
    """The section in which an offset stands."""
    at = section_at(document, offset)
    return document.sections[at] if at >= 0 else None


def metadata_to(metadata: Metadata) -> dict[str, Any]:
    """Metadata as plain values, without what is empty."""
    plain = asdict(metadata)
    plain["kind"] = metadata.kind.value
    plain["sources"] = [{k: v for k, v in source.items() if v} for source in plain["sources"]]
    plain["questions"] = [{**expected, "questions": list(expected["questions"])} for expected in plain["questions"]]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items() if value}


def metadata_from(plain: dict[str, Any]) -> Metadata:
    """The inverse of `metadata_to`."""
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in plain.items()
        if key not in {"sources", "questions"} and value is not None
    }
    values["kind"] = DocumentKind(plain.get("kind") or "other")
    values["sources"] = tuple(Source(**source) for source in plain.get("sources") or ())
    values["questions"] = tuple(
        ExpectedQuestions(expected["section"], tuple(expected["questions"]))
        for expected in plain.get("questions") or ()
    )
    return Metadata(**values)
