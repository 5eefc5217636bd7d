"""A real server on the loopback, in a thread of the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp


class Server:
    """A real server on the loopback, in a thread."""

    def __init__(self, app: ASGIApp, **others: Any) -> None:
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, log_level="error", ws="none", timeout_graceful_shutdown=3, **others
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)
        self.port: int = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._server.should_exit = True
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()


@contextmanager
def serving(app: ASGIApp, **others: Any) -> Iterator[Server]:
    """A server for as long as the block lasts; proxy headers are the app's own business, as in `routewijzer serve`."""
    server = Server(app, **{"proxy_headers": False, **others})
    try:
        yield server
    finally:
        server.stop()
