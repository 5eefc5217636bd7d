"""The plan for a new route on the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import CitationOut
from kb.route_examples import ExamplePilot
from kb.route_plan import PlannedAction, PlannedStep, RoutePlan
from kb.types import DocumentKind, Language


class RoutePlanIn(BaseModel):
    """Who asks for a plan; everything but the role may be left out. Any usual spelling is understood."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"role": "hogeschool", "sector": "bouw", "level": "Ad", "situation": ["nieuw", "met-branche"]}]
        },
    )

    role: str = Field(max_length=200, description="hogeschool, branche or bedrijf.")
    sector: str | None = Field(None, max_length=200, description="A sector; one that no document has is told of so.")
    level: str | None = Field(None, max_length=200, description="Ad or bachelor.")
    situation: str | list[str] | None = Field(
        None,
        max_length=200,
        description="nieuw or bestaand, and who is on board: met-hogeschool, met-branche, met-bedrijven, met-mbo.",
    )
    language: Language | None = Field(None, description="Of the plan's own words; else that of `Accept-Language`.")

    def chosen(self) -> list[str]:
        """What was chosen of the situation, one by one; a text may name several with commas between."""
        given = self.situation or []
        return given.split(",") if isinstance(given, str) else given


class AnswersOut(BaseModel):
    """What was answered, in canonical spelling."""

    role: str
    sector: str | None
    level: str | None
    situation: list[str]


class ActionOut(BaseModel):
    """One thing to do, with the numbers of the citations that bear it out."""

    text: str
    points: list[str] = Field(description="Items of the list that belongs to it, as they stand in the document.")
    citations: list[int]
    literal: bool = Field(description="Whether the text is the document's own.")

    @classmethod
    def of(cls, action: PlannedAction) -> ActionOut:
        """The record on the wire."""
        return cls(
            text=action.text, points=list(action.points), citations=list(action.citations), literal=action.literal
        )


class ExamplePilotOut(BaseModel):
    """How a pilot or a practice did this, in the document's own words."""

    document_id: str
    version: str
    title: str
    kind: DocumentKind
    sector: list[str]
    levels: list[str]
    status: str | None
    text: str
    points: list[str]
    citations: list[int]
    same_sector: bool
    same_level: bool

    @classmethod
    def of(cls, example: ExamplePilot) -> ExamplePilotOut:
        """The record on the wire."""
        return cls(
            document_id=example.document_id,
            version=example.version,
            title=example.title,
            kind=example.kind,
            sector=list(example.sector),
            levels=list(example.levels),
            status=example.status,
            text=example.text,
            points=list(example.points),
            citations=list(example.citations),
            same_sector=example.same_sector,
            same_level=example.same_level,
        )


class QuestionOut(BaseModel):
    """A question to ask a partner."""

    to: str
    text: str


class StepOut(BaseModel):
    """One step; where `covered` is false the documents hold nothing on it and `actions` is empty."""

    number: int
    id: str
    phase: str
    title: str
    actions: list[ActionOut]
    partners: list[str] = Field(description="With whom.")
    question: QuestionOut
    example_pilots: list[ExamplePilotOut]
    citations: list[CitationOut]
    covered: bool

    @classmethod
    def of(cls, step: PlannedStep, by_number: dict[int, CitationOut]) -> StepOut:
        """The record on the wire."""
        return cls(
            number=step.number,
            id=step.id,
            phase=step.phase,
            title=step.title,
            actions=[ActionOut.of(action) for action in step.actions],
            partners=list(step.partners),
            question=QuestionOut(to=step.asked, text=step.question),
            example_pilots=[ExamplePilotOut.of(step.example)] if step.example else [],
            citations=[by_number[number] for number in step.citations],
            covered=step.covered,
        )


class PhaseOut(BaseModel):
    """A phase of the plan."""

    id: str
    title: str


class RoutePlanOut(BaseModel):
    """A plan: its steps in order, the pilots nearest to the answers, and every passage that is cited."""

    answers: AnswersOut
    language: Language
    note: str = Field(description="What to know of the examples, such as that no pilot is of the sector; mostly empty.")
    phases: list[PhaseOut]
    steps: list[StepOut]
    pilots: list[ExamplePilotOut]
    citations: list[CitationOut]

    @classmethod
    def of(cls, plan: RoutePlan) -> RoutePlanOut:
        """The record on the wire."""
        by_number = {citation.number: CitationOut.of(citation) for citation in plan.citations}
        answers = plan.answers
        return cls(
            answers=AnswersOut(
                role=answers.role, sector=answers.sector, level=answers.level, situation=list(answers.situation)
            ),
            language=plan.language,
            note=plan.note,
            phases=[PhaseOut(id=phase.id, title=phase.title) for phase in plan.phases],
            steps=[StepOut.of(step, by_number) for step in plan.steps],
            pilots=[ExamplePilotOut.of(pilot) for pilot in plan.pilots],
            citations=list(by_number.values()),
        )
