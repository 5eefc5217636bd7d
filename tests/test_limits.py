"""How much may come in: bodies, calls of one client, questions at once; and that clients are told apart unseen."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import Server, serving
from waiting import until

from api import clients
from api.app import create_app
from api.clients import Buckets, Clients
from api.limits import LONGEST_BODY, Turns
from ingest.workspace import Workspace
from kb.types import Answer

ASK = {"question": "Wat is een meesterproef?"}


def app_of(workspace: Workspace, **settings: Any) -> Any:
    return create_app(workspace.settings.model_copy(update=settings), workspace)


@pytest.fixture(scope="module")
def server(reading_room: Workspace) -> Iterator[Server]:
    """A server with the limits as they are by default."""
    with serving(app_of(reading_room, team_key="een-geheime-sleutel")) as running:
        yield running


# --- rates --------------------------------------------------------------------------------------------------------


def test_one_client_asks_too_much(reading_room: Workspace) -> None:
    """Who asks more than may be is told when to come back, in both languages; others and other calls go on."""
    with serving(app_of(reading_room, questions_per_minute=3, calls_per_minute=5)) as server:

        def post(client: str = "198.51.100.7", **headers: str) -> httpx.Response:
            return httpx.post(f"{server.address}/api/ask", json=ASK, headers={"X-Forwarded-For": client, **headers})

        assert [post().status_code for _ in range(4)] == [200, 200, 200, 429]
        refused, english = post(), post(**{"Accept-Language": "en"})
        assert refused.json()["error"]["code"] == "too_many_requests"
        assert refused.json()["error"]["message"] != english.json()["error"]["message"]
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert post("198.51.100.8").status_code == 200
        # one home has a whole network of IPv6 addresses
        assert [post(f"2001:db8:1:2::{n}").status_code for n in range(1, 5)] == [200, 200, 200, 429]
        assert post("2001:db8:1:3::1").status_code == 200
        # the setting holds for this machine itself too, once somebody set it
        assert [httpx.post(f"{server.address}/api/ask", json=ASK).status_code for _ in range(4)][-1] == 429
        calls = [
            httpx.get(f"{server.address}/api/pilots", headers={"X-Forwarded-For": "198.51.100.7"}) for _ in range(6)
        ]
        assert [reply.status_code for reply in calls] == [200, 200, 200, 200, 200, 429]


def test_a_program_on_this_machine_is_not_held_up_by_default(server: Server) -> None:
    """Without the setting, the machine itself may ask on; a client that comes by a proxy on it may not."""
    with httpx.Client(base_url=server.address) as client:
        assert {client.post("/api/ask", json=ASK).status_code for _ in range(70)} == {200}
        elsewhere = {"X-Forwarded-For": "198.51.100.7"}
        statuses = [client.post("/api/ask", json=ASK, headers=elsewhere).status_code for _ in range(70)]
        assert statuses[:60] == [200] * 60 and statuses[-1] == 429


def test_whose_word_is_taken_for_who_calls(reading_room: Workspace) -> None:
    """Who is no trusted proxy cannot pass for another client."""
    with serving(app_of(reading_room, questions_per_minute=2, proxies="10.0.0.1")) as server:
        pretended = [
            httpx.post(f"{server.address}/api/ask", json=ASK, headers={"X-Forwarded-For": f"198.51.100.{n}"})
            for n in range(3)
        ]
        assert [reply.status_code for reply in pretended] == [200, 200, 429]


@given(
    st.integers(1, 100),
    st.lists(st.tuples(st.floats(0, 30), st.sampled_from([0.25, 1.0])), min_size=1, max_size=60),
)
def test_never_more_than_the_limit_in_a_minute(per_minute: int, steps: list[tuple[float, float]]) -> None:
    """Whatever the pace: no more passes than a full bucket and what flowed in since; who waits as told, passes."""
    now = 0.0
    buckets = Buckets(per_minute, clock=lambda: now)
    taken = 0.0
    for pause, cost in steps:
        now += pause
        wait = buckets.take(b"a", cost)
        taken += 0 if wait else cost
        assert taken <= per_minute * (1 + now / 60) + 1e-6
        if wait:
            now += wait + 1e-6
            assert buckets.take(b"a", cost) == 0
            taken += cost
    assert buckets.take(b"b") == 0


def test_what_is_remembered_has_an_end() -> None:
    """However many clients come by, only so many are remembered."""
    buckets = Buckets(1)
    for n in range(clients._REMEMBERED + 100):
        buckets.take(str(n).encode())
    assert len(buckets._held) == clients._REMEMBERED


def test_clients_are_numbers_that_mean_nothing_elsewhere() -> None:
    """A number differs from process to process, holds no address, and is the same for one client as it moves."""
    one, other = Clients(), Clients()

    def number(of: Clients, host: str) -> bytes:
        return of.of({"type": "http", "client": (host, 1)})[0]

    assert number(one, "192.0.2.1") == number(one, "::ffff:192.0.2.1") != number(one, "192.0.2.2")
    assert number(one, "2001:db8::1") == number(one, "2001:db8::2") != number(one, "2001:db8:0:1::1")
    assert number(one, "192.0.2.1") != number(other, "192.0.2.1")
    assert b"192.0.2.1" not in number(one, "192.0.2.1")
    locals_ = {
        host: one.of({"type": "http", "client": (host, 1)})[1] for host in ("127.0.0.1", "::1", "x", "192.0.2.1")
    }
    assert locals_ == {"127.0.0.1": True, "::1": True, "x": False, "192.0.2.1": False}


# --- bodies -------------------------------------------------------------------------------------------------------


def raw(server: Server, request: bytes) -> tuple[int, dict[str, Any]]:
    """What comes back for these very bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        return reply.status, json.loads(reply.read() or b"{}")


