"""The work on documents as HTML: how far each job is, and what it did with each file."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ingest.jobs import Job
from ui.texts import Texts

_DONE = ("added", "replaced", "unchanged", "removed")


def job(shown: Job, t: Texts) -> str:
    """One job: its subject, how it stands, and its report once it is there."""
    d = t.documents
    subject = ", ".join(shown.subject)
    state = _state(shown, t)
    busy = shown.state in {"queued", "running"}
    return (
        f'<p class="rw-job-head"><span class="rw-job-name">{escape(subject)}</span> '
        f'<span class="rw-job-state">{escape(d.kinds_of_work[shown.kind])}: {escape(state)}</span></p>'
        + (_bar(shown, f"{subject}: {state}") if busy else _report(shown, t))
    )


def lost(t: Texts) -> str:
    """A job that nobody knows any more."""
    return f"<p>{escape(t.documents.work_lost)}</p>"


def _state(shown: Job, t: Texts) -> str:
    d = t.documents
    if shown.state == "running" and shown.step:
        step = d.steps.get(shown.step, shown.step)
        return d.step_count.format(step=step, done=shown.done, total=shown.total) if shown.total > 1 else step
    return d.states[shown.state]


def _bar(shown: Job, label: str) -> str:
    """How far it is; without figures a bar that only says that something is being done."""
    figures = f' value="{shown.done}" max="{shown.total}"' if shown.total > 1 and shown.state == "running" else ""
    return f'<progress aria-label="{escape(label)}"{figures}></progress>'


def _report(shown: Job, t: Texts) -> str:
    found = shown.report or {}
    rows = [_taken(group, row, t) for group in _DONE for row in found.get(group, ())]
    rows += [_told("failed", row, "reason", shown, t) for row in found.get("failed", ())]
    rows += [_told("warnings", row, "message", shown, t) for row in found.get("warnings", ())]
    return f'<ul class="rw-job-report" role="list">{"".join(rows)}</ul>' if rows else ""


def _taken(group: str, row: Mapping[str, Any], t: Texts) -> str:
    d = t.documents
    path, document = str(row["path"]), str(row["id"])
    look = (
        f' <button type="button" class="rw-title" data-document="{escape(document)}"'
        f' aria-label="{escape(f"{d.open}: {path}")}">{escape(d.open)}</button>'
        if group != "removed"
        else ""
    )
    return f'<li class="rw-job-{group}"><strong>{escape(d.groups[group])}:</strong> {escape(path)}{look}</li>'


def _told(group: str, row: Mapping[str, Any], key: str, shown: Job, t: Texts) -> str:
    """A refusal or a warning, in the visitor's language, said of the file and not of the job's own number."""
    d = t.documents
    message = str(row.get(key if t.language == "nl" else f"{key}_en") or row.get(key, ""))
    path = str(row["path"])
    if path != shown.id and not message.startswith(path):
        message = f"{path}: {message}"
    return f'<li class="rw-job-{group}"><strong>{escape(d.groups[group])}:</strong> {escape(message)}</li>'
