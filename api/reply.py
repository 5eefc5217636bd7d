"""What every reply has: its headers, and which addresses are the API's own rather than the page's."""

from __future__ import annotations

from starlette.types import Scope

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "script-src 'self'; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
"""Nothing from another host, and no script but from a file of ours. The page adds what its framework needs."""

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
OPENAI = "/v1/"
_API = ("/api/", OPENAI, "/mcp/", "/metrics/")


def route_path(scope: Scope) -> str:
    """The path of a request below the prefix that a proxy puts before it."""
    path: str = scope["path"]
    prefix: str = scope.get("root_path", "")
    below = path.removeprefix(prefix)
    return below if not prefix or below.startswith("/") or not below else path


def is_api(scope: Scope) -> bool:
    """Whether an address is the API's, where errors have its shape; all others are the page's."""
    return f"{route_path(scope)}/".startswith(_API)
