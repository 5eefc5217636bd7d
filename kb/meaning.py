"""Nearness of meaning between a question and the units of a document, where an embedder is cheap enough for it.

A static embedding gives vectors for thousands of texts a second, so that not only passages but every sentence, and
every word of it, can be compared with the question: "vaklui" is then near "werknemers" without any glossary. A
transformer is too slow for that, and is used for passages only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.embedding import Embedder, Vectors
from kb.types import Question
from kb.units import Unit

LOW = 0.45
"""Cosine between two words below which they say nothing of one another."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near one unit is to a question."""

    cosine: float
    """Of the whole unit and the whole question, -1 to 1."""
    terms: tuple[float, ...]
    """For each term of the question how near the nearest word of the unit is, from 0 (at `LOW` or below) to 1."""


class Meaning:
    """Compares questions with units; the vectors of a document are worked out once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._units: dict[tuple[str, str], Vectors] = {}
        self._words: dict[str, npt.NDArray[np.float32]] = {}

    def nearness(self, question: Question, units: Sequence[Unit], chosen: Sequence[int]) -> dict[int, Nearness]:
        """The nearness of the chosen units of one document (their places among `units`)."""
        if not chosen:
            return {}
        asked = self._embedder.embed_queries([question.standalone or question.text])[0]
        cosines = self._vectors(units)[list(chosen)] @ asked
        words = list(dict.fromkeys(word for place in chosen for word in units[place].words))
        column = {word: i for i, word in enumerate(words)}
        texts = [term.text for term in question.terms]
        table = self._rows(texts) @ self._rows(words).T if texts and words else np.zeros((len(texts), 1), np.float32)
        scaled = np.clip((table - LOW) / (1 - LOW), 0.0, 1.0)
        near = {}
        for place, cosine in zip(chosen, cosines, strict=True):
            at = [column[word] for word in units[place].words]
            best = scaled[:, at].max(axis=1) if at else np.zeros(len(texts))
            near[place] = Nearness(float(cosine), tuple(map(float, best)))
        return near

    def _vectors(self, units: Sequence[Unit]) -> Vectors:
        """The vectors of all units of a document, each with its heading, which says what it is about."""
        key = units[0].document_id, units[0].version
        if key not in self._units:
            texts = [f"{unit.headings[-1]}. {unit.text}" if unit.headings else unit.text for unit in units]
            self._units[key] = self._embedder.embed_documents(texts)
        return self._units[key]

    def _rows(self, words: Sequence[str]) -> Vectors:
        fresh = [word for word in words if word not in self._words]
        if fresh:
            self._words |= dict(zip(fresh, self._embedder.embed_queries(fresh), strict=True))
        return np.stack([self._words[word] for word in words])
