"""Days: the minutes of another meeting must not answer for the one that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import assert_sound, make_settings, write_document

from ingest.workspace import Workspace
from kb.dates import asked_days, date_words, days_in, in_words, is_of_other_days, of_a_document, same_day


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("Wat besloot het beraad van 6 maart 2031?", {"2031-03-06"}),
        ("Wat besloot het beraad van 06-03-2031?", {"2031-03-06"}),
        ("Wie was er op 6 maart bij?", {"-03-06"}),
        ("Wie was er in maart 2031 bij?", set()),
        ("Op 6 maart en 10 april 2031?", {"-03-06", "2031-04-10"}),
        ("Wie kreeg 6 marken?", set()),
    ],
)
def test_the_days_that_a_question_names(question: str, days: set[str]) -> None:
    """In full, or without the year where that is left out; a month is no day."""
    assert asked_days(question) == days


def test_a_day_without_its_year_is_each_of_that_name() -> None:
    """A full one is itself alone."""
    assert same_day("-03-06", "2031-03-06") and same_day("2031-03-06", "2031-03-06")
    assert not same_day("-03-06", "2031-03-16") and not same_day("2030-03-06", "2031-03-06")


def test_only_what_tells_of_other_days_is_of_other_days() -> None:
    """A title without a day, or a sentence that names the day, is not."""
    asked = frozenset({"2031-03-06"})
    assert is_of_other_days(asked, "Verslag beraad, 10 april 2031")
    assert not is_of_other_days(asked, "Verslag beraad, 10 april 2031", ["Op 6 maart 2031 besloten we …"])
    assert not is_of_other_days(asked, "Handleiding")
    assert not is_of_other_days(frozenset(), "Verslag beraad, 10 april 2031")


def test_the_day_of_an_event_is_that_of_no_document() -> None:
    """Then no document is of another day than was asked for."""
    titles = ["Verslag beraad, 10 april 2031", "Handleiding"]
    assert of_a_document(frozenset({"-04-10"}), titles) == {"-04-10"}
    assert of_a_document(frozenset({"2031-03-06"}), titles) == frozenset()


def test_a_date_is_told_in_words() -> None:
    """And read back as the same day; its words are those of a question."""
    assert in_words("2031-03-06") == "6 maart 2031"
    assert days_in(in_words("2031-12-31")) == {"2031-12-31"}
    assert date_words("Wat besloot het beraad van 6 maart 2031 in zaal 7?") == {"6", "maart", "2031"}


BODY = """## Zeildoek

Over het zeildoek is gesproken. Besloten is {count} rollen te kopen bij {shop}.

## Rondvraag

{master} vraagt naar de sleutel van de werkplaats.
"""


@pytest.fixture(scope="module")
def minutes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The minutes of three meetings that speak of the same things."""
    corpus: Path = tmp_path_factory.mktemp("notulen")
    for day, count, shop, master in (
        ("6 maart 2031", 12, "Waterman", "Ilse Zwart"), ("10 april 2031", 31, "Kuiper", "Joris Wit"),
        ("8 mei 2031", 47, "Touwslager", "Mieke Bruin"),
    ):  # fmt: skip
        body = BODY.format(count=count, shop=shop, master=master)
        write_document(corpus, day.replace(" ", "-"), body, titel=f"Verslag gildeberaad, {day}", datum="2031-06-01")
    settings = make_settings(tmp_path_factory.mktemp("data"), corpus, embedder="hash", answer_threshold=0.0)
    with Workspace.open(settings) as opened:
        opened.load_vectors()
        yield opened


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("Hoeveel rollen zeildoek zijn er gekocht volgens het beraad van 10 april 2031?", "31", ["12", "47"]),
        ("Hoeveel rollen zeildoek koopt het gildeberaad van 8-5-2031?", "47", ["12", "31"]),
        ("Bij wie is op 6 maart zeildoek gekocht?", "Waterman", ["Kuiper", "Touwslager"]),
    ],
)
def test_the_minutes_of_the_day_that_is_asked_answer(
    minutes: Workspace, question: str, said: str, not_said: list[str]
) -> None:
    """Those of other days are not even among the sources; the date of the question is met by the title."""
    answer = minutes.knowledge.ask(question)
    assert_sound(answer, minutes.library)
    text = " ".join(statement.text for statement in answer.statements)
    assert said in text and not any(one in text for one in not_said), text
    worked = minutes.knowledge.work_out(question)
    best = worked.draft.best
    assert best is not None
    dated = date_words(question)
    assert all(met == 1.0 for term, met in zip(worked.question.terms, best.found, strict=True) if term.text in dated), (
        best.found
    )


def test_the_day_of_the_minutes_is_no_number_that_is_missing(minutes: Workspace) -> None:
    """Their title names it for all of their sentences; a number that they do not have is missing."""
    for question, missing in (
        ("Hoeveel rollen zeildoek koopt het gildeberaad van 10 april 2031?", 0.0),
        ("Koopt het gildeberaad van 10 april 2031 rollen zeildoek bij 99 zaken?", 1.0),
    ):
        assert minutes.knowledge.work_out(question).figures["number_missing"] == missing
