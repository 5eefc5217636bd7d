"""Years and periods: the report of another year must not answer for the one that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import assert_sound, make_settings, write_document
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb import near_miss
from kb.finding import OTHER_YEARS, as_asked, each_period
from kb.types import Chunk, Metadata, Question, ScoredChunk
from kb.years import Span, agree, is_of_other_years, is_period, spans_in

FIRST, SECOND = Span(2030, 2031), Span(2031, 2032)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Jaarverslag 2030-2031", {FIRST}),
        ("Jaarverslag 2030/2031", {FIRST}),
        ("Studiegids 2030–31", {FIRST}),
        ("Studiegids 2030 - 2031 en 2031 - 2032", {FIRST, SECOND}),
        ("Verslag van 26 april 2030", {Span(2030, 2030)}),
        ("van 2030 tot 2031", {Span(2030, 2030), Span(2031, 2031)}),
        ("van 2031-2030", {Span(2031, 2031), Span(2030, 2030)}),
        ("op 2030-12-31", {Span(2030, 2030)}),
        ("groep 2030-45678, nummer 120301", {Span(2030, 2030)}),
        ("geen jaar", set()),
    ],
)
def test_the_years_that_a_text_names(text: str, spans: set[Span]) -> None:
    """A period is one span; years apart, days and numbers are none."""
    assert spans_in(text) == spans


@pytest.mark.parametrize(("text", "whole"), [("2030-2031", True), ("2030", False), ("jaar 2030-2031", False)])
def test_what_is_a_period(text: str, whole: bool) -> None:
    """Only the period itself, without a word beside it."""
    assert is_period(text) == whole


@given(st.integers(1950, 2090), st.integers(0, 10), st.integers(1950, 2090), st.integers(0, 10))
def test_agreement_is_mutual_and_needs_a_shared_year(a: int, m: int, b: int, n: int) -> None:
    """Two spans that agree share a year, whichever was asked; a span agrees with itself."""
    one, other = Span(a, a + m), Span(b, b + n)
    assert agree(one, one)
    assert agree(one, other) == agree(other, one)
    if agree(one, other):
        assert set(range(a, a + m + 1)) & set(range(b, b + n + 1))


def test_one_study_year_is_not_the_next() -> None:
    """They share a calendar year, but what is asked of one is not what is told of the other."""
    assert not agree(FIRST, SECOND)
    assert agree(Span(2031, 2031), FIRST) and agree(Span(2031, 2031), SECOND)
    assert is_of_other_years(frozenset({FIRST}), "Jaarverslag 2031-2032")
    assert not is_of_other_years(frozenset({FIRST}), "Jaarverslag 2031-2032", ["Anders dan in 2030-2031 …"])
    assert is_of_other_years(frozenset({FIRST}), "Jaarverslag 2031-2032", ["op 3 mei 2031"])
    assert not is_of_other_years(frozenset({FIRST}), "Jaarverslag")


def hit(title: str, score: float) -> ScoredChunk:
    return ScoredChunk(Chunk(title, title, "0", 0, 1, "tekst", None, (), Metadata(title=title)), score, ("words",))


def test_passages_of_other_years_count_for_less() -> None:
    """Where a question names years; otherwise nothing changes."""
    hits = [hit("Verslag 2031-2032", 1.0), hit("Verslag 2030-2031", 0.9), hit("Handleiding", 0.6)]
    found = as_asked(Question("Hoeveel leerlingen in 2030-2031?", "nl", "how_many", ()), hits)
    assert [(h.chunk.id, h.score) for h in found] == [
        ("Verslag 2030-2031", 0.9), ("Handleiding", 0.6), ("Verslag 2031-2032", OTHER_YEARS),
    ]  # fmt: skip
    assert as_asked(Question("Hoeveel leerlingen?", "nl", "how_many", ()), hits) == hits


def test_each_of_two_periods_is_among_the_passages() -> None:
    """However much better those of one are; of one period the best are taken as they come."""
    hits = [hit("Verslag 2031-2032", 1.0)] * 9 + [hit("Verslag 2030-2031", 0.1)] * 3
    titles = [h.chunk.id for h in each_period(frozenset({FIRST, SECOND}), hits, 8)]
    assert titles == ["Verslag 2031-2032"] * 6 + ["Verslag 2030-2031"] * 2
    assert each_period(frozenset({FIRST}), hits, 8) == hits[:8]


BODY = """## Getuigschriften

