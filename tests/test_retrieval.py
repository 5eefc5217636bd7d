"""Finding passages: one contract for every way of finding, and the sum of two rankings."""

from __future__ import annotations

import gc
import weakref
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
from kb.retrieval import HybridRetriever, Retriever, VectorRetriever, WordRetriever, fuse, widened
from kb.store import ChunkStore
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


# --- filters ------------------------------------------------------------------------------------------------------

RARE = Filters(sector=("zeilmakerij",))


def sailing(number: int) -> Chunk:
    """One of many passages on leather, of which a few, ranked last, are of a document on sails."""
    rare = number % 100 == 99
    metadata = Metadata(title="", sector=("zeilmakerij",) if rare else ("lederbewerking",))
    text = "leer " + ("en heel veel andere woorden in een lange zin " * 5 if rare else "snijden")
    document = "zeil" if rare else f"d{number}"
    return Chunk(f"{document}@0#{number}", document, "0", 0, len(text), text, None, (), metadata)


@pytest.fixture(scope="module")
def leather() -> KeywordIndex:
    return KeywordIndex(map(sailing, range(400)))


def question(text: str) -> Question:
    return Question(text, "nl", "what", tuple(plain_terms(text)), standalone=text)


def test_words_within_a_filter_are_found_without_asking_for_all(
    leather: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a filter leaves is found at the end of a long ranking too; a filter that leaves much costs little."""
    asked: list[int] = []
    search = leather.search
    monkeypatch.setattr(leather, "search", lambda terms, k, *rows: asked.append(k) or search(terms, k, *rows))
    retriever = WordRetriever(leather)
    found = retriever.retrieve(question("leer"), 10, RARE)
    assert {hit.chunk.document_id for hit in found} == {"zeil"} and len(found) == 4
    asked.clear()
    assert len(retriever.retrieve(question("leer"), 10, Filters(sector=("lederbewerking",)))) == 10
    assert asked == [20]
    assert retriever.retrieve(question("glas"), 10, RARE) == []


def test_a_filter_that_leaves_nothing_is_no_search(
    leather: KeywordIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no document passes no index is asked anything."""
    store = ChunkStore(tmp_path / "index", "leeg")
    for searched in (leather, store):
        monkeypatch.setattr(searched, "search", lambda *_: pytest.fail("an index was searched"))
    words = WordRetriever(leather)
    vectors = VectorRetriever(store, HashEmbedder(), leather.chunks)
    none = Filters(level=("meester",))
    assert words.retrieve(question("leer"), 10, none) == vectors.retrieve(question("leer"), 10, none) == []
    assert HybridRetriever(words, vectors, 0.1, 0.3).retrieve(question("leer"), 10, none) == []
    store.close()


def test_vectors_within_a_filter(leather: KeywordIndex, tmp_path: Path) -> None:
    """The nearest among those that a filter leaves are found, however many others are nearer."""
    store, embedder = ChunkStore(tmp_path / "index", "leer"), HashEmbedder()
    chunks = leather.chunks
    store.upsert([c.id for c in chunks], embedder.embed_documents([c.text for c in chunks]))
    found = VectorRetriever(store, embedder, chunks).retrieve(question("leer"), 3, RARE)
    assert [hit.chunk.document_id for hit in found] == ["zeil"] * 3
    store.close()


def test_rows_that_are_not_there_are_passed_over_within_a_filter(tmp_path: Path) -> None:
    """Between a change of the library and that of the rows a filter may name rows that are not there, or no more."""
    store = ChunkStore(tmp_path / "index", "proef-8")
    vectors = np.eye(8, dtype=np.float32)
    assert store.search(vectors[0], 3, ["a"]) == []
    store.upsert(list("abcdefgh"), vectors)
    store.delete(["h"])
    assert [name for name, _ in store.search(vectors[1], 1, ["a", "b", "c"])] == ["b"]
    assert {name for name, _ in store.search(vectors[1], 9, ["a", "c", "h", "onbekend"])} == {"a", "c"}
    many = [f"onbekend {n}" for n in range(2_000)]
    assert [name for name, _ in store.search(vectors[1], 1, ["a", "b", "c", *many])] == ["b"]
    assert {name for name, _ in store.search(vectors[1], 9, [*many, "a", "c", "h"])} == {"a", "c"}
    for missing in (["onbekend"], [], many):
        assert store.search(vectors[1], 9, missing) == []
    store.close()


def test_few_and_many_rows_within_a_filter_score_alike(tmp_path: Path) -> None:
    """The score is the cosine, whether the rows of a filter are compared one by one or searched."""
    store = ChunkStore(tmp_path / "index", "proef-16")
    vectors = np.random.default_rng(3).normal(size=(1_500, 16)).astype(np.float32)
    names = [f"d{n}" for n in range(len(vectors))]
    store.upsert(names, vectors)
    few, many = store.search(vectors[7], 5, names[:20]), store.search(vectors[7], 5, names[:1_400])
    for found, among in ((few, vectors[:20]), (many, vectors[:1_400])):
        cosines = among @ vectors[7] / np.linalg.norm(among, axis=1) / np.linalg.norm(vectors[7])
        assert [name for name, _ in found] == [f"d{n}" for n in np.argsort(-cosines)[:5]]
        assert [score for _, score in found] == pytest.approx(sorted(cosines, reverse=True)[:5], abs=1e-5)
    store.close()


@given(st.sets(st.integers(0, 200)), st.integers(1, 30), st.integers(0, 300))
def test_widening_finds_what_asking_for_all_finds(kept: set[int], k: int, first: int) -> None:
    """However few are asked for at first, the best that may be kept are found, each once and in order."""
    every = [(sailing(number), 1.0 / (number + 1)) for number in range(200)]
    numbers = {chunk.id: number for number, (chunk, _) in enumerate(every)}
    found = widened(lambda reach: every[:reach], lambda chunk: numbers[chunk.id] in kept, k, first)
    assert [numbers[chunk.id] for chunk, _ in found] == sorted(kept & set(range(200)))[:k]


@given(kept=st.sets(st.integers(0, 399)), k=st.integers(1, 30))
def test_rows_that_may_be_found_score_as_they_do_among_all(leather: KeywordIndex, kept: set[int], k: int) -> None:
    """Looking among some rows finds what passing over the others would, with the same scores in the same order."""
    names = {leather.chunks[number].id for number in kept}
    terms = [Term("leer", ("leer",), 1.0), Term("snijden", ("snijd",), 0.5)]
    rows = leather.rows(lambda chunk: chunk.id in names)
    every = [(chunk.id, score) for chunk, score in leather.search(terms, 400) if chunk.id in names]
    assert rows.count == len(kept)
    assert [(chunk.id, score) for chunk, score in leather.search(terms, k, rows)] == every[:k]


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


def test_a_changed_index_finds_what_is_new_and_not_what_is_gone() -> None:
    """A word that stood nowhere is found once it stands somewhere, and no more once that is gone; what was stays."""
    sails = Chunk("a@0#0", "a", "0", 0, 1, "Een zeilmaker naait.", None, (), Metadata(title=""))
    text = "Een glasblazer blaast."
    glass = [Chunk(f"b@0#{n}", "b", "0", 0, 1, text, None, (), Metadata(title="")) for n in range(8)]
    one = KeywordIndex([sails])
    assert first(one, "glasblazer") == first(one, "glasblazen") == ""
    both = one.updated((), glass, rebuild_below=0)
    without = both.updated({"a"}, (), rebuild_below=0)  # so many are left that the index is not made anew
    for index, of_glass, of_sails in ((one, "", sails.text), (both, text, sails.text), (without, text, "")):
        assert first(index, "glasblazer") == first(index, "glasblazen") == of_glass
        assert first(index, "zeilmaker") == first(index, "zeilmaken") == of_sails


def test_what_is_replaced_is_let_go_of() -> None:
    """An index that nobody uses any more is gone at once, without a round of the garbage collector."""
    retriever = WordRetriever(KeywordIndex([chunk(0, "Een zeilmaker naait.")]))
    retriever.retrieve(question("zeilmaker"), 5, Filters())
    retriever.retrieve(question("zeilmaker"), 5, RARE)
    replaced = weakref.ref(retriever.index)
    gc.disable()
    try:
        del retriever
        assert replaced() is None
    finally:
        gc.enable()


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
