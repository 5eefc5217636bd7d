"""The contract over HTTP: answers whole and in parts, documents, errors in one shape, and who may do what."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import CRAFT, make_settings, write_document
from fastapi import FastAPI
from serving import Server
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api import errors as api_errors
from api.app import create_app
from ingest.workspace import Workspace
from kb import errors

KEY = "een-geheime-sleutel"
PROOF = "Wat is een meesterproef?"
CITATION = {
    "number", "document_id", "version", "title", "kind", "section", "page", "quote", "start", "end", "url", "link",
    "date",
}  # fmt: skip
ANSWER = {
    "question_id", "answer", "answered", "certainty", "language", "mode", "statements", "citations", "closest",
    "suggestions", "understood", "timings_ms",
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The API on the invented documents, opened once; for calls that change nothing."""
    settings = make_settings(tmp_path_factory.mktemp("api"), CRAFT, team_key=KEY)
    with Workspace.open(settings) as workspace:
        yield TestClient(create_app(settings, workspace), raise_server_exceptions=False)


def ask(client: TestClient, question: str, **others: Any) -> dict[str, Any]:
    reply = client.post("/api/ask", json={"question": question, **others})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream, by the rules of server-sent events."""
    events = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        assert set(lines) == {"event", "data"}
        events.append((lines["event"], json.loads(lines["data"])))
    return events


def stream(client: TestClient, question: str) -> list[tuple[str, dict[str, Any]]]:
    reply = client.post("/api/ask", json={"question": question}, headers={"Accept": "text/event-stream"})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/event-stream")
    return events_of(reply.text)


def assert_error(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Every error has one shape, whatever it is."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    assert set(reply.json()) == {"error"}
    error: dict[str, Any] = reply.json()["error"]
    assert set(error) == {"code", "message", "detail"}
    assert error["code"] == code
    assert error["message"]
    return error


# --- ask ----------------------------------------------------------------------------------------------------------


def test_an_answer(shared: TestClient) -> None:
    """An answer has the fields of the contract, with a link to the text behind each citation."""
    answer = ask(shared, PROOF)
    assert set(answer) >= ANSWER
    assert answer["answered"] is True and answer["closest"] == []
    assert len(answer["question_id"]) == 32
    assert all(set(citation) >= CITATION for citation in answer["citations"])
    assert all(set(statement) == {"text", "citations"} for statement in answer["statements"])
    lines = [f"{s['text']} {''.join(f'[{n}]' for n in s['citations'])}" for s in answer["statements"]]
    assert answer["answer"] == "\n".join(lines)
    assert 1 <= answer["leading"] <= len(answer["statements"])
    assert answer["understood"] == PROOF


def test_a_refusal(shared: TestClient) -> None:
    """What the documents don't hold is no error: answered is false, with what comes closest, each as a citation."""
    answer = ask(shared, "Hoeveel leerlingen heeft de Universiteit van Leiden?")
    assert (answer["answered"], answer["statements"], answer["citations"], answer["answer"]) == (False, [], [], "")
    assert 1 <= len(answer["closest"]) <= 5
    assert all(set(citation) >= CITATION for citation in answer["closest"])


@pytest.mark.parametrize("question", [PROOF, "Welke pilots zijn er?", "Wie is de burgemeester van de leerlingen?"])
def test_quotes_are_found_where_their_link_leads(shared: TestClient, question: str) -> None:
    """Following a citation's link gives a text in which the quote stands exactly at its offsets."""
    answer = ask(shared, question)
    citations = [*answer["citations"], *answer["closest"]]
    assert citations
    for citation in citations:
        text = shared.get(citation["link"]).json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_history_filters_and_language(shared: TestClient) -> None:
    """A follow-up is made whole from the history, filters narrow, and the language may be told."""
    history = [{"question": "Welke pilots zijn er in de boekbinderij?", "answer": "Een."}]
    answer = ask(shared, "En in de zeilmakerij?", history=history)
    assert answer["understood"] == "Welke pilots zijn er in de zeilmakerij?"
    narrowed = ask(shared, "Hoe lang duurt de opleiding?", filters={"sector": ["glasblazerij"], "kind": ["pilot"]})
    assert {c["document_id"] for c in [*narrowed["citations"], *narrowed["closest"]]} == {
        "pilots/noorderlicht-glasblazen"
    }
    assert ask(shared, PROOF, language="en")["language"] == "en"
    assert ask(shared, "What is a master test?")["language"] == "en"


