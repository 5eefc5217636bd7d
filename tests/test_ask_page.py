"""What goes with a question, and the team's tab of gaps, in a real browser on the invented documents."""

from __future__ import annotations

import http.server
import io
import re
import threading
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import docx
import pytest
from axe import violations
from browsing import craft_page
from playwright.sync_api import Browser, BrowserContext, Page, expect

KEY = "sleutel-van-de-proef"
KNOWN = "Wat is een meesterproef?"
REFUSED = "Wat kost de opleiding glasblazen per maand?"


class _Site(NamedTuple):
    """The server, and another web site whose pages show it in a frame."""

    address: str
    other: str


class _Framing(http.server.BaseHTTPRequestHandler):
    """A web site with one page, which shows the address behind the question mark in a frame."""

    def do_GET(self) -> None:
        html = f'<!doctype html><title>Site</title><iframe src="{urlsplit(self.path).query}"></iframe>'.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(html)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Site]:
    other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Framing)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{other.server_port}"
    settings = {"embedder": "hash", "team_key": KEY, "embed_origins": origin}
    try:
        with craft_page(tmp_path_factory.mktemp("site"), **settings) as address:
            yield _Site(address, origin)
    finally:
        other.shutdown()
        other.server_close()


@pytest.fixture
def page(context: BrowserContext, site: _Site) -> Page:
    page = context.new_page()
    page.goto(site.address)
    expect(page.locator(".rw-examples")).to_be_visible()
    return page


def _ask(page: Page, question: str, turn: int = 1) -> None:
    page.locator("#rw-box textarea").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(f"article[data-turn='{turn}']:not(.rw-progress)")).to_be_visible()


# --- who asks, and where is looked --------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_says_which_visitor_they_are_sees_only_those_questions(page: Page) -> None:
    """The choice is remembered by the browser, and pressed again it is undone."""
    group = page.locator(".rw-who").get_by_role("button").first
    before = page.locator(".rw-groups section:visible").count()
    group.click()
    assert page.locator(".rw-groups section:visible").count() == 1
    page.reload()
    expect(page.locator(".rw-who [aria-pressed='true']")).to_have_count(1)
    page.locator(".rw-who [aria-pressed='true']").click()
    assert page.locator(".rw-groups section:visible").count() == before


@pytest.mark.slow
def test_a_question_is_asked_of_the_chosen_documents_only(page: Page) -> None:
    """The choice stays over questions and languages, is said in words, and is undone with one button."""
    page.locator(".rw-narrow summary").click()
    page.get_by_label("Sector").focus()
    page.get_by_label("Sector").select_option("boekbinderij")
    expect(page.locator(".rw-narrow [role=status]")).to_have_text("1 document past hierbij.")
    assert page.evaluate("document.activeElement.id") == "rw-narrow-sector"
    assert violations(page) == []
    _ask(page, "Welke pilots zijn er?")
    sources = page.locator(".rw-sources .rw-title")
    assert sources.all_inner_texts() == ["Boekbinden aan de Noorderlicht Academie"]
    expect(page.locator(".rw-looked")).to_contain_text("Alleen in: boekbinderij.")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".rw-narrow summary")).to_have_text("You search only in: bookbinding")
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator(".rw-narrow summary")).to_have_text("U zoekt alleen in: boekbinderij")
    _ask(page, "Hoeveel dagen per week blazen leerlingen glas bij het Kristalhuis?", 2)
    page.get_by_role("button", name="Stel deze vraag aan alle documenten").click()
    expect(page.locator("article[data-turn='3']:not(.rw-progress)")).to_contain_text("vier dagen")
    expect(page.locator(".rw-narrow summary")).to_have_text("Zoek alleen in bepaalde documenten")


# --- judging and keeping ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_thumb_down_asks_why(page: Page) -> None:
    """The vote is kept at once; the reason goes after it, and the form goes away."""
    _ask(page, KNOWN)
    sent: list[str] = []
    page.on("request", lambda request: request.url.endswith("/api/feedback") and sent.append(request.post_data or ""))
    page.get_by_role("button", name="Nee", exact=True).click()
    form = page.locator(".rw-why")
    expect(form).to_be_visible()
    assert violations(page) == []
    form.get_by_role("button", name="Verstuur").click()
    assert page.evaluate("document.activeElement.name") == "rw-reason", "nothing is sent without a reason"
    form.get_by_label("Er ontbreekt iets").check()
    form.get_by_label("Toelichting").fill("Het lesgeld.")
    form.get_by_role("button", name="Verstuur").click()
    expect(form).to_be_hidden()
    expect(page.locator(".rw-helped .rw-done")).to_contain_text("Het programmateam kan dit nu lezen.")
    assert len(sent) == 2 and "comment" not in sent[0] and "Er ontbreekt iets: Het lesgeld." in sent[1]


