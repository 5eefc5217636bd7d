"""Keeps the vector index in step with the chunks: what is missing is embedded, what is gone is deleted.

The index is derived. Words answer as long as it is not complete; one that cannot be read is thrown away and made anew.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from ingest.chunking import CHUNKER_VERSION
from ingest.intake import Progress
from kb.documents import Shelf
from kb.embedding import Embedder, open_embedder
from kb.errors import IndexUnavailable, RoutewijzerError
from kb.settings import Settings
from kb.store import ChunkStore
from kb.types import Chunk

ModelState = Literal["loading", "ready", "off", "failed"]
_BATCH = 64
_LOG = logging.getLogger("routewijzer")


class VectorIndex:
    """The vectors of one data folder. The caller sees to it that no two changes run at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._closing = threading.Event()
        self.folder: Path = settings.data_dir / "index"
        self.state: ModelState = "off"
        self.message = ""
        self.pending = 0
        self.store: ChunkStore | None = None
        self.embedder: Embedder | None = None
        self._held: dict[str, tuple[str, int]] = {}
        """Of each document whose vectors are in the store: the version, and how many chunks it has."""

    @property
    def wanted(self) -> bool:
        """Whether the settings ask for a model at all."""
        return self._settings.embedder.strip().lower() not in {"", "none", "geen"}

    def announce(self) -> None:
        """Say that a model is on its way, so that who asks meanwhile is told so."""
        self.state = "loading" if self.wanted else "off"

    def load(self) -> tuple[ChunkStore, Embedder] | None:
        """Load the model and open its collection; None without a model.

        Raises `ModelUnavailable`, `IndexUnavailable`.
        """
        embedder = open_embedder(self._settings)
        if embedder is None:
            self.state = "off"
            return None
        return self._opened(f"{embedder.fingerprint}-c{CHUNKER_VERSION}"), embedder

    def attach(self, store: ChunkStore, embedder: Embedder) -> None:
        """From now on this collection is kept in step."""
        self.store, self.embedder, self.state = store, embedder, "ready"

    def failed(self, error: RoutewijzerError) -> None:
        """The model could not be loaded."""
        self.state, self.message = "failed", error.nl

    def reconcile(self, store: ChunkStore, embedder: Embedder, library: Shelf, progress: Progress | None) -> bool:
        """Write the vectors that are missing, delete those of chunks that are gone; False when told to stop."""
        present = store.ids()
        wanted: set[str] = set()
        held: dict[str, tuple[str, int]] = {}
        lacking: list[tuple[str, str]] = []
        missing = 0
        for document_id, version, ids in library.answerable():
            wanted.update(ids)
            held[document_id] = version, len(ids)
            absent = sum(chunk_id not in present for chunk_id in ids)
            if absent:
                lacking.append((document_id, version))
                missing += absent
        done = 0
        self.pending = missing
        for batch in _batches(self._missing(library, lacking, present)):
            if self._closing.is_set():
                return False
            if progress:
                progress("vectoren", done, missing)
            _embed(store, embedder, batch)
            done += len(batch)
            self.pending = max(0, missing - done)
        if progress and missing:
            progress("vectoren", missing, missing)
        store.delete(present - wanted)
        self._held = held
        return True

    def _missing(self, library: Shelf, lacking: Sequence[tuple[str, str]], present: set[str]) -> Iterator[Chunk]:
        for document_id, version in lacking:
            try:
                chunks = library.chunks(document_id, version)
            except RoutewijzerError:  # damaged or removed in the meantime
                continue
            yield from (chunk for chunk in chunks if chunk.id not in present)

    def follow(self, library: Shelf, progress: Progress | None) -> None:
        """Take up a change of the library; without a model only what is gone is taken out.

        What the index holds is remembered here, and compared with what the library holds now: nobody else's view of
        the change is relied on.
        """
        if self.store is None or self.embedder is None:
            self._prune(library)
            return
        live: dict[str, tuple[str, int]] = {}
        new: list[tuple[str, str]] = []
        for document_id in library.ids():
            version = library.current(document_id)
            if version is None or library.quarantined(document_id, version):
                continue
            held = self._held.get(document_id)
            if held is not None and held[0] == version:
                live[document_id] = held
            else:
                new.append((document_id, version))
        gone = [
            f"{document_id}@{version}#{number}"
            for document_id, (version, count) in self._held.items()
            if document_id not in live
            for number in range(count)
        ]
        chunks: list[Chunk] = []
        for document_id, version in new:
            try:
                found = library.chunks(document_id, version)
            except RoutewijzerError:  # damaged on disk: `verify` names it
                continue
            live[document_id] = version, len(found)
            chunks += found
        self._write(chunks, progress)
        self.store.delete(gone)
        self._held = live

    def _write(self, chunks: Sequence[Chunk], progress: Progress | None) -> None:
        assert self.store is not None and self.embedder is not None
        for done, batch in zip(range(0, len(chunks), _BATCH), _batches(chunks), strict=True):
            if progress:
                progress("vectoren", done, len(chunks))
            _embed(self.store, self.embedder, batch)
        if progress and chunks:
            progress("vectoren", len(chunks), len(chunks))

    def _prune(self, library: Shelf) -> None:
        """Take what is gone out of each collection on disk; an index that cannot be read is thrown away."""
        wanted = {chunk_id for _, _, ids in library.answerable() for chunk_id in ids}
        try:
            for store in ChunkStore.existing(self.folder):
                store.delete(store.ids() - wanted)
        except IndexUnavailable:
            self._drop()

    def stores(self) -> list[ChunkStore]:
        """The collection in use, or else all that lie there. Raises `IndexUnavailable`."""
        return [self.store] if self.store else ChunkStore.existing(self.folder)

    def _opened(self, fingerprint: str) -> ChunkStore:
        try:
            return ChunkStore(self.folder, fingerprint)
        except IndexUnavailable:
            self._drop()
            return ChunkStore(self.folder, fingerprint)

    def _drop(self) -> None:
        """Throw away an index that cannot be read: it is derived, and made anew from the library."""
        _LOG.warning("the vector index cannot be read; it is made anew from the library")
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """Ask a reconciliation that is under way to stop."""
        self._closing.set()

    def close(self) -> None:
        """Let go of the files."""
        if self.store is not None:
            self.store.close()


def _embed(store: ChunkStore, embedder: Embedder, batch: Sequence[Chunk]) -> None:
    vectors = embedder.embed_documents([embedding_text(chunk) for chunk in batch])
    store.upsert([chunk.id for chunk in batch], vectors)


def _batches(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    waiting = iter(chunks)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def embedding_text(chunk: Chunk) -> str:
    """What of a chunk is embedded: its title and headings, then its text, as context counts for meaning."""
    heads = dict.fromkeys((chunk.metadata.title, *chunk.section))
    return "\n".join((" > ".join(heads), chunk.text))
