"""The training data: parallel Dutch/English pairs, and headings with their sections."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

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
