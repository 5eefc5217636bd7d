"""The service itself: does it run, what can it answer now, what could it not answer."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from api import gap_schemas, service_schemas
from api.deps import KnowledgeDep
from api.error_schemas import ErrorOut
from api.security import require_team
from ingest.upkeep import Upkeep
from ingest.workspace import Workspace
from kb.gaps import open_gaps

router = APIRouter(prefix="/api", tags=["service"])
figures_router = APIRouter(tags=["service"])
_FEW = 20
"""Questions that may be on their way to the database at any moment."""
_LOG = logging.getLogger("routewijzer")


@router.get("/health")
async def health() -> service_schemas.HealthOut:
    """The process runs."""
    return service_schemas.HealthOut()


@router.get("/ready", responses={503: {"model": service_schemas.ReadyOut}})
def ready(request: Request, response: Response) -> service_schemas.ReadyOut:
    """Whether questions are answered, by words or by words and vectors: a search is tried.

    503 until the library is read, when the search fails, and from the moment that the server is told to stop.
    """
    state = request.app.state
    workspace: Workspace | None = getattr(state, "workspace", None)
    if workspace is None:
        response.status_code = 503
        return service_schemas.ReadyOut(
            ready=False, documents=0, chunks=0, method="none", model="loading", model_message="", vectors_pending=0
        )
    snapshot = workspace.knowledge.snapshot
    model = workspace.knowledge.language_model
    writer = (
        {"language_model": model.condition.state, "language_model_failure": model.condition.last_failure}
        if model
        else {}
    )
    answers = _finds(workspace) and not state.stopping and not _waits_for_documents(state)
    if not answers:
        response.status_code = 503
    return service_schemas.ReadyOut(
        ready=answers,
        documents=len(snapshot.versions),
        chunks=len(snapshot.chunks),
        method=workspace.knowledge.method,
        model=workspace.vectors.state,
        model_message=workspace.vectors.message,
        vectors_pending=workspace.vectors.pending,
        reranker=workspace.knowledge.reranking.state,
        reranker_message=workspace.knowledge.reranking.message,
        writable=_can_write(workspace.settings.data_dir),
        stopping=state.stopping,
        database=database_state(state),
        leads=workspace.leads,
        **writer,
    )


def database_state(state: State) -> str:
    """`file` for SQLite; of a PostgreSQL `ok`, or `gone` where it did not answer when it was last looked at."""
    if not state.settings.database_url:
        return "file"
    upkeep: Upkeep | None = state.upkeep
    waits = state.workspace.knowledge.journal.waiting > _FEW
    return "gone" if waits or (upkeep is not None and not upkeep.database) else "ok"


def _waits_for_documents(state: State) -> bool:
    """Whether another process is taking in the first documents of a new library, and this one has none yet."""
    workspace, upkeep = state.workspace, state.upkeep
    if workspace.leads or upkeep is None or workspace.knowledge.snapshot.versions:
        return False
    return not upkeep.revision


def _finds(workspace: Workspace) -> bool:
    """Whether a search for the title of a document finds something."""
    chunks = workspace.knowledge.snapshot.chunks
    words = " ".join(chunks[0].metadata.title.split())[:200] if chunks else ""
    if not any(c.isalnum() for c in words):
        return True
    try:
        return bool(workspace.knowledge.search(words, 1, method="words"))
    except Exception:
        _LOG.exception("the search that tells readiness failed")
        return False


def _can_write(folder: Path) -> bool:
    """Whether the data folder takes a file: not on a full disk, nor on one that is read only."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(4096))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError:
        return False
    return True


@router.get("/gaps", responses={401: {"model": ErrorOut}})
def gaps(knowledge: KnowledgeDep, _: Annotated[None, Depends(require_team)]) -> gap_schemas.GapsOut:
    """The questions that the documents did not answer, those about one thing together, for the programme team."""
    journal = knowledge.journal
    return gap_schemas.GapsOut(
        gaps=[gap_schemas.GapOut.of(group, now) for group, now in open_gaps(knowledge)],
        expired=journal.expired(),
        weeks=[gap_schemas.WeekOut.of(week) for week in journal.weeks()],
    )


@figures_router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus; who may read them, the setting says."""
    who = request.app.state.settings.metrics
    if who == "off":
        raise HTTPException(404)
    if who == "team":
        await require_team(request)
    text = await run_in_threadpool(generate_latest, request.app.state.figures.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
