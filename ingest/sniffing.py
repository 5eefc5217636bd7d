"""What a file really is, told from its bytes and not from its name.

The reader is chosen by the content. A file that is validly two kinds at once is refused, as it may look harmless to
one program and do harm in another. What a file merely carries is no second kind: a Word file with a PDF in it, a PDF
with a Word file attached, a Markdown file that shows HTML.
"""

from __future__ import annotations

import re
from pathlib import Path

from ingest.readers import SUFFIXES, Notice
from kb.errors import EmptyDocument, UnsafeDocument, UnsupportedFormat

_HEAD = 1024
"""How far from the beginning programs look for the header of a PDF."""
_TEXT_NAMES = {".md", ".markdown", ".txt"}
_SAME = {".markdown": ".md", ".txt": ".md", ".htm": ".html", ".xhtml": ".html", ".mht": ".mhtml"}
"""Suffixes that stand for one kind of content."""

_MAGIC = (
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"\xcf\xfa\xed\xfe", "program"), (b"\xce\xfa\xed\xfe", "program"),
    (b"\xfe\xed\xfa", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"\0asm", "program"),
    (b"L\0\0\0\x01\x14\x02\0", "program"), (b"#!/", "script"), (b"#! /", "script"), (b"<?php", "script"),
    (b"@echo off", "script"), (b"\x89PNG\r\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"),
    (b"BM", ".bmp"), (b"II*\0", ".tif"), (b"MM\0*", ".tif"), (b"Rar!\x1a\x07", ".rar"), (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"\x1f\x8b", ".gz"), (b"BZh", ".bz2"), (b"\xfd7zXZ\0", ".xz"), (b"{\\rtf", ".rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
)  # fmt: skip
_BINARY_MAGIC = {b"MZ", b"BM"}
"""Two letters that a text may begin with too."""
_IMAGES = {".png", ".jpg", ".gif", ".bmp", ".tif", ".webp", ".svg"}
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar"}
_ADVICE = {
    ".doc": (".docx", "een oud Word-, PowerPoint- of Excel-bestand", "an old Word, PowerPoint or Excel file"),
    ".ppt": (".pptx", "een oude PowerPoint", "an old PowerPoint"),
    ".xls": (".pdf", "een Excel-bestand", "an Excel file"),
    ".xlsx": (".pdf", "een Excel-bestand", "an Excel file"),
    ".ods": (".pdf", "een rekenblad", "a spreadsheet"),
    ".odp": (".pptx", "een presentatie van LibreOffice", "a LibreOffice presentation"),
    ".rtf": (".docx", "een RTF-bestand", "an RTF file"),
    ".pages": (".docx", "een Pages-bestand", "a Pages file"),
    ".docm": (".docx", "een Word-bestand met macro's", "a Word file with macros"),
    ".pptm": (".pptx", "een PowerPoint met macro's", "a PowerPoint with macros"),
}
"""Formats that can be saved in another form: that form, and what they are called."""

