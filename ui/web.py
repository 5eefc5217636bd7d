"""The server: the API at once, the page as soon as its framework is there.

Importing Gradio takes some seconds. The server therefore begins without it: the API answers, and who opens the page
meanwhile sees a line that says so and renews itself. The page is then put in its place without a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.reply import route_path
from ingest.jobs import Jobs
from ingest.upkeep import Upkeep
from ingest.watch import FolderWatch
from ingest.workspace import Workspace
from kb.embedding import is_light
from kb.settings import Settings
from ui.door import Door
from ui.serving import EndlessStreams, keep_what_is_loaded
from ui.texts import STARTING

_ICON = Path(__file__).parent / "assets" / "favicon.png"
_LOG = logging.getLogger("routewijzer")


class LatePage:
    """An ASGI app that stands in for the page until the page is there."""

    def __init__(self) -> None:
        self._page: Any = None
        self._stack = contextlib.AsyncExitStack()

    async def load(self, workspace: Workspace, jobs: Jobs) -> None:
        """Import and build the page in a thread, run its start-up, and let it take over."""
        page = await asyncio.to_thread(_build_page, workspace, jobs)
        await self._stack.enter_async_context(page.router.lifespan_context(page))
        self._page = page

    async def close(self) -> None:
        """Run the page's shut-down."""
        await self._stack.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._page is not None:
            await self._page(scope, receive, send)
        elif scope["type"] == "http" and route_path(scope) in {"", "/"}:
            await HTMLResponse(STARTING, headers={"Cache-Control": "no-store"})(scope, receive, send)
        elif scope["type"] == "http":
            error = {"error": {"code": "not_found", "message": "Dit adres bestaat niet.", "detail": None}}
            await JSONResponse(error, 404)(scope, receive, send)


def build(settings: Settings, workspace: Workspace) -> FastAPI:
    """The whole application: API, page, and the work that goes on behind them."""
    page = LatePage()
    workspace.vectors.announce()
    jobs = Jobs(workspace, workspace.knowledge.journal.engine, settings.data_dir / "incoming")
    watch = FolderWatch.open(settings, jobs)
    upkeep = Upkeep.of(workspace)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(_load(app, page, workspace, jobs))
        jobs.start()
        if upkeep is not None:
            upkeep.start()
        if watch is not None:
            watch.start()
        try:
            yield
        finally:
            if watch is not None:
                await asyncio.to_thread(watch.close)
            if upkeep is not None:
                await asyncio.to_thread(upkeep.close)
            await asyncio.to_thread(jobs.close)
            loading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loading
            await page.close()

    endless = EndlessStreams(Door(page, settings))
    app = create_app(settings, workspace, page=endless, lifespan=lifespan, jobs=jobs)
    app.state.endless = endless
    app.state.upkeep = upkeep
    # before the page, which takes all that is left: a browser asks for it at every address that names no icon
    app.router.routes.insert(-1, Route("/favicon.ico", _icon, include_in_schema=False))
    return app


def _icon(_: Request) -> Response:
    return FileResponse(_ICON, media_type="image/png", headers={"Cache-Control": "max-age=86400"})


async def _load(app: FastAPI, page: LatePage, workspace: Workspace, jobs: Jobs) -> None:
    light = is_light(workspace.settings.embedder)
    if light:
        workspace.start_background()
    try:
        await page.load(workspace, jobs)
    except Exception:
        _LOG.exception("the page could not be loaded; the API goes on")
    finally:
        if not light:  # after the page: two heavy imports at once are slower than one after the other
            workspace.start_background()
    await asyncio.to_thread(app.openapi)  # made once, and not while everybody waits for who asks for it first
    await asyncio.to_thread(keep_what_is_loaded)


def _build_page(workspace: Workspace, jobs: Jobs) -> Any:
    from ui.page import page_app

    return page_app(workspace, jobs)
