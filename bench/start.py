"""From the start of the server to its first answer, as a ratio to importing the libraries it stands on.

    make bench

Both are measured in the same run on the same machine, three times each, and the best of each counts: these times are
only worth comparing with one another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROUNDS = 3
LIBRARIES = "sentence_transformers, chromadb, llama_index.core, gradio, fastapi"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = os.environ | {"ROUTEWIJZER_DATA_DIR": str(Path(scratch) / "data")}
        first = start_to_answer(environment)
        starts = [start_to_answer(environment) for _ in range(ROUNDS)]
    imports = [timed_import() for _ in range(ROUNDS)]
    answer = min(answer for answer, _ in starts)
    page = min(page for _, page in starts)
    imported = min(imports)
    print(f"import of {LIBRARIES}: {imported:.1f} s")
    print(f"very first start, corpus read and cut: {first[0]:.1f} s to the first answer")
    print(f"start to first answer: {answer:.1f} s, {answer / imported:.2f} of the import")
    print(f"start to the page: {page:.1f} s, {page / imported:.2f} of the import")


def timed_import() -> float:
    """Seconds that a fresh Python takes to import the libraries."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {LIBRARIES}"], check=True, capture_output=True)
    return time.perf_counter() - begin


def start_to_answer(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from starting the server to its first answer over HTTP, and to the page being there."""
    port = 18231
    begin = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "ui", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answered = _wait(lambda: _ask(port), begin)
        page = _wait(lambda: _page(port), begin)
    finally:
        server.terminate()
        server.wait(timeout=60)
    return answered, page


def _wait(done: object, begin: float) -> float:
    while time.perf_counter() - begin < 120:
        try:
            if callable(done) and done():
                return time.perf_counter() - begin
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.05)
    raise SystemExit("the server did not come up in two minutes")


def _ask(port: int) -> bool:
    body = json.dumps({"question": "Welke pilots zijn er in de bouw?"}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return bool(json.load(reply)["answered"])


def _page(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as reply:
        return b"gradio" in reply.read().lower()


if __name__ == "__main__":
    main()