@pytest.mark.slow
def test_an_answer_is_kept_as_a_file_and_as_a_link(page: Page, context: BrowserContext, site: _Site) -> None:
    """Word holds the answer with its quotes; the link opens the very same answer for somebody else."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    _ask(page, KNOWN)
    shown = page.locator(".rw-statements").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaar als Word").click()
    assert download.value.suggested_filename == "wat-is-een-meesterproef.docx"
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(download.value.path().read_bytes())).paragraphs)
    assert page.locator(".rw-statements li, .rw-statements p").first.inner_text().rstrip("0123456789\n") in words
    page.get_by_role("button", name="Kopieer de vaste link").click()
    expect(page.locator(".rw-keep .rw-done")).to_have_text("Gekopieerd.")
    link = str(page.evaluate("navigator.clipboard.readText()"))
    assert link.startswith(f"{site.address}/#antwoord=")
    other = context.new_page()
    other.goto(link)
    expect(other.locator(".rw-saved")).to_contain_text("nagekeken")
    assert other.locator(".rw-statements").inner_text() == shown
    assert other.locator("[data-feedback]").count() == 0
    other.locator(".rw-cite").first.click()
    expect(other.locator("#rw-panel p mark")).to_be_visible()
    assert violations(other) == []
    _ask(other, "En glasblazen?", 2)
    expect(other.locator(".rw-earlier summary")).to_have_text(KNOWN)


@pytest.mark.slow
def test_a_broken_link_shows_nothing_but_a_sentence(page: Page, site: _Site) -> None:
    """The question of the address is put in the box, to be asked anew."""
    page.goto(f"{site.address}/?vraag=Wat+is+dit#antwoord=AYu0RqXDV10b9OspC6Vv")
    expect(page.locator(".rw-notice")).to_contain_text("Deze link is niet heel")
    expect(page.locator("#rw-box textarea")).to_have_value("Wat is dit")
    assert page.locator(".rw-answer").count() == 0


@pytest.mark.slow
def test_a_quote_is_copied_with_where_it_stands(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    _ask(page, KNOWN)
    page.locator(".rw-cite").first.click()
    page.get_by_role("button", name="Kopieer het citaat").click()
    expect(page.locator("#rw-panel .rw-done")).to_have_text("Gekopieerd.")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert re.fullmatch(r"“.+” \(Meesterproef, .*versie [0-9a-f]{12}.*\)", copied, re.DOTALL)


@pytest.mark.slow
def test_the_team_sees_the_steps_of_an_answer(page: Page) -> None:
    """A wrong key gets a sentence; the right one shows the steps, and opens the other tabs of the team."""
    _ask(page, KNOWN)
    page.locator(".rw-trace summary").click()
    page.get_by_label("Sleutel van het programmateam").fill("verkeerde-sleutel")
    page.keyboard.press("Enter")
    expect(page.locator(".rw-trace .rw-done")).to_contain_text("sleutel van het programmateam")
    page.get_by_label("Sleutel van het programmateam").fill(KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".rw-steps")).to_contain_text("4. Zekerheid")
    assert violations(page) == []
    page.get_by_role("tab", name="Documenten").click()
    expect(page.locator(".rw-docs-table")).to_be_visible()
    assert page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)").count(KEY) == 0


# --- in a frame ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_named_site_shows_the_page_in_a_frame_and_no_other(context: BrowserContext, site: _Site) -> None:
    """In the frame of the named site a question is answered; under another name of the same site nothing is shown."""
    page = context.new_page()
    page.goto(f"{site.other}/?{site.address}/?embed=1")
    frame = page.frame_locator("iframe")
    box = frame.locator("#rw-box textarea")
    expect(box).to_be_visible()
    expect(frame.get_by_role("tab")).to_have_count(0)
    box.fill(KNOWN)
    box.press("Enter")
    expect(frame.locator(".rw-stated")).to_contain_text("werkstuk")
    assert "embed=1" in page.frames[1].url
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{site.other.replace('127.0.0.1', 'localhost')}/?{site.address}/?embed=1")
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in refused)
    assert frame.locator("#rw-box").count() == 0


# --- what the documents do not answer -----------------------------------------------------------------------------


def _gaps(page: Page, key: str = KEY) -> None:
    page.get_by_role("tab", name="Kennislacunes").click()
    page.locator("#rw-gaps-key").fill(key)
    page.keyboard.press("Enter")


@pytest.mark.slow
def test_a_question_without_an_answer_becomes_a_document_and_is_solved(page: Page, context: BrowserContext) -> None:
    """The whole round of the team: see it, begin a document, mark it as solved, and see it come back."""
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    _ask(page, REFUSED)
    expect(page.locator(".rw-not-stated")).to_be_visible()
    _gaps(page, "verkeerde-sleutel")
    expect(page.locator(".rw-gaps-notice")).to_contain_text("Deze sleutel klopt niet.")
    assert page.locator(".rw-gap").count() == 0
    page.locator("#rw-gaps-key").fill(KEY)
    page.keyboard.press("Enter")
    gap = page.locator(".rw-gap", has=page.get_by_role("heading", name=REFUSED))
    expect(gap).to_be_visible()
    expect(page.locator(".rw-plot svg")).to_be_visible()
    assert violations(page) == []
    gap.get_by_role("button", name="Maak een document").click()
    expect(gap.get_by_role("heading", name="Begin van een document")).to_be_focused()
    expect(gap.get_by_label("Tekst om mee te beginnen")).to_have_value(re.compile(f"## {re.escape(REFUSED)}"))
    gap.get_by_label("Soort document").select_option("handreiking")
    expect(gap.get_by_label("Tekst om mee te beginnen")).to_have_value(re.compile("soort: handreiking"))
    assert violations(page) == []
    with page.expect_download() as download:
        gap.get_by_role("button", name="Bewaar als bestand").click()
    assert download.value.suggested_filename.endswith(".md")
    assert f"## {REFUSED}" in download.value.path().read_text(encoding="utf-8")
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaar als Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    gap.get_by_role("button", name="Opgelost").click()
    expect(gap).to_have_count(0)
    expect(page.locator(".rw-gaps-said")).to_contain_text("Gemeld als opgelost.")
    page.get_by_label("Toon wat is opgelost").check()
    expect(gap.get_by_role("button", name="Zet terug")).to_be_visible()
    page.get_by_label("Toon wat is opgelost").uncheck()
    page.get_by_role("tab", name="Vraag het").click()
    _ask(page, REFUSED, 2)
    page.get_by_role("tab", name="Kennislacunes").click()
    page.get_by_label("Volgorde").select_option("last")
    expect(gap).to_contain_text("daarna weer gevraagd")
    gap.get_by_role("button", name="Maak een document").click()
    gap.get_by_role("button", name="Open de tab Documenten").click()
    expect(page.locator(".rw-docs-table")).to_be_visible()
    assert hosts == {urlsplit(page.url).netloc}


@pytest.mark.slow
def test_two_visitors_share_no_key_and_no_list(browser: Browser, site: _Site) -> None:
    """What one has opened is closed for the other; closing it here closes the other tabs of the same visitor."""
    one, other = browser.new_context(locale="nl-NL"), browser.new_context(locale="nl-NL")
    first, second = one.new_page(), other.new_page()
    for page in (first, second):
        page.goto(site.address)
        expect(page.locator(".rw-examples")).to_be_visible()
    _ask(first, REFUSED)
    _gaps(first)
    expect(first.locator(".rw-gap").first).to_be_visible()
    second.get_by_role("tab", name="Kennislacunes").click()
    expect(second.locator("#rw-gaps-key")).to_have_value("")
    assert second.locator(".rw-gap").count() == 0 and REFUSED not in second.locator("body").inner_text()
    first.get_by_role("tab", name="Documenten").click()
    expect(first.locator(".rw-docs-table")).to_be_visible()
    first.locator(".rw-docs").get_by_role("button", name="Sluit af").click()
    first.get_by_role("tab", name="Kennislacunes").click()
    expect(first.locator("#rw-gaps-key")).to_be_visible()
    assert first.locator(".rw-gap").count() == 0
    one.close()
    other.close()


@pytest.mark.slow
def test_the_list_speaks_english_and_fits_a_narrow_screen(browser: Browser, site: _Site) -> None:
    """At 360 pixels nothing scrolls sideways; another language asks no key again."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", color_scheme="dark")
    page = context.new_page()
    page.goto(site.address)
    expect(page.locator(".rw-examples")).to_be_visible()
    _ask(page, REFUSED)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    _gaps(page)
    expect(page.locator(".rw-gap").first).to_be_visible()
    page.locator(".rw-gaps-figures summary").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Solved").first).to_be_visible()
    assert violations(page) == []
    context.close()
