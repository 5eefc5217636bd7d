"""The program that `test_crash.py` kills: it takes documents in and out without end, and says each thing it did.

It imports everything once and then, for each line `DATA_FOLDER SEED` on standard input, forks a child that works until
it is killed. The child writes a JSON line before each act and one after it; what it said after is acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import chromadb  # noqa: F401  (imported before the fork, so that a child starts at once)
import llama_index.core.node_parser  # noqa: F401
from conftest import CRAFT, make_settings, write_document

from ingest.jobs import Jobs
from ingest.watch import FolderWatch
from ingest.workspace import Workspace

NAMES = [f"d{n}" for n in range(6)]


def say(**what: object) -> None:
    """One line on standard output, at once."""
    os.write(1, (json.dumps(what) + "\n").encode())


def body(name: str, stamp: str) -> str:
    """A document of several sections; the stamp makes each version another one."""
    parts = [
        f"## Deel {n}\n\nHet stuk {name} is bij deel {n} met {stamp} gemaakt. " + "Woord na woord. " * n
        for n in range(5)
    ]
    return f"Dit is {name} van {stamp}.\n\n" + "\n\n".join(parts)


def work(folder: Path, seed: int) -> None:
    """Open the data folder and add, replace and remove at random until the end comes."""
    chance, parent = random.Random(seed), os.getppid()
    scratch = Path(tempfile.mkdtemp(dir=folder))
    (folder / "corpus").mkdir(exist_ok=True)
    say(act="open")
    with Workspace.open(make_settings(folder, folder / "corpus", embedder="hash")) as workspace:
        workspace.load_vectors()
        say(done="open")
        for turn in range(10_000):
            if os.getppid() != parent:
                return
            there = workspace.library.ids()
            if there and chance.random() < 0.3:
                gone = chance.sample(there, chance.randint(1, min(2, len(there))))
                say(act="remove", stamps=dict.fromkeys(gone))
                workspace.remove(gone)
                say(done="remove", stamps=dict.fromkeys(gone))
            else:
                stamps = {name: f"beurt {seed} {turn}" for name in chance.sample(NAMES, chance.randint(1, 3))}
                paths = [write_document(scratch, name, body(name, stamp)) for name, stamp in stamps.items()]
                say(act="add", stamps=stamps)
                workspace.add(paths)
                say(done="add", stamps=stamps)


def accept(folder: Path, seed: int) -> None:
    """Have documents sent, replaced, removed and dropped through the queue and the watched folder until the end."""
    chance, parent = random.Random(seed), os.getppid()
    scratch = Path(tempfile.mkdtemp(dir=folder))
    (folder / "corpus").mkdir(exist_ok=True)
    say(act="open")
    with Workspace.open(make_settings(folder, folder / "corpus", embedder="hash")) as workspace:
        workspace.load_vectors()
        jobs, watch = queue(workspace)
        jobs.start()
        watch.start()
        say(done="open")
        there = {name for name in NAMES if workspace.library.current(name)}
        for turn in range(10_000):
            if os.getppid() != parent:
                return
            name, stamp = chance.choice(NAMES), f"beurt {seed} {turn}"
            act = chance.choice(["send", "remove", "drop"] if name in there else ["send", "drop"])
            name = f"w-{name}" if act == "drop" else name
            path = write_document(scratch, name, body(name, stamp))
            stamps = {name: None if act == "remove" else stamp}
            say(act=act, stamps=stamps)
            if act == "drop":
                os.replace(path, folder / "bak" / path.name)
            elif act == "remove":
                jobs.remove(name)
                there.discard(name)
            else:
                jobs.add([(path.name, path.read_bytes())], None, name if name in there else None)
                there.add(name)
            say(done=act, stamps=stamps)
            time.sleep(chance.uniform(0, 0.05))


def queue(workspace: Workspace) -> tuple[Jobs, FolderWatch]:
    """The queue and the watched folder of a server."""
    folder = workspace.settings.data_dir
    jobs = Jobs(workspace, workspace.knowledge.journal.engine, folder / "incoming")
    (folder.parent / "bak").mkdir(exist_ok=True)
    return jobs, FolderWatch(folder.parent / "bak", jobs, max_file_mb=1, seconds=0.02)


def start(folder: Path) -> None:
    """Open a data folder on the invented corpus, as a first start does."""
    say(act="start")
    with Workspace.open(make_settings(folder, CRAFT, embedder="hash")) as workspace:
        workspace.load_vectors()
        say(done="start")


def main() -> None:
    """Fork a child for each order, and say when it is gone."""
    for line in iter(sys.stdin.readline, ""):
        kind, folder, seed = line.split()
        child = os.fork()
        if not child:
            say(child=os.getpid())
            if kind == "start":
                start(Path(folder))
            else:
                (work if kind == "work" else accept)(Path(folder), int(seed))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say(gone=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
