"""The plan for a new route: the steps that fit who asks, each with what to do, whom to ask, an example and the sources.

What to do is said in the words of the template only while every sentence that they rest on stands, to the letter, in
the live documents. Where such a sentence was changed, the document's own sentence takes the place of our words. Where
there is none, the documents are searched; and where they hold nothing, the step says so and nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.citations import CitationList
from kb.route_answers import Answers
from kb.route_examples import ExamplePilot, Examples
from kb.route_places import Passage, Places
from kb.route_template import Action, Place, RouteTemplate, Step
from kb.snapshot import Snapshot
from kb.types import Citation, Language

SEARCHED = 3
"""Passages that a search adds to a step, at most."""

Search = Callable[[str], Sequence[tuple[str, Citation]]]
"""Finds what answers a question, each with its passage; nothing where the documents do not surely hold the answer."""


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One thing to do, with the numbers of the citations it rests on."""

    text: str
    points: tuple[str, ...]
    """The items of the list that belongs to it, as they stand in the document."""
    citations: tuple[int, ...]
    literal: bool
    """Whether the text is the document's own, and so in the document's language."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan; without actions the documents hold nothing on it."""

    number: int
    id: str
    phase: str
    title: str
    actions: tuple[PlannedAction, ...]
    partners: tuple[str, ...]
    asked: str
    """Who is asked the question."""
    question: str
    example: ExamplePilot | None
    search: str
    """A question in Dutch to go on with; empty for none."""

    @property
    def covered(self) -> bool:
        """Whether the documents hold anything on this step."""
        return bool(self.actions)

    @property
    def citations(self) -> tuple[int, ...]:
        """The numbers of the passages that the step rests on and of its example, each once."""
        example = self.example.citations if self.example else ()
        return tuple(dict.fromkeys((*(n for action in self.actions for n in action.citations), *example)))


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase of which the plan has steps."""

    id: str
    title: str
    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A plan: its phases with their steps, the pilots nearest to the answers, and every passage it rests on."""

    answers: Answers
    language: Language
    phases: tuple[PlannedPhase, ...]
    pilots: tuple[ExamplePilot, ...]
    note: str
    """What a reader should know of the examples, such as that there is no pilot in the sector; mostly empty."""
    citations: tuple[Citation, ...]

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """All steps, in order."""
        return tuple(step for phase in self.phases for step in phase.steps)


class RoutePlanner:
    """Makes plans from the documents of one moment."""

    def __init__(self, template: RouteTemplate, snapshot: Snapshot, search: Search) -> None:
        self._template = template
        self._places = Places(snapshot)
        self._search = lru_cache(maxsize=None)(search)  # no more questions than the template has

    def plan(self, answers: Answers, language: Language) -> RoutePlan:
        """The plan for who answered this."""
        citations = CitationList()
        examples = Examples(self._template, self._places, answers, citations)
        pilots = examples.nearest()
        phases: list[PlannedPhase] = []
        number = 0
        for phase in self._template.phases:
            steps: list[PlannedStep] = []
            for step in phase.steps:
                if step.condition.holds(answers.role, answers.level, answers.situation):
                    number += 1
                    actions = tuple(self._actions(step, language, citations))
                    example = examples.of_step(step)
                    steps.append(_planned(step, number, phase.id, language, actions, example))
            if steps:
                phases.append(PlannedPhase(phase.id, phase.title.of(language), tuple(steps)))
        note = examples.note(language)
        return RoutePlan(answers, language, tuple(phases), pilots, note, tuple(citations.citations))

    def lost(self) -> list[tuple[Step, Place]]:
        """Every sentence that the template names and that does not stand in the documents to the letter."""
        named = [
            (step, place)
            for step in self._template.steps
            for place in (*(place for action in step.actions for place in action.places), *step.examples)
        ]
        return [(step, place) for step, place in named if not ((found := self._places.find(place)) and found.exact)]

    def _actions(self, step: Step, language: Language, citations: CitationList) -> Iterator[PlannedAction]:
        found = False
        for action in step.actions:
            for made in self._action(action, language, citations):
                found = True
                yield made
        if not found and step.search:
            for text, citation in self._search(step.search)[:SEARCHED]:
                yield PlannedAction(text, (), (citations.add(citation),), True)

    def _action(self, action: Action, language: Language, citations: CitationList) -> Iterator[PlannedAction]:
        """Our words where all that they rest on stands; else the sentences that there are, as they are."""
        passages = [passage for place in action.places if (passage := self._places.find(place)) is not None]
        if len(passages) == len(action.places) and all(passage.exact for passage in passages):
            points = tuple(point for passage in passages for point in passage.points)
            yield PlannedAction(action.text.of(language), points, _numbers(passages, citations), False)
            return
        for passage in passages:
            yield PlannedAction(passage.text, passage.points, _numbers([passage], citations), True)


def _numbers(passages: Sequence[Passage], citations: CitationList) -> tuple[int, ...]:
    return tuple(dict.fromkeys(citations.add(passage.citation) for passage in passages))


def _planned(
    step: Step,
    number: int,
    phase: str,
    language: Language,
    actions: tuple[PlannedAction, ...],
    example: ExamplePilot | None,
) -> PlannedStep:
    return PlannedStep(
        number=number,
        id=step.id,
        phase=phase,
        title=step.title.of(language),
        actions=actions,
        partners=tuple(words.of(language) for words in step.partners),
        asked=step.asked.of(language),
        question=step.question.of(language),
        example=example,
        search=step.search,
    )
