"""txtai: its hybrid index, a dense one (Faiss) and a sparse one (BM25) whose scores it joins."""

from __future__ import annotations

from collections.abc import Sequence

from bench.peers.engines import Material, minilm
from kb.embedding import Vectors


class Hybrid:
    """`Embeddings(hybrid=True)`; the vectors of the passages are handed over, those of questions worked out."""

    def __init__(self, material: Material) -> None:
        from txtai import Embeddings

        known = {p.text: vector for p, vector in zip(material.passages, material.vectors, strict=True)}

        def transform(texts: Sequence[str]) -> list[Vectors]:
            unknown = [text for text in texts if text not in known]
            fresh = dict(zip(unknown, minilm().embed_queries(unknown), strict=True)) if unknown else {}
            return [known[text] if text in known else fresh[text] for text in texts]

        self._embeddings = Embeddings(method="external", transform=transform, hybrid=True)
        self._embeddings.index([(p.id, p.text, None) for p in material.passages])

    def search(self, text: str, k: int) -> list[str]:
        """The joined ranking of both."""
        return [found for found, _ in self._embeddings.search(text, k)]
