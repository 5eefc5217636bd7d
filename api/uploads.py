"""Files that come in over HTTP. How long a form may be, `api/limits.py` sees to before this is reached."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from api.job_schemas import MetadataIn
from kb.errors import InvalidRequest

FILES_AT_ONCE = 50


async def form_of(request: Request) -> tuple[list[tuple[str, bytes]], dict[str, Any] | None]:
    """The files and the metadata of a multipart form. Raises `InvalidRequest` where the form is not whole."""
    try:
        async with request.form(max_files=FILES_AT_ONCE, max_fields=20) as form:
            files = [
                (item.filename or "document", await item.read())
                for _, item in form.multi_items()
                if isinstance(item, UploadFile)
            ]
            fields = {key: str(value) for key, value in form.multi_items() if not isinstance(value, UploadFile)}
    except (StarletteHTTPException, ClientDisconnect) as error:
        if isinstance(error, StarletteHTTPException) and error.status_code == 413:
            raise
        raise InvalidRequest(
            "De aanvraag is geen volledig formulier met bestanden (multipart/form-data).",
            "The request is no complete form with files (multipart/form-data).",
        ) from None
    return files, _metadata(fields)


def _metadata(fields: dict[str, str]) -> dict[str, Any] | None:
    """The metadata of a form: the field `metadata` holds JSON; `kind` may be a field of its own."""
    given: dict[str, Any] = {}
    if fields.get("metadata"):
        try:
            loaded = json.loads(fields["metadata"])
        except (ValueError, RecursionError):
            loaded = None
        if not isinstance(loaded, dict):
            raise InvalidRequest("'metadata' moet een JSON-object zijn.", "'metadata' must be a JSON object.")
        given = loaded
    if fields.get("kind"):
        given["kind"] = fields["kind"]
    if unknown := fields.keys() - {"metadata", "kind"}:
        names = ", ".join(sorted(unknown))
        raise InvalidRequest(f"Onbekende velden: {names}.", f"Unknown fields: {names}.")
    try:
        return MetadataIn.model_validate(given).given() or None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(str(p) for p in f['loc'])}: {f['msg']}" for f in error.errors())
        raise InvalidRequest(f"De metadata kloppen niet: {faults}.", f"The metadata are wrong: {faults}.") from None
