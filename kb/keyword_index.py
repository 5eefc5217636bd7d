"""Word search over chunks: Tantivy (BM25) in memory, on the stems of `kb/language.py`.

An index is not changed once built; `updated` gives a new one that shares what stayed the same.

A chunk is indexed in four fields: the stems of its text, of its headings and title, and the 5-grams of its stems.
The grams bridge compounds, inflection and typing errors (15 points nDCG@10 where vocabulary differs; see README).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import tantivy

from kb.language import grams, is_stop, plain_words
from kb.types import Chunk, Term

ROW, BODY, HEADINGS, TITLE, GRAMS = "row", "body", "headings", "title", "grams"


@dataclass(frozen=True, slots=True)
class Boosts:
    """What a match in a field counts for; 0 leaves the field out. Measured one by one by `bench/ablation.py`."""

    body: float = 1.0
    headings: float = 0.6
    title: float = 0.4
    grams: float = 0.15
    """For each part of a word that is found."""
    translated_grams: float = 0.75
    """Times `grams`: for the parts of the words that translate a foreign one."""


TRANSLATIONS = 2
"""Translations of a foreign word whose parts are looked for, the best first."""

_KEPT_STEMS = 5_000
"""Stems and parts of stems of which an index remembers how they are searched for, at most; some 1 MB."""

REBUILD_BELOW = 3_000
"""Collections with fewer chunks are indexed anew at each change: it takes but a moment, and leaves no trace in the
statistics of what was deleted (Tantivy counts deleted rows until it merges)."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one index."""

    count: int
    query: tantivy.Query
    """Matches these rows, and adds nothing to their score."""


