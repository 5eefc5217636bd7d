"""What the tests share: a small collection about a programme that does not exist, and what is opened on it.

No code may know the real programme; every test but those of the corpus itself therefore works on this one.
"""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from services import POSTGRESQL, Chroma, PostgreSQL
from starlette.testclient import TestClient

from api.app import create_app
from ingest.limits import Limits
from ingest.reader_pool import ReaderPool
from ingest.workspace import Workspace
from kb.citations import holds
from kb.documents import Shelf
from kb.settings import PREFIX, Settings
from kb.types import Answer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
CRAFT = Path(__file__).parent / "data" / "ambachtspad"
"""The documents of the invented programme, with their own values, glossary and example questions."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60.0
"""Seconds."""
_COLUMNS = "200"
"""Width of the screen that the commands print for, whatever the screen of who runs the tests."""

hypothesis_settings.register_profile(
    "routewijzer",
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("routewijzer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker begins a long one when the others are nearly done.

    xdist hands files out in this order when told not to order them by the number of their tests, of which the longest
    files have the fewest.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings don't reach the tests."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """No reply and no look at a page is given up after five seconds, as is usual: a busy machine is not a fault."""
    # one object is the default of every call
    usual = inspect.signature(httpx.Client).parameters["timeout"].default
    usual.connect = usual.read = usual.write = usual.pool = PATIENCE
    if CHROMIUM is not None:
        from playwright.sync_api import expect

        expect.set_options(timeout=PATIENCE * 1000)
    # for who mends this file: had it been a copy, nothing would have changed
    assert httpx.Client().timeout.read == PATIENCE


@pytest.fixture(scope="session", autouse=True)
def _one_set_of_readers() -> Iterator[None]:
    """The processes that read files are real, and shared by all tests: each takes a second or two to start."""
    original = ReaderPool.open
    pools: dict[tuple[Limits, Path], ReaderPool] = {}

    def shared(settings: Settings) -> ReaderPool:
        key = (Limits.of(settings), settings.vocabulary)
        if key not in pools:
            pools[key] = original(settings)
        lent = pools[key]
        kept = ReaderPool(lent.limits, settings.vocabulary, lent.processes)
        kept.__dict__.update(lent.__dict__)
        kept.close = lambda: None  # type: ignore[method-assign]
        return kept

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReaderPool, "open", staticmethod(shared))
        yield
    for pool in pools.values():
        pool.close()


def make_settings(folder: Path, corpus: Path, **others: Any) -> Settings:
    """Settings for the invented collection: words only, unless told otherwise."""
    values: dict[str, Any] = {
        "data_dir": folder / "data",
        "corpus_dir": corpus,
        "glossary": CRAFT / "begrippen.yaml",
        "vocabulary": CRAFT / "waarden.yaml",
        "examples": CRAFT / "voorbeeldvragen.yaml",
        "route_plan": CRAFT / "routeplan.yaml",
        "comparison": CRAFT / "vergelijking.yaml",
        "embedder": "none",
        # each takes a second or two to start: one is enough for the few documents of a test
        "reader_processes": 1,
    }
    return Settings(_env_file=None, **{**values, **others})


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the invented documents, to change at will."""
    return Path(shutil.copytree(CRAFT, tmp_path / "corpus"))


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    """Settings for a data folder of this test alone."""
    return make_settings(tmp_path, corpus)


@pytest.fixture
def workspace(settings: Settings) -> Iterator[Workspace]:
    """A workspace of this test alone, in step with its corpus, without vectors."""
    with Workspace.open(settings) as opened:
        yield opened


@pytest.fixture
def client(settings: Settings, workspace: Workspace) -> TestClient:
    """The API on this test's workspace."""
    return TestClient(create_app(settings, workspace))


