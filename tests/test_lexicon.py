"""The lexicon: English words reach Dutch text, and an absent list changes nothing."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

from kb.glossary import Glossary
from kb.keyword_index import KeywordIndex
from kb.language import stem
from kb.lexicon import BEST, FILE_NAME, Lexicon
from kb.question import Analyst, WordStatistics
from kb.types import Chunk, Metadata
from kb.vocabulary import Vocabulary


def make_chunk(document_id: str, text: str) -> Chunk:
    """A passage that is all there is of its document."""
    return Chunk(f"{document_id}#0", document_id, "", 0, len(text), text, None, (), Metadata(title=""))


def lexicon(folder: Path, text: str) -> Lexicon:
    """A lexicon of some lines."""
    (folder / FILE_NAME).write_bytes(gzip.compress(text.encode()))
    return Lexicon(folder)


def test_translations_are_ordered_by_how_likely_they_are(tmp_path: Path) -> None:
    """The likeliest counts most; inflected forms of the word are found by its stem; what is not listed has none."""
    words = lexicon(tmp_path, "oven\tovens 0.400\tbakoven 0.100\nflour\tmeel 0.900\n")
    assert words.translations("ovens") == (((stem("ovens"),), BEST), ((stem("bakoven"),), BEST / 2))
    assert words.knows("oven") and not words.knows("yeast") and words.translations("yeast") == ()


def test_no_list_is_no_words(tmp_path: Path) -> None:
    """Without the file, or without a folder, nothing is known."""
    assert not Lexicon(tmp_path).knows("oven") and not Lexicon(None).knows("oven")


def test_an_english_question_finds_the_dutch_passage(tmp_path: Path) -> None:
    """Whole words first; a compound is reached by the parts of the translation; a Dutch question is left alone."""
    chunks = [make_chunk("a", "De bakker staat in de bakkerswinkel."), make_chunk("b", "De smid stookt het vuur.")]
    index = KeywordIndex(chunks)
    statistics = WordStatistics(len(chunks), index.frequency, index.words)
    analyst = Analyst(
        Glossary(), Vocabulary(()), statistics, lexicon(tmp_path, "store\twinkel 0.600\nbaker\tbakker 0.900\n")
    )
    assert [c.document_id for c, _ in index.search(analyst.understand("Who is the baker?").terms, 5)] == ["a"]
    assert [c.document_id for c, _ in index.search(analyst.understand("Where is the store?").terms, 5)][:1] == ["a"]
    assert not any(term.translated for term in analyst.understand("Wat is een store voor een bakker?").terms)
    bare = Analyst(Glossary(), Vocabulary(()), WordStatistics(2, Counter(), Counter()), Lexicon(None))
    assert not any(term.alternatives for term in bare.understand("Who is the baker?").terms)
