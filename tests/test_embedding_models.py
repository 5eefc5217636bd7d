"""Models of sentence-transformers: their own prompts are used, and a hub that is not there costs seconds."""

from __future__ import annotations

import http.server
import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import CRAFT, make_settings, write_document

import kb.hub
from ingest.workspace import Workspace
from kb.embedding import SHIPPED_STATIC, Embedder, SentenceTransformerEmbedder, StaticEmbedder, open_embedder
from kb.errors import ModelUnavailable
from kb.store import ChunkStore

PROMPTS = {"query": "vraag: ", "document": "stuk: "}


def small_bert(folder: Path, prompts: dict[str, str]) -> Path:
    """A sentence-transformers model of one layer with weights drawn by chance, saved as its authors' are."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    raw = folder / "raw"
    raw.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "vraag", "stuk", ":", *"abcdefghijklmnopqrstuvwxyz"]
    words += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    (raw / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(str(raw))
    BertTokenizer(str(raw / "vocab.txt")).save_pretrained(str(raw))
    layers = [Transformer(str(raw)), Pooling(16)]
    model = SentenceTransformer(modules=layers, prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_bert(tmp_path_factory.mktemp("prompted"), PROMPTS)


def opened(folder: Path, tmp_path: Path, **others: str) -> Embedder:
    embedder = open_embedder(make_settings(tmp_path, CRAFT, embedder=str(folder), **others))
    assert isinstance(embedder, SentenceTransformerEmbedder)
    return embedder


@pytest.mark.slow
def test_the_prompts_of_a_model_are_used(prompted: Path, tmp_path: Path) -> None:
    """A question gets the model's own prompt for questions, a passage that for passages."""
    assert json.loads((prompted / "config_sentence_transformers.json").read_text())["prompts"] == PROMPTS
    embedder = opened(prompted, tmp_path)
    plain = embedder._model.encode(["vraag: zeil", "stuk: zeil", "zeil"], normalize_embeddings=True)  # type: ignore[attr-defined]
    assert embedder.embed_queries(["zeil"])[0] == pytest.approx(plain[0], abs=1e-5)
    assert embedder.embed_documents(["zeil"])[0] == pytest.approx(plain[1], abs=1e-5)
    assert np.abs(plain[0] - plain[1]).max() > 0.01 and np.abs(plain[0] - plain[2]).max() > 0.01


@pytest.mark.slow
def test_a_prefix_of_the_settings_goes_before_the_prompt_of_the_model(prompted: Path, tmp_path: Path) -> None:
    """Who sets a prefix gets that and not the model's own, each for its own side, and vectors of their own."""
    embedder = opened(prompted, tmp_path, embedder_query_prefix="stuk: ")
    both = opened(prompted, tmp_path)
    assert embedder.embed_queries(["zeil"])[0] == pytest.approx(both.embed_documents(["zeil"])[0], abs=1e-5)
    assert embedder.embed_documents(["zeil"])[0] == pytest.approx(both.embed_documents(["zeil"])[0], abs=1e-5)
    assert embedder.fingerprint != both.fingerprint


@pytest.mark.slow
def test_other_prompts_are_another_model(prompted: Path, tmp_path: Path) -> None:
    """The same weights with other prompts have another fingerprint, so that their vectors never meet."""
    other = small_bert(tmp_path / "ander", {"query": "v: ", "document": ""})
    names = {opened(folder, tmp_path).fingerprint for folder in (prompted, prompted, other)}
    assert len(names) == 2


@pytest.mark.slow
def test_from_a_static_model_to_a_transformer(prompted: Path, tmp_path: Path) -> None:
    """While a transformer is loaded and its vectors are made, the static model's go on; then they are gone."""
    corpus = tmp_path / "corpus"
    for number in range(3):
        write_document(corpus, f"d{number}", f"De zeilmaker van haven {number} naait een zeil.")
    with Workspace.open(make_settings(tmp_path, corpus, embedder="static")) as workspace:
        workspace.load_vectors()
    settings = make_settings(tmp_path, corpus, embedder=str(prompted))
    served: list[type] = []
    with Workspace.open(settings) as workspace:
        real = workspace.vectors.load

        def load() -> object:
            served.append(type(workspace.vectors.embedder))
            assert workspace.knowledge.method == "hybrid"
            return real()

        workspace.vectors.load = load  # type: ignore[method-assign, assignment]
        workspace.start_background()
        assert workspace._background is not None
        workspace._background.join(timeout=120)
        assert workspace.vectors.state == "ready" and workspace.verify().ok
        assert served == [StaticEmbedder]
        assert isinstance(workspace.vectors.embedder, SentenceTransformerEmbedder)
    (left,) = ChunkStore.existing(settings.data_dir / "index")
    assert left.name.startswith("chunks-model-") and len(left) == 3


