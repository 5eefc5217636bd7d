"""Examples for a plan: of the pilots and practices that tell how they did something, those nearest to the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kb.citations import CitationList
from kb.language import tokens
from kb.route_answers import Answers
from kb.route_places import Passage, Places
from kb.route_template import RouteTemplate, Step
from kb.types import Document, DocumentKind, Language
from kb.units import Unit

NEAREST = 3
"""Pilots that are named above the steps, at most."""
_KINDS = (DocumentKind.PILOT, DocumentKind.GOOD_PRACTICE)


@dataclass(frozen=True, slots=True)
class ExamplePilot:
    """How a pilot, or a practice, did this: the document's own words."""

    document_id: str
    version: str
    title: str
    kind: DocumentKind
    sector: tuple[str, ...]
    levels: tuple[str, ...]
    status: str | None
    text: str
    points: tuple[str, ...]
    """The items of the list that the text introduces."""
    citations: tuple[int, ...]
    same_sector: bool
    same_level: bool


class _Candidate(NamedTuple):
    passage: Passage
    named: bool
    """Whether the template names this very sentence."""


class Examples:
    """Picks examples for one plan; what was shown at one step makes room at the next."""

    def __init__(self, template: RouteTemplate, places: Places, answers: Answers, citations: CitationList) -> None:
        self._places = places
        self._answers = answers
        self._citations = citations
        self._told = [document for document in places.documents if document.metadata.kind in _KINDS]
        self._status = {name for o in template.options if o.id in answers.situation for name in o.status}
        self._shown: Counter[str] = Counter()
        self._said: set[tuple[str, int]] = set()
        """Passages that a step of this plan has as its example: none is shown twice."""

    def of_step(self, step: Step) -> ExamplePilot | None:
        """The nearest pilot or practice that tells how it did this step; None where none does."""
        found: dict[str, _Candidate] = {}
        for place in step.examples:
            passage = self._places.find(place)
            if passage is not None and passage.exact and passage.document.metadata.kind in _KINDS:
                found.setdefault(passage.document.id, _Candidate(passage, True))
        for document in self._told if step.headings else ():
            if document.id not in found and (passage := self._below(document, step.headings)) is not None:
                found[document.id] = _Candidate(passage, False)
        fresh = [
            one for one in found.values() if (one.passage.document.id, one.passage.units[0].start) not in self._said
        ]
        if not fresh:
            return None
        best = min(fresh, key=self._distance)
        self._shown[best.passage.document.id] += 1
        self._said.add((best.passage.document.id, best.passage.units[0].start))
        return self._example(best.passage)

    def nearest(self) -> tuple[ExamplePilot, ...]:
        """The pilots nearest to the answers, and practices of the sector; each with the sentence that introduces it."""
        wanted = [d for d in self._told if d.metadata.kind is DocumentKind.PILOT or self.in_sector(d)]
        wanted.sort(key=self._remoteness)
        passages = (self._lead(document) for document in wanted[:NEAREST])
        return tuple(self._example(passage) for passage in passages if passage is not None)

    def note(self, language: Language) -> str:
        """What must be said of the examples: that none is of the sector, or none on the level; empty otherwise."""
        answers = self._answers
        if answers.sector is None:
            return ""
        pilots = [d for d in self._told if d.metadata.kind is DocumentKind.PILOT and self.in_sector(d)]
        if not pilots:
            practices = any(map(self.in_sector, self._told))
            return _words("no_pilot" if not practices else "practice_only", language, answers)
        if answers.level and not any(map(self.on_level, pilots)):
            return _words("other_level", language, answers)
        return ""

    def in_sector(self, document: Document) -> bool:
        """Whether a document is of the sector that was answered."""
        return self._answers.sector is not None and self._answers.sector in document.metadata.sector

    def on_level(self, document: Document) -> bool:
        """Whether a document is of the level that was answered."""
        return self._answers.level is not None and self._answers.level in document.metadata.levels

    def _distance(self, candidate: _Candidate) -> tuple[object, ...]:
        """Sector first, then level; among equals one that is named, not yet shown, in the same situation, a pilot."""
        document = candidate.passage.document
        return (
            not self.in_sector(document),
            not self.on_level(document),
            not candidate.named,
            self._shown[document.id],
            document.metadata.status not in self._status,
            document.metadata.kind is not DocumentKind.PILOT,
            document.id,
        )

    def _remoteness(self, document: Document) -> tuple[object, ...]:
        return (
            not self.in_sector(document),
            document.metadata.kind is not DocumentKind.PILOT,
            not self.on_level(document),
            document.metadata.status not in self._status,
            document.id,
        )

    def _below(self, document: Document, headings: Sequence[str]) -> Passage | None:
        """The sentence with which a document begins below a heading that holds all of these words."""
        wanted = [{token.stem for token in tokens(heading)} for heading in headings]
        openings = self._places.openings(document.id)
        fitting = (unit for held, unit in openings if any(stems <= held for stems in wanted))
        return self._passage(document, next(fitting, None))

    def _lead(self, document: Document) -> Passage | None:
        return self._passage(document, next((unit for _, unit in self._places.openings(document.id)), None))

    def _passage(self, document: Document, first: Unit | None) -> Passage | None:
        """A sentence as a passage, with the list that it introduces."""
        return self._places.passage(document, (first,), True, listed=first.text.endswith(":")) if first else None

    def _example(self, passage: Passage) -> ExamplePilot:
        document = passage.document
        about = document.metadata
        return ExamplePilot(
            document_id=document.id,
            version=document.version,
            title=about.title,
            kind=about.kind,
            sector=about.sector,
            levels=about.levels,
            status=about.status,
            text=passage.text,
            points=passage.points,
            citations=(self._citations.add(passage.citation),),
            same_sector=self.in_sector(document),
            same_level=self.on_level(document),
        )


_NOTES = {
    "no_pilot": (
        "In de documenten staat geen pilot in de sector {sector}. De voorbeelden komen uit andere sectoren.",
        "The documents hold no pilot in the sector {sector}. The examples come from other sectors.",
    ),
    "practice_only": (
        "In de documenten staat geen pilot in de sector {sector}, wel een praktijkvoorbeeld. "
        "De andere voorbeelden komen uit andere sectoren.",
        "The documents hold no pilot in the sector {sector}, but they do hold a good practice. "
        "The other examples come from other sectors.",
    ),
    "other_level": (
        "In de documenten staat geen pilot in de sector {sector} op het niveau {level}. "
        "De voorbeelden uit deze sector hebben een ander niveau, of nog geen niveau.",
        "The documents hold no pilot in the sector {sector} at the level {level}. "
        "The examples from this sector are of another level, or of none yet.",
    ),
}


def _words(name: str, language: Language, answers: Answers) -> str:
    return _NOTES[name][0 if language == "nl" else 1].format(sector=answers.sector, level=answers.level)
