"""A document fetched from the web: from the open internet only, within limits of time and size.

Each address on the way, that of every redirect too, is checked as `ingest.addresses` says, and the connection goes
to the very address that was checked. No proxy, cookie or password of this machine is used.
"""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin

from ingest.addresses import AddressRefused, HostUnknown, IpAddress, Target, is_public, parse_address, resolve
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument, UnsafeDocument, UnsupportedFormat

_SUFFIXES = {
    "text/html": (".html", ".htm"),
    "application/xhtml+xml": (".xhtml", ".html", ".htm"),
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "text/plain": (".txt", ".md", ".markdown"),
    "text/markdown": (".md", ".markdown"),
}
"""The kinds of document that are fetched, with the suffixes that a name of them may have; the first by default."""
_REDIRECTS = {301, 302, 303, 307, 308}
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What fetching one document may cost."""

    file_mb: int = 50
    seconds: float = 20.0
    """From the first look-up to the last byte, redirects and all."""
    redirects: int = 5
    ports: tuple[int, ...] = (80, 443)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document from the web."""

    data: bytes
    url: str
    """Where it came from in the end."""
    content_type: str
    """Without parameters, in small letters."""
    file_name: str
    """With a suffix that a reader knows."""


class _TooSlow(Exception):
    """The time for all of it is over."""


class _TooLarge(Exception):
    """There is more than the limit of bytes."""


def fetch(url: str, limits: FetchLimits | None = None, *, allow: Callable[[IpAddress], bool] = is_public) -> Fetched:
    """Fetch one document; `allow` says to which addresses a connection may be made.

    Raises `UnsafeDocument` (`unsafe_address`), `LimitExceeded` (`too_large`, `too_slow`), `UnsupportedFormat`, or
    `UnreadableDocument` with the code `fetch_failed`.
    """
    import httpcore

    limits = limits or FetchLimits()
    deadline = time.monotonic() + limits.seconds
    try:
        return _follow(url, limits, deadline, allow)
    except AddressRefused as error:
        raise _refusal(url, error.nl, error.en) from error
    except (_TooSlow, TimeoutError, httpcore.TimeoutException) as error:
        raise LimitExceeded(
            _shown(url),
            "too_slow",
            f"{_shown(url)}: het ophalen duurt langer dan {limits.seconds:g} seconden en is gestopt.",
            f"{_shown(url)}: fetching takes longer than {limits.seconds:g} seconds and was stopped.",
        ) from error
    except _TooLarge as error:
        raise LimitExceeded(
            _shown(url),
            "too_large",
            f"{_shown(url)}: dit document is groter dan {limits.file_mb} MB.",
            f"{_shown(url)}: this document is larger than {limits.file_mb} MB.",
        ) from error
    except HostUnknown as error:
        raise _failed(url, "dit webadres bestaat niet", "this web address does not exist") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError, zlib.error, ValueError) as error:
        raise _failed(
            url, "de verbinding met deze website is mislukt", "the connection with this website failed"
        ) from error


def _follow(url: str, limits: FetchLimits, deadline: float, allow: Callable[[IpAddress], bool]) -> Fetched:
    """Fetch, by way of redirects where there are any."""
    here = url
    for _ in range(limits.redirects + 1):
        target = parse_address(here, limits.ports)
        found = _get(target, url, limits, deadline, allow)
        if isinstance(found, Fetched):
            return found
        here = urljoin(target.url, found)
    raise _failed(url, "deze website stuurt te vaak door", "this website redirects too often")


def _get(
    target: Target, asked: str, limits: FetchLimits, deadline: float, allow: Callable[[IpAddress], bool]
) -> Fetched | str:
    """What stands at one address: a document, or the address that it redirects to."""
    from ingest.connections import pool_to

    addresses = resolve(target.host, target.port, allow, _left(deadline))
    with (
        pool_to(addresses, lambda: _left(deadline)) as pool,
        pool.stream("GET", target.url, headers=_headers()) as response,
    ):
        headers = {name.lower(): value.decode("utf-8", "replace") for name, value in response.headers}
        if response.status in _REDIRECTS and headers.get(b"location"):
            return headers[b"location"].strip()
        if response.status != 200:
            raise _failed(
                asked,
                f"de website geeft het document niet (antwoord {response.status})",
                f"the website does not give the document (answer {response.status})",
            )
        kind, name = _kind(headers.get(b"content-type", ""), target, asked)
        coding = headers.get(b"content-encoding", "").strip().lower()
        data = _body(_decoded(response.iter_stream(), coding, asked), limits, deadline)
    return Fetched(data, target.url, kind, name)


def _headers() -> list[tuple[bytes | str, bytes | str]]:
    return [
        ("User-Agent", "Routewijzer"),
        ("Accept", ", ".join(_SUFFIXES)),
        ("Accept-Language", "nl, en;q=0.5"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]


def _body(pieces: Iterable[bytes], limits: FetchLimits, deadline: float) -> bytes:
    """The bytes of a document, as long as they stay within the limits."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limits.file_mb << 20:
            raise _TooLarge
        _left(deadline)
    return bytes(data)


def _decoded(pieces: Iterable[bytes], coding: str, asked: str) -> Iterator[bytes]:
    """The bytes without the compression that was not asked for, in small pieces however well they were packed."""
    if coding in {"", "identity"}:
        yield from pieces
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise _failed(
            asked, "het document is op een onbekende manier ingepakt", "the document is packed in an unknown way"
        )
    unpacker = zlib.decompressobj(wbits=47 if coding != "deflate" else 15)
    for piece in pieces:
        yield unpacker.decompress(piece, _PIECE)
        while unpacker.unconsumed_tail:
            yield unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
    yield unpacker.flush()
    if not unpacker.eof:
        raise ValueError("cut off")


def _kind(header: str, target: Target, asked: str) -> tuple[str, str]:
    """The content type of a document and its file name, by what the website says it is."""
    kind = header.partition(";")[0].strip().lower()
    suffixes = _SUFFIXES.get(kind)
    if suffixes is None:
        shown = kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) and len(kind) < 80 else "?"
        raise UnsupportedFormat(
            _shown(asked),
            f"{_shown(asked)}: dit soort document kan nog niet worden gelezen ({shown}).",
            f"{_shown(asked)}: this kind of document cannot be read yet ({shown}).",
        )
    last = PurePosixPath(unquote(target.path.partition("?")[0])).name
    stem, suffix = PurePosixPath(last).stem, PurePosixPath(last).suffix.lower()
    if suffix not in suffixes:
        suffix = suffixes[0]
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-. ")[:80] or target.host
    return kind, stem + suffix


def _left(deadline: float) -> float:
    """The seconds that are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise _TooSlow
    return left


def _shown(url: str) -> str:
    """An address as it may stand in a message: short, and without what a password may be in."""
    bare = re.sub(r"[^\x21-\x7e\u00a1-\uffff]", "", url[:300])
    bare = re.sub(r"^([a-zA-Z][\w+.-]*:)?//[^/?#]*@", r"\1//", bare).partition("?")[0].partition("#")[0]
    return bare if len(bare) <= 120 else f"{bare[:119]}…"


def _refusal(url: str, nl: str, en: str) -> DocumentError:
    return UnsafeDocument(_shown(url), "unsafe_address", f"{_shown(url)}: {nl}.", f"{_shown(url)}: {en}.")


def _failed(url: str, nl: str, en: str) -> DocumentError:
    error = UnreadableDocument(_shown(url), f"{_shown(url)}: {nl}.", f"{_shown(url)}: {en}.")
    error.code = "fetch_failed"
    return error