# --- in parts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", [PROOF, "Welke pilots zijn er?", "Hoeveel leerlingen heeft de Universiteit van Leiden?"]
)
def test_a_stream_is_the_answer_in_parts(shared: TestClient, question: str) -> None:
    """First the sources, then each statement with the citations it is the first to use, then the whole answer."""
    events = stream(shared, question)
    names = [name for name, _ in events]
    assert names == ["sources", *["statement"] * (len(names) - 2), "done"]
    done = events[-1][1]
    assert set(done) >= ANSWER
    assert [data["statement"] for name, data in events if name == "statement"] == done["statements"]
    assert [c for name, data in events if name == "statement" for c in data["citations"]] == done["citations"]
    assert sum(not data["further"] for name, data in events if name == "statement") == done["leading"]
    assert events[0][1]["citations"]
    plain = ask(shared, question)
    for volatile in ("question_id", "timings_ms"):
        del plain[volatile], done[volatile]
    assert done == plain


def test_a_question_that_cannot_be_asked_has_a_status(shared: TestClient) -> None:
    """In a stream too, what is refused before the first event gets its status and the shape of an error."""
    reply = shared.post("/api/ask", json={"question": " ?"}, headers={"Accept": "text/event-stream"})
    assert_error(reply, 422, "invalid_question")


def test_a_stream_that_breaks_ends_in_an_error(client: TestClient, workspace: Workspace) -> None:
    """After the first event there is no status any more: a failure is an event, in the shape of an error."""
    workspace.knowledge.examples = None  # type: ignore[assignment]
    events = stream(client, PROOF)
    assert events[0][0] == "sources"
    name, data = events[-1]
    assert name == "error"
    assert data["error"]["code"] == "interrupted"
    assert data["error"]["message"]
    plain = TestClient(client.app, raise_server_exceptions=False).post("/api/ask", json={"question": PROOF})
    error = assert_error(plain, 500, "internal")
    assert "NoneType" not in error["message"]


def test_a_journal_that_cannot_be_written_costs_no_answer(client: TestClient, workspace: Workspace) -> None:
    """A reader gets the answer also when it cannot be noted."""
    with closing(sqlite3.connect(workspace.settings.data_dir / "journal.sqlite3")) as journal:
        journal.execute("drop table questions")
        journal.commit()
    assert client.post("/api/ask", json={"question": PROOF}).status_code == 200


@pytest.fixture
def server(client: TestClient) -> Iterator[Server]:
    app = client.app
    assert isinstance(app, FastAPI)
    running = Server(app)
    yield running
    running.stop()


def test_parts_arrive_while_the_rest_is_not_there_yet(server: Server, workspace: Workspace) -> None:
    """Over a real connection the sources and statements arrive while the end of the answer is held up."""
    body = json.dumps({"question": "Welke pilots zijn er?"})
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with closing(connection), closing(sqlite3.connect(workspace.settings.data_dir / "journal.sqlite3")) as journal:
        journal.isolation_level = None
        journal.execute("begin immediate")  # the answer ends with a line in the journal, which has to wait for us now
        connection.request("POST", "/api/ask", body, headers)
        reply = connection.getresponse()
        assert reply.headers["Cache-Control"] == "no-store"
        early = b""
        while early.count(b"event: statement") < 3:
            part = reply.read1()
            assert part, "the stream ended before its statements"
            early += part
        assert b"event: done" not in early
        journal.execute("rollback")
        whole = (early + reply.read()).decode()
    names = [name for name, _ in events_of(whole)]
    assert names == ["sources", "statement", "statement", "statement", "done"]


def test_many_at_once(server: Server) -> None:
    """Questions at the same time each get their own answer."""
    asked = [PROOF, "Hoe lang duurt de opleiding boekbinden?", "Welke pilots zijn er?"] * 4
    found: dict[int, dict[str, Any]] = {}

    def one(n: int) -> None:
        found[n] = httpx.post(f"http://127.0.0.1:{server.port}/api/ask", json={"question": asked[n]}, timeout=60).json()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n]["understood"] for n in range(len(asked))] == asked
    assert len({answer["question_id"] for answer in found.values()}) == len(asked)


