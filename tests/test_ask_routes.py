"""What the page asks for around a question: choices to narrow it by, an answer as a file, and the steps of one."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote

import docx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import errors
from ingest.workspace import Workspace
from kb.permalink import Permalinks, Pinned
from kb.types import Answer, Citation, DocumentKind, Filters, Searched, Statement
from ui import answer_actions, answer_files, ask_routes, embedding, narrowing, render
from ui.exchange import Exchange
from ui.texts import EN, NL, Texts
from ui.word import MEDIA_TYPE, Run, WordFile

KEY = "sleutel-van-de-proef"
PAGE = "https://voorbeeld.invalid/"
LINKS = Permalinks(b"k" * 64)
HOSTILE = '<img src=x onerror="window.hacked=1"> **vet** [a](b) \x0b\ufffe | _x_'


@pytest.fixture(scope="module")
def client(reading_room: Workspace) -> Iterator[TestClient]:
    """The addresses below `/vraag/`, with a team key."""
    app = FastAPI()
    app.state.settings = reading_room.settings.model_copy(update={"team_key": KEY})
    errors.install(app)
    ask_routes.install(app, reading_room.knowledge, LINKS)
    yield TestClient(app, headers={"accept-language": "nl"})


def token_of(workspace: Workspace, question: str, filters: Filters | None = None) -> str:
    knowledge = workspace.knowledge
    answer = knowledge.ask(question, filters=filters)
    return LINKS.pack(question, answer, knowledge.searched(filters or Filters()), datetime.date(2032, 5, 17))


class _Options(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.selected: list[str] = []
        self._facet = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "select":
            self._facet = str(values["data-facet"])
        elif tag == "option" and values.get("value"):
            self.found.setdefault(self._facet, []).append(str(values["value"]))
            if "selected" in values:
                self.selected.append(str(values["value"]))


# --- narrowing ----------------------------------------------------------------------------------------------------


def test_only_values_that_documents_have_can_be_chosen(client: TestClient, reading_room: Workspace) -> None:
    """Each choice stands with how many documents it leaves, and none leaves nothing."""
    options = _Options(client.get("/vraag/keuzes").text).found
    rows = [document.metadata for document in reading_room.library.live()]
    assert set(options["kind"]) == {row.kind.value for row in rows}
    assert set(options["sector"]) == {value for row in rows for value in row.sector}
    assert set(options["institution"]) == {value for row in rows for value in row.institutions}
    assert set(options["level"]) == {value for row in rows for value in row.levels}


def test_a_choice_leaves_only_what_goes_with_it(client: TestClient) -> None:
    """Once a sector is chosen, the institutions are those of that sector; the choice itself stays to be changed."""
    reply = client.get("/vraag/keuzes", params={"keuze": '{"sector": "boekbinderij"}'})
    options = _Options(reply.text)
    assert options.selected == ["boekbinderij"]
    assert len(options.found["sector"]) > 1
    assert options.found["institution"] == ["Noorderlicht Academie"]
    assert re.search(r'role="status">1 document past hierbij', reply.text)


@pytest.mark.parametrize(
    "sent", [None, "", "{", "[]", "7", '{"kind": "fiets"}', '{"kind": ["pilot"]}', '{"sector": null}', "[" * 100_000]
)
def test_what_is_no_choice_narrows_nothing(sent: str | None, client: TestClient) -> None:
    """The page may send anything: a question is then asked of all documents."""
    assert narrowing.read(sent).filters == Filters()
    assert client.get("/vraag/keuzes", params={"keuze": (sent or "")[:2000]}).status_code == 200


def test_choices_become_filters() -> None:
    wish = narrowing.read('{"kind": "pilot", "sector": "boekbinderij", "institution": "", "mode": "extractive"}')
    assert wish == narrowing.Wish(Filters((DocumentKind.PILOT,), ("boekbinderij",)), "extractive")


def test_a_narrowed_collection_is_still_answered_completely(reading_room: Workspace) -> None:
    """Asking which pilots there are within one sector gives the pilots of that sector, from the records."""
    knowledge = reading_room.knowledge
    everywhere = knowledge.ask("Welke pilots zijn er?")
    narrowed = knowledge.ask("Welke pilots zijn er?", filters=Filters(sector=("boekbinderij",)))
    assert len({c.document_id for c in everywhere.citations}) == 3
    assert {c.document_id for c in narrowed.citations} == {"pilots/noorderlicht-boekbinden"}
    assert knowledge.searched(Filters(sector=("boekbinderij",))).documents == 1


def test_a_question_about_something_else_has_nothing_near_it(reading_room: Workspace) -> None:
    """Nearness of meaning alone makes no passage "close" to a question of which no word is known."""
    assert reading_room.knowledge.ask("Wie wint het wereldkampioenschap voetbal?").closest == ()
    assert reading_room.knowledge.ask("Wat kost de opleiding glasblazen?").closest != ()


def test_the_writer_can_be_chosen_only_where_there_is_a_model() -> None:
    assert "rw-mode" in narrowing.shell(True, NL)
    assert "rw-mode" not in narrowing.shell(False, NL)


# --- keeping ------------------------------------------------------------------------------------------------------


def test_an_answer_is_saved_as_word(client: TestClient, reading_room: Workspace) -> None:
    """The file holds question, statements, quotes with where they stand, and the permanent link."""
    token = token_of(reading_room, "Wat is een meesterproef?")
    reply = client.post("/vraag/bewaar", json={"token": token, "form": "docx", "page": PAGE})
    assert reply.headers["content-type"] == MEDIA_TYPE
    assert unquote(reply.headers["content-disposition"]).endswith("wat-is-een-meesterproef.docx")
    document = docx.Document(io.BytesIO(reply.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    answer = reading_room.knowledge.ask("Wat is een meesterproef?")
    for expected in (*(s.text for s in answer.statements), *(c.quote for c in answer.citations)):
        assert expected in text
    assert "17 mei 2032" in text and "versie" in text and NL.sources in text
    assert document.core_properties.language == "nl-NL"
    targets = {relation.target_ref for relation in document.part.rels.values() if relation.is_external}
    assert f"{PAGE}#antwoord={token}" in targets


def test_an_answer_is_saved_as_markdown(client: TestClient, reading_room: Workspace) -> None:
    """Also in English: the words around the quotes are those of the page."""
    token = token_of(reading_room, "Welke pilots zijn er?")
    body = {"token": token, "form": "md", "page": PAGE}
    text = client.post("/vraag/bewaar", json=body, headers={"accept-language": "en"}).text
    assert text.startswith("# Welke pilots zijn er?\n")
    assert "## Sources" in text and f"<{PAGE}#antwoord={token}>" in text
    assert text.count("   > ") == len(reading_room.knowledge.ask("Welke pilots zijn er?").citations)


def test_a_refusal_can_be_kept_too(client: TestClient, reading_room: Workspace) -> None:
    """That the documents did not say something is worth keeping, with where was searched."""
    token = token_of(reading_room, "Wat verdient een glasblazer per uur?", Filters(kind=(DocumentKind.PILOT,)))
    text = client.post("/vraag/bewaar", json={"token": token, "form": "md", "page": PAGE}).text
    assert NL.not_stated in text and "Gezocht in 3 documenten" in text and "Alleen in: Pilot" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "AYu0RqXDV10b9OspC6Vv"},
        {"token": "x" * 50_000},
        {"form": "exe"},
        {"page": "javascript:alert(1)"},
        {"page": PAGE + '"><script>'},
        {"extra": 1},
    ],
)
def test_what_cannot_be_saved_gets_a_sentence(
    client: TestClient, reading_room: Workspace, wrong: dict[str, object]
) -> None:
    body = {"token": token_of(reading_room, "Wat is een meesterproef?"), "form": "md", "page": PAGE, **wrong}
    reply = client.post("/vraag/bewaar", json=body)
    assert reply.status_code == 422 and reply.json()["error"]["message"].endswith(".")


def _pinned(text: str) -> Pinned:
    citation = Citation(
        1, "a/b", "0" * 12, f"Titel {text}", DocumentKind.PILOT, (text,), 3, text, 0, 9, "javascript:alert(1)", "2020"
    )
    answer = Answer("", (Statement(text, (1,)),), (citation,), True, 0.7, "nl", "extractive")
    return Pinned(text, answer, Searched(6, "words"), datetime.date(2032, 5, 17), (text,), 1)


@pytest.mark.parametrize("t", [NL, EN])
def test_hostile_text_stays_text_in_files_and_on_the_page(t: Texts) -> None:
    """What documents and visitors write is escaped in Markdown, and cleaned of what XML cannot hold in Word."""
    pinned = _pinned(HOSTILE)
    text = answer_files.as_markdown(pinned, PAGE, t)
    assert "<img" not in text.replace("\\<img", "") and r"\*\*vet\*\*" in text and r"\[a\](b)" in text
    assert "javascript:" not in text
    document = docx.Document(io.BytesIO(answer_files.as_word(pinned, PAGE, t)))
    assert any("<img src=x" in paragraph.text for paragraph in document.paragraphs)
    assert not any("javascript" in relation.target_ref for relation in document.part.rels.values())
    exchange = Exchange(1, HOSTILE, pinned.answer, pinned.searched, "AAAA", pinned)
    html = render.answer(exchange, t) + render.after(exchange, (), t, for_team=True)
    assert "<img" not in html and "<script" not in html


def test_a_word_file_holds_what_is_put_in_it() -> None:
    """Headings, lists and links are Word's own, so that another part of the page can make a document with it."""
    file = WordFile("Een plan", "en")
    file.heading("Stap een", 2)
    file.bullets([["doe dit"], [Run("en dat", bold=True), Run("hier", url="https://voorbeeld.invalid/x")]])
    file.paragraph(Run("te lang", url="https://voorbeeld.invalid/" + "x" * 3000))
    document = docx.Document(io.BytesIO(file.data()))
    assert [(p.style.name, p.text) for p in document.paragraphs] == [
        ("Heading 2", "Stap een"), ("List Bullet", "doe dit"), ("List Bullet", "en dathier"), ("Normal", "te lang"),
    ]  # fmt: skip
    assert [link.address for p in document.paragraphs for link in p.hyperlinks] == ["https://voorbeeld.invalid/x"]
    assert (document.core_properties.title, document.core_properties.language) == ("Een plan", "en-GB")


