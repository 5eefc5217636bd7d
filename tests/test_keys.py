"""Who may do what: several keys, a key for reading, the door before the page, other sites, proxies and prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from serving import serving
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from waiting import until

from api import security
from api.app import create_app
from ingest.workspace import Workspace
from kb.errors import SettingsError
from kb.settings import load_settings
from ui.door import Door

OLD, NEW, READ = "de-oude-sleutel", "de-nieuwe-sleutel", "de-leessleutel"
ASKING = [("POST", "/api/ask"), ("GET", "/api/search?q=x"), ("GET", "/api/documents"), ("GET", "/api/pilots")]


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("de pagina")(scope, receive, send)


def api(workspace: Workspace, **settings: Any) -> TestClient:
    """The API on a workspace with other settings, with a page behind its door."""
    changed = workspace.settings.model_copy(update=settings)
    app = create_app(changed, workspace, page=Door(_page, changed))
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def code_of(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


# --- keys ---------------------------------------------------------------------------------------------------------


def test_a_key_can_be_replaced_without_a_moment_between(reading_room: Workspace) -> None:
    """While both stand in the setting both open; once the old one is taken out, it opens nothing any more."""
    both = api(reading_room, team_key=f" {OLD} ,{NEW},")
    for key in (OLD, NEW):
        assert both.get("/api/gaps", headers={"X-Team-Key": key}).status_code == 200
        assert both.get("/api/gaps", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    for key in ("", ",", f"{OLD},{NEW}", f" {OLD} ,{NEW},", OLD[:-1]):
        assert both.get("/api/gaps", headers={"X-Team-Key": key}).status_code == 401
    after = api(reading_room, team_key=NEW)
    assert code_of(after.get("/api/gaps", headers={"X-Team-Key": OLD})) == (401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), ASKING)
def test_a_reading_key(reading_room: Workspace, method: str, path: str) -> None:
    """With a reading key nobody asks or reads without one; the team's key opens this too."""
    body = {"question": "Wat is een meesterproef?"} if method == "POST" else None
    client = api(reading_room, read_key=READ, team_key=NEW)
    refused = client.request(method, path, json=body)
    assert code_of(refused) == (401, "unauthorized") and refused.headers["www-authenticate"] == "Bearer"
    for headers in ({"X-Read-Key": READ}, {"Authorization": f"Bearer {READ}"}, {"X-Team-Key": NEW}):
        assert client.request(method, path, json=body, headers=headers).status_code == 200, headers
    assert client.get("/api/gaps", headers={"Authorization": f"Bearer {READ}"}).status_code == 401
    assert client.get("/api/health").status_code == client.get("/api/ready").status_code == 200
    assert api(reading_room).request(method, path, json=body).status_code == 200


def test_a_key_beyond_ascii(reading_room: Workspace) -> None:
    """A key with an accent works as a program sends it."""
    client = api(reading_room, team_key="sleutél-van-het-team")
    assert client.get("/api/gaps", headers=[(b"X-Team-Key", "sleutél-van-het-team".encode())]).status_code == 200


def test_guessing_is_slowed_down(reading_room: Workspace) -> None:
    """Who shows wrong keys all the time has to wait, even with the right one; another client has not."""
    with serving(create_app(reading_room.settings.model_copy(update={"team_key": NEW}), reading_room)) as server:
        with httpx.Client(base_url=server.address, headers={"X-Forwarded-For": "203.0.113.9"}) as guesser:

            def guess() -> httpx.Response:
                return guesser.get("/api/gaps", headers={"X-Team-Key": "geraden"})

            assert {guess().status_code for _ in range(30)} == {401}
            right = {"X-Team-Key": NEW}
            # on a busy machine some of it is made good between one request and the next
            until(lambda: guess().status_code == 429 and guesser.get("/api/gaps", headers=right).status_code == 429)
            refused = until(lambda: (reply := guess()).status_code == 429 and reply)
            assert code_of(refused) == (429, "too_many_requests") and int(refused.headers["retry-after"]) >= 1
        other = httpx.get(f"{server.address}/api/gaps", headers={**right, "X-Forwarded-For": "203.0.113.10"})
        assert other.status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("team_key", "kort"), ("read_key", "lang-genoeg-hoor,kort"), ("proxies", "overal"), ("root_path", "a b"),
        ("root_path", "/../x"), ("cors_origins", "www.example.nl"), ("cors_origins", "https://example.nl/pad"),
        ("questions_per_minute", -1), ("questions_at_once", 0),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(name: str, value: object) -> None:
    """A wrong setting is named when the program starts, and a key is never printed."""
    with pytest.raises(SettingsError) as error:
        load_settings(**{name: value})
    assert f"ROUTEWIJZER_{name.upper()}" in error.value.nl
    assert "key" not in name or str(value) not in error.value.nl


