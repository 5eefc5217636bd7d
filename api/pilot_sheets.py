"""Pilots as tables for a spreadsheet: the list and the comparison, each with the passages that bear them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.schemas import CitationOut
from api.sheets import Sheet
from kb.attestation import Places
from kb.citations import cite
from kb.comparison import Cell, Comparison
from kb.facets import CHOICES
from kb.types import Citation, Document, Language


@dataclass(frozen=True, slots=True)
class _Words:
    """The heads of the columns in one language."""

    pilots: str
    comparison: str
    sources: str
    pilot: str
    facets: Mapping[str, str]
    period: str
    summary: str
    where: str
    subject: str
    says: str
    silent: str
    number: str
    quote: str
    section: str
    page: str
    document: str
    version: str
    date: str
    link: str
    website: str
    source_of: str


_WORDS: dict[Language, _Words] = {
    "nl": _Words(
        "Pilots", "Vergelijking", "Bronnen", "Pilot",
        {
            "sector": "Sector", "level": "Niveau", "status": "Status", "institution": "Hogescholen",
            "partner": "Branche en partners", "region": "Regio",
        },
        "Periode", "In één zin", "Waar het staat", "Kenmerk", "Wat er staat", "niet vermeld", "Nummer", "Citaat",
        "Paragraaf", "Bladzijde", "Document", "Versie", "Datum", "Link", "Website van de bron", "bron: {pilot}",
    ),
    "en": _Words(
        "Pilots", "Comparison", "Sources", "Pilot",
        {
            "sector": "Sector", "level": "Level", "status": "Status", "institution": "Universities of applied sciences",
            "partner": "Sector organisations and partners", "region": "Region",
        },
        "Period", "In one sentence", "Where it is written", "Subject", "What it says", "not stated", "Number", "Quote",
        "Section", "Page", "Document", "Version", "Date", "Link", "Website of the source", "source: {pilot}",
    ),
}  # fmt: skip


def listed(
    documents: Sequence[Document], places: Callable[[str], Places], language: Language, address: str
) -> tuple[Sheet, Sheet]:
    """The list of pilots, and where each value of it is written; `address`: that of this server, for the links."""
    w = _WORDS[language]
    heads = [
        w.pilot, *(w.facets[f.name] for f in CHOICES), w.period, w.summary, w.where, w.document, w.version, w.date,
        w.link, w.website,
    ]  # fmt: skip
    rows, sources = [], []
    for document in documents:
        metadata, found = document.metadata, list(_values(document, places(document.id), w))
        cited = [f"{value}: {_reference(c, w, address)}" for _, value, c in found if c]
        own = _Own(document, address)
        rows.append(
            [
                metadata.title, *(", ".join(f.values(metadata)) for f in CHOICES), metadata.period or "",
                metadata.summary or "", "\n".join(cited), *own.row,
            ]
        )  # fmt: skip
        for label, value, citation in found:
            where = _passage(citation, address) if citation else [w.silent, "", "", *own.row]
            sources.append([metadata.title, label, value, *where])
    about = [w.pilot, w.subject, w.says, *_source_heads(w)]
    return Sheet(w.pilots, heads, rows), Sheet(w.sources, about, sources)


def compared(comparison: Comparison, language: Language, address: str, inline: bool) -> tuple[Sheet, Sheet]:
    """The comparison, and its sources by number; `inline`: the sources stand in columns of their own too."""
    w = _WORDS[language]
    titles = [document.metadata.title for document in comparison.documents]
    heads = [w.subject]
    for title in titles:
        heads += [title, w.source_of.format(pilot=title)] if inline else [title]
    rows = []
    for row in comparison.rows:
        cells = [row.rule.labels[language]]
        for cell in row.cells:
            cells.append(_said(cell, w, numbered=not inline))
            if inline:
                used = dict.fromkeys(said.citation for said in cell)
                cells.append("\n".join(_reference(comparison.citations[n - 1], w, address) for n in used))
        rows.append(cells)
    sources = [[f"[{c.number}]", c.title, *_passage(c, address)] for c in comparison.citations]
    return Sheet(w.comparison, heads, rows), Sheet(w.sources, [w.number, w.pilot, *_source_heads(w)], sources)


class _Own:
    """What the columns say of a document itself."""

    def __init__(self, document: Document, address: str) -> None:
        metadata = document.metadata
        website = next((source.url for source in metadata.sources if source.url), "")
        link = f"{address}/api/documents/{document.id}/text?version={document.version}"
        self.row = [document.id, document.version, metadata.date or "", link, website or ""]


def _values(document: Document, places: Places, w: _Words) -> Iterator[tuple[str, str, Citation | None]]:
    """Each value of each facet, with its citation where the text bears it out."""
    for facet in CHOICES:
        for value in facet.values(document.metadata):
            unit = places[facet.key].get(value)
            yield w.facets[facet.name], value, cite(document, unit) if unit else None


def _said(cell: Cell, w: _Words, numbered: bool) -> str:
    if not cell:
        return w.silent
    return "; ".join(f"{said.text} [{said.citation}]" if numbered else said.text for said in cell)


def _source_heads(w: _Words) -> list[str]:
    return [w.quote, w.section, w.page, w.document, w.version, w.date, w.link, w.website]


def _passage(citation: Citation, address: str) -> list[str]:
    """A citation as cells, in the order of `_source_heads`."""
    return [
        citation.quote, " › ".join(citation.section), str(citation.page or ""), citation.document_id, citation.version,
        citation.date or "", address + CitationOut.of(citation).link, citation.url or "",
    ]  # fmt: skip


def _reference(citation: Citation, w: _Words, address: str) -> str:
    """A citation as one text."""
    section = citation.section[-1:] if citation.section[-1:] != (citation.title,) else ()
    page = f"{w.page.lower()} {citation.page}" if citation.page else ""
    where = [citation.document_id, f"{w.version.lower()} {citation.version}", *section, page]
    link = address + CitationOut.of(citation).link
    return f"“{citation.quote}” ({', '.join(filter(None, where))}, {link})"