# --- search and documents -----------------------------------------------------------------------------------------


def test_search(shared: TestClient) -> None:
    """Passages come best first, at most as many as asked, narrowed by filters that may be repeated."""
    hits = shared.get("/api/search", params={"q": "leerlingen", "k": 3}).json()
    assert len(hits) == 3
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert set(hits[0]) == {
        "score", "found_by", "document_id", "version", "title", "section", "page", "start", "end", "text",
    }  # fmt: skip
    text = shared.get(f"/api/documents/{hits[0]['document_id']}/text").json()["text"]
    assert text[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    narrowed = shared.get(
        "/api/search", params={"q": "leerlingen", "k": 50, "sector": ["zeilmakerij", "glasblazerij"]}
    ).json()
    assert {hit["document_id"] for hit in narrowed} == {"pilots/waterland-zeilmaken", "pilots/noorderlicht-glasblazen"}


def test_documents_and_facets(shared: TestClient) -> None:
    """All documents are listed with what is known of them, and each facet counts its values."""
    listed = shared.get("/api/documents").json()
    assert len(listed["documents"]) == 6
    binding = next(d for d in listed["documents"] if d["id"] == "pilots/noorderlicht-boekbinden")
    assert binding["institutions"] == ["Noorderlicht Academie"]
    assert binding["date"] == "2032-04-01"
    assert binding["sources"][0]["url"] == "https://voorbeeld.invalid/jaarboek"
    assert listed["facets"]["institutions"] == {"Noorderlicht Academie": 2, "Waterland School": 1}
    assert listed["facets"]["kind"] == {"pilot": 3, "concept": 1, "guide": 1, "programme": 1}
    assert listed["facets"]["status"] == {"lopend": 2, "verkennend": 1}


def test_one_document(shared: TestClient) -> None:
    """A document tells its versions; its text is the cleaned text, its file the bytes that came in, to save only."""
    document = shared.get("/api/documents/begrippen/meesterproef").json()
    assert document["versions"] == [document["version"]]
    assert document["superseded"] is False
    assert (
        shared.get("/api/documents/begrippen/meesterproef/text")
        .json()["text"]
        .startswith("Meesterproef\n\nEen meesterproef")
    )
    file = shared.get("/api/documents/begrippen/meesterproef/file")
    assert file.content == (CRAFT / "begrippen" / "meesterproef.md").read_bytes()
    assert (
        file.headers["content-disposition"].startswith("attachment")
        and "meesterproef.md" in file.headers["content-disposition"]
    )
    assert file.headers["content-type"].startswith("text/plain")


def test_an_older_version_stays_readable(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    """A citation of an older version leads to its text, which says that it was superseded."""
    path = write_document(tmp_path / "los", "gilde", "Het gilde van de klompenmakers telt zeven meesters.")
    workspace.add([path])
    citation = ask(client, "Hoeveel meesters telt het gilde van de klompenmakers?")["citations"][0]
    write_document(tmp_path / "los", "gilde", "Het gilde van de klompenmakers telt negen meesters.")
    workspace.add([path])
    assert client.get(citation["link"]).json()["text"][citation["start"] : citation["end"]] == citation["quote"]
    now = client.get("/api/documents/gilde").json()
    assert now["versions"][1] == citation["version"] != now["version"]
    then = client.get("/api/documents/gilde", params={"version": citation["version"]}).json()
    assert (then["superseded"], now["superseded"]) == (True, False)
    old = client.get("/api/documents/gilde/file", params={"version": citation["version"]})
    assert "zeven meesters" in old.text
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "nl"}
    read = client.get(citation["link"], headers=browser)
    assert read.headers["content-type"].startswith("text/html") and read.headers["vary"] == "Accept"
    assert escape(citation["quote"]) in read.text and "er nu een nieuwere versie" in read.text
    whole = client.get("/api/documents/handreiking/voor-werkplaatsen/text", headers=browser).text
    assert whole.count("<h1>") == 1 and "<h2>" in whole
    workspace.remove(["gilde"])
    assert_error(client.get(citation["link"]), 404, "unknown_document")


def test_pilots(shared: TestClient) -> None:
    """The pilots can be narrowed by any spelling of a value, several values widening and several facets narrowing."""

    def found(**params: Any) -> set[str]:
        return {pilot["id"].rpartition("/")[2] for pilot in shared.get("/api/pilots", params=params).json()["pilots"]}

    assert found() == {"noorderlicht-boekbinden", "noorderlicht-glasblazen", "waterland-zeilmaken"}
    assert found(institution="NLA") == {"noorderlicht-boekbinden", "noorderlicht-glasblazen"}
    assert found(institution="NLA", level="meester") == {"noorderlicht-glasblazen"}
    assert found(sector=["bookbinding", "sailmaking"]) == {"noorderlicht-boekbinden", "waterland-zeilmaken"}
    assert found(status="verkennend") == {"noorderlicht-glasblazen"}
    assert found(sector="mijnbouw") == set()


# --- the service --------------------------------------------------------------------------------------------------


def test_health_and_readiness(shared: TestClient) -> None:
    """Alive is alive; ready tells what can be answered from, and how."""
    assert shared.get("/api/health").json() == {"status": "ok"}
    ready = shared.get("/api/ready")
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "documents": 6,
        "chunks": 17,
        "method": "words",
        "model": "off",
        "model_message": "",
        "vectors_pending": 0,
        "reranker": "off",
        "reranker_message": "",
        "language_model": "off",
        "language_model_failure": "",
        "writable": True,
        "stopping": False,
        "database": "file",
        "leads": True,
    }


