"""Vectors of chunks in Chroma, in this process or at a server.

The collection's name carries the fingerprint of everything that shapes a vector, so another embedder is another
collection. Rows are written by upsert under the chunk's id, which holds the document's version; to bring the
store in step is therefore to compare two sets of ids. Only vectors and ids are kept here: texts are the library's.

Of a folder with up to some thousands of rows a working copy is searched, which is exact; Chroma itself searches what
is larger, and what is at a server.

A server may be gone for a while. Searching then finds nothing, at once, so that words answer alone; it is tried again
every few seconds, and used as soon as it is back.
"""

from __future__ import annotations

import base64
import logging
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID
from weakref import WeakValueDictionary

import numpy as np

from kb.embedding import Vectors
from kb.errors import IndexUnavailable
from kb.settings import Settings, masked
from kb.working_copy import MOST, WorkingCopy

_PREFIX = "chunks-"
_PAGE = 5_000
_COMPARED = 1_000
"""Rows up to which each is compared: that is exact, and faster than a search that passes over all the others."""
_FEW = 200
"""Rows of a whole collection up to which each is compared: of some dozens, the graph that Chroma searches now and then
leaves one without a path to it, so that nothing finds it (nmslib/hnswlib issue 263); of some hundreds it does not."""

_PAUSE = 2.0
"""Seconds after a failed search in which a server is not asked again."""
_CONNECT_SECONDS, _REPLY_SECONDS = 2.0, 10.0
_PORTS = {"http": 80, "https": 443}
_LOG = logging.getLogger("routewijzer")

_COPIES: WeakValueDictionary[UUID, WorkingCopy] = WeakValueDictionary()
"""The working copies by their collection: all that open one here change the same copy."""
_COPYING = threading.Lock()

Place = Path | str
"""Where Chroma keeps its collections: in a folder, by this process; or at a server, by its address."""


def place_of(settings: Settings) -> Place:
    """Where the settings have the vectors kept."""
    return settings.chroma_url or settings.data_dir / "index"


def _client(place: Place) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if isinstance(place, str):
        return _connected(place, chromadb.HttpClient, quiet)
    place.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(str(place), settings=quiet)
    except Exception:
        # Chroma keeps the half-made client by its path, and would hand it out again once the folder is made anew
        SharedSystemClient.clear_system_cache()
        raise


def _connected(address: str, open_client: Any, settings: Any) -> Any:
    """A client of a Chroma server; a name and password in the address are shown to it, or to a proxy before it."""
    parts = urlsplit(address)
    headers = {}
    if parts.username is not None:
        words = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
    client = open_client(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        ssl=parts.scheme == "https",
        headers=headers,
        settings=settings,
    )
    session = getattr(getattr(client, "_server", None), "_session", None)
    if session is not None:  # of itself the client waits for ever
        session.timeout = (_CONNECT_SECONDS, _REPLY_SECONDS, _REPLY_SECONDS, _CONNECT_SECONDS)
    return client


