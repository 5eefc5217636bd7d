"""Mail to blocks: what the sender wrote, under its subject; no names or addresses of people, and no quoted mail."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.cleaning import clean_lines
from ingest.limits import Limits
from ingest.readers import Notice, Reading
from ingest.readers.decoding import declared_encoding, decode
from ingest.readers.html import page_blocks
from ingest.readers.html_tree import parse, strip_unread, tokens, words
from ingest.readers.mime import decoded, header, parse_message, parts_of, payload
from kb.errors import EmptyDocument, UnsafeDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

_ATTRIBUTION = (("op ", "schreef"), ("on ", "wrote"), ("am ", "schrieb"), ("le ", "a écrit"))
"""How the line begins that says who wrote on which day, and the verb in it."""
_ORIGINAL = re.compile(
    r"^(?:-{2,}\s*(?:oorspronkelijk bericht|original message|oorspronkelijk e-mailbericht)\s*-{2,}|_{20,})$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^(?:-{2,}\s*(?:forwarded message|doorgestuurd bericht|forwarded by.{0,100})\s*-{2,}|begin doorgestuurd bericht:"
    r"|begin forwarded message:)$",
    re.IGNORECASE,
)  # fmt: skip
_PERSONAL_LINE = re.compile(
    r"^\*?(?:van|from|aan|to|cc|bcc|verzonden|sent|datum|date|onderwerp|subject|antwoord aan|reply-to)\s?:\*?\s",
    re.IGNORECASE,
)
_SENDER_LINE = re.compile(r"^\*?(?:van|from)\s?:\*?\s", re.IGNORECASE)
_QUOTE_NAMES = {"quote", "yahoo", "protonmail"}
_QUOTE_MARKS = (
    {"gmail", "quote"}, {"gmail", "attr"}, {"gmail", "signature"}, {"yahoo", "quoted"}, {"protonmail", "quote"},
    {"cite", "prefix"}, {"moz", "signature"},
)  # fmt: skip
"""Words that stand together in the class names of what mail programs put around quotations and signatures."""
_REPLY_MARKS = {"divrplyfwdmsg", "appendonsend", "replyseparator"}
_ENCRYPTED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_MOST_NAMES = 10


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """The subject as heading, and the text of the message without quotations and signature."""
    message = parse_message(data, path)
    if message.get_content_type() in _ENCRYPTED:
        raise UnsafeDocument(
            path,
            "encrypted",
            f"{path.name}: dit bericht is versleuteld. Bewaar het onversleuteld en probeer het opnieuw.",
            f"{path.name}: this message is encrypted. Save it without encryption and try again.",
        )
    parts = parts_of(message, path, into_messages=False)
    attached = [part for part in parts if _is_attachment(part)]
    texts = [part for part in parts if part not in attached]
    blocks, quoted = _body(texts, path, limits)
    if not blocks:
        raise EmptyDocument(
            path,
            f"{path.name}: er staat geen eigen tekst in dit bericht.",
            f"{path.name}: there is no text in this message.",
        )
    subject = header(message, "Subject")
    heading = [Block("heading", subject)] if subject else []
    notices = [*_quoted_notice(quoted), *_attachment_notice(attached)]
    return Reading(heading + blocks, notices=notices, title=subject or None, date=_date(message))


def _body(parts: list[Message], path: Path, limits: Limits) -> tuple[list[Block], bool]:
    """The blocks of plain text, or else of HTML; and whether quotations were left out."""
    quoted = False
    for kind, reader in (("text/plain", _plain_blocks), ("text/html", _page_blocks)):
        blocks: list[Block] = []
        for part in parts:
            if part.get_content_type() != kind:
                continue
            data = payload(part, path, limits)
            try:
                found, cut = reader(data, part.get_content_charset(), path)
            except EmptyDocument:
                continue
            blocks += found
            quoted = quoted or cut
        if any(block.hidden is None for block in blocks):
            return blocks, quoted
    return [], quoted


def _plain_blocks(data: bytes, charset: str | None, path: Path) -> tuple[list[Block], bool]:
    lines = decode(data, path, charset).split("\n")
    own, quoted = own_lines(lines)
    # a short line in a mail is a greeting or a name, not a heading
    blocks = [replace(b, kind="paragraph") if b.kind == "heading" else b for b in clean_lines(own)]
    return blocks, quoted


def own_lines(lines: list[str]) -> tuple[list[str], bool]:
    """The lines that the sender wrote, without quotations and signature; and whether there were quotations."""
    own: list[str] = []
    quoted = False
    for at, line in enumerate(lines):
        bare = line.strip()
        if line.rstrip("\r\n") in {"-- ", "--"}:
            break
        if bare.startswith(">"):
            quoted = True
        elif _is_original(lines, at):
            return _without_attribution(own), True
        elif not _FORWARDED.match(bare):
            own.append(line)
    return _without_attribution(_without_senders(own)), quoted


def _is_original(lines: list[str], at: int) -> bool:
    """Whether an earlier message begins here: by its marker, or by who sent it and when."""
    bare = lines[at].strip()
    following = [line for line in lines[at + 1 : at + 6] if line.strip()]
    if _ORIGINAL.match(bare):
        return not bare.startswith("_") or bool(following and _SENDER_LINE.match(following[0].strip()))
    before = [line for line in lines[max(0, at - 3) : at] if line.strip()]
    if not _SENDER_LINE.match(bare) or (before and _FORWARDED.match(before[-1].strip())):
        return False
    has_text = any(line.strip() for line in lines[max(0, at - 50) : at])
    return has_text and sum(bool(_PERSONAL_LINE.match(line.strip())) for line in following) >= 2


def _without_attribution(lines: list[str]) -> list[str]:
    """Without the line, or two, that says who wrote on which day what was quoted."""
    kept: list[str] = []
    for line in lines:
        kept.append(line)
        for count in (1, 2):
            if len(kept) >= count and _is_attribution(" ".join(part.strip() for part in kept[-count:])):
                del kept[-count:]
                break
    return kept


def _is_attribution(line: str) -> bool:
    bare = line.lower()
    return len(bare) < 300 and bare.endswith(":") and any(bare.startswith(a) and b in bare for a, b in _ATTRIBUTION)


def _without_senders(lines: list[str]) -> list[str]:
    """Without the lines that say from whom to whom a forwarded message went."""
    for at, line in enumerate(lines):
        if not _SENDER_LINE.match(line.strip()):
            continue
        end = at
        while end < len(lines) and _PERSONAL_LINE.match(lines[end].strip()):
            end += 1
        if end - at >= 3:
            return lines[:at] + lines[end:]
    return lines


def _page_blocks(data: bytes, charset: str | None, path: Path) -> tuple[list[Block], bool]:
    root = parse(decode(data, path, charset or declared_encoding(data)), path)
    strip_unread(root)
    quotes = [element for element in root.iter("div", "blockquote", "span", "p") if _is_quote(element)]
    quoted = any(words(element) for element in quotes)
    for element in quotes:
        _take_out(element)
    return page_blocks(root), quoted


def _is_quote(element: _Element) -> bool:
    """Whether an element holds the mail that is answered, who wrote it, or a signature."""
    if element.tag == "blockquote":
        return element.get("type") == "cite" or not tokens(element).isdisjoint(_QUOTE_NAMES)
    names = tokens(element)
    return any(pair <= names for pair in _QUOTE_MARKS) or not _marks(element).isdisjoint(_REPLY_MARKS)


def _marks(element: _Element) -> set[str]:
    return {name.lower() for name in (element.get("id", ""), *element.get("class", "").split())}


def _take_out(element: _Element) -> None:
    """Take an element out of its tree; with a mark that a reply begins, all that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    following = list(element.itersiblings()) if not _marks(element).isdisjoint(_REPLY_MARKS) else []
    for each in (element, *following):
        if each.getparent() is parent:
            parent.remove(each)


