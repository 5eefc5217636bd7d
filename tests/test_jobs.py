"""Work that was accepted is done, also after a stop or a crash, and leaves nothing lying about."""

from __future__ import annotations

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import environment, make_settings
from sqlalchemy import update
from waiting import until

from ingest.jobs import _JOBS, KEPT_DAYS, Job, Jobs
from ingest.workspace import Workspace
from kb.database import open_server
from kb.errors import UnknownJob
from kb.settings import Settings

KEY = "een-geheime-sleutel"
PLAIN = b"# Het gilde\n\nHet gilde van Kustland telt twaalf meesters.\n"


@pytest.fixture
def incoming(settings: Settings) -> Path:
    return settings.data_dir / "incoming"


@pytest.fixture(params=["sqlite", "postgresql"])
def jobs(workspace: Workspace, incoming: Path, request: pytest.FixtureRequest) -> Iterator[Jobs]:
    """A queue that works, kept in a file or at a server."""
    engine = workspace.knowledge.journal.engine
    if request.param == "postgresql":
        engine = open_server(request.getfixturevalue("postgresql").database("jobs"))
    made = Jobs(workspace, engine, incoming)
    made.start()
    yield made
    made.close()
    engine.dispose()


@pytest.fixture
def idle(workspace: Workspace, incoming: Path) -> Jobs:
    """A queue that takes work in and does not do it yet."""
    return Jobs(workspace, workspace.knowledge.journal.engine, incoming)


def done(jobs: Jobs, job: Job) -> Job:
    """The job once it is finished."""
    finished: Job = until(lambda: (now := jobs.get(job.id)).state in {"done", "failed"} and now)
    return finished


def ids(job: Job, group: str) -> list[str]:
    assert job.report is not None
    return [row["id"] for row in job.report[group]]


def test_a_job_from_start_to_end(jobs: Jobs, workspace: Workspace, incoming: Path) -> None:
    """Files are taken in, the report tells of each, and nothing is left of the job but its row."""
    job = jobs.add([("gilde.md", PLAIN), ("leeg.md", b""), ("brief.txt", b"Een brief aan het gilde.")])
    assert (job.kind, job.subject, job.finished) == ("add", ("gilde.md", "leeg.md", "brief.txt"), None)
    job = done(jobs, job)
    assert job.state == "done" and job.finished and ids(job, "added") == ["gilde", "brief"]
    assert job.report is not None
    (failure,) = job.report["failed"]
    assert (failure["path"], failure["code"]) == ("leeg.md", "empty") and failure["reason"] != failure["reason_en"]
    until(lambda: not list(incoming.iterdir()))  # cleared once the outcome is safe
    assert workspace.verify().ok


def test_a_job_in_which_all_fails(jobs: Jobs) -> None:
    """A job that took nothing in has failed, and says why for each file."""
    job = done(jobs, jobs.add([("leeg.md", b""), ("x.pdf", b"\x7fELF\0")]))
    assert job.state == "failed" and job.report is not None
    assert [row["code"] for row in job.report["failed"]] == ["empty", "wrong_format"]


def test_replace_describe_and_remove(jobs: Jobs, workspace: Workspace) -> None:
    """Each kind of work does what it says; on a document that is gone it fails with that reason."""
    done(jobs, jobs.add([("gilde.md", PLAIN)]))
    other = done(jobs, jobs.add([("ander.txt", b"Het gilde telt dertien meesters.")], None, "gilde"))
    assert other.kind == "replace" and ids(other, "replaced") == ["gilde"]
    described = done(jobs, jobs.describe("gilde", {"title": "Ons gilde"}))
    assert described.kind == "describe" and workspace.library.document("gilde").metadata.title == "Ons gilde"
    assert ids(done(jobs, jobs.remove("gilde")), "removed") == ["gilde"]
    for late in (
        jobs.remove("gilde"),
        jobs.describe("gilde", {"title": "x"}),
        jobs.add([("a.md", PLAIN)], None, "gilde"),
    ):
        gone = done(jobs, late)
        assert gone.state == "failed" and gone.report is not None
        assert gone.report["failed"][0]["code"] == "unknown_document"
    assert "gilde" not in workspace.library.ids()


