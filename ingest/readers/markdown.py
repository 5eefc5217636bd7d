"""Markdown, with or without front matter, to blocks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.readers import Reading
from ingest.readers.decoding import decode
from kb.errors import EmptyDocument

if TYPE_CHECKING:
    from markdown_it.token import Token


def read(data: bytes, path: Path) -> Reading:
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
    if not text.startswith("---\n"):
        return None, text
    head, mark, body = text[4:].partition("\n---")
    if not mark or (body and not body.startswith(("\n", " "))):
        return (head, "") if mark else (None, text)
    return head, body.partition("\n")[2]


def _blocks(tokens: list[Token]) -> list[Block]:
    blocks: list[Block] = []
    lists: list[list[int | None]] = []  # the next number of each open list; [None] for bullets
    row: list[str] | None = None
    heading = 0
    for token in tokens:
        if token.type == "ordered_list_open":
            lists.append([int(token.attrGet("start") or 1)])
        elif token.type == "bullet_list_open":
            lists.append([None])
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            lists.pop()
        elif token.type == "heading_open":
            heading = int(token.tag[1:])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            blocks.append(Block("row", " | ".join(row)))
            row = None
        elif token.type in {"fence", "code_block"}:
            blocks.append(Block("paragraph", token.content))
        elif token.type == "inline":
            text = _plain(token)
            if row is not None:
                row.append(text)
            elif heading:
                blocks.append(Block("heading", text, level=heading))
            elif lists:
                blocks.append(Block("item", text, ordinal=lists[-1][0]))
                if lists[-1][0] is not None:
                    lists[-1][0] += 1
            else:
                blocks.append(Block("paragraph", text))
    return blocks


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
