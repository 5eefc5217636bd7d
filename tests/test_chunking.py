"""Cutting documents into the pieces that are searched."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import CRAFT
from documents import make_document, some_documents
from hypothesis import given

from ingest.blocks import Block
from ingest.chunking import CHUNK_WORDS, chunk
from ingest.readers import read
from kb.types import Document


def is_parent(document: Document, place: int) -> bool:
    path = document.sections[place].headings
    return any(section.headings[:-1] == path for section in document.sections)


@given(some_documents())
def test_chunks_are_exact_pieces(document: Document) -> None:
    """Each chunk is the text between its offsets, without white space around it, and carries its document's name."""
    for piece in chunk(document):
        assert piece.text == document.text[piece.start : piece.end]
        assert piece.text and piece.text == piece.text.strip()
        assert (piece.document_id, piece.version) == (document.id, document.version)
        assert piece.metadata is document.metadata


@given(some_documents())
def test_ids_are_stable(document: Document) -> None:
    """Ids are unique, tell document and version, and are the same the next time."""
    first, second = chunk(document), chunk(document)
    assert first == second
    ids = [piece.id for piece in first]
    assert ids == [f"{document.id}@{document.version}#{n}" for n in range(len(ids))]


@given(some_documents())
def test_every_word_is_in_one_chunk(document: Document) -> None:
    """Every letter of the text is in exactly one chunk; only the heading lines of sections with text are in none."""
    held = [0] * len(document.text)
    for piece in chunk(document):
        for at in range(piece.start, piece.end):
            held[at] += 1
    for place, section in enumerate(document.sections):
        filled = bool(document.text[section.body : section.end].strip())
        for at in range(section.start, section.end):
            if not document.text[at].isspace():
                in_heading = at < section.body
                assert held[at] == (not in_heading if filled else in_heading and not is_parent(document, place))


@given(some_documents())
def test_no_chunk_crosses_a_section(document: Document) -> None:
    """A chunk lies within one section, and says which."""
    for piece in chunk(document):
        inside = [s for s in document.sections if s.start <= piece.start and piece.end <= s.end]
        assert [section.headings for section in inside] == [piece.section]


@given(some_documents(long=True))
def test_no_chunk_is_long_unless_a_sentence_is(document: Document) -> None:
    """A chunk has at most the set number of words; the sentences made here are all shorter."""
    assert all(len(piece.text.split()) <= CHUNK_WORDS for piece in chunk(document))


def test_long_text_is_cut_between_sentences() -> None:
    """A section of many words is cut where a sentence ends, also after abbreviations."""
    sentence = "De leerling werkt i.s.m. Het Gilde bijv. Elke dag aan het werkstuk, dat 1.500 gram weegt."
    document = make_document([Block("paragraph", " ".join([sentence] * 40))])
    pieces = chunk(document)
    assert len(pieces) > 3
    assert all(piece.text.startswith("De leerling") and piece.text.endswith("weegt.") for piece in pieces)


def test_a_short_section_stays_whole() -> None:
    """A list and its introduction are one chunk where they fit."""
    path = CRAFT / "pilots" / "waterland-zeilmaken.md"
    document = make_document(read(path.read_bytes(), Path(path.name)).blocks)
    piece = next(p for p in chunk(document) if p.section[-1] == "Lesstof")
    assert piece.text.startswith("In de pilot zeilmaken leren de leerlingen:")
    assert len(re.findall(r"(?m)^- ", piece.text)) == 3


def test_a_heading_without_text_is_found_all_the_same() -> None:
    """A heading with nothing below it is a chunk of its own, unless it only heads other headings."""
    document = make_document(
        [
            Block("heading", "Boven"),
            Block("heading", "Leeg", level=2),
            Block("heading", "Vol", level=2),
            Block("paragraph", "Ja."),
        ]
    )
    assert [piece.text for piece in chunk(document)] == ["Leeg", "Ja."]


def test_pages_of_chunks() -> None:
    """A chunk stands on the page on which it begins."""
    document = make_document(
        [
            Block("heading", "A", page=1),
            Block("paragraph", "Een.", page=1),
            Block("heading", "B", page=2),
            Block("paragraph", "Twee.", page=3),
        ]
    )
    assert [piece.page for piece in chunk(document)] == [1, 3]
