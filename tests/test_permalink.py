"""A link to an answer: the very same answer again, and nothing that the library does not bear out."""

from __future__ import annotations

import datetime
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import assert_sound
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb.errors import InvalidRequest
from kb.permalink import LONGEST, Permalinks, Pinned
from kb.types import Answer, DocumentKind, Filters, Searched, Statement, Turn

KEY = Permalinks(b"k" * 64)
DAY = datetime.date(2032, 5, 17)
EVERYWHERE = Searched(6, "words")
QUESTIONS = [
    "Wat is een meesterproef?",
    "Welke pilots zijn er?",
    "Hoeveel pilots zijn er?",
    "Which pilots are there in bookbinding?",
    "Wie leidt het programmabureau?",
    "Wat kost een kroket?",
    "xyzzy qwop",
    'Wat is «een» \\ "proef"? 😀',
]


def reopened(workspace: Workspace, question: str, answer: Answer, searched: Searched = EVERYWHERE) -> Pinned:
    return KEY.open_link(KEY.pack(question, answer, searched, DAY), workspace.library)


def same(answer: Answer) -> Answer:
    """An answer without what a link does not keep."""
    return replace(answer, question_id="", suggestions=(), timings_ms={}, explanations=())


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("room", ["frank", "reading_room"])
def test_a_link_gives_the_very_same_answer(room: str, question: str, request: pytest.FixtureRequest) -> None:
    """Statements, quotes, places and certainty come back as they were, for answers and for refusals."""
    workspace: Workspace = request.getfixturevalue(room)
    answer = workspace.knowledge.ask(question)
    pinned = reopened(workspace, question, answer)
    assert pinned.answer == same(answer)
    assert (pinned.question, pinned.on, pinned.superseded, pinned.lost) == (question, DAY, (), 0)
    assert_sound(pinned.answer, workspace.library)


def test_what_was_searched_and_what_a_follow_up_meant_come_back(reading_room: Workspace) -> None:
    """The filters, the number of documents and the question made whole are part of the answer."""
    filters = Filters((DocumentKind.PILOT,), ("boekbinderij",), (), ("gezel",))
    answer = reading_room.knowledge.ask("En boekbinden?", [Turn("Hoe lang duurt de opleiding glasblazen?")], filters)
    assert answer.understood != "En boekbinden?"
    pinned = reopened(reading_room, "En boekbinden?", answer, reading_room.knowledge.searched(filters))
    assert pinned.answer.understood == answer.understood
    assert pinned.searched == Searched(1, "hybrid", filters)


def test_the_words_of_a_language_model_are_kept_as_they_were(frank: Workspace) -> None:
    """A statement that is no quote comes back to the letter, with how it was written."""
    answer = frank.knowledge.ask("Wat is een meesterproef?")
    written = replace(
        answer, statements=(Statement("In andere woorden.", (1,)),), citations=answer.citations[:1], mode="generated",
        note="Eén uitspraak is weggelaten.", withheld=1,
    )  # fmt: skip
    assert reopened(frank, "Wat?", written).answer == same(written)


def test_a_link_is_short_enough_to_send(frank: Workspace) -> None:
    """An ordinary answer fits in any address bar and in a Word file."""
    for question in QUESTIONS:
        token = KEY.pack(question, frank.knowledge.ask(question), EVERYWHERE, DAY)
        assert len(token) < 1800
        assert token.replace("-", "").replace("_", "").isalnum()


@given(text=st.one_of(st.text(max_size=300), st.from_regex(r"\A[\w-]{1,200}\Z"), st.just("A" * (LONGEST + 1))))
def test_what_is_no_link_is_refused(text: str, frank: Workspace) -> None:
    """Whatever stands in an address, it gives a sentence and nothing else."""
    with pytest.raises(InvalidRequest):
        KEY.open_link(text, frank.library)


def test_a_link_that_was_changed_is_refused(frank: Workspace) -> None:
    """No character of a link can be another, and none can be added or left out."""
    token = KEY.pack("Wat is een meesterproef?", frank.knowledge.ask("Wat is een meesterproef?"), EVERYWHERE, DAY)
    others = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(0, len(token) - 1, 7)]
    for changed in (*others, token[:-2], token + "AAAA", ""):
        with pytest.raises(InvalidRequest):
            KEY.open_link(changed, frank.library)


def test_a_link_of_another_installation_is_refused(frank: Workspace) -> None:
    """Nobody else can make this server say something."""
    token = Permalinks(b"x" * 64).pack("Wat?", frank.knowledge.ask("Wat is een meesterproef?"), EVERYWHERE, DAY)
    with pytest.raises(InvalidRequest):
        KEY.open_link(token, frank.library)


def test_a_replaced_document_still_shows_what_was_quoted(workspace: Workspace, corpus: Path) -> None:
    """The quotes are those of the old version, and it is said that there is a newer one."""
    question = "Wat is een meesterproef?"
    answer = workspace.knowledge.ask(question)
    assert answer.answered
    token = KEY.pack(question, answer, EVERYWHERE, DAY)
    path = corpus / "begrippen" / "meesterproef.md"
    path.write_text(path.read_text(encoding="utf-8").replace("laatste", "allerlaatste"), encoding="utf-8")
    workspace.sync()
    assert workspace.knowledge.ask(question).citations != answer.citations
    pinned = KEY.open_link(token, workspace.library)
    assert pinned.answer == same(answer)
    assert "Meesterproef" in pinned.superseded
    assert pinned.lost == 0


@pytest.mark.parametrize("how", ["remove", "withhold"])
def test_what_rests_on_a_document_that_is_gone_is_not_shown(workspace: Workspace, how: str) -> None:
    """Only statements of which every quote holds are left; a count of all is none of them."""
    answer = workspace.knowledge.ask("Hoeveel pilots zijn er?")
    assert len(answer.statements[0].citations) == 3
    token = KEY.pack("Hoeveel pilots zijn er?", answer, EVERYWHERE, DAY)
    gone = answer.citations[0].document_id
    if how == "remove":
        workspace.remove([gone])
    else:
        workspace.withhold(gone)
    pinned = KEY.open_link(token, workspace.library)
    assert pinned.lost == 1
    assert gone not in {citation.document_id for citation in pinned.answer.citations}
    assert [s.text for s in pinned.answer.statements] == [s.text for s in answer.statements if 1 not in s.citations]
    assert_sound(pinned.answer, workspace.library)


def test_nothing_is_left_of_an_answer_without_its_documents(workspace: Workspace) -> None:
    """It is still known that there was an answer, so that nobody takes it for a refusal."""
    answer = workspace.knowledge.ask("Wat is een meesterproef?")
    token = KEY.pack("Wat is een meesterproef?", answer, EVERYWHERE, DAY)
    workspace.remove(sorted({citation.document_id for citation in answer.citations}))
    pinned = KEY.open_link(token, workspace.library)
    assert pinned.answer.answered and pinned.answer.statements == () and pinned.answer.citations == ()
    assert pinned.lost == len(answer.citations)


def test_the_key_stays_in_the_data_folder(tmp_path: Path, frank: Workspace) -> None:
    """The next start opens the links of the last one; nobody else on the machine reads the key."""
    answer = frank.knowledge.ask("Wat is een meesterproef?")
    token = Permalinks.open(tmp_path / "new").pack("Wat?", answer, EVERYWHERE, DAY)
    assert Permalinks.open(tmp_path / "new").open_link(token, frank.library).answer == same(answer)
    (key,) = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(InvalidRequest):
        Permalinks.open(tmp_path / "other").open_link(token, frank.library)
