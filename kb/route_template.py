"""The steps of a route (`corpus/routeplan.yaml`): for whom, when, what to do, and the sentence that each rests on.

Kept by the programme team; nothing of it is in the code. What to do is in the team's own words, Dutch and English,
and each piece of it names the sentence of a document that bears it out, to the letter. A step may also name a question,
with which the documents are searched where such a sentence is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kb.errors import RouteTemplateError
from kb.language import fold
from kb.types import Language

Fault = tuple[int, str, str]
"""The line of the file, and what is wrong with it in Dutch and in English."""
UNKNOWN_LEVEL = "onbekend"
"""Written in `niveau` of a step for who has not chosen a level yet."""
_LINE = "__line__"


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Dutch and in English."""

    nl: str
    en: str

    def of(self, language: Language) -> str:
        """The words in a language."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of a document, or several in a row, as they stand there."""

    document: str
    sentence: str
    listed: bool
    """Whether the list that follows the sentence belongs to it."""
    line: int
    """Where it stands in the file."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, and the sentences that bear it out."""

    text: Words
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """For whom a step is; what is empty leaves everybody in."""

    roles: frozenset[str] = frozenset()
    when: frozenset[str] = frozenset()
    """Options of which at least one was chosen."""
    unless: frozenset[str] = frozenset()
    """Options of which none was chosen."""
    levels: frozenset[str] = frozenset()

    def holds(self, role: str, level: str | None, chosen: Iterable[str]) -> bool:
        """Whether the step is for who answered this."""
        have = frozenset(chosen)
        return (
            (not self.roles or role in self.roles)
            and (not self.when or bool(self.when & have))
            and not self.unless & have
            and (not self.levels or (level or UNKNOWN_LEVEL) in self.levels)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a title, what to do, with whom, what to ask them, and where an example of it may be found."""

    id: str
    title: Words
    condition: Condition
    actions: tuple[Action, ...]
    partners: tuple[Words, ...]
    asked: Words
    """Who is asked the question."""
    question: Words
    search: str
    """A question in Dutch that the documents should answer; empty for none."""
    headings: tuple[str, ...]
    """Words of the headings below which pilots and practices tell how they did this."""
    examples: tuple[Place, ...]
    """Sentences that tell so under another heading."""
    line: int


@dataclass(frozen=True, slots=True)
class Phase:
    """The steps of one phase."""

    id: str
    title: Words
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """For whom a plan is made."""

    id: str
    name: Words
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question about the situation."""

    id: str
    name: Words
    also: tuple[str, ...]
    without: frozenset[str]
    """Roles that are not offered this answer."""
    status: frozenset[str]
    """Of documents that resemble this situation."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question about the situation, with the answers it offers."""

    id: str
    question: Words
    several: bool
    """Whether more than one answer may be given."""
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class RouteTemplate:
    """All roles, questions, phases and steps."""

    roles: tuple[Role, ...] = ()
    situation: tuple[Inquiry, ...] = ()
    phases: tuple[Phase, ...] = ()
    name: str = field(default="", compare=False)
    """The file, for messages."""

    @classmethod
    def load(cls, path: Path) -> RouteTemplate:
        """Read the file; an absent file has no steps. Raises `RouteTemplateError` with every fault."""
        if not path.is_file():
            return cls(name=path.name)
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise RouteTemplateError(path, [(line, f"geen geldige YAML: {error}", f"no valid YAML: {error}")]) from None
        reader = _Reader()
        template = reader.template(data, path.name)
        if reader.faults:
            raise RouteTemplateError(path, sorted(reader.faults))
        return template

    @property
    def steps(self) -> Iterator[Step]:
        """All steps, in order."""
        return (step for phase in self.phases for step in phase.steps)

    @property
    def options(self) -> Iterator[Option]:
        """All answers about the situation."""
        return (option for inquiry in self.situation for option in inquiry.options)

    def role(self, spelling: str) -> Role | None:
        """The role that a spelling means."""
        return next((role for role in self.roles if _means(spelling, role.id, role.name, role.also)), None)

    def option(self, spelling: str) -> Option | None:
        """The answer about the situation that a spelling means."""
        return next((option for option in self.options if _means(spelling, option.id, option.name, option.also)), None)


def _means(spelling: str, own: str, name: Words, also: Iterable[str]) -> bool:
    return fold(" ".join(spelling.split())) in {fold(text) for text in (own, name.nl, name.en, *also)}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML and notes of every mapping on which line it stands."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    values: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return {**values, _LINE: node.start_mark.line + 1}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class _Reader:
    """Turns the values of the file into records and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._line = 1

    def template(self, data: Any, name: str) -> RouteTemplate:
        data = self._keys(data, "rollen", "situatie", "fasen", optional=("versie",))
        roles = tuple(self._named(data.get("rollen"), self._role))
        situation = tuple(self._named(data.get("situatie"), self._inquiry))
        phases = tuple(self._phase(item) for item in self._list(data, "fasen"))
        template = RouteTemplate(roles, situation, phases, name)
        self._references(template)
        return template

    def _role(self, key: str, value: Any) -> Role:
        row = self._keys(value, "nl", "en", optional=("ook",))
        return Role(key, self._words(row), self._texts(row, "ook"))

    def _inquiry(self, key: str, value: Any) -> Inquiry:
        row = self._keys(value, "vraag", "opties", optional=("meer",))
        options = tuple(self._named(row.get("opties"), self._option))
        return Inquiry(key, self._words(row.get("vraag")), row.get("meer") is True, options)

    def _option(self, key: str, value: Any) -> Option:
        row = self._keys(value, "nl", "en", optional=("ook", "niet_voor", "lijkt_op"))
        without, status = (frozenset(self._texts(row, name)) for name in ("niet_voor", "lijkt_op"))
        return Option(key, self._words(row), self._texts(row, "ook"), without, status)

    def _phase(self, value: Any) -> Phase:
        row = self._keys(value, "id", "titel", "stappen")
        title = self._words(row.get("titel"))
        return Phase(self._text(row, "id"), title, tuple(self._step(item) for item in self._list(row, "stappen")))

    def _step(self, value: Any) -> Step:
        row = self._keys(
            value, "id", "titel", "met", "vraag",
            optional=("voor", "als", "niet_als", "niveau", "doen", "zoek", "voorbeelden"),
        )  # fmt: skip
        line = self._line
        question = self._keys(row.get("vraag"), "aan", "nl", "en")
        asked, words = self._words(question.get("aan")), self._words(question)
        examples = self._keys(row.get("voorbeelden") or {}, optional=("koppen", "zinnen"))
        chosen = (frozenset(self._texts(row, name)) for name in ("voor", "als", "niet_als", "niveau"))
        search = self._text(row, "zoek") if "zoek" in row else ""
        self._line = line
        if not search and not row.get("doen"):
            self._fault("een stap heeft 'doen', 'zoek' of beide", "a step has 'doen', 'zoek' or both")
        return Step(
            id=self._text(row, "id"),
            title=self._words(row.get("titel")),
            condition=Condition(*chosen),
            actions=tuple(self._action(item) for item in self._list(row, "doen")),
            partners=tuple(self._words(item) for item in self._list(row, "met")),
            asked=asked,
            question=words,
            search=search,
            headings=self._texts(examples, "koppen"),
            examples=tuple(self._place(item) for item in self._list(examples, "zinnen")),
            line=line,
        )

    def _action(self, value: Any) -> Action:
        row = self._keys(value, "nl", "en", "bron")
        places = tuple(self._place(item) for item in self._list(row, "bron"))
        if not places:
            self._fault("bij 'doen' hoort een 'bron'", "'doen' needs a 'bron'")
        return Action(self._words(row), places)

    def _place(self, value: Any) -> Place:
        row = self._keys(value, "document", "zin", optional=("lijst",))
        sentence = " ".join(self._text(row, "zin").split())
        return Place(self._text(row, "document"), sentence, row.get("lijst") is True, self._line)

    def _references(self, template: RouteTemplate) -> None:
        """What steps and options name must be there, and an id must name one thing."""
        roles, options = {role.id for role in template.roles}, {option.id for option in template.options}
        named: list[tuple[int, str, frozenset[str], set[str]]] = []
        for step in template.steps:
            named.append((step.line, "voor", step.condition.roles, roles))
            named.append((step.line, "als", step.condition.when | step.condition.unless, options))
        named += [(1, "niet_voor", option.without, roles) for option in template.options]
        for line, key, used, known in named:
            for unknown in sorted(used - known):
                self.faults.append((line, f"'{key}' noemt '{unknown}', dat er niet is", f"'{key}': no '{unknown}'"))
        seen: set[str] = set()
        for step in template.steps:
            if step.id in seen:
                self.faults.append((step.line, f"de id '{step.id}' staat er twee keer", f"the id '{step.id}' is twice"))
            seen.add(step.id)

    # --- values -----------------------------------------------------------------------------------------------------

    def _fault(self, nl: str, en: str) -> None:
        self.faults.append((self._line, nl, en))

    def _keys(self, value: Any, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
        """A mapping with these keys and no others."""
        if not isinstance(value, dict):
            self._fault(
                f"hier hoort een blokje met {', '.join(required)}", f"a block with {', '.join(required)} belongs"
            )
            return {}
        self._line = value.get(_LINE, self._line)
        have = {str(key) for key in value} - {_LINE}
        for key in sorted(set(required) - have):
            self._fault(f"'{key}' ontbreekt", f"'{key}' is missing")
        for key in sorted(have - {*required, *optional}):
            self._fault(f"'{key}' is hier onbekend", f"'{key}' is not known here")
        return {str(key): item for key, item in value.items() if key != _LINE}

    def _named(self, value: Any, make: Any) -> Iterator[Any]:
        """The records of a mapping from id to values."""
        rows: Mapping[Any, Any] = value if isinstance(value, dict) else {}
        for key, item in rows.items():
            if key != _LINE:
                yield make(str(key), item)

    def _list(self, row: Mapping[str, Any], key: str) -> list[Any]:
        value = row.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._fault(f"'{key}' is een lijst: begin elke regel met '- '", f"'{key}' is a list")
            return []
        return value

    def _texts(self, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = row.get(key)
        return tuple(str(item) for item in (value if isinstance(value, list) else [value] if value is not None else []))

    def _text(self, row: Mapping[str, Any], key: str) -> str:
        value = row.get(key)
        if not isinstance(value, str) or not value.strip():
            self._fault(f"'{key}' is leeg of geen tekst", f"'{key}' is empty or no text")
            return ""
        return " ".join(value.split())

    def _words(self, row: Any) -> Words:
        if not isinstance(row, dict):
            self._fault("hier horen 'nl' en 'en'", "'nl' and 'en' belong here")
            return Words("", "")
        self._line = row.get(_LINE, self._line)
        return Words(self._text(row, "nl"), self._text(row, "en"))
