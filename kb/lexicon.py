"""Which Dutch words stand for an English one, learned from parallel texts.

The glossary knows the words of the programme; this list knows the language at large, so that a question in English
reaches Dutch text through words and not by vectors alone. It is shipped as a file; `bench/lexicon/` makes it.
"""

from __future__ import annotations

import gzip
from functools import cached_property, lru_cache
from pathlib import Path
from threading import local

import Stemmer

from kb.language import is_stop, stem

FILE_NAME = "lexicon.tsv.gz"
SHIPPED_LEXICON = Path(__file__).resolve().parent.parent / "models" / "lexicon-en-nl"
BEST = 0.8
"""How well the likeliest translation stands in for a word; the others by the square root of how likely they are."""
_stemmers = local()


@lru_cache(maxsize=50_000)
def english_stem(word: str) -> str:
    """The stem of a folded English word, by Snowball's English stemmer."""
    stemmer = getattr(_stemmers, "en", None)
    if stemmer is None:
        stemmer = _stemmers.en = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))


class Lexicon:
    """Translations of single words; read from its file when first asked."""

    def __init__(self, folder: Path | None = SHIPPED_LEXICON) -> None:
        """`folder` holds the file; None, or a folder without it, is a list without words."""
        self._folder = folder

    @cached_property
    def _lines(self) -> dict[str, str]:
        path = self._folder / FILE_NAME if self._folder else None
        if path is None or not path.is_file():
            return {}
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
        return dict(line.split("\t", 1) for line in lines)

    def knows(self, word: str) -> bool:
        """Whether there is a Dutch word for a folded English one."""
        return english_stem(word) in self._lines

    def translations(self, word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
        """The Dutch stems for a folded English word, each with how well it stands in (0 to 1), best first."""
        line = self._lines.get(english_stem(word))
        if line is None:
            return ()
        pairs = [entry.rsplit(" ", 1) for entry in line.split("\t")]
        most = max(float(chance) for _, chance in pairs) or 1.0
        best: dict[tuple[str, ...], float] = {}
        for dutch, chance in pairs:
            key = (stem(dutch),)
            best[key] = max(best.get(key, 0.0), BEST * (float(chance) / most) ** 0.5)
        known = ((key, weight) for key, weight in best.items() if not is_stop(key[0]))
        return tuple(sorted(known, key=lambda item: (-item[1], item[0])))
