"""Lines to drafts of blocks: which lines run on, and where a new paragraph, item or heading begins."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.pdf.columns import Element
from ingest.pdf.lines import Line
from ingest.pdf.marks import Mark, mark_of
from ingest.pdf.tables import Table

_TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_LINKING = frozenset(
    ("de het een en of van in op te met voor door bij aan om naar uit dat die als is zijn worden wordt dan tot over "
     "the a an and or of to in for with by on at from").split()
)  # fmt: skip


@dataclass(slots=True)
class Draft:
    """A block in the making."""

    kind: str
    lines: list[Line]
    page: int
    ordinal: int | None = None
    skip: int = 0
    """How many words of the first line are its mark, and no text."""
    hang: float = 0.0
    """Where the text of an item begins across the page."""
    table: Table | None = None
    note: bool = False
    level: int = 1
    inset: bool = False
    """Whether it stands beside the running text: in a box, or as a footnote."""


@dataclass(slots=True)
class Measure:
    """What is usual in a document: the size of its text and how far its lines stand apart."""

    body: float = 10.0
    body_bold: bool = False
    colour: tuple[int, int, int] = (0, 0, 0)
    leading: dict[tuple[int, float], float] = field(default_factory=dict)
    """By page (0 for the whole document) and type size, in units of that size."""

    @classmethod
    def of(cls, pages: Sequence[Sequence[Element]]) -> Measure:
        """Measure the lines of all pages, in reading order."""
        sizes: Counter[float] = Counter()
        bold: Counter[bool] = Counter()
        colours: Counter[tuple[int, int, int]] = Counter()
        steps: defaultdict[tuple[int, float], Counter[float]] = defaultdict(Counter)
        for elements in pages:
            lines = [e for e in elements if isinstance(e, Line)]
            for line in lines:
                weight = sum(len(w.text) for w in line.words)
                sizes[_rounded(line.size)] += weight
                bold[line.bold] += weight
                colours[line.colour] += weight
            for a, b in pairwise(lines):
                step, size = (b.base - a.base) / b.size, _rounded(b.size)
                if a.column == b.column and _rounded(a.size) == size and 0.8 < step < 2.6:
                    steps[0, size][round(step, 1)] += 1
                    steps[b.page, size][round(step, 1)] += 1
        measure = cls()
        if sizes:
            measure.body = sizes.most_common(1)[0][0]
            measure.body_bold = bold[True] > bold[False]
            measure.colour = colours.most_common(1)[0][0]
        measure.leading = {key: _usual(found) for key, found in steps.items() if not key[0] or found.total() > 4}
        return measure

    def step(self, line: Line, size: float) -> float:
        """How far lines of this size usually stand apart on the page of a line, in points."""
        rounded = _rounded(size)
        local = self.leading.get((line.page, rounded))
        usual = local or self.leading.get((0, rounded)) or self.leading.get((0, self.body), 1.25)
        return size * usual


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _usual(steps: Counter[float]) -> float:
    """The smallest step that is common: larger ones are the white between paragraphs."""
    most = steps.most_common(1)[0][1]
    return min(step for step, count in steps.items() if count >= 0.5 * most)


def drafts_of(elements: Sequence[Element], measure: Measure) -> list[Draft]:
    """The drafts of one page, its elements being in reading order."""
    drafts: list[Draft] = []
    last: Line | None = None
    for element in elements:
        if isinstance(element, Table):
            drafts.append(Draft("row", [], element.page, table=element))
            last = None
            continue
        open_draft = drafts[-1] if drafts and last is not None else None
        mark = _mark(element, last, open_draft, measure)
        if mark is not None:
            skip = 0 if mark.printed else mark.words
            hang = element.words[min(mark.words, len(element.words) - 1)].left
            drafts.append(Draft("item", [element], element.page, mark.ordinal, skip, hang))
        elif open_draft is not None and last is not None and not _breaks(open_draft, last, element, measure):
            open_draft.lines.append(element)
        else:
            drafts.append(Draft("paragraph", [element], element.page))
        drafts[-1].inset = element.box != 0
        last = element
    return drafts


def _mark(line: Line, last: Line | None, draft: Draft | None, measure: Measure) -> Mark | None:
    """The mark of an item, where a line begins one and does not merely run on with a dash or a number."""
    mark = mark_of(line)
    if mark is None or mark.strong or last is None or draft is None or last.column != line.column:
        return mark
    if last.text.endswith("-"):
        return None
    parted = line.base - last.base > 1.3 * measure.step(line, line.size) or not same_style(last, line)
    ended = bool(_TERMINAL.search(last.text))
    if draft.kind == "item" and mark.ordinal is not None and draft.ordinal == mark.ordinal - 1:
        return mark
    if draft.kind == "item" and abs(draft.lines[0].left - line.left) < 0.5 * line.size and draft.hang > line.left + 1:
        return mark
    if mark.ordinal is not None and mark.ordinal > 1:
        return mark if parted or (ended and not _is_full(last, line)) else None
    indented = line.left > last.left + 0.8 * line.size
    return mark if ended or parted or indented else None


def _room(last: Line, line: Line) -> float:
    """How much white a line leaves at its end beyond what the first word of the next would have taken."""
    first = line.words[0].right - line.words[0].left
    return last.column_right - last.right - first - 0.25 * line.size


def _is_full(last: Line, line: Line) -> bool:
    """Whether the first word of a line would not have fitted on the last one."""
    return _room(last, line) < 0.03 * (last.column_right - last.column_left)


def _is_short(last: Line, line: Line) -> bool:
    """Whether a line ends so early that it can only be the last of its paragraph."""
    return _room(last, line) > 0.3 * (last.column_right - last.column_left)


def same_style(a: Line, b: Line) -> bool:
    """Whether two lines look alike: size, and weight where both are of one weight."""
    return abs(a.size - b.size) <= 0.06 * max(a.size, b.size) and a.bold == b.bold


def _breaks(draft: Draft, last: Line, line: Line, measure: Measure) -> bool:
    """Whether a new block begins with a line, after the last line of a draft."""
    if line.box != last.box:
        return True
    if line.column != last.column:
        return not (same_style(last, line) and runs_on(last, line))
    low = line.text[:1].islower() or last.words[-1].text.lower() in _LINKING
    ended = bool(_TERMINAL.search(last.text))
    step = line.base - last.base
    usual = measure.step(line, max(line.size, last.size))
    if len(draft.lines) > 1:
        usual = max(usual, min(1.5 * usual, last.base - draft.lines[-2].base))
    if step < -0.5 * line.size or step > 2.4 * usual:
        return True
    if not same_style(last, line):
        different = abs(last.size - line.size) > 0.06 * max(last.size, line.size)
        return different or not (low and not ended and _is_full(last, line))
    if last.colour != line.colour and (last.bold or last.size > 1.1 * measure.body) and not low:
        return True
    if last.text.endswith("-") and len(last.text) > 1 and step <= 1.25 * usual:
        return False
    if draft.kind == "item":
        return _leaves_item(draft, last, line, step > 1.25 * usual, measure)
    if step > 1.25 * usual:
        return ended or not low
    if line.left > last.left + 0.9 * line.size and not low and abs(last.left - last.column_left) < 1.5 * line.size:
        return ended or not _is_full(last, line)
    if low:
        return ended and _is_short(last, line)
    if ended:
        return not _is_full(last, line)
    return _is_short(last, line)


def _leaves_item(draft: Draft, last: Line, line: Line, parted: bool, measure: Measure) -> bool:
    """Whether a line after an item is no part of it."""
    low = line.text[:1].islower()
    ended = bool(_TERMINAL.search(last.text))
    if low and not ended:
        return False
    hangs = line.left > draft.hang - 0.6 * line.size
    if parted:
        return True
    if not hangs and len(draft.lines) > 1 and draft.lines[1].left > draft.hang - 0.6 * line.size:
        return True
    if not hangs and not low and not _is_full(last, line):
        return True
    return _is_short(last, line) or (ended and not low and not _is_full(last, line) and not hangs)


def runs_on(last: Line, line: Line) -> bool:
    """Whether a line goes on where another line, in another column or on another page, left off."""
    text, more = last.text, line.text
    if _SENTENCE_END.search(text) or mark_of(line) is not None:
        return False
    if text.endswith(("-", ",")) or more[:1].islower():
        return not text.endswith((":", ";")) or more[:1].islower()
    words = text.split()
    return bool(words) and words[-1].lower() in _LINKING


def footnotes_apart(drafts: list[Draft], height: float, measure: Measure) -> None:
    """Mark the drafts that are footnotes: small type at the foot of a column that begins with a number."""
    by_column: defaultdict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.lines and not draft.inset:
            by_column[draft.lines[-1].column].append(draft)
    for column in by_column.values():
        notes: list[Draft] = []
        for draft in reversed(column):
            if any(line.size >= 0.95 * measure.body for line in draft.lines):
                break
            notes.append(draft)
        first = next((draft for draft in reversed(notes) if _begins_note(draft)), None)
        if first is None or first.lines[0].base < 0.4 * height:
            continue
        for draft in notes:
            if draft.lines[0].base >= first.lines[0].base - 1:
                draft.note = draft.inset = True


def _begins_note(draft: Draft) -> bool:
    first = draft.lines[0].words[0]
    return bool(re.match(r"^(?:\d{1,3}|[*†‡])", first.text)) and (first.raised > 0 or len(first.text) <= 3)


def stitched(drafts: Sequence[Draft]) -> list[Draft]:
    """Join what was parted by the end of a page or by something that stands in between."""
    result: list[Draft] = []
    for draft in drafts:
        target = _goes_on_from(result, draft)
        if target is None:
            result.append(draft)
        else:
            target.lines += draft.lines
    return result


def _goes_on_from(result: Sequence[Draft], draft: Draft) -> Draft | None:
    """The draft that this one is the rest of."""
    if draft.kind not in {"paragraph"} or draft.inset or not draft.lines:
        return None
    line = draft.lines[0]
    for before in reversed(result[-30:]):
        if before.inset and before.kind != "row":
            continue
        if before.kind not in {"paragraph", "item"} or not before.lines:
            return None
        last = before.lines[-1]
        skipped = before is not result[-1] or last.page != line.page
        near = last.page in (line.page, line.page - 1)
        return before if skipped and near and same_style(last, line) and runs_on(last, line) else None
    return None
