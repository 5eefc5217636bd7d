"""Records to HTML: pure functions, in which everything that comes from a document or a person is escaped."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape

from kb.citations import as_text
from kb.language import guess_language
from kb.types import Answer, Citation, Filters, Language, Searched, Statement
from ui import answer_actions
from ui.exchange import Exchange, Progress
from ui.texts import Texts

EXAMPLES = 3
"""Example questions for each kind of visitor."""
_SCRIPT_WORDS = (
    "source_of", "section", "page", "version", "superseded", "whole", "passage", "show_page",
    "show_passage", "page_alt", "page_loading", "page_failed", "original", "website", "new_tab",
    "back", "close", "source_failed", "thanks", "feedback_failed", "copied", "copy_failed", "failed", "offline",
)  # fmt: skip
"""The strings that the page's own scripts use."""
_ASK_WORDS = (
    "narrow", "narrowed", "narrow_failed", "sent", "saving", "save_failed", "copy_quote", "trace_working",
)  # fmt: skip
"""Those that belong to the tab "Vraag het"."""


def header(t: Texts) -> str:
    """The top of the page: the name, the language and the colours."""
    languages = "".join(
        f'<button type="button" class="rw-quiet" lang="{code}" data-language="{code}"'
        f' aria-pressed="{"true" if code == t.language else "false"}">{name}</button>'
        for code, name in (("nl", "Nederlands"), ("en", "English"))
    )
    return (
        f'<header class="rw-header" lang="{t.language}" data-shown="{t.language}">'
        f'<div class="rw-brand"><h1>{escape(t.name)}</h1><p>{escape(t.tagline)}</p></div>'
        f'<div class="rw-switches" role="group" aria-label="{escape(t.header_label)}">{languages}'
        f'<button type="button" class="rw-quiet rw-theme" data-theme-switch>'
        f'<span class="rw-to-dark">{escape(t.to_dark)}</span><span class="rw-to-light">{escape(t.to_light)}</span>'
        "</button></div></header>"
    )


def examples(groups: Mapping[str, Mapping[Language, Sequence[str]]], t: Texts) -> str:
    """What a first visit shows: some questions for each kind of visitor, and all of them for who says which they are.

    `assets/ask.js` shows one kind alone once its button is pressed.
    """
    shown = {name: lists[t.language] for name, lists in groups.items() if lists[t.language]}
    if not shown:
        return ""
    buttons = "".join(
        f'<button type="button" class="rw-kind" data-group="{escape(name)}" aria-pressed="false">'
        f"{escape(t.asking.who.get(name) or t.group(name))}</button>"
        for name in shown
    )
    columns = "".join(
        f'<section data-of="{escape(name)}"><h3>{escape(t.group(name))}</h3>{_questions(questions, EXAMPLES)}</section>'
        for name, questions in shown.items()
    )
    return (
        f'<div class="rw-examples" lang="{t.language}"><div class="rw-who" role="group" aria-labelledby="rw-who">'
        f'<span id="rw-who">{escape(t.asking.i_am)}</span>{buttons}</div>'
        f'<h2>{escape(t.examples)}</h2><div class="rw-groups">{columns}</div></div>'
    )


def notice(message: str) -> str:
    """A calm line about what went wrong; empty for nothing."""
    return f'<p class="rw-notice">{escape(message)}</p>' if message else ""


def in_progress(progress: Progress, t: Texts) -> str:
    """An answer that is being made; the waiting line shows itself only after a while, by its style."""
    parts = [_asked(progress.question, t)]
    if progress.statements:
        parts.append(_statements(progress.statements, progress.citations, t))
    else:
        parts.append(f'<p class="rw-wait">{escape(t.searching)}</p>')
        if progress.found:
            titles = dict.fromkeys(c.title for c in progress.found)
            rows = "".join(f"<li>{escape(title)}</li>" for title in titles)
            parts.append(f'<div class="rw-found"><p>{escape(t.found)}</p><ul>{rows}</ul></div>')
    return _article("rw-progress", progress.question, progress.turn, "".join(parts), t)


def answer(exchange: Exchange, t: Texts) -> str:
    """The newest answer, in one of its states."""
    found = exchange.answer
    state = "rw-stated" if found.statements else "rw-not-stated" if found.closest else "rw-nothing"
    state = "rw-aside" if found.aside else state
    inside = _asked(exchange.question, t) + _searched(exchange, t) + _body(exchange, t)
    link = f' data-link="{exchange.link}"' if exchange.link else ""
    return _article(state, exchange.question, exchange.turn, inside, t, link)


