"""The picture of who works with whom: names on both sides, the pilots between them, a line for each tie.

It is drawn twice, for a wide and a narrow screen; the style shows one of the two. A name is a button that filters; one
that would leave nothing is no button. The same ties stand below in a table, for who cannot see the picture.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kb.facets import INSTITUTION, LEVEL, PARTNER, SECTOR, Facet
from kb.language import fold
from kb.types import Document
from ui.pilots_view import PARAMETERS, Shown, named, save
from ui.texts import Texts

MOST = 40
"""Pilots that can be drawn so that a reader can still follow the lines."""
_RIGHT = (PARTNER,)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The measures of one drawing, in units of its own that are pixels at its full width."""

    name: str
    width: int
    side: int
    """Width of a name on either side."""
    letters: int
    """Letters on a line of a name."""
    middle: int
    """Width of a pilot; 0 for a number in a circle."""
    middle_letters: int
    line: int = 18
    left: tuple[Facet, ...] = (SECTOR, LEVEL, INSTITUTION)
    gap: int = 6
    pad: int = 7


_WIDE = _Sheet("wide", 880, 240, 25, 260, 30)
_NARROW = _Sheet("narrow", 340, 136, 16, 0, 0, line=16, left=(INSTITUTION,), gap=8, pad=8)
"""Who works with whom, and no more: with sectors and levels beside them the lines of a phone cannot be told apart."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A name, a heading or a pilot, with its place on the sheet."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    facet: Facet | None = None
    value: str = ""

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.y + self.height / 2


def picture(shown: Shown, every: Sequence[Document], t: Texts) -> str:
    """The picture of all pilots, those that are left by the filters standing out, and the same as a table."""
    p = t.pilots
    if len(every) > MOST and len(shown.pilots) > MOST:
        return f'<p class="rw-about">{escape(p.picture_too_many)}</p>{_table(shown, t)}'
    drawn = _arranged(every if len(every) <= MOST else shown.pilots)
    left = {document.id for document in shown.pilots}
    legend = "".join(f"<li>{escape(document.metadata.title)}</li>" for document in drawn)
    return (
        f'<p class="rw-about">{escape(p.picture_hint)}</p><figure class="rw-picture">'
        f"{_draw(_WIDE, drawn, left, shown, t)}{_draw(_NARROW, drawn, left, shown, t)}"
        f'<ol class="rw-picture-legend">{legend}</ol></figure>'
        f'<h3 class="rw-picture-head">{escape(p.picture_table)}</h3>{_table(shown, t)}{save(shown, t)}'
    )


def _arranged(pilots: Sequence[Document]) -> list[Document]:
    """Pilots with a sector, a school or a partner in common near each other, so that fewer lines cross."""
    left = sorted(pilots, key=lambda d: (d.metadata.sector[:1], fold(d.metadata.title)))
    row: list[Document] = []
    while left:
        ties = [_ties(row[-1]) & _ties(one) for one in left] if row else [set[tuple[str, str]]()] * len(left)
        best = max(range(len(left)), key=lambda i: (len(ties[i]), -i))
        row.append(left.pop(best))
    return row


def _ties(document: Document) -> set[tuple[str, str]]:
    return {(f.name, v) for f in (SECTOR, INSTITUTION, PARTNER) for v in f.values(document.metadata)}


def _draw(sheet: _Sheet, pilots: Sequence[Document], left: set[str], shown: Shown, t: Texts) -> str:
    sides = [
        _side(sheet, sheet.left, pilots, 0, shown, t),
        _side(sheet, _RIGHT, pilots, sheet.width - sheet.side, shown, t),
    ]
    height = max(node.y + node.height for side in sides for node in side) + sheet.gap
    middle = _middle(sheet, pilots, height)
    lines = "".join(_lines(sheet, document, node, sides, document.id in left) for document, node in middle)
    boxes = "".join(
        _pilot(sheet, number, node, document.id in left)
        for number, (document, node) in enumerate(middle, start=1)
    )  # fmt: skip
    names = "".join(_name(sheet, node, shown, t) for side in sides for node in side)
    return (
        f'<svg class="rw-picture-{sheet.name}" viewBox="0 0 {sheet.width} {height:.0f}" role="group"'
        f' aria-label="{escape(t.pilots.picture)}"><g aria-hidden="true">{lines}{boxes}</g>{names}</svg>'
    )


def _side(
    sheet: _Sheet, facets: Sequence[Facet], pilots: Sequence[Document], x: float, shown: Shown, t: Texts
) -> list[_Node]:
    """The names of one side below their headings, each near the middle of its pilots."""
    nodes: list[_Node] = []
    y = 0.0
    for facet in facets:
        values = _near_their_pilots(facet, pilots)
        if not values:
            continue
        lines = _wrapped(t.pilots.picture_left[facet.name], sheet.letters)
        height = sheet.line * len(lines) + sheet.pad
        nodes.append(_Node(x, y + sheet.gap, sheet.side, height, lines))
        y += height + 2 * sheet.gap
        for value in values:
            lines = _wrapped(shown.vocabulary.shown(facet.key, value, t.language), sheet.letters)
            height = sheet.line * len(lines) + 2 * sheet.pad
            nodes.append(_Node(x, y, sheet.side, height, lines, facet, value))
            y += height + sheet.gap
        y += sheet.gap
    return nodes


def _near_their_pilots(facet: Facet, pilots: Sequence[Document]) -> list[str]:
    places: dict[str, list[int]] = {}
    for place, document in enumerate(pilots):
        for value in facet.values(document.metadata):
            places.setdefault(value, []).append(place)
    return sorted(places, key=lambda value: (sum(places[value]) / len(places[value]), fold(value)))


def _middle(sheet: _Sheet, pilots: Sequence[Document], height: float) -> list[tuple[Document, _Node]]:
    """The pilots one below the other, spread over the height."""
    width = sheet.middle or 28
    x = (sheet.width - width) / 2
    step = height / len(pilots)
    placed = []
    for number, document in enumerate(pilots):
        title = f"{number + 1}. {document.metadata.title}"
        lines = _wrapped(title, sheet.middle_letters, 3) if sheet.middle else (str(number + 1),)
        tall = min(sheet.line * len(lines) + 2 * sheet.pad, step) if sheet.middle else 28
        placed.append((document, _Node(x, (number + 0.5) * step - tall / 2, width, tall, lines)))
    return placed


def _wrapped(text: str, letters: int, most: int = 4) -> tuple[str, ...]:
    """The text over some lines; a word that is longer than a line stays whole, and is drawn narrower."""
    wrapped = textwrap.wrap(text, letters, max_lines=most, placeholder="…", break_long_words=False)
    return tuple(wrapped or [text])


def _lines(sheet: _Sheet, document: Document, pilot: _Node, sides: Sequence[Sequence[_Node]], on: bool) -> str:
    """The lines of one pilot to its names."""
    drawn = []
    for side, nodes in enumerate(sides):
        ours = [n for n in nodes if n.facet is not None and n.value in n.facet.values(document.metadata)]
        for node in ours:
            x1 = node.x + node.width if side == 0 else node.x
            x2 = pilot.x if side == 0 else pilot.x + pilot.width
            half = (x1 + x2) / 2
            drawn.append(
                f'<path class="{_look(node, on)}" data-tie="{escape(_end(node))}"'
                f' d="M{x1:.0f} {node.middle:.0f}C{half:.0f} {node.middle:.0f} {half:.0f} {pilot.middle:.0f}'
                f' {x2:.0f} {pilot.middle:.0f}"/>'
            )
    return "".join(drawn)


def _pilot(sheet: _Sheet, number: int, node: _Node, on: bool) -> str:
    off = "" if on else " rw-off"
    radius = 8 if sheet.middle else node.width / 2
    return (
        f'<g class="rw-picture-pilot{off}"><rect x="{node.x:.0f}" y="{node.y:.0f}" width="{node.width:.0f}"'
        f' height="{node.height:.0f}" rx="{radius:.0f}"/>{_text(sheet, node, centred=not sheet.middle)}</g>'
    )


def _name(sheet: _Sheet, node: _Node, shown: Shown, t: Texts) -> str:
    """A heading, or a name: a button where it would leave any pilot."""
    if node.facet is None:
        return f'<g class="rw-picture-heading">{_text(sheet, node)}</g>'
    counts: Mapping[str, int] = shown.counts[node.facet.name]
    count = counts.get(node.value, 0)
    pressed = node.value in getattr(shown.filters, node.facet.name)
    box = (
        f'<rect x="{node.x + 1:.0f}" y="{node.y:.0f}" width="{node.width - 2:.0f}" height="{node.height:.0f}" rx="8"/>'
        f"{_text(sheet, node)}"
    )
    if not count and not pressed:
        return f'<g class="rw-picture-name rw-off">{box}</g>'
    name = shown.vocabulary.shown(node.facet.key, node.value, t.language)
    label = t.pilots.picture_node.format(facet=t.pilots.facets[node.facet.name], value=name, count=count)
    return (
        f'<g class="rw-picture-name" role="button" tabindex="0" aria-pressed="{"true" if pressed else "false"}"'
        f' aria-label="{escape(label)}" data-facet="{PARAMETERS[node.facet]}" data-value="{escape(node.value)}"'
        f' data-ends="{escape(_end(node))}">{box}</g>'
    )


def _look(node: _Node, on: bool) -> str:
    """Lines to organisations stand out over those to what a pilot is about, and both over what is left out."""
    about = " rw-about-it" if node.facet in (SECTOR, LEVEL) else ""
    return f"rw-tie{about}{'' if on else ' rw-off'}"


def _end(node: _Node) -> str:
    """What a name's lines are known by."""
    return f"{node.facet.name if node.facet else ''}:{node.value}"


