"""What is answered from the records: whether there are any, what one is, who takes part, and that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from conftest import CRAFT, assert_sound, make_settings, write_document

from ingest.workspace import Workspace
from kb import recency
from kb.types import Answer, Citation, DocumentKind
from kb.vocabulary import Value, Vocabulary


def ask(workspace: Workspace, text: str) -> Answer:
    answer = workspace.knowledge.ask(text)
    assert_sound(answer, workspace.library)
    return answer


def texts(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.leading]


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The invented documents, with what readers call schools and pilots, and a sector that no document is about."""
    folder = tmp_path_factory.mktemp("called")
    values = yaml.safe_load((CRAFT / "waarden.yaml").read_text(encoding="utf-8"))
    values["genoemd"] = {"hogescholen": ["leerhuizen"], "pilot": ["ambachtsroute", "ambachtsroutes"]}
    values["sector"]["mijnbouw"] = {"ook": ["mijnsector"]}
    vocabulary = folder / "waarden.yaml"
    vocabulary.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    with Workspace.open(
        make_settings(folder, CRAFT, vocabulary=vocabulary, embedder="static", answer_threshold=0.2)
    ) as opened:
        opened.load_vectors()
        yield opened


def test_whether_there_are_any_is_told_by_those_that_are_there(called: Workspace) -> None:
    """A question that wants yes or no gets the items that fit, each with its passage."""
    answer = ask(called, "Zijn er pilots in de glassector?")
    assert answer.answered
    assert [text.split(":")[0] for text in texts(answer)] == ["Glasblazen aan de Noorderlicht Academie"]


def test_that_there_is_none_is_said_of_the_records(called: Workspace) -> None:
    """A value that no item has is refused, whatever sentence has its words, and what the records do have is told."""
    for text in ("Is er een pilot in de mijnbouw?", "Welke ambachtsroutes zijn er in de mijnsector?"):
        answer = ask(called, text)
        assert not answer.answered
        assert answer.note == "Bij geen van de 3 pilots staat ‘mijnbouw’. Wel: boekbinderij, glasblazerij, zeilmakerij."
    english = called.knowledge.ask("Are there any pilots in mijnbouw?", language="en")
    assert english.note == (
        "None of the 3 pilots is recorded with ‘mijnbouw’. Recorded are: boekbinderij, glasblazerij, zeilmakerij."
    )


def test_what_one_item_is_is_told_by_its_opening(called: Workspace) -> None:
    """The first sentences of its document, and not whatever else has its name."""
    answer = ask(called, "Wat is de pilot in de glassector?")
    assert [text.split()[0:3] for text in texts(answer)] == [["De", "Noorderlicht", "Academie"], ["In", "de", "pilot"]]


def test_readers_have_words_of_their_own_for_what_is_recorded(called: Workspace) -> None:
    """'Welke leerhuizen' asks for the schools, and 'welke ambachtsroutes' for the pilots, as the values file says."""
    assert set(texts(ask(called, "Welke leerhuizen doen mee?"))) == {"Noorderlicht Academie", "Waterland School"}
    assert len(texts(ask(called, "Welke ambachtsroutes zijn er?"))) == 3
    vocabulary = Vocabulary.load(called.settings.vocabulary)
    assert vocabulary.called(("leerhuis", "doen", "mee")) == ("hogescholen", 1)
    assert vocabulary.called(("huis",)) == ("", 0)


def test_the_parties_of_one_item_are_told_by_its_own_sentence(called: Workspace) -> None:
    """With what it says of them; the names alone are listed where several items are asked about."""
    one = texts(ask(called, "Welke hogescholen doen mee aan de pilot zeilmaken?"))
    assert one == ["De Waterland School en Zeilwerf De Fok leiden samen zeilmakers op."]
    assert set(texts(ask(called, "Welke hogescholen doen mee aan de pilots?"))) == {
        "Noorderlicht Academie",
        "Waterland School",
    }


def test_a_short_name_is_no_abbreviation() -> None:
    """The first name 'Hans' is not the school HAN."""
    vocabulary = Vocabulary.load(CRAFT / "waarden.yaml")
    han = Vocabulary((*vocabulary.values, Value("hogescholen", "Hogeschool Hanzeland", ("HAN",))))
    assert han.named_in("Hans van Loon naait zeilen.") == []
    assert [value.name for value, _, _ in han.named_in("De HAN naait zeilen.")] == ["Hogeschool Hanzeland"]


@pytest.mark.parametrize(
    ("question", "dates", "year"),
    [
        ("Hoe hoog is het lesgeld nu?", ["2032-04-01", "2030"], "2032"),
        ("Wat is het huidige lesgeld?", ["2033"], "2033"),
        ("What is the fee this academic year?", ["2032"], "2032"),
        ("Hoe hoog is het lesgeld?", ["2032"], ""),
        ("Hoe hoog is het lesgeld nu?", ["2034-01"], ""),
        ("Hoe hoog is het lesgeld nu?", [None], ""),
    ],
)
def test_who_asks_what_holds_now_is_told_how_old_the_answer_is(
    called: Workspace, question: str, dates: list[str | None], year: str
) -> None:
    """The year of the newest document, where that is not of this year or the last."""
    understood = called.knowledge.snapshot.analyst.understand(question)
    cited = [
        Citation(n, "a", "v", "t", DocumentKind.PILOT, (), None, "q", 0, 1, None, day) for n, day in enumerate(dates)
    ]
    told = recency.remark(understood, cited, date(2035, 6, 1))
    assert (year in told) if year else told == ""


def test_an_answer_of_now_says_its_age(called: Workspace, tmp_path: Path) -> None:
    """The remark comes with the answer; the invented documents are of years to come, one more is old."""
    old = tmp_path / "wolprijs.md"
    head = "versie: 1\ntitel: Wolprijs\nsoort: overig\ndatum: 2019\nbronnen:\n  - titel: Marktboek\n"
    old.write_text(f"---\n{head}---\n\n# Wolprijs\n\nEen baal wol kost op de markt 90 gulden.\n", "utf-8")
    called.add([old])
    assert "2019" in ask(called, "Wat kost een baal wol nu?").note
    assert ask(called, "Wat kost een baal wol?").note == ""


@pytest.mark.parametrize("expected", [True, False])
def test_a_section_that_expects_the_question_answers_for_many_names(tmp_path: Path, expected: bool) -> None:
    """Where more than a dozen names would be listed, what an author says answers it does; else all are listed."""
    names = [f"Gilde van {town}stad" for town in "Aal Bek Dok Eik Fal Gas Hof Ijs Kaf Lis Mos Nol Oor Pik".split()]
    files = [
        write_document(
            tmp_path,
            f"proef-{i}",
            f"# Proef {i}\n\n{name} werkt mee aan proef {i}.",
            soort="pilot",
            partners=f"[{name}]",
        )
        for i, name in enumerate(names)
    ]
    front = {"vragen": "\n  Samenwerken:\n    - Welke partners doen mee?"} if expected else {}
    text = "# Samenwerken\n\nIn de proeven werken gilden en scholen samen."
    files.append(write_document(tmp_path, "samenwerken", text, **front))
    with Workspace.open(make_settings(tmp_path, CRAFT, embedder="static", answer_threshold=0.0)) as opened:
        opened.add(files)
        opened.load_vectors()
        shown = texts(ask(opened, "Welke partners doen mee?"))
    assert (shown[0] == "In de proeven werken gilden en scholen samen.") is expected
    assert (set(names) <= set(shown)) is not expected
