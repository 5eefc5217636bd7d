"""Whether the boxes of characters lie on their ink, on turned and cropped pages too, and pages as pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from pdfs import Pdf

from ingest.blocks import Block
from ingest.limits import Limits
from ingest.pdf.page_image import render_page
from ingest.readers.pdf import read

SENTENCE = "Het gilde leidt op."


def picture(data: bytes, page: int = 1, **how: object) -> np.ndarray:
    """A page as grey values from 0 (ink) to 255."""
    from PIL import Image

    how = {"marks": None, "width": 1400, **how}
    image = Image.open(io.BytesIO(render_page(data, page, **how)))  # type: ignore[arg-type]
    return np.asarray(image.convert("L"))


def only(data: bytes) -> Block:
    found = read(data, Path("gildeplan.pdf"), Limits()).blocks
    assert len(found) == 1
    return found[0]


def area(image: np.ndarray, box: list[int]) -> tuple[slice, slice]:
    _, left, top, right, bottom = box
    height, width = image.shape
    return (
        slice(int(top * height / 1e4) - 1, int(bottom * height / 1e4) + 2),
        slice(int(left * width / 1e4) - 1, int(right * width / 1e4) + 2),
    )


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30, 40, 500, 800)])
def test_boxes_lie_on_the_ink(rotate: int, crop: tuple[float, float, float, float] | None) -> None:
    """Each letter's box has ink, and without the boxes the page has none, however it is turned and cropped."""
    pdf = Pdf()
    pdf.page(rotate=rotate, crop=crop).text(100, 200, SENTENCE, 14)
    data = pdf.data()
    block = only(data)
    assert block.text == SENTENCE and block.boxes is not None
    image = picture(data).copy()
    for char, box in zip(block.text, block.boxes.tolist(), strict=True):
        if char == " ":
            assert box == [0, 0, 0, 0, 0]
        else:
            assert image[area(image, box)].min() < 128, char
    for box in block.boxes.tolist():
        if box[0]:
            image[area(image, box)] = 255
    assert image.min() > 200


def test_the_box_of_a_run_is_tight() -> None:
    """The box around a word touches its ink on all sides, to about a point."""
    pdf = Pdf()
    pdf.page().text(100, 200, "Het gilde leidt op.", 30)
    data = pdf.data()
    block = only(data)
    assert block.boxes is not None
    word = block.boxes[4:9]
    union = [1, int(word[:, 1].min()), int(word[:, 2].min()), int(word[:, 3].max()), int(word[:, 4].max())]
    image = picture(data)
    ink = np.argwhere(image[area(image, union)] < 128)
    height, width = image[area(image, union)].shape
    assert ink.min() <= 4 and ink[:, 0].max() >= height - 5 and ink[:, 1].max() >= width - 5


def test_letters_of_one_glyph_share_its_box() -> None:
    """Both letters of a ligature that was found back have the place of their glyph."""
    pdf = Pdf(ligatures={200: ("g200", 500)})
    pdf.page().text(60, 100, "Een ac\xc8eve posi\xc8e in de organisa\xc8e.", font="lost")
    block = only(pdf.data())
    at = block.text.index("ti")
    assert block.boxes is not None
    assert block.boxes[at].tolist() == block.boxes[at + 1].tolist() != block.boxes[at + 2].tolist()


def test_upright_text_has_upright_boxes() -> None:
    """Text that is turned on its page is read, and its boxes lie on it."""
    pdf = Pdf()
    page = pdf.page().text(60, 100, "Deze regel staat gewoon op de bladzijde.")
    page.content.append(b"BT /regular 14 Tf 0 1 -1 0 300 300 Tm (Langs de kant) Tj ET")
    data = pdf.data()
    found = [b for b in read(data, Path("x.pdf"), Limits()).blocks if b.text == "Langs de kant"]
    assert len(found) == 1 and found[0].boxes is not None
    boxes = found[0].boxes[found[0].boxes[:, 0] > 0]
    assert boxes[0][2] > boxes[-1][2] and abs(int(boxes[0][1]) - int(boxes[-1][1])) < 100


def test_marks_are_drawn_and_leave_the_text_readable() -> None:
    """Marked places turn yellow, the ink in them stays dark, and the rest of the page stays as it was."""
    from PIL import Image

    pdf = Pdf()
    pdf.page().text(100, 200, SENTENCE, 14).text(100, 400, "Een tweede zin.", 14)
    data = pdf.data()
    block = next(b for b in read(data, Path("x.pdf"), Limits()).blocks if b.text.startswith(SENTENCE))
    assert block.boxes is not None
    marks = block.boxes[: len(SENTENCE)]
    before = np.asarray(Image.open(io.BytesIO(render_page(data, 1, None))).convert("RGB")).astype(int)
    after = np.asarray(Image.open(io.BytesIO(render_page(data, 1, marks))).convert("RGB")).astype(int)
    changed = np.abs(before - after).max(axis=2) > 20
    rows = np.flatnonzero(changed.any(axis=1)) / changed.shape[0]
    assert rows.min() > 180 / 842 and rows.max() < 215 / 842
    assert (after[changed][:, 2] < 200).mean() > 0.5 and after[changed].min() < 60


def test_marks_on_other_pages_are_left_out() -> None:
    """Only the rows of the page itself are drawn."""
    pdf = Pdf()
    pdf.page().text(100, 200, SENTENCE)
    marks = np.array([[2, 1000, 1000, 3000, 2000]], dtype=np.uint16)
    assert render_page(pdf.data(), 1, marks) == render_page(pdf.data(), 1, None)


@pytest.mark.parametrize("size", [(14000, 14000), (3, 14000), (595, 842)])
@pytest.mark.parametrize("width", [1, 1200, 100_000])
def test_pictures_are_bounded(size: tuple[float, float], width: int) -> None:
    """However large the page and the wish, the picture has at most four million pixels."""
    pdf = Pdf()
    pdf.page(size=size)
    rows, columns = picture(pdf.data(), width=width).shape
    assert 1 <= rows * columns <= 4_000_000


@pytest.mark.parametrize("page", [0, 2, -1])
def test_a_page_that_is_not_there(page: int) -> None:
    """Asking for it is an IndexError."""
    pdf = Pdf()
    pdf.page().text(100, 200, SENTENCE)
    with pytest.raises(IndexError):
        render_page(pdf.data(), page, None)
