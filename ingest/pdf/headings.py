"""Which drafts are headings, and of which level, by how their type differs from the running text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf.furniture import is_contents_heading
from ingest.pdf.lines import Line, line_text
from ingest.pdf.paragraphs import Draft, Measure, same_style
from kb.language import fold

_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?$")
_MOST_WORDS = 24
_DEEPEST = 6
_FEW_LINES = 3
_MOST_TITLES = 200_000
"""Characters of headings that are compared."""


def mark_headings(drafts: list[Draft], measure: Measure) -> None:
    """Make headings of the drafts that look like one, and give each its level."""
    for i, draft in enumerate(drafts):
        above = drafts[i - 1] if i else None
        if above is not None and above.kind == "item" and _hangs_below(above, draft):
            continue
        if draft.kind in {"paragraph", "item"} and _is_heading(draft, drafts[i + 1 : i + 2], measure):
            draft.kind, draft.skip, draft.ordinal = "heading", _sign(draft), None
    colours = Counter(draft.lines[0].colour for draft in drafts if draft.kind == "heading")
    for draft, after in pairwise(drafts):
        if draft.kind == "paragraph" and _is_coloured_heading(draft, after, colours, measure):
            draft.kind = "heading"
    _merge_lines(drafts)
    _set_levels([draft for draft in drafts if draft.kind == "heading"])


def _hangs_below(item: Draft, draft: Draft) -> bool:
    """Whether a draft is more of the item above it: indented as its text, and no larger."""
    a, b = item.lines[-1], draft.lines[0] if draft.lines else None
    if b is None or draft.kind != "paragraph" or a.column != b.column or a.page != b.page:
        return False
    return (
        b.left >= item.hang - 1 and b.size <= a.size + 0.1 and b.bold <= a.bold and item.hang > item.lines[0].left + 1
    )


def words_of_draft(draft: Draft) -> list[str]:
    """The words of a draft as they stand on its lines."""
    return [word for line in draft.lines for word in line.text.split()]


def _sign(draft: Draft) -> int:
    """How many words of a draft are no part of it as a heading: a number is, the "§" of a link to itself is not."""
    return 0 if draft.ordinal is not None else draft.skip


def _is_heading(draft: Draft, following: Sequence[Draft], measure: Measure) -> bool:
    words = words_of_draft(draft)[_sign(draft) :]
    if draft.note or len(words) > _MOST_WORDS or not any(c.isalpha() for word in words for c in word):
        return False
    # a chapter's number of several parts is that of no item
    numbered = bool(_NUMBERED.match(words[0])) and len(words) > 1 and "." in words[0].rstrip(".")
    if draft.kind == "item" and (draft.ordinal is None or draft.skip == 0) and not numbered:
        return False
    text = " ".join(words)
    if text[:1].islower() or text.endswith((";", ",")):
        return False
    size = max(line.size for line in draft.lines)
    large = size >= 1.12 * measure.body
    bold = all(line.bold for line in draft.lines) and not measure.body_bold
    if text.endswith(".") and (len(words) > 12 or not (large or numbered)):
        return False
    if large and size >= 1.3 * measure.body:
        return True
    if large or bold:
        return len(draft.lines) <= 3 and len(words) <= 16 and not _ends_as_text(text, len(words), bold, following)
    return numbered and len(draft.lines) == 1 and len(words) <= 12 and text[-1:] not in ".:;" and words[1][:1].isupper()


def _is_coloured_heading(draft: Draft, after: Draft, colours: Counter[tuple[int, int, int]], measure: Measure) -> bool:
    """Whether a short line stands out by its colour alone, one that headings of the document have."""
    colour, words = draft.lines[0].colour, words_of_draft(draft)
    if colour == measure.colour or colours[colour] < 2 or draft.inset or not after.lines:
        return False
    alike = all(line.colour == colour for line in draft.lines) and after.lines[0].colour != colour
    short = len(draft.lines) <= 2 and len(words) <= 16 and draft.lines[0].size >= 0.98 * measure.body
    plain = words[0][:1].isupper() and words[-1][-1:] not in ".,;:" and "://" not in " ".join(words)
    return alike and short and plain and after.kind in {"paragraph", "item"}


def _ends_as_text(text: str, words: int, bold: bool, following: Sequence[Draft]) -> bool:
    """Whether a bold or large line is rather a sentence of its own than a heading."""
    if text.endswith(":"):
        return words > 6
    if text.endswith(("!", "?")):
        return words > 12
    return text.endswith(".") and bold and not following


def _merge_lines(drafts: list[Draft]) -> None:
    """Join the lines of a heading that were parted because they are short."""
    i = 1
    while i < len(drafts):
        a, b = drafts[i - 1], drafts[i]
        if a.kind == b.kind == "heading" and _is_one(a.lines[-1], b.lines[0]) and len(words_of_draft(a)) < 20:
            a.lines += b.lines
            del drafts[i]
        else:
            i += 1


def _is_one(a: Line, b: Line) -> bool:
    close = 0 < b.base - a.base < 1.4 * a.size and a.page == b.page and a.column == b.column
    numbered = bool(_NUMBERED.match(b.words[0].text.rstrip(".)")))
    alike = same_style(a, b) and a.colour == b.colour and a.italic == b.italic
    return (
        close and alike and not numbered and abs(a.left - b.left) < 2 * a.size and not a.text.endswith((".", ":", "?"))
    )


def _style(draft: Draft) -> tuple[float, bool]:
    line = max(draft.lines, key=lambda line: line.size)
    return round(line.size, 1), line.bold


def _set_levels(headings: Sequence[Draft]) -> None:
    """Levels by the rank of size and weight; a numbered heading lies at least as deep as its number says."""
    ranks: dict[tuple[float, bool], int] = {}
    rank, last = 0, None
    for style in sorted({_style(draft) for draft in headings}, reverse=True):
        if last is None or last[0] - style[0] > 0.05 * last[0] or last[1] != style[1]:
            rank += 1
            last = style
        ranks[style] = min(rank, _DEEPEST)
    by_depth: dict[int, int] = {}
    for draft in headings:
        draft.level = ranks[_style(draft)]
        match = _NUMBERED.match(draft.lines[0].words[0].text)
        if match is None:
            continue
        depth = match[1].count(".") + 1
        above = by_depth.get(depth - 1)
        if above is not None and draft.level <= above:
            draft.level = min(above + 1, _DEEPEST)
        by_depth[depth] = draft.level
        by_depth = {d: level for d, level in by_depth.items() if d <= depth}


def without_listed_headings(drafts: list[Draft]) -> list[Draft]:
    """The drafts without a table of contents that names the headings and no pages."""
    result: list[Draft] = []
    i = 0
    while i < len(drafts):
        draft = drafts[i]
        i += 1
        if draft.kind == "heading" and is_contents_heading(" ".join(words_of_draft(draft))):
            end = _end_of_contents(drafts, i)
            if sum(len(_lines(listed)) for listed in drafts[i:end]) >= 3:
                i = end
                continue
        result.append(draft)
    return result


def _end_of_contents(drafts: Sequence[Draft], start: int) -> int:
    """Where the list of headings ends that begins at a draft: what it lists comes again further on."""
    short = [_plain(draft) for draft in drafts if 0 < len(draft.lines) <= _FEW_LINES]
    every = "\n".join(short)[:_MOST_TITLES]
    seen: set[str] = set()
    again = [False] * start
    end = start
    while end < len(drafts):
        lines = [text for line in _lines(drafts[end]) if (text := _letters(line))]
        # what is short is among the texts itself
        least = 1 if drafts[end].table is not None or len(lines) > _FEW_LINES else 2
        if sum(every.count(line) < least for line in lines) > 0.3 * len(lines):
            break
        plain = _plain(drafts[end])
        again.append(plain in seen)
        seen.add(plain)
        end += 1
    # the first heading after the list is one that was listed
    while end > start and (again[end - 1] and drafts[end - 1].kind == "heading"):
        end -= 1
    return end


def _lines(draft: Draft) -> list[str]:
    """The text of the lines of a draft, those of the cells of a table too."""
    lines = draft.lines if draft.table is None else [line for cell in draft.table.cells for line in cell.lines]
    return [line_text(line.words).text for line in lines]


def _plain(draft: Draft) -> str:
    return _letters(" ".join(words_of_draft(draft)))


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalpha())
