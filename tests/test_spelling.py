"""Words near to a mistyped one: the quick way finds what comparing with every word finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kb.spelling import SHORTEST, Spelling

WORDS = st.text(alphabet="abcdeéfo-ĳ", min_size=1, max_size=9)


@given(st.lists(WORDS, unique=True, max_size=40), WORDS, st.integers(1, 2))
def test_nothing_near_is_missed(words: list[str], asked: str, edits: int) -> None:
    """Every word of four letters or more within the edits is found, with how many edits it takes, and no other."""
    expected = {word: OSA.distance(word, asked) for word in words if len(word) >= SHORTEST}
    assert dict(Spelling(words).near(asked, edits)) == {w: d for w, d in expected.items() if d <= edits}


def test_two_letters_changed_round_are_one_edit() -> None:
    """As typing errors go."""
    assert Spelling(["hogeschool", "school"]).near("hogeshcool", 1) == [("hogeschool", 1)]
