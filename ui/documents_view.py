"""The tab "Documenten" as HTML: pure functions, in which everything that comes from a document or a person is escaped.

The text of a document enters the page as text, also where it is suspicious; nothing of it is ever markup or an address.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from kb.types import Document
from ui.documents_form import Form, form
from ui.texts import Texts

ROWS = 200
"""The most documents of a list; searching finds the others."""
_OUTLINE = 60
_COLUMNS = ("title", "kind", "date", "pages", "language", "state")
_SCRIPT_WORDS = (
    "key_needed", "key_wrong", "web_invalid", "sending", "too_large", "too_large_server", "empty_file", "too_many",
    "send_failed", "stop_hint", "work_status", "failed", "released", "withheld", "saved",
)  # fmt: skip
"""The strings that the tab's own script uses."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document as the list shows it."""

    document: Document
    held: bool
    described_by: str


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is shown of one document."""

    document: Document
    held: bool
    in_corpus: bool
    """Whether its file is in the corpus folder too, which the next sync goes by."""
    file_name: str
    versions: tuple[str, ...]
    report: Mapping[str, Any]
    form: Form


def shell(t: Texts, open_to_team: bool, most_mb: int, most_files: int) -> str:
    """The tab before the key is given; the lists are empty until the key has let their contents through."""
    d = t.documents
    if not open_to_team:
        return f'<div class="rw-docs" lang="{t.language}"><h2>{escape(d.title)}</h2><p>{escape(d.off)}</p></div>'
    words = {name: getattr(d, name) for name in _SCRIPT_WORDS}
    data = escape(json.dumps(words, ensure_ascii=False))
    return (
        f'<div class="rw-docs" lang="{t.language}" data-words="{data}" data-most="{most_mb}" data-files="{most_files}">'
        f'<div class="rw-docs-top"><h2 tabindex="-1">{escape(d.title)}</h2>'
        f'<button type="button" class="rw-quiet" data-docs="leave" hidden>{escape(d.leave)}</button></div>'
        f'<p class="rw-docs-notice" role="alert"></p><p class="rw-docs-said" role="status"></p>{_key_form(t)}'
        f'<div class="rw-docs-room" hidden>{_add(t, most_mb)}'
        f'<section class="rw-docs-work" aria-label="{escape(d.work)}" hidden><h3>{escape(d.work)}</h3>'
        f'<p class="rw-about" role="status"></p><ul role="list"></ul></section>'
        '<div class="rw-docs-columns">'
        f'<section class="rw-docs-list" aria-label="{escape(d.documents)}">{_search(t)}<div></div></section>'
        f'<section class="rw-docs-detail" aria-label="{escape(d.columns["title"])}" hidden></section></div></div></div>'
    )


def _key_form(t: Texts) -> str:
    d = t.documents
    return (
        '<form class="rw-docs-key" data-docs="key"><label for="rw-team-key">'
        f'{escape(d.key_label)}</label><div class="rw-docs-line">'
        '<input id="rw-team-key" type="password" autocomplete="off" maxlength="500" aria-describedby="rw-key-hint">'
        f'<button class="rw-docs-main">{escape(d.enter)}</button></div>'
        f'<p class="rw-about" id="rw-key-hint">{escape(d.key_hint)}</p></form>'
    )


def _add(t: Texts, most_mb: int) -> str:
    d = t.documents
    return (
        f'<section class="rw-docs-add" aria-label="{escape(d.add)}"><h3>{escape(d.add)}</h3><div class="rw-docs-two">'
        f'<div class="rw-docs-drop"><label class="rw-docs-second">{escape(d.choose_files)}'
        '<input id="rw-files" type="file" multiple aria-describedby="rw-files-hint"></label>'
        f'<p class="rw-about" id="rw-files-hint">{escape(d.drop_hint.format(most=most_mb))}</p></div>'
        f'<form class="rw-docs-fetch" data-docs="fetch" novalidate><label for="rw-url">{escape(d.web_address)}</label>'
        '<div class="rw-docs-line"><input id="rw-url" type="url" maxlength="2000" autocomplete="off" inputmode="url">'
        f'<button class="rw-docs-second">{escape(d.fetch)}</button></div></form></div></section>'
    )


def _search(t: Texts) -> str:
    d = t.documents
    return (
        f'<h3>{escape(d.documents)}</h3><label for="rw-docs-search">{escape(d.search)}</label>'
        '<input id="rw-docs-search" type="search" maxlength="200" autocomplete="off">'
    )


# --- the list -----------------------------------------------------------------------------------------------------


def listing(rows: Sequence[Row], total: int, order: str, searched: bool, t: Texts) -> str:
    """The documents as a table; `order` is the column it is sorted by, with a minus sign for downwards."""
    d = t.documents
    if not rows:
        return f'<p class="rw-docs-count" role="status">{escape(d.none_found if searched else d.none)}</p>'
    count = d.count_one if total == 1 else d.count_more.format(count=total)
    more = f" {d.only_first.format(shown=len(rows))}" if total > len(rows) else ""
    heads = "".join(_head(name, order, t) for name in _COLUMNS)
    body = "".join(_row(row, t) for row in rows)
    return (
        f'<p class="rw-docs-count" role="status">{escape(count + more)}</p>'
        f'<table class="rw-docs-table" role="table" aria-label="{escape(d.documents)}"><thead role="rowgroup">'
        f'<tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def _head(name: str, order: str, t: Texts) -> str:
    label = t.documents.columns[name]
    here = order.lstrip("-") == name
    sorted_by = ("descending" if order.startswith("-") else "ascending") if here else "none"
    next_order = f"-{name}" if order == name else name
    sign = ("↓" if order.startswith("-") else "↑") if here else ""
    return (
        f'<th role="columnheader" scope="col" aria-sort="{sorted_by}">'
        f'<button type="button" data-order="{next_order}" title="{escape(t.documents.sort.format(column=label))}">'
        f'{escape(label)}<span aria-hidden="true">{sign}</span></button></th>'
    )


def _row(row: Row, t: Texts) -> str:
    d, document = t.documents, row.document
    cells = (
        ("kind", t.kinds[document.metadata.kind]),
        ("date", t.date(document.metadata.date)),
        ("pages", str(len(document.pages) or "")),
        ("language", d.languages[document.metadata.language]),
    )
    told = "".join(
        f'<td role="cell" class="rw-col-{name}" data-head="{escape(d.columns[name])}">{escape(text)}</td>'
        for name, text in cells
    )
    return (
        f'<tr role="row" data-row="{escape(document.id)}"><th role="rowheader" scope="row">'
        f'<button type="button" class="rw-title" data-document="{escape(document.id)}">'
        f'{escape(_title(document))}</button><span class="rw-about">{escape(document.id)}</span></th>{told}'
        f'<td role="cell" class="rw-col-state" data-head="{escape(d.columns["state"])}">{_state(row, t)}</td></tr>'
    )


def _state(row: Row, t: Texts) -> str:
    d = t.documents
    if row.held:
        return f'<strong class="rw-held">{escape(d.held)}</strong>'
    return escape(d.unconfirmed if row.described_by == "guess" else d.in_use)


def _title(document: Document) -> str:
    return document.metadata.title or document.id


# --- one document -------------------------------------------------------------------------------------------------


def detail(shown: Detail, t: Texts) -> str:
    """One document: what it is, what can be done with it, its report, its metadata, its versions and its text."""
    d, document = t.documents, shown.document
    about = [t.kinds[document.metadata.kind], t.date(document.metadata.date), f"{t.version} {document.version}"]
    return (
        f'<div data-shown-document="{escape(document.id)}"><div class="rw-docs-top">'
        f'<h3 tabindex="-1">{escape(_title(document))}</h3>'
        f'<button type="button" class="rw-quiet" data-docs="close">{escape(d.close)}</button></div>'
        f'<p class="rw-about">{escape(" · ".join(filter(None, about)))}</p>'
        f'<p class="rw-about rw-docs-file">{escape(shown.file_name)}</p>'
        f"{_held(shown, t)}{_actions(shown, t)}"
        f"<details open><summary><h4>{escape(d.details)}</h4></summary>{form(shown.form, document.id, t)}</details>"
        f"<details open><summary><h4>{escape(d.report)}</h4></summary>{report(shown.report, t)}</details>"
        f"<details><summary><h4>{escape(d.versions)}</h4></summary>{_versions(shown, t)}</details>"
        f'<details data-text-of="{escape(document.version)}"><summary><h4>{escape(d.text)}</h4></summary>'
        '<div class="rw-docs-text"></div></details></div>'
    )


def _held(shown: Detail, t: Texts) -> str:
    if not shown.held:
        return ""
    inspection = shown.report.get("inspection") or {}
    reasons = "".join(f"<li>{escape(str(row[t.language]))}</li>" for row in inspection.get("quarantine", ()))
    return (
        f'<div class="rw-docs-held"><p><strong>{escape(t.documents.held_why)}</strong></p>'
        f"{f'<ul>{reasons}</ul>' if reasons else ''}</div>"
    )


def _actions(shown: Detail, t: Texts) -> str:
    d, document = t.documents, shown.document
    change = ("release", d.release) if shown.held else ("withhold", d.withhold)
    sure = d.remove_sure.format(title=_title(document), versions=len(shown.versions))
    corpus = f"<p>{escape(d.remove_corpus)}</p>" if shown.in_corpus else ""
    undone = f'<p class="rw-docs-fixed">{escape(d.replace_corpus)}</p>' if shown.in_corpus else ""
    return (
        f'<div class="rw-docs-actions">'
        f'<button type="button" class="rw-docs-second" data-docs="{change[0]}">{escape(change[1])}</button>'
        f'<label class="rw-docs-second">{escape(d.replace)}<input type="file" class="rw-docs-replace"></label>'
        f'<a href="{escape(_address(document.id, "file", document.version))}" download>{escape(d.original)}</a>'
        f'<button type="button" class="rw-docs-danger" data-docs="remove" aria-expanded="false"'
        f' aria-controls="rw-docs-sure">{escape(d.remove)}</button></div>{undone}'
        '<div class="rw-docs-sure" id="rw-docs-sure" tabindex="-1" role="group"'
        f' aria-label="{escape(d.remove)}" hidden>'
        f"<p>{escape(sure)}</p>{corpus}<div class='rw-docs-line'>"
        f'<button type="button" class="rw-docs-danger" data-docs="remove-yes">{escape(d.remove_yes)}</button>'
        f'<button type="button" class="rw-docs-second" data-docs="remove-no">{escape(d.remove_no)}</button></div></div>'
    )


def _address(document_id: str, what: str, version: str) -> str:
    """Where the API has something of a document; an id holds lower-case letters, digits, hyphens and slashes only."""
    return f"api/documents/{document_id}/{what}?version={version}"


def _versions(shown: Detail, t: Texts) -> str:
    d = t.documents
    rows = "".join(
        f"<li><span>{escape(version)}</span> <span class='rw-about'>"
        f"{escape(d.older_version if number else d.this_version)}</span> "
        f'<button type="button" class="rw-quiet" data-version="{escape(version)}"'
        f' aria-label="{escape(f"{d.show_text}, {t.version} {version}")}">{escape(d.show_text)}</button> '
        f'<a href="{escape(_address(shown.document.id, "file", version))}" download'
        f' aria-label="{escape(f"{d.original}, {t.version} {version}")}">{escape(d.original)}</a></li>'
        for number, version in enumerate(shown.versions)
    )
    return f'<ul class="rw-docs-versions" role="list">{rows}</ul>'


# --- the report ---------------------------------------------------------------------------------------------------


def report(found: Mapping[str, Any], t: Texts) -> str:
    """What was found in a document when it was taken in; what is suspicious is quoted as text."""
    d = t.documents
    inspection = found.get("inspection") or {}
    if not inspection:
        return f'<p class="rw-about">{escape(d.no_report)}</p>'
    facts = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in _facts(inspection, t))
    return f'<dl class="rw-docs-facts">{facts}</dl>' + "".join(
        f"<h5>{escape(title)}</h5><ul{kind}>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"
        for title, kind, rows in (
            (d.suspicious, "", list(_suspicious(inspection, t))),
            (d.notices, "", list(_notices(found, inspection, t))),
            (d.near, "", [_near(row, t) for row in found.get("near") or ()]),
            (d.outline, ' class="rw-docs-outline"', list(_outline(inspection))),
        )
        if rows
    )


def _facts(inspection: Mapping[str, Any], t: Texts) -> Iterator[tuple[str, str]]:
    d = t.documents
    language = d.languages.get(str(inspection.get("language")), d.languages["other"])
    share = inspection.get("language_share") or 0
    for name, label in d.facts.items():
        value = inspection.get(name)
        if name == "language":
            yield label, d.share.format(language=language, share=f"{share:.0%}") if share else language
        elif value is not None:
            yield label, t.number(int(value))


def _suspicious(inspection: Mapping[str, Any], t: Texts) -> Iterator[str]:
    """What a person must look at before the document is used, with the words themselves."""
    d = t.documents
    for row in inspection.get("suspicions", ()):
        yield f"{escape(d.suspicion)} <q>{escape(str(row['excerpt']))}</q>"
    for row in inspection.get("hidden", ()):
        reason = d.hidden_reasons.get(str(row["reason"]), d.hidden_reasons["hidden"])
        said = d.hidden.format(words=row["words"], reason=reason)
        where = f" ({d.on_page.format(page=row['page'])})" if row.get("page") else ""
        yield f"{escape(said)} <q>{escape(str(row['excerpt']))}</q>{escape(where)}"


def _notices(found: Mapping[str, Any], inspection: Mapping[str, Any], t: Texts) -> Iterator[str]:
    """Each remark once: the readers' own, and those of the inspection."""
    d = t.documents
    if pages := inspection.get("pages_without_text"):
        yield escape(d.pages_without_text.format(pages=", ".join(map(str, pages))))
    said = [str(row[t.language]) for row in (*(found.get("notices") or ()), *inspection.get("notices", ()))]
    yield from map(escape, dict.fromkeys(said))


def _near(row: Mapping[str, Any], t: Texts) -> str:
    d = t.documents
    alike = row["resemblance"] >= row["containment"] or row["resemblance"] >= 0.5
    share = d.near_alike if alike else d.near_inside
    value = row["resemblance"] if alike else row["containment"]
    return (
        f'<button type="button" class="rw-title" data-document="{escape(str(row["id"]))}">{escape(str(row["id"]))}'
        f"</button> ({escape(share.format(share=f'{value:.0%}'))})"
    )


def _outline(inspection: Mapping[str, Any]) -> Iterator[str]:
    rows = inspection.get("outline", ())
    for row in rows[:_OUTLINE]:
        yield f'<span style="padding-left:{min(int(row["level"]), 6) - 1}em">{escape(str(row["path"][-1]))}</span>'
    if len(rows) > _OUTLINE:
        yield "…"
