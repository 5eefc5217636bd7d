"""The report of a document on the command line, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from api.job_schemas import DocumentReportOut
from kb.types import DocumentKind
from ui.texts import NL

_OUTLINE = 40
_FIELDS = tuple(NL.documents.fields)


def show_report(report: DocumentReportOut, console: Console) -> None:
    """Print it."""
    for line in report_lines(report):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def report_lines(report: DocumentReportOut) -> Iterator[str]:
    """The report as lines of Dutch text, without what could steer a terminal."""
    for line in _lines(report):
        yield "".join(c if c.isprintable() else "\ufffd" for c in line)


def _lines(report: DocumentReportOut) -> Iterator[str]:
    d = NL.documents
    yield f"{report.id}, {NL.version} {report.version}"
    yield d.described.get(report.described_by, "")
    if report.quarantined:
        yield d.held_why
        yield from (f"  {reason['nl']}" for reason in report.inspection.get("quarantine", ()))
    if not report.inspection:
        yield d.no_report
        return
    yield from _headed(d.report, _facts(report.inspection))
    yield from _headed(d.suspicious, _suspicious(report.inspection))
    yield from _headed(d.notices, _notices(report))
    yield from _headed(d.near, map(_near, report.near))
    yield from _headed(f"{d.details} ({d.suggestion.rstrip(':').lower()})", _proposed(report.proposal))
    yield from _headed(d.outline, _outline(report.inspection))


def _headed(title: str, lines: Iterator[str]) -> Iterator[str]:
    """Lines under a heading; nothing where there are none."""
    found = list(lines)
    if found:
        yield ""
        yield title
        yield from (f"  {line}" for line in found)


def _facts(inspection: Mapping[str, Any]) -> Iterator[str]:
    d = NL.documents
    for name, label in d.facts.items():
        value = inspection.get(name)
        if name == "language":
            yield f"{label}: {d.languages.get(str(value), d.languages['other'])}"
        elif value is not None:
            yield f"{label}: {NL.number(int(value))}"


def _suspicious(inspection: Mapping[str, Any]) -> Iterator[str]:
    d = NL.documents
    for row in inspection.get("suspicions", ()):
        yield f"{d.suspicion} “{row['excerpt']}”"
    for row in inspection.get("hidden", ()):
        reason = d.hidden_reasons.get(str(row["reason"]), d.hidden_reasons["hidden"])
        where = f" ({d.on_page.format(page=row['page'])})" if row.get("page") else ""
        yield f"{d.hidden.format(words=row['words'], reason=reason)} “{row['excerpt']}”{where}"


def _notices(report: DocumentReportOut) -> Iterator[str]:
    if pages := report.inspection.get("pages_without_text"):
        yield NL.documents.pages_without_text.format(pages=", ".join(map(str, pages)))
    rows = (*report.notices, *report.inspection.get("notices", ()))
    yield from dict.fromkeys(str(row["nl"]) for row in rows)


def _near(row: Mapping[str, Any]) -> str:
    return (
        f"{row['id']} ({row['resemblance']:.0%} gelijk, {row['containment']:.0%} van het kortste staat in het langste)"
    )


def _proposed(proposal: Mapping[str, Any]) -> Iterator[str]:
    """Each field with what was guessed, and the page where it stands."""
    d = NL.documents
    for name in _FIELDS:
        guess = proposal.get(name)
        guesses = guess if isinstance(guess, list) else [guess] if guess else []
        if guesses:
            yield f"{d.fields[name]}: {'; '.join(_guess(name, one) for one in guesses)}"


def _guess(name: str, guess: Mapping[str, Any]) -> str:
    d = NL.documents
    value = str(guess["value"])
    if name == "kind":
        value = NL.kinds[DocumentKind(value)]
    elif name == "language":
        value = d.languages.get(value, value)
    page = (guess.get("evidence") or {}).get("page")
    return f"{value} ({d.on_page.format(page=page)})" if page else value


def _outline(inspection: Mapping[str, Any]) -> Iterator[str]:
    rows = inspection.get("outline", ())
    for row in rows[:_OUTLINE]:
        yield "  " * (int(row["level"]) - 1) + str(row["path"][-1])
    if len(rows) > _OUTLINE:
        yield f"en nog {len(rows) - _OUTLINE} koppen"
