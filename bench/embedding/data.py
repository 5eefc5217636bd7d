"""The training data: parallel Dutch/English pairs, headings with their sections, and questions with their answers."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

MINIDOCUMENTS = Path(__file__).with_name("minidocumenten")
"""Short documents written for this, with questions below each sentence that it answers; a README tells the form."""
Written = tuple[list[tuple[tuple[str, ...], str]], list[tuple[str, list[int]]]]
"""Sentences, each with what stands above it; and questions, each with the places of the sentences that answer it."""
PROSE = frozenset({"A", "A-", "L", "L-", "MT"})
"""Tiers that are taken whole; TEST, STS and A-EVALSRC are left out, as they overlap with what is measured."""


@dataclass(frozen=True)
class Pairs:
    """Dutch and English that mean the same, in step."""

    dutch: list[str]
    english: list[str]


def read_pairs(path: Path) -> Pairs:
    """The pairs to learn from: prose, dictionaries, three quarters of the treaties, two thirds of longer strings.

    Which treaties and interface strings are kept is decided by a hash of the text, so that it is the same each time.
    """
    seen: set[tuple[str, str]] = set()
    dutch, english = [], []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            source, tier, nl, en = line.rstrip("\n").split("\t")
            if (nl, en) in seen or not _kept(source, tier, nl, en):
                continue
            seen.add((nl, en))
            dutch.append(nl)
            english.append(en)
    return Pairs(dutch, english)


def _kept(source: str, tier: str, nl: str, en: str) -> bool:
    if tier == "B":
        return len(en.split()) >= 3 and len(nl.split()) >= 3 and _share(nl) < 2 / 3
    if source == "treaties":
        return tier in PROSE and _share(nl) < 3 / 4
    return tier in PROSE


def _share(text: str) -> float:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 2**32


def read_sections(path: Path) -> list[tuple[str, str]]:
    """Headings with the first words of their section."""
    pairs = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            _, _, heading, section = line.rstrip("\n").split("\t")
            if heading.strip() and len(section.split()) >= 5:
                pairs.append((heading.strip(), section.strip()))
    return pairs


def read_minidocuments(folder: Path = MINIDOCUMENTS) -> dict[str, Written]:
    """The sentences and questions of each file, by its name without `.txt`.

    The subjects of one file are near one another, so that telling them apart is hard. Raises `ValueError` where a line
    is neither heading, nor sentence, nor question.
    """
    return {path.stem: _minidocuments(path) for path in sorted(folder.glob("*.txt"))}


def _minidocuments(path: Path) -> Written:
    sentences: list[tuple[tuple[str, ...], str]] = []
    asked: list[tuple[str, list[int]]] = []
    above: tuple[str, ...] = ()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            above = tuple(part.strip() for part in line[2:].split(" > "))
        elif line.startswith("S\t") and above:
            sentences.append((above, line[2:].strip()))
        elif line.startswith("Q\t") and sentences and sentences[-1][0] == above:
            asked.append((line[2:].strip(), [len(sentences) - 1]))
        elif line.strip():
            raise ValueError(f"{path.name}, line {number}: neither heading, nor sentence, nor question of one")
    return sentences, asked
