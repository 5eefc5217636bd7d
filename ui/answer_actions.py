"""What a reader can do with an answer, as HTML: judge it, copy it, keep it, and see how it came about."""

from __future__ import annotations

from html import escape

from kb.permalink import Pinned
from ui.exchange import Exchange
from ui.texts import Texts


def actions(exchange: Exchange, text: str, t: Texts) -> str:
    """Did it help, and to keep it; `text` is what is copied."""
    judged = _judged(exchange.answer.question_id, t) if exchange.answer.question_id else ""
    return f'<div class="rw-actions">{judged}{_kept(exchange, text, t)}</div>'


def everywhere(question: str, t: Texts) -> str:
    """The same question without what it was narrowed to."""
    return (
        f'<p><button type="button" class="rw-whole" data-everywhere data-ask="{escape(question)}">'
        f"{escape(t.asking.everywhere)}</button></p>"
    )


def saved(pinned: Pinned, t: Texts) -> str:
    """What was checked when an answer was opened from its link."""
    a = t.asking
    count = len(pinned.answer.citations or pinned.answer.closest)
    lines = [a.saved_on.format(date=t.date(pinned.on.isoformat()))]
    if count:
        lines.append(a.saved_one if count == 1 else a.saved_more.format(count=t.number(count)))
    first = " ".join(lines)
    warnings = []
    if pinned.superseded:
        warnings.append(a.saved_later.format(titles=", ".join(pinned.superseded)))
    if pinned.lost:
        warnings.append(a.saved_lost_one if pinned.lost == 1 else a.saved_lost_more.format(count=t.number(pinned.lost)))
    told = "".join(f'<p class="rw-saved-warning">{escape(line)}</p>' for line in warnings)
    return (
        f'<div class="rw-saved"><p>{escape(first)}</p>{told}'
        f'<button type="button" class="rw-quiet" data-ask="{escape(pinned.question)}">{escape(a.ask_again)}</button>'
        "</div>"
    )


def trace(t: Texts) -> str:
    """The place of the steps of an answer; `assets/ask.js` asks for the team key and fetches them."""
    a = t.asking
    return (
        f'<details class="rw-trace"><summary>{escape(a.trace)}</summary>'
        f'<form data-trace novalidate><p class="rw-about" id="rw-trace-hint">{escape(a.trace_hint)}</p>'
        f'<label for="rw-trace-key">{escape(t.documents.key_label)}</label><div class="rw-line">'
        '<input id="rw-trace-key" type="password" autocomplete="off" maxlength="500" aria-describedby="rw-trace-hint">'
        f'<button class="rw-whole">{escape(a.trace_show)}</button></div></form>'
        '<p class="rw-done" role="status"></p><div class="rw-steps" lang="nl"></div></details>'
    )


def _judged(question_id: str, t: Texts) -> str:
    a = t.asking
    thumbs = "".join(
        f'<button type="button" class="rw-quiet" data-feedback="{verdict}" aria-pressed="false">{escape(word)}</button>'
        for verdict, word in (("up", t.yes), ("down", t.no))
    )
    reasons = "".join(
        f'<label><input type="radio" name="rw-reason" value="{escape(words)}"> {escape(words)}</label>'
        for words in a.reasons.values()
    )
    return (
        f'<div class="rw-judge" data-question-id="{escape(question_id)}">'
        f'<div class="rw-helped" role="group" aria-label="{escape(t.helped)}"><span>{escape(t.helped)}</span>{thumbs}'
        '<span class="rw-done" role="status"></span></div>'
        f'<form class="rw-why" data-why hidden><fieldset><legend>{escape(a.why_not)}</legend>{reasons}</fieldset>'
        f'<label for="rw-comment">{escape(a.comment)}</label>'
        '<textarea id="rw-comment" rows="2" maxlength="1500" aria-describedby="rw-comment-hint"></textarea>'
        f'<p class="rw-about" id="rw-comment-hint">{escape(a.comment_hint)}</p>'
        f'<button class="rw-whole">{escape(a.send)}</button></form></div>'
    )


def _kept(exchange: Exchange, text: str, t: Texts) -> str:
    a = t.asking
    buttons = [f'<button type="button" class="rw-quiet" data-copy="{escape(text)}">{escape(t.copy)}</button>']
    if exchange.link:
        buttons += [
            f'<button type="button" class="rw-quiet" data-copy-link>{escape(a.copy_link)}</button>',
            f'<button type="button" class="rw-quiet" data-save="docx">{escape(a.save_word)}</button>',
            f'<button type="button" class="rw-quiet" data-save="md">{escape(a.save_text)}</button>',
        ]
    return (
        f'<div class="rw-keep" role="group" aria-label="{escape(a.keep)}">{"".join(buttons)}'
        '<span class="rw-done" role="status"></span></div>'
    )
