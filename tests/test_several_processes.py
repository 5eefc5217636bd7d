"""Several processes over one library, with a real PostgreSQL and a real Chroma server: alone, together, and killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import CRAFT, environment
from services import Chroma, PostgreSQL, free_port
from waiting import until

pytestmark = pytest.mark.slow

TEAM = "een-geheime-sleutel"
KEY = {"X-Team-Key": TEAM}
PROOF = "Wat is een meesterproef?"
BUSY = 150
"""Seconds for what takes a second or two on a machine that does nothing else."""


class Process:
    """A `routewijzer serve` of its own."""

    def __init__(self, env: dict[str, str], folder: Path, name: str) -> None:
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self._env = {**env, "ROUTEWIJZER_PORT": str(self.port)}
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=BUSY, headers=KEY)

    def start(self) -> None:
        """Start it; it is not waited for."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ui", "serve"], env=self._env, cwd=self._folder, stdout=log, stderr=log
            )

    def ready(self) -> dict[str, Any]:
        """What it says of itself; nothing while it does not answer yet."""
        assert self._process is not None and self._process.poll() is None, self.log.read_text()
        try:
            said: dict[str, Any] = self.client.get("/api/ready").json()
        except httpx.TransportError:
            return {}
        return said

    def ends(self, how: signal.Signals) -> None:
        """End it in this way, and wait until it has."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(timeout=BUSY)

    def close(self) -> None:
        """End it, if it runs."""
        self.client.close()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(timeout=BUSY)

    def ask(self, question: str) -> dict[str, Any]:
        """The answer to a question."""
        reply = self.client.post("/api/ask", json={"question": question})
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    def cites(self, question: str, document: str) -> bool:
        """Whether the answer to a question rests on a document, or comes closest to it where there is none."""
        answer = self.ask(question)
        return any(found["document_id"] == document for found in answer["citations"] + answer["closest"])

    def add(self, name: str, *sentences: str) -> str:
        """Have documents of one sentence each taken in; the number of the job."""
        files = [("file", (f"{name}{n or ''}.md", f"# {name}\n\n{said}\n")) for n, said in enumerate(sentences)]
        reply = self.client.post("/api/documents", files=files)
        assert reply.status_code == 202, reply.text
        return str(reply.json()["id"])

    def done(self, job: str) -> dict[str, Any]:
        """The job, once it is done."""
        found: dict[str, Any] = until(lambda: (now := self._job(job))["state"] in {"done", "failed"} and now, BUSY)
        assert found["state"] == "done", found
        return found

    def _job(self, job: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/jobs/{job}").json()
        return found


@pytest.fixture(scope="module")
def env(postgresql: PostgreSQL, chroma: Chroma, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings that the processes share."""
    folder = tmp_path_factory.mktemp("gedeeld")
    return {
        **environment(folder, CRAFT),
        "ROUTEWIJZER_EMBEDDER": "hash",
        "ROUTEWIJZER_TEAM_KEY": TEAM,
        "ROUTEWIJZER_METRICS": "open",
        "ROUTEWIJZER_DATABASE_URL": postgresql.database("gedeeld"),
        "ROUTEWIJZER_CHROMA_URL": chroma.address,
    }


@pytest.fixture(scope="module")
def pair(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Process]]:
    """Two processes that were started at once."""
    folder = tmp_path_factory.mktemp("logs")
    processes = Process(env, folder, "een"), Process(env, folder, "twee")
    for process in processes:
        process.start()
    yield processes
    for process in processes:
        process.close()


@pytest.fixture
def leader(pair: tuple[Process, Process]) -> Process:
    """The one of the two that writes, once both answer with vectors and just one leads."""
    return settled(pair)[0]


@pytest.fixture
def follower(pair: tuple[Process, Process], leader: Process) -> Process:
    """The other one."""
    return next(process for process in pair if process is not leader)


def settled(pair: tuple[Process, Process]) -> list[Process]:
    """The one that leads, once both answer with vectors and have the database."""

    def found() -> list[Process]:
        said = [process.ready() for process in pair]
        whole = all(one and one["ready"] and one["method"] == "hybrid" and one["database"] == "ok" for one in said)
        leading = [process for process, one in zip(pair, said, strict=True) if one.get("leads")]
        return leading if whole and len(leading) == 1 else []

    leading: list[Process] = until(found, BUSY)
    return leading


def rows_at(chroma: Chroma) -> int:
    """How many vectors the Chroma server holds, asked without its client, which leaves its connection open."""
    collections = f"{chroma.address}/api/v2/tenants/default_tenant/databases/default_database/collections"
    with httpx.Client(timeout=BUSY) as client:
        found = client.get(collections).raise_for_status().json()
        return sum(client.get(f"{collections}/{one['id']}/count").raise_for_status().json() for one in found)