def test_keys_are_not_shown_with_the_settings() -> None:
    """The settings can be printed without their keys."""
    shown = repr(load_settings(team_key=NEW, read_key=READ))
    assert NEW not in shown and READ not in shown


# --- the door -----------------------------------------------------------------------------------------------------


def test_the_door(reading_room: Workspace) -> None:
    """Nothing of the page is reached without the key; with it this browser is let in, and may read over the API."""
    client = api(reading_room, read_key=READ)
    first = client.get("/")
    assert first.status_code == 200 and "de pagina" not in first.text and "Sleutel" in first.text
    assert "Key" in client.get("/", headers={"Accept-Language": "en"}).text
    assert code_of(client.get("/page-assets/page.js")) == (401, "unauthorized")
    assert code_of(client.post("/gradio_api/queue/join", json={})) == (401, "unauthorized")
    wrong = client.post("/binnen", data={"sleutel": f"{READ}x"})
    assert wrong.status_code == 401 and "klopt niet" in wrong.text and "set-cookie" not in wrong.headers
    assert client.post("/binnen", data={}).status_code == 401
    assert client.post("/binnen", content=b"sleutel=" + b"x" * 3000).status_code == 422
    right = client.post("/binnen", data={"sleutel": READ})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    cookie = right.headers["set-cookie"]
    assert READ not in cookie and all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age"))
    assert client.get("/").text == "de pagina"
    assert client.get("/api/documents").status_code == 200
    assert client.get("/api/gaps").status_code == 401
    assert client.post("/uitgang").headers["set-cookie"].startswith(f"{security.COOKIE}=")
    assert "de pagina" not in client.get("/").text


def test_without_a_reading_key_there_is_no_door(reading_room: Workspace) -> None:
    """The page is there at once."""
    assert api(reading_room).get("/").text == "de pagina"


def test_what_a_browser_keeps_cannot_be_made_or_stretched(reading_room: Workspace) -> None:
    """A cookie holds for a month, with one of today's keys only, whatever the clock did."""
    client = api(reading_room, read_key=f"{READ},{NEW}")
    now = int(security.cookie_for(READ).split(".")[0]) - security.COOKIE_DAYS * 86400
    seal = security.cookie_for(READ).partition(".")[2]
    for key in (READ, NEW):
        assert client.get("/", headers={"Cookie": f"{security.COOKIE}={security.cookie_for(key)}"}).text == "de pagina"
    month = security.COOKIE_DAYS * 86400
    forged = [
        security.cookie_for(OLD), security.cookie_for(READ, now - month - 5), security.cookie_for(READ, now + month),
        f"{now + month + 7}.{seal}", f".{seal}", seal, "", f"{'9' * 400}.{seal}", "²³.x", "1.é",
    ]  # fmt: skip
    for value in forged:
        reply = client.get("/", headers=[(b"Cookie", f"{security.COOKIE}={value}".encode())])
        assert reply.text != "de pagina", value


# --- other sites --------------------------------------------------------------------------------------------------

_WRITES = [("POST", "/api/feedback"), ("POST", "/api/ask"), ("DELETE", "/api/documents/x"), ("POST", "/binnen"),
           ("POST", "/gradio_api/queue/join"), ("PUT", "/api/documents/x")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), _WRITES)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_writes_nothing(reading_room: Workspace, method: str, path: str, site: str) -> None:
    """What a browser sends for a page of another site is refused before anything is read, also with a key."""
    client = api(reading_room, team_key=NEW)
    foreign = {"Sec-Fetch-Site": site, "Origin": "https://kwaad.example", "X-Team-Key": NEW}
    assert code_of(client.request(method, path, headers=foreign, content=b"{}")) == (403, "cross_site")
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    assert client.request(method, path, headers=own, content=b"{}").status_code != 403


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_form_of_an_old_browser_writes_nothing(reading_room: Workspace, kind: str) -> None:
    """What a form on another site can send without asking first is no JSON, and is not taken for it."""
    client = api(reading_room, team_key=NEW)
    body = b'{"question_id": "' + b"0" * 32 + b'", "verdict": "down"}'
    headers = {"Content-Type": kind, "Origin": "https://kwaad.example"}
    assert client.post("/api/feedback", content=body, headers=headers).status_code == 422
    assert client.post("/api/documents", content=body, headers=headers).status_code == 401


