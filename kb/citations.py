"""A quote and its source: make the citation, number it, check it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kb.documents import page_of
from kb.types import Citation, Document, Language, Statement
from kb.units import Unit


class CitationList:
    """Numbers citations from 1 in the order in which they are first used; the same passage keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, int, int], int] = {}
        self.citations: list[Citation] = []

    def add(self, citation: Citation) -> int:
        """The number of this passage, which is new where the passage is."""
        key = (citation.document_id, citation.version, citation.start, citation.end)
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(replace(citation, number=self._numbers[key]))
        return self._numbers[key]


def cite(document: Document, unit: Unit, number: int = 0, span: tuple[int, int] | None = None) -> Citation:
    """The citation of one unit of a document; `span`: where a longer quote around it begins and ends."""
    start, end = span or (unit.start, unit.end)
    return cite_place(document, start, end, unit.headings, number)


def cite_place(document: Document, start: int, end: int, headings: tuple[str, ...], number: int = 0) -> Citation:
    """The citation of `text[start:end]` of a document, which stands under these headings."""
    source = next((s for s in document.metadata.sources if s.url), None)
    return Citation(
        number=number,
        document_id=document.id,
        version=document.version,
        title=document.metadata.title,
        kind=document.metadata.kind,
        section=headings,
        page=page_of(document, start),
        quote=document.text[start:end],
        start=start,
        end=end,
        url=source.url if source else None,
        date=document.metadata.date,
    )


def holds(document: Document, citation: Citation) -> bool:
    """Whether the quote is, character for character, where the citation says it is."""
    return (
        document.id == citation.document_id
        and document.version == citation.version
        and 0 <= citation.start < citation.end <= len(document.text)
        and document.text[citation.start : citation.end] == citation.quote
    )


SEE_ALSO: dict[Language, str] = {"nl": "Zie ook:", "en": "See also:"}
"""The line between the answer itself and what the documents say besides."""


def as_text(statements: Iterable[Statement], see_also: str = "") -> str:
    """Statements as one text with `[n]` after each, a line a statement; `see_also` stands before the further ones."""
    return "\n".join(_lines(statements, see_also))


def _lines(statements: Iterable[Statement], see_also: str) -> Iterator[str]:
    further = False
    for statement in statements:
        if see_also and statement.further and not further:
            yield see_also
        further = statement.further
        yield f"{statement.text} {''.join(f'[{n}]' for n in statement.citations)}".strip()
