"""A whole installation in one file, made while the server runs, and put back in a folder.

What goes in is what cannot be made again: the journal (by SQLite's own backup, which sees one moment of it), the files
of jobs that are not done, the key of the links to answers, and the library. A journal in a PostgreSQL goes in as the
file of SQLite that it would be otherwise, and comes out of it as either. The indexes are left out, as they follow from
the library. The journal is copied first: a job that ends meanwhile has its document in the library, which comes last.
Each document is read whole before it is written, and once more where it changed meanwhile.

The file is a compressed tar with a list of SHA-256 sums at its end; without the right list nothing is put back.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.data_folder import holder_of, take_lock
from ingest.database_copy import into_server, out_of_server
from ingest.leadership import Leadership
from ingest.library import flush_folder
from kb.documents import CURRENT, Shelf, is_version_folder
from kb.errors import LibraryInUse, RoutewijzerError
from kb.permalink import KEY_FILE

_FORMAT = 1
_LIST = "inhoud.json"
_JOURNAL = "journal.sqlite3"
_PART = r"[a-z0-9][a-z0-9-]{0,254}"
_NAMES = re.compile(
    rf"{_JOURNAL}|{KEY_FILE}|incoming/[0-9a-f]{{32}}/\d{{1,4}}"
    rf"|library/{_PART}(?:/{_PART})*/(?:{CURRENT}|[0-9a-f]{{12}}/[A-Za-z0-9._-]{{1,255}})"
)
"""All that a backup may hold: nothing in it can name a place outside the folder that it is put back in."""
_DERIVED = ("index", "seen.json", "unfinished")
_KEPT_FILES = {"lock", "holder"}
_TRIES = 5


class BackupFailed(RoutewijzerError):
    """A backup could not be made or put back; what was there before is still there."""

    code = "backup_failed"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds."""

    documents: int
    questions: int
    files: int
    bytes: int
    created: str


# --- making one ---------------------------------------------------------------------------------------------------


def back_up(folder: Path, target: Path, overwrite: bool = False, database_url: str = "") -> BackupReport:
    """Write all of a data folder, and of the PostgreSQL beside it, into one file; beside a running server too.

    The file appears whole, by rename, and is readable for its owner alone. Raises `BackupFailed`,
    `DatabaseUnavailable`.
    """
    if not (folder / "library").is_dir():
        raise BackupFailed(
            f"In {folder} is niets om te bewaren (ROUTEWIJZER_DATA_DIR).",
            f"There is nothing to back up in {folder} (ROUTEWIJZER_DATA_DIR).",
        )
    if target.exists() and not overwrite:
        raise BackupFailed(f"{target} bestaat al; er is niets geschreven.", f"{target} exists; nothing was written.")
    aside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as out:
            report = _write(folder, out, aside, database_url)
            out.flush()
            os.fsync(out.fileno())
        os.replace(aside, target)
        flush_folder(target.absolute().parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(
            f"De reservekopie kan niet worden gemaakt ({_reason(error)}).",
            f"The backup cannot be made ({_reason(error)}).",
        ) from None
    finally:
        aside.unlink(missing_ok=True)
    return report


class _Archive:
    """A tar that keeps a list of what went in."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums: dict[str, str] = {}
        self.bytes = 0

    def add(self, name: str, data: bytes, written: float) -> None:
        """Put in one file."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = len(data), written, 0o600
        self._tar.addfile(entry, io.BytesIO(data))
        self.sums[name] = hashlib.sha256(data).hexdigest()
        self.bytes += len(data)


def _write(folder: Path, out: Any, aside: Path, database_url: str) -> BackupReport:
    created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=5, format=tarfile.PAX_FORMAT) as tar:
        archive = _Archive(tar)
        questions = _add_journal(folder, archive, aside.with_name(f"{aside.name}.journal"), database_url)
        with contextlib.suppress(FileNotFoundError):
            archive.add(KEY_FILE, (folder / KEY_FILE).read_bytes(), (folder / KEY_FILE).stat().st_mtime)
        documents = 0
        shelf = Shelf(folder / "library")
        for document_id in shelf.ids():
            files = _document(shelf, document_id)
            documents += bool(files)
            for name, data, written in files:
                archive.add(name, data, written)
        listed = {"format": _FORMAT, "created": created, "documents": documents, "files": archive.sums}
        _Archive(tar).add(_LIST, json.dumps(listed).encode(), 0)
    return BackupReport(documents, questions, len(archive.sums), archive.bytes, created)


