"""The documents: what there is, their text in any version, the file as it came in."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from api import schemas
from api.deps import KnowledgeDep, WorkspaceDep
from kb.documents import Shelf
from kb.errors import RoutewijzerError
from kb.retrieval import passes
from kb.types import DocumentKind, Filters, Metadata

router = APIRouter(prefix="/api", tags=["documents"])
_FACETS = ("kind", "sector", "institutions", "partners", "levels", "region", "status")
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": schemas.ErrorOut}}


@router.get("/documents")
def documents(workspace: WorkspaceDep) -> schemas.DocumentsOut:
    """All live documents, with how many there are for each value of each facet."""
    rows = [schemas.DocumentOut.of(i, v, m) for i, v, m in _live(workspace.library)]
    facets = {name: Counter[str]() for name in _FACETS}
    for row in rows:
        for name, counts in facets.items():
            value = getattr(row, name)
            counts.update(value if isinstance(value, list) else [str(value)] if value else [])
    return schemas.DocumentsOut(documents=rows, facets={name: dict(counts) for name, counts in facets.items()})


@router.get("/documents/{document_id:path}/text", responses=_MISSING)
def text(document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None) -> schemas.TextOut:
    """The text that the offsets of citations point into; of an older version too, as long as it is kept."""
    return schemas.TextOut(text=workspace.library.document(document_id, version).text)


@router.get("/documents/{document_id:path}/file", responses=_MISSING, response_class=FileResponse)
def original(document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None) -> FileResponse:
    """The file as it came in, to download."""
    path = workspace.library.original(document_id, version)
    details = workspace.library.details(document_id, version)
    return FileResponse(
        path,
        filename=str(details["file_name"]),
        media_type="text/plain; charset=utf-8",
        content_disposition_type="attachment",
    )


@router.get("/documents/{document_id:path}", responses=_MISSING)
def document(
    document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None
) -> schemas.DocumentDetail:
    """What is known of one document, and its versions."""
    library = workspace.library
    found = library.document(document_id, version)
    versions = library.versions(document_id)
    row = schemas.DocumentOut.of(found.id, found.version, found.metadata)
    return schemas.DocumentDetail(
        **row.model_dump(), versions=versions, superseded=bool(versions) and found.version != versions[0]
    )


@router.get("/pilots")
def pilots(
    workspace: WorkspaceDep,
    knowledge: KnowledgeDep,
    sector: Annotated[list[str] | None, Query()] = None,
    institution: Annotated[list[str] | None, Query()] = None,
    level: Annotated[list[str] | None, Query()] = None,
    status: Annotated[list[str] | None, Query()] = None,
) -> schemas.PilotsOut:
    """The pilots, narrowed by any spelling of a sector, institution, level or status."""
    vocabulary = knowledge.vocabulary

    def canonical(facet: str, values: list[str] | None) -> tuple[str, ...]:
        return tuple(vocabulary.canonical(facet, value) or value for value in values or ())

    filters = Filters(
        sector=canonical("sector", sector),
        institution=canonical("hogescholen", institution),
        level=canonical("niveau", level),
    )
    wanted = canonical("status", status)
    rows = [
        schemas.DocumentOut.of(i, v, m)
        for i, v, m in _live(workspace.library)
        if m.kind is DocumentKind.PILOT and passes(m, filters) and (not wanted or m.status in wanted)
    ]
    return schemas.PilotsOut(pilots=rows)


def _live(shelf: Shelf) -> list[tuple[str, str, Metadata]]:
    rows = []
    for document_id in shelf.ids():
        try:
            found = shelf.document(document_id)
        except RoutewijzerError:  # removed since the list was made, or damaged on disk: `verify` names it
            continue
        rows.append((document_id, found.version, found.metadata))
    return rows
