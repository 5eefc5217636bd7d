"""What a question means after others: the ways to read it, and that the one the documents answer holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import CRAFT
from test_choosing import beside_the_craft

from ingest.workspace import Workspace
from kb.conversation import Conversation, Reading
from kb.types import Turn
from kb.vocabulary import Vocabulary
from kb.wishes import wish_of

_SAILS = """
# Het zeilfonds

Het zeilfonds is een subsidie voor wie een leerling aanneemt. Per leerling is er hooguit 4.200 gulden te krijgen. Het
zeilfonds loopt tot de zomer van 2031.

## Wie het fonds leidt

Deze drie mensen besturen het zeilfonds:

- Wieteke van Dromen, namens de Noorderlicht Academie;
- Joris Ketelaar van het Boekbindersgilde, als penningmeester;
- Hanneke Stroop, namens Zeilwerf De Fok.

Wieteke van Dromen is meester in het zeilnaaien. Wieteke van Dromen zei in 2030 dat elke werf een leerling nodig heeft.

## De gildevergadering

Jasper Tij is voorzitter van de gildeschool. In de gildevergadering zitten zes meesters.

# Oude wol

Op de markt is wol te krijgen van elke kleur. Een baal wol kost 90 gulden.
"""


@pytest.fixture(scope="module")
def conversation() -> Conversation:
    return Conversation(Vocabulary.load(CRAFT / "waarden.yaml"))


@pytest.fixture(scope="module")
def sails(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The invented documents with one on a fund."""
    with beside_the_craft(tmp_path_factory.mktemp("sails"), "zeilfonds", _SAILS) as opened:
        yield opened


def readings(conversation: Conversation, text: str, *turns: tuple[str, str] | str) -> tuple[Reading, ...]:
    history = [Turn(turn) if isinstance(turn, str) else Turn(*turn) for turn in turns]
    return conversation.readings(text, history)


@pytest.mark.parametrize(
    ("before", "text", "read", "about"),
    [
        ("Wat is het zeilfonds?", "hoeveel geld kun je krijgen?", "hoeveel geld kun je krijgen (zeilfonds)?", ""),
        ("Wat is het zeilfonds?", "moet je meester zijn?", "moet je meester zijn?", "zeilfonds"),
        ("Wat is het zeilfonds?", "Hoe lang?", "Hoe lang (zeilfonds)?", ""),
        ("Wat is het zeilfonds?", "Wie zit er in het bestuur van De Fok?", "Wie zit er in het bestuur van De Fok?", ""),
        ("Hoe begin ik als meester?", "en als werf?", "Hoe begin ik als werf?", ""),
        ("Wie betaalt de wol?", "en het getouw?", "Wie betaalt het getouw?", ""),
        ("Wat kost wol?", "en als je een getouw hebt?", "Wat kost wol als je een getouw hebt?", ""),
        ("Wat kost wol?", "maar ik heb al een getouw, is dat erg?", "maar ik heb al een getouw, is dat erg?", "wol"),
    ],
)
def test_the_likeliest_reading(conversation: Conversation, before: str, text: str, read: str, about: str) -> None:
    """What a follow-up leaves out is taken from the question before, in the place where it belongs."""
    assert readings(conversation, text, before)[0] == Reading(read, about)


def test_a_person_is_meant_by_he_and_her(conversation: Conversation) -> None:
    """A pronoun for a person takes the place of the name, as "haar functie" does of whose it is."""
    turn = ("Wie naait de zeilen?", "De zeilen zijn van Wieteke van Dromen, een meester.")
    assert readings(conversation, "Wat zei ze over wol?", turn)[0].text == "Wat zei Wieteke van Dromen over wol?"
    assert readings(conversation, "Wat is haar functie?", turn)[0].text == "Wat is de functie van Wieteke van Dromen?"
    assert readings(conversation, "Wie is dat?", turn)[0].text == "Wie is dat (Wieteke van Dromen)?"
    assert "Wieteke" not in readings(conversation, "Met wie werken zij samen?", turn)[0].text
    nobody = readings(conversation, "Wat is haar functie?", ("Wie naait er?", "Een meester naait."))
    assert "Een" not in nobody[0].text + nobody[0].about