def test_before_the_library_is_read(settings: Any) -> None:
    """A server without its documents is alive, not ready, and asks to be tried again."""
    client = TestClient(create_app(settings))
    assert client.get("/api/health").status_code == 200
    ready = client.get("/api/ready")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    for call in (
        client.post("/api/ask", json={"question": PROOF}),
        client.get("/api/documents"),
        client.get("/api/search?q=x"),
    ):
        assert_error(call, 503, "not_ready")
        assert call.headers["retry-after"] == "1"


def test_feedback(client: TestClient, workspace: Workspace) -> None:
    """A vote on an answer is taken once the question is known, and makes a gap when it is down."""
    name = ask(client, PROOF)["question_id"]
    assert client.post("/api/feedback", json={"question_id": name, "verdict": "up"}).status_code == 204
    assert workspace.knowledge.journal.misses() == []
    reply = client.post("/api/feedback", json={"question_id": name, "verdict": "down", "comment": "Te kort."})
    assert (reply.status_code, reply.content) == (204, b"")
    assert [miss.text for miss in workspace.knowledge.journal.misses()] == [PROOF]
    assert_error(client.post("/api/feedback", json={"question_id": "0" * 32, "verdict": "up"}), 404, "not_found")
    assert_error(client.post("/api/feedback", json={"question_id": "x", "verdict": "up"}), 422, "invalid_request")
    assert_error(client.post("/api/feedback", json={"question_id": name, "verdict": "meh"}), 422, "invalid_request")


def test_gaps_are_for_the_team(shared: TestClient) -> None:
    """The questions that went unanswered are shown to who has the key, by either header, and to nobody else."""
    ask(shared, "Hoeveel leerlingen heeft de Universiteit van Leiden?")
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"authorization": f"bearer {KEY}"}, {"X-Team-Key": KEY}):
        gaps = shared.get("/api/gaps", headers=headers).json()["gaps"]
        assert ["Hoeveel leerlingen heeft de Universiteit van Leiden?"] in [gap["questions"] for gap in gaps]
        assert set(gaps[0]) >= {"questions", "count", "first", "last", "closest"}
    wrong = [{}, {"X-Team-Key": KEY + "x"}, {"X-Team-Key": ""}, {"Authorization": KEY}, {"Authorization": "Bearer "}]
    for headers in [*wrong, {"X-Team-Key": "sleutél".encode("latin-1")}]:
        assert_error(shared.get("/api/gaps", headers=headers), 401, "unauthorized")  # type: ignore[arg-type]


def test_without_a_key_nobody_has_it(client: TestClient) -> None:
    """Where no key is set, an empty one opens nothing."""
    for headers in ({}, {"X-Team-Key": ""}, {"Authorization": "Bearer "}):
        assert_error(client.get("/api/gaps", headers=headers), 401, "unauthorized")


