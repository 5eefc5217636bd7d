"""What a document is called that nobody named: what sort it is, and of which meeting."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.blocks import Block, assemble
from ingest.titles import is_empty, title_of

FILLER = "De leerlingen werken elke week aan een eigen werkstuk en leren van hun meester in de werkplaats. " * 3


def heading(text: str, level: int = 1) -> Block:
    return Block("heading", text, level=level, page=1)


def line(text: str) -> Block:
    return Block("paragraph", text, page=1)


def called(blocks: list[Block], name: str = "stuk.pdf", told: str | None = None) -> str:
    return title_of(told, assemble(blocks), blocks, Path(name)).text


def test_minutes_carry_the_day_of_the_meeting() -> None:
    """Not the day on which they were written; four meetings of one committee otherwise have one title."""
    blocks = [
        heading("Contactpersoon"), line("Ilse Waterman (vz.)"), heading("Datum"), line("12-3-2031"),
        line("Verslag Gildeberaad Zeilmakers"), Block("row", "Vergaderdatum en tijd | 6 maart 2031", page=1),
        heading("Deelnemers"), line(FILLER),
    ]  # fmt: skip
    assert called(blocks) == "Verslag Gildeberaad Zeilmakers, 6 maart 2031"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2031_03_06_verslag_beraad.pdf", "Beraad van de zeilmakers, 6 maart 2031"),
        ("verslag-beraad-6-3-2031.pdf", "Beraad van de zeilmakers, 6 maart 2031"),
        ("notulen 6 maart 2031.docx", "Beraad van de zeilmakers, 6 maart 2031"),
        ("vergadering 20310306.docx", "Beraad van de zeilmakers, 6 maart 2031"),
        ("notulen 2031-03-06 en 2031-04-10.docx", "Beraad van de zeilmakers"),
        ("notulen 2031-13-06.docx", "Beraad van de zeilmakers"),
        ("handleiding 2031-03-06.docx", "Beraad van de zeilmakers"),
    ],
)
def test_the_name_of_the_file_tells_the_day_too(name: str, title: str) -> None:
    """Where it has one day, that exists, and the document is of a meeting."""
    assert called([heading("Beraad van de zeilmakers"), line(FILLER)], name) == title


def test_a_title_that_has_its_day_or_year_keeps_it() -> None:
    """It is not told twice."""
    title = "Verslag beraad 6 maart 2031"
    assert called([heading(title), line(FILLER)], "verslag 10 april 2031.pdf") == title


def test_an_appendix_is_told_from_its_series() -> None:
    """Five appendices with the name of one programme above them."""
    blocks = [heading("Opleiding Zeilmaken"), line("Een vak voor het leven"), heading("Bijlage 5: Studiegids", 2)]
    assert called([*blocks, line(FILLER)]) == "Opleiding Zeilmaken: Bijlage 5: Studiegids"


def test_the_line_that_names_the_sort_stands_before_a_heading_that_does_not() -> None:
    """A form has headings above its title that are none."""
    blocks = [line("Verslag Gildeberaad"), heading("Afdeling zeilen"), line(FILLER)]
    assert called(blocks) == "Verslag Gildeberaad"


@pytest.mark.parametrize("first", ["1. Opening", "2.1 Wat vooraf ging", "Opening & mededelingen (vz)"])
def test_what_stands_above_any_document_is_no_title(first: str) -> None:
    """A numbered section, the first point of an agenda: then the first line that says something is."""
    assert called([line("Gildeberaad Zeilmakers"), heading(first), line(FILLER)]) == "Gildeberaad Zeilmakers"


def test_a_heading_below_running_text_is_that_of_a_section() -> None:
    """Unless it is the one of its rank and the rank is the highest, as on a page with a notice above its title."""
    told = "Zeilmaken van vroeger"
    below = [line(FILLER), heading("Het riet"), line(FILLER), heading("De boom"), line(FILLER)]
    assert called(below, told=told) == told
    alone = [line(FILLER), heading("Het riet"), line(FILLER), heading("De boom", 2), line(FILLER)]
    assert called(alone, told=told) == "Het riet"


def test_minutes_of_an_earlier_meeting_are_a_point_of_the_agenda() -> None:
    """They are no part of the title."""
    blocks = [heading("Gildeberaad"), heading("Verslag vorige vergadering", 2), line(FILLER)]
    assert called(blocks) == "Gildeberaad"


def test_what_a_store_of_files_put_behind_a_name_is_left_out() -> None:
    """A sum of the contents; a word of those letters alone, or a year, is none."""
    assert called([line(FILLER)], "zeilmaken-865b1a.pdf") == "Zeilmaken"
    assert called([line(FILLER)], "zeilmaken-facade.pdf") == "Zeilmaken facade"
    assert called([line(FILLER)], "zeilmaken-203103.pdf") == "Zeilmaken 203103"


@pytest.mark.parametrize(
    ("title", "empty"),
    [("Inhoud", True), ("Datum: 6 maart 2031", True), ("Projectteam:", True), ("Inhoud van de gildeproef", False)],
)
def test_headings_that_say_nothing(title: str, empty: bool) -> None:
    """Dates and words that stand above any document, and labels."""
    assert is_empty(title) == empty
