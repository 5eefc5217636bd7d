"""The processes that read files: what a file can do to its own process, and that it can do nothing to anything else."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import hostile
import numpy as np
import psutil
import pytest
from conftest import CRAFT, PROJECT
from waiting import until

from ingest import wire
from ingest.limits import Limits
from ingest.preparing import prepare
from ingest.reader_pool import ReaderPool
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument
from kb.vocabulary import Vocabulary

VOCABULARY = CRAFT / "waarden.yaml"
PLAIN = b"# Het gilde\n\nHet gilde telt twaalf meesters en veertig leerlingen.\n"
SLOW = ("e" + "\u0301\u0323" * 100_000).encode()
"""400 kB that takes half a minute to normalise."""


def readers(of: int | None = None) -> list[psutil.Process]:
    """The processes that read files for a process (this one unless told)."""
    found = []
    for process in psutil.Process(of).children(recursive=True):
        try:
            if any("ingest.reader_process" in word for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def make_pool() -> Iterator[Callable[..., ReaderPool]]:
    """Makes pools with the limits of this test, and ends their processes after it."""
    made: list[ReaderPool] = []

    def make(processes: int = 1, **limits: Any) -> ReaderPool:
        made.append(ReaderPool(Limits(**{"memory_mb": 512, "seconds": 20.0, **limits}), VOCABULARY, processes))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def refusal(pool: ReaderPool, data: bytes, name: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        pool.prepare(data, Path(name))
    error = caught.value
    assert error.nl.startswith(name) and error.en.startswith(name) and error.nl != error.en
    return error


def mine(before: set[int]) -> psutil.Process:
    """The one reader process that was not there before."""
    return until(lambda: [process for process in readers() if process.pid not in before])[0]


@pytest.fixture
def before() -> set[int]:
    """The reader processes of other tests."""
    return {process.pid for process in readers()}


def test_a_file_comes_back_prepared(make_pool: Callable[..., ReaderPool]) -> None:
    """What comes out of the process is what went in, cleaned and cut."""
    prepared = make_pool().prepare(PLAIN, Path("gilde.md"))
    assert prepared.laid.text == "Het gilde\n\nHet gilde telt twaalf meesters en veertig leerlingen."
    assert [section.headings for section in prepared.laid.sections] == [("Het gilde",)]
    assert prepared.cuts and prepared.suffix == ".md" and not prepared.quarantined


def test_boxes_come_back_whole(make_pool: Callable[..., ReaderPool]) -> None:
    """The places of the letters on a page survive the way between the processes."""
    laid = make_pool().prepare(hostile.one_page(), Path("blad.pdf")).laid
    assert laid.boxes is not None and laid.boxes.shape == (len(laid.text), 5)
    assert set(laid.boxes[:, 0]) <= {0, 1} and laid.boxes[:, 1:].max() <= 10_000
    assert laid.boxes.dtype == np.uint16


def test_one_process_reads_many_files(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """A process is kept for the next file, also when a file was refused; and ends with the pool."""
    pool = make_pool()
    pool.prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    assert refusal(pool, b"", "leeg.md").code == "empty"
    for _ in range(3):
        pool.prepare(PLAIN, Path("gilde.md"))
    assert {p.pid for p in readers()} - before == {process.pid}
    pool.close()
    until(lambda: not process.is_running())


def test_the_memory_of_the_server_is_not_that_of_the_reader(
    make_pool: Callable[..., ReaderPool], before: set[int]
) -> None:
    """A process is not taken for grown because the server that started it is large."""
    ballast = np.ones(400_000_000, dtype=np.uint8)
    pool = make_pool()
    pool.prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    pool.prepare(PLAIN, Path("gilde.md"))
    assert {p.pid for p in readers()} - before == {process.pid}
    assert ballast[-1] == 1


def test_a_file_that_takes_too_long(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """A slow file is given up at its limit and named, its process is gone, and the next file is read."""
    pool = make_pool(seconds=2.0)
    pool.prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    began = time.monotonic()
    error = refusal(pool, SLOW, "traag.txt")
    assert isinstance(error, LimitExceeded) and error.code == "too_slow"
    assert 2 <= time.monotonic() - began < 6
    assert not process.is_running()
    assert pool.prepare(PLAIN, Path("gilde.md")).laid.text


def test_a_file_that_wants_too_much_memory(make_pool: Callable[..., ReaderPool]) -> None:
    """A small file that becomes very large is refused; the server's own memory does not grow, the next is read."""
    pool = make_pool(memory_mb=400)
    resident = psutil.Process().memory_info().rss
    data = hostile.flate_bomb()
    assert len(data) < 100_000
    assert refusal(pool, data, "bom.pdf").code in {"reader_crashed", "too_much_memory", "too_slow"}
    assert psutil.Process().memory_info().rss - resident < 200_000_000
    assert pool.prepare(PLAIN, Path("gilde.md")).laid.text


