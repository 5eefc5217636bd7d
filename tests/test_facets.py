"""Filters and their counts: what is offered leads to what it says, and never to nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import CRAFT
from documents import make_document
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import Block
from kb.facets import CHOICES, ORDERS, STATUS, Facet, counts, filters_of, in_order, narrowed
from kb.types import Document, Filters, Metadata
from kb.vocabulary import FACETS, Vocabulary

VOCABULARY = Vocabulary.load(CRAFT / "waarden.yaml")
_SEVERAL = {facet: st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True).map(tuple) for facet in CHOICES}


def _document(number: int, values: dict[Facet, tuple[str, ...]], date: str | None) -> Document:
    fields = {FACETS[facet.key]: values[facet] for facet in CHOICES if facet != STATUS}
    metadata = Metadata(title=f"Proef {number % 3}", status=next(iter(values[STATUS]), None), date=date, **fields)
    return replace(make_document([Block("paragraph", "Een zin.")], f"pilots/proef-{number}"), metadata=metadata)


_VALUES = st.fixed_dictionaries(_SEVERAL)
_DOCUMENTS = st.lists(st.tuples(_VALUES, st.sampled_from([None, "2020", "2021-03"])), max_size=8).map(
    lambda rows: [_document(number, values, date) for number, (values, date) in enumerate(rows)]
)
_FILTERS = _VALUES.map(lambda values: filters_of({facet.name: found for facet, found in values.items()}, VOCABULARY))


@given(_DOCUMENTS, _FILTERS)
def test_a_count_is_what_picking_the_value_shows(documents: list[Document], filters: Filters) -> None:
    """Each value that is offered shows just as many documents as it says, beside what is picked of other facets."""
    for facet in CHOICES:
        for value, count in counts(documents, filters, VOCABULARY)[facet.name].items():
            assert len(narrowed(documents, replace(filters, **{facet.name: (value,)}))) == count
            assert count > 0 or value in getattr(filters, facet.name)


@given(_DOCUMENTS, _FILTERS)
def test_what_is_picked_can_always_be_undone(documents: list[Document], filters: Filters) -> None:
    """A value that is picked is offered, also where it shows nothing, and so is every value without any filter."""
    offered = counts(documents, filters, VOCABULARY)
    assert all(set(getattr(filters, facet.name)) <= set(offered[facet.name]) for facet in CHOICES)
    free = counts(documents, Filters(), VOCABULARY)
    for facet in CHOICES:
        assert set(free[facet.name]) == {v for d in documents for v in facet.values(d.metadata)}


@given(_DOCUMENTS, st.sampled_from(sorted(ORDERS)), st.booleans())
def test_an_order_keeps_every_document(documents: list[Document], order: str, down: bool) -> None:
    """Nothing is lost or doubled, what lacks the value comes last both ways, and dates run as asked."""
    ordered = in_order(documents, f"-{order}" if down else order, VOCABULARY)
    assert sorted(d.id for d in ordered) == sorted(d.id for d in documents)
    dates = [d.metadata.date for d in in_order(documents, "-date" if down else "date", VOCABULARY)]
    known = [date for date in dates if date]
    assert known == sorted(known, reverse=down) and dates == known + [None] * (len(dates) - len(known))


def test_a_scale_has_its_own_order_and_other_values_that_of_the_alphabet() -> None:
    """Levels and states stand as in the list of values; an order that does not exist is refused."""
    names = [value.name for value in VOCABULARY.of("niveau")]
    values = {facet: () for facet in CHOICES}
    documents = [_document(n, {**values, CHOICES[1]: (name,)}, None) for n, name in enumerate(reversed(names))]
    assert list(counts(documents, Filters(), VOCABULARY)["level"]) == names
    assert [d.metadata.levels[0] for d in in_order(documents, "level", VOCABULARY)] == names
    with pytest.raises(ValueError):
        in_order(documents, "kleur", VOCABULARY)


def test_any_spelling_is_a_filter() -> None:
    """A spelling of another language or an abbreviation means its value; what nobody knows stays as it is."""
    filters = filters_of({"institution": ["NLA", "Noorderlicht Academie"], "sector": ["onbekend"]}, VOCABULARY)
    assert filters.institution == ("Noorderlicht Academie",)
    assert filters.sector == ("onbekend",)
