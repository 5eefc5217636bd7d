"""How pages are read: columns, side boxes, tables, lists, headings, and what is left out; on pages made here."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdfs import Page, Pdf

from ingest.blocks import Block
from ingest.limits import Limits
from ingest.readers.pdf import read

LEFT = [
    "De leerling werkt vier dagen in de",
    "werkplaats en gaat een dag naar de",
    "school van het gilde, waar ook veel",
    "andere leerlingen zijn die het vak van",
    "de binder willen leren in deze stad.",
]
RIGHT = [
    "De meester begeleidt elke leerling en",
    "schrijft daar een verslag over, dat de",
    "school gebruikt om te kijken hoe het",
    "met de opleiding gaat en wat er nog",
    "beter kan in het volgende jaar.",
]


def blocks(pdf: Pdf) -> list[Block]:
    return read(pdf.data(), Path("gildeplan.pdf"), Limits()).blocks


def shapes(pdf: Pdf) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(pdf)]


def rows(pdf: Pdf) -> list[list[str]]:
    return [[cell.strip() for cell in text.split("|")] for kind, text in shapes(pdf) if kind == "row"]


def prose(page: Page, y: float = 600) -> None:
    """A paragraph that makes 10 points the size of the text."""
    lines = [
        "Het gilde van Waterland leidt al meer dan honderd jaar mensen op in het vak van de binder en",
        "van de zeilmaker, en doet dat samen met de scholen en de werkplaatsen in de hele streek,",
        "die daar ook de middelen voor geven en elk jaar samen een plan maken voor het volgende.",
    ]
    page.lines(60, y, lines)


# --- order --------------------------------------------------------------------------------------------------------


def test_two_columns_are_read_one_after_the_other() -> None:
    """Two columns on the same baselines below a heading over both."""
    pdf = Pdf()
    page = pdf.page().text(60, 60, "Leren en werken bij het gilde", 18, "bold")
    page.lines(60, 100, LEFT)
    page.lines(320, 100, RIGHT)
    assert shapes(pdf) == [
        ("heading", "Leren en werken bij het gilde"),
        ("paragraph", " ".join(LEFT)),
        ("paragraph", " ".join(RIGHT)),
    ]


def test_three_columns_and_a_line_below_them() -> None:
    """Three columns are three texts; what stands below over the full width comes last."""
    pdf = Pdf()
    page = pdf.page()
    for i, x in enumerate((40, 220, 400)):
        page.lines(
            x,
            100,
            [
                f"{part} {i + 1}e kolom van de drie" + ("." if part.startswith("zo") else "")
                for part in ("Dit is de", "ook weer de", "dan nog de", "en daar de", "zo ook de")
            ],
            size=9,
        )
    page.text(
        40, 240, "Onder de kolommen staat nog een regel die over de hele breedte van de bladzijde loopt en meer.", 11
    )
    found = [block.text for block in blocks(pdf)]
    assert [text.count(f"{i + 1}e kolom") for i, text in enumerate(found[:3])] == [5, 5, 5]
    assert found[-1].startswith("Onder de kolommen")


@pytest.mark.parametrize("heading", ["Werken", "Leren en werken in de streek, met het gilde en de school"])
def test_a_heading_between_two_rows_of_columns(heading: str) -> None:
    """A heading over all columns ends those above it, also where it is too short to reach over the second."""
    pdf = Pdf()
    page = pdf.page().text(60, 60, "Het gilde", 18, "bold")
    page.lines(60, 100, LEFT)
    page.lines(320, 100, RIGHT)
    page.text(60, 260, heading, 16, "bold")
    page.lines(60, 300, RIGHT)
    page.lines(320, 300, LEFT)
    assert [text for _, text in shapes(pdf)] == [
        "Het gilde", " ".join(LEFT), " ".join(RIGHT), heading, " ".join(RIGHT), " ".join(LEFT),
    ]  # fmt: skip


def test_a_sentence_goes_on_in_the_next_column() -> None:
    """A sentence that runs from the foot of a column to the head of the next is one paragraph."""
    pdf = Pdf()
    page = pdf.page()
    page.lines(60, 100, [*LEFT[:-1], "de binder of van de zeilmaker en"])
    page.lines(320, 100, ["die daarna willen blijven, want de", *RIGHT[2:]])
    assert [kind for kind, _ in shapes(pdf)] == ["paragraph"]
    assert "zeilmaker en die daarna" in blocks(pdf)[0].text


def test_a_side_box_stays_out_of_the_sentence() -> None:
    """A box in a column that stands in the midst of a sentence is read apart from it."""
    pdf = Pdf()
    page = pdf.page()
    page.lines(
        60, 100, ["Het gilde vraagt aan alle werkplaatsen in de streek om samen met", "de school te zorgen voor een"]
    )
    page.box(60, 130, 360, 190)
    page.lines(70, 150, ["Een werkplek is een plaats bij een meester.", "Er zijn er nu veertig."])
    page.lines(
        60, 210, ["goede werkplek voor elke leerling, ook als die nog niet zeker weet of", "het vak bij hem past."]
    )
    found = [block.text for block in blocks(pdf)]
    assert found[0].endswith(
        "zorgen voor een goede werkplek voor elke leerling, ook als die nog niet zeker weet of het vak bij hem past."
    )
    assert "Een werkplek is een plaats bij een meester. Er zijn er nu veertig." in " ".join(found[1:])


# --- tables -------------------------------------------------------------------------------------------------------


def test_a_table_with_lines_and_cells_of_several_lines() -> None:
    """Each row is one block, with a cell for each column, also where it is empty."""
    pdf = Pdf()
    page = pdf.page().grid([60, 160, 300, 420], [100, 120, 160, 180])
    for x, head in ((64, "Vak"), (164, "Werkplaats"), (304, "Dagen")):
        page.text(x, 114, head, font="bold")
    page.text(64, 134, "Binder").lines(164, 134, ["De Gouden Naald", "in Waterland"])
    page.text(304, 134, "4").text(64, 174, "Zeilmaker").text(304, 174, "5")
    prose(page)
    assert rows(pdf) == [
        ["Vak", "Werkplaats", "Dagen"],
        ["Binder", "De Gouden Naald in Waterland", "4"],
        ["Zeilmaker", "", "5"],
    ]


def test_merged_cells_keep_the_columns_in_place() -> None:
    """A cell over two columns or two rows is read once, and all rows have as many cells."""
    pdf = Pdf()
    page = pdf.page()
    for y in (100, 120, 160):
        page.rule(60, y, 420, y)
    page.rule(160, 140, 420, 140)
    page.rule(60, 100, 60, 160).rule(160, 100, 160, 160).rule(420, 100, 420, 160).rule(300, 120, 300, 160)
    page.text(64, 114, "Vak").text(164, 114, "Plaats en dagen")
    page.text(64, 134, "Binder").text(164, 134, "Waterland").text(304, 134, "4")
    page.text(164, 154, "Veenstad").text(304, 154, "5")
    assert rows(pdf) == [["Vak", "Plaats en dagen", ""], ["Binder", "Waterland", "4"], ["", "Veenstad", "5"]]


def test_a_table_without_lines() -> None:
    """Short texts that stand in columns, row beside row, are rows; a cell may take two lines."""
    pdf = Pdf()
    page = pdf.page()
    table = [("AD", "Associate degree"), ("GK", "Gildekamer"), ("MP", "Meesterproef"), ("WP", "Werkplaats")]
    for i, (short, long) in enumerate(table):
        page.text(60, 100 + 24 * i, short).text(160, 100 + 24 * i, long)
    prose(page)
    assert rows(pdf) == [list(pair) for pair in table]


def test_a_table_of_stripes() -> None:
    """Coloured stripes are rows, and the names above them the first; the columns come from the white between."""
    pdf = Pdf()
    page = pdf.page().text(64, 94, "Fase", font="bold").text(204, 94, "Wat er gebeurt", font="bold")
    for i, y in enumerate((100, 142, 184)):
        page.box(60, y, 400, y + 40).text(64, y + 14, ("Begin", "Midden", "Einde")[i])
        page.lines(204, y + 14, [f"De leerling krijgt opdracht {i + 1}", "en maakt een werkstuk."])
    prose(page)
    assert rows(pdf)[0] == ["Fase", "Wat er gebeurt"]
    assert rows(pdf)[2] == ["Midden", "De leerling krijgt opdracht 2 en maakt een werkstuk."]


def test_columns_of_text_are_no_table() -> None:
    """Running text in two columns stays text, though its lines stand beside each other."""
    pdf = Pdf()
    page = pdf.page()
    page.lines(60, 100, LEFT)
    page.lines(320, 100, RIGHT)
    assert rows(pdf) == []


def test_a_word_broken_in_a_narrow_cell() -> None:
    """A word that a narrow cell breaks without a hyphen is one word again."""
    pdf = Pdf()
    page = pdf.page().grid([60, 110, 300], [100, 130, 160])
    page.lines(62, 112, ["organisa", "tie"])
    page.text(114, 112, "Het gilde").text(62, 142, "plaats").text(114, 142, "Waterland")
    assert rows(pdf)[0] == ["organisatie", "Het gilde"]


# --- lists and headings -------------------------------------------------------------------------------------------


def test_lists_with_bullets_and_numbers() -> None:
    """Bullets of text and symbol fonts make items, numbers too; items may take several lines."""
    pdf = Pdf()
    page = pdf.page().text(60, 100, "Het plan van het gilde heeft deze doelen:")
    page.text(60, 116, "•").lines(
        75, 116, ["meer leerlingen in het vak van de binder en ook in dat van de zeilmaker in", "de hele streek;"]
    )
    page.text(60, 140, "\xb7", font="symbol").text(75, 140, "betere boeken.")
    page.text(60, 170, "De stappen zijn:")
    page.text(60, 186, "1.").text(75, 186, "een werkplek zoeken;")
    page.text(60, 198, "2.").lines(
        75, 198, ["een contract tekenen met de meester van de werkplaats en met de school", "van het gilde."]
    )
    found = [(block.kind, block.ordinal, block.text) for block in blocks(pdf)]
    assert found[1:3] == [
        ("item", None, "meer leerlingen in het vak van de binder en ook in dat van de zeilmaker in de hele streek;"),
        ("item", None, "betere boeken."),
    ]
    assert found[4:] == [
        ("item", 1, "een werkplek zoeken;"),
        ("item", 2, "een contract tekenen met de meester van de werkplaats en met de school van het gilde."),
    ]


def test_a_number_at_a_line_start_is_no_list() -> None:
    """A sentence that happens to break before a number and full stop stays whole."""
    pdf = Pdf()
    page = pdf.page()
    page.lines(
        60,
        100,
        [
            "Het gilde telde in het voorjaar van het vorige jaar een aantal leden van",
            "12. Daarna werd het weer stil in de werkplaats.",
        ],
    )
    assert [kind for kind, _ in shapes(pdf)] == ["paragraph"]


def test_headings_by_size_and_number() -> None:
    """Larger and bold lines are headings, their level by rank; a numbered one lies below that of the part."""
    pdf = Pdf()
    page = pdf.page().text(60, 60, "Het jaarplan", 22, "bold").text(60, 100, "1. De opleiding", 14, "bold")
    prose(page, 120)
    page.text(60, 190, "1.1 De werkplaats", 14, "bold")
    prose(page, 210)
    page.text(60, 280, "Wat er nog komt", 10, "bold")
    prose(page, 295)
    headings = [(block.level, block.text) for block in blocks(pdf) if block.kind == "heading"]
    assert headings == [(1, "Het jaarplan"), (2, "1. De opleiding"), (3, "1.1 De werkplaats"), (3, "Wat er nog komt")]


def test_a_numbered_heading_behind_a_sign_is_a_heading() -> None:
    """The "§" that pages made from the web set before a heading is no bullet, and no part of the heading."""
    pdf = Pdf()
    page = pdf.page().text(60, 60, "Het jaarplan", 22, "bold")
    prose(page, 120)
    page.text(60, 190, "§", 10, "regular").text(75, 190, "4.2.2 De werkplaats", 10, "bold")
    prose(page, 210)
    assert ("heading", "4.2.2 De werkplaats") in shapes(pdf)


def test_a_heading_of_two_lines_is_one() -> None:
    """A heading that takes two lines is one block."""
    pdf = Pdf()
    page = pdf.page().lines(60, 60, ["Leren en werken bij het gilde", "van Waterland"], size=20, font="bold")
    prose(pdf.pages[0], 140)
    assert page and shapes(pdf)[0] == ("heading", "Leren en werken bij het gilde van Waterland")


# --- what is left out ---------------------------------------------------------------------------------------------


def test_running_heads_and_page_numbers_go() -> None:
    """Heads on alternate pages and numbers that count along go; the first page is without; a number in text stays."""
    pdf = Pdf()
    for number in range(1, 9):
        page = pdf.page()
        if number > 1:
            page.text(60 if number % 2 else 400, 30, "Gilde van Waterland" if number % 2 else "Jaarplan", 8)
            page.text(290, 820, str(number + 2), 8)
        page.text(60, 100 + 11 * number, f"Op deze bladzijde staat verhaal {number} van het gilde.")
    assert [text for _, text in shapes(pdf)] == [
        f"Op deze bladzijde staat verhaal {n} van het gilde." for n in range(1, 9)
    ]


def test_a_table_of_contents_goes() -> None:
    """A table of contents goes with its heading, over the page too, with dot leaders or without."""
    pdf = Pdf()
    page = pdf.page().text(60, 80, "Inhoud", 16, "bold")
    for i, part in enumerate(("Inleiding", "De opleiding", "De werkplaats", "De meesterproef", "Het jaar")):
        page.text(60, 110 + 16 * i, part).text(500, 110 + 16 * i, str(2 + 3 * i))
    page = (
        pdf.page()
        .text(60, 80, "Bijlagen ................................ 20")
        .text(60, 96, "Woorden ............................ 22")
    )
    page.text(60, 150, "Inleiding", 16, "bold")
    prose(page, 180)
    found = shapes(pdf)
    assert found[0] == ("heading", "Inleiding") and found[1][0] == "paragraph" and len(found) == 2


def test_a_list_of_the_headings_goes() -> None:
    """A table of contents without page numbers goes as well: it names the headings that follow."""
    pdf = Pdf()
    parts = ("De opleiding", "De werkplaats", "De meesterproef", "Het jaar daarna")
    page = pdf.page().text(60, 60, "Inhoudsopgave", 16, "bold")
    for i, part in enumerate(parts):
        page.text(60, 90 + 18 * i, part)
    for part in parts:
        page = pdf.page().text(60, 60, part, 16, "bold")
        page.lines(
            60,
            90,
            [
                f"Over {part.lower()} heeft het gilde in het vorige jaar met alle meesters gesproken, en",
                "daar kwam veel uit.",
            ],
        )
    assert [text for kind, text in shapes(pdf) if kind == "heading"] == list(parts)
    assert [kind for kind, _ in shapes(pdf)] == ["heading", "paragraph"] * 4
