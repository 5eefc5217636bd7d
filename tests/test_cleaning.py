"""Text pulled out of a page layout: broken lines, hyphens, bullets, headings. First on small invented columns."""

from __future__ import annotations

import re
from functools import cache

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import Block, assemble
from ingest.cleaning import clean_lines
from ingest.readers import read

BROCHURE = SHARED / "brochure" / "mkb-route-brochure.txt"


def clean(text: str) -> list[Block]:
    return clean_lines(text.strip("\n").split("\n"))


def only_text(text: str) -> str:
    """The text of a column that is one paragraph."""
    blocks = clean(text)
    assert [block.kind for block in blocks] == ["paragraph"]
    return blocks[0].text


def shapes(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in clean(text)]


# --- hyphens ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("De leerling volgt een oplei-\nding in de werkplaats en leert.", "een opleiding in"),
        ("De leerling krijgt begelei-\nding van een meester in het vak.", "krijgt begeleiding van"),
        ("Dit is een programma van mkb-\nroutes, en een mkb-route is goed.", "van mkb-routes, en een mkb-route"),
        ("De werkplaats is een leer- en\nwerkplek voor jonge mensen hier.", "een leer- en werkplek"),
        ("De werkplaats is een leer-\nen werkplek voor jonge mensen.", "een leer- en werkplek"),
        ("De leerling komt van het mbo-\n4 en wil verder leren in het vak.", "het mbo-4 en"),
        ("De opleiding is een BBL-\ntraject voor mensen met een baan.", "een BBL-traject voor"),
    ],
)
def test_a_hyphen_at_a_line_end(column: str, expected: str) -> None:
    """A hyphen that only breaks a word goes; one that belongs to the word stays; a suspended one keeps its space."""
    assert expected in only_text(column)


def test_a_hyphen_that_is_there_twice() -> None:
    """A hyphen that was repeated at the start of the next line is written once."""
    assert "De hbo-routes zijn" in only_text("De hbo-\n-routes zijn gegroeid en gaan nog verder.")
    assert "een hbo-route is" in only_text("Ook een hbo--route is een goede weg naar het vak.")


def test_a_space_after_a_hyphen_within_a_line() -> None:
    """A stray space after a hyphen goes; after a suspended hyphen it stays."""
    assert (
        only_text("Zij- instromers krijgen een leer- en werkplek.") == "Zij-instromers krijgen een leer- en werkplek."
    )


def test_a_word_glued_to_a_name() -> None:
    """A small word that was glued to a name comes loose where the document knows the name by itself."""
    column = "Het gilde Waterland werkt met\nde school enWaterland samen aan\neen nieuwe opleiding voor het vak."
    assert "de school en Waterland samen" in only_text(column)


def test_a_name_with_a_capital_inside_is_left_alone() -> None:
    """A name that only looks glued stays as it is."""
    assert "DeVries" in only_text("De firma DeVries leidt mensen op\nin het vak van de zeilmaker en\nde binder.")


# --- lines and blocks ---------------------------------------------------------------------------------------------


def test_a_box_with_an_empty_line_after_every_line_is_one_paragraph() -> None:
    """Double spacing is layout: its empty lines part nothing."""
    lines = ["In dit kader staat een verhaal dat over", "veel regels loopt en steeds verder gaat",
             "tot het op een goed moment klaar is en", "de lezer weer ademhaalt."]  # fmt: skip
    assert only_text("\n\n".join(lines)) == " ".join(lines)


def test_an_empty_line_parts_paragraphs() -> None:
    """In single spacing an empty line is the end of a paragraph."""
    one = "De eerste alinea loopt over twee\nregels en is dan helemaal klaar."
    two = "De tweede alinea begint daarna en\nis ook na twee regels weer klaar."
    assert [kind for kind, _ in shapes(f"{one}\n\n{two}")] == ["paragraph", "paragraph"]


