"""Everything derived from the live documents that a question needs, at one moment.

An answer is worked out on one snapshot from beginning to end, so that a change of the library in the meantime can
neither mix versions nor leave a citation without its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from kb.abbreviations import abbreviations_in, one_meaning_each
from kb.context import Context, stems_in_order
from kb.dates import days_in
from kb.expected import Expectations
from kb.glossary import Glossary, Stems
from kb.keyword_index import KeywordIndex
from kb.question import Analyst, WordStatistics
from kb.types import Chunk, Document
from kb.units import split_units
from kb.vocabulary import FACETS, Vocabulary, recorded
from kb.years import spans_in


class Snapshot:
    """The live documents with their words, units and records; not changed once built."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        chunks: Sequence[Chunk],
        glossary: Glossary,
        vocabulary: Vocabulary,
        before: Snapshot | None = None,
    ) -> None:
        """`before`: an earlier snapshot, of which is taken over what is still the same; `chunks`: those of the rest."""
        # held here, not read when needed: a document may be taken away while an answer from it is under way
        self._documents = documents
        self.versions = {document_id: document.version for document_id, document in documents.items()}
        """The live version of every document."""
        if before is None:
            self.index = KeywordIndex(chunks)
            self._contexts: dict[str, Context] = {}
            explained: dict[str, Counter[tuple[Stems, Stems]]] = {}
        else:
            same = {i for i, version in before.versions.items() if self.versions.get(i) == version}
            self.index = before.index.updated(before.versions.keys() - same, chunks)
            self._contexts = {i: context for i, context in dict(before._contexts).items() if i in same}
            explained = {i: before._abbreviations[i] for i in same}
        self.chunks = self.index.chunks
        self.expected: Expectations = Expectations(documents, self.chunks, None if before is None else before.expected)
        self.vocabulary = vocabulary
        self.glossary = glossary
        self.statistics = WordStatistics(len(self.chunks), *self.expected.known_with(self.index))
        new = {i: abbreviations_in(document.text) for i, document in documents.items() if i not in explained}
        self._abbreviations: dict[str, Counter[tuple[Stems, Stems]]] = explained | new
        meanings = one_meaning_each(self._abbreviations.values())
        values = {name for d in documents.values() for facet in FACETS for name in recorded(d.metadata, facet)}
        self.analyst = Analyst(glossary.with_abbreviations(meanings), vocabulary, self.statistics, recorded=values)

    def document(self, document_id: str) -> Document:
        """A live document, in the version of this snapshot."""
        return self._documents[document_id]

    def context(self, document_id: str) -> Context:
        """The units of a document and what surrounds them; worked out once."""
        context = self._contexts.get(document_id)
        if context is None:
            document = self.document(document_id)
            title = document.metadata.title
            context = self._contexts[document_id] = Context(
                units=split_units(document),
                title=title,
                title_stems=stems_in_order(f"{title} {_name_in_words(document.path)}"),
                text=document.text,
                years=spans_in(title),
                days=days_in(title),
            )
        return context


_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ]+|\d+")


def _name_in_words(path: str) -> str:
    """The name of a document's file, taken apart: "Bijlage09b_StudiegidsHBO.pdf" is "Bijlage 09 b Studiegids HBO"."""
    return " ".join(_PARTS.findall(PurePath(path).stem))
