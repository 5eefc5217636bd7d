"""What was asked and could not be answered: kept for the team, for as long as allowed, and without who asked."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from services import PostgreSQL, free_port
from sqlalchemy import inspect, select, update
from sqlalchemy import text as plain_sql

from kb.database import open_server
from kb.errors import DatabaseUnavailable
from kb.journal import _FEEDBACK, _QUESTIONS, Journal
from kb.types import Answer, Citation, DocumentKind
from kb.write_behind import MOST_WAITING

NEAR = Citation(1, "begrippen/meesterproef", "0" * 12, "Meesterproef", DocumentKind.CONCEPT, (), None, "x", 0, 1, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
def reopen(path: Path, request: pytest.FixtureRequest) -> Callable[[int], Journal]:
    """Opens the journal of this test with so many days, in a file or at a server."""
    if request.param == "sqlite":
        return lambda days: Journal.open(path, days)
    url = request.getfixturevalue("postgresql").database("journaal")
    return lambda days: Journal(open_server(url), days)


@pytest.fixture
def journal(reopen: Callable[[int], Journal]) -> Iterator[Journal]:
    opened = reopen(90)
    yield opened
    opened.close()


def answer(name: str, answered: bool = False) -> Answer:
    closest = () if answered else (NEAR, NEAR)
    return Answer(name, (), (), answered, 0.3, "nl", "extractive", closest)


def rows(journal: Journal, sql: str) -> list[tuple[object, ...]]:
    journal._caught_up()
    with journal.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(plain_sql(sql))]


def make_older(journal: Journal, days: int) -> None:
    """Move all that was noted so many days back in time."""
    journal._caught_up()
    with journal.engine.begin() as connection:
        for table, column in ((_QUESTIONS, "asked_at"), (_FEEDBACK, "given_at")):
            for row in connection.execute(select(table.c.id, table.c[column])).all():
                older = {column: row[1] - datetime.timedelta(days=days)}
                connection.execute(update(table).where(table.c.id == row.id).values(older))


def test_what_went_unanswered_is_a_gap(journal: Journal) -> None:
    """A question without an answer is a gap, with when it was asked and what came closest; an answered one is not."""
    journal.record("Wat kost glas?", answer("a" * 32))
    journal.record("Wat is een meesterproef?", answer("b" * 32, answered=True))
    (miss,) = journal.misses()
    assert (miss.text, miss.closest) == ("Wat kost glas?", ("begrippen/meesterproef",))
    assert abs(miss.asked_at - datetime.datetime.now(datetime.UTC).replace(tzinfo=None)) < datetime.timedelta(minutes=5)


def test_an_answer_that_was_voted_down_is_a_gap(journal: Journal) -> None:
    """Readers know better: a vote down makes a gap, a vote up doesn't, and two votes count the question once."""
    journal.record("Wat is een gezel?", answer("a" * 32, answered=True))
    journal.record("Wat is een meester?", answer("b" * 32, answered=True))
    assert journal.rate("a" * 32, "down", "Klopt niet.") is True
    assert journal.rate("a" * 32, "down", None) is True
    assert journal.rate("b" * 32, "up", None) is True
    assert [miss.text for miss in journal.misses()] == ["Wat is een gezel?"]


def test_a_vote_on_an_unknown_question(journal: Journal) -> None:
    """A vote on a question that nobody asked is refused and not kept."""
    assert journal.rate("f" * 32, "down", "spam") is False
    assert rows(journal, "select * from feedback") == []


def test_no_days_keeps_no_text(reopen: Callable[[int], Journal], path: Path) -> None:
    """With retention 0 neither the question nor a comment is ever written, only that something was asked."""
    journal = reopen(0)
    journal.record("Mijn geheime vraag over glas", answer("a" * 32))
    assert journal.rate("a" * 32, "down", "Mijn geheime opmerking") is True
    assert journal.misses() == []
    assert rows(journal, "select text, answered from questions") == [(None, False)]
    journal.close()
    assert not any(b"geheim" in file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize(("days", "kept"), [(89, True), (91, False)])
def test_old_questions_are_forgotten(journal: Journal, days: int, kept: bool) -> None:
    """Texts and comments are erased once they are older than the setting allows, and not before."""
    journal.record("Wat kost glas?", answer("a" * 32))
    journal.rate("a" * 32, "down", "Klopt niet.")
    make_older(journal, days)
    assert [miss.text for miss in journal.misses()] == (["Wat kost glas?"] if kept else [])
    assert rows(journal, "select text from questions") == [("Wat kost glas?" if kept else None,)]
    assert rows(journal, "select verdict, comment from feedback") == [("down", "Klopt niet." if kept else None)]
    assert len(rows(journal, "select * from questions")) == 1


def test_a_shorter_setting_forgets_at_the_next_start(journal: Journal, reopen: Callable[[int], Journal]) -> None:
    """Who sets fewer days has the older texts erased by the next start already."""
    journal.record("Wat kost glas?", answer("a" * 32))
    make_older(journal, 10)
    journal.close()
    shorter = reopen(7)
    shorter.record("Wat kost hout?", answer("b" * 32))  # a server is not asked anything before that
    shorter.close()
    first = rows(journal, "select text, closest from questions order by id")[0]
    assert first == (None, "")


def test_a_server_that_runs_on_forgets_too(journal: Journal) -> None:
    """Without a restart, and without anyone asking for the gaps, the first question of a day erases what is too old."""
    journal.record("Wat kost glas?", answer("a" * 32))
    make_older(journal, 91)
    journal.record("Wat kost hout?", answer("b" * 32))
    assert rows(journal, "select text from questions order by id") == [("Wat kost glas?",), ("Wat kost hout?",)]
    journal._forgotten_on = datetime.date(2031, 1, 1)
    journal.record("Wat kost steen?", answer("c" * 32))
    assert rows(journal, "select text from questions order by id") == [
        (None,),
        ("Wat kost hout?",),
        ("Wat kost steen?",),
    ]


def test_a_setting_of_ages(reopen: Callable[[int], Journal]) -> None:
    """A number of days beyond the calendar keeps everything."""
    journal = reopen(99_999_999)
    journal.record("Wat kost glas?", answer("a" * 32))
    assert len(journal.misses()) == 1
    journal.close()


def test_nothing_tells_who_asked(journal: Journal) -> None:
    """The tables have no place for an address, a name or a browser."""
    journal.misses()
    known = inspect(journal.engine)
    columns = {table: {column["name"] for column in known.get_columns(table)} for table in ("questions", "feedback")}
    assert columns == {
        "questions": {"id", "asked_at", "text", "language", "answered", "certainty", "mode", "closest"},
        "feedback": {"id", "question_id", "given_at", "verdict", "comment"},
    }


def test_the_journal_outlives_the_process(journal: Journal, reopen: Callable[[int], Journal]) -> None:
    """What was noted is there after a restart."""
    journal.record("Wat kost glas?", answer("a" * 32))
    journal.close()
    again = reopen(90)
    assert len(again.misses()) == 1
    again.close()


def test_many_readers_at_once(journal: Journal) -> None:
    """Questions from many threads at once are all noted."""
    failures: list[BaseException] = []

    def many(thread: int) -> None:
        try:
            for n in range(10):
                journal.record("Wat kost glas?", answer(f"{thread:016x}{n:016x}"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=many, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(journal.misses()) == 60


# --- privacy ------------------------------------------------------------------------------------------------------

PERSONAL = "Mag jan@example.nl (bsn 111222333, 06-12345678) meedoen?"
MASKED = "Mag [e-mailadres] (bsn [bsn], [telefoonnummer]) meedoen?"


def bytes_of(path: Path) -> bytes:
    """All that lies on disk of a journal in a file, its log included."""
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


def test_personal_data_never_reaches_the_disk(journal: Journal, path: Path) -> None:
    """Neither of a question nor of a comment; the rest is kept."""
    journal.record(PERSONAL, answer("a" * 32))
    journal.rate("a" * 32, "down", "Bel mij op 0612345678.")
    assert [miss.text for miss in journal.misses()] == [MASKED]
    assert [vote["comment"] for row in journal.export() for vote in row["feedback"]] == ["Bel mij op [telefoonnummer]."]
    written = bytes_of(path)
    assert all(secret not in written for secret in (b"jan@", b"111222333", b"12345678"))


def test_what_is_forgotten_is_gone_from_the_file(journal: Journal, path: Path) -> None:
    """After its days the text of a question is nowhere in the file, nor in its log."""
    journal.record("Wat kost wielewaalglas?", answer("a" * 32))
    journal.rate("a" * 32, "down", "wielewaal")
    make_older(journal, 91)
    journal.forget()
    assert b"wielewaal" not in bytes_of(path)
    assert [row["text"] for row in journal.export()] == [None]


def test_export_and_purge(journal: Journal, path: Path) -> None:
    """All that is noted can be handed out; what holds a text, or is old, or all of it, can be erased for good."""
    journal.record("Wat kost het oude wielewaalglas?", answer("a" * 32))
    make_older(journal, 10)
    journal.record("Is mevrouw Kwikstaart er?", answer("b" * 32))
    journal.record("Wat is een gezel?", answer("c" * 32, answered=True))
    journal.rate("c" * 32, "down", "Vraag het Jan KWIKSTÁÁRT")
    journal.record("Wat is een meester?", answer("d" * 32, answered=True))
    rows_ = list(journal.export())
    assert rows_[0]["text"] == "Wat kost het oude wielewaalglas?"
    assert {row["id"][0]: len(row["feedback"]) for row in rows_} == {"a": 0, "b": 0, "c": 1, "d": 0}
    assert rows_[1]["closest"] == ["begrippen/meesterproef"]
    assert journal.purge(containing="kwikstaart") == 2
    assert "kwikst" not in bytes_of(path).decode("utf-8", "replace").lower()
    assert journal.purge(before=datetime.datetime.now() - datetime.timedelta(days=5)) == 1
    assert b"wielewaal" not in bytes_of(path)
    assert journal.purge(containing="onbekend") == 0
    assert journal.purge() == 1
    assert list(journal.export()) == [] and rows(journal, "select * from feedback") == []


# --- a database that may be gone ----------------------------------------------------------------------------------


def test_a_database_that_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    """Noting a question takes no time and loses none up to a limit; all else says that the database is gone, once."""
    journal = Journal(open_server(f"postgresql://wie:geheim@127.0.0.1:{free_port()}/niets"), 90)
    for number in range(MOST_WAITING + 2):
        journal.record("Wat kost glas?", answer(f"{number:032x}"))
    assert (journal.waiting, journal.lost) == (MOST_WAITING, 2)
    for call in (journal.misses, journal.weeks, journal.expired, lambda: journal.rate("a" * 32, "up", None)):
        with pytest.raises(DatabaseUnavailable, match="De database is nu niet bereikbaar"):
            call()
    journal.close()
    assert "geheim" not in caplog.text and "Wat kost" not in caplog.text


def test_what_a_database_does_not_take(postgresql: PostgreSQL) -> None:
    """A text with characters that PostgreSQL has no place for is noted without them, and keeps no other waiting."""
    journal = Journal(open_server(postgresql.database("journaal")), 90)
    journal.record("Wat kost\0 glas?\ud800", answer("a" * 32))
    journal.record("Wat kost hout?", answer("b" * 33))  # longer than an id is
    journal.record("Wat kost steen?", answer("c" * 32))
    assert [miss.text for miss in journal.misses()] == ["Wat kost  glas??", "Wat kost steen?"]
    assert (journal.waiting, journal.lost) == (0, 0)
    journal.close()