def test_the_subject_does_not_grow_with_every_turn(conversation: Conversation) -> None:
    """Verbs are no subject, and what was spoken of long ago is let go where something else was named."""
    turns = ["Wat is het zeilfonds?", "wie heeft dat bedacht?", "wanneer begon het?"]
    assert readings(conversation, "hoe lang duurt het?", *turns)[0].text == "hoe lang duurt het (zeilfonds)?"
    later = [*turns, "Wat doet de Waterland School?"]
    assert "zeilfonds" not in str(readings(conversation, "wie doen daaraan mee?", *later))


def test_one_question_of_two_things(conversation: Conversation) -> None:
    """The same asked of two things is two questions; where they are compared, or only listed, it is one."""
    assert conversation.parts("Vergelijk het binden eens met het naaien: welke meesters doen er mee?") == (
        "welke meesters doen er mee (het binden)?",
        "welke meesters doen er mee (het naaien)?",
    )
    assert conversation.parts("Welke meesters werken aan het binden en aan het naaien?") == (
        "Welke meesters werken aan het binden?",
        "Welke meesters werken aan het naaien?",
    )
    assert conversation.parts("Wat is het verschil tussen werken aan land en aan boord?") is None
    assert conversation.parts("Waar en wanneer begint de les?") == ("Waar begint de les?", "wanneer begint de les?")
    assert conversation.parts("Wie en wat heb ik nodig?") is None


def test_what_was_brought_up_may_be_meant(conversation: Conversation) -> None:
    """'Die' is the training of which was asked whether there is one, and 'van wie' does not ask who was named."""
    turns = (
        ("Wat is het zeilfonds?", "Wieteke van Dromen leidt het zeilfonds."),
        ("Is daar een training voor?", "Ja."),
    )
    assert readings(conversation, "hoe lang duurt die?", *turns)[0].text == "hoe lang duurt die (training zeilfonds)?"
    assert readings(conversation, "van wie komt dat?", turns[0])[0].text == "van wie komt dat (zeilfonds)?"
    assert readings(conversation, "wie is dat?", turns[0])[0].text == "wie is dat (Wieteke van Dromen)?"


def test_the_same_of_another_and_a_question_that_names_its_own(conversation: Conversation) -> None:
    """'Hoe zit het met …' asks the same of another sector; what is named before a comma is what is asked about."""
    before = "Welke pilots zijn er in de boekbinderij?"
    assert readings(conversation, "hoe zit het met de zeilmakerij?", before) == (
        Reading("Welke pilots zijn er in de zeilmakerij?"),
    )
    assert readings(conversation, "Hoe zit het met het weer?", before)[0].text.startswith("Hoe zit het met het weer")
    assert readings(conversation, "En het zeilfonds, is dat iets voor mij?", before) == (
        Reading("het zeilfonds, is dat iets voor mij?"),
    )
    assert readings(conversation, "en voor de les, moet ik daar zijn?", before)[0].about != ""


def test_a_longer_question_that_goes_on_is_about_what_was_spoken_of(conversation: Conversation) -> None:
    """'En als …' continues however long it is, unless what was spoken of is what all documents are about."""
    text = "en als je met meer werven samen aanvraagt?"
    assert readings(conversation, text, "Wat is het zeilfonds?")[0] == Reading(text, "zeilfonds")
    of_all = Conversation(Vocabulary.load(CRAFT / "waarden.yaml"), "zeilfonds")
    assert readings(of_all, text, "Wat is het zeilfonds?") == (Reading(text),)


