"""What a route needs, by type."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.knowledge_base import KnowledgeBase


def _workspace(request: Request) -> Workspace:
    workspace: Workspace | None = getattr(request.app.state, "workspace", None)
    if workspace is None:
        raise HTTPException(503, headers={"Retry-After": "1"})
    return workspace


# without `async` each of these would be called in a thread, and have the event loop wait for one to start
async def _workspace_of(request: Request) -> Workspace:
    return _workspace(request)


async def _knowledge_of(request: Request) -> KnowledgeBase:
    return _workspace(request).knowledge


def jobs_of(request: Request) -> Jobs:
    """The queue. Raises 503 where there is none."""
    jobs: Jobs | None = getattr(request.app.state, "jobs", None)
    if jobs is None:
        raise HTTPException(503, headers={"Retry-After": "1"})
    return jobs


JobsDep = Annotated[Jobs, Depends(jobs_of)]
WorkspaceDep = Annotated[Workspace, Depends(_workspace_of)]
KnowledgeDep = Annotated[KnowledgeBase, Depends(_knowledge_of)]