# --- what the page says -------------------------------------------------------------------------------------------


def test_a_saved_answer_says_what_was_checked_and_what_has_changed() -> None:
    html = answer_actions.saved(_pinned("x"), NL)
    assert "Bewaard antwoord van 17 mei 2032." in html
    assert NL.asking.saved_one in html and NL.asking.saved_lost_one in html
    assert "Hiervan is er nu een nieuwere versie: x." in html
    gone = Exchange(1, "x", Answer("", (), (), True, 0.7, "nl", "extractive"), None, "", _pinned("x"))
    assert NL.asking.saved_gone in render.answer(gone, NL)
    assert "data-feedback" not in render.after(gone, (), NL), "nobody is asked about an answer that is not shown"


def test_a_model_is_not_said_to_be_literal() -> None:
    """What a language model wrote stands literally in no document, and that is not claimed."""
    pinned = _pinned("x")
    generated = Answer("", pinned.answer.statements, pinned.answer.citations, True, 0.7, "nl", "generated")
    html = render.answer(Exchange(1, "x", generated), NL)
    assert "Staat letterlijk" not in html and "Door een taalmodel geschreven, uit 1 document." in html


def test_what_was_searched_is_said_in_words() -> None:
    filters = Filters((DocumentKind.PILOT,), ("bouw",))
    assert render.looked_in(Searched(1234, "hybrid"), NL) == (
        "Gezocht in 1.234 documenten, op woorden en op betekenis."
    )
    assert render.looked_in(Searched(7, "words", filters), NL) == (
        "Gezocht in 7 documenten, op woorden. Alleen in: Pilot, bouw."
    )
    assert render.looked_in(Searched(1, "words"), EN) == "Searched in 1 document."