def _add_journal(folder: Path, archive: _Archive, aside: Path, database_url: str) -> int:
    """The journal as it is at this moment, with the files of the jobs in it; how many questions it holds."""
    if not database_url and not (folder / _JOURNAL).is_file():
        return 0
    try:
        aside.touch(0o600)
        if database_url:
            out_of_server(database_url, aside)
        else:
            with (
                contextlib.closing(sqlite3.connect(folder / _JOURNAL, timeout=30)) as live,
                contextlib.closing(sqlite3.connect(aside)) as copy,
            ):
                live.backup(copy)
        with contextlib.closing(sqlite3.connect(aside)) as copy:
            copy.execute("pragma journal_mode=delete")
            files = list(_incoming(folder, copy))
            questions = int(copy.execute("select count(*) from questions").fetchone()[0])
        archive.add(_JOURNAL, aside.read_bytes(), aside.stat().st_mtime)
    finally:
        for part in aside.parent.glob(f"{aside.name}*"):
            part.unlink()
    for name, data, written in files:
        archive.add(name, data, written)
    return questions


def _incoming(folder: Path, journal: sqlite3.Connection) -> Iterator[tuple[str, bytes, float]]:
    """The files of jobs that are not done. A job whose files are gone was done just now: it leaves the copy."""
    known = {row[0] for row in journal.execute("select name from sqlite_master where type = 'table'")}
    if "jobs" not in known:
        return
    waiting = journal.execute("select id, kind from jobs where state in ('queued', 'running')").fetchall()
    for job_id, kind in waiting:
        home = folder / "incoming" / job_id
        try:
            found = [
                (f"incoming/{job_id}/{path.name}", path.read_bytes(), path.stat().st_mtime)
                for path in sorted(home.iterdir())
            ]
        except FileNotFoundError:
            if kind in {"add", "replace"}:
                journal.execute("delete from jobs where id = ?", (job_id,))
            continue
        yield from found
    journal.commit()


def _document(shelf: Shelf, document_id: str) -> list[tuple[str, bytes, float]]:
    """All files of a document at one moment, what names the live version last; empty where it was removed meanwhile."""
    for _ in range(_TRIES):
        version = shelf.current(document_id)
        home = shelf.folder / document_id
        try:
            folders = sorted(path for path in home.iterdir() if is_version_folder(path))
            paths = [path for one in folders for path in sorted(one.iterdir()) if path.is_file()]
            paths = [path for path in paths if not path.name.startswith(".")]
            files = [
                (path.relative_to(shelf.folder.parent).as_posix(), path.read_bytes(), path.stat().st_mtime)
                for path in (*paths, home / CURRENT)
            ]
        except FileNotFoundError:
            files = []
        if version is None and shelf.current(document_id) is None:
            return []
        if files and shelf.current(document_id) == version and files[-1][1].decode().strip() == version:
            return files
    raise OSError(f"{document_id} changes all the time")


# --- putting one back ---------------------------------------------------------------------------------------------


