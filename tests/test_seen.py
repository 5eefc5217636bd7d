"""What nobody touched is not read again; whatever was touched is noticed, however little shows of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import write_document

from ingest.readers import READER_VERSION
from ingest.seen import Look, Seen
from ingest.workspace import Workspace
from kb.settings import Settings
from kb.types import IngestReport

LONG_AGO = 3_600_000_000_000
"""Nanoseconds: an hour."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of documents that have lain there for an hour."""
    folder = tmp_path / "los"
    for name in ("een", "twee", "drie"):
        write_document(folder, name, f"Dit is document {name} van het gilde.")
    return folder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes it an hour later than the disk thinks, so that what was written before counts as settled."""

    def later() -> None:
        real = time.time_ns
        monkeypatch.setattr("ingest.seen.time.time_ns", lambda: real() + LONG_AGO)

    return later


def added(settings: Settings, folder: Path) -> IngestReport:
    """What adding a folder reports, in a session of its own."""
    with Workspace.open(settings, sync=False) as workspace:
        return workspace.add([folder])


def reads(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, IngestReport]:
    """How many files of a folder are opened when it is added again, in a session of its own; and the report."""
    opened: list[Path] = []
    real = Path.read_bytes

    def noted(path: Path) -> bytes:
        if path.is_relative_to(folder):
            opened.append(path)
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", noted)
        report = added(settings, folder)
    return len(opened), report


def test_what_nobody_touched_is_not_read(
    settings: Settings, files: Path, clock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time no file is opened, and all are reported as unchanged, with the versions that they have."""
    clock()
    first = added(settings, files)
    count, again = reads(settings, files, monkeypatch)
    assert (count, len(again.unchanged)) == (0, 3)
    assert set(again.unchanged) == set(first.added)


def test_what_was_written_a_moment_ago_is_read_again(
    settings: Settings, files: Path, clock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changed just before it was read could change once more unseen; it is read until it has settled."""
    added(settings, files)
    assert reads(settings, files, monkeypatch)[0] == 3
    clock()
    assert reads(settings, files, monkeypatch)[0] == 3
    assert reads(settings, files, monkeypatch)[0] == 0


def _same_size(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"gilde", b"GILDE"))


def _times_put_back(path: Path) -> None:
    before = path.stat()
    _same_size(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _another_in_its_place(path: Path) -> None:
    other = path.with_name("ander.tmp")
    other.write_bytes(path.read_bytes().replace(b"gilde", b"GILDE"))
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    os.replace(other, path)


@pytest.mark.parametrize("change", [_same_size, _times_put_back, _another_in_its_place])
def test_a_change_is_noticed(
    settings: Settings, files: Path, clock: Callable[[], None], change: Callable[[Path], None]
) -> None:
    """A change of the same size is noticed, also where its time is put back or another file takes its place."""
    clock()
    added(settings, files)
    assert len(added(settings, files).unchanged) == 3
    change(files / "twee.md")
    report = added(settings, files)
    assert [item.id for item in report.replaced] == ["twee"] and len(report.unchanged) == 2


@pytest.mark.parametrize("name", ["text.json", "metadata.yaml", "source.json", "../current"])
@pytest.mark.parametrize("gone", [False, True])
def test_damage_in_the_library_is_mended(
    settings: Settings, files: Path, clock: Callable[[], None], name: str, gone: bool
) -> None:
    """A stored file that went bad or away is made anew from the same untouched file."""
    clock()
    version = added(settings, files).added[0].version
    with Workspace.open(settings, sync=False) as workspace:
        document_id = workspace.add([files]).unchanged[0].id
        document = workspace.library.document(document_id)
    assert document.version == version
    path = settings.data_dir / "library" / document_id / version / name
    path.unlink() if gone else path.write_bytes(b"\0kapot")
    report = added(settings, files)
    assert not report.failed
    assert document_id in {item.id for item in (*report.added, *report.unchanged)}
    with Workspace.open(settings, sync=False) as workspace:
        assert workspace.library.document(document_id) == document
        assert workspace.verify().ok


def test_what_is_remembered_may_be_thrown_away(
    settings: Settings, files: Path, clock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, or with what cannot be read, every file is read once and nothing else changes."""
    clock()
    added(settings, files)
    for broken in (None, b"", b"{", b"[]", b'{"reader": 2}', b'{"reader": 2, "folders": {}, "rows": {"een": [1]}}'):
        path = settings.data_dir / "seen.json"
        path.unlink()
        if broken is not None:
            path.write_bytes(broken)
        count, report = reads(settings, files, monkeypatch)
        assert (count, len(report.unchanged)) == (3, 3)
        assert reads(settings, files, monkeypatch)[0] == 0


def test_other_readers_read_all_again(
    settings: Settings, files: Path, clock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What earlier readers made of the files is not taken for what those of today would make."""
    clock()
    added(settings, files)
    path = settings.data_dir / "seen.json"
    stored = json.loads(path.read_bytes())
    path.write_text(json.dumps({**stored, "reader": READER_VERSION - 1}))
    assert reads(settings, files, monkeypatch)[0] == 3


def test_it_is_gone_while_the_library_changes(settings: Settings, files: Path, clock: Callable[[], None]) -> None:
    """From the first change on there is nothing on disk that a stop could leave wrong; a close puts it back."""
    clock()
    added(settings, files)
    path = settings.data_dir / "seen.json"
    with Workspace.open(settings, sync=False) as workspace:
        assert path.exists()
        workspace.remove(["een"])
        assert not path.exists()
    assert set(json.loads(path.read_bytes())["rows"]) == {"twee", "drie"}


def test_a_document_that_came_by_another_hand_is_known(settings: Settings, corpus: Path, tmp_path: Path) -> None:
    """A folder of the corpus's that is put back into the library by hand is found, and removed by the next sync."""
    with Workspace.open(settings):
        pass
    home = settings.data_dir / "library" / "begrippen" / "meesterproef"
    aside = tmp_path / "aside"
    os.rename(home, aside)
    (corpus / "begrippen" / "meesterproef.md").unlink()
    with Workspace.open(settings) as workspace:
        assert "begrippen/meesterproef" not in workspace.library.ids()
    home.parent.mkdir(exist_ok=True)
    os.rename(aside, home)
    with Workspace.open(settings) as workspace:
        assert [item.id for item in workspace.startup.removed] == ["begrippen/meesterproef"]


def test_a_look_before_a_change_settles_nothing(tmp_path: Path) -> None:
    """A file that looks older than it was when it was looked at is not trusted, one that is not is."""
    path = tmp_path / "een.md"
    path.write_text("Tekst.")
    now = time.time_ns()
    stamp = Look.of(path).stamp
    assert not Look(stamp, now).settled
    assert not Look(stamp, now + 1_000_000_000).settled
    assert Look(stamp, now + LONG_AGO).settled
    seen = Seen(tmp_path / "seen.json", tmp_path / "library")
    assert seen.version("een", "een.md", stamp) is None and seen.origin("een") is None


def test_without_a_knowledge_base_nothing_is_opened(settings: Settings) -> None:
    """Who only takes documents in needs no glossary; the first question opens it."""
    with Workspace.open(settings, answers=False) as workspace:
        assert len(workspace.startup.added) == 6
        assert not (settings.data_dir / "journal.sqlite3").exists()
        assert workspace.knowledge.ask("Wat is een meesterproef?").answered
    assert (settings.data_dir / "journal.sqlite3").exists()
