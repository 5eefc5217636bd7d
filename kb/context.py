"""The units of one document, and what a reader sees around each: its list, its paragraph, its section.

Nothing here depends on a question, so that it is worked out once for a unit and kept with its document.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from kb.form import Form, form_of
from kb.language import NUMBER_WORDS, is_stop, plain_words, tokens
from kb.units import Unit
from kb.years import Span

READ = 130
"""Words of a passage to read around a unit, at most: a paragraph, or a list that is not long."""
OPENING = 5
"""Words that say something with which a sentence opens: its subject stands among them as a rule."""
BELOW = 4
"""Units behind a sentence among which a list may give what it speaks of."""
FRAGMENT = 8
"""Words of an item up to which it may say nothing without what introduces its list."""
WINDOW = 20
"""Words within which the terms of a question stand together in a long unit."""
POINTS_BACK = re.compile(
    r"^(?:en |maar |want )?(?:dit|dat|deze|die|dergelijke|hij|zij|ze|hierdoor|daardoor|hiermee|daarmee|hierbij|daarbij|"
    r"tevens|ook|daarnaast|bovendien|vervolgens|insteek|idee|doel|het doel|zo|beide|zulke)\b"
    r"|^\S+ (?:\S+ )?(?:hier|daarvan|hiervan|hiervoor|daarvoor|hiermee)\b", re.IGNORECASE
)  # fmt: skip
"""How a sentence begins that is about what the one before it says."""
FOLLOWS_FROM = re.compile(
    r"\b(?:daardoor|hierdoor|daarom|vandaar|daarnaast|daarna|daarbij|desondanks|bovendien|op (?:dat|dit) punt|"
    r"in dat geval|op die manier|(?:om|vanwege) die reden|therefore|hence)\b(?!,? (?:dat|omdat|doordat)\b)"
    rf"|\bzo'n (?!\d|{'|'.join(NUMBER_WORDS)}|paar\b)(?=\w)",
    re.IGNORECASE,
)
"""Words by which a sentence rests on the one before it, wherever they stand: "… vinden daardoor moeilijk talent"."""

EXPLAINS = re.compile(
    r"(?:dit|dat|deze|dergelijke|hiermee|daarmee|this|that)\b(?: \w+){0,2}? "
    r"(?:betekent|betekenen|houdt in|houden in|wil zeggen|komt erop neer|wordt bedoeld|means?)\b"
    r"|(?:met andere woorden|oftewel|ofwel|dat wil zeggen|in other words)\b",
    re.IGNORECASE,
)
"""How a sentence begins that tells what the one before it means."""

ADDS = re.compile(r"(?:ook|daarnaast|tevens|bovendien|verder|also|in addition|furthermore|moreover)\b", re.IGNORECASE)
"""How a sentence begins that adds to what the one before it says."""

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One unit as it is weighed: its own words in the forms that are looked at, and the words around it."""

    content: Stems
    """The stems of its words that say something by themselves."""
    content_words: tuple[str, ...]
    """Those words, folded, in step with `content`."""
    opening: Stems
    """The first of `content`."""
    windows: tuple[Stems, ...]
    """All its stems, in overlapping pieces where it is long."""
    headings: tuple[Stems, ...]
    """The stems of each heading above it, the outermost first, without stop words."""
    intro: Stems
    """Of a list item or row: the stems of what introduces the list."""
    beside: Stems
    """The stems of the sentences before and after it in its paragraph."""
    pointed_at: Stems
    """The stems of the sentence before, where it begins by pointing back at that."""
    listed: str
    """The items of the list that it introduces, as one text; empty where it introduces none."""
    items: int
    """How many these are."""
    asked_above: bool
    """Whether its heading is a question."""
    nth: int
    """How many sentences, items or rows stand before it in its section."""
    form: Form


