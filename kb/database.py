"""The SQL database under journal and jobs: a file of SQLite, or a PostgreSQL that may be gone for a while.

A database that is gone is not waited for: for a moment after an attempt to connect failed, the next ones fail at
once, so that a caller learns quickly that nothing was stored. It is used again as soon as it is back.

Nor is one that hangs. What the server can limit, it does: how long a statement or a lock may take. A server whose
process is stopped limits nothing, while the system goes on to acknowledge what is sent to it, so that TCP does not
notice either: a connection on which nothing comes back for some seconds is therefore given up from this side.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kb.errors import DatabaseUnavailable, DiskRefuses

_PAUSE = 1.0
"""Seconds after a failed attempt in which no other is made."""
_CONNECT_SECONDS = 3
_TIDYING_SECONDS = 120
"""Longest that the server may say nothing while it rewrites whole tables."""
_SERVER_LIMITS = {
    # more than the silence that is waited for: a large result may take its time, as long as it comes
    "statement_timeout": 20_000,
    # less than that: the server then says itself what was the matter, and the connection stays
    "lock_timeout": 4_000,
    # it notices within half a minute that our machine is gone
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}
"""What the server limits of our connections; in milliseconds, and TCP's own in seconds."""
_READ_ONLY = "25006"
"""PostgreSQL's code for a server that takes no writing, as one that stands by for another."""
_SCHEMA_LOCK = 0x726F757465_01
"""Held by who makes tables: two that make the same one at once get an error."""


def open_file(path: Path) -> Engine:
    """SQLite in a file, made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _configure(connection, _record):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=normal")
        connection.execute("pragma busy_timeout=5000")
        connection.execute("pragma secure_delete=on")

    @event.listens_for(engine, "handle_error")
    def _open_anew(context: ExceptionContext) -> None:
        # SQLite opens for reading alone what it may not write, and stays at that when the disk has long been mended
        if "readonly database" in str(context.original_exception).lower():
            context.is_disconnect = True

    return engine


def open_server(url: str) -> Engine:
    """PostgreSQL by its address; nothing is connected yet."""
    from kb.server_connection import ServerConnection, ServerSilent

    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_timeout=_CONNECT_SECONDS,
        hide_parameters=True,  # an error must not show what readers asked
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "routewijzer",
            # as the server does for us
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": " ".join(f"-c {name}={value}" for name, value in _SERVER_LIMITS.items()),
        },
    )
    until = 0.0

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        nonlocal until
        if time.monotonic() < until:
            raise dialect.loaded_dbapi.OperationalError("the database was gone a moment ago")
        try:
            return ServerConnection.connect(*arguments, **options)
        except Exception:
            until = time.monotonic() + _PAUSE
            raise

    @event.listens_for(engine, "handle_error")
    def _notice_silence(context: ExceptionContext) -> None:
        # who waited in vain on a connection of the pool is not to wait for a new one too
        nonlocal until
        if isinstance(context.original_exception, ServerSilent):
            until = time.monotonic() + _PAUSE

    return engine


class Tables:
    """Some tables in a database, made when it is first reached.

    What is done by way of `begin` and `connect` raises `DatabaseUnavailable` where a PostgreSQL is gone.
    """

    def __init__(self, engine: Engine, meta: MetaData) -> None:
        self.engine = engine
        self.server = engine.dialect.name == "postgresql"
        """Whether the database is one that may be gone, and that others use too."""
        self._meta = meta
        self._made = False
        if not self.server:
            self._make()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection with a transaction that is committed at the end."""
        with self._translated():
            self._make()
            with self.engine.begin() as connection:
                yield connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection to read by."""
        with self._translated():
            self._make()
            with self.engine.connect() as connection:
                yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """A connection for what tidies the database: each statement stands by itself, and may take long."""
        with self._translated():
            self._make()
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                if not self.server:
                    yield connection
                    return
                try:
                    connection.connection.dbapi_connection.silence = _TIDYING_SECONDS  # type: ignore[union-attr]
                    connection.exec_driver_sql("set statement_timeout = 0")
                    connection.exec_driver_sql("set lock_timeout = 0")
                    yield connection
                finally:
                    connection.invalidate()  # nobody else is to have one without limits

    def _make(self) -> None:
        if self._made:
            return
        with self.engine.begin() as connection:
            if self.server:
                connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
            self._meta.create_all(connection)
        self._made = True

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if not self.server:
            yield
            return
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            if (full := DiskRefuses.of(error)) is not None:
                raise full from error
            if is_gone(error):
                raise DatabaseUnavailable from error
            raise


def is_gone(error: Exception) -> bool:
    """Whether an error of SQLAlchemy's says that a PostgreSQL does not do its work, and not that we asked wrongly."""
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY
