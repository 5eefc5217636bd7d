"""Gaps: questions about one thing together, solved and asked again; figures; and what the tab asks the server for."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from conftest import make_settings
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import errors
from api.app import create_app
from ingest.authoring import check, new_text
from ingest.workspace import Workspace
from kb.embedding import SHIPPED_STATIC, StaticEmbedder
from kb.gaps import COMPARED, gap_groups, grouped, open_gaps
from kb.journal import Journal, Miss, Week
from kb.types import Answer, Question, Term
from ui import gaps_plot, gaps_routes, gaps_view
from ui.texts import EN, NL, Texts

KEY = "sleutel-van-de-proef"
DAY = datetime.datetime(2032, 5, 17, 12)
PRICE = ["Wat kost de opleiding glasblazen per maand?", "Wat zijn de kosten van glasblazen per maand?"]
MASTER = "Krijgt een leermeester een bonus?"
HOSTILE = '=HYPERLINK("x") <img src=x onerror="window.hacked=1">'


def misses(*texts: str) -> list[Miss]:
    return [Miss(f"{n:032x}", text, DAY + datetime.timedelta(hours=n), False) for n, text in enumerate(texts)]


def texts(groups: list) -> list[list[str]]:  # type: ignore[type-arg]
    return [[text for text, _ in group.questions] for group in groups]


# --- together, and apart ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def meaning() -> StaticEmbedder:
    """The model that ships with the project."""
    return StaticEmbedder(SHIPPED_STATIC)


def test_questions_about_one_thing_are_together(reading_room: Workspace, meaning: StaticEmbedder) -> None:
    """Other words, another order or another language make no other group; another subject or value does."""
    asked = misses(
        "Mag een leerling op vakantie?",
        "Hoeveel vakantie heeft een leerling?",
        "vakantie leerling",
        "Waar kan ik parkeren?",
        "Zijn er pilots in de zorg?",
        "Zijn er pilots in de boekbinderij?",
        "pilots boekbinderij",
    )
    understand = reading_room.knowledge.snapshot.analyst.understand
    found = {frozenset(group) for group in texts(grouped(asked, understand, meaning))}
    assert found == {
        frozenset({"Mag een leerling op vakantie?", "Hoeveel vakantie heeft een leerling?", "vakantie leerling"}),
        frozenset({"Waar kan ik parkeren?"}),
        frozenset({"Zijn er pilots in de zorg?"}),
        frozenset({"Zijn er pilots in de boekbinderij?", "pilots boekbinderij"}),
    }


@pytest.mark.parametrize("with_vectors", [True, False])
def test_the_order_in_which_was_asked_changes_no_group(
    reading_room: Workspace, meaning: StaticEmbedder, with_vectors: bool
) -> None:
    asked = misses(*PRICE, MASTER, "bonus leermeester", "Wat kost glasblazen?", "xyzzy")
    embedder = meaning if with_vectors else None
    understand = reading_room.knowledge.snapshot.analyst.understand
    one, other = (grouped(rows, understand, embedder) for rows in (asked, asked[::-1]))
    assert {g.misses for g in one} == {g.misses for g in other}
    assert sorted(m.id for group in one for m in group.misses) == [m.id for m in asked]


def test_the_most_asked_comes_first_and_names_its_group(reading_room: Workspace) -> None:
    asked = misses(MASTER, PRICE[1], PRICE[0], PRICE[0])
    first, second = grouped(asked, reading_room.knowledge.snapshot.analyst.understand)
    assert first.questions == ((PRICE[0], 2), (PRICE[1], 1))
    assert second.questions == ((MASTER, 1),)


def test_questions_without_a_word_of_substance(reading_room: Workspace) -> None:
    """Questions of grammar alone are told apart by their text, not all thrown on one heap."""
    asked = misses("Wat is dat?", "Hoe kan het?")
    assert len(grouped(asked, reading_room.knowledge.snapshot.analyst.understand)) == 2


def test_very_many_different_questions_are_still_grouped(reading_room: Workspace) -> None:
    """Beyond what is compared, questions with the same stems are together all the same, and none is lost."""
    asked = misses(*(f"woord{n}x" for n in range(COMPARED + 20)), "woord0x", "woord1x")
    term = Term("x", ("x",), 1.0)
    groups = grouped(asked, lambda text: Question(text, "nl", "what", (term,)))
    assert sum(len(group.misses) for group in groups) == len(asked)
    assert any(len({m.text for m in group.misses}) == 1 and len(group.misses) == 2 for group in groups)


# --- in the journal -----------------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path, corpus: Path) -> Iterator[Workspace]:
    """A workspace of this test alone, with a team key."""
    with Workspace.open(make_settings(tmp_path, corpus, team_key=KEY)) as opened:
        yield opened


def note(workspace: Workspace, text: str, answered: bool = False, days: int = 0) -> str:
    """Note a question as asked so many days ago."""
    made = uuid.uuid4().hex
    journal = workspace.knowledge.journal
    journal.record(text, Answer(made, (), (), answered, 0.5, "nl", "extractive"))
    with closing(sqlite3.connect(workspace.settings.data_dir / "journal.sqlite3")) as database:
        sql = f"update questions set asked_at = datetime(asked_at, '-{days} days') || '.000000' where id = ?"
        database.execute(sql, [made])
        database.commit()
    return made


def test_what_is_solved_is_gone_until_it_is_asked_again(room: Workspace) -> None:
    """A new question of the group brings it back, with only what was asked since; putting back shows all again."""
    knowledge = room.knowledge
    old = [note(room, text, days=3) for text in PRICE]
    knowledge.journal.resolve([*old, "f" * 32])
    assert open_gaps(knowledge) == []
    (solved,) = gap_groups(knowledge)
    assert solved.resolved_at is not None and not solved.open and len(solved.counted) == 2
    note(room, PRICE[0])
    ((group, now),) = open_gaps(knowledge)
    assert [m.text for m in group.open] == [PRICE[0]] and group.resolved_at is not None
    assert now is not None and now[0] is False
    knowledge.journal.resolve(old, solved=False)
    ((group, _),) = open_gaps(knowledge)
    assert len(group.open) == 3 and group.resolved_at is None


def test_the_last_vote_counts(room: Workspace) -> None:
    """Who changes their mind makes no gap; a reason stays when the same vote comes again without it."""
    journal = room.knowledge.journal
    asked = note(room, MASTER, answered=True)
    journal.rate(asked, "down", "Het klopt niet")
    journal.rate(asked, "down", None)
    assert [(m.voted_down, m.comment) for m in journal.misses()] == [(True, "Het klopt niet")]
    journal.rate(asked, "up", None)
    assert journal.misses() == []
    journal.rate(asked, "down", None)
    assert [m.comment for m in journal.misses()] == [""]


def test_what_is_erased_is_only_counted(room: Workspace) -> None:
    """Of questions that are too old nothing but their number is told, and those that were solved are not counted."""
    journal = room.knowledge.journal
    old = [note(room, PRICE[0], days=100) for _ in range(3)]
    down = note(room, MASTER, answered=True, days=100)
    journal.rate(down, "down", "x")
    journal.resolve(old[:1])
    assert journal.misses() == []
    assert journal.expired() == 3


def test_figures_by_week(room: Workspace) -> None:
    """Each week from the first to this one, also those in which nobody asked anything; erased questions count."""
    journal = room.knowledge.journal
    assert journal.weeks() == []
    down = note(room, MASTER, answered=True, days=140)
    journal.rate(down, "down", None)
    note(room, PRICE[0], days=140)
    note(room, PRICE[0])
    weeks = journal.weeks()
    assert len(weeks) == 21 and all(week.monday.weekday() == 0 for week in weeks)
    assert (weeks[0].asked, weeks[0].answered, weeks[0].refused, weeks[0].voted_down) == (2, 1, 1, 1)
    assert (weeks[-1].asked, weeks[-1].refused) == (1, 1)
    assert sum(week.asked for week in weeks) == 3


def test_a_journal_from_before_is_opened(tmp_path: Path) -> None:
    """An installation that has no table of solved questions gets one, and keeps what it has."""
    path = tmp_path / "journal.sqlite3"
    Journal.open(path, 90).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("drop table resolved")
        database.execute(
            "insert into questions values (?, datetime('now') || '.0', 'Wat?', 'nl', 0, 0, 'x', '')", ["a"]
        )
        database.commit()
    journal = Journal.open(path, 90)
    assert [miss.text for miss in journal.misses()] == ["Wat?"]
    journal.close()


# --- over HTTP ----------------------------------------------------------------------------------------------------


def test_the_api_gives_groups_in_the_shape_of_before(room: Workspace) -> None:
    """What callers rely on is there as it was; the rest is added."""
    down = note(room, MASTER, answered=True)
    room.knowledge.journal.rate(down, "down", "Er ontbreekt iets")
    for text in PRICE:
        note(room, text)
    client = TestClient(create_app(room.settings, room))
    body = client.get("/api/gaps", headers={"x-team-key": KEY}).json()
    price, master = body["gaps"]
    assert set(price) >= {"questions", "count", "first", "last", "closest"}
    assert (sorted(price["questions"]), price["count"], price["unanswered"]) == (sorted(PRICE), 2, 2)
    assert price["passage"]["quote"] and price["answered_now"] is False
    assert (master["voted_down"], master["comments"]) == (1, ["Er ontbreekt iets"])
    assert body["expired"] == 0 and body["weeks"][-1]["asked"] == 3


@pytest.fixture
def tab(room: Workspace) -> TestClient:
    """The addresses of the tab."""
    app = FastAPI()
    app.state.settings = room.settings
    errors.install(app)
    gaps_routes.install(app, room.knowledge)
    return TestClient(app, headers={"x-team-key": KEY, "accept-language": "nl"})


@pytest.mark.parametrize("key", ["", "fout", KEY[:-1]])
def test_every_address_asks_for_the_key(tab: TestClient, key: str) -> None:
    calls = [("GET", "lijst"), ("GET", "cijfers"), ("POST", "opgelost"), ("GET", "document?id=x"), ("GET", "bewaar")]
    for method, path in calls:
        assert tab.request(method, f"/lacunes/{path}", headers={"x-team-key": key}).status_code == 401, path


def test_the_list_tells_how_often_since_when_and_what_is_near(tab: TestClient, room: Workspace) -> None:
    note(room, PRICE[0], days=2)
    note(room, PRICE[1])
    note(room, "Wat is een meesterproef?")
    down = note(room, "Welke pilots zijn er?", answered=True)
    room.knowledge.journal.rate(down, "down", None)
    html = tab.get("/lacunes/lijst").text
    assert html.count(NL.gaps.answered_badly) == html.count("1 keer afgekeurd") == 1
    assert "3 onderwerpen waarop de documenten geen antwoord gaven." in html
    price, *others = re.findall(r'<li class="rw-gap".*?rw-draft', html, re.DOTALL)
    (proof,) = [row for row in others if "meesterproef" in row]
    assert "2 keer gevraagd van" in price and NL.gaps.other_words in price and NL.gaps.nearest in price
    assert "1 keer gevraagd op" in proof and NL.gaps.now_answered in proof
    ids = json.loads(unescape(re.findall(r'data-solve="([^"]+)"', html)[0]))
    assert tab.post("/lacunes/opgelost", json={"ids": ids}).status_code == 204
    assert html.count('class="rw-gap"') - 1 == tab.get("/lacunes/lijst").text.count('class="rw-gap"')
    solved = tab.get("/lacunes/lijst", params={"opgelost": True}).text
    assert "Opgelost op" in solved and "data-reopen" in solved and "data-solve" not in solved
    tab.post("/lacunes/opgelost", json={"ids": ids, "solved": False})
    assert tab.get("/lacunes/lijst", params={"opgelost": True}).text.count(NL.gaps.none_solved) == 1


@pytest.mark.parametrize(
    ("order", "first"),
    [("count", PRICE[0]), ("last", MASTER), ("first", "Mag een gezel thuis werken?"), ("x", PRICE[0])],
)
def test_the_list_is_ordered(tab: TestClient, room: Workspace, order: str, first: str) -> None:
    note(room, "Mag een gezel thuis werken?", days=9)
    note(room, PRICE[0], days=5)
    note(room, PRICE[0], days=4)
    note(room, MASTER, days=1)
    assert re.findall(r"<h4[^>]*>([^<]+)", tab.get("/lacunes/lijst", params={"orde": order}).text)[0] == first


def test_a_long_list_comes_in_parts(tab: TestClient, room: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_view, "AT_ONCE", 2)
    for text in (PRICE[0], MASTER, "Mag een gezel thuis werken?"):
        note(room, text)
    html = tab.get("/lacunes/lijst").text
    assert html.count('class="rw-gap"') == 2 and 'data-more="2"' in html
    rest = tab.get("/lacunes/lijst", params={"vanaf": 2}).text
    assert rest.count('class="rw-gap"') == 1 and "data-more" not in rest and rest.startswith("<li")


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": ["a" * 32], "solved": "misschien"}, {"ids": ["a" * 32], "y": 1}]
)
def test_what_cannot_be_solved_gets_a_sentence(tab: TestClient, body: dict[str, object]) -> None:
    reply = tab.post("/lacunes/opgelost", json=body)
    assert reply.status_code == 422 and reply.json()["error"]["message"].endswith(".")


class _Elements(HTMLParser):
    """The elements of some HTML, and the names of their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