@dataclass(frozen=True)
class Context:
    """The units of one document, with what surrounds them."""

    units: tuple[Unit, ...]
    title_stems: Stems
    """Of its title and of the name of its file: what all of it is about."""
    title: str = ""
    text: str = ""
    """All of the document, as far as that is looked at."""
    years: frozenset[Span] = frozenset()
    """The years and periods that the title names."""
    days: frozenset[str] = frozenset()
    """The days that the title names, as `2024-05-29`."""
    _around: dict[int, Surroundings] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By the place of a unit; filled when a unit is first weighed."""

    def around(self, unit: Unit) -> Surroundings:
        """What surrounds a unit; worked out once."""
        known = self._around.get(unit.place)
        if known is None:
            known = self._around[unit.place] = self._surroundings(unit)
        return known

    def _surroundings(self, unit: Unit) -> Surroundings:
        said = [pair for pair in zip(unit.stems, unit.words, strict=True) if says_something(pair[1])]
        content = tuple(stem for stem, _ in said)
        before = self.pointed_at(unit)
        return Surroundings(
            content=content,
            content_words=tuple(word for _, word in said),
            opening=content[:OPENING],
            windows=_windows(unit.stems),
            headings=tuple(map(stems_in_order, unit.headings)),
            intro=self.units[unit.intro].stems if unit.intro is not None else (),
            beside=self._beside(unit),
            pointed_at=before.stems if before else (),
            listed=self.listed(unit),
            items=len(self.items(unit)),
            asked_above=bool(unit.headings) and unit.headings[-1].endswith("?"),
            nth=self._nths[unit.place],
            form=form_of(unit),
        )

    def within(self, start: int, end: int) -> tuple[Unit, ...]:
        """The units of which any part stands between two places of the text."""
        first = bisect_right(self.units, start, key=lambda unit: unit.end)
        return self.units[first : bisect_left(self.units, end, key=lambda unit: unit.start)]

    def headings_of(self, section: tuple[str, ...]) -> list[Unit]:
        """The headings above a section: its own, and those of the sections that it is part of."""
        return [unit for unit in self._headings if section[: len(unit.headings)] == unit.headings]

    @cached_property
    def _headings(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.kind == "heading")

    def listed(self, unit: Unit) -> str:
        """The items of the list that a unit introduces, as one text; empty where it introduces none."""
        return "; ".join(other.text for other in self.items(unit))

    def items(self, unit: Unit) -> list[Unit]:
        """The items or rows of the list that a unit introduces, with those below each; or the headings of sections."""
        direct = self._lists.get(unit.place, ())
        return [one for item in direct for one in (item, *self._lists.get(item.place, ()))]

    @cached_property
    def _lists(self) -> dict[int, list[Unit]]:
        found: dict[int, list[Unit]] = {}
        for unit in self.units:
            if unit.intro is not None and not unit.names_columns:
                found.setdefault(unit.intro, []).append(unit)
        # one section below another is no list
        return {place: items for place, items in found.items() if len(items) > 1 or items[0].kind != "heading"}

    def lists_below(self, unit: Unit) -> list[Unit]:
        """What introduces a list within the next few units of the section of a unit, in order."""
        after = self.units[unit.place + 1 : unit.place + 1 + BELOW]
        return [other for other in after if other.section == unit.section and self.items(other)]

    def surrounding(self, unit: Unit) -> tuple[int, int]:
        """Where a passage to read around a unit begins and ends: its paragraph or list, then more of its section.

        As far as that is short: a heading, or the half of a table, is no passage to read.
        """
        held = [unit, unit]
        words = len(unit.words)
        for belongs in (self._together, _in_section):
            growing = [True, True]
            while any(growing):
                for side, step in ((1, 1), (0, -1)):
                    place = held[side].place + step
                    other = self.units[place] if growing[side] and 0 <= place < len(self.units) else None
                    growing[side] = other is not None and belongs(unit, other) and words + len(other.words) <= READ
                    if other is not None and growing[side]:
                        held[side] = other
                        words += len(other.words)
        while held[1].place > unit.place and held[1].text.endswith(":"):  # it announces a list that is not shown
            held[1] = self.units[held[1].place - 1]
        return held[0].start, held[1].end

    def _together(self, unit: Unit, other: Unit) -> bool:
        """Whether another unit stands in the paragraph or list of this one, its introduction included."""
        return other.paragraph == unit.paragraph or unit.intro == other.place or other.intro == unit.place

    def pointed_at(self, unit: Unit) -> Unit | None:
        """The sentence before, where a sentence points back at it ("Dit moet leiden tot …", "… vinden daardoor …")."""
        if unit.kind != "sentence" or unit.place == 0:
            return None
        if not POINTS_BACK.match(unit.text) and not FOLLOWS_FROM.search(unit.text):
            return None
        before = self.units[unit.place - 1]
        return before if before.paragraph == unit.paragraph else None

    def repeats_title(self, unit: Unit) -> bool:
        """Whether a sentence or heading is the title of the document once more, which answers nothing."""
        said = self.around(unit).content
        return unit.kind in {"sentence", "heading"} and len(said) > 1 and self._of_title.issuperset(said)

    @cached_property
    def _of_title(self) -> frozenset[str]:
        return frozenset(self.title_stems)

    def announced_by(self, unit: Unit) -> Unit | None:
        """What introduces the list of an item that is no sentence by itself: "Zonder loon:" above "een gast"."""
        intro = self.units[unit.intro] if unit.kind == "item" and unit.intro is not None else None
        short = len(unit.words) <= FRAGMENT
        return intro if intro and short and intro.text.endswith(":") and intro.kind != "heading" else None

    def explained_by(self, unit: Unit) -> Unit | None:
        """The sentence behind one, where that tells what it means ("Dit houdt in dat …")."""
        after = self.units[unit.place + 1] if unit.place + 1 < len(self.units) else None
        explains = after is not None and after.paragraph == unit.paragraph and EXPLAINS.match(after.text)
        return after if explains and unit.kind == "sentence" else None

    def added_to(self, unit: Unit) -> Unit | None:
        """The sentence behind one that adds to what it says: "Ook leer je …", "Daarnaast …"."""
        behind = self.goes_on_with(unit)
        return behind if behind is not None and ADDS.match(behind.text) else None

    def goes_on_with(self, unit: Unit) -> Unit | None:
        """The sentence behind one in its paragraph, in which a text may say what the one only begins."""
        after = self.units[unit.place + 1] if unit.place + 1 < len(self.units) else None
        body = after is not None and after.paragraph == unit.paragraph and after.kind == "sentence"
        return after if body and unit.kind != "heading" else None

    @cached_property
    def stems(self) -> frozenset[str]:
        """All that stand in the document or its title; worked out when first asked for, as that reads all of it."""
        return frozenset(stem for _, stem in plain_words(self.text)).union(self.title_stems)

    @cached_property
    def _nths(self) -> list[int]:
        """By place: how many sentences, items or rows stand before a unit in its section."""
        found: list[int] = []
        before: Unit | None = None
        for unit in self.units:
            begins = before is None or before.section != unit.section or before.kind == "heading"
            found.append(0 if begins else found[-1] + 1)
            before = unit
        return found

    def _beside(self, unit: Unit) -> Stems:
        found: list[str] = []
        for place in (unit.place - 1, unit.place + 1):
            if 0 <= place < len(self.units):
                other = self.units[place]
                if other.paragraph == unit.paragraph and other.kind == "sentence" == unit.kind:
                    found += other.stems
        return tuple(found)


def _in_section(unit: Unit, other: Unit) -> bool:
    return other.kind == "sentence" == unit.kind and other.section == unit.section


def _windows(stems: Stems) -> tuple[Stems, ...]:
    if len(stems) <= WINDOW:
        return (stems,)
    return tuple(stems[at : at + WINDOW] for at in range(0, len(stems) - WINDOW // 2, WINDOW // 2))


def says_something(word: str) -> bool:
    """Whether a folded word tells something by itself."""
    return len(word) > 2 and not is_stop(word)


@lru_cache(maxsize=20_000)
def stems_in_order(text: str) -> Stems:
    """The stems of a text as they stand, without its stop words."""
    return tuple(token.stem for token in tokens(text) if not is_stop(token.word))


def stems_of(text: str) -> frozenset[str]:
    """The stems of a text, without its stop words."""
    return frozenset(stems_in_order(text))


def all_stems(units: Iterable[Unit]) -> frozenset[str]:
    """The stems of several units together."""
    return frozenset(stem for unit in units for stem in unit.stems)
