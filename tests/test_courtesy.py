"""What visitors say that asks nothing of the documents."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from ingest.workspace import Workspace
from kb.courtesy import courtesy_in
from kb.types import Turn
from ui import render
from ui.exchange import Exchange
from ui.texts import NL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dankjewel!", "thanks"),
        ("oké, hartelijk bedankt voor je hulp", "thanks"),
        ("Thank you very much", "thanks"),
        ("Goedemiddag", "greeting"),
        ("hoi, ben je een mens?", "about"),
        ("Wat kan ik je vragen?", "about"),
        ("tot ziens", "farewell"),
        ("help", "lost"),
        ("Wat kan ik aan de hogeschool vragen?", None),
        ("Hoe werkt dit?", None),
        ("Wie helpt een bedrijf?", None),
        ("goed loon", None),
        ("Hallo, wie betaalt de student?", None),
        ("wie zijn jullie?", None),
    ],
)
def test_courtesies_are_told_from_questions(text: str, said: str | None) -> None:
    """Only a text that is nothing else is one; a question that begins with a greeting is a question."""
    assert courtesy_in(text) == said


def test_a_thanks_gets_a_word_back_and_is_not_noted(workspace: Workspace) -> None:
    """No passage stands below it, no gap is counted, and its language is the visitor's."""
    knowledge = workspace.knowledge
    answer = knowledge.ask("dankjewel")
    assert answer.aside and not answer.answered and not answer.closest and not answer.perhaps
    assert answer.note == "Graag gedaan."
    assert not answer.suggestions and knowledge.ask("wat kan ik vragen?").suggestions
    assert knowledge.ask("thanks a lot").note == "You are welcome."
    assert knowledge.journal.misses() == []
    knowledge.ask("Hoeveel zeppelins zijn er?")
    assert len(knowledge.journal.misses()) == 1


def test_what_was_spoken_of_outlasts_a_thanks(reading_room: Workspace) -> None:
    """A follow-up behind a thanks is about the question before it."""
    before = Turn("Wat is een meesterproef?", "Een meesterproef sluit de opleiding af.")
    told = reading_room.knowledge.ask("en wie beoordeelt die?", [before, Turn("bedankt!", "Graag gedaan.")])
    assert "meesterproef" in told.understood


def test_over_http_and_in_openais_words(client: TestClient) -> None:
    """A program is told apart what was no question; a chat shows the word back."""
    asked = client.post("/api/ask", json={"question": "hallo"}).json()
    assert (asked["mode"], asked["answered"], asked["statements"]) == ("aside", False, [])
    chat = {"model": "routewijzer", "messages": [{"role": "user", "content": "wie ben je?"}]}
    said = client.post("/v1/chat/completions", json=chat).json()["choices"][0]["message"]["content"]
    assert said.startswith("Ik zoek antwoorden in de documenten")


def test_the_page_shows_the_word_back_alone(reading_room: Workspace) -> None:
    """Nothing to judge, to copy or to link, and no word on what the documents do not say."""
    exchange = Exchange(1, "dankjewel", reading_room.knowledge.ask("dankjewel", noted=False))
    page = render.answer(exchange, NL) + render.after(exchange, (), NL)
    assert "Graag gedaan." in page
    assert NL.not_stated not in page and NL.nothing not in page and "rw-actions" not in page
