"""What who runs it sees: numbers of requests, logs, figures, readiness; and a stop that cuts nothing off."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import llm_server
import pytest
from conftest import CRAFT, PROJECT, environment, make_settings
from llm_server import KEY, MODEL, Asked, ScriptedModel
from prometheus_client.parser import text_string_to_metric_families
from serving import serving
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from waiting import until

from api.app import create_app
from api.observing import HEADER, JsonLines
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from ui.serving import EndlessStreams

TEAM = "een-geheime-sleutel"
PROOF = "Wat is een meesterproef?"


# --- numbers and logs ---------------------------------------------------------------------------------------------


def test_every_reply_has_the_number_of_its_request(reading_room: Workspace) -> None:
    """A number that a caller gives comes back where it is one; else each request gets its own, errors too."""
    with serving(create_app(reading_room.settings, reading_room)) as server:
        paths = ("/api/health", "/api/nergens", "/api/search", "/metrics", "/v1/models")
        numbers = [httpx.get(f"{server.address}{path}").headers[HEADER] for path in paths]
        assert len(set(numbers)) == len(numbers) and all(re.fullmatch("[0-9a-f]{32}", number) for number in numbers)
        for given, kept in (("abc-123.X_y", True), ("a b", False), ("a" * 65, False), ("<script>", False), ("", False)):
            reply = httpx.get(f"{server.address}/api/health", headers={HEADER: given})
            assert (reply.headers[HEADER] == given) == kept


def test_an_error_of_ours_has_its_number_in_reply_and_log(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reports a failure by its number leads us to its traceback."""
    workspace.knowledge.examples = None  # type: ignore[assignment]
    with serving(create_app(workspace.settings, workspace)) as server:
        reply = httpx.post(f"{server.address}/api/ask", json={"question": PROOF}, headers={HEADER: "melding-7"})
    assert (reply.status_code, reply.headers[HEADER]) == (500, "melding-7")
    assert reply.headers["connection"] == "close", (
        "the server hangs up after it, which may cost a client its next request"
    )
    assert "melding-7" in caplog.text


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written to the log as lines of JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("routewijzer")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_the_log_tells_what_happened_and_not_to_whom(workspace: Workspace, lines: io.StringIO) -> None:
    """A line for each request with its number, route, status and time; no question, no search, no address, no key."""
    settings = workspace.settings.model_copy(update={"log_format": "json", "team_key": TEAM})
    workspace.knowledge.examples = None  # type: ignore[assignment]
    traces = {"X-Forwarded-For": "203.0.113.77", "User-Agent": "Spoorzoeker", "X-Team-Key": f"{TEAM}?", HEADER: "n-1"}
    app = create_app(settings, workspace)
    with serving(app) as server, httpx.Client(base_url=server.address, headers=traces) as client:
        client.post("/api/ask", json={"question": "Waar woont Kwikstaart?"})
        client.get("/api/search", params={"q": "Wielewaal"})
        client.get("/api/gaps")
        client.get("/api/documents/begrippen/meesterproef/text")
        client.get("/wp-admin/geheim.php")
    records = [json.loads(line) for line in lines.getvalue().splitlines()]
    found = [record for record in records if record["message"] == "request"]
    assert [(r["method"], r["route"], r["status"]) for r in found] == [
        ("POST", "/api/ask", 500), ("GET", "/api/search", 200), ("GET", "/api/gaps", 401),
        ("GET", "/api/documents/{document_id}/text", 200), ("GET", "other", 404),
    ]  # fmt: skip
    assert all(record["request_id"] == "n-1" and record["ms"] >= 0 for record in found)
    failed = next(record for record in records if "exception" in record)
    assert "Traceback" in failed["exception"] and "n-1" in failed["message"]
    text = lines.getvalue()
    for trace in ("Kwikstaart", "Wielewaal", "203.0.113.77", "Spoorzoeker", TEAM, "wp-admin"):
        assert trace not in text


# --- figures ------------------------------------------------------------------------------------------------------


