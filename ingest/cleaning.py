"""Repairs what extraction from a page layout breaks: lines, hyphens, bullets, headings.

A column of a PDF comes out as short lines. Which of them run on and where a new block begins is told by
several weak signs together: an empty line, how a line ends (a word, a full stop, a hyphen, a space), how
the next one begins, and whether its first word would still have fitted. Nothing here knows a document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.blocks import Block
from ingest.hyphens import Vocabulary, join
from kb.language import fold

_BULLET = re.compile(r"^(?:[•●▪■◦‣∙·❖►▶➢✓✔*–—-]|[noqvüØ§\uf000-\uf0ff](?=\t))[\t ]+(?=\S)")
_NUMBERED = re.compile(r"^(\d{1,2})[.)][\t ]+(?=\S)")
_LONE_NUMBER = re.compile(r"^\d{1,3}$")
_TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_INNER_HYPHEN = re.compile(r"(?<=\w)- (?!(?:en|of|tot|als|and|or|dan|noch)\b)(?=[^\W\d_])")
_GLUED = re.compile(r"\b(en|of|van|de|het|een|in|met|voor|door|bij|op|te)([A-Z][a-z]{3,})\b")


@dataclass(slots=True)
class _Line:
    text: str
    blank_before: bool = False
    trailing_space: bool = False
    indented: bool = False


@dataclass(slots=True)
class _Draft:
    """A block in the making: its lines, and how it began."""

    lines: list[_Line]
    kind: str = "paragraph"
    ordinal: int | None = None


def clean_lines(raw: Sequence[str], page: int | None = None) -> list[Block]:
    """The lines of a text as blocks: hyphens mended, bullets and headings known, line ends gone."""
    width = _column_width(raw)
    if width > 100:
        return _unwrapped(raw, page)
    lines = _lines(raw)
    vocabulary = Vocabulary([line.text for line in lines])
    spaced = sum(line.trailing_space for line in lines) > 0.3 * len(lines)
    drafts = _drafts(lines, width, spaced)
    return _blocks(drafts, vocabulary, width, page)


def _column_width(raw: Sequence[str]) -> int:
    lengths = sorted(len(line.strip()) for line in raw if line.strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _unwrapped(raw: Sequence[str], page: int | None) -> list[Block]:
    """Text with a paragraph a line: short lines without a full stop are headings."""
    blocks = []
    for line in (line.strip() for line in raw):
        if not line:
            continue
        if bullet := _BULLET.match(line):
            blocks.append(Block("item", line[bullet.end() :], page=page))
        elif numbered := _NUMBERED.match(line):
            blocks.append(Block("item", line[numbered.end() :], ordinal=int(numbered[1]), page=page))
        elif len(line.split()) <= 10 and not _TERMINAL.search(line) and line[0].isupper():
            blocks.append(Block("heading", line, page=page))
        else:
            blocks.append(Block("paragraph", line, page=page))
    return blocks


def _lines(raw: Sequence[str]) -> list[_Line]:
    """The lines with text; empty lines that stand after every line of a passage are taken as none."""
    filled = [i for i, line in enumerate(raw) if line.strip()]
    margin = Counter(len(raw[i]) - len(raw[i].lstrip(" ")) for i in filled).most_common(1)[0][0] if filled else 0
    isolated = {
        i for at, i in enumerate(filled)
        if (at == 0 or filled[at - 1] < i - 1) and (at + 1 == len(filled) or filled[at + 1] > i + 1)
    }  # fmt: skip
    double: set[int] = set()
    run: list[int] = []
    for i in [*filled, -1]:
        if i in isolated:
            run.append(i)
            continue
        if len(run) >= 4:
            double.update(run[1:])
        run = []
    lines = []
    for at, i in enumerate(filled):
        blank = at > 0 and filled[at - 1] < i - 1 and i not in double
        indent = len(raw[i]) - len(raw[i].lstrip(" "))
        lines.append(_Line(raw[i].strip(" \t"), blank, raw[i].endswith(" "), margin < indent <= margin + 3))
    return lines


def _drafts(lines: Sequence[_Line], width: int, spaced: bool) -> list[_Draft]:
    drafts: list[_Draft] = []
    numbers = _heading_numbers(lines)
    pending: int | None = None
    for i, line in enumerate(lines):
        if i in numbers:
            pending = int(line.text)
            continue
        bullet = _BULLET.match(line.text)
        numbered = _NUMBERED.match(line.text)
        if pending is not None:
            drafts.append(_Draft([line], "heading", pending))
            pending = None
        elif bullet or (numbered and (line.blank_before or not drafts or _starts_list(drafts[-1], int(numbered[1])))):
            mark = bullet or numbered
            assert mark is not None
            line.text = line.text[mark.end() :]
            drafts.append(_Draft([line], "item", int(numbered[1]) if numbered and not bullet else None))
        elif drafts and not _breaks(drafts[-1], line, width, spaced):
            drafts[-1].lines.append(line)
        else:
            drafts.append(_Draft([line]))
    return drafts


def _starts_list(previous: _Draft, number: int) -> bool:
    if previous.kind == "item" and previous.ordinal is not None:
        return number == previous.ordinal + 1
    return number == 1


def _heading_numbers(lines: Sequence[_Line]) -> set[int]:
    """Lines with nothing but a number that together count 1, 2, 3 … and each stand before a short block."""
    lone = [i for i, line in enumerate(lines) if _LONE_NUMBER.match(line.text) and i + 1 < len(lines)]
    found: list[int] = []
    for i in lone:
        if int(lines[i].text) != len(found) + 1:
            continue
        end = i + 1
        while end + 1 < len(lines) and not lines[end + 1].blank_before and end - i <= 6:
            end += 1
        if end - i <= 6 and not _TERMINAL.search(lines[end].text):
            found.append(i)
    return set(found) if len(found) > 1 else set()


def _breaks(draft: _Draft, line: _Line, width: int, spaced: bool) -> bool:
    """Whether a new block begins at `line`, after the draft's last line."""
    last = draft.lines[-1]
    terminal = bool(_TERMINAL.search(last.text))
    if last.text.endswith("-") and line.text[:1] in "-" + line.text[:1].lower() and not line.indented:
        return False
    if draft.kind == "heading" and draft.ordinal is not None:
        return line.blank_before or line.indented
    if line.indented and not (line.text[:1].islower() and not terminal):
        return True
    starts_low = line.text[:1].islower() or line.text[:1] in "(&|,;"
    if line.blank_before:
        if starts_low and not last.text.endswith((".", "!", "?")):
            return False
        return not (spaced and last.trailing_space and not terminal)
    if starts_low or line.text[:1].isdigit():
        return False
    if spaced:
        return not last.trailing_space and (terminal or _short(last, line, width))
    return _short(last, line, width) and not last.text.endswith(",")


