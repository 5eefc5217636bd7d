"""The addresses below `/pilots/` from which the tab gets its HTML; they are open to all, and keep nothing of anyone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import JSONResponse

from api import errors
from api.routes.pilots import compared, of_kind_pilot
from kb import facets
from kb.knowledge_base import KnowledgeBase
from ui import pilots_compare, pilots_picture, pilots_view
from ui.addresses import texts_of
from ui.pilots_view import Shown

PREFIX = "/pilots"
Values = Annotated[list[str] | None, Query(max_length=100)]


def install(app: FastAPI, knowledge: KnowledgeBase) -> None:
    """Give the page's app these addresses, and the error replies that they need."""
    errors.install(app)
    room = _Room(knowledge)
    router = APIRouter(prefix=PREFIX, default_response_class=JSONResponse)
    router.add_api_route("/overzicht", room.overview, methods=["GET"])
    router.add_api_route("/vergelijking", room.comparison, methods=["GET"])
    app.include_router(router)


class _Room:
    """Answers the calls; keeps nothing of any visitor."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def overview(
        self,
        request: Request,
        sector: Values = None,
        niveau: Values = None,
        status: Values = None,
        hogeschool: Values = None,
        partner: Values = None,
        regio: Values = None,
        order: Annotated[str, Query(alias="orde", max_length=20)] = "title",
        view: Annotated[str, Query(alias="vorm", max_length=20)] = "cards",
        picked: Annotated[list[str] | None, Query(alias="pilot", max_length=20)] = None,
    ) -> Any:
        """The filters, the pilots that pass them, and which are marked to compare; what is no choice is left out."""
        t = texts_of(request)
        given = {
            facets.SECTOR: sector,
            facets.LEVEL: niveau,
            facets.STATUS: status,
            facets.INSTITUTION: hogeschool,
            facets.PARTNER: partner,
            facets.REGION: regio,
        }
        shown = self._shown({facet.name: values or [] for facet, values in given.items()}, order, view, picked or [])
        drawn = shown.view == "picture" and shown.pilots
        every = of_kind_pilot(self._knowledge.snapshot)
        return {
            "count": pilots_view.count(shown, t),
            "chosen": pilots_view.chosen(shown),
            "order": shown.order,
            "view": shown.view,
            "picked": shown.picked,
            "filters": pilots_view.filters(shown, t),
            "list": pilots_picture.picture(shown, every, t) if drawn else pilots_view.listing(shown, t),
        }

    def comparison(self, request: Request, ids: Annotated[list[str], Query(alias="pilot", max_length=20)]) -> Any:
        """Two to four pilots side by side."""
        found = compared(self._knowledge, ids)
        return {
            "picked": [document.id for document in found.documents],
            "html": pilots_compare.comparison(found, self._knowledge.vocabulary, texts_of(request)),
        }

    def _shown(self, chosen: dict[str, list[str]], order: str, view: str, picked: list[str]) -> Shown:
        snapshot, vocabulary = self._knowledge.snapshot, self._knowledge.vocabulary
        every = of_kind_pilot(snapshot)
        filters = facets.filters_of(chosen, vocabulary)
        order = order if order.removeprefix("-") in facets.ORDERS else "title"
        pilots = facets.in_order(facets.narrowed(every, filters), order, vocabulary)
        known = {document.id for document in every}
        return Shown(
            pilots=tuple(pilots),
            places={one.id: self._knowledge.comparisons.places(snapshot, one.id) for one in pilots},
            total=len(every),
            counts=facets.counts(every, filters, vocabulary),
            filters=filters,
            order=order,
            vocabulary=vocabulary,
            view=view if view in pilots_view.VIEWS else "cards",
            picked=tuple(one for one in dict.fromkeys(picked) if one in known),
        )
