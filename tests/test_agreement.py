"""What a passage lacks of the particulars of a question, and the kinds of answer that a text can hold."""

from __future__ import annotations

import pytest
from conftest import assert_sound

from ingest.workspace import Workspace
from kb.answer_types import counts, holds_aspect, holds_type
from kb.extractive import closest
from kb.persons import names_person
from kb.types import Question
from kb.wanted import asks_role, names_type, wanted


def understood(workspace: Workspace, text: str) -> Question:
    return workspace.knowledge.snapshot.analyst.understand(text)


def odds(certainty: float) -> float:
    return certainty / (1 - certainty)


@pytest.mark.parametrize(
    ("text", "figure", "value"),
    [
        ("Hoeveel leerlingen begonnen er in 2031 met de pilot boekbinden?", "year_not_in_best", 0.0),
        ("Hoeveel leerlingen begonnen er in 2027 met de pilot boekbinden?", "year_not_in_best", 1.0),
        ("Duurt de opleiding boekbinden 3 jaar?", "number_missing", 0.0),
        ("Duurt de opleiding boekbinden 8 jaar?", "number_missing", 1.0),
        ("Wie is de leermeester van de pilot boekbinden?", "role_apart", 0.0),
        ("Wie is de portier van de pilot boekbinden?", "role_apart", 1.0),
        ("Welke hogescholen werken met mensen uit een drukkerij?", "value_missing", 1.0),
        ("Hoeveel leerlingen heeft de pilot boekbinden van de Noorderlicht Academie?", "other_value", 0.0),
        ("Hoeveel leerlingen heeft de pilot boekbinden van de Waterland School?", "other_value", 1.0),
    ],
)
def test_a_particular_that_is_not_there_counts_against(
    reading_room: Workspace, text: str, figure: str, value: float
) -> None:
    """Another year, another number, a role without a holder: each is told apart from what the documents do say."""
    assert reading_room.knowledge.work_out(text).figures[figure] == value


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Hoeveel leerlingen begonnen er in september 2031 met boekbinden?",
         "Hoeveel leerlingen begonnen er in september 2027 met boekbinden?"),
        ("Wie is de leermeester van de pilot boekbinden?", "Wie is de portier van de pilot boekbinden?"),
        ("Duurt de opleiding boekbinden drie jaar?", "Duurt de opleiding boekbinden acht jaar?"),
    ],
)  # fmt: skip
def test_the_right_question_is_the_more_certain(reading_room: Workspace, right: str, wrong: str) -> None:
    """Of two questions that differ in one particular, the one that the documents answer is held more certain."""
    knowledge = reading_room.knowledge
    certain, less = (odds(knowledge.ask(text).certainty) for text in (right, wrong))
    assert certain > 3 * less


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Directeur Wieteke van Dromen vertelt.", True),
        ("Wieteke van Dromen vertelt.", True),
        ("Bouwend Nederland vertelt.", False),
        ("Hogeschool Rotterdam vertelt.", False),
        ("De Ad Gebouwgebonden Installatietechniek is nieuw.", False),
    ],
)
def test_persons(text: str, expected: bool) -> None:
    """A person is found behind a title with a capital too; two words of the dictionary are no person."""
    assert names_person(text) is expected


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("Hoeveel gilden zijn er?", "Dat jaar deden vijftien gilden mee.", True),
        ("Hoeveel gilden zijn er?", "Volgens het artikel drie gilden.", True),
        ("Hoeveel gilden zijn er?", "Dit staat in artikel 7.", False),
        ("Hoeveel gilden zijn er?", "Zij leren op niveau 5.", False),
        ("Hoeveel gilden zijn er?", "Om 12:55 begint de zaal.", False),
        ("Hoeveel gilden zijn er?", "Op 26 april komen gilden bijeen.", False),
        ("Hoeveel gilden zijn er?", "Dat staat in versie 2 van de lijst.", False),
        ("Hoe hoog is het lesgeld?", "Het lesgeld bedraagt 450 euro.", True),
        ("Hoe hoog is het lesgeld?", "Het lesgeld is hoog.", False),
        ("In welke stad is de werkplaats?", "De werkplaats is in Kustland.", True),
        ("In welke stad is de werkplaats?", "De werkplaats is van het gilde.", False),
        ("Wie blijft er verantwoordelijk voor het glas?", "De werkgever blijft verantwoordelijk.", True),
        ("Wie is de voorzitter?", "De werkgever blijft verantwoordelijk.", False),
        ("In opdracht van wie is de kaart gemaakt?", "De kaart is van het Gildenhuis.", True),
        ("Welke bedrijven doen mee aan de proef?", "Bedrijven vroegen zelf om de proef.", False),
        ("Welke bedrijven doen mee aan de proef?", "Aan de proef doen Zeilhuis en Glashandel Frits mee.", True),
        ("Wie doen er mee?", "Daarmee haalt u de Ad.", False),
        ("In welke week is de proef?", "De proef is in het collegejaar 2030-2031.", False),
        ("In welke week is de proef?", "De proef is in week twintig.", True),
        ("Hoe lang duurt de proef?", "Na de proef duurt de opleiding nog twee jaar.", False),
        ("Hoe lang duurt de proef?", "Collegejaar: 2030 - 2031", False),
        ("Waarom begon het gilde?", "Het begon als antwoord op het tekort.", True),
        ("Waar wil het gilde op uitkomen?", "Op een vast traject.", True),
        ("Op welke site staat de lijst?", "De lijst staat op gilde.example.nl.", True),
        ("Op welke site staat de lijst?", "Op de site van Kustland staan de vakken.", False),
        ("Waar dient de kaart voor?", "Met de kaart zoekt men om leerlingen te plaatsen.", True),
        ("Waar dient de kaart voor?", "De kaart hangt in de werkplaats.", False),
    ],
)
def test_the_kind_of_answer(workspace: Workspace, question: str, text: str, held: bool) -> None:
    """A number that counts is told from a label, a town from a name, a person from a group, as the question asks."""
    assert holds_type(understood(workspace, question), text) is held


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Wat is de omvang van het gilde?", "measure"),
        ("Wat is de maximale bestandsgrootte?", "measure"),
        ("Welke scholen doen mee aan het gilde?", "parties"),
        ("Welke zeilbedrijven doen mee?", "parties"),
        ("Op welk nummer kan ik het gilde bellen?", "contact"),
        ("Wie werken er mee aan de proef?", "parties"),
        ("Vanaf welke leeftijd mag men naaien?", "measure"),
        ("Welk gildelid sprak de zaal toe?", "who"),
        ("Welk beleid voert het gilde?", "what"),
        ("Op welke site staat de lijst?", "site"),
        ("Wat is de website van het gilde?", "site"),
        ("Waar is de kaart van het gilde voor bedoeld?", "purpose"),
        ("Wat is het doel van de werkplaats?", "purpose"),
        ("Wat zijn de kosten van de werkplaats?", "amount"),
        ("Wat zijn de vakken van het gilde?", "list"),
        ("Wat staat er op de plek waar de werkplaats staat?", "what"),
        ("Hoe werkt het gilde?", "how"),
    ],
)
def test_what_is_wanted(workspace: Workspace, text: str, kind: str) -> None:
    """The noun that is asked for makes the kind of the question precise."""
    assert wanted(understood(workspace, text)) == kind


