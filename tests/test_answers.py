"""Answers to real questions about the invented programme: right, complete, or honestly refused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from conftest import assert_sound

from ingest.workspace import Workspace
from kb.errors import InvalidQuestion
from kb.types import Answer, AnswerDone, DocumentKind, Filters, SourcesFound, Turn


def ask(workspace: Workspace, text: str, *history: tuple[str, str], filters: Filters | None = None) -> Answer:
    answer = workspace.knowledge.ask(text, [Turn(*turn) for turn in history], filters)
    assert_sound(answer, workspace.library)
    return answer


def shown(answer: Answer) -> str:
    return "\n".join([*(s.text for s in answer.statements), *(c.quote for c in answer.citations)])


def cited(answer: Answer) -> set[str]:
    return {citation.document_id for citation in answer.citations}


# --- what the documents say ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pattern", "document"),
    [
        ("Wat is een meesterproef?", r"het laatste werkstuk", "begrippen/meesterproef"),
        ("What is a master test?", r"het laatste werkstuk", "begrippen/meesterproef"),
        ("Wanneer begon het ambachtspad?", r"\b2030\b", "programma/het-ambachtspad"),
        ("Hoe lang duurt de opleiding boekbinden?", r"drie jaar", "pilots/noorderlicht-boekbinden"),
        ("Wie is de leermeester van de pilot boekbinden?", r"Wieteke van Dromen", "pilots/noorderlicht-boekbinden"),
        ("Wie leidt het programmabureau?", r"Barend Zilvermeeuw", "programma/het-ambachtspad"),
        ("Wie tekent de leerovereenkomst?", r"de werkplaats en de school", "handreiking/voor-werkplaatsen"),
        ("Waarom duurt de opleiding glasblazen vijf jaar?", r"omdat glas", "pilots/noorderlicht-glasblazen"),
        ("lesgeld boekbinden", r"450 euro", "pilots/noorderlicht-boekbinden"),
        ("hoe lang duurt de opleiding boekbindn", r"drie jaar", "pilots/noorderlicht-boekbinden"),
    ],
)
def test_the_answer_holds_the_evidence(frank: Workspace, text: str, pattern: str, document: str) -> None:
    """An ordinary question, in Dutch or English, in words or in keywords, is answered by the passage that holds it."""
    answer = ask(frank, text)
    assert re.search(pattern, shown(answer))
    assert document in cited(answer)


@pytest.mark.parametrize(
    "text", ["Wat is een meesterproef?", "Welke doelen heeft het ambachtspad?", "Welke pilots zijn er?"]
)
def test_clear_questions_are_answered(reading_room: Workspace, text: str) -> None:
    """What stands plainly in the documents counts as answered."""
    assert ask(reading_room, text).answered


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Wat leren de leerlingen in de pilot zeilmaken?", ["zeildoek snijden", "naden stikken", "gaten herstellen"]),
        ("Welke doelen heeft het ambachtspad?", ["oude ambachten", "jongeren", "werkplaatsen"]),
    ],
)
def test_lists_are_given_whole(frank: Workspace, text: str, items: list[str]) -> None:
    """Who asks what a list holds gets its introduction and every item, in order."""
    answer = ask(frank, text)
    assert answer.leading[0].text.endswith(":")
    assert len(answer.leading) == 1 + len(items)
    assert all(item in statement.text for item, statement in zip(items, answer.leading[1:], strict=True))


def test_answers_are_short(frank: Workspace) -> None:
    """An answer that is no list picks a few sentences; it does not pour out the document."""
    answer = ask(frank, "Wie is de leermeester van de pilot boekbinden?")
    assert sum(len(citation.quote.split()) for citation in answer.citations) < 60


def test_an_answer_is_the_same_the_next_time(frank: Workspace) -> None:
    """Asking twice gives the same statements with the same citations, under another id."""
    one, other = ask(frank, "Wat is een meesterproef?"), ask(frank, "Wat is een meesterproef?")
    assert (one.statements, one.citations, one.certainty) == (other.statements, other.citations, other.certainty)
    assert one.question_id != other.question_id


# --- questions about all of them together -------------------------------------------------------------------------

BINDING, GLASS, SAILS = "pilots/noorderlicht-boekbinden", "pilots/noorderlicht-glasblazen", "pilots/waterland-zeilmaken"


@pytest.mark.parametrize(
    ("text", "pilots"),
    [
        ("Welke pilots zijn er?", {BINDING, GLASS, SAILS}),
        ("Which pilots are there?", {BINDING, GLASS, SAILS}),
        ("Noem alle pilots", {BINDING, GLASS, SAILS}),
        ("Welke pilots zijn er in de boekbinderij?", {BINDING}),
        ("Which pilots are there in bookbinding?", {BINDING}),
        ("Aan welke pilots doet de Noorderlicht Academie mee?", {BINDING, GLASS}),
        ("bij welke pilots is het Kristalhuis betrokken", {GLASS}),
        ("Welke pilots zijn er op gezellenniveau?", {BINDING, SAILS}),
        ("Welke pilots lopen er?", {BINDING, GLASS, SAILS}),
        ("Welke pilots draaien er in de boekbinderij?", {BINDING}),
    ],
)
def test_collections_are_complete(frank: Workspace, text: str, pilots: set[str]) -> None:
    """A question about the pilots is answered with each pilot that fits, none that doesn't, and each one cited."""
    answer = ask(frank, text)
    assert cited(answer) == pilots
    assert len(answer.statements) == len(pilots)


