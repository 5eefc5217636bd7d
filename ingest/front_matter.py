"""The front matter of a document: Dutch keys that a non-programmer understands, checked all at once.

Every fault is reported with its line and, where one is near, a suggestion; see `FrontMatterError`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process

from ingest.readers import Notice
from kb.catalogue import KIND_KEYS
from kb.documents import metadata_to
from kb.errors import FrontMatterError
from kb.expected import astray
from kb.types import DocumentKind, ExpectedQuestions, Language, Metadata, Section, Source
from kb.vocabulary import Vocabulary

SCHEMA_VERSION = 1
KINDS = {name: kind for kind, name in KIND_KEYS.items()} | {"overig": DocumentKind.OTHER}
KEYS = (
    "versie", "titel", "soort", "samenvatting", "sector", "hogescholen", "partners", "niveau", "regio", "periode",
    "status", "datum", "taal", "bronnen", "vragen",
)  # fmt: skip
_REQUIRED = ("titel", "soort", "bronnen")
_STRICT = {"sector", "niveau", "status"}
_DATE = re.compile(r"^\d{4}(?:-\d{2}(?:-\d{2})?)?$")

Fault = tuple[int, str, str]
_NO_LINES = "verwacht regels van de vorm 'sleutel: waarde'", "expected lines like 'key: value'"


class _Checker:
    """Reads one value after the other and gathers what is wrong, in place of stopping at the first."""

    def __init__(self, values: dict[str, Any], lines: dict[str, int], vocabulary: Vocabulary) -> None:
        self.values = values
        self.lines = lines
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []

    def fault(self, key: str, nl: str, en: str) -> None:
        self.faults.append((self.lines.get(key, 1), nl, en))

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, (list, dict)) or not str(value).strip():
            self.fault(key, f"'{key}' moet één stuk tekst zijn", f"'{key}' must be one piece of text")
            return None
        return " ".join(str(value).split())

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, (list, dict)) or item is None for item in items):
            self.fault(key, f"'{key}' moet een lijst van woorden zijn", f"'{key}' must be a list of words")
            return ()
        return tuple(dict.fromkeys(self._canonical(key, " ".join(str(item).split())) for item in items))

    def _canonical(self, key: str, item: str) -> str:
        name = self.vocabulary.canonical(key, item)
        if name is None and key in _STRICT and (known := [value.name for value in self.vocabulary.of(key)]):
            self.fault(key, *_unknown_value(key, item, known))
        return name or item

    def date(self, key: str) -> str | None:
        text = self.text(key)
        if text is not None and not _is_date(text):
            self.fault(key, f"'{key}' moet zijn als 2021-10-18, 2021-10 of 2021, niet '{text}'",
                       f"'{key}' must look like 2021-10-18, 2021-10 or 2021, not '{text}'")  # fmt: skip
        return text

    def choice(self, key: str, choices: list[str], default: str) -> str:
        text = self.text(key) or default
        name = self.vocabulary.canonical(key, text) or text
        if name not in choices:
            self.fault(key, *_unknown_value(key, text, choices))
            return default
        return name

    def sources(self) -> tuple[Source, ...]:
        value = self.values.get("bronnen")
        sources = []
        for item in value if isinstance(value, list) else [] if value is None else [value]:
            if isinstance(item, str) and item.strip():
                sources.append(Source(item.strip()))
            elif isinstance(item, dict) and item.get("titel") and set(item) <= {"titel", "url", "datum"}:
                url, when = item.get("url"), item.get("datum")
                if url is not None and not re.match(r"^https?://\S+$", str(url)):
                    self.fault("bronnen", f"geen webadres: '{url}'", f"not a web address: '{url}'")
                sources.append(Source(str(item["titel"]), url and str(url), None if when is None else str(when)))
            else:
                self.fault("bronnen", "elke bron heeft een 'titel', en eventueel 'url' en 'datum'",
                           "each source has a 'titel', and perhaps a 'url' and a 'datum'")  # fmt: skip
        return tuple(sources)

    def questions(self) -> tuple[ExpectedQuestions, ...]:
        """The questions under each heading: a heading is a key, and what stands below it a list or one question."""
        value = self.values.get("vragen")
        if value is None:
            return ()
        if not isinstance(value, dict):
            self.fault("vragen", "onder 'vragen' staat elk kopje met de vragen die het beantwoordt",
                       "below 'vragen' stands each heading with the questions that it answers")  # fmt: skip
            return ()
        found = []
        for heading, asked in value.items():
            asked = asked if isinstance(asked, list) else [asked]
            if not all(isinstance(one, str) and one.strip() for one in asked) or not asked:
                self.fault(
                    "vragen",
                    f"bij '{heading}' hoort een lijst van vragen (met een dubbele punt erin: tussen aanhalingstekens)",
                    f"'{heading}' must have a list of questions (one with a colon stands in quotation marks)",
                )
                continue
            texts = tuple(dict.fromkeys(" ".join(one.split()) for one in asked))
            found.append(ExpectedQuestions(" ".join(str(heading).split()), texts))
        return tuple(found)


def parse(front_matter: str, path: Path, vocabulary: Vocabulary) -> Metadata:
    """Check the front matter and make `Metadata` of it; values get their canonical spelling.

    Raises `FrontMatterError` with every fault, each with its line in the file (the `---` is line 1).
    """
    values, lines, faults = _load(front_matter)
    checker = _Checker(values, lines, vocabulary)
    checker.faults += faults
    for key in values:
        if key not in KEYS:
            near = process.extractOne(str(key), KEYS, score_cutoff=60)
            nl, en = (f"; bedoelt u '{near[0]}'?", f"; do you mean '{near[0]}'?") if near else ("", "")
            checker.fault(key, f"onbekende sleutel '{key}'{nl}", f"unknown key '{key}'{en}")
    if not faults:
        for key in _REQUIRED:
            if values.get(key) in (None, "", []):
                checker.fault(key, f"'{key}' ontbreekt", f"'{key}' is missing")
    if values.get("versie", SCHEMA_VERSION) != SCHEMA_VERSION:
        checker.fault("versie", f"'versie' moet {SCHEMA_VERSION} zijn", f"'versie' must be {SCHEMA_VERSION}")
    metadata = _metadata(checker)
    if checker.faults:
        raise FrontMatterError(path, sorted(checker.faults))
    return metadata


def astray_questions(metadata: Metadata, sections: Sequence[Section]) -> tuple[Notice, ...]:
    """What is to be said of questions under headings that the document has not: nobody would find them."""
    headings = [section.headings[-1] for section in sections if section.headings]
    found = []
    for heading in astray(metadata, sections):
        near = process.extractOne(heading, headings, score_cutoff=60)
        nl, en = (f"; bedoelt u '{near[0]}'?", f"; do you mean '{near[0]}'?") if near else ("", "")
        found.append(
            Notice(
                "unknown_heading",
                f"bij 'vragen' staat een kopje dat het document niet heeft: '{heading}'{nl}",
                f"questions are given for a heading that the document has not: '{heading}'{en}",
            )
        )
    return tuple(found)


WIRE_KEYS = {
    "title": "titel", "kind": "soort", "summary": "samenvatting", "sector": "sector", "institutions": "hogescholen",
    "partners": "partners", "levels": "niveau", "region": "regio", "period": "periode", "status": "status",
    "date": "datum", "language": "taal", "sources": "bronnen", "questions": "vragen",
}  # fmt: skip
"""The name of each field of `Metadata`, and its key in the front matter."""


def checked(values: dict[str, Any], name: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Check some fields of `Metadata`, named as there; gives them with their canonical values, as in `metadata_to`.

    Raises `FrontMatterError` with every fault; `name` says whose metadata it is.
    """
    plain = {key: value for key, value in values.items() if key in WIRE_KEYS}
    dutch = {WIRE_KEYS[key]: value for key, value in plain.items()}
    if isinstance(dutch.get("soort"), str):
        dutch["soort"] = {kind.value: key for key, kind in KINDS.items()}.get(dutch["soort"], dutch["soort"])
    dutch["bronnen"] = [
        {"titel": s.get("title"), **{nl: s[en] for nl, en in (("url", "url"), ("datum", "date")) if s.get(en)}}
        for s in plain.get("sources") or []
        if isinstance(s, dict)
    ]
    dutch["vragen"] = {
        e.get("section"): e.get("questions") for e in plain.get("questions") or [] if isinstance(e, dict)
    }
    checker = _Checker(dutch, {}, vocabulary)
    for key in values.keys() - plain.keys():
        checker.fault(key, f"onbekend gegeven '{key}'", f"unknown field '{key}'")
    if "title" in plain and not str(plain["title"] or "").strip():
        checker.fault("titel", "'title' mag niet leeg zijn", "'title' cannot be empty")
    metadata = metadata_to(_metadata(checker))
    if checker.faults:
        raise FrontMatterError(name, sorted(checker.faults))
    return {key: metadata.get(key) for key in plain}


