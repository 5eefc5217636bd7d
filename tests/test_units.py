"""The pieces of a document that can be quoted: sentences, items, rows, headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CRAFT
from documents import make_document, some_documents
from hypothesis import given

from ingest.blocks import Block
from ingest.readers import read
from kb.context import Context
from kb.language import tokens
from kb.types import Document
from kb.units import Unit, split_units


def units_of(name: str) -> list[Unit]:
    path = CRAFT / name
    return list(split_units(make_document(read(path.read_bytes(), Path(path.name)).blocks)))


@given(some_documents())
def test_units_are_exact_pieces(document: Document) -> None:
    """Each unit is the text between its offsets, in order, and never overlaps another."""
    at = 0
    for place, unit in enumerate(split_units(document)):
        assert unit.text == document.text[unit.start : unit.end]
        assert unit.text == unit.text.strip() != ""
        assert unit.start >= at
        assert unit.place == place
        at = unit.end


@given(some_documents())
def test_units_leave_out_no_word(document: Document) -> None:
    """All words of the text are in the units; what is left out are white space and the marks of list items."""
    rest = list(document.text)
    for unit in split_units(document):
        rest[unit.start : unit.end] = " " * (unit.end - unit.start)
    assert all(mark == "-" or mark.rstrip(".").isdigit() for mark in "".join(rest).split())


@given(some_documents())
def test_units_know_their_section(document: Document) -> None:
    """A unit lies within the section it names, carries that section's headings, and its words are in step."""
    for unit in split_units(document):
        section = document.sections[unit.section]
        assert section.start <= unit.start and unit.end <= section.end
        assert unit.headings == section.headings
        assert (unit.kind == "heading") == (unit.start == section.start and section.body > section.start)
        assert len(unit.stems) == len(unit.words) == len(tokens(unit.text))


def test_items_know_the_sentence_that_introduces_them() -> None:
    """The items of a list point at the sentence with a colon before it, and their marks are no part of them."""
    units = units_of("pilots/waterland-zeilmaken.md")
    items = [unit for unit in units if unit.kind == "item"]
    assert [item.text for item in items] == [
        "zeildoek snijden met de hand;",
        "naden stikken die de storm houden;",
        "kleine gaten herstellen op zee.",
    ]
    assert {units[item.intro].text for item in items if item.intro is not None} == {
        "In de pilot zeilmaken leren de leerlingen:"
    }
    assert len({item.paragraph for item in items}) == 1


def test_numbered_items_and_rows() -> None:
    """Numbers of items are no part of them; rows of a table are units that know their introduction."""
    units = units_of("programma/het-ambachtspad.md")
    assert next(u.text for u in units if u.kind == "item") == "oude ambachten bewaren;"
    rows = [u for u in units if u.kind == "row"]
    assert [row.text for row in rows] == [
        "Jaar | Leerlingen | Werkplaatsen",
        "2030 | 9 | 3",
        "2031 | 21 | 6",
        "2032 | 34 | 11",
    ]
    assert all(row.intro is not None and units[row.intro].text.startswith("Zo groeide") for row in rows)


def test_headings_are_units() -> None:
    """A heading can be quoted, and counts among its own headings."""
    units = units_of("begrippen/meesterproef.md")
    assert (units[0].kind, units[0].text, units[0].headings) == ("heading", "Meesterproef", ("Meesterproef",))
    assert [unit.kind for unit in units[1:]] == ["sentence"] * 3


def test_a_list_after_a_plain_sentence_has_no_introduction() -> None:
    """A sentence that ends there introduces no list, and a colon only the list directly after it."""
    units = split_units(
        make_document(
            [
                Block("paragraph", "Zo is het."),
                Block("item", "a"),
                Block("paragraph", "Let op:"),
                Block("paragraph", "Tekst."),
                Block("item", "b"),
            ]
        )
    )
    assert [unit.intro for unit in units if unit.kind == "item"] == [None, None]


