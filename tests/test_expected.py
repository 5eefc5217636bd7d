"""Questions that an author expects of a section: they lead to it in a reader's words, and are never the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CRAFT, assert_sound, make_settings, write_document
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb.answerability import VOUCHED
from kb.documents import metadata_from, metadata_to
from kb.language import stem
from kb.types import Answer, DocumentKind, ExpectedQuestions, Filters, Metadata

_BODY = """
# Het weefgilde

Het weefgilde is een kring van wevers.

## Leges

De leerling voldoet jaarlijks aan leges ter hoogte van veertig florijnen. De leermeester draagt de helft daarvan.

## Verlof

In de oogstmaand rust het getouw drie weken.
"""
_QUESTIONS = {
    "Leges": ["Hoeveel moet ik op tafel leggen om mee te doen?", "Springt mijn baas bij?"],
    "Verlof": ["Hebben we in de zomer vakantie?"],
}
_OTHERS = "## {0}\n\nIn {0} staan {1} banken. De leerlingen leggen hun werk op een tafel en doen daar van alles mee.\n"
ASKED = "Hoeveel moet je op tafel leggen om mee te kunnen doen?"


def described(questions: dict[str, list[str]]) -> str:
    """The questions as the front matter has them."""
    lines = [f"\n  {heading}:" + "".join(f"\n    - {text}" for text in texts) for heading, texts in questions.items()]
    return "".join(lines)


@pytest.fixture(params=["none", "static"])
def guild(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """A document whose words no reader uses, among others that do have them; by words alone, and with vectors."""
    corpus = tmp_path / "corpus"
    write_document(corpus, "gilde", _BODY, vragen=described(_QUESTIONS))
    for n, room in enumerate(("de werkplaats", "de zolder", "het pakhuis")):
        write_document(corpus, f"zaal-{n}", _OTHERS.format(room, n + 2), soort="handreiking")
    with Workspace.open(make_settings(tmp_path, corpus, embedder=request.param)) as opened:
        opened.sync()
        opened.load_vectors()
        yield opened


def first(workspace: Workspace, text: str, filters: Filters | None = None) -> tuple[str, str]:
    found = workspace.knowledge.search(text, 3, filters)
    return found[0].chunk.document_id, found[0].chunk.section[-1]


def shown(answer: Answer) -> str:
    return " ".join(citation.quote for citation in (*answer.citations, *answer.closest))


def test_leads_to_its_section(guild: Workspace) -> None:
    """A question in quite other words than the text comes out at the section of which it was expected."""
    assert first(guild, ASKED) == ("gilde", "Leges")
    assert first(guild, "Is er vakantie in de zomer?") == ("gilde", "Verlof")
    answer = guild.knowledge.ask(ASKED)
    assert "veertig florijnen" in shown(answer)
    assert_sound(answer, guild.library)


def test_as_the_author_put_it_it_is_answered(guild: Workspace) -> None:
    """Word for word, but for grammar and order, the author's word counts for more than what the sentence lacks."""
    for text in ("Springt mijn baas bij?", "springt de baas bij"):
        answer = guild.knowledge.ask(text)
        assert answer.answered and answer.certainty >= VOUCHED
        assert answer.citations[0].section[-1] == "Leges"
    assert guild.knowledge.ask("Springt mijn zwager bij?").certainty < VOUCHED


def test_is_no_answer(guild: Workspace) -> None:
    """What is quoted is the text of the section, never the question that led to it."""
    for questions in _QUESTIONS.values():
        for text in questions:
            answer = guild.knowledge.ask(text)
            assert text not in shown(answer) and shown(answer)


def test_without_them_it_is_not_found(guild: Workspace) -> None:
    """Taken away, the same question no longer leads there; the text, and what else is known, stay as they were."""
    before = guild.library.document("gilde")
    guild.describe("gilde", {"questions": []})
    after = guild.library.document("gilde")
    assert after.metadata.questions == () and after.text == before.text and after.version != before.version
    assert first(guild, ASKED)[0] != "gilde"
    guild.describe("gilde", {"questions": metadata_to(before.metadata)["questions"]})
    assert first(guild, ASKED) == ("gilde", "Leges")