Het gilde gaf in dit verslagjaar {count} getuigschriften uit voor het zeilnaaien.

## Gildemeester

{master} was gildemeester van het Kristalhuis.
"""


@pytest.fixture(scope="module", params=["none", "hash"])
def reports(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """Three reports that say the same of three years, with other figures and names."""
    corpus: Path = tmp_path_factory.mktemp("verslagen")
    for years, count, master in (
        ("2029-2030", 12, "Ilse Waterman"), ("2030-2031", 31, "Joris Kuiper"), ("2031-2032", 47, "Mieke Touwslager"),
    ):  # fmt: skip
        body = BODY.format(count=count, master=master)
        write_document(corpus, f"verslag-{years}", body, titel=f"Jaarverslag {years} van het gilde", datum="2033-01-01")
    settings = make_settings(tmp_path_factory.mktemp("data"), corpus, embedder=request.param, answer_threshold=0.0)
    with Workspace.open(settings) as opened:
        opened.load_vectors()
        yield opened


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("Hoeveel getuigschriften gaf het gilde uit in 2030-2031?", ["31"], ["12", "47"]),
        ("Hoeveel getuigschriften gaf het gilde uit in studiejaar 2029/2030?", ["12"], ["31", "47"]),
        ("Wie was gildemeester in 2031-2032?", ["Mieke Touwslager"], ["Ilse", "Joris"]),
        ("Hoeveel getuigschriften waren er in 2029-2030 en in 2031-2032?", ["12", "47"], ["31"]),
    ],
)
def test_the_report_of_the_year_that_is_asked_answers(
    reports: Workspace, question: str, said: list[str], not_said: list[str]
) -> None:
    """The others are not even among the sources, however alike their sentences."""
    answer = reports.knowledge.ask(question)
    assert_sound(answer, reports.library)
    text = " ".join(statement.text for statement in answer.statements)
    assert all(one in text for one in said), text
    assert not any(one in text for one in not_said), text


def test_a_year_of_which_there_is_no_report(reports: Workspace) -> None:
    """What is shown is known to be of other years: the figure that the refusal rests on says so."""
    worked = reports.knowledge.work_out("Hoeveel getuigschriften gaf het gilde uit in 2025-2026?")
    assert worked.figures["year_not_in_best"] == 1.0
    worked = reports.knowledge.work_out("Hoeveel getuigschriften gaf het gilde uit in 2030-2031?")
    assert worked.figures["year_not_in_best"] == 0.0


def test_a_refusal_does_not_deny_what_the_title_says(reports: Workspace) -> None:
    """A passage from the report of the asked year is about that year, whether it says so itself or not."""
    snapshot = reports.knowledge.snapshot
    closest = ["Het gilde gaf getuigschriften uit."]
    for years, remark in (
        ("2030-2031", ""),
        ("2025-2026", "Wat het dichtst bij uw vraag komt, gaat niet over 2025-2026."),
    ):
        question = snapshot.analyst.understand(f"Welke getuigschriften gaf het gilde uit in {years}?")
        assert near_miss.remark(question, closest, snapshot, ["Jaarverslag 2030-2031 van het gilde"]) == remark


def test_a_period_is_one_term(reports: Workspace) -> None:
    """And the word for a year before it is no term of its own."""
    question = reports.knowledge.snapshot.analyst.understand("Wie slaagde er in studiejaar 2030-2031?")
    assert [term.text for term in question.terms if not term.light][-1] == "2030-2031"
    assert not any("studiejaar" in term.text for term in question.terms)
    assert [term.text for term in reports.knowledge.snapshot.analyst.understand("Slot in jaar").terms][-1] == "jaar"