@pytest.mark.parametrize("bullet", ["n\t\t", "•\t", "• ", "- ", "– ", "ü\t", "\uf0b7\t", "▪ "])
def test_bullets_of_every_kind(bullet: str) -> None:
    """Any bullet glyph makes a list item, also the letter that a symbol font leaves behind; items may span lines."""
    column = (
        "In deze opleiding leert de leerling het volgende:\n\n"
        f"{bullet}boeken binden met naald en draad en daarbij\nrustig blijven;\n"
        f"{bullet}zeilen naaien."
    )
    assert shapes(column) == [
        ("paragraph", "In deze opleiding leert de leerling het volgende:"),
        ("item", "boeken binden met naald en draad en daarbij rustig blijven;"),
        ("item", "zeilen naaien."),
    ]


def test_the_letter_n_is_no_bullet_in_running_text() -> None:
    """Only before a tab is a lone letter a bullet."""
    assert shapes("n jaar geleden begon de academie met het\nopleiden van jonge binders.")[0][0] == "paragraph"


def test_a_numbered_list_counts_from_one() -> None:
    """A list that counts 1, 2, 3 becomes items with their numbers; a sentence that begins with a year does not."""
    blocks = clean("Het plan heeft twee doelen:\n\n1. meer mensen in het vak;\n2. betere boeken.")
    assert [(b.kind, b.ordinal) for b in blocks] == [("paragraph", None), ("item", 1), ("item", 2)]
    assert (
        shapes("Dit plan kwam er in het voorjaar van\n12. Daarna werd het stil in de werkplaats.")[0][0] == "paragraph"
    )


def test_numbers_on_a_line_of_their_own_number_the_headings() -> None:
    """Lone numbers that count up, each before a short block, make numbered headings under the open one."""
    part = "Hier staat een verhaal over deze pilot dat een\npaar regels lang is en dan weer ophoudt.\n"
    column = f"Dit zijn de pilots\n\n1\nBinden in het\nNoorden\n\n{part}\n2\nZeilen in het\nWesten\n\n{part}"
    blocks = clean(column)
    headings = [(b.level, b.ordinal, b.text) for b in blocks if b.kind == "heading"]
    assert headings == [
        (1, None, "Dit zijn de pilots"),
        (2, 1, "Binden in het Noorden"),
        (2, 2, "Zeilen in het Westen"),
    ]
    sections = assemble(blocks).sections
    assert sections[1].headings == ("Dit zijn de pilots", "Binden in het Noorden")


def test_a_lone_page_number_is_no_heading() -> None:
    """One number by itself numbers nothing."""
    column = (
        "De academie leidt al jaren mensen op in het vak\nen doet dat met plezier.\n\n7\n\nDaarna volgt een\nverhaal."
    )
    assert all(block.ordinal is None for block in clean(column))


def test_a_heading_directly_above_its_text() -> None:
    """A short line without a full stop stands above its paragraph as a heading, without an empty line between."""
    column = (
        "Meer weten?\nOp de website van het gilde is alles te vinden\n"
        "over het programma, de pilots en de werkplaatsen\nin het hele land."
    )
    assert shapes(column)[0] == ("heading", "Meer weten?")
    assert shapes(column)[1][0] == "paragraph"


def test_text_with_a_paragraph_a_line() -> None:
    """Long lines are paragraphs as they are, with short lines above them as headings and bullets as items."""
    long = (
        "Dit is een alinea die op één regel staat en zo lang is dat niemand hem voor een kolom zou houden, echt niet."
    )
    assert shapes(f"Kop boven de tekst\n{long}\n- eerste punt\n1. tweede punt\n{long}") == [
        ("heading", "Kop boven de tekst"),
        ("paragraph", long),
        ("item", "eerste punt"),
        ("item", "tweede punt"),
        ("paragraph", long),
    ]


def test_nothing_comes_of_nothing() -> None:
    """Empty lines give no blocks."""
    assert clean_lines(["", "  ", "\t"]) == []


_WORDS = st.sampled_from(
    ["De", "leerling", "werkt", "oplei-", "ding", "leer-", "en", "school", "Waterland", "i.s.m.", "vak.", "klaar!",
     "(ook)", "--", "enWaterland", "zij-", "instromers:"]
)  # fmt: skip
_LINES = st.lists(st.one_of(st.just(""), st.lists(_WORDS, min_size=1, max_size=9).map(" ".join)), max_size=25)


