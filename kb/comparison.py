"""Documents side by side: a row for each thing worth comparing, a cell for each document, each cell with its passage.

What the rows are is written in `corpus/vergelijking.yaml`: a facet, of which the values are cited where the text bears
them out (`kb/attestation.py`); or a heading or a question, of which the passage in that one document is the cell. Where
a document is silent the cell is empty; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import yaml

from kb import answerability, extractive
from kb.answer_types import asks_type
from kb.attestation import ATTESTED, Places, attested, is_of_others
from kb.citations import CitationList, cite
from kb.context import Context
from kb.errors import SettingsError, UnknownDocument
from kb.evidence import Evidence
from kb.language import is_stop, tokens
from kb.snapshot import Snapshot
from kb.types import Citation, Document, Language, Question, ScoredChunk
from kb.units import Unit
from kb.vocabulary import texts_of

SURE = 0.2
"""Certainty from which a passage answers a row's question, where `COVERED` holds too. Every such passage of the pilots
that the project comes with was read and is right; a certainty worked out within one document says less."""
COVERED = 0.9
"""Share of the question, by weight, that the passage must meet: no name narrows it down, so that its words must."""
LONGEST = 45
"""Words of a cell taken from below a heading; one more sentence would make it longer."""
WEIGHED = 40
"""Chunks of one document that are weighed for a question, at most."""


@dataclass(frozen=True, slots=True)
class RowRule:
    """What one row of a comparison is about, and where its cells come from."""

    name: str
    labels: Mapping[Language, str]
    facet: str | None = None
    """The Dutch key of a facet; else headings, a question, or both."""
    headings: tuple[frozenset[str], ...] = ()
    """Each the stems that must all stand in a heading."""
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a cell says, with the number of its citation."""

    text: str
    citation: int


