"""What goes wrong with requests, disks and clocks, done for real: the server goes on, and says what is the matter."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from conftest import CRAFT, PROJECT, environment, make_settings
from serving import Server, serving
from waiting import until

from api.app import create_app
from bench.faults import attack
from ingest.jobs import Jobs
from ingest.workspace import Workspace

TEAM = "een-geheime-sleutel"
KEY = {"X-Team-Key": TEAM}
PATIENT = 60
"""Seconds for a reply on a busy machine; nothing here is about speed."""
PROOF = {"question": "Wat is een meesterproef?"}
MARKUP = b'"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a queue, whose documents may come and go."""
    settings = make_settings(tmp_path_factory.mktemp("hall"), CRAFT, team_key=TEAM)
    with Workspace.open(settings) as workspace:
        jobs = Jobs(workspace, workspace.knowledge.journal.engine, settings.data_dir / "incoming")
        jobs.start()
        with serving(create_app(settings, workspace, jobs=jobs)) as server:
            yield server
        jobs.close()


# --- requests -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_requests_made_from_the_contract(hall: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """Hundreds of requests at the edges of the contract and over them: each gets a reply that the contract knows."""
    fine = attack(hall.address, TEAM, 100, phases="coverage")
    assert fine, capsys.readouterr().out
    assert httpx.post(f"{hall.address}/api/ask", json=PROOF).status_code == 200