def figures(text: str) -> dict[str, float]:
    """The figures by name and labels, read by Prometheus' own parser."""
    return {
        f"{sample.name}{''.join(f' {key}={value}' for key, value in sorted(sample.labels.items()))}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures(workspace: Workspace) -> None:
    """Questions, refusals, the time of each step, what is indexed, jobs and requests are counted."""
    settings = workspace.settings.model_copy(update={"team_key": TEAM})
    jobs = Jobs(workspace, workspace.knowledge.journal.engine, settings.data_dir / "incoming")
    jobs.start()
    key = {"X-Team-Key": TEAM}
    with serving(create_app(settings, workspace, jobs=jobs)) as server, httpx.Client(base_url=server.address) as client:
        for question in (PROOF, PROOF, "Hoeveel leerlingen heeft de Universiteit van Leiden?"):
            client.post("/api/ask", json={"question": question})
        client.post("/api/documents", headers=key, files={"file": ("nieuw.md", b"# Nieuw\n\nEen nieuw stuk.\n")})
        until(lambda: client.get("/api/jobs", headers=key).json()["jobs"][0]["state"] == "done")
        client.request("PROPFIND", "/verzonnen/pad")
        reply = client.get("/metrics", headers=key)
        found = figures(reply.text)
    jobs.close()
    assert reply.headers["content-type"].startswith("text/plain")
    asked = "routewijzer_questions_total language=nl mode=extractive outcome="
    assert (found[f"{asked}answered"], found[f"{asked}refused"]) == (2, 1)
    assert found["routewijzer_answer_seconds_count step=retrieve"] == 3
    assert 0 < found["routewijzer_answer_seconds_sum step=total"] < 30
    assert (found["routewijzer_documents"], found["routewijzer_up"]) == (7, 1)
    assert found["routewijzer_chunks"] > 7 and found["routewijzer_vectors_ready"] == 1
    assert found["routewijzer_ingested_total outcome=added"] == 7
    assert found["routewijzer_jobs state=done"] == 1 and found["routewijzer_jobs state=queued"] == 0
    assert found["routewijzer_requests_total method=POST route=/api/ask status=200"] == 3
    assert found["routewijzer_requests_total method=other route=other status=404"] == 1
    assert "verzonnen" not in reply.text.lower()


def test_who_may_read_the_figures(reading_room: Workspace) -> None:
    """The team by default; nobody or everyone by setting."""
    for setting, bare, with_key in (("team", 401, 200), ("off", 404, 404), ("open", 200, 200)):
        settings = reading_room.settings.model_copy(update={"team_key": TEAM, "metrics": setting})
        with serving(create_app(settings, reading_room)) as server:
            assert httpx.get(f"{server.address}/metrics").status_code == bare
            key = {"Authorization": f"Bearer {TEAM}"}
            assert httpx.get(f"{server.address}/metrics", headers=key).status_code == with_key


# --- readiness ----------------------------------------------------------------------------------------------------


def test_readiness_means_that_questions_are_answered(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not ready when the search fails or the server is stopping; a disk that takes nothing is told and is no reason."""
    app = create_app(workspace.settings, workspace)
    with serving(app) as server:

        def ready() -> tuple[int, dict[str, Any]]:
            reply = httpx.get(f"{server.address}/api/ready")
            return reply.status_code, reply.json()

        assert ready()[0] == 200
        with monkeypatch.context() as patch:
            patch.setattr("tempfile.tempdir", None)
            patch.setattr("tempfile.TemporaryFile", _no_room)
            status, body = ready()
            assert (status, body["ready"], body["writable"]) == (200, True, False)
        with monkeypatch.context() as patch:
            patch.setattr(workspace.knowledge, "search", _no_room)
            status, body = ready()
            assert (status, body["ready"]) == (503, False)
        app.state.stopping = True
        status, body = ready()
        assert (status, body["ready"], body["stopping"]) == (503, False, True)


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


# --- stopping -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_running_answer_ends_before_the_server_does(tmp_path: Path) -> None:
    """Told to stop amid an answer, the server takes no new callers, ends the answer whole, and closes its folders."""
    going = threading.Event()

    def slowly(asked: Asked) -> str:
        assert going.wait(60)
        return llm_server.good(asked)

    with ScriptedModel(slowly) as model:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = {
            **environment(tmp_path, CRAFT), "ROUTEWIJZER_PORT": str(port), "ROUTEWIJZER_LLM_BASE_URL": model.url,
            "ROUTEWIJZER_LLM_MODEL": MODEL, "ROUTEWIJZER_LLM_API_KEY": KEY, "ROUTEWIJZER_ANSWER_THRESHOLD": "0",
            "ROUTEWIJZER_LOG_FORMAT": "json",
        }  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        process = subprocess.Popen(
            [sys.executable, "-m", "ui", "serve"], env=env, cwd=PROJECT, stderr=subprocess.PIPE, text=True
        )
        try:
            until(lambda: _status(f"{address}/api/ready") == 200, 60)
            asked = {"question": PROOF}
            headers = {"Accept": "text/event-stream"}
            with httpx.stream("POST", f"{address}/api/ask", json=asked, headers=headers, timeout=60) as reply:
                parts = reply.iter_text()
                assert "event: sources" in next(parts)
                until(lambda: model.asked)
                process.send_signal(signal.SIGTERM)
                until(lambda: _status(f"{address}/api/ready") is None)
                assert process.poll() is None
                going.set()
                whole = "".join(parts)
            assert whole.rstrip().split("\n\n")[-1].startswith("event: done")
            assert process.wait(timeout=60) == 0
            assert process.stderr is not None
            log = process.stderr.read()
        finally:
            going.set()
            process.kill()
            process.wait(timeout=10)
            if process.stderr is not None:
                process.stderr.close()
    assert "Traceback" not in log
    done = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [line["status"] for line in done if line.get("route") == "/api/ask"] == [200]
    with Workspace.open(make_settings(tmp_path, CRAFT)) as again:
        assert not again.unfinished and again.startup.unchanged and not again.startup.added


def _status(address: str) -> int | None:
    try:
        return httpx.get(address, timeout=5).status_code
    except httpx.TransportError:
        return None


def test_streams_that_never_end_are_ended() -> None:
    """What the page keeps open for as long as a visit lasts does not hold up a stop."""
    loops: list[asyncio.AbstractEventLoop] = []

    async def heartbeat(scope: Scope, receive: Receive, send: Send) -> None:
        loops.append(asyncio.get_running_loop())

        async def forever() -> Any:
            while True:
                yield b"ALIVE\n"
                await asyncio.sleep(0.01)

        await StreamingResponse(forever())(scope, receive, send)

    endless = EndlessStreams(heartbeat)
    with serving(endless) as server:
        path = f"{server.address}/gradio_api/heartbeat/abc"
        with httpx.stream("GET", path, timeout=10) as reply:
            parts = reply.iter_bytes()
            assert next(parts)
            loops[0].call_soon_threadsafe(endless.stop)
            assert all(b"ALIVE" in part for part in parts)  # to its end, which is a proper one
        assert httpx.get(path, timeout=10).status_code == 503
