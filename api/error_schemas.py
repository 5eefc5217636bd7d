"""Errors on the wire, in our shape and in that of OpenAI."""

from __future__ import annotations

from pydantic import BaseModel


class ErrorBody(BaseModel):
    """What went wrong: a word for programs, a sentence for people, and details where there are any."""

    code: str
    message: str
    detail: list[str] | None = None


class ErrorOut(BaseModel):
    """The shape of every error."""

    error: ErrorBody


class OpenAIErrorBody(BaseModel):
    """What went wrong, in OpenAI's words."""

    message: str
    type: str
    param: str | None = None
    code: str


class OpenAIErrorOut(BaseModel):
    """The shape of every error below `/v1/`."""

    error: OpenAIErrorBody
