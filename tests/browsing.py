"""The page as a visitor meets it: the real server in a process of its own, for a real browser."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import CHROMIUM, CRAFT, PROJECT

_SERVER = """
import json, sys
import uvicorn
from ingest.workspace import Workspace
from kb.settings import load_settings
from ui.web import build
settings = load_settings(**json.loads(sys.argv[1]))
with Workspace.open(settings) as workspace:
    app = build(settings, workspace)
    uvicorn.run(app, port=settings.port, log_level="warning", timeout_graceful_shutdown=1)
"""
_LISTS = {
    "glossary": "begrippen.yaml",
    "vocabulary": "waarden.yaml",
    "examples": "voorbeeldvragen.yaml",
    "route_plan": "routeplan.yaml",
    "comparison": "vergelijking.yaml",
}


class PageServer:
    """A server that has been started on `folder/corpus`; it is there when `wait` comes back."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = {"data_dir": str(folder / "data"), "corpus_dir": str(folder / "corpus"), "embedder": "none", "port": port}
        self._log = folder / "log"
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVER, json.dumps({**own, **settings})], cwd=PROJECT, stdout=out, stderr=out
            )
        self.address = f"http://127.0.0.1:{port}"

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text()

    def wait(self, address: str = "", headers: Mapping[str, str] | None = None, seconds: float = 120) -> None:
        """Wait until the page is there."""
        request = urllib.request.Request(address or self.address, headers=dict(headers or {}))
        for _ in range(int(4 * seconds)):
            assert self._process.poll() is None, self.log
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    if "gradio" in response.read().decode():
                        return
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.25)
        raise AssertionError("the page did not come: " + self.log)

    def stop(self) -> None:
        """Stop it, and wait until it has."""
        self._process.terminate()
        self._process.wait(timeout=60)


@contextmanager
def craft_page(folder: Path, seconds: float = 120, **settings: Any) -> Iterator[str]:
    """The address of a server on `folder/corpus`, a copy of the invented documents that is made where there is none.

    Afterwards it has shown no traceback.
    """
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    corpus = folder / "corpus"
    if not corpus.exists():
        shutil.copytree(CRAFT, corpus)
    server = PageServer(folder, **{name: str(corpus / file) for name, file in _LISTS.items()}, **settings)
    try:
        server.wait(seconds=seconds)
        yield server.address
        assert "Traceback" not in server.log
    finally:
        server.stop()
