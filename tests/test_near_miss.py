"""What a refusal says is missing: only what is true of all that is shown with it."""

from __future__ import annotations

import pytest
from conftest import assert_sound

from ingest.workspace import Workspace
from kb import near_miss
from kb.types import Question


def understood(workspace: Workspace, text: str) -> Question:
    return workspace.knowledge.snapshot.analyst.understand(text)


@pytest.mark.parametrize(
    ("question", "closest", "expected"),
    [
        ("Hoe hoog is het salaris van een leermeester?", ["Een leermeester krijgt salaris."],
         "Wat het dichtst bij uw vraag komt, noemt geen bedrag of percentage."),
        ("Hoe hoog is het salaris van een leermeester?", ["Een leermeester krijgt 3.000 euro salaris."], ""),
        ("Hoeveel leermeesters zijn er?", ["De leermeesters komen uit het gilde."],
         "Wat het dichtst bij uw vraag komt, noemt geen aantal."),
        ("Wanneer begon de leermeester?", ["De leermeester begon vroeg."],
         "Wat het dichtst bij uw vraag komt, noemt geen datum of jaar."),
        ("Hoeveel weken duurt de meesterproef?", ["De meesterproef duurt een jaar."],
         "Wat het dichtst bij uw vraag komt, zegt niet hoe lang."),
        ("Hoe vaak is er een meesterproef?", ["De meesterproef is het laatste werkstuk."],
         "Wat het dichtst bij uw vraag komt, zegt niet hoe vaak."),
        ("Hoeveel leerlingen waren er in 2027?", ["In 2031 waren er twaalf leerlingen."],
         "Wat het dichtst bij uw vraag komt, gaat niet over 2027."),
        ("Hoeveel leerlingen waren er in 2027-2028?", ["In 2031 waren er twaalf leerlingen."],
         "Wat het dichtst bij uw vraag komt, gaat niet over 2027-2028."),
        ("Hoeveel leerlingen waren er in 2027-2028?", ["In 2027-2028 waren er twaalf leerlingen."], ""),
        ("How often is there a meesterproef?", ["De meesterproef is het laatste werkstuk."],
         "What comes closest does not say how often."),
        ("Wat doet Kwikstaart Holding?", ["De leermeester begon vroeg."],
         "‘Kwikstaart’ en ‘Holding’ komen in de documenten niet voor."),
        ("Hoeveel leermeesters zijn er?", ["Papier wordt gemaakt van hout."], ""),
        ("Hoeveel leermeesters zijn er?", [], ""),
        ("Waarom is er een meesterproef?", ["De meesterproef is het laatste werkstuk."], ""),
    ],
)  # fmt: skip
def test_what_is_said_to_be_missing(workspace: Workspace, question: str, closest: list[str], expected: str) -> None:
    """The kind of answer that none of the passages holds, another year, a name; nothing where it is not about that."""
    assert near_miss.remark(understood(workspace, question), closest, workspace.knowledge.snapshot) == expected


def test_a_refusal_says_it(reading_room: Workspace) -> None:
    """It comes with the refusal, and an answer is not spoilt by it."""
    answer = reading_room.knowledge.ask("Wat verdient Kwikstaart van Zandstra bij de pilot boekbinden?")
    assert_sound(answer, reading_room.library)
    assert not answer.answered and "komen in de documenten niet voor" in answer.note
    assert reading_room.knowledge.ask("Wat is een meesterproef?").note == ""


def test_a_telling_word_of_an_answered_question_is_in_no_document(frank: Workspace) -> None:
    """Whoever reads the answer is told, unless other words meet it, it is a name, or the question is in English."""
    note = frank.knowledge.ask("Krijgt een leerling zijn ziektekosten?").note
    assert note == ("Het woord ‘ziektekosten’ staat in geen van de documenten: ga na of dit uw vraag beantwoordt.")
    assert "in geen van" not in frank.knowledge.ask("Wat maakt een leerling voor zijn meesterproef?").note
    assert "in geen van" not in frank.knowledge.ask("Does a pupil get sickness benefit?").note
    assert "in geen van" not in frank.knowledge.ask("Welke pilots zijn er in de boekbinderij?").note