def test_a_word_for_the_kind_of_answer(workspace: Workspace) -> None:
    """The word "datum" in "op welke datum" need not stand in the passage; the subject of the question must."""
    question = understood(workspace, "Op welke datum begon het gilde?")
    assert names_type(question, "datum")
    assert not names_type(question, "gilde")
    assert not names_type(understood(workspace, "Wie kent de datum?"), "datum")


def test_roles_and_counts(workspace: Workspace) -> None:
    """The form "wie is de …" asks for the holder of a role, "wie betaalt …" not; the article "een" counts nothing."""
    assert asks_role(understood(workspace, "Wie is de leermeester van het gilde?"))
    assert not asks_role(understood(workspace, "Wie betaalt het lesgeld?"))
    question = understood(workspace, "Hoeveel werkplaatsen zijn er?")
    assert counts(question, "Er zijn zeven werkplaatsen.")
    assert counts(question, "Er is één werkplaats.")
    assert not counts(question, "Er is een oude werkplaats.")


def test_what_a_comparison_is_about(workspace: Workspace) -> None:
    """A comparison of durations is served by a duration; one of something else by no value in particular."""
    durations = understood(workspace, "Wat is het verschil in duur tussen boekbinden en glasblazen?")
    assert holds_aspect(durations, "Boekbinden duurt drie jaar.")
    assert not holds_aspect(durations, "Boekbinden is mooi.")
    assert not holds_aspect(understood(workspace, "Wat is het verschil tussen glas en hout?"), "Dat duurt drie jaar.")


def test_both_sides_of_a_comparison(frank: Workspace) -> None:
    """A comparison of two subjects cites the value of each."""
    answer = frank.knowledge.ask(
        "Wat is het verschil in duur tussen de opleiding boekbinden en de opleiding glasblazen?"
    )
    assert_sound(answer, frank.library)
    shown = " ".join(citation.quote for citation in answer.citations)
    assert "drie jaar" in shown and "vijf jaar" in shown


def test_closest_begins_with_the_draft(reading_room: Workspace) -> None:
    """What comes closest is what would have been answered and then the next best, nothing twice, no headings."""
    draft = reading_room.knowledge.work_out("Hoeveel leerlingen heeft de Universiteit van Leiden?").draft
    units = closest(draft, 5)
    assert len(units) == len({(unit.document_id, unit.place) for unit in units}) == 5
    assert units[0] in draft.units
    assert all(unit.kind != "heading" and not unit.text.endswith(":") for unit in units)
    assert closest(draft, 2) == units[:2]
