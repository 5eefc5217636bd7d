"""Vectors that are kept are those that the embedder gives, also when more come than are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.embedding import HashEmbedder, Vectors
from kb.meaning import Meaning, _Kept


class Counting(HashEmbedder):
    """An embedder that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(64)
        self.asked: list[list[str]] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        return super().embed_documents(texts)


def test_what_is_known_is_not_embedded_again() -> None:
    """New texts are embedded in one go, each once; vectors come in the order that was asked for."""
    embedder = Counting()
    kept = _Kept(embedder, 10, np.float32)
    first = kept.of(["molen", "haven", "molen"])
    assert embedder.asked == [["molen", "haven"]]
    again = kept.of(["haven", "brug"])
    assert embedder.asked[1:] == [["brug"]]
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(again, HashEmbedder(64).embed_documents(["haven", "brug"]))


def test_a_full_table_begins_anew() -> None:
    """Whatever was thrown away is embedded again, and more texts at once than are kept are no trouble."""
    kept = _Kept(Counting(), 3, np.float32)
    words = "een molen haven brug sluis kade".split()
    for texts in (words[:3], words[2:5], words, words[:1]):
        np.testing.assert_array_equal(kept.of(texts), HashEmbedder(64).embed_documents(texts))


def test_the_nearest_word_of_each_unit() -> None:
    """A unit that has the word itself is as near as can be; one without words is near nothing."""
    meaning = Meaning(HashEmbedder(64))
    same, nothing, other = meaning.nearest(["molen", "brug"], [["haven", "molen"], [], ["sluis"]])
    assert same[0] == 1.0 or abs(same[0] - 1.0) < 1e-3
    assert nothing == (0.0, 0.0)
    assert all(0.0 <= value <= 1.0 for value in (*same, *other))
    assert meaning.nearest([], [["haven"]]) == [()]
    assert meaning.nearest(["molen"], [[]]) == [(0.0,)]
