"""The plan over HTTP: the contract's call, and the addresses from which the page and its visitors get it."""

from __future__ import annotations

import io
import re
from typing import Any

import docx
import pytest
from conftest import make_settings
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from ingest.workspace import Workspace
from ui import route_routes, route_view
from ui.texts import EN, NL


@pytest.fixture(scope="module")
def client(reading_room: Workspace) -> TestClient:
    return TestClient(create_app(reading_room.settings, reading_room))


@pytest.fixture(scope="module")
def tab(reading_room: Workspace) -> TestClient:
    """The addresses of the tab."""
    app = FastAPI()
    route_routes.install(app, reading_room.knowledge)
    return TestClient(app)


def _asked(client: TestClient, **body: Any) -> dict[str, Any]:
    reply = client.post("/api/route-plan", json=body)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_the_steps_are_ordered_and_whole(client: TestClient) -> None:
    """Each step has what to do, with whom, a question, example pilots and citations that hold over HTTP."""
    plan = _asked(client, role="Academy", sector="sailmaking", level="journeyman", situation="known, met-gilde")
    assert plan["answers"] == {
        "role": "academie", "sector": "zeilmakerij", "level": "gezel", "situation": ["bekend", "met-gilde"],
    }  # fmt: skip
    assert [step["number"] for step in plan["steps"]] == [1, 2, 3]
    assert [phase["id"] for phase in plan["phases"]] == ["begin", "werk"]
    assert {step["phase"] for step in plan["steps"]} == {"begin", "werk"}
    for step in plan["steps"]:
        assert step["title"] and step["partners"] and step["question"]["to"] and step["question"]["text"]
        numbers = {citation["number"] for citation in step["citations"]}
        told = [*step["actions"], *step["example_pilots"]]
        assert {n for one in told for n in one["citations"]} == numbers
        assert step["covered"] == bool(step["actions"])
        for citation in step["citations"]:
            text = client.get(citation["link"]).json()["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert plan["pilots"][0]["document_id"] == "pilots/waterland-zeilmaken" and plan["pilots"][0]["same_sector"]
    assert plan["steps"][-1]["covered"] is False and plan["steps"][-1]["actions"] == []


def test_the_role_alone_is_enough(client: TestClient) -> None:
    """All else may be left out, be empty or not be known."""
    alone = _asked(client, role="werkplaats")
    for given in (
        {"sector": None, "level": None, "situation": None},
        {"sector": "", "level": "onbekend", "situation": []},
    ):
        assert _asked(client, role="werkplaats", **given) == alone


def test_a_plan_speaks_the_language_of_the_caller(client: TestClient) -> None:
    """`language` goes before `Accept-Language`."""
    headers = {"accept-language": "en"}
    english = client.post("/api/route-plan", json={"role": "school", "sector": "zorg"}, headers=headers).json()
    assert english["language"] == "en" and english["note"].startswith("The documents hold no pilot")
    body = {"role": "school", "sector": "zorg", "language": "nl"}
    assert client.post("/api/route-plan", json=body, headers=headers).json()["steps"][0]["title"] == (
        "Lees wat het pad wil"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"role": "koning"}, "'koning' is hier geen rol. Kies uit: academie, werkplaats."),
        ({"role": "school", "level": "hoog"}, "geen niveau"),
        ({"role": "school", "situation": "soms"}, "geen situatie"),
        ({"role": "school", "sector": "<img src=x>"}, "Noem de sector"),
        ({}, "niet de juiste vorm"),
        ({"role": "school", "colour": "red"}, "niet de juiste vorm"),
        ({"role": "school", "situation": {"nieuw": True}}, "niet de juiste vorm"),
        ({"role": "s" * 201}, "niet de juiste vorm"),
        ({"role": None}, "niet de juiste vorm"),
    ],
)
def test_bad_input_gets_a_sentence(client: TestClient, body: dict[str, Any], told: str) -> None:
    """What is wrong is said in Dutch, in the one shape of errors."""
    reply = client.post("/api/route-plan", json=body)
    assert reply.status_code == 422
    error = reply.json()["error"]
    assert error["code"] == "invalid_request" and told in error["message"]


