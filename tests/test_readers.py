"""Files become blocks: Markdown, plain text, and the bytes beneath them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import Block, assemble
from ingest.readers import SUFFIXES, read
from ingest.readers.decoding import decode
from ingest.readers.markdown import split_front_matter
from kb.errors import DocumentError, EmptyDocument, UnreadableDocument, UnsupportedFormat

NAME = Path("map/verslag.md")


def blocks(text: str) -> list[Block]:
    return read(text.encode(), NAME).blocks


def shapes(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(text)]


# --- Markdown -----------------------------------------------------------------------------------------------------


def test_headings_and_paragraphs() -> None:
    """Headings keep their level; the lines of a paragraph become one; inline marks are taken off."""
    assert blocks(
        "# Eén\n\nEen *alinea*\nmet **twee** [regels](http://x.invalid) en `code`.\n\nTwee\n---\n\nTekst."
    ) == [
        Block("heading", "Eén", level=1),
        Block("paragraph", "Een alinea met twee regels en code."),
        Block("heading", "Twee", level=2),
        Block("paragraph", "Tekst."),
    ]


def test_lists() -> None:
    """Items of a list are blocks of their own; numbered ones count on from the first number."""
    assert blocks("Intro:\n\n- een\n- twee\n\n3. drie\n4. vier")[1:] == [
        Block("item", "een"),
        Block("item", "twee"),
        Block("item", "drie", ordinal=3),
        Block("item", "vier", ordinal=4),
    ]


def test_nested_lists() -> None:
    """An inner list does not disturb the numbering of the outer one."""
    found = blocks("1. een\n   - binnen\n   - nog een\n2. twee\n")
    assert [(b.text, b.ordinal) for b in found] == [("een", 1), ("binnen", None), ("nog een", None), ("twee", 2)]


def test_an_item_of_two_paragraphs() -> None:
    """A second paragraph of a numbered item belongs to it and does not count as an item of its own."""
    found = blocks("0. een\n\n   meer over een\n\n1. twee\n   - binnen\n\n   nog over twee\n")
    assert [(b.kind, b.ordinal, b.text) for b in found] == [
        ("item", 0, "een meer over een"),
        ("item", 1, "twee"),
        ("item", None, "binnen"),
        ("paragraph", None, "nog over twee"),
    ]


def test_tables() -> None:
    """A row of a table is a line with its cells apart, the heads first."""
    assert shapes("| Jaar | Aantal |\n|---|---|\n| 2030 | **9** |\n") == [
        ("row", "Jaar | Aantal"),
        ("row", "2030 | 9"),
    ]


def test_code_quotations_and_html() -> None:
    """Code and quotations are text; HTML is shown as it was typed, and so is never markup."""
    assert shapes("```\nx = 1\n```\n\n> Een citaat.\n\n<script>alert(1)</script> en tekst\n") == [
        ("paragraph", "x = 1\n"),
        ("paragraph", "Een citaat."),
        ("paragraph", "<script>alert(1)</script> en tekst"),
    ]


def test_escapes_entities_and_pictures() -> None:
    """Escaped marks and entities become their characters; a picture leaves its description."""
    assert shapes(r"Een \*ster\* &amp; ![een foto](x.png)") == [("paragraph", "Een *ster* & een foto")]


def test_front_matter_is_kept_apart() -> None:
    """The lines between the marks are handed on as they are and are no part of the text."""
    reading = read(b"---\ntitel: Een\nsoort: pilot\n---\n\n# Een\n\nTekst.", NAME)
    assert reading.front_matter == "titel: Een\nsoort: pilot"
    assert [block.text for block in reading.blocks] == ["Een", "Tekst."]


@pytest.mark.parametrize(
    ("text", "front", "body"),
    [
        ("Gewoon tekst.", None, "Gewoon tekst."),
        ("---\ntitel: x\n---\nTekst.", "titel: x", "Tekst."),
        ("---\ntitel: x\n---", "titel: x", ""),
        ("--- \ntitel: x\n---  \nTekst.", "titel: x", "Tekst."),
        ("---\n\nTekst na een streep.", None, "---\n\nTekst na een streep."),
        ("Tekst.\n---\ntitel: x\n---\n", None, "Tekst.\n---\ntitel: x\n---\n"),
    ],
)
def test_where_front_matter_ends(text: str, front: str | None, body: str) -> None:
    """Front matter stands between a first line of three hyphens and the next one; spaces after them don't matter."""
    assert split_front_matter(text) == (front, body)


@pytest.mark.parametrize("text", ["# Alleen een kop", "---\ntitel: x\n---\n", "---\ntitel: x\n---\n\n# Kop\n\n---\n"])
def test_markdown_without_text_is_refused(text: str) -> None:
    """A document of nothing but headings or front matter has nothing to cite."""
    with pytest.raises(EmptyDocument):
        blocks(text)


