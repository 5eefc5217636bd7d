"""The form with a document's metadata: filled in with what is known or proposed, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pydantic import ValidationError

from api.job_schemas import MetadataIn
from ingest import front_matter
from kb.errors import FrontMatterError
from kb.language import fold
from kb.types import Document, DocumentKind
from kb.vocabulary import Vocabulary
from ui.texts import Texts

_LISTS = ("sector", "levels", "institutions", "partners", "region")
_FACETS = {"sector": "sector", "levels": "niveau", "status": "status"}
"""The fields that take known values only, with their key in the vocabulary."""
FIELDS = ("title", "kind", "date", "language", "status", *_LISTS, "period", "questions")
_LONGEST = 10_000
_LONGEST_QUESTIONS = 100_000
_HEADING = "#"
"""Begins the line of a heading in the field with questions; on the lines below it stand its questions."""


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form: a value for each field, what was proposed and what is wrong."""

    values: Mapping[str, Any]
    described_by: str
    known: Mapping[str, tuple[str, ...]]
    """The values that a field is limited to."""
    proposal: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def form_of(document: Document, described_by: str, proposal: Mapping[str, Any], vocabulary: Vocabulary) -> Form:
    """The form of a document; where nobody has described it yet, the proposals are filled in."""
    values: dict[str, Any] = {name: getattr(document.metadata, name) for name in FIELDS}
    values["questions"] = _under_headings(document)
    if described_by == "guess":
        values |= {name: _proposed(proposal[name]) for name in FIELDS if proposal.get(name)}
    return Form(values, described_by, known_values(vocabulary), proposal)


def _under_headings(document: Document) -> list[dict[str, Any]]:
    """Each heading of a document with the questions that it is expected to answer, the ones without any too."""
    given = {fold(expected.section): expected for expected in document.metadata.questions}
    headings = dict.fromkeys(section.headings[-1] for section in document.sections if section.headings)
    rows = [
        {"section": heading, "questions": list(found.questions) if (found := given.pop(fold(heading), None)) else []}
        for heading in headings
    ]
    return rows + [{"section": one.section, "questions": list(one.questions)} for one in given.values()]


