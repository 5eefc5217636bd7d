"""Documents narrowed by facets: which pass, how many there are for each value that can still be picked, in what order.

Several values of one facet widen, several facets narrow. The count of a value is therefore what picking it would show
beside what is picked of its own facet, given what is picked of the others; a value that would show nothing is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from kb.language import fold
from kb.retrieval import passes
from kb.types import Document, Filters, Metadata
from kb.vocabulary import Vocabulary, recorded


class Facet(NamedTuple):
    """A facet by its name on the wire."""

    name: str
    """Also the field of `Filters`."""
    key: str
    """The Dutch key in the front matter and in `corpus/waarden.yaml`."""

    def values(self, metadata: Metadata) -> tuple[str, ...]:
        """The values that a document has for it."""
        return recorded(metadata, self.key)


SECTOR, LEVEL = Facet("sector", "sector"), Facet("level", "niveau")
INSTITUTION, PARTNER = Facet("institution", "hogescholen"), Facet("partner", "partners")
STATUS, REGION = Facet("status", "status"), Facet("region", "regio")
CHOICES = (SECTOR, LEVEL, STATUS, INSTITUTION, PARTNER, REGION)
"""The facets that readers narrow by, in the order in which they are shown."""
ORDERS = frozenset({"title", "date", *(facet.name for facet in CHOICES)})
"""What documents can be put in order by."""
_SCALES = frozenset({LEVEL, STATUS})
"""Facets whose values have an order of their own: the one in `corpus/waarden.yaml`."""


def filters_of(chosen: Mapping[str, Iterable[str]], vocabulary: Vocabulary) -> Filters:
    """Filters from values in any spelling, by facet name; what the vocabulary does not know stays as it is."""

    def canonical(facet: Facet) -> tuple[str, ...]:
        return tuple(dict.fromkeys(vocabulary.canonical(facet.key, v) or v for v in chosen.get(facet.name, ())))

    return Filters(
        sector=canonical(SECTOR),
        institution=canonical(INSTITUTION),
        level=canonical(LEVEL),
        partner=canonical(PARTNER),
        region=canonical(REGION),
        status=canonical(STATUS),
    )


def narrowed(documents: Iterable[Document], filters: Filters) -> list[Document]:
    """The documents that pass."""
    return [document for document in documents if passes(document.metadata, filters)]


def counts(documents: Sequence[Document], filters: Filters, vocabulary: Vocabulary) -> dict[str, dict[str, int]]:
    """For each facet how many documents each value would show; a value that is picked is there even with none."""
    found: dict[str, dict[str, int]] = {}
    for facet in CHOICES:
        others = replace(filters, **{facet.name: ()})
        counted = Counter(value for d in narrowed(documents, others) for value in set(facet.values(d.metadata)))
        values = {*counted, *getattr(filters, facet.name)}
        places = _places(facet, vocabulary)
        found[facet.name] = {v: counted[v] for v in sorted(values, key=lambda v: (places.get(v, len(places)), fold(v)))}
    return found


def in_order(documents: Iterable[Document], order: str, vocabulary: Vocabulary) -> list[Document]:
    """The documents by one of `ORDERS`, downwards with a minus sign; those that lack it last, equals by their titles.

    Raises `ValueError` for another order.
    """
    name = order.removeprefix("-")
    if name not in ORDERS:
        raise ValueError(order)
    by_title = sorted(documents, key=lambda d: (fold(d.metadata.title), d.id))
    keys = {document.id: _key(document, name, vocabulary) for document in by_title}
    known = [document for document in by_title if keys[document.id] is not None]
    known.sort(key=lambda d: keys[d.id], reverse=order.startswith("-"))
    return known + [document for document in by_title if keys[document.id] is None]


def _key(document: Document, name: str, vocabulary: Vocabulary) -> Any:
    """What to sort a document by; None where it lacks that."""
    if name == "title":
        return fold(document.metadata.title)
    if name == "date":
        return document.metadata.date
    facet = next(facet for facet in CHOICES if facet.name == name)
    places = _places(facet, vocabulary)
    return min(((places.get(v, len(places)), fold(v)) for v in facet.values(document.metadata)), default=None)


def _places(facet: Facet, vocabulary: Vocabulary) -> dict[str, int]:
    """The place of each value on its scale; empty for a facet without one."""
    return {v.name: place for place, v in enumerate(vocabulary.of(facet.key))} if facet in _SCALES else {}