# --- bytes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_decoding_finds_the_characters(encoding: str) -> None:
    """The same text comes out of UTF-8 with or without its mark, UTF-16 with its mark, and Windows-1252."""
    text = "Coördinatie van één leerling: € 450, ‘goed’."
    assert decode(text.encode(encoding), NAME) == text


def test_decoding_mends_what_looks_alike() -> None:
    """Line ends, no-break spaces, soft hyphens, ligatures and letters with loose accents come out plain."""
    data = "a\r\nb\rc d\u00a0e bin\u00adden \ufb01jn e\u0301\u00e9n\u2011twee".encode()
    assert decode(data, NAME) == "a\nb\nc d e binden fijn één-twee"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.7\n" + bytes(range(256)) * 4,
        b"PK\x03\x04" + bytes(range(1, 32)) * 20,
        "tekst zonder merk".encode("utf-16-le"),
        b"\xff\xfe" + bytes(range(1, 256)) * 3,
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """Pictures, archives and other bytes are refused, with the file's name in the message."""
    with pytest.raises(UnreadableDocument, match=r"verslag\.md") as refused:
        decode(data, NAME)
    assert refused.value.path == str(NAME)


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf", "\u00ad\u200b \u00a0".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    """A file without a visible character is empty, whatever its bytes."""
    with pytest.raises(EmptyDocument, match=r"verslag\.md"):
        decode(data, NAME)


@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    """No bytes make a reader fail in another way than by refusing them with a reason."""
    try:
        found = read(data, Path(f"x{suffix}")).blocks
    except DocumentError as refused:
        assert refused.nl and refused.en
    else:
        text = assemble(found).text
        assert text.strip()


# --- formats ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plan.exe", "plan.zip", "plan", "plan.md.exe"])
def test_an_unknown_format_is_refused(name: str) -> None:
    """A format without a reader is refused with the names of those that have one."""
    with pytest.raises(UnsupportedFormat) as refused:
        read(b"tekst", Path(name))
    assert name in refused.value.nl
    assert ".md" in refused.value.nl and ".txt" in refused.value.en


def test_the_suffix_may_be_in_capitals() -> None:
    """A name in capitals, as old systems write it, is read all the same."""
    assert read(b"# Kop\n\nTekst.", Path("PLAN.MD")).blocks[0] == Block("heading", "Kop")


def test_plain_text_has_pages_where_it_has_page_breaks() -> None:
    """Form feeds part the pages of a text; without them there are no pages."""
    paged = read(b"Eerste bladzij met tekst.\n\fTweede bladzij met tekst.\n", Path("x.txt")).blocks
    assert [block.page for block in paged] == [1, 2]
    laid = assemble(paged)
    text, pages = laid.text, laid.pages
    assert [text[page.start : page.end] for page in pages] == ["Eerste bladzij met tekst.", "Tweede bladzij met tekst."]
    assert read(b"Een bladzij.", Path("x.txt")).blocks[0].page is None


# --- blocks become a text -----------------------------------------------------------------------------------------

_KINDS = st.sampled_from(["heading", "paragraph", "item", "row"])
_BLOCKS = st.lists(
    st.builds(
        Block,
        kind=_KINDS,
        text=st.text(max_size=30),
        level=st.integers(1, 4),
        ordinal=st.one_of(st.none(), st.integers(1, 20)),
    ),
    max_size=20,
)


@given(_BLOCKS)
def test_sections_part_the_text(made: list[Block]) -> None:
    """The sections of a text follow each other without a gap, each beginning with its heading."""
    laid = assemble(made)
    text, sections = laid.text, laid.sections
    at = 0
    for section in sections:
        assert section.start == at <= section.body <= section.end
        if section.headings:
            assert text[section.start : section.body].rstrip() == section.headings[-1]
        at = section.end
    assert at == len(text)


def test_the_plain_form_of_a_text() -> None:
    """Items and rows stand on consecutive lines, all else is parted by an empty line; white space runs become one."""
    laid = assemble(
        [
            Block("paragraph", "Vooraf."),
            Block("heading", "Kop"),
            Block("paragraph", "Een  alinea\nmet:"),
            Block("item", "a"),
            Block("item", "b", ordinal=2),
            Block("row", "x | y"),
            Block("row", "1 | 2"),
        ]
    )
    assert laid.text == "Vooraf.\n\nKop\n\nEen alinea met:\n\n- a\n2. b\n\nx | y\n1 | 2"
    assert laid.pages == () and laid.boxes is None
    assert [section.headings for section in laid.sections] == [(), ("Kop",)]
