"""The knowledge base as tools for an assistant, by the Model Context Protocol: ask, search, list the pilots.

What a tool gives is short and whole: the text with its `[n]`, and for each number the exact quote and where it stands.
The library of the protocol takes a second to import, so that it is imported when a server is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from pydantic import BaseModel, Field

from api import document_schemas, schemas
from api.sources import Source
from kb.errors import RoutewijzerError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

_INSTRUCTIONS = (
    "Routewijzer answers questions from one programme's own documents, mostly in Dutch; ask in Dutch or English. "
    "Every sentence of an answer cites the exact passage it came from as [n]: pass the citations on. Where `answered` "
    "is false the documents do not say it: say so, and do not answer from `closest` as if they did."
)
_HISTORY = 20


class CitedPassage(BaseModel):
    """A passage, quoted exactly, and where it stands."""

    number: int
    quote: str
    title: str
    section: list[str]
    page: int | None
    document_id: str
    version: str
    source: str | None = Field(description="Address of the original source, where the document names one.")

    @classmethod
    def of(cls, citation: schemas.CitationOut) -> CitedPassage:
        """The short form of a citation."""
        return cls(source=citation.url, **citation.model_dump(include=set(cls.model_fields) - {"source"}))


class ToolAnswer(BaseModel):
    """An answer with its citations; or none, with what comes closest."""

    answered: bool
    answer: str = Field(
        description="The answer, with [n] after each sentence; empty where the documents do not say it."
    )
    citations: list[CitedPassage]
    closest: list[CitedPassage] = Field(description="What came closest, where there is no answer. No answer itself.")
    certainty: float
    understood: str = Field(description="The question as it was searched: a follow-up made whole.")
    note: str


class ToolPassage(BaseModel):
    """A passage that was found."""

    score: float
    text: str
    title: str
    section: list[str]
    page: int | None
    document_id: str
    version: str


class ToolPassages(BaseModel):
    """The passages, best first."""

    passages: list[ToolPassage]


class ToolPilots(BaseModel):
    """The pilots that fit."""

    count: int
    pilots: list[document_schemas.DocumentOut]


_Values = Annotated[list[str] | None, Field(description="Any spelling; several widen.", max_length=20)]


def build(source: Source) -> MCPServer[None]:
    """The server with its tools, which ask `source`."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    server: MCPServer[None] = MCPServer(
        "routewijzer", title="Routewijzer", instructions=_INSTRUCTIONS, version="0.1.0", log_level="WARNING"
    )
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    @server.tool(title="Ask the documents", annotations=reads)
    async def ask(
        question: Annotated[str, Field(description="The question, in Dutch or English.", max_length=100_000)],
        history: Annotated[
            list[str] | None,
            Field(description="The questions before it, where this is a follow-up.", max_length=_HISTORY),
        ] = None,
    ) -> ToolAnswer:
        """Answer a question from the documents alone, each sentence with the exact passage it came from."""
        try:
            found = await to_thread.run_sync(source.ask, question, tuple(history or ()))
        except RoutewijzerError as error:
            raise ToolError(f"{error.nl} {error.en}") from None
        return ToolAnswer(
            answered=found.answered,
            answer=found.answer,
            citations=[CitedPassage.of(citation) for citation in found.citations],
            closest=[CitedPassage.of(citation) for citation in found.closest],
            certainty=found.certainty,
            understood=found.understood,
            note=found.note,
        )

    @server.tool(title="Search the documents", annotations=reads)
    async def search(
        query: Annotated[str, Field(description="What to look for.", max_length=100_000)],
        k: Annotated[int, Field(description="How many passages at most.", ge=1, le=50)] = 10,
    ) -> ToolPassages:
        """Find passages in the documents, best first, without an answer."""
        try:
            found = await to_thread.run_sync(source.search, query, k)
        except RoutewijzerError as error:
            raise ToolError(f"{error.nl} {error.en}") from None
        fields = set(ToolPassage.model_fields)
        return ToolPassages(passages=[ToolPassage(**hit.model_dump(include=fields)) for hit in found])

    @server.tool(title="List the pilots", annotations=reads)
    async def list_pilots(
        sector: _Values = None, institution: _Values = None, level: _Values = None, status: _Values = None
    ) -> ToolPilots:
        """List the pilots of the programme as records: who with whom, sector, level, status, sources."""
        narrowing = {"sector": sector, "institution": institution, "level": level, "status": status}
        given = {name: values for name, values in narrowing.items() if values}
        try:
            found = await to_thread.run_sync(lambda: source.pilots(**given))
        except RoutewijzerError as error:
            raise ToolError(f"{error.nl} {error.en}") from None
        return ToolPilots(count=len(found), pilots=found)

    return server
