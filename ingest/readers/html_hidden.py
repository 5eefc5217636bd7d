"""Which elements of a web page a person does not see, judged by the page's own markup.

Style sheets are not read. What an element says of itself (attributes and inline style) is heeded; a panel that a
button on the page opens counts as seen.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from ingest.readers.html_tree import role, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_FOR_SCREEN_READERS = {
    "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader-text", "element-invisible",
    "element-hidden", "u-visually-hidden", "is-visually-hidden", "show-for-sr", "a11y-hidden", "at-only",
    "sr-only-focusable", "visually-hidden-focusable", "assistive-text",
}  # fmt: skip
_PANEL = re.compile(
    r"(?:^|[-_\s])(?:accordion|collapse|collapsible|tab-pane|tabpanel|tab-content|panel)", re.IGNORECASE
)
_OPENERS = ("aria-controls", "data-target", "data-bs-target", "data-controls")
_SMALL = re.compile(r"^(?:0(?:\.[01]\d*)?|\.[01]\d*)\s*(?:em|rem|%|pt|px|vw)?$|^[12](?:\.\d+)?\s*(?:px|pt|%)$")
_AWAY = re.compile(r"^-\s*\d{3,}(?:\.\d+)?\s*(?:px|em|rem|pt)?$")
_WHITE = re.compile(
    r"^(?:white|transparent|#fff|#ffff|#f[c-f]f[c-f]f[c-f](?:ff)?|rgba?\(\s*25[2-5]\s*,\s*25[2-5]\s*,\s*25[2-5]\s*(?:,[^)]*)?\))$"
)
_INLINE = {"span", "font", "b", "i", "em", "strong", "small", "u", "a", "mark"}
_LONG_ARIA_HIDDEN = 200
_NEIGHBOURS = 10


def opened_by_buttons(root: _Element) -> frozenset[str]:
    """The ids of the parts of the page that a button or tab on it opens."""
    found: set[str] = set()
    for element in root.iter("button", "a", "summary", "div", "span", "li", "h2", "h3", "h4"):
        for name in _OPENERS:
            found.update(element.get(name, "").replace("#", " ").split())
        if element.get("data-toggle") or element.get("data-bs-toggle") or role(element) == "tab":
            found.add(element.get("href", "").removeprefix("#"))
    return frozenset(found)


def hidden_reason(element: _Element, opened: frozenset[str]) -> str | None:
    """Why a person does not see an element: `hidden`, `tiny`, `white`, `off_page`; None where it is seen.

    `opened` are the ids of panels that a person can open.
    """
    style = _style(element)
    if (
        element.get("hidden") is not None
        or style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
    ):
        return None if _is_panel(element, opened) else "hidden"
    if not style:
        return None
    if _SMALL.match(style.get("font-size", "")) and not _has_blocks(element):
        return "tiny"
    if _is_away(style):
        return "off_page"
    return "white" if _is_white(element, style) else None


def is_unseen_helper(element: _Element, opened: frozenset[str]) -> bool:
    """Whether an element is for screen readers alone, or a small thing that is kept from them (an icon, a mark)."""
    if not _FOR_SCREEN_READERS.isdisjoint(element.get("class", "").lower().split()):
        return True
    if element.get("aria-hidden", "").strip().lower() != "true" or element.get("id", "") in opened:
        return False
    # an open dialog hides the whole page behind it in this way
    return len(words(element)) < _LONG_ARIA_HIDDEN and next(element.iter("h1", "main"), None) is None


def _is_panel(element: _Element, opened: frozenset[str]) -> bool:
    return (
        element.get("id", "") in opened - {""}
        or role(element) == "tabpanel"
        or element.get("hidden", "").strip().lower() == "until-found"
        or bool(_PANEL.search(element.get("class", "")))
    )


def _style(element: _Element) -> dict[str, str]:
    source = element.get("style", "")
    if not source:
        return {}
    found = {}
    for declaration in source[:5000].lower().split(";"):
        name, _, value = declaration.partition(":")
        found[name.strip()] = value.replace("!important", "").strip()
    return found


def _has_blocks(element: _Element) -> bool:
    return next(element.iterdescendants("div", "p", "li", "td", "h1", "h2", "h3"), None) is not None


def _is_away(style: dict[str, str]) -> bool:
    if _AWAY.match(style.get("text-indent", "")):
        return True
    placed = style.get("position") in {"absolute", "fixed"}
    return placed and any(_AWAY.match(style.get(side, "")) for side in ("left", "top", "right", "bottom"))


def _is_white(element: _Element, style: dict[str, str]) -> bool:
    """Whether the text is white, or without colour, on what must be a white ground."""
    colour = style.get("color") or ""
    if not _WHITE.match(colour) or element.get("class"):
        return False
    ground = _ground(element)
    if ground is not None:
        return bool(_WHITE.match(ground)) or ground == colour
    # no ground is known: white letters in the midst of others are not meant to be read
    parent = element.getparent()
    if parent is None or element.tag not in {*_INLINE, "p", "div", "td", "li"}:
        return False
    before = list(islice(element.itersiblings(preceding=True), _NEIGHBOURS))
    after = list(islice(element.itersiblings(), _NEIGHBOURS))
    around = [element.tail, *(sibling.tail for sibling in (*before, *after)), parent.text]
    others = (s for s in (*before, *after) if s.tag == element.tag and not _style(s).get("color"))
    return any(text and text.strip() for text in around) or any(words(other) for other in others)


def _ground(element: _Element) -> str | None:
    """The background that stands inline nearest around an element; None where none does."""
    for around in (element, *element.iterancestors()):
        style = _style(around)
        if style.get("background-image", "none") != "none" or re.search(
            r"url\(|gradient\(", style.get("background", "")
        ):
            return "image"
        ground = style.get("background-color") or style.get("background") or around.get("bgcolor", "").lower()
        if ground and ground not in {"transparent", "none", "inherit"}:
            return ground
    return None
