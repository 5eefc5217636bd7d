"""The page: Gradio's blocks with a head of our own, put on a FastAPI app that the server mounts.

Gradio sends its page in English, and adds styles and scripts only once it runs. `_Front` therefore completes that one
reply: our language, style, script and a first line to look at while the rest loads. Nothing is asked of another host.
Gradio also opens some forty addresses (uploads, files, a proxy, its own login); only those the page uses get through.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI

from api.errors import reply
from api.reply import CONTENT_SECURITY_POLICY, route_path
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.permalink import Permalinks
from kb.types import Language
from ui import ask_routes, documents_routes, embedding, gaps_routes, pilots_routes, render, route_routes
from ui.tabs import Tab, ask, documents, gaps, pilots, route
from ui.texts import NL, as_language, texts

_ASSETS = Path(__file__).parent / "assets"
_STYLES = ("page.css", "ask.css", "pilots.css", "route.css", "documents.css", "gaps.css")
_SCRIPTS = ("source.js", "page.js")
_LATER = ("team.js", "ask.js", "pilots.js", "route.js", "documents.js", "gaps.js")
"""Scripts that the first sight of the page does not wait for."""
_AT_ONCE = 8
"""Questions that are answered at the same time; others wait their turn."""
_HEADER_ON_LOAD = """
document.addEventListener('routewijzer:language', e => trigger('language', e.detail));
window.routewijzer.ready('header');
"""


def page_app(workspace: Workspace, jobs: Jobs) -> FastAPI:
    """A FastAPI app with the page at `/`; its lifespan must be entered before it is served."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/page-assets", StaticFiles(directory=_ASSETS))
    documents_routes.install(app, workspace, jobs)
    route_routes.install(app, workspace.knowledge)
    pilots_routes.install(app, workspace.knowledge)
    permalinks = Permalinks.open(workspace.settings.data_dir)
    ask_routes.install(app, workspace.knowledge, permalinks)
    gaps_routes.install(app, workspace.knowledge)
    gr.mount_gradio_app(
        app,
        _blocks(workspace, permalinks),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        show_error=False,
        max_file_size=1,  # files go to the API, which asks for the team key first
        theme=_theme(),
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    app.add_middleware(_Front, policy=embedding.policy(CONTENT_SECURITY_POLICY, workspace.settings))
    return app


def _blocks(workspace: Workspace, permalinks: Permalinks) -> gr.Blocks:
    with gr.Blocks(title=NL.name, analytics_enabled=False) as blocks:
        language = gr.State("nl")
        header = gr.HTML(render.header(NL), elem_id="rw-header", apply_default_css=False, js_on_load=_HEADER_ON_LOAD)
        with gr.Tabs(elem_id="rw-tabs"):
            with gr.Tab(NL.ask_tab, id="ask") as ask_tab:
                asking = ask.build(workspace.knowledge, permalinks, language, bool(workspace.settings.team_key))
            with gr.Tab(NL.pilots.tab, id="pilots", elem_id="rw-tab-pilots") as pilots_tab:
                looking_up = pilots.build()
            with gr.Tab(NL.route.tab, id="route", elem_id="rw-tab-route") as route_tab:
                routing = route.build(workspace.knowledge)
            with gr.Tab(NL.documents.tab, id="documents") as documents_tab:
                keeping = documents.build(workspace.settings)
            with gr.Tab(NL.gaps.tab, id="gaps") as gaps_tab:
                missing = gaps.build(workspace.settings)
        bar = _labels(ask_tab, pilots_tab, route_tab, documents_tab, gaps_tab)
        tabs = [asking, looking_up, routing, keeping, missing, bar]
        header.language(
            _switch(language, header, tabs),
            [component for tab in tabs for component in tab.inputs],
            [language, header, *(component for tab in tabs for component in tab.outputs)],
            show_progress="hidden",
            api_visibility="private",
        )
    blocks.queue(api_open=False, default_concurrency_limit=_AT_ONCE)
    return blocks


def _labels(asking: gr.Tab, looking_up: gr.Tab, routing: gr.Tab, documents: gr.Tab, gaps: gr.Tab) -> Tab:
    """The words on the bar of tabs."""

    def relabel(language: Language) -> dict[Any, Any]:
        t = texts(language)
        return {
            asking: gr.Tab(label=t.ask_tab),
            looking_up: gr.Tab(label=t.pilots.tab),
            routing: gr.Tab(label=t.route.tab),
            documents: gr.Tab(label=t.documents.tab),
            gaps: gr.Tab(label=t.gaps.tab),
        }

    return Tab([], [asking, looking_up, routing, documents, gaps], relabel)


def _switch(language: gr.State, header: gr.HTML, tabs: list[Tab]) -> Callable[..., dict[Any, Any]]:
    """A handler that puts the page and its tabs in the language that was chosen."""

    def switch(event: gr.EventData, *values: Any) -> dict[Any, Any]:
        chosen = as_language(event.language)
        outputs: dict[Any, Any] = {language: chosen, header: render.header(texts(chosen))}
        rest = iter(values)
        for tab in tabs:
            outputs |= tab.relabel(chosen, *(next(rest) for _ in tab.inputs))
        return outputs

    return switch


def _theme() -> gr.themes.Base:
    """System fonts, so that none is fetched; colours for the first moment, all others are in `assets/page.css`."""
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])
    return theme.set(
        body_background_fill="#FAF8F4",
        body_background_fill_dark="#12181F",
        body_text_color="#1B2430",
        body_text_color_dark="#E9EDF0",
        body_text_size="17px",
    )


