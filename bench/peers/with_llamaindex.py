"""LlamaIndex: its stock vector index on Chroma, and its fusion of that with BM25."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bench.peers.engines import Material
from kb.embedding import packaged_minilm


@lru_cache(maxsize=1)
def embedding() -> Any:
    """The model in LlamaIndex's own wrapper."""
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=str(packaged_minilm()), device="cpu", embed_batch_size=32)


class VectorIndex:
    """`VectorStoreIndex` on `ChromaVectorStore`, as its documentation sets it up."""

    def __init__(self, material: Material) -> None:
        import chromadb
        from chromadb.config import Settings
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.chroma import ChromaVectorStore

        folder = material.home("llamaindex-" + type(self).__name__)
        client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("passages"))
        pairs = zip(material.passages, material.vectors, strict=True)
        self.nodes = [TextNode(id_=p.id, text=p.text, embedding=v.tolist()) for p, v in pairs]
        context = StorageContext.from_defaults(vector_store=store)
        self.index = VectorStoreIndex(self.nodes, storage_context=context, embed_model=embedding())

    def search(self, text: str, k: int) -> list[str]:
        """The nearest nodes by vector."""
        return [hit.node.node_id for hit in self.index.as_retriever(similarity_top_k=k).retrieve(text)]


class Fusion(VectorIndex):
    """`QueryFusionRetriever` over the vector index and a Dutch `BM25Retriever`, by reciprocal rank, without a model."""

    def __init__(self, material: Material) -> None:
        import Stemmer
        from llama_index.retrievers.bm25 import BM25Retriever

        super().__init__(material)
        self._by_words = BM25Retriever.from_defaults(
            nodes=self.nodes, stemmer=Stemmer.Stemmer("dutch"), language="nl", similarity_top_k=len(self.nodes)
        )
        self._fused: dict[int, Any] = {}

    def search(self, text: str, k: int) -> list[str]:
        """The fused ranking of both."""
        self._by_words.similarity_top_k = min(k, len(self.nodes))
        if k not in self._fused:
            self._fused[k] = self._fusion(k)
        return [hit.node.node_id for hit in self._fused[k].retrieve(text)]

    def _fusion(self, k: int) -> Any:
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.retrievers.fusion_retriever import FUSION_MODES

        return QueryFusionRetriever(
            [self.index.as_retriever(similarity_top_k=k), self._by_words],
            llm=MockLLM(),  # never called with one query, but asked for
            similarity_top_k=k,
            num_queries=1,
            mode=FUSION_MODES.RECIPROCAL_RANK,
            use_async=False,
        )
