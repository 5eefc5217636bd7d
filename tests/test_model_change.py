"""Another embedding model: its vectors are made beside those of the one before, which goes on answering meanwhile."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import PROJECT, environment, make_settings, write_document
from starlette.testclient import TestClient
from waiting import until

from api.app import create_app
from ingest.chunking import CHUNKER_VERSION
from ingest.collection import Note
from ingest.library import Library
from ingest.vectors import VectorIndex
from ingest.workspace import Workspace
from kb.embedding import HashEmbedder, StaticEmbedder, Vectors, open_embedder
from kb.errors import IndexUnavailable
from kb.settings import Settings
from kb.store import ChunkStore

pytestmark = pytest.mark.slow

WRITER = Path(__file__).with_name("model_writer.py")
DOCUMENTS = 40
OLD = f"chunks-hash-256-c{CHUNKER_VERSION}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with enough documents for several batches, whose vectors are by `hash`, and complete."""
    folder, chance = tmp_path_factory.mktemp("made"), random.Random(5)
    # of many words, as Chroma does not always find what lies far from a heap of vectors that are nearly the same
    words = ["".join(chance.choices("aeioubdgklmnprstvz", k=7)) for _ in range(300)]
    for number in range(DOCUMENTS):
        parts = [f"## Deel {part}\n\nDe ketel van {' '.join(chance.sample(words, 12))}." for part in range(6)]
        write_document(folder / "corpus", f"werkplaats-{number}", "\n\n".join(parts))
    with Workspace.open(make_settings(folder, folder / "corpus", embedder="hash")) as workspace:
        workspace.load_vectors()
        assert workspace.verify().ok
    return folder


@pytest.fixture
def hashed(made: Path, tmp_path: Path) -> Settings:
    """The settings of a copy of that installation."""
    for name in ("corpus", "data"):
        shutil.copytree(made / name, tmp_path / name)
    return make_settings(tmp_path, tmp_path / "corpus", embedder="hash")


@pytest.fixture
def static(hashed: Settings) -> Settings:
    """The settings of the same installation, with another model."""
    return hashed.model_copy(update={"embedder": "static"})


class Gate:
    """Lets so many batches of the new model through and then holds the next until it is opened."""

    def __init__(self, patch: pytest.MonkeyPatch, batches: int) -> None:
        self.open = threading.Event()
        self.embedded = 0
        real = StaticEmbedder.embed_documents

        def gated(embedder: StaticEmbedder, texts: Sequence[str]) -> Vectors:
            if threading.current_thread().name == "embedding model":
                if self.embedded >= batches * 64:
                    assert self.open.wait(timeout=60)
                self.embedded += len(texts)
            return real(embedder, texts)

        patch.setattr(StaticEmbedder, "embed_documents", gated)


def silver(folder: Path) -> Path:
    """A document that is none of the corpus's."""
    return write_document(folder / "los", "zilver", "Meester Jonker maakt een ketel van zilver.")


def rows(settings: Settings) -> dict[str, int]:
    """The collections on disk, and how many rows each has."""
    return {store.name: len(store) for store in ChunkStore.existing(settings.data_dir / "index")}


def new_name(settings: Settings) -> str:
    embedder = open_embedder(settings)
    assert embedder is not None
    return ChunkStore.name_of(f"{embedder.fingerprint}-c{CHUNKER_VERSION}")


def killed_after(settings: Settings, batches: int) -> None:
    """Have a process make the vectors of the model in the settings, and kill it after some batches."""
    command = [sys.executable, str(WRITER), str(settings.data_dir.parent), str(settings.corpus_dir), settings.embedder]
    outside = {**environment(settings.data_dir.parent, settings.corpus_dir), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=outside, text=True) as process:
        assert process.stdout is not None
        try:
            said = [process.stdout.readline() for _ in range(batches)]
        finally:
            os.kill(process.pid, signal.SIGKILL)
    assert all(line.startswith(new_name(settings)) for line in said), said


