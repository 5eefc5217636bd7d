"""Opens the zip archives that Office files are, after a check of everything in them.

No library sees a DOCX, PPTX or ODT before each of its entries has been unpacked and counted here, and its XML has
been found free of document types, entities and endless nesting. What the libraries then get is a new archive with
the XML alone: pictures, fonts and embedded files are empty in it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from ingest.limits import Limits
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument, UnsafeDocument

MAX_ENTRIES = 10_000
MAX_DEPTH = 200
"""Of elements within elements; the deepest real file stays far below, and lxml itself gives up at 256."""

_PIECE = 1 << 16
_ABSURD_RATIO = 200
_ABSURD_SIZE = 20 << 20
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of Office 97 to 2003 begin, and newer ones with a password."""
_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": ".pptx",
}
_ODT = b"application/vnd.oasis.opendocument.text"
_ODT_PARTS = ("content.xml", "styles.xml", "meta.xml")
_STRICT = {
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/presentationml/main": b"http://schemas.openxmlformats.org/presentationml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}  # fmt: skip
"""The namespaces of the strict kind of Office file, which the libraries do not know, and those that they do."""
_ENTRY_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Container:
    """The XML of a checked archive."""

    kind: str
    """`.docx`, `.pptx` or `.odt`."""
    parts: dict[str, bytes]
    """The XML by the name of its entry."""
    names: tuple[str, ...]
    """Of the entries that the libraries get, also of those that are empty for them."""

    def package(self) -> io.BytesIO:
        """A new archive for the libraries: the XML as it was, everything else empty."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for name in self.names:
                archive.writestr(zipfile.ZipInfo(name), self._content(name))
        packed.seek(0)
        return packed

    def _content(self, name: str) -> bytes:
        data = self.parts.get(name, b"")
        if data and name.endswith(".rels"):
            data = _without_dangling(data, name, self.names)
        if b"http://purl.oclc.org/ooxml/" in data:
            for strict, usual in _STRICT.items():
                data = data.replace(strict, usual)
        return data


def kind_of(data: bytes) -> str | None:
    """What a zip archive is: `.docx`, `.pptx`, `.odt`, or None for anything else, damaged archives among them."""
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _kind(archive)
    except _ENTRY_ERRORS:
        return None


def open_container(data: bytes, path: Path, limits: Limits) -> Container:
    """Check an archive from one end to the other, and give the XML that is in it.

    Raises `UnsafeDocument`, `LimitExceeded` or `UnreadableDocument`; `path` is used for its name alone.
    """
    if data.startswith(_COMPOUND_FILE):
        raise _compound_file(data, path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, path)
            _check_not_locked(archive, path)
            kind = _kind(archive)
            if kind is None or kind != path.suffix.lower():
                raise _wrong_kind(path, kind)
            parts = _unpack(archive, kind, path, limits)
            names = tuple(name for name in archive.namelist() if not name.endswith("/") and not _is_custom(name))
    except _ENTRY_ERRORS as error:
        raise _damaged(path) from error
    for content in parts.values():
        _check_xml(content, path)
    return Container(kind, parts, names)


def _check_entries(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise LimitExceeded(
            path,
            "unpacks_too_large",
            f"{path.name}: er zitten {len(entries)} bestanden in; meer dan {MAX_ENTRIES} is niet toegestaan.",
            f"{path.name}: it holds {len(entries)} files; more than {MAX_ENTRIES} are not allowed.",
        )
    seen: set[str] = set()
    for info in entries:
        name = info.orig_filename
        if not name or name in seen or not _is_plain(name):
            raise UnsafeDocument(
                path,
                "unsafe_archive",
                f"{path.name}: de namen van de onderdelen in dit bestand zijn niet te vertrouwen.",
                f"{path.name}: the names of the parts in this file cannot be trusted.",
            )
        seen.add(name)


def _is_plain(name: str) -> bool:
    return not (
        name.startswith("/") or "\\" in name or "\0" in name or re.match(r"[A-Za-z]:", name) or ".." in name.split("/")
    )


def _check_not_locked(archive: zipfile.ZipFile, path: Path) -> None:
    locked = any(info.flag_bits & 0x41 for info in archive.infolist())
    if locked or b"encryption-data" in _start_of(archive, "META-INF/manifest.xml"):
        raise _needs_password(path)


def _start_of(archive: zipfile.ZipFile, name: str, size: int = 1 << 20) -> bytes:
    """The first bytes of an entry; nothing where there is no such entry."""
    try:
        with archive.open(name) as entry:
            return entry.read(size)
    except KeyError:
        return b""


def _kind(archive: zipfile.ZipFile) -> str | None:
    if _start_of(archive, "mimetype").strip() == _ODT:
        return ".odt"
    kinds: set[str] = set()
    parser = expat.ParserCreate()

    def start(_: str, attributes: dict[str, str]) -> None:
        if kind := _MAIN_PARTS.get(attributes.get("ContentType", "")):
            kinds.add(kind)

    parser.StartElementHandler = start
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(_start_of(archive, "[Content_Types].xml"), True)
    except (expat.ExpatError, _Refused):
        return None
    return kinds.pop() if len(kinds) == 1 else None


def _unpack(archive: zipfile.ZipFile, kind: str, path: Path, limits: Limits) -> dict[str, bytes]:
    """Unpack every entry in pieces, whatever its header says of its size; what is needed is kept."""
    parts: dict[str, bytes] = {}
    room = limits.unpacked_mb << 20
    for info in archive.infolist():
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged(path)
        needed = _is_needed(info.filename, kind)
        pieces = []
        size = 0
        with archive.open(info) as entry:
            while piece := entry.read(_PIECE):
                size += len(piece)
                if size > room or (size > _ABSURD_SIZE and size > _ABSURD_RATIO * max(1, info.compress_size)):
                    raise _unpacks_too_large(path, limits)
                if needed:
                    pieces.append(piece)
        room -= size
        if needed:
            parts[info.filename] = b"".join(pieces)
    return parts


def _is_needed(name: str, kind: str) -> bool:
    if kind == ".odt":
        return name in _ODT_PARTS
    return name.lower().endswith((".xml", ".rels")) and not _is_custom(name)


def _is_custom(name: str) -> bool:
    """Whether an entry holds data of other programs, which is left out altogether."""
    return name.lower().startswith("customxml/")


class _Refused(Exception):
    """Stops the parser where something was found."""


def _refuse_entity(*_: object) -> None:
    raise _Refused("entity")


class _DepthCheck:
    """Follows how deep the elements of one XML part stand."""

    def __init__(self) -> None:
        self.depth = 0

    def start(self, *_: object) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Refused("depth")

    def end(self, *_: object) -> None:
        self.depth -= 1


def _check_xml(content: bytes, path: Path) -> None:
    """Read XML as a stream, in whatever encoding it says, and refuse what could hurt."""
    check = _DepthCheck()
    parser = expat.ParserCreate()
    parser.StartElementHandler = check.start
    parser.EndElementHandler = check.end
    parser.StartDoctypeDeclHandler = _refuse_entity
    parser.EntityDeclHandler = _refuse_entity
    try:
        if content.strip():
            parser.Parse(content, True)
    except _Refused as refused:
        raise _too_deep(path) if str(refused) == "depth" else _unsafe_xml(path) from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _damaged(path) from error


def _without_dangling(data: bytes, name: str, names: tuple[str, ...]) -> bytes:
    """The relationships of a part, without those to parts that are not there; the libraries stumble over them."""
    from lxml import etree

    folder = name.rpartition("/")[0].rpartition("/")[0]
    known = {known.lower() for known in names}
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    for relation in list(root):
        target = relation.get("Target", "").partition("#")[0]
        if relation.get("TargetMode") != "External" and _resolved(folder, target).lower() not in known:
            root.remove(relation)
    cleaned: bytes = etree.tostring(root)
    return cleaned


def _resolved(folder: str, target: str) -> str:
    """The name of the entry that a relationship points at."""
    steps = [] if target.startswith("/") else [step for step in folder.split("/") if step]
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def _damaged(path: Path) -> DocumentError:
    return UnreadableDocument(
        path,
        f"{path.name}: dit bestand is beschadigd of onvolledig. Sla het opnieuw op en probeer het nog eens.",
        f"{path.name}: this file is damaged or not complete. Save it anew and try again.",
    )


def _unpacks_too_large(path: Path, limits: Limits) -> DocumentError:
    return LimitExceeded(
        path,
        "unpacks_too_large",
        f"{path.name}: uitgepakt is dit bestand te groot (meer dan {limits.unpacked_mb} MB, of te sterk ingepakt).",
        f"{path.name}: unpacked, this file is too large (over {limits.unpacked_mb} MB, or packed too tight).",
    )


def _too_deep(path: Path) -> DocumentError:
    return LimitExceeded(
        path,
        "too_deep",
        f"{path.name}: de onderdelen van dit bestand zijn te diep in elkaar genest.",
        f"{path.name}: the parts of this file are nested too deep.",
    )


def _unsafe_xml(path: Path) -> DocumentError:
    return UnsafeDocument(
        path,
        "unsafe_xml",
        f"{path.name}: in dit bestand staan opdrachten (een documenttype of entiteiten) die er niet in horen.",
        f"{path.name}: this file holds instructions (a document type or entities) that do not belong in it.",
    )


def _needs_password(path: Path) -> DocumentError:
    return UnsafeDocument(
        path,
        "encrypted",
        f"{path.name}: dit bestand is beveiligd met een wachtwoord. Haal de beveiliging eraf en lever het opnieuw aan.",
        f"{path.name}: this file is protected with a password. Remove the protection and hand it in again.",
    )


def _compound_file(data: bytes, path: Path) -> DocumentError:
    """Which of the two a compound file is: locked with a password, or of an old kind."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _needs_password(path)
    old = {"WordDocument": ".doc", "PowerPoint Document": ".ppt", "Workbook": ".xls"}
    kind = next((suffix for stream, suffix in old.items() if stream.encode("utf-16-le") in data), ".doc, .ppt")
    new = f"{kind}x" if kind in {".doc", ".ppt"} else ".docx, .pptx"
    return UnsafeDocument(
        path,
        "wrong_format",
        f"{path.name}: dit is een bestand van een oude soort ({kind}). Sla het op als {new} en lever dat aan.",
        f"{path.name}: this is a file of an old kind ({kind}). Save it as {new} and hand that in.",
    )


def _wrong_kind(path: Path, kind: str | None) -> DocumentError:
    nl, en = (f"de inhoud is van de soort {kind}", f"its content is of the kind {kind}") if kind else (
        "de inhoud is van een andere soort", "its content is of another kind"
    )  # fmt: skip
    return UnsafeDocument(
        path,
        "wrong_format",
        f"{path.name}: dit is geen gewoon {path.suffix.lower()}-bestand; {nl}.",
        f"{path.name}: this is not a plain {path.suffix.lower()} file; {en}.",
    )
