"""Who writes, and what is counted together: with a real PostgreSQL, and as many takers as there are processes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from services import PostgreSQL, free_port
from sqlalchemy import MetaData, text
from waiting import until

from api.limits import Counts
from api.shared_limits import SharedLimits
from ingest.leadership import Leadership
from kb.database import Tables, open_server
from kb.errors import DatabaseUnavailable, SettingsError
from kb.server_connection import ServerConnection
from kb.settings import Settings, load_settings, masked

pytestmark = pytest.mark.slow

CLIENT, OTHER = b"c" * 16, b"d" * 16


@pytest.fixture
def url(postgresql: PostgreSQL) -> str:
    return postgresql.database("leiding")


@pytest.fixture
def process(url: str, tmp_path: Path) -> Iterator[Callable[[], Leadership]]:
    """Makes the lead as one process sees it."""
    made: list[Leadership] = []

    def make() -> Leadership:
        made.append(Leadership.open(url, tmp_path))
        return made[-1]

    yield make
    for one in made:
        one.close()


def cut_off(url: str) -> None:
    """End all connections to the database but this one."""
    engine = open_server(url)
    with engine.connect() as connection:
        others = "datname = current_database() and pid <> pg_backend_pid()"
        connection.execute(text(f"select pg_terminate_backend(pid) from pg_stat_activity where {others}"))
    engine.dispose()


def test_one_leads(process: Callable[[], Leadership]) -> None:
    """Of many that seek the lead at once one gets it, keeps it, and hands it over when it gives it up."""
    many = [process() for _ in range(6)]
    threads = [threading.Thread(target=one.seek) for one in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (first,) = [one for one in many if one.held]
    assert first.seek() and not any(one.seek() for one in many if one is not first)
    first.release()
    second = next(one for one in many if one is not first)
    assert not first.held and second.seek() and not first.seek()


def test_a_leader_that_lost_its_connection(process: Callable[[], Leadership], url: str) -> None:
    """Nobody takes over before it has ended what it was writing and let go of the folder."""
    first, second = process(), process()
    assert first.seek() and not second.seek()
    cut_off(url)
    with pytest.raises(DatabaseUnavailable):
        first.seek()
    assert not first.held and not first.seek()
    with pytest.raises(DatabaseUnavailable):
        second.revision()  # its pool, too, notices
        second.seek()
        raise DatabaseUnavailable  # or has noticed already
    assert not second.seek()
    first.release()
    assert second.seek() and not first.seek()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is waited for as short as a busy machine allows, to save time."""
    monkeypatch.setattr(ServerConnection, "silence", 2.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("alone", [False, True], ids=["whole server", "its connection"])
def test_a_leader_whose_database_hangs(
    process: Callable[[], Leadership], postgresql: PostgreSQL, url: str, alone: bool
) -> None:
    """It leads no more, and nobody takes over while the server may still hold its lock; afterwards one leads again."""
    first, second = process(), process()
    assert first.seek() and not second.seek()
    with postgresql.frozen(holder(url) if alone else None):
        with pytest.raises(DatabaseUnavailable):
            first.seek()
        assert not first.held
        first.release()
        if alone:
            assert not second.seek()
        else:
            with pytest.raises(DatabaseUnavailable):
                second.seek()
    until(lambda: eventually(second))
    assert not eventually(first)


def holder(url: str) -> int:
    """The process of the server that holds the lead for its connection."""
    engine = open_server(url)
    with engine.connect() as connection:
        held = "select pid from pg_locks join pg_database d on d.oid = database"
        pid = connection.execute(
            text(f"{held} where locktype = 'advisory' and granted and datname = current_database()")
        ).scalar_one()
    engine.dispose()
    return int(pid)


def eventually(lead: Leadership) -> bool:
    """Whether it leads, as far as the database says so now."""
    try:
        return lead.seek()
    except DatabaseUnavailable:
        return False


@pytest.mark.usefixtures("impatient")
def test_what_hangs_is_given_up(postgresql: PostgreSQL, url: str) -> None:
    """A statement that is under way ends with an error of ours; one that has to wait for a lock, with the server's.

    A large result that comes in slowly is no silence, and what tidies up may take its time.
    """
    tables = Tables(open_server(url), MetaData())
    with tables.connect() as connection:
        slow = "select pg_sleep(0.1), repeat('x', 20000) from generate_series(1, 30)"
        assert len(connection.execute(text(slow)).all()) == 30  # after three seconds, of which none was silent
    with tables.begin() as holding, pytest.raises(DatabaseUnavailable), tables.begin() as waiting:
        holding.execute(text("select pg_advisory_xact_lock(7)"))
        assert waiting.execute(text("show lock_timeout")).scalar() == "4s"
        waiting.execute(text("set local lock_timeout = 50"))
        waiting.execute(text("select pg_advisory_xact_lock(7)"))
    with pytest.raises(DatabaseUnavailable), tables.begin() as connection, postgresql.frozen():
        connection.execute(text("select 1"))
    until(lambda: answers(tables))
    with tables.outside() as connection:
        assert connection.execute(text("show statement_timeout")).scalar() == "0"
    with tables.connect() as connection:
        assert connection.execute(text("show statement_timeout")).scalar() == "20s"
    tables.engine.dispose()


def answers(tables: Tables) -> bool:
    """Whether the database does."""
    try:
        with tables.connect() as connection:
            return connection.execute(text("select true")).scalar() is True
    except DatabaseUnavailable:
        return False


def test_what_takes_calls_and_says_nothing() -> None:
    """A server that cannot even be greeted, as behind a line that swallows all, is given up too."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        tables = Tables(open_server(f"postgresql://wie:geheim@127.0.0.1:{mute.getsockname()[1]}/niets"), MetaData())
        with pytest.raises(DatabaseUnavailable), tables.connect():
            raise AssertionError("nobody answered")


def test_a_change_is_told(process: Callable[[], Leadership]) -> None:
    """Each change gives a number that nobody has seen."""
    first, second = process(), process()
    assert second.revision() == 0
    seen = []
    for _ in range(3):
        assert first.changed()
        seen.append(second.revision())
    assert seen == [1, 2, 3]


def test_without_a_database_nobody_leads(tmp_path: Path) -> None:
    """That is said, and the folder stays free."""
    lead = Leadership.open(f"postgresql://127.0.0.1:{free_port()}/niets", tmp_path)
    for call in (lead.seek, lead.revision):
        with pytest.raises(DatabaseUnavailable):
            call()
    assert not lead.changed() and not lead.held
    lead.close()


# --- limits -------------------------------------------------------------------------------------------------------


@pytest.fixture
def counting(url: str) -> Iterator[Callable[[], tuple[Counts, SharedLimits]]]:
    """Makes what one process counts, with what shares it."""
    engine = open_server(url)

    def make() -> tuple[Counts, SharedLimits]:
        counts = Counts(Settings(_env_file=None, questions_per_minute=60, calls_per_minute=0))
        shared = SharedLimits(counts, engine)
        shared.exchange()
        return counts, shared

    yield make
    engine.dispose()


def test_what_a_client_takes_counts_everywhere(counting: Callable[[], tuple[Counts, SharedLimits]]) -> None:
    """After an exchange there is as much less of it at each process; another client has lost nothing."""
    (one, telling), (two, learning) = counting(), counting()
    for _ in range(40):
        assert one.questions.take(CLIENT, False) == 0
    telling.exchange()
    learning.exchange()
    learning.exchange()  # what was learned once is not counted again
    taken = 0
    while two.questions.take(CLIENT, False) == 0:
        taken += 1
    assert 20 <= taken <= 22  # and what came back meanwhile
    assert two.questions.take(OTHER, False) == 0
    learning.exchange()
    telling.exchange()
    assert one.questions.take(CLIENT, False) > 0


def test_who_comes_later_counts_from_then(counting: Callable[[], tuple[Counts, SharedLimits]]) -> None:
    """A process that has just started holds nothing against a client that others know for long."""
    one, telling = counting()
    for _ in range(60):
        one.questions.take(CLIENT, False)
    telling.exchange()
    late, learning = counting()
    learning.exchange()
    assert late.questions.take(CLIENT, False) == 0
    assert late.clients.salt == one.clients.salt


def test_without_a_database_each_counts_by_itself() -> None:
    """Nothing is refused that would not be, and nothing waits."""
    engine = open_server(f"postgresql://127.0.0.1:{free_port()}/niets")
    counts = Counts(Settings(_env_file=None, questions_per_minute=2))
    shared = SharedLimits(counts, engine)
    with pytest.raises(DatabaseUnavailable):
        shared.exchange()
    assert [counts.questions.take(CLIENT, False) > 0 for _ in range(3)] == [False, False, True]
    engine.dispose()


# --- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"database_url": "mysql://wie:geheim@gastheer/naam"},
        {"database_url": "wie:geheim@gastheer"},
        {"chroma_url": "http://wie:geheim@gastheer:8001/een/pad"},
        {"chroma_url": "http://wie:geheim@gastheer:poort"},
        {"chroma_url": "wie:geheim@gastheer"},
    ],
)
def test_an_address_that_is_none(values: dict[str, str]) -> None:
    """It is refused when the program starts, and the password in it is not repeated."""
    with pytest.raises(SettingsError) as refused:
        load_settings(**values)
    assert "geheim" not in refused.value.nl + refused.value.en
    assert next(iter(values)).upper() in refused.value.nl


def test_passwords_in_addresses_are_not_shown() -> None:
    """Neither by what shows the settings, nor where they are written out for who develops."""
    given = {
        "database_url": "postgresql://wie:ge@heim/@gastheer:5432/naam?sslmode=require&password=geheim",
        "chroma_url": "https://wie:ge@heim@gastheer",
    }
    settings = Settings(_env_file=None, **given)
    assert settings.several
    shown = [masked(settings.database_url), masked(settings.chroma_url), repr(settings)]
    assert shown[:2] == ["postgresql://…@gastheer:5432/naam?sslmode=require&password=…", "https://…@gastheer"]
    assert not any("heim@" in text or "geheim" in text for text in shown)


@pytest.mark.parametrize(
    ("values", "several"),
    [
        ({}, False),
        ({"database_url": "postgresql://gastheer/naam"}, False),
        ({"chroma_url": "http://gastheer:8001"}, False),
        ({"database_url": "postgres://gastheer/naam", "embedder": "none"}, True),
        ({"database_url": "postgresql+psycopg://gastheer/naam", "chroma_url": "http://gastheer:8001"}, True),
    ],
)
def test_when_several_processes_may_serve(values: dict[str, str], several: bool) -> None:
    """Only where nothing that they share is held by one of them."""
    assert Settings(_env_file=None, **values).several is several