_EXACT = frozenset(
    {"/", "/config", "/robots.txt", "/theme.css"}
    | {f"/gradio_api/{name}" for name in ("app_id", "cancel", "info", "reset", "startup-events")}
)
_BELOW = (
    "/assets/", "/page-assets/", "/static/", "/gradio_api/heartbeat/", "/gradio_api/queue/",
    f"{ask_routes.PREFIX}/", f"{documents_routes.PREFIX}/", f"{pilots_routes.PREFIX}/", f"{route_routes.PREFIX}/",
    f"{gaps_routes.PREFIX}/",
)  # fmt: skip


class _Front:
    """Lets through what the page uses, and completes the page itself on its way out."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy
        self._head = _head()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope) or "/"
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif path not in _EXACT and not path.startswith(_BELOW):
            await reply(404, "not_found", "Dit adres bestaat niet.")(scope, receive, send)
        elif path == "/":
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self._app({**scope, "headers": headers}, receive, collect)
        nonce = secrets.token_urlsafe(16)
        html = _SCRIPT.sub(f'<script nonce="{nonce}"\\1', self._complete(body.decode()))
        headers_out = {"Cache-Control": "no-cache", "Content-Security-Policy": _policy(self._policy, nonce)}
        response = Response(html, start["status"], media_type="text/html", headers=headers_out)
        await response(scope, receive, send)

    def _complete(self, html: str) -> str:
        html = re.sub(r"""<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*|<link rel="manifest"[^>]*>""", "", html)
        html = re.sub(r"""(<html\b[^>]*?\blang=)"en\"""", r'\1"nl"', html, count=1)
        html = html.replace("</head>", self._head + "</head>", 1)
        return re.sub(r"<body\b[^>]*>", lambda body: body[0] + _FIRST_LOOK, html, count=1)


_SCRIPT = re.compile(r"<script\b(.*?</script\s*>)", re.DOTALL | re.IGNORECASE)
"""A script of the page to its end, so that nothing inside one is taken for another."""


def _policy(own: str, nonce: str) -> str:
    """What the page may do: scripts that stand in it as it was sent, and files of this server.

    Gradio makes functions of the templates and scripts of its HTML components, which takes `unsafe-eval`.
    """
    scripts = f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval' blob:"
    return own.replace("script-src 'self'", scripts)


def _head() -> str:
    """Our own style and script, under addresses that change with their contents."""

    def address(name: str) -> str:
        return f"page-assets/{name}?v={hashlib.sha256((_ASSETS / name).read_bytes()).hexdigest()[:12]}"

    return (
        f'<meta name="description" content="{escape(NL.tagline)}">'
        f'<link rel="icon" type="image/png" href="{address("favicon.png")}">'
        + "".join(f'<link rel="stylesheet" href="{address(name)}">' for name in _STYLES)
        + "".join(f'<script src="{address(name)}"></script>' for name in _SCRIPTS)
        + "".join(f'<script src="{address(name)}" defer></script>' for name in _LATER)
    )


_FIRST_LOOK = (
    f'<div id="rw-loading"><p class="rw-loading-name">{escape(NL.name)}</p><p>{escape(NL.wait)}</p>'
    f"<noscript><p>{escape(NL.no_script)}</p></noscript></div>"
)
"""Stands on the page until the page is there; `assets/page.css` shows it after 300 ms."""
