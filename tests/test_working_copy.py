"""The working copy of the vectors: exact, in step with the store, and left to Chroma where there are many."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import store as stores
from kb.embedding import Vectors
from kb.store import ChunkStore
from kb.working_copy import WorkingCopy, highest


def vectors(count: int, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=40), st.integers(1, 50))
def test_the_highest_of_some_values(values: list[float], k: int) -> None:
    """As a whole sort gives them, with the first of equal ones first."""
    expected = sorted(range(len(values)), key=lambda place: (-values[place], place))[:k]
    assert highest(np.array(values), k) == expected


def test_it_finds_what_each_comparison_finds() -> None:
    """Cosines from -1 to 1 of every row, whatever the lengths, within some rows as well; zeros are near nothing."""
    rows = vectors(300) * np.linspace(0.1, 9, 300, dtype=np.float32)[:, None]
    rows[7] = 0
    names = [f"r{n}" for n in range(300)]
    copy = WorkingCopy(names, rows)
    for question in vectors(5, seed=1):
        with np.errstate(invalid="ignore"):
            cosines = np.nan_to_num(rows @ question / (np.linalg.norm(rows, axis=1) * np.linalg.norm(question)))
        order = np.argsort(-cosines, kind="stable")
        found = copy.nearest(question, 300)
        assert [name for name, _ in found] == [names[place] for place in order]
        assert [cosine for _, cosine in found] == pytest.approx(cosines[order].tolist(), abs=1e-5)
        among = {"r3", "r90", "r250", "onbekend"}
        within = dict(copy.nearest(question, 9, among))
        assert list(within) == [name for name, _ in found if name in among]
        assert within == pytest.approx({name: cosine for name, cosine in found if name in among}, abs=1e-5)
    assert WorkingCopy([], np.zeros((0, 1), np.float32)).nearest(vectors(1)[0], 3) == []


def test_it_follows_each_change(tmp_path: Path) -> None:
    """Rows that are written, replaced and deleted after the first search, by whichever holder of the collection."""
    store = ChunkStore(tmp_path / "index", "proef-16")
    rows = vectors(6)
    store.upsert(["a", "b"], rows[:2])
    assert store.search(rows[0], 5)[0][0] == "a"
    other = ChunkStore(tmp_path / "index", "proef-16")
    other.upsert(["c", "a"], rows[2:4])
    assert store.search(rows[2], 1)[0][0] == "c"
    assert store.search(rows[3], 1)[0][0] == "a"
    assert store.search(rows[0], 3) == other.search(rows[0], 3)
    other.delete(["a", "onbekend"])
    assert {name for name, _ in store.search(rows[3], 5)} == {"b", "c"}
    store.close()
    again = ChunkStore(tmp_path / "index", "proef-16")
    assert {name for name, _ in again.search(rows[3], 5)} == {"b", "c"}
    again.close()


def test_it_is_begun_anew_with_a_new_index(tmp_path: Path) -> None:
    """The rows of a folder that was thrown away are not found in the one that took its place."""
    folder = tmp_path / "index"
    store = ChunkStore(folder, "proef-16")
    store.upsert(["oud"], vectors(1))
    assert store.search(vectors(1)[0], 1)
    store.close()
    folder.rename(tmp_path / "weg")
    new = ChunkStore(folder, "proef-16")
    assert new.search(vectors(1)[0], 1) == []
    new.close()


def test_many_rows_are_left_to_chroma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a bound on nothing is kept in memory, also where the rows grow beyond it between two searches."""
    monkeypatch.setattr(stores, "MOST", 20)
    store = ChunkStore(tmp_path / "index", "proef-16")
    rows = vectors(600)
    names = [f"r{n}" for n in range(600)]
    store.upsert(names[:15], rows[:15])
    assert store.search(rows[3], 1)[0][0] == "r3"
    exact = dict(store.search(rows[3], 15))
    store.upsert(names[15:], rows[15:])
    best = [name for name, _ in WorkingCopy(names, rows).nearest(rows[3], 60)]
    found = dict(store.search(rows[3], 60))
    assert len(found.keys() & set(best)) >= 54  # the graph that is searched is an approximate one
    assert found["r3"] == pytest.approx(exact["r3"], abs=1e-5)
    assert {name for name, _ in store.search(rows[3], 9, ["r3", "r29"])} == {"r3", "r29"}
    store.close()


def test_of_few_rows_none_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a working copy, as of a server, each of some dozens is compared: a graph of so few may lose one."""
    monkeypatch.setattr(stores, "MOST", 20)
    rows = vectors(30)
    names = [f"r{n}" for n in range(30)]
    exact = WorkingCopy(names, rows).nearest(rows[3], 30)
    store = ChunkStore(tmp_path / "index", "proef-16")
    store.upsert(names, rows)
    monkeypatch.setattr(ChunkStore, "_nearest", None)
    found = store.search(rows[3], 30)
    assert [name for name, _ in found] == [name for name, _ in exact]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in exact], abs=1e-5)
    store.close()


def test_searching_while_it_changes(tmp_path: Path) -> None:
    """Every search finds a whole state: what was there before is never missing, and no row has another's vector."""
    store = ChunkStore(tmp_path / "index", "proef-16")
    rows = vectors(200)
    names = [f"r{n}" for n in range(200)]
    store.upsert(names[:50], rows[:50])
    faults: list[object] = []
    writing = threading.Event()

    def search() -> None:
        while not writing.is_set():
            found = dict(store.search(rows[7], 200))
            if not found.keys() >= set(names[:50]) or found["r7"] < 0.999:
                faults.append(found)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(50, 200, 5):
        store.upsert(names[at : at + 5], rows[at : at + 5])
    writing.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(store.search(rows[7], 500)) == 200
    store.close()


@pytest.mark.parametrize("first", ["kb.store", "ingest.blocks", "api.app", "ui.cli", "bench.load"])
@pytest.mark.parametrize(("given", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2)])
def test_numpy_does_not_divide_small_products(first: str, given: dict[str, str], threads: int) -> None:
    """Its threads would wait for one another in busy loops; who sets another number gets that.

    Whichever of our packages is imported first: numpy reads the number when it is imported itself.
    """
    env = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"} | given
    told = f"import {first}, numpy, threadpoolctl as t; print([i['num_threads'] for i in t.threadpool_info()])"
    run = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == f"[{min(threads, os.cpu_count() or 1)}]"
