"""Bytes to characters, with the refusal of what is no text."""

from __future__ import annotations

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


def decode(data: bytes, path: Path) -> str:
    """The text of the bytes: UTF-8, UTF-16 with its mark, or else Windows-1252; lines end with a line feed.

    No-break spaces, soft hyphens, ligatures and other look-alikes become plain characters.
    Raises `EmptyDocument` where nothing is left, `UnreadableDocument` where the bytes are no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    elif b"\0" in data:
        raise _no_text(path)
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
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


def _no_text(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path.name}: dit is geen tekstbestand, of het is beschadigd.",
        f"{path.name}: this is not a text file, or it is damaged.",
    )
