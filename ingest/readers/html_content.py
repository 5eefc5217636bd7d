"""Which part of a web page is its content, and which elements in it are menus, bars and other furniture.

The one measure is running text: text outside links, in pieces that are longer than a label. An element is left out
only where its markup says that it is furniture and its measure agrees. Losing text is worse than a stray menu line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.html_tree import role, tokens

if TYPE_CHECKING:
    from lxml.etree import _Element

_LABEL = 25
"""Text up to this length may be the label of something; what is longer counts as running text."""
_ROLES = {
    "navigation", "search", "menu", "menubar", "toolbar", "dialog", "alertdialog", "banner", "contentinfo", "tooltip",
    "progressbar", "doc-toc", "doc-pagelist", "doc-index",
}  # fmt: skip
_CONTENT = ("main", "article")
_CONTENT_NAMES = (
    "maincontent", "main-content", "main_content", "main", "content-main", "hoofdinhoud", "bodycontent",
    "mw-content-text", "page-content", "pagecontent", "content", "inhoud", "contents", "entry-content", "post-content",
    "article-content", "article-body", "articlebody", "post", "article", "primary", "theme-doc-markdown",
)  # fmt: skip
_MENU = {
    "nav", "navi", "navbar", "navheader", "navfooter", "navmenu", "navigation", "navigatie", "subnav", "topnav",
    "sidenav", "menu", "menus", "submenu", "mainmenu", "hoofdmenu", "topmenu", "sidemenu", "sidebar", "zijbalk", "toc",
    "inhoudsopgave", "breadcrumb", "breadcrumbs", "kruimelpad", "broodkruimel", "kruimels", "crumbs", "pagination",
    "paginering", "pager", "skip", "skiplink", "skiplinks", "skipnav", "share", "sharing", "sharedaddy", "addtoany",
    "social", "socials", "socialmedia", "delen", "search", "searchbox", "zoeken", "zoekbalk", "toolbar", "topbar",
    "footer", "voettekst", "header", "banner", "login", "langswitch", "language", "taalkeuze", "editsection", "tags",
    "taglist", "tagcloud", "widget", "newsletter", "nieuwsbrief", "printlink", "backtotop", "totop",
}  # fmt: skip
_ELSEWHERE = {"related", "gerelateerd", "gerelateerde", "aanbevolen", "recommended", "recirculation", "relatedposts"}
_CONSENT = {
    "cookie", "cookies", "cookiebar", "cookiebanner", "cookiemelding", "consent", "cookieconsent", "gdpr", "ccpa",
}  # fmt: skip
_REACTIONS = {"comments", "reacties", "respond", "commentlist", "disqus"}
_SHARING = {"share", "sharing", "sharedaddy", "addtoany", "social", "socials", "socialmedia", "delen"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BOXES = {
    "div", "section", "aside", "header", "footer", "ul", "ol", "dl", "table", "form", "nav", "center", "figure",
    "dialog",
}  # fmt: skip
_LISTS = {"ul", "ol", "dl", "div", "td", "table", "p", "center", "section"}


@dataclass(slots=True)
class Measure:
    """The characters within an element."""

    text: int = 0
    linked: int = 0
    links: int = 0
    on_page: int = 0
    """Links to a place on the same page."""
    back: int = 0
    """Links to the top of the page, or to a place before them."""
    running: int = 0
    """Text that is neither linked nor a label."""
    fields: int = 0
    """Buttons and labels of fields."""

    def add(self, other: Measure) -> None:
        """Count in what another element holds."""
        self.text += other.text
        self.linked += other.linked
        self.links += other.links
        self.on_page += other.on_page
        self.back += other.back
        self.running += other.running
        self.fields += other.fields

    @property
    def link_share(self) -> float:
        """The part of the text that is linked."""
        return self.linked / self.text if self.text else 0.0


class Content:
    """The measured elements of a page: where its content is, and what of it is to be left out."""

    def __init__(self, root: _Element) -> None:
        self._measures = _measure(root)
        self._root = root
        self.body = next(root.iter("body"), root)
        self.total = self._measures[self.body].running - self._apart()

    def is_linked(self, element: _Element) -> bool:
        """Whether an element is links for the most part."""
        return self._measures[element].link_share >= 0.5

    def _apart(self) -> int:
        """The running text in what certainly is no content: it may be longer than the content (on cookies)."""
        outer = {
            element
            for element in self.body.iter("nav", "footer", "dialog", "div", "section", "aside")
            if (element.tag in {"nav", "footer"} and self._is_top(element)) or self._is_dialog(element)
        }
        inner = {element for element in outer if any(around in outer for around in element.iterancestors())}
        return sum(self._measures[element].running for element in outer - inner)

    @staticmethod
    def _is_top(element: _Element) -> bool:
        return not any(is_content_mark(around) or around.tag == "blockquote" for around in element.iterancestors())

    def _is_dialog(self, element: _Element) -> bool:
        """Whether an element asks for something before the page can be read, such as leave to store cookies."""
        asks = element.tag == "dialog" or role(element) in {"dialog", "alertdialog"}
        if not asks:
            asks = not tokens(element).isdisjoint(_CONSENT) and self._measures[element].fields > 0
        return asks and self._is_top(element) and next(element.iter("h1", "main", "article"), None) is None

    def main(self) -> _Element:
        """The element that the page marks as its content and that holds most of its running text; else its body."""
        marked = [e for e in self.body.iter("main", "div", "section") if e.tag == "main" or role(e) == "main"]
        if len(marked) == 1 and self._holds(marked[0], 0.35):
            return marked[0]
        for element in self.body.iterdescendants("article", "div", "section", "td"):
            names = {element.get("id", "").lower(), *element.get("class", "").lower().split()}
            if element.tag != "article" and names.isdisjoint(_CONTENT_NAMES):
                continue
            if self._holds(element, 0.75) and self._holds_the_headings(element) and not _has_outer_parts(element):
                return element
        return self.body

    def _holds(self, element: _Element, share: float) -> bool:
        return self._measures[element].running > share * self.total

    def _holds_the_headings(self, element: _Element) -> bool:
        """Whether hardly a heading of the page stands outside the element."""
        tags = ("h2", "h3", "h4")
        return sum(1 for _ in element.iter(*tags)) >= 0.7 * sum(1 for _ in self.body.iter(*tags))

    def is_furniture(self, element: _Element, inside: bool) -> bool:
        """Whether an element is a menu, a bar, a box with links and the like; `inside` the content or around it."""
        tag = element.tag
        if tag in {"body", "main", "html"}:
            return False
        held = self._measures[element]
        if tag in {"button", "label", "fieldset", "form"}:
            return self._is_control(element, held)
        if tag in _BOXES and self._is_dialog(element):
            return True
        if held.running > 0.5 * self.total and held.running > 4 * _LABEL:
            return False
        if tag == "nav" or role(element) in _ROLES:
            return held.running < 0.2 * max(self.total, 500)
        if tag == "a":
            return element.get("href", "").startswith("#") and not tokens(element).isdisjoint({"skip", "skiplink"})
        if tag in {"p", "div"} and held.links == held.back == 1 and 0 < held.text == held.linked <= 2 * _LABEL:
            return next(element.iter(*_HEADINGS), next(element.iterancestors("li", "td", "dd"), None)) is None
        if tag in _LISTS and self._lists_places(held):
            return True
        if tag in _BOXES and self._is_named_furniture(element, held):
            return True
        return not inside and self._is_outer(element, held)

    def _is_control(self, element: _Element, held: Measure) -> bool:
        """Whether a part of a form is nothing but that; whole pages may stand in one."""
        if element.tag == "button":
            return not any(e.tag in {*_HEADINGS, "summary", "dt"} for e in element.iterancestors()) and not element.get(
                "aria-controls"
            )
        if element.tag == "label":
            return held.running < 4 * _LABEL
        has_heading = next(element.iter("h1", "main", "article"), None) is not None
        return not has_heading and held.running < max(300, 0.3 * self.total)

    @staticmethod
    def _lists_places(held: Measure) -> bool:
        """Whether it is a table of contents: links to places on this page and little else."""
        return held.on_page >= 3 and held.on_page >= 0.8 * held.links and held.link_share >= 0.75 and not held.running

    def _is_named_furniture(self, element: _Element, held: Measure) -> bool:
        names = tokens(element)
        if next(element.iter("h1", "main", "article"), None) is not None:
            return False
        if not names.isdisjoint(_REACTIONS):
            return held.running < 0.5 * self.total
        if not names.isdisjoint(_ELSEWHERE) and held.links >= 2:
            return held.running < 0.2 * self.total
        if names.isdisjoint(_MENU):
            return False
        if held.link_share >= 0.5:
            return True
        small = held.running < 2 * _LABEL and not tokens(element, "class", "summary").isdisjoint(_MENU)
        return small and (next(element.iter(*_HEADINGS), None) is None or not names.isdisjoint(_SHARING))

    def _is_outer(self, element: _Element, held: Measure) -> bool:
        """Whether something outside the marked content is a head, foot or side of the page, or a list of links."""
        few = held.running < 0.3 * self.total
        if element.tag == "footer" or (element.tag in _BOXES and not tokens(element).isdisjoint({"footer", "voet"})):
            return few
        if element.tag == "header":
            return few and next(element.iter("h1"), None) is None
        if element.tag == "aside":
            return held.link_share >= 0.4 or held.running < 2 * _LABEL
        return element.tag in _LISTS and held.links >= 3 and held.link_share >= 0.8 and held.running < 2 * _LABEL


def is_content_mark(element: _Element) -> bool:
    """Whether an element says that all in it is content."""
    return element.tag in _CONTENT or role(element) in {"main", "article"}


def _has_outer_parts(element: _Element) -> bool:
    """Whether the head or foot of the whole page stands within an element."""
    return any(not any(is_content_mark(a) for a in e.iterancestors()) for e in element.iterdescendants("footer", "nav"))


def _measure(root: _Element) -> dict[_Element, Measure]:
    """What each element holds, from the inside out."""
    elements = list(root.iter())
    places: dict[str, int] = {"top": 0}
    for at, element in enumerate(elements):
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name:
                places.setdefault(name, at)
    measures: dict[_Element, Measure] = {}
    for at in range(len(elements) - 1, -1, -1):
        element = elements[at]
        held = _of_text(element.text)
        for child in element:
            held.add(measures[child])
            held.add(_of_text(child.tail))
        if element.tag == "a" and element.get("href"):
            place = places.get(element.get("href", "").partition("#")[2], len(elements))
            back = place < at and elements[place] not in set(element.iterancestors())
            held = Measure(held.text, held.text, 1, int(place < len(elements)), int(back or place == 0))
        elif element.tag in _HEADINGS:
            # a heading over a list of links is no text beside them
            held = Measure(held.linked, held.linked, held.links, held.on_page, 0, 0, held.fields)
        elif element.tag in {"button", "label"}:
            held.fields += 1
        measures[element] = held
    return measures


def _of_text(text: str | None) -> Measure:
    length = len(text.strip()) if text else 0
    return Measure(text=length, running=length if length > _LABEL else 0)