def test_the_old_model_answers_until_the_new_is_complete(static: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the new vectors are made the old ones are searched; how many are still to come is told; then they go."""
    gate = Gate(monkeypatch, batches=2)
    with Workspace.open(static) as workspace:
        client = TestClient(create_app(static, workspace))
        workspace.start_background()
        total = len(workspace.knowledge.snapshot.chunks)
        until(lambda: gate.embedded >= 128 and workspace.vectors.pending < total)
        ready = client.get("/api/ready").json()
        assert (ready["method"], ready["model"]) == ("hybrid", "loading")
        assert 0 < ready["vectors_pending"] <= total - 64
        assert isinstance(workspace.vectors.embedder, HashEmbedder)
        assert "vectors" in workspace.knowledge.search("de ketel")[0].found_by
        assert workspace.verify().ok
        gate.open.set()
        until(lambda: workspace.vectors.state == "ready")
        assert workspace._background is not None
        workspace._background.join(timeout=60)
        ready = client.get("/api/ready").json()
        assert (ready["method"], ready["model"], ready["vectors_pending"]) == ("hybrid", "ready", 0)
        assert isinstance(workspace.vectors.embedder, StaticEmbedder)
        assert rows(static) == {new_name(static): total}
        assert [path.name for path in (static.data_dir / "index").glob("*.json")] == [f"{new_name(static)}.json"]
        assert workspace.verify().ok


def test_documents_come_and_go_meanwhile(static: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the new vectors are made documents are taken in and out at once, and are searched by the old model."""
    gate = Gate(monkeypatch, batches=2)
    with Workspace.open(static) as workspace:
        workspace.start_background()
        until(lambda: gate.embedded >= 128)
        report = workspace.add([silver(tmp_path)])
        workspace.remove(["werkplaats-0", f"werkplaats-{DOCUMENTS - 1}"])
        assert len(report.added) == 1 and workspace.vectors.state == "loading"
        assert workspace.knowledge.search("ketel van zilver")[0].found_by == ("words", "vectors")
        assert workspace.verify().ok
        gate.open.set()
        until(lambda: workspace.vectors.state == "ready")
        assert isinstance(workspace.vectors.embedder, StaticEmbedder)
        assert workspace.verify().ok
        assert len(workspace.vectors.store or ()) == len(workspace.knowledge.snapshot.chunks)


def test_killed_halfway_both_are_usable(static: Settings, hashed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill amid the new vectors the old are complete, and the new go on where they stopped."""
    killed_after(static, batches=2)
    total = rows(hashed)[OLD]
    begun = rows(static)[new_name(static)]
    assert 128 <= begun < total
    with Workspace.open(static, sync=False) as workspace:
        assert workspace.verify().ok, "what is still being made is no fault"
    gate = Gate(monkeypatch, batches=0)
    with Workspace.open(static) as workspace:
        workspace.start_background()
        until(lambda: workspace.knowledge.method == "hybrid")
        assert isinstance(workspace.vectors.embedder, HashEmbedder)
        assert "vectors" in workspace.knowledge.search("de ketel")[0].found_by
        gate.open.set()
        until(lambda: workspace.vectors.state == "ready")
        assert workspace.verify().ok
    assert gate.embedded == total - begun
    assert rows(static) == {new_name(static): total}


def test_killed_halfway_one_may_go_back(static: Settings, hashed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill amid the new vectors the old setting works as before, without embedding anything anew."""
    killed_after(static, batches=1)

    def never(*_: object) -> Vectors:
        raise AssertionError("there is nothing to embed")

    monkeypatch.setattr(HashEmbedder, "embed_documents", never)
    with Workspace.open(hashed) as workspace:
        workspace.load_vectors()
        assert (workspace.vectors.state, workspace.knowledge.method) == ("ready", "hybrid")
        assert workspace.verify().ok
    assert set(rows(hashed)) == {OLD}


def test_what_was_never_complete_is_not_searched(static: Settings, hashed: Settings) -> None:
    """Half a collection of an earlier model is no stand-in: words answer until the new one is complete."""
    shutil.rmtree(static.data_dir / "index")
    killed_after(static, batches=1)
    assert 0 < rows(static)[new_name(static)] < DOCUMENTS * 6
    assert VectorIndex(hashed).earlier() is None


def test_a_new_model_that_cannot_be_loaded(hashed: Settings, tmp_path: Path) -> None:
    """Where the new model is not there, that is said, and the old one goes on."""
    (tmp_path / "model").mkdir()
    with Workspace.open(hashed.model_copy(update={"embedder": str(tmp_path / "model")})) as workspace:
        workspace.start_background()
        until(lambda: workspace.vectors.state == "failed")
        assert "modules.json" in workspace.vectors.message
        assert workspace.knowledge.method == "hybrid"
        workspace.add([silver(tmp_path)])
        assert workspace.knowledge.search("ketel van zilver")[0].found_by == ("words", "vectors")
        assert workspace.verify().ok
    assert set(rows(hashed)) == {OLD}


def test_a_static_model_that_was_changed_in_its_folder(hashed: Settings, tmp_path: Path) -> None:
    """An earlier model is used only while it is what it was: its vectors are not compared with another's."""
    model = tmp_path / "model"
    small_model(model, 8)
    with Workspace.open(hashed.model_copy(update={"embedder": str(model)})) as workspace:
        workspace.load_vectors()
    index = VectorIndex(hashed)
    found = index.earlier()
    assert found is not None and found.embedder.dimension == 8
    small_model(model, 12)
    assert index.earlier() is None


def small_model(folder: Path, dimension: int) -> None:
    """A static model of a few words, in the form of model2vec."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    folder.mkdir(exist_ok=True)
    words = {word: number for number, word in enumerate(("[UNK]", "ketel", "koper", "meester", "van", "een"))}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()  # type: ignore[assignment]
    tokenizer.save(str(folder / "tokenizer.json"))
    values = np.random.default_rng(dimension).normal(size=(len(words), dimension)).astype(np.float32)
    save_file({"embeddings": values}, str(folder / "model.safetensors"))
    (folder / "config.json").write_text('{"model_type": "model2vec"}')


def test_a_search_under_way_when_its_collection_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search on a collection that is deleted under it finds nothing, so that words answer, once it is retired."""
    monkeypatch.setattr("kb.store.MOST", 0)  # of a small one there is a working copy, which goes on answering
    stores = [ChunkStore(tmp_path / "index", name) for name in ("oud-8", "nieuw-8")]
    vector = np.eye(8, dtype=np.float32)
    for store in stores:
        store.upsert([f"d{number}" for number in range(8)], vector)
    assert stores[0].search(vector[0], 1)[0][0] == "d0"
    stores[1].drop_others()
    with pytest.raises(IndexUnavailable):
        stores[0].search(vector[0], 1)
    stores[0].retire()
    assert stores[0].search(vector[0], 1) == []
    assert stores[1].search(vector[0], 1)[0][0] == "d0"
    stores[1].close()


@pytest.fixture
def noted(hashed: Settings) -> Iterator[Path]:
    """The note of a complete collection."""
    path = hashed.data_dir / "index" / f"{OLD}.json"
    assert path.exists()
    yield path


@pytest.mark.parametrize("damage", [None, b"", b"{", b"[]", b'{"maker": 1, "complete": true, "held": {}}'])
def test_the_note_may_be_thrown_away(hashed: Settings, noted: Path, damage: bytes | None) -> None:
    """Without a note that can be read all ids are compared, and it is written anew."""
    noted.unlink() if damage is None else noted.write_bytes(damage)
    with Workspace.open(hashed) as workspace:
        workspace.load_vectors()
        assert workspace.verify().ok
    note = Note.read(hashed.data_dir / "index", OLD)
    assert note is not None and note.complete and note.held is not None and len(note.held) == DOCUMENTS


def test_a_row_that_is_gone_is_noticed_by_the_count(hashed: Settings, noted: Path) -> None:
    """Where the note says that all is there but a row is not, it is embedded anew at the next start."""
    store = ChunkStore(hashed.data_dir / "index", OLD.removeprefix("chunks-"))
    lost = sorted(store.ids())[7]
    store.delete([lost])
    store.close()
    with Workspace.open(hashed) as workspace:
        workspace.load_vectors()
        assert workspace.verify().ok
        assert workspace.vectors.store is not None and lost in workspace.vectors.store.ids()


def test_in_step_nothing_is_compared(hashed: Settings, noted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start at which nothing changed reads neither the ids in the index nor the chunks on disk."""

    def never(*_: object) -> None:
        raise AssertionError("there is nothing to compare")

    monkeypatch.setattr(ChunkStore, "ids", never)
    with Workspace.open(hashed) as workspace:
        monkeypatch.setattr(workspace.library, "answerable", never)
        workspace.load_vectors()
        assert workspace.vectors.state == "ready"


def test_the_note_is_not_certain_amid_a_change(hashed: Settings, noted: Path, tmp_path: Path) -> None:
    """From the first change to the close the note does not say what is held, so that a kill cannot make it lie."""
    with Workspace.open(hashed) as workspace:
        workspace.load_vectors()
        workspace.add([silver(tmp_path)])
        note = Note.read(hashed.data_dir / "index", OLD)
        assert note is not None and note.complete and note.held is None
    note = Note.read(hashed.data_dir / "index", OLD)
    assert note is not None and note.held is not None and "zilver" in note.held


def test_a_sync_without_changes_opens_no_index(
    hashed: Settings, static: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the note says that all is in step the index stays closed; with a change or another model it is opened."""

    def never(*_: object) -> None:
        raise AssertionError("the index was opened")

    with Workspace.open(hashed) as workspace, monkeypatch.context() as patch:
        patch.setattr(ChunkStore, "__init__", never)
        workspace.bring_vectors_in_step()
        assert not workspace.vectors.in_step(Library(tmp_path / "elders"))
    with Workspace.open(hashed) as workspace:
        workspace.add([silver(tmp_path)])
        workspace.bring_vectors_in_step()
        assert workspace.vectors.state == "ready" and workspace.verify().ok
    assert not VectorIndex(static).in_step(workspace.library)
    shutil.rmtree(hashed.data_dir / "index")
    assert not VectorIndex(hashed).in_step(workspace.library)
