"""The plan for a new route."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from api import route_schemas
from api.deps import KnowledgeDep
from api.error_schemas import ErrorOut
from api.errors import language_of
from api.security import require_reader
from kb.route_answers import understood

router = APIRouter(prefix="/api", tags=["route"], dependencies=[Depends(require_reader)])


@router.post("/route-plan", responses={422: {"model": ErrorOut}})
def route_plan(
    body: route_schemas.RoutePlanIn, request: Request, knowledge: KnowledgeDep
) -> route_schemas.RoutePlanOut:
    """The steps for a role, sector, level and situation, each with what to do, an example pilot and its citations."""
    answers = understood(knowledge.routes, knowledge.vocabulary, body.role, body.sector, body.level, body.chosen())
    language = body.language or ("en" if language_of(request) == "en" else "nl")
    return route_schemas.RoutePlanOut.of(knowledge.route_plan(answers, language))