def _short(last: _Line, line: _Line, width: int) -> bool:
    first = line.text.split(maxsplit=1)[0]
    return len(last.text) + 1 + len(first) <= 0.85 * width


def _blocks(drafts: Sequence[_Draft], vocabulary: Vocabulary, width: int, page: int | None) -> list[Block]:
    blocks: list[Block] = []
    numbered_level = 0
    for i, draft in enumerate(drafts):
        text = _mend(_join([line.text for line in draft.lines], vocabulary), vocabulary)
        if draft.kind == "item":
            blocks.append(Block("item", text, ordinal=draft.ordinal, page=page))
        elif draft.kind == "heading":
            # a numbered heading belongs under the heading that was open when the numbering began
            numbered_level = 2
            blocks.append(Block("heading", text, level=numbered_level, ordinal=draft.ordinal, page=page))
        elif _is_heading(text, draft, width, i + 1 < len(drafts)):
            blocks.append(Block("heading", text, level=1, page=page))
        else:
            blocks.append(Block("paragraph", text, page=page))
    return blocks


def _is_heading(text: str, draft: _Draft, width: int, followed: bool) -> bool:
    words = text.split()
    if not followed or len(words) > 12 or not any(c.isalpha() for c in text):
        return False
    if text[0].islower() or ": " in text or text.endswith((".", ":", ";", ",", ")")):
        return False
    if text.endswith(("?", "!")) and len(words) > 6:
        return False
    return all(len(line.text) <= 0.9 * width for line in draft.lines)


def _join(lines: Sequence[str], vocabulary: Vocabulary) -> str:
    text = lines[0]
    for line in lines[1:]:
        if text.endswith("-") and len(text) > 1 and not text.endswith(" -"):
            text = _dehyphenate(text, line, vocabulary)
        else:
            text = f"{text} {line}"
    return text


def _dehyphenate(text: str, line: str, vocabulary: Vocabulary) -> str:
    """Join two lines at a hyphen: it is dropped, kept, or kept with a space after it."""
    if line.startswith("-"):
        return text + line.lstrip("-")
    kept = {"drop": text[:-1], "keep": text, "space": f"{text} "}
    return kept[join(text, line, vocabulary)] + line


def _mend(text: str, vocabulary: Vocabulary) -> str:
    """Within a line: a hyphen with a stray space after it, doubled hyphens, and a word glued to a name."""
    text = re.sub(r"(?<=\w)--(?=\w)", "-", " ".join(text.split()))
    text = _INNER_HYPHEN.sub("-", text)

    def part(match: re.Match[str]) -> str:
        known = fold(match[2]) in vocabulary.whole and fold(match.group()) not in vocabulary.hyphenated
        return f"{match[1]} {match[2]}" if known else match.group()

    return _GLUED.sub(part, text)
