"""The tab "Pilots": what the server gives it, and the tab itself in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from axe import violations
from browsing import craft_page
from conftest import CRAFT, make_settings, write_document
from elements import elements
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.testclient import TestClient

from ingest.workspace import Workspace
from kb.facets import SECTOR
from ui import pilots_picture, pilots_routes
from ui.pilots_view import named
from ui.texts import EN, NL

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'
BINDING, BLOWING = "pilots/noorderlicht-boekbinden", "pilots/noorderlicht-glasblazen"
SAILS = "pilots/waterland-zeilmaken"
FRONT = {"soort": "pilot", "sector": "[boekbinderij]", "regio": "[Kustland]", "niveau": "[meester]"}


def _add_pilots(corpus: Path) -> None:
    """Two pilots more, one of which is hostile, so that there are more than can be compared."""
    title = f"'Proef {HOSTILE}'"
    partners = f"['Gilde {HOSTILE}', Boekbindersgilde]"
    body = f"# Proef\n\nDe pilot is van Gilde {HOSTILE} en van het Boekbindersgilde."
    write_document(corpus / "pilots", "proef", body, **{**FRONT, "titel": title, "partners": partners})
    write_document(corpus / "pilots", "stil", "# Stil\n\nHier staat niets van belang.", **{**FRONT, "titel": "Stil"})


# --- the addresses ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The invented pilots and two more, opened once."""
    folder = tmp_path_factory.mktemp("pilots")
    shutil.copytree(CRAFT, folder / "corpus")
    _add_pilots(folder / "corpus")
    with Workspace.open(make_settings(folder, folder / "corpus")) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def client(opened: Workspace) -> TestClient:
    """The addresses of the tab."""
    app = FastAPI()
    pilots_routes.install(app, opened.knowledge)
    return TestClient(app)


def overview(client: TestClient, language: str = "nl", **params: Any) -> dict[str, Any]:
    reply = client.get("/pilots/overzicht", params=params, headers={"accept-language": language})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def chips(html: str) -> list[tuple[str, str]]:
    return [(str(a["data-facet"]), str(a["data-value"])) for _, a in elements(html) if "data-facet" in a]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", ["cards", "table", "picture"])
def test_what_a_document_says_is_never_markup(client: TestClient, language: str, view: str) -> None:
    """Titles, names and sentences enter as text in each view and in the comparison; nothing in them runs or fetches."""
    found = overview(client, language, vorm=view)
    html = [found["filters"], found["list"]]
    reply = client.get("/pilots/vergelijking", params={"pilot": ["pilots/proef", BINDING]})
    html.append(reply.json()["html"])
    for part in html:
        assert "hacked" in part
        for tag, attributes in elements(part):
            assert tag not in {"img", "script", "iframe", "object", "style", "link"}
            assert not any(name.startswith("on") for name in attributes)


def test_no_value_that_is_offered_leads_to_nothing(client: TestClient) -> None:
    """From each state that can be reached with two choices, every button shows at least one pilot."""
    for first in chips(overview(client)["filters"]):
        for second in chips(overview(client, **{first[0]: first[1]})["filters"]):
            if second == first:
                continue
            params: dict[str, list[str]] = {first[0]: [first[1]]}
            params[second[0]] = [*params.get(second[0], []), second[1]]
            found = overview(client, **params)
            assert found["count"] != NL.pilots.nothing and found["chosen"] == 2


def test_a_card_says_who_with_whom_and_where_it_stands(client: TestClient, opened: Workspace) -> None:
    """Each number of a card opens an exact passage of that pilot; a lack of something is said in words."""
    html = overview(client)["list"]
    cards = {m[1]: m[0] for m in re.finditer(r'<article class="rw-card" data-card="([^"]+)">.*?</article>', html)}
    assert set(cards) == {BINDING, BLOWING, SAILS, "pilots/proef", "pilots/stil"}
    assert "<strong>Noorderlicht Academie</strong> met Boekbindersgilde" in cards[BINDING]
    assert "De pilot waarin leerlingen van de Noorderlicht Academie boekbinden leren." in cards[BINDING]
    assert "staat niet in de tekst" in cards[BINDING] and NL.pilots.no_institution in cards["pilots/stil"]
    assert "data-source" not in cards["pilots/stil"]
    for card, inside in cards.items():
        sources = [json.loads(a["data-source"] or "") for _, a in elements(inside) if "data-source" in a]
        assert [source["number"] for source in sources] == list(range(1, len(sources) + 1))
        for source in sources:
            assert source["document"] == card
            text = opened.library.document(card, source["version"]).text
            assert text[source["start"] : source["end"]] == source["quote"]