# --- a hub --------------------------------------------------------------------------------------------------------


class _Hub(http.server.BaseHTTPRequestHandler):
    """A hub that knows one model that is no sentence-transformers model, and no other."""

    def do_GET(self) -> None:
        known = self.path.endswith("/api/models/een/bert")
        body = {"id": "een/bert", "siblings": [{"rfilename": "config.json"}]} if known else {"error": "not found"}
        self.send_response(200 if known else 404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Makes a place on loopback the hub, with nothing fetched from it before, and short waits."""
    import huggingface_hub.constants

    def place(endpoint: str) -> None:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", endpoint)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", endpoint)
        monkeypatch.setattr(kb.hub, "HUB_SECONDS", 0.5)

    yield place


def said(tmp_path: Path, name: str) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as raised:
        open_embedder(make_settings(tmp_path, CRAFT, embedder=name))
    assert name in raised.value.nl and name in raised.value.en
    return raised.value


def test_a_hub_that_is_not_there(hub: Callable[[str], None], tmp_path: Path) -> None:
    """Where nobody listens, the message names the model and what to do, without any further try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        hub(f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = said(tmp_path, "een/twee")
    assert "ROUTEWIJZER_EMBEDDER" in error.nl and "map van het model" in error.nl
    assert "ROUTEWIJZER_EMBEDDER" in error.en and "model's folder" in error.en


def test_a_hub_that_gives_no_answer(hub: Callable[[str], None], tmp_path: Path) -> None:
    """A hub that takes the call and stays silent is waited for once, and not for each file."""
    calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    calls.append(server.accept()[0])
                except TimeoutError:
                    continue

        listening = threading.Thread(target=listen)
        listening.start()
        hub(f"http://127.0.0.1:{server.getsockname()[1]}")
        try:
            assert "netwerk" in said(tmp_path, "een/twee").nl
        finally:
            ended.set()
            listening.join()
            for call in calls:
                call.close()
    assert len(calls) == 1


def test_a_hub_that_does_not_know_the_model(hub: Callable[[str], None], tmp_path: Path) -> None:
    """A name that the hub does not know, or that is no sentence-transformers model, is refused before it is fetched."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        hub(f"http://127.0.0.1:{server.server_address[1]}")
        try:
            assert "bestaat het" in said(tmp_path, "een/onbekend").nl
            assert "modules.json" in said(tmp_path, "een/bert").nl
        finally:
            server.shutdown()


@pytest.mark.parametrize("name", ["/nergens/model", "./model", "modellen/van/ons", "C:\\modellen\\ons"])
def test_a_folder_that_is_not_there_is_asked_of_no_hub(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be no name on a hub is a folder that does not exist."""
    monkeypatch.setattr(kb.hub, "_ask", lambda _: pytest.fail("a hub was asked"))
    assert "bestaat niet" in said(tmp_path, name).nl


@pytest.mark.slow
def test_a_model_that_was_fetched_before_needs_no_hub(
    prompted: Path, hub: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the hub's cache is loaded from there, and the hub is not asked anything."""
    snapshot = tmp_path / "hub" / "models--een--twee" / "snapshots" / ("0" * 40)
    snapshot.parent.mkdir(parents=True)
    shutil.copytree(prompted, snapshot)
    (tmp_path / "hub" / "models--een--twee" / "refs").mkdir()
    (tmp_path / "hub" / "models--een--twee" / "refs" / "main").write_text("0" * 40)
    hub("http://127.0.0.1:9")
    monkeypatch.setattr(kb.hub, "_ask", lambda _: pytest.fail("a hub was asked"))
    embedder = open_embedder(make_settings(tmp_path, CRAFT, embedder="een/twee"))
    assert embedder is not None and embedder.dimension == 16


def test_the_shipped_model_is_read_by_others_too() -> None:
    """model2vec and sentence-transformers give the vectors that the program's own reader gives."""
    from model2vec import StaticModel
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    texts = ["Hoe beginnen wij een leerroute?", "How do we start?", "De leerling werkt vier dagen, ook 's avonds."]
    folder = str(SHIPPED_STATIC)
    ours = StaticEmbedder(SHIPPED_STATIC).embed_documents(texts)
    model2vec = StaticModel.from_pretrained(folder).encode(texts)
    transformers = SentenceTransformer(modules=[StaticEmbedding.from_model2vec(folder)], device="cpu")
    for theirs in (model2vec, transformers.encode(texts, normalize_embeddings=True)):
        assert np.allclose((ours * theirs).sum(axis=1), 1.0, atol=2e-3)
    files = [path for path in SHIPPED_STATIC.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 25_000_000
