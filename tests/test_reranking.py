"""Reranking by a cross-encoder: when it is there it orders the best passages, and when it is not nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CRAFT, assert_sound, make_settings

import kb.hub
import kb.reranking
from ingest.workspace import Workspace
from kb.reranking import CrossEncoderReranker, Reranking
from kb.types import Chunk, Metadata, Question, ScoredChunk

TEXTS = ["een zeil", "glas", "de naald van de werf", "een boek binden", "leer"]
ASKED = Question("Wie naait een zeil?", "nl", "who", (), standalone="Wie naait een zeil?")


def small_cross_encoder(folder: Path, outputs: int = 1) -> Path:
    """A cross-encoder of one layer with weights drawn by chance, saved as its authors save theirs."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir(parents=True)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(2)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=outputs,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(str(folder))
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_cross_encoder(tmp_path_factory.mktemp("cross") / "encoder")


def reranking(tmp_path: Path, name: object = "", passages: int = 20) -> Reranking:
    return Reranking(make_settings(tmp_path, CRAFT, reranker=str(name), reranker_passages=passages))


def hits(count: int = len(TEXTS)) -> list[ScoredChunk]:
    chunks = [Chunk(f"d@0#{n}", "d", "0", 0, len(t), t, None, (), Metadata(title="")) for n, t in enumerate(TEXTS)]
    return [ScoredChunk(chunk, 1.0 - n / 10, ("words",)) for n, chunk in enumerate(chunks[:count])]


# --- without a model ----------------------------------------------------------------------------------------------


def test_without_a_setting_nothing_is_loaded(tmp_path: Path) -> None:
    """Where no model is named the order stays, and no thread is started."""
    none = reranking(tmp_path)
    before = threading.active_count()
    assert none.reranked(ASKED, hits()) == hits()
    assert (none.state, threading.active_count()) == ("off", before)


@pytest.mark.parametrize("name", ["/nergens/model", "./model", "modellen/van/ons"])
def test_a_folder_that_is_not_there(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """A model that is not there is told of once, with the setting that names it, and the order stays."""
    missing = reranking(tmp_path, name)
    with caplog.at_level(logging.WARNING, logger="routewijzer"):
        missing.wait()
        assert missing.reranked(ASKED, hits()) == missing.reranked(ASKED, hits()) == hits()
    assert missing.state == "failed"
    assert name in missing.message and "ROUTEWIJZER_RERANKER" in missing.message
    assert [name in record.getMessage() for record in caplog.records] == [True]


def test_a_model_on_a_hub_that_is_no_cross_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the hub has no configuration of is refused before anything is fetched."""
    monkeypatch.setattr(kb.hub, "_ask", lambda _: {"README.md"})
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    refused = reranking(tmp_path, "een/twee")
    refused.wait()
    assert refused.state == "failed" and "config.json" in refused.message


def test_answers_go_on_without_the_model(tmp_path: Path) -> None:
    """With a model that cannot be loaded everything is found and answered as without one."""
    question = "Wat is een meesterproef?"
    answers = []
    for name in ("", "/nergens/model"):
        with Workspace.open(make_settings(tmp_path / str(len(answers)), CRAFT, reranker=name)) as opened:
            opened.knowledge.reranking.wait()
            answers.append((opened.knowledge.search(question), opened.knowledge.ask(question).statements))
    assert answers[0] == answers[1]
    assert answers[0][1]


# --- with a model -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_best_passages_get_the_order_of_the_model(model: Path, tmp_path: Path) -> None:
    """The first passages are ordered by the squashed output of the model, the others follow in their own order."""
    some = reranking(tmp_path, model, passages=3)
    some.wait()
    assert (some.state, some.message) == ("ready", "")
    found = some.reranked(ASKED, hits())
    from torch.nn import Identity

    pairs = [(ASKED.text, text) for text in TEXTS[:3]]
    raw = CrossEncoderReranker(str(model))._model.predict(pairs, activation_fn=Identity())
    expected = dict(zip(TEXTS, 1 / (1 + np.exp(-raw)), strict=False))
    assert [hit.chunk.text for hit in found] == [*sorted(expected, key=lambda t: -expected[t]), *TEXTS[3:]]
    assert [hit.score for hit in found[:3]] == pytest.approx(sorted(expected.values(), reverse=True), abs=1e-5)
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0 and scores[0] < 1
    assert [hit.chunk.text for hit in found] != TEXTS, "the model of chance must change the order"


@pytest.mark.slow
def test_passages_keep_their_order_until_the_model_is_there(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the model is being loaded nobody waits for it."""
    may_load = threading.Event()
    real: Callable[[str], Any] = kb.reranking.cross_encoder
    monkeypatch.setattr(kb.reranking, "cross_encoder", lambda name: may_load.wait(60) and real(name))
    slow = reranking(tmp_path, model)
    assert slow.reranked(ASKED, hits()) == hits() and slow.state == "loading"
    may_load.set()
    slow.wait()
    assert slow.state == "ready"
    assert slow.reranked(ASKED, hits()) != hits()


@pytest.mark.slow
@pytest.mark.parametrize("fault", [RuntimeError("Already borrowed"), None])
def test_a_model_that_fails_on_a_question(
    model: Path, tmp_path: Path, fault: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the model fails, or gives what is no number, the passages keep their order and the log says so."""
    broken = reranking(tmp_path, model)
    broken.wait()

    def predict(pairs: list[object], **_: object) -> object:
        if fault is not None:
            raise fault
        return np.full(len(pairs), np.nan)

    broken._reranker._model.predict = predict  # type: ignore[union-attr]
    with caplog.at_level(logging.WARNING, logger="routewijzer"):
        assert broken.reranked(ASKED, hits()) == hits()
    assert "not reranked" in caplog.text


@pytest.mark.slow
def test_models_that_cannot_be_used(tmp_path: Path) -> None:
    """A folder without a model, and a model that gives no single score, are told of by name."""
    (tmp_path / "leeg").mkdir()
    for folder, said in ((tmp_path / "leeg", "niet worden geladen"), (small_cross_encoder(tmp_path / "twee", 2), "2")):
        refused = reranking(tmp_path, folder)
        refused.wait()
        assert refused.state == "failed"
        assert str(folder) in refused.message and said in refused.message


@pytest.mark.slow
def test_answers_with_a_reranker(model: Path, tmp_path: Path) -> None:
    """Search and answers go through the model once it is loaded; word search alone does not."""
    settings = make_settings(tmp_path, CRAFT, embedder="hash", reranker=str(model), answer_threshold=0.0)
    with Workspace.open(settings) as opened:
        opened.load_vectors()
        knowledge = opened.knowledge
        assert knowledge.reranking.state != "waiting"
        knowledge.reranking.wait()
        question = "leerlingen en hun meesterproef"
        found = knowledge.search(question)
        texts = ["\n".join(dict.fromkeys((h.chunk.metadata.title, *h.chunk.section, h.chunk.text))) for h in found]
        scores = knowledge.reranking._reranker.scores(question, texts)  # type: ignore[union-attr]
        assert [hit.score for hit in found] == pytest.approx(scores, abs=1e-5)
        assert len({round(score, 6) for score in scores}) > 3
        assert [h.chunk.id for h in knowledge.search(question, method="words")] != [h.chunk.id for h in found]
        assert_sound(knowledge.ask("Wat is een meesterproef?"), opened.library)
