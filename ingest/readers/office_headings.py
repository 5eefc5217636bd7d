"""Headings that have no style of a heading: short lines that are all bold, or clearly larger than the text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.blocks import plain
from ingest.readers.office import Draft, is_typed_item

_Look = tuple[float, bool]
"""The size of the type, and whether it is bold."""

_TITLE: _Look = (math.inf, True)
"""What the title at the beginning counts as: above all other headings, however it is printed."""


def promoted(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts with as headings those that only look it."""
    result = list(drafts)
    shown = [draft for draft in result if draft.block.hidden is None and plain(draft.block.text)]
    body, bold_body = _body_look(shown)
    chosen: list[tuple[Draft, _Look]] = []
    followed = False
    for run in _runs_backward(shown, body, bold_body):
        if not _may_head(run[0], body, bold_body):
            followed = run[0].block.kind != "heading" or followed
        elif followed and len(run) <= (2 if run[0].size >= 1.2 * body > 0 else 1):
            chosen += [(draft, _TITLE if _is_title(run[-1], shown) else _look(draft)) for draft in run]
        else:
            followed = True
    order = sorted({look for _, look in chosen}, key=lambda look: (-look[0], not look[1]))
    _make_headings(shown, {id(draft): order.index(look) for draft, look in chosen})
    return result


def _is_title(draft: Draft, shown: list[Draft]) -> bool:
    return draft is shown[0] and draft.label is None and not draft.block.text.rstrip().endswith(":")


def _runs_backward(shown: list[Draft], body: float, bold_body: bool) -> Iterator[list[Draft]]:
    """From the last draft to the first: candidates of one look together, all others alone."""
    run: list[Draft] = []
    for draft in reversed(shown):
        candidate = _may_head(draft, body, bold_body)
        if run and candidate and _look(draft) == _look(run[0]):
            run.append(draft)
            continue
        if run:
            yield run
        run = [draft] if candidate else []
        if not candidate:
            yield [draft]
    if run:
        yield run


def _body_look(shown: list[Draft]) -> _Look:
    """The size of most of the text, and whether most of it is bold."""
    weights: dict[float, int] = {}
    bold = total = 0
    for draft in shown:
        if not draft.fixed:
            count = len(draft.block.text)
            weights[draft.size] = weights.get(draft.size, 0) + count
            bold += count * draft.bold
            total += count
    return max(weights, key=lambda size: weights[size], default=0.0), 2 * bold > total


def _look(draft: Draft) -> _Look:
    return draft.size, draft.bold


def _may_head(draft: Draft, body: float, bold_body: bool) -> bool:
    text = draft.block.text.strip()
    if draft.fixed or draft.block.kind == "heading" or draft.label == "" or "\t" in text or is_typed_item(text):
        return False
    most = 25 if draft.label else 12
    if len(text.split()) > most or len(text) > 8 * most or not any(char.isalpha() for char in text):
        return False
    if text.endswith((".", ";", ",", "!", "…")):
        return False
    return (draft.bold and not bold_body) or draft.size >= 1.2 * body > 0


def _make_headings(shown: list[Draft], ranks: dict[int, int]) -> None:
    above = 0
    for draft in shown:
        if id(draft) in ranks:
            draft.block = replace(draft.block, kind="heading", level=min(6, above + 1 + ranks[id(draft)]))
        elif draft.block.kind == "heading":
            above = draft.block.level