def known_values(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The values of each field that is limited to known ones."""
    return {name: tuple(value.name for value in vocabulary.of(facet)) for name, facet in _FACETS.items()}


def _proposed(guess: Any) -> Any:
    return tuple(str(one["value"]) for one in guess) if isinstance(guess, (list, tuple)) else str(guess["value"])


def checked(given: Mapping[str, Any], vocabulary: Vocabulary, t: Texts) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a form that was sent, with their canonical values; and what is wrong, by field."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in FIELDS:
        if name not in given:
            continue
        try:
            value = _read(name, given[name])
            if name == "questions" and not all(row["section"] for row in value):
                errors[name] = t.documents.heading_first
                continue
            MetadataIn.model_validate({name: value})
            values |= front_matter.checked({name: value}, "metadata", vocabulary)
        except ValidationError:
            errors[name] = t.documents.too_long
        except FrontMatterError as error:
            said = [nl if t.language == "nl" else en for _, nl, en in error.faults]
            errors[name] = "; ".join(one[:1].upper() + one[1:] for one in said) + "."
    return values, errors


def sent(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form as they were sent, to show them again."""
    return {name: _read(name, given[name]) for name in FIELDS if name in given}


def _read(name: str, value: Any) -> Any:
    """A field as it was sent, as `MetadataIn` has it; what is empty is taken away."""
    if name == "questions":
        return _read_questions(str(value)[:_LONGEST_QUESTIONS])
    if name in _LISTS:
        lines = value if isinstance(value, list) else str(value)[:_LONGEST].splitlines()
        return [text for line in lines if (text := " ".join(str(line).split()))]
    text = " ".join(str(value)[:_LONGEST].split())
    return text if name in {"title", "kind", "language"} else text or None


def _read_questions(text: str) -> list[dict[str, Any]]:
    """The questions below each heading; what stands above the first heading gets an empty one."""
    rows: list[dict[str, Any]] = [{"section": "", "questions": []}]
    for line in text.splitlines():
        said = " ".join(line.split())
        if said.startswith(_HEADING):
            rows.append({"section": said.lstrip(_HEADING).strip(), "questions": []})
        elif said:
            rows[-1]["questions"].append(said)
    return [row for row in rows if row["questions"]]


# --- as HTML ------------------------------------------------------------------------------------------------------


def form(shown: Form, document_id: str, t: Texts) -> str:
    """The form; faults stand above it and at their fields."""
    d = t.documents
    rows = "".join(_field(name, shown, t) for name in FIELDS)
    above = f'<p class="rw-docs-faults" tabindex="-1">{escape(d.faults)}</p>' if shown.errors else ""
    return (
        f'<form class="rw-docs-form" data-docs="describe" data-id="{escape(document_id)}" novalidate>'
        f'<p class="rw-about">{escape(d.described[shown.described_by])} {escape(d.details_hint)}</p>{above}{rows}'
        f'<button class="rw-docs-main">{escape(d.save)}</button></form>'
    )


def _field(name: str, shown: Form, t: Texts) -> str:
    d = t.documents
    value, error = shown.values.get(name), shown.errors.get(name)
    hints = [(f"rw-f-{name}-hint", d.one_per_line)] if name in _LISTS and name not in shown.known else []
    if name == "date":
        hints.append((f"rw-f-{name}-hint", d.date_hint))
    if name == "questions":
        hints.append((f"rw-f-{name}-hint", d.questions_hint))
    notes = "".join(f'<span class="rw-about" id="{key}">{escape(text)}</span>' for key, text in hints)
    if said := _evidence(name, shown, t):
        hints.append((f"rw-f-{name}-said", said))
        notes += f'<span class="rw-about rw-docs-evidence" id="rw-f-{name}-said">{escape(said)}</span>'
    if error:
        hints.append((f"rw-f-{name}-error", error))
        notes += f'<span class="rw-docs-error" id="rw-f-{name}-error">{escape(error)}</span>'
    told = f' aria-describedby="{" ".join(key for key, _ in hints)}"' if hints else ""
    told += ' aria-invalid="true"' if error else ""
    label = d.fields[name]
    if name in _LISTS and shown.known.get(name):
        return _boxes(name, label, value, shown.known[name], told, notes)
    return (
        f'<div class="rw-docs-field"><label for="rw-f-{name}">{escape(label)}</label>'
        f"{_control(name, value, shown, told, t)}{notes}</div>"
    )


def _control(name: str, value: Any, shown: Form, told: str, t: Texts) -> str:
    key = f'id="rw-f-{name}" name="{name}"{told}'
    if name == "kind":
        return _select(key, [(kind.value, t.kinds[kind]) for kind in DocumentKind], str(value))
    if name == "language":
        return _select(key, [(code, t.documents.languages[code]) for code in ("nl", "en")], str(value))
    if name == "status" and shown.known.get(name):
        choices = [("", t.documents.unknown), *((one, one) for one in shown.known[name])]
        if value and value not in shown.known[name]:
            choices.append((str(value), str(value)))
        return _select(key, choices, str(value or ""))
    if name == "questions":
        return f'<textarea {key} rows="12" spellcheck="true">{escape(_as_lines(value))}</textarea>'
    if name in _LISTS:
        lines = list(map(str, value or ()))
        return f'<textarea {key} rows="{max(2, min(len(lines), 8))}">{escape(chr(10).join(lines))}</textarea>'
    return f'<input {key} type="text" value="{escape(str(value or ""))}" autocomplete="off">'


def _as_lines(rows: Any) -> str:
    """The headings and questions as they are typed; an empty line stands before each heading."""
    parts = ["\n".join((f"{_HEADING} {row['section']}", *row["questions"])) for row in rows or ()]
    return "\n\n".join(parts)


def _select(key: str, choices: list[tuple[str, str]], value: str) -> str:
    rows = "".join(
        f'<option value="{escape(code)}"{" selected" if code == value else ""}>{escape(word)}</option>'
        for code, word in choices
    )
    return f"<select {key}>{rows}</select>"


def _boxes(name: str, label: str, value: Any, known: tuple[str, ...], told: str, notes: str) -> str:
    """A box to tick for each known value; a value that is not known any more keeps its box, to be unticked."""
    chosen = [str(one) for one in value or ()]
    rows = "".join(
        f'<label><input type="checkbox" name="{name}" value="{escape(one)}"{" checked" if one in chosen else ""}>'
        f"{escape(one)}</label>"
        for one in dict.fromkeys((*known, *chosen))
    )
    told = told.replace(' aria-invalid="true"', "")
    return (
        f'<fieldset class="rw-docs-field" id="rw-f-{name}" data-list="{name}"{told}><legend>{escape(label)}</legend>'
        f'<div class="rw-docs-boxes">{rows}</div>{notes}</fieldset>'
    )


def _evidence(name: str, shown: Form, t: Texts) -> str:
    """What was proposed for a field and where it stands in the text."""
    d = t.documents
    guess = shown.proposal.get(name)
    guesses = guess if isinstance(guess, (list, tuple)) else [guess] if guess else []
    said = []
    for one in guesses[:3]:
        value = str(one["value"])
        value = t.kinds[DocumentKind(value)] if name == "kind" else d.languages.get(value, value)
        place = one.get("evidence")
        if place:
            where = f" ({d.on_page.format(page=place['page'])})" if place.get("page") else ""
            said.append(f"{value}: “… {place['excerpt']} …”{where}")
        elif name not in {"kind", "language"}:
            said.append(value)
    return f"{d.suggestion} {'; '.join(said)}" if said else ""
