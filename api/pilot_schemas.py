"""Pilots on the wire: the records with their facets, and some of them side by side."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.document_schemas import DocumentOut
from api.schemas import CitationOut
from kb.comparison import Cell, Comparison
from kb.types import Citation, Language


class PilotsOut(BaseModel):
    """The pilots that fit the filters."""

    pilots: list[DocumentOut]
    total: int = Field(0, description="How many pilots there are without any filter.")
    facets: dict[str, dict[str, int]] = Field(
        {}, description="For each filter how many pilots each value would show, given what is picked of the others."
    )


class ValueOut(BaseModel):
    """One thing a cell says, and the numbers of its citations."""

    text: str
    citations: list[int]


class CellOut(BaseModel):
    """What a document says for a row. Where it is silent there is no cell but null."""

    text: str = Field(description="All values as one text.")
    values: list[ValueOut]
    citations: list[int] = Field(description="Numbers in `citations` of the whole reply, in order.")
    citation: CitationOut = Field(description="The first of them, whole.")

    @classmethod
    def of(cls, cell: Cell, citations: tuple[Citation, ...]) -> CellOut | None:
        """The record on the wire; None for an empty one."""
        if not cell:
            return None
        numbers = list(dict.fromkeys(said.citation for said in cell))
        return cls(
            text=", ".join(said.text for said in cell),
            values=[ValueOut(text=said.text, citations=[said.citation]) for said in cell],
            citations=numbers,
            citation=CitationOut.of(citations[numbers[0] - 1]),
        )


class ComparisonRowOut(BaseModel):
    """One row of a comparison: a cell for each pilot, in the order of `pilots`."""

    name: str
    label: str = Field(description="In the language of `Accept-Language`.")
    cells: list[CellOut | None]


class ComparisonOut(BaseModel):
    """Pilots side by side."""

    pilots: list[DocumentOut]
    rows: list[ComparisonRowOut]
    citations: list[CitationOut]

    @classmethod
    def of(cls, comparison: Comparison, language: Language) -> ComparisonOut:
        """The record on the wire."""
        return cls(
            pilots=[DocumentOut.of(d.id, d.version, d.metadata) for d in comparison.documents],
            rows=[
                ComparisonRowOut(
                    name=row.rule.name,
                    label=row.rule.labels[language],
                    cells=[CellOut.of(cell, comparison.citations) for cell in row.cells],
                )
                for row in comparison.rows
            ],
            citations=[CitationOut.of(citation) for citation in comparison.citations],
        )
