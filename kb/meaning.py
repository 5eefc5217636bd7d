"""Nearness of meaning between a question and the units of a document, where an embedder is cheap enough for it.

A static embedding gives vectors for thousands of texts a second, so that not only passages but every sentence can be
compared with the question. A transformer is too slow for that, and is used for passages only. (Comparing single words
as well, as a stand-in for synonyms, was tried: it found nothing more and made questions on other subjects look known.)
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.embedding import Embedder, Vectors
from kb.types import Question
from kb.units import Unit


class Meaning:
    """Compares questions with units; the vectors of a document are worked out once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._units: dict[tuple[str, str], Vectors] = {}

    def nearness(self, question: Question, units: Sequence[Unit], chosen: Sequence[int]) -> dict[int, float]:
        """The cosine (-1 to 1) between the question and the chosen units of one document, by their places."""
        if not chosen:
            return {}
        asked = self._embedder.embed_queries([question.standalone or question.text])[0]
        cosines = self._vectors(units)[list(chosen)] @ asked
        return dict(zip(chosen, map(float, cosines), strict=True))

    def _vectors(self, units: Sequence[Unit]) -> Vectors:
        """The vectors of all units of a document, each with its heading, which says what it is about."""
        key = units[0].document_id, units[0].version
        if key not in self._units:
            texts = [f"{unit.headings[-1]}. {unit.text}" if unit.headings else unit.text for unit in units]
            self._units[key] = self._embedder.embed_documents(texts)
        return self._units[key]