def raw(server: Server, request: bytes) -> bytes:
    """All that comes back for these very bytes; nothing where the server hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        found = bytearray()
        try:
            connection.sendall(request)
            with contextlib.suppress(OSError):  # the server may have hung up by now
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                found += part
        except (BrokenPipeError, ConnectionResetError):
            pass
        return bytes(found)


_TARGETS = [
    "/api/documents/../../../../etc/passwd/file", "/api/documents/..%2f..%2f..%2fetc%2fpasswd/file",
    "/api/documents/%2e%2e%2f%2e%2e%2fetc/passwd/text", "/api/documents/..%5c..%5cwindows/file",
    "/api/documents/%00/text", "/api/documents/a%00b/file", "/api/documents//etc/passwd/file",
    "/api/documents/begrippen/meesterproef/file?version=../../../../etc/passwd",
    "/api/documents/begrippen/meesterproef/pages/../../../1.png", "/api/documents/begrippen/meesterproef/pages/-1.png",
    "/api/documents/begrippen/meesterproef/pages/99999999999999999999.png", "/docs/../../etc/passwd",
    "/docs/..%2f..%2f__init__.py", "/docs/%2e%2e/app.py", "/page-assets/../page.py", "/static/..%2f..%2fx",
    "/v1/models/..%2f..%2fx", "//api/health", "/api//health", "/api/./health", "/API/HEALTH", "/api/health/", "/%",
    "/%zz", "/%c0%ae%c0%ae/etc/passwd", "/api/search?q=%00%ff&k=1", "/api/search?q=a&k=99999999999999999999",
    "/api/search?q=a&q=b&k=1&k=2", "/api/search?q=" + "a" * 12_000, "/" + "a/" * 3000, "http://elders.example/api/health",
    "/api/jobs/' or 1=1 --".replace(" ", "%20"), "/api/pilots?sector=" + "%F0%9F%98%80" * 400, "/metrics/../api/gaps",
]  # fmt: skip


@pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target[:50])
def test_tricks_with_paths(hall: Server, target: str) -> None:
    """No address leads outside what may be read, and none makes an error of ours."""
    reply = raw(hall, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert b" 5" not in reply.split(b"\r\n", 1)[0]
    assert b"root:" not in reply and b"import annotations" not in reply


_HEADERS = [
    b"Host: " + MARKUP, b"Host: a\r\nHost: b", b"Host:", b"X-Forwarded-Prefix: " + MARKUP,
    b"X-Forwarded-For: " + MARKUP, b"X-Forwarded-Prefix: /../..", b"X-Forwarded-For: ,,,,",
    b"X-Forwarded-For: 999.1.1.1, [::1",
    b"X-Forwarded-Host: x", b"X-Request-ID: " + MARKUP, b"X-Request-ID: a\x00b", b"X-Request-ID: \xff\xfe",
    b"Accept-Language: " + b"en;q=" * 900, b"Accept: text/event-stream\xff", b"Authorization: Bearer \xff\xfe\x00",
    b"Authorization: Bearer", b"X-Team-Key: \xff",
    b"Cookie: routewijzer_lezer=" + b"9" * 900, b"Cookie: =;=;;;\xff", b"Origin: null", b"Origin: " + MARKUP,
    b"Sec-Fetch-Site: " + MARKUP, b"Content-Type: \xff/\xff", b"Content-Type: application/json; charset=onzin",
    b"Content-Length: 5\r\nContent-Length: 6", b"Transfer-Encoding: chunked\r\nContent-Length: 3",
    b"Transfer-Encoding: onzin", b"Content-Encoding: gzip", b"Range: bytes=0-9999999999999999999999",
    b"Range: bytes=--1",
    b"If-None-Match: " + b"x" * 900, b"If-Modified-Since: gisteren", b"Expect: 100-continue", b"Upgrade: websocket",
    b"X-HTTP-Method-Override: DELETE", b"A: " + b"x" * 70_000, b"\r\n".join(b"H%d: x" % n for n in range(2000)),
]  # fmt: skip


@pytest.mark.parametrize("header", _HEADERS, ids=lambda header: repr(header[:40]))
def test_tricks_with_headers(hall: Server, header: bytes) -> None:
    """Whatever a header holds, there is no error of ours, and nothing of it comes back as markup or as a header."""
    for path in (b"/api/documents/begrippen/meesterproef/file", b"/docs", b"/api/gaps", b"/api/ask", b"/metrics"):
        method = b"POST" if path == b"/api/ask" else b"GET"
        host = b"" if header.lower().startswith(b"host") else b"Host: x\r\n"
        reply = raw(hall, method + b" " + path + b" HTTP/1.1\r\n" + host + header + b"\r\nConnection: close\r\n\r\n")
        assert b" 5" not in reply.split(b"\r\n", 1)[0], reply[:300]
        assert b"<script>alert" not in reply


@pytest.mark.parametrize(
    "request_",
    [
        b"", b"\r\n" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
        b"PRI * HTTP/2.0\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n", b"G" * 100_000, b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x00" * 5000,
        b"POST /api/ask HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"POST /api/ask HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n",
        b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        b"POST /api/documents HTTP/1.1\r\nHost: x\r\nX-Team-Key: een-geheime-sleutel\r\nContent-Length: 9\r\n"
        b"Content-Type: multipart/form-data; boundary=" + b"x" * 4000 + b"\r\n\r\n123456789",
    ],
    ids=lambda request_: repr(request_[:30]),
)  # fmt: skip
def test_what_is_hardly_a_request(hall: Server, request_: bytes) -> None:
    """Bytes that are no whole request are refused or dropped; the next caller is served."""
    reply = raw(hall, request_)
    assert b" 5" not in reply.split(b"\r\n", 1)[0]
    assert httpx.get(f"{hall.address}/api/health").status_code == 200


_DEEP = b"[" * 50_000
_BODIES = [
    b"", b"null", b"0", b"[]", b'""', b"{}", _DEEP, b'{"question": ' + _DEEP, b'{"question": {"$ne": 1}}',
    b"\xff\xfe{}",
    b'{"question": NaN}', b'{"question": 1e999}', b'{"question": "x", "question": 7}', b"\xef\xbb\xbf{}", b"{" * 9,
    b'{"question": "' + b"\\u0000" * 40 + b'"}', b'{"question": "\\ud83d"}',
    b'{"question": "' + b"a" * 3_000_000 + b'"}',
    b'{"messages": [[[[]]]], "model": 7, "stream": "nee"}', b'{"model": "routewijzer", "messages": [{"role": "user"}]}',
    b'{"question": "wat", "history": [' + b'{"question": "x"},' * 51 + b'{"question": "x"}]}',
    b'{"question": "wat", "filters": {"kind": ["' + b"x" * 90_000 + b'"]}}',
    b'{"question_id": "' + b"0" * 32 + b'", "verdict": "down", "comment": "' + b"x" * 2001 + b'"}',
    b'{"url": "file:///etc/passwd"}', b'{"url": "http://[::1]:0/"}', b'{"url": "' + b"x" * 3000 + b'"}',
]  # fmt: skip


@pytest.mark.parametrize("body", _BODIES, ids=lambda body: repr(body[:40]))
@pytest.mark.parametrize("path", ["/api/ask", "/api/feedback", "/v1/chat/completions", "/mcp", "/api/documents/fetch"])
def test_bodies_of_all_kinds(hall: Server, path: str, body: bytes) -> None:
    """Any bytes as a body: refused with a status of the caller's, in one shape, or taken as the question they are."""
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **KEY}
    reply = httpx.post(f"{hall.address}{path}", content=body, headers=headers, timeout=30)
    assert reply.status_code < 500, reply.text[:300]
    if reply.status_code >= 400 and path != "/mcp":
        assert reply.json()["error"]["message"]


