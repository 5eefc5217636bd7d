"""Learn from parallel texts which Dutch words stand for an English word.

    .venv/bin/python -m bench.lexicon.align DATA_DIR OUT_DIR

DATA_DIR holds `parallel_nl_en.tsv.gz`. IBM model 1 (Brown et al., 1993, "The mathematics of statistical machine
translation", section 4) is fitted in both directions; a pair is kept for the geometric mean of the two chances, as a
word that is the translation of everything (a common one) scores well in one direction only. Takes some four minutes
and 2 GB on one core.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.embedding.data import read_pairs
from kb.language import STOP_EN, STOP_NL, WORD, fold, tokens
from kb.lexicon import FILE_NAME, english_stem

ITERATIONS = 6
LONGEST = 30
"""Words of a sentence, on either side; longer ones say little about which word goes with which."""
LEAST_CHANCE, LEAST_COUNT = 0.05, 0.4
"""A pair is kept from this geometric mean of both chances, and this expected number of times it was seen."""
MOST = 6
"""Dutch words for one English one."""

Ints = np.ndarray[tuple[int], np.dtype[np.int32]]
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass
class Words:
    """The words of one language, each with a number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, words: Iterable[str]) -> list[int]:
        """The numbers of some words; a new word gets the next."""
        return [self.numbers.setdefault(word, len(self.numbers)) for word in words]


@dataclass(frozen=True)
class Aligned:
    """Every pair of an English and a Dutch word that stand in one pair of sentences, once."""

    english: Ints
    dutch: Ints
    dutch_given_english: Floats
    english_given_dutch: Floats
    seen: Floats
    """How often they went together, as expected by the direction that expects it less."""


def english_words(text: str) -> list[str]:
    """The stems of the words of an English text that carry meaning."""
    words = (fold(match.group()).replace("’", "'") for match in WORD.finditer(text))
    return [english_stem(word) for word in words if word not in STOP_EN and not word.isdigit() and len(word) > 1]


def align(sentences: list[tuple[list[int], list[int]]]) -> Aligned:
    """Fit the model both ways on sentences of numbered words."""
    n_english = np.array([len(english) for english, _ in sentences])
    n_dutch = np.array([len(dutch) for _, dutch in sentences])
    english = np.concatenate([np.tile(e, len(d)) for e, d in sentences]).astype(np.int64)
    dutch = np.concatenate([np.repeat(d, len(e)) for e, d in sentences]).astype(np.int64)
    width = int(dutch.max()) + 1
    pairs, pair_of = np.unique(english * width + dutch, return_inverse=True)
    pair_of = pair_of.astype(np.int32)
    of_english, of_dutch = (pairs // width).astype(np.int32), (pairs % width).astype(np.int32)
    # as the pairs stand, those of one Dutch word are together; for the other direction those of one English word
    forward, seen = _fit(pair_of, np.repeat(n_english, n_dutch), of_english)
    turned = np.concatenate(_turned(n_english, n_dutch))
    backward, seen_back = _fit(pair_of[turned], np.repeat(n_dutch, n_english), of_dutch)
    return Aligned(of_english, of_dutch, forward, backward, np.minimum(seen, seen_back))


def _turned(n_english: Ints, n_dutch: Ints) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    starts = np.concatenate([[0], np.cumsum(n_english * n_dutch)[:-1]])
    return [
        start + np.arange(e * d).reshape(d, e).T.ravel() for start, e, d in zip(starts, n_english, n_dutch, strict=True)
    ]


def _fit(pair_of: Ints, sizes: Ints, given: Ints) -> tuple[Floats, Floats]:
    """The chance of each pair given one side, and its expected count.

    `pair_of` names the pair of each meeting of two words; `sizes` says how many follow each other that compete for one
    word of the other side; `given` is the word of each pair on which the chance is conditioned.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    chance = np.ones(len(given))
    count = chance
    for _ in range(ITERATIONS):
        share = chance[pair_of]
        share /= np.repeat(np.add.reduceat(share, starts) + 1e-12, sizes)
        count = np.bincount(pair_of, weights=share, minlength=len(given))
        chance = count / (np.bincount(given, weights=count)[given] + 1e-12)
    return chance, count


def main() -> None:
    """Align and write."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    pairs = read_pairs(data / "parallel_nl_en.tsv.gz")
    english, dutch = Words(), Words()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    sentences = []
    for nl, en in zip(pairs.dutch, pairs.english, strict=True):
        content = [t for t in tokens(nl) if t.word not in STOP_NL and not t.word.isdigit() and len(t.stem) > 1]
        left, right = english.of(english_words(en)), dutch.of(token.stem for token in content)
        for token in content:
            written[token.stem][token.word] += 1
        if 0 < len(left) <= LONGEST and 0 < len(right) <= LONGEST:
            sentences.append((left, right))
    print(
        f"{len(sentences)} sentences, {len(english.numbers)} English and {len(dutch.numbers)} Dutch words", flush=True
    )
    write(align(sentences), list(english.numbers), list(dutch.numbers), written, out)


def write(aligned: Aligned, english: list[str], dutch: list[str], written: dict[str, Counter[str]], out: Path) -> None:
    """Write a line for each English stem: its Dutch words, as they are mostly written, each with its chance."""
    both = np.sqrt(aligned.dutch_given_english * aligned.english_given_dutch)
    found: dict[str, list[tuple[float, str, float]]] = defaultdict(list)
    for i in np.flatnonzero((both >= LEAST_CHANCE) & (aligned.seen >= LEAST_COUNT)):
        word = written[dutch[aligned.dutch[i]]].most_common(1)[0][0]
        found[english[aligned.english[i]]].append((float(both[i]), word, float(aligned.dutch_given_english[i])))
    lines = []
    for stem in sorted(found):
        best = sorted(found[stem], key=lambda row: (-row[0], row[1]))[:MOST]
        lines.append("\t".join((stem, *(f"{word} {chance:.3f}" for _, word, chance in best))))
    out.mkdir(parents=True, exist_ok=True)
    # no time in the header: the same data give the same file
    packed = gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), 9, mtime=0)
    (out / FILE_NAME).write_bytes(packed)
    print(f"{len(lines)} English stems, {len(packed)} bytes")


if __name__ == "__main__":
    main()
