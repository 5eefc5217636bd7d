"""The door before the page, where reading needs a key: who gives it once is let in by this browser for a month.

The page is whatever stands behind; it is not reached, and none of its files is, until the key was right. What the
browser keeps holds no key: a date with a seal, which ends when the key is taken out of the setting.
"""

from __future__ import annotations

from html import escape
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.bare_page import bare_page
from api.errors import Refusal, language_of, refuse
from api.reply import route_path
from api.security import COOKIE, COOKIE_DAYS, cookie_for, has_cookie, is_key, matches
from kb.settings import Settings, listed
from ui.door_texts import DoorTexts, door_texts
from ui.texts import as_language

_LONGEST_FORM = 2_000
_ENTER = "/binnen"
_LEAVE = "/uitgang"


class Door:
    """An ASGI app that lets through who may read."""

    def __init__(self, page: ASGIApp, settings: Settings) -> None:
        self._page = page
        self._settings = settings
        self._keys = (*listed(settings.read_key), *listed(settings.team_key))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self._settings.read_key:
            await self._page(scope, receive, send)
            return
        request = Request(scope, receive)
        path = route_path(scope)
        if path == _ENTER and scope["method"] == "POST":
            await (await self._enter(request))(scope, receive, send)
        elif path == _LEAVE and scope["method"] == "POST":
            await self._left(request)(scope, receive, send)
        elif has_cookie(request, self._settings):
            await self._page(scope, receive, send)
        elif path in {"", "/"} and scope["method"] in {"GET", "HEAD"}:
            await self._form(request, "")(scope, receive, send)
        else:
            nl, en = "Geef eerst de sleutel op de pagina.", "Give the key on the page first."
            await refuse(scope, 401, "unauthorized", nl, en)(scope, receive, send)

    async def _enter(self, request: Request) -> Response:
        t = _texts(request)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST_FORM:
                return self._form(request, t.wrong, 422)
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        given = fields.get("sleutel", [""])[0].strip().encode("utf-8", "surrogateescape")
        try:
            right = bool(given) and is_key(request, given, self._keys)
        except Refusal as refusal:
            return self._form(request, refusal.nl if t.language == "nl" else refusal.en, 429, refusal.headers)
        if not right:
            return self._form(request, t.wrong, 401)
        key = next(key for key in self._keys if matches(given, (key,)))
        reply = RedirectResponse(f"{_home(request)}", 303)
        reply.headers.append("set-cookie", _cookie(request, cookie_for(key), COOKIE_DAYS * 86400))
        return reply

    def _left(self, request: Request) -> Response:
        reply = RedirectResponse(_home(request), 303)
        reply.headers.append("set-cookie", _cookie(request, "", 0))
        return reply

    def _form(self, request: Request, notice: str, status: int = 200, headers: object = None) -> Response:
        t = _texts(request)
        form = _FORM.format(
            title=escape(t.title),
            about=escape(t.about),
            label=escape(t.label),
            enter=escape(t.enter),
            action=escape(f"{_home(request)}{_ENTER[1:]}"),
            notice=f'<p role="alert" id="fout">{escape(notice)}</p>' if notice else "",
            described=' aria-describedby="fout" aria-invalid="true"' if notice else "",
        )
        given = dict(headers) if isinstance(headers, dict) else {}
        html = bare_page(t.language, t.title, _STYLE, form)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store", **given})


def _texts(request: Request) -> DoorTexts:
    return door_texts(as_language(language_of(request)))


def _home(request: Request) -> str:
    """Where the page stands, below the prefix of a proxy."""
    return f"{request.scope.get('root_path', '')}/"


def _cookie(request: Request, value: str, seconds: int) -> str:
    cookie: SimpleCookie = SimpleCookie()
    cookie[COOKIE] = value
    cookie[COOKIE].update({"path": _home(request), "max-age": str(seconds), "samesite": "Strict"})
    cookie[COOKIE]["httponly"] = True
    if request.url.scheme == "https":
        cookie[COOKIE]["secure"] = True
    return cookie[COOKIE].OutputString()


_STYLE = """main { max-width: 24rem; margin: 15vh auto 0; padding: 0 16px 40px; }
label { display: block; font-weight: 600; margin: 24px 0 4px; }
input, button { font: inherit; box-sizing: border-box; width: 100%; min-height: 44px; padding: 8px 12px;
  border-radius: 8px; }
input { border: 1px solid #7A8593; background: #FFFFFF; color: inherit; }
button { margin-top: 16px; border: 0; background: #0E5A5A; color: #FFFFFF; font-weight: 600; cursor: pointer; }
input:focus-visible, button:focus-visible { outline: 3px solid #1D4ED8; outline-offset: 2px; }
#fout { color: #B42318; margin: 8px 0 0; }
@media (prefers-color-scheme: dark) {
  input { border-color: #6F7C8A; background: #1B242E; }
  button { background: #7CCFC7; color: #12181F; }
  input:focus-visible, button:focus-visible { outline-color: #8CC1FF; }
  #fout { color: #FF9B8F; }
}
"""
_FORM = """<h1>{title}</h1>
<p>{about}</p>
<form method="post" action="{action}">
<label for="sleutel">{label}</label>
<input id="sleutel" name="sleutel" type="password" autocomplete="current-password" required{described}>
{notice}
<button>{enter}</button>
</form>
"""
