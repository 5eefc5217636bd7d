"""Who may do what: reading is open unless it has a key, writing and the journal are the team's.

A setting may hold several keys, so that a new one can be handed out before the old one is taken away. Who shows wrong
keys too often has to wait, with whatever key comes next.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Iterable
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.requests import HTTPConnection

from api.clients import Caller
from api.errors import Refusal
from kb.settings import Settings, listed

COOKIE = "routewijzer_lezer"
COOKIE_DAYS = 30
_BEARER = HTTPBearer(auto_error=False, scheme_name="Bearer", description="A team key or a reading key.")
_TEAM_HEADER = APIKeyHeader(name="X-Team-Key", auto_error=False, scheme_name="Team key")
_READ_HEADER = APIKeyHeader(name="X-Read-Key", auto_error=False, scheme_name="Reading key")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


async def require_team(
    request: Request,
    _bearer: Annotated[object, Security(_BEARER)] = None,
    _header: Annotated[object, Security(_TEAM_HEADER)] = None,
) -> None:
    """Let through only who shows a team key (`Authorization: Bearer …` or `X-Team-Key`).

    Without the setting `ROUTEWIJZER_TEAM_KEY` nobody has it: the team's calls are off.
    """
    settings: Settings = request.app.state.settings
    if not shows_key(request, listed(settings.team_key), "x-team-key"):
        raise Refusal(
            401, "unauthorized", "Hiervoor is de sleutel van het programmateam nodig.", "This needs the team's key.",
            _CHALLENGE,
        )  # fmt: skip


async def require_reader(
    request: Request,
    _bearer: Annotated[object, Security(_BEARER)] = None,
    _header: Annotated[object, Security(_READ_HEADER)] = None,
) -> None:
    """Let through who may ask and read: everyone, or who shows a reading key, a team key, or the page's cookie."""
    if not may_read(request, request.app.state.settings):
        raise Refusal(
            401, "unauthorized", "Om te vragen en te lezen is hier een sleutel nodig.",
            "Asking and reading need a key here.", _CHALLENGE,
        )  # fmt: skip


def may_read(request: HTTPConnection, settings: Settings) -> bool:
    """Whether a caller may ask and read."""
    keys = listed(settings.read_key)
    if not keys or has_cookie(request, settings):
        return True
    return shows_key(request, (*keys, *listed(settings.team_key)), "x-read-key", "x-team-key")


def shows_key(request: HTTPConnection, keys: Iterable[str], *headers: str) -> bool:
    """Whether a caller shows one of the keys, as a bearer or in one of the headers; notes wrong ones.

    Raises `Refusal` 429 for who showed too many wrong ones.
    """
    bearer = request.headers.get("authorization", "")
    shown = bearer[7:] if bearer.lower().startswith("bearer ") else ""
    given = shown or next((request.headers[name] for name in headers if request.headers.get(name)), "")
    return bool(given) and is_key(request, given.encode("latin-1", "replace"), keys)


def is_key(request: HTTPConnection, given: bytes, keys: Iterable[str]) -> bool:
    """Whether this is one of the keys; notes a wrong one. Raises `Refusal` 429 for who showed too many wrong ones."""
    caller: Caller | None = request.scope.get("routewijzer.caller")
    if caller is not None and (wait := caller.wrong_keys.left(caller.client)) > 0:
        raise too_many(wait)
    if matches(given, keys):
        return True
    if caller is not None:
        caller.wrong_keys.take(caller.client)
    return False


def matches(given: bytes, keys: Iterable[str]) -> bool:
    """Whether this is one of the keys; takes as long for a wrong key as for a right one, of whatever length."""
    digest = hashlib.sha256(given).digest()
    found = [hmac.compare_digest(digest, hashlib.sha256(key.encode()).digest()) for key in keys]
    return any(found)


def too_many(seconds: float) -> Refusal:
    """The refusal of who has to wait first."""
    whole = max(1, math.ceil(seconds))
    return Refusal(
        429, "too_many_requests", f"Dit ging te vaak achter elkaar. Probeer het over {_seconds(whole)} opnieuw.",
        f"Too many requests. Try again in {whole} second{'s' if whole > 1 else ''}.", {"Retry-After": str(whole)},
    )  # fmt: skip


def _seconds(whole: int) -> str:
    return f"{whole} seconden" if whole > 1 else "1 seconde"


# --- the page's cookie --------------------------------------------------------------------------------------------


def cookie_for(key: str, now: float | None = None) -> str:
    """What a browser keeps once a reading key was given: until when, and a seal that only this key gives."""
    until = int((time.time() if now is None else now) + COOKIE_DAYS * 86400)
    return f"{until}.{_seal(key, until)}"


def has_cookie(request: HTTPConnection, settings: Settings) -> bool:
    """Whether a browser shows a cookie that one of today's keys has sealed, and that has not run out."""
    until, _, seal = request.cookies.get(COOKIE, "").partition(".")
    if not (until.isascii() and until.isdigit()) or len(until) > 12:
        return False
    keys = (*listed(settings.read_key), *listed(settings.team_key))
    sealed = [hmac.compare_digest(seal.encode(), _seal(key, int(until)).encode()) for key in keys]
    # a clock that jumped back must not make a cookie last longer than it was ever meant to
    return any(sealed) and 0 < int(until) - time.time() <= COOKIE_DAYS * 86400 + 86400


def _seal(key: str, until: int) -> str:
    return hmac.new(key.encode(), f"routewijzer reader {until}".encode(), hashlib.sha256).hexdigest()
