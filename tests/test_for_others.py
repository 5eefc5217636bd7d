"""Routewijzer inside other programs: an assistant with the protocol's own client, and LlamaIndex's query engine."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import CRAFT, PROJECT, environment, make_settings
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
from mcp import Client, StdioServerParameters
from serving import Server, serving

from api.app import create_app
from api.llama_index_retriever import RoutewijzerRetriever
from api.sources import AtServer, ServerRefused
from ingest.workspace import Workspace

READ = "een-leessleutel"
PROOF = "Wat is een meesterproef?"
TOOLS = {"ask", "search", "list_pilots"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    settings = make_settings(tmp_path_factory.mktemp("hall"), CRAFT, read_key=READ)
    with Workspace.open(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(hall: Workspace) -> Iterator[Server]:
    """A server that asks for a reading key."""
    with serving(create_app(hall.settings, hall)) as running:
        yield running


# --- an assistant -------------------------------------------------------------------------------------------------


async def _use(client: Client) -> None:
    """What an assistant does with the tools, and what it must get."""
    assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
    for tool in (await client.list_tools()).tools:
        assert tool.description and tool.annotations and tool.annotations.read_only_hint
    answer = await _call(client, "ask", question=PROOF)
    assert answer["answered"] and answer["citations"] and "[1]" in answer["answer"]
    assert all(citation["quote"] and citation["document_id"] for citation in answer["citations"])
    follow = await _call(
        client, "ask", question="En in de zeilmakerij?", history=["Welke pilots zijn er in de boekbinderij?"]
    )
    assert follow["understood"] == "Welke pilots zijn er in de zeilmakerij?"
    refused = await _call(client, "ask", question="Hoeveel leerlingen heeft de Universiteit van Leiden?")
    assert not refused["answered"] and refused["answer"] == "" and refused["closest"]
    found = await _call(client, "search", query="leerlingen", k=3)
    assert len(found["passages"]) == 3
    pilots = await _call(client, "list_pilots", institution=["NLA"], level=["meester"])
    assert [pilot["id"] for pilot in pilots["pilots"]] == ["pilots/noorderlicht-glasblazen"] and pilots["count"] == 1
    assert (await _call(client, "list_pilots"))["count"] == 3
    for wrong in ({"question": " ?"}, {"question": "a" * 3000}, {}, {"question": 7}):
        result = await client.call_tool("ask", wrong)
        assert result.is_error and "Traceback" not in str(result.content)


async def _call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    return result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tools_over_http(reading_room: Workspace, mode: str) -> None:
    """The tools answer at /mcp, to clients of the newest and of the earlier kind."""

    async def use(address: str) -> None:
        async with Client(f"{address}/mcp", mode=mode) as client:
            await _use(client)

    with serving(create_app(reading_room.settings, reading_room)) as running:
        asyncio.run(use(running.address))


def test_tools_ask_for_the_reading_key(server: Server) -> None:
    """Without the key nothing is answered at /mcp, in the shape of every error."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json, text/event-stream"}
    refused = httpx.post(f"{server.address}/mcp", json=call, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthorized")
    assert httpx.post(f"{server.address}/mcp", json=call, headers={**headers, "X-Read-Key": READ}).status_code == 200


def test_tools_of_the_command_at_a_running_server(server: Server, tmp_path: Path) -> None:
    """`routewijzer mcp` finds the server of its settings and shows it the reading key; no data folder is made."""
    env = {
        **environment(tmp_path, CRAFT), "ROUTEWIJZER_PORT": str(server.port), "ROUTEWIJZER_READ_KEY": READ,
    }  # fmt: skip
    asyncio.run(_by_command(env))
    assert not (tmp_path / "data").exists()


def test_tools_of_the_command_alone(tmp_path: Path) -> None:
    """Where no server runs, `routewijzer mcp` opens the data folder itself."""
    env = {**environment(tmp_path, CRAFT), "ROUTEWIJZER_PORT": "1"}
    asyncio.run(_by_command(env))
    assert (tmp_path / "data" / "library").is_dir()


async def _by_command(env: dict[str, str]) -> None:
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "ui", "mcp"], env=env, cwd=PROJECT)
    async with Client(parameters) as client:
        await _use(client)


# --- a server that says no ----------------------------------------------------------------------------------------


def test_a_server_that_refuses_or_is_not_there(server: Server) -> None:
    """What the server says is passed on; one that is not there is named."""
    with pytest.raises(ServerRefused, match="sleutel nodig"):
        AtServer(server.address).ask(PROOF)
    with pytest.raises(ServerRefused, match="antwoordt niet"):
        AtServer("http://127.0.0.1:1").search("x", 1)
    assert AtServer(server.address, READ).pilots(institution=["NLA"])


# --- LlamaIndex ---------------------------------------------------------------------------------------------------


class Scripted(CustomLLM):  # type: ignore[misc]
    """Says what it was given, so that a test sees what reached it."""

    seen: list[str]

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=8000, num_output=200, model_name="scripted")

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        self.seen.append(prompt)
        return CompletionResponse(text="Een meesterproef is een werkstuk. [1]")

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        yield self.complete(prompt)


@pytest.mark.parametrize("place", ["inside", "at a server"])
def test_a_retriever_in_a_query_engine(hall: Workspace, server: Server, place: str) -> None:
    """LlamaIndex's engines run on our passages: the model sees them, and the sources lead to the exact text."""
    retriever = (
        RoutewijzerRetriever.inside(hall, k=4)
        if place == "inside"
        else RoutewijzerRetriever.at(server.address, READ, k=4)
    )
    model = Scripted(seen=[])
    response = RetrieverQueryEngine.from_args(retriever, llm=model).query(PROOF)
    assert str(response).startswith("Een meesterproef")
    assert 1 <= len(response.source_nodes) <= 4
    scores = [source.score for source in response.source_nodes]
    assert scores == sorted(scores, reverse=True)
    for source in response.source_nodes:
        node = source.node
        document = hall.library.document(node.metadata["document_id"], node.metadata["version"])
        assert document.text[node.start_char_idx : node.end_char_idx] == node.text
        assert node.text in model.seen[0] and node.metadata["version"] not in model.seen[0]
    again = retriever.retrieve(PROOF)
    assert [found.node_id for found in again] == [source.node_id for source in response.source_nodes]
    assert [found.node_id for found in asyncio.run(retriever.aretrieve(PROOF))] == [found.node_id for found in again]
    cited = CitationQueryEngine.from_args(index=None, retriever=retriever, llm=model).query(PROOF)  # type: ignore[arg-type]
    assert cited.source_nodes
