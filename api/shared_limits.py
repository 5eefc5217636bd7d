"""What one client may ask in a minute, counted by several processes together.

Each process counts by itself, so that no request waits for the database and all goes on while that is gone. Twice a
second each writes down what its clients took there in all, and subtracts what they took elsewhere since it last
looked. Between two looks a client may thus get somewhat more than its share, which is made up for afterwards.

How many questions are answered at the same time is not shared: that number is about what one process can do.

Clients are numbers here too. The key that makes them is drawn anew each day, is known to the processes alone, and what
a client took is forgotten after two minutes.
"""

from __future__ import annotations

import logging
import secrets
import time
import uuid
from collections import OrderedDict
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from api.limits import Counts
from kb.database import Tables
from kb.errors import RoutewijzerError
from kb.periodic import Periodic

SECONDS = 0.5
_LOOKED_BACK = text("interval '10 seconds'")
_KEPT = text("interval '2 minutes'")
_SWEEP_SECONDS = 60.0
_REMEMBERED = 30_000
"""Clients at other processes of which is remembered what they took there."""
_LOG = logging.getLogger("routewijzer")
_META = MetaData()
_TAKEN = Table(
    "limits_taken",
    _META,
    Column("kind", String(10), primary_key=True),
    Column("client", LargeBinary(16), primary_key=True),
    Column("process", String(32), primary_key=True),
    Column("total", Float, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    prefixes=["unlogged"],
)
_KEYS = Table(
    "limits_key",
    _META,
    Column("day", Date, primary_key=True),
    Column("key", LargeBinary(32), nullable=False),
    prefixes=["unlogged"],
)


class SharedLimits:
    """Tells other processes what was taken here, and learns from them, in a thread of its own."""

    def __init__(self, counts: Counts, engine: Engine, seconds: float = SECONDS) -> None:
        self._clients = counts.clients
        self._buckets = counts.buckets
        self._tables = Tables(engine, _META)
        self._process = uuid.uuid4().hex
        self._known: OrderedDict[tuple[str, bytes, str], float] = OrderedDict()
        self._begun = False
        self._gone = False
        self._swept = time.monotonic()
        self._exchanging = Periodic(
            "shared limits", seconds, self._try_exchange, "limits could not be counted together"
        )
        for buckets in self._buckets.values():
            buckets.told = True

    def start(self) -> None:
        """Begin to exchange."""
        self._exchanging.start()

    def close(self) -> None:
        """Stop."""
        self._exchanging.close(timeout=10)

    def _try_exchange(self) -> None:
        try:
            self.exchange()
            if self._gone:
                _LOG.warning("limits are counted together again")
            self._gone = False
        except (RoutewijzerError, SQLAlchemyError) as error:
            if not self._gone:
                said = error.en if isinstance(error, RoutewijzerError) else type(error).__name__
                _LOG.warning("each process counts limits by itself for now: %s", said)
            self._gone = True

    def exchange(self) -> None:
        """Tell and learn once. Raises `DatabaseUnavailable`."""
        with self._tables.begin() as connection:
            self._clients.salt = _key_of_today(connection)
            self._tell(connection)
            self._learn(connection)
            if time.monotonic() - self._swept > _SWEEP_SECONDS:
                self._swept = time.monotonic()
                connection.execute(delete(_TAKEN).where(_TAKEN.c.at < func.clock_timestamp() - _KEPT))

    def _tell(self, connection: Connection) -> None:
        rows: list[dict[str, Any]] = [
            {"kind": kind, "client": client, "process": self._process, "total": total}
            for kind, buckets in self._buckets.items()
            for client, total in buckets.news().items()
        ]
        if rows:
            row = insert(_TAKEN).values(at=func.clock_timestamp())
            up = {"total": row.excluded.total, "at": func.clock_timestamp()}
            connection.execute(row.on_conflict_do_update(index_elements=["kind", "client", "process"], set_=up), rows)

    def _learn(self, connection: Connection) -> None:
        recent = _TAKEN.c.at > func.clock_timestamp() - _LOOKED_BACK
        found = select(_TAKEN.c.kind, _TAKEN.c.client, _TAKEN.c.process, _TAKEN.c.total)
        for kind, client, process, total in connection.execute(found.where(recent, _TAKEN.c.process != self._process)):
            place = (kind, bytes(client), process)
            buckets = self._buckets.get(kind)
            # what was taken before this process began to look is let pass: how long ago that was, nothing says
            if buckets is not None and self._begun and (more := total - self._known.get(place, 0.0)) > 0:
                buckets.taken_elsewhere(bytes(client), min(more, buckets.per_minute))
            self._known[place] = total
            self._known.move_to_end(place)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        self._begun = True


def _key_of_today(connection: Connection) -> bytes:
    """The key that all processes make their clients' numbers with today; the first of the day draws it."""
    today = func.current_date()
    wanted = select(_KEYS.c.key).where(_KEYS.c.day == today)
    if (found := connection.execute(wanted).scalar()) is None:
        connection.execute(delete(_KEYS).where(_KEYS.c.day < today))
        row = insert(_KEYS).values(day=today, key=secrets.token_bytes(32))
        connection.execute(row.on_conflict_do_nothing())
        found = connection.execute(wanted).scalar_one()
    return bytes(found)
