"""How much may come in: how long a body, how much of one client in a minute, how many questions at once.

Questions that come while as many as may be are being answered wait their turn; nobody is sent away who can be served
within the time that people wait. A question takes its turn when it has come in whole, so that a slow sender holds up
nobody but itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clients import Buckets, Caller, Clients
from api.errors import refuse
from api.reply import is_api, route_path
from api.security import too_many
from kb.settings import Settings

QUESTIONS_PER_MINUTE = 60
CALLS_PER_MINUTE = 1200
WRONG_KEYS_PER_MINUTE = 30
LONGEST_BODY = 4_000_000
"""Bytes of any body but an upload: a question with fifty answers before it, which is as many as are accepted."""
UPLOAD_SLACK = 1_000_000
"""Bytes for the other fields of a form."""
_SLOWEST = 30.0
"""Seconds that may pass between two parts of a body."""
LONGEST_WAIT = 60.0
"""Seconds that a question waits for its turn: on a busy machine of two cores two hundred at once take some twenty."""
_AT_ONCE_FOR_ONE = 64
"""Questions of one client that are answered or waiting; more are refused, so that there is room for others."""
_TOOLS = "/mcp"
_QUESTIONS = frozenset({"/api/ask", "/v1/chat/completions", _TOOLS})
_PAGE_ACTION = "/gradio_api/queue/join"
_PART = 0.25
"""An action on the page, or a message of an assistant's tools, is a question at most one time in four."""


class BodyLimit:
    """Refuses a body that is too long before it is read, or as soon as it turns out to be."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._upload = settings.max_file_mb * 1_000_000 + UPLOAD_SLACK

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._upload if route_path(scope).startswith("/api/documents") else LONGEST_BODY
        declared = Headers(scope=scope).get("content-length", "")
        if declared and not (declared.isascii() and declared.isdigit() and len(declared) < 16):
            await _bad(scope)(scope, receive, send)
            return
        if declared and int(declared) > most:
            await _too_large(scope)(scope, receive, send)
            return
        await _Counted(self._app, most)(scope, receive, send)


class _Counted:
    """One request whose body is counted while it comes in."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._seen = 0
        self._complete = False
        self._started = False
        self._refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            return await self._next(receive)

        async def sender(message: Message) -> None:
            # whatever the app makes of a body that broke off, the caller is told why
            if self._started or not self._refused:
                self._started = True
                await send(message)
            elif message["type"] == "http.response.start":
                reply = _too_large(scope) if self._refused == 413 else _too_slow(scope)
                await reply(scope, receive, send)

        await self._app(scope, counted, sender)

    async def _next(self, receive: Receive) -> Message:
        if self._complete:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), _SLOWEST)
        except TimeoutError:
            self._refused = 408
            raise HTTPException(408) from None
        self._seen += len(message.get("body", b""))
        self._complete = message["type"] != "http.request" or not message.get("more_body", False)
        if self._seen > self._most:
            self._refused = 413
            raise HTTPException(413)
        return message


class Counts:
    """What each client asked in this minute."""

    def __init__(self, settings: Settings) -> None:
        self.clients = Clients()
        self.wrong_keys = Buckets(WRONG_KEYS_PER_MINUTE)
        self.questions = _Rate(settings.questions_per_minute, QUESTIONS_PER_MINUTE)
        self.calls = _Rate(settings.calls_per_minute, CALLS_PER_MINUTE)

    @property
    def buckets(self) -> dict[str, Buckets]:
        """All that is counted, by name; what has no limit is not."""
        found = {"question": self.questions.buckets, "call": self.calls.buckets, "key": self.wrong_keys}
        return {name: buckets for name, buckets in found.items() if buckets is not None}