Cell = tuple[Said, ...]
"""What a document says for a row; empty where it is silent."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a comparison, with a cell for each document."""

    rule: RowRule
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Documents side by side; `citations` is numbered from 1 in reading order."""

    documents: tuple[Document, ...]
    rows: tuple[Row, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class _Worked:
    """What was worked out on one snapshot, kept until there is another."""

    snapshot: Snapshot
    places: dict[str, Places]
    passages: dict[tuple[str, str], tuple[str, Citation] | None]


class Comparisons:
    """Compares the documents of a snapshot by the rows of `corpus/vergelijking.yaml`."""

    def __init__(self, rules: Sequence[RowRule] | None = None) -> None:
        self.rules = tuple(_FACETS_ALONE if rules is None else rules)
        self._worked: _Worked | None = None
        self._lock = Lock()

    @classmethod
    def load(cls, path: Path) -> Comparisons:
        """Read the file; an absent file compares by facets alone. Raises `SettingsError` when it is not in form."""
        if not path.is_file():
            return cls()
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            rules = [_rule(str(name), row) for name, row in data["rijen"].items()]
        except (yaml.YAMLError, AttributeError, TypeError, KeyError, ValueError) as error:
            raise SettingsError(
                f"{path.name} is niet in orde: {error}", f"{path.name} is not in form: {error}"
            ) from None
        return cls(rules)

    def places(self, snapshot: Snapshot, document_id: str) -> Places:
        """Where a document bears out the values of its metadata; worked out once for each snapshot."""
        known = self._known(snapshot).places
        if document_id not in known:
            document, context = snapshot.document(document_id), snapshot.context(document_id)
            known[document_id] = attested(document, context, snapshot.vocabulary)
        return known[document_id]

    def compare(self, snapshot: Snapshot, ids: Sequence[str]) -> Comparison:
        """The documents with these ids side by side. Raises `UnknownDocument`."""
        for document_id in ids:
            if document_id not in snapshot.versions:
                raise UnknownDocument(document_id)
        documents = tuple(snapshot.document(document_id) for document_id in ids)
        citations = CitationList()
        rows = tuple(
            Row(rule, tuple(self._cell(rule, document, snapshot, citations) for document in documents))
            for rule in self.rules
        )
        return Comparison(documents, rows, tuple(citations.citations))

    def _cell(self, rule: RowRule, document: Document, snapshot: Snapshot, citations: CitationList) -> Cell:
        if rule.facet is not None:
            places = self.places(snapshot, document.id)[rule.facet]
            return tuple(Said(value, citations.add(cite(document, unit))) for value, unit in places.items())
        passages = self._known(snapshot).passages
        key = (rule.name, document.id)
        if key not in passages:
            passages[key] = _passage(rule, document, snapshot)
        found = passages[key]
        return (Said(found[0], citations.add(found[1])),) if found else ()

    def _known(self, snapshot: Snapshot) -> _Worked:
        with self._lock:
            if self._worked is None or self._worked.snapshot is not snapshot:
                self._worked = _Worked(snapshot, {}, {})
            return self._worked


def _passage(rule: RowRule, document: Document, snapshot: Snapshot) -> tuple[str, Citation] | None:
    """What a document says for a row, in words, and where: below a fitting heading, else as an answer."""
    context = snapshot.context(document.id)
    units = _below_heading(rule.headings, document, context, snapshot)
    if not units and rule.question:
        units = _answer(rule.question, document, context, snapshot)
    if not units:
        return None
    start, end = units[0].start, units[-1].end
    citation = replace(cite(document, units[0]), start=start, end=end, quote=document.text[start:end])
    return " ".join(unit.said for unit in units), citation


def _below_heading(
    headings: Sequence[frozenset[str]], document: Document, context: Context, snapshot: Snapshot
) -> list[Unit]:
    """The first sentences of the first section whose own heading holds all words that a row looks for."""
    for wanted in headings:
        for place, section in enumerate(document.sections):
            own = {word.stem for word in tokens(section.headings[-1])} if section.headings else set()
            if not wanted <= own:
                continue
            units = [unit for unit in context.units if unit.section == place and unit.kind != "heading"]
            if units and not is_of_others(units[0], document, snapshot.vocabulary):
                return _opening(units)
    return []


def _opening(units: Sequence[Unit]) -> list[Unit]:
    """The first unit with what belongs to it: the list it introduces, or as many more sentences as stay short."""
    first = units[0]
    if first.text.endswith(":"):
        return [first, *(unit for unit in units[1:] if unit.intro == first.place)]
    chosen = [first]
    for unit in units[1:]:
        words = sum(len(one.words) for one in (*chosen, unit))
        if unit.paragraph != first.paragraph or unit.kind != first.kind or words > LONGEST:
            break
        chosen.append(unit)
    return chosen


def _answer(text: str, document: Document, context: Context, snapshot: Snapshot) -> list[Unit]:
    """The one unit of a document that answers a question, where it surely does; with the list that it introduces."""
    question = snapshot.analyst.understand(text)
    hits = _hits(question, document, snapshot)
    draft = extractive.write(question, hits, snapshot) if hits else None
    best = draft.best if draft else None
    if draft is None or best is None or not _is_answer(best, question, document, snapshot):
        return []
    if answerability.certainty(answerability.features(question, draft, snapshot)) < SURE:
        return []
    if best.unit.text.endswith(":"):
        return _opening(context.units[best.unit.place :])
    return [best.unit]


def _is_answer(best: Evidence, question: Question, document: Document, snapshot: Snapshot) -> bool:
    return (
        best.unit.kind != "heading"
        and best.coverage >= COVERED
        and (best.typed or not asks_type(question))
        and not is_of_others(best.unit, document, snapshot.vocabulary)
    )


def _hits(question: Question, document: Document, snapshot: Snapshot) -> list[ScoredChunk]:
    """The chunks of one document, by how many of the words of the question they hold."""
    chunks = [chunk for chunk in snapshot.chunks if chunk.document_id == document.id]
    asked = {
        stem for term in question.terms for way in (term.stems, *(w for w, _ in term.alternatives)) for stem in way
    }

    def shared(text: str) -> float:
        return float(len(asked & {word.stem for word in tokens(text)}))

    hits = [ScoredChunk(chunk, shared(chunk.text), ("words",)) for chunk in chunks]
    hits.sort(key=lambda hit: -hit.score)
    return hits[:WEIGHED]


def _rule(name: str, row: dict[str, Any]) -> RowRule:
    """One row as it is written. Raises `ValueError`, `KeyError`, `AttributeError`."""
    facet = row.get("veld")
    if facet is not None and facet not in ATTESTED:
        raise ValueError(f"{name}: veld {facet!r}; mogelijk zijn {', '.join(ATTESTED)}")
    headings = tuple(
        frozenset(word.stem for word in tokens(text) if not is_stop(word.word)) for text in texts_of(row.get("koppen"))
    )
    question = row.get("vraag")
    if facet is None and not question and not any(headings):
        raise ValueError(f"{name}: geef veld, koppen of vraag")
    labels: dict[Language, str] = {"nl": str(row["nl"]), "en": str(row["en"])}
    return RowRule(name, labels, facet, tuple(filter(None, headings)), str(question) if question else None)


_FACETS_ALONE = tuple(RowRule(facet, {"nl": facet.capitalize(), "en": facet.capitalize()}, facet) for facet in ATTESTED)
