"""Rows that are written to the database by a thread of their own, so that nobody waits for it.

While the database is gone they are kept in memory, up to a limit, in the order in which they came.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from kb.errors import RoutewijzerError

MOST_WAITING = 1_000
"""Rows that are kept while the database is gone; of more the oldest are lost."""
_AT_ONCE = 500
"""Rows that are written in one statement."""
_AGAIN_SECONDS = 1.0
_LAST_SECONDS = 5.0
"""Longest that closing waits for what is yet to be written."""
_LOG = logging.getLogger("routewijzer")


class WriteBehind:
    """Writes rows in a thread of its own, in the order in which they came; keeps them while that cannot be done."""

    def __init__(self, write: Callable[[Sequence[dict[str, Any]]], None]) -> None:
        self._write = write
        self._rows: deque[dict[str, Any]] = deque()
        self._guard = threading.Condition()
        self._writing = threading.Lock()
        """Held while rows are written, so that none is written twice at once."""
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self.lost = 0
        """Rows that were dropped, as the database was gone for too long."""

    @property
    def waiting(self) -> int:
        """Rows that are yet to be written."""
        return len(self._rows)

    def put(self, row: dict[str, Any]) -> None:
        """Have a row written, soon."""
        with self._guard:
            self._rows.append(row)
            if len(self._rows) > MOST_WAITING:
                self._rows.popleft()
                self.lost += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
            self._guard.notify()

    def flush(self) -> None:
        """Write what waits; what cannot be written now goes on waiting."""
        try:
            self._empty()
        except (RoutewijzerError, SQLAlchemyError):
            return  # who asked finds out by itself

    def close(self) -> None:
        """Write what waits, as far as that can be done within some seconds."""
        self._closing.set()
        with self._guard:
            self._guard.notify()
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)
        if self._rows:
            _LOG.error("%d questions were not noted in the journal", len(self._rows))

    def _run(self) -> None:
        gone = False
        while True:
            with self._guard:
                while not self._rows and not self._closing.is_set():
                    self._guard.wait()
            try:
                self._empty()
                if gone:
                    _LOG.warning("the journal is written again")
                gone = False
            except (RoutewijzerError, SQLAlchemyError) as error:
                if not gone:
                    _LOG.warning("questions are not noted in the journal for now: %s", _said(error))
                gone = True
                if not self._closing.is_set():
                    self._closing.wait(_AGAIN_SECONDS)
                    continue
            if self._closing.is_set():
                return

    def _empty(self) -> None:
        with self._writing:
            while rows := list(self._rows)[:_AT_ONCE]:
                try:
                    self._write(rows)
                except RoutewijzerError:
                    raise
                except SQLAlchemyError:
                    rows = rows[:1]
                    self._one(rows[0])
                self._drop(rows)

    def _one(self, row: dict[str, Any]) -> None:
        """Write a row by itself: one that the database does not take must not keep the others waiting."""
        try:
            self._write([row])
        except RoutewijzerError:
            raise
        except SQLAlchemyError:
            _LOG.exception("a question was not noted in the journal")

    def _drop(self, rows: Sequence[dict[str, Any]]) -> None:
        """Forget rows that are written; of those some may have had to make room meanwhile."""
        with self._guard:
            for row in rows:
                if self._rows and self._rows[0] is row:
                    self._rows.popleft()


def _said(error: Exception) -> str:
    return error.en if isinstance(error, RoutewijzerError) else type(error).__name__