def test_counting(frank: Workspace) -> None:
    """A question "how many" is answered with the number, and with those that were counted."""
    answer = ask(frank, "Aan hoeveel pilots doet de NLA mee?")
    assert "2" in answer.statements[0].text
    assert cited(answer) == {BINDING, GLASS}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Welke hogescholen doen mee?", {"Noorderlicht Academie", "Waterland School"}),
        ("Welke partners doen mee?", {"Boekbindersgilde", "Kristalhuis", "Zeilwerf De Fok"}),
        ("Welke hogescholen doen mee aan pilots in de glasblazerij?", {"De Noorderlicht Academie verkent"}),
        ("Wie doen er mee aan de pilot in de glasblazerij?", {"De Noorderlicht Academie verkent"}),
    ],
)
def test_the_values_of_a_collection(frank: Workspace, text: str, names: set[str]) -> None:
    """Which schools take part is answered with all of them, each with a passage that names it.

    Of one item its own sentence tells it.
    """
    answer = ask(frank, text)
    assert {" ".join(statement.text.split()[:4]) for statement in answer.statements} == names
    for statement in answer.statements:
        quotes = [citation.quote for citation in answer.citations if citation.number in statement.citations]
        assert all(statement.text in quote for quote in quotes)


def test_a_follow_up_about_the_collection(frank: Workspace) -> None:
    """A follow-up "and in …?" lists the other sector."""
    answer = ask(frank, "En in de zeilmakerij?", ("Welke pilots zijn er in de boekbinderij?", "Boekbinden."))
    assert cited(answer) == {SAILS}
    assert answer.understood == "Welke pilots zijn er in de zeilmakerij?"


# --- what they don't say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Hoe bak ik een appeltaart met rozijnen?",
        "Wie won de Tour de France in 1998?",
        "What is the weather in Rome today?",
        "Hoeveel leerlingen heeft de Universiteit van Leiden?",
        "Wie is de koning van de Kaaimaneilanden en wat doen zijn leerlingen?",
    ],
)
def test_what_is_not_there_is_refused(reading_room: Workspace, text: str) -> None:
    """A question about something else is not answered; what comes closest, if anything does, is shown in its place."""
    answer = ask(reading_room, text)
    assert not answer.answered
    assert answer.statements == () and answer.citations == ()
    assert len(answer.closest) <= 5
    assert [citation.number for citation in answer.closest] == list(range(1, len(answer.closest) + 1))
    assert answer.certainty < 0.5


