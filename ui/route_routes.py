"""The addresses below `/route/` from which the tab gets a plan: as HTML for the page, as Word, as text.

They are open to all, like questions; what was answered stands in the address, and nothing of it is kept.
"""

from __future__ import annotations

import datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response

from api import errors
from ingest.library import slug
from kb.knowledge_base import KnowledgeBase
from kb.route_answers import Answers, understood
from kb.route_plan import RoutePlan
from ui import route_export, route_view, word
from ui.texts import Texts, as_language, texts

PREFIX = "/route"

Given = Annotated[str, Query(max_length=200)]
Done = Annotated[str, Query(alias="gedaan", max_length=4000)]


class _Asked(NamedTuple):
    """What the address tells of the plan."""

    role: str
    sector: str
    level: str
    situation: str
    language: str


def _asked(rol: Given, sector: Given = "", niveau: Given = "", situatie: Given = "", taal: Given = "") -> _Asked:
    return _Asked(rol, sector, niveau, situatie, taal)


Asked = Annotated[_Asked, Depends(_asked)]


def install(app: FastAPI, knowledge: KnowledgeBase) -> None:
    """Give the page's app these addresses, and the error replies that they need."""
    errors.install(app)
    room = _Room(knowledge)
    router = APIRouter(prefix=PREFIX)
    router.add_api_route("/plan", room.html, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route("/plan.docx", room.word, methods=["GET"], response_class=Response)
    router.add_api_route("/plan.md", room.markdown, methods=["GET"], response_class=Response)
    app.include_router(router)


class _Room:
    """Answers the calls; keeps nothing of any visitor."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def html(self, request: Request, asked: Asked) -> HTMLResponse:
        """The plan for the page."""
        t, answers = texts(as_language(asked.language)), self._answers(asked)
        made = self._knowledge.route_plan(answers, t.language)
        return HTMLResponse(self._drawn(made, _link(request, answers, t), t))

    def _drawn(self, made: RoutePlan, link: str, t: Texts) -> str:
        return route_view.plan(made, self._knowledge.routes, self._knowledge.vocabulary, _today(), link, t)

    def word(
        self,
        request: Request,
        asked: Asked,
        done: Done = "",
    ) -> Response:
        """The plan as a Word document, with what was ticked off."""
        t, answers = texts(as_language(asked.language)), self._answers(asked)
        data = route_export.word(self._export(request, answers, t, done), t)
        return _attached(data, word.MEDIA_TYPE, answers, "docx")

    def markdown(
        self,
        request: Request,
        asked: Asked,
        done: Done = "",
    ) -> Response:
        """The plan as Markdown, with what was ticked off."""
        t, answers = texts(as_language(asked.language)), self._answers(asked)
        data = route_export.markdown(self._export(request, answers, t, done), t).encode()
        return _attached(data, "text/markdown; charset=utf-8", answers, "md")

    def _answers(self, asked: _Asked) -> Answers:
        knowledge, chosen = self._knowledge, asked.situation.split(",")
        return understood(knowledge.routes, knowledge.vocabulary, asked.role, asked.sector, asked.level, chosen)

    def _export(self, request: Request, answers: Answers, t: Texts, done: str) -> route_export.Export:
        return route_export.Export(
            plan=self._knowledge.route_plan(answers, t.language),
            about=route_view.about(answers, self._knowledge.routes, self._knowledge.vocabulary, t),
            today=_today(),
            link=_link(request, answers, t),
            done=frozenset(done.split(",")),
        )


def _today() -> str:
    return datetime.date.today().isoformat()


def _link(request: Request, answers: Answers, t: Texts) -> str:
    """The whole address of the page with this plan; behind a proxy as the proxy tells it."""
    language = "" if t.language == "nl" else f"&taal={t.language}"
    return f"{str(request.base_url).rstrip('/')}/?{route_view.query(answers)}{language}"


def _attached(data: bytes, media: str, answers: Answers, suffix: str) -> Response:
    name = slug(" ".join(filter(None, ("stappenplan", answers.role, answers.sector, answers.level))))
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'})
