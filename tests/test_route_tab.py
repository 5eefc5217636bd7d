"""The tab "Start je route" in a real browser: the questions, the plan, what is kept, printed and shared."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import docx
import pypdfium2
import pytest
from axe import violations
from browsing import craft_page
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on the invented documents."""
    with craft_page(tmp_path_factory.mktemp("route"), 180, answer_threshold=0.0, reader_processes=1) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="nl-NL", reduced_motion="reduce")
    yield context
    context.close()


def _opened(context: BrowserContext, address: str) -> Page:
    """The tab with its first question."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("tab", name="Start je route").click()
    expect(page.get_by_role("heading", name="Voor wie maakt u dit plan?")).to_be_visible()
    return page


def _planned(page: Page) -> None:
    """Answer all questions."""
    for choice in ("Een academie", "zeilmakerij", "gezel"):
        page.get_by_label(choice, exact=True).locator("visible=true").check()
        page.get_by_role("button", name="Verder").click()
    page.get_by_label("Een nieuw vak").check()
    page.get_by_role("button", name="Maak het plan").click()
    expect(page.locator(".rw-plan")).to_be_visible()


def _at(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".rw-plan")).to_be_visible()
    return page


def test_questions_come_one_by_one_and_back_keeps_the_answers(context: BrowserContext, address: str) -> None:
    """A question must be answered; going back shows what was chosen; nothing leaves this machine."""
    hosts: set[str] = set()
    wrong: list[str] = []
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    context.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    page = _opened(context, address)
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("alert").locator("visible=true")).to_have_text("Kies eerst een antwoord.")
    page.get_by_label("Een werkplaats").locator("visible=true").check()
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", name="In welke sector?")).to_be_focused()
    assert page.locator("[data-screen]:visible").count() == 1
    page.get_by_label("Een andere sector").check()
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_label("Welke sector is dat?")).to_be_focused()
    page.get_by_label("Welke sector is dat?").fill("koekbakkerij")
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name="Terug").click()
    expect(page.get_by_label("Welke sector is dat?")).to_have_value("koekbakkerij")
    page.get_by_role("button", name="Terug").click()
    expect(page.get_by_label("Een werkplaats").locator("visible=true")).to_be_checked()
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Weet ik nog niet").locator("visible=true").check()
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_label("Een gilde")).to_be_visible()
    assert violations(page) == []
    assert page.get_by_label("Een werkplaats").locator("visible=true").count() == 0, "who asks is no partner"
    page.get_by_role("button", name="Maak het plan").click()
    expect(page.locator(".rw-route-note")).to_contain_text("geen pilot in de sector koekbakkerij")
    assert urlsplit(page.url).query == "rol=werkplaats&sector=koekbakkerij"
    assert hosts == {urlsplit(address).netloc}
    assert wrong == []


def test_the_plan_has_steps_with_sources_beside_them(context: BrowserContext, address: str) -> None:
    """Phases are headings, a gap is said in its place, and a number opens the passage with the quote marked."""
    page = _opened(context, address)
    _planned(page)
    expect(page.get_by_role("heading", name="Uw stappenplan")).to_be_focused()
    assert page.locator(".rw-phase > h3").all_inner_texts() == ["Begin", "Werk"]
    assert page.locator(".rw-step").count() == 4
    expect(page.locator("[data-step='gezel-loon']")).to_contain_text("Hierover staat nog niets in de documenten.")
    expect(page.locator("[data-step='gilde'] dl")).to_contain_text("De Waterland School en Zeilwerf De Fok")
    number = page.locator("[data-step='doelen'] .rw-cite").first
    number.click()
    panel = page.locator(".rw-route .rw-panel")
    expect(panel.locator("mark").first).to_have_text("Het ambachtspad heeft drie doelen:")
    assert panel.locator("mark").count() == 4
    assert number.get_attribute("aria-expanded") == "true"
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(number).to_be_focused()
    page.get_by_role("link", name="Werk").click()
    expect(page.get_by_role("heading", name="Werk", exact=True)).to_be_focused()
    assert urlsplit(page.url).query == "rol=academie&sector=zeilmakerij&niveau=gezel&situatie=nieuw"


def test_a_source_of_another_tab_closes(context: BrowserContext, address: str) -> None:
    """Each tab has its own place for a source, and one source is open at a time."""
    page = context.new_page()
    page.goto(f"{address}/?vraag=Wat+is+een+meesterproef%3F")
    page.locator(".rw-answer .rw-cite").first.click()
    expect(page.locator("#rw-panel")).to_be_visible()
    page.get_by_role("tab", name="Start je route").click()
    _planned(page)
    page.locator(".rw-step .rw-cite").first.click()
    expect(page.locator(".rw-route .rw-panel")).to_be_visible()
    page.get_by_role("tab", name="Vraag het").click()
    expect(page.locator("#rw-panel")).to_be_hidden()


def test_ticks_and_answers_stay_in_this_browser(browser: Browser, context: BrowserContext, address: str) -> None:
    """What is ticked off is there after a reload and in the files; another visitor with the link starts afresh."""
    page = _opened(context, address)
    _planned(page)
    page.get_by_role("checkbox", name="Zoek een gilde").check()
    expect(page.get_by_role("status").filter(has_text="stappen klaar")).to_have_text("1 van 4 stappen klaar")
    expect(page.locator("[data-phase-done='begin']")).to_have_text("1 van 2")
    page.reload()
    expect(page.get_by_role("checkbox", name="Zoek een gilde")).to_be_checked()
    with page.expect_download() as download:
        page.get_by_role("link", name="Bewaar als Word").click()
    data = Path(download.value.path()).read_bytes()
    heads = [p.text for p in docx.Document(io.BytesIO(data)).paragraphs if p.style.name == "Heading 2"]
    assert [head[0] for head in heads] == ["☐", "☑", "☐", "☐"]
    other = browser.new_context(locale="nl-NL")
    shared = _at(other, page.url)
    assert shared.locator("[data-done]:checked").count() == 0
    assert shared.evaluate("localStorage.getItem('routewijzer-route-last')") is None, "it is not this visitor's plan"
    other.close()
    fresh = context.new_page()
    fresh.goto(address)
    fresh.get_by_role("tab", name="Start je route").click()
    expect(fresh.locator(".rw-route-stored")).to_contain_text("sector zeilmakerij")
    fresh.get_by_role("button", name="Open uw plan").click()
    expect(fresh.get_by_role("checkbox", name="Zoek een gilde")).to_be_checked()
    fresh.get_by_role("button", name="Wijzig uw antwoorden").click()
    expect(fresh.get_by_label("Een academie").locator("visible=true")).to_be_checked()
    fresh.get_by_role("button", name="Open uw plan").click()
    fresh.get_by_role("button", name="Begin opnieuw").click()
    expect(fresh.locator(".rw-route-stored")).to_be_hidden()
    assert urlsplit(fresh.url).query == ""
    assert fresh.evaluate("Object.keys(localStorage).filter((name) => name.includes('route-'))") == []


def test_a_browser_that_keeps_nothing_still_plans(context: BrowserContext, address: str) -> None:
    """Without storage there is a plan, only nothing of it is kept; what is kept and broken harms nothing."""
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });")
    page = _opened(context, address)
    _planned(page)
    page.get_by_role("checkbox", name="Zoek een gilde").check()
    expect(page.get_by_role("status").filter(has_text="stappen klaar")).to_have_text("1 van 4 stappen klaar")


def test_what_is_kept_and_broken_harms_nothing(context: BrowserContext, address: str) -> None:
    """Another program, or an older version of this one, may have written anything there."""
    for name, value in (("last", "{"), ("done-academie", "3")):
        context.add_init_script(f"localStorage.setItem('routewijzer-route-{name}', '{value}');")
    page = _opened(context, address)
    expect(page.locator(".rw-route-stored")).to_be_hidden()
    _planned(page)
    assert page.locator("[data-done]:checked").count() == 0


def test_a_wrong_or_hostile_address_gets_a_sentence(context: BrowserContext, address: str) -> None:
    """The questions are shown with what is wrong, as text."""
    page = context.new_page()
    page.goto(f"{address}/?rol=academie&sector=%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E")
    expect(page.locator(".rw-route-notice")).to_contain_text("Noem de sector")
    expect(page.get_by_role("heading", name="Voor wie maakt u dit plan?")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    page.goto(f"{address}/?rol=%3Cb%3Ekoning%3C/b%3E")
    expect(page.locator(".rw-route-notice")).to_contain_text("'<b>koning</b>' is hier geen rol")


def test_without_a_connection_the_answers_stay(context: BrowserContext, address: str) -> None:
    """A plan that cannot be fetched costs no answer, and the next try gives it."""
    page = _opened(context, address)
    page.route("**/route/plan?*", lambda route: route.abort())
    for choice in ("Een academie", "zeilmakerij", "gezel"):
        page.get_by_label(choice, exact=True).locator("visible=true").check()
        page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name="Maak het plan").click()
    expect(page.locator(".rw-route-notice")).to_contain_text("Uw antwoorden staan er nog.")
    page.unroute("**/route/plan?*")
    page.get_by_role("button", name="Maak het plan").click()
    expect(page.locator(".rw-plan")).to_be_visible()


def test_the_tab_speaks_english_and_keeps_question_and_plan(context: BrowserContext, address: str) -> None:
    """Changing the language keeps what was answered and what was ticked; the link speaks it too."""
    page = _opened(context, address)
    page.get_by_label("Een academie", exact=True).locator("visible=true").check()
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="In which sector?")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("An academy")).to_be_checked()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_role("heading", name="Voor wie maakt u dit plan?")).to_be_visible()
    _planned(page)
    page.get_by_role("checkbox", name="Zoek een gilde").check()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("checkbox", name="Find a guild")).to_be_checked()
    assert "taal=en" in urlsplit(page.url).query
    expect(page.get_by_role("tab", name="Start your route")).to_be_visible()
    assert "taal=en" in (page.get_by_role("button", name="Copy the link").get_attribute("data-copy") or "")


def test_everything_works_by_keyboard_on_a_narrow_screen(browser: Browser, address: str) -> None:
    """At 360 pixels with keys alone: answer, plan, tick, source and back; nothing scrolls sideways."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("tab", name="Vraag het")).to_be_visible()
    assert page.get_by_role("tab").count() >= 3, "no tab hides behind dots"
    page.get_by_role("tab", name="Vraag het").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # past the tab Pilots
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Voor wie maakt u dit plan?")).to_be_visible()

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"{selector} is not reached")

    def sideways() -> int:
        return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    for name in ("rol", "sector", "niveau", "situatie-begin"):
        tab_to(f"[name='{name}']")
        page.keyboard.press("Space")
        assert sideways() <= 0
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Uw stappenplan")).to_be_focused()
    assert sideways() <= 0
    tab_to("[data-done]")
    page.keyboard.press("Space")
    assert page.locator("[data-done]:checked").count() == 1
    tab_to(".rw-step .rw-cite")
    page.keyboard.press("Enter")
    expect(page.locator(".rw-route .rw-panel h2")).to_be_focused()
    expect(page.locator(".rw-route .rw-panel mark").first).to_be_visible()
    assert sideways() <= 0
    assert violations(page) == []
    page.get_by_role("button", name="Terug naar het plan").press("Enter")
    assert page.evaluate("document.activeElement.matches('.rw-step .rw-cite')")
    context.close()


