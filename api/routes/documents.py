"""The documents: what there is, their text in any version, the file as it came in."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from api import document_schemas, reading_page
from api.deps import WorkspaceDep
from api.error_schemas import ErrorOut
from api.errors import language_of
from api.security import require_reader
from kb.documents import Shelf

router = APIRouter(prefix="/api", tags=["documents"], dependencies=[Depends(require_reader)])
_FACETS = ("kind", "sector", "institutions", "partners", "levels", "region", "status")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA = {
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
}
"""What a browser may know of an original; all else, web pages too, is handed out as plain text."""
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorOut}}


@router.get("/documents")
def documents(workspace: WorkspaceDep) -> document_schemas.DocumentsOut:
    """All live documents, with how many there are for each value of each facet."""
    rows = [document_schemas.DocumentOut.of(d.id, d.version, d.metadata) for d in workspace.library.live()]
    facets = {name: Counter[str]() for name in _FACETS}
    for row in rows:
        for name, counts in facets.items():
            value = getattr(row, name)
            counts.update(value if isinstance(value, list) else [str(value)] if value else [])
    return document_schemas.DocumentsOut(documents=rows, facets={name: dict(counts) for name, counts in facets.items()})


@router.get("/documents/{document_id:path}/text", responses=_MISSING, response_model=document_schemas.TextOut)
def text(
    request: Request, document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None
) -> Any:
    """The text that the offsets of citations point into; of an older version too, as long as it is kept.

    A browser that opens this address, as from a link in a spreadsheet, gets the same text as a page to read.
    """
    found = workspace.library.document(document_id, version)
    later = _later(workspace.library, document_id, found.version)
    if reading_page.is_wanted(request):
        english = language_of(request) == "en"
        return HTMLResponse(reading_page.page(found, later is not None, english), headers={"Vary": "Accept"})
    return document_schemas.TextOut(text=found.text, version=found.version, superseded_by=later)


@router.get(
    "/documents/{document_id:path}/pages/{number}.png",
    responses={**_MISSING, 200: {"content": {"image/png": {}}}},
    response_class=Response,
)
def page(
    document_id: str,
    number: int,
    workspace: WorkspaceDep,
    version: Annotated[str | None, Query()] = None,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """A page of the original PDF as a picture, with the characters `text[start:end]` of that version marked."""
    picture = workspace.pages.png(document_id, version, number, start, end)
    # the picture of a version never changes
    cache = "private, max-age=86400" if version else "no-cache"
    return Response(picture, media_type="image/png", headers={"Cache-Control": cache})


@router.get("/documents/{document_id:path}/file", responses=_MISSING, response_class=FileResponse)
def original(document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None) -> FileResponse:
    """The file as it came in, to download."""
    path = workspace.library.original(document_id, version)
    details = workspace.library.details(document_id, version)
    return FileResponse(
        path,
        filename=str(details["file_name"]),
        media_type=_MEDIA.get(path.suffix, "text/plain; charset=utf-8"),
        content_disposition_type="attachment",
    )


@router.get("/documents/{document_id:path}", responses=_MISSING)
def document(
    document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None
) -> document_schemas.DocumentDetail:
    """What is known of one document, and its versions."""
    library = workspace.library
    found = library.document(document_id, version)
    row = document_schemas.DocumentOut.of(found.id, found.version, found.metadata)
    later = _later(library, document_id, found.version)
    return document_schemas.DocumentDetail(
        **row.model_dump(),
        versions=library.versions(document_id),
        superseded=later is not None,
        superseded_by=later,
        quarantined=library.quarantined(document_id, found.version),
        pages=len(found.pages),
        drawable=library.original(document_id, found.version).suffix == ".pdf",
        questions=[
            document_schemas.ExpectedOut(section=expected.section, questions=list(expected.questions))
            for expected in found.metadata.questions
        ],
    )


def _later(shelf: Shelf, document_id: str, version: str) -> str | None:
    """The live version, where it is another than this one."""
    current = shelf.current(document_id)
    return current if current != version else None
