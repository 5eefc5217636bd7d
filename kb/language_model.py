"""A language model behind the OpenAI protocol, held to limits: Ollama, vLLM, llama.cpp, or a service elsewhere.

Whatever the address does (nothing, too slowly, for ever, half, nonsense), a call ends in time, with text or with
`LanguageModelFailed`. There is one attempt and no retry, as a reader is waiting; after some failures in a row nothing
is asked for a while. No message and no log line holds what the address sent or the key that it was given.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kb.errors import LanguageModelFailed
from kb.settings import Settings

if TYPE_CHECKING:
    import httpx

_LOG = logging.getLogger("routewijzer")
CONNECT_SECONDS = 4.0
FAILURES = 3
"""After so many failures in a row the model is left alone for `PAUSE_SECONDS`."""
PAUSE_SECONDS = 30.0
CALLS = 4
"""Calls at the same time; more would only wait in the server's queue, each with a reader behind it."""
MAX_TOKENS = 1500
MAX_CHARS = 12_000
"""Text of one answer: more than this is a model that does not stop."""
MAX_BYTES = 8_000_000
"""What one reply may bring over the wire, of which most is JSON around single words."""
_TELLING = ("x-stainless-", "openai-")
"""Headers that the client adds: what machine this is, and what else the environment holds."""

FAILED: dict[str, tuple[str, str]] = {
    "unreachable": ("Het taalmodel is niet bereikbaar.", "The language model cannot be reached."),
    "unauthorized": ("Het taalmodel weigert de toegang.", "The language model refuses access."),
    "busy": ("Het taalmodel heeft het te druk.", "The language model is too busy."),
    "endpoint_error": ("Het taalmodel gaf een fout.", "The language model gave an error."),
    "slow": ("Het taalmodel was te langzaam.", "The language model was too slow."),
    "cut_off": ("Het antwoord van het taalmodel brak af.", "The answer of the language model broke off."),
    "endless": ("Het taalmodel hield niet op.", "The language model did not stop."),
    "empty": ("Het taalmodel gaf geen antwoord.", "The language model gave no answer."),
    "paused": ("Het taalmodel is even buiten gebruik.", "The language model is out of use for a moment."),
    "crowded": ("Het taalmodel is bezet.", "The language model is occupied."),
}


def failed(code: str) -> LanguageModelFailed:
    """The error of that code, in both languages."""
    return LanguageModelFailed(code, *FAILED[code])


class Condition(NamedTuple):
    """How a language model is doing."""

    state: str
    """`untried`, `ok`, `failing` (the last call failed) or `paused` (left alone for a while)."""
    last_failure: str
    """The code of what went wrong last; empty when the last call went well."""


