"""Haystack: BM25 and embeddings over its document store in memory, joined by rank fusion."""

from __future__ import annotations

from typing import Any

from bench.peers.engines import Material
from kb.embedding import packaged_minilm


class RankFusion:
    """A pipeline of two retrievers and a `DocumentJoiner`."""

    def __init__(self, material: Material) -> None:
        from haystack import Document, Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore(shared=False)
        pairs = zip(material.passages, material.vectors, strict=True)
        store.write_documents([Document(id=p.id, content=p.text, embedding=v.tolist()) for p, v in pairs])
        self._pipeline: Any = Pipeline()
        parts = {
            "embedder": SentenceTransformersTextEmbedder(
                model=str(packaged_minilm()), device=cpu(), progress_bar=False
            ),
            "vectors": InMemoryEmbeddingRetriever(store),
            "words": InMemoryBM25Retriever(store),
            "joiner": DocumentJoiner(join_mode="reciprocal_rank_fusion"),
        }
        for name, part in parts.items():
            self._pipeline.add_component(name, part)
        self._pipeline.connect("embedder.embedding", "vectors.query_embedding")
        self._pipeline.connect("vectors", "joiner")
        self._pipeline.connect("words", "joiner")

    def search(self, text: str, k: int) -> list[str]:
        """The fused ranking of both."""
        given = {"words": {"query": text, "top_k": k}, "vectors": {"top_k": k}, "joiner": {"top_k": k}}
        found = self._pipeline.run({"embedder": {"text": text}, **given})
        return [document.id for document in found["joiner"]["documents"]]


def cpu() -> Any:
    """The device that all run on."""
    from haystack.utils import ComponentDevice

    return ComponentDevice.from_str("cpu")