# --- the steps, and the frame -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "fout", KEY[:-1]])
def test_the_steps_ask_for_the_key(client: TestClient, key: str) -> None:
    reply = client.post("/vraag/stappen", json={"question": "Wat is een meesterproef?"}, headers={"x-team-key": key})
    assert reply.status_code == 401


def test_the_steps_of_a_question(client: TestClient, reading_room: Workspace) -> None:
    """All steps come in their order, for the question with its history and its filters, and nothing is noted."""
    before = len(reading_room.knowledge.journal.misses())
    body = {
        "question": "En glasblazen <b>?", "history": [{"question": "Hoe lang duurt de opleiding boekbinden?"}],
        "narrowing": '{"sector": "glasblazerij"}',
    }  # fmt: skip
    reply = client.post("/vraag/stappen", json=body, headers={"x-team-key": KEY})
    titles = re.findall(r"<summary>(\d)\. ", reply.text)
    assert titles == ["1", "2", "3", "4", "5", "6"]
    assert "vervolgvraag, aangevuld tot:" in reply.text
    assert "pilots/noorderlicht-glasblazen" in reply.text and "pilots/noorderlicht-boekbinden)" not in reply.text
    assert "<b>" not in reply.text
    assert len(reading_room.knowledge.journal.misses()) == before


def test_a_question_that_is_none_has_no_steps(client: TestClient) -> None:
    reply = client.post("/vraag/stappen", json={"question": " ?! "}, headers={"x-team-key": KEY})
    assert reply.status_code == 422 and reply.json()["error"]["code"] == "invalid_question"


def test_only_named_sites_may_frame_the_page(reading_room: Workspace) -> None:
    """Without the setting the policy stays as it was; with it, exactly those sites are added."""
    own = "default-src 'self'; frame-ancestors 'self'"
    settings = reading_room.settings
    assert embedding.policy(own, settings) == own
    named = settings.model_copy(update={"embed_origins": "https://a.example,https://*.b.example"})
    assert embedding.policy(own, named) == f"{own} https://a.example https://*.b.example"