_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|svg|iframe|title|meta)[\s>]", re.IGNORECASE)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,500}(?:<\?xml[^>]{0,200}\?>\s{0,99})?(?:<!--[^>]{0,2000}-->\s{0,99}){0,9}"
    rb"<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE,
)
_SVG_START = re.compile(rb"\s{0,500}(?:<\?xml[^>]{0,200}\?>\s{0,99})?<svg[\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(rb"</?[a-z][a-z0-9]{0,15}[\s/>]", re.IGNORECASE)
_HEADER_LINE = re.compile(
    rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?[^\r\n]{0,2000}(?:\r?\n[ \t][^\r\n]{0,2000}){0,99}\r?\n?"
)
_MAIL_HEADERS = {
    b"from", b"to", b"subject", b"date", b"mime-version", b"message-id", b"received", b"return-path", b"delivered-to",
    b"content-type", b"reply-to", b"cc", b"x-mailer", b"snapshot-content-location", b"content-location",
}  # fmt: skip
_SAVED_PAGE = re.compile(rb"^(?:snapshot-content-location|content-location|from:\s*<?saved by|x-maf)", re.I | re.M)
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_OFFICE_PARTS = (
    (b"xl/workbook", ".xlsx"), (b"word/vbaProject", ".docm"), (b"ppt/vbaProject", ".pptm"), (b"Index/Document.iwa",
    ".pages"), (b"opendocument.presentation", ".odp"), (b"opendocument.spreadsheet", ".ods"),
)  # fmt: skip
_LONGEST_COMMENT = 65_557


def kind_of(data: bytes, name_suffix: str = "") -> str:
    """The suffix that belongs to the content (".pdf"), "program", "script", or "" for unknown bytes.

    The name only settles what the content leaves open: which kind of plain text, a page or a mail.
    """
    kinds = _kinds(data, name_suffix.lower())
    return kinds[0] if kinds else ""


def check_kind(data: bytes, path: Path) -> tuple[str, Notice | None]:
    """The suffix of the reader to use, and a notice when that is not the one of the name.

    Raises `UnsafeDocument` (`wrong_format`, `polyglot`, `encrypted`), `UnsupportedFormat` or `EmptyDocument`.
    """
    name = path.suffix.lower()
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyDocument(path, f"{path.name}: het bestand is leeg.", f"{path.name}: the file is empty.")
    kinds = _kinds(data, name)
    if len(kinds) > 1:
        raise _polyglot(path, kinds)
    kind = kinds[0] if kinds else ""
    if kind == ".doc" and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnsafeDocument(
            path,
            "encrypted",
            f"{path.name}: er zit een wachtwoord op. Sla het op zonder wachtwoord.",
            f"{path.name}: it needs a password. Save it without one.",
        )
    if kind in _ADVICE:
        raise _save_as(path, kind)
    if kind == ".zip" and name in {".zip", ".pages", ".key", ".numbers"}:
        raise _save_as(path, name) if name in _ADVICE else _unpack(path)
    if kind not in SUFFIXES or (kind in _TEXT_NAMES and name not in _TEXT_NAMES and name in SUFFIXES):
        raise _wrong(path, kind)
    if _SAME.get(kind, kind) == _SAME.get(name, name):
        return name, None
    if kind in _TEXT_NAMES and name not in SUFFIXES:
        raise _unknown(path)
    return kind, _other_kind(path, kind)


def _kinds(data: bytes, name: str) -> list[str]:
    """Every kind that the bytes validly are, the most telling first; one for honest files, none for unknown bytes."""
    head = data[:_HEAD]
    at = head.find(b"%PDF-")
    pdf = at == 0 or (at > 0 and b"%%EOF" in data[at:] and b"startxref" in data[at:])
    zip_at = _zip_start(data)
    first = _magic(data)
    kinds = [first] if first else []
    if zip_at == 0 or (zip_at is not None and not pdf):
        kinds.append(_zip_kind(data))
    elif zip_at is not None:
        kinds.append(".zip")
    if pdf and (zip_at != 0 or _leads_as_pdf(data, at)):
        kinds.append(".pdf")
    if kinds:
        beside = _markup_beside(data, at if pdf else None, zip_at)
        return [*kinds, ".html"] if beside else kinds
    return [text] if (text := _text_kind(data, name)) else []


def _magic(data: bytes) -> str | None:
    """The kind that the first bytes name; images, programs, archives and old formats."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    if data[257:262] == b"ustar":
        return ".tar"
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16] if data[:1] in b"\xef \t\r\n" else data[:16]
    for magic, kind in _MAGIC:
        if start.lower().startswith(magic.lower()) if kind == "script" else start.startswith(magic):
            if magic in _BINARY_MAGIC and b"\0" not in data[:_HEAD]:
                continue
            return kind
    return None


def _zip_start(data: bytes) -> int | None:
    """Where a zip archive begins that reaches to the end of the file; None where there is none.

    An archive that ends earlier is an attachment of something else, and no archive for most programs.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _LONGEST_COMMENT))
    if end < 0 or len(data) < end + 22:
        return 0 if data.startswith(b"PK\x03\x04") and b"%PDF-" not in data[:_HEAD] else None
    size, offset = (int.from_bytes(data[end + i : end + i + 4], "little") for i in (12, 16))
    comment = int.from_bytes(data[end + 20 : end + 22], "little")
    rest = data[end + 22 + comment :]
    start = end - size - offset
    if data.startswith(b"PK\x03\x04"):
        return 0
    whole = start >= 0 and data[start : start + 2] == b"PK" and not rest.strip(b"\0\r\n \t")
    return start if whole else None


def _zip_kind(data: bytes) -> str:
    """Which document a zip archive is, or ".zip"."""
    from ingest.container import kind_of as container_kind

    if (kind := container_kind(data)) is not None:
        return kind
    return next((kind for part, kind in _OFFICE_PARTS if part in data), ".zip")


def _leads_as_pdf(data: bytes, at: int) -> bool:
    """Whether an archive is a PDF too: its header is in the first entry, and it ends as one.

    A document that carries a PDF has its list of contents first.
    """
    size, name, extra = (int.from_bytes(data[i : i + n], "little") for i, n in ((18, 4), (26, 2), (28, 2)))
    return at < 30 + name + extra + size and b"%%EOF" in data[-_HEAD:]


def _markup_beside(data: bytes, pdf_at: int | None, zip_at: int | None) -> bool:
    """Whether a web page stands before or after a PDF, or before an archive."""
    if pdf_at is not None:
        tail = data[data.rfind(b"%%EOF") :] if b"%%EOF" in data else b""
        return bool(_TAG.search(data, 0, pdf_at) or _TAG.search(tail[:1_000_000]))
    return bool(zip_at and _TAG.search(data, 0, min(zip_at, 1_000_000)))