def test_a_process_that_is_killed_amid_a_file(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """Killed from outside, the file at hand is refused with that reason, and the next one is read."""
    pool = make_pool()
    pool.prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    used = process.cpu_times().user

    def kill() -> None:
        until(lambda: process.cpu_times().user > used + 0.1)
        process.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    error = refusal(pool, SLOW, "traag.txt")
    killer.join()
    assert isinstance(error, UnreadableDocument) and error.code == "reader_crashed"
    assert pool.prepare(PLAIN, Path("gilde.md")).laid.text


def test_a_process_that_is_killed_while_it_waits(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """A process that died between two files costs no file."""
    pool = make_pool()
    pool.prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    process.kill()
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert pool.prepare(PLAIN, Path("gilde.md")).laid.text


def test_two_at_once(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """Two threads read at the same time, in two processes, and each gets its own file back."""
    pool = make_pool(processes=2)
    failures: list[str] = []

    def work(name: str) -> None:
        for n in range(10):
            text = pool.prepare(f"Het gilde van {name} telt {n} leden.".encode(), Path(f"{name}.txt")).laid.text
            if text != f"Het gilde van {name} telt {n} leden.":
                failures.append(text)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Kustland", "Bergland", "Waterland")]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, len({p.pid for p in readers()} - before))
        time.sleep(0.1)
    assert failures == [] and most == 2


_PARENT = """
import sys, threading, time
from pathlib import Path
from ingest.limits import Limits
from ingest.preparing import prepare
from ingest.reader_pool import ReaderPool
pool = ReaderPool(Limits(), Path(sys.argv[1]), 1)
pool.prepare(b"Het gilde telt elf leden.", Path("gilde.txt"))
print("ready", flush=True)
if sys.argv[2] == "busy":
    pool.prepare(("e" + "\\u0301\\u0323" * 100_000).encode(), Path("traag.txt"))
time.sleep(600)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_it_ends_with_the_server(state: str) -> None:
    """When the server is killed, its reader process is gone soon after, also from the midst of a file."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(VOCABULARY), state],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    ) as parent:
        try:
            assert parent.stdout is not None and parent.stdout.readline() == b"ready\n"
            (child,) = readers(parent.pid)
            if state == "busy":
                used = child.cpu_times().user
                until(lambda: child.cpu_times().user > used + 0.2)
            parent.send_signal(signal.SIGKILL)
            until(lambda: not child.is_running(), 10)
        finally:
            parent.kill()


def test_bytes_that_come_while_it_reads_end_no_process(make_pool: Callable[..., ReaderPool]) -> None:
    """The kernel may tell of a message only when it is being worked on; that is no sign that the server is gone."""
    pool = make_pool()
    process = pool._take()
    stdin, stdout = process._process.stdin, process._process.stdout
    assert stdin is not None and stdout is not None
    header = {"name": "gilde.md", "limits": asdict(pool.limits)}
    try:
        wire.send(stdin, header, ("e" + "\u0301\u0323" * 25_000).encode())  # a second or two of work
        used = psutil.Process(process._process.pid).cpu_times().user
        until(lambda: psutil.Process(process._process.pid).cpu_times().user > used + 0.3)
        wire.send(stdin, header, PLAIN)
        replies = [wire.receive(stdout) for _ in range(2)]
    finally:
        process.end()
    assert wire.unpack(*replies[1]).laid.text


def test_no_setting_reaches_the_process(
    make_pool: Callable[..., ReaderPool], before: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of the process holds no key and no setting, and it has no file or socket of the server open."""
    monkeypatch.setenv("ROUTEWIJZER_TEAM_KEY", "een-geheime-sleutel")
    monkeypatch.setenv("ROUTEWIJZER_LLM_API_KEY", "nog-een-sleutel")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "en-nog-een")
    make_pool().prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    environment = process.environ()
    assert "sleutel" not in str(environment) and "en-nog-een" not in str(environment)
    assert not [name for name in environment if name.startswith(("ROUTEWIJZER", "AWS"))]
    assert process.net_connections() == []
    assert [file.path for file in process.open_files() if "/tests/" in file.path or "data" in file.path] == []


def test_the_kernel_holds_the_process_to_its_limits(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """It can write no byte to a file, have no more memory than is allowed, and leave no core behind."""
    make_pool(memory_mb=512).prepare(PLAIN, Path("gilde.md"))
    process = mine(before)
    assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_AS) == (512 << 20, 512 << 20)
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_CPU)[0] < 60


_WRITER = """
import sys
from ingest import reader_process
reader_process._confine(512)
try:
    with open(sys.argv[1], "wb") as file:
        file.write(b"x")
except OSError as error:
    print(error.errno)
"""


def test_a_confined_process_cannot_write(tmp_path: Path) -> None:
    """Within these limits the writing of a single byte to a file fails."""
    ran = subprocess.run(
        [sys.executable, "-c", _WRITER, str(tmp_path / "buit")],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert ran.stdout.strip() == "27", ran.stderr  # EFBIG
    assert (tmp_path / "buit").stat().st_size == 0


def test_a_file_over_the_limit_is_not_even_sent(make_pool: Callable[..., ReaderPool], before: set[int]) -> None:
    """A file that is too large costs no process."""
    assert refusal(make_pool(file_mb=1), b"x" * 1_000_001, "groot.txt").code == "too_large"
    assert {p.pid for p in readers()} == before


# --- what passes between ------------------------------------------------------------------------------------------


def over(header: bytes, body: bytes = b"") -> tuple[dict[str, Any], bytes]:
    """What the server makes of a message."""
    return wire.receive(io.BytesIO(header + body))


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\1",
        wire._HEAD.pack(2, 0) + b"[]",
        wire._HEAD.pack(5, 0) + b"{",
        wire._HEAD.pack(2**40, 0) + b"{}",
        wire._HEAD.pack(2, 2**62) + b"{}",
        wire._HEAD.pack(2, 10) + b"{}" + b"kort",
        wire._HEAD.pack(3, 0) + b"\xff\xfe{",
        wire._HEAD.pack(200_000, 0) + b"[" * 200_000,
    ],
)
def test_what_is_no_message_is_seen(message: bytes) -> None:
    """A process that was taken over cannot bring the server down with what it sends."""
    with pytest.raises(wire.Broken):
        over(message)


def test_half_a_character_becomes_one_sign() -> None:
    """What cannot be stored is replaced in place, so that every offset stays what it was."""
    pipe = io.BytesIO()
    wire.send(pipe, {"text": "a\ud800b\udfffc"})
    pipe.seek(0)
    assert wire.receive(pipe)[0] == {"text": "a\ufffdb\ufffdc"}


@pytest.mark.parametrize(
    "change",
    [
        {"pages": [[1, 2]]},
        {"pages": "abc"},
        {"cuts": [["a", "b"]]},
        {"cuts": [[1e999, 2]]},
        {"sections": [1]},
        {"metadata": ["a"]},
        {"metadata": {"onbekend": 1}},
        {"proposal": None},
        {"notices": [["a"]]},
        {"sketch": None},
    ],
)
def test_a_reply_that_does_not_fit_is_refused(reply: dict[str, Any], change: dict[str, Any]) -> None:
    """A reply of another shape is a fault of the process, whatever is wrong with it."""
    assert wire.unpack(reply, b"").laid.text
    with pytest.raises(wire.Broken):
        wire.unpack({**reply, **change}, b"")


@pytest.fixture(scope="module")
def reply() -> dict[str, Any]:
    """What a process says of a good file."""
    return wire.pack(prepare(PLAIN, Path("gilde.md"), Limits(), Vocabulary.load(VOCABULARY)))[0]
