"""Vectors of chunks in Chroma, in this process.

The collection's name carries the fingerprint of everything that shapes a vector, so another embedder is another
collection. Rows are written by upsert under the chunk's id, which holds the document's version; to bring the
store in step is therefore to compare two sets of ids. Only vectors and ids are kept here: texts are the library's.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedding import Vectors
from kb.errors import IndexUnavailable

_PREFIX = "chunks-"
_PAGE = 5_000
_COMPARED = 1_000
"""Rows up to which each is compared: that is exact, and faster than a search that passes over all the others."""


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    except Exception:
        # Chroma keeps the half-made client by its path, and would hand it out again once the folder is made anew
        SharedSystemClient.clear_system_cache()
        raise


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn whatever Chroma raises (sqlite3, its Rust core, pydantic) into one error that says what to do."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as error:
        raise IndexUnavailable(
            f"De vectorindex in {folder} kan niet worden gelezen ({error}). De documenten zijn veilig: "
            "verwijder deze map en start opnieuw, dan wordt hij opnieuw gemaakt.",
            f"The vector index in {folder} cannot be read ({error}). The documents are safe: "
            "delete this folder and start again, and it is made anew.",
        ) from error


class ChunkStore:
    """The vectors of one fingerprint. One process at a time: the lock of the data folder sees to it.

    Every method raises `IndexUnavailable` where Chroma fails.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Open or make the collection. Raises `IndexUnavailable` where Chroma cannot read the folder."""
        self._folder = folder
        self._retired = False
        self.name = self.name_of(fingerprint)
        with _translated(folder):
            self._client: Any = _client(folder)
            self._collection: Any = self._client.get_or_create_collection(
                self.name,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 100}},
            )

    @staticmethod
    def name_of(fingerprint: str) -> str:
        """The name of the collection of a fingerprint."""
        return f"{_PREFIX}{fingerprint}"

    @classmethod
    def existing(cls, folder: Path) -> list[ChunkStore]:
        """The collections that are there already, of whatever embedder; none where there is no index."""
        if not (folder / "chroma.sqlite3").is_file():
            return []
        with _translated(folder):
            names = [collection.name for collection in _client(folder).list_collections()]
        return [cls(folder, name.removeprefix(_PREFIX)) for name in names if name.startswith(_PREFIX)]

    def ids(self) -> set[str]:
        """The ids of all rows (paged: Chroma cannot give more than some 30,000 at once)."""
        found: set[str] = set()
        with _translated(self._folder):
            while page := self._collection.get(include=[], limit=_PAGE, offset=len(found))["ids"]:
                found.update(page)
        return found

    def __len__(self) -> int:
        with _translated(self._folder):
            return int(self._collection.count())

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write rows; the same id again replaces the row."""
        with _translated(self._folder):
            size = self._client.get_max_batch_size()
            for start in range(0, len(ids), size):
                self._collection.upsert(ids=list(ids[start : start + size]), embeddings=vectors[start : start + size])

    def delete(self, ids: Iterable[str]) -> None:
        """Take rows out; ids that are not there are passed over."""
        gone = list(ids)
        with _translated(self._folder):
            for start in range(0, len(gone), 1_000):
                self._collection.delete(ids=gone[start : start + 1_000])

    def search(self, vector: Vectors, k: int, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The ids nearest to one vector with their cosine similarity (-1 to 1), best first; none once retired.

        `among`: the only ids that may be found; those without a row are passed over.
        """
        if not np.isfinite(vector).all() or (among is not None and not among):
            return []
        try:
            return self._nearest(vector, k) if among is None else self._nearest_among(vector, k, among)
        except IndexUnavailable:
            if self._retired:
                return []
            raise

    def retire(self) -> None:
        """Another collection takes the place of this one, which may be deleted under a search that is under way."""
        self._retired = True

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

    def _compared(self, vector: Vectors, among: Sequence[str]) -> list[tuple[str, float]]:
        """Some rows with their cosines, best first; each is compared, those that are not there are passed over."""
        with _translated(self._folder):
            rows = self._collection.get(ids=list(among), include=["embeddings"])
        if not rows["ids"]:
            return []
        vectors = np.asarray(rows["embeddings"], dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
        cosines = vectors @ vector / np.maximum(norms, 1e-9)
        best = np.argsort(-cosines, kind="stable")
        return [(rows["ids"][i], float(cosines[i])) for i in best]

    def _nearest(self, vector: Vectors, k: int, **within: list[str]) -> list[tuple[str, float]]:
        with _translated(self._folder):
            result = self._collection.query(
                query_embeddings=[vector.tolist()], n_results=max(k, 1), include=["distances"], **within
            )
        return [(i, 1.0 - float(d)) for i, d in zip(result["ids"][0], result["distances"][0], strict=True)]

    def drop_others(self) -> None:
        """Delete the collections of other fingerprints, and the folders that Chroma leaves behind."""
        with _translated(self._folder):
            for collection in self._client.list_collections():
                if collection.name != self.name:
                    self._client.delete_collection(collection.name)
            self._sweep()

    def _sweep(self) -> None:
        """Remove the segment folders that no collection uses any more: Chroma leaves them on disk."""
        database = self._folder / "chroma.sqlite3"
        if not database.is_file():
            return
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            used = {row[0] for row in connection.execute("select id from segments")}
        for folder in self._folder.iterdir():
            if folder.is_dir() and re.fullmatch(r"[0-9a-f-]{36}", folder.name) and folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files."""
        self._client.clear_system_cache()
