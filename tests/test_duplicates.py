"""Near-duplicates: the estimates are near the exact values, and the index finds what resembles."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from conftest import PROJECT

from ingest.duplicates import SIZE, SketchIndex, compare, sketch
from kb.language import WORD, fold

NOUNS = [
    f"{a}{b}" for a in "werk leer praktijk school bedrijfs studie".split() for b in "plek dag plan team boek".split()
]
OTHERS = [f"{word}{i}" for i in range(90) for word in ("begeleider", "afspraak", "opdracht", "toets")]


def _report(seed: int, words: int) -> str:
    """A made-up report on one subject: all of them use the same words."""
    chance = random.Random(seed)
    return " ".join(chance.choice(NOUNS if chance.random() < 0.4 else OTHERS) for _ in range(words))


def _exact(one: str, other: str) -> tuple[float, float]:
    """Resemblance and containment, counted over all runs of five words."""
    a, b = (_runs(text) for text in (one, other))
    return len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(fold(text))
    return {tuple(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def _changed(text: str, share: float, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(OTHERS) if chance.random() < share else word for word in text.split())


@pytest.mark.parametrize("share", [0.0, 0.005, 0.02, 0.05, 0.15])
@pytest.mark.parametrize("seed", range(4))
def test_a_new_version_is_estimated_well(share: float, seed: int) -> None:
    """With single words changed all through, both estimates are within 0.15 of the exact values."""
    old = _report(seed, 4000)
    new = _changed(old, share, seed + 100)
    estimate, exact = compare(sketch(old), sketch(new)), _exact(old, new)
    assert estimate == pytest.approx(exact, abs=0.15)
    assert share or estimate == (1.0, 1.0)


@pytest.mark.parametrize("seed", range(4))
def test_another_cover_page_hardly_counts(seed: int) -> None:
    """A document with another first page is nearly the same document."""
    body = _report(seed, 3000)
    one, other = f"Versie een {_report(seed + 50, 60)} {body}", f"Versie twee {_report(seed + 60, 40)} {body}"
    resemblance, containment = compare(sketch(one), sketch(other))
    assert resemblance > 0.85 and containment > 0.9


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("parts", "margin"), [(3, 0.15), (10, 0.35)])
def test_a_chapter_is_found_within_the_book(seed: int, parts: int, margin: float) -> None:
    """Containment is high where resemblance is low; how exact it is depends on how much longer the book is."""
    words = _report(seed, 6000).split()
    chapter = _changed(" ".join(words[600 : 600 + 6000 // parts]), 0.01, seed)
    book = " ".join(words)
    resemblance, containment = compare(sketch(chapter), sketch(book))
    exact = _exact(chapter, book)
    assert resemblance == pytest.approx(exact[0], abs=0.15)
    assert containment == pytest.approx(exact[1], abs=margin)


def test_documents_on_one_subject_are_not_alike() -> None:
    """The same words in other sentences do not make a duplicate."""
    sketches = [sketch(_report(seed, 3000)) for seed in range(6)]
    pairs = [compare(a, b) for i, a in enumerate(sketches) for b in sketches[:i]]
    assert max(max(pair) for pair in pairs) < 0.1


def test_short_texts_are_compared_exactly() -> None:
    """A text of few words is kept whole."""
    one, other = (
        "De pilot loopt nog tot de zomer van volgend jaar.",
        "De pilot loopt nog tot de winter van volgend jaar.",
    )
    assert compare(sketch(one), sketch(other)) == _exact(one, other)
    assert len(sketch(one)) < SIZE
    assert sketch("Eén woord") == sketch("een WOORD!")
    assert sketch(" ... ") == ()
    assert compare((), sketch(one)) == (0.0, 0.0)


def test_a_sketch_is_the_same_in_another_process() -> None:
    """Sketches are stored, so they may not hang on Python's own hash."""
    code = "from ingest.duplicates import sketch; print(sketch('een twee drie vier vijf zes'))"
    env = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(PROJECT)}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(sketch("een twee drie vier vijf zes"))


def test_the_index_finds_adds_and_forgets() -> None:
    """What resembles is found, the most alike first; what was removed or replaced is not."""
    index = SketchIndex()
    old = _report(1, 2000)
    index.add("oud", sketch(old))
    index.add("nieuw", sketch(_changed(old, 0.05, 3)))
    index.add("anders", sketch(_report(2, 2000)))
    found = index.near(sketch(old), 0.5)
    assert [near.id for near in found] == ["oud", "nieuw"]
    assert found[0].resemblance == found[0].containment == 1.0
    assert 0.5 < found[1].resemblance < 0.9
    index.remove("oud")
    index.remove("oud")
    index.add("nieuw", sketch(_report(4, 2000)))
    assert index.near(sketch(old), 0.5) == []
    assert len(index) == 2


def test_looking_up_compares_with_few_of_many() -> None:
    """Among thousands of documents only those that share something are looked at."""
    chance = random.Random(5)
    index = SketchIndex()
    sketches = [tuple(sorted(chance.getrandbits(64) for _ in range(SIZE))) for _ in range(2500)]
    for number, one in enumerate(sketches):
        index.add(str(number), one)
    assert [near.id for near in index.near(sketches[1200], 0.1)] == ["1200"]
    assert len(index._holders) == pytest.approx(2500 * SIZE, rel=0.01)
