"""Text that a person who looks at the page does not see, though it is in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.geometry import View
from ingest.pdf.glyphs import SPACE, PageGlyphs
from ingest.pdf.raster import render
from ingest.pdf.shapes import Shapes, covered

TINY = 1.5
"""Points; nobody reads smaller type."""
_SCAN = 0.55
"""A page covered by pictures for this share is a scan; the unseen text over it is what was recognised on it."""
_NEAR_WHITE = 235
_CONTRAST = 12
"""Of 255: a place with less between its lightest and its darkest shows no letters."""

_SCALE = 1.5
"""Pixels to a point; small type still leaves ink."""
_MOST_COVERS = 500

_MOST_OF_WORD = 0.5
"""Share of a word's letters that must be covered for the word to count as covered."""

_FEWEST = 3
"""Letters; fewer that nobody sees are a trick of layout, and say nothing."""

Masks = dict[str, NDArray[np.bool_]]


def hidden_glyphs(page: Any, glyphs: PageGlyphs, shapes: Shapes) -> Masks:
    """Which glyphs of a page are hidden, by the reason why; a glyph has one reason at most."""
    masks: Masks = {}
    taken = np.zeros(len(glyphs), dtype=np.bool_)
    if not len(glyphs):
        return masks
    is_letter = np.array([text != SPACE for text in glyphs.text], dtype=np.bool_)
    for reason, mask in (
        ("invisible", _unpainted(glyphs, shapes)),
        ("tiny", _of_styles(glyphs, [style.size < TINY for style in glyphs.styles])),
        ("off_page", _outside(glyphs)),
        ("covered", _covered(page, glyphs, shapes, is_letter)),
        ("white", _white(page, glyphs, is_letter)),
    ):
        chosen = mask & ~taken
        if chosen.any() and sum(text[:1].isalnum() for text in np.array(glyphs.text)[chosen]) >= _FEWEST:
            masks[reason] = chosen
            taken |= chosen
    return masks


def _of_styles(glyphs: PageGlyphs, wanted: list[bool]) -> NDArray[np.bool_]:
    return np.array(wanted, dtype=np.bool_)[glyphs.style]


def is_scan(view: View, shapes: Shapes) -> bool:
    """Whether pictures cover the page."""
    return covered(shapes.images, view) >= _SCAN


def _unpainted(glyphs: PageGlyphs, shapes: Shapes) -> NDArray[np.bool_]:
    unseen = _of_styles(glyphs, [style.mode in (3, 7) or style.opacity < 8 for style in glyphs.styles])
    if unseen.any() and is_scan(glyphs.view, shapes):
        return np.zeros(len(glyphs), dtype=np.bool_)
    return unseen


def _outside(glyphs: PageGlyphs) -> NDArray[np.bool_]:
    view = glyphs.view
    left, top, right, bottom = glyphs.cell.T
    outside: NDArray[np.bool_] = (right < 0) | (bottom < 0) | (left > view.width) | (top > view.height)
    return outside


def _covered(page: Any, glyphs: PageGlyphs, shapes: Shapes, is_letter: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Glyphs over which a filled rectangle is painted later, so that no ink of theirs is left."""
    under = np.zeros(len(glyphs), dtype=np.bool_)
    if not shapes.covers:
        return under
    # the order counts down
    order = np.array([shapes.painted.get(int(owner), -1) for owner in glyphs.owner.tolist()])
    x, y = (glyphs.ink[:, 0] + glyphs.ink[:, 2]) / 2, (glyphs.ink[:, 1] + glyphs.ink[:, 3]) / 2
    over = np.zeros(len(glyphs), dtype=np.bool_)
    for at, rect in shapes.covers[:_MOST_COVERS]:
        inside = (rect.left <= x) & (x <= rect.right) & (rect.top <= y) & (y <= rect.bottom) & (order > 0)
        under |= inside & (order > at)
        over |= inside & (order < at)
    under &= is_letter
    if not under.any():
        return under
    over &= is_letter & ~under
    grey = render(page, glyphs.view, _SCALE, grey=True)
    for i in np.flatnonzero(under).tolist():
        left, top, right, bottom = glyphs.ink[i]
        beside = (glyphs.ink[:, 0] < right) & (glyphs.ink[:, 2] > left)
        beside &= (glyphs.ink[:, 1] < bottom) & (glyphs.ink[:, 3] > top)
        under[i] = bool((beside & over).any()) or _is_flat(grey, glyphs, i, 0.0)
    return _whole_words(glyphs, under)


def _whole_words(glyphs: PageGlyphs, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask spread over the text objects of which it takes most: a letter that meets no ink goes with its word."""
    result = np.zeros(len(mask), dtype=np.bool_)
    for owner in np.unique(glyphs.owner[mask]).tolist():
        mine = glyphs.owner == owner
        if mask[mine].sum() >= 0.5 * mine.sum():
            result |= mine
        else:
            result |= mine & mask
    for word in _words(glyphs):
        # what is meant not to be read is covered whole; a box that only touches a word hides nothing
        if result[word].any() and result[word].mean() < _MOST_OF_WORD:
            result[word] = False
    return result


def _words(glyphs: PageGlyphs) -> Iterator[slice]:
    """The runs of glyphs without a space between, in the order of the page's text."""
    start = 0
    for place, text in enumerate((*glyphs.text, SPACE)):
        if text == SPACE:
            if place > start:
                yield slice(start, place)
            start = place + 1


def _is_flat(grey: NDArray[np.uint8], glyphs: PageGlyphs, i: int, margin: float) -> bool:
    """Whether the place of a glyph shows one shade, and so no letter."""
    height, width = grey.shape[:2]
    scale_x, scale_y = width / glyphs.view.width, height / glyphs.view.height
    left, top, right, bottom = glyphs.ink[i]
    y0, y1 = int(max(0, (top - margin) * scale_y)), int(min(height, (bottom + margin) * scale_y + 1.99))
    x0, x1 = int(max(0, (left - margin) * scale_x)), int(min(width, (right + margin) * scale_x + 1.99))
    patch = grey[y0:y1, x0:x1]
    return patch.size == 0 or int(patch.max()) - int(patch.min()) < _CONTRAST


def _white(page: Any, glyphs: PageGlyphs, is_letter: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Near-white glyphs that leave no ink where they stand; the page is drawn only if there are any."""
    light = _of_styles(glyphs, [min(style.colour) >= _NEAR_WHITE and style.mode == 0 for style in glyphs.styles])
    light &= is_letter & ~_outside(glyphs)
    if not light.any():
        return light
    grey = render(page, glyphs.view, _SCALE, grey=True)
    for i in np.flatnonzero(light).tolist():
        # a letter of white on a light ground still shows by its edges
        light[i] = _is_flat(grey, glyphs, i, 0.15 * glyphs.styles[glyphs.style[i]].size)
    return light