def test_markup_in_documents_and_questions_stays_text(hall: Server) -> None:
    """What a document or a question holds comes back as text of a kind that no browser runs."""
    body = "# <script>alert(1)</script>\n\nDe <img src=x onerror=alert(2)> telt elf vlaggen in Vlaggendam.\n"
    sent = httpx.post(f"{hall.address}/api/documents", files={"file": ("<b>x.html.md", body.encode())}, headers=KEY)
    job = sent.headers["location"]
    done = until(lambda: (now := httpx.get(hall.address + job, headers=KEY).json())["state"] == "done" and now)
    (added,) = done["report"]["added"]
    question = {"question": "Hoeveel vlaggen telt <script>alert(3)</script> Vlaggendam?"}
    for reply in (
        httpx.get(f"{hall.address}/api/documents/{added['id']}/file"), httpx.get(f"{hall.address}/api/documents"),
        httpx.post(f"{hall.address}/api/ask", json=question), httpx.get(f"{hall.address}/api/gaps", headers=KEY),
    ):  # fmt: skip
        assert reply.status_code == 200
        assert reply.headers["content-type"].partition(";")[0] in {"application/json", "text/plain"}
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self';" in reply.headers["content-security-policy"]
    file = httpx.get(f"{hall.address}/api/documents/{added['id']}/file")
    assert file.headers["content-disposition"].startswith("attachment")


# --- disks --------------------------------------------------------------------------------------------------------


def _may_mount() -> bool:
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@contextmanager
def server_of(folder: Path, command: list[str], **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server in a process of its own, started by a command line before its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**environment(folder, CRAFT), "ROUTEWIJZER_PORT": str(port), "ROUTEWIJZER_TEAM_KEY": TEAM, **settings}
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [*command, sys.executable, "-m", "ui", "serve"], env=env, cwd=PROJECT, stdout=log, stderr=log
    )
    log.close()
    address = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        assert process.poll() is None, (folder / "log").read_text()
        try:
            return httpx.get(f"{address}/api/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(ready, 180)
        yield address, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=90)


def assert_refused_for_the_disk(reply: httpx.Response) -> None:
    """Nothing was stored, and that is said, in words, with what still works."""
    assert (reply.status_code, reply.json()["error"]["code"]) == (507, "disk_full"), reply.text
    assert "vol" in reply.json()["error"]["message"]


def assert_only_reads(client: httpx.Client) -> None:
    """Questions are answered, and the server says that it cannot write."""
    answer = client.post("/api/ask", json=PROOF)
    assert answer.status_code == 200 and answer.json()["answered"]
    ready = client.get("/api/ready")
    assert (ready.status_code, ready.json()["writable"]) == (200, False)


