"""The watched folder: what is dropped there is taken in once it is whole, and put where one can see how it went."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from office_files import docx, p
from waiting import until

from ingest.jobs import Jobs
from ingest.watch import FolderWatch
from ingest.workspace import Workspace
from kb.errors import SettingsError
from kb.settings import load_settings
from kb.types import DocumentKind

PLAIN = "# Het gilde\n\nHet gilde van Kustland telt twaalf meesters.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bak"
    made.mkdir()
    return made


@pytest.fixture
def jobs(workspace: Workspace, tmp_path: Path) -> Iterator[Jobs]:
    made = Jobs(workspace, workspace.knowledge.journal.engine, tmp_path / "data" / "incoming")
    made.start()
    yield made
    made.close()


@pytest.fixture
def watch(folder: Path, jobs: Jobs) -> FolderWatch:
    """A watch that looks when it is told to."""
    return FolderWatch(folder, jobs, max_file_mb=1)


def twice(watch: FolderWatch) -> None:
    """Look until what lies there has been the same for two looks."""
    watch.look()
    watch.look()


def tree(folder: Path) -> set[str]:
    """The files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_a_file_is_taken_in_and_put_away(watch: FolderWatch, folder: Path, workspace: Workspace) -> None:
    """A file that no longer grows is taken in and moved to where it is seen to be done."""
    (folder / "Het Gilde.md").write_text(PLAIN)
    watch.look()
    assert tree(folder) == {"Het Gilde.md"} and "het-gilde" not in workspace.library.ids()
    watch.look()
    assert tree(folder) == {"opgenomen/Het Gilde.md"}
    assert "twaalf meesters" in workspace.library.document("het-gilde").text
    twice(watch)
    assert tree(folder) == {"opgenomen/Het Gilde.md"} and workspace.verify().ok


def test_a_file_that_grows_is_left_alone(watch: FolderWatch, folder: Path, workspace: Workspace) -> None:
    """As long as a file changes between two looks it stays where it is; then all of it is taken in."""
    path = folder / "gilde.txt"
    for n in range(4):
        with path.open("a") as file:
            file.write(f"Regel {n} over het gilde.\n")
        watch.look()
        assert tree(folder) == {"gilde.txt"}
    watch.look()
    assert tree(folder) == {"opgenomen/gilde.txt"}
    assert "Regel 3" in workspace.library.document("gilde").text


