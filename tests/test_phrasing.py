"""What of a question asks, what is told beside it, and the two answers that it offers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb.phrasing import asides, asking_part, options, restarted


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Wij zijn een klein weefhuis met zes man. Welke pilots zijn er?", "Welke pilots zijn er?"),
        ("We hebben 300 man in dienst, telt ons weefhuis dan mee?", "telt ons weefhuis dan mee?"),
        ("Waarom telt het weefhuis mee, we hebben toch al een pilot", "Waarom telt het weefhuis mee"),
        ("Kunt u mij vertellen hoe lang de opleiding duurt?", "hoe lang de opleiding duurt?"),
        ("Ik wil graag weten wie de leermeester is", "wie de leermeester is"),
        ("Could you tell me who leads the pilot?", "who leads the pilot?"),
        ("ik heb een weefhuis met zes man. hoeveel kost een les?", "hoeveel kost een les?"),
        ("Ik heb een weefhuis maar ik wil wel weten hoeveel uur de les duurt", "hoeveel uur de les duurt"),
    ],
)
def test_what_is_told_beside_a_question_does_not_ask(text: str, asks: str) -> None:
    """Who the asker is and how politely is asked is set aside."""
    assert asking_part(text) == asks


@pytest.mark.parametrize(
    "text",
    [
        "Wie is de leermeester?",
        "Wat is een gezel? En wat is een meester?",
        "Als ik mijn meesterproef haal, wat krijg ik dan?",
        "Wie betaalt de wol, en wanneer begint de les?",
        "zeilmaken lesdagen",
        "Kost het bijv. meer dan een les of niet?",
        "Ik zoek een pilot",
    ],
)
def test_a_question_that_is_all_question_is_kept_whole(text: str) -> None:
    """Nothing is taken from a question that tells nothing beside it."""
    assert asking_part(text) == text


def test_a_greeting_is_no_part_of_the_question() -> None:
    """Before a question it is left out; alone it stands, and so does a word that only begins like one."""
    assert restarted("Hallo allemaal, wie is de leermeester?") == "wie is de leermeester?"
    assert restarted("goedemiddag! wat kost een les") == "wat kost een les"
    assert restarted("Hallo") == "Hallo"
    assert restarted("dagopleiding in de stad") == "dagopleiding in de stad"


@given(st.text(alphabet="abc, .?!:;wijhoe", max_size=60))
def test_asides_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    """Whatever is typed, the places are places of the text, one behind the other."""
    at = 0
    for start, end in asides(text):
        assert at <= start <= end <= len(text)
        at = end


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("Wie betaalt de wol, de meester of de gezel?", ("de meester", "de gezel")),
        ("Betaalt de meester of de gezel de wol?", ("de meester", "de gezel")),
        ("Who pays: the master or the pupil?", ("the master", "the pupil")),
        ("What is the aim of the pilot?", None),
        ("Wat is een gezel?", None),
    ],
)
def test_two_answers_that_are_offered(text: str, both: tuple[str, str] | None) -> None:
    """The two things of which one is the answer, and nothing where a question offers none."""
    found = options(text)
    assert (found and tuple(text[start:end] for start, end in found)) == both


def test_two_offered_answers_are_one_term(reading_room: Workspace) -> None:
    """A passage that holds one of the two holds what was asked."""
    analyst = reading_room.knowledge.snapshot.analyst
    terms = analyst.understand("Wie betaalt het zeildoek, de leermeester of de gezel?").terms
    offered = [term for term in terms if term.text in {"leermeester", "gezel"}]
    assert len(offered) == 1
    assert ("gezel",) in [way for way, weight in offered[0].alternatives if weight == 1.0]


def test_the_asker_weighs_less_than_the_question(reading_room: Workspace) -> None:
    """What is told beside the question helps to find, and its absence is no reason to refuse."""
    analyst = reading_room.knowledge.snapshot.analyst
    told = analyst.understand("Wij zijn een smederij in Twente. Hoe lang duurt de opleiding zeilmaken?")
    beside = {term.text for term in told.terms if term.aside}
    assert beside == {"smederij", "Twente"}
    assert told.kind == "how_long"
    alone = {term.text: term for term in analyst.understand("smederij zeilmaken").terms}
    assert next(term for term in told.terms if term.text == "smederij").weight < alone["smederij"].weight