def assert_taken_in(client: httpx.Client, files: dict[str, tuple[str, bytes]], document_id: str) -> None:
    """A file that is sent becomes a document."""
    sent = client.post("/api/documents", files=files, headers=KEY)
    assert sent.status_code == 202
    job = sent.headers["location"]
    done = until(lambda: (now := client.get(job, headers=KEY).json())["state"] == "done" and now, 60)
    assert [row["id"] for row in done["report"]["added"]] == [document_id]


def on_a_disk_of_its_own(data: Path, options: str) -> list[str]:
    """The words before a command that then finds a small disk in this folder, which nobody else sees."""
    data.mkdir()
    return ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o {options} none "{data}" && exec "$@"', "sh"]


@pytest.mark.slow
@pytest.mark.skipif(not _may_mount(), reason="this user may not mount a small disk of its own")
def test_a_full_disk(tmp_path: Path) -> None:
    """With not a byte left, questions are answered on, writing is refused in words, and goes on once there is room."""
    data = tmp_path / "data"
    with (
        server_of(tmp_path, on_a_disk_of_its_own(data, "size=6m")) as (address, process),
        httpx.Client(base_url=address, timeout=PATIENT) as client,
    ):

        def inside(*words: str) -> None:
            subprocess.run(["nsenter", "-t", str(process.pid), "-m", *words], check=False, capture_output=True)

        name = client.post("/api/ask", json=PROOF).json()["question_id"]
        inside("dd", "if=/dev/zero", f"of={data}/vol", "bs=1k")
        assert_only_reads(client)
        new = {"file": ("nieuw.md", b"# Nieuw\n\nEen nieuw stuk." + b" En meer." * 5000)}
        assert_refused_for_the_disk(client.post("/api/documents", files=new, headers=KEY))
        rated = client.post("/api/feedback", json={"question_id": name, "verdict": "down"})
        assert rated.status_code in {204, 507}
        inside("rm", f"{data}/vol")
        until(lambda: client.get("/api/ready").json()["writable"])
        assert_taken_in(client, new, "nieuw")


@pytest.mark.slow
@pytest.mark.skipif(_may_mount(), reason="a disk that is really full shows the same, and more")
def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """Where the system stops a file at some size, what is too large is refused in words, and what fits goes in."""
    limited = [
        sys.executable, "-c",
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)); "
        "os.execvp(sys.argv[1], sys.argv[1:])",
    ]  # fmt: skip
    with server_of(tmp_path, limited) as (address, _), httpx.Client(base_url=address, timeout=PATIENT) as client:
        large = {"file": ("groot.md", b"# Groot\n\n" + b"Een zin. " * 60_000)}
        assert_refused_for_the_disk(client.post("/api/documents", files=large, headers=KEY))
        assert client.post("/api/ask", json=PROOF).json()["answered"]
        fits = {"file": ("klein.md", b"# Klein\n\nEen klein stuk.")}
        assert_taken_in(client, fits, "klein")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert "groot" not in os.listdir(tmp_path / "data" / "library")


