"""A whole installation in one file, made while it works, and put back so that it answers the same."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CRAFT, Command, make_settings, write_document
from services import PostgreSQL
from waiting import until

from api.schemas import AnswerOut
from ingest.backup import BackupFailed, back_up, restore
from ingest.jobs import Jobs
from ingest.workspace import Workspace
from kb.errors import LibraryInUse
from kb.permalink import KEY_FILE, Permalinks

QUESTIONS = (
    "Wat is een meesterproef?",
    "Welke pilots zijn er?",
    "Hoeveel leerlingen heeft de Universiteit van Leiden?",
)


def answers(workspace: Workspace) -> list[dict[str, Any]]:
    """What is answered, without what differs each time."""
    volatile = {"question_id", "timings_ms"}
    return [AnswerOut.of(workspace.knowledge.ask(q)).model_dump(exclude=volatile) for q in QUESTIONS]


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a library by their names."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_restore_answers_the_same(workspace: Workspace, tmp_path: Path) -> None:
    """In a second folder: the same answers, older versions, quarantine, journal and waiting jobs, and all in step."""
    path = write_document(tmp_path / "los", "gilde", "Het gilde telt zeven meesters.")
    workspace.add([path])
    old = workspace.library.current("gilde")
    workspace.add([write_document(tmp_path / "los", "gilde", "Het gilde telt negen meesters.")])
    workspace.withhold("gilde")
    jobs = Jobs(workspace, workspace.knowledge.journal.engine, workspace.settings.data_dir / "incoming")
    waiting = jobs.add([("nieuw.md", b"# Nieuw\n\nEen nieuw stuk.\n")])
    before = answers(workspace)
    Permalinks.open(workspace.settings.data_dir)
    saved = tmp_path / "reserve.tar.gz"
    report = back_up(workspace.settings.data_dir, saved)
    assert (report.documents, report.questions) == (7, 3)
    assert saved.stat().st_mode & 0o077 == 0 and [p.name for p in tmp_path.glob("*reserve*")] == ["reserve.tar.gz"]
    other = make_settings(tmp_path / "elders", workspace.settings.corpus_dir)
    assert restore(other.data_dir, saved) == report
    assert files_of(other.data_dir / "library") == files_of(workspace.settings.data_dir / "library")
    key, kept = other.data_dir / KEY_FILE, workspace.settings.data_dir / KEY_FILE
    assert key.read_bytes() == kept.read_bytes() and key.stat().st_mode & 0o077 == 0
    with Workspace.open(other) as again:
        assert not again.startup.added and not again.startup.replaced and not again.startup.removed
        assert again.library.versions("gilde") == workspace.library.versions("gilde")
        assert again.library.document("gilde", old).text != again.library.document("gilde").text
        missed = again.knowledge.journal.misses()
        assert missed == workspace.knowledge.journal.misses() and missed
        assert answers(again) == before
        jobs = Jobs(again, again.knowledge.journal.engine, other.data_dir / "incoming")
        assert jobs.get(waiting.id).state == "queued"
        jobs.start()
        until(lambda: jobs.get(waiting.id).state == "done")
        jobs.close()
        assert again.library.current("nieuw")
        assert again.verify().ok


def test_a_backup_amid_changes(workspace: Workspace, tmp_path: Path) -> None:
    """While documents come, change and go, every backup is whole: each document in it is one that was there."""
    stop = threading.Event()
    wrong: list[BaseException] = []

    def change() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                body = f"Stuk {number}. " + "Een zin over het gilde. " * 40
                workspace.add([write_document(tmp_path / "los", f"stuk-{number % 3}", body)])
                workspace.knowledge.ask("Wat is een gilde?")
                if number % 4 == 0:
                    workspace.remove([f"stuk-{(number + 1) % 3}"])
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for number in range(6):
            saved = tmp_path / f"reserve-{number}.tar.gz"
            back_up(workspace.settings.data_dir, saved)
            other = make_settings(tmp_path / f"elders-{number}", workspace.settings.corpus_dir)
            restore(other.data_dir, saved)
            with Workspace.open(other, sync=False) as again:
                assert again.verify().ok
                assert {"begrippen/meesterproef", "pilots/noorderlicht-boekbinden"} <= set(again.library.ids())
                assert again.knowledge.ask(QUESTIONS[0]).answered
    finally:
        stop.set()
        thread.join(timeout=60)
    assert wrong == []


# --- what cannot be -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A backup of the invented documents."""
    folder = tmp_path_factory.mktemp("saved")
    settings = make_settings(folder, CRAFT)
    with Workspace.open(settings) as workspace:
        workspace.knowledge.ask(QUESTIONS[0])
        back_up(settings.data_dir, folder / "reserve.tar.gz")
    yield folder / "reserve.tar.gz"


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same archive with other members."""
    with tarfile.open(source) as tar:
        members = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(target, "w:gz") as tar:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return target


def _listed(members: dict[str, bytes], **changes: Any) -> None:
    members["inhoud.json"] = json.dumps({**json.loads(members["inhoud.json"]), **changes}).encode()


def _outside(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[name] = b"x"

    return change


BROKEN: dict[str, Callable[[dict[str, bytes]], Any]] = {
    "a changed file": lambda m: m.update({next(n for n in m if n.endswith("text.json")): b"{}"}),
    "a missing file": lambda m: m.pop(next(n for n in m if n.endswith("current"))),
    "no list": lambda m: m.pop("inhoud.json"),
    "a list that is none": lambda m: m.update({"inhoud.json": b"[" * 10_000}),
    "another format": lambda m: _listed(m, format=99),
    **{name: _outside(name) for name in ("../x", "/tmp/x", "library/../../x", "library/a/current/../../b", "x.py",
                                         "library/a/0123456789ab/../x", "lock", "incoming/../x")},
}  # fmt: skip


@pytest.mark.parametrize("what", [*BROKEN, "half", "no archive", "nothing", "not there", "a link", "text"])
def test_what_is_no_whole_backup(saved: Path, tmp_path: Path, what: str) -> None:
    """Anything but a whole backup is refused with a reason, and nothing is written."""
    broken = tmp_path / "kapot.tar.gz"
    if what in BROKEN:
        rewritten(saved, broken, BROKEN[what])
    elif what == "half":
        broken.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    elif what == "no archive":
        broken.write_bytes(gzip.compress(b"geen tar" * 200))
    elif what == "nothing":
        broken.write_bytes(b"")
    elif what == "text":
        broken.write_bytes(b"geen archief")
    elif what == "a link":
        with tarfile.open(broken, "w:gz") as tar:
            entry = tarfile.TarInfo("library/a/current")
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(entry)
    folder = tmp_path / "doel"
    with pytest.raises(BackupFailed) as error:
        restore(folder, broken)
    assert "niets gewijzigd" in error.value.nl and "nothing was changed" in error.value.en
    assert {path.name for path in folder.iterdir()} <= {"lock", "holder"}
    assert not (tmp_path / "x").exists()


def test_what_stands_there_is_set_aside(saved: Path, workspace: Workspace, tmp_path: Path) -> None:
    """A folder that is in use, or holds something, is left alone; told to, what is there is set aside, and kept."""
    folder = workspace.settings.data_dir
    with pytest.raises(LibraryInUse):
        restore(folder, saved, replace=True)
    workspace.add([write_document(tmp_path / "los", "eigen", "Een eigen stuk over wielewalen.")])
    workspace.close()
    with pytest.raises(BackupFailed, match="--replace"):
        restore(folder, saved)
    assert (folder / "library" / "eigen").is_dir()
    restore(folder, saved, replace=True)
    (before,) = folder.glob("voor-terugzetten-*")
    assert (before / "library" / "eigen").is_dir() and (before / "journal.sqlite3").is_file()
    with Workspace.open(workspace.settings) as again:
        assert again.library.current("eigen") is None and again.knowledge.ask(QUESTIONS[0]).answered
        assert again.verify().ok


def test_what_cannot_be_saved(workspace: Workspace, tmp_path: Path) -> None:
    """A backup never takes the place of a file unasked, and a failure leaves no half one."""
    target = tmp_path / "reserve.tar.gz"
    target.write_text("van iemand anders")
    with pytest.raises(BackupFailed, match="bestaat al"):
        back_up(workspace.settings.data_dir, target)
    assert target.read_text() == "van iemand anders"
    with pytest.raises(BackupFailed):
        back_up(workspace.settings.data_dir, tmp_path / "nergens" / "x.tar.gz")
    with pytest.raises(BackupFailed, match="niets om te bewaren"):
        back_up(tmp_path / "leeg", tmp_path / "x.tar.gz")
    assert sorted(p.name for p in tmp_path.glob("*.tar.gz*")) == ["reserve.tar.gz"]
    back_up(workspace.settings.data_dir, target, overwrite=True)
    shutil.rmtree(workspace.settings.data_dir / "library" / "begrippen")
    assert back_up(workspace.settings.data_dir, tmp_path / "y.tar.gz").documents == 5


def test_the_commands(command: Command, workspace: Workspace, tmp_path: Path) -> None:
    """Beside a process that holds the data folder, into another folder; an answer there is the same."""
    done = command("backup", "reserve.tar.gz", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == 6
    assert command("backup", "reserve.tar.gz").returncode == 1
    held = command("restore", "reserve.tar.gz")
    assert held.returncode == 1 and "in gebruik" in held.stderr
    elsewhere = {"ROUTEWIJZER_DATA_DIR": str(tmp_path / "elders")}
    assert json.loads(command("restore", "reserve.tar.gz", "--json", env=elsewhere).stdout)["documents"] == 6
    asked = json.loads(command("ask", QUESTIONS[0], "--json", env=elsewhere).stdout)
    assert asked["answer"] == answers(workspace)[0]["answer"]
    assert command("restore", "nergens.tar.gz", env={"ROUTEWIJZER_DATA_DIR": str(tmp_path / "nieuw")}).returncode == 1


def test_a_journal_in_a_database_goes_along(workspace: Workspace, tmp_path: Path, postgresql: PostgreSQL) -> None:
    """It comes out of a PostgreSQL into a file, out of a file into a PostgreSQL, and back, with jobs and votes."""
    journal = workspace.knowledge.journal
    jobs = Jobs(workspace, journal.engine, workspace.settings.data_dir / "incoming")
    waiting = jobs.add([("nieuw.md", b"# Nieuw\n\nEen nieuw stuk.\n")])
    for question in QUESTIONS:
        journal.rate(workspace.knowledge.ask(question).question_id, "down", "Klopt niet.")
    noted = list(journal.export())
    report = back_up(workspace.settings.data_dir, tmp_path / "een.tar.gz")

    url = postgresql.database("reserve")
    several = make_settings(tmp_path / "gedeeld", workspace.settings.corpus_dir, database_url=url)
    assert several.several
    assert restore(several.data_dir, tmp_path / "een.tar.gz", database_url=url) == report
    assert not list(several.data_dir.glob("*.sqlite3*"))
    with Workspace.open(several) as shared:
        assert shared.leads and list(shared.knowledge.journal.export()) == noted
        with pytest.raises(LibraryInUse):
            restore(several.data_dir, tmp_path / "een.tar.gz", True, url)
        shared.knowledge.journal.rate(noted[0]["id"], "up", None)  # the numbers of votes go on where they were
        again = back_up(several.data_dir, tmp_path / "twee.tar.gz", database_url=url)
    assert (again.questions, again.documents) == (report.questions, report.documents)
    assert restore(several.data_dir, tmp_path / "twee.tar.gz", True, url).questions == 3
    (aside,) = several.data_dir.glob("voor-terugzetten-*")
    assert (aside / "journal.sqlite3").is_file()

    plain = make_settings(tmp_path / "alleen", workspace.settings.corpus_dir)
    restore(plain.data_dir, tmp_path / "twee.tar.gz")
    with Workspace.open(plain) as alone:
        ends = Jobs(alone, alone.knowledge.journal.engine, plain.data_dir / "incoming")
        assert ends.get(waiting.id).state == "queued"
        votes = [row["feedback"][0]["verdict"] for row in alone.knowledge.journal.export()]
        assert sorted(votes) == ["down", "down", "up"]
