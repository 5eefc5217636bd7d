"""The tab "Pilots" as HTML: pure functions, in which everything that comes from a document or a person is escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import urlencode

from kb.attestation import Places
from kb.citations import cite
from kb.facets import CHOICES, INSTITUTION, LEVEL, PARTNER, REGION, SECTOR, STATUS, Facet
from kb.types import Citation, Document, Filters
from kb.units import Unit
from kb.vocabulary import Vocabulary
from ui import render
from ui.texts import Texts

ROWS = 120
"""The most pilots that are shown at once; filters find the others."""
VIEWS = ("cards", "table", "picture")
PARAMETERS = {
    SECTOR: "sector",
    LEVEL: "niveau",
    STATUS: "status",
    INSTITUTION: "hogeschool",
    PARTNER: "partner",
    REGION: "regio",
}
"""What a facet is called in the address of the page."""
_OPEN = frozenset({SECTOR, LEVEL, STATUS})
"""Facets with few values, of which the values are seen at once."""
_COLUMNS = (INSTITUTION, PARTNER, SECTOR, LEVEL, STATUS, REGION)
_SCRIPT_WORDS = ("picked_one", "picked_more", "picked_full", "filters", "filters_chosen", "one_left", "failed")
"""The strings that the tab's own script uses."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The pilots that a visitor sees, and what was chosen to see them."""

    pilots: tuple[Document, ...]
    places: Mapping[str, Places]
    """Where each pilot bears out the values of its metadata."""
    total: int
    counts: Mapping[str, Mapping[str, int]]
    filters: Filters = field(default_factory=Filters)
    order: str = "title"
    view: str = "cards"
    picked: tuple[str, ...] = ()
    """Ids of the pilots that are marked to be compared."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    """What the values are called in another language."""


def shell(t: Texts) -> str:
    """The frame of the tab; `assets/pilots.js` fills it."""
    p = t.pilots
    words = {name: getattr(p, name) for name in _SCRIPT_WORDS}
    return (
        f'<div class="rw-pilots" lang="{t.language}" data-source-home data-words="{_json(words)}">'
        '<div class="rw-pilots-columns"><div class="rw-pilots-main">'
        f'<p class="rw-pilots-notice" role="alert"></p>'
        f'<div class="rw-pilots-all"><h2 tabindex="-1">{escape(p.title)}</h2>'
        f'<p class="rw-about">{escape(p.intro)}</p>'
        f'<details class="rw-pilots-filters"><summary>{escape(p.filters)}</summary><div></div></details>'
        f'<div class="rw-pilots-top"><p class="rw-pilots-count" role="status"></p>{_views(t)}{_orders(t)}</div>'
        f'<div class="rw-pilots-list"><p class="rw-wait">{escape(p.waiting)}</p></div></div>'
        '<div class="rw-pilots-compared" hidden></div>'
        f"{_bar(t)}</div>{_panel(t)}</div></div>"
    )


def _views(t: Texts) -> str:
    buttons = "".join(
        f'<button type="button" class="rw-quiet" data-view="{view}" aria-pressed="false">'
        f"{escape(t.pilots.views[view])}</button>"
        for view in VIEWS
    )
    return f'<div class="rw-pilots-views" role="group" aria-label="{escape(t.pilots.view)}">{buttons}</div>'


def _orders(t: Texts) -> str:
    options = "".join(f'<option value="{key}">{escape(text)}</option>' for key, text in t.pilots.orders.items())
    return f'<label class="rw-pilots-order">{escape(t.pilots.order)} <select>{options}</select></label>'


def _bar(t: Texts) -> str:
    """What is marked to be compared; stays in view."""
    p = t.pilots
    return (
        '<div class="rw-pilots-bar" hidden><p role="status"></p><div>'
        f'<button type="button" class="rw-pilots-go" data-pilots="compare" hidden>{escape(p.compare)}</button>'
        f'<button type="button" class="rw-quiet" data-pilots="unpick">{escape(p.unpick)}</button></div></div>'
    )


def _panel(t: Texts) -> str:
    words = {**render.panel_words(t), "back": t.pilots.back_to_pilots}
    return (
        f'<div class="rw-pilots-side rw-panel-home" data-words="{_json(words)}">'
        f'<section class="rw-panel" aria-label="{escape(t.source_label)}" hidden></section></div>'
    )


# --- the filters --------------------------------------------------------------------------------------------------


def filters(shown: Shown, t: Texts) -> str:
    """A group of buttons for each facet, each value with how many pilots it would show."""
    groups = "".join(_group(facet, shown, t) for facet in CHOICES if shown.counts[facet.name])
    clear = (
        f'<button type="button" class="rw-quiet" data-pilots="clear">{escape(t.pilots.clear)}</button>'
        if chosen(shown)
        else ""
    )
    return f"{groups}{clear}"


def chosen(shown: Shown) -> int:
    """How many values are chosen."""
    return sum(len(getattr(shown.filters, facet.name)) for facet in CHOICES)


def _group(facet: Facet, shown: Shown, t: Texts) -> str:
    label = t.pilots.facets[facet.name]
    picked = getattr(shown.filters, facet.name)
    chips = "".join(_chip(facet, value, count, shown, t) for value, count in shown.counts[facet.name].items())
    inside = f'<div class="rw-chips" role="group" aria-label="{escape(label)}">{chips}</div>'
    if facet in _OPEN:
        return f'<div class="rw-pilots-facet"><h3>{escape(label)}</h3>{inside}</div>'
    opened = " open" if picked else ""
    return (
        f'<details class="rw-pilots-facet" data-facet-group="{facet.name}"{opened}>'
        f"<summary><h3>{escape(label)}</h3></summary>{inside}</details>"
    )


def _chip(facet: Facet, value: str, count: int, shown: Shown, t: Texts) -> str:
    pressed = value in getattr(shown.filters, facet.name)
    return (
        f'<button type="button" class="rw-chip" data-facet="{PARAMETERS[facet]}" data-value="{escape(value)}"'
        f' aria-pressed="{"true" if pressed else "false"}">{named(facet, value, shown.vocabulary, t)}'
        f" <small>({count})</small></button>"
    )


def count(shown: Shown, t: Texts) -> str:
    """How many pilots are left, in words."""
    p, found = t.pilots, len(shown.pilots)
    if not shown.total:
        return p.none_at_all
    if not found:
        return p.nothing
    if not chosen(shown):
        return p.count_all.format(total=shown.total)
    return (p.count_one if found == 1 else p.count_more).format(count=found, total=shown.total)


# --- the pilots ---------------------------------------------------------------------------------------------------


def listing(shown: Shown, t: Texts) -> str:
    """The pilots as cards or as a table, with the ways to save them; what to do where there are none."""
    p = t.pilots
    if not shown.pilots:
        hint = f'<p class="rw-about">{escape(p.nothing_hint)}</p>' if shown.total else ""
        clear = f'<button type="button" class="rw-pilots-second" data-pilots="clear">{escape(p.clear)}</button>'
        return f'<div class="rw-pilots-nothing">{hint}{clear if chosen(shown) else ""}</div>'
    first = replace(shown, pilots=shown.pilots[:ROWS])
    more = f'<p class="rw-about">{escape(p.only_first.format(shown=ROWS))}</p>' if len(shown.pilots) > ROWS else ""
    return (_table(first, t) if shown.view == "table" else _cards(first, t)) + more + save(shown, t)


def save(shown: Shown, t: Texts) -> str:
    """Links that take the list along, as it is filtered and ordered."""
    values = [(facet.name, value) for facet in CHOICES for value in getattr(shown.filters, facet.name)]
    return save_links("api/pilots/export", [*values, ("order", shown.order)], t)


def save_links(address: str, values: Sequence[tuple[str, str]], t: Texts) -> str:
    """Two links to a file: for Excel, and CSV."""

    def link(kind: str, label: str) -> str:
        query = urlencode([*values, ("format", kind), ("language", t.language)])
        return f'<a href="{escape(f"{address}?{query}")}" download>{escape(label)}</a>'

    links = link("xlsx", t.pilots.save_excel) + link("csv", t.pilots.save_csv)
    return f'<p class="rw-pilots-save">{links}</p>'


def _cards(shown: Shown, t: Texts) -> str:
    cards = "".join(f"<li>{_card(document, shown, t)}</li>" for document in shown.pilots)
    return f'<ul class="rw-cards" role="list">{cards}</ul>'


def _card(document: Document, shown: Shown, t: Texts) -> str:
    places = shown.places[document.id]
    summary = document.metadata.summary
    facts = "".join(
        f"<div><dt>{escape(t.pilots.facets[facet.name])}</dt><dd>{_values(facet, document, shown, t)}</dd></div>"
        for facet in (SECTOR, LEVEL, STATUS, REGION)
    )
    return (
        f'<article class="rw-card" data-card="{escape(document.id)}"><h3>{escape(document.metadata.title)}</h3>'
        f'<p class="rw-card-who">{_who(document, shown, t)}</p>'
        + (f"<p>{render.in_its_language(summary, t)}</p>" if summary else "")
        + f'<dl class="rw-card-facts">{facts}</dl>'
        f'<div class="rw-card-foot">{_sources(document, places, t)}{_pick(document, shown, t)}</div></article>'
    )


def _who(document: Document, shown: Shown, t: Texts) -> str:
    """The institutions, and with whom they work."""
    own = _values(INSTITUTION, document, shown, t)
    if not document.metadata.institutions:
        own = f'<span class="rw-silent">{escape(t.pilots.no_institution)}</span>'
    if not document.metadata.partners:
        return own
    partners = _values(PARTNER, document, shown, t)
    return f"<strong>{own}</strong> {escape(t.pilots.together)} {partners}"


def _values(facet: Facet, document: Document, shown: Shown, t: Texts) -> str:
    """The values of a facet; what the text does not bear out says so, and so does the lack of any."""
    values = facet.values(document.metadata)
    if not values:
        return f'<span class="rw-silent">{escape(t.pilots.not_stated)}</span>'
    return ", ".join(
        named(facet, value, shown.vocabulary, t)
        if value in shown.places[document.id][facet.key]
        else f"{named(facet, value, shown.vocabulary, t)}"
        f' <span class="rw-silent">({escape(t.pilots.not_in_text)})</span>'
        for value in values
    )


def named(facet: Facet, value: str, vocabulary: Vocabulary, t: Texts) -> str:
    """A value of a facet in the language of the page, escaped; marked as Dutch where it has no word in that."""
    name = vocabulary.shown(facet.key, value, t.language)
    return escape(name) if t.language == "nl" or name != value else f'<span lang="nl">{escape(value)}</span>'


def _sources(document: Document, places: Places, t: Texts) -> str:
    """The numbers of the passages that bear the card out."""
    citations = cited(document, places)
    buttons = "".join(render.citation_button(one, len(citations), t) for one in citations)
    words = t.pilots.sources_one if len(citations) == 1 else t.pilots.sources_more.format(count=len(citations))
    return f'<p class="rw-card-sources"><span>{escape(words)}</span> {buttons}</p>' if citations else ""


def cited(document: Document, places: Places) -> list[Citation]:
    """The passages that bear out what is known of a document, each once, as they are written, numbered from 1."""
    units: dict[int, Unit] = {unit.place: unit for values in places.values() for unit in values.values()}
    return [cite(document, units[place], number) for number, place in enumerate(sorted(units), start=1)]


def _pick(document: Document, shown: Shown, t: Texts) -> str:
    """A box to mark a pilot to be compared."""
    name = t.pilots.pick_of.format(title=document.metadata.title)
    return (
        f'<label class="rw-pick"><input type="checkbox" data-pick="{escape(document.id)}" aria-label="{escape(name)}"'
        f"{' checked' if document.id in shown.picked else ''}>{escape(t.pilots.pick)}</label>"
    )


# --- the table ----------------------------------------------------------------------------------------------------


def _table(shown: Shown, t: Texts) -> str:
    p = t.pilots
    heads = _head("title", p.pilot, shown, t) + "".join(
        _head(facet.name, p.facets[facet.name], shown, t) for facet in _COLUMNS
    )
    last = "".join(f'<th role="columnheader" scope="col">{escape(text)}</th>' for text in (p.sources, p.pick))
    rows = "".join(_row(document, shown, t) for document in shown.pilots)
    return (
        f'<table class="rw-pilots-table" role="table" aria-label="{escape(p.title)}"><thead role="rowgroup">'
        f'<tr role="row">{heads}{last}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _head(name: str, label: str, shown: Shown, t: Texts) -> str:
    here = shown.order.removeprefix("-") == name
    down = shown.order.startswith("-")
    sorted_by = ("descending" if down else "ascending") if here else "none"
    following = f"-{name}" if shown.order == name else name
    return (
        f'<th role="columnheader" scope="col" aria-sort="{sorted_by}">'
        f'<button type="button" data-order="{following}" title="{escape(t.pilots.sort.format(column=label))}">'
        f'{escape(label)}<span aria-hidden="true">{("↓" if down else "↑") if here else ""}</span></button></th>'
    )


def _row(document: Document, shown: Shown, t: Texts) -> str:
    places = shown.places[document.id]
    cells = "".join(
        f'<td role="cell" data-head="{escape(t.pilots.facets[facet.name])}">{_values(facet, document, shown, t)}</td>'
        for facet in _COLUMNS
    )
    citations = cited(document, places)
    numbers = "".join(render.citation_button(one, len(citations), t) for one in citations)
    return (
        f'<tr role="row"><th role="rowheader" scope="row">{escape(document.metadata.title)}</th>{cells}'
        f'<td role="cell" data-head="{escape(t.pilots.sources)}" class="rw-numbers-cell">{numbers}</td>'
        f'<td role="cell">{_pick(document, shown, t)}</td></tr>'
    )


def _json(value: object) -> str:
    return escape(json.dumps(value, ensure_ascii=False))
