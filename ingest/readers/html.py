"""Web pages to blocks: the running text with its headings, lists and tables; menus and the like left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.blocks import Block
from ingest.limits import Limits
from ingest.readers import Reading
from ingest.readers.decoding import declared_encoding, decode
from ingest.readers.html_blocks import Rules, to_blocks
from ingest.readers.html_content import Content
from ingest.readers.html_hidden import opened_by_buttons
from ingest.readers.html_properties import address, changed_on, title
from ingest.readers.html_tree import parse, strip_unread, words
from kb.errors import EmptyDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

_FEW = 300
"""Characters; a page of which less is kept is looked at again with fewer rules."""
_NEARLY_NOTHING = 8
"""Words besides headings; a page with scripts that has less is made by them."""


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """The text of a web page as blocks, with the title, date and address that it names itself."""
    return read_page(data, path, declared_encoding(data))


def read_page(data: bytes, path: Path, encoding: str | None, address_of: str | None = None) -> Reading:
    """Read a page of which the encoding and perhaps the address are known from around it."""
    source = decode(data, path, encoding)
    root = parse(source, path)
    scripts = sum(1 for _ in root.iter("script"))
    called, date, url = title(root), changed_on(root), address_of or address(root, source)
    strip_unread(root)
    blocks = page_blocks(root)
    _check(blocks, scripts, path)
    return Reading(blocks, title=called, date=date, url=url)


def page_blocks(root: _Element) -> list[Block]:
    """The blocks of the content of a page.

    Where the rules leave hardly anything of a page that holds more, they are loosened step by step: a page that is
    kept with its menus is better than one that is lost.
    """
    opened = opened_by_buttons(root)
    content = Content(root)
    main = content.main()
    blocks = to_blocks(main, Rules(content, opened, inside=main is not content.body))
    if main is not content.body:
        blocks = _with_main_heading(blocks, content.body, opened)
    if _length(blocks) < max(_FEW, content.total // 3):
        blocks = _longer(blocks, to_blocks(content.body, Rules(content, opened)))
    if _length(blocks) < content.total // 3 or not _has_text(blocks):
        blocks = _longer(blocks, to_blocks(root, Rules(None, opened)))
    return blocks


def _with_main_heading(blocks: list[Block], body: _Element, opened: frozenset[str]) -> list[Block]:
    """The blocks under the main heading of the page, where that stands outside its content."""
    if any(block.kind == "heading" and block.level == 1 for block in blocks):
        return blocks
    heads = [head for head in body.iter("h1") if words(head)]
    if len(heads) != 1:
        return blocks
    return [block for block in to_blocks(heads[0], Rules(None, opened)) if block.kind == "heading"] + blocks


def _longer(blocks: list[Block], loose: list[Block]) -> list[Block]:
    """What looser rules leave, where that is much more."""
    much = _length(loose) > max(2 * _length(blocks), _length(blocks) + _FEW)
    return loose if much or not _has_text(blocks) else blocks


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if block.hidden is None)


def _has_text(blocks: Sequence[Block]) -> bool:
    return any(block.kind != "heading" and block.hidden is None for block in blocks)


def _check(blocks: Sequence[Block], scripts: int, path: Path) -> None:
    count = sum(len(b.text.split()) for b in blocks if b.hidden is None and b.kind != "heading")
    if scripts and count < _NEARLY_NOTHING:
        raise EmptyDocument(
            path,
            f"{path.name}: op deze pagina staat bijna geen tekst; die wordt pas door scripts opgehaald. "
            "Open de pagina in een browser en bewaar haar daar, of druk haar af als PDF.",
            f"{path.name}: there is hardly any text on this page; scripts fetch it only later. "
            "Open the page in a browser and save it there, or print it to PDF.",
        )
    if not _has_text(blocks):
        raise EmptyDocument(path, f"{path.name}: er staat geen tekst in.", f"{path.name}: there is no text in it.")
