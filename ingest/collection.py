"""One collection of vectors, kept in step with the library, with a note beside it of what made it and what it holds.

What is missing is embedded, what is gone is deleted. Where the note says which versions the collection holds, those
are compared with the library's and the rows are counted; only where they differ are all ids compared.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ingest.intake import Progress
from kb.documents import Shelf
from kb.embedding import Embedder
from kb.errors import RoutewijzerError
from kb.settings import Settings
from kb.store import ChunkStore
from kb.types import Chunk

_BATCH = 64
Held = dict[str, tuple[str, int]]
"""Of each document whose vectors are in the collection: the version, and how many chunks it has."""
Tell = Callable[[int, int], None]
"""Called with how many vectors are written and how many are to be."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The settings by which a model is opened."""

    embedder: str
    query_prefix: str
    document_prefix: str

    @classmethod
    def of(cls, settings: Settings) -> Maker:
        """The model that the settings name."""
        prefixes = settings.embedder_query_prefix, settings.embedder_document_prefix
        return cls(settings.embedder.strip(), *prefixes)

    def settings(self, settings: Settings) -> Settings:
        """The same settings with this model."""
        return settings.model_copy(
            update={
                "embedder": self.embedder,
                "embedder_query_prefix": self.query_prefix,
                "embedder_document_prefix": self.document_prefix,
            }
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted of a collection; derived, and it may be thrown away."""

    maker: Maker
    complete: bool
    """Whether it has ever held all there was to hold, so that it can be searched."""
    held: Held | None
    """What it holds; None from the first change until that is certain again."""

    @classmethod
    def read(cls, folder: Path, name: str) -> Note | None:
        """The note of the collection of this name; None where there is none that can be read."""
        try:
            stored = json.loads(_note_file(folder, name).read_bytes())
            held = stored["held"]
            return cls(
                Maker(*(str(word) for word in stored["maker"])),
                bool(stored["complete"]),
                None if held is None else {str(i): (str(version), int(n)) for i, (version, n) in held.items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path, name: str) -> None:
        """Put the note beside its collection."""
        maker = (self.maker.embedder, self.maker.query_prefix, self.maker.document_prefix)
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f".{name}.json"
        aside.write_text(json.dumps({"maker": maker, "complete": self.complete, "held": self.held}), encoding="utf-8")
        os.replace(aside, _note_file(folder, name))


def _note_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def drop_notes(folder: Path, kept: str) -> None:
    """Take away the notes of collections other than this one."""
    for path in folder.glob("*.json"):
        if path != _note_file(folder, kept):
            path.unlink(missing_ok=True)


class Collection:
    """The vectors of one model. The caller sees to it that no two changes of it run at once."""

    def __init__(self, folder: Path, store: ChunkStore, embedder: Embedder, maker: Maker) -> None:
        self.store = store
        self.embedder = embedder
        self._folder = folder
        self._maker = maker
        noted = Note.read(folder, store.name)
        self._complete = noted is not None and noted.complete
        self._held = noted.held if noted else None
        self._noted = self._held is not None
        """Whether the note on disk says what is held."""

    def fill(self, library: Shelf, tell: Tell, stop: Callable[[], bool]) -> bool:
        """Write the vectors that are missing, delete those of chunks that are gone; False when told to stop."""
        if self._in_step(library):
            return True
        self._begin()
        self._held = None
        present = self.store.ids()
        wanted: set[str] = set()
        held: Held = {}
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
        for batch in _batches(_absent(library, lacking, present)):
            if stop():
                return False
            tell(done, missing)
            self._embed(batch)
            done += len(batch)
        tell(missing, missing)
        self.store.delete(present - wanted)
        self._held = held
        return True

    def _in_step(self, library: Shelf) -> bool:
        """Whether it holds the live versions, and as many rows as they have chunks."""
        held = self._held
        if held is None or {i: version for i, (version, _) in held.items()} != dict(library.usable()):
            return False
        return len(self.store) == sum(count for _, count in held.values())

    def follow(self, library: Shelf, progress: Progress | None) -> None:
        """Take up a change of the library.

        What the collection holds is remembered here, and compared with what the library holds now: nobody else's
        view of the change is relied on.
        """
        self._begin()
        before, live = self._held or {}, {}
        chunks: list[Chunk] = []
        for document_id, version in library.usable():
            known = before.get(document_id)
            if known is not None and known[0] == version:
                live[document_id] = known
                continue
            try:
                found = library.chunks(document_id, version)
            except RoutewijzerError:  # damaged on disk: `verify` names it
                continue
            live[document_id] = version, len(found)
            chunks += found
        for done, batch in zip(range(0, len(chunks), _BATCH), _batches(chunks), strict=True):
            if progress:
                progress("vectoren", done, len(chunks))
            self._embed(batch)
        if progress and chunks:
            progress("vectoren", len(chunks), len(chunks))
        self.store.delete(_rows({i: row for i, row in before.items() if live.get(i) != row}))
        self._held = live

    def settle(self) -> None:
        """Note what it holds, once that is all there is to hold."""
        if self._held is not None and not self._noted:
            self._complete = self._noted = True
            self._write_note(self._held)

    def let_go(self) -> None:
        """From now on another process writes it: what is remembered of what it holds is true no longer."""
        self._held = None

    def _begin(self) -> None:
        """Note, before anything is changed, that what it holds is not certain."""
        if self._noted or not self._complete:
            self._noted = False
            self._write_note(None)

    def _write_note(self, held: Held | None) -> None:
        with contextlib.suppress(OSError):  # without it the next start compares all ids
            Note(self._maker, self._complete, held).write(self._folder, self.store.name)

    def _embed(self, batch: Sequence[Chunk]) -> None:
        vectors = self.embedder.embed_documents([embedding_text(chunk) for chunk in batch])
        self.store.upsert([chunk.id for chunk in batch], vectors)


def _rows(held: Held) -> list[str]:
    return [f"{i}@{version}#{number}" for i, (version, count) in held.items() for number in range(count)]


def _absent(library: Shelf, lacking: Sequence[tuple[str, str]], present: set[str]) -> Iterator[Chunk]:
    for document_id, version in lacking:
        try:
            chunks = library.chunks(document_id, version)
        except (RoutewijzerError, OSError):  # damaged or removed in the meantime
            continue
        yield from (chunk for chunk in chunks if chunk.id not in present)


def _batches(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    waiting = iter(chunks)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def embedding_text(chunk: Chunk) -> str:
    """What of a chunk is embedded: its title and headings, then its text, as context counts for meaning."""
    heads = dict.fromkeys((chunk.metadata.title, *chunk.section))
    return "\n".join((" > ".join(heads), chunk.text))
