"""The source of a web page to a tree of elements, within bounds and without fetching anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.decoding import plain_characters
from kb.errors import EmptyDocument, LimitExceeded, UnreadableDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ELEMENTS = 400_000
_NEVER_TEXT = (
    "script", "style", "template", "noscript", "svg", "iframe", "frame", "object", "embed", "applet", "canvas",
    "audio", "video", "map", "input", "select", "textarea", "datalist", "progress", "meter", "annotation", "rp", "rt",
    "del", "s", "strike", "colgroup", "link", "meta",
)  # fmt: skip
_EMBEDDED = re.compile(r"data:[^\s\"'<>()]{500,}")
_END_TAGS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_INTERNAL_SUBSET = re.compile(
    r"\s{0,100}(?:<\?xml[^>]{0,300}>\s{0,100})?(<!DOCTYPE[^>\[]{0,500})\[[^\]]*\]\s*>", re.IGNORECASE
)
"""A document type with definitions of its own; they would be taken for text."""


def parse(source: str, path: Path) -> _Element:
    """The root element of a page: comments gone, everything else still there.

    Raises `LimitExceeded` for one that is nested too deep or too large, `EmptyDocument` for one without elements.
    """
    from lxml import etree

    # what stands after a first </body> would be lost, and pictures written into the page only cost memory
    source = _END_TAGS.sub("", _EMBEDDED.sub("data:", source))
    if subset := _INTERNAL_SUBSET.match(source):
        source = f"{subset[1]}>{source[subset.end() :]}"
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableDocument(
            path,
            f"{path.name}: dit is geen leesbare webpagina.",
            f"{path.name}: this is not a readable web page.",
        ) from error
    if root is None:
        raise EmptyDocument(path, f"{path.name}: er staat geen tekst in.", f"{path.name}: there is no text in it.")
    _check(parser.error_log, path)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _too_large(path)
    return root


def strip_unread(root: _Element) -> None:
    """Take out what never is text of the page: scripts, styles, embedded objects, fields, and struck-out text."""
    from lxml import etree

    etree.strip_elements(root, *_NEVER_TEXT, with_tail=False)


def words(element: _Element) -> str:
    """All text within an element, with single spaces."""
    return " ".join(plain_characters("".join(element.itertext())).split())


def tokens(element: _Element, *attributes: str) -> frozenset[str]:
    """The words of an element's class names and id in small letters: `site-Nav mainMenu` gives site, nav, main, menu.

    `attributes` are the names of those that are looked at instead of both.
    """
    names = " ".join(element.get(name, "")[:1000] for name in attributes or ("class", "id"))
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names)
    return frozenset(re.split(r"[^a-z0-9]+", parted.lower())) - {""}


def role(element: _Element) -> str:
    """The ARIA role of an element in small letters; "" where it has none."""
    return str(element.get("role", "")).strip().lower()


def _check(error_log: object, path: Path) -> None:
    """Refuse a page of which the parser gave up the rest."""
    for entry in error_log:  # type: ignore[attr-defined]
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise _too_deep(path) if "depth" in entry.message else _too_large(path)


def _too_deep(path: Path) -> LimitExceeded:
    return LimitExceeded(
        path,
        "too_deep",
        f"{path.name}: de onderdelen van deze pagina zitten te diep in elkaar om te lezen.",
        f"{path.name}: the parts of this page are nested too deep to be read.",
    )


def _too_large(path: Path) -> LimitExceeded:
    return LimitExceeded(
        path,
        "too_large",
        f"{path.name}: deze pagina heeft te veel onderdelen, of een onderdeel dat te groot is.",
        f"{path.name}: this page has too many parts, or a part that is too large.",
    )