class CircuitBreaker:
    """Remembers failures in a row, and says when not to try."""

    def __init__(
        self, failures: int = FAILURES, pause: float = PAUSE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._tried = False
        self._in_a_row = 0
        self._until = 0.0
        self._last = ""

    def succeeded(self) -> None:
        """A call went well: all is forgotten."""
        with self._lock:
            self._tried, self._in_a_row, self._last = True, 0, ""

    def failed(self, code: str) -> None:
        """A call went wrong; after a pause one more failure is enough for the next."""
        with self._lock:
            self._tried, self._last = True, code
            self._in_a_row += 1
            if self._in_a_row >= self._most:
                self._until = self._clock() + self._pause

    @property
    def open(self) -> bool:
        """Whether nothing should be tried now."""
        with self._lock:
            return self._in_a_row >= self._most and self._clock() < self._until

    @property
    def condition(self) -> Condition:
        """How the model is doing."""
        state = "paused" if self.open else "failing" if self._last else "ok" if self._tried else "untried"
        return Condition(state, self._last)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model is, and how it is asked."""

    base_url: str
    model: str
    api_key: str
    seconds: float
    stream: bool = True


class LanguageModel:
    """Writes text, in pieces, within limits of time and size."""

    def __init__(self, endpoint: Endpoint, breaker: CircuitBreaker | None = None) -> None:
        self._endpoint = endpoint
        self._breaker = breaker or CircuitBreaker()
        self._free = threading.Semaphore(CALLS)

    @classmethod
    def open(cls, settings: Settings) -> LanguageModel | None:
        """The model of the settings; None where none is set. Nothing is asked of it yet."""
        if not settings.llm_base_url:
            return None
        return cls(
            Endpoint(
                settings.llm_base_url,
                settings.llm_model,
                settings.llm_api_key,
                settings.llm_seconds,
                settings.llm_stream,
            )
        )

    @property
    def condition(self) -> Condition:
        """How the model is doing, by the last calls."""
        return self._breaker.condition

    def write(self, system: str, user: str) -> Iterator[str]:
        """What the model writes, piece by piece. Raises `LanguageModelFailed`, also after the first pieces."""
        if self._breaker.open:
            raise failed("paused")
        if not self._free.acquire(blocking=False):
            raise failed("crowded")
        call = _Call(self._endpoint, self._free)
        threading.Thread(target=call.run, args=(system, user), name="language-model", daemon=True).start()
        try:
            yield from self._pieces(call)
        except LanguageModelFailed as error:
            self._breaker.failed(error.code)
            _LOG.warning("language model: %s", error.code)
            raise
        finally:
            call.stopped.set()
        self._breaker.succeeded()

    def _pieces(self, call: _Call) -> Iterator[str]:
        """The pieces as they come in; the wait is here, so that no stalled connection can hold a reader."""
        length = 0
        deadline = time.monotonic() + self._endpoint.seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                piece = call.pieces.get(timeout=left)
            except queue.Empty:
                break
            if isinstance(piece, LanguageModelFailed):
                raise piece
            if piece is None:
                if not length:
                    raise failed("empty")
                return
            length += len(piece)
            if length > MAX_CHARS:
                raise failed("endless")
            yield piece
        raise failed("slow")


class _Call:
    """One request, in a thread of its own that may be left behind."""

    def __init__(self, endpoint: Endpoint, free: threading.Semaphore) -> None:
        self.pieces: queue.SimpleQueue[str | LanguageModelFailed | None] = queue.SimpleQueue()
        self.stopped = threading.Event()
        self._endpoint = endpoint
        self._free = free
        self._begun = False
        self._said = False

    def run(self, system: str, user: str) -> None:
        """Ask, and put every piece of the reply in the queue; None when it is complete."""
        try:
            for piece in self._reply(system, user):
                if self.stopped.is_set():
                    return
                if piece:
                    self.pieces.put(piece)
            self.pieces.put(None)
        except LanguageModelFailed as error:
            self.pieces.put(error)
        except Exception as error:  # of whatever library: what it says may hold the key or the reply
            self.pieces.put(failed(_code(error, self._begun)))
        finally:
            self._free.release()

    def _reply(self, system: str, user: str) -> Iterator[str]:
        import httpx
        from llama_index.core.llms import ChatMessage
        from llama_index.llms.openai_like import OpenAILike

        asked = self._endpoint
        hooks: dict[str, list[Callable[..., None]]] = {"request": [self._limit_waits], "response": [self._limit_reply]}
        with httpx.Client(follow_redirects=False, event_hooks=hooks) as client:
            model = OpenAILike(
                model=asked.model,
                api_base=asked.base_url,
                api_key=asked.api_key or "none",  # an empty one would be looked for in the environment
                is_chat_model=True,
                temperature=0.0,
                max_tokens=MAX_TOKENS,
                max_retries=0,
                timeout=asked.seconds,
                http_client=client,
            )
            messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
            if asked.stream:
                ended = ""
                for part in model.stream_chat(messages):
                    ended = next((choice.finish_reason for choice in part.raw.choices), None) or ended
                    self._said = self._said or bool(part.delta)
                    yield part.delta or ""
                if self._said and ended != "stop":  # without a reason the connection was lost, which is not told
                    raise failed("endless" if ended == "length" else "cut_off")
            else:
                yield model.chat(messages).message.content or ""

    def _limit_waits(self, request: httpx.Request) -> None:
        seconds = self._endpoint.seconds
        connect = min(CONNECT_SECONDS, seconds)
        request.extensions["timeout"] = {"connect": connect, "read": seconds, "write": seconds, "pool": connect}
        for name in [name for name in request.headers if name.startswith(_TELLING)]:
            del request.headers[name]

    def _limit_reply(self, response: httpx.Response) -> None:
        self._begun = response.status_code == 200
        response.stream = _watched(response.stream, self.stopped)


class _Abandoned(Exception):
    """Nobody waits for the reply any more, or it is too long."""


def _watched(stream: object, stopped: threading.Event) -> httpx.SyncByteStream:
    """The bytes of a reply, for as long as somebody waits for them and not without end.

    What the libraries above it pass over, such as comments that keep a connection alive, is seen here.
    """
    import httpx

    assert isinstance(stream, httpx.SyncByteStream)
    inner = stream

    class Watched(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for data in inner:
                size += len(data)
                if stopped.is_set() or size > MAX_BYTES:
                    raise _Abandoned
                yield data

        def close(self) -> None:
            inner.close()

    return Watched()


def _code(error: Exception, begun: bool) -> str:
    """What went wrong, as a word of ours; `begun`: the address had said that all is well."""
    import httpx
    import openai

    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return "unauthorized"
    if isinstance(error, openai.RateLimitError):
        return "busy"
    if isinstance(error.__cause__, httpx.ConnectTimeout):
        return "unreachable"
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return "slow"
    if isinstance(error, openai.APIConnectionError):
        return "cut_off" if begun else "unreachable"
    return "cut_off" if begun else "endpoint_error"
