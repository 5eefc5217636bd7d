"""Figures of use by week: a drawing, and the same as a table for who cannot see it or wants the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kb.journal import Week
from ui.texts import Texts

SHOWN = 26
"""Weeks that are drawn, the latest; a file holds all."""
_HEIGHT, _TOP, _BOTTOM, _LEFT, _STEP, _BAR = 180, 16, 24, 40, 30, 18
_FEWEST = 12
"""Weeks of room, so that a short history does not become a few wide bars."""


def figures(weeks: Sequence[Week], t: Texts) -> str:
    """The drawing with its table."""
    g = t.gaps
    if not weeks:
        return f'<p class="rw-about">{escape(g.figures_none)}</p>'
    shown = weeks[-SHOWN:]
    keys = "".join(
        f'<li><span class="rw-key rw-key-{name}" aria-hidden="true"></span>{escape(g.series[name])}</li>'
        for name in ("answered", "refused", "voted_down")
    )
    return (
        f'<p class="rw-about">{escape(g.figures_about)}</p><ul class="rw-keys" role="list">{keys}</ul>'
        f'<div class="rw-plot" tabindex="0" role="region" aria-label="{escape(g.figures)}">{_drawing(shown, t)}</div>'
        f"<details><summary>{escape(g.figures_table)}</summary>"
        f'<div class="rw-scroll" tabindex="0" role="region" aria-label="{escape(g.figures_table)}">{_table(shown, t)}'
        "</div></details>"
    )


def _drawing(weeks: Sequence[Week], t: Texts) -> str:
    most = _round_up(max(week.asked for week in weeks))
    width = _LEFT + max(len(weeks), _FEWEST) * _STEP + 8
    total = _HEIGHT + _TOP + _BOTTOM
    lines = "".join(_line(value, most, width, t) for value in sorted({0, most // 2, most}))
    bars = "".join(_bar(week, place, most, t) for place, week in enumerate(weeks))
    return (
        f'<svg viewBox="0 0 {width} {total}" width="{width}" height="{total}" role="img"'
        f' aria-label="{escape(t.gaps.figures_about)}">{lines}{bars}</svg>'
    )


def _line(value: int, most: int, width: int, t: Texts) -> str:
    y = _y(value, most)
    return (
        f'<line class="rw-grid" x1="{_LEFT}" x2="{width}" y1="{y}" y2="{y}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{escape(t.number(value))}</text>'
    )


def _bar(week: Week, place: int, most: int, t: Texts) -> str:
    """One week: answered below, refused on top of it, a diamond for what was voted down; its figures on hovering."""
    x = _LEFT + place * _STEP + (_STEP - _BAR) // 2
    base, answered, asked = _y(0, most), _y(week.answered, most), _y(week.asked, most)
    parts = [f"<title>{escape(_said(week, t))}</title>"]
    if week.answered:
        parts.append(f'<rect class="rw-answered" x="{x}" y="{answered}" width="{_BAR}" height="{base - answered}"/>')
    if week.refused:
        parts.append(f'<rect class="rw-refused" x="{x}" y="{asked}" width="{_BAR}" height="{answered - asked}"/>')
    if week.voted_down:
        middle, at = x + _BAR // 2, _y(week.voted_down, most)
        parts.append(f'<path class="rw-down" d="M{middle} {at - 6}l6 6l-6 6l-6 -6z"/>')
    if place % 4 == 0:
        label = f"{week.monday.day}-{week.monday.month}"
        parts.append(f'<text x="{x + _BAR // 2}" y="{base + 16}" text-anchor="middle">{label}</text>')
    return f"<g>{''.join(parts)}</g>"


def _table(weeks: Sequence[Week], t: Texts) -> str:
    g = t.gaps
    names = ("asked", "answered", "refused", "voted_down")
    heads = "".join(f'<th scope="col">{escape(g.series[name])}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(t.date(week.monday.isoformat()))}</th>'
        + "".join(f"<td>{escape(t.number(getattr(week, name)))}</td>" for name in names)
        + "</tr>"
        for week in reversed(weeks)
    )
    sums = "".join(f"<td>{escape(t.number(sum(getattr(week, name) for week in weeks)))}</td>" for name in names)
    return (
        f'<table class="rw-weeks"><thead><tr><th scope="col">{escape(g.week)}</th>{heads}</tr></thead><tbody>{rows}'
        f'</tbody><tfoot><tr><th scope="row">{escape(g.totals)}</th>{sums}</tr></tfoot></table>'
    )


def _said(week: Week, t: Texts) -> str:
    return t.gaps.week_of.format(
        date=t.date(week.monday.isoformat()),
        asked=t.number(week.asked),
        answered=t.number(week.answered),
        refused=t.number(week.refused),
        down=t.number(week.voted_down),
    )


def _y(value: int, most: int) -> int:
    return _TOP + _HEIGHT - round(_HEIGHT * value / most)


def _round_up(value: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100, …: half of it is a whole number too."""
    top = 2
    while top < value:
        top = top * 2 if str(top)[0] in "12" else top * 5 // 2
    return top
