"""The search of Routewijzer as a retriever of LlamaIndex, for who builds a query engine of their own on it.

    from api.llama_index_retriever import RoutewijzerRetriever

    retriever = RoutewijzerRetriever.at("http://127.0.0.1:8000")
    engine = RetrieverQueryEngine.from_args(retriever, llm=...)

Nothing else imports this module: LlamaIndex takes more than a second to import.
"""

from __future__ import annotations

import asyncio

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from api.schemas import ChunkOut
from api.sources import AtServer, Inside, Source
from ingest.workspace import Workspace

_FOR_PROGRAMS = ["document_id", "version", "start", "end", "found_by"]
"""Metadata that a language model is not shown."""


class RoutewijzerRetriever(BaseRetriever):  # type: ignore[misc]
    """Passages with the offsets and the version of the document they stand in; higher scores are better.

    `document.text[start_char_idx:end_char_idx] == node.text` holds for every node, in the version its metadata names.
    """

    def __init__(self, source: Source, k: int = 10) -> None:
        self._source = source
        self._k = k
        super().__init__()

    @classmethod
    def at(cls, address: str, key: str = "", k: int = 10) -> RoutewijzerRetriever:
        """On a running server, with its reading key where it asks for one."""
        return cls(AtServer(address, key), k)

    @classmethod
    def inside(cls, workspace: Workspace, k: int = 10) -> RoutewijzerRetriever:
        """On a workspace that is open in this process."""
        return cls(Inside(workspace), k)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(hit) for hit in self._source.search(query_bundle.query_str, self._k)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        # LlamaIndex would call the other one on the event loop
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: ChunkOut) -> NodeWithScore:
    where = f"{hit.document_id}@{hit.version}"
    node = TextNode(
        id_=f"{where}#{hit.start}-{hit.end}",
        text=hit.text,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        metadata={
            "title": hit.title,
            "section": " > ".join(hit.section),
            **({"page": hit.page} if hit.page is not None else {}),
            "document_id": hit.document_id,
            "version": hit.version,
            "start": hit.start,
            "end": hit.end,
            "found_by": ", ".join(hit.found_by),
        },
        excluded_llm_metadata_keys=_FOR_PROGRAMS,
        excluded_embed_metadata_keys=_FOR_PROGRAMS,
    )
    return NodeWithScore(node=node, score=hit.score)
