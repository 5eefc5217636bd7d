"""Hostile and broken files go through the whole line: each is refused with a reason or read, and the rest goes on."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import hostile
import pytest
from conftest import CRAFT, make_settings, write_document
from hostile import READ, Case
from office_files import docx, p

from ingest.workspace import Workspace
from kb.types import Failure, IngestReport

CASES = hostile.cases()
SECONDS, MEMORY_MB = 6.0, 512
SLACK = 20.0
"""Seconds that a new process may take to start on a busy machine, beyond the time for the file itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """What came of all files, taken in together."""

    workspace: Workspace
    report: IngestReport
    longest: float
    """Seconds between one file and the next."""

    def outcomes(self) -> dict[str, str]:
        """For each file the code of its refusal, or that it was read."""
        taken = {item.path: READ for group in ("added", "unchanged") for item in getattr(self.report, group)}
        return taken | {failure.path: failure.code for failure in self.report.failed}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Every hostile file beside an honest one, taken in as one batch by real processes with small limits."""
    home = tmp_path_factory.mktemp("vijandig")
    folder = home / "bestanden"
    folder.mkdir()
    for number, case in enumerate(CASES):
        (folder / str(number)).mkdir()
        (folder / str(number) / case.name).write_bytes(case.make())
    write_document(folder, "eerlijk", "Het gilde van de eerlijke makers telt elf leden.")
    settings = make_settings(
        home, CRAFT, embedder="hash", reader_seconds=SECONDS, reader_memory_mb=MEMORY_MB, max_file_mb=5,
        max_unpacked_mb=60,
    )  # fmt: skip
    times: list[float] = []
    with Workspace.open(settings) as workspace:
        workspace.load_vectors()
        report = workspace.add([folder], progress=lambda step, *_: times.append(time.monotonic()))
        yield Line(workspace, report, max(b - a for a, b in pairwise(times)))


def test_every_file_is_accounted_for(line: Line) -> None:
    """No file is passed over in silence, and no refusal is a mere "internal error"."""
    assert set(line.outcomes()) == {case.name for case in CASES} | {"eerlijk.md"}
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused_with_a_reason_or_read(line: Line, case: Case) -> None:
    """Each file ends as it should, and who gave it is told why in Dutch and English, by the name of the file."""
    assert line.outcomes()[case.name] in case.outcomes
    for failure in [failure for failure in line.report.failed if failure.path == case.name]:
        assert_told(failure)


def assert_told(failure: Failure) -> None:
    assert failure.reason.startswith(failure.path) and failure.reason_en.startswith(failure.path)
    assert failure.reason != failure.reason_en
    assert "Traceback" not in failure.reason + failure.reason_en


def test_none_takes_longer_than_its_limit(line: Line) -> None:
    """The limit of time is kept by every file, with what a new process takes to start."""
    assert line.longest < SECONDS + SLACK


def test_the_rest_goes_on(line: Line) -> None:
    """After all of that the honest file answers, everything is in step, and nothing hostile made its way out."""
    assert line.workspace.verify().problems == ()
    answer = line.workspace.knowledge.ask("Hoeveel leden telt het gilde van de eerlijke makers?")
    assert answer.answered and "elf leden" in answer.citations[0].quote
    assert not list(line.workspace.settings.data_dir.parent.rglob("x.xml"))


def test_what_was_read_is_clean_text(line: Line) -> None:
    """No stored text holds half a character, a control character, or a line from a file of this machine."""
    for document in line.workspace.library.live():
        assert all(c == "\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) < 0xE000) for c in document.text), document.id
        assert "root:x:0" not in document.text


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["a\x07b\x1b[31m.md", "a\nb.md", "\u202egpj.md", "x" * 251 + ".md", "é" * 125 + ".md", "...md", "-.md", "CON.md",
     "current.md", "0123456789ab.md", "$(id).md", "a;rm -rf b.md", "<b>x.md", "%2e%2e%2fx.md", "\ufeff.md", "𝕏.md"],
)  # fmt: skip
def test_strange_names(workspace: Workspace, tmp_path: Path, name: str) -> None:
    """A file with a strange name is taken in under a plain id, and shown by a name that can be printed."""
    path = tmp_path / "los" / name
    path.parent.mkdir()
    path.write_text("# Proef\n\nHet gilde telt elf leden.", encoding="utf-8")
    report = workspace.add([path])
    (item,) = report.added
    assert item.id.replace("-", "").isalnum() and item.id.isascii()
    assert item.path.isprintable()
    assert workspace.remove([item.id]).failed == ()
    assert workspace.verify().ok


def test_such_names_survive_the_next_start(tmp_path: Path, corpus: Path) -> None:
    """A document whose id looks like a part of the library's own folders is still there after a restart."""
    settings = make_settings(tmp_path, corpus)
    names = {"current", "0123456789ab", "incoming", "trash", "quarantine", "text-json", "pilots"}
    with Workspace.open(settings) as opened:
        for name in names:
            write_document(tmp_path / "los", name, f"Over {name} in het gilde.")
        opened.add([tmp_path / "los"])
    with Workspace.open(settings) as again:
        assert names <= set(again.library.ids())
        assert again.verify().ok


