"""The vector index of one data folder: which collection answers, and which one is being made.

The index is derived. Words answer as long as there is no complete collection; an index that cannot be read is thrown
away and made anew. Another model is another collection, made beside the one before; that goes on answering meanwhile
where its model is opened in a moment, and is deleted when the new one has taken its place.

At a Chroma server the same collection is searched by several processes and written by the one that leads. What could
not be written there, as the server was gone, is made up for when it is back.
"""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path
from typing import Literal

from ingest.chunking import CHUNKER_VERSION
from ingest.collection import Collection, Maker, Note, Tell, drop_notes
from ingest.intake import Progress
from kb.documents import Shelf
from kb.embedding import Embedder, is_light, open_embedder
from kb.errors import IndexUnavailable, ModelUnavailable, RoutewijzerError
from kb.settings import NO_EMBEDDER, Settings
from kb.store import ChunkStore, place_of

ModelState = Literal["loading", "ready", "off", "failed"]
_LOG = logging.getLogger("routewijzer")


class VectorIndex:
    """The vectors of one data folder. The caller sees to it that no two changes of a collection run at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._closing = threading.Event()
        self.folder: Path = settings.data_dir / "index"
        """Of the notes, and of the vectors themselves unless those are at a server."""
        self.place = place_of(settings)
        self.behind = False
        """Whether a change could not be written to the server, so that all is to be compared with it."""
        self.state: ModelState = "off"
        self.message = ""
        self.pending = 0
        self.gone = False
        """Whether the model could not be used as the server was gone, so that it is worth trying again."""
        self._serving: Collection | None = None
        self._writes = True
        """Whether this process writes the collection that is searched."""
        self._embedder: Embedder | None = None

    @property
    def wanted(self) -> bool:
        """Whether the settings ask for a model at all."""
        return self._settings.embedder.strip().lower() not in NO_EMBEDDER

    @property
    def store(self) -> ChunkStore | None:
        """The collection that is searched; None while words answer alone."""
        return self._serving.store if self._serving else None

    @property
    def embedder(self) -> Embedder | None:
        """The model of the collection that is searched."""
        return self._serving.embedder if self._serving else None

    def announce(self) -> None:
        """Say that a model is on its way, so that who asks meanwhile is told so."""
        self.state = "loading" if self.wanted else "off"

    def load(self) -> Collection | None:
        """Load the model that the settings name and open its collection; None without a model.

        Raises `ModelUnavailable`, `IndexUnavailable`.
        """
        embedder = self._embedder = self._embedder or open_embedder(self._settings)
        if embedder is None:
            self.state = "off"
            return None
        return Collection(self.folder, self._opened(_fingerprint(embedder)), embedder, Maker.of(self._settings))

    def in_step(self, library: Shelf) -> bool:
        """Whether the note of a collection says that it holds what the library does; Chroma itself is not opened."""
        embedded = self.place == self.folder
        if not self.wanted or (embedded and not (self.folder / "chroma.sqlite3").is_file()):
            return not self.wanted
        maker, live = Maker.of(self._settings), dict(library.usable())
        for path in self.folder.glob(f"*-c{CHUNKER_VERSION}.json"):
            note = Note.read(self.folder, path.stem)
            if note is None or note.maker != maker or note.held is None:
                continue
            if {i: version for i, (version, _) in note.held.items()} == live:
                return not is_light(maker.embedder) or self._is_made_by(maker, path.stem)
        return False

    def _is_made_by(self, maker: Maker, name: str) -> bool:
        """Whether the model of this setting is still the one that the collection of this name was made with."""
        try:
            embedder = open_embedder(maker.settings(self._settings))
        except ModelUnavailable:
            return False
        return embedder is not None and ChunkStore.name_of(_fingerprint(embedder)) == name

    def earlier(self) -> Collection | None:
        """The complete collection of an earlier setting, where its model is opened in a moment."""
        if not self.wanted:
            return None
        try:
            names = [store.name for store in ChunkStore.existing(self.place)]
        except IndexUnavailable:  # `load` sees to it
            return None
        for name in names:
            note = Note.read(self.folder, name)
            if note is None or not note.complete or note.maker == Maker.of(self._settings):
                continue
            if is_light(note.maker.embedder) and (found := self._of(note.maker, name)) is not None:
                return found
        return None

    def _of(self, maker: Maker, name: str) -> Collection | None:
        """The collection of this name; None where its model is gone, or is another by now."""
        try:
            embedder = open_embedder(maker.settings(self._settings))
            if embedder is None or ChunkStore.name_of(_fingerprint(embedder)) != name:
                return None
            return Collection(self.folder, ChunkStore(self.place, _fingerprint(embedder)), embedder, maker)
        except (ModelUnavailable, IndexUnavailable):
            return None

    def fill(self, collection: Collection, library: Shelf, progress: Progress | None) -> bool:
        """Bring a collection in step with the library, telling how far it is; False when told to stop."""
        return collection.fill(library, self._tell(progress), self._closing.is_set)

    def _tell(self, progress: Progress | None) -> Tell:
        def tell(done: int, missing: int) -> None:
            self.pending = missing - done
            if progress and missing:
                progress("vectoren", done, missing)

        return tell

    def serve(self, collection: Collection, writes: bool = True) -> None:
        """From now on this collection is searched; and follows the library, where this process `writes` it."""
        before, self._serving = self._serving, collection
        self.behind, self._writes = False, writes
        if writes:
            collection.settle()
        if before is not None:
            before.store.retire()

    @property
    def follows(self) -> bool:
        """Whether the collection that is searched holds what the library holds, as far as this process sees to it."""
        return self.state == "ready" and self._writes and not self.behind

    def ready(self) -> None:
        """What is searched is what the settings ask for."""
        self.state, self.message, self.gone = "ready", "", False

    def failed(self, error: RoutewijzerError) -> None:
        """The model could not be loaded, or its index not be reached."""
        self.state, self.message = "failed", error.nl
        self.gone = isinstance(error, IndexUnavailable) and self.place != self.folder

    def follow(self, library: Shelf, progress: Progress | None) -> None:
        """Take up a change of the library; without a model only what is gone is taken out."""
        try:
            if self._serving is None or not self._writes:
                self._prune(library)
            else:
                self._serving.follow(library, progress)
        except IndexUnavailable as error:
            if self.place == self.folder:
                raise
            self.behind = True
            _LOG.warning("%s", error.en)

    def make_up(self, library: Shelf) -> bool:
        """Bring a server that was gone in step, or one that lost its data; whether it is. Raises `IndexUnavailable`."""
        if self._serving is None or not self._writes:
            return False
        self._serving.store.reopen()
        self.behind = not self._serving.fill(library, self._tell(None), self._closing.is_set)
        if not self.behind:
            self._serving.settle()
        return not self.behind

    def let_go(self) -> None:
        """From now on another process writes the collection; this one goes on searching it."""
        self._writes = False
        if self._serving is not None:
            self._serving.let_go()

    @property
    def complete(self) -> bool:
        """Whether the note of the collection that the settings ask for says that it can be searched."""
        embedder = self._embedder
        note = Note.read(self.folder, ChunkStore.name_of(_fingerprint(embedder))) if embedder else None
        return note is not None and note.complete

    def _prune(self, library: Shelf) -> None:
        """Take what is gone out of each collection on disk; an index that cannot be read is thrown away."""
        wanted = {chunk_id for _, _, ids in library.answerable() for chunk_id in ids}
        try:
            for store in ChunkStore.existing(self.place):
                store.delete(store.ids() - wanted)
        except IndexUnavailable:
            if self.place != self.folder:
                raise
            self._drop()

    def stores(self) -> list[ChunkStore]:
        """The collection in use, or else all that lie there and were ever complete. Raises `IndexUnavailable`."""
        if self._serving is not None:
            return [self._serving.store]
        notes = ((store, Note.read(self.folder, store.name)) for store in ChunkStore.existing(self.place))
        return [store for store, note in notes if note is None or note.complete]

    def drop_others(self) -> None:
        """Delete every collection but the one that is searched. Raises `IndexUnavailable`."""
        if self._serving is not None:
            self._serving.store.drop_others()
            drop_notes(self.folder, self._serving.store.name)

    def _opened(self, fingerprint: str) -> ChunkStore:
        try:
            return ChunkStore(self.place, fingerprint)
        except IndexUnavailable:
            if self.place != self.folder:
                raise
            self._drop()
            return ChunkStore(self.place, fingerprint)

    def _drop(self) -> None:
        """Throw away an index that cannot be read: it is derived, and made anew from the library."""
        _LOG.warning("the vector index cannot be read; it is made anew from the library")
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """Ask a collection that is being filled to stop."""
        self._closing.set()

    def close(self) -> None:
        """Let go of the files."""
        if self._serving is not None:
            if self._writes and not self.behind:
                self._serving.settle()
            self._serving.store.close()


def _fingerprint(embedder: Embedder) -> str:
    return f"{embedder.fingerprint}-c{CHUNKER_VERSION}"
