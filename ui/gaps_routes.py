"""The addresses below `/lacunes/` from which the tab "Kennislacunes" gets its HTML; each asks for the team key."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.security import require_team
from api.sheets import as_file
from ingest.authoring import new_text
from ingest.front_matter import KINDS
from ingest.library import slug
from kb.errors import InvalidRequest
from kb.gaps import LOOKED_UP, GapGroup, gap_groups
from kb.knowledge_base import KnowledgeBase
from ui import gaps_plot, gaps_sheets, gaps_view
from ui.addresses import download, texts_of

PREFIX = "/lacunes"
_MOST = 5000
_ORDERS: dict[str, Callable[[GapGroup], object]] = {
    "count": lambda group: (-len(group.counted), -group.counted[-1].asked_at.timestamp()),
    "last": lambda group: -group.counted[-1].asked_at.timestamp(),
    "first": lambda group: group.counted[0].asked_at,
}


class SolveIn(BaseModel):
    """Questions to mark as solved, or as open again."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]] = Field(min_length=1, max_length=_MOST)
    solved: bool = True


def install(app: FastAPI, knowledge: KnowledgeBase) -> None:
    """Give the page's app these addresses."""
    room = _Room(knowledge)
    router = APIRouter(prefix=PREFIX, dependencies=[Depends(require_team)], default_response_class=HTMLResponse)
    router.add_api_route("/lijst", room.listing, methods=["GET"])
    router.add_api_route("/cijfers", room.figures, methods=["GET"])
    router.add_api_route("/opgelost", room.solve, methods=["POST"], status_code=204, response_class=Response)
    router.add_api_route("/document", room.draft, methods=["GET"])
    router.add_api_route("/bewaar", room.save, methods=["GET"], response_class=Response)
    app.include_router(router)


class _Room:
    """Answers the calls; keeps nothing of any visitor."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def listing(
        self,
        request: Request,
        order: Annotated[str, Query(alias="orde", max_length=20)] = "count",
        solved: Annotated[bool, Query(alias="opgelost")] = False,
        first: Annotated[int, Query(alias="vanaf", ge=0, le=100_000)] = 0,
    ) -> HTMLResponse:
        """The groups that are open, or those that are solved."""
        groups = [group for group in gap_groups(self._knowledge) if bool(group.open) is not solved]
        groups.sort(key=_ORDERS.get(order, _ORDERS["count"]))  # type: ignore[arg-type]
        shown = groups[first : first + gaps_view.AT_ONCE]
        now = [self._knowledge.nearest(group.questions[0][0]) for group in shown]
        expired = self._knowledge.journal.expired()
        return HTMLResponse(gaps_view.listing(shown, now, len(groups), expired, solved, texts_of(request), first))

    def figures(self, request: Request) -> HTMLResponse:
        """How much was asked, by week."""
        return HTMLResponse(gaps_plot.figures(self._knowledge.journal.weeks(), texts_of(request)))

    def solve(self, body: SolveIn) -> Response:
        """Mark a group as solved, or as open again."""
        self._knowledge.journal.resolve(body.ids, body.solved)
        return Response(status_code=204)

    def draft(
        self,
        request: Request,
        group_id: Annotated[str, Query(alias="id", max_length=32)],
        kind: Annotated[str, Query(alias="soort", max_length=40)] = "begrip",
        title: Annotated[str, Query(alias="titel", max_length=200)] = "",
    ) -> HTMLResponse:
        """The beginning of a document with the question as its heading."""
        group = next((g for g in gap_groups(self._knowledge) if group_id in {miss.id for miss in g.misses}), None)
        if group is None or kind not in KINDS:
            raise InvalidRequest(
                "Deze vraag staat niet meer in de lijst. Open de lijst opnieuw.",
                "This question is no longer in the list. Open the list again.",
            )
        asked = [text for text, _ in group.questions]
        title = " ".join((title.strip() or asked[0].rstrip(" ?")[:200]).split())
        text = new_text(kind, title, datetime.date.today().isoformat(), asked)
        html = gaps_view.draft(group.id, kind, title, text, texts_of(request))
        return HTMLResponse(html, headers={"X-Filename": quote(f"{slug(title) or 'document'}.md")})

    def save(self, request: Request, form: Annotated[Literal["csv", "xlsx"], Query(alias="vorm")] = "xlsx") -> Response:
        """All groups and all figures as a file."""
        t = texts_of(request)
        groups = sorted(gap_groups(self._knowledge), key=lambda group: not group.open)
        now = [self._knowledge.nearest(group.questions[0][0]) for group in groups[:LOOKED_UP]]
        rows = [(group, now[n] if n < len(now) else None) for n, group in enumerate(groups)]
        gaps, weeks = gaps_sheets.sheets(rows, self._knowledge.journal.weeks(), t)
        data, media = as_file([gaps, weeks], form, t.language)
        name = f"{slug(t.gaps.title)}-{datetime.date.today().isoformat()}.{form}"
        return download(data, media, name)
