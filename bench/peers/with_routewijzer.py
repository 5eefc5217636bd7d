"""Routewijzer's own search: understanding the question, then words and vectors together."""

from __future__ import annotations

from bench.peers.engines import Material, minilm
from kb.embedding import SHIPPED_STATIC, Embedder, StaticEmbedder, Vectors
from kb.glossary import Glossary
from kb.keyword_index import KeywordIndex
from kb.question import Analyst, WordStatistics
from kb.retrieval import HybridRetriever, VectorRetriever, WordRetriever
from kb.settings import Settings
from kb.store import ChunkStore
from kb.types import Filters
from kb.vocabulary import Vocabulary


class Routewijzer:
    """Hybrid search with the default settings."""

    def __init__(self, material: Material, embedder: Embedder, vectors: Vectors) -> None:
        settings = Settings(_env_file=None)
        passages = material.passages
        store = ChunkStore(material.home(embedder.fingerprint), embedder.fingerprint)
        store.upsert([p.id for p in passages], vectors)
        index = KeywordIndex(passages)
        statistics = WordStatistics(len(passages), index.frequency, index.words)
        glossary, vocabulary = Glossary.load(settings.glossary), Vocabulary.load(settings.vocabulary)
        self._analyst = Analyst(glossary, vocabulary, statistics)
        by_vectors = VectorRetriever(store, embedder, passages)
        shares = settings.vector_weight_nl, settings.vector_weight_en
        self._retriever = HybridRetriever(WordRetriever(index), by_vectors, *shares)

    def search(self, text: str, k: int) -> list[str]:
        """The passages, as the program itself finds them."""
        return [hit.chunk.id for hit in self._retriever.retrieve(self._analyst.understand(text), k, Filters())]


def with_minilm(material: Material) -> Routewijzer:
    """With the model that the others have."""
    return Routewijzer(material, minilm(), material.vectors)


def with_static(material: Material) -> Routewijzer:
    """With the small model that ships with it, its default."""
    embedder = StaticEmbedder(SHIPPED_STATIC)
    return Routewijzer(material, embedder, embedder.embed_documents([p.text for p in material.passages]))
