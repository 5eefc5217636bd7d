"""Where another program's questions are answered: in this process, or by a server that runs already.

Both give the records of the contract, so that an adapter is written once.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any, Protocol

import httpx
from pydantic import TypeAdapter

from api import document_schemas, schemas
from api.pilot_schemas import PilotsOut
from api.routes import pilots
from ingest.workspace import Workspace
from kb import facets
from kb.errors import RoutewijzerError
from kb.types import Turn

_CHUNKS = TypeAdapter(list[schemas.ChunkOut])
_SECONDS = 120.0
"""Longest that an answer may take; one by a language model takes its time."""


class Source(Protocol):
    """What an adapter asks."""

    def ask(self, question: str, history: Sequence[str] = ()) -> schemas.AnswerOut:
        """The answer to a question; `history` are the questions before it."""

    def search(self, text: str, k: int) -> list[schemas.ChunkOut]:
        """The passages that match, best first."""

    def pilots(self, **narrowing: Sequence[str]) -> list[document_schemas.DocumentOut]:
        """The pilots, narrowed by `sector`, `institution`, `level` or `status`."""


class ServerRefused(RoutewijzerError):
    """A running server could not be asked, or said no."""

    code = "server_refused"


class Inside:
    """Answers in this process, from an opened workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def ask(self, question: str, history: Sequence[str] = ()) -> schemas.AnswerOut:
        """See `Source.ask`."""
        return schemas.AnswerOut.of(self._workspace.knowledge.ask(question, [Turn(text) for text in history]))

    def search(self, text: str, k: int) -> list[schemas.ChunkOut]:
        """See `Source.search`."""
        return [schemas.ChunkOut.of(hit) for hit in self._workspace.knowledge.search(text, k)]

    def pilots(self, **narrowing: Sequence[str]) -> list[document_schemas.DocumentOut]:
        """See `Source.pilots`."""
        knowledge = self._workspace.knowledge
        filters = facets.filters_of(narrowing, knowledge.vocabulary)
        return [
            document_schemas.DocumentOut.of(d.id, d.version, d.metadata)
            for d in pilots.shown(knowledge.snapshot, filters, "title")
        ]


class AtServer:
    """Answers from a running server, over HTTP. Every call raises `ServerRefused` where it does not answer."""

    def __init__(self, address: str, key: str = "") -> None:
        headers = [(b"Authorization", f"Bearer {key}".encode())] if key else []
        self._address = address.rstrip("/")
        self._client = httpx.Client(base_url=f"{self._address}/", headers=headers, timeout=_SECONDS)
        weakref.finalize(self, self._client.close)  # who builds an engine on this has no place to close it

    def ask(self, question: str, history: Sequence[str] = ()) -> schemas.AnswerOut:
        """See `Source.ask`."""
        turns = [{"question": text} for text in history]
        reply = self._call("POST", "api/ask", json={"question": question, "history": turns})
        return schemas.AnswerOut.model_validate_json(reply)

    def search(self, text: str, k: int) -> list[schemas.ChunkOut]:
        """See `Source.search`."""
        return _CHUNKS.validate_json(self._call("GET", "api/search", params={"q": text, "k": k}))

    def pilots(self, **narrowing: Sequence[str]) -> list[document_schemas.DocumentOut]:
        """See `Source.pilots`."""
        reply = self._call("GET", "api/pilots", params={name: list(values) for name, values in narrowing.items()})
        return PilotsOut.model_validate_json(reply).pilots

    def _call(self, method: str, path: str, **what: Any) -> bytes:
        try:
            reply = self._client.request(method, path, **what)
        except httpx.HTTPError as error:
            raise ServerRefused(
                f"De server op {self._address} antwoordt niet ({type(error).__name__}).",
                f"The server at {self._address} does not answer ({type(error).__name__}).",
            ) from None
        if reply.is_success:
            return reply.content
        raise ServerRefused(
            f"De server op {self._address} weigert: {_reason(reply)}",
            f"The server at {self._address} refuses: {_reason(reply)}",
        )


def _reason(reply: httpx.Response) -> str:
    """What an error of the server says, in its one shape."""
    try:
        return str(reply.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {reply.status_code}"
