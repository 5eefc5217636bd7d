"""Text that a person who looks at the page does not see, though it is in the file."""

from __future__ import annotations

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
        ("white", _white(page, glyphs, is_letter)),
    ):
        chosen = mask & ~taken
        if (chosen & is_letter).any():
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


def _white(page: Any, glyphs: PageGlyphs, is_letter: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Near-white glyphs that leave no ink where they stand; the page is drawn only if there are any."""
    light = _of_styles(glyphs, [min(style.colour) >= _NEAR_WHITE and style.mode == 0 for style in glyphs.styles])
    light &= is_letter & ~_outside(glyphs)
    if not light.any():
        return light
    grey = render(page, glyphs.view, 1.5, grey=True)
    height, width = grey.shape[:2]
    scale_x, scale_y = width / glyphs.view.width, height / glyphs.view.height
    for i in np.flatnonzero(light).tolist():
        left, top, right, bottom = glyphs.ink[i]
        margin = 0.15 * glyphs.styles[glyphs.style[i]].size
        y0, y1 = int(max(0, (top - margin) * scale_y)), int(min(height, (bottom + margin) * scale_y + 2))
        x0, x1 = int(max(0, (left - margin) * scale_x)), int(min(width, (right + margin) * scale_x + 2))
        patch = grey[y0:y1, x0:x1]
        # a letter of white on a light ground still shows by its edges
        light[i] = patch.size == 0 or int(patch.max()) - int(patch.min()) < _CONTRAST
    return light
