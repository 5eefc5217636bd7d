"""The baseline: the model and Chroma, with nothing around them."""

from __future__ import annotations

from typing import Any

from bench.peers.engines import Material, minilm


class BareChroma:
    """A query to Chroma with the vector of the question."""

    def __init__(self, material: Material) -> None:
        self._collection = collection(material)

    def search(self, text: str, k: int) -> list[str]:
        """The nearest passages by vector."""
        vector = minilm().embed_queries([text])[0]
        found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        return list(found["ids"][0])


def collection(material: Material) -> Any:
    """The passages in a collection of their own."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(material.home("bare")), settings=Settings(anonymized_telemetry=False))
    made = client.create_collection("bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    for at in range(0, len(material.passages), 1_000):
        some = material.passages[at : at + 1_000]
        made.add([p.id for p in some], embeddings=material.vectors[at : at + 1_000], documents=[p.text for p in some])
    return made