def test_the_plan_prints_as_a_document(context: BrowserContext, address: str) -> None:
    """On paper there are the steps, the quotes and the address, without buttons; black on white in the dark too."""
    page = _opened(context, address)
    page.get_by_role("button", name="Donker").click()
    _planned(page)
    page.get_by_role("checkbox", name="Zoek een gilde").check()
    assert violations(page) == [], "in the dark"
    printed = page.pdf(format="A4")
    document = pypdfium2.PdfDocument(printed)
    text = "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    document.close()
    plain = " ".join(text.split())
    assert "Uw stappenplan" in plain and "Hierover staat nog niets in de documenten." in plain
    assert "oude ambachten bewaren" in plain and "versie" in plain and urlsplit(page.url).query[:20] in plain
    for hidden in ("Vraag het", "Bewaar als Word", "Donker", "Licht", "Zoek hierover verder", "Nederlands"):
        assert hidden not in plain
    page.emulate_media(media="print")
    colours = page.evaluate(
        "['.rw-plan', 'body'].map((one) => getComputedStyle(document.querySelector(one)))"
        ".map((style) => style.color + style.backgroundColor)"
    )
    assert colours[0].startswith("rgb(0, 0, 0)") and colours[1].endswith("rgb(255, 255, 255)")
    page.emulate_media(media="screen")
    page.get_by_role("tab", name="Vraag het").click()
    expect(page.locator("html")).not_to_have_class("rw-plan-shown")


def test_a_step_can_be_asked_on_about(context: BrowserContext, address: str) -> None:
    """The question of a step is asked on the first tab, where its answer stands with its sources."""
    page = _opened(context, address)
    _planned(page)
    page.get_by_role("button", name="Zoek hierover verder: Teken de leerovereenkomst").click()
    expect(page.locator(".rw-asked")).to_contain_text("Wat is een leerovereenkomst?")
    expect(page.get_by_role("tab", name="Vraag het")).to_have_attribute("aria-selected", "true")
    source = page.locator(".rw-answer .rw-cite").first.get_attribute("data-source") or ""
    assert json.loads(source)["document"]
