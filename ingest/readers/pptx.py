"""PowerPoint presentations to blocks: a page for each slide, its title, its text in reading order, then its notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.blocks import Block, plain
from ingest.container import open_container
from ingest.limits import Limits
from ingest.readers import Notice, Reading
from ingest.readers.office import Draft, comments_notice, finished, guarded, properties
from ingest.readers.pptx_layout import furniture, guessed_title, in_reading_order, without_repeats
from ingest.readers.pptx_shapes import Slide
from kb.errors import LimitExceeded


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """Titles as headings, text as paragraphs, items and rows, with the number of the slide as page."""
    container = open_container(data, path, limits)
    return guarded(lambda: _read(container.package(), container.parts, path, limits), path, limits)


def _read(package: Any, parts: dict[str, bytes], path: Path, limits: Limits) -> Reading:
    from pptx import Presentation

    presentation = Presentation(package)
    slides = list(presentation.slides)
    if len(slides) > limits.pages:
        raise LimitExceeded(
            path,
            "too_many_pages",
            f"{path.name}: de presentatie heeft {len(slides)} dia's; meer dan {limits.pages} kan niet.",
            f"{path.name}: the presentation has {len(slides)} slides; more than {limits.pages} is not possible.",
        )
    size = (presentation.slide_width or 9144000, presentation.slide_height or 6858000)
    default = presentation.part._element.find("{*}defaultTextStyle")
    shown = [
        Slide(slide, number, size, default)
        for number, slide in enumerate(slides, 1)
        if slide._element.get("show") not in {"0", "false"}
    ]
    is_furniture = furniture([(slide.number, slide.boxes) for slide in shown])
    blocks: list[Block] = []
    for slide in shown:
        slide.boxes = [box for box in slide.boxes if not is_furniture(slide.number, box)]
        blocks += [finished(draft) for draft in _drafts(slide) if plain(draft.block.text)]
    title, date = properties(parts)
    return Reading(
        blocks,
        notices=list(_notices(len(slides) - len(shown), slides)),
        page_count=len(slides),
        pages_without_text=tuple(slide.number for slide in shown if slide.has_picture and not slide.has_text),
        title=title,
        date=date,
    )


def _drafts(slide: Slide) -> Iterator[Draft]:
    """All that is read of a slide."""
    title = slide.title
    boxes = slide.boxes
    if not title:
        found = guessed_title([box for box in boxes if box.rect[1] < 1], first=slide.number == 1)
        if found is not None:
            title = found.text
            boxes = [box for box in boxes if box is not found]
    if title:
        level = 1 if slide.number == 1 else 2
        yield Draft(Block("heading", title, level=level, page=slide.number), fixed=True)
    for box in in_reading_order(without_repeats(boxes), slide.panels):
        yield from box.drafts
    yield from slide.hidden
    yield from slide.notes()


def _notices(hidden: int, slides: list[Any]) -> Iterator[Notice]:
    if hidden:
        nl = "1 verborgen dia is" if hidden == 1 else f"{hidden} verborgen dia's zijn"
        en = "1 hidden slide was" if hidden == 1 else f"{hidden} hidden slides were"
        yield Notice("hidden_slides", f"{nl} overgeslagen.", f"{en} left out.")
    count = 0
    for slide in slides:
        for relation in slide.part.rels.values():
            if not relation.is_external and relation.reltype.endswith("/comments"):
                count += relation.target_part.blob.count(b"<p:cm ") + relation.target_part.blob.count(b"<p188:cm ")
    yield from comments_notice(count)