@contextmanager
def load(process: Process) -> Iterator[Callable[[], int]]:
    """Questions at one process, one after the other, for as long as the block lasts; fails on any that fails."""
    ended = threading.Event()
    outcome: list[int | str] = []

    def run() -> None:
        with httpx.Client(base_url=process.client.base_url, timeout=BUSY) as client:
            while not ended.is_set():
                try:
                    reply = client.post("/api/ask", json={"question": PROOF})
                    whole = reply.status_code == 200 and reply.json()["answered"]
                    outcome.append(200 if whole else reply.text)
                except httpx.HTTPError as error:
                    outcome.append(repr(error))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: len(outcome)
    finally:
        ended.set()
        for thread in threads:
            thread.join(timeout=BUSY)
    assert outcome and set(outcome) == {200}


def test_what_one_takes_in_the_other_answers(leader: Process, follower: Process, chroma: Chroma) -> None:
    """Wherever a document is added it is answered everywhere, and wherever it is deleted it is gone everywhere."""
    for at, other, craft in ((follower, leader, "Ketelslager"), (leader, follower, "Mandenmaker")):
        name = craft.lower()
        job = at.done(at.add(name, f"De {name} van Kustland heet Barend en werkt in Hollebeek."))
        assert [row["id"] for row in job["report"]["added"]] == [name]
        question = f"Hoe heet de {name} van Kustland?"
        until(lambda q=question, n=name, o=other: o.cites(q, n), BUSY)
        assert at.cites(question, name) or until(lambda q=question, n=name, a=at: a.cites(q, n), BUSY)
        at.done(other.client.delete(f"/api/documents/{name}").json()["id"])
        for process in (at, other):
            until(lambda q=question, n=name, p=process: not p.cites(q, n), BUSY)
            assert process.client.get(f"/api/documents/{name}").status_code == 404
    assert rows_at(chroma) == leader.ready()["chunks"] == follower.ready()["chunks"]


def test_a_document_is_set_apart_by_way_of_either(leader: Process, follower: Process) -> None:
    """The one that does not write has it done by the one that does, and says at once when it is."""
    kept = "begrippen/meesterproef"
    assert follower.client.post(f"/api/documents/{kept}/withhold").status_code == 204
    for process in (leader, follower):
        until(lambda p=process: not p.cites(PROOF, kept), BUSY)
    assert follower.client.post(f"/api/documents/{kept}/release").status_code == 204
    for process in (leader, follower):
        until(lambda p=process: p.cites(PROOF, kept), BUSY)
    assert follower.client.post("/api/documents/onbekend/release").status_code == 404
    assert not {job["kind"] for job in leader.client.get("/api/jobs").json()["jobs"]} & {"release", "withhold"}


