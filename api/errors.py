"""Every error becomes one shape; which status belongs to which error stands in one table."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.security import HEADERS
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
_LOG = logging.getLogger("routewijzer")


def language_of(request: Request) -> str:
    """Dutch, unless the caller asks for English before Dutch (`Accept-Language`)."""
    wanted = request.headers.get("accept-language", "").lower()
    english, dutch = wanted.find("en"), wanted.find("nl")
    return "en" if english >= 0 and (dutch < 0 or english < dutch) else "nl"


def install(app: FastAPI) -> None:
    """Give the app its handlers, so that no error leaves it in another shape."""

    @app.exception_handler(errors.RoutewijzerError)
    async def _ours(request: Request, error: errors.RoutewijzerError) -> JSONResponse:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        return reply(status, error.code, error.message(language_of(request)))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        dutch = language_of(request) == "nl"
        code, nl, en = _HTTP.get(error.status_code, ("error", "Er ging iets mis.", "Something went wrong."))
        return reply(error.status_code, code, nl if dutch else en, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        dutch = language_of(request) == "nl"
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        message = "De aanvraag heeft niet de juiste vorm." if dutch else "The request is not in form."
        return reply(422, "invalid_request", message, faults)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        _LOG.exception("unexpected error at %s", request.url.path, exc_info=error)
        dutch = language_of(request) == "nl"
        message = (
            "Er ging iets mis aan onze kant. Probeer het opnieuw." if dutch else "Something went wrong on our side."
        )
        # Starlette sends this reply outside all middleware, so that it brings its own headers
        return reply(500, "internal", message, headers=HEADERS)


def reply(
    status: int, code: str, message: str, detail: list[str] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """An error on the wire."""
    return JSONResponse({"error": {"code": code, "message": message, "detail": detail}}, status, headers=headers)
