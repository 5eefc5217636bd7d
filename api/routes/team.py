"""What the programme team does: take documents in, replace, describe, release and remove them, and follow the work."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api import job_schemas
from api.deps import JobsDep, WorkspaceDep
from api.deps import jobs_of as _jobs
from api.error_schemas import ErrorOut
from api.security import require_team
from api.uploads import form_of
from ingest import front_matter
from ingest.jobs import Job
from ingest.workspace import Workspace
from kb.errors import InvalidRequest, UnknownDocument

_ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut} for status in (401, 404, 413, 422, 503)}
router = APIRouter(prefix="/api", tags=["team"], dependencies=[Depends(require_team)], responses=_ERRORS)

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "metadata": {"type": "string", "description": "JSON with the fields of MetadataIn."},
                        "kind": {"type": "string", "description": "The kind alone, for who has no other metadata."},
                    },
                }
            }
        },
    }
}


@router.post("/documents", status_code=202, openapi_extra=_FORM)
async def add(request: Request, response: Response, workspace: WorkspaceDep, jobs: JobsDep) -> job_schemas.JobOut:
    """Take in one or more files; a file with the name of a document that is there becomes its new version."""
    files, metadata = await form_of(request)
    if not files:
        raise InvalidRequest("Er is geen bestand meegestuurd (veld 'file').", "No file was sent (field 'file').")
    checked = _checked(metadata, workspace)
    return _accepted(await run_in_threadpool(jobs.add, files, checked), response)


@router.post("/documents/fetch", status_code=202)
def fetch(body: job_schemas.UrlIn, response: Response, workspace: WorkspaceDep, jobs: JobsDep) -> job_schemas.JobOut:
    """Take in a web page, or a file on the web, by its address. Addresses inside the network are refused."""
    return _accepted(jobs.fetch(body.url, _checked(body.metadata.given(), workspace)), response)


@router.put("/documents/{document_id:path}", status_code=202, openapi_extra=_FORM)
async def replace(
    document_id: str, request: Request, response: Response, workspace: WorkspaceDep, jobs: JobsDep
) -> job_schemas.JobOut:
    """Give a document a new version: another file, other metadata, or both."""
    _must_exist(document_id, workspace)
    files, metadata = await form_of(request)
    checked = _checked(metadata, workspace)
    if len(files) == 1:
        return _accepted(await run_in_threadpool(jobs.add, files, checked, document_id), response)
    if files or not checked:
        raise InvalidRequest("Stuur één bestand, of metadata, of beide.", "Send one file, or metadata, or both.")
    return _accepted(jobs.describe(document_id, checked), response)


@router.delete("/documents/{document_id:path}", status_code=202)
def remove(document_id: str, response: Response, workspace: WorkspaceDep, jobs: JobsDep) -> job_schemas.JobOut:
    """Take a document out, with all its versions and from every index."""
    _must_exist(document_id, workspace)
    return _accepted(jobs.remove(document_id), response)


@router.get("/documents/{document_id:path}/report")
def report(
    document_id: str, workspace: WorkspaceDep, version: Annotated[str | None, Query()] = None
) -> job_schemas.DocumentReportOut:
    """What was found in a document: pages, language, sections, what is suspicious, what its metadata may be."""
    library = workspace.library
    chosen = library.document(document_id, version).version
    found = library.report(document_id, chosen)
    return job_schemas.DocumentReportOut(
        id=document_id,
        version=chosen,
        quarantined=library.quarantined(document_id, chosen),
        described_by=str(library.details(document_id, chosen).get("described_by", "file")),
        inspection=found.get("inspection", {}),
        proposal=found.get("proposal", {}),
        near=found.get("near", []),
        notices=found.get("notices", []),
    )


@router.post("/documents/{document_id:path}/release", status_code=204)
def release(document_id: str, request: Request, workspace: WorkspaceDep) -> None:
    """Let a document that was set apart be used in answers."""
    if workspace.leads:
        workspace.release(document_id)
    else:
        _jobs(request).by_leader("release", document_id)


@router.post("/documents/{document_id:path}/withhold", status_code=204)
def withhold(document_id: str, request: Request, workspace: WorkspaceDep) -> None:
    """Keep a document out of answers until it is released."""
    if workspace.leads:
        workspace.withhold(document_id)
    else:
        _jobs(request).by_leader("withhold", document_id)


@router.get("/jobs")
def latest(jobs: JobsDep, count: Annotated[int, Query(ge=1, le=200)] = 50) -> job_schemas.JobsOut:
    """The latest jobs, the newest first."""
    return job_schemas.JobsOut(jobs=[job_schemas.JobOut.of(job) for job in jobs.latest(count)])


@router.get("/jobs/{job_id}")
def job(job_id: str, jobs: JobsDep) -> job_schemas.JobOut:
    """How a job stands."""
    return job_schemas.JobOut.of(jobs.get(job_id))


def _accepted(job: Job, response: Response) -> job_schemas.JobOut:
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job_schemas.JobOut.of(job)


def _checked(metadata: dict[str, Any] | None, workspace: Workspace) -> dict[str, Any] | None:
    """Metadata with canonical values. Raises `FrontMatterError` with every fault."""
    if not metadata:
        return None
    return front_matter.checked(metadata, "metadata", workspace.knowledge.vocabulary)


def _must_exist(document_id: str, workspace: Workspace) -> None:
    if workspace.library.current(document_id) is None:
        raise UnknownDocument(document_id)
