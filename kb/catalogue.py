"""Documents as records: which pilots there are, what is known of each, and questions about all of them together.

A collection is a kind of document of which there are several ("pilots"), or the numbered sections under one
heading ("Dit zijn de 7 pilots"). A question about a collection ("welke pilots zijn er in de bouw", "aan welke
pilots doet Windesheim mee", "hoeveel", "welke hogescholen doen mee") is answered from its items, complete, each
with the passage that shows why it belongs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from kb.context import Context
from kb.language import similarity, stem, tokens
from kb.presence import presence
from kb.snapshot import Snapshot
from kb.types import Document, DocumentKind, Question, Term
from kb.units import Unit
from kb.vocabulary import ORGANISATIONS, Value, Vocabulary, recorded
from kb.wanted import wanted

ENOUGH = 0.6
"""An item belongs when this share of what is asked of it, by weight, is found in it."""
FEW = 3
"""Items of which the parties are told together, at most."""
_STANDS_FOR = 0.8
"""How well another word must stand for the term to name the value that it spells."""
_OPENING = 3
"""Sentences that tell what one item is, at most."""
KIND_KEYS = {
    DocumentKind.PROGRAMME: "programma",
    DocumentKind.PILOT: "pilot",
    DocumentKind.GOOD_PRACTICE: "good-practice",
    DocumentKind.GUIDE: "handreiking",
    DocumentKind.CONCEPT: "begrip",
}
_FILTERABLE = ("sector", "hogescholen", "partners", "niveau", "regio", "status")

_SAID = frozenset({"niveau", "regio", "status"})
"""Facets of which an item's lead says nothing: the sentence that does is shown."""


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a collection: a document, or a numbered section of one."""

    title: str
    document_id: str
    section: int | None
    units: tuple[Unit, ...]
    facets: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Collection:
    """Things of one sort that a reader can ask for together."""

    nouns: frozenset[tuple[str, ...]]
    """What one of them is called: stems of its names, in singular and plural."""
    name: str
    """What they are called together, for people: "pilots"."""
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An item that belongs to the answer, and the unit that shows it."""

    item: Item
    unit: Unit
    coverage: float
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A complete answer from a collection."""

    matches: tuple[Match, ...]
    total: int
    """How many items the collection has."""
    asked: str
    """`items` or `count`, the facet whose values were asked for, or `parties` for organisations of any sort."""
    constrained: bool
    """Whether the question narrowed the collection."""
    by_value: bool
    """Whether it did so by values of facets, and not only by words."""
    collection: Collection = field(repr=False)
    values: tuple[str, ...] = ()
    """The values of facets that the items are to have, as far as they are called for."""
    instead: tuple[str, ...] = ()
    """Where no item has the value asked for: those of its facet that the items do have, the commonest first."""


_WHAT_IS = re.compile(r"(?:en |and )?(?:wat (?:is|houdt)|what is) (?:(?:de|het|the|dat|die) )?", re.IGNORECASE)
_IS_THERE = re.compile(
    r"(?:en |and )?(?:is|zijn|bestaan|bestaat|are) (?:er|there) "
    r"(?:(?:ook|al|nog|een|geen|any|an?|meer|andere|other) )*",
    re.IGNORECASE,
)


def _only_exists(question: Question, term: Term) -> bool:
    """Whether a term is a verb that says no more than that something is there: "welke pilots lopen er in …"."""
    return question.head[1:3] == (*term.stems, "er")


class Catalogue:
    """The collections of one snapshot."""

    def __init__(self, collections: Sequence[Collection], vocabulary: Vocabulary) -> None:
        self.collections = tuple(collections)
        self._vocabulary = vocabulary

    @classmethod
    def build(cls, snapshot: Snapshot) -> Catalogue:
        """Gather the kinds with more than one document, then the numbered sections that add a new sort."""
        vocabulary = snapshot.vocabulary
        documents = [snapshot.document(document_id) for document_id in snapshot.versions]
        collections = [c for kind in KIND_KEYS if (c := _of_kind(kind, documents, snapshot)) is not None]
        known = {noun for collection in collections for noun in collection.nouns}
        for document in documents:
            for collection in _of_sections(document, snapshot):
                if not collection.nouns & known:
                    collections.append(collection)
        return cls(collections, vocabulary)

    def narrowed(self, keep: Callable[[str], bool]) -> Catalogue:
        """The same collections with only the items of the documents that are to be kept, by their ids."""
        inside = (replace(c, items=tuple(i for i in c.items if keep(i.document_id))) for c in self.collections)
        return Catalogue([collection for collection in inside if collection.items], self._vocabulary)

    def answer(self, question: Question) -> Listing | None:
        """The listing that a question asks for, or None where it asks for something else.

        A listing without matches says that no item is as the question wants it: there is no pilot in that sector.
        """
        if not question.terms:
            return None
        question = replace(question, terms=tuple(part for term in question.terms for part in self._apart(term)))
        if question.kind == "who" and wanted(question) == "parties":
            return self._parties(question)
        if question.kind not in {"list", "how_many", "yes_no", "definition"}:
            return None
        if question.kind == "yes_no":
            return self._existing(question)
        if question.kind == "definition":
            return self._one(question)
        collection = self._named(question)
        if collection is not None:
            return self._items(question, collection)
        facet = asked_facet(question, self._vocabulary)
        if facet is None:
            return None
        inside = [c for c in self.collections if _mentions(question, c.nouns)] or self._having(facet)
        return self._values(question, (facet,), inside[0]) if inside else None

    def _apart(self, term: Term) -> tuple[Term, ...]:
        """The two words of "metaalpilot", where the first is a value and the second what an item is called."""
        word = term.stems[0] if len(term.stems) == 1 else ""
        for noun in (noun[0] for collection in self.collections for noun in collection.nouns if len(noun) == 1):
            before = word.removesuffix(noun)
            first = stem(before)
            if before and before != word and (values := self._vocabulary.spelled_by((first,))):
                spelled = {tuple(t.stem for t in tokens(s)): 0.95 for value in values for s in value.spellings}
                of_value = replace(term, stems=(first,), alternatives=tuple(spelled.items()))
                return of_value, replace(term, stems=(noun,), alternatives=())
        return (term,)

    def _existing(self, question: Question) -> Listing | None:
        """The items of which is asked whether there are any: "zijn er pilots in de bouw?"."""
        listing = self._named_behind(_IS_THERE, question)
        return listing if listing is not None and listing.by_value else None

    def _one(self, question: Question) -> Listing | None:
        """The one item of which is asked what it is: "wat is de pilot van het atelier?"."""
        listing = self._named_behind(_WHAT_IS, question)
        return listing if listing is not None and len(listing.matches) == 1 else None

    def _named_behind(self, opening: re.Pattern[str], question: Question) -> Listing | None:
        """The items of the collection that a question names behind its opening, where it says more of them."""
        asked = opening.match(question.asked)
        if not asked:
            return None
        named = replace(question, head=tuple(token.stem for token in tokens(question.asked[asked.end() :])[:3]))
        collection = self._named(named) if named.head else None
        listing = self._items(named, collection) if collection is not None else None
        return listing if listing is not None and listing.constrained else None

    def _parties(self, question: Question) -> Listing | None:
        """Who takes part in an item or a few of a collection: "wie doen er mee aan de pilot in de wol"."""
        named = replace(question, terms=tuple(term for term in question.terms if not term.light))
        collection = next((c for c in self.collections if _mentions(named, c.nouns)), None)
        listing = self._values(question, sorted(ORGANISATIONS), collection) if collection is not None else None
        about = {(match.item.document_id, match.item.section) for match in listing.matches} if listing else ()
        return listing if listing and listing.constrained and len(about) <= FEW else None

    def _having(self, facet: str) -> list[Collection]:
        """The collection of which the largest share of items has a value of a facet: its items are about those."""

        def share(collection: Collection) -> float:
            return sum(bool(item.facets.get(facet)) for item in collection.items) / len(collection.items)

        return sorted(self.collections, key=share, reverse=True)[:1]

    def _named(self, question: Question) -> Collection | None:
        """The collection whose name follows "welke" or "hoeveel"."""
        for collection in self.collections:
            for noun in collection.nouns:
                if question.head[: len(noun)] == noun:
                    return collection
        if not question.head:
            return next((c for c in self.collections if _mentions(question, c.nouns)), None)
        called, _ = self._vocabulary.called(question.head) if question.kind != "how_many" else ("", 0)
        nouns = [
            tuple(t.stem for t in tokens(s))
            for v in self._vocabulary.of("soort")
            if v.name == called
            for s in v.spellings
        ]
        return next((c for c in self.collections if not c.nouns.isdisjoint(nouns)), None)

    def _items(self, question: Question, collection: Collection) -> Listing | None:
        _, called = self._vocabulary.called(question.head)
        nouns = {stem for noun in collection.nouns for stem in noun} | set(question.head[:called])
        asked = "count" if question.kind == "how_many" else "items"
        matches, constrained = self._matching(question, collection, nouns)
        wanted_values = [v for term in question.terms for v in self._values_of(term)]
        values = tuple(dict.fromkeys(v.name for v in wanted_values))
        by_name = any(question.head[: len(noun)] == noun for noun in collection.nouns)
        if not matches and not by_name and not (values and called):
            return None
        facets = {v.facet for v in wanted_values}
        instead = _recorded(collection, facets.pop()) if not matches and len(facets) == 1 else ()
        return Listing(
            tuple(matches), len(collection.items), asked, constrained, bool(values), collection, values, instead
        )

    def _matching(self, question: Question, collection: Collection, skip: Iterable[str]) -> tuple[list[Match], bool]:
        """The items in which what the question asks is found, and whether it asked anything of them."""
        constraints = self._constraints(question, set(skip), collection)
        if not constraints:
            return [Match(item, _lead(item), 1.0) for item in collection.items], False
        scored = [self._match(item, constraints) for item in collection.items]
        best = max((match.coverage for match in scored), default=0.0)
        bar = max(ENOUGH, 0.85 * best)
        return [match for match in scored if match.coverage >= bar], True

    def _constraints(self, question: Question, skip: set[str], collection: Collection) -> list[Term]:
        """The terms that say something of single items: not the collection's name, nor what holds for all of it."""
        everywhere = {
            stem
            for stem in {s for term in question.terms for s in term.stems}
            if sum(any(stem in unit.stems for unit in item.units) for item in collection.items)
            > 0.8 * len(collection.items)
        }
        return [
            term
            for term in question.terms
            if not ((term.light or term.aside) and not self._values_of(term))
            and not _only_exists(question, term)
            and not set(term.stems) <= skip
            and not set(term.stems) <= everywhere
            and not (len(term.stems) == 1 and term.stems[0].isdigit())
            and (term.weight >= 0.3 or self._values_of(term))
        ]

    def _match(self, item: Item, constraints: Sequence[Term]) -> Match:
        total = sum(term.weight for term in constraints)
        got = 0.0
        held: list[tuple[float, Term]] = []
        for term in constraints:
            value = max((presence(term, unit.stems) for unit in item.units), default=0.0)
            values = self._values_of(term)
            if values:
                value = 1.0 if any(v.name in item.facets.get(v.facet, ()) for v in values) else 0.0
            value = value if value >= 0.7 else 0.0
            got += term.weight * value
            held.append((value, term))
        met = [term for value, term in held if value]
        named = [v for term in met for v in self._values_of(term) if v.facet in ORGANISATIONS]
        loose = [term for term in met if all(v.facet in _SAID for v in self._values_of(term))]
        unit = (_naming(item, named[0].name, named[0]) if named and not loose else None) or _showing(item, loose)
        return Match(item, unit, got / total if total else 0.0)

    def _values_of(self, term: Term) -> list[Value]:
        """The facet values that a term spells, or that what fully stands for it does."""
        ways = (term.stems, *(way for way, weight in term.alternatives if weight >= _STANDS_FOR))
        spelled = next((values for way in ways if (values := self._vocabulary.spelled_by(way))), ())
        return [value for value in spelled if value.facet in _FILTERABLE]

    def _values(self, question: Question, facets: Sequence[str], collection: Collection) -> Listing | None:
        """The values of facets over the items that the rest of the question leaves: "welke hogescholen in de bouw"."""
        skip = {stem for noun in collection.nouns for stem in noun} | set(question.head[:1])
        items, constrained = self._matching(question, collection, skip)
        matches: dict[str, Match] = {}
        for match in items:
            for facet in facets:
                spellings = {value.name: value for value in self._vocabulary.of(facet)}
                for name in sorted(match.item.facets.get(facet, ())):
                    if name not in matches and (unit := _naming(match.item, name, spellings.get(name))) is not None:
                        matches[name] = Match(match.item, unit, match.coverage, name)
        if not matches:
            return None
        asked = facets[0] if len(facets) == 1 else "parties"
        return Listing(tuple(matches.values()), len(collection.items), asked, constrained, True, collection)

    def said_at_once(self, listing: Listing, unit: Unit) -> bool:
        """Whether one sentence names all values of a listing, so that it can be quoted in their place."""
        facets = ORGANISATIONS if listing.asked == "parties" else (listing.asked,)
        spelled = {v.name: v for facet in facets for v in self._vocabulary.of(facet)}
        item = Item("", unit.document_id, None, (unit,), {})
        return all(
            match.value and _naming(item, match.value, spelled.get(match.value)) is not None
            for match in listing.matches
        )