def _is_attachment(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).strip().lower()
    if disposition.startswith("attachment"):
        return True
    if part.get_content_type() in {"text/plain", "text/html"}:
        return bool(part.get_filename())
    # a picture that stands in the text is no attachment
    return not (disposition.startswith("inline") or part.get("Content-ID"))


def _quoted_notice(quoted: bool) -> list[Notice]:
    if not quoted:
        return []
    return [
        Notice(
            "quoted_mail",
            "Eerdere berichten die in deze mail worden aangehaald, zijn niet gelezen.",
            "Earlier messages that this mail quotes were not read.",
        )
    ]


def _attachment_notice(attached: list[Message]) -> list[Notice]:
    if not attached:
        return []
    count = len(attached)
    names = [name for part in attached[:_MOST_NAMES] if (name := _name(part))]
    listed = f": {', '.join(names)}{' …' if count > _MOST_NAMES else ''}" if names else ""
    nl = f"{count} bijlagen zijn niet gelezen" if count > 1 else "1 bijlage is niet gelezen"
    en = f"{count} attachments were not read" if count > 1 else "1 attachment was not read"
    return [Notice("attachments", f"{nl}{listed}.", f"{en}{listed}.")]


def _name(part: Message) -> str:
    """The name of an attachment, made fit to be shown."""
    try:
        raw = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    return "".join(char for char in decoded(raw) if char.isprintable())[:80]


def _date(message: Message) -> str | None:
    try:
        return parsedate_to_datetime(header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
