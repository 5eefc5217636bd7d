"""The FastAPI application: data passed to a constructor; nothing registers itself at import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Scope

from api import errors
from api.routes import ask, documents, pilots, route_plan, service, team
from api.security import SecurityHeaders
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.settings import Settings

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
    app = FastAPI(
        title="Routewijzer",
        description="Kennisbank van het programma Mkb-route in het hbo: vragen beantwoord met aangehaalde bronnen.",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan or _nothing,
    )
    app.state.settings = settings
    app.state.workspace = workspace
    app.state.jobs = jobs
    for router in (
        ask.router, team.router, documents.router, pilots.router, route_plan.router, service.router,
    ):  # fmt: skip
        app.include_router(router)
    errors.install(app)
    app.add_middleware(SecurityHeaders)
    if page is not None:
        app.router.routes.append(_Page("/", app=page))
    return app


class _Page(Mount):
    """The page at `/`. What begins with `/api/` is not its own, so that errors there keep their one shape."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the page."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        return (Match.NONE, {}) if path.startswith("/api/") else super().matches(scope)


@asynccontextmanager
async def _nothing(_: FastAPI) -> AsyncIterator[None]:
    yield
