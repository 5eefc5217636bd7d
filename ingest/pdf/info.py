"""What a PDF says of itself: its title and its date."""

from __future__ import annotations

import re
from typing import Any

from ingest.blocks import plain

_FILE_NAME = re.compile(r"\.(?:docx?|pptx?|xlsx?|odt|pdf|indd|rtf|pub|afpub|tex)$", re.IGNORECASE)
_FROM_PROGRAM = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)|powerpoint-presentatie|powerpoint presentation|dia \d+|slide \d+|"
    r"untitled|naamloos|document\d*|presentatie\d*|title|titel)\b", re.IGNORECASE
)  # fmt: skip
_DATE = re.compile(r"^(?:D:)?(\d{4})-?(\d{2})?-?(\d{2})?")


def title_of(document: Any) -> str | None:
    """The title in the document's properties, unless a program made it of the file's name."""
    title = plain(_value(document, "Title"))[:300]
    if len(title) < 4 or _FILE_NAME.search(title) or _FROM_PROGRAM.match(title):
        return None
    # "RO_PUBL_030" is the name of a template or file, not a title
    return None if "_" in title and " " not in title else title


def date_of(document: Any) -> str | None:
    """The day on which the document was last changed, or else made, as 2024-03-06."""
    for key in ("ModDate", "CreationDate"):
        match = _DATE.match(_value(document, key).strip())
        if match and 1980 <= int(match[1]) <= 2100:
            month, day = int(match[2] or 0), int(match[3] or 0)
            if 1 <= month <= 12 and 1 <= day <= 31:
                return f"{match[1]}-{match[2]}-{match[3]}"
    return None


def _value(document: Any, key: str) -> str:
    import pypdfium2.raw as pdfium

    name = key.encode()
    size = pdfium.FPDF_GetMetaText(document, name, None, 0)
    if not 2 < size < 20_000:
        return ""
    import ctypes

    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetMetaText(document, name, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "ignore").replace("\0", "")