def test_an_address_inside_the_network(jobs: Jobs, incoming: Path) -> None:
    """A page on this machine or in this network is not fetched."""
    for address in (
        "http://127.0.0.1/",
        "http://localhost:8000/x",
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
    ):
        job = done(jobs, jobs.fetch(address))
        assert job.state == "failed" and job.report is not None and job.subject == (address,)
        assert job.report["failed"][0]["code"] == "unsafe_address"
    assert list(incoming.iterdir()) == []


def test_the_latest_first_and_none_that_is_unknown(idle: Jobs) -> None:
    """Jobs are listed by age, as many as are asked for."""
    made = [idle.remove(f"d{n}").id for n in range(4)]
    assert [job.id for job in idle.latest(3)] == made[:0:-1]
    with pytest.raises(UnknownJob):
        idle.get("onbekend")


def test_progress_while_it_runs(jobs: Jobs) -> None:
    """A job tells how far it is, within its bounds."""
    job = jobs.add([(f"d{n}.txt", f"Document {n} van het gilde.".encode()) for n in range(30)])
    seen = set()
    while (now := jobs.get(job.id)).state in {"queued", "running"}:
        seen.add((now.step, now.done, now.total))
    assert len(ids(jobs.get(job.id), "added")) == 30
    assert any(step == "lezen" and 0 < at < total == 30 for step, at, total in seen)
    assert jobs.get(job.id).step == ""


def test_jobs_that_waited_are_done_by_the_next(idle: Jobs, workspace: Workspace, incoming: Path) -> None:
    """What was accepted and not begun, or begun and not finished, is done by the next start; litter is cleared."""
    waiting = idle.add([("gilde.md", PLAIN)])
    begun = idle.add([("brief.txt", b"Een brief aan het gilde.")])
    idle._note(begun.id, state="running")
    (incoming / "rommel").mkdir()
    (incoming / ".halve").mkdir()
    following = Jobs(workspace, workspace.knowledge.journal.engine, incoming)
    assert {path.name for path in incoming.iterdir()} == {waiting.id, begun.id}
    following.start()
    try:
        assert ids(done(following, waiting), "added") == ["gilde"]
        assert ids(done(following, begun), "added") == ["brief"]
    finally:
        following.close()
    assert list(incoming.iterdir()) == []


def test_done_twice_is_done_once(idle: Jobs, workspace: Workspace, incoming: Path) -> None:
    """A job whose end was not noted is done again, and changes nothing."""
    job = idle.add([("gilde.md", PLAIN)])
    version = workspace.take([idle._place(incoming / job.id / "0", "gilde.md", None, None)]).added[0].version
    idle.start()
    try:
        assert ids(done(idle, job), "unchanged") == ["gilde"]
    finally:
        idle.close()
    assert workspace.library.versions("gilde") == [version]


def test_old_jobs_are_forgotten(idle: Jobs, workspace: Workspace, incoming: Path) -> None:
    """A job that was finished long ago is no longer known after a start; one that waits is, however old."""
    old, recent, waiting = (idle.remove(name) for name in ("a", "b", "c"))
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    engine = workspace.knowledge.journal.engine
    with engine.begin() as connection:
        for job, days in ((old, KEPT_DAYS + 1), (recent, KEPT_DAYS - 1)):
            when = now - datetime.timedelta(days=days)
            connection.execute(
                update(_JOBS).where(_JOBS.c.id == job.id).values(state="done", finished=when, created=when)
            )
        long_ago = now - datetime.timedelta(days=2 * KEPT_DAYS)
        connection.execute(update(_JOBS).where(_JOBS.c.id == waiting.id).values(created=long_ago))
    following = Jobs(workspace, engine, incoming)
    assert {job.id for job in following.latest()} == {recent.id, waiting.id}


