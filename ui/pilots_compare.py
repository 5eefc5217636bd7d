"""Pilots side by side as HTML: a table with row and column heads, in which every cell has its number."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from kb.comparison import Cell, Comparison, Row
from kb.facets import CHOICES
from kb.types import Document
from kb.vocabulary import Vocabulary
from ui import render
from ui.pilots_view import named, save_links
from ui.texts import Texts


def comparison(found: Comparison, vocabulary: Vocabulary, t: Texts) -> str:
    """The whole: its heading, the table, and the ways to save it."""
    p = t.pilots
    ids = ",".join(document.id for document in found.documents)
    return (
        f'<div class="rw-pilots-top"><h2 tabindex="-1">{escape(p.compared.format(count=len(found.documents)))}</h2>'
        f'<button type="button" class="rw-quiet" data-pilots="back">{escape(p.back)}</button></div>'
        f'<p class="rw-about">{escape(p.compared_hint)}</p>'
        f"{_table(found, vocabulary, t)}{save_links('api/pilots/compare/export', [('ids', ids)], t)}"
    )


def _table(found: Comparison, vocabulary: Vocabulary, t: Texts) -> str:
    p = t.pilots
    heads = "".join(_head(document, len(found.documents), t) for document in found.documents)
    rows = "".join(_row(row, found, vocabulary, t) for row in found.rows)
    name = p.compared.format(count=len(found.documents))
    return (
        f'<div class="rw-compare-scroll" role="region" tabindex="0" aria-label="{escape(name)}">'
        f'<table class="rw-compare" role="table" aria-label="{escape(name)}"><thead role="rowgroup"><tr role="row">'
        f'<th role="columnheader" scope="col">{escape(p.subject)}</th>{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _head(document: Document, total: int, t: Texts) -> str:
    """The name of a pilot above its column, with a way to take it out where two are left then."""
    title = document.metadata.title
    name = t.pilots.remove_of.format(title=title)
    take_out = (
        f'<button type="button" class="rw-quiet" data-drop="{escape(document.id)}" aria-label="{escape(name)}">'
        f"{escape(t.pilots.remove)}</button>"
        if total > 2
        else ""
    )
    return f'<th role="columnheader" scope="col"><span>{escape(title)}</span>{take_out}</th>'


def _row(row: Row, found: Comparison, vocabulary: Vocabulary, t: Texts) -> str:
    facet = next((facet for facet in CHOICES if facet.key == row.rule.facet), None)

    def said(text: str) -> str:
        return named(facet, text, vocabulary, t) if facet else render.in_its_language(text, t)

    cells = "".join(
        f'<td role="cell" data-head="{escape(document.metadata.title)}">'
        f"{_cell(row, document, cell, found, said, t)}</td>"
        for document, cell in zip(found.documents, row.cells, strict=True)
    )
    return f'<tr role="row"><th role="rowheader" scope="row">{escape(row.rule.labels[t.language])}</th>{cells}</tr>'


def _cell(row: Row, document: Document, cell: Cell, found: Comparison, named_as: Callable[[str], str], t: Texts) -> str:
    """What a pilot says, each passage with its number; else that it does not say it."""
    said = _by_number(cell, found, named_as, t)
    label = _unsaid(row, document, cell)
    if not said:
        said = f'<span class="rw-silent">{escape(t.pilots.not_stated)}</span>'
    note = (
        f'<span class="rw-about">{escape(t.pilots.label_only.format(values=", ".join(label)))}</span>' if label else ""
    )
    return said + note


def _by_number(cell: Cell, found: Comparison, named_as: Callable[[str], str], t: Texts) -> str:
    """The values that rest on one passage together, and then its number."""
    groups: dict[int, list[str]] = {}
    for said in cell:
        groups.setdefault(said.citation, []).append(named_as(said.text))
    total = len(found.citations)
    return "".join(
        f"<span>{', '.join(texts)}{render.citation_button(found.citations[number - 1], total, t)}</span>"
        for number, texts in groups.items()
    )


def _unsaid(row: Row, document: Document, cell: Cell) -> list[str]:
    """The values that the metadata has for a row and the text does not bear out."""
    facet = next((facet for facet in CHOICES if facet.key == row.rule.facet), None)
    said = {one.text for one in cell}
    return [value for value in facet.values(document.metadata) if value not in said] if facet else []
