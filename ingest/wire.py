"""What passes between the server and the processes that read files: JSON and raw arrays, nothing that can run.

A process that reads hostile files may itself be taken over; therefore no pickles, and the sizes are checked.
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ingest.blocks import Assembly
from ingest.preparing import Prepared
from ingest.readers import Notice
from kb.documents import metadata_from, metadata_to
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument
from kb.types import Page, Section

_HEAD = struct.Struct("<QQ")
_MOST = 2**31
"""Bytes of one part; more can only be a fault."""
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class Broken(Exception):
    """The other side is gone, or sent what is no message."""


def send(pipe: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Write one message. Raises `Broken` where the other side is gone."""
    # half a character cannot be stored; one sign takes its place, so that offsets stay what they are
    head = _HALF_CHARACTER.sub("\ufffd", json.dumps(header, ensure_ascii=False)).encode("utf-8")
    try:
        pipe.write(_HEAD.pack(len(head), len(body)))
        pipe.write(head)
        pipe.write(body)
        pipe.flush()
    except OSError as error:
        raise Broken(str(error)) from error


def receive(pipe: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read one message. Raises `Broken` where the other side is gone or sends no message."""
    head, body = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if max(head, body) > _MOST:
        raise Broken("a message that is too large")
    try:
        header = json.loads(_exactly(pipe, head).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Broken(str(error)) from error
    if not isinstance(header, dict):
        raise Broken("no header")
    return header, _exactly(pipe, body)


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = b""
    try:
        data = pipe.read(size)
    except OSError as error:
        raise Broken(str(error)) from error
    if len(data) != size:
        raise Broken("the other side is gone")
    return data


def pack(prepared: Prepared) -> tuple[dict[str, Any], bytes]:
    """A prepared document as a header and the bytes of its boxes."""
    laid = prepared.laid
    header = {
        "suffix": prepared.suffix,
        "text": laid.text,
        "pages": [[p.number, p.start, p.end] for p in laid.pages],
        "sections": [[list(s.headings), s.start, s.body, s.end, s.ordinal] for s in laid.sections],
        "cuts": prepared.cuts,
        "metadata": metadata_to(prepared.metadata) if prepared.metadata else None,
        "proposal": prepared.proposal,
        "inspection": prepared.inspection,
        "sketch": prepared.sketch,
        "notices": [[n.code, n.nl, n.en] for n in prepared.notices],
        "quarantined": prepared.quarantined,
    }
    return header, b"" if laid.boxes is None else laid.boxes.tobytes()


def unpack(header: dict[str, Any], body: bytes) -> Prepared:
    """The inverse of `pack`. Raises `Broken` where something does not fit."""
    try:
        text = str(header["text"])
        boxes = np.frombuffer(body, dtype=np.uint16).reshape(len(text), 5) if body else None
        laid = Assembly(
            text,
            tuple(Page(int(n), int(a), int(b)) for n, a, b in header["pages"]),
            tuple(
                Section(tuple(str(h) for h in heads), int(a), int(b), int(c), None if n is None else int(n))
                for heads, a, b, c, n in header["sections"]
            ),
            boxes,
        )
        return Prepared(
            suffix=str(header["suffix"]),
            laid=laid,
            cuts=tuple((int(a), int(b)) for a, b in header["cuts"]),
            metadata=metadata_from(header["metadata"]) if header["metadata"] else None,
            proposal=dict(header["proposal"]),
            inspection=dict(header["inspection"]),
            sketch=tuple(int(n) for n in header["sketch"]),
            notices=tuple(Notice(str(code), str(nl), str(en)) for code, nl, en in header["notices"]),
            quarantined=bool(header["quarantined"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Broken(str(error)) from error


def pack_refusal(error: DocumentError) -> dict[str, Any]:
    """A refusal as a header."""
    return {"refused": error.code, "limit": isinstance(error, LimitExceeded), "nl": error.nl, "en": error.en}


def unpack_refusal(header: dict[str, Any], path: Path) -> DocumentError:
    """The refusal that a header tells of."""
    kind = LimitExceeded if header.get("limit") else None
    code, nl, en = (str(header.get(key, "")) for key in ("refused", "nl", "en"))
    if kind is not None:
        return kind(path, code, nl, en)
    error = UnreadableDocument(path, nl, en)
    error.code = code
    return error
