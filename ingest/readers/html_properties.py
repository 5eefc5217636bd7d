"""What a web page says of itself: its title, its date and its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from ingest.readers.html_tree import tokens, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHANGED = (
    "article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified", "datemodified",
    "revised", "article:modified", "bt:moddate",
)  # fmt: skip
_PUBLISHED = (
    "article:published_time", "dcterms.issued", "dcterms.date", "dcterms.available", "dc.date.issued", "dc.date",
    "dcterms.created", "dc.date.created", "datepublished", "article:published", "date", "publication_date", "pubdate",
    "bt:pubdate", "citation_publication_date",
)  # fmt: skip
_DATED = {"published", "publish", "pubdate", "updated", "modified", "datepublished", "datemodified", "publicatiedatum"}
_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DUTCH = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d{1,6}\)|Page saved with SingleFile\s+url:\s*)(https?://\S{3,2000})"
)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{3,2000}$", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]\s+|\s*\|\s*")
_LONGEST_TITLE = 300


def title(root: _Element) -> str | None:
    """The title of a page: its one main heading where the title of the window holds that too, else that title."""
    window = next((text for e in root.iter("title") if (text := words(e))), "")
    social = next(_metas(root, ("og:title", "dcterms.title", "dc.title", "twitter:title")), "")
    heads = [text for e in root.iter("h1") if (text := words(e).rstrip(" ¶§#"))]
    named = (*_SEPARATOR.split(window), window, social)
    if heads and (len(heads) == 1 or not (window or social)) and (heads[0] in named or not (window or social)):
        return heads[0][:_LONGEST_TITLE]
    found = social or _without_site(window, root) or (heads[0] if heads else "")
    return found[:_LONGEST_TITLE] or None


def changed_on(root: _Element) -> str | None:
    """The day on which a page was last changed, else published, as 2024-03-06."""
    for names in (_CHANGED, _PUBLISHED):
        for value in _metas(root, names):
            if found := iso_date(value):
                return found
    times = [e for e in root.iter("time") if e.get("datetime")]
    marked = [e for e in times if e.get("pubdate") is not None or not tokens(e, "class", "itemprop").isdisjoint(_DATED)]
    for element in marked or (times if len(times) == 1 else []):
        if found := iso_date(element.get("datetime", "")):
            return found
    return None


def address(root: _Element, source: str) -> str | None:
    """The address of a page: as it names it itself, else as the program noted that saved it."""
    links: Iterator[str] = (
        e.get("href", "") for e in root.iter("link") if "canonical" in e.get("rel", "").lower().split()
    )
    saved = _SAVED_FROM.search(source, 0, 5000)
    for value in (*links, *_metas(root, ("og:url",)), saved[1] if saved else ""):
        if _ADDRESS.match(value.strip()):
            return value.strip()
    return None


def iso_date(value: str) -> str | None:
    """A date as 2024-03-06 from `2024-03-06T10:00:00+01:00` or `6-3-2024`; None from anything else."""
    if iso := _ISO.match(value):
        year, month, day = iso.groups()
    elif dutch := _DUTCH.match(value):
        day, month, year = dutch.groups()
    else:
        return None
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if 1900 < found.year < 2200 else None


def _metas(root: _Element, names: Iterable[str]) -> Iterator[str]:
    """The contents of the `meta` elements of these names, the first name first."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join(element.get("content", "")[:2000].split())
        if name and content:
            found.setdefault(name.strip().lower().replace("dcterms:", "dcterms."), content)
    return iter([found[name] for name in names if name in found])


def _without_site(window: str, root: _Element) -> str:
    """A title without the name of the site before or after it."""
    site = next(_metas(root, ("og:site_name", "application-name")), "")
    if site and window != site:
        for mark in (" | ", " - ", " – ", " — ", " · "):
            window = window.removesuffix(mark + site).removeprefix(site + mark)
    return window
