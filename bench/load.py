"""Many readers at once, beside the least that any such server must do.

    python -m bench.load

Starts the server as it comes, and a second one whose only call embeds a question with the same model and asks the same
Chroma collection for the nearest passages. Both are asked the same questions over the loopback by the same client, by
so many readers at once, each asking the next question when it has the answer to the last; first plain, then in parts.
Times on one machine are only worth comparing with one another: read the ratios. The delay of the event loop is what
each server says of it at `/metrics`: how late it came to something that was due. On a machine that others keep busy
that is never nothing, for the bare one neither.

    python -m bench.load --readers 1 10 50 --processes 2 --postgresql URL --chroma URL

asks several processes that share one library in turn, which are given the addresses of both services.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from ingest.workspace import Workspace
from kb.evaluation import load_cases
from kb.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
READERS = (1, 2, 10, 50, 200)
PASSAGES = 12
LEAST, EACH = 120, 3
"""Questions at each level: so many, or so many for each reader."""
PATIENCE = 600
_WIDTH = 130
WAYS = ("bare", "plain", "in parts")


@dataclass
class Run:
    """What readers met at one level."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    errors: int = 0
    loop_delay: float = 0.0

    @property
    def per_second(self) -> float:
        """Questions a second."""
        return len(self.took) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        return 1000 * statistics.quantiles(self.took, n=1000, method="inclusive")[round(1000 * share) - 1]


def main() -> None:
    """Measure and lay the figures out."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--readers", type=int, nargs="+", default=list(READERS))
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--postgresql", default="")
    options.add_argument("--chroma", default="")
    options.add_argument("--embedder", default="static", help="as in ROUTEWIJZER_EMBEDDER, for both servers")
    options.add_argument("--json", type=Path, help="write the figures to this file too")
    options.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.bare:
        serve_bare(given.bare, given.port, given.embedder)
        return
    shared = {"ROUTEWIJZER_DATABASE_URL": given.postgresql, "ROUTEWIJZER_CHROMA_URL": given.chroma}
    asked = questions()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        data = Path(scratch) / "data"
        prepare(data, given.embedder)
        shutil.copytree(data / "index", Path(scratch) / "bare")
        command = [sys.executable, "-m", "bench.load", "--bare", str(Path(scratch) / "bare")]
        command += ["--embedder", given.embedder, "--port"]
        bare = stack.enter_context(started(lambda port: [*command, str(port)], {}, "/health"))
        serve = [sys.executable, "-m", "ui", "serve", "--port"]
        env = {
            "ROUTEWIJZER_DATA_DIR": str(data), "ROUTEWIJZER_METRICS": "open", "ROUTEWIJZER_EMBEDDER": given.embedder,
            **shared,
        }  # fmt: skip
        servers = [
            stack.enter_context(started(lambda port: [*serve, str(port)], env, "/api/ready"))
            for _ in range(given.processes)
        ]
        figures = asyncio.run(measure(bare, servers, given.readers, asked))
    show(figures, Console(width=_WIDTH))
    if given.json:
        plain = [{"readers": n, "way": way, **vars(run)} for (n, way), run in figures.items()]
        given.json.write_text(json.dumps(plain, indent=2))
    sys.exit(1 if any(run.errors for run in figures.values()) else 0)


def questions(seed: int = 7) -> list[str]:
    """The questions of the corpus that stand on their own, mixed."""
    files = sorted((PROJECT / "corpus" / "vragen").glob("*.jsonl"))
    found = [case.question for path in files for case in load_cases(path) if not case.history]
    random.Random(seed).shuffle(found)
    return found


def prepare(folder: Path, embedder: str) -> None:
    """Take in the corpus and fill the index, so that no reader waits for that."""
    with Workspace.open(Settings(_env_file=None, data_dir=folder, embedder=embedder)) as workspace:
        workspace.load_vectors()


# --- servers ------------------------------------------------------------------------------------------------------


def bare_collection(index: Path) -> Any:
    """The one collection of an index, by Chroma itself."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(str(index), settings=ChromaSettings(anonymized_telemetry=False))
    return client.get_collection(client.list_collections()[0].name, embedding_function=None)