class KeywordIndex:
    """An index of some chunks; not changed once built, so that a search never sees half of it."""

    def __init__(self, chunks: Iterable[Chunk], boosts: Boosts = Boosts()) -> None:
        self._boosts = boosts
        self._schema = _schema()
        self._index = tantivy.Index(self._schema)
        self._rows: Mapping[int, Chunk] = {}
        self._next = 0
        self._deleted = 0
        self.frequency: Counter[str] = Counter()
        """In how many chunks (text, headings or title) a stem stands."""
        self.words: Counter[str] = Counter()
        """How often a folded word stands in the chunks."""
        self._write((), chunks)

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """The chunks, in the order in which they were added."""
        return tuple(self._rows.values())

    def updated(self, gone: Collection[str], new: Sequence[Chunk], rebuild_below: int = REBUILD_BELOW) -> KeywordIndex:
        """An index without the documents `gone` (ids) and with the chunks `new`; this one stays as it is."""
        kept = [chunk for chunk in self._rows.values() if chunk.document_id not in gone]
        dropped = len(self._rows) - len(kept)
        if len(kept) + len(new) < rebuild_below or self._deleted + dropped > len(kept) // 4:
            return KeywordIndex((*kept, *new), self._boosts)
        other = KeywordIndex.__new__(KeywordIndex)
        other._schema, other._index, other._boosts = self._schema, self._index, self._boosts
        other._rows, other._next = self._rows, self._next
        other._deleted = self._deleted + dropped
        other.frequency, other.words = Counter(self.frequency), Counter(self.words)
        other._write(gone, new)
        return other

    def _write(self, gone: Collection[str], new: Iterable[Chunk]) -> None:
        rows = dict(self._rows)
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        for row in [row for row, chunk in rows.items() if chunk.document_id in gone]:
            seen, words, _ = _analysed(rows.pop(row))
            _take_out(self.frequency, seen)
            _take_out(self.words, words)
            writer.delete_documents_by_term(ROW, row)
        for chunk in new:
            seen, words, fields = _analysed(chunk)
            self.frequency.update(seen)
            self.words.update(words)
            document = tantivy.Document()
            document.add_integer(ROW, self._next)
            for field, text in fields.items():
                document.add_text(field, text)
            writer.add_document(document)
            rows[self._next] = chunk
            self._next += 1
        writer.commit()
        writer.wait_merging_threads()
        self._rows = rows
        self._index.reload()
        self._searcher = self._index.searcher()
        self._stem = _stem_queries(self._schema, self._searcher)

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, keep: Callable[[Chunk], bool]) -> Rows:
        """The rows of the chunks that may be found, for `search`."""
        wanted = [row for row, chunk in self._rows.items() if keep(chunk)]
        among = tantivy.Query.term_set_query(self._schema, ROW, wanted)
        return Rows(len(wanted), tantivy.Query.const_score_query(among, 0.0))

    def search(self, terms: Sequence[Term], k: int, among: Rows | None = None) -> list[tuple[Chunk, float]]:
        """The chunks in which the terms, or what stands for them, are found; BM25 score, best first.

        `among`: the only rows that may be found, of this very index; scores are what they would be without.
        """
        clauses = [clause for term in terms for clause in self._clauses(term)]
        if not clauses or not self._rows or (among is not None and not among.count):
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])
        if among is not None:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among.query)])
        hits = self._searcher.search(query, limit=min(k, len(self._rows)), count=False).hits
        rows = self._searcher.fast_field_values(ROW, [address for _, address in hits])
        return [(self._rows[row], score) for row, (score, _) in zip(rows, hits, strict=True)]

    def _clauses(self, term: Term) -> list[tantivy.Query]:
        """What a term is searched by; what stands nowhere in a field is left out, as to look for it takes its time."""
        clauses = []
        ways = [(term.stems, 1.0), *term.alternatives]
        boosts = self._boosts
        for field, boost in ((BODY, boosts.body), (HEADINGS, boosts.headings), (TITLE, boosts.title)):
            options = [
                tantivy.Query.boost_query(phrase, boost * weight * _importance(term))
                for stems, weight in ways
                if boost and (phrase := self._phrase(field, stems)) is not None
            ]
            if options:
                clauses.append(tantivy.Query.disjunction_max_query(options, 0.0))
        return clauses if term.light else clauses + self._parts(term)

    def _parts(self, term: Term) -> list[tantivy.Query]:
        """Clauses for the parts of a term's words, and of the words that translate it."""
        boosts = self._boosts
        ways = [(term.stems, 1.0)]
        if term.translated:
            ways += [(way, weight * boosts.translated_grams) for way, weight in term.alternatives[:TRANSLATIONS]]
        return [
            tantivy.Query.boost_query(part, boosts.grams * weight * _importance(term))
            for stems, weight in ways
            for word in stems
            if len(word) > 3 and boosts.grams * weight
            for gram in grams(word)
            if (part := self._stem(GRAMS, gram)) is not None
        ]

    def _phrase(self, field: str, stems: tuple[str, ...]) -> tantivy.Query | None:
        """Matches where all of some stems stand in a field; None where that is nowhere."""
        if len(stems) == 1:
            return self._stem(field, stems[0])
        queries = [self._stem(field, word) for word in stems]
        if not queries or None in queries:
            return None
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _stem_queries(schema: tantivy.Schema, searcher: tantivy.Searcher) -> Callable[[str, str], tantivy.Query | None]:
    """Gives what matches a stem, or a part of one, in a field; None where it stands nowhere."""

    @lru_cache(maxsize=_KEPT_STEMS)
    def query(field: str, stem: str) -> tantivy.Query | None:
        return tantivy.Query.term_query(schema, field, stem) if searcher.doc_freq(field, stem) else None

    return query


def _analysed(chunk: Chunk) -> tuple[set[str], list[str], dict[str, str]]:
    """The stems that stand in a chunk, its folded words, and the texts of its fields."""
    parts = [plain_words(text) for text in (chunk.text, " ".join(chunk.section), chunk.metadata.title)]
    stems = [[found for _, found in words] for words in parts]
    fields = {field: " ".join(found) for field, found in zip((BODY, HEADINGS, TITLE), stems, strict=True)}
    fields[GRAMS] = " ".join(sorted({_gram_text(*pair) for pair in {*parts[0], *parts[1]}}))
    return {found for part in stems for found in part}, [word for words in parts for word, _ in words], fields


@lru_cache(maxsize=200_000)
def _gram_text(word: str, found: str) -> str:
    """The grams of a word's stem; nothing for words that carry grammar only, and for the shortest."""
    return "" if is_stop(word) or len(found) <= 3 else " ".join(sorted(grams(found)))


def _take_out(counts: Counter[str], words: Iterable[str]) -> None:
    """Count words once less; what stands nowhere any more is forgotten."""
    for word in words:
        counts[word] -= 1
        if counts[word] <= 0:
            del counts[word]


def _importance(term: Term) -> float:
    return 0.3 if term.light else 1.0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field(ROW, indexed=True, fast=True)
    for field in (BODY, HEADINGS, TITLE, GRAMS):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
