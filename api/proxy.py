"""Behind a proxy: who really calls, over which scheme, and below which path the proxy shows this server.

Only proxies that the setting names are believed. A proxy may hand on the path with its prefix or without it.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kb.settings import Settings, is_prefix, listed


class BehindProxy:
    """Completes a request with what trusted proxies say of it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._prefix = settings.root_path
        self._believed = ProxyHeadersMiddleware(app, list(listed(settings.proxies)))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (prefix := self._prefix_of(scope)):
            path: str = scope["path"]
            if path != prefix and not path.startswith(f"{prefix}/"):
                path = prefix + path
            raw = path.encode("utf-8", "surrogateescape")
            scope.update(path=path, raw_path=raw, root_path=prefix)  # in place, so that who logs it sees it too
        await self._believed(scope, receive, send)  # type: ignore[arg-type]

    def _prefix_of(self, scope: Scope) -> str:
        told = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
        host = scope["client"][0] if scope.get("client") else ""
        if told and is_prefix(told) and host in self._believed.trusted_hosts:
            return told
        return self._prefix