@pytest.mark.parametrize(
    "line",
    [
        "Het gilde kent vier werkplaatsen",
        "Dit zijn de vakken van het gilde (in 2031)",
        "Zo leert men de volgende vakken.",
    ],
)
def test_a_list_is_introduced_without_a_colon_too(line: str) -> None:
    """By what stands above it as a heading does, or says that something follows."""
    units = split_units(make_document([Block("paragraph", line), Block("item", "weven"), Block("item", "verven")]))
    assert [unit.intro for unit in units] == [None, 0, 0]


def announced(line: str, *headings: tuple[str, int]) -> list[str]:
    """The headings of the sections that a line above them announces, of a document with these headings and levels."""
    blocks = [Block("heading", "De proef", level=1), Block("paragraph", line)]
    for text, level in headings:
        blocks += [Block("heading", text, level=level), Block("paragraph", "Zo gaat dat.")]
    units = split_units(make_document(blocks))
    return [unit.text for unit in Context(units, ()).items(units[1])]


def test_sections_are_a_list_too() -> None:
    """A sentence that announces them is the introduction of the headings right below its own, of no others."""
    parts = (("Ontwerp", 2), ("Schets", 3), ("Uitvoering", 2), ("De viering", 1))
    assert announced("De proef valt uiteen in de volgende delen.", *parts) == ["Ontwerp", "Uitvoering"]
    assert announced("De proef heeft drie delen:", *parts) == ["Ontwerp", "Uitvoering"]
    assert announced("De proef duurt een week.", *parts) == []
    assert announced("Zie de volgende tabel.", *parts) == []
    assert announced("Lees ook het volgende deel.", ("Ontwerp", 2), ("De viering", 1)) == []


def test_a_caption_introduces_no_table() -> None:
    """A line above a table may be the label of a picture; a sentence that says that it follows is about the table."""
    table = [Block("row", "Jaar | Leerlingen"), Block("row", "2031 | 21")]
    for line, intro in (("Figuur 4 Het getouw", None), ("Zie de volgende tabel.", 0)):
        units = split_units(make_document([Block("paragraph", line), *table]))
        assert [unit.intro for unit in units if unit.kind == "row"] == [intro, intro]


def test_sentences_of_one_paragraph_share_its_number() -> None:
    """Sentences know which of them stand together."""
    units = split_units(make_document([Block("paragraph", "Een. Twee."), Block("paragraph", "Drie.")]))
    assert [unit.text for unit in units] == ["Een.", "Twee.", "Drie."]
    assert units[0].paragraph == units[1].paragraph != units[2].paragraph


def test_the_page_of_a_unit() -> None:
    """A unit stands on the page on which it begins."""
    units = split_units(make_document([Block("paragraph", "Een.", page=4), Block("paragraph", "Twee.", page=5)]))
    assert [unit.page for unit in units] == [4, 5]


def test_short_lines_below_a_label_are_its_list() -> None:
    """As on a title page; running text, or a list with marks, ends them."""
    blocks = [
        Block("heading", "Zeilmaken"), Block("paragraph", "Projectteam:"), Block("paragraph", "Ilse Waterman"),
        Block("paragraph", "Joris Kuiper"), Block("paragraph", "Het team begon in de herfst met een proef."),
    ]  # fmt: skip
    units = split_units(make_document(blocks))
    label = next(unit for unit in units if unit.text == "Projectteam:")
    assert [(u.text, u.kind) for u in units if u.intro == label.place] == [
        ("Ilse Waterman", "item"), ("Joris Kuiper", "item"),
    ]  # fmt: skip
    assert units[-1].kind == "sentence" and units[-1].intro is None


def test_short_lines_below_a_heading_are_its_list() -> None:
    """Two at least, from its beginning."""
    listed = [Block("heading", "Lezingen"), Block("paragraph", "Touw en teer"), Block("paragraph", "Het zeil")]
    units = split_units(make_document(listed))
    assert [unit.kind for unit in units] == ["heading", "item", "item"]
    assert all(unit.intro == 0 for unit in units[1:])
    alone = split_units(make_document([*listed[:2], Block("paragraph", "Een lezing duurt een uur, met koffie.")]))
    assert [unit.kind for unit in alone] == ["heading", "sentence", "sentence"]
