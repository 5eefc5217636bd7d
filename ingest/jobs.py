"""Work that was asked for over HTTP or by a dropped file: accepted, done one after the other, told about.

A job counts as accepted once its files and its row are on disk. One that was under way when the process ended is done
again at the next start; taking the same file in twice changes nothing.

Several processes that share a data folder share the queue: each accepts, and the one that leads does the work. When
another comes to lead, it does again what was under way.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import logging
import shutil
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from ingest.authoring import FOLDERS
from ingest.fetch import FetchLimits, fetch
from ingest.intake import Place, readable
from ingest.library import flush_folder, slug, write_flushed
from ingest.workspace import Workspace
from kb.database import Tables
from kb.errors import (
    DatabaseUnavailable,
    DiskRefuses,
    LibraryInUse,
    RoutewijzerError,
    StoreError,
    UnknownDocument,
    UnknownJob,
)
from kb.types import DocumentKind, Failure, IngestReport

JobKind = Literal["add", "replace", "describe", "remove", "fetch"]
Quick = Literal["release", "withhold"]
_QUICK: tuple[Quick, ...] = ("release", "withhold")
"""What another process asks of the one that leads; done beside the jobs, and not told about as one."""
JobState = Literal["queued", "running", "done", "failed"]
KEPT_DAYS = 90
"""Days that a finished job stays in the journal."""
_AGAIN_SECONDS = 1.0
_LOOK_SECONDS = 0.5
"""How often is looked for what other processes accepted, and for who leads."""
_TELL_SECONDS = 0.5
"""How often the progress of a job is written down for other processes."""
_ANSWER_SECONDS = 20.0
"""Longest that is waited for what another process is asked to do at once."""
_LITTER_SECONDS = 3600
"""Age from which the files of a job that is not in the queue are litter, where another may be accepting it now."""
_LONGEST_NAME = 255
"""Of a part of an id, as of a folder on disk; names of real files are no longer."""
_LOG = logging.getLogger("routewijzer")
META = MetaData()
_JOBS = Table(
    "jobs",
    META,
    Column("id", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("created", DateTime, nullable=False, index=True),
    Column("finished", DateTime),
    Column("request", Text, nullable=False),
    Column("report", Text),
)
_PROGRESS = Table(
    "job_progress",
    META,
    Column("job_id", String(32), primary_key=True),
    Column("step", String(40), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work as it stands now."""

    id: str
    kind: JobKind
    state: JobState
    created: str
    finished: str | None
    subject: tuple[str, ...]
    """The names of the files, the id of the document, or the address."""
    step: str
    """What is being done: "lezen", "vectoren"; empty when nothing is."""
    done: int
    total: int
    report: dict[str, Any] | None


