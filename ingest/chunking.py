"""A document becomes chunks that follow its sections and sentences, with true offsets.

LlamaIndex's `SentenceSplitter` packs sentences into chunks; our own Dutch sentences tell it where they end
(its own break "bijv." and "i.s.m."). It gives text without offsets, so each chunk is looked up from where the
last one ended; every chunk is an exact piece of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.documents import make_chunk
from kb.language import sentence_pieces
from kb.types import Chunk, Document, Section

if TYPE_CHECKING:
    from llama_index.core.node_parser import SentenceSplitter

CHUNKER_VERSION = 1
"""Raised when the same document would be cut otherwise; it is part of the index's fingerprint."""
CHUNK_WORDS = 120


def chunk(document: Document) -> list[Chunk]:
    """The chunks of a document, numbered from 0."""
    cuts = cut(document.text, document.sections)
    return [make_chunk(document, number, start, end) for number, (start, end) in enumerate(cuts)]


def cut(text: str, sections: Sequence[Section]) -> list[tuple[int, int]]:
    """Where the chunks of a text begin and end.

    No chunk crosses a heading, and none is over about 120 words unless one sentence is.
    """
    cuts: list[tuple[int, int]] = []
    parents = {section.headings[:-1] for section in sections}
    for section in sections:
        start, end = section.body, section.end
        if not text[start:end].strip():
            if section.headings in parents:
                continue
            start, end = section.start, section.body
        cuts += _pieces(text, start, end)
    return cuts


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    body = text[start:end].rstrip()
    if len(body.split()) <= CHUNK_WORDS:
        return [(start, start + len(body))]
    spans = []
    at = start
    for piece in _splitter().split_text(body):
        piece = piece.strip()
        found = text.find(piece, at, end)
        if found < 0:  # the splitter joined what was apart: take the text up to the end of its last words
            continue
        spans.append((found, found + len(piece)))
        at = found + len(piece)
    return _covering(text, spans, start, start + len(body))


def _covering(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The spans stretched so that no word between two of them is left out."""
    covered = []
    at = start
    for i, (_, stop) in enumerate(spans):
        stop = end if i == len(spans) - 1 else stop
        lead = len(text[at:stop]) - len(text[at:stop].lstrip())
        covered.append((at + lead, stop))
        at = stop
    return covered or [(start, end)]


def _units(text: str) -> list[str]:
    """Sentences, list items and rows, each with the white space after it; they add up to the text."""
    pieces: list[str] = []
    for line in re.findall(r"[^\n]*\n+|[^\n]+", text):
        pieces += sentence_pieces(line) if len(line.split()) > 30 else [line]
    return pieces


@lru_cache(maxsize=1)
def _splitter() -> SentenceSplitter:
    from llama_index.core.node_parser import SentenceSplitter

    return SentenceSplitter(
        chunk_size=CHUNK_WORDS,
        chunk_overlap=0,
        tokenizer=str.split,
        chunking_tokenizer_fn=_units,
        paragraph_separator="\n\n",
        include_metadata=False,
    )