@pytest.fixture(scope="session")
def reading_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The invented documents with vectors, opened once; for tests that only ask."""
    settings = make_settings(tmp_path_factory.mktemp("reading_room"), CRAFT, embedder="hash")
    with Workspace.open(settings) as opened:
        opened.load_vectors()
        yield opened


@pytest.fixture(scope="session")
def frank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The same, but answering however unsure it is, so that every question yields statements to check."""
    settings = make_settings(tmp_path_factory.mktemp("frank"), CRAFT, embedder="hash", answer_threshold=0.0)
    with Workspace.open(settings) as opened:
        opened.load_vectors()
        yield opened


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL; tests that need it are skipped where there is none, which `.ci/run` sees to."""
    if not POSTGRESQL:
        pytest.skip("no PostgreSQL on this machine (apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="routewijzer-") as folder:
        service = PostgreSQL(Path(folder))
        service.start()
        yield service
        service.stop()


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    """A real Chroma server."""
    service = Chroma(tmp_path_factory.mktemp("chroma"))
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; tests that need it are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor with a desktop screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="nl-NL")
    yield context
    context.close()


Ran = subprocess.CompletedProcess[str]
Command = Callable[..., Ran]


@pytest.fixture(scope="session")
def launcher() -> Iterator[subprocess.Popen[str]]:
    """The process that forks a process for each run of the command."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(Path(__file__).with_name("launcher.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # the console takes its width when it is imported, which is before any run has its own environment
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "COLUMNS": _COLUMNS},
        text=True,
    ) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()


@pytest.fixture
def command(launcher: subprocess.Popen[str], tmp_path: Path, corpus: Path) -> Command:
    """Runs the real command in a process of its own, on this test's folders."""
    out, err = tmp_path / "stdout", tmp_path / "stderr"

    def run(*words: str | bytes, env: Mapping[str, str] | None = None) -> Ran:
        assert launcher.stdin is not None and launcher.stdout is not None
        order = {
            "words": [os.fsdecode(word) for word in words],
            "env": {**environment(tmp_path, corpus), **(env or {})},
            "cwd": str(tmp_path),
            "out": str(out),
            "err": str(err),
        }
        launcher.stdin.write(json.dumps(order) + "\n")
        launcher.stdin.flush()
        code = int(launcher.stdout.readline())
        shown = [path.read_text(encoding="utf-8") for path in (out, err)]
        return subprocess.CompletedProcess(list(words), code, *shown)

    return run


def environment(folder: Path, corpus: Path) -> dict[str, str]:
    """The settings of `make_settings` for a process of its own."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    settings = make_settings(folder, corpus)
    names = (
        "data_dir",
        "corpus_dir",
        "glossary",
        "vocabulary",
        "examples",
        "route_plan",
        "comparison",
        "embedder",
        "reader_processes",
    )
    return {
        **outside,
        "PYTHONPATH": str(PROJECT),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": _COLUMNS,
        **{f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in names},
    }


def write_document(folder: Path, name: str, body: str, **front: str) -> Path:
    """A Markdown document with the front matter that is required, and more where it is given."""
    lines = {"versie": "1", "titel": name, "soort": "overig", "bronnen": "[een bron]", **front}
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "".join(f"{key}: {value}\n" for key, value in lines.items())
    path.write_text(f"---\n{head}---\n\n{body}\n", encoding="utf-8")
    return path


def words_of(texts: Sequence[str]) -> list[str]:
    """All words of some texts, in order."""
    return [word for text in texts for word in text.split()]


def assert_sound(answer: Answer, shelf: Shelf) -> None:
    """An answer is sound: statements have citations, citations are numbered as used, and every quote holds."""
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    used = [number for statement in answer.statements for number in statement.citations]
    assert list(dict.fromkeys(used)) == [citation.number for citation in answer.citations]
    assert all(statement.citations and statement.text for statement in answer.statements)
    assert answer.answered == bool(answer.statements)
    assert not (answer.answered and answer.closest)
    assert len(answer.closest) <= 3
    assert 0 <= answer.certainty <= 1
    for citation in (*answer.citations, *answer.closest):
        assert holds(shelf.document(citation.document_id, citation.version), citation)