@pytest.mark.parametrize("path", ["/api/ask", "/api/feedback", "/api/documents", "/v1/chat/completions", "/binnen"])
def test_a_body_that_is_too_long_is_not_waited_for(server: Server, path: str) -> None:
    """What says that it is too long is refused before a byte of it came."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {10**12}\r\n\r\n"
    status, body = raw(server, head.encode())
    assert (status, body["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/api/ask", "/api/feedback"])
def test_a_body_that_turns_out_too_long_is_cut_off(server: Server, path: str) -> None:
    """What does not say how long it is, is refused once it is too long."""
    piece = b"x" * 500_000

    def pieces() -> Iterator[bytes]:
        for _ in range(LONGEST_BODY // len(piece) + 2):
            yield piece

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("POST", path, pieces(), {"Content-Type": "application/json"}, encode_chunked=True)
        reply = connection.getresponse()
        assert (reply.status, json.load(reply)["error"]["code"]) == (413, "too_large")
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server hung up before the reply could be read
    finally:
        connection.close()


def test_a_body_that_does_not_come(reading_room: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who holds back a body is sent away, and holds up nobody: others are answered meanwhile."""
    monkeypatch.setattr("api.limits._SLOWEST", 0.3)
    head = b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    with serving(app_of(reading_room, questions_at_once=1)) as server:
        found: list[tuple[int, dict[str, Any]]] = []
        slow = threading.Thread(target=lambda: found.append(raw(server, head)))
        slow.start()
        assert httpx.post(f"{server.address}/api/ask", json=ASK).status_code == 200
        slow.join(timeout=20)
    assert (found[0][0], found[0][1]["error"]["code"]) == (408, "too_slow")


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 30, "0x10", "12, 13"])
def test_a_length_that_is_none(server: Server, length: str) -> None:
    """A length that is no number is refused, by the server or by us, and never as an error of ours."""
    head = (
        f"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{}}"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head.encode())
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        assert reply.status in {400, 413}


# --- turns --------------------------------------------------------------------------------------------------------