def _recorded(collection: Collection, facet: str) -> tuple[str, ...]:
    """The values of a facet over the items of a collection, the commonest first."""
    counted = Counter(name for item in collection.items for name in sorted(item.facets.get(facet, ())))
    return tuple(name for name, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def asked_facet(question: Question, vocabulary: Vocabulary) -> str | None:
    """The facet whose values are asked for: "welke hogescholen", "welke sectoren"."""
    if not question.head:
        return None
    asked = question.head[0]
    called, _ = vocabulary.called(question.head)
    if called in _FILTERABLE and question.kind != "how_many":
        return called
    ways = {asked} | {
        way[0] for term in question.terms if term.stems[: len(question.head)] == question.head[: len(term.stems)]
        for way, w in term.alternatives if len(way) == 1 and w > 0.7
    }  # fmt: skip
    for facet in _FILTERABLE:
        name = tokens(facet)[0].stem
        if any(similarity(name, way) == 1.0 for way in ways):
            return facet
    return None


def asked_facets(question: Question, vocabulary: Vocabulary) -> frozenset[str]:
    """The facets of which a value answers: one asked for by a word that may stand for its name leaves others too.

    "Welke branches" may be met by sectors, and by the organisations of these.
    """
    facet = asked_facet(question, vocabulary)
    if facet is None:
        return frozenset()
    by_name = similarity(tokens(facet)[0].stem, question.head[0]) == 1.0
    return frozenset({facet}) if by_name else frozenset({facet, *ORGANISATIONS})


def _of_kind(kind: DocumentKind, documents: Sequence[Document], snapshot: Snapshot) -> Collection | None:
    members = [d for d in documents if d.metadata.kind is kind]
    if len(members) < 2:
        return None
    names = [v for v in snapshot.vocabulary.of("soort") if v.name == KIND_KEYS[kind]]
    spellings = names[0].spellings if names else (KIND_KEYS[kind],)
    nouns = frozenset(tuple(t.stem for t in tokens(s)) for s in spellings)
    facets = {d.id: {f: frozenset(recorded(d.metadata, f)) for f in _FILTERABLE} for d in members}
    items = [Item(d.metadata.title, d.id, None, snapshot.context(d.id).units, facets[d.id]) for d in members]
    name = (names[0].plural or names[0].name) if names else KIND_KEYS[kind]
    return Collection(nouns, name, tuple(items))


def _of_sections(document: Document, snapshot: Snapshot) -> list[Collection]:
    """The numbered sections that stand together under one heading; the heading's last noun names them."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, section in enumerate(document.sections):
        if section.ordinal is not None and len(section.headings) > 1:
            groups.setdefault(section.headings[:-1], []).append(place)
    collections = []
    for path, places in groups.items():
        nouns = [t for t in tokens(path[-1]) if len(t.word) > 3 and not t.word.isdigit()]
        counted = [document.sections[place].ordinal for place in places] == list(range(1, len(places) + 1))
        # the chapters of a report are numbered too: only what a plural announces is a collection ("zeven pilots")
        if len(places) < 2 or not counted or not nouns or not nouns[-1].word.endswith(("en", "s")):
            continue
        context = snapshot.context(document.id)
        items = [_section_item(document, place, context, snapshot.vocabulary) for place in places]
        collections.append(Collection(frozenset({(nouns[-1].stem,)}), nouns[-1].surface.lower(), tuple(items)))
    return collections


def _section_item(document: Document, place: int, context: Context, vocabulary: Vocabulary) -> Item:
    units = tuple(unit for unit in context.units if unit.section == place)
    title = document.sections[place].headings[-1]
    facets: dict[str, set[str]] = {}
    for text in (title, *(unit.text for unit in units)):
        named = vocabulary.named_in(text)
        covered = {i for value, a, b in named if value.facet in ORGANISATIONS for i in range(a, b)}
        for value, start, _ in named:
            if value.facet in {*ORGANISATIONS, "niveau"} or (text == title and start not in covered):
                facets.setdefault(value.facet, set()).add(value.name)
        if text == title:
            facets.setdefault("sector", set()).update(_sectors_in(title, vocabulary))
    return Item(title, document.id, place, units, {key: frozenset(values) for key, values in facets.items()})


def _sectors_in(title: str, vocabulary: Vocabulary) -> set[str]:
    """The sectors whose name is part of a word of the title ("Bouwkunde" is of the bouw), outside other names."""
    covered = {i for value, a, b in vocabulary.named_in(title) if value.facet == "partners" for i in range(a, b)}
    words = [token for token in tokens(title) if token.start not in covered]
    found = set()
    for value in vocabulary.of("sector"):
        names = [t.stem for s in value.spellings if len(tokens(s)) == 1 for t in tokens(s)]
        if any(similarity(name, word.stem) >= 0.8 and len(name) <= len(word.stem) for name in names for word in words):
            found.add(value.name)
    return found


def _mentions(question: Question, nouns: Iterable[tuple[str, ...]]) -> bool:
    stems = tuple(stem for term in question.terms for stem in term.stems)
    return any(set(noun) <= set(stems) for noun in nouns)


def opening(item: Item) -> tuple[Unit, ...]:
    """The first sentences of an item, which tell what it is; of one paragraph, and no more than are read at once."""
    first = next((unit for unit in item.units if unit.kind == "sentence"), None)
    if first is None:
        return (_lead(item),)
    return tuple(u for u in item.units if u.paragraph == first.paragraph and u.kind == "sentence")[:_OPENING]


def _lead(item: Item) -> Unit:
    """The unit that introduces an item: its heading where that says much, else its first sentence."""
    heading = next((u for u in item.units if u.kind == "heading"), None)
    sentence = next((u for u in item.units if u.kind == "sentence"), None)
    if item.section is not None and heading is not None:
        return heading
    return sentence or heading or item.units[0]


def _showing(item: Item, terms: Sequence[Term]) -> Unit:
    """The unit of an item in which most of the terms are met; the item's lead where none is."""
    if not terms:
        return _lead(item)

    def met(unit: Unit) -> float:
        return sum(t.weight * presence(t, unit.stems) for t in terms) - (0.05 if unit is not _lead(item) else 0.0)

    best = max(item.units, key=met)
    return best if met(best) > 0 else _lead(item)


def _naming(item: Item, name: str, value: Value | None) -> Unit | None:
    """The first unit of an item that names a value, in any of its spellings; a heading where nothing below it does."""
    spellings = [tuple(t.stem for t in tokens(s)) for s in (value.spellings if value else (name,))]
    for unit in sorted(item.units, key=lambda unit: unit.kind == "heading"):
        for spelling in spellings:
            n = len(spelling)
            if any(unit.stems[i : i + n] == spelling for i in range(len(unit.stems) - n + 1)):
                return unit
    return None
