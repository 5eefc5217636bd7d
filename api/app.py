"""The FastAPI application: data passed to a constructor; nothing registers itself at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Match, Mount, Route
from starlette.types import ASGIApp, Scope

from api import contract, errors
from api.headers import OtherSites, SecurityHeaders
from api.limits import BodyLimit, Counts, Limits
from api.mcp_gate import McpGate
from api.observing import Figures, RequestContext
from api.pacing import Pacing
from api.proxy import BehindProxy
from api.reply import is_api, route_path
from api.routes import ask, docs, documents, openai, pilots, route_plan, service, team
from api.shared_limits import SharedLimits
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.settings import Settings

_TAGS = [
    {"name": "ask", "description": "Questions, search, and what readers thought of an answer."},
    {"name": "documents", "description": "The documents, their texts, files and pages, and the pilots as records."},
    {"name": "team", "description": "What the programme team does, with its key: documents and jobs."},
    {"name": "service", "description": "Whether the server runs and what it can answer; what it could not."},
    {"name": "openai", "description": "The same answers for programs that speak OpenAI's chat completions."},
]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    workspace: Workspace | None = None,
    page: ASGIApp | None = None,
    lifespan: Lifespan | None = None,
    jobs: Jobs | None = None,
) -> FastAPI:
    """The API, with a page mounted at `/` where one is given.

    Without a `workspace` every call that needs one answers 503 until `app.state.workspace` is set; so does writing
    without `jobs`.
    """
    gate = McpGate()
    app = FastAPI(
        title="Routewijzer",
        description="Kennisbank van het programma Mkb-route in het hbo: vragen beantwoord met aangehaalde bronnen.",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        openapi_tags=_TAGS,
        lifespan=_with(gate, lifespan or _nothing),
    )
    app.state.settings = settings
    app.state.workspace = workspace
    app.state.jobs = jobs
    app.state.stopping = False
    app.state.upkeep = None
    app.state.counts = Counts(settings)
    app.state.figures = Figures(app)
    routers = (ask, team, documents, pilots, route_plan, service, openai, docs)
    for router in (*(module.router for module in routers), service.figures_router):
        app.include_router(router)
    app.router.routes.append(Route("/mcp", gate, include_in_schema=False))
    errors.install(app)
    contract.install(app)
    app.add_middleware(Limits, settings=settings, counts=app.state.counts)  # from the innermost to the outermost
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(OtherSites, settings=settings)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(BehindProxy, settings=settings)
    app.add_middleware(RequestContext, figures=app.state.figures, lines=settings.log_format == "json")
    app.add_middleware(Pacing)
    if page is not None:
        app.router.routes.append(_Page("/", app=page))
    return app


class _Page(Mount):
    """The page at `/`. What is the API's is not its own, so that errors there keep their one shape."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the page."""
        ours = scope["type"] == "http" and (is_api(scope) or f"{route_path(scope)}/".startswith("/docs/"))
        return (Match.NONE, {}) if ours else super().matches(scope)


def _with(gate: McpGate, lifespan: Lifespan) -> Lifespan:
    """The same life, with answers and limits counted meanwhile, and what the gate started ended before the rest."""

    @asynccontextmanager
    async def both(app: FastAPI) -> AsyncIterator[None]:
        watchers = app.state.workspace.knowledge.watchers if app.state.workspace else []
        count = app.state.figures.answered
        watchers.append(count)
        shared = _shared_limits(app)
        watch = asyncio.create_task(app.state.figures.loop_delay.watch())
        async with lifespan(app):
            try:
                yield
            finally:
                await gate.close()
                watch.cancel()
                if shared is not None:
                    await asyncio.to_thread(shared.close)
                watchers.remove(count)

    return both


def _shared_limits(app: FastAPI) -> SharedLimits | None:
    """Begins to count limits together with other processes, where there may be any."""
    workspace: Workspace | None = app.state.workspace
    if workspace is None or workspace.leadership is None:
        return None
    shared = SharedLimits(app.state.counts, workspace.knowledge.journal.engine)
    shared.start()
    return shared


@asynccontextmanager
async def _nothing(_: FastAPI) -> AsyncIterator[None]:
    yield
