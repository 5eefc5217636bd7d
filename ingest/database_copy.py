"""The journal and the jobs of a PostgreSQL as a file of SQLite, and back: that is how a backup holds them.

A backup thus looks the same wherever it was made, and can be put back in either: it is also the way to move.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, delete, insert, select

from ingest import jobs
from kb import journal
from kb.database import Tables, open_file, open_server

_AT_ONCE = 500
_METAS = (journal.META, jobs.META)


def out_of_server(url: str, file: Path) -> None:
    """Write what a PostgreSQL holds, as it is at one moment, to a new file. Raises `DatabaseUnavailable`."""
    _copy(open_server(url), open_file(file), lambda: None)


def into_server(file: Path, url: str, meanwhile: Callable[[], None]) -> None:
    """Put what a file holds in the place of what a PostgreSQL does.

    `meanwhile` is done before that counts; where it fails, nothing was changed. Raises `DatabaseUnavailable`.
    """
    _copy(open_file(file), open_server(url), meanwhile)


def _copy(source: Engine, target: Engine, meanwhile: Callable[[], None]) -> None:
    try:
        sources = [Tables(source, meta) for meta in _METAS]
        targets = [Tables(target, meta) for meta in _METAS]
        for tables in (*sources, *targets):  # so that all of them are there
            with tables.connect():
                pass
        with ExitStack() as stack:
            reading = stack.enter_context(sources[0].connect())
            if sources[0].server:
                reading = reading.execution_options(isolation_level="REPEATABLE READ")
            writing = stack.enter_context(targets[0].begin())
            for meta in _METAS:
                for table in meta.sorted_tables:
                    _copy_table(reading, writing, table)
            meanwhile()
    finally:
        source.dispose()
        target.dispose()


def _copy_table(reading: Connection, writing: Connection, table: Table) -> None:
    counted = table.autoincrement_column  # numbers that the database gives out itself
    kept = [column.name for column in table.columns if column is not counted]
    writing.execute(delete(table))
    rows = reading.execute(select(table).order_by(*table.primary_key)).mappings()
    for part in rows.partitions(_AT_ONCE):
        writing.execute(insert(table), [{name: row[name] for name in kept} for row in part])
