"""Questions: whole answers, answers in parts, search, and what readers thought."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from api import gap_schemas, schemas
from api.deps import KnowledgeDep
from api.error_schemas import ErrorBody, ErrorOut
from api.errors import language_of
from api.security import require_reader
from kb.knowledge_base import KnowledgeBase
from kb.types import AnswerDone, AnswerEvent, AnswerFailed, DocumentKind, Filters, SourcesFound, StatementMade

router = APIRouter(prefix="/api", tags=["ask"], dependencies=[Depends(require_reader)])
_LOG = logging.getLogger("routewijzer")
LONGEST_SEARCH = 4_000
"""Characters: written in an address each may take twelve bytes, and the server reads no address over 64 KB."""


@router.post(
    "/ask",
    response_model=schemas.AnswerOut,
    responses={200: {"content": {"text/event-stream": {}}}, 422: {"model": ErrorOut}},
)
async def ask(body: schemas.AskIn, request: Request, knowledge: KnowledgeDep) -> Response:
    """Answer a question from the documents, each statement with its citations.

    With `Accept: text/event-stream` the answer comes in parts: `sources` (the passages found), `statement` (one each,
    with the citations it is the first to use), then `done` with the whole answer, or `error`.
    """
    filters = body.filters.to_filters()
    if "text/event-stream" not in request.headers.get("accept", ""):
        whole = await run_in_threadpool(_whole, knowledge, body, filters)
        return Response(whole, media_type="application/json")
    events = map(_wire, knowledge.stream(body.question, body.turns(), filters, body.language, body.mode))
    first = await run_in_threadpool(next, events)  # a question that cannot be asked still gets a status of its own
    return StreamingResponse(
        _as_sse(first, events, language_of(request)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _whole(knowledge: KnowledgeBase, body: schemas.AskIn, filters: Filters) -> str:
    """The answer as JSON, which is made in the thread of the answer: the event loop serves everybody."""
    answer = knowledge.ask(body.question, body.turns(), filters, body.language, body.mode)
    return schemas.AnswerOut.of(answer).model_dump_json()


async def _as_sse(first: str, rest: Iterator[str], language: str) -> AsyncIterator[str]:
    """The events on the wire. After the first byte there is no status any more: a failure is an event too."""
    yield first
    try:
        async for event in iterate_in_threadpool(rest):
            yield event
    except Exception:
        _LOG.exception("an answer broke off")
        message = "Het antwoord brak af. Stel de vraag opnieuw." if language == "nl" else "The answer broke off."
        yield _wire(AnswerFailed("interrupted", message))


def _wire(event: AnswerEvent) -> str:
    name: str
    data: BaseModel
    if isinstance(event, SourcesFound):
        name = "sources"
        data = schemas.SourcesEvent(citations=[schemas.CitationOut.of(c) for c in event.citations])
    elif isinstance(event, StatementMade):
        name = "statement"
        data = schemas.StatementEvent(
            statement=schemas.StatementOut.of(event.statement),
            citations=[schemas.CitationOut.of(c) for c in event.citations],
            further=event.statement.further,
        )
    elif isinstance(event, AnswerDone):
        name, data = "done", schemas.AnswerOut.of(event.answer)
    else:
        name, data = "error", ErrorOut(error=ErrorBody(code=event.code, message=event.message))
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"


@router.get("/search", responses={422: {"model": ErrorOut}})
def search(
    knowledge: KnowledgeDep,
    q: Annotated[str, Query(max_length=LONGEST_SEARCH, description="What to look for.")],
    k: Annotated[int, Query(ge=1, le=50, description="How many passages at most.")] = 10,
    kind: Annotated[list[DocumentKind] | None, Query()] = None,
    sector: Annotated[list[str] | None, Query()] = None,
    institution: Annotated[list[str] | None, Query()] = None,
    level: Annotated[list[str] | None, Query()] = None,
) -> list[schemas.ChunkOut]:
    """The passages that match, best first; a higher score is better."""
    filters = Filters(tuple(kind or ()), tuple(sector or ()), tuple(institution or ()), tuple(level or ()))
    return [schemas.ChunkOut.of(hit) for hit in knowledge.search(q, k, filters)]


@router.post("/feedback", status_code=204, responses={404: {"model": ErrorOut}})
def feedback(body: gap_schemas.FeedbackIn, knowledge: KnowledgeDep) -> None:
    """Say whether an answer helped."""
    if not knowledge.journal.rate(body.question_id, body.verdict, body.comment):
        raise HTTPException(404)