def test_replaced_by_others(guild: Workspace) -> None:
    """New questions take the place of the old ones at once."""
    assert first(guild, ASKED) == ("gilde", "Leges")
    guild.describe("gilde", {"questions": [{"section": "Verlof", "questions": [ASKED]}]})
    assert first(guild, ASKED) == ("gilde", "Verlof")


def test_within_what_a_reader_narrows_to(guild: Workspace) -> None:
    """A section outside the filter is not raised."""
    narrow = Filters(kind=(DocumentKind.GUIDE,))
    assert first(guild, ASKED, narrow)[0].startswith("zaal")
    assert "florijnen" not in shown(guild.knowledge.ask(ASKED, filters=narrow))


def test_set_apart(guild: Workspace) -> None:
    """The questions of a document that is set apart lead nowhere, until it is released."""
    guild.withhold("gilde")
    assert first(guild, ASKED)[0] != "gilde"
    guild.release("gilde")
    assert first(guild, ASKED) == ("gilde", "Leges")


def test_a_heading_that_is_not_there(guild: Workspace, tmp_path: Path) -> None:
    """Questions for a heading that the document has not are kept and told of, with the heading that may be meant."""
    report = guild.describe("gilde", {"questions": [{"section": "Legers", "questions": ["Wat kost het?"]}]})
    assert [(one.code, "'Leges'" in one.message, "'Leges'" in one.message_en) for one in report.warnings] == [
        ("unknown_heading", True, True)
    ]
    path = write_document(tmp_path / "los", "ander", "## Kop\n\nEen zin.", vragen=described({"Kup": ["Wat nu?"]}))
    added = guild.add([path])
    assert [one.code for one in added.warnings] == ["unknown_heading"]
    assert guild.library.report("ander")["notices"][0]["code"] == "unknown_heading"


def test_words_of_questions_are_known(guild: Workspace) -> None:
    """A word that stands in expected questions alone is no typing error, and not unknown."""
    analyst = guild.knowledge.snapshot.analyst
    assert [term.text for term in analyst.understand("Springt mijn baas bij?").terms][-1] == "baas"
    assert guild.knowledge.snapshot.statistics.frequency[stem("baas")] == 1


def test_a_collection_without_them(tmp_path: Path) -> None:
    """Where no author expects anything, nothing changes in what is found."""
    with Workspace.open(make_settings(tmp_path, CRAFT)) as opened:
        opened.sync()
        knowledge = opened.knowledge
        assert len(knowledge.snapshot.expected) == 0
        hits = knowledge.search("Welke pilots zijn er?", 5, method="hybrid")
        assert hits == knowledge.search("Welke pilots zijn er?", 5, method="words")


@given(
    st.lists(
        st.builds(ExpectedQuestions, st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1).map(tuple))
    ).map(tuple)
)
def test_kept_as_they_are(questions: tuple[ExpectedQuestions, ...]) -> None:
    """Metadata with questions comes back from its plain form."""
    metadata = Metadata(title="Een proef", questions=questions)
    assert metadata_from(metadata_to(metadata)) == metadata


def test_a_heading_that_asks_is_expected(tmp_path: Path) -> None:
    """Who asks what a heading asks comes out below it, and "dit document" in a heading is the document by its title."""
    body = (
        "# Wegwijzer weven\n\nDe wegwijzer weven legt uit hoe weven gaat.\n\n## Wie heeft dit document gemaakt?\n\n"
        "Ans en Bea van het gilde schreven dit samen.\n\n## Verlof\n\nWie de wegwijzer weven heeft, krijgt verlof.\n"
    )
    with Workspace.open(make_settings(tmp_path, CRAFT, embedder="static")) as opened:
        opened.add([write_document(tmp_path, "wegwijzer", body)])
        opened.load_vectors()
        answer = opened.knowledge.ask("Wie heeft de wegwijzer weven gemaakt?")
        assert answer.leading[0].text == "Ans en Bea van het gilde schreven dit samen."
        assert not opened.knowledge.snapshot.expected.of("wegwijzer")