@given(_LINES)
def test_no_letter_is_lost_or_made_up(lines: list[str]) -> None:
    """Whatever is joined or parted, the letters of the text are the same ones in the same order."""

    def letters(text: str) -> str:
        return "".join(re.findall(r"[^\W\d_]", text))

    assert letters("".join(block.text for block in clean_lines(lines))) == letters("".join(lines))


# --- the real brochure --------------------------------------------------------------------------------------------

needs_brochure = pytest.mark.skipif(not BROCHURE.is_file(), reason="the brochure is not beside the repository")


@cache
def brochure() -> list[Block]:
    return read(BROCHURE.read_bytes(), BROCHURE).blocks


def brochure_text() -> str:
    return "\n".join(block.text for block in brochure())


@needs_brochure
@pytest.mark.parametrize(
    "phrase",
    [
        "Mkb-routes in het hbo",
        "betreft een opleiding AD of Bachelor",
        "aantrekkelijke leer- en werkomgeving",
        "om op- en omscholing van",
        "(met name MBO-4 en Havo)",
        "Idee is dat mbo-4 leerlingen",
        "praktijkgerichte opleiding op niveau-5",
        "Associate Degree-diploma (AD)",
        "tweejarige hbo-deeltijdstudie",
        "en hbo zij-instromers.",
        "Vervoer en Transport en Logistiek Nederland | Mobiliteit",
        "Nut en noodzaak van de opleiding",
        "Tweede Kamer die hieraan",
        "Samen ontwikkelen de pilotpartners bovendien een onderzoeksagenda.",
        "bepaalt hij/zij deels zelf",
    ],
)
def test_what_a_reader_of_the_brochure_sees(phrase: str) -> None:
    """The words of the brochure are whole again, each hyphen where a reader would write it."""
    assert phrase in brochure_text()


@needs_brochure
def test_no_hyphen_is_left_hanging_in_the_brochure() -> None:
    """No word of the brochure is broken by a hyphen and a space, but for the suspended ones; none is doubled."""
    hanging = re.findall(r"\w+- \w+", brochure_text())
    assert hanging and all(re.search(r"- (?:en|of)$", found) for found in hanging)
    assert "--" not in brochure_text()


@needs_brochure
def test_the_sections_of_the_brochure() -> None:
    """The brochure has its headings, and seven numbered pilots below the heading that announces them."""
    sections = assemble(brochure()).sections
    outer = [section.headings[0] for section in sections if len(section.headings) == 1]
    assert outer[0] == "Dit is de Mkb-route in het hbo"
    assert {"Meer weten?", "Zij doen mee!", "Ook voor ná Corona", "Leven Lang Ontwikkelen"} <= set(outer)
    pilots = [section for section in sections if section.ordinal is not None]
    assert [section.ordinal for section in pilots] == [1, 2, 3, 4, 5, 6, 7]
    assert {section.headings[0] for section in pilots} == {"Dit zijn de 7 pilots"}
    assert pilots[0].headings[1].startswith("Avans Hogeschool en Stichting BouwTalent Zuid")
    assert pilots[6].headings[1].endswith("| Ad Bouwkunde")


@needs_brochure
def test_the_lists_of_the_brochure() -> None:
    """The brochure's four lists are items, each whole and each after the sentence that announces it."""
    kinds = [block.kind for block in brochure()]
    starts = [i for i, kind in enumerate(kinds) if kind == "item" and kinds[i - 1] != "item"]
    sizes = [next(n for n in range(1, 20) if start + n == len(kinds) or kinds[start + n] != "item") for start in starts]
    assert sizes == [6, 5, 4, 4]
    assert all(brochure()[start - 1].text.endswith(":") for start in starts)
    assert Block("item", "Jacco Vonhof (Voorzitter van Mkb-Nederland)") in brochure()


@needs_brochure
def test_no_letter_of_the_brochure_is_lost() -> None:
    """The brochure's letters are all there and in order, but for the bullets."""
    raw = re.sub(r"(?m)^n\t+", "", BROCHURE.read_text(encoding="utf-8"))

    def letters(text: str) -> str:
        return "".join(re.findall(r"[^\W\d_]", text))

    assert letters(brochure_text()) == letters(raw)