def test_the_contract_describes_the_call(client: TestClient) -> None:
    """The shapes stand in the contract that the server gives."""
    described = client.get("/api/openapi.json").json()
    assert "RoutePlanOut" in described["components"]["schemas"]
    assert "post" in described["paths"]["/api/route-plan"]


def test_without_a_file_the_call_says_so(tmp_path_factory: pytest.TempPathFactory, reading_room: Workspace) -> None:
    """An installation without steps answers in a sentence."""
    folder = tmp_path_factory.mktemp("zonder")
    settings = make_settings(folder, reading_room.settings.corpus_dir, route_plan=folder / "geen.yaml")
    with Workspace.open(settings) as opened:
        reply = TestClient(create_app(settings, opened)).post("/api/route-plan", json={"role": "school"})
    assert reply.status_code == 422 and "geen stappenplan" in reply.json()["error"]["message"]


# --- for the page -------------------------------------------------------------------------------------------------


def test_the_page_gets_the_plan_as_html(tab: TestClient) -> None:
    """Every step is there with its tick; nothing in it can run or fetch."""
    reply = tab.get("/route/plan", params={"rol": "academie", "sector": "zorg & welzijn", "taal": "nl"})
    assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/html")
    html = reply.text
    assert re.findall(r'data-done="([^"]+)"', html) == ["doelen", "gilde", "overeenkomst", "gezel-loon"]
    assert NL.route.gap in html and "zorg &amp; welzijn" in html
    assert 'data-query="rol=academie&amp;sector=zorg+%26+welzijn"' in html
    assert not re.search(r"<(?:script|img|iframe|style)\b|\son\w+=", html)


def test_an_english_plan_marks_dutch_words(tab: TestClient) -> None:
    """Quotes keep their language for who has them read out."""
    html = tab.get("/route/plan", params={"rol": "academie", "taal": "en"}).text
    assert EN.route.title in html and '<span lang="nl">oude ambachten bewaren;</span>' in html


@pytest.mark.parametrize("kind", ["plan", "plan.docx", "plan.md"])
def test_a_wrong_address_gets_a_sentence(tab: TestClient, kind: str) -> None:
    """An address that was changed by hand is told what is wrong with it."""
    reply = tab.get(f"/route/{kind}", params={"rol": "koning"})
    assert reply.status_code == 422 and "geen rol" in reply.json()["error"]["message"]
    assert tab.get(f"/route/{kind}").status_code == 422
    assert tab.get(f"/route/{kind}", params={"rol": "x" * 300}).status_code == 422


def test_files_bear_the_answers_in_their_name(tab: TestClient) -> None:
    """Word and text are handed out as files, with what was ticked off."""
    asked = {"rol": "academie", "sector": "zeilmakerij", "gedaan": "gilde,onzin"}
    word = tab.get("/route/plan.docx", params=asked)
    assert 'filename="stappenplan-academie-zeilmakerij.docx"' in word.headers["content-disposition"]
    heads = [p.text for p in docx.Document(io.BytesIO(word.content)).paragraphs if p.style.name == "Heading 2"]
    assert [head[0] for head in heads] == ["☐", "☑", "☐", "☐"]
    text = tab.get("/route/plan.md", params=asked)
    assert 'filename="stappenplan-academie-zeilmakerij.md"' in text.headers["content-disposition"]
    assert "☑ 2. Zoek een gilde" in text.text
    assert "/?rol=academie&sector=zeilmakerij" in text.text


def test_the_questions_are_at_most_four(reading_room: Workspace) -> None:
    """One screen each, with every choice of the file and the list of values."""
    knowledge = reading_room.knowledge
    for t in (NL, EN):
        html = route_view.shell(knowledge.routes, knowledge.vocabulary, t)
        assert html.count("data-screen") == 4
        assert html.count('name="rol"') == 2 and html.count('name="sector"') == 3 + 2
        assert html.count('type="checkbox"') == 2 and 'data-without="werkplaats"' in html
