"""The published contract: what FastAPI derives from the routes, completed with examples and with every error.

Errors have one shape, so that FastAPI's own for requests out of form is taken out: it is never sent.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.contract_examples import EXAMPLES, LISTS, PARAMETERS, STREAMS
from api.error_schemas import ErrorOut, OpenAIErrorOut
from api.reply import OPENAI

_JSON = "application/json"
_WHY = {
    400: "The request cannot be read.",
    401: "The key is missing or wrong.",
    404: "There is no such thing.",
    403: "Another site may not do this.",
    408: "The body came in too slowly.",
    413: "The body is too large.",
    422: "The request is not in form, or asks what cannot be.",
    429: "Too many requests; `Retry-After` says in how many seconds to try again.",
    500: "Something went wrong on our side.",
    507: "The server's disk is full or takes no writing; nothing was stored.",
    503: "Still starting, or very busy; `Retry-After` says in how many seconds to try again.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_UNLIMITED = ("/api/health", "/api/ready")


def install(app: FastAPI) -> None:
    """Let the app publish the completed contract."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    description=app.description,
                    routes=app.routes,
                    tags=app.openapi_tags,
                )
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(contract: dict[str, Any]) -> dict[str, Any]:
    records = contract["components"]["schemas"]
    for model in (ErrorOut, OpenAIErrorOut):
        for name, schema in _parts(model).items():
            records.setdefault(name, schema)
    for path, operations in contract["paths"].items():
        for operation in operations.values():
            _complete_operation(path, operation)
    for name in ("HTTPValidationError", "ValidationError"):
        records.pop(name, None)
    for name, example in EXAMPLES.items():
        if name in records:
            records[name].setdefault("examples", [example])
    return contract


def _complete_operation(path: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        known = PARAMETERS.get(parameter["name"])
        if known is not None:
            parameter.setdefault("description", known[0])
            parameter.setdefault("example", known[1])
    replies = operation["responses"]
    for code, reply in replies.items():
        content = reply.get("content", {}).get(_JSON, {})
        item = content.get("schema", {}).get("items", {}).get("$ref", "").rpartition("/")[2]
        if item in LISTS:
            content.setdefault("example", LISTS[item])
        if code == "200" and "text/event-stream" in reply.get("content", {}):
            reply["content"]["text/event-stream"] = {"example": STREAMS[path]}
    shape = "OpenAIErrorOut" if path.startswith(OPENAI) else "ErrorOut"
    for status in _errors_of(path, operation):
        found = replies.setdefault(str(status), {"description": _WHY[status]})
        found["description"] = _WHY[status]
        found["content"] = {_JSON: {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
        if status in {429, 503}:
            found["headers"] = _RETRY
    if path.startswith(OPENAI):
        replies.pop("422", None)
    operation["responses"] = dict(sorted(replies.items()))


def _errors_of(path: str, operation: dict[str, Any]) -> list[int]:
    """What may go wrong with any call of this kind, besides what the route names itself."""
    if path in _UNLIMITED:
        return []
    found = {429, 500, 503}
    if operation.get("security"):
        found.add(401)
    if "requestBody" in operation:
        found |= {400, 403, 408, 413, 422, 507}
    if operation.get("parameters"):
        found.add(422)
    if path.startswith(OPENAI):
        found = (found - {422}) | {400, 404}
    return sorted(found)


def _parts(model: Any) -> dict[str, Any]:
    """A record and those within it, as components."""
    whole = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**whole.pop("$defs", {}), model.__name__: whole}
