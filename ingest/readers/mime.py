"""Messages in MIME, of mail and of saved web pages, taken apart within bounds."""

from __future__ import annotations

from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

from ingest.limits import Limits
from ingest.readers.decoding import plain_characters
from kb.errors import LimitExceeded, UnreadableDocument

_MAX_PARTS = 5000
_MAX_DEPTH = 30
_LONGEST_HEADER = 5000


def parse_message(data: bytes, path: Path) -> Message:
    """The message in the bytes; it has headers, for without them it is none."""
    try:
        message = BytesParser(policy=compat32).parsebytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    except RecursionError as error:
        raise _too_deep(path) from error
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        raise _unreadable(path) from error
    if not any(message.get(name) for name in ("Content-Type", "From", "Subject", "Date", "Received", "MIME-Version")):
        raise _unreadable(path)
    return message


def parts_of(message: Message, path: Path, into_messages: bool = True) -> list[Message]:
    """The parts of a message that hold something themselves, in their order."""
    found: list[Message] = []
    pending: list[tuple[Message, int]] = [(message, 0)]
    while pending:
        part, depth = pending.pop()
        if depth > _MAX_DEPTH or len(found) > _MAX_PARTS:
            raise _too_deep(path)
        inner = part.get_payload()
        whole = part.get_content_maintype() != "multipart" and not (into_messages and part.is_multipart())
        if whole or not isinstance(inner, list):
            found.append(part)
        else:
            pending += [(each, depth + 1) for each in reversed(inner) if isinstance(each, Message)]
    return found


def payload(part: Message, path: Path, limits: Limits) -> bytes:
    """The bytes of a part, its transfer encoding undone."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, MessageError, AssertionError) as error:
        raise _unreadable(path) from error
    if not isinstance(data, bytes):
        return b""
    if len(data) > limits.unpacked_mb << 20:
        raise LimitExceeded(
            path,
            "unpacks_too_large",
            f"{path.name}: uitgepakt is dit bestand groter dan {limits.unpacked_mb} MB.",
            f"{path.name}: unpacked, this file is larger than {limits.unpacked_mb} MB.",
        )
    return data


def header(message: Message, name: str) -> str:
    """A header as it reads, on one line; "" where there is none."""
    return decoded(str(message.get(name, "")))


def decoded(value: str) -> str:
    """A header value with its encoded words undone, on one line."""
    raw = value[:_LONGEST_HEADER]
    try:
        text = str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        text = raw
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(plain_characters(text).split())


def _too_deep(path: Path) -> LimitExceeded:
    return LimitExceeded(
        path,
        "too_deep",
        f"{path.name}: dit bericht bestaat uit te veel delen, of ze zitten te diep in elkaar.",
        f"{path.name}: this message has too many parts, or they are nested too deep.",
    )


def _unreadable(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path.name}: dit is geen leesbaar bericht, of het is beschadigd.",
        f"{path.name}: this is not a readable message, or it is damaged.",
    )
