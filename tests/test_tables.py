"""Table rows are said with the heads of their columns, and quoted as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.blocks import Block
from ingest.readers import read
from kb.tables import rows_of
from kb.units import split_units
from tests.documents import make_document


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["Vak | Punten | Docent", "Vergulden | 5 | Ans"], "Vak: Vergulden; Punten: 5; Docent: Ans"),
        (["Vak | Punten", "Vergulden | 5", "Naaien | 7"], "Vak: Vergulden; Punten: 5"),
        (["Naam | Ans de Vries", "Functie | meester"], "Functie: meester"),
        (["Vak | Punten | Docent", "Vergulden | | Ans"], "Vak: Vergulden; Docent: Ans"),
        (["| Punten | Docent", "Vergulden | 5 | Ans"], "Vergulden; Punten: 5; Docent: Ans"),
        (["2030 | 5 | 6", "2031 | 7 | 8"], "2031 | 7 | 8"),
        (["Vak | Punten", "Vergulden | 5 | te veel"], "Vergulden | 5 | te veel"),
    ],
)
def test_a_row_is_said_with_its_heads(lines: list[str], shown: str) -> None:
    """A cell is named by its column where the first row holds heads, and stands alone where it does not."""
    assert rows_of(lines)[1].shown == shown


def test_two_tables_side_by_side_are_read_apart() -> None:
    """Heads that begin anew, with or without a label before them, make two rows of a line, each quoted by itself."""
    lines = ["Leden | Naam | Gilde | Naam | Gilde", "| Ans | Hoorn | Bas | Berkenhof", "| Cor | Zuid | |"]
    document = make_document([Block("row", line) for line in lines])
    rows = split_units(document)[1:]
    assert [row.said for row in rows] == [
        "Naam: Ans; Gilde: Hoorn",
        "Naam: Bas; Gilde: Berkenhof",
        "Naam: Cor; Gilde: Zuid",
    ]
    assert [document.text[row.start : row.end] for row in rows][:2] == ["Ans | Hoorn", "Bas | Berkenhof"]
    assert rows_of(["Vak | Punten | Vak | Punten", "Naaien | 5 | Binden | 7"])[2].shown == "Vak: Binden; Punten: 7"
    assert len(rows_of(["Vak | Punten | Docent | Zaal", "Naaien | 5 | Ans | blauw"])) == 2


def test_the_quote_of_a_row_is_the_row() -> None:
    """What a row says in words is no quote: that stays exactly what stands in the text."""
    document = make_document([Block("row", "Vak | Punten | Docent"), Block("row", "Vergulden | 5 | Ans")])
    row = split_units(document)[1]
    assert document.text[row.start : row.end] == row.text == "Vergulden | 5 | Ans"
    assert row.said == "Vak: Vergulden; Punten: 5; Docent: Ans"
    assert "punt" in " ".join(row.heads)


def test_two_tables_after_each_other_keep_their_own_heads() -> None:
    """A table that begins right after another is not read with the heads of that one."""
    first = "| Vak | Punten | Docent |\n|--|--|--|\n| Naaien | 5 | Ans |"
    second = "| Stad | Gilde | Jaar |\n|--|--|--|\n| Hoorn | ja | 2031 |"
    text = f"{first}\n\n{second}"
    document = make_document(read(text.encode(), Path("x.md")).blocks)
    said = [unit.said for unit in split_units(document)]
    assert said[1] == "Vak: Naaien; Punten: 5; Docent: Ans"
    assert said[3] == "Stad: Hoorn; Gilde: ja; Jaar: 2031"
