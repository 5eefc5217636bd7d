"""The page as visitors meet it: the real server and a real browser; and the pure functions behind it."""

from __future__ import annotations

import json
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browsing import PageServer
from conftest import CHROMIUM, PROJECT
from elements import elements
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.security import COOKIE, cookie_for
from kb.types import Answer, Citation, DocumentKind, Statement
from ui import render
from ui.render import Exchange
from ui.texts import EN, NL, STARTING

ON_TOPIC = "Welke pilots zijn er in de bouw?"
GIBBERISH = "xyzzy qwop"

_HOSTILE = """---
versie: 1
titel: 'Proef <img src=x onerror="window.hacked=1"> <script>window.hacked=2</script>'
soort: overig
datum: 2024-03-05
taal: nl
bronnen:
  - titel: Verzonnen
    url: https://voorbeeld.invalid/proef
---

# Kwekerij Grasduin

Eerst wat tekens die in JavaScript voor twee tellen: 😀😀😀 𝒳𝒴𝒵. <script>window.hacked=3</script>

## Kassen

De zonnebloemkwekerij Grasduin telt zevenenveertig kassen in de polder. <b onclick="window.hacked=4">Dat</b> is veel.
"""


READ_KEY = "een-leessleutel"
BELOW = "/kennisbank"
"""One of the servers stands below a path, behind a door."""


def _start(folder: Path, **settings: Any) -> PageServer:
    shutil.copytree(PROJECT / "corpus", folder / "corpus")
    (folder / "corpus" / "proef.md").write_text(_HOSTILE, encoding="utf-8")
    return PageServer(folder, **settings)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Two servers: as people run it, and one that is never sure enough to answer."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    strict = {"answer_threshold": 1.0, "root_path": BELOW, "read_key": READ_KEY}
    running = {
        name: _start(tmp_path_factory.mktemp(name), **settings)
        for name, settings in (("open", {"answer_threshold": 0.0}), ("strict", strict))
    }
    addresses = {"open": running["open"].address, "strict": f"{running['strict'].address}{BELOW}/"}
    try:
        for name, server in running.items():
            server.wait(addresses[name], {"Cookie": f"{COOKIE}={cookie_for(READ_KEY)}"}, 180)
        yield addresses
    finally:
        for server in running.values():
            server.stop()


@pytest.fixture
def page(context: BrowserContext, servers: dict[str, str]) -> Page:
    return _open(context, servers["open"])


