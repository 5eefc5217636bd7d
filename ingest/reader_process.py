"""The process that reads files: takes one after the other from a pipe, within limits that the kernel holds it to.

It has no key, no open socket and no place to write; killing it at any moment costs only the file at hand.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.limits import Limits
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument
from kb.vocabulary import Vocabulary

_GRACE = 20
"""Seconds of processor time beyond the limit, after which the kernel ends the process if nobody else did."""


def main(memory_mb: int, vocabulary: str, lifeline: int) -> None:
    """Serve until the pipe closes, or the other end of `lifeline` (a pipe through which nothing is ever sent)."""
    pipe_in, pipe_out = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the messages
    _confine(memory_mb)
    _tie_to(lifeline)
    from ingest import wire

    values = Vocabulary.load(Path(vocabulary))
    with contextlib.suppress(wire.Broken):
        wire.send(pipe_out, {"ready": True})
        while True:
            header, data = wire.receive(pipe_in)
            work = _render if "page" in header else _read
            reply, body = _guarded(work, header, data, values)
            del data
            wire.send(pipe_out, {**reply, "peak_mb": _peak_mb()}, body)
            del reply, body
    os._exit(0)


def _read(header: dict[str, Any], data: bytes, vocabulary: Vocabulary) -> tuple[dict[str, Any], bytes]:
    from ingest import wire
    from ingest.preparing import prepare

    return wire.pack(prepare(data, Path(header["name"]), Limits(**header["limits"]), vocabulary))


def _render(header: dict[str, Any], data: bytes, _: Vocabulary) -> tuple[dict[str, Any], bytes]:
    import numpy as np

    from ingest.pdf.page_image import render_page

    marks = np.array(header["marks"], dtype=np.uint16).reshape(-1, 5)
    page = int(header["page"])
    try:
        return {}, render_page(data, page, marks)
    except IndexError:
        return {"no_page": True}, b""


_Work = Callable[[dict[str, Any], bytes, Vocabulary], tuple[dict[str, Any], bytes]]


def _guarded(work: _Work, header: dict[str, Any], data: bytes, vocabulary: Vocabulary) -> tuple[dict[str, Any], bytes]:
    """Do the work; whatever goes wrong becomes a refusal with a message."""
    from ingest import wire

    path = Path(header["name"])
    limits = Limits(**header["limits"])
    _allow_time(limits.seconds)
    try:
        return work(header, data, vocabulary)
    except DocumentError as error:
        return wire.pack_refusal(error), b""
    except (MemoryError, RecursionError) as error:
        return wire.pack_refusal(_over_limit(error, path, limits)), b""
    except Exception as error:
        with contextlib.suppress(OSError):
            print(f"reader: {type(error).__name__} at a {path.suffix} file", file=sys.stderr)
        return wire.pack_refusal(
            UnreadableDocument(
                path,
                f"{path.name}: is beschadigd of heeft een vorm die niet kan worden gelezen.",
                f"{path.name}: is damaged, or has a form that cannot be read.",
            )
        ), b""


def _over_limit(error: Exception, path: Path, limits: Limits) -> LimitExceeded:
    if isinstance(error, MemoryError):
        return LimitExceeded(
            path,
            "too_much_memory",
            f"{path.name}: kost meer geheugen dan toegestaan ({limits.memory_mb} MB).",
            f"{path.name}: takes more memory than allowed ({limits.memory_mb} MB).",
        )
    return LimitExceeded(
        path, "too_deep", f"{path.name}: te diep genest om te lezen.", f"{path.name}: nested too deep to read."
    )


def _confine(memory_mb: int) -> None:
    size = memory_mb * 1024 * 1024
    for what, most in (
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most, most if hard == resource.RLIM_INFINITY else min(most, hard)))


def _allow_time(seconds: float) -> None:
    used = time.process_time()
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds + _GRACE), hard))


def _tie_to(lifeline: int) -> None:
    """From now on the kernel ends this process as soon as the other end of the pipe closes, whatever is at work.

    A library in C may keep every thread of Python waiting, so no thread of ours can be trusted to notice. It must be a
    pipe of its own: the signal is sent for bytes too, and for those of a message that was just read it may come late.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)  # SIGIO ends a process that does not handle it
    if select.select([lifeline], [], [], 0)[0]:  # closed before the kernel was told
        os._exit(1)


def _peak_mb() -> float:
    """The most memory that this process has held; what `getrusage` tells counts the server that started it too."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:  # not on every system
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)
