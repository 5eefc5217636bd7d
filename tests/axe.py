"""Accessibility as axe-core sees it: what it finds wrong on a page that is open in the browser.

axe-core comes with the package axe-playwright-python, so that nothing is fetched while testing.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def violations(page: Page, within: str | None = None, without: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds on a page, or `within` one selector of it: WCAG 2.1 A and AA, and its own best practices.

    `without`: rules to leave out, by their names. Each line names a rule, what it asks, and one element that fails it.
    """
    rules = {name: {"enabled": False} for name in without}
    options = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"], "rules": rules}
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} ({node['failureSummary']})"
        for one in found
        for node in one["nodes"]
    ]