def test_limits_are_counted_together(leader: Process, follower: Process) -> None:
    """Who guesses keys at one process is refused at the other, even with the right one; others are not."""
    guesser = {"X-Forwarded-For": "203.0.113.7"}
    for _ in range(30):
        assert leader.client.get("/api/jobs", headers={**guesser, "X-Team-Key": "geraden"}).status_code == 401
    until(lambda: follower.client.get("/api/jobs", headers=guesser).status_code == 429, BUSY)
    assert follower.client.get("/api/jobs", headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 200


def test_the_command_beside_running_servers(env: dict[str, str], leader: Process, tmp_path: Path) -> None:
    """It reads, and refuses to write; the password of the database is shown nowhere."""
    (tmp_path / "brief.md").write_text("# Brief\n\nEen brief aan het gilde.\n", encoding="utf-8")
    code = (
        "import sys; from ui.cli import app\n"
        "for words in (['documents', '--json'], ['add', 'brief.md'], ['settings']):\n"
        "    try: app(words)\n"
        "    except SystemExit as end: print('exit', end.code)\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert "begrippen/meesterproef" in said and "LibraryInUse" in said and "is in gebruik" in said
    assert "geheim@" not in said and "ROUTEWIJZER_DATABASE_URL=postgresql://…@127.0.0.1" in said
    assert leader.client.get("/api/documents/brief").status_code == 404


def test_a_leader_that_is_killed(pair: tuple[Process, Process], leader: Process, follower: Process) -> None:
    """No question fails at the other one, which takes over the lead and ends the job that was under way."""
    craft = [f"De touwslager van baan {n} heet Evert." for n in range(12)]
    with load(follower) as asked:
        until(lambda: asked() > 5, BUSY)
        job = leader.add("touwslager", *craft)
        leader.ends(signal.SIGKILL)
        done = follower.done(job)
        before = asked()
        until(lambda: asked() > before + 5, BUSY)
    taken = {row["id"] for group in ("added", "unchanged") for row in done["report"][group]}
    assert len(taken) == len(craft) and not done["report"]["failed"]
    assert follower.ready()["leads"]
    until(lambda: follower.cites("Hoe heet de touwslager van baan 7?", "touwslager7"), BUSY)
    leader.start()
    assert settled(pair) == [follower]
    assert until(lambda: leader.cites("Hoe heet de touwslager van baan 7?", "touwslager7"), BUSY)


@pytest.mark.parametrize("lost", [False, True], ids=["as it was", "without its data"])
def test_chroma_gone_and_back(leader: Process, follower: Process, chroma: Chroma, lost: bool) -> None:
    """Words answer alone while it is gone, and documents come in; once it is back, all is as if it never went."""
    name = f"pottenbakker-{lost}".lower()
    chroma.stop()
    try:
        for process in (leader, follower):
            assert process.cites(PROOF, "begrippen/meesterproef")
            until(lambda p=process: p.ready()["method"] == "words", BUSY)
            assert process.ready()["ready"]
        follower.done(follower.add(name, f"De {name} heet Cornelis."))
        until(lambda: follower.cites(f"Hoe heet de {name}?", name), BUSY)
        if lost:
            shutil.rmtree(chroma.folder / "vectors")
    finally:
        chroma.start()
    for process in (leader, follower):
        until(lambda p=process: p.ready()["method"] == "hybrid", BUSY)
    until(lambda: rows_at(chroma) == leader.ready()["chunks"], BUSY)


@pytest.mark.parametrize("hangs", [False, True], ids=["stopped", "hanging"])
def test_the_database_gone_and_back(
    pair: tuple[Process, Process], leader: Process, follower: Process, postgresql: PostgreSQL, hangs: bool
) -> None:
    """Questions are answered while it is gone, writing is refused in Dutch, and all is noted once it is back.

    That it hangs, which nothing tells who waits for it, is no other case.
    """
    known = leader.ask(PROOF)["question_id"]
    with postgresql.frozen() if hangs else postgresql.gone():
        for process in (leader, follower):
            # at once, when nobody has noticed yet
            vote = process.client.post("/api/feedback", json={"question_id": known, "verdict": "up"})
            assert vote.status_code == 503
            assert process.cites(PROOF, "begrippen/meesterproef")
            until(lambda p=process: p.ready()["database"] == "gone" and not p.ready()["leads"], BUSY)
            assert process.ready()["ready"]
            voted = process.client.post("/api/feedback", json={"question_id": known, "verdict": "up"})
            added = process.client.post("/api/documents", files=[("file", ("x.md", "# X\n\nEen zin.\n"))])
            for refused in (voted, added, process.client.get("/api/gaps")):
                assert (refused.status_code, refused.json()["error"]["code"]) == (503, "database_unavailable")
                assert refused.json()["error"]["message"].startswith("De database is nu niet bereikbaar")
            assert "routewijzer_database_up 0.0" in process.client.get("/metrics").text
        missed = follower.ask("Wat kost een zeppelin van bladgoud?")["question_id"]
    lead = settled(pair)[0]
    for process in (leader, follower):
        vote = {"question_id": missed, "verdict": "down"}
        until(lambda p=process, v=vote: p.client.post("/api/feedback", json=v).status_code == 204, BUSY)
        until(lambda p=process: "routewijzer_journal_waiting 0.0" in p.client.get("/metrics").text, BUSY)
    name = "zadelmaker" if hangs else "zeilmaker"
    follower.done(follower.add(name, f"De {name} van Kustland heet Floris."))
    for process in pair:
        until(lambda p=process: p.cites(f"Hoe heet de {name} van Kustland?", name), BUSY)
    assert lead.ready()["leads"]


def test_a_leader_that_stops(pair: tuple[Process, Process], leader: Process, follower: Process) -> None:
    """Told to stop, it hands over; no log holds an error that nobody foresaw, nor the password."""
    leader.ends(signal.SIGTERM)
    until(lambda: follower.ready()["leads"], BUSY)
    for process in pair:
        log = process.log.read_text(encoding="utf-8")
        assert "Traceback" not in log and "geheim" not in log, log


def test_a_process_that_cannot_reach_the_database_yet(env: dict[str, str], tmp_path: Path) -> None:
    """It starts all the same and answers from the library; what is noted meanwhile is not lost."""
    lonely = {**env, "ROUTEWIJZER_DATABASE_URL": f"postgresql://wie:geheim@127.0.0.1:{free_port()}/niets"}
    process = Process(lonely, tmp_path, "eenzaam")
    process.start()
    try:
        until(lambda: process.ready().get("documents"), BUSY)
        assert process.cites(PROOF, "begrippen/meesterproef") and not process.ready()["leads"]
    finally:
        process.close()
    assert "geheim" not in process.log.read_text(encoding="utf-8")