def test_words_that_are_nowhere(workspace: Workspace) -> None:
    """By words alone, a question that shares no word with the documents gets no answer and nothing close."""
    answer = ask(workspace, "Xqzwv jjkqx?")
    assert not answer.answered
    assert answer.closest == ()


def test_suggestions_are_in_the_language_of_the_question(reading_room: Workspace) -> None:
    """Suggestions come from the example questions in the reader's language, without the question itself."""
    dutch = ask(reading_room, "Wat is een meesterproef?")
    assert dutch.suggestions == ("Welke pilots zijn er in de boekbinderij?",)
    english = ask(reading_room, "What is the weather in Rome today?")
    assert set(english.suggestions) == {"Which pilots are there in bookbinding?", "What is a master test?"}


def test_the_threshold_is_a_setting(reading_room: Workspace, frank: Workspace) -> None:
    """The same question with the same certainty is answered or not by the setting."""
    text = "Hoeveel leerlingen heeft de Universiteit van Leiden?"
    strict, open_minded = ask(reading_room, text), ask(frank, text)
    assert strict.certainty == open_minded.certainty
    assert (strict.answered, open_minded.answered) == (False, True)


# --- narrowing and asking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        (Filters(kind=(DocumentKind.CONCEPT,)), {"begrippen/meesterproef"}),
        (Filters(sector=("zeilmakerij",)), {SAILS}),
        (Filters(level=("meester",)), {GLASS}),
        (Filters(sector=("mijnbouw",)), set()),
    ],
)
def test_filters_narrow_the_answer(frank: Workspace, filters: Filters, documents: set[str]) -> None:
    """With a filter only the documents that pass it are cited, also by questions about a collection."""
    for text in ("Welke pilots zijn er?", "Hoe lang duurt de opleiding en hoeveel leerlingen zijn er?"):
        answer = ask(frank, text, filters=filters)
        assert {c.document_id for c in (*answer.citations, *answer.closest)} <= documents


def test_sources_come_before_statements(frank: Workspace) -> None:
    """The stream begins with the passages found, which hold, and ends with the whole answer."""
    events = list(frank.knowledge.stream("Wat is een meesterproef?"))
    assert isinstance(events[0], SourcesFound)
    assert events[0].citations[0].document_id == "begrippen/meesterproef"
    assert isinstance(events[-1], AnswerDone)


@pytest.mark.parametrize("text", ["", "   ", "?!", "…", "\n\t"])
def test_no_question(frank: Workspace, text: str) -> None:
    """Without a letter there is no question, and we say so in both languages."""
    with pytest.raises(InvalidQuestion) as refused:
        frank.knowledge.ask(text)
    assert refused.value.nl != refused.value.en


def test_a_question_that_is_too_long(frank: Workspace) -> None:
    """A question over the limit is refused with both numbers; white space does not count."""
    with pytest.raises(InvalidQuestion, match="2001 tekens, ten hoogste 2000"):
        frank.knowledge.ask("a" * 2001)
    assert frank.knowledge.ask("Wat is een" + " " * 3000 + "meesterproef?").answered


def test_the_times_are_told(frank: Workspace) -> None:
    """Each step's time is given in milliseconds, and together they are no more than the whole."""
    timings = ask(frank, "Wat is een meesterproef?").timings_ms
    assert timings["total"] >= sum(value for name, value in timings.items() if name != "total") - 0.5
    assert all(value >= 0 for value in timings.values())


def test_a_refusal_claims_no_more_than_is_known(reading_room: Workspace) -> None:
    """That the documents do not say it is said where that is all but sure, or where what is missing is known."""
    refused = ask(reading_room, "Wat is de hoofdstad van Peru?")
    assert not refused.answered and not refused.perhaps
    passages = ask(reading_room, "Wat is een meesterproef?").citations
    assert passages
    unsure = replace(refused, closest=passages, certainty=0.4, note="")
    assert unsure.perhaps
    assert not replace(unsure, certainty=0.1).perhaps
    assert not replace(unsure, note="Wat het dichtst bij uw vraag komt, noemt geen bedrag.").perhaps
    assert not replace(unsure, closest=()).perhaps
