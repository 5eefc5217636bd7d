"""Reads files in processes of their own, which may be killed without harm to the server.

A file that takes too long, too much memory, or crashes a library in C costs its reader process and nothing else; the
next file gets a new one. Processes start when there is work, and are kept for the next file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest import wire
from ingest.blocks import Boxes
from ingest.limits import Limits
from ingest.preparing import Prepared, too_large
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument
from kb.settings import PROJECT, Settings

CRASHED = "reader_crashed"
_AT_ONCE = 0.05
"""Seconds; no file crashes a process sooner that has read others before."""
_START_SECONDS = 60.0
_FILES_EACH = 200
"""After so many files a process is replaced, so that no library's leak adds up."""
_GROWN = 0.75
"""The share of its memory from which a process is replaced; the word lists that every process loads take 265 MB."""


class ReaderPool:
    """Up to `processes` reader processes. `prepare` may be called from several threads; each call blocks."""

    def __init__(self, limits: Limits, vocabulary: Path, processes: int) -> None:
        self.limits = limits
        self.processes = processes
        self._vocabulary = vocabulary
        self._idle: list[_Process] = []
        self._room = threading.BoundedSemaphore(processes)
        self._guard = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, settings: Settings) -> ReaderPool:
        """A pool by the settings; starts nothing yet."""
        return cls(Limits.of(settings), settings.vocabulary, settings.reader_processes or _cores())

    def prepare(self, data: bytes, path: Path) -> Prepared:
        """Read, clean, cut and inspect a file. Raises a `DocumentError` where it is refused."""
        if len(data) > self.limits.file_mb * 1_000_000:
            raise too_large(path, self.limits)
        header, body = self._work({}, data, path)
        try:
            return wire.unpack(header, body)
        except wire.Broken:
            raise _crashed(path) from None

    def render(self, data: bytes, path: Path, page: int, marks: Boxes) -> bytes:
        """A page of a PDF as PNG, with the characters in `marks` marked.

        Raises `IndexError` where there is no such page, and a `DocumentError` where it cannot be drawn.
        """
        reply, picture = self._work({"page": page, "marks": marks.ravel().tolist()}, data, path)
        if reply.get("no_page"):
            raise IndexError(page)
        return picture

    def _work(self, request: dict[str, Any], data: bytes, path: Path) -> tuple[dict[str, Any], bytes]:
        with self._room:
            process = self._take()
            used, began = process.used, time.monotonic()
            try:
                return self._worked(process, request, data, path)
            except UnreadableDocument as error:
                # a process that is gone at once was killed while it waited: no fault of this file
                if error.code != CRASHED or not used or time.monotonic() - began > _AT_ONCE:
                    raise
            return self._worked(_Process(self.limits, self._vocabulary), request, data, path)

    def _worked(
        self, process: _Process, request: dict[str, Any], data: bytes, path: Path
    ) -> tuple[dict[str, Any], bytes]:
        try:
            reply = process.work(request, data, path, self.limits)
        except DocumentError:
            self._give_back(process)
            raise
        except BaseException:
            process.end()
            raise
        self._give_back(process)
        return reply

    def close(self) -> None:
        """End all idle processes; one at work ends with its file."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def _take(self) -> _Process:
        while True:
            with self._guard:
                if not self._idle:
                    break
                process = self._idle.pop()
            if process.usable(self.limits):  # it may have been killed while it waited
                return process
            process.end()
        return _Process(self.limits, self._vocabulary)

    def _give_back(self, process: _Process) -> None:
        with self._guard:
            if not self._closed and process.usable(self.limits):
                self._idle.append(process)
                return
        process.end()


class _Process:
    """One reader process, used by one thread at a time."""

    def __init__(self, limits: Limits, vocabulary: Path) -> None:
        code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from ingest.reader_process import main; "
        code += "main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))"
        # no setting and no key is handed on; one thread each, as the processes share the cores
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TESSDATA_PREFIX") if name in os.environ}
        quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "PYTHONUTF8": "1"}
        arguments = [str(PROJECT), str(limits.memory_mb), str(vocabulary.resolve())]
        other_end, held = os.pipe()
        self._lifeline = os.fdopen(held, "wb", buffering=0)  # closes with this process, however that ends
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", code, *arguments, str(other_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**kept, **quiet},
                cwd="/",
                pass_fds=[other_end],
            )
        except BaseException:
            self._lifeline.close()
            raise
        finally:
            os.close(other_end)
        self._files = 0
        self._peak_mb = 0.0
        self._dead = False
        try:
            self._exchange(_START_SECONDS, None)
        except (wire.Broken, TimeoutError):
            self.end()
            raise RuntimeError("a process to read files could not be started") from None

    def work(self, request: dict[str, Any], data: bytes, path: Path, limits: Limits) -> tuple[dict[str, Any], bytes]:
        """Have one file worked on. Raises a `DocumentError`; the process may be dead after it."""
        header = {**request, "name": path.name, "limits": asdict(limits)}
        try:
            reply, body = self._exchange(limits.seconds, (header, data))
            self._files += 1
            self._peak_mb = float(reply.get("peak_mb", 0.0))
            if "refused" in reply:
                raise wire.unpack_refusal(reply, path)
            return reply, body
        except TimeoutError:
            self.end()
            raise LimitExceeded(
                path,
                "too_slow",
                f"{path.name}: het lezen duurde langer dan {limits.seconds:g} seconden en is gestopt.",
                f"{path.name}: reading took longer than {limits.seconds:g} seconds and was stopped.",
            ) from None
        except (wire.Broken, ValueError, TypeError):  # gone, or a reply that makes no sense
            self.end()
            raise _crashed(path) from None

    def _exchange(self, seconds: float, message: tuple[dict[str, Any], bytes] | None) -> tuple[dict[str, Any], bytes]:
        """Send a message and wait for the reply. Raises `TimeoutError` (the process is killed) or `wire.Broken`."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        assert self._process.stdin is not None and self._process.stdout is not None
        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            if message is not None:
                wire.send(self._process.stdin, *message)  # type: ignore[arg-type]
            return wire.receive(self._process.stdout)  # type: ignore[arg-type]
        except wire.Broken:
            if late.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
            timer.join()
            self._dead = self._dead or late.is_set()  # also where the reply came at the last moment

    @property
    def used(self) -> bool:
        """Whether it has read a file before."""
        return self._files > 0

    def usable(self, limits: Limits) -> bool:
        """Whether it may read another file."""
        grown = self._peak_mb > limits.memory_mb * _GROWN
        return not self._dead and not grown and self._files < _FILES_EACH and self._process.poll() is None

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self._dead = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._lifeline):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent any more
                    continue


def _crashed(path: Path) -> UnreadableDocument:
    error = UnreadableDocument(
        path,
        f"{path.name}: bij het lezen liep het leesproces vast (te veel geheugen, of een beschadigd bestand).",
        f"{path.name}: the process that read it crashed (too much memory, or a damaged file).",
    )
    error.code = CRASHED
    return error


def _cores() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
