"""Passages that say the same are told from those that only look alike."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.near_identical import DIFFERS, Passage, once, same
from kb.types import Metadata

LONG = (
    "Een leerling werkt vier dagen in de werkplaats en krijgt een dag les in de theorie van het vak. De leermeester "
    "bespreekt elke maand met de leerling wat goed gaat en wat beter kan, en schrijft dat op in een logboek. Aan het "
    "eind van het jaar beoordelen twee meesters van buiten het werkstuk, waarna de leerling door mag naar het volgende "
    "jaar van de opleiding of het getuigschrift ontvangt."
)
SHORT = "De leerling werkt vier dagen in de werkplaats en krijgt een dag les."


def passage(text: str, document: str = "a", headings: tuple[str, ...] = (), **known: object) -> Passage:
    return Passage(text, document, headings, Metadata(**{"title": "Handleiding", **known}))  # type: ignore[arg-type]


def shown(*passages: Passage) -> list[tuple[int, int]]:
    return once(passages, len(passages))


@pytest.mark.parametrize("text", [LONG, SHORT])
def test_a_copy_is_shown_once(text: str) -> None:
    """The same text in another document takes no second place, whatever its capitals and line ends."""
    copy = text.replace(" en ", "\nen ").replace(",", " ,")
    assert shown(passage(text), passage("Iets anders."), passage(copy, "b")) == [(0, 0), (1, 1)]


def test_a_copy_with_a_few_words_changed() -> None:
    """An edited word in a long text makes no other passage; in a short one it does."""
    edited = LONG.replace("bespreekt elke maand", "bespreekt geregeld elke maand")
    assert same(passage(LONG), passage(edited, "b"))
    assert not same(passage(SHORT), passage(SHORT.replace("werkplaats", "school"), "b"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("vier dagen", "drie dagen"),
        ("twee meesters", "2 meesters van 3"),
        ("in de werkplaats", "bij Kristalhuis"),
        ("door mag", "niet door mag"),
        ("mag naar", "moet naar"),
    ],
)
def test_what_may_not_differ(before: str, after: str) -> None:
    """A number, a name, a negation or an obligation that differs makes it another passage, however long the text."""
    assert before in LONG
    other = passage(LONG.replace(before, after), "b")
    assert not same(passage(LONG), other)
    assert len(shown(passage(LONG), other)) == 2


@given(st.integers(0, 10_000))
def test_any_number_or_name_that_differs_is_another_passage(seed: int) -> None:
    """Whichever word of a long text is replaced by a number or a name, both are shown; whichever is dropped by any."""
    chance = random.Random(seed)
    words = LONG.split()
    words[chance.randrange(len(words))] = chance.choice(["17", "Waterland", "zeventien", "2031"])
    assert len(shown(passage(LONG), passage(" ".join(words), "b"))) == 2


def test_many_changes_make_another_passage() -> None:
    """More than a small share of the words may not differ."""
    words = LONG.split()
    some = [w if n % int(1 / (3 * DIFFERS)) else "woordenboek" for n, w in enumerate(words, start=1)]
    assert not same(passage(LONG), passage(" ".join(some), "b"))


def test_what_the_documents_are_about_may_not_differ() -> None:
    """The word in which two texts differ tells them apart where it is the subject of one of the documents."""
    about = LONG.replace("theorie van het vak", "theorie van het glas")
    apart = passage(about, "b", title="Leren in het glas"), passage(LONG, "c")
    assert not same(*apart)
    assert same(passage(about, "b"), passage(LONG, "c"))


def test_rows_of_a_table() -> None:
    """Two rows that differ in one cell are both shown; the same row in a copy of the table is not."""
    head = {"headings": ("Leerlingen per jaar",)}
    rows = [passage(f"Noorderlicht | {year} | {count}", **head) for year, count in ((2030, 12), (2031, 12), (2031, 14))]  # type: ignore[arg-type]
    copy = passage("Noorderlicht | 2031 | 14", "b", **head)  # type: ignore[arg-type]
    assert shown(*rows, copy) == [(0, 0), (1, 1), (2, 2)]


def test_the_same_words_about_different_things() -> None:
    """What documents are known to be about, and the headings of a short text, tell equal words apart."""
    glass, sails = {"sector": ("glasblazerij",)}, {"sector": ("zeilmakerij",)}
    assert not same(passage(LONG, **glass), passage(LONG, "b", **sails))
    assert same(passage(LONG, **glass), passage(LONG, "b", sector=("glasblazerij", "zeilmakerij")))
    assert same(passage(LONG, **glass), passage(LONG, "b"))
    assert not same(passage("Duurt twee jaar.", title="Zeilen"), passage("Duurt twee jaar.", "b", title="Glas"))
    assert not same(passage(SHORT, title="Pilot Waterland"), passage(SHORT, "b", title="Pilot Noorderlicht"))
    assert same(passage(LONG, title="Pilot Waterland"), passage(LONG, "b", title="Pilot Noorderlicht"))
    assert not same(passage(SHORT, headings=("Zeilen",)), passage(SHORT, headings=("Glas",)))


def test_the_newest_is_shown_in_the_place_of_the_best() -> None:
    """Of passages that say the same the newest is shown, where dates are known, in the place that the best earned."""
    old, new, newest = (passage(LONG, str(n), date=d) for n, d in enumerate(("2029-05-01", "2030-01-01", "2031")))
    other = passage("Glas is heet.")
    assert shown(old, other, newest, new) == [(0, 2), (1, 1)]
    assert shown(newest, other, old, new) == [(0, 0), (1, 1)]
    assert shown(passage(LONG, "x"), newest) == [(0, 0)]


def test_a_newer_one_on_another_subject_takes_no_place() -> None:
    """The copy in the document on another school is not shown in the place of that on the school that was asked for."""
    old = passage(LONG, date="2029", title="Pilot Waterland")
    new = passage(LONG, "b", date="2031", title="Pilot Noorderlicht")
    assert shown(old, new) == [(0, 0)]


def test_a_part_of_a_passage_that_is_shown() -> None:
    """What stands within a better passage is not shown again, unless it is newer or the better one says less."""
    part = LONG[LONG.index("De leermeester") :]
    assert shown(passage(LONG), passage(part, "b")) == [(0, 0)]
    assert shown(passage(LONG, date="2029"), passage(part, "b", date="2031")) == [(0, 0), (1, 1)]
    assert shown(passage(part), passage(LONG, "b")) == [(0, 0), (1, 1)]
    assert len(shown(passage(LONG), passage(part.replace("twee", "drie"), "b"))) == 2


def test_what_two_passages_say_together_is_a_third() -> None:
    """A passage of which one shown passage says the first half and another the second is shown itself."""
    middle = LONG.index("De leermeester")
    assert len(shown(passage(LONG[:middle]), passage(LONG[middle:], "b"), passage(LONG, "c"))) == 3


@given(st.lists(st.text(alphabet="ab cd1. \n", max_size=40), max_size=8))
def test_any_texts(texts: list[str]) -> None:
    """Each place is earned by one passage, in order, equal texts are shown once, and what is shown is what is given."""
    places = shown(*(passage(text, f"d{n}") for n, text in enumerate(texts)))
    assert [earned for earned, _ in places] == sorted({earned for earned, _ in places})
    assert all(earned == chosen for earned, chosen in places)
    kept = [texts[chosen] for _, chosen in places]
    assert len(kept) == len(set(kept))
    assert not texts or places[0] == (0, 0)


def test_no_more_are_looked_at_than_are_needed() -> None:
    """Where enough say different things the rest is left; where one thing is said over and over the search goes on."""
    different = [passage(f"Zin {n} over het vak.", f"d{n}") for n in range(40)]
    assert [place for place, _ in once(different, 5)] == list(range(10))
    copies = [passage(LONG, f"c{n}") for n in range(30)]
    assert [place for place, _ in once([*copies, *different], 5)] == [0, 30, 31, 32, 33]
