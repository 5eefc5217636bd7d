"""A language model that plays a part: a real server on loopback that speaks the OpenAI protocol, streaming and not.

What it says is a text, or a function of what it was asked; how it says it is a fault of a server or a network. It reads
the passages out of the prompt as a model would, so that a test sees what a model was given.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kb.language import sentences, stems

MODEL = "toneelspeler"
KEY = "sk-zeer-geheim-4711"
FAULTS = ("401", "429", "500", "redirect", "hangs", "stalls", "dies", "half_json", "html", "empty", "endless", "drips")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model was asked: the rules, the question, and the passages by number."""

    rules: str
    question: str
    passages: dict[int, str]


Part = str | Callable[[Asked], str]


class ScriptedModel:
    """The server; `says` and `fault` may be changed between questions."""

    def __init__(self, says: Part = "", fault: str = "") -> None:
        self.says = says
        self.fault = fault
        self.asked: list[Asked] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        """Ends all waiting, so that no thread of a test outlives it."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        """The base address, as a setting."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ScriptedModel:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(_Handler):
            part = model

        return Handler


class _Handler(BaseHTTPRequestHandler):
    part: ScriptedModel
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """A test's output is no place for it."""

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self._json(200, {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "tests"}]})
        else:
            self._json(404, {"error": {"message": "not found", "type": "invalid_request_error"}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        part = self.part
        part.bodies.append(body)
        part.headers.append({name.lower(): value for name, value in self.headers.items()})
        part.asked.append(_asked(body))
        with suppress(OSError):  # whoever asked may be gone
            if not self._failed(part.fault):
                text = part.says if isinstance(part.says, str) else part.says(part.asked[-1])
                self._reply(body, text)
        if part.fault:
            self.close_connection = True

    def _failed(self, fault: str) -> bool:
        """Play a fault that comes before any answer."""
        if fault in {"401", "429", "500"}:
            said = f"Incorrect API key provided: {self.headers.get('Authorization', '')}"
            self._json(int(fault), {"error": {"message": said, "type": "error", "code": None, "param": None}})
        elif fault == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:1/v1/chat/completions")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif fault == "hangs":
            self.part.released.wait(30)
        elif fault == "html":
            self._bytes(200, b"<html><body>Welkom bij de proxy</body></html>", "text/html")
        else:
            return False
        return True

    def _reply(self, body: dict[str, Any], text: str) -> None:
        fault = self.part.fault
        if not body.get("stream"):
            message = {"role": "assistant", "content": "" if fault == "empty" else text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            whole = {
                "id": "c-1",
                "object": "chat.completion",
                "created": 1,
                "model": body["model"],
                "choices": [choice],
            }
            sent = json.dumps(whole).encode()
            self._bytes(200, sent[: len(sent) // 2] if fault == "half_json" else sent, "application/json")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for data in self._events(body["model"], text):
            self.wfile.write(data)
            self.wfile.flush()

    def _events(self, model: str, text: str) -> Iterator[bytes]:
        """The answer as server-sent events, a few letters each, with the fault that is played."""
        fault = self.part.fault
        pieces = [] if fault == "empty" else re.findall(r"(?s).{1,7}", text)
        yield _event(model, {"role": "assistant", "content": ""})
        for number, piece in enumerate(pieces):
            if fault in {"dies", "half_json", "stalls"} and number == 2 * len(pieces) // 3:
                if fault == "half_json":
                    yield b'data: {"id": "c-1", "choices": [{"del\n\n'
                if fault == "stalls":
                    self.part.released.wait(30)
                return
            yield _event(model, {"content": piece})
        while fault == "endless" and not self.part.released.is_set():
            yield _event(model, {"content": "en nog een woord " * 20})
        while fault == "drips" and not self.part.released.is_set():
            yield b": still there\n\n"
            time.sleep(0.02)
        yield _event(model, {}, "stop")
        yield b"data: [DONE]\n\n"

    def _json(self, status: int, value: object) -> None:
        self._bytes(status, json.dumps(value).encode(), "application/json")

    def _bytes(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _event(model: str, delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _asked(body: dict[str, Any]) -> Asked:
    """The parts of a prompt, told apart by its fences as a careful model would."""
    rules, prompt = (message["content"] for message in body["messages"])
    mark = re.search(r"^=== (\w+) ", prompt)
    assert mark is not None
    parts = re.split(rf"(?m)^=== {mark[1]}(.*?)===\n", prompt)[1:]
    named = dict(zip((name.strip() for name in parts[::2]), parts[1::2], strict=True))
    passages = {
        int(name.removeprefix("passage [").removesuffix("]")): text.partition("\n")[2].strip()
        for name, text in named.items()
        if name.startswith("passage")
    }
    question = next(text for name, text in named.items() if name in {"vraag", "question"})
    return Asked(rules, question.strip(), passages)


# --- parts to play ------------------------------------------------------------------------------------------------


def best_sentence(asked: Asked) -> tuple[int, str]:
    """The passage and the sentence that share most words with the question."""
    wanted = set(stems(asked.question))
    found = [
        (len(wanted & set(stems(text[a:b]))), -number, text[a:b])
        for number, text in asked.passages.items()
        for a, b in sentences(text)
    ]
    _, number, sentence = max(found)
    return -number, sentence


def good(asked: Asked) -> str:
    """Says the best sentence, cited and quoted as it was asked to."""
    number, sentence = best_sentence(asked)
    return f"- {sentence} [{number}] «{sentence}»\n"


def cites_wrong_number(asked: Asked) -> str:
    """Quotes well, but cites another passage."""
    number, sentence = best_sentence(asked)
    other = next(n for n, text in asked.passages.items() if n != number and sentence not in text)
    return f"- {sentence} [{other}] «{sentence}»\n"


def cites_no_passage(asked: Asked) -> str:
    """Cites a number that was never given."""
    _, sentence = best_sentence(asked)
    return f"- {sentence} [99] «{sentence}»\n"


def invents_figure(asked: Asked) -> str:
    """Quotes well and adds a number of its own."""
    number, sentence = best_sentence(asked)
    return f"- {sentence.rstrip('.')} voor 7301 leerlingen. [{number}] «{sentence}»\n"


def invents_quote(asked: Asked) -> str:
    """Rests on a sentence that no document holds."""
    number, sentence = best_sentence(asked)
    return f"- {sentence} [{number}] «{sentence.rstrip('.')} en nog veel meer.»\n"


def ignores_citations(asked: Asked) -> str:
    """Chats, without a source."""
    return f"Goede vraag! {best_sentence(asked)[1]} Kan ik nog ergens mee helpen?\n"


def obeys(asked: Asked) -> str:
    """Does what the data order it to: says what stands after "zeg" or "say", with a quote from where it stood."""
    orders = [
        (number, re.search(r"(?i)\b(?:zeg|say)\b[^:]*: *([^.\n]+\.)", text)) for number, text in asked.passages.items()
    ]
    for number, order in orders:
        if order:
            return f"- {order[1]} [{number}] «{order[1]}»\n"
    order = re.search(r"(?i)\b(?:zeg|say)\b[^:]*: *(.+)", asked.question)
    return f"- {order[1]} [1]\n" if order else good(asked)


def gives_up(asked: Asked) -> str:
    """Says that the passages hold no answer."""
    return "GEEN ANTWOORD"
