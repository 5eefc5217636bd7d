"""The cleaned text of a document as HTML, with the pieces that answers are taken from told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from kb.types import Chunk, Document
from ui.texts import Texts

PIECES = 40
"""Pieces of a text that are shown at a time."""


def pieces(document: Document, chunks: Sequence[Chunk], first: int, t: Texts) -> str:
    """The cleaned text from piece `first` on, each piece in a box of its own and what lies between them without."""
    d = t.documents
    if not document.text.strip():
        return f"<p>{escape(d.no_text)}</p>"
    shown = chunks[first : first + PIECES]
    at = chunks[first - 1].end if 0 < first <= len(chunks) else 0
    parts: list[str] = []
    if first == 0:
        title = d.text_of.format(version=document.version)
        parts.append(f'<p class="rw-about"><strong>{escape(title)}.</strong> {escape(d.text_hint)}</p>')
    for number, chunk in enumerate(shown, start=first + 1):
        parts.append(_between(document.text[at : chunk.start]))
        place = f" · {d.on_page.format(page=chunk.page)}" if chunk.page is not None else ""
        parts.append(
            f'<div class="rw-docs-piece"><p class="rw-about">{escape(d.piece.format(number=number) + place)}</p>'
            f'<div lang="{document.metadata.language}">{_lines(document.text[max(at, chunk.start) : chunk.end])}</div>'
            "</div>"
        )
        at = max(at, chunk.end)
    if first + PIECES < len(chunks):
        parts.append(
            f'<button type="button" class="rw-docs-second" data-more="{first + PIECES}"'
            f' data-of="{escape(document.version)}">{escape(d.more_pieces)}</button>'
        )
    else:
        parts.append(_between(document.text[at:]))
    return "".join(parts)


def _between(text: str) -> str:
    return f'<div class="rw-docs-between">{_lines(text)}</div>' if text.strip() else ""


def _lines(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in _filled(text.split("\n")))


def _filled(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if line.strip())
