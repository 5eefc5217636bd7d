"""Nearness of meaning between a question and the units of documents, where an embedder is cheap enough for it.

A static embedding gives vectors for thousands of texts a second, so that not only passages but every sentence can be
compared with the question. A transformer is too slow for that, and is used for passages only. Single words are compared
too, but only to weigh what was found: as synonyms in the search they found nothing more, and made questions on other
subjects look known.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kb.embedding import Embedder, Vectors
from kb.types import Question
from kb.units import Unit

_KEPT_WORDS = 30_000
"""Words of which the vector is kept, some 20 MB."""
_KEPT_UNITS = 20_000
"""Units of which the vector is kept, some 30 MB."""


def read_below(above: Sequence[str], text: str) -> str:
    """A text as it is compared: below a title and headings, as context counts for meaning. Also what is trained on."""
    return ". ".join((*above, text))


class Meaning:
    """Compares questions with units; the vectors of units and words are worked out once, and kept."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._units = _Kept(embedder, _KEPT_UNITS, np.float32)
        self._words = _Kept(embedder, _KEPT_WORDS, np.float16)

    def nearest(self, terms: Sequence[str], units: Sequence[Sequence[str]]) -> list[tuple[float, ...]]:
        """For each unit, given as its words, and each term the cosine (0 to 1) to the nearest of those words."""
        column: dict[str, int] = {}
        words = [column.setdefault(word, len(column)) for own in units for word in own]
        if not words or not terms:
            return [(0.0,) * len(terms) for _ in units]
        cosines = np.clip(self._words.of(terms) @ self._words.of(list(column)).T, 0.0, 1.0)
        counts = np.array([len(own) for own in units])
        spoken = counts > 0
        best = np.zeros((len(units), len(terms)), dtype=np.float32)
        starts = (np.cumsum(counts) - counts)[spoken]
        best[spoken] = np.maximum.reduceat(cosines[:, words], starts, axis=1).T
        return list(map(tuple, best.tolist()))

    def of_question(self, question: Question) -> Vectors:
        """The vector of a question as a whole."""
        vector: Vectors = self._embedder.embed_queries([question.standalone or question.text])[0]
        return vector

    def of_texts(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts; they are not kept."""
        return self._embedder.embed_documents(texts)

    def nearness(self, question: Question, units: Sequence[Unit], titles: Sequence[str]) -> list[float]:
        """The cosine (-1 to 1) between the question and each unit.

        `titles`: of the document of each. A unit is read below that and all its headings, which tell what it is about
        where its own words do not.
        """
        if not units:
            return []
        texts = [read_below((title, *unit.headings), unit.text) for unit, title in zip(units, titles, strict=True)]
        cosines: list[float] = (self._units.of(texts) @ self.of_question(question)).tolist()
        return cosines


class _Kept:
    """The vectors of texts that come back, in the rows of one matrix; begun anew when that is full."""

    def __init__(self, embedder: Embedder, most: int, dtype: npt.DTypeLike) -> None:
        self._embedder = embedder
        self._most = most
        self._dtype = dtype
        self._adding = threading.Lock()
        self._begin(most)

    def _begin(self, most: int) -> None:
        # of an empty matrix only the rows that are written take memory
        self._held: tuple[dict[str, int], npt.NDArray[np.floating]] = (
            {},
            np.empty((most, self._embedder.dimension), self._dtype),
        )

    def of(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts, float32, shape (texts, dimension)."""
        rows, matrix = self._held  # together, as another thread may begin anew
        if any(text not in rows for text in texts):
            with self._adding:
                rows, matrix = self._with(texts)
        return matrix[[rows[text] for text in texts]].astype(np.float32, copy=False)

    def _with(self, texts: Sequence[str]) -> tuple[dict[str, int], npt.NDArray[np.floating]]:
        """Rows and matrix in which all these texts are; those that are new are embedded in one go."""
        new = [text for text in dict.fromkeys(texts) if text not in self._held[0]]
        if len(self._held[0]) + len(new) > len(self._held[1]):
            new = list(dict.fromkeys(texts))
            self._begin(max(self._most, len(new)))
        rows, matrix = self._held
        begin = len(rows)
        matrix[begin : begin + len(new)] = self._embedder.embed_documents(new)
        rows.update(zip(new, range(begin, begin + len(new)), strict=True))  # last: who reads meanwhile finds them whole
        return rows, matrix