def _open(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#rw-box textarea")).to_be_visible()
    return page


def _through_the_door(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Sleutel").fill(READ_KEY)
    page.get_by_role("button", name="Ga naar binnen").click()
    expect(page.locator("#rw-box textarea")).to_be_visible()
    assert page.url == address
    return page


def _ask(page: Page, question: str, turn: int = 1) -> None:
    page.locator("#rw-box textarea").fill(question)
    page.get_by_role("button", name="Vraag", exact=True).click()
    _answered(page, turn)


def _answered(page: Page, turn: int = 1) -> None:
    expect(page.locator(f"article[data-turn='{turn}']:not(.rw-progress)")).to_be_visible()


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"))


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_first_visit_shows_three_questions_for_each_kind_of_visitor(page: Page) -> None:
    groups = page.locator(".rw-examples section")
    assert groups.locator("h3").all_inner_texts() == ["Voor hogescholen", "Voor branches", "Voor het programmateam"]
    assert [group.get_by_role("button").count() for group in groups.all()] == [3, 3, 3]
    assert page.get_attribute("html", "lang") == "nl"
    assert page.title() == "Routewijzer"
    shown = page.locator("body").inner_text().lower()
    assert "gradio" not in shown and "api" not in shown.split() and "settings" not in shown


@pytest.mark.slow
def test_a_number_opens_the_passage_with_the_quote_marked(page: Page) -> None:
    _ask(page, ON_TOPIC)
    answer = page.locator(".rw-stated")
    assert "Staat letterlijk in" in answer.inner_text()
    assert f"U vroeg:\n{ON_TOPIC}" in answer.inner_text()
    for statement in answer.locator(".rw-statements :is(li, p)").all():
        assert statement.locator(".rw-cite").count() >= 1
    number = answer.locator(".rw-cite").nth(1)
    source = json.loads(number.get_attribute("data-source") or "")
    assert page.get_by_role("button", name=f"Bron {source['number']}: {source['title']}").count() == 1
    number.click()
    panel = page.locator("#rw-panel")
    expect(panel.locator("p mark")).to_have_text(source["quote"])
    text = panel.inner_text()
    assert f"Bron {source['number']} van {source['total']}" in text
    assert all(part in text for part in (source["title"], source["date"], source["version"]))
    assert number.get_attribute("aria-expanded") == "true"
    assert panel.bounding_box()["x"] > answer.bounding_box()["x"] + answer.bounding_box()["width"]
    panel.get_by_role("button", name="Hele document").click()
    assert panel.locator("mark").all_inner_texts() == [source["quote"]]
    assert panel.locator(".rw-all p").count() > 5
    link = panel.get_by_role("link", name="Origineel").get_attribute("href")
    assert page.request.get(link or "").status == 200
    panel.get_by_role("button", name="Sluit").click()
    expect(panel).to_be_hidden()


@pytest.mark.slow
def test_what_the_documents_do_not_say_looks_like_no_answer(context: BrowserContext, servers: dict[str, str]) -> None:
    page = _through_the_door(context, servers["strict"])
    _ask(page, "Hoe vinden wij bedrijven voor een route?")
    answer = page.locator(".rw-not-stated")
    expect(answer).to_contain_text("Een zeker antwoord is niet gevonden. Misschien staat het hierin:")
    assert answer.locator(".rw-closest li").count() >= 1
    assert page.locator(".rw-stated, .rw-statements").count() == 0
    answer.locator(".rw-cite").first.click()
    expect(page.locator("#rw-panel p mark").first).to_be_visible()
    _ask(page, GIBBERISH, turn=2)
    expect(page.locator(".rw-nothing")).to_contain_text("Hierover gaan de documenten niet.")
    assert page.locator(".rw-nothing .rw-cite").count() == 0
    also = page.locator(".rw-also")
    expect(also).to_contain_text("Deze vragen kunnen de documenten wel beantwoorden:")
    assert also.get_by_role("button").count() == 2


@pytest.mark.slow
def test_two_visitors_never_see_each_others_conversation(browser: Browser, servers: dict[str, str]) -> None:
    one, other = browser.new_context(locale="nl-NL"), browser.new_context(locale="nl-NL")
    first = _open(one, servers["open"])
    _ask(first, ON_TOPIC)
    second = _open(other, servers["open"])
    expect(second.locator(".rw-examples")).to_be_visible()
    _ask(second, "En in de logistiek?")
    assert second.locator(".rw-earlier, .rw-searched").count() == 0
    assert ON_TOPIC not in second.locator("#rw-newest article").inner_text()
    _ask(first, "En in de techniek?", turn=2)
    assert first.locator(".rw-earlier summary").all_inner_texts() == [ON_TOPIC]
    assert "logistiek" not in first.locator("#rw-earlier").inner_text()
    one.close()
    other.close()


@pytest.mark.slow
def test_a_follow_up_is_made_whole_and_the_conversation_can_be_cleared(page: Page, servers: dict[str, str]) -> None:
    _ask(page, ON_TOPIC)
    _ask(page, "En in de logistiek?", turn=2)
    expect(page.locator("article[data-turn='2']")).to_contain_text("Gezocht op:")
    page.locator(".rw-earlier summary").click()
    expect(page.locator(".rw-earlier .rw-cite").first).to_be_visible()
    page.get_by_role("button", name="Begin opnieuw").click()
    expect(page.locator(".rw-examples")).to_be_visible()
    assert page.locator(".rw-answer, .rw-earlier").count() == 0
    assert page.url.rstrip("/") == servers["open"]
    _ask(page, "En in de logistiek?")
    assert page.locator(".rw-searched").count() == 0


@pytest.mark.slow
def test_every_request_of_a_visit_stays_on_this_machine(context: BrowserContext, servers: dict[str, str]) -> None:
    hosts: set[str] = set()
    wrong: list[str] = []
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    context.on("response", lambda response: response.status >= 400 and wrong.append(response.url))
    context.on("console", lambda message: message.type in {"error", "warning"} and wrong.append(message.text))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    assert context.request.get(servers["open"] + "/favicon.ico").status == 200, "asked for where no icon is named"
    page = _open(context, servers["open"])
    for tab, sign in (
        ("Pilots", ".rw-card"),
        ("Start je route", ".rw-screen"),
        ("Documenten", ".rw-docs"),
        ("Kennislacunes", ".rw-gaps"),
        ("Vraag het", ".rw-examples"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator(f"{sign}:visible").first).to_be_visible()
    assert wrong == [], "before anything was done"
    _ask(page, ON_TOPIC)
    page.locator(".rw-cite").first.click()
    expect(page.locator("#rw-panel p mark").first).to_be_visible()
    page.get_by_role("button", name="Ja").click()
    expect(page.locator(".rw-helped .rw-done")).to_have_text("Dank u wel.")
    page.get_by_role("button", name="Donker").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert hosts == {urlsplit(servers["open"]).netloc}
    assert wrong == []


@pytest.mark.slow
def test_the_page_works_below_a_path_and_behind_a_door(context: BrowserContext, servers: dict[str, str]) -> None:
    """With a key and a prefix: no request goes astray, none is refused, and the policy of content is kept to."""
    wrong: list[str] = []
    context.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    context.on("request", lambda request: request.url.startswith(servers["strict"]) or wrong.append(request.url))
    context.on("response", lambda response: response.status >= 400 and wrong.append(response.url))
    page = _through_the_door(context, servers["strict"])
    _ask(page, "Hoe vinden wij bedrijven voor een route?")
    page.locator(".rw-cite").first.click()
    expect(page.locator("#rw-panel p mark").first).to_be_visible()
    page.get_by_role("button", name="Ja").click()
    expect(page.locator(".rw-helped .rw-done")).to_have_text("Dank u wel.")
    page.goto(servers["strict"] + "docs")
    expect(page.locator(".opblock").first).to_be_visible()
    assert wrong == []


@pytest.mark.slow
def test_a_form_of_another_site_writes_nothing(context: BrowserContext, servers: dict[str, str]) -> None:
    """A page of another site that sends a form here in a visitor's name is refused, in a real browser."""
    form = f"""<form method="post" action="{servers["open"]}/api/feedback" enctype="text/plain">
        <input name='{{"question_id": "{"0" * 32}", "verdict": "down", "comment": "' value='"}}'></form>
        <script>document.forms[0].submit()</script>"""
    context.route("http://elders.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page = context.new_page()
    with page.expect_response(lambda reply: reply.url.endswith("/api/feedback")) as sent:
        page.goto("http://elders.example/")
    assert sent.value.status == 403
    assert sent.value.request.headers["origin"] == "http://elders.example"
    assert sent.value.json()["error"]["code"] == "cross_site"


@pytest.mark.slow
def test_a_hostile_question_is_shown_as_text(page: Page) -> None:
    question = """<script>window.hacked=5</script> <img src=x onerror="window.hacked=6"> ${alert(1)} {{7*7}} ' bouw"""
    _ask(page, question)
    expect(page.locator(".rw-asked")).to_contain_text(question)
    _ask(page, ON_TOPIC, turn=2)
    assert page.locator(".rw-earlier summary").all_inner_texts() == [question]
    assert page.evaluate("window.hacked") is None
    assert page.locator("gradio-app :is(script, img, iframe)").count() == 0


@pytest.mark.slow
def test_a_hostile_document_is_shown_as_text_and_marked_in_the_right_place(page: Page) -> None:
    _ask(page, "Hoeveel kassen telt de zonnebloemkwekerij Grasduin?")
    number = page.locator(".rw-answer .rw-cite[data-source*='zevenenveertig']").first
    number.click()
    marked = page.locator("#rw-panel p mark")
    expect(marked).to_have_text("De zonnebloemkwekerij Grasduin telt zevenenveertig kassen in de polder.")
    expect(page.locator("#rw-panel h2")).to_contain_text("<script>window.hacked=2</script>")
    website = page.get_by_role("link", name="Website van de bron")
    assert website.get_attribute("href") == "https://voorbeeld.invalid/proef"
    assert website.get_attribute("rel") == "noopener noreferrer"
    page.get_by_role("button", name="Hele document").click()
    expect(page.locator(".rw-all")).to_contain_text("😀😀😀 𝒳𝒴𝒵. <script>window.hacked=3</script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("gradio-app :is(script, img, iframe)").count() == 0


@pytest.mark.slow
def test_everything_works_by_keyboard(page: Page) -> None:
    while not page.evaluate("document.activeElement.matches('#rw-box textarea')"):
        page.keyboard.press("Tab")
    page.keyboard.type(ON_TOPIC)
    page.keyboard.press("Enter")
    _answered(page)
    assert page.evaluate("document.activeElement.matches('#rw-box textarea')")
    while not _focused(page).startswith("Bron 1:"):
        page.keyboard.press("Tab")
    name = _focused(page)
    page.keyboard.press("Enter")
    expect(page.locator("#rw-panel p mark").first).to_be_visible()
    assert page.evaluate("document.activeElement.matches('#rw-panel h2')")
    page.keyboard.press("Escape")
    assert _focused(page) == name
    while not page.evaluate("document.activeElement.matches('.rw-also button')"):
        page.keyboard.press("Tab")
    suggestion = _focused(page)
    page.keyboard.press("Enter")
    _answered(page, turn=2)
    assert page.evaluate("document.activeElement.matches('.rw-asked')")
    assert suggestion in _focused(page)


@pytest.mark.slow
def test_a_narrow_screen_has_no_sideways_scroll_and_takes_the_reader_to_the_source(
    browser: Browser, servers: dict[str, str]
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", has_touch=True)
    page = _open(context, servers["open"])

    def sideways() -> int:
        return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    assert sideways() <= 0
    _ask(page, ON_TOPIC)
    assert sideways() <= 0
    page.locator(".rw-cite").first.click()
    expect(page.locator("#rw-panel p mark")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.matches('#rw-panel h2')")
    expect(page.locator("#rw-panel h2")).to_be_in_viewport()
    page.get_by_role("button", name="Hele document").click()
    assert sideways() <= 0
    page.get_by_role("button", name="Terug naar het antwoord").click()
    expect(page.locator(".rw-cite").first).to_be_in_viewport()
    assert _focused(page).startswith("Bron 1:")
    _ask(page, "W" * 400, turn=2)
    assert sideways() <= 0
    context.close()


@pytest.mark.slow
def test_the_address_of_a_question_asks_it(context: BrowserContext, servers: dict[str, str]) -> None:
    page = context.new_page()
    page.goto(f"{servers['open']}/?vraag={quote(ON_TOPIC)}")
    _answered(page)
    expect(page.locator(".rw-asked")).to_contain_text(ON_TOPIC)
    assert page.locator(".rw-examples").count() == 0
    _ask(page, "Wie zitten er in het programmateam?", turn=2)
    page.wait_for_url("**/?vraag=Wie+zitten+er+in+het+programmateam%3F#antwoord=*")


@pytest.mark.slow
def test_the_page_speaks_english_and_keeps_the_conversation(page: Page) -> None:
    _ask(page, ON_TOPIC)
    page.get_by_role("button", name="English").click()
    expect(page.locator(".rw-asked")).to_contain_text("You asked:")
    assert page.get_attribute("html", "lang") == "en"
    assert ON_TOPIC in page.locator(".rw-asked").inner_text()
    assert page.get_by_role("button", name="Source 1: ").count() == 1
    page.reload()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


@pytest.mark.slow
def test_light_and_dark_are_remembered(page: Page) -> None:
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(250, 248, 244)"
    page.get_by_role("button", name="Donker").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 31)"
    page.reload()
    expect(page.get_by_role("button", name="Licht")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 31)"


@pytest.mark.slow
def test_a_question_that_cannot_be_asked_gets_a_calm_line_and_stays_in_the_box(page: Page) -> None:
    question = "te lang " * 400
    page.locator("#rw-box textarea").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".rw-notice")).to_contain_text("De vraag is te lang")
    assert page.input_value("#rw-box textarea") == question
    _ask(page, ON_TOPIC)
    assert page.locator(".rw-notice").count() == 0


@pytest.mark.slow
def test_without_a_team_key_the_last_tab_says_how_it_is_turned_on(page: Page, servers: dict[str, str]) -> None:
    """The first tab is what a visitor sees; the other holds one sentence, and no way in."""
    labels = ["Vraag het", "Pilots", "Start je route", "Documenten", "Kennislacunes"]
    assert page.get_by_role("tab").all_inner_texts() == labels
    assert page.locator("#rw-documents").count() == 0, "what nobody looks at is not built"
    page.get_by_role("tab", name="Vraag het").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#rw-documents")).to_contain_text("ROUTEWIJZER_TEAM_KEY")
    assert page.locator("#rw-documents :is(input, button)").count() == 0
    request = urllib.request.Request(servers["open"] + "/documenten/lijst", headers={"X-Team-Key": ""})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    with error.value:
        assert error.value.code == 401
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("tab", name="Documents")).to_be_visible()
    expect(page.locator("#rw-documents")).to_contain_text("turns it on")


@pytest.mark.slow
def test_a_document_that_is_no_pdf_has_no_page_to_show(page: Page) -> None:
    """The button stands only where a page can be drawn."""
    _ask(page, ON_TOPIC)
    with page.expect_response(lambda reply: "/api/documents/" in reply.url and "/text" not in reply.url):
        page.locator(".rw-cite").first.click()
    expect(page.locator(".rw-text[lang]")).to_be_visible()
    assert page.get_by_role("button", name="Toon de bladzijde").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/pwa_icon/50000", "/login", "/gradio_api/deep_link"]
)
def test_what_the_page_does_not_use_of_its_framework_is_closed(servers: dict[str, str], path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(servers["open"] + path, timeout=10)
    with error.value:
        assert error.value.code == 404


# --- pure functions -----------------------------------------------------------------------------------------------

_CITATION = Citation(
    number=1, document_id="pilots/<b>", version="0123456789ab", title='A "title" <script>x()</script>',
    kind=DocumentKind.PILOT, section=("<i>Deel</i>",), page=3, quote="Een </div><script>y()</script> citaat.",
    start=10, end=48, url="javascript:alert(1)", date="2020-02-18",
)  # fmt: skip
_ANSWER = Answer(
    question_id="0" * 32, statements=(Statement(_CITATION.quote, (1,)),), citations=(_CITATION,), answered=True,
    certainty=0.9, language="nl", mode="extractive", suggestions=("<img src=x onerror=z()>",),
    understood="<u>heel</u>?",
)  # fmt: skip
_EXCHANGE = Exchange(1, "<script>vraag()</script>", _ANSWER)


@pytest.mark.parametrize("t", [NL, EN])
def test_nothing_of_a_document_or_question_becomes_markup(t) -> None:
    refused = replace(_ANSWER, answered=False, statements=(), citations=(), closest=(_CITATION,))
    for answer in (_ANSWER, refused, replace(refused, closest=())):
        exchange = replace(_EXCHANGE, answer=answer)
        html = render.answer(exchange, t) + render.after(exchange, (), t) + render.earlier([exchange], t)
        for tag, attributes in elements(html):
            assert tag not in {"script", "img", "i", "b", "u", "iframe", "a"}
            assert not any(name.startswith("on") for name in attributes)
            if source := attributes.get("data-source"):
                assert json.loads(source)["url"] is None, "only web addresses become links"


def test_the_three_states_of_an_answer_differ() -> None:
    refused = replace(_ANSWER, answered=False, statements=(), citations=(), closest=(_CITATION,), certainty=0.1)
    stated = render.answer(_EXCHANGE, NL)
    not_stated = render.answer(replace(_EXCHANGE, answer=refused), NL)
    perhaps = render.answer(replace(_EXCHANGE, answer=replace(refused, certainty=0.4)), NL)
    nothing = render.answer(replace(_EXCHANGE, answer=replace(refused, closest=())), NL)
    assert "Staat letterlijk in 1 document." in stated and "heel zeker" in stated
    assert "rw-not-stated" in not_stated and "Dit staat niet in de documenten." in not_stated
    assert "rw-not-stated" in perhaps and "Een zeker antwoord is niet gevonden." in perhaps
    assert "rw-nothing" in nothing and "Hierover gaan de documenten niet." in nothing
    assert "rw-cite" not in nothing


def test_an_answer_is_copied_with_its_sources() -> None:
    citation = replace(_CITATION, title="Titel", section=("Titel", "Deel"), quote="Het citaat.", url="https://x.nl/a")
    answer = replace(_ANSWER, statements=(Statement("Het citaat.", (1,)),), citations=(citation,))
    assert render.copy_text(Exchange(1, "Wat?", answer), NL).splitlines() == [
        "Wat?", "", "Het citaat. [1]", "", "Bronnen",
        "[1] Titel, paragraaf Deel, p. 3, 18 februari 2020, versie 0123456789ab, https://x.nl/a",
    ]  # fmt: skip


def test_the_cited_documents_stand_once_with_their_numbers() -> None:
    citations = [
        replace(_CITATION, number=n, document_id=d) for n, d in ((1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "a"))
    ]
    answer = replace(_ANSWER, citations=tuple(citations))
    html = render.after(Exchange(1, "Wat?", answer), (), NL)
    assert [html.count(f">{numbers}<") for numbers in ("1–3, 5", "4")] == [1, 1]


def test_a_statement_that_announces_others_stands_above_the_list() -> None:
    statements = (Statement("Dit zijn ze:", (1,)), Statement("de een", (1,)), Statement("de ander", (1,)))
    html = render.answer(replace(_EXCHANGE, answer=replace(_ANSWER, statements=statements)), NL)
    inside = [tag for tag, _ in elements(html) if tag in {"p", "ul", "li"}]
    assert inside == ["p", "p", "ul", "li", "li", "p"]


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2020-02-18", "18 februari 2020"),
        ("2021-12", "december 2021"),
        ("2020", "2020"),
        (None, ""),
        ("2020-13", "2020-13"),
    ],
)
def test_dates_are_written_the_dutch_way(iso: str | None, words: str) -> None:
    assert NL.date(iso) == words


@pytest.mark.parametrize(("certainty", "words"), [(0.8, NL.very_sure), (0.6, NL.rather_sure), (0.5, NL.unsure)])
def test_certainty_is_said_in_words(certainty: float, words: str) -> None:
    assert NL.sure(certainty) == words


def test_no_two_tabs_dress_the_same_name() -> None:
    """All styles are on the page at once: a class that two of them dress looks wrong on one of the tabs."""
    dressed: dict[str, set[str]] = {}
    for sheet in (PROJECT / "ui" / "assets").glob("*.css"):
        if sheet.name == "page.css":
            continue  # what is shared stands there, for a tab to add to
        rules = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL))
        for selector in ",".join(rules).split(","):
            if alone := re.fullmatch(r":root (\.[\w-]+)", selector.strip()):
                dressed.setdefault(alone[1], set()).add(sheet.name)
    assert {name: sheets for name, sheets in dressed.items() if len(sheets) > 1} == {}


def test_the_page_before_the_page_renews_itself_without_a_script() -> None:
    tags = elements(STARTING)
    assert ("meta", {"http-equiv": "refresh", "content": "1"}) in tags
    assert not any(tag in {"script", "link", "img"} for tag, _ in tags)
    assert STARTING.index("Deze pagina opent zo vanzelf.") < STARTING.index("will open by itself")
