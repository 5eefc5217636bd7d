"""The real services that several processes share: a PostgreSQL and a Chroma server, started for the tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from waiting import until

POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
"""Where Debian keeps it; `.ci/run` installs it where it is missing."""
_AS_POSTGRES = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=16MB")
"""Settings of a server whose data nobody will miss."""


def free_port() -> int:
    """A port of the loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A server in a process of its own, that can be stopped, killed and started again on the same port and data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, start_new_session=True)
        until(self._answers, 60)

    def stop(self, how: signal.Signals | None = None) -> None:
        """Stop it, at once unless told otherwise, and wait until it is gone."""
        assert self._process is not None
        os.killpg(self._process.pid, how or self._end)
        self._process.wait(timeout=60)
        self._process = None

    _end = signal.SIGKILL

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, (self.folder / "log").read_text()
        return self._is_there()

    def _is_there(self) -> bool:
        raise NotImplementedError


class PostgreSQL(Service):
    """A PostgreSQL with data of its own; run by another user where the tests are root's, which it refuses.

    Its folder must be reachable for that user, as one directly below the system's temporary folder is.
    """

    # immediate shutdown: its children end with it, and give the port and the memory back
    _end = signal.SIGQUIT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._bin = POSTGRESQL[-1].parent
        self._as = _AS_POSTGRES if os.geteuid() == 0 else ()
        if self._as:
            shutil.chown(folder, "postgres")
        made = ("--auth=trust", "--username=routewijzer", "--encoding=UTF8", "--no-sync", "--locale=C")
        self._run("initdb", "-D", str(folder / "data"), *made)

    def _run(self, name: str, *words: str) -> None:
        subprocess.run([*self._as, str(self._bin / name), *words], cwd="/", check=True, capture_output=True)

    def _command(self) -> list[str]:
        options = [word for setting in _QUICK for word in ("-c", setting)]
        where = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", "", "-h", "127.0.0.1"]
        return [*self._as, str(self._bin / "postgres"), *where, *options]

    def _is_there(self) -> bool:
        ready = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres"]
        return subprocess.run(ready, check=False).returncode == 0

    @contextmanager
    def frozen(self, only: int | None = None) -> Iterator[None]:
        """Stop its processes where they are, or that one alone, for as long as the block lasts.

        The system goes on to accept and to acknowledge for them: nothing tells a client that nobody is at work.
        """
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        # each is in a session of its own; the one that forks comes first
        stopped = [psutil.Process(only)] if only is not None else [main, *main.children(recursive=True)]
        for process in stopped:
            with suppress(psutil.NoSuchProcess):  # that of a connection may come to its end meanwhile
                process.suspend()
        try:
            yield
        finally:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Have it stopped for as long as the block lasts."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def database(self, name: str) -> str:
        """The address of a database of that name, made anew."""
        at = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "routewijzer")
        self._run("dropdb", "--if-exists", "--force", *at, name)
        self._run("createdb", *at, name)
        return f"postgresql://routewijzer:geheim@127.0.0.1:{self.port}/{name}"


class Chroma(Service):
    """A Chroma server, as its own package starts it."""

    def _command(self) -> list[str]:
        chroma = Path(sys.executable).with_name("chroma")
        where = ["--path", str(self.folder / "vectors"), "--host", "127.0.0.1", "--port", str(self.port)]
        return [str(chroma), "run", *where]

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def _is_there(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/v2/heartbeat", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
