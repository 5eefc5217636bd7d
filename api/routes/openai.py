"""The same answers for any program that speaks OpenAI's chat completions, at once or in parts.

The citations stand in the text as `[n]`, and on the message as annotations. What the documents do not say is said in
plain words, without a citation; what comes closest follows as text, and as records in the field `routewijzer`.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from api import openai_schemas as wire
from api import schemas
from api.deps import KnowledgeDep
from api.errors import Refusal, language_of, openai_error
from api.security import require_reader
from kb.citations import SEE_ALSO, as_text
from kb.types import Answer, AnswerDone, AnswerEvent, Citation, Language, SourcesFound, StatementMade

router = APIRouter(prefix="/v1", tags=["openai"], dependencies=[Depends(require_reader)])
_LOG = logging.getLogger("routewijzer")
_NOT_STATED = {"nl": "Dit staat niet in de documenten.", "en": "The documents do not say this."}
_CLOSEST = {"nl": "Dit komt het dichtst in de buurt:", "en": "This comes closest:"}
_NO_CERTAIN = {"nl": "Een zeker antwoord is niet gevonden.", "en": "No certain answer was found."}
_PERHAPS_IN = {"nl": "Misschien staat het hierin:", "en": "It may be in one of these:"}


@router.get("/models")
async def models() -> wire.ModelsOut:
    """The names under which answers can be asked for: `routewijzer`, and one that never uses a language model."""
    return wire.ModelsOut(data=[wire.ModelOut(id=name) for name in wire.MODELS])


@router.get("/models/{model}")
async def model(model: Annotated[str, Path(examples=["routewijzer"], description="The name.")]) -> wire.ModelOut:
    """One of the names. 404 for any other."""
    _must_exist(model)
    return wire.ModelOut(id=model)


@router.post(
    "/chat/completions",
    response_model=wire.CompletionOut,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def completions(
    body: wire.CompletionIn, request: Request, knowledge: KnowledgeDep
) -> Response | wire.CompletionOut:
    """Answer the last message of a conversation from the documents.

    Earlier messages make a follow-up whole; system messages have no effect, as the documents decide what is said. With
    `stream` the statements come as they are made, and the annotations with the last part.
    """
    _must_exist(body.model)
    question = body.question
    if question is None:
        raise Refusal(
            400, "invalid_request", "Het laatste bericht is geen vraag van een gebruiker.",
            "The last message is not a user's question.",
        )  # fmt: skip
    frame = _Frame(body.model, str(request.base_url).rstrip("/"))
    arguments: Any = (question, body.turns(), None, None, wire.MODELS[body.model])
    if not body.stream:
        return frame.whole(await run_in_threadpool(knowledge.ask, *arguments))
    events = knowledge.stream(*arguments)
    found = await run_in_threadpool(next, events)  # a question that cannot be asked still gets a status of its own
    assert isinstance(found, SourcesFound)
    usage = body.stream_options is not None and body.stream_options.include_usage
    return StreamingResponse(
        _as_sse(frame, events, usage, found.language, language_of(request)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _must_exist(name: str) -> None:
    if name not in wire.MODELS:
        known = ", ".join(wire.MODELS)
        raise Refusal(
            404, "model_not_found", f"Dit model is er niet; kies uit {known}.", f"No such model; choose {known}."
        )


class _Frame:
    """What every part of one reply has in common."""

    def __init__(self, model: str, address: str) -> None:
        self._model = model
        self._address = address
        self._created = int(time.time())
        self._id = ""

    def whole(self, answer: Answer) -> wire.CompletionOut:
        """The answer at once."""
        content = text_of(answer)
        message = wire.MessageOut(content=content, annotations=self.annotations(answer, content))
        return wire.CompletionOut(
            id=f"chatcmpl-{answer.question_id}",
            created=self._created,
            model=self._model,
            choices=[wire.ChoiceOut(message=message)],
            routewijzer=_record(answer),
        )

    def part(self, delta: dict[str, Any], finish: str | None = None, **others: Any) -> str:
        """One part of a stream."""
        return self._wire(
            {"choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}], **others}
        )

    def usage(self) -> str:
        """The part that tells what was used, which is nothing."""
        return self._wire({"choices": [], "usage": wire.UsageOut().model_dump()})

    def begun(self, name: str) -> None:
        """Give the parts their common id."""
        self._id = f"chatcmpl-{name}"

    def _wire(self, data: dict[str, Any]) -> str:
        about = {"id": self._id, "object": "chat.completion.chunk", "created": self._created, "model": self._model}
        return _event({**about, **data})

    def annotations(self, answer: Answer, content: str) -> list[wire.AnnotationOut]:
        """The passage behind each `[n]` in the text, in the order in which they stand there."""
        cited = {citation.number: citation for citation in answer.citations}
        found, at = [], 0
        for place, statement in enumerate(answer.statements):
            if statement.further and place == len(answer.leading):
                at += len(SEE_ALSO[answer.language]) + 1
            at += len(statement.text) + (1 if statement.text else 0)
            for number in statement.citations:
                mark = f"[{number}]"
                found.append(self._annotation(cited[number], at, at + len(mark)))
                at += len(mark)
            at += 1
        assert all(content[a.start_index : a.end_index] == f"[{a.number}]" for a in (f.url_citation for f in found))
        return found

    def _annotation(self, citation: Citation, start: int, end: int) -> wire.AnnotationOut:
        out = schemas.CitationOut.of(citation)
        return wire.AnnotationOut(
            url_citation=wire.UrlCitation(
                start_index=start, end_index=end, url=f"{self._address}{out.link}", title=out.title,
                number=out.number, document_id=out.document_id, version=out.version, section=out.section,
                page=out.page, quote=out.quote, start=out.start, end=out.end, source=out.url,
            )
        )  # fmt: skip


def text_of(answer: Answer) -> str:
    """The answer as text: its statements with `[n]`, or in plain words that there is none, and what comes closest."""
    if answer.answered:
        return as_text(answer.statements, SEE_ALSO[answer.language])
    if answer.aside:
        return answer.note
    said, below = (_NO_CERTAIN, _PERHAPS_IN) if answer.perhaps else (_NOT_STATED, _CLOSEST)
    lines = [said[answer.language]]
    if answer.closest:
        lines += ["", below[answer.language], *(f"- {c.quote} ({c.title})" for c in answer.closest)]
    return "\n".join(lines)


def _record(answer: Answer) -> dict[str, Any]:
    return schemas.AnswerOut.of(answer).model_dump(mode="json", exclude={"answer"})


async def _as_sse(
    frame: _Frame, rest: Iterator[AnswerEvent], usage: bool, answered_in: Language, language: str
) -> AsyncIterator[str]:
    """The parts on the wire. After the first byte there is no status any more: a failure is a part too."""
    frame.begun(uuid.uuid4().hex)
    yield frame.part({"role": "assistant", "content": ""})
    begun = further = False
    try:
        async for event in iterate_in_threadpool(rest):
            if isinstance(event, StatementMade):
                see_also = "" if further else SEE_ALSO[answered_in]
                line = as_text([event.statement], see_also)
                further = event.statement.further
                yield frame.part({"content": f"\n{line}" if begun else line})
                begun = True
            elif isinstance(event, AnswerDone):
                for part in _last(frame, event.answer, usage):
                    yield part
    except Exception:
        _LOG.exception("an answer broke off")
        message = "Het antwoord brak af. Stel de vraag opnieuw." if language == "nl" else "The answer broke off."
        yield _event({"error": openai_error(500, "interrupted", message)})


def _last(frame: _Frame, answer: Answer, usage: bool) -> Iterator[str]:
    """What follows the statements: that there are none, the annotations, and the end."""
    content = text_of(answer)
    if not answer.answered:
        yield frame.part({"content": content})
    annotations = [annotation.model_dump(mode="json") for annotation in frame.annotations(answer, content)]
    yield frame.part({"annotations": annotations}, "stop", routewijzer=_record(answer))
    if usage:
        yield frame.usage()
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