class Limits:
    """Counts what each client asks, and lets as many questions through at once as may be."""

    def __init__(self, app: ASGIApp, settings: Settings, counts: Counts) -> None:
        self._app = app
        self._clients = counts.clients
        self._wrong_keys = counts.wrong_keys
        self._questions = counts.questions
        self._calls = counts.calls
        self._turns = Turns(settings.questions_at_once, settings.questions_waiting)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client, local = self._clients.of(scope)
        scope["routewijzer.caller"] = Caller(client, local, self._wrong_keys)
        path = route_path(scope)
        asks = scope["method"] == "POST" and path in _QUESTIONS
        wait = 0.0
        if asks:
            wait = self._questions.take(client, local, _PART if path == _TOOLS else 1.0)
        elif path == _PAGE_ACTION:
            wait = self._questions.take(client, local, _PART)
        elif is_api(scope):
            wait = self._calls.take(client, local)
        if wait:
            error = too_many(wait)
            await refuse(scope, 429, error.code, error.nl, error.en, headers=dict(error.headers or {}))(
                scope, receive, send
            )
        elif asks:
            await self._ask(scope, receive, send, None if local else client)
        else:
            await self._app(scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send, client: bytes | None) -> None:
        """Answer a question once it has come in whole and it is its turn."""
        try:
            body = await _whole(receive)
        except HTTPException:
            # `_Counted` puts its own reply in the place of this one
            await _bad(scope)(scope, receive, send)
            return
        if body is None:
            return
        gone = asyncio.ensure_future(receive())
        try:
            async with self._turns.turn(client, gone) as state:
                if state == "full":
                    await _busy(scope)(scope, receive, send)
                elif state == "turn":
                    await self._app(scope, _replayed(body, gone), send)
        finally:
            gone.cancel()


class _Rate:
    """A limit as it was set: for everyone, for all but this machine, or for nobody."""

    def __init__(self, setting: int | None, default: int) -> None:
        self._spares_local = setting is None
        per_minute = default if setting is None else setting
        self.buckets = Buckets(per_minute) if per_minute else None

    def take(self, client: bytes, local: bool, cost: float = 1.0) -> float:
        """0 when a client may go on, else the seconds it has to wait."""
        if self.buckets is None or (local and self._spares_local):
            return 0.0
        return self.buckets.take(client, cost)


class Turns:
    """As many at once as may be; others wait, in the order in which they came."""

    def __init__(self, at_once: int, waiting: int, longest: float = LONGEST_WAIT) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._longest = longest
        self._inside = 0
        self._of_client: Counter[bytes] = Counter()

    @contextlib.asynccontextmanager
    async def turn(self, client: bytes | None, gone: asyncio.Future[Message]) -> AsyncIterator[str]:
        """`turn` when it has come; `full` when there is no room or it took too long; `gone` when the caller left."""
        if self._inside >= self._most or (client is not None and self._of_client[client] >= _AT_ONCE_FOR_ONE):
            yield "full"
            return
        self._enter(client, 1)
        try:
            state = await self._wait(gone)
            try:
                yield state
            finally:
                if state == "turn":
                    self._slots.release()
        finally:
            self._enter(client, -1)

    async def _wait(self, gone: asyncio.Future[Message]) -> str:
        if not self._slots.locked():
            await self._slots.acquire()
            return "turn"
        waiting = asyncio.ensure_future(self._slots.acquire())
        try:
            either: list[asyncio.Future[Any]] = [waiting, gone]
            await asyncio.wait(either, timeout=self._longest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not waiting.done():
                waiting.cancel()
        if gone.done() and waiting.done() and not waiting.cancelled():
            self._slots.release()
        return "gone" if gone.done() else "turn" if waiting.done() and not waiting.cancelled() else "full"

    def _enter(self, client: bytes | None, by: int) -> None:
        self._inside += by
        if client is not None:
            self._of_client[client] += by
            if not self._of_client[client]:
                del self._of_client[client]


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request; None where the caller left before it was whole."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, gone: asyncio.Future[Message]) -> Receive:
    """A body that was read already, and after it whatever else comes."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await asyncio.shield(gone)

    return receive


def _bad(scope: Scope) -> ASGIApp:
    return refuse(
        scope, 400, "bad_request", "De aanvraag kan niet worden gelezen.", "The request cannot be read.", headers=_CLOSE
    )


def _too_large(scope: Scope) -> ASGIApp:
    return refuse(scope, 413, "too_large", "Dit is te groot.", "This is too large.", headers=_CLOSE)


def _too_slow(scope: Scope) -> ASGIApp:
    return refuse(
        scope,
        408,
        "too_slow",
        "De aanvraag kwam te langzaam binnen.",
        "The request came in too slowly.",
        headers=_CLOSE,
    )


def _busy(scope: Scope) -> ASGIApp:
    return refuse(
        scope, 503, "busy", "Het is nu erg druk. Probeer het zo opnieuw.", "It is very busy now. Try again soon.",
        headers={"Retry-After": "5"},
    )  # fmt: skip


_CLOSE = {"Connection": "close"}
"""What is left of the body is not read."""
