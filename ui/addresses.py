"""What the page's own addresses share: the words for who asks, and a file as a reply."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from api import errors
from ui.texts import Texts, as_language, texts


def texts_of(request: Request) -> Texts:
    """The words in the language that a request asks for."""
    return texts(as_language(errors.language_of(request)))


def download(data: bytes, media: str, name: str) -> Response:
    """A file to keep under a name, which may have letters of any kind; no cache keeps it."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(data, media_type=media, headers=headers)