@contextmanager
def _translated(place: Place) -> Iterator[None]:
    """Turn whatever Chroma raises (sqlite3, its Rust core, httpx, pydantic) into one error that says what to do."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as error:
        if isinstance(place, str):
            raise IndexUnavailable(
                f"De Chroma-server {masked(place)} antwoordt niet ({type(error).__name__}); tot hij terug is wordt op "
                "woorden gezocht.",
                f"The Chroma server {masked(place)} does not answer ({type(error).__name__}); words are searched alone "
                "until it is back.",
            ) from error
        raise IndexUnavailable(
            f"De vectorindex in {place} kan niet worden gelezen ({error}). De documenten zijn veilig: "
            "verwijder deze map en start opnieuw, dan wordt hij opnieuw gemaakt.",
            f"The vector index in {place} cannot be read ({error}). The documents are safe: "
            "delete this folder and start again, and it is made anew.",
        ) from error


class ChunkStore:
    """The vectors of one fingerprint. Of a folder one process at a time: the lock of the data folder sees to it.

    Every method raises `IndexUnavailable` where Chroma fails; but a search finds nothing while a server is gone.
    """

    def __init__(self, place: Place, fingerprint: str) -> None:
        """Open or make the collection. Raises `IndexUnavailable` where Chroma cannot be read or reached."""
        self._place = place
        self.server = isinstance(place, str)
        """Whether the vectors are kept by another process, which may be gone."""
        self._retired = False
        self._asked_again = 0.0
        self.outages = 0
        """How often a server was found to be gone since this was opened."""
        self.reachable = True
        """Whether the last search went well; only of a server it may not."""
        self._copy: WorkingCopy | None = None
        self._too_many = False
        """Whether there were more rows than a working copy takes."""
        self._many = False
        """Whether there were more rows than are each compared, so that they need not be counted for each search."""
        self.name = self.name_of(fingerprint)
        with _translated(place):
            self._client: Any = _client(place)
            self._collection: Any = self._opened()

    def _opened(self) -> Any:
        return self._client.get_or_create_collection(
            self.name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 100}},
        )

    def reopen(self) -> None:
        """Take the collection in hand anew, as that of a server which lost its data has another number."""
        self._many = False
        with _translated(self._place):
            self._collection = self._opened()

    @staticmethod
    def name_of(fingerprint: str) -> str:
        """The name of the collection of a fingerprint."""
        return f"{_PREFIX}{fingerprint}"

    @classmethod
    def existing(cls, place: Place) -> list[ChunkStore]:
        """The collections that are there already, of whatever embedder; none where there is no index."""
        if isinstance(place, Path) and not (place / "chroma.sqlite3").is_file():
            return []
        with _translated(place):
            names = [collection.name for collection in _client(place).list_collections()]
        return [cls(place, name.removeprefix(_PREFIX)) for name in names if name.startswith(_PREFIX)]

    def ids(self) -> set[str]:
        """The ids of all rows (paged: Chroma cannot give more than some 30,000 at once)."""
        found: set[str] = set()
        with _translated(self._place):
            while page := self._collection.get(include=[], limit=_PAGE, offset=len(found))["ids"]:
                found.update(page)
        return found

    def __len__(self) -> int:
        with _translated(self._place):
            return int(self._collection.count())

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write rows; the same id again replaces the row."""
        with _translated(self._place):
            size = self._client.get_max_batch_size()
            for start in range(0, len(ids), size):
                self._collection.upsert(ids=list(ids[start : start + size]), embeddings=vectors[start : start + size])
        self._follow(list(ids), vectors)

    def delete(self, ids: Iterable[str]) -> None:
        """Take rows out; ids that are not there are passed over."""
        gone = list(ids)
        with _translated(self._place):
            for start in range(0, len(gone), 1_000):
                self._collection.delete(ids=gone[start : start + 1_000])
        self._many = False
        self._follow(gone, None)

    def search(self, vector: Vectors, k: int, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The ids nearest to one vector with their cosine similarity (-1 to 1), best first; none once retired.

        `among`: the only ids that may be found; those without a row are passed over.
        """
        if not np.isfinite(vector).all() or (among is not None and not among):
            return []
        if not self.reachable and time.monotonic() < self._asked_again:
            return []
        try:
            copy = self._copied()
            if copy is not None:
                return copy.nearest(vector, k, among)
            found = self._nearest_of_all(vector, k) if among is None else self._nearest_among(vector, k, among)
        except IndexUnavailable as error:
            if self._retired:
                return []
            if self.server:
                self._went(error)
                return []
            raise
        self._came()
        return found

    def prepare(self) -> None:
        """Make the working copy, so that the first search need not."""
        self._copied()

    def _copied(self) -> WorkingCopy | None:
        """The working copy, read from Chroma at first; None where there is none."""
        if self._copy is not None and len(self._copy) > MOST:
            self._copy, self._too_many = None, True
        if self.server or self._too_many or self._copy is not None:
            return self._copy
        with _COPYING:
            self._copy = _COPIES.get(self._collection.id)
            if self._copy is None:
                self._too_many = len(self) > MOST
                if not self._too_many:
                    self._copy = _COPIES[self._collection.id] = self._read()
        return self._copy

    def _read(self) -> WorkingCopy:
        ids: list[str] = []
        pages: list[Vectors] = []
        with _translated(self._place):
            while (page := self._collection.get(include=["embeddings"], limit=_PAGE, offset=len(ids)))["ids"]:
                ids += page["ids"]
                pages.append(np.asarray(page["embeddings"], dtype=np.float32))
        return WorkingCopy(ids, np.concatenate(pages) if pages else np.zeros((0, 1), dtype=np.float32))

    def _follow(self, ids: Sequence[str], vectors: Vectors | None) -> None:
        """Let the working copy follow a change of the rows, whoever of this process holds it."""
        if self.server or not ids:
            return
        with _COPYING:  # a copy that is just being read may or may not hold the change already
            copy = _COPIES.get(self._collection.id)
            if copy is None:
                return
            if vectors is None:
                copy.drop(ids)
            else:
                copy.put(ids, vectors)

    def check(self) -> None:
        """Ask a server for a sign of life, so that its being gone or back is noticed without a search."""
        try:
            if not self.reachable:
                self.reopen()
            len(self)
        except IndexUnavailable as error:
            self._went(error)
        else:
            self._came()

    def _came(self) -> None:
        if not self.reachable:
            self.reachable = True
            _LOG.warning("the Chroma server answers again: vectors are searched too")

    def _went(self, error: IndexUnavailable) -> None:
        """The server does not answer; words do, and it is left alone for a moment."""
        self._asked_again = time.monotonic() + _PAUSE
        if self.reachable:
            self.reachable = False
            self.outages += 1
            _LOG.warning("%s", error.en)

    def retire(self) -> None:
        """Another collection takes the place of this one, which may be deleted under a search that is under way."""
        self._retired = True

    def _nearest_of_all(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        self._many = self._many or len(self) > _FEW
        return self._nearest(vector, k) if self._many else self._compared(vector)[:k]

    def _nearest_among(self, vector: Vectors, k: int, among: Sequence[str]) -> list[tuple[str, float]]:
        if len(among) <= _COMPARED:
            return self._compared(vector, among)[:k]
        try:
            return self._nearest(vector, k, ids=list(among))
        except IndexUnavailable:
            # Chroma fails on an id that has no row, as in the moment between a change of the library and that of the
            # rows; an index that is really broken fails here again
            wanted = frozenset(among)
            return [found for found in self._nearest(vector, len(self)) if found[0] in wanted][:k]

    def _compared(self, vector: Vectors, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Some rows, or all, with their cosines, best first; each is compared, those not there are passed over."""
        with _translated(self._place):
            rows = self._collection.get(ids=None if among is None else list(among), include=["embeddings"])
        if not rows["ids"]:
            return []
        vectors = np.asarray(rows["embeddings"], dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
        cosines = vectors @ vector / np.maximum(norms, 1e-9)
        best = np.argsort(-cosines, kind="stable")
        return [(rows["ids"][i], float(cosines[i])) for i in best]

    def _nearest(self, vector: Vectors, k: int, **within: list[str]) -> list[tuple[str, float]]:
        with _translated(self._place):
            result = self._collection.query(
                query_embeddings=[vector.tolist()], n_results=max(k, 1), include=["distances"], **within
            )
        return [(i, 1.0 - float(d)) for i, d in zip(result["ids"][0], result["distances"][0], strict=True)]

    def drop_others(self) -> None:
        """Delete the collections of other fingerprints, and the folders that Chroma leaves behind."""
        with _translated(self._place):
            for collection in self._client.list_collections():
                ours = not self.server or collection.name.startswith(_PREFIX)  # a server may be others' too
                if collection.name != self.name and ours:
                    self._client.delete_collection(collection.name)
            if isinstance(self._place, Path):
                self._sweep(self._place)

    def _sweep(self, folder: Path) -> None:
        """Remove the segment folders that no collection uses any more: Chroma leaves them on disk."""
        database = folder / "chroma.sqlite3"
        if not database.is_file():
            return
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            used = {row[0] for row in connection.execute("select id from segments")}
        for inside in folder.iterdir():
            if inside.is_dir() and re.fullmatch(r"[0-9a-f-]{36}", inside.name) and inside.name not in used:
                shutil.rmtree(inside, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files."""
        self._client.clear_system_cache()