def test_the_journal_notes_no_address(client: TestClient, workspace: Workspace) -> None:
    """Nothing of who asks, by address, browser or cookie, ends up on disk."""
    traces = {
        "X-Forwarded-For": "203.0.113.77",
        "User-Agent": "Spoorzoeker/9",
        "Cookie": "wie=kwikstaart",
        "Referer": "https://w.invalid",
    }
    assert client.post("/api/ask", json={"question": PROOF}, headers=traces).status_code == 200
    written = b"".join(p.read_bytes() for p in workspace.settings.data_dir.glob("journal*"))
    assert PROOF.encode() in written
    for trace in (b"203.0.113.77", b"Spoorzoeker", b"kwikstaart", b"w.invalid", b"testclient"):
        assert trace not in written


# --- errors -------------------------------------------------------------------------------------------------------


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands at the root, as the page does, and says something of its own to every address."""
    await PlainTextResponse("de pagina")(scope, receive, send)


@pytest.fixture(scope="module", params=["alone", "with the page"])
def any_api(request: pytest.FixtureRequest, shared: TestClient) -> TestClient:
    """The API alone, and with a page mounted at the root."""
    if request.param == "alone":
        return shared
    state = shared.app.state  # type: ignore[attr-defined]
    return TestClient(create_app(state.settings, state.workspace, page=_page), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/nergens", None, 404, "not_found"),
        ("GET", "/api/documents/pilots/onbekend", None, 404, "unknown_document"),
        ("GET", "/api/documents/pilots/onbekend/text", None, 404, "unknown_document"),
        ("GET", "/api/documents/begrippen/meesterproef/file?version=000000000000", None, 404, "unknown_document"),
        ("GET", "/api/documents/begrippen/meesterproef/text?version=../../../x", None, 404, "unknown_document"),
        ("GET", "/api/documents/%2e%2e/%2e%2e/etc/passwd/text", None, 404, "unknown_document"),
        ("GET", "/api/documents/..%2f..%2fjournal.sqlite3/file", None, 404, "unknown_document"),
        ("GET", "/api/ask", None, 405, "method_not_allowed"),
        ("DELETE", "/api/search", None, 405, "method_not_allowed"),
        ("PUT", "/api/documents/begrippen/meesterproef", {}, 401, "unauthorized"),
        ("POST", "/api/pilots", {}, 405, "method_not_allowed"),
        ("POST", "/api/ask", {}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": 7}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": "x", "kleur": "rood"}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": "x", "filters": {"kleur": ["rood"]}}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": "x", "mode": "verzinnen"}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": ""}, 422, "invalid_question"),
        ("POST", "/api/ask", {"question": "a" * 2001}, 422, "invalid_question"),
        ("GET", "/api/search?q=x&k=0", None, 422, "invalid_request"),
        ("GET", "/api/search?q=x&k=veel", None, 422, "invalid_request"),
        ("GET", "/api/search?q=x&kind=onzin", None, 422, "invalid_request"),
        ("GET", "/api/search", None, 422, "invalid_request"),
        ("GET", "/api/search?q=", None, 422, "invalid_question"),
        ("GET", "/api/gaps", None, 401, "unauthorized"),
    ],
)  # fmt: skip
def test_errors_have_one_shape(
    any_api: TestClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    """Each mistake has its status and its code, in one shape, in the language asked for, also beside a page."""
    dutch = assert_error(any_api.request(method, path, json=body), status, code)
    wants_english = {"Accept-Language": "en-GB,en;q=0.9,nl;q=0.1"}
    english = assert_error(any_api.request(method, path, json=body, headers=wants_english), status, code)
    assert english["message"] != dutch["message"]
    assert english["detail"] == dutch["detail"]


@pytest.mark.parametrize(
    ("accept", "dutch"),
    [("nl", True), ("en", False), ("nl-NL,nl;q=0.9,en;q=0.8", True), ("en-US,nl", False), ("de", True), ("", True)],
)
def test_the_language_of_errors(shared: TestClient, accept: str, dutch: bool) -> None:
    """Dutch unless English is asked for first."""
    message = shared.get("/api/nergens", headers={"Accept-Language": accept}).json()["error"]["message"]
    assert (message == "Dit adres bestaat niet.") == dutch


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"question=x", "application/x-www-form-urlencoded", 422),
        (b'{"question": "x"}', "text/plain", 422),
        (b'{"question": "\\ud800"}', "application/json", 422),
        (b'{"question": "\xff"}', "application/json", 400),
    ],
)
def test_bodies_that_are_not_in_form(shared: TestClient, body: bytes, kind: str, status: int) -> None:
    """Whatever is sent instead of JSON is refused in the one shape."""
    reply = shared.post("/api/ask", content=body, headers={"Content-Type": kind})
    assert_error(reply, status, "invalid_request" if status == 422 else "bad_request")


def test_a_wrong_method_says_which_is_right(shared: TestClient) -> None:
    """A wrong method is answered with those that are allowed."""
    assert shared.get("/api/ask").headers["allow"] == "POST"


def _raised(error: Exception) -> Callable[[], None]:
    def route() -> None:
        raise error

    return route


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UnsupportedFormat("a.pdf", "nl", "en"), 415),
        (errors.UnreadableDocument("a.md", "nl", "en"), 422),
        (errors.EmptyDocument("a.md", "nl", "en"), 422),
        (errors.FrontMatterError("a.md", [(3, "nl", "en")]), 422),
        (errors.UnknownDocument("a"), 404),
        (errors.LibraryInUse(Path("data"), "x"), 409),
        (errors.IndexUnavailable("nl", "en"), 503),
        (errors.ModelUnavailable("nl", "en"), 503),
        (errors.InvalidQuestion("nl", "en"), 422),
        (errors.SettingsError("nl", "en"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_error_of_ours_has_its_status(error: errors.RoutewijzerError, status: int) -> None:
    """An error of ours leaves a route with its own code and status, and its message in both languages."""
    app = FastAPI()
    api_errors.install(app)
    app.get("/")(_raised(error))
    client = TestClient(app)
    assert assert_error(client.get("/"), status, error.code)["message"] == error.nl
    assert client.get("/", headers={"Accept-Language": "en"}).json()["error"]["message"] == error.en


def test_no_error_of_ours_is_left_out() -> None:
    """Every error class has a status, by itself or by its parent, and a code of its own."""

    def below(kind: type[errors.RoutewijzerError]) -> set[type[errors.RoutewijzerError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    every = below(errors.RoutewijzerError)
    assert len({kind.code for kind in every}) == len(every)
    assert all(any(parent in api_errors.STATUS for parent in kind.__mro__) for kind in every)


def test_an_unexpected_error_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """What nobody thought of is logged for us and says nothing of its inside to others."""
    app = FastAPI()
    api_errors.install(app)
    app.get("/")(_raised(RuntimeError("/srv/geheim/pad")))
    error = assert_error(TestClient(app, raise_server_exceptions=False).get("/"), 500, "internal")
    assert "geheim" not in json.dumps(error)
    assert "geheim" in caplog.text


# --- every reply --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/api/health", "/api/nergens", "/api/documents/begrippen/meesterproef/file", "/", "/page.js"]
)
def test_security_headers(any_api: TestClient, path: str) -> None:
    """Every reply, the page's and the errors' too, forbids other hosts, guessing of types and being framed."""
    headers = any_api.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["connect-src"] == policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert not any("http" in value or "*" in value for value in policy.values())


def test_an_error_amid_a_route_has_the_headers_too(client: TestClient, workspace: Workspace) -> None:
    """The reply to an unexpected error carries them as well."""
    workspace.knowledge.examples = None  # type: ignore[assignment]
    reply = TestClient(client.app, raise_server_exceptions=False).post("/api/ask", json={"question": PROOF})
    assert reply.status_code == 500
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_contract_is_published(shared: TestClient) -> None:
    """The API describes itself, with every route of the contract, on a page that needs nothing from another host."""
    described = shared.get("/api/openapi.json").json()
    assert {
        "/api/ask",
        "/api/search",
        "/api/documents",
        "/api/pilots",
        "/api/feedback",
        "/api/gaps",
        "/api/ready",
    } <= set(described["paths"])
    page = shared.get("/docs").text
    for name in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert "//" not in name and shared.get(f"/{name}").status_code == 200
    assert shared.get("/docs/../app.py").status_code == shared.get("/redoc").status_code == 404
    assert shared.get("/docs/swagger-editor-bundle.js").status_code == 404
