"""Near-duplicates: how much of a text stands in another, told from a small sketch of each.

A sketch is a bottom-k MinHash (Broder 1997): the 128 smallest hashes of the runs of five words that a text has.
Short texts are kept whole, so that small documents are compared exactly. Measured on altered
copies of real reports, 95 of 100 estimates are within 0.08 of the truth; containment in a text that is ten times as
long within 0.18 (at worst 0.31), as only some 13 of the 128 hashes then speak of both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from kb.language import WORD, fold

SIZE = 128
"""The most hashes of a sketch."""
_RUN = 5
_RANGE = 2**64
_ENOUGH = 8

Sketch = tuple[int, ...]
"""Distinct hashes, the smallest first; fewer than `SIZE` where the text has no more."""


_LOOKED_AT = 50
"""Documents that are compared in full."""


@dataclass(frozen=True, slots=True)
class Near:
    """A document that resembles another."""

    id: str
    resemblance: float
    """The share of all runs of words of both that both have (Jaccard), from 0 to 1."""
    containment: float
    """The share of the shorter one's runs of words that the longer one has too, from 0 to 1."""


def sketch(text: str) -> Sketch:
    """The sketch of a text, the same in every process; capitals, accents and punctuation don't count."""
    words = WORD.findall(fold(text))
    if not words:
        return ()
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
    hashes = {int.from_bytes(blake2b(run.encode("utf-8", "replace"), digest_size=8).digest()) for run in runs}
    return tuple(sorted(hashes)[:SIZE])


def compare(one: Sketch, other: Sketch) -> tuple[float, float]:
    """Resemblance and containment of two texts, estimated from their sketches."""
    if not one or not other:
        return 0.0, 0.0
    limit = min((s[-1] for s in (one, other) if len(s) == SIZE), default=_RANGE)
    a, b = set(one[: bisect_right(one, limit)]), set(other[: bisect_right(other, limit)])
    shared = len(a & b)
    resemblance = shared / len(a | b)
    # below the limit both sketches are complete, so that these are fair samples; a tiny one is not trusted
    sample = min(len(a), len(b))
    containment = shared / (sample if limit == _RANGE else max(sample, _ENOUGH))
    return resemblance, containment


class SketchIndex:
    """Finds the documents that resemble one another, without comparing each with each."""

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}
        self._holders: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._sketches)

    def add(self, id: str, sketch: Sketch) -> None:
        """Add a document, or put another sketch in the place of the one it has."""
        self.remove(id)
        self._sketches[id] = sketch
        alone = (id,)  # one record for all hashes that no other document has, which are most
        for value in sketch:
            held = self._holders.get(value)
            self._holders[value] = alone if held is None else (*held, id)

    def remove(self, id: str) -> None:
        """Forget a document; nothing happens where it is not known."""
        for value in self._sketches.pop(id, ()):
            left = tuple(holder for holder in self._holders[value] if holder != id)
            if left:
                self._holders[value] = left
            else:
                del self._holders[value]

    def near(self, sketch: Sketch, threshold: float) -> list[Near]:
        """The documents whose resemblance or containment reaches the threshold, the most alike first."""
        met = Counter(holder for value in sketch for holder in self._holders.get(value, ()))
        # who shares most is looked at; that many documents share a disclaimer must not make each costly
        found = [Near(id, *compare(sketch, self._sketches[id])) for id, _ in met.most_common(_LOOKED_AT)]
        found = [near for near in found if max(near.resemblance, near.containment) >= threshold]
        return sorted(found, key=lambda near: (-near.resemblance, -near.containment, near.id))
