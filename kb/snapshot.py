"""Everything derived from the live documents that a question needs, at one moment.

An answer is worked out on one snapshot from beginning to end, so that a change of the library in the meantime can
neither mix versions nor leave a citation without its text.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.documents import Shelf
from kb.evidence import Context
from kb.glossary import Glossary
from kb.keyword_index import KeywordIndex
from kb.language import is_stop, tokens
from kb.question import Analyst, WordStatistics
from kb.types import Chunk, Document
from kb.units import split_units
from kb.vocabulary import Vocabulary


class Snapshot:
    """The live documents with their words, units and records; not changed once built."""

    def __init__(self, shelf: Shelf, chunks: Sequence[Chunk], glossary: Glossary, vocabulary: Vocabulary) -> None:
        self.versions = {chunk.document_id: chunk.version for chunk in chunks}
        """The live version of every document."""
        # held here, not read when needed: a document may be taken away while an answer from it is under way
        self._documents = {i: shelf.document(i, version) for i, version in self.versions.items()}
        self.index = KeywordIndex(chunks)
        self.chunks = self.index.chunks
        self.vocabulary = vocabulary
        self.glossary = glossary
        self.statistics = WordStatistics(len(self.chunks), self.index.frequency, self.index.words)
        self.analyst = Analyst(glossary, vocabulary, self.statistics)
        self._contexts: dict[str, Context] = {}

    def document(self, document_id: str) -> Document:
        """A live document, in the version of this snapshot."""
        return self._documents[document_id]

    def context(self, document_id: str) -> Context:
        """The units of a document and what surrounds them; worked out once."""
        context = self._contexts.get(document_id)
        if context is None:
            document = self.document(document_id)
            title = tuple(token.stem for token in tokens(document.metadata.title) if not is_stop(token.word))
            context = self._contexts[document_id] = Context(split_units(document), title)
        return context