def restore(folder: Path, source: Path, replace: bool = False, database_url: str = "") -> BackupReport:
    """Put a backup back as a data folder that no server uses; `replace` sets aside what stands there.

    With a `database_url` its journal takes the place of the one in that PostgreSQL, which is kept with what is set
    aside. All of it is read and checked before anything is put in place. Raises `BackupFailed`, `LibraryInUse`,
    `DatabaseUnavailable`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        let_go = _taken(folder, database_url)
    except OSError as error:
        raise _not_restored(error) from None
    staging = folder / f".terug-{uuid.uuid4().hex[:8]}"
    try:
        taken = [path.name for path in folder.iterdir() if path.name not in _KEPT_FILES]
        if taken and not replace:
            raise BackupFailed(
                f"In {folder} staat al iets; er is niets gewijzigd. Kies een lege map, of zet wat er staat opzij met "
                "--replace.",
                f"There is something in {folder}; nothing was changed. Choose an empty folder, or set aside what is "
                "there with --replace.",
            )
        staging.mkdir()
        report = _read(source, staging)
        os.sync()  # once for all: to wait for each of thousands of files takes minutes
        if database_url:
            _into_database(folder, staging, taken, database_url)
        else:
            _put_in_place(folder, staging, taken)
    except (OSError, EOFError, zlib.error, tarfile.TarError, sqlite3.Error) as error:
        raise _not_restored(error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        let_go()
    return report


def _taken(folder: Path, database_url: str) -> Callable[[], None]:
    """Keep a data folder from other processes; gives what lets go of it. Raises `LibraryInUse`."""
    if not database_url:
        return take_lock(folder).release
    leadership = Leadership.open(database_url, folder)
    try:
        if not leadership.seek():
            raise LibraryInUse(folder, holder_of(folder))
    except BaseException:
        leadership.close()
        raise

    def let_go() -> None:
        leadership.changed()
        leadership.close()

    return let_go


def _into_database(folder: Path, staging: Path, taken: list[str], database_url: str) -> None:
    """Put the files in place and the journal in the database, both or neither."""
    journal = staging.with_name(f"{staging.name}.{_JOURNAL}")
    before = folder / _JOURNAL
    try:
        if (staging / _JOURNAL).is_file():
            os.replace(staging / _JOURNAL, journal)
        if taken:  # set aside with the rest
            before.unlink(missing_ok=True)
            out_of_server(database_url, before)
        in_place = sorted({*taken, _JOURNAL}) if taken else []
        into_server(journal, database_url, lambda: _put_in_place(folder, staging, in_place))
    finally:
        for part in folder.glob(f"{journal.name}*"):
            part.unlink()


def _not_restored(error: Exception) -> BackupFailed:
    return BackupFailed(
        f"De reservekopie kan niet worden teruggezet ({_reason(error)}); er is niets gewijzigd.",
        f"The backup cannot be put back ({_reason(error)}); nothing was changed.",
    )


def _damaged(what: str) -> BackupFailed:
    return BackupFailed(
        f"Dit is geen hele reservekopie van Routewijzer ({what}); er is niets gewijzigd.",
        f"This is no whole backup of Routewijzer ({what}); nothing was changed.",
    )


def _read(source: Path, staging: Path) -> BackupReport:
    """Unpack a backup, and check every file of it against the list."""
    sums: dict[str, str] = {}
    listed: dict[str, Any] = {}
    size = 0
    with tarfile.open(source, "r:gz") as tar:
        for entry in tar:
            data = _content(tar, entry)
            if entry.name == _LIST:
                listed = _list_of(data)
                continue
            if not _NAMES.fullmatch(entry.name):
                raise _damaged(f"{entry.name!r:.100}")
            path = staging / entry.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_bytes(data)
            os.utime(path, (entry.mtime, entry.mtime))
            sums[entry.name] = hashlib.sha256(data).hexdigest()
            size += len(data)
    if listed.get("format") != _FORMAT:
        raise _damaged("format" if listed else _LIST)
    if listed.get("files") != sums:
        raise _damaged("SHA-256")
    return BackupReport(
        int(listed.get("documents", 0)), _questions(staging / _JOURNAL), len(sums), size, str(listed.get("created"))
    )


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(entry) if entry.isreg() else None
    if file is None:
        raise _damaged(f"{entry.name!r:.100}")
    return file.read()


def _list_of(data: bytes) -> dict[str, Any]:
    try:
        listed = json.loads(data)
    except (ValueError, RecursionError):
        raise _damaged(_LIST) from None
    return listed if isinstance(listed, dict) else {}


def _questions(journal: Path) -> int:
    if not journal.is_file():
        return 0
    with contextlib.closing(sqlite3.connect(journal)) as opened:
        if opened.execute("pragma quick_check").fetchone()[0] != "ok":
            raise _damaged(_JOURNAL)
        return int(opened.execute("select count(*) from questions").fetchone()[0])


def _put_in_place(folder: Path, staging: Path, taken: list[str]) -> None:
    """Set aside what stands there, and move in what was unpacked; what is derived is made anew by the next start."""
    if taken:
        before = folder / f"voor-terugzetten-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}"
        before.mkdir()
        for name in taken:
            if name in _DERIVED:
                shutil.rmtree(folder / name, ignore_errors=True)
                (folder / name).unlink(missing_ok=True)
            elif not name.startswith("voor-terugzetten-"):
                os.replace(folder / name, before / name)
    (folder / "unfinished").touch()
    for path in sorted(staging.iterdir()):
        os.replace(path, folder / path.name)
    flush_folder(folder)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
