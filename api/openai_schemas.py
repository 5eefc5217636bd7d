"""The part of OpenAI's chat completions that this server speaks: what is read of a request, what a reply holds.

What a request asks of a language model (temperature, penalties, tools) is taken and has no effect: the documents
decide what is said.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.types import Mode, Turn

MODELS: dict[str, Mode] = {"routewijzer": "auto", "routewijzer-extractive": "extractive"}
"""The names under which answers can be asked for, and who then writes them."""
_REMEMBERED = 20
"""Earlier exchanges that are looked at; a follow-up leans on the last few."""
_LONGEST = 40_000


class TextPart(BaseModel):
    """A piece of text in a message."""

    type: Literal["text"]
    text: str = Field(max_length=100_000)


class MessageIn(BaseModel):
    """One message of the conversation; the last one holds the question."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=100_000)] | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """All of it as one text."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or ())


class StreamOptions(BaseModel):
    """What a stream holds besides the answer."""

    include_usage: bool = False


class CompletionIn(BaseModel):
    """A question in the form of a conversation."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": "routewijzer",
                    "messages": [{"role": "user", "content": "Welke pilots zijn er in de bouw?"}],
                }
            ]
        },
    )

    model: str = Field(description="One of those that `GET /v1/models` lists.", max_length=200)
    messages: list[MessageIn] = Field(min_length=1, max_length=1000)
    stream: bool | None = Field(None, description="Whether the answer comes in parts, as server-sent events.")
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1, description="There is one answer.")

    @property
    def question(self) -> str | None:
        """The last message, where a person sent it."""
        last = self.messages[-1]
        return last.text if last.role == "user" else None

    def turns(self) -> tuple[Turn, ...]:
        """What was asked and answered before; what a program told the model is left out."""
        turns: list[Turn] = []
        for message in self.messages[:-1]:
            if message.role == "user":
                turns.append(Turn(message.text[:_LONGEST]))
            elif message.role == "assistant" and turns:
                turns[-1] = Turn(turns[-1].question, message.text[:_LONGEST])
        return tuple(turns[-_REMEMBERED:])


class UrlCitation(BaseModel):
    """The passage behind one `[n]` of the text; exact: `text[start:end] == quote` in that version of the document."""

    start_index: int = Field(description="Where `[n]` begins in the content of the message.")
    end_index: int
    url: str = Field(description="Where this server shows the text of that version of the document.")
    title: str
    number: int
    document_id: str
    version: str
    section: list[str]
    page: int | None
    quote: str
    start: int
    end: int
    source: str | None = Field(description="Address of the original source, where the document names one.")


class AnnotationOut(BaseModel):
    """A citation as OpenAI's API marks one."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class MessageOut(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[AnnotationOut]


class ChoiceOut(BaseModel):
    """The one answer there is."""

    index: Literal[0] = 0
    message: MessageOut
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class UsageOut(BaseModel):
    """Nothing is counted in tokens here."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class CompletionOut(BaseModel):
    """A whole answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "chatcmpl-5d41402abc4b2a76b9719d911017c592",
                    "object": "chat.completion",
                    "created": 1790000000,
                    "model": "routewijzer",
                    "choices": [
                        {
                            "index": 0,
                            "message": {
                                "role": "assistant",
                                "content": "De pilot duurt twee jaar. [1]",
                                "refusal": None,
                                "annotations": [
                                    {
                                        "type": "url_citation",
                                        "url_citation": {
                                            "start_index": 26,
                                            "end_index": 29,
                                            "url": "https://routewijzer.example.nl/api/documents/pilots/voorbeeld/text"
                                            "?version=0123456789ab",
                                            "title": "Een pilot",
                                            "number": 1,
                                            "document_id": "pilots/voorbeeld",
                                            "version": "0123456789ab",
                                            "section": ["Een pilot", "Duur"],
                                            "page": 2,
                                            "quote": "De pilot duurt twee jaar.",
                                            "start": 120,
                                            "end": 145,
                                            "source": "https://www.example.nl/pilot",
                                        },
                                    }
                                ],
                            },
                            "finish_reason": "stop",
                            "logprobs": None,
                        }
                    ],
                    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
                    "routewijzer": {"question_id": "5d41402abc4b2a76b9719d911017c592", "answered": True},
                }
            ]
        }
    )

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut = UsageOut()
    routewijzer: dict[str, Any] = Field(
        description="The answer as `POST /api/ask` gives it, without its text: answered, statements, closest."
    )


class ModelOut(BaseModel):
    """A name under which answers can be asked for."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "routewijzer"


class ModelsOut(BaseModel):
    """The names under which answers can be asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "object": "list",
                    "data": [{"id": "routewijzer", "object": "model", "created": 0, "owned_by": "routewijzer"}],
                }
            ]
        }
    )

    object: Literal["list"] = "list"
    data: list[ModelOut]
