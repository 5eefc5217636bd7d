"""How the server runs and ends: its log, and a stop that lets what is under way come to its end.

Told to stop, the server takes no new callers, says so at `/api/ready`, ends the streams that never end by themselves,
and waits for the answers that are being made. Work on documents stops after the file that is being read, and goes on
at the next start.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import refuse
from api.observing import JsonLines
from api.reply import route_path

_ENDLESS = "/gradio_api/heartbeat/"
"""By this stream the page notices that it is left; it lasts as long as a visit."""


_TURN_SECONDS = 0.0002
"""How long one thread may compute while another waits.

The event loop gives way at every read and write of a connection, and waits as long as this to go on.
"""


def share_fairly() -> None:
    """Let the threads that work out answers make way sooner for the one that serves all connections."""
    sys.setswitchinterval(_TURN_SECONDS)


def keep_what_is_loaded() -> None:
    """Have the garbage collector pass over what is loaded by now and stays; a round over all of it stops everything."""
    gc.collect()
    gc.freeze()


def set_up_log(form: str) -> None:
    """Write the log to standard error, as `text` or as `json`."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("routewijzer").setLevel(logging.INFO)


class EndlessStreams:
    """Ends the streams that would never end, once the server is told to stop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def stop(self) -> None:
        """End them, and those that still come."""
        self._stopping = True
        for task in tuple(self._open):
            task.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not route_path(scope).startswith(_ENDLESS):
            await self._app(scope, receive, send)
            return
        begun = ended = False

        async def sender(message: Message) -> None:
            nonlocal begun, ended
            begun = True
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        task = asyncio.ensure_future(self._app(scope, receive, sender))
        self._open.add(task)
        if self._stopping:
            task.cancel()
        try:
            await asyncio.wait({task})
        finally:
            self._open.discard(task)
            task.cancel()
        if not task.cancelled():
            task.result()
        elif not begun:
            await refuse(scope, 503, "stopping", "De server stopt.", "The server is stopping.")(scope, receive, send)
        elif not ended:
            await send({"type": "http.response.body", "body": b""})


class Server(uvicorn.Server):
    """Uvicorn's server, which says at once that it was told to stop."""

    def __init__(self, config: uvicorn.Config, state: Any) -> None:
        super().__init__(config)
        self._state = state
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: Any = None) -> None:
        """Begin to serve."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; a second interrupt stops at once."""
        self._state.stopping = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._state.endless.stop)
        super().handle_exit(sig, frame)


def end_politely() -> None:
    """Let the signal that services are stopped with end the program as an interrupt does: with its folders closed."""

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
