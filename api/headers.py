"""The headers that every reply carries, and the one that a request from another site must not have.

A browser says with `Sec-Fetch-Site` from where a request comes; it is the browser's own word, which no page can forge
and no proxy changes. Who writes from another site than this one is refused, whatever else the request shows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import refuse
from api.reply import HEADERS, is_api
from kb.settings import Settings, listed

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SENT = ("Authorization", "Content-Type", "X-Team-Key", "X-Read-Key", "X-Request-ID", "Accept-Language")
_SHOWN = ("X-Request-ID", "Retry-After", "Location")
_ONE_YEAR = "max-age=31536000"


class SecurityHeaders:
    """Adds the headers to every reply, without holding back a stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(scope, send))


def _with_headers(scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if scope.get("scheme") == "https":
                headers.setdefault("strict-transport-security", _ONE_YEAR)
            if is_api(scope):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return sender


class OtherSites:
    """Lets pages of other sites read where the setting names them, and write nowhere else."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._allowed = frozenset(listed(settings.cors_origins))
        self._cors = CORSMiddleware(
            app,
            allow_origins=sorted(self._allowed),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=_SENT,
            expose_headers=_SHOWN,
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = self._names(headers.get("origin", "")) and is_api(scope)
        foreign = headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
        if foreign and scope["method"] not in _SAFE and not named:
            await refuse(
                scope, 403, "cross_site", "Dit kan niet vanaf een andere website.", "Another site may not do this."
            )(scope, receive, send)
            return
        await (self._cors if named else self._app)(scope, receive, send)

    def _names(self, origin: str) -> bool:
        return bool(origin) and ("*" in self._allowed or origin in self._allowed)
