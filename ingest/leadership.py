"""Which of several processes writes the library: one leads at any moment, and another takes over when it is gone.

Who leads holds an advisory lock of PostgreSQL, which the server takes from a process whose connection ends, and with
it the lock of the data folder. The second keeps a leader that has lost its connection, and is in the midst of a file,
from being joined by the next one.

In the same database stands the library's revision, a number that goes up with every change: by it the others notice
that there is something to take up.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from pathlib import Path

from filelock import FileLock
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, Table, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from ingest.data_folder import take_lock
from kb.database import Tables, open_server
from kb.errors import DatabaseUnavailable, DiskRefuses, LibraryInUse

_LEADER = 0x726F757465_02
"""The key of the advisory lock; such keys count within one database."""
_META = MetaData()
_LIBRARY = Table(
    "library",
    _META,
    Column("id", Integer, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)
_LOG = logging.getLogger("routewijzer")


class Leadership:
    """The lead of one data folder, held or sought by this process. Safe to use from several threads."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._tables = Tables(engine, _META)
        self._folder = folder
        self._connection: Connection | None = None
        self._lock: FileLock | None = None
        self._guard = threading.RLock()

    @classmethod
    def open(cls, url: str, folder: Path) -> Leadership:
        """On a connection of its own, as long work on the journal must not hold up the lead."""
        return cls(open_server(url), folder)

    @property
    def held(self) -> bool:
        """Whether this process led when it last looked."""
        return self._lock is not None and self._connection is not None

    def seek(self) -> bool:
        """Take the lead where it is free, or see that it is still held; whether it is.

        Where the connection was lost, the folder's lock stays until `release`. Raises `DatabaseUnavailable`.
        """
        with self._guard:
            try:
                if self._connection is not None:
                    self._connection.execute(select(1))
                    return self.held
                return self._lock is None and self._take()
            except SQLAlchemyError as error:
                self._disconnect()
                raise DatabaseUnavailable from error

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if not connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": _LEADER}).scalar():
                return False
            with suppress(LibraryInUse):
                self._lock = take_lock(self._folder)
                self._connection = connection
            return self.held
        finally:
            if self._connection is None:
                connection.invalidate()  # with its lock, where it has one
                connection.close()

    def release(self) -> None:
        """Give up the lead, once nothing is being written any more."""
        with self._guard:
            self._disconnect()
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
                self._connection.close()
            self._connection = None

    def revision(self) -> int:
        """The number of the library's last change; 0 where there was none yet. Raises `DatabaseUnavailable`."""
        with self._tables.connect() as connection:
            return int(connection.execute(select(_LIBRARY.c.revision)).scalar() or 0)

    def changed(self) -> bool:
        """Tell the others that the library changed; False where they cannot be told now."""
        row = insert(_LIBRARY).values(id=1, revision=1)
        up = row.on_conflict_do_update(index_elements=["id"], set_={"revision": _LIBRARY.c.revision + 1})
        try:
            with self._tables.begin() as connection:
                connection.execute(up)
        except (DatabaseUnavailable, DiskRefuses) as error:
            _LOG.warning("the other processes are not told of a change yet: %s", error.en)
            return False
        return True

    def close(self) -> None:
        """Give up the lead and let go of the database."""
        self.release()
        self._engine.dispose()
