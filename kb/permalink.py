"""An answer in a link: signed by this installation, pinned to the versions of the documents, checked when opened.

The link itself holds the question and the places of the quotes, so that nothing has to be kept here: the text of a
question is erased after some weeks, and a link that a person saved works as long as the versions are there. The
signature keeps others from making a link in which this server seems to say what it never said; the library is asked
for every quote all the same, and what is not there to the letter is not shown.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb.citations import cite_place
from kb.documents import Shelf, section_of
from kb.errors import InvalidRequest, RoutewijzerError
from kb.types import Answer, Citation, DocumentKind, Filters, Searched, Statement

LONGEST = 20_000
"""Characters of a link's own part; an answer with twenty citations has some 1,500."""
_VERSION = 1
_MAC_BYTES = 16
KEY_FILE = "link_key"
"""In the data folder; without it no link that was given out opens any more."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a link holds, as far as the library bears it out."""

    question: str
    answer: Answer
    searched: Searched
    on: datetime.date
    """When it was answered."""
    superseded: tuple[str, ...]
    """Titles of the cited documents of which there is a newer version now."""
    lost: int
    """Citations that are not shown, as their document is gone, set apart or changed."""


class Permalinks:
    """Makes and opens the links of one installation."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def open(cls, folder: Path) -> Permalinks:
        """With the key in the data folder, which is made where there is none."""
        path = folder / KEY_FILE
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with contextlib.suppress(FileExistsError), open(os.open(path, flags, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        return cls(path.read_text(encoding="ascii").strip().encode())

    def pack(self, question: str, answer: Answer, searched: Searched, on: datetime.date) -> str:
        """The part of the link after `#antwoord=`."""
        citations = answer.citations if answer.answered else answer.closest
        documents = list(dict.fromkeys((c.document_id, c.version) for c in citations))
        places = [[documents.index((c.document_id, c.version)), c.start, c.end, _digest(c.quote)] for c in citations]
        record = {
            "q": question,
            "u": answer.understood if answer.understood != question else "",
            "l": answer.language,
            "t": on.isoformat(),
            "c": answer.certainty,
            "m": answer.mode,
            "n": answer.note,
            "w": answer.withheld,
            "s": [searched.documents, searched.method, _filters(searched.filters)],
            "d": documents,
            "p": places,
            "a": [_statement(statement, citations) for statement in answer.statements],
            "f": len(answer.further),
        }
        body = zlib.compress(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(), 9)
        return _encode(bytes([_VERSION]) + self._mac(body) + body)

    def open_link(self, token: str, shelf: Shelf) -> Pinned:
        """The answer again, with every quote looked up. Raises `InvalidRequest` where the link is not one of ours."""
        record = self._record(token)
        found = {n: _citation(shelf, record["d"][at], *place) for n, (at, *place) in enumerate(record["p"], start=1)}
        held = {n: replace(citation, number=n) for n, citation in found.items() if citation is not None}
        leading = len(record["a"]) - int(record.get("f", 0))  # an older link tells no further ones apart
        statements = tuple(
            Statement(held[of[0]].quote if text is None else text, tuple(of), further=place >= leading)
            for place, (text, of) in enumerate(record["a"])
            if of and all(n in held for n in of)
        )
        used = {n for statement in statements for n in statement.citations}
        answered = bool(record["a"])
        answer = Answer(
            question_id="",
            statements=statements,
            citations=tuple(held[n] for n in sorted(used)),
            answered=answered,
            certainty=float(record["c"]),
            language="en" if record["l"] == "en" else "nl",
            mode=str(record["m"]),
            closest=() if answered else tuple(held.values()),
            understood=str(record["u"] or record["q"]),
            note=str(record["n"]),
            withheld=int(record["w"]),
        )
        documents, method, filters = record["s"]
        later = {c.document_id: c.title for c in held.values() if shelf.current(c.document_id) != c.version}
        return Pinned(
            question=str(record["q"]),
            answer=_renumbered(answer),
            searched=Searched(int(documents), str(method), _filters_of(filters)),
            on=datetime.date.fromisoformat(record["t"]),
            superseded=tuple(later.values()),
            lost=len(found) - len(held),
        )

    def _record(self, token: str) -> dict[str, Any]:
        raw = _decode(token) if len(token) <= LONGEST else b""
        mac, body = raw[1 : 1 + _MAC_BYTES], raw[1 + _MAC_BYTES :]
        if raw[:1] != bytes([_VERSION]) or not hmac.compare_digest(mac, self._mac(body)):
            raise InvalidRequest(
                "Deze link is niet heel, of komt niet van deze Routewijzer. Kopieer de link opnieuw, of stel de vraag.",
                "This link is not whole, or does not come from this Routewijzer. Copy it again, or ask the question.",
            )
        record: dict[str, Any] = json.loads(zlib.decompress(body))  # signed, hence made here
        return record

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, bytes([_VERSION]) + body, "sha256")[:_MAC_BYTES]


def _statement(statement: Statement, citations: Sequence[Citation]) -> tuple[str | None, tuple[int, ...]]:
    """A statement without its text where that is the quote of its first citation."""
    first = next((c for c in citations if c.number == statement.citations[0]), None) if statement.citations else None
    return (None if first and first.quote == statement.text else statement.text), statement.citations


def _citation(shelf: Shelf, pinned: Sequence[str], start: int, end: int, digest: str) -> Citation | None:
    """The citation as the library has it; None where that no longer holds."""
    document_id, version = pinned
    try:
        document = shelf.document(document_id, version)
    except RoutewijzerError:
        return None
    quote = document.text[start:end]
    current = shelf.current(document_id)
    held = any(v and shelf.quarantined(document_id, v) for v in (version, current))
    if held or _digest(quote) != digest:
        return None
    section = section_of(document, start)
    return cite_place(document, start, end, section.headings if section else ())


def _renumbered(answer: Answer) -> Answer:
    """Citations numbered from 1 again, where some are not shown."""
    numbers = {c.number: n for n, c in enumerate(answer.citations or answer.closest, start=1)}

    def again(citations: Sequence[Citation]) -> tuple[Citation, ...]:
        return tuple(replace(c, number=numbers[c.number]) for c in citations)

    return replace(
        answer,
        citations=again(answer.citations),
        closest=again(answer.closest),
        statements=tuple(replace(s, citations=tuple(numbers[n] for n in s.citations)) for s in answer.statements),
    )


def _filters(filters: Filters) -> list[list[str]]:
    return [[str(kind) for kind in filters.kind], *map(list, (filters.sector, filters.institution, filters.level))]


def _filters_of(values: Sequence[Sequence[str]]) -> Filters:
    kind, sector, institution, level = map(tuple, values)
    return Filters(tuple(map(DocumentKind, kind)), sector, institution, level)


def _digest(quote: str) -> str:
    return hashlib.sha256(quote.encode()).hexdigest()[:12]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(token: str) -> bytes:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
