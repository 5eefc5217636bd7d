"""What is shown of what was found: the kind of document that is asked for first, and each passage once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import assert_sound, make_settings, write_document

from bench.corpus_retrieval import groups, measure
from ingest.workspace import Workspace
from kb.finding import OTHER_KIND, Finder, as_asked
from kb.retrieval import POOL, WordRetriever
from kb.types import Chunk, DocumentKind, Filters, Metadata, Question, ScoredChunk

COPIED = (
    "Wie zeilen leert naaien begint met de platte naad, die hij met de hand steekt in gewast garen. Daarna volgen het "
    "oog, de leuver en het liktouw. De leermeester kijkt elke week de naden na en laat overdoen wat niet recht is. Pas "
    "wie een heel zeil foutloos heeft genaaid krijgt de naald van de werf en mag zich zeilnaaier noemen."
)


def hit(document: str, score: float, kind: DocumentKind) -> ScoredChunk:
    metadata = Metadata(title=document, kind=kind)
    return ScoredChunk(Chunk(f"{document}@0#0", document, "0", 0, 1, document, None, (), metadata), score, ("words",))


def asked(*facets: tuple[str, str]) -> Question:
    return Question("x", "nl", "what", (), facets)


def test_the_kind_that_is_asked_for_comes_first() -> None:
    """A passage of another kind than the question names counts for less, and for no less when none is named."""
    hits = [hit("a", 1.0, DocumentKind.CONCEPT), hit("b", 0.9, DocumentKind.PILOT), hit("c", 0.2, DocumentKind.PILOT)]
    found = as_asked(asked(("soort", "pilot")), hits)
    assert [(h.chunk.document_id, h.score) for h in found] == [("b", 0.9), ("a", OTHER_KIND), ("c", 0.2)]
    for facets in ((), (("sector", "zeilmakerij"),), (("soort", "pilot"), ("soort", "begrip"))):
        assert as_asked(asked(*facets), hits) == hits


@pytest.fixture(params=["none", "hash"])
def copied(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """Three documents with the same text, of different years, and a table with rows that differ in one number."""
    corpus = tmp_path / "corpus"
    for year in (2029, 2031, 2030):
        body = f"## Naaien\n\n{COPIED}"
        write_document(corpus, f"boek-{year}", body, titel="Handboek zeilnaaien", datum=f"{year}-01-01")
    for n, count in enumerate((12, 14)):
        body = f"## Leerlingen per werf\n\nDe werf telt {count} leerlingen die zeilen naaien met gewast garen."
        write_document(corpus, f"telling-{n}", body, titel="Telling")
    with Workspace.open(make_settings(tmp_path, corpus, embedder=request.param)) as opened:
        opened.load_vectors()
        yield opened


def test_search_shows_a_copied_passage_once(copied: Workspace) -> None:
    """Of three copies the newest is found, once; passages that differ in a number are all found."""
    found = [hit.chunk.document_id for hit in copied.knowledge.search("zeilen naaien met gewast garen", 10)]
    assert sorted(found) == ["boek-2031", "telling-0", "telling-1"]


def test_a_filter_is_kept_to(copied: Workspace) -> None:
    """What a filter leaves out takes no place either as the newest of its copies."""
    assert copied.knowledge.search("zeilen naaien", 10, Filters(sector=("glasblazerij",))) == []


def test_an_answer_shows_a_copied_passage_once(copied: Workspace) -> None:
    """Neither the statements nor what comes closest to an answer say a thing twice."""
    knowledge = copied.knowledge
    for question in ("Wat krijgt wie een heel zeil foutloos heeft genaaid?", "Wat kost een liktouw van gewast garen?"):
        answer = knowledge.ask(question)
        assert_sound(answer, copied.library)
        quotes = [citation.quote for citation in (*answer.citations, *answer.closest)]
        assert quotes and len(set(quotes)) == len(quotes)
        assert {c.document_id for c in (*answer.citations, *answer.closest)} <= {"boek-2031", "telling-0", "telling-1"}


def test_what_comes_closest_says_a_thing_once(tmp_path: Path) -> None:
    """A sentence that stands in two documents, each with more beside it, is shown once among the closest."""
    corpus = tmp_path / "corpus"
    sentence = "De naald van de werf wordt elk voorjaar door de oudste meester uitgereikt aan wie een zeil naait."
    for n, more in enumerate(("Het garen komt uit de stad.", "In de haven liggen de schepen klaar om uit te varen.")):
        write_document(corpus, f"bericht-{n}", f"## Naald\n\n{sentence} {more}", titel="Bericht van de werf")
    settings = make_settings(tmp_path, corpus, answer_threshold=1.0)
    with Workspace.open(settings) as opened:
        answer = opened.knowledge.ask("Wie reikt de naald van de werf uit?")
    assert not answer.answered and answer.closest
    assert sum(sentence in c.quote for c in answer.closest) == 1


def test_fewer_are_the_best_ones(reading_room: Workspace) -> None:
    """Who asks for fewer passages gets the first of them, and there are never more than asked."""
    snapshot = reading_room.knowledge.snapshot
    finder = Finder(WordRetriever(snapshot.index))
    question = snapshot.analyst.understand("leerlingen van de pilots en hun meesterproef")
    every = finder.find(question, POOL, Filters())
    assert len(every) > 5
    assert finder.find(question, 5, Filters()) == every[:5]


def test_measuring_which_documents_are_found(reading_room: Workspace) -> None:
    """The measurement ranks documents by their best passage, and tells apart the questions that name a facet."""
    snapshot = reading_room.knowledge.snapshot
    texts = {"a": "Wat is een meesterproef?", "b": "Welke pilot is er in de boekbinderij?"}
    questions = {i: snapshot.analyst.understand(text) for i, text in texts.items()}
    found = measure({"words": WordRetriever(snapshot.index)}, questions)
    assert set(found) == {"words, bare", "words"}
    assert found["words"]["a"][0] == "begrippen/meesterproef"
    assert found["words"]["b"][0] == "pilots/noorderlicht-boekbinden"
    assert len(set(found["words"]["a"])) == len(found["words"]["a"])
    assert groups(questions) == {"sector": ["b"], "soort": ["b"]}
