"""The tools over HTTP at `/mcp` (streamable HTTP, without sessions: any call may reach any process).

The protocol's library is imported, and its manager started, when the first call comes.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.errors import refuse
from api.security import require_reader
from api.sources import Inside


class McpGate:
    """An ASGI app that answers calls of the protocol. `close` ends it."""

    def __init__(self) -> None:
        self._manager: Any = None
        self._running: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._starting = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await require_reader(Request(scope))
        workspace = getattr(scope["app"].state, "workspace", None)
        if workspace is None:
            nl, en = "Routewijzer is nog niet klaar met starten.", "Routewijzer is still starting."
            await refuse(scope, 503, "not_ready", nl, en, headers={"Retry-After": "1"})(scope, receive, send)
            return
        async with self._starting:
            if self._manager is None:
                await self._start(Inside(workspace))
        await self._manager.handle_request(scope, receive, send)

    async def _start(self, source: Inside) -> None:
        manager = await asyncio.to_thread(_manager, source)
        ready = asyncio.Event()
        # its task group has to be entered and left by one and the same task
        self._running = asyncio.create_task(self._run(manager, ready))
        await ready.wait()
        self._manager = manager

    async def _run(self, manager: Any, ready: asyncio.Event) -> None:
        async with manager.run():
            ready.set()
            await self._ending.wait()

    async def close(self) -> None:
        """Let go of what was started."""
        self._ending.set()
        if self._running is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._running


def _manager(source: Inside) -> Any:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from api.mcp_server import build

    return StreamableHTTPSessionManager(build(source)._lowlevel_server, json_response=True, stateless=True)