def after(exchange: Exchange, asked: Collection[str], t: Texts, for_team: bool = False) -> str:
    """What stands below the newest answer: its sources, what to do with it, and questions that were not `asked` yet."""
    found = exchange.answer
    suggested = [question for question in found.suggestions if question not in asked]
    also = t.examples if found.aside else t.also_asked if found.answered or found.closest else t.nothing_try
    tried = f'<section class="rw-also"><h3>{escape(also)}</h3>{_questions(suggested)}</section>' if suggested else ""
    if found.aside:
        return f'<div class="rw-after" lang="{t.language}">{tried}</div>'
    everywhere = not found.answered and exchange.searched is not None and exchange.searched.filters != Filters()
    parts = [
        _sources(found, t) if found.statements else "",
        answer_actions.actions(exchange, copy_text(exchange, t), t),
        _explained(found, t) if found.answered and found.explanations else "",
        answer_actions.everywhere(exchange.question, t) if everywhere else "",
    ]
    parts.append(tried)
    if for_team:
        parts.append(answer_actions.trace(t))
    return f'<div class="rw-after" lang="{t.language}">{"".join(parts)}</div>'


def _explained(found: Answer, t: Texts) -> str:
    """The terms of the glossary, to be opened; in Dutch, as the glossary is."""
    rows = "".join(f"<dt>{escape(e.term)}</dt><dd>{escape(e.text)}</dd>" for e in found.explanations)
    return (
        f'<details class="rw-terms"><summary>{escape(t.terms)}</summary>'
        f"<dl{'' if t.language == 'nl' else ' lang=nl'}>{rows}</dl></details>"
    )


def earlier(exchanges: Sequence[Exchange], t: Texts) -> str:
    """The conversation before the newest answer, each exchange to be opened."""
    if not exchanges:
        return ""
    rows = "".join(
        f"<details><summary>{escape(exchange.question)}</summary>"
        f'<div class="rw-earlier-answer">{_searched(exchange, t)}{_body(exchange, t)}</div></details>'
        for exchange in exchanges
    )
    return f'<section class="rw-earlier" lang="{t.language}"><h2>{escape(t.earlier)}</h2>{rows}</section>'


def panel(t: Texts) -> str:
    """The empty place of a source; `assets/page.js` fills it with these words."""
    words = panel_words(t)
    return (
        f'<div class="rw-panel-home" lang="{t.language}" data-words="{escape(json.dumps(words, ensure_ascii=False))}">'
        f'<p class="rw-hint">{escape(t.source_hint)}</p>'
        f'<section class="rw-panel" id="rw-panel" aria-label="{escape(t.source_label)}" hidden></section>'
        "</div>"
    )


def panel_words(t: Texts) -> dict[str, str]:
    """The words with which the page's scripts show a source."""
    return {name: getattr(t, name) for name in _SCRIPT_WORDS} | {name: getattr(t.asking, name) for name in _ASK_WORDS}


def place(citation: Citation, t: Texts) -> tuple[str, ...]:
    """Where in its document a passage stands, in words, without the date."""
    return tuple(place_of(replace(citation, date=None), t))


def web(citation: Citation) -> str | None:
    """The address of the original source, where it is one of the web."""
    return citation.url if citation.url and citation.url.startswith(("https://", "http://")) else None


def in_its_language(text: str, t: Texts) -> str:
    """Words of a document, escaped, and marked with their language where the page has another."""
    return _in_its_language(escape(text), text, t)


def copy_text(exchange: Exchange, t: Texts) -> str:
    """An answer with its sources, as text to take along."""
    found = exchange.answer
    lines = [exchange.question, ""]
    if found.statements:
        lines += [as_text(found.statements, f"{t.further}:"), "", t.sources]
    elif found.closest:
        lines += [*t.refused(found), ""]
        lines += [f"“{c.quote}” [{c.number}]" for c in found.closest]
        lines += ["", t.sources]
    else:
        lines.append(t.nothing)
    for citation in found.citations if found.answered else found.closest:
        about = [citation.title, *place_of(citation, t), f"{t.version} {citation.version}"]
        lines.append(f"[{citation.number}] {', '.join(about)}" + (f", {citation.url}" if citation.url else ""))
    return "\n".join(lines)


