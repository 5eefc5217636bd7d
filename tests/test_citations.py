"""Quotes and their sources: each citation can be looked up, and says exactly what stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import assert_sound
from documents import make_document, some_documents
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import Block
from ingest.workspace import Workspace
from kb.citations import CitationList, as_text, cite, holds
from kb.types import Document, Filters, Source, Statement, StatementMade, Turn
from kb.units import split_units

_ASKED = st.sampled_from(
    ["Welke", "Hoeveel", "Wie", "Wat", "is", "pilots", "zijn er", "in de", "boekbinderij", "NLA", "leerlingen", "duurt",
     "meesterproef", "kost", "verschil tussen", "en", "Kristalhuis", "2031", "doelen", "Which", "apprentices",
     "scholen", "?", "glas"]
)  # fmt: skip
questions = st.one_of(
    st.lists(_ASKED, min_size=1, max_size=7).map(" ".join).filter(lambda text: any(c.isalnum() for c in text)),
    st.text(min_size=1, max_size=60).filter(lambda text: any(c.isalnum() for c in text)),
)
TWO = make_document([Block("heading", "Kop"), Block("paragraph", "Een zin. Nog een zin.")])


@given(questions, st.lists(st.builds(Turn, questions, st.text(max_size=30)), max_size=2))
def test_every_citation_of_every_answer_holds(frank: Workspace, text: str, history: list[Turn]) -> None:
    """Whatever is asked: each statement has a citation, and each quote is exactly where its citation says it is."""
    answer = frank.knowledge.ask(text, history)
    assert_sound(answer, frank.library)


@given(questions)
def test_filtered_answers_hold_too(frank: Workspace, text: str) -> None:
    """With a filter, citations hold and come from the documents that pass it."""
    answer = frank.knowledge.ask(text, filters=Filters(institution=("Noorderlicht Academie",)))
    assert_sound(answer, frank.library)
    cited = {citation.document_id for citation in (*answer.citations, *answer.closest)}
    assert cited <= {"pilots/noorderlicht-boekbinden", "pilots/noorderlicht-glasblazen"}


@given(questions)
def test_the_parts_make_the_whole(frank: Workspace, text: str) -> None:
    """The statements and citations that come one by one are those of the whole answer, each citation once."""
    events = list(frank.knowledge.stream(text))
    made = [event for event in events if isinstance(event, StatementMade)]
    answer = events[-1].answer  # type: ignore[union-attr]
    assert [event.statement for event in made] == list(answer.statements)
    assert [citation for event in made for citation in event.citations] == list(answer.citations)
    assert len(events) == len(made) + 2


@given(some_documents())
def test_a_citation_of_any_unit_holds(document: Document) -> None:
    """What can be quoted can be cited, in any document."""
    for unit in split_units(document):
        citation = cite(document, unit)
        assert holds(document, citation)
        assert citation.quote == unit.text


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "Een zin"},
        {"quote": "een zin."},
        {"start": 4},
        {"start": -1},
        {"end": 10_000},
        {"end": 0},
        {"version": "000000000000"},
        {"document_id": "proeven/twee"},
    ],
)
def test_what_is_not_exactly_there_does_not_hold(change: dict[str, object]) -> None:
    """One letter, one place, another version or another document: none of it holds."""
    citation = cite(TWO, split_units(TWO)[1])
    assert holds(TWO, citation)
    assert not holds(TWO, replace(citation, **change))


def test_an_empty_quote_holds_nothing() -> None:
    """A quote of nothing is no citation, though it is trivially there."""
    assert not holds(TWO, replace(cite(TWO, split_units(TWO)[1]), quote="", start=5, end=5))


def test_citations_are_numbered_as_they_are_used() -> None:
    """Numbers count from 1; the same passage keeps its number; another version of it gets another."""
    heading, one, other = split_units(TWO)
    numbers = CitationList()
    assert [numbers.add(cite(TWO, unit)) for unit in (one, heading, one, other, heading)] == [1, 2, 1, 3, 2]
    assert [citation.number for citation in numbers.citations] == [1, 2, 3]
    newer = replace(TWO, version="ffffffffffff")
    assert numbers.add(cite(newer, one)) == 4


def test_a_citation_says_where_and_whence() -> None:
    """A citation carries title, headings, page and the first address among the document's sources."""
    metadata = replace(
        TWO.metadata, sources=(Source("a"), Source("b", "https://b.invalid"), Source("c", "https://c.invalid"))
    )
    document = replace(
        make_document([Block("heading", "Kop", page=3), Block("paragraph", "Zin.", page=3)]), metadata=metadata
    )
    citation = cite(document, split_units(document)[1])
    assert (citation.title, citation.section, citation.page) == ("Een proef", ("Kop",), 3)
    assert citation.url == "https://b.invalid"
    assert cite(TWO, split_units(TWO)[1]).url is None


def test_statements_as_text() -> None:
    """Statements are a line each, with their numbers behind them."""
    said = [Statement("Een.", (1,)), Statement("Twee.", (2, 3)), Statement("Drie.", (), further=True)]
    assert as_text(said) == "Een. [1]\nTwee. [2][3]\nDrie."
    assert as_text(said, "Zie ook:") == "Een. [1]\nTwee. [2][3]\nZie ook:\nDrie."
