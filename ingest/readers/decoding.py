"""Bytes to characters, with the refusal of what is no text."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from kb.errors import EmptyDocument, UnreadableDocument

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_LOOKALIKES: dict[str, str | int | None] = {
    "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl",
    "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st", "\u2010": "-", "\u2011": "-", "\u0133": "ij",
    "\u0132": "IJ",
}  # fmt: skip
_TABLE = {**_INVISIBLE, **str.maketrans(_LOOKALIKES)}
_CONTROL = dict.fromkeys([*range(9), 11, *range(14, 32), *range(127, 160)], None)

_DECLARED = re.compile(
    rb"""<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})|<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_TEXT_ENCODINGS = ("utf-8", "utf-16", "iso8859", "cp", "mac", "koi8", "gb", "big5", "shift_jis", "euc")
_WESTERN = {"iso8859-1", "ascii", "cp1252"}
"""What is written by these names is Windows-1252 in truth, as every browser takes it."""


def decode(data: bytes, path: Path, declared: str | None = None) -> str:
    """The text of the bytes: UTF-8, UTF-16 with its mark, or else Windows-1252; lines end with a line feed.

    `declared` is the encoding that the document names itself; it is believed where the bytes do not say otherwise.
    No-break spaces, soft hyphens, ligatures and other look-alikes become plain characters.
    Raises `EmptyDocument` where nothing is left, `UnreadableDocument` where the bytes are no text.
    """
    named = _codec(declared)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    elif b"\0" in data:
        if not named.startswith("utf-16"):
            raise _no_text(path)
        text = data.decode(named, errors="replace")
    else:
        text = _characters(data, named)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = unicodedata.normalize("NFC", text.translate(_TABLE))
    control = sum(unicodedata.category(c) == "Cc" and c not in "\n\t\f" for c in text)
    if control or text.count("\ufffd") > len(text) * 0.01:
        if control > max(3, len(text) * 0.005) or "\ufffd" in text:
            raise _no_text(path)
        text = "".join(c for c in text if c in "\n\t\f" or unicodedata.category(c) != "Cc")
    if not text.strip():
        raise EmptyDocument(path, f"{path.name}: er staat geen tekst in.", f"{path.name}: there is no text in it.")
    return text


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the head of a web page names: in its XML declaration or a `meta` element."""
    if data.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    found = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def plain_characters(text: str) -> str:
    """Text without invisible and control characters, its look-alikes plain, as `decode` leaves it.

    For what comes out of character references (`&nbsp;`, `&shy;`) after decoding.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_TABLE).translate(_CONTROL)


def _codec(declared: str | None) -> str:
    """Python's name of a declared encoding; "" for one that is unknown or no encoding of text."""
    try:
        name = codecs.lookup(declared).name if declared else ""
    except (LookupError, ValueError):
        return ""
    return name if name in _WESTERN or name.startswith(_TEXT_ENCODINGS) else ""


def _characters(data: bytes, named: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if named.startswith("utf-8") and (text := _utf8_with_strays(data)):
        return text
    if named and not named.startswith("utf") and named not in _WESTERN:
        try:
            return data.decode(named)
        except UnicodeDecodeError:
            pass
    return data.decode("cp1252", errors="replace")


def _utf8_with_strays(data: bytes) -> str | None:
    """UTF-8 in which a few bytes come from elsewhere, read as Windows-1252; None where they are many."""
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")
    beyond = re.findall(r"[^\0-\x7f]", text)
    strays = sum("\ud800" <= c <= "\udfff" for c in beyond)
    if strays * 10 > len(beyond):
        return None
    return re.sub("[\udc80-\udcff]", lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _no_text(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path.name}: dit is geen tekstbestand, of het is beschadigd.",
        f"{path.name}: this is not a text file, or it is damaged.",
    )