class Jobs:
    """The queue of one workspace, with one thread that works it off, and one for what cannot wait for that."""

    def __init__(self, workspace: Workspace, engine: Engine, folder: Path) -> None:
        self._workspace = workspace
        self._folder = folder
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._steps: dict[str, tuple[str, int, int]] = {}
        self._told: dict[str, float] = {}
        """When the progress of a job was written down last."""
        self._threads: list[threading.Thread] = []
        self._tables = Tables(engine, META)
        self._shared = workspace.leadership is not None
        folder.mkdir(parents=True, exist_ok=True)
        if not self._tables.server:
            self._recover(False)

    def start(self) -> None:
        """Begin to work off what is queued."""
        for quick in (False, True) if self._shared else (False,):
            thread = threading.Thread(target=self._run, args=(quick,), name="jobs", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Stop after the job that is under way."""
        self._closing.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=60)

    @property
    def leads(self) -> bool:
        """Whether the work is done by this process."""
        return self._workspace.leads

    # --- asking ---------------------------------------------------------------------------------------------------

    def add(
        self,
        files: Sequence[tuple[str, bytes]],
        metadata: Mapping[str, Any] | None = None,
        replaces: str | None = None,
    ) -> Job:
        """Accept files (name, content) to take in; `replaces` is the id of the document whose place they take."""
        job_id = uuid.uuid4().hex
        aside = self._folder / f".{job_id}"
        aside.mkdir(parents=True)
        for number, (_, data) in enumerate(files):
            write_flushed(aside / str(number), data)
        flush_folder(aside)
        aside.rename(self._folder / job_id)
        flush_folder(self._folder)
        names = [readable(Path(name.replace("\\", "/")).name) or "document" for name, _ in files]
        request = {"names": names, "metadata": dict(metadata) if metadata else None, "document": replaces}
        return self._accept(job_id, "replace" if replaces else "add", request)

    def describe(self, document_id: str, metadata: Mapping[str, Any]) -> Job:
        """Accept other metadata for a document."""
        return self._accept(uuid.uuid4().hex, "describe", {"document": document_id, "metadata": dict(metadata)})

    def remove(self, document_id: str) -> Job:
        """Accept the removal of a document."""
        return self._accept(uuid.uuid4().hex, "remove", {"document": document_id})

    def fetch(self, url: str, metadata: Mapping[str, Any] | None = None) -> Job:
        """Accept a web page to take in by its address."""
        return self._accept(uuid.uuid4().hex, "fetch", {"url": url, "metadata": dict(metadata) if metadata else None})

    def by_leader(self, kind: Quick, document_id: str) -> None:
        """Have the process that leads let a document out of quarantine, or set it apart, and wait until it did.

        Raises `UnknownDocument`, `StoreError` where it takes too long.
        """
        job_id = uuid.uuid4().hex
        self._accept(job_id, kind, {"document": document_id})
        until = time.monotonic() + _ANSWER_SECONDS
        while time.monotonic() < until:
            job = self.get(job_id)
            if job.state == "done":
                return
            if job.state == "failed":
                failed = (job.report or {}).get("failed", [{}])[0]
                if failed.get("code") == UnknownDocument.code:
                    raise UnknownDocument(document_id)
                raise StoreError(str(failed.get("reason")), str(failed.get("reason_en")))
            self._closing.wait(0.1)
        raise StoreError(
            "Het proces dat de documenten beheert heeft dit nog niet gedaan; het doet dat zodra het kan.",
            "The process that keeps the documents has not done this yet; it does so as soon as it can.",
        )

    def get(self, job_id: str) -> Job:
        """A job by its id. Raises `UnknownJob`."""
        with self._tables.connect() as connection:
            row = connection.execute(_WITH_PROGRESS.where(_JOBS.c.id == job_id)).mappings().first()
        if row is None:
            raise UnknownJob(job_id)
        return self._job(row)

    def latest(self, count: int = 50) -> list[Job]:
        """The latest jobs, the newest first."""
        with self._tables.connect() as connection:
            told = _WITH_PROGRESS.where(_JOBS.c.kind.not_in(_QUICK))
            rows = connection.execute(told.order_by(_JOBS.c.created.desc()).limit(count)).mappings().all()
        return [self._job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        states = select(_JOBS.c.state, func.count()).where(_JOBS.c.kind.not_in(_QUICK)).group_by(_JOBS.c.state)
        with self._tables.connect() as connection:
            return {"queued": 0, "running": 0} | {state: count for state, count in connection.execute(states)}

    def _accept(self, job_id: str, kind: JobKind | Quick, request: dict[str, Any]) -> Job:
        row = {"id": job_id, "kind": kind, "state": "queued", "created": _now(), "request": json.dumps(request)}
        with self._tables.begin() as connection:
            connection.execute(insert(_JOBS).values(row))
        self._wake.set()
        return self.get(job_id)

    def _job(self, row: Mapping[Any, Any]) -> Job:
        request = json.loads(row["request"])
        elsewhere = row["step"] or "", row["done"] or 0, row["total"] or 0
        # what ended is at no step, though this process may not have forgotten its last one yet
        step, done, total = self._steps.get(row["id"], elsewhere) if row["state"] == "running" else ("", 0, 0)
        subject = request.get("names") or [request.get("url") or request.get("document") or ""]
        return Job(
            id=row["id"],
            kind=row["kind"],
            state=row["state"],
            created=row["created"].isoformat(),
            finished=row["finished"].isoformat() if row["finished"] else None,
            subject=tuple(subject),
            step=step,
            done=done,
            total=total,
            report=json.loads(row["report"]) if row["report"] else None,
        )

    # --- working --------------------------------------------------------------------------------------------------

    def _recover(self, quick: bool) -> None:
        """After a stop: queue again what was under way, clear files that no job needs, forget old jobs."""
        with self._tables.begin() as connection:
            again = update(_JOBS).where(_JOBS.c.state == "running", _of_lane(quick))
            connection.execute(again.values(state="queued"))
            past = _now() - datetime.timedelta(days=KEPT_DAYS)
            connection.execute(delete(_JOBS).where(_JOBS.c.finished.is_not(None), _JOBS.c.finished < past))
            waiting = _JOBS.c.state.in_(("queued", "running"))
            needed = set(connection.execute(select(_JOBS.c.id).where(waiting)).scalars())
        for folder in self._folder.iterdir():
            if folder.name not in needed and not (self._tables.server and _is_fresh(folder)):
                shutil.rmtree(folder, ignore_errors=True)

    def _run(self, quick: bool) -> None:
        term: int | None = None if self._tables.server else self._workspace.term
        gone = False
        while True:
            self._wake.clear()
            if self._closing.is_set():  # looked at after the bell was put back, so that no call to stop is missed
                return
            if not self._workspace.leads:
                self._closing.wait(_LOOK_SECONDS)
                continue
            try:
                if term != self._workspace.term:
                    now = self._workspace.term
                    self._recover(quick)
                    term = now
                queued = self._next(quick)
                gone = False
                if queued is None:
                    self._wake.wait(_LOOK_SECONDS if self._shared else None)
                else:
                    self._do(*queued)
            except DatabaseUnavailable as error:
                if not gone:
                    _LOG.warning("jobs wait: %s", error.en)
                gone, term = True, None  # what was under way is done again
                self._closing.wait(_AGAIN_SECONDS)
            except SQLAlchemyError:
                _LOG.exception("the journal could not be read or written; trying again")
                term = None  # a job of which the end could not be noted is not left for ever under way
                self._closing.wait(_AGAIN_SECONDS)

    def _next(self, quick: bool) -> tuple[str, JobKind, str] | None:
        """The job that has waited longest."""
        with self._tables.connect() as connection:
            row = connection.execute(
                select(_JOBS.c.id, _JOBS.c.kind, _JOBS.c.request)
                .where(_JOBS.c.state == "queued", _of_lane(quick))
                .order_by(_JOBS.c.created, _JOBS.c.id)
                .limit(1)
            ).first()
        return None if row is None else (row.id, row.kind, row.request)

    def _do(self, job_id: str, kind: JobKind, request: str) -> None:
        self._note(job_id, state="running")
        try:
            report = self._work(job_id, kind, json.loads(request))
        except LibraryInUse:
            self._note(job_id, state="queued")  # another process came to lead, and does it
            return
        except RoutewijzerError as error:
            report = IngestReport(failed=(Failure(job_id, error.code, error.nl, error.en),))
        except Exception as error:
            _LOG.exception("job %s (%s) failed", job_id, kind)
            report = IngestReport(failed=(_failed(job_id, error),))
        stopped = self._closing.is_set() or not self._workspace.leads
        if stopped and kind in {"add", "replace", "fetch"} and not _complete(report, request):
            self._note(job_id, state="queued")  # stopped in the midst of its files: the next start goes on
            return
        done = report.added or report.replaced or report.unchanged or report.removed
        state = "failed" if report.failed and not done else "done"
        self._told.pop(job_id, None)
        self._note(job_id, state=state, finished=_now(), report=json.dumps(asdict(report), ensure_ascii=False))
        self._steps.pop(job_id, None)
        shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def _work(self, job_id: str, kind: JobKind | Quick, request: dict[str, Any]) -> IngestReport:
        def progress(step: str, done: int, total: int) -> None:
            self._steps[job_id] = step, done, total
            if self._shared:
                self._tell(job_id, step, done, total)

        document: str = request.get("document") or ""
        metadata: dict[str, Any] | None = request.get("metadata")
        if kind == "release":
            self._workspace.release(document)
            return IngestReport()
        if kind == "withhold":
            self._workspace.withhold(document)
            return IngestReport()
        if kind == "remove":
            return self._workspace.remove([document])
        if kind == "describe":
            return self._workspace.describe(document, metadata or {})
        if kind == "fetch":
            self._fetch(job_id, request)
            metadata = request["metadata"]
        names = request["names"]
        if kind == "replace" and self._workspace.library.current(document) is None:
            raise UnknownDocument(document)
        places = [
            self._place(self._folder / job_id / str(number), name, metadata, document or None)
            for number, name in enumerate(names)
        ]
        return self._workspace.take(places, progress, self._closing.is_set)

    def _place(self, path: Path, name: str, metadata: dict[str, Any] | None, replaces: str | None) -> Place:
        kind = DocumentKind((metadata or {}).get("kind") or "other")
        document_id = replaces or "/".join(filter(None, (FOLDERS.get(kind), slug(Path(name).stem)[:_LONGEST_NAME])))
        if metadata and metadata.keys() == {"kind"}:  # who says no more than the kind has not described the document
            return Place(path, document_id, name, kind, replaces=replaces is not None, name=name)
        return Place(path, document_id, name, metadata=metadata, replaces=replaces is not None, name=name)

    def _fetch(self, job_id: str, request: dict[str, Any]) -> None:
        """Get the page, keep it as a file of the job, and note its address as the document's source."""
        url = request["url"]
        found = fetch(url, FetchLimits(file_mb=self._workspace.settings.max_file_mb))
        home = self._folder / job_id
        home.mkdir(exist_ok=True)
        write_flushed(home / "0", found.data)
        request["names"] = [readable(found.file_name)]
        metadata = request["metadata"] or {}
        if not metadata.get("sources"):
            metadata["sources"] = [{"title": found.url, "url": found.url, "date": _now().date().isoformat()}]
        request["metadata"] = metadata

    def _tell(self, job_id: str, step: str, done: int, total: int) -> None:
        """Write down how far a job is, every now and then."""
        now = time.monotonic()
        if now - self._told.get(job_id, 0.0) < _TELL_SECONDS:
            return
        self._told[job_id] = now
        values = {"step": step, "done": done, "total": total}
        with contextlib.suppress(DatabaseUnavailable), self._tables.begin() as connection:
            row = upsert(_PROGRESS).values(job_id=job_id, **values)
            connection.execute(row.on_conflict_do_update(index_elements=["job_id"], set_=values))

    def _note(self, job_id: str, **values: Any) -> None:
        with self._tables.begin() as connection:
            connection.execute(update(_JOBS).where(_JOBS.c.id == job_id).values(values))
            if "finished" in values:
                connection.execute(delete(_PROGRESS).where(_PROGRESS.c.job_id == job_id))


_WITH_PROGRESS = select(_JOBS, _PROGRESS.c.step, _PROGRESS.c.done, _PROGRESS.c.total).select_from(
    _JOBS.outerjoin(_PROGRESS, _PROGRESS.c.job_id == _JOBS.c.id)
)


def _of_lane(quick: bool) -> ColumnElement[bool]:
    return _JOBS.c.kind.in_(_QUICK) if quick else _JOBS.c.kind.not_in(_QUICK)


def _is_fresh(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime < _LITTER_SECONDS
    except OSError:  # gone since it was listed
        return True


def _failed(job_id: str, error: Exception) -> Failure:
    """What became of a job that nobody foresaw the end of, in words."""
    if full := DiskRefuses.of(error):
        return Failure(job_id, full.code, full.nl, full.en)
    return Failure(
        job_id,
        "internal",
        "Er ging iets mis aan onze kant; er is niets gewijzigd. Probeer het opnieuw.",
        "Something went wrong on our side; nothing was changed. Try again.",
    )


def _complete(report: IngestReport, request: str) -> bool:
    touched = len(report.added) + len(report.replaced) + len(report.unchanged) + len(report.failed)
    return touched >= len(json.loads(request).get("names", ("the page",)))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
