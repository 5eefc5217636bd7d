"""The addresses below `/documenten/` from which the tab gets its HTML; each asks for the team key at every call.

Taking in, replacing, removing and releasing go to the API itself, which asks for the same key. Gradio's own upload is
not used: it takes files from anyone, and writes them to disk before anyone has looked at a key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from api import errors
from api.security import require_team
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.documents import is_id
from kb.errors import InvalidRequest, RoutewijzerError, UnknownDocument, UnknownJob
from kb.language import fold
from kb.types import Document
from ui import documents_form, documents_preview, documents_view, documents_work
from ui.addresses import texts_of
from ui.documents_view import Detail, Row
from ui.texts import Texts

PREFIX = "/documenten"
_ORDERS = frozenset({"title", "kind", "date", "pages", "language", "state"})
_LONGEST_FORM = 200_000
_JOBS_AT_ONCE = 100


def install(app: FastAPI, workspace: Workspace, jobs: Jobs) -> None:
    """Give the page's app these addresses, and the settings and error replies that they need."""
    app.state.settings = workspace.settings
    errors.install(app)
    app.include_router(_router(_Room(workspace, jobs)))


def _router(room: _Room) -> APIRouter:
    router = APIRouter(prefix=PREFIX, dependencies=[Depends(require_team)], default_response_class=HTMLResponse)
    router.add_api_route("/lijst", room.listing, methods=["GET"])
    router.add_api_route("/document", room.detail, methods=["GET"])
    router.add_api_route("/tekst", room.text, methods=["GET"])
    router.add_api_route("/werk", room.work, methods=["GET"], response_class=JSONResponse)
    router.add_api_route("/gegevens", room.describe, methods=["POST"], response_model=None)
    return router


class _Room:
    """Answers the calls; keeps nothing of any visitor."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._workspace = workspace
        self._jobs = jobs

    def listing(
        self,
        request: Request,
        search: Annotated[str, Query(alias="zoek", max_length=200)] = "",
        order: Annotated[str, Query(alias="orde", max_length=20)] = "title",
    ) -> HTMLResponse:
        """The documents that hold the words, in the order that was asked for."""
        t = texts_of(request)
        words = fold(search).split()
        found = [document for document in self._workspace.library.live() if _holds(document, words)]
        rows = [Row(one, self._held(one), "") for one in found]
        key = order.lstrip("-") if order.lstrip("-") in _ORDERS else "title"
        rows.sort(key=lambda row: _sort_key(row, key, t), reverse=order.startswith("-"))
        shown = [Row(row.document, row.held, self._described_by(row.document)) for row in rows[: documents_view.ROWS]]
        order = f"-{key}" if order.startswith("-") else key
        return HTMLResponse(documents_view.listing(shown, len(rows), order, bool(words), t))

    def detail(self, request: Request, document_id: Annotated[str, Query(alias="id", max_length=1000)]) -> HTMLResponse:
        """One document as it is now."""
        library = self._workspace.library
        document = library.document(document_id)
        details = library.details(document_id, document.version)
        report = library.report(document_id, document.version)
        by = self._described_by(document)
        form = documents_form.form_of(document, by, report.get("proposal") or {}, self._workspace.knowledge.vocabulary)
        shown = Detail(
            document=document,
            held=self._held(document),
            in_corpus=self._workspace.in_corpus(document_id),
            file_name=str(details.get("file_name", "")),
            versions=tuple(library.versions(document_id)),
            report=report,
            form=form,
        )
        return HTMLResponse(documents_view.detail(shown, texts_of(request)))

    def text(
        self,
        request: Request,
        document_id: Annotated[str, Query(alias="id", max_length=1000)],
        version: Annotated[str | None, Query(alias="versie", max_length=12)] = None,
        first: Annotated[int, Query(alias="vanaf", ge=0, le=1_000_000)] = 0,
    ) -> HTMLResponse:
        """The text of a version in its pieces, from one piece on."""
        library = self._workspace.library
        document = library.document(document_id, version)
        chunks = library.chunks(document_id, document.version)
        return HTMLResponse(documents_preview.pieces(document, chunks, first, texts_of(request)))

    def work(self, request: Request, ids: Annotated[list[str], Query(alias="id", max_length=_JOBS_AT_ONCE)]) -> Any:
        """How some jobs stand."""
        t = texts_of(request)
        return JSONResponse([self._job(job_id, t) for job_id in ids])

    async def describe(
        self, request: Request, document_id: Annotated[str, Query(alias="id", max_length=1000)]
    ) -> HTMLResponse | JSONResponse:
        """Take a form with metadata: the job that saves it (202), or the form again with what is wrong (422)."""
        given = await _sent(request)
        return await run_in_threadpool(self._describe, document_id, given, texts_of(request))

    def _describe(self, document_id: str, given: dict[str, Any], t: Texts) -> HTMLResponse | JSONResponse:
        if not is_id(document_id) or self._workspace.library.current(document_id) is None:
            raise UnknownDocument(document_id)
        vocabulary = self._workspace.knowledge.vocabulary
        values, wrong = documents_form.checked(given, vocabulary, t)
        if not wrong and values:
            return JSONResponse({"id": self._jobs.describe(document_id, values).id}, 202)
        document = self._workspace.library.document(document_id)
        report = self._workspace.library.report(document_id)
        form = documents_form.Form(
            values={**documents_form.sent(given), **values},
            described_by=self._described_by(document),
            known=documents_form.known_values(vocabulary),
            proposal=report.get("proposal") or {},
            errors=wrong,
        )
        return HTMLResponse(documents_form.form(form, document_id, t), 422)

    def _job(self, job_id: str, t: Texts) -> dict[str, Any]:
        try:
            job = self._jobs.get(job_id)
        except UnknownJob:
            return {"id": job_id, "state": "failed", "kind": "", "touched": [], "html": documents_work.lost(t)}
        return {
            "id": job.id,
            "state": job.state,
            "kind": job.kind,
            "touched": list(_touched(job.report or {})),
            "html": documents_work.job(job, t),
        }

    def _held(self, document: Document) -> bool:
        return self._workspace.library.quarantined(document.id, document.version)

    def _described_by(self, document: Document) -> str:
        try:
            found = str(self._workspace.library.details(document.id, document.version).get("described_by", "file"))
        except RoutewijzerError:
            return "file"
        return found if found in {"file", "guess", "team"} else "file"


def _touched(report: dict[str, Any]) -> Iterable[str]:
    return (str(row["id"]) for group in ("added", "replaced", "unchanged") for row in report.get(group, ()))


def _holds(document: Document, words: list[str]) -> bool:
    about = fold(f"{document.metadata.title} {document.id} {document.path}")
    return all(word in about for word in words)


def _sort_key(row: Row, key: str, t: Texts) -> tuple[Any, str]:
    document = row.document
    title = fold(document.metadata.title)
    values: dict[str, Any] = {
        "title": title,
        "kind": t.kinds[document.metadata.kind],
        "date": document.metadata.date or "",
        "pages": len(document.pages),
        "language": document.metadata.language,
        "state": row.held,
    }
    return values[key], title


async def _sent(request: Request) -> dict[str, Any]:
    """The form that was sent, read only after the key was found right. Raises `InvalidRequest`."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            raise InvalidRequest("Het formulier is te lang.", "The form is too long.")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise InvalidRequest("Dit is geen formulier.", "This is not a form.")
    return given
