"""The page when the writer of answers is slow: two visitors at once, of whom only one waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import NamedTuple

import llm_server
import pytest
from browsing import craft_page
from llm_server import MODEL, Asked, ScriptedModel
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.slow

KNOWN = "Wat is een meesterproef?"
SLOW = 60_000
"""Longest wait for what depends on another process, in milliseconds."""


class _Site(NamedTuple):
    """The server, and the model that writes its answers."""

    address: str
    model: ScriptedModel


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Site]:
    with ScriptedModel() as model:
        settings = {"llm_base_url": model.url, "llm_model": MODEL, "embedder": "hash"}
        with craft_page(tmp_path_factory.mktemp("trouble"), 180, **settings) as address:
            yield _Site(address, model)


@pytest.fixture
def site(running: _Site) -> _Site:
    """The same server, with a model that does what it should."""
    running.model.says, running.model.fault = llm_server.good, ""
    return running


def _open(context: BrowserContext, site: _Site) -> Page:
    page = context.new_page()
    page.goto(site.address)
    expect(page.locator(".rw-examples")).to_be_visible(timeout=SLOW)
    return page


def _answered(page: Page, turn: int = 1) -> None:
    expect(page.locator(f"article[data-turn='{turn}']:not(.rw-progress)")).to_be_visible(timeout=SLOW)


def _ask(page: Page, question: str = KNOWN) -> None:
    page.locator("#rw-box textarea").fill(question)
    page.keyboard.press("Enter")


def test_one_visitor_waits_for_the_writer_while_another_reads_the_documents_words(
    browser: Browser, site: _Site
) -> None:
    """A silent model holds up who asked it, who sees the sources meanwhile; who chose the documents' words has them."""
    go_on = threading.Event()

    def slowly(asked: Asked) -> str:
        go_on.wait(SLOW / 1000)
        return llm_server.good(asked)

    site.model.says, before = slowly, len(site.model.asked)
    one, other = browser.new_context(locale="nl-NL"), browser.new_context(locale="nl-NL")
    try:
        waiting, reading = _open(one, site), _open(other, site)
        _ask(waiting)
        expect(waiting.locator(".rw-progress .rw-found")).to_contain_text("Meesterproef", timeout=SLOW)
        reading.locator("#rw-mode").select_option("extractive")
        _ask(reading)
        _answered(reading)
        assert waiting.locator(".rw-progress").count() == 1, "it is still being written"
        assert reading.locator(".rw-stated .rw-cite").count() >= 1
        go_on.set()
        _answered(waiting)
        assert waiting.locator(".rw-stated .rw-cite").count() >= 1
        assert len(site.model.asked) == before + 1, "who chose the documents' words asked no model"
    finally:
        go_on.set()
        one.close()
        other.close()
