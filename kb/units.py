"""The smallest pieces of a document that can be quoted: sentences, list items, table rows and headings.

The plain form of a document's text (see `ingest/blocks.py`) tells them apart: a list item begins a line with
"- " or "1. ", a row holds " | ", a heading stands where a section begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Literal

from kb.documents import page_of
from kb.language import plain_words, sentences, tokens
from kb.tables import rows_of
from kb.types import Document

_ITEM = re.compile(r"(?:- |\d{1,3}\. )")
_ANNOUNCES = re.compile(r"\b(?:volgende|onderstaande?|hieronder|following|below|as follows)\b", re.IGNORECASE)
_SHOWS = re.compile(r"\b\w*(?:tabel|tabellen|schema|schema's|figuur|afbeelding|table|figure|diagram)\b", re.IGNORECASE)
"""What is announced is no text: the headings that follow are not about it."""
_LEAD = 25
"""Words of a line above a list that reads as its heading, at most."""

_LABEL, _VALUE = 4, 6
"""Words of a line that is the label of the lines below it, and of one of those, at most."""

Kind = Literal["sentence", "item", "row", "heading"]


@dataclass(frozen=True, eq=False)
class Unit:
    """One quotable piece, with what a reader would need around it to understand it.

    Its words are worked out when they are first asked for: of a long document only what is near a question is read.
    """

    document_id: str
    version: str
    start: int
    end: int
    text: str
    kind: Kind
    place: int
    """Its place among the units of the document."""
    section: int
    """The place of its section in `Document.sections`, -1 where there is none."""
    headings: tuple[str, ...]
    paragraph: int
    """Units with the same number stand in the same paragraph or list."""
    intro: int | None
    """Of a list item or row: the place of the sentence that introduces the list; of a heading likewise."""
    page: int | None
    shown: str = ""
    """Of a row: what it says in words, each cell with the head of its column; empty for what is said as it stands."""
    heads: tuple[str, ...] = ()
    """Of a row: the stems of the heads of its columns."""
    names_columns: bool = False
    """Whether it is the row that holds the heads: each other row is shown with them, and alone they say nothing."""

    def is_listed_by(self, introduction: Unit) -> bool:
        """Whether it is an item or row of the list that another unit introduces."""
        return self.document_id == introduction.document_id and self.intro == introduction.place

    @cached_property
    def _plain(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        pairs = plain_words(self.text)
        return tuple([word for word, _ in pairs]), tuple([stem for _, stem in pairs])

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of all its words, in order."""
        return self._plain[1]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words, in step with `stems`."""
        return self._plain[0]

    def __eq__(self, other: object) -> bool:
        """Whether another unit is the same piece of the same version."""
        return isinstance(other, Unit) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, str, int, int]:
        return self.document_id, self.version, self.start, self.end

    @property
    def said(self) -> str:
        """The unit as a statement; the quote is always `text`."""
        return self.shown or self.text

    @property
    def said_alone(self) -> str:
        """The same where no list goes on behind it: an item without the semicolon at its end."""
        return self.said.rstrip(";, ")


def split_units(document: Document) -> tuple[Unit, ...]:
    """Every unit of a document, in order; `document.text[u.start:u.end] == u.text` for each."""
    units: list[Unit] = []
    spans = document.sections or ()
    paragraph = 0
    announced: dict[tuple[str, ...], int] = {}
    """By headings: the place of the sentence that announces the sections below them ("… in de volgende fasen.")."""
    for place, section in enumerate(spans):
        if section.body > section.start:
            line = document.text[section.start : section.body].rstrip()
            end, above = section.start + len(line), announced.get(section.headings[:-1])
            units.append(_unit(document, units, section.start, end, "heading", place, paragraph, above))
            paragraph += 1
        at = section.body
        intro: int | None = None
        blocks = re.split(r"(\n\n+)", document.text[section.body : section.end])
        label: int | None = units[-1].place if section.body > section.start and _are_values(blocks) else None
        for number, block in enumerate(blocks):
            if block.strip():
                if label is not None and _is_value(block) and not _ITEM.match("".join(blocks[number + 2 : number + 3])):
                    end = at + len(block.rstrip())
                    units.append(_unit(document, units, at, end, "item", place, paragraph, label))
                    intro = None
                else:
                    intro = _block(document, units, at, block, place, paragraph, intro)
                    label = units[-1].place if units and _is_label(units[-1]) else None
                paragraph += 1
            at += len(block)
        if units and units[-1].kind == "sentence" and _announces(units[-1].text) and not _SHOWS.search(units[-1].text):
            announced[section.headings] = units[-1].place
    return tuple(units)


def _block(
    document: Document, units: list[Unit], at: int, block: str, place: int, paragraph: int, intro: int | None
) -> int | None:
    """Add the units of one paragraph, list or table; gives the sentence that may introduce what follows."""
    listed = _ITEM.match(block) is not None
    lines = block.split("\n")
    over = intro
    table = rows_of(lines) if not listed and len(lines) > 1 and all("|" in line for line in lines) else []
    rows_on = {number: list(rows) for number, rows in groupby(table, key=attrgetter("line"))}
    for number, line in enumerate(lines):
        if listed and (mark := _ITEM.match(line)):
            start, end = at + mark.end(), at + len(line.rstrip())
            if end > start:
                begins = document.text[start:end].endswith(":")  # "Wel nodig:", with items of its own behind it
                units.append(_unit(document, units, start, end, "item", place, paragraph, intro if begins else over))
                over = units[-1].place if begins else over
        elif table:
            for told in rows_on.get(number, ()):
                begin, end = at + told.start, at + told.end
                row = _unit(document, units, begin, end, "row", place, paragraph, _of_table(units, intro))
                heads = tuple(word.stem for word in tokens(told.heads))
                units.append(replace(row, shown=told.shown, heads=heads, names_columns=told.names_columns))
        else:
            for a, b in sentences(line):
                units.append(_unit(document, units, at + a, at + b, "sentence", place, paragraph, None))
        at += len(line) + 1
    last = units[-1] if units else None
    return last.place if last and last.kind == "sentence" and _may_introduce(last.text) else None


def _is_label(unit: Unit) -> bool:
    """Whether a line names what stands below it on lines of their own: "Projectteam:" above names."""
    return unit.kind in {"sentence", "item"} and unit.text.endswith(":") and len(unit.text.split()) <= _LABEL


def _is_value(block: str) -> bool:
    """Whether a block is one short line that is no sentence, as stands below such a label."""
    line = block.strip()
    return (
        not _ITEM.match(line)
        and "\n" not in line
        and "|" not in line
        and len(line.split()) <= _VALUE
        and line[-1] not in ".:?!;"
    )


def _are_values(blocks: Sequence[str]) -> bool:
    """Whether a section begins with two short lines or more: a list without marks below its heading."""
    first = [block for block in blocks if block.strip()][:3]
    return len(first) > 1 and all(map(_is_value, first[:2])) and not any(map(_ITEM.match, first))


def _may_introduce(text: str) -> bool:
    """Whether a line is about a list that comes right behind it.

    It ends with a colon, says that something follows, or stands there as a heading does, with no end of a sentence.
    """
    return _announces(text) or ((text[-1].isalnum() or text[-1] in ")’'\"") and len(text.split()) <= _LEAD)


def _announces(text: str) -> bool:
    return text.endswith(":") or _ANNOUNCES.search(text) is not None


def _of_table(units: Sequence[Unit], intro: int | None) -> int | None:
    """The sentence that introduces a table; a line above it may as well be its caption or the label of a picture."""
    return None if intro is None or not _announces(units[intro].text) else intro


def _unit(
    document: Document,
    units: list[Unit],
    start: int,
    end: int,
    kind: Kind,
    section: int,
    paragraph: int,
    intro: int | None,
) -> Unit:
    return Unit(
        document_id=document.id,
        version=document.version,
        start=start,
        end=end,
        text=document.text[start:end],
        kind=kind,
        place=len(units),
        section=section,
        headings=document.sections[section].headings,
        paragraph=paragraph,
        intro=intro,
        page=page_of(document, start),
    )