def test_what_is_no_file(workspace: Workspace, tmp_path: Path) -> None:
    """A pipe, a folder that is called a PDF, a link in a circle and a name that is too long stop nothing."""
    pipe, folder, circle = tmp_path / "pijp.pdf", tmp_path / "map.pdf", tmp_path / "kring.pdf"
    os.mkfifo(pipe)
    folder.mkdir()
    circle.symlink_to(circle)
    honest = write_document(tmp_path, "eerlijk", "Het gilde telt elf leden.")
    report = workspace.add([pipe, folder, circle, honest])
    assert [item.id for item in report.added] == ["eerlijk"]
    assert {failure.path.rpartition("/")[2] for failure in report.failed} == {"pijp.pdf", "kring.pdf"}


def test_a_pipe_in_a_folder_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    """A folder with a pipe in it is taken in without waiting for what comes out of the pipe."""
    write_document(tmp_path / "los", "eerlijk", "Het gilde telt elf leden.")
    os.mkfifo(tmp_path / "los" / "pijp.md")
    assert [item.id for item in workspace.add([tmp_path / "los"]).added] == ["eerlijk"]


# --- nothing goes out -----------------------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who has come to it."""
    came: list[object] = []
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def wait() -> None:
            while True:
                try:
                    visitor, where = door.accept()
                except OSError:
                    return
                came.append(where)
                visitor.close()

        threading.Thread(target=wait, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", came
        door.shutdown(socket.SHUT_RDWR)


def test_the_listener_hears_who_comes(listener: tuple[str, list[object]]) -> None:
    """The listener of the next test is not deaf."""
    address, came = listener
    host, _, port = address.removeprefix("http://").partition(":")
    socket.create_connection((host, int(port))).close()
    deadline = time.monotonic() + 5
    while not came and time.monotonic() < deadline:
        time.sleep(0.01)
    assert came


def test_nothing_in_a_document_is_fetched(
    workspace: Workspace, tmp_path: Path, listener: tuple[str, list[object]]
) -> None:
    """Templates, pictures, styles, frames, entities and forms that are elsewhere are never asked for."""
    address, came = listener
    entity = hostile.outside(f"{address}/e.dtd")
    links = (
        f'<link rel="stylesheet" href="{address}/s.css"><script src="{address}/s.js"></script>'
        f'<base href="{address}/"><img src="{address}/i.png"><iframe src="{address}/f"></iframe>'
        f'<meta http-equiv="refresh" content="0;url={address}/r"><style>@import url({address}/c.css);</style>'
    )
    action = f"/OpenAction <</S /URI /URI ({address}/u)>> /AA <</O <</S /SubmitForm /F ({address}/f)>>>>"
    files = {
        "gekoppeld.docx": hostile.linked(address),
        "entiteit.docx": hostile.rewritten(
            docx(p(hostile.SENTENCE)), "word/document.xml", hostile.doctype(entity, "buiten")
        ),
        "webpagina.html": hostile.page_with(links).encode(),
        "entiteit.xhtml": hostile.page_with("<p>&buiten;</p>", f"<!DOCTYPE html [{entity}]>").encode(),
        "externe-dtd.xhtml": hostile.page_with("", f'<!DOCTYPE html SYSTEM "{address}/x.dtd">').encode(),
        "tekst.md": f"# Het gilde\n\n{hostile.SENTENCE}![plaat]({address}/p.png)\n".encode(),
        "brief.eml": hostile.mail("text/html", hostile.page_with(links)).encode(),
        "elders.eml": hostile.mail(f'message/external-body; access-type=URL; URL="{address}/b"', "x").encode(),
        "acties.pdf": hostile.one_page(catalogue=action.encode()),
        "elders.pdf": hostile.one_page(filters=f"/F <</FS /URL /F ({address}/d)>>".encode()),
    }  # fmt: skip
    folder = tmp_path / "los"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    report = workspace.add(sorted(folder.iterdir()))
    assert len(report.added) >= 5, report.failed
    assert came == []


def test_a_mended_file_is_taken_in_after_all(workspace: Workspace, tmp_path: Path) -> None:
    """What was refused once is not held against the document: the whole file, sent again, is read."""
    path = tmp_path / "los" / "brief.docx"
    path.parent.mkdir()
    path.write_bytes(docx(p(hostile.SENTENCE))[:700])
    assert workspace.add([path]).failed
    path.write_bytes(docx(p(hostile.SENTENCE)))
    assert [item.id for item in workspace.add([path]).added] == ["brief"]
    shutil.rmtree(path.parent)