@pytest.mark.skipif(not _may_mount(), reason="this user may not mount a disk of its own")
def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    """A command on a folder that cannot be written ends with a sentence, and no traceback."""
    data = tmp_path / "data"
    command = [sys.executable, "-m", "ui", "ask", PROOF["question"]]
    ran = subprocess.run(
        [*on_a_disk_of_its_own(data, "ro,size=1m"), *command],
        env=environment(tmp_path, CRAFT), cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2 and "kan niet worden geschreven" in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.slow
@pytest.mark.skipif(not _may_mount(), reason="this user may not mount a disk of its own")
def test_a_disk_that_turns_read_only(tmp_path: Path) -> None:
    """Under a running server too: questions are answered on, writing is refused in words, and goes on afterwards."""
    data = tmp_path / "data"
    with (
        server_of(tmp_path, on_a_disk_of_its_own(data, "size=60m")) as (address, process),
        httpx.Client(base_url=address, timeout=PATIENT) as client,
    ):

        def inside(command: str) -> None:
            subprocess.run(["nsenter", "-t", str(process.pid), "-m", "sh", "-c", command], check=True)

        # what is open for writing keeps the disk itself from turning; a second mount of it over the first does not care
        inside(f'mount --bind "{data}" "{data}" && mount -o remount,ro,bind "{data}"')
        for _ in range(3):
            assert_only_reads(client)
        new = {"file": ("nieuw.md", b"# Nieuw\n\nEen nieuw stuk.")}
        assert_refused_for_the_disk(client.post("/api/documents", files=new, headers=KEY))
        gone = client.delete("/api/documents/begrippen/meesterproef", headers=KEY)
        assert gone.status_code in {202, 507}, gone.text  # the note of a job may still go into a file that was open
        assert client.get("/api/documents/begrippen/meesterproef").status_code == 200
        inside(f'mount -o remount,rw,bind "{data}"')
        until(lambda: client.get("/api/ready").json()["writable"])
        assert_taken_in(client, new, "nieuw")
        if gone.status_code == 202:
            job = gone.headers["location"]
            ended = until(lambda: (now := client.get(job, headers=KEY).json())["finished"] and now, 60)
            there = client.get("/api/documents/begrippen/meesterproef").status_code == 200
            assert there == (ended["state"] == "failed"), ended


# --- the clock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [-400 * 86400, 40 * 86400], ids=["back", "ahead"])
def test_a_clock_that_jumps(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, jump: int) -> None:
    """However the clock is set, questions are answered, work is done, limits hold, and nothing recent is lost."""
    import datetime

    settings = workspace.settings.model_copy(update={"team_key": TEAM, "questions_per_minute": 4})
    jobs = Jobs(workspace, workspace.knowledge.journal.engine, settings.data_dir / "incoming")
    jobs.start()
    with serving(create_app(settings, workspace, jobs=jobs)) as server, httpx.Client(base_url=server.address) as client:
        before = client.post("/api/ask", json={"question": "Hoeveel leerlingen heeft de Universiteit van Leiden?"})
        first = client.post("/api/documents", files={"file": ("een.md", b"# Een\n\nHet eerste stuk.")}, headers=KEY)
        real_time, real_now = time.time, datetime.datetime.now
        moved = datetime.timedelta(seconds=jump)
        monkeypatch.setattr("time.time", lambda: real_time() + jump)
        for module in ("kb.journal", "ingest.jobs"):
            kept = 0 if module == "kb.journal" else None
            now = lambda kept=kept: (  # noqa: E731
                (real_now(datetime.UTC) + moved).replace(tzinfo=None)
                if kept is None
                else (real_now(datetime.UTC) + moved).replace(tzinfo=None, microsecond=0)
            )
            monkeypatch.setattr(f"{module}._now", now)
        second = client.post("/api/documents", files={"file": ("twee.md", b"# Twee\n\nHet tweede stuk.")}, headers=KEY)
        for sent in (first, second):
            until(lambda sent=sent: client.get(sent.headers["location"], headers=KEY).json()["state"] == "done")
        asked = [client.post("/api/ask", json=PROOF).status_code for _ in range(4)]
        assert asked == [200, 200, 200, 429], "limits go by the steady clock"
        assert client.get("/api/documents/twee").status_code == 200
        vote = {"question_id": before.json()["question_id"], "verdict": "down"}
        assert client.post("/api/feedback", json=vote).status_code == 204
        gaps = client.get("/api/gaps", headers=KEY).json()["gaps"]
        assert ["Hoeveel leerlingen heeft de Universiteit van Leiden?"] in [gap["questions"] for gap in gaps]
    jobs.close()
    assert json.dumps(gaps)
