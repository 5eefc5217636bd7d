"""Killed at any moment, nothing that was acknowledged is lost and nothing is left half done."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import CRAFT, PROJECT, make_settings
from crash_writer import body, queue
from waiting import until

from ingest.blocks import assemble
from ingest.jobs import Jobs
from ingest.readers import read
from ingest.watch import FolderWatch
from ingest.workspace import Workspace

pytestmark = pytest.mark.slow

WRITER = Path(__file__).with_name("crash_writer.py")
KILLS = 26
ACCEPT_KILLS = 6
FIRST_STARTS = 8
FILES = {"metadata.yaml", "text.json", "chunks.json", "report.json", "source.json"}


class Writer:
    """The program that forks the children to be killed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WRITER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        assert self.process.stdout is not None and self.process.stdin is not None
        self.stdout, self.stdin = self.process.stdout, self.process.stdin
        self.child: int | None = None

    def start(self, kind: str, folder: Path, seed: int) -> None:
        self.stdin.write(f"{kind} {folder} {seed}\n".encode())
        self.stdin.flush()
        self.child = int(self.line()["child"])

    def kill(self) -> None:
        """Kill the child, whatever it does."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)

    def line(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.stdout.readline())
        return said

    def lines_until_gone(self) -> Iterator[dict[str, Any]]:
        while "gone" not in (said := self.line()):
            yield said
        self.child = None
        assert said["gone"] in (-signal.SIGKILL, 0), "the child failed by itself"


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.kill()
    made.stdin.close()
    made.process.wait(timeout=10)
    made.stdout.close()


def expected_text(name: str, stamp: str) -> str:
    return assemble(read(body(name, stamp).encode(), Path(f"{name}.md")).blocks).text


def assert_whole(workspace: Workspace) -> None:
    """Library and both indexes agree, and there is nothing on disk that belongs to no live document."""
    assert workspace.verify().problems == ()
    folder = workspace.settings.data_dir
    with closing(sqlite3.connect(folder / "index" / "chroma.sqlite3")) as database:
        rows = {name for (name,) in database.execute("select embedding_id from embeddings")}
    assert rows == {chunk.id for chunk in workspace.knowledge.snapshot.chunks}
    homes = {workspace.library.folder / document_id for document_id in workspace.library.ids()}
    for path in workspace.library.folder.rglob("*"):
        if path.name in {".incoming", ".trash"}:
            assert not any(path.iterdir())
        elif re.fullmatch("[0-9a-f]{12}", path.name):
            assert path.parent in homes, f"{path} belongs to no document"
            assert {child.name for child in path.iterdir()} == FILES | {"original.md"}
        elif path.is_file() and not re.fullmatch("[0-9a-f]{12}", path.parent.name):
            assert path.name == "current" and path.parent in homes
        else:
            assert not path.name.startswith(".")


def test_killed_while_documents_come_and_go(writer: Writer, tmp_path: Path) -> None:
    """After each of many kills every acknowledged act is there, the one under way is done or not, and all is whole."""
    chance = random.Random(20_311)
    settings = make_settings(tmp_path, tmp_path / "corpus", embedder="hash")
    stamps: dict[str, str | None] = {}
    acts = undone = 0
    for kill in range(KILLS):
        writer.start("work", tmp_path, kill)
        said = [writer.line() for _ in range(chance.randint(1, 9))]
        time.sleep(chance.uniform(0, 0.12))
        writer.kill()
        said += writer.lines_until_gone()
        under_way: dict[str, str | None] = {}
        for line in said:
            under_way = line["stamps"] if line.get("act") in {"add", "remove"} else {}
            if "stamps" in line and "done" in line:
                stamps.update(line["stamps"])
                acts += 1
        undone += bool(under_way)
        with Workspace.open(settings) as workspace:
            workspace.load_vectors()
            assert_whole(workspace)
            there = set(workspace.library.ids())
            for name in stamps.keys() | under_way.keys():
                found = workspace.library.document(name).text if name in there else None
                allowed = {stamps.get(name), under_way.get(name, stamps.get(name))}
                texts = {None if stamp is None else expected_text(name, stamp): stamp for stamp in allowed}
                assert found in texts, f"kill {kill}: {name} is neither as acknowledged nor as under way"
                stamps[name] = texts[found]
            assert there == {name for name, stamp in stamps.items() if stamp is not None}
    assert acts > KILLS, "the children were killed before they did anything"
    assert undone > KILLS / 4, "hardly any kill fell amid an act"


def test_killed_while_work_is_accepted(writer: Writer, tmp_path: Path) -> None:
    """What was accepted from a request or a dropped file before a kill is done after it, in the order it came."""
    chance = random.Random(20_313)
    settings = make_settings(tmp_path, tmp_path / "corpus", embedder="hash")
    stamps: dict[str, str | None] = {}
    waited = 0
    for kill in range(ACCEPT_KILLS):
        writer.start("accept", tmp_path, kill)
        said = [writer.line() for _ in range(chance.randint(2, 24))]
        time.sleep(chance.uniform(0, 0.1))
        writer.kill()
        said += writer.lines_until_gone()
        under_way: dict[str, str | None] = {}
        for line in said:
            under_way = line["stamps"] if line.get("act") in {"send", "remove", "drop"} else {}
            if "stamps" in line and "done" in line:
                stamps.update(line["stamps"])
        with Workspace.open(settings) as workspace:
            workspace.load_vectors()
            jobs, watch = queue(workspace)
            waited += sum(job.state == "queued" for job in jobs.latest())
            jobs.start()
            until(lambda jobs=jobs, watch=watch: _quiet(jobs, watch, tmp_path / "bak"))
            jobs.close()
            assert not any((settings.data_dir / "incoming").iterdir())
            assert_whole(workspace)
            for name in stamps.keys() | under_way.keys():
                live = workspace.library.current(name)
                found = None if live is None else workspace.library.document(name).text
                allowed = {stamps.get(name), under_way.get(name, stamps.get(name))}
                texts = {None if stamp is None else expected_text(name, stamp): stamp for stamp in allowed}
                assert found in texts, f"kill {kill}: {name} is neither as accepted nor as under way"
                stamps[name] = texts[found]
    assert waited > ACCEPT_KILLS / 4, "hardly any kill left work behind"


def _quiet(jobs: Jobs, watch: FolderWatch, folder: Path) -> bool:
    """Whether nothing waits any more, after a look at the folder."""
    watch.look()
    return not any(path.is_file() for path in folder.iterdir()) and all(job.finished for job in jobs.latest())


def test_killed_during_the_first_start(writer: Writer, tmp_path: Path) -> None:
    """A first start that is killed leaves nothing that keeps the second from being complete."""
    chance = random.Random(7)
    sources = {path.relative_to(CRAFT).with_suffix("").as_posix() for path in CRAFT.rglob("*/*.md")}
    for kill in range(FIRST_STARTS):
        folder = tmp_path / str(kill)
        folder.mkdir()
        writer.start("start", folder, 0)
        writer.line()
        time.sleep(chance.uniform(0, 0.8))
        writer.kill()
        list(writer.lines_until_gone())
        with Workspace.open(make_settings(folder, CRAFT, embedder="hash")) as workspace:
            workspace.load_vectors()
            assert_whole(workspace)
            assert set(workspace.library.ids()) == sources