def _metadata(read: _Checker) -> Metadata:
    language: Language = "en" if read.choice("taal", ["nl", "en"], "nl") == "en" else "nl"
    status = read.texts("status")
    return Metadata(
        title=read.text("titel") or "",
        kind=KINDS[read.choice("soort", list(KINDS), "overig")],
        summary=read.text("samenvatting"),
        sector=read.texts("sector"),
        institutions=read.texts("hogescholen"),
        partners=read.texts("partners"),
        levels=read.texts("niveau"),
        region=read.texts("regio"),
        period=read.text("periode"),
        status=status[0] if status else None,
        language=language,
        date=read.date("datum"),
        sources=read.sources(),
        questions=read.questions(),
    )


class _DatesAsText(yaml.SafeLoader):
    """Leaves dates as they were typed: PyYAML fails on a day that does not exist, and without the line."""


_DatesAsText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _is_date(text: str) -> bool:
    """Whether a text is a year, a month or a day that exists."""
    if not _DATE.match(text):
        return False
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _load(front_matter: str) -> tuple[dict[str, Any], dict[str, int], list[Fault]]:
    """The values by key, the line of each key, and what keeps the YAML from being read."""
    try:
        node = yaml.compose(front_matter, Loader=yaml.SafeLoader)
        if node is None:
            return {}, {}, []
        if not isinstance(node, yaml.MappingNode):
            return {}, {}, [(2, *_NO_LINES)]
        lines: dict[str, int] = {}
        faults: list[Fault] = []
        for key, _ in node.value:
            line = key.start_mark.line + 2
            if not isinstance(key, yaml.ScalarNode):
                return {}, {}, [(line, *_NO_LINES)]
            if key.value in lines:
                faults.append((line, f"'{key.value}' staat er twee keer", f"'{key.value}' is there twice"))
            lines[key.value] = line
        values = yaml.load(front_matter, Loader=_DatesAsText)
        return {str(key): value for key, value in values.items()}, lines, faults
    except (yaml.YAMLError, ValueError, AttributeError, LookupError) as error:  # the last three slip out of PyYAML
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        line = mark.line + 2 if mark else 1
        return {}, {}, [(line, f"geen geldige YAML ({problem})", f"not valid YAML ({problem})")]


def _unknown_value(key: str, item: str, known: list[str]) -> tuple[str, str]:
    near = process.extractOne(item, known, score_cutoff=60)
    choices = ", ".join(known)
    nl = f"; bedoelt u '{near[0]}'?" if near else ""
    en = f"; do you mean '{near[0]}'?" if near else ""
    return (
        f"'{key}' kent '{item}' niet{nl} (mogelijk: {choices})",
        f"'{key}' has no '{item}'{en} (possible: {choices})",
    )
