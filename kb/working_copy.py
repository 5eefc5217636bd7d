"""A working copy in memory of some thousands of vectors, of which each is compared with a question.

Up to that many it is exact and takes a fraction of a millisecond, where an approximate index takes several. What is
kept, and what is read at the next start, is the store's; this follows each change of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from kb.embedding import Vectors

MOST = 20_000
"""Rows up to which there is a working copy: some 30 MB, and as fast as the approximate search of as many."""


class _Held(NamedTuple):
    """What belongs together at one moment; replaced as a whole, as others may be searching it."""

    ids: tuple[str, ...]
    rows: dict[str, int]
    vectors: Vectors
    """Of length 1 each (or 0); shape (rows, dimension)."""


class WorkingCopy:
    """Finds the nearest of some vectors. Any number of threads may search and change it."""

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._held = _Held(tuple(ids), {one: row for row, one in enumerate(ids)}, _of_length_one(vectors))
        self._changes: list[tuple[Sequence[str], Vectors | None]] = []
        self._changing = threading.Lock()

    def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add rows, or replace those of the same id. Taken up by the next search, many changes at once."""
        with self._changing:
            self._changes.append((ids, _of_length_one(vectors)))

    def drop(self, ids: Sequence[str]) -> None:
        """Take rows out; unknown ids are passed over."""
        with self._changing:
            self._changes.append((ids, None))

    def __len__(self) -> int:
        return len(self._now().ids)

    def nearest(self, vector: Vectors, k: int, among: Iterable[str] | None = None) -> list[tuple[str, float]]:
        """The `k` ids nearest to a vector with their cosines (-1 to 1), best first; of equal ones the one kept longest.

        `among`: the only ids that may be found; unknown ones are passed over.
        """
        held = self._now()
        ids: Sequence[str] = held.ids
        vectors = held.vectors
        if among is not None:
            chosen = sorted(held.rows[one] for one in set(among) if one in held.rows)
            ids, vectors = [held.ids[row] for row in chosen], vectors[chosen]
        if not ids or k < 1:
            return []
        cosines = vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
        best = highest(cosines, k)
        return [(ids[place], cosine) for place, cosine in zip(best, cosines[best].tolist(), strict=True)]

    def _now(self) -> _Held:
        if self._changes:
            with self._changing:
                if not self._changes:  # another search took them up meanwhile
                    return self._held
                kept = dict(zip(self._held.ids, self._held.vectors, strict=True))
                for ids, vectors in self._changes:
                    if vectors is None:
                        for one in ids:
                            kept.pop(one, None)
                    else:
                        kept.update(zip(ids, vectors, strict=True))
                ids = tuple(kept)
                matrix = np.stack(list(kept.values())) if kept else self._held.vectors[:0]
                self._held = _Held(ids, {one: row for row, one in enumerate(ids)}, matrix)
                self._changes = []
        return self._held


def highest(values: np.ndarray, k: int) -> list[int]:
    """The places of the `k` highest of some values, the highest first; of equal ones the first."""
    least = np.partition(values, -k)[-k] if len(values) > k else -np.inf
    among = np.flatnonzero(values >= least)
    order = np.argsort(-values[among], kind="stable")[:k]
    places: list[int] = among[order].tolist()
    return places


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