def test_a_question_goes_on_with_what_was_spoken_of(sails: Workspace) -> None:
    """A short question is about the subject where that answers it, though another text has its words too."""
    ask = sails.knowledge.ask
    alone = ask("Hoeveel geld kun je krijgen?")
    assert "zeilfonds" not in alone.understood
    answer = ask("Hoeveel geld kun je krijgen?", [Turn("Wat is het zeilfonds?", "Een subsidie.")])
    assert answer.answered
    assert "4.200 gulden" in answer.statements[0].text
    assert "zeilfonds" in answer.understood
    anew = ask("Wat kost een baal wol?", [Turn("Wat is het zeilfonds?", "Een subsidie.")])
    assert "90 gulden" in anew.statements[0].text


def test_of_a_list_of_people_those_that_are_asked_for(sails: Workspace) -> None:
    """Who asks for one of a list, by the role or on whose behalf, is shown that one; who asks for all, all."""
    texts = {
        text: [statement.text for statement in sails.knowledge.ask(text).leading]
        for text in (
            "Wie zit er namens de Noorderlicht Academie in het bestuur van het zeilfonds?",
            "Wie is de penningmeester van het zeilfonds?",
            "Wie besturen het zeilfonds?",
        )
    }
    academy, treasurer, all_of_them = texts.values()
    assert [text.split(",")[0] for text in academy] == ["Wieteke van Dromen"]
    assert [text.split(",")[0] for text in treasurer] == ["Joris Ketelaar van het Boekbindersgilde"]
    assert len(all_of_them) == 4


def test_of_a_list_those_of_whom_was_spoken(sails: Workspace) -> None:
    """What a follow-up leaves unsaid tells the items of a list apart as well."""
    turn = Turn("Wat doet Zeilwerf De Fok?", "Zeilwerf De Fok naait zeilen.")
    told = [
        statement.text for statement in sails.knowledge.ask("Wie besturen namens hen het zeilfonds?", [turn]).leading
    ]
    assert [text.split(",")[0] for text in told] == ["Hanneke Stroop"]


def test_a_role_is_of_whom_it_is_asked(sails: Workspace) -> None:
    """The chairman of the school is not that of the meeting that is told of beside him."""
    school = sails.knowledge.work_out("Wie is de voorzitter van de gildeschool?").figures
    meeting = sails.knowledge.work_out("Wie is de voorzitter van de gildevergadering?").figures
    assert (school["role_apart"], meeting["role_apart"]) == (0.0, 1.0)


def test_what_somebody_says_has_that_one_for_its_subject(sails: Workspace) -> None:
    """A name with a title beside it says nothing; a sentence of which it is the subject does."""
    answer = sails.knowledge.ask("Wat zei Wieteke van Dromen?")
    assert "elke werf een leerling" in answer.statements[0].text


def test_who_asks_where_it_stands_gets_the_same_answer_with_its_sources(sails: Workspace) -> None:
    """'Waar staat dat?' asks nothing of the documents; it is no subject for what is asked behind it either."""
    ask = sails.knowledge.ask
    first = ask("Wie besturen het zeilfonds?")
    turns = [Turn("Wie besturen het zeilfonds?", " ".join(s.text for s in first.statements))]
    for text in ("waar staat dat?", "Wie zegt dat?", "bron?", "Where does it say that?"):
        again = ask(text, turns)
        assert [s.text for s in again.statements] == [s.text for s in first.statements]
        assert again.citations == first.citations
        assert "daarnet" in again.note
    turns.append(Turn("waar staat dat?", " ".join(s.text for s in first.statements)))
    assert ask("tot wanneer loopt het?", turns).understood.endswith("zeilfonds)?")
    assert ask("waar staat dat?").understood == "waar staat dat?"


