"""What the people who run it see: a number for each request, a line for each in the log, and figures for Prometheus.

Nothing here knows who asks or what: no address, no question, no search text; of a path only the route it took.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import time
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.reply import route_path
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.errors import DatabaseUnavailable
from kb.types import Answer

if TYPE_CHECKING:
    from fastapi import FastAPI

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The number of the request that is being served, wherever its work is done."""
HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOG = logging.getLogger("routewijzer.requests")
_TICK = 0.02
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := REQUEST_ID.get():
            line["request_id"] = number
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class LoopDelay:
    """How late the event loop comes to what is due, as it does when something holds it up."""

    def __init__(self) -> None:
        self._longest = 0.0

    async def watch(self) -> None:
        """Measure for as long as this runs."""
        while True:
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            self._longest = max(self._longest, time.perf_counter() - due)

    def longest(self) -> float:
        """The longest delay since this was last asked, in seconds."""
        longest, self._longest = self._longest, 0.0
        return longest


class Figures:
    """What is counted of one running application."""

    def __init__(self, app: FastAPI) -> None:
        self.registry = CollectorRegistry()
        self._app = app
        self._questions = Counter(
            "routewijzer_questions", "Questions that were answered or refused.", ("outcome", "mode", "language"),
            registry=self.registry,
        )  # fmt: skip
        self._steps = Histogram(
            "routewijzer_answer_seconds", "Time of each step of an answer.", ("step",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._requests = Counter(
            "routewijzer_requests", "Requests by route and status.", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._durations = Histogram(
            "routewijzer_request_seconds", "Time until a reply was sent whole.", ("route",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.loop_delay = LoopDelay()
        self.registry.register(_Stock(app, self.loop_delay))
        ProcessCollector(registry=self.registry)

    def answered(self, answer: Answer) -> None:
        """Count an answer, over whichever way it was asked for."""
        outcome = "aside" if answer.aside else "answered" if answer.answered else "refused"
        self._questions.labels(outcome, answer.mode, answer.language).inc()
        for step, milliseconds in answer.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)

    def served(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request."""
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(route).observe(seconds)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class _Stock(Collector):
    """What there is at the moment of asking."""

    def __init__(self, app: FastAPI, loop_delay: LoopDelay) -> None:
        self._app = app
        self._loop_delay = loop_delay

    def collect(self) -> Iterator[Metric]:
        """The figures; none of a workspace that is not there yet."""
        workspace: Workspace | None = self._app.state.workspace
        yield GaugeMetricFamily("routewijzer_up", "The library is read.", value=float(workspace is not None))
        yield GaugeMetricFamily(
            "routewijzer_loop_delay_seconds", "Longest delay of the event loop since these figures were last read.",
            value=self._loop_delay.longest(),
        )  # fmt: skip
        if workspace is None:
            return
        snapshot = workspace.knowledge.snapshot
        yield GaugeMetricFamily("routewijzer_documents", "Documents answered from.", value=len(snapshot.versions))
        yield GaugeMetricFamily("routewijzer_chunks", "Passages that are searched.", value=len(snapshot.chunks))
        yield GaugeMetricFamily(
            "routewijzer_vectors_pending", "Passages that have no vector yet.", value=workspace.vectors.pending
        )
        ready = workspace.vectors.state in {"ready", "off"}
        yield GaugeMetricFamily("routewijzer_vectors_ready", "The vector index is in step.", value=float(ready))
        yield GaugeMetricFamily(
            "routewijzer_index_bytes", "Bytes of the vector index on disk.", value=_bytes_below(workspace)
        )
        ingested = CounterMetricFamily("routewijzer_ingested", "Documents by what was done.", labels=["outcome"])
        for outcome, count in workspace.ingested.items():
            ingested.add_metric([outcome], count)
        yield ingested
        yield GaugeMetricFamily("routewijzer_leads", "This process writes the library.", value=float(workspace.leads))
        store = workspace.vectors.store
        reached = store is None or store.reachable
        yield GaugeMetricFamily("routewijzer_chroma_up", "The Chroma server answers.", value=float(reached))
        journal = workspace.knowledge.journal
        yield GaugeMetricFamily(
            "routewijzer_journal_waiting", "Questions that are yet to be noted in the journal.", value=journal.waiting
        )
        yield CounterMetricFamily(
            "routewijzer_journal_lost", "Questions that were not noted, as the database was gone.", value=journal.lost
        )
        yield from _of_jobs(self._app.state.jobs)


def _of_jobs(jobs: Jobs | None) -> Iterator[Metric]:
    """Jobs by state, and whether the database could be asked for them."""
    if jobs is None:
        return
    try:
        counts = jobs.counts()
    except DatabaseUnavailable:
        counts = {}
    yield GaugeMetricFamily("routewijzer_database_up", "The database answers.", value=float(bool(counts)))
    states = GaugeMetricFamily("routewijzer_jobs", "Jobs by state.", labels=["state"])
    for state, count in counts.items():
        states.add_metric([state], count)
    yield states


def _bytes_below(workspace: Workspace) -> float:
    total = 0
    for path in (workspace.settings.data_dir / "index").rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # gone since it was listed
            continue
    return float(total)


def route_of(scope: Scope) -> str:
    """The route that a request took, with names for its parts: what a path says of a document is not in it."""
    route = scope.get("route")
    path = getattr(route, "path_format", getattr(route, "path", ""))
    if path:
        return str(path)
    first = route_path(scope).split("/")[1:2]
    return f"/{first[0]}" if first and first[0] in {"gradio_api", "assets", "page-assets", "documenten"} else "other"


class RequestContext:
    """Gives each request its number, counts it, and notes it in the log."""

    def __init__(self, app: ASGIApp, figures: Figures, lines: bool) -> None:
        self._app = app
        self._figures = figures
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else f"{random.getrandbits(128):032x}"
        scope["routewijzer.request_id"] = number
        token = REQUEST_ID.set(number)
        begun = time.perf_counter()
        status = 500

        async def sender(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault(HEADER, number)
            await send(message)

        try:
            await self._app(scope, receive, sender)
        finally:
            seconds = time.perf_counter() - begun
            self._figures.served(scope, status, seconds)
            if self._lines:
                fields = {
                    "method": scope["method"], "route": route_of(scope), "status": status,
                    "ms": round(seconds * 1000, 1),
                }  # fmt: skip
                _LOG.info("request", extra={"fields": fields})
            REQUEST_ID.reset(token)