def serve_bare(index: Path, port: int, model: str) -> None:
    """The least there is: a call that embeds a question and asks Chroma, as anybody would write it first."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.responses import PlainTextResponse
    from pydantic import BaseModel

    from api.observing import LoopDelay
    from kb.embedding import open_embedder

    class Asked(BaseModel):
        question: str

    embedder = open_embedder(Settings(_env_file=None, embedder=model))
    assert embedder is not None
    collection = bare_collection(index)
    delay = LoopDelay()

    @asynccontextmanager
    async def watched(_: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(delay.watch())
        yield
        watch.cancel()

    app = FastAPI(lifespan=watched)

    def search(body: Asked) -> dict[str, Any]:
        vector = embedder.embed_queries([body.question])[0]
        found = collection.query(query_embeddings=[vector], n_results=PASSAGES, include=["distances"])
        return {"ids": found["ids"][0], "distances": found["distances"][0]}

    search.__annotations__["body"] = Asked  # a class of this function, which its name as text does not lead to
    app.post("/api/ask", response_model=None)(search)
    app.get("/health", response_model=None)(lambda: {})
    told = app.get("/metrics", response_model=None, response_class=PlainTextResponse)
    told(lambda: f"routewijzer_loop_delay_seconds {delay.longest()}")
    uvicorn.run(app, port=port, log_level="error", access_log=False)


@contextmanager
def started(command: Any, env: dict[str, str], ready: str) -> Iterator[str]:
    """The address of a server for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ROUTEWIJZER_")}
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(command(port), cwd=PROJECT, env=outside | env, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + 120
            while not _is_whole(f"{address}{ready}"):
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit(Path(log.name).read_text(encoding="utf-8"))
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=120)


def _is_whole(address: str) -> bool:
    """Whether a server answers; ours once it does so with vectors, and the page is loaded."""
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:
            said = json.loads(reply.read())
        page = urllib.request.urlopen(address.replace("/api/ready", "/"), timeout=5).read() if said else b"gradio"
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return said.get("method", "hybrid") == "hybrid" and b"gradio" in page


# --- readers ------------------------------------------------------------------------------------------------------


async def measure(
    bare: str, servers: Sequence[str], readers: Sequence[int], asked: Sequence[str]
) -> dict[tuple[int, str], Run]:
    """Every level in every way, after a round to warm up."""
    figures = {}
    ways = [("bare", [bare], False), ("plain", servers, False), ("in parts", servers, True)]
    for _, addresses, parts in ways:
        await level(addresses, 4, asked[:40], parts)
    for number in readers:
        count = max(LEAST, EACH * number)
        mixed = list(itertools.islice(itertools.cycle(asked), count))
        for way, addresses, parts in ways:
            run = figures[number, way] = await level(addresses, number, mixed, parts)
            print(f"{number} at once, {way}: {run.per_second:.0f} a second, {run.errors} errors", file=sys.stderr)
    return figures


async def level(addresses: Sequence[str], readers: int, asked: Sequence[str], parts: bool) -> Run:
    """So many readers that together ask all these questions."""
    run = Run()
    waiting = iter(list(zip(asked, itertools.cycle(addresses), strict=False)))
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        await _loop_delay(session, addresses)
        begin = time.perf_counter()
        await asyncio.gather(*(_reader(session, waiting, parts, run) for _ in range(readers)))
        run.seconds = time.perf_counter() - begin
        run.loop_delay = await _loop_delay(session, addresses)
    return run


async def _reader(session: aiohttp.ClientSession, waiting: Iterator[tuple[str, str]], parts: bool, run: Run) -> None:
    headers = {"Accept": "text/event-stream"} if parts else {}
    for question, address in waiting:
        begin = time.perf_counter()
        try:
            async with session.post(f"{address}/api/ask", json={"question": question}, headers=headers) as reply:
                body = await reply.read()
                whole = reply.status == 200 and (b"\nevent: done\n" in body if parts else bool(json.loads(body)))
        except (aiohttp.ClientError, TimeoutError, ValueError):
            whole = False
        run.took.append(time.perf_counter() - begin)
        run.errors += not whole


async def _loop_delay(session: aiohttp.ClientSession, addresses: Sequence[str]) -> float:
    """The longest delay of the event loops since this was last asked, in milliseconds; 0 where it is not told."""
    longest = 0.0
    for address in addresses:
        async with session.get(f"{address}/metrics") as reply:
            told = re.search(r"(?m)^routewijzer_loop_delay_seconds (\S+)$", await reply.text())
        longest = max(longest, 1000 * float(told[1]) if told else 0.0)
    return longest


# --- what people read ---------------------------------------------------------------------------------------------


def show(figures: dict[tuple[int, str], Run], out: Console) -> None:
    """Lay the figures out."""
    table = Table(
        "at once", "", "a second", "p50 ms", "p95 ms", "p99 ms", "p50 × bare", "p95 × bare", "throughput × bare",
        "errors", "loop delay, ms", box=None,
    )  # fmt: skip
    for (readers, way), run in figures.items():
        bare = figures[readers, "bare"]
        table.add_row(
            str(readers), way, f"{run.per_second:.0f}", *(f"{run.quantile(share):.0f}" for share in (0.5, 0.95, 0.99)),
            *(f"{run.quantile(share) / bare.quantile(share):.2f}" for share in (0.5, 0.95)),
            f"{run.per_second / bare.per_second:.2f}", str(run.errors), f"{run.loop_delay:.0f}",
        )  # fmt: skip
    out.print(table)


if __name__ == "__main__":
    main()