def test_a_new_version_that_comes_meanwhile_is_not_lost(
    watch: FolderWatch, folder: Path, workspace: Workspace, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is written over while it is being taken in stays, and its new content follows."""
    path = folder / "gilde.md"
    path.write_text(PLAIN)
    add = jobs.add

    def add_and_write_over(*given, **named):  # type: ignore[no-untyped-def]
        job = add(*given, **named)
        path.write_text(PLAIN.replace("twaalf", "honderdtwintig"))
        return job

    monkeypatch.setattr(jobs, "add", add_and_write_over)
    twice(watch)
    assert tree(folder) == {"gilde.md"}
    monkeypatch.undo()
    twice(watch)
    assert tree(folder) == {"opgenomen/gilde.md"}
    assert "honderdtwintig" in workspace.library.document("gilde").text


def test_a_refused_file_has_its_reason_beside_it(watch: FolderWatch, folder: Path) -> None:
    """What cannot be taken in is put apart, with the reason in Dutch and English; the others are not kept back."""
    (folder / "kapot.docx").write_bytes(docx(p("Een brief."))[:600])
    (folder / "leeg.pdf").write_bytes(b"")
    (folder / "groot.txt").write_bytes(b"x" * 1_000_001)
    (folder / "goed.md").write_text(PLAIN)
    twice(watch)
    refused = {"groot.txt", "kapot.docx", "leeg.pdf"}
    beside = {f"geweigerd/{name}{end}" for name in refused for end in ("", ".waarom.txt")}
    assert tree(folder) == beside | {"opgenomen/goed.md"}
    dutch, english = (folder / "geweigerd" / "leeg.pdf.waarom.txt").read_text(encoding="utf-8").strip().split("\n")
    assert dutch.startswith("leeg.pdf") and "leeg" in dutch and "empty" in english
    assert "1 MB" in (folder / "geweigerd" / "groot.txt.waarom.txt").read_text()


@pytest.mark.parametrize("name", ["a\\b.pdf", "a\x07b.pdf", "x" * 251 + ".pdf", "é" * 125 + ".pdf"])
def test_a_refused_file_with_a_strange_name(watch: FolderWatch, folder: Path, name: str) -> None:
    """A refused file is recognised by whatever name, and its reason lies beside it."""
    (folder / name).write_bytes(b"")
    twice(watch)
    found = sorted((folder / "geweigerd").iterdir(), key=lambda path: path.suffix)
    assert [path.suffix for path in found] == [".pdf", ".txt"]
    assert "is empty" in found[1].read_text(encoding="utf-8")
    assert not (folder / "opgenomen").exists()


def test_a_subfolder_says_what_kind_it_is(watch: FolderWatch, folder: Path, workspace: Workspace) -> None:
    """A file in `pilots/` becomes a pilot, and is put away with the others; other subfolders are not looked into."""
    for name in ("pilots", "privé"):
        (folder / name).mkdir()
        (folder / name / f"gilde-{len(name)}.md").write_text(f"{PLAIN}{name}")
    twice(watch)
    assert tree(folder) == {"opgenomen/gilde-6.md", "privé/gilde-5.md"}
    assert workspace.library.document("pilots/gilde-6").metadata.kind is DocumentKind.PILOT
    (folder / "pilots" / "gilde-6.md").write_text(f"{PLAIN}Een tweede versie.")
    twice(watch)
    found = workspace.library.document("pilots/gilde-6")
    assert found.metadata.kind is DocumentKind.PILOT and "tweede versie" in found.text


def test_what_is_no_plain_file_is_left_alone(watch: FolderWatch, folder: Path, tmp_path: Path) -> None:
    """Links, pipes, hidden files, lock files and half downloads stay untouched, a linked folder too."""
    outside = tmp_path / "elders"
    outside.mkdir()
    (outside / "geheim.md").write_text(PLAIN)
    (folder / "link.md").symlink_to(outside / "geheim.md")
    (folder / "pilots").symlink_to(outside)
    os.mkfifo(folder / "pijp.md")
    names = [".verborgen.md", "~$brief.docx", "_concept.md", "a.pdf.part", "b.crdownload", "c.TMP"]
    for name in names:
        (folder / name).write_text(PLAIN)
    twice(watch)
    assert {path.name for path in folder.iterdir()} == {*names, "link.md", "pilots", "pijp.md"}
    assert tree(outside) == {"geheim.md"}


def test_the_same_name_again_is_a_new_version(watch: FolderWatch, folder: Path, workspace: Workspace) -> None:
    """A file of the same name replaces the document; both files are kept, each under a name of its own."""
    for number in ("twaalf", "dertien", "veertien"):
        (folder / "gilde.md").write_text(PLAIN.replace("twaalf", number))
        twice(watch)
    assert tree(folder) == {"opgenomen/gilde.md", "opgenomen/gilde (2).md", "opgenomen/gilde (3).md"}
    assert len(workspace.library.versions("gilde")) == 3
    assert "veertien" in workspace.library.document("gilde").text


def test_a_file_that_cannot_be_read_keeps_no_other_back(
    watch: FolderWatch, folder: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not ours to read stays where it is, and the one beside it is taken in."""
    (folder / "a-dicht.md").write_text(PLAIN)
    (folder / "b-open.md").write_text(f"{PLAIN}Open.")
    real = Path.read_bytes

    def closed(path: Path) -> bytes:
        if path.name == "a-dicht.md":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", closed)
    twice(watch)
    assert tree(folder) == {"a-dicht.md", "opgenomen/b-open.md"}
    assert "b-open" in workspace.library.ids()


def test_many_files(watch: FolderWatch, folder: Path, workspace: Workspace) -> None:
    """More files than go into one job are all taken in."""
    for n in range(45):
        (folder / f"d{n}.txt").write_text(f"Document {n} van het gilde.")
    twice(watch)
    assert len(tree(folder / "opgenomen")) == 45
    assert len([i for i in workspace.library.ids() if i.startswith("d")]) == 45


def test_the_thread_does_it_by_itself(folder: Path, jobs: Jobs, workspace: Workspace, tmp_path: Path) -> None:
    """Started, the watch makes its folder, takes in what comes, and ends when it is told."""
    watch = FolderWatch(tmp_path / "nieuwe bak", jobs, max_file_mb=1, seconds=0.05)
    watch.start()
    try:
        (tmp_path / "nieuwe bak" / "gilde.md").write_text(PLAIN)
        until(lambda: (tmp_path / "nieuwe bak" / "opgenomen" / "gilde.md").exists())
        assert "gilde" in workspace.library.ids()
    finally:
        watch.close()
    assert "watched folder" not in {thread.name for thread in threading.enumerate()}


def test_a_folder_that_goes_away_and_comes_back(folder: Path, jobs: Jobs) -> None:
    """When the folder cannot be read for a while the watch goes on, and takes up what comes after."""
    watch = FolderWatch(folder, jobs, max_file_mb=1, seconds=0.02)
    watch.start()
    try:
        folder.rename(folder.with_name("weg"))
        threading.Event().wait(0.2)
        folder.with_name("weg").rename(folder)
        (folder / "gilde.md").write_text(PLAIN)
        until(lambda: (folder / "opgenomen" / "gilde.md").exists())
    finally:
        watch.close()


@pytest.mark.parametrize("place", ["data", "corpus", "corpus/pilots", "."])
def test_a_folder_of_our_own_is_not_watched(workspace: Workspace, tmp_path: Path, place: str) -> None:
    """Files are moved out of the watched folder: it cannot be, hold or lie in the data folder or the corpus."""
    jobs = Jobs(workspace, workspace.knowledge.journal.engine, tmp_path / "incoming")
    settings = workspace.settings.model_copy(update={"watch_dir": tmp_path / place})
    with pytest.raises(SettingsError, match="WATCH_DIR"):
        FolderWatch.open(settings, jobs)
    beside = workspace.settings.model_copy(update={"watch_dir": tmp_path / "inbox"})
    assert FolderWatch.open(beside, jobs) is not None


def test_an_empty_setting_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty path would be the working directory."""
    monkeypatch.setenv("ROUTEWIJZER_WATCH_DIR", "")
    assert load_settings().watch_dir is None
