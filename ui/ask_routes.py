"""The addresses below `/vraag/`: the choices to narrow a question by, an answer as a file, and the steps of one.

An answer comes back here in its own permanent link: the server keeps none. The steps ask for the team key.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.schemas import TurnIn
from api.security import require_team
from ingest.library import slug
from kb.knowledge_base import KnowledgeBase
from kb.permalink import LONGEST, Permalinks
from kb.trace import explain
from kb.types import Turn
from ui import answer_files, narrowing, word
from ui.addresses import download, texts_of
from ui.explain import trace_parts

PREFIX = "/vraag"
_LONGEST_ADDRESS = 500
_SHORT = 16
"""Lines of a step that are shown at once; longer ones are opened."""


class SaveIn(BaseModel):
    """An answer to keep, as its link says it, and the address that goes before the link's own part."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=LONGEST)
    form: Literal["docx", "md"]
    page: str = Field(max_length=_LONGEST_ADDRESS, pattern=r"^https?://[^\s#<>\"]+$")


class StepsIn(BaseModel):
    """A question whose steps are asked for, with the questions before it."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=100_000)
    history: list[TurnIn] = Field([], max_length=50)
    narrowing: str = Field("", max_length=2000)


def install(app: FastAPI, knowledge: KnowledgeBase, permalinks: Permalinks) -> None:
    """Give the page's app these addresses."""
    room = _Room(knowledge, permalinks)
    router = APIRouter(prefix=PREFIX, default_response_class=HTMLResponse)
    router.add_api_route("/keuzes", room.choices, methods=["GET"])
    router.add_api_route("/bewaar", room.save, methods=["POST"], response_class=Response)
    router.add_api_route("/stappen", room.steps, methods=["POST"], dependencies=[Depends(require_team)])
    app.include_router(router)


class _Room:
    """Answers the calls; keeps nothing of any visitor."""

    def __init__(self, knowledge: KnowledgeBase, permalinks: Permalinks) -> None:
        self._knowledge = knowledge
        self._permalinks = permalinks

    def choices(self, request: Request, chosen: Annotated[str, Query(alias="keuze", max_length=2000)] = "") -> Response:
        """What there is to choose from, beside what is chosen already."""
        snapshot = self._knowledge.snapshot
        rows = [snapshot.document(document_id).metadata for document_id in snapshot.versions]
        filters, vocabulary = narrowing.read(chosen).filters, self._knowledge.vocabulary
        return HTMLResponse(narrowing.choices(rows, filters, vocabulary, texts_of(request)))

    def save(self, request: Request, body: SaveIn) -> Response:
        """The answer as a file, every quote looked up again."""
        t = texts_of(request)
        pinned = self._permalinks.open_link(body.token, self._knowledge.shelf)
        link = f"{body.page}#antwoord={body.token}"
        if body.form == "docx":
            data, media = answer_files.as_word(pinned, link, t), word.MEDIA_TYPE
        else:
            data, media = answer_files.as_markdown(pinned, link, t).encode(), "text/markdown; charset=utf-8"
        name = f"{slug(pinned.question)[:60].strip('-') or 'antwoord'}.{body.form}"
        return download(data, media, name)

    def steps(self, body: StepsIn) -> Response:
        """How a question is understood, searched, weighed and answered now; not noted in the journal."""
        wish = narrowing.read(body.narrowing)
        turns = [Turn(turn.question, turn.answer) for turn in body.history]
        trace = explain(self._knowledge, body.question, turns, wish.mode, wish.filters)
        parts = "".join(
            f"<details{' open' if len(lines) <= _SHORT else ''}><summary>{escape(title)}</summary>"
            f"<pre>{escape(chr(10).join(lines))}</pre></details>"
            for title, lines in trace_parts(trace)
        )
        return HTMLResponse(parts)
