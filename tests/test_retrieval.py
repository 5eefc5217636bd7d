"""Finding passages: one contract for every way of finding, and the sum of two rankings."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from conftest import CRAFT, make_settings
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb.embedding import Embedder, HashEmbedder, open_embedder
from kb.keyword_index import KeywordIndex
from kb.language import is_stop, stem, tokens
from kb.retrieval import HybridRetriever, Retriever, VectorRetriever, WordRetriever, fuse
from kb.types import Chunk, DocumentKind, Filters, Metadata, Question, ScoredChunk, Term

ALL = 50
QUESTIONS = [
    "Welke opleiding duurt drie jaar?",
    "boekbinden",
    "Wie is de leermeester van de pilot boekbinden?",
    "How many apprentices are there?",
    "zeildoek snijden",
]


class Found(NamedTuple):
    """One way of finding, on the invented collection."""

    retriever: Retriever
    workspace: Workspace

    def __call__(self, text: str, k: int = ALL, filters: Filters | None = None) -> list[ScoredChunk]:
        return self.retriever.retrieve(self.understood(text), k, filters or Filters())

    def understood(self, text: str) -> Question:
        return self.workspace.knowledge.snapshot.analyst.understand(text)


@pytest.fixture(params=["words", "vectors", "hybrid"])
def find(request: pytest.FixtureRequest, reading_room: Workspace) -> Found:
    """Each of the three, made from its parts."""
    store = reading_room.vectors.store
    assert store is not None
    snapshot = reading_room.knowledge.snapshot
    words = WordRetriever(snapshot.index)
    vectors = VectorRetriever(store, HashEmbedder(), snapshot.chunks)
    made: dict[str, Retriever] = {
        "words": words,
        "vectors": vectors,
        "hybrid": HybridRetriever(words, vectors, 0.1, 0.3),
    }
    return Found(made[request.param], reading_room)


# --- the contract -------------------------------------------------------------------------------------------------


def plain_terms(text: str) -> list[Term]:
    """The words of a text as terms, without any knowledge of a glossary; for search outside a conversation."""
    return [Term(t.surface, (stem(t.word),), 1.0) for t in tokens(text) if not is_stop(t.word)]


@pytest.mark.parametrize("text", QUESTIONS)
def test_best_first_and_at_most_k(find: Found, text: str) -> None:
    """Scores fall, no passage comes twice, there are never more than asked, and fewer are the best ones."""
    every = find(text)
    scores = [hit.score for hit in every]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.chunk.id for hit in every}) == len(every)
    for k in (1, 2, 5):
        assert [hit.score for hit in find(text, k)] == pytest.approx(scores[:k], abs=1e-6)


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_same_question_finds_the_same(find: Found, text: str) -> None:
    """Finding is repeatable."""
    assert find(text, 5) == find(text, 5)


def test_the_right_passage_comes_first(find: Found) -> None:
    """A question in the words of one passage finds that passage first."""
    assert find("zeildoek snijden met de hand")[0].chunk.section[-1] == "Lesstof"
    assert find("lesgeld 450 euro per jaar")[0].chunk.section[-1] == "Duur en kosten"


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        (Filters(kind=(DocumentKind.CONCEPT,)), {"begrippen/meesterproef"}),
        (Filters(sector=("zeilmakerij",)), {"pilots/waterland-zeilmaken"}),
        (
            Filters(institution=("Noorderlicht Academie",)),
            {"pilots/noorderlicht-boekbinden", "pilots/noorderlicht-glasblazen"},
        ),
        (Filters(institution=("Noorderlicht Academie",), level=("meester",)), {"pilots/noorderlicht-glasblazen"}),
        (
            Filters(sector=("glasblazerij", "zeilmakerij")),
            {"pilots/noorderlicht-glasblazen", "pilots/waterland-zeilmaken"},
        ),
        (Filters(sector=("mijnbouw",)), set()),
    ],
)  # fmt: skip
def test_filters(find: Found, filters: Filters, documents: set[str]) -> None:
    """What a filter leaves out is never found, and all documents it leaves in can be, even far down."""
    assert {hit.chunk.document_id for hit in find("leerlingen en hun meesterproef", ALL, filters)} == documents
    first = find("leerlingen en hun meesterproef", 1, filters)
    assert len(first) == min(1, len(documents))


@pytest.mark.parametrize("text", QUESTIONS)
def test_no_hit_scores_nothing(find: Found, text: str) -> None:
    """What has nothing to do with the question is not found at all, rather than last."""
    assert all(hit.score > 0 for hit in find(text))


def test_found_by_says_how(find: Found) -> None:
    """Each passage tells which search found it."""
    names = {name for hit in find("boekbinden") for name in hit.found_by}
    assert names and names <= {"words", "vectors"}


def test_words_never_find_what_shares_nothing(reading_room: Workspace) -> None:
    """Word search gives no hits of score zero, and none at all for words that are nowhere."""
    retriever = WordRetriever(reading_room.knowledge.snapshot.index)
    understand = reading_room.knowledge.snapshot.analyst.understand
    assert all(hit.score > 0 for text in QUESTIONS for hit in retriever.retrieve(understand(text), ALL, Filters()))
    assert retriever.retrieve(understand("xqzwv jjkqx"), ALL, Filters()) == []
    assert retriever.retrieve(understand("de het een"), ALL, Filters()) == []


def test_vectors_of_removed_passages_are_not_found(reading_room: Workspace) -> None:
    """A row of the store without a passage is passed over."""
    store = reading_room.vectors.store
    assert store is not None
    few = reading_room.knowledge.snapshot.chunks[:3]
    retriever = VectorRetriever(store, HashEmbedder(), few)
    understand = reading_room.knowledge.snapshot.analyst.understand
    found = retriever.retrieve(understand("leerlingen"), ALL, Filters())
    assert {hit.chunk.id for hit in found} <= {chunk.id for chunk in few}


# --- vectors ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["hash", pytest.param("minilm", marks=pytest.mark.slow)])
def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> Embedder:
    """Each of the models that come with the project."""
    opened = open_embedder(make_settings(tmp_path, CRAFT, embedder=request.param))
    assert opened is not None
    return opened


def test_the_contract_of_an_embedder(embedder: Embedder) -> None:
    """Vectors are rows of unit length, the same for the same text in any company, and nearer for a likelier text."""
    texts = ["Een zeilmaker naait zeilen.", "De zeilmaker naait een zeil.", "Glas is heet en breekbaar."]
    vectors = embedder.embed_documents(texts)
    assert (vectors.dtype, vectors.shape) == (np.float32, (3, embedder.dimension))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert embedder.embed_documents(texts[1:2])[0] == pytest.approx(vectors[1], abs=1e-5)
    near, far = vectors[1:] @ embedder.embed_queries(["Wie naait zeilen?"])[0]
    assert near > far
    assert embedder.fingerprint and set(embedder.fingerprint) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_another_model_has_another_fingerprint() -> None:
    """What shapes a vector is in the fingerprint, so that two that differ are never compared."""
    assert HashEmbedder(64).fingerprint != HashEmbedder(256).fingerprint == HashEmbedder().fingerprint


@pytest.mark.parametrize("name", ["none", "", "geen", " NONE "])
def test_no_model(tmp_path: Path, name: str) -> None:
    """Who wants none gets none."""
    assert open_embedder(make_settings(tmp_path, CRAFT, embedder=name)) is None


# --- words --------------------------------------------------------------------------------------------------------


def chunk(number: int, text: str, title: str = "", section: tuple[str, ...] = ()) -> Chunk:
    return Chunk(f"x@0#{number}", "x", "0", 0, len(text), text, None, section, Metadata(title=title))


def first(index: KeywordIndex, text: str) -> str:
    hits = index.search(plain_terms(text), 10)
    return hits[0][0].text if hits else ""


@pytest.mark.parametrize("asked", ["zeilmaker", "zeilmakers", "Zeilmaker", "de zeilmaker"])
def test_words_are_found_by_their_stem(asked: str) -> None:
    """Inflection, capitals and stop words make no difference."""
    index = KeywordIndex(
        [chunk(0, "Een zeilmaker naait."), chunk(1, "Een glasblazer blaast."), chunk(2, "Een smid slaat.")]
    )
    assert first(index, asked) == "Een zeilmaker naait."


def test_parts_of_compounds_and_typing_errors_are_found() -> None:
    """A compound is found by its part, and a word by a slip of the pen, through the letters they share."""
    index = KeywordIndex(
        [chunk(0, "De werkplekbegeleider komt langs."), chunk(1, "Het glas is heet."), chunk(2, "Zij vaart uit.")]
    )
    assert first(index, "begeleider") == "De werkplekbegeleider komt langs."
    assert first(index, "werkplekbegeleidder") == "De werkplekbegeleider komt langs."


def test_headings_and_titles_count() -> None:
    """A passage is found by its heading or title where its text does not hold the word."""
    index = KeywordIndex(
        [chunk(0, "Drie jaar.", section=("Duur",)), chunk(1, "Vier."), chunk(2, "Vijf.", title="Reglement")]
    )
    assert first(index, "duur") == "Drie jaar."
    assert first(index, "reglement") == "Vijf."


def test_an_empty_index_finds_nothing() -> None:
    """Without documents nothing is found, and nothing fails."""
    assert KeywordIndex([]).search(plain_terms("boek"), 5) == []


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(text: str) -> None:
    """No text is query syntax: whatever is typed is searched for as words."""
    index = KeywordIndex([chunk(0, "Een zeilmaker naait.")])
    assert len(index.search(plain_terms(text), 5)) <= 1


# --- fusion -------------------------------------------------------------------------------------------------------

_SCORES = st.dictionaries(st.integers(0, 8), st.floats(0.01, 40), max_size=8)


def ranking(scores: dict[int, float], by: str) -> list[ScoredChunk]:
    hits = [ScoredChunk(chunk(n, str(n)), score, (by,)) for n, score in scores.items()]
    return sorted(hits, key=lambda hit: -hit.score)


@given(_SCORES, _SCORES, st.floats(0, 1))
def test_fusing_keeps_all_and_orders_them(words: dict[int, float], vectors: dict[int, float], share: float) -> None:
    """The fused ranking is the union of both, each passage once, with falling scores from 0 to 1, and who found it."""
    fused = fuse(ranking(words, "words"), ranking(vectors, "vectors"), share)
    assert {hit.chunk.text for hit in fused} == {str(n) for n in words.keys() | vectors.keys()}
    assert len(fused) == len(words.keys() | vectors.keys())
    scores = [hit.score for hit in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in scores)
    for hit in fused:
        expected = [name for name, held in (("words", words), ("vectors", vectors)) if int(hit.chunk.text) in held]
        assert list(hit.found_by) == expected


@given(_SCORES, _SCORES, st.floats(0, 1), st.randoms())
def test_fusing_does_not_depend_on_the_order(
    words: dict[int, float], vectors: dict[int, float], share: float, chance: object
) -> None:
    """The order in which hits are handed in makes no difference."""
    one, other = ranking(words, "words"), ranking(vectors, "vectors")
    fused = fuse(one, other, share)
    chance.shuffle(one)  # type: ignore[attr-defined]
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert fuse(one, other, share) == fused


@given(_SCORES, _SCORES)
def test_a_share_of_nothing_leaves_the_other_order(words: dict[int, float], vectors: dict[int, float]) -> None:
    """With no share for the vectors the words decide, and the other way round."""
    by_words, by_vectors = ranking(words, "words"), ranking(vectors, "vectors")
    for share, kept in ((0.0, by_words), (1.0, by_vectors)):
        places = {hit.chunk.id: hit.score for hit in fuse(by_words, by_vectors, share)}
        scores = [places[hit.chunk.id] for hit in kept]
        assert scores == sorted(scores, reverse=True)


@given(_SCORES, _SCORES, st.floats(0.05, 0.95), st.data())
def test_who_is_better_in_both_is_better_in_sum(
    words: dict[int, float], vectors: dict[int, float], share: float, data: st.DataObject
) -> None:
    """A passage that scores at least as well in both rankings as another one never ends below it."""
    both = sorted(words.keys() & vectors.keys())
    if len(both) < 2:
        return
    a, b = data.draw(st.permutations(both))[:2]
    if words[a] < words[b] or vectors[a] < vectors[b]:
        return
    score = {hit.chunk.text: hit.score for hit in fuse(ranking(words, "words"), ranking(vectors, "vectors"), share)}
    assert score[str(a)] >= score[str(b)] - 1e-12
