"""Nearness of meaning between a question and the units of a document, where an embedder is cheap enough for it.

A static embedding gives vectors for thousands of texts a second, so that not only passages but every sentence can be
compared with the question. A transformer is too slow for that, and is used for passages only. Single words are compared
too, but only to weigh what was found: as synonyms in the search they found nothing more, and made questions on other
subjects look known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from kb.embedding import Embedder, Vectors
from kb.types import Question
from kb.units import Unit

_KEPT_WORDS = 30_000
"""Words of which the vector is kept, some 20 MB."""
_KEPT_QUESTIONS = 32


class Meaning:
    """Compares questions with units; the vectors of a document are worked out once, and those of words are kept."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._units: dict[tuple[str, str], Vectors] = {}
        self._words: dict[str, np.ndarray] = {}
        self._asked = lru_cache(maxsize=_KEPT_QUESTIONS)(lambda text: embedder.embed_queries([text])[0])

    def nearest(self, terms: Sequence[str], units: Mapping[int, Sequence[str]]) -> dict[int, tuple[float, ...]]:
        """For each unit, by its place, and each term the cosine (0 to 1) to the nearest of the unit's words."""
        words = list(dict.fromkeys(word for own in units.values() for word in own))
        if not words or not terms:
            return {place: (0.0,) * len(terms) for place in units}
        columns = {word: i for i, word in enumerate(words)}
        cosines = np.clip(self._of(terms) @ self._of(words).T, 0.0, 1.0)
        nothing = (0.0,) * len(terms)
        return {
            place: tuple(map(float, cosines[:, [columns[word] for word in own]].max(axis=1))) if own else nothing
            for place, own in units.items()
        }

    def _of(self, words: Iterable[str]) -> Vectors:
        wanted = list(words)
        kept = self._words
        if len(kept) > _KEPT_WORDS:
            kept = self._words = {}
        new = [word for word in dict.fromkeys(wanted) if word not in kept]
        if new:
            kept.update(zip(new, self._embedder.embed_documents(new).astype(np.float16), strict=True))
        return np.stack([kept[word] for word in wanted]).astype(np.float32)

    def of_question(self, question: Question) -> np.ndarray:
        """The vector of a question as a whole; kept for some, as each document and step asks for it."""
        return np.asarray(self._asked(question.standalone or question.text))

    def of_texts(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts."""
        return self._embedder.embed_documents(texts)

    def nearness(self, question: Question, units: Sequence[Unit], chosen: Sequence[int]) -> dict[int, float]:
        """The cosine (-1 to 1) between the question and the chosen units of one document, by their places."""
        if not chosen:
            return {}
        cosines = self._vectors(units)[list(chosen)] @ self.of_question(question)
        return dict(zip(chosen, map(float, cosines), strict=True))

    def _vectors(self, units: Sequence[Unit]) -> Vectors:
        """The vectors of all units of a document, each with its heading, which says what it is about."""
        key = units[0].document_id, units[0].version
        if key not in self._units:
            texts = [f"{unit.headings[-1]}. {unit.text}" if unit.headings else unit.text for unit in units]
            self._units[key] = self._embedder.embed_documents(texts)
        return self._units[key]