def _text(sheet: _Sheet, node: _Node, centred: bool = False) -> str:
    first = node.middle - sheet.line * (len(node.lines) - 1) / 2 + sheet.line * 0.28
    x = node.x + node.width / 2 if centred else node.x + sheet.pad + 2
    anchor = ' text-anchor="middle"' if centred else ""
    spans = "".join(
        f'<tspan x="{x:.0f}" y="{first + place * sheet.line:.0f}"{_fitted(sheet, node, line)}>{escape(line)}</tspan>'
        for place, line in enumerate(node.lines)
    )
    return f"<text{anchor}>{spans}</text>"


def _fitted(sheet: _Sheet, node: _Node, line: str) -> str:
    """How a line that is too long for its box is made to fit."""
    if node.facet is None or len(line) <= sheet.letters:
        return ""
    return f' textLength="{node.width - 2 * sheet.pad - 4:.0f}" lengthAdjust="spacingAndGlyphs"'


def _table(shown: Shown, t: Texts) -> str:
    """The ties of the pilots that are left, one row each."""
    p = t.pilots
    columns = (SECTOR, LEVEL, INSTITUTION, PARTNER)
    heads = "".join(
        f'<th role="columnheader" scope="col">{escape(text)}</th>'
        for text in (p.pilot, *(p.facets[f.name] for f in columns))
    )
    rows = "".join(
        f'<tr role="row"><th role="rowheader" scope="row">{escape(document.metadata.title)}</th>'
        + "".join(
            f'<td role="cell" data-head="{escape(p.facets[f.name])}">{_joined(f, document, shown, t)}</td>'
            for f in columns
        )
        + "</tr>"
        for document in shown.pilots
    )
    return (
        f'<table class="rw-pilots-table" role="table" aria-label="{escape(p.picture)}"><thead role="rowgroup">'
        f'<tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _joined(facet: Facet, document: Document, shown: Shown, t: Texts) -> str:
    return (
        ", ".join(named(facet, value, shown.vocabulary, t) for value in facet.values(document.metadata))
        or f'<span class="rw-silent">{escape(t.pilots.not_stated)}</span>'
    )