class _Draft(HTMLParser):
    """The text and the title of a draft, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.title, self._inside = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "textarea"
        if tag == "input":
            self.title = str(dict(attrs)["value"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text += data


@pytest.mark.parametrize("question", [PRICE[0], 'Wat is "een" \\ proef: <b>?', "--- # titel: x\u2028y", "¿Qué? 😀"])
def test_a_gap_becomes_the_beginning_of_a_document(
    tab: TestClient, room: Workspace, tmp_path: Path, question: str
) -> None:
    """Its heading is the question, all ways it was asked stand beside, and it passes the check of documents."""
    asked = note(room, question)
    reply = tab.get("/lacunes/document", params={"id": asked, "soort": "handreiking"})
    draft = _Draft(reply.text)
    path = tmp_path / reply.headers["x-filename"]
    path.write_text(draft.text, encoding="utf-8")
    assert check([path], room.knowledge.vocabulary) == (1, [])
    assert f"\n## {' '.join(question.split())}\n" in draft.text and "soort: handreiking" in draft.text
    assert draft.title == " ".join(question.split()).rstrip(" ?")
    named = tab.get("/lacunes/document", params={"id": asked, "titel": "Een  eigen titel"})
    assert "\n# Een eigen titel\n" in _Draft(named.text).text
    assert named.headers["x-filename"] == "een-eigen-titel.md"


@pytest.mark.parametrize("values", [{"id": "f" * 32}, {"id": "", "soort": "begrip"}, {"id": "?", "soort": "fiets"}])
def test_a_gap_that_is_gone_gets_a_sentence(tab: TestClient, values: dict[str, str]) -> None:
    reply = tab.get("/lacunes/document", params=values)
    assert reply.status_code == 422 and "lijst" in reply.json()["error"]["message"]


def test_a_new_document_of_the_command_is_as_before() -> None:
    """Without questions the form is the one that `routewijzer new` has always written."""
    text = new_text("begrip", "Een titel", "2032-05-17")
    assert "## Een kop met woorden waarop iemand zoekt" in text and "vroegen" not in text


def test_the_list_and_the_figures_are_saved_without_a_formula_in_them(tab: TestClient, room: Workspace) -> None:
    """A question that is a formula is text in both files; solved ones are in them too, and every week."""
    asked = note(room, HOSTILE)
    note(room, MASTER)
    room.knowledge.journal.resolve([asked])
    rows = list(csv.reader(io.StringIO(tab.get("/lacunes/bewaar?vorm=csv").content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == list(NL.gaps.columns.values()) and len(rows) == 3
    assert {row[0] for row in rows[1:]} == {MASTER, f"'{HOSTILE}"}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    reply = tab.get("/lacunes/bewaar", headers={"accept-language": "en"})
    book = openpyxl.load_workbook(io.BytesIO(reply.content))
    assert book.sheetnames == [EN.gaps.sheet_gaps, EN.gaps.sheet_weeks]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert HOSTILE in {cell.value for cell in cells} and not any(cell.data_type == "f" for cell in cells)
    assert "knowledge-gaps-" in reply.headers["content-disposition"]


# --- as HTML ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [NL, EN])
def test_nothing_that_was_asked_becomes_markup(tab: TestClient, room: Workspace, t: Texts) -> None:
    asked = note(room, HOSTILE, answered=True)
    room.knowledge.journal.rate(asked, "down", HOSTILE)
    html = tab.get("/lacunes/lijst", headers={"accept-language": t.language}).text
    html += tab.get("/lacunes/document", params={"id": asked}).text
    assert "&lt;img" in html and not {"img", "script"} & _Elements(html).tags
    assert not any(name.startswith("on") for name in _Elements(html).attributes)


def test_the_figures_are_drawn_and_told() -> None:
    """Each bar has its height, the table has the same numbers, and no more weeks are drawn than fit."""
    monday = datetime.date(2032, 5, 17)
    weeks = [Week(monday + datetime.timedelta(weeks=n), 10, 7, 3, n % 2) for n in range(40)]
    html = gaps_plot.figures(weeks, NL)
    assert html.count("<g>") == gaps_plot.SHOWN == html.count('<tr><th scope="row">') - 1
    heights = {int(h) for h in re.findall(r'class="rw-answered"[^>]*height="(\d+)"', html)}
    refused = {int(h) for h in re.findall(r'class="rw-refused"[^>]*height="(\d+)"', html)}
    assert len(heights) == len(refused) == 1 and heights.pop() / refused.pop() == pytest.approx(7 / 3, abs=0.05)
    assert "Week van 17 mei 2032" not in html and "<td>260</td>" in html
    assert NL.gaps.figures_none in gaps_plot.figures([], NL)


def test_without_a_key_in_the_settings_the_tab_says_how_it_is_turned_on() -> None:
    for t in (NL, EN):
        shell = gaps_view.shell(t, False)
        assert "ROUTEWIJZER_TEAM_KEY" in shell and "<input" not in shell