# --- parts --------------------------------------------------------------------------------------------------------


def _article(state: str, question: str, turn: int, inside: str, t: Texts, more: str = "") -> str:
    return (
        f'<article class="rw-answer {state}" lang="{t.language}" data-turn="{turn}"'
        f' data-question="{escape(question)}"{more}>{inside}</article>'
    )


def _asked(question: str, t: Texts) -> str:
    return f'<h2 class="rw-asked" tabindex="-1"><span>{escape(t.asked)}</span> {escape(question)}</h2>'


def _searched(exchange: Exchange, t: Texts) -> str:
    understood = exchange.answer.understood
    if not understood or _plain(understood) == _plain(exchange.question):
        return ""
    return f'<p class="rw-searched">{escape(t.searched)} {escape(understood)}</p>'


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?!. ")


def _body(exchange: Exchange, t: Texts) -> str:
    found, where = exchange.answer, _looked_in(exchange.searched, t)
    if found.aside:
        return _note(found.note)
    saved = answer_actions.saved(exchange.pinned, t) if exchange.pinned else ""
    if found.statements:
        return (
            saved
            + _statements(found.statements, found.citations, t)
            + _note(found.note)
            + f'<p class="rw-verdict"><strong>{escape(verdict(found, t))}</strong>'
            + f" {escape(t.sure(found.certainty))}{where}</p>"
        )
    if found.answered:  # from a link, and nothing of it holds any more
        return saved + f'<p class="rw-verdict"><strong>{escape(t.asking.saved_gone)}</strong></p>'
    if found.closest:
        rows = "".join(_close_passage(citation, len(found.closest), t) for citation in found.closest)
        said, below = t.refused(found)
        return (
            saved
            + f'<p class="rw-verdict"><strong>{escape(said)}</strong> {escape(below)}{where}</p>'
            + _note(found.note)
            + f'<ul class="rw-closest">{rows}</ul>'
        )
    return saved + f'<p class="rw-verdict"><strong>{escape(t.nothing)}</strong>{where}</p>' + _note(found.note)


def verdict(found: Answer, t: Texts) -> str:
    """From how many documents an answer is, and whether in their words."""
    documents = len({citation.document_id for citation in found.citations})
    if found.mode == "generated":
        return t.asking.based_one if documents == 1 else t.asking.based_more.format(count=t.number(documents))
    return t.stated(documents)


def looked_in(searched: Searched, t: Texts) -> str:
    """What was searched, in words."""
    a = t.asking
    in_words = a.searched if searched.method == "hybrid" else a.searched_words
    said = a.searched_one if searched.documents == 1 else in_words.format(count=t.number(searched.documents))
    filters = searched.filters
    values = [*(t.kinds[kind] for kind in filters.kind), *filters.sector, *filters.institution, *filters.level]
    return f"{said} {a.only_in.format(what=', '.join(values))}" if values else said


def _looked_in(searched: Searched | None, t: Texts) -> str:
    return f' <span class="rw-looked">{escape(looked_in(searched, t))}</span>' if searched else ""


def _note(note: str) -> str:
    """What there is to say about how the answer was made, such as a language model that did not answer."""
    return f'<p class="rw-note">{escape(note)}</p>' if note else ""


def _statements(statements: Sequence[Statement], citations: Sequence[Citation], t: Texts) -> str:
    """The statements as a list; one that announces others (it ends in a colon), or stands alone, as a paragraph."""
    by_number = {citation.number: citation for citation in citations}
    leading = [s for s in statements if not s.further]
    further = [s for s in statements if s.further]
    html = _in_list(leading, by_number, t)
    if further:
        html += f'<p class="rw-further">{escape(t.further)}</p>{_in_list(further, by_number, t)}'
    return f'<div class="rw-statements">{html}</div>'


def _in_list(statements: Sequence[Statement], by_number: Mapping[int, Citation], t: Texts) -> str:
    total = len(by_number)
    rows: list[str] = []
    listed = False
    for statement in statements:
        numbers = "".join(
            citation_button(by_number[number], total, t) for number in statement.citations if number in by_number
        )
        inside = f'{_said(statement, by_number, t)}<span class="rw-numbers">{numbers}</span>'
        as_item = len(statements) > 1 and not statement.text.rstrip().endswith(":")
        if as_item != listed:
            rows.append('<ul role="list">' if as_item else "</ul>")
        rows.append(f"<li>{inside}</li>" if as_item else f"<p>{inside}</p>")
        listed = as_item
    return "".join(rows) + ("</ul>" if listed else "")


