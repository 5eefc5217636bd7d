"""The measurements beside other frameworks and at scale: what their figures rest on."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import PROJECT
from rich.console import Console

from bench import scale, scale_texts
from bench.peers import __main__ as peers
from bench.peers import report, retrieval, with_routewijzer
from bench.peers.engines import Material
from kb.embedding import SHIPPED_STATIC, StaticEmbedder
from kb.types import Chunk, Metadata

POOL = [
    "De bakker in het dorp verkoopt iedere ochtend vers brood.",
    "Een kapper knipt het haar van zijn vaste klanten.",
    "Wie een fiets wil huren betaalt eerst een borgsom.",
    "Het zwembad is op maandag gesloten voor onderhoud.",
]


class Fixed:
    """An engine that always finds the same passages."""

    def __init__(self, found: Sequence[str]) -> None:
        self.found = found

    def search(self, text: str, k: int) -> list[str]:
        return list(self.found[:k])


def passages(texts: Sequence[str]) -> list[Chunk]:
    return [Chunk(f"d{n}#0", f"d{n}", "", 0, len(t), t, None, (), Metadata(title="")) for n, t in enumerate(texts)]


def pins(name: str) -> dict[str, str]:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_the_two_locks_pin_nothing_twice() -> None:
    """The second is installed over the first without resolving, so it may not change what the first pins."""
    assert pins("requirements-peers.lock")
    assert not pins("requirements-peers.lock").keys() & pins("requirements.lock").keys()


def test_without_the_frameworks_the_command_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are not installed the comparison ends with a message, not with a traceback."""
    monkeypatch.setattr(peers, "NEEDED", ("json", "no_such_framework", "no_such_framework.part"))
    monkeypatch.setattr("sys.argv", ["bench.peers"])
    with pytest.raises(SystemExit, match=r"no_such_framework, no_such_framework\.part; `make bench-peers`"):
        peers.main()


def test_passages_stand_for_their_documents_by_the_best_of_them() -> None:
    """A document counts once, where its first passage stands; its id may hold the sign that numbers passages."""
    found = retrieval.rankings(Fixed(["b#1", "a#b#0", "b#0", "c#12"]), {"q": "tekst"})
    assert found == {"q": ["b", "a#b", "c"]}


def test_every_engine_gets_every_question() -> None:
    """The times of all engines are taken over the same questions."""
    asked: dict[str, list[str]] = {"bare": [], "other": []}

    class Noting(Fixed):
        def __init__(self, name: str) -> None:
            super().__init__(["a#0"])
            self.name = name

        def search(self, text: str, k: int) -> list[str]:
            asked[self.name].append(text)
            return super().search(text, k)

    took = retrieval.latencies({name: Noting(name) for name in asked}, ["een", "twee", "drie"], random.Random(1))
    assert asked == {"bare": ["een", "twee", "drie"], "other": ["een", "twee", "drie"]}
    assert took.keys() == asked.keys()


def test_routewijzer_is_measured_as_it_searches(tmp_path: Path) -> None:
    """Its engine answers from a real index over the given passages."""
    embedder = StaticEmbedder(SHIPPED_STATIC)
    engine = with_routewijzer.with_static(Material(passages(POOL), embedder.embed_documents(POOL), tmp_path))
    assert engine.search("Hoeveel is de borgsom van een huurfiets?", 2)[0] == "d2#0"


def test_times_are_shown_as_ratios_to_the_bare_search() -> None:
    """What people read is how many times the baseline something takes."""
    quality = {name: {"ndcg@10": 0.5} for name in ("bare", "other")}
    latency = {"bare": {"p50": 2.0, "p95": 4.0}, "other": {"p50": 3.0, "p95": 16.0}}
    row = {"queries": 1, "passages": 1, "quality": quality, "latency_ms": latency}
    ingest = {
        "bare": {"seconds": 10.0, "again": 10.0, "passages": 3, "mb": 1.0},
        "other": {"seconds": 25.0, "again": 0.5, "passages": 3, "mb": 1.0},
    }
    out = io.StringIO()
    report.show({"retrieval": {"a set": row}, "ingest": ingest}, Console(file=out, width=150))
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert ["other,", "×", "bare", "1.50", "/", "4.00"] in lines
    assert ["other", "3", "25.0", "2.50", "0.50", "0.020", "1.0"] in lines


def test_a_larger_collection_begins_with_the_smaller_one() -> None:
    """The same seed gives the same chunks, however many are asked for; their ids are all different."""
    small = list(scale_texts.Collection(POOL).chunks(30))
    large = list(scale_texts.Collection(POOL).chunks(90))
    assert large[:30] == small
    assert len({chunk.id for chunk in large}) == 90
    assert len({chunk.text for chunk in large}) == 90


def test_the_dictionary_grows_with_the_collection() -> None:
    """Words are invented all along, so that ten times the text has clearly more different words."""
    chunks = list(scale_texts.Collection(POOL).chunks(400))
    few = {word for chunk in chunks[:40] for word in chunk.text.split()}
    many = {word for chunk in chunks for word in chunk.text.split()}
    assert len(many) > 2 * len(few)


def test_sentences_come_from_documents_and_retrieval_sets(tmp_path: Path) -> None:
    """Both forms are read; what is too short for a sentence is left out."""
    (tmp_path / "blad.md").write_text(f"# Kop\n\n{POOL[0]} Kort.\n", encoding="utf-8")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "corpus.jsonl").write_text(json.dumps({"_id": "1", "text": POOL[1]}), encoding="utf-8")
    assert sorted(scale_texts.sentences_at_hand([tmp_path])) == sorted(POOL[:2])


def test_a_typing_error_swaps_two_letters_of_the_longest_word() -> None:
    """The rest of the question stays as it is."""
    text = "Wat is de borgsom van een fiets?"
    wrong = scale.mistyped(text, random.Random(3))
    changed = [a for a, (x, y) in enumerate(zip(text, wrong, strict=True)) if x != y]
    assert sorted(text) == sorted(wrong)
    assert len(changed) == 2 and changed[1] == changed[0] + 1
    assert text[changed[0]] in "borgsom"


def test_a_size_is_measured_from_texts_to_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step has its times, on real indexes over as many chunks as were asked for."""
    monkeypatch.setattr(scale, "QUESTIONS", 6)
    monkeypatch.setattr(scale, "WARM_UP", 3)
    figures = scale.measure(POOL, 60, profile=True)
    assert figures["latency_ms"].keys() == {"bare", *scale.STEPS}
    assert all(0 < took["p50"] <= took["p95"] for took in figures["latency_ms"].values())
    assert figures["different_words"] > 40
    assert "/kb/" in figures["profile"]
    out = io.StringIO()
    scale.show([figures], Console(file=out, width=150))
    assert "60 chunks" in out.getvalue()
