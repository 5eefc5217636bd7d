"""The tab "Kennislacunes" as HTML: pure functions, in which everything that a visitor or a document says is escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape

from kb.gaps import GapGroup, Now
from kb.types import Citation
from ui import render
from ui.texts import Texts

AT_ONCE = 25
"""Groups that are shown at once; of each is looked up what comes closest now."""
_SCRIPT_WORDS = ("saving", "save_failed", "solved", "reopened")
"""The strings of the tab that its script uses."""


def shell(t: Texts, open_to_team: bool) -> str:
    """The tab before the key is given."""
    g = t.gaps
    if not open_to_team:
        return f'<div class="rw-gaps" lang="{t.language}"><h2>{escape(g.title)}</h2><p>{escape(g.off)}</p></div>'
    d = t.documents
    words = {name: getattr(g, name) for name in _SCRIPT_WORDS}
    words |= {"key_needed": d.key_needed, "key_wrong": d.key_wrong, "failed": d.failed}
    sorts = "".join(f'<option value="{name}">{escape(label)}</option>' for name, label in g.sorts.items())
    return (
        f'<div class="rw-gaps" lang="{t.language}" data-words="{escape(json.dumps(words, ensure_ascii=False))}">'
        f'<div class="rw-gaps-top"><h2 tabindex="-1">{escape(g.title)}</h2>'
        f'<button type="button" class="rw-quiet" data-gaps="leave" hidden>{escape(d.leave)}</button></div>'
        f'<p class="rw-gaps-about">{escape(g.about)}</p>'
        '<p class="rw-gaps-notice" role="alert"></p><p class="rw-gaps-said" role="status"></p>'
        f'<form class="rw-gaps-key" data-gaps="key"><label for="rw-gaps-key">{escape(d.key_label)}</label>'
        '<div class="rw-line"><input id="rw-gaps-key" type="password" autocomplete="off" maxlength="500"'
        f' aria-describedby="rw-gaps-hint"><button class="rw-gaps-main">{escape(g.enter)}</button></div>'
        f'<p class="rw-about" id="rw-gaps-hint">{escape(d.key_hint)}</p></form>'
        '<div class="rw-gaps-room" hidden>'
        f'<div class="rw-gaps-figures"><h3>{escape(g.figures)}</h3><div></div></div>'
        f'<div class="rw-gaps-bar"><label>{escape(g.sort)} <select data-sort>{sorts}</select></label>'
        f'<label class="rw-gaps-check"><input type="checkbox" data-solved> {escape(g.show_solved)}</label>'
        f'<span class="rw-gaps-export" role="group" aria-label="{escape(g.export)}">'
        f'<button type="button" class="rw-quiet" data-export="xlsx">{escape(g.save_excel)}</button>'
        f'<button type="button" class="rw-quiet" data-export="csv">{escape(g.save_csv)}</button></span></div>'
        '<div class="rw-gaps-list"></div></div></div>'
    )


def listing(
    groups: Sequence[GapGroup], now: Sequence[Now], total: int, expired: int, solved: bool, t: Texts, first: int = 0
) -> str:
    """The groups from `first` on, each with how it stands now; `solved`: whether these are the ones that are solved."""
    g = t.gaps
    rows = "".join(_row(group, stands, solved, t) for group, stands in zip(groups, now, strict=True))
    left = total - first - len(groups)
    next_one = first + len(groups)
    more = f'<li><button type="button" class="rw-whole" data-more="{next_one}">{escape(g.more)}</button></li>'
    rest = more if left > 0 else ""
    if first:
        return rows + rest
    if solved:
        line = "" if groups else g.none_solved
    else:
        line = g.none if not groups else g.count_one if total == 1 else g.count_more.format(count=t.number(total))
    if expired and not solved:
        line += " " + (g.expired_one if expired == 1 else g.expired_more.format(count=t.number(expired)))
    count = f'<p class="rw-gaps-count" role="status">{escape(line)}</p>'
    return f'{count}<ul role="list" class="rw-gaps-rows">{rows}{rest}</ul>' if rows else count


def _row(group: GapGroup, now: Now, solved: bool, t: Texts) -> str:
    (question, _), *others = group.questions
    g = t.gaps
    ids = escape(json.dumps([miss.id for miss in group.misses]))
    if solved:
        buttons = f'<button type="button" class="rw-whole" data-reopen="{ids}">{escape(g.reopen)}</button>'
    else:
        buttons = (
            f'<button type="button" class="rw-whole" data-draft="{escape(group.id)}" aria-expanded="false">'
            f"{escape(g.make)}</button>"
            f'<button type="button" class="rw-whole" data-solve="{ids}">{escape(g.solve)}</button>'
        )
    return (
        f'<li class="rw-gap" data-gap="{escape(group.id)}"><h4 tabindex="-1">{escape(question)}</h4>'
        f'<p class="rw-about">{escape(_facts(group, t))}</p>{_again(group, solved, t)}'
        + _more(g.other_words, [f"{text} ({count})" if count > 1 else text for text, count in others])
        + _more(g.remarks, list(dict.fromkeys(miss.comment for miss in group.counted if miss.comment)))
        + _nearest(group, now, t)
        + f'<p class="rw-gap-actions">{buttons}</p><div class="rw-draft" hidden></div></li>'
    )


def _facts(group: GapGroup, t: Texts) -> str:
    g, misses = t.gaps, group.counted
    count, down = len(misses), sum(miss.voted_down for miss in misses)
    first, last = date(misses[0].asked_at, t), date(misses[-1].asked_at, t)
    when = g.once_on.format(date=first) if first == last else g.between.format(first=first, last=last)
    times = g.times_one if count == 1 else g.times_more.format(count=t.number(count))
    parts = [f"{times} {when}"]
    if down:
        parts.append(g.down_one if down == 1 else g.down_more.format(count=t.number(down)))
    return " · ".join(parts)


def _again(group: GapGroup, solved: bool, t: Texts) -> str:
    if group.resolved_at is None:
        return ""
    line = (t.gaps.solved_on if solved else t.gaps.again).format(date=date(group.resolved_at, t))
    return f'<p class="rw-gap-again">{escape(line)}</p>'


def _more(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<details><summary>{escape(title)} ({len(lines)})</summary><ul role="list">{rows}</ul></details>'


def _nearest(group: GapGroup, now: Now, t: Texts) -> str:
    answered, closest = now
    g = t.gaps
    if answered and all(miss.answered for miss in group.counted):
        return f'<p class="rw-gap-again">{escape(g.answered_badly)}</p>'
    if answered:
        return f'<p class="rw-gap-now">{escape(g.now_answered)}</p>'
    if not closest:
        return f'<p class="rw-about">{escape(g.nothing_near)}</p>'
    return (
        f'<div class="rw-gap-near"><p class="rw-about">{escape(g.nearest)}: {escape(reference(closest[0], t))}</p>'
        f"<blockquote>{escape(closest[0].quote)}</blockquote></div>"
    )


def reference(citation: Citation, t: Texts) -> str:
    """Where a passage stands, in one line."""
    return ", ".join((citation.title, *render.place_of(citation, t)))


def date(at: datetime, t: Texts) -> str:
    """A day as people write it."""
    return t.date(at.date().isoformat())


def draft(group_id: str, kind: str, title: str, text: str, t: Texts) -> str:
    """The beginning of a document, to look at and to save."""
    g = t.gaps
    kinds = "".join(
        f'<option value="{escape(name)}"{" selected" if name == kind else ""}>{escape(label)}</option>'
        for name, label in g.draft_kinds.items()
    )
    return (
        f'<h5 tabindex="-1">{escape(g.draft)}</h5><p class="rw-about">{escape(g.draft_hint)}</p>'
        f'<div class="rw-draft-fields"><label>{escape(g.draft_kind)}<select data-draft-kind>{kinds}</select></label>'
        f'<label>{escape(g.draft_title)}<input data-draft-title maxlength="200" value="{escape(title)}"></label></div>'
        f'<label>{escape(g.draft_text)}<textarea rows="14" lang="nl">{escape(text)}</textarea></label>'
        f'<p class="rw-gap-actions"><button type="button" class="rw-gaps-main" data-draft-save="{escape(group_id)}">'
        f'{escape(g.draft_save)}</button><button type="button" class="rw-whole" data-draft-open>'
        f'{escape(g.draft_open)}</button><button type="button" class="rw-quiet" data-draft-close>{escape(g.close)}'
        "</button></p>"
    )
