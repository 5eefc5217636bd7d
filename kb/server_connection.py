"""A connection to PostgreSQL that is given up when the server says nothing for too long.

Apart from `kb/database.py`, so that psycopg is imported only where there is a PostgreSQL.
"""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import Ready

SILENCE_SECONDS = 5.0
"""Longest that the server may say nothing while it is waited for; a large result that comes in is no silence."""
_LOOK_SECONDS = 0.1
_Result = TypeVar("_Result")


class ServerSilent(psycopg.OperationalError):
    """The server said nothing for too long; whether it did what was asked last is not known."""


class ServerConnection(psycopg.Connection[Any]):
    """A connection of psycopg's that is closed, with `ServerSilent`, when nothing comes back for `silence` seconds."""

    silence = SILENCE_SECONDS

    def wait(self, gen: PQGen[_Result], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> _Result:
        """The outcome of one exchange with the server, as psycopg runs it. Raises `ServerSilent`."""
        try:
            return super().wait(_heard(gen, self.silence), interval, timeout)
        except ServerSilent:
            self.pgconn.finish()  # what it would still say belongs to a question that nobody waits for
            raise


def _heard(exchange: PQGen[_Result], silence: float) -> PQGen[_Result]:
    """The same exchange, for as long as something is heard.

    psycopg runs an exchange as a generator that says what it waits for (to read, to write), and is sent what the
    socket is ready for, which is nothing each time that a look at it was in vain.
    """
    heard = time.monotonic()
    try:
        wanted = next(exchange)
        while True:
            ready = yield wanted
            now = time.monotonic()
            if ready != Ready.NONE:
                heard = now
            elif now - heard > silence:
                raise ServerSilent(f"the server said nothing for {silence:.0f} seconds")
            wanted = exchange.send(ready)
    except StopIteration as end:
        outcome: _Result = end.value
        return outcome