def _text_kind(data: bytes, name: str) -> str | None:
    """Which kind of text: a web page, a saved page, a mail, or plain; None for bytes that are no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data[:8192].decode("utf-16", errors="replace").encode("utf-8")
    elif b"\0" in data:
        return None
    start = data[:8192]
    if _HTML_START.match(start):
        return ".html"
    if _SVG_START.match(start):
        return ".svg"
    if (mail := _mail_kind(start, name)) is not None:
        return mail
    if name in {".html", ".htm", ".xhtml"} and _ANY_TAG.search(data[:1_000_000]):
        return ".html"
    return name if name in _TEXT_NAMES else ".txt"


def _mail_kind(start: bytes, name: str) -> str | None:
    """A saved page or a mail, by the lines of its head."""
    at = start.find(b"\n") + 1 if start.startswith(b"From ") else len(start) - len(start.lstrip(b"\xef\xbb\xbf\r\n"))
    begin = at
    names: set[bytes] = set()
    while (line := _HEADER_LINE.match(start, at)) and line.end() > at:
        names.add(line[1].lower())
        at = line.end()
    if len(names & _MAIL_HEADERS) < 2 or not (b"mime-version" in names or name in {".eml", ".mht", ".mhtml"}):
        return None
    head = start[begin:at]
    mail = name == ".eml" and not _SAVED_PAGE.search(head)
    return ".mhtml" if _RELATED.search(head) and not mail and not names & {b"received", b"to"} else ".eml"


def _called(kind: str) -> tuple[str, str]:
    """What a kind is called, in Dutch and English."""
    if kind in {"program", "script"}:
        return ("een programma", "a program") if kind == "program" else ("een script", "a script")
    if kind in _IMAGES:
        return "een afbeelding", "an image"
    if kind in _ARCHIVES:
        return "een archief met bestanden", "an archive of files"
    if kind in _TEXT_NAMES:
        return "gewone tekst", "plain text"
    names = {
        ".pdf": ("een PDF", "a PDF"), ".docx": ("een Word-bestand", "a Word file"), ".pptx": ("een PowerPoint",
        "a PowerPoint"), ".odt": ("een LibreOffice-tekst", "a LibreOffice text"), ".html": ("een webpagina",
        "a web page"), ".mhtml": ("een bewaarde webpagina", "a saved web page"), ".eml": ("een e-mail", "an e-mail"),
    }  # fmt: skip
    advice = _ADVICE.get(kind, ("", "iets onbekends", "something unknown"))
    return names.get(kind, advice[1:])


def _other_kind(path: Path, kind: str) -> Notice:
    nl, en = _called(kind)
    suffix = path.suffix or "geen achtervoegsel"
    return Notice(
        "other_kind",
        f"{path.name}: heet {suffix}, maar is {nl}; het is gelezen als {nl}.",
        f"{path.name}: is called {path.suffix or 'nothing'}, but is {en}; it was read as {en}.",
    )


def _polyglot(path: Path, kinds: list[str]) -> UnsafeDocument:
    (a, b), (c, d) = zip(*map(_called, kinds[:2]), strict=True)
    return UnsafeDocument(
        path,
        "polyglot",
        f"{path.name}: het bestand is tegelijk {a} en {b}. Dat is niet veilig. Sla het opnieuw op als PDF of Word.",
        f"{path.name}: the file is {c} and {d} at once. That is not safe. Save it again as PDF or Word.",
    )


def _wrong(path: Path, kind: str) -> UnsafeDocument | UnsupportedFormat:
    nl, en = _called(kind)
    if path.suffix.lower() == kind:
        return _unknown(path)
    return UnsafeDocument(
        path,
        "wrong_format",
        f"{path.name}: de inhoud is niet wat de naam zegt, maar {nl}.",
        f"{path.name}: the content is not what the name says, but {en}.",
    )


def _unknown(path: Path) -> UnsupportedFormat:
    known = ", ".join(sorted(SUFFIXES))
    return UnsupportedFormat(
        path,
        f"{path.name}: dit soort bestand kan nog niet worden gelezen (wel: {known}).",
        f"{path.name}: this kind of file cannot be read yet (these can: {known}).",
    )


def _save_as(path: Path, kind: str) -> UnsupportedFormat:
    suffix, nl, en = _ADVICE[kind]
    return UnsupportedFormat(
        path,
        f"{path.name}: dit is {nl} en kan niet worden gelezen. Sla het op als {suffix} en probeer het opnieuw.",
        f"{path.name}: this is {en} and cannot be read. Save it as {suffix} and try again.",
    )


def _unpack(path: Path) -> UnsupportedFormat:
    return UnsupportedFormat(
        path,
        f"{path.name}: dit is een archief. Pak het uit en voeg de documenten los toe.",
        f"{path.name}: this is an archive. Unpack it and add the documents one by one.",
    )