def test_many_at_once_wait_and_are_all_answered(reading_room: Workspace) -> None:
    """Far more questions than are answered at once: each gets its answer."""
    replies: list[httpx.Response] = []
    with serving(app_of(reading_room, questions_at_once=1)) as server:

        def one() -> None:
            replies.append(httpx.post(f"{server.address}/api/ask", json=ASK, timeout=60))

        threads = [threading.Thread(target=one) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [reply.status_code for reply in replies] == [200] * 30


def left() -> asyncio.Future[Any]:
    """What tells that a caller has left, of one that stays."""
    return asyncio.get_running_loop().create_future()


def test_turns() -> None:
    """First come, first served; who leaves makes room for others."""

    async def play() -> None:
        turns = Turns(at_once=1, waiting=80)
        order: list[str] = []
        held = asyncio.Event()

        async def come(name: str, client: bytes | None = None, gone: asyncio.Future[Any] | None = None) -> str:
            async with turns.turn(client, gone or left()) as state:
                order.append(f"{name} {state}")
                if name == "first":
                    await held.wait()
                return state

        first = asyncio.create_task(come("first"))
        await asyncio.sleep(0)
        leaving = left()
        tasks = [asyncio.create_task(come("a")), asyncio.create_task(come("gone", gone=leaving))]
        tasks.append(asyncio.create_task(come("b")))
        await asyncio.sleep(0)
        leaving.set_result({"type": "http.disconnect"})
        await tasks[1]
        assert order == ["first turn", "gone gone"]
        crowd = [asyncio.create_task(come("crowd", b"one")) for _ in range(70)]
        other = asyncio.create_task(come("other", b"two"))
        await asyncio.sleep(0)
        held.set()
        await asyncio.gather(first, *tasks)
        states = await asyncio.gather(*crowd)
        assert states.count("full") == 6 and states.count("turn") == 64, "one client has only so many places"
        assert await other == "turn"
        assert [name for name in order if name.startswith(("a ", "b "))] == ["a turn", "b turn"]
        assert await come("after", b"one") == "turn"
        assert turns._inside == 0 and not turns._of_client and not turns._slots.locked()

    asyncio.run(play())


def test_a_turn_that_does_not_come() -> None:
    """Who waits too long is sent away, and the turn that comes later is the next one's."""

    async def play() -> None:
        turns = Turns(at_once=1, waiting=1, longest=0.05)
        async with turns.turn(None, left()) as first:
            async with turns.turn(None, left()) as late:
                assert (first, late) == ("turn", "full")
            async with turns.turn(None, left()) as again:
                assert again == "full"
        async with turns.turn(None, left()) as after:
            assert after == "turn"
        assert turns._inside == 0

    asyncio.run(play())


@contextmanager
def held(workspace: Workspace, server: Server) -> Iterator[list[str]]:
    """One answer is held up for as long as the block lasts; gives the questions that were answered."""
    release = threading.Event()
    original = workspace.knowledge.journal.record
    asked: list[str] = []

    def slow(question: str, answer: Answer) -> None:
        asked.append(question)
        if len(asked) == 1:
            release.wait(20)
        original(question, answer)

    workspace.knowledge.journal.record = slow  # type: ignore[method-assign]
    thread = threading.Thread(target=lambda: httpx.post(f"{server.address}/api/ask", json=ASK, timeout=30))
    thread.start()
    try:
        until(lambda: bool(asked))
        yield asked
    finally:
        release.set()
        thread.join(timeout=20)
        del workspace.knowledge.journal.record


def test_where_nobody_may_wait(reading_room: Workspace) -> None:
    """With no room left, who comes is asked to come back; other calls are served all the while."""
    with serving(app_of(reading_room, questions_at_once=1, questions_waiting=0)) as server:
        with held(reading_room, server):
            refused = httpx.post(f"{server.address}/api/ask", json=ASK)
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "busy")
            assert int(refused.headers["retry-after"]) >= 1
            assert httpx.get(f"{server.address}/api/pilots").status_code == 200
        assert httpx.post(f"{server.address}/api/ask", json=ASK).status_code == 200


def test_who_hangs_up_while_waiting_costs_nothing(reading_room: Workspace) -> None:
    """A caller that leaves before its turn is not answered: its question never reaches the journal."""
    with serving(app_of(reading_room, questions_at_once=1)) as server:
        with held(reading_room, server) as asked, pytest.raises(httpx.TimeoutException):
            httpx.post(f"{server.address}/api/ask", json={"question": "Welke pilots zijn er?"}, timeout=0.2)
        assert httpx.post(f"{server.address}/api/ask", json={"question": "Hoeveel pilots zijn er?"}).status_code == 200
        assert "Welke pilots zijn er?" not in asked