def _said(statement: Statement, by_number: Mapping[int, Citation], t: Texts) -> str:
    """The text of a statement; in lists of documents the title before the colon stands out."""
    for citation in (by_number[number] for number in statement.citations[:1] if number in by_number):
        lead = f"{citation.title}: "
        if statement.text.startswith(lead):
            html = f"<strong>{escape(citation.title)}</strong>: {escape(statement.text[len(lead) :])}"
            return _in_its_language(html, statement.text, t)
    return _in_its_language(escape(statement.text), statement.text, t)


def _in_its_language(html: str, text: str, t: Texts) -> str:
    """Words of a document, marked with their language where the page has another, for who has them read out."""
    language = guess_language(text)
    return html if language == t.language else f'<span lang="{language}">{html}</span>'


def citation_button(citation: Citation, total: int, t: Texts) -> str:
    """The number of a citation as a button that opens its source; `total`: how many there are."""
    name = t.source_name.format(number=citation.number, title=citation.title)
    return (
        f'<button type="button" class="rw-cite" aria-label="{escape(name)}" aria-expanded="false"'
        f' title="{escape(citation.title)}" data-source="{_source(citation, total, t)}">{citation.number}</button>'
    )


def _source(citation: Citation, total: int, t: Texts) -> str:
    """All that the panel needs of a citation, as JSON in an attribute."""
    record = {
        "number": citation.number,
        "total": total,
        "document": citation.document_id,
        "version": citation.version,
        "title": citation.title,
        "kind": t.kinds[citation.kind],
        "section": _headings(citation),
        "page": citation.page,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "date": t.date(citation.date),
        "url": web(citation),
    }
    return escape(json.dumps(record, ensure_ascii=False))


def _headings(citation: Citation) -> str:
    return " › ".join(heading for heading in citation.section if heading != citation.title)


def place_of(citation: Citation, t: Texts) -> Iterator[str]:
    """Where in its document a passage stands, in words, and from when it is."""
    if headings := _headings(citation):
        yield f"{t.section} {headings}"
    if citation.page is not None:
        yield f"{t.page} {citation.page}"
    if citation.date:
        yield t.date(citation.date)


def _close_passage(citation: Citation, total: int, t: Texts) -> str:
    about = " · ".join((t.kinds[citation.kind], *place_of(citation, t)))
    quote = _in_its_language(escape(citation.quote), citation.quote, t)
    return (
        f'<li><p class="rw-passage-title">{escape(citation.title)} {citation_button(citation, total, t)}</p>'
        f'<p class="rw-about">{escape(about)}</p><blockquote>{quote}</blockquote></li>'
    )


def _sources(found: Answer, t: Texts) -> str:
    """The cited documents, each once and each to be opened, with the numbers that lead into it."""
    documents: dict[str, list[Citation]] = {}
    for citation in found.citations:
        documents.setdefault(citation.document_id, []).append(citation)
    rows = "".join(_source_row(group, len(found.citations), t) for group in documents.values())
    return f'<section class="rw-sources"><h3>{escape(t.sources)}</h3><ul>{rows}</ul></section>'


def _source_row(group: Sequence[Citation], total: int, t: Texts) -> str:
    first = group[0]
    about = " · ".join(filter(None, (t.kinds[first.kind], t.date(first.date))))
    return (
        f'<li><span class="rw-numbers">{_ranges([citation.number for citation in group])}</span>'
        f'<button type="button" class="rw-title" aria-expanded="false" data-source="{_source(first, total, t)}">'
        f'{escape(first.title)}</button><span class="rw-about">{escape(about)}</span></li>'
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Rising numbers, shortened where they follow each other: 1, 2, 3, 6 is "1–3, 6"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _questions(questions: Sequence[str], first: int | None = None) -> str:
    """Questions to press; those after the `first` are marked, to be shown only where there is room."""
    rows = "".join(
        f"<li{' class=rw-later' if first is not None and n >= first else ''}>"
        f'<button type="button" class="rw-question" data-ask="{escape(text)}">{escape(text)}</button></li>'
        for n, text in enumerate(questions)
    )
    return f'<ul class="rw-questions">{rows}</ul>'
