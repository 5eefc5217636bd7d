"""Makes as many chunks of realistic Dutch text as are asked for, the same ones every time.

Sentences of real documents are recombined with a fixed seed. Words that were never seen are mixed in by a Zipf law,
half of them compounds of known words and half names, as the dictionary of a real collection goes on growing too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ingest.chunking import CHUNK_WORDS
from ingest.limits import Limits
from ingest.preparing import prepare
from ingest.readers import SUFFIXES
from kb.errors import DocumentError
from kb.language import sentences
from kb.settings import PROJECT
from kb.types import Chunk, DocumentKind, Metadata
from kb.vocabulary import Vocabulary

CHUNKS_A_DOCUMENT = 20
CHUNKS_A_SECTION = 4
INVENTED_SHARE = 0.04
"""Of the words of a chunk. With the exponent below, 100,000 chunks hold some 300,000 different words, about what Heaps'
law (30 times the root of 0.6 of the number of words) gives for as much real text."""
ZIPF_EXPONENT = 1.05
PILOT_EVERY = 10
"""One document in so many is of the kind that the filtered search asks for."""
_SYLLABLES = (
    "ba be bo da de dri el en fa ga ger hil jo ka kel lan le lo ma mer mi na nis no ra ri ro sta ta ter va vel wi zo"
).split()


def sentences_at_hand(folders: Sequence[Path]) -> list[str]:
    """The sentences of five to forty words in the documents and retrieval sets below some folders."""
    vocabulary = Vocabulary.load(PROJECT / "corpus" / "waarden.yaml")
    found: dict[str, None] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        for text in _texts(path, vocabulary):
            for line in text.splitlines():
                pieces = (line[start:end] for start, end in sentences(line))
                found.update(dict.fromkeys(piece for piece in pieces if 5 <= len(piece.split()) <= 40))
    return list(found)


def _texts(path: Path, vocabulary: Vocabulary) -> list[str]:
    """The texts of one file: of each row of a retrieval set's documents, or of the document that it is."""
    if path.name == "corpus.jsonl":
        return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix.lower() not in SUFFIXES or path.stem.lower() == "readme":
        return []
    try:
        return [prepare(path.read_bytes(), path, Limits(), vocabulary).laid.text]
    except DocumentError:
        return []


class Collection:
    """An endless collection; the first chunks of it are the same however many are asked for."""

    def __init__(self, pool: Sequence[str], seed: int = 7) -> None:
        self._pool = pool
        self._chance = random.Random(seed)
        self._ranks = _ranks(seed)
        words = {word.lower() for piece in pool for word in piece.split() if word.isalpha() and 4 <= len(word) <= 9}
        self._known = sorted(words)
        self._invented: dict[int, str] = {}

    def chunks(self, count: int) -> Iterator[Chunk]:
        """The first `count` chunks; to be asked for once."""
        metadata, section = Metadata(""), ("",)
        for number in range(count):
            document, place = divmod(number, CHUNKS_A_DOCUMENT)
            if place == 0:
                kind = DocumentKind.PILOT if document % PILOT_EVERY == 0 else DocumentKind.OTHER
                metadata = Metadata(title=self._heading(), kind=kind)
            if place % CHUNKS_A_SECTION == 0:
                section = (self._heading(),)
            text = self._text()
            yield Chunk(f"d{document}#{place}", f"d{document}", "1", 0, len(text), text, None, section, metadata)

    def _heading(self) -> str:
        return " ".join(self._chance.choice(self._pool).split()[:5])

    def _text(self) -> str:
        words: list[str] = []
        while len(words) < CHUNK_WORDS * 3 // 4:
            words += self._chance.choice(self._pool).split()
        for at in range(len(words)):
            if self._chance.random() < INVENTED_SHARE:
                words[at] = self._word(next(self._ranks))
        return " ".join(words)

    def _word(self, rank: int) -> str:
        """The invented word of a rank, always the same: a compound or a name."""
        if rank not in self._invented:
            chance = random.Random(rank)
            if chance.random() < 0.5:
                word = chance.choice(self._known) + chance.choice(("", "s", "en")) + chance.choice(self._known)
            else:
                word = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()
            self._invented[rank] = word
        return self._invented[rank]


def _ranks(seed: int) -> Iterator[int]:
    """Ranks of invented words by a Zipf law: few return often, most are seen once."""
    chance = np.random.default_rng(seed)
    while True:
        yield from chance.zipf(ZIPF_EXPONENT, 10_000).tolist()
