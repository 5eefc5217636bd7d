"""Proposed metadata: guessed from the text, against the vocabulary, each guess with its evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import CRAFT, PROJECT

from ingest import front_matter
from ingest.blocks import Block, assemble
from ingest.proposals import Proposal, propose
from ingest.readers import Reading, read
from kb.dates import dates_in, periods_in
from kb.types import DocumentKind
from kb.vocabulary import Value, Vocabulary

FILLER = "De leerlingen werken elke week aan een eigen werkstuk en leren van hun meester in de werkplaats. " * 30


@pytest.fixture(scope="module")
def craft() -> Vocabulary:
    """The values of the invented programme."""
    return Vocabulary.load(CRAFT / "waarden.yaml")


def _propose(blocks: list[Block], vocabulary: Vocabulary, name: str = "stuk.pdf", **others: Any) -> Proposal:
    return propose(Reading(blocks, **others), blocks, assemble(blocks), Path(name), vocabulary)


def _names(guesses: Any) -> list[str]:
    return [guess.value for guess in guesses]


def test_every_guess_points_at_its_place(craft: Vocabulary) -> None:
    """The offsets of the evidence hold what was named, with its page, and all of it is plain."""
    blocks = [
        Block("heading", "Boekbinden bij NLA", page=1),
        Block("paragraph", "De NLA begon in 2031 met het Boekbindersgilde. " + FILLER, page=2),
    ]
    found = _propose(blocks, craft)
    text = assemble(blocks).text
    (institution,) = found.institutions
    assert institution.value == "Noorderlicht Academie"
    assert institution.evidence is not None
    assert text[institution.evidence.start : institution.evidence.end] == "NLA"
    assert institution.evidence.page == 1 and "NLA" in institution.evidence.excerpt
    plain = json.loads(json.dumps(found.to_plain()))
    assert plain["title"]["value"] == "Boekbinden bij NLA"
    assert plain["kind"]["value"] in set(DocumentKind)
    assert "date" not in plain


def test_what_is_named_in_passing_is_not_proposed(craft: Vocabulary) -> None:
    """One mention far on in a long text is no subject; being in the title or named often is."""
    blocks = [Block("heading", "Zeilmaken"), Block("paragraph", FILLER * 2 + "Ook het Kristalhuis kwam even kijken.")]
    assert _names(_propose(blocks, craft).partners) == []
    often = [*blocks, *[Block("paragraph", f"Het Kristalhuis helpt. {FILLER[:200]}")] * 6]
    assert _names(_propose(often, craft).partners) == ["Kristalhuis"]
    titled = [Block("heading", "Zeilmaken met het Kristalhuis"), *blocks[1:]]
    assert _names(_propose(titled, craft).partners) == ["Kristalhuis"]


def test_what_is_named_more_comes_first(craft: Vocabulary) -> None:
    """The title weighs more than the text, and confidence goes down the list."""
    blocks = [
        Block("heading", "Glasblazen aan de Waterland School"),
        Block("paragraph", "De Noorderlicht Academie kijkt mee. De Noorderlicht Academie betaalt."),
    ]
    guesses = _propose(blocks, craft).institutions
    assert _names(guesses) == ["Waterland School", "Noorderlicht Academie"]
    assert guesses[0].confidence > guesses[1].confidence > 0


def test_an_abbreviation_counts_in_its_own_capitals_only() -> None:
    """The name "HAN" is found; the word "han" and the man Han are not."""
    vocabulary = Vocabulary((Value("hogescholen", "Hogeschool Hanzeland", ("HAN",)),))
    for text, count in (("De HAN doet mee.", 1), ("Han doet mee.", 0), ("De han doet mee.", 0)):
        assert len(_propose([Block("paragraph", text)], vocabulary).institutions) == count


@pytest.mark.parametrize(
    ("headings", "title"),
    [
        (["Inhoudsopgave", "Leren in de werkplaats"], "Leren in de werkplaats"),
        (["Factsheet", "12 maart 2031", "De gezellenproef"], "De gezellenproef"),
        (["Datum:", "Contactpersoon", "Verslag van het gildeberaad"], "Verslag van het gildeberaad"),
        (["Wat is een meesterproef?"], "Wat is een meesterproef?"),
    ],
)
def test_the_title_is_a_heading_that_says_something(headings: list[str], title: str, craft: Vocabulary) -> None:
    """What could stand above any document is passed over."""
    blocks = [*(Block("heading", text, page=1) for text in headings), Block("paragraph", FILLER, page=1)]
    assert _propose(blocks, craft).title.value == title


@pytest.mark.parametrize(
    ("title", "text", "whole"),
    [
        ("Jaarverslag gilde", "Voor u ligt het jaarverslag 2030-2031 van het gilde.", "Jaarverslag gilde 2030-2031"),
        (
            "Jaarverslag gilde",
            "Dit jaarverslag 2030/2031 volgt op het jaarverslag 2029/2030.",
            "Jaarverslag gilde 2030/2031",
        ),
        ("Jaarverslag 2031 gilde", "Voor u ligt het jaarverslag 2030-2031.", "Jaarverslag 2031 gilde"),
        ("Jaarverslag gilde", "In het studiejaar 2030-2031 kwamen er leerlingen bij.", "Jaarverslag gilde"),
        ("Jaarverslag gilde", "Ons jaarverslag 2031 is klaar.", "Jaarverslag gilde"),
    ],
)
def test_a_report_is_told_from_that_of_another_year(title: str, text: str, whole: str, craft: Vocabulary) -> None:
    """The period that the beginning gives to a word of the title is part of it; other years are not."""
    blocks = [Block("heading", title, page=1), Block("paragraph", text, page=1)]
    assert _propose(blocks, craft).title.value == whole


def test_the_outermost_heading_of_the_first_page_is_the_title(craft: Vocabulary) -> None:
    """A smaller heading may stand above it; a larger one further on is not looked at."""
    blocks = [
        Block("heading", "Gildereeks deel drie", level=3, page=1),
        Block("heading", "Leren binden", level=2, page=1),
        Block("paragraph", FILLER, page=1),
        Block("heading", "Bijdragen", level=1, page=2),
        Block("paragraph", FILLER, page=2),
    ]
    assert _propose(blocks, craft).title.value == "Leren binden"


def test_without_a_heading_the_properties_or_the_name_give_the_title(craft: Vocabulary) -> None:
    """A name is made readable; neither has a place in the text."""
    blocks = [Block("paragraph", FILLER)]
    assert _propose(blocks, craft, title="Leren binden").title.value == "Leren binden"
    named = _propose(blocks, craft, name="2031-03_verslag_gilde.docx", title="Document").title
    assert (named.value, named.evidence) == ("2031 03 verslag gilde", None)
    assert named.confidence < 0.5


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Pilot zeilmaken", "De pilot begon in september.", DocumentKind.PILOT),
        ("Handreiking voor werkplaatsen", "Dit stappenplan helpt.", DocumentKind.GUIDE),
        ("Interview met een glasblazer", "Ze vertelt over haar vak.", DocumentKind.GOOD_PRACTICE),
        ("Subsidieregeling ambacht", "Het beleid van de gilden.", DocumentKind.PROGRAMME),
        ("Meesterproef", "Een meesterproef is een werkstuk waarmee een gezel meester wordt.", DocumentKind.CONCEPT),
        ("Jaaroverzicht van de hal", "Er stonden veel banken.", DocumentKind.OTHER),
    ],
)
def test_the_kind_is_told_by_general_words(title: str, text: str, kind: DocumentKind, craft: Vocabulary) -> None:
    """In the title and the opening, or by a definition."""
    guess = _propose([Block("heading", title), Block("paragraph", text)], craft).kind
    assert guess.value == kind
    assert (guess.confidence < 0.5) == (kind is DocumentKind.OTHER)


def test_the_vocabulary_names_kinds_too() -> None:
    """A plural that the programme team wrote down is a cue."""
    vocabulary = Vocabulary((Value("soort", "pilot", (), "leerproeven"),))
    blocks = [Block("heading", "Onze leerproeven"), Block("paragraph", FILLER)]
    assert _propose(blocks, vocabulary).kind.value == "pilot"


def test_a_status_is_proposed_only_where_it_is_called_that(craft: Vocabulary) -> None:
    """Running text says "lopend" of anything."""
    assert _propose([Block("paragraph", "De lopende band stond stil.")], craft).status is None
    guess = _propose([Block("row", "Status | lopend")], craft).status
    assert guess is not None and guess.value == "lopend"


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("6 maart 2024", ["2024-03-06"]),
        ("Utrecht, maart 2024", ["2024-03"]),
        ("versie 1.0, 2024-03-06", ["2024-03-06"]),
        ("Datum: 06-03-2024 of 6/3/2024 of 6.3.2024", ["2024-03-06"] * 3),
        ("March 6, 2024 and 1st June 2023", ["2024-03-06", "2023-06-01"]),
        ("6 mrt 2024", ["2024-03-06"]),
        ("31 februari 2024 en 2024-13-01 en 45-03-2024", []),
        ("artikel 3.4.2024.1 en 1234-56-2024", []),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, dates: list[str]) -> None:
    """Dutch and English, in words and in numbers; days that do not exist are left out."""
    assert [date for date, _, _ in dates_in(text)] == dates


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("studiejaar 2024-2025", ["2024-2025"]),
        ("Periode: 2021 t/m 2023", ["2021-2023"]),
        ("schooljaar 2024/25", ["2024-2025"]),
        ("sinds 2019", ["vanaf 2019"]),
        ("2025-2024 en 1920-1999 en 2024-03-06", []),
    ],
)
def test_periods_are_read_as_they_are_written(text: str, periods: list[str]) -> None:
    """A period runs forward, and not for longer than twenty years."""
    assert [period for period, _, _ in periods_in(text)] == periods


def test_the_date_is_that_of_the_document_and_not_one_it_tells_of(craft: Vocabulary) -> None:
    """A date in a sentence of the first page is something that happened."""
    told = Block("paragraph", "Op 6 maart 2024 bezochten twintig leerlingen van de academie voor het eerst de werf.")
    assert _propose([told], craft).date is None
    assert _propose([told], craft, date="2024-05-01").date == _propose([], craft, date="2024-05-01").date
    dated = _propose([Block("heading", "Verslag"), Block("paragraph", "8 april 2024"), told], craft).date
    assert dated is not None and dated.value == "2024-04-08"
    agreed = _propose([Block("paragraph", "Datum: 8 april 2024"), told], craft, date="2024-04-30").date
    assert agreed is not None and agreed.confidence > dated.confidence


def test_the_language_is_proposed(craft: Vocabulary) -> None:
    """Dutch or English."""
    assert _propose([Block("paragraph", FILLER)], craft).language.value == "nl"
    assert _propose([Block("paragraph", "The apprentices learn from a master. " * 9)], craft).language.value == "en"


def test_an_empty_document_gives_a_proposal(craft: Vocabulary) -> None:
    """A scan without text is at least called by its name."""
    found = _propose([], craft, name="scan_12.pdf")
    assert found.title.value == "Scan 12"
    assert found.kind.value == "other" and found.sector == ()


def test_the_corpus_is_guessed_well() -> None:
    """On the project's own documents: titles nearly always, institutions and partners mostly, kinds more than half."""
    vocabulary = Vocabulary.load(PROJECT / "corpus" / "waarden.yaml")
    hits = {"title": 0, "kind": 0}
    right = {"institutions": [0, 0, 0], "partners": [0, 0, 0]}
    paths = sorted((PROJECT / "corpus").glob("*/*.md"))
    for path in paths:
        reading = read(path.read_bytes(), path)
        assert reading.front_matter is not None
        true = front_matter.parse(reading.front_matter, path, vocabulary)
        found = propose(reading, reading.blocks, assemble(reading.blocks), path, vocabulary)
        hits["title"] += found.title.value == true.title
        hits["kind"] += found.kind.value == true.kind
        for name, counts in right.items():
            guessed, meant = {g.value for g in getattr(found, name)}, set(getattr(true, name))
            counts[0] += len(guessed & meant)
            counts[1] += len(guessed)
            counts[2] += len(meant)
    assert len(paths) > 50
    assert hits["title"] > 0.9 * len(paths) and hits["kind"] > 0.5 * len(paths)
    for name, (both, guessed, meant) in right.items():
        assert both > 0.8 * guessed and both > 0.7 * meant, name
