"""Vectors in a real Chroma: written once, found by nearness, gone when deleted, and never mixed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kb.embedding import Vectors
from kb.errors import IndexUnavailable
from kb.store import ChunkStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChunkStore]:
    opened = ChunkStore(tmp_path / "index", "proef-8")
    yield opened
    opened.close()


def row(*values: float) -> Vectors:
    vector = np.zeros(8, dtype=np.float32)
    vector[: len(values)] = values
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def rows(*vectors: Vectors) -> Vectors:
    return np.stack(vectors)


def test_writing_twice_is_writing_once(store: ChunkStore) -> None:
    """The same id again replaces its row; it does not add one."""
    store.upsert(["a", "b"], rows(row(1), row(0, 1)))
    store.upsert(["a", "b"], rows(row(1), row(0, 0, 1)))
    assert len(store) == 2
    assert store.ids() == {"a", "b"}
    assert store.search(row(0, 0, 1), 1)[0] == ("b", pytest.approx(1.0, abs=1e-5))


def test_deleting(store: ChunkStore) -> None:
    """Deleted rows are found no more; unknown ids are passed over."""
    store.upsert(["a", "b", "c"], rows(row(1), row(0, 1), row(0, 0, 1)))
    store.delete({"a", "c", "onbekend"})
    store.delete([])
    assert store.ids() == {"b"}
    assert [found for found, _ in store.search(row(1), 5)] == ["b"]


def test_search_is_by_cosine(store: ChunkStore) -> None:
    """The nearest by angle come first, with the cosine itself as their score, from 1 to -1."""
    store.upsert(["ver", "gelijk", "half", "tegen"], rows(row(0, 1), row(1), row(1, 1), row(-1)))
    found = store.search(row(1), 10)
    assert [name for name, _ in found] == ["gelijk", "half", "ver", "tegen"]
    assert [score for _, score in found] == pytest.approx([1.0, 2**-0.5, 0.0, -1.0], abs=1e-5)
    assert store.search(row(1), 2) == found[:2]


def test_search_without_rows_or_without_a_vector(store: ChunkStore) -> None:
    """An empty store finds nothing, and a vector with a hole in it finds nothing either."""
    assert store.search(row(1), 3) == []
    store.upsert(["a"], rows(row(1)))
    assert store.search(row(1) * np.float32("nan"), 3) == []


def test_more_rows_than_chroma_takes_or_gives_at_once(tmp_path: Path) -> None:
    """Over 5,461 rows go in by one call, over 5,000 ids come out, over 1,000 can be deleted, after a restart too."""
    names = [f"d{n}" for n in range(6_100)]
    vectors = np.random.default_rng(1).normal(size=(len(names), 8)).astype(np.float32)
    store = ChunkStore(tmp_path / "index", "veel")
    store.upsert(names, vectors)
    assert len(store) == len(names)
    assert store.ids() == set(names)
    store.close()
    again = ChunkStore(tmp_path / "index", "veel")
    assert again.ids() == set(names)
    assert again.search(vectors[77], 1)[0][0] == "d77"
    again.delete(names[:1_100])
    assert again.ids() == set(names[1_100:])
    again.close()


def test_another_fingerprint_is_another_collection(tmp_path: Path) -> None:
    """Vectors of another model are never found; those of this model are kept beside them."""
    one = ChunkStore(tmp_path / "index", "een-8")
    one.upsert(["a"], rows(row(1)))
    other = ChunkStore(tmp_path / "index", "twee-8")
    assert other.ids() == set()
    assert {store.name for store in ChunkStore.existing(tmp_path / "index")} == {one.name, other.name}
    one.close()


def test_dropping_the_others(tmp_path: Path) -> None:
    """The collections of other models go, with every trace of them on disk; this one's rows stay."""
    folder = tmp_path / "index"
    old = ChunkStore(folder, "oud-8")
    # enough rows for Chroma to give the collection a folder of its own
    old.upsert([f"o{n}" for n in range(1_500)], np.random.default_rng(2).normal(size=(1_500, 8)).astype(np.float32))
    folders = {path for path in folder.iterdir() if path.is_dir()}
    assert folders
    new = ChunkStore(folder, "nieuw-8")
    new.upsert(["n"], rows(row(1)))
    new.drop_others()
    assert [store.name for store in ChunkStore.existing(folder)] == [new.name]
    assert not any(path.exists() for path in folders)
    assert new.ids() == {"n"}
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        left = [name for (name,) in database.execute("select embedding_id from embeddings")]
    assert left == ["n"]
    new.close()


def test_there_is_no_index_until_one_is_made(tmp_path: Path) -> None:
    """Looking for collections where there is no index finds none and makes no folder."""
    assert ChunkStore.existing(tmp_path / "index") == []
    assert not (tmp_path / "index").exists()


def test_an_index_that_is_no_database(tmp_path: Path) -> None:
    """A database that cannot be read gives our own error, that says what to do."""
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"dit is geen database" * 500)
    with pytest.raises(IndexUnavailable, match="verwijder deze map"):
        ChunkStore(folder, "proef-8")
    with pytest.raises(IndexUnavailable):
        ChunkStore.existing(folder)


def test_an_index_that_breaks_while_it_is_open(tmp_path: Path) -> None:
    """Where the database goes bad under an open store, every call gives our own error and none a foreign one."""
    folder = tmp_path / "index"
    store = ChunkStore(folder, "proef-8")
    store.upsert(["a"], rows(row(1)))
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        for table in ("embeddings", "embeddings_queue", "collections", "segments"):
            database.execute(f"drop table {table}")
        database.commit()
    for call in (
        store.ids,
        lambda: len(store),
        lambda: store.upsert(["b"], rows(row(1))),
        lambda: store.delete(["a"]),
        lambda: store.search(row(1), 1),
        store.drop_others,
    ):
        with pytest.raises(IndexUnavailable):
            call()
    store.close()
