"""The PDF reader on real documents of government and education, where they are there to try it on."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import SHARED

from ingest.blocks import Block, assemble, plain
from ingest.limits import Limits
from ingest.readers import Reading
from ingest.readers.pdf import read
from kb.language import WORD, fold

DOCUMENTS = sorted((SHARED / "realdocs" / "pdf").glob("*.pdf"))

pytestmark = pytest.mark.skipif(not DOCUMENTS, reason="the real documents are not beside the repository")


@cache
def reading(part: str) -> Reading:
    path = next(path for path in DOCUMENTS if part in path.name)
    return read(path.read_bytes(), path, Limits())


def shown(part: str) -> list[Block]:
    return [block for block in reading(part).blocks if block.hidden is None]


def text(part: str) -> str:
    return assemble(shown(part)).text


def words_of_pdfium(part: str) -> list[str]:
    """The words of a document as pdfium gives them by itself, page by page."""
    import pypdfium2

    path = next(path for path in DOCUMENTS if part in path.name)
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return [fold(match.group()) for match in WORD.finditer(" ".join(pages))]


@pytest.mark.parametrize("path", DOCUMENTS[:: max(1, len(DOCUMENTS) // 8)], ids=lambda path: path.stem[-30:])
def test_each_document_is_sound(path: object) -> None:
    """Clean text, a place for every letter, and nearly all words that pdfium sees are in it."""
    part = path.name  # type: ignore[attr-defined]
    for block in reading(part).blocks:
        assert block.text == plain(block.text)
        assert block.boxes is not None and len(block.boxes) == len(block.text)
    mine = set(WORD.findall(fold(text(part))))
    theirs = {word for word in words_of_pdfium(part) if word.isalpha() and len(word) > 3 and word.isascii()}
    whole = "".join(c for c in fold(text(part)) if c.isalnum())
    missing = [word for word in theirs if word not in mine and word not in whole]
    assert len(missing) <= 0.06 * len(theirs), sorted(missing)[:40]


def test_lost_ligatures_of_a_real_font() -> None:
    """A study guide whose font names no "ti", "tt" and "ft" is read with all its letters."""
    assert "interactieve toepassingen" in text("Leerplanschema")
    assert not [notice for notice in reading("Leerplanschema").notices if notice.code == "lost_letters"]


def test_a_ruled_table_over_pages() -> None:
    """The rows of a curriculum have six cells each, however many lines a cell holds."""
    rows = [block.text.count("|") for block in shown("Leerplanschema") if block.kind == "row" and block.page == 2]
    assert len(rows) > 5 and set(rows) == {5}


def test_two_columns_with_a_lead_over_both() -> None:
    """A factsheet in two columns has its eleven parts in order."""
    heads = [block.text for block in shown("Factsheet_doorlopende") if block.kind == "heading"]
    assert [head.split(".")[0] for head in heads if head[0].isdigit()] == [str(n) for n in range(1, 12)]


def test_running_heads_of_a_report_are_gone() -> None:
    """The head and foot of every page of a report are in none of its blocks but the title."""
    assert sum("Gegevensbeschermingseffectbeoordeling | PIA" in block.text for block in shown("DPIA")) == 0


def test_text_below_a_patch_is_hidden() -> None:
    """A form that was patched over still has its old text in the file; no person sees it."""
    hidden = [block for block in reading("DPIA").blocks if block.hidden]
    assert [block.hidden for block in hidden] == ["covered"] and hidden[0].page == 2


def test_a_page_of_outlines_is_named() -> None:
    """A factsheet whose body is drawn says which page has no text."""
    assert reading("Factsheet_Inkopers").pages_without_text == (3,)
