"""The pilots: as records, some of them side by side, and both as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api import document_schemas, pilot_sheets
from api.deps import KnowledgeDep
from api.error_schemas import ErrorOut
from api.errors import language_of
from api.pilot_schemas import ComparisonOut, PilotsOut
from api.security import require_reader
from api.sheets import XLSX, Sheet, as_file
from kb import facets
from kb.comparison import Comparison
from kb.errors import InvalidRequest, UnknownDocument
from kb.knowledge_base import KnowledgeBase
from kb.snapshot import Snapshot
from kb.types import Document, DocumentKind, Filters, Language

FEWEST, MOST = 2, 4
"""Pilots that are compared at once; more would not fit beside each other."""
router = APIRouter(prefix="/api", tags=["pilots"], dependencies=[Depends(require_reader)])
_FAULTS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorOut},
    422: {"model": ErrorOut},
}
_FILES: dict[int | str, dict[str, Any]] = {
    **_FAULTS,
    200: {
        "content": {
            "text/csv": {},
            XLSX: {},
        }
    },
}

Values = Annotated[list[str] | None, Query(max_length=100)]
Format = Annotated[Literal["csv", "xlsx"], Query(description="The kind of file.")]
Words = Annotated[Literal["nl", "en"] | None, Query(description="Language; without it that of Accept-Language.")]
Order = Annotated[str, Query(max_length=20, description="title, date or a filter; with a minus sign downwards.")]
Ids = Annotated[list[str], Query(max_length=100, description="Ids of pilots, repeated or with commas between them.")]


def _chosen(
    sector: Values = None,
    institution: Values = None,
    level: Values = None,
    status: Values = None,
    partner: Values = None,
    region: Values = None,
) -> dict[str, list[str]]:
    """What is picked of each filter."""
    picked = {
        "sector": sector,
        "institution": institution,
        "level": level,
        "status": status,
        "partner": partner,
        "region": region,
    }
    return {name: values or [] for name, values in picked.items()}


Chosen = Annotated[dict[str, list[str]], Depends(_chosen)]


@router.get("/pilots", responses={422: {"model": ErrorOut}})
def pilots(
    knowledge: KnowledgeDep,
    chosen: Chosen,
    order: Order = "title",
) -> PilotsOut:
    """The pilots, narrowed by any spelling of a value: several of one filter widen, several filters narrow."""
    snapshot = knowledge.snapshot
    filters = facets.filters_of(chosen, knowledge.vocabulary)
    every = of_kind_pilot(snapshot)
    return PilotsOut(
        pilots=[document_schemas.DocumentOut.of(d.id, d.version, d.metadata) for d in shown(snapshot, filters, order)],
        total=len(every),
        facets=facets.counts(every, filters, knowledge.vocabulary),
    )


@router.get("/pilots/export", responses=_FILES, response_class=Response)
def export(
    request: Request,
    knowledge: KnowledgeDep,
    chosen: Chosen,
    format: Format = "xlsx",
    language: Words = None,
    order: Order = "title",
) -> Response:
    """The same as a file, each value with the passage that bears it out, its document, version and link."""
    snapshot = knowledge.snapshot
    found = shown(snapshot, facets.filters_of(chosen, knowledge.vocabulary), order)
    words: Language = language or _language(request)
    sheets = pilot_sheets.listed(
        found, lambda one: knowledge.comparisons.places(snapshot, one), words, _address(request)
    )
    return _file("pilots", sheets, format, words)


@router.get("/pilots/compare", responses=_FAULTS)
def compare(request: Request, knowledge: KnowledgeDep, ids: Ids) -> ComparisonOut:
    """Two to four pilots side by side; a cell has its citation, or is null where the document is silent."""
    return ComparisonOut.of(compared(knowledge, ids), _language(request))


@router.get("/pilots/compare/export", responses=_FILES, response_class=Response)
def export_comparison(
    request: Request, knowledge: KnowledgeDep, ids: Ids, format: Format = "xlsx", language: Words = None
) -> Response:
    """The comparison as a file, with the passages that its cells come from."""
    words: Language = language or _language(request)
    comparison = compared(knowledge, ids)
    sheets = pilot_sheets.compared(comparison, words, _address(request), inline=format == "csv")
    return _file("vergelijking" if words == "nl" else "comparison", sheets, format, words)


def of_kind_pilot(snapshot: Snapshot) -> list[Document]:
    """The pilots that may be answered from now."""
    documents = (snapshot.document(document_id) for document_id in snapshot.versions)
    return [document for document in documents if document.metadata.kind is DocumentKind.PILOT]


def compared(knowledge: KnowledgeBase, ids: Sequence[str]) -> Comparison:
    """Two to four pilots side by side. Raises `InvalidRequest`, `UnknownDocument`."""
    wanted = list(dict.fromkeys(one.strip() for text in ids for one in text.split(",") if one.strip()))
    if not FEWEST <= len(wanted) <= MOST:
        raise InvalidRequest(
            f"Kies {FEWEST} tot {MOST} pilots om te vergelijken; dit zijn er {len(wanted)}.",
            f"Choose {FEWEST} to {MOST} pilots to compare; these are {len(wanted)}.",
        )
    known = {document.id for document in of_kind_pilot(knowledge.snapshot)}
    for document_id in wanted:
        if document_id not in known:
            raise UnknownDocument(document_id)
    return knowledge.compare(wanted)


def shown(snapshot: Snapshot, filters: Filters, order: str) -> list[Document]:
    """The pilots that pass, in order. Raises `InvalidRequest` for an order that there is not."""
    passing = facets.narrowed(of_kind_pilot(snapshot), filters)
    try:
        return facets.in_order(passing, order, snapshot.vocabulary)
    except ValueError:
        names = ", ".join(sorted(facets.ORDERS))
        raise InvalidRequest(f"De volgorde kan zijn: {names}.", f"The order can be: {names}.") from None


def _language(request: Request) -> Language:
    return "en" if language_of(request) == "en" else "nl"


def _address(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _file(name: str, sheets: Sequence[Sheet], kind: str, language: Language) -> Response:
    """The tables as a download; CSV holds one table, so that its sources stand in it."""
    content, media = as_file(sheets, kind, language)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-cache"}
    return Response(content, media_type=media, headers=headers)
