"""Word search over chunks: Tantivy (BM25) in memory, on the stems of `kb/language.py`.

A chunk is indexed in four fields: the stems of its text, of its headings and title, and the 5-grams of its stems.
The grams bridge compounds, inflection and typing errors (15 points nDCG@10 where vocabulary differs; see README).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import tantivy

from kb.language import grams, is_stop, stem, tokens
from kb.types import Chunk, Term

BODY, HEADINGS, TITLE, GRAMS = "body", "headings", "title", "grams"
_BOOSTS = {BODY: 1.0, HEADINGS: 0.6, TITLE: 0.4}
_GRAM_BOOST = 0.15


class KeywordIndex:
    """An index of some chunks; not changed once built, so that a search never sees half of it."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.chunks = tuple(chunks)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema)
        self.frequency: Counter[str] = Counter()
        """In how many chunks (text, headings or title) a stem stands."""
        self.words: Counter[str] = Counter()
        """How often a folded word stands in the chunks."""
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        for row, chunk in enumerate(self.chunks):
            body = tokens(chunk.text)
            heading = tokens(" ".join(chunk.section))
            title = tokens(chunk.metadata.title)
            seen = {token.stem for token in (*body, *heading, *title)}
            self.frequency.update(seen)
            self.words.update(token.word for token in (*body, *heading, *title))
            document = tantivy.Document()
            document.add_integer("row", row)
            for field, words in ((BODY, body), (HEADINGS, heading), (TITLE, title)):
                document.add_text(field, " ".join(token.stem for token in words))
            content = {token.stem for token in (*body, *heading) if not is_stop(token.word) and len(token.stem) > 3}
            document.add_text(GRAMS, " ".join(gram for word in sorted(content) for gram in sorted(grams(word))))
            writer.add_document(document)
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return len(self.chunks)

    def search(self, terms: Sequence[Term], k: int) -> list[tuple[Chunk, float]]:
        """The chunks in which the terms, or what stands for them, are found; BM25 score, best first."""
        clauses = [clause for term in terms for clause in self._clauses(term)]
        if not clauses or not self.chunks:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])
        hits = self._searcher.search(query, limit=min(k, len(self.chunks)), count=False).hits
        return [(self.chunks[self._searcher.doc(address)["row"][0]], float(score)) for score, address in hits]

    def _clauses(self, term: Term) -> list[tantivy.Query]:
        clauses = []
        ways = [(term.stems, 1.0), *term.alternatives]
        for field, boost in _BOOSTS.items():
            options = [
                tantivy.Query.boost_query(self._phrase(field, stems), boost * weight * _importance(term))
                for stems, weight in ways
                if stems
            ]
            if options:
                clauses.append(tantivy.Query.disjunction_max_query(options, 0.0))
        if not term.light:
            clauses += [
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, GRAMS, gram), _GRAM_BOOST * _importance(term)
                )
                for word in term.stems
                if len(word) > 3
                for gram in grams(word)
            ]
        return clauses

    def _phrase(self, field: str, stems: tuple[str, ...]) -> tantivy.Query:
        queries = [tantivy.Query.term_query(self._schema, field, word) for word in stems]
        if len(queries) == 1:
            return queries[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _importance(term: Term) -> float:
    return 0.3 if term.light else 1.0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True, indexed=False)
    for field in (BODY, HEADINGS, TITLE, GRAMS):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def plain_terms(text: str) -> list[Term]:
    """The words of a text as terms, without any knowledge of a glossary; for search outside a conversation."""
    return [Term(t.surface, (stem(t.word),), 1.0) for t in tokens(text) if not is_stop(t.word)]