def test_scripts_of_other_sites(reading_room: Workspace) -> None:
    """No other site may read by default; one that the setting names may, at the API only, and without cookies."""
    origin = "https://www.example.nl"
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    closed = api(reading_room)
    assert "access-control-allow-origin" not in closed.get("/api/documents", headers={"Origin": origin}).headers
    assert closed.options("/api/ask", headers=asked).status_code == 405
    opened = api(reading_room, cors_origins=f"https://a.example, {origin}")
    reply = opened.get("/api/documents", headers={"Origin": origin})
    assert reply.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in reply.headers
    preflight = opened.options("/api/ask", headers={**asked, "Access-Control-Request-Headers": "Content-Type"})
    assert preflight.status_code == 200 and "POST" in preflight.headers["access-control-allow-methods"]
    posted = opened.post(
        "/api/ask",
        json={"question": "Welke pilots zijn er?"},
        headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"},
    )
    assert posted.status_code == 200 and posted.headers["access-control-allow-origin"] == origin
    for other in ("https://b.example", f"{origin}.kwaad.example", "null"):
        assert "access-control-allow-origin" not in opened.get("/api/documents", headers={"Origin": other}).headers
    assert "access-control-allow-origin" not in opened.get("/", headers={"Origin": origin}).headers
    assert (
        api(reading_room, cors_origins="*")
        .get("/api/health", headers={"Origin": "https://b.example"})
        .headers["access-control-allow-origin"]
    )


# --- behind a proxy -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxied(reading_room: Workspace) -> Iterator[str]:
    """A server behind a proxy that shows it below a path."""
    settings = reading_room.settings.model_copy(update={"root_path": "/kennis/bank", "read_key": READ})
    with serving(create_app(settings, reading_room, page=Door(_page, settings))) as server:
        yield server.address


def test_below_a_path(proxied: str) -> None:
    """The same addresses work whether the proxy hands on the prefix or takes it off, and errors keep their shape."""
    key = {"X-Read-Key": READ}
    for base in (proxied, f"{proxied}/kennis/bank"):
        assert httpx.get(f"{base}/api/health").json() == {"status": "ok"}
        assert code_of(httpx.get(f"{base}/api/nergens")) == (404, "not_found")
        found = httpx.get(f"{base}/api/documents/begrippen/meesterproef", headers=key).json()
        assert found["id"] == "begrippen/meesterproef"
        form = httpx.get(f"{base}/").text
        assert 'action="/kennis/bank/binnen"' in form
        let_in = httpx.post(f"{base}/binnen", data={"sleutel": READ})
        assert let_in.headers["location"] == "/kennis/bank/" and "Path=/kennis/bank/" in let_in.headers["set-cookie"]
    assert httpx.get(f"{proxied}/api/openapi.json").json()["servers"] == [{"url": "/kennis/bank"}]


def test_a_prefix_that_a_proxy_tells(reading_room: Workspace) -> None:
    """A trusted proxy may tell the prefix; nonsense, and what a stranger tells, is not believed."""
    for proxies, told, action in (
        ("127.0.0.0/8", "/elders/", "/elders/binnen"), ("127.0.0.1", "//kwaad.example", "/binnen"),
        ("127.0.0.1", '/"><script>', "/binnen"), ("10.0.0.0/8", "/elders", "/binnen"), ("", "/elders", "/binnen"),
    ):  # fmt: skip
        settings = reading_room.settings.model_copy(update={"proxies": proxies, "read_key": READ})
        with serving(create_app(settings, reading_room, page=Door(_page, settings))) as server:
            form = httpx.get(f"{server.address}/", headers={"X-Forwarded-Prefix": told}).text
        assert re.findall(r'action="([^"]*)"', form) == [action]


def test_over_https(proxied: str) -> None:
    """Where the proxy says that people come by https, the cookie stays on https, and browsers are told to stay."""
    https = {"X-Forwarded-Proto": "https"}
    reply = httpx.post(f"{proxied}/binnen", data={"sleutel": READ}, headers=https)
    assert "Secure" in reply.headers["set-cookie"] and "max-age" in reply.headers["strict-transport-security"]
    plain = httpx.post(f"{proxied}/binnen", data={"sleutel": READ})
    assert "Secure" not in plain.headers["set-cookie"] and "strict-transport-security" not in plain.headers
