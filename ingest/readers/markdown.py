"""Markdown, with or without front matter, to blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.limits import Limits
from ingest.readers import Reading
from ingest.readers.decoding import decode
from kb.errors import EmptyDocument

if TYPE_CHECKING:
    from markdown_it.token import Token


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """Headings, paragraphs, list items and table rows as blocks, their inline marks taken off."""
    from markdown_it import MarkdownIt

    front_matter, body = split_front_matter(decode(data, path))
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    blocks = _blocks(parser.parse(body))
    if not any(block.kind != "heading" for block in blocks):
        raise EmptyDocument(path, f"{path.name}: er staat geen tekst in.", f"{path.name}: there is no text in it.")
    return Reading(blocks, front_matter)


def split_front_matter(text: str) -> tuple[str | None, str]:
    """The YAML between a first line `---` and the next one, and the rest; None where there is none."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---" or not rest:
        return None, text
    head, mark, body = rest.partition("\n---")
    if not mark or (body and not body.startswith(("\n", " "))):
        return (head, "") if mark else (None, text)
    return head, body.partition("\n")[2]


@dataclass(slots=True)
class _List:
    """A list that is open."""

    number: int | None
    """Of its next item; None for bullets."""
    text_at: int | None = None
    """The place of its present item among the blocks, once that has text."""


def _blocks(tokens: list[Token]) -> list[Block]:
    blocks: list[Block] = []
    lists: list[_List] = []
    row: list[str] | None = None
    heading = 0
    table_begins = False
    for token in tokens:
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            lists.append(_List(_first_number(token)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "list_item_open":
            lists[-1].text_at = None
        elif token.type == "heading_open":
            heading = int(token.tag[1:])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "table_open":
            table_begins = True
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            cells = [cell.replace("|", "¦") for cell in row]
            blocks.append(Block("row", " | ".join(cells), first=table_begins))
            row, table_begins = None, False
        elif token.type in {"fence", "code_block"}:
            blocks.append(Block("paragraph", token.content))
        elif token.type == "inline" and row is not None:
            row.append(_plain(token))
        elif token.type == "inline":
            _add(blocks, _plain(token), heading, lists[-1] if lists else None)
    return blocks


def _first_number(token: Token) -> int | None:
    start = token.attrGet("start")
    return None if token.type == "bullet_list_open" else 1 if start is None else int(start)


def _add(blocks: list[Block], text: str, heading: int, inside: _List | None) -> None:
    """Add one run of text: a heading, a list item or more of it, or a paragraph."""
    if heading:
        blocks.append(Block("heading", text, level=heading))
    elif inside is not None and inside.text_at is None:
        inside.text_at = len(blocks)
        blocks.append(Block("item", text, ordinal=inside.number))
        if inside.number is not None:
            inside.number += 1
    elif inside is not None and inside.text_at == len(blocks) - 1:
        blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text} {text}")
    else:
        blocks.append(Block("paragraph", text))


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)