def test_shorter_is_the_sentence_that_matters_most(sails: Workspace) -> None:
    """A long answer is cut to its first sentence, or to the list it begins with, and it is said that none is made."""
    question = "Wie is Wieteke van Dromen?"
    whole = sails.knowledge.ask(question)
    shorter = sails.knowledge.ask(
        "kun je dat korter zeggen?", [Turn(question, " ".join(s.text for s in whole.statements))]
    )
    assert len(whole.statements) > 1
    assert [s.text for s in shorter.statements] == [whole.statements[0].text]
    assert "vat niet samen" in shorter.note
    listed = sails.knowledge.ask("in het kort graag", [Turn("Wie besturen het zeilfonds?", "")])
    assert len(listed.statements) == 4


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Waar staat dat precies?", "source"),
        ("wie heeft dat opgeschreven", "source"),
        ("klopt dat wel?", "source"),
        ("Can you summarise that?", "shorter"),
        ("kort samengevat", "shorter"),
        ("Waar staat de werf?", None),
        ("wie zegt dat de zeilen te klein zijn?", None),
        ("kun je korter varen?", None),
    ],
)
def test_wishes_are_told_from_questions(text: str, wish: str | None) -> None:
    """Only what points at an answer as a whole is a wish; a question with the same words is none."""
    assert wish_of(text) == wish


def test_one_side_of_a_comparison_stands_against_what_was_spoken_of(conversation: Conversation) -> None:
    """'Verschil met' leaves the other side unsaid."""
    before = "Wat is het zeilfonds?"
    assert readings(conversation, "wat is het verschil met een lening?", before) == (
        Reading("wat is het verschil tussen zeilfonds en een lening?"),
    )
    assert readings(conversation, "what is the difference from a loan?", before) == (
        Reading("what is the difference between zeilfonds and a loan?"),
    )


def test_what_came_before_is_a_predecessor(conversation: Conversation) -> None:
    """'En daarvoor?' does not ask the same again."""
    assert readings(conversation, "en daarvoor?", "Wanneer begon het zeilfonds?")[0].text == (
        "Wat is de voorloper van zeilfonds?"
    )


def test_how_something_is_asked_is_no_subject(conversation: Conversation) -> None:
    """An adverb or a verb of the question before names nothing that the next is about."""
    turns = ["Wat is het zeilfonds?", "wat krijg ik dan maximaal?"]
    assert readings(conversation, "wie voert dat uit?", *turns)[0].about == "zeilfonds"
    turns = ["Wat is het zeilfonds?", "waarom doe je dat?"]
    assert readings(conversation, "hoe lang duurt zo'n fonds?", *turns)[0].about == "zeilfonds"


def test_what_an_asker_takes_back_is_not_asked(conversation: Conversation) -> None:
    """Only what follows 'ik bedoel' counts."""
    text = "Wie leidt de werf, nee laat maar, andere vraag: wat kost een baal wol?"
    assert readings(conversation, text)[0].text == "wat kost een baal wol?"
    assert readings(conversation, "Wat is een andere vraag waard?")[0].text == "Wat is een andere vraag waard?"


def test_what_nothing_answered_is_no_subject(conversation: Conversation) -> None:
    """A turn without an answer is passed over, where others have one; the subject stays what it was."""
    turns = [("Wat is het zeilfonds?", "Een subsidie."), ("hoeveel aanvragen zijn er?", "")]
    assert readings(conversation, "waar moet ik dat aanvragen?", *turns)[0].about == "zeilfonds"


def test_a_conversation_may_go_back_to_what_it_began_with(conversation: Conversation) -> None:
    """After a question on one side of it, the whole may be meant again; until a question names something else."""
    turns = ["Wat is het zeilfonds?", "welke meesters zijn dat?"]
    assert "zeilfonds" in [one.about for one in readings(conversation, "waarom is dat nodig?", *turns)] or any(
        "(zeilfonds)" in one.text for one in readings(conversation, "waarom is dat nodig?", *turns)
    )
    later = [*turns, "Wat doet de Waterland School?"]
    assert "zeilfonds" not in str(readings(conversation, "waarom is dat nodig?", *later))
