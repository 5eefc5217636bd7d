"""The service itself: does it run, what can it answer now, what could it not answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api import schemas
from api.deps import KnowledgeDep
from api.security import require_team
from ingest.workspace import Workspace
from kb.gaps import open_gaps

router = APIRouter(prefix="/api", tags=["service"])


@router.get("/health")
async def health() -> schemas.HealthOut:
    """The process runs."""
    return schemas.HealthOut()


@router.get("/ready")
async def ready(request: Request, response: Response) -> schemas.ReadyOut:
    """Whether questions are answered, by words or by words and vectors; 503 until the library is read."""
    workspace: Workspace | None = getattr(request.app.state, "workspace", None)
    if workspace is None:
        response.status_code = 503
        return schemas.ReadyOut(
            ready=False, documents=0, chunks=0, method="none", model="loading", model_message="", vectors_pending=0
        )
    snapshot = workspace.knowledge.snapshot
    model = workspace.knowledge.language_model
    writer = (
        {"language_model": model.condition.state, "language_model_failure": model.condition.last_failure}
        if model
        else {}
    )
    return schemas.ReadyOut(
        ready=True,
        documents=len(snapshot.versions),
        chunks=len(snapshot.chunks),
        method=workspace.knowledge.method,
        model=workspace.vectors.state,
        model_message=workspace.vectors.message,
        vectors_pending=workspace.vectors.pending,
        reranker=workspace.knowledge.reranking.state,
        reranker_message=workspace.knowledge.reranking.message,
        **writer,
    )


@router.get("/gaps", responses={401: {"model": schemas.ErrorOut}})
def gaps(knowledge: KnowledgeDep, _: Annotated[None, Depends(require_team)]) -> schemas.GapsOut:
    """The questions that the documents did not answer, those about one thing together, for the programme team."""
    journal = knowledge.journal
    return schemas.GapsOut(
        gaps=[schemas.GapOut.of(group, now) for group, now in open_gaps(knowledge)],
        expired=journal.expired(),
        weeks=[schemas.WeekOut.of(week) for week in journal.weeks()],
    )
