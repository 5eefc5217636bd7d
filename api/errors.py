"""Every error becomes one shape; which status belongs to which error stands in one table.

Below `/v1/` the shape is OpenAI's, as that is what the programs there read.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from api.reply import HEADERS, OPENAI, route_path
from kb import errors

STATUS: dict[type[errors.RoutewijzerError], int] = {
    errors.InvalidQuestion: 422,
    errors.UnsupportedFormat: 415,
    errors.DocumentError: 422,
    errors.InvalidRequest: 422,
    errors.UnknownDocument: 404,
    errors.UnknownPage: 404,
    errors.UnknownJob: 404,
    errors.LibraryInUse: 409,
    errors.StoreError: 503,
    errors.DiskRefuses: 507,
    errors.ModelUnavailable: 503,
    errors.SettingsError: 500,
    errors.RoutewijzerError: 500,
}
_HTTP = {
    400: ("bad_request", "De aanvraag kan niet worden gelezen.", "The request cannot be read."),
    401: ("unauthorized", "Hiervoor is de sleutel van het programmateam nodig.", "This needs the team's key."),
    403: ("forbidden", "Dit mag hier niet.", "This is not allowed here."),
    404: ("not_found", "Dit adres bestaat niet.", "There is no such address."),
    405: ("method_not_allowed", "Dit kan niet op dit adres.", "This cannot be done at this address."),
    413: ("too_large", "Dit is te groot.", "This is too large."),
    415: ("unsupported_format", "Dit soort inhoud kan niet worden gelezen.", "This kind of content cannot be read."),
    503: ("not_ready", "Routewijzer is nog niet klaar met starten.", "Routewijzer is still starting."),
}
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
_LOG = logging.getLogger("routewijzer")


class Refusal(HTTPException):
    """A request that is refused for a reason of its own, with headers that say what to do."""

    def __init__(self, status: int, code: str, nl: str, en: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail=en, headers=headers)
        self.code = code
        self.nl = nl
        self.en = en


def language_of(request: Request) -> str:
    """Dutch, unless the caller asks for English before Dutch (`Accept-Language`)."""
    return _language(request.headers)


def _language(headers: Headers) -> str:
    wanted = headers.get("accept-language", "").lower()
    english, dutch = wanted.find("en"), wanted.find("nl")
    return "en" if english >= 0 and (dutch < 0 or english < dutch) else "nl"


def install(app: FastAPI) -> None:
    """Give the app its handlers, so that no error leaves it in another shape."""

    @app.exception_handler(errors.RoutewijzerError)
    async def _ours(request: Request, error: errors.RoutewijzerError) -> JSONResponse:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        return refuse(request.scope, status, error.code, error.nl, error.en)

    @app.exception_handler(OSError)
    @app.exception_handler(SQLAlchemyError)
    async def _disk(request: Request, error: Exception) -> JSONResponse:
        if (full := errors.DiskRefuses.of(error)) is None:
            return await _unexpected(request, error)
        _LOG.error("the disk takes nothing: %s", error)
        return await _ours(request, full)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        known = _HTTP.get(error.status_code, ("error", "Er ging iets mis.", "Something went wrong."))
        code, nl, en = (error.code, error.nl, error.en) if isinstance(error, Refusal) else known
        return refuse(request.scope, error.status_code, code, nl, en, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        nl, en = "De aanvraag heeft niet de juiste vorm.", "The request is not in form."
        return refuse(request.scope, 422, "invalid_request", nl, en, faults)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        number = request.scope.get("routewijzer.request_id", "")
        _LOG.exception("unexpected error at %s (request %s)", route_path(request.scope), number, exc_info=error)
        nl = "Er ging iets mis aan onze kant. Probeer het opnieuw."
        # Starlette sends this reply outside all middleware, so that it brings its own headers
        # and the server hangs up after it, which a client that keeps its connections has to know
        headers = {**HEADERS, "x-request-id": request.scope.get("routewijzer.request_id", ""), "connection": "close"}
        return refuse(request.scope, 500, "internal", nl, "Something went wrong on our side.", headers=headers)


def refuse(
    scope: Scope,
    status: int,
    code: str,
    nl: str,
    en: str,
    detail: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """An error in the caller's language, in the shape that belongs to the address."""
    message = nl if _language(Headers(scope=scope)) == "nl" else en
    if route_path(scope).startswith(OPENAI):
        status = 400 if status == 422 else status  # as OpenAI has it
        return openai_reply(status, code, " ".join((message, *(detail or ()))), headers)
    return reply(status, code, message, detail, headers)


def reply(
    status: int, code: str, message: str, detail: list[str] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """An error on the wire."""
    return JSONResponse({"error": {"code": code, "message": message, "detail": detail}}, status, headers=headers)


def openai_reply(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as OpenAI's API words it."""
    return JSONResponse({"error": openai_error(status, code, message)}, status, headers=headers)


def openai_error(status: int, code: str, message: str) -> dict[str, str | None]:
    """The inside of such an error."""
    kind = _OPENAI_TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"message": message, "type": kind, "param": None, "code": code}