def test_values_have_an_english_name_on_the_english_page(client: TestClient, opened: Workspace) -> None:
    """In filters, picture and comparison; what is chosen stays the value itself. No English word: the Dutch."""
    dutch, english = overview(client), overview(client, "en", vorm="picture")
    assert chips(english["filters"]) == chips(dutch["filters"])
    assert "boekbinderij <small>" in dutch["filters"] and "bookbinding <small>" in english["filters"]
    assert '<span lang="nl">zeilmakerij</span> <small>' in english["filters"]
    assert ">bookbinding</tspan>" in english["list"] and "boekbinderij</t" not in english["list"]
    values = opened.knowledge.vocabulary
    assert [named(SECTOR, "boekbinderij", values, t) for t in (NL, EN)] == ["boekbinderij", "bookbinding"]


def test_the_table_can_be_sorted_by_its_heads(client: TestClient) -> None:
    """The head in use says which way, and turns around when it is chosen again."""
    for order, sort, following in (("level", "ascending", "-level"), ("-level", "descending", "level")):
        found = overview(client, vorm="table", orde=order)
        heads = [(a.get("aria-sort")) for tag, a in elements(found["list"]) if tag == "th" and a.get("aria-sort")]
        assert heads.count(sort) == 1 and heads.count("none") == len(heads) - 1
        assert f'data-order="{following}"' in found["list"]
    assert overview(client, orde="kleur")["order"] == "title"
    assert overview(client, vorm="kleur")["view"] == "cards"


def test_the_picture_has_the_same_ties_as_its_table(client: TestClient, opened: Workspace) -> None:
    """Each value of a pilot is a line to it (on a phone, who works with whom), and stands in its row of the table."""
    html = overview(client, vorm="picture")["list"]
    drawings = re.findall(r"<svg.*?</svg>", html)
    assert len(drawings) == 2
    pilots = [opened.library.document(one) for one in (BINDING, BLOWING, SAILS, "pilots/proef", "pilots/stil")]
    expected = sorted(
        f"{name}:{value}"
        for p in pilots
        for name, values in (
            ("sector", p.metadata.sector),
            ("level", p.metadata.levels),
            ("institution", p.metadata.institutions),
            ("partner", p.metadata.partners),
        )
        for value in values
    )
    with_whom = [tie for tie in expected if tie.startswith(("institution:", "partner:"))]
    for drawing, ties in zip(drawings, (expected, with_whom), strict=True):
        assert sorted(str(a["data-tie"]) for _, a in elements(drawing) if "data-tie" in a) == ties
    table = html.partition("<table")[2]
    assert all(value.partition(":")[2].partition("<")[0] in table for value in expected)
    buttons = [a for _, a in elements(drawings[0]) if a.get("role") == "button"]
    assert all(a["tabindex"] == "0" and a["aria-label"] and a["aria-pressed"] == "false" for a in buttons)
    assert {str(a["data-ends"]) for a in buttons} == set(expected)


def test_a_name_that_would_leave_nothing_is_no_button(client: TestClient) -> None:
    """With a filter, the names that go with none of what is left stay in the picture, but cannot be picked."""
    html = overview(client, vorm="picture", hogeschool="Waterland School")["list"]
    drawing = re.findall(r"<svg.*?</svg>", html)[0]
    buttons = {str(a["data-value"]) for _, a in elements(drawing) if a.get("role") == "button"}
    assert "Zeilwerf De Fok" in buttons and "Kristalhuis" not in buttons
    assert "Kristalhuis" in drawing and "rw-off" in drawing