def test_a_stop_that_comes_at_once(workspace: Workspace, incoming: Path) -> None:
    """A queue that is stopped as soon as it is started ends without waiting for anything."""
    for _ in range(20):
        jobs = Jobs(workspace, workspace.knowledge.journal.engine, incoming)
        jobs.start()
        jobs.close()
        assert jobs._threads and not any(thread.is_alive() for thread in jobs._threads)


@pytest.mark.parametrize("jobs", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "name", ["../../x.md", "C:\\x\\y.md", "", "..", ".", "a" * 300 + ".md", "a\x07b\0c.md", "/etc/passwd"]
)
def test_names_that_lead_elsewhere(jobs: Jobs, workspace: Workspace, settings: Settings, name: str) -> None:
    """Whatever a file is called, it becomes a document with a plain id, and no file lies outside the data folder."""
    outside = {path for path in settings.data_dir.parent.iterdir()}
    job = done(jobs, jobs.add([(name, PLAIN)]))
    assert job.report is not None
    if job.report["failed"]:
        assert job.report["failed"][0]["code"] == "unsupported_format"
    else:
        (document_id,) = ids(job, "added")
        assert document_id.replace("-", "").isalnum() and len(document_id) <= 255
        assert workspace.library.details(document_id)["file_name"].isprintable()
    assert {path for path in settings.data_dir.parent.iterdir()} == outside
    assert workspace.verify().ok


# --- with a real server -------------------------------------------------------------------------------------------


@contextmanager
def served(folder: Path, corpus: Path, how: signal.Signals) -> Iterator[httpx.Client]:
    """A server in a process of its own, with a client that has the key; ended by a signal."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--port", str(port)],
        env={**environment(folder, corpus), "ROUTEWIJZER_TEAM_KEY": KEY},
        cwd=folder,
        stdout=log,
        stderr=log,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=base, headers={"X-Team-Key": KEY}, timeout=30, trust_env=False) as client:

            def ready() -> bool:
                assert process.poll() is None, (folder / "log").read_text()
                try:
                    return client.get("/api/ready").status_code == 200
                except httpx.TransportError:
                    return False

            until(ready, 90)
            yield client
    finally:
        os.kill(process.pid, how)
        process.wait(timeout=90)
        log.close()


def many(count: int, sentences: int = 120) -> list[tuple[str, tuple[str, bytes]]]:
    """Documents that each take a moment to read."""
    text = " ".join(f"Zin {n} van dit lange stuk gaat over het gilde." for n in range(sentences))
    return [("file", (f"stuk-{n}.txt", f"Stuk {n}.\n{text}".encode())) for n in range(count)]


def finished(client: httpx.Client, job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = until(
        lambda: (now := client.get(f"/api/jobs/{job_id}").json())["state"] in {"done", "failed"} and now, 120
    )
    return job


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)], ids=["killed", "stopped"]
)
def test_a_server_that_ends_amid_its_work(tmp_path: Path, corpus: Path, how: signal.Signals) -> None:
    """Killed or stopped amid many files, the server goes on with them at its next start, and finishes every one."""
    with served(tmp_path, corpus, how) as client:
        reply = client.post("/api/documents", files=many(24))
        assert reply.status_code == 202, reply.text
        job = reply.json()["id"]
        later = client.delete("/api/documents/begrippen/meesterproef").json()["id"]
        until(lambda: client.get(f"/api/jobs/{job}").json()["progress"]["done"] > 0)
    with served(tmp_path, corpus, signal.SIGTERM) as client:
        report = finished(client, job)["report"]
        assert report["failed"] == []
        assert len({row["id"] for group in ("added", "unchanged") for row in report[group]}) == 24
        assert [row["id"] for row in finished(client, later)["report"]["removed"]] == ["begrippen/meesterproef"]
        assert client.get("/api/search", params={"q": "het lange stuk"}).json()
    assert list((tmp_path / "data" / "incoming").iterdir()) == []
    settings = make_settings(tmp_path, corpus)
    with Workspace.open(settings, sync=False) as workspace:
        assert len([i for i in workspace.library.ids() if i.startswith("stuk-")]) == 24
        assert workspace.verify().ok
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
    assert json.dumps(report)
