"""Terms are met in rows of stems as the plain definition says, however they are looked up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.language import similarity
from kb.presence import ALIKE, Asked, asked, presence
from kb.types import Question, Term

STEMS = st.sampled_from(
    "bouw bouwend bouwsector woningbouw branche installatiebranche modebranche noord nederland brabant 7 70 mbo zij "
    "instal installatie leerling meesterproef proef".split()
)
WAYS = st.lists(STEMS, min_size=1, max_size=2).map(tuple)
TERMS = st.builds(
    Term,
    text=st.just("woord"),
    stems=WAYS,
    weight=st.sampled_from([0.15, 0.5, 1.0]),
    alternatives=st.lists(st.tuples(WAYS, st.sampled_from([0.45, 0.8, 0.95])), max_size=3).map(tuple),
    name=st.booleans(),
)
ROWS = st.lists(STEMS, max_size=8).map(tuple)


def plainly(term: Term, stems: tuple[str, ...]) -> float:
    """How well a term is met, way by way and stem by stem."""
    best = 0.0
    for way, weight in ((term.stems, 1.0), *term.alternatives):
        if len(way) > 1:
            places = [at for at in range(len(stems)) if stems[at : at + len(way)] == way]
            if places or (not term.name and set(way) <= set(stems)):
                best = max(best, weight)
            continue
        for stem in stems:
            alike = 1.0 if stem == way[0] else similarity(way[0], stem)
            whole_only = term.name or way[0].isdigit() or (weight < 1.0 and alike < ALIKE)
            best = max(best, 0.0 if alike < 1.0 and whole_only else weight * alike)
    return best


def question(*terms: Term) -> Question:
    return Question("?", "nl", "what", terms)


@given(st.lists(TERMS, max_size=4), st.lists(ROWS, max_size=4))
def test_all_terms_together_as_each_alone(terms: list[Term], rows: list[tuple[str, ...]]) -> None:
    """Looked for together or one by one, and whatever was looked at before, what is met is the same."""
    together = Asked(question(*terms))
    for row in rows:
        expected = tuple(plainly(term, row) for term in terms)
        assert together.met(row) == expected
        assert tuple(presence(term, row) for term in terms) == expected


@given(st.lists(TERMS, min_size=1, max_size=4), ROWS)
def test_shares_lie_between_nothing_and_all(terms: list[Term], row: tuple[str, ...]) -> None:
    together = Asked(question(*terms))
    met = together.met(row)
    assert 0.0 <= together.share(met) <= 1.0 + 1e-9
    assert 0.0 <= together.asked_share(row) <= 1.0
    assert (met is together.none) == (not any(met))


def test_of_a_set_no_order_is_known() -> None:
    """A name whose words stand apart is not met in a row of stems, and may be in a set of them."""
    name = Term("Noord-Nederland", ("noord", "nederland"), 1.0, name=True)
    row = ("noord", "brabant", "nederland")
    together = Asked(question(name))
    assert together.met(row) == (0.0,)
    assert together.met_among(frozenset(row)) == (1.0,)


def test_what_was_asked_for_counts_as_asked() -> None:
    together = Asked(question(Term("branche", ("branche",), 1.0), Term("noord nederland", ("noord", "nederland"), 1.0)))
    assert together.asked_share(("installatiebranche", "noord", "zij", "zij")) == 0.5
    assert together.asked_share(()) == 0.0


def test_the_terms_of_a_question_are_prepared_once() -> None:
    """Until another question is asked."""
    one, other = question(Term("a", ("bouw",), 1.0)), question(Term("a", ("bouw",), 1.0))
    assert asked(one) is asked(one)
    assert asked(one) is not asked(other)
