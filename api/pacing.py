"""Requests that come in all at once begin a few at a time, so that the event loop gets round to all else in between.

The first steps of a request (headers, keys, limits, until it waits for its turn) are short; those of two hundred that
come in together are not, and the loop does all that is ready before it looks at the clock or at a connection again.
"""

from __future__ import annotations

import asyncio
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

AT_A_TIME = 8
"""Requests that begin in one round of the loop."""


class Pacing:
    """Lets so many requests begin in one round of the event loop; the others follow in the order in which they came."""

    def __init__(self, app: ASGIApp, at_a_time: int = AT_A_TIME) -> None:
        self._app = app
        self._at_a_time = at_a_time
        self._begun = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await self._my_turn()
        await self._app(scope, receive, send)

    async def _my_turn(self) -> None:
        """Wait for a round in which fewer than may be have begun."""
        loop = asyncio.get_running_loop()
        if not self._begun:
            loop.call_soon(self._next_round, loop)
        if self._begun < self._at_a_time:
            self._begun += 1
            return
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _next_round(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin those that wait, as many as may be, and come back as long as there are any."""
        self._begun = 0
        while self._waiting and self._begun < self._at_a_time:
            turn = self._waiting.popleft()
            if not turn.done():  # who left meanwhile has no turn
                turn.set_result(None)
                self._begun += 1
        if self._begun:
            loop.call_soon(self._next_round, loop)
