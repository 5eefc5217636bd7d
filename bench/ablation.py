"""What each device of word search adds, and what it costs: all of them, then all but one.

    .venv/bin/python -m bench.ablation SETS [--queries 500]

SETS is a folder of retrieval sets (each with `corpus.jsonl`, `queries.jsonl`, `qrels.tsv`). `mistyped` asks the
questions of `vac_qa` with a typing error in every word of seven letters or more, drawn with a fixed seed; `corpus` asks
the questions of the project's own corpus (the half to tune on) for the documents that answer them. Figures are nDCG@10
x 100 of words alone; times are those of understanding and finding, as a ratio to all devices together.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from ingest.workspace import Workspace
from kb import evaluation, language
from kb.glossary import Glossary
from kb.keyword_index import Boosts, KeywordIndex
from kb.language import WORD
from kb.lexicon import Lexicon
from kb.question import Analyst, WordStatistics
from kb.retrieval import WordRetriever
from kb.settings import PROJECT, load_settings
from kb.types import Chunk, Filters, Question, Term
from kb.vocabulary import Vocabulary
from ui.measure import cut


@dataclass(frozen=True)
class Asked:
    """Passages and the questions that are asked of them."""

    name: str
    chunks: list[Chunk]
    queries: dict[str, str]
    relevant: dict[str, frozenset[str]]


_BOOSTS = Boosts()


@dataclass(frozen=True)
class Devices:
    """What is switched on."""

    boosts: Boosts = _BOOSTS
    glossary: bool = True
    lexicon: bool = True
    mends: bool = True
    lemmas: bool = True
    stems: bool = True
    numbers: bool = True
    parts: bool = False
    """Both parts of a compound as something that may stand for it; not switched on in the program."""


WAYS: Mapping[str, Devices] = {
    "all": Devices(),
    "without parts of words (5-grams)": Devices(boosts=Boosts(grams=0)),
    "without parts of translations": Devices(boosts=Boosts(translated_grams=0)),
    "without the lexicon": Devices(lexicon=False),
    "without the glossary": Devices(glossary=False),
    "without the lemma dictionary": Devices(lemmas=False),
    "without lemmas and stems": Devices(lemmas=False, stems=False),
    "without mending typing errors": Devices(mends=False),
    "without numbers in words": Devices(numbers=False),
    "with compounds split in two as well": Devices(parts=True),
}


@contextmanager
def analysis(devices: Devices) -> Iterator[None]:
    """The text analysis with some of its parts put out of work, for as long as the block lasts."""
    kept = language.simplemma.lemmatize, language.NUMBER_WORDS.copy(), language.Stemmer.Stemmer
    try:
        if not devices.lemmas:
            language.simplemma.lemmatize = lambda word, lang: word
        if not devices.numbers:
            language.NUMBER_WORDS.clear()
        if not devices.stems:
            language.Stemmer.Stemmer = _NoStemmer
        _forget()
        yield
    finally:
        language.simplemma.lemmatize, language.Stemmer.Stemmer = kept[0], kept[2]
        language.NUMBER_WORDS.update(kept[1])
        _forget()


class _NoStemmer:
    def __init__(self, _: str) -> None:
        pass

    def stemWord(self, word: str) -> str:
        return word


def _forget() -> None:
    language.stem.cache_clear()
    language.plain.cache_clear()
    language._stemmers.__dict__.clear()


def measure(asked: Asked, devices: Devices) -> tuple[float, float]:
    """nDCG@10 x 100 of words alone, and the seconds that its questions took."""
    settings = load_settings()
    with analysis(devices):
        index = KeywordIndex(asked.chunks, devices.boosts)
        analyst = Analyst(
            Glossary.load(settings.glossary) if devices.glossary else Glossary(),
            Vocabulary.load(settings.vocabulary) if devices.glossary else Vocabulary(),
            WordStatistics(len(asked.chunks), index.frequency, index.words),
            Lexicon() if devices.lexicon else Lexicon(None),
            devices.mends,
        )
        words = WordRetriever(index)
        known = frozenset(index.words)
        analyst.understand("opwarmen")
        begin = time.perf_counter()
        rankings: dict[str, list[str]] = {}
        for query in asked.relevant:
            question = analyst.understand(asked.queries[query])
            if devices.parts:
                question = _with_parts(question, known)
            hits = words.retrieve(question, 50, Filters())
            rankings[query] = list(dict.fromkeys(hit.chunk.document_id for hit in hits))
        seconds = time.perf_counter() - begin
    return 100 * evaluation.judge_rankings(rankings, asked.relevant)["ndcg@10"], seconds


def _with_parts(question: Question, known: frozenset[str]) -> Question:
    def split(term: Term) -> Term:
        parts = compound_parts(language.fold(term.text), known) if len(term.stems) == 1 else ()
        if not parts:
            return term
        return replace(term, alternatives=(*term.alternatives, (tuple(map(language.stem, parts)), 0.5)))

    return replace(question, terms=tuple(map(split, question.terms)))


_LINKS = ("", "s", "en", "e")


def compound_parts(word: str, known: frozenset[str] | set[str]) -> tuple[str, ...]:
    """The two words a Dutch compound is made of, or nothing: "werkplekbegeleider" is werkplek + begeleider.

    Both parts have four letters or more and are in `known` (folded words); a linking -s-, -e- or -en-
    between them is allowed. The split with the longest last part wins, as the last part is the head.
    """
    for border in range(4, len(word) - 3):
        tail = word[border:]
        if tail not in known:
            continue
        head = word[:border]
        for link in _LINKS:
            stripped = head.removesuffix(link) if link else head
            if len(stripped) >= 4 and stripped in known:
                return (stripped, tail)
    return ()


def mistyped(text: str, draw: random.Random) -> str:
    """The text with one error in every word of seven letters or more: a letter less, twice, or two changed round."""

    def spoil(word: str) -> str:
        at = draw.randrange(1, len(word) - 2)
        changes: list[Callable[[], str]] = [
            lambda: word[:at] + word[at + 1 :],
            lambda: word[: at + 1] + word[at:],
            lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
        return draw.choice(changes)()

    return WORD.sub(lambda match: spoil(match.group()) if len(match.group()) >= 7 else match.group(), text)


def load(folder: Path, most: int) -> Asked:
    """One retrieval set, with at most so many of its questions."""
    data = evaluation.load_retrieval_set(folder)
    chosen = sorted(data.relevant)
    if len(chosen) > most:
        chosen = sorted(random.Random(0).sample(chosen, most))
    chunks = [chunk for document_id, text in data.documents.items() for chunk in cut(document_id, text)]
    return Asked(folder.name, chunks, data.queries, {query: data.relevant[query] for query in chosen})


def own_corpus() -> Asked:
    """The project's own documents, and the questions without a history for which they are the answer."""
    files = sorted((PROJECT / "corpus" / "vragen").glob("*.jsonl"))
    cases = [case for path in files for case in evaluation.load_cases(path) if case.split == "dev" and not case.history]
    with TemporaryDirectory() as scratch, Workspace.open(load_settings(data_dir=Path(scratch))) as workspace:
        chunks = list(workspace.knowledge.snapshot.chunks)
    known = {case.id: case for case in cases if case.answerable and case.documents}
    relevant = {i: frozenset(case.documents) for i, case in known.items()}
    return Asked("corpus", chunks, {i: case.question for i, case in known.items()}, relevant)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("sets", type=Path)
    options.add_argument("--queries", type=int, default=500)
    chosen: Any = options.parse_args()
    sets = [load(path.parent, chosen.queries) for path in sorted(chosen.sets.glob("*/queries.jsonl"))]
    draw = random.Random(0)
    first = next((asked for asked in sets if asked.name == "vac_qa"), sets[0])
    sets.append(replace(first, name="mistyped", queries={i: mistyped(q, draw) for i, q in first.queries.items()}))
    sets.append(own_corpus())
    for asked in sets:  # the first use of a word is slow, whatever the devices
        measure(asked, Devices())
    table = Table("", *(asked.name for asked in sets), "time", box=None)
    whole = 0.0
    for way, devices in WAYS.items():
        found = [measure(asked, devices) for asked in sets]
        spent = sum(seconds for _, seconds in found)
        whole = whole or spent
        table.add_row(way, *(f"{figure:.1f}" for figure, _ in found), f"{spent / whole:.2f}")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