def test_too_many_pilots_are_told_and_not_drawn(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture nobody could follow is left out; the table stays, and a filter brings the picture back."""
    monkeypatch.setattr(pilots_picture, "MOST", 2)
    html = overview(client, vorm="picture")["list"]
    assert NL.pilots.picture_too_many in html and "<svg" not in html and "<table" in html
    assert "<svg" in overview(client, vorm="picture", hogeschool="NLA")["list"]


def test_a_silent_cell_says_so_and_shows_what_only_the_label_says(client: TestClient) -> None:
    """It says "niet vermeld" in words; a label that the text does not bear out is told apart."""
    html = client.get("/pilots/vergelijking", params={"pilot": [BINDING, SAILS]}).json()["html"]
    rows = dict(re.findall(r'<th role="rowheader" scope="row">([^<]+)</th>(.*?)</tr>', html))
    assert NL.pilots.not_stated in rows["Regio"] and "Kenmerk bij het document: Kustland" in rows["Regio"]
    assert rows["Duur"].count("rw-cite") == 1 and rows["Duur"].count("rw-silent") == 1
    assert html.count('role="columnheader" scope="col"') == 3


@pytest.mark.parametrize("ids", [[BINDING], [BINDING, "pilots/weg"], []])
def test_an_address_that_cannot_be_compared_gets_a_sentence(client: TestClient, ids: list[str]) -> None:
    """A stale or broken address is refused in the one shape of errors."""
    reply = client.get("/pilots/vergelijking", params={"pilot": ids})
    assert reply.status_code in {404, 422} and reply.json()["error"]["message"].endswith(".")


def test_the_links_to_files_take_the_filters_along(client: TestClient) -> None:
    """What is saved is what is seen: filters, order and language."""
    found = overview(client, "en", hogeschool="NLA", orde="-title")
    links = [str(a["href"]) for tag, a in elements(found["list"]) if tag == "a"]
    assert [parse_qs(urlsplit(link).query)["format"] for link in links] == [["xlsx"], ["csv"]]
    query = parse_qs(urlsplit(links[0]).query)
    assert query["institution"] == ["Noorderlicht Academie"]
    assert query["order"] == ["-title"] and query["language"] == ["en"]


def test_the_strings_are_whole_in_both_languages() -> None:
    """No string of the tab is empty, and none that is to be filled in lacks its place in one of the two."""
    for one in fields(NL.pilots):
        dutch, english = getattr(NL.pilots, one.name), getattr(EN.pilots, one.name)
        pairs = [(dutch, english)] if isinstance(dutch, str) else [(dutch[key], english[key]) for key in dutch]
        assert isinstance(dutch, str) or dutch.keys() == english.keys()
        for a, b in pairs:
            assert a and b and sorted(re.findall(r"\{\w+\}", a)) == sorted(re.findall(r"\{\w+\}", b)), one.name


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on the invented documents and two pilots more."""
    folder = tmp_path_factory.mktemp("tab")
    shutil.copytree(CRAFT, folder / "corpus")
    _add_pilots(folder / "corpus")
    with craft_page(folder, answer_threshold=0.0) as address:
        yield address


_FILLED = ":is(.rw-pilots-list, .rw-pilots-compared) > :not(.rw-wait):visible"


def _open(context: BrowserContext, address: str, state: str = "") -> Page:
    """The tab, as an address of it opens it."""
    page = context.new_page()
    page.goto(f"{address}/#pilots{f'?{state}' if state else ''}")
    expect(page.locator(_FILLED).first).to_be_visible()
    return page


def _cards(page: Page) -> set[str]:
    return {str(card.get_attribute("data-card")) for card in page.locator(".rw-card").all()}


def _state(page: Page) -> dict[str, list[str]]:
    """What the address of the page says of the tab."""
    fragment = urlsplit(page.url).fragment
    assert fragment.startswith("pilots"), page.url
    return parse_qs(fragment.partition("?")[2])


@pytest.mark.slow
def test_filters_stand_in_the_address_and_an_address_brings_them_back(
    context: BrowserContext, browser: Browser, address: str
) -> None:
    """A chip narrows, keeps the focus, and can be shared; another visitor sees only what the address says."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("tab", name="Pilots").click()
    expect(page.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")
    chip = page.locator(".rw-chips").get_by_role("button", name="gezel (2)")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rw-pilots-count")).to_have_text("2 van de 5 pilots")
    assert _cards(page) == {BINDING, SAILS}
    assert page.evaluate("document.activeElement.dataset.value") == "gezel"
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert _state(page) == {"niveau": ["gezel"]}
    page.get_by_role("button", name="Tabel").click()
    expect(page.locator(".rw-pilots-table tbody tr")).to_have_count(2)
    other = browser.new_context(locale="nl-NL")
    shared = other.new_page()
    shared.goto(page.url)
    expect(shared.locator(".rw-pilots-table tbody tr")).to_have_count(2)
    second = other.new_page()
    second.goto(address)
    second.get_by_role("tab", name="Pilots").click()
    expect(second.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")
    other.close()
    page.get_by_role("tab", name="Vraag het").click()
    assert "#" not in page.url
    page.get_by_role("tab", name="Pilots").click()
    assert _state(page) == {"niveau": ["gezel"], "vorm": ["table"]}
    page.get_by_role("button", name="Wis uw keuze").click()
    expect(page.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")


@pytest.mark.slow
def test_pilots_are_compared_and_every_number_opens_its_sentence(context: BrowserContext, address: str) -> None:
    """Two to four are marked; the table has heads; a number shows the quote marked in its document; back goes back."""
    page = _open(context, address)
    boxes = page.get_by_role("checkbox")
    for place in range(4):
        boxes.nth(place).check()
    boxes.nth(4).click()
    expect(page.locator(".rw-pilots-notice")).to_have_text(NL.pilots.picked_full)
    assert not boxes.nth(4).is_checked()
    expect(page.locator(".rw-pilots-bar [role=status]")).to_have_text("4 pilots gekozen.")
    page.get_by_role("button", name="Wis", exact=True).click()
    for document_id in (BINDING, SAILS):
        page.locator(f"[data-pick='{document_id}']").check()
    page.get_by_role("button", name="Vergelijk nu").click()
    expect(page.get_by_role("heading", name="2 pilots naast elkaar")).to_be_focused()
    table = page.get_by_role("table", name="2 pilots naast elkaar")
    assert table.get_by_role("columnheader").all_inner_texts()[1:] == [
        "Boekbinden aan de Noorderlicht Academie",
        "Zeilmaken aan de Waterland School",
    ]
    row = table.get_by_role("row", name=re.compile("^Duur"))
    expect(row.get_by_role("cell").nth(1)).to_have_text("niet vermeld")
    row.get_by_role("cell").nth(0).locator(".rw-cite").click()
    panel = page.locator(".rw-pilots .rw-panel")
    expect(panel.locator("mark")).to_have_text("De opleiding boekbinden duurt drie jaar.")
    expect(panel.get_by_role("button", name="Hele document")).to_be_visible()
    panel.get_by_role("button", name="Sluit").click()
    expect(panel).to_be_hidden()
    list_number = table.get_by_role("row", name=re.compile("^Lesstof")).locator(".rw-cite")
    list_number.focus()
    page.keyboard.press("Enter")
    expect(panel.locator("h2")).to_be_focused()
    expect(panel.locator("mark").last).to_contain_text("kleine gaten herstellen op zee.")
    page.keyboard.press("Escape")
    expect(list_number).to_be_focused()
    assert _state(page) == {"pilot": [BINDING, SAILS], "vergelijk": ["ja"]}
    page.go_back()
    expect(page.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")
    page.go_forward()
    expect(table).to_be_visible()
    page.get_by_role("button", name="Terug naar alle pilots").click()
    expect(page.get_by_role("heading", name="Pilots", exact=True)).to_be_focused()
    assert page.locator(f"[data-pick='{SAILS}']").is_checked()


@pytest.mark.slow
def test_the_picture_is_operated_by_keyboard(context: BrowserContext, address: str) -> None:
    """A name in the picture filters with Enter and keeps the focus; its lines stand out meanwhile."""
    page = _open(context, address, "vorm=picture")
    name = page.locator(".rw-picture-wide").get_by_role("button", name="Hogeschool: Waterland School")
    name.focus()
    assert page.locator(".rw-picture-wide .rw-lit").count() == 1
    page.keyboard.press("Enter")
    expect(page.locator(".rw-pilots-count")).to_have_text("1 van de 5 pilots")
    expect(page.locator(".rw-pilots-table tbody tr")).to_have_count(1)
    assert page.evaluate("document.activeElement.dataset.value") == "Waterland School"
    page.keyboard.press(" ")
    expect(page.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")
    page.locator(".rw-picture-wide").get_by_role("button", name="Kristalhuis").click()
    expect(page.locator(".rw-pilots-count")).to_have_text("1 van de 5 pilots")
    assert _state(page) == {"vorm": ["picture"], "partner": ["Kristalhuis"]}


@pytest.mark.slow
def test_files_are_saved_of_what_is_seen(context: BrowserContext, address: str) -> None:
    """The links give the filtered list and the comparison as files."""
    page = _open(context, address, f"pilot={quote(BINDING)}&pilot={quote(SAILS)}&vergelijk=ja")
    for name, suffix in (("Bewaar als Excel", "vergelijking.xlsx"), ("Bewaar als CSV", "vergelijking.csv")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == suffix
        assert Path(download.value.path()).stat().st_size > 500


@pytest.mark.slow
def test_an_address_that_no_longer_holds_is_told(context: BrowserContext, address: str) -> None:
    """Filters that leave nothing, and pilots that are gone, get a sentence and a way on."""
    page = _open(context, address, "sector=zeilmakerij&regio=Kustland")
    expect(page.locator(".rw-pilots-count")).to_have_text(NL.pilots.nothing)
    page.locator(".rw-pilots-nothing").get_by_role("button", name="Wis uw keuze").click()
    expect(page.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")
    page.close()
    page = _open(context, address, f"pilot={quote(BINDING)}&pilot=pilots/weg&vergelijk=ja")
    expect(page.locator(".rw-pilots-notice")).to_contain_text("pilots/weg")
    expect(page.locator(".rw-pilots-count")).to_have_text("Alle 5 pilots")


@pytest.mark.slow
def test_a_server_that_fails_leaves_what_was_seen(context: BrowserContext, address: str) -> None:
    """Where the list cannot be fetched, the old one stays and a line says what to do."""
    page = _open(context, address)
    page.route("**/pilots/overzicht*", lambda route: route.abort())
    page.get_by_role("button", name="Tabel").click()
    expect(page.locator(".rw-pilots-notice")).to_have_text(NL.pilots.failed)
    assert len(_cards(page)) == 5
    page.unroute("**/pilots/overzicht*")
    page.get_by_role("button", name="Tabel").click()
    expect(page.locator(".rw-pilots-table")).to_be_visible()
    expect(page.locator(".rw-pilots-notice")).to_have_text("")


@pytest.mark.slow
def test_the_tab_speaks_english_and_keeps_its_state(context: BrowserContext, address: str) -> None:
    """The language changes the words and not what is chosen; names stay as the documents have them."""
    page = _open(context, address, f"niveau=gezel&pilot={quote(BINDING)}&pilot={quote(SAILS)}")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".rw-pilots-count")).to_have_text("2 of 5 pilots")
    expect(page.get_by_role("button", name="Compare now")).to_be_visible()
    assert urlsplit(page.url).query == "taal=en"
    page.get_by_role("button", name="Compare now").click()
    row = page.get_by_role("row", name=re.compile("^Fee"))
    expect(row.get_by_role("cell").nth(1)).to_have_text("not stated")
    expect(row.locator("[lang=nl]")).to_have_text("Het lesgeld bedraagt 450 euro per jaar.")


_COMPARED = "&".join(f"pilot={quote(one)}" for one in (BINDING, BLOWING, SAILS, "pilots/proef"))
_STATES = {
    ".rw-pilots-go": f"pilot={quote(BINDING)}&pilot={quote(SAILS)}",
    ".rw-numbers-cell": "vorm=table&orde=-level",
    ".rw-picture": "vorm=picture&hogeschool=Noorderlicht+Academie",
    ".rw-compare": f"{_COMPARED}&vergelijk=ja",
    ".rw-pilots-nothing": "sector=zeilmakerij&regio=Kustland",
}
"""What each state alone shows, by which it is known that it is there and the one before it is gone; and its address."""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, address: str, width: int, theme: str) -> None:
    """Each state, wide and narrow, light and dark, with a source open too; nothing of a document runs."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale="nl-NL", color_scheme="dark" if theme == "dark" else "light"
    )
    fetched: list[str] = []
    context.on("request", lambda request: fetched.append(request.url))
    page = _open(context, address)
    for own, state in _STATES.items():
        page.evaluate("state => { location.hash = `#pilots?${state}`; }", state)
        expect(page.locator(f".rw-pilots {own}").first).to_be_visible()
        number = page.locator(".rw-pilots .rw-cite:visible").first
        if number.count():
            number.click()
            expect(page.locator(".rw-pilots .rw-panel mark").first).to_be_visible()
            expect(page.locator(".rw-pilots .rw-panel h2")).to_be_in_viewport()
        assert violations(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, state
    assert page.evaluate("window.hacked") is None
    assert {urlsplit(url).netloc for url in fetched} == {urlsplit(address).netloc}
    context.close()


@pytest.mark.slow
def test_axe_does_find_what_is_wrong(context: BrowserContext) -> None:
    """The check can fail: a picture without words and a pale text are found."""
    page = context.new_page()
    page.set_content('<html lang="nl"><title>x</title><main><h1>x</h1><img src="data:,"><p style="color:#ddd">bleek')
    assert {line.partition(":")[0] for line in violations(page)} >= {"image-alt", "color-contrast"}
