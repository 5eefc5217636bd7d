"""Does the source bear a statement out? The strict part of an answer by a language model.

A claim passes when every passage that it cites is there, every quote stands in one of those to the letter, and what
must not change in the retelling did not: numbers, units, dates, names, controlled values, addresses, "not", and how
strongly it is said. What is left of it must for the most part be in the words of the source. Of a claim without a
quote, the sentence that bears it out best is its source. What gives orders to a model is no source of anything.

This is no proof: a statement in the words of its source that turns them about ("A helps B" from "B helps A") passes.
The exact sentence is therefore always shown with it, whole, so that no quote is torn from what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import simplemma

from kb.citations import cite
from kb.claims import Claim
from kb.context import Context
from kb.glossary import Glossary
from kb.language import LIGHT, Token, fold, is_everyday, is_stop, similarity, tokens
from kb.presence import presence
from kb.quantities import gained_strength, holds_number, lost_doubt, lost_measure, negates, numbers
from kb.types import Chunk, Citation, Document, Language, Term
from kb.units import Unit
from kb.vocabulary import Vocabulary

SUPPORT = 0.6
"""Share of a statement's content words that must be met in its source."""
SUPPORT_TRANSLATED = 0.5
"""The same for an English statement, of the words that the glossary can translate."""
SUPPORT_QUOTED = 0.4
"""The share that must be in the quoted sentences or the introduction of their list, without what else is around."""
LONGEST = 500
"""Characters of a statement; more is no statement."""
LONGEST_SOURCE = 6
"""Units of one quote; more is no quote but a chapter."""
_ADDRESS = re.compile(
    r"https?://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:nl|com|org|net|eu|io|be)\b", re.IGNORECASE
)
# Documents that address a model are set apart when they come in; this is for those that a person released.
_ORDERS = re.compile(
    r"\b(?:negeer|vergeet|ignore|disregard|forget)\b.{0,60}\b(?:instructie|instruction|opdracht|prompt|regels|rules|"
    r"hiervoor|hierboven|above|before|previous)|\b(?:systeemprompt|system prompt)\b|"
    r"\b(?:antwoord|zeg|beweer|reply|answer|say|respond)\b[^.]{0,40}\b(?:altijd|steeds|voortaan|always|elke vraag|"
    r"iedere vraag|alle vragen|every question|any question)|"
    r"\b(?:altijd|voortaan|always|elke vraag|iedere vraag|every question)\b[^.]{0,40}\b"
    r"(?:antwoord|zeg|answer|reply|say)\b|"
    r"(?:^|[.!?:\"'] )(?:antwoord|zeg|schrijf|meld|answer|say|reply|write)\b[^.]{0,20}(?:\bdat\b|\bthat\b|:)|"
    r"\b(?:je bent nu|you are now|vanaf nu ben je|als taalmodel|as a language model|ai-assistent|ai assistant)\b"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+|[“”«»\"'(]\s*)$")


Reason = Literal[
    "", "no_citation", "unknown_citation", "quote_not_found", "quote_too_long", "too_long", "orders", "number",
    "measure", "name", "address", "negation", "strength", "doubt", "unsupported",
]  # fmt: skip
"""Why a claim may not be shown; empty where it may."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What a model was given under one number."""

    chunk: Chunk
    document: Document
    context: Context


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a claim: the citations that it may be shown with, or why it may not be shown."""

    citations: tuple[Citation, ...] = ()
    reason: Reason = ""
    detail: str = ""
    """What it is about: the number, the name, the word."""


class StatementCheck:
    """Judges claims against the numbered passages that the model was given."""

    def __init__(
        self, passages: Mapping[int, Passage], vocabulary: Vocabulary, glossary: Glossary, language: Language
    ) -> None:
        self._passages = passages
        self._vocabulary = vocabulary
        self._glossary = glossary
        self._language = language

    def judge(self, claim: Claim) -> Verdict:
        """Whether a claim may be shown, and with what citations."""
        if len(claim.text) > LONGEST:
            return Verdict(reason="too_long")
        if not claim.numbers:
            return Verdict(reason="no_citation")
        if unknown := [n for n in claim.numbers if n not in self._passages]:
            return Verdict(reason="unknown_citation", detail=str(unknown[0]))
        cited = [self._passages[number] for number in claim.numbers]
        sources: list[_Source] = []
        for quote in claim.quotes:
            places = [source for passage in cited for source in _quoted(quote, passage)]
            if not places:
                return Verdict(reason="quote_not_found", detail=quote[:80])
            sources.append(self._best(claim, places))
        if not claim.quotes:
            places = [source for passage in cited for source in _sentences_of(passage)]
            if not places:
                return Verdict(reason="unsupported")
            sources.append(self._best(claim, places))
        if any(len(source.units) > LONGEST_SOURCE for source in sources):
            return Verdict(reason="quote_too_long")
        if any(_ORDERS.search(fold(source.paragraph)) for source in sources):
            return Verdict(reason="orders")
        reason, detail = self._fault(claim.text, sources)
        if reason:
            return Verdict(reason=reason, detail=detail)
        return Verdict(citations=tuple(dict.fromkeys(source.citation for source in sources)))

    def _best(self, claim: Claim, places: Sequence[_Source]) -> _Source:
        """The place that bears the claim out best; among equals one without a fault, and then the first."""
        return max(places, key=lambda source: self._merit(claim.text, source))

    def _merit(self, text: str, source: _Source) -> tuple[float, bool]:
        own, all_in = self._support(text, [source], quoted=True), self._support(text, [source])
        return round(own + all_in, 2), not self._fault(text, [source])[0]

    def _fault(self, text: str, sources: Sequence[_Source]) -> tuple[Reason, str]:
        """What is wrong with a statement on these sources: the reason and the word; empty where nothing is."""
        said = " ".join(source.said for source in sources)
        near = " ".join(f"{source.said} {source.announced}" for source in sources)
        around = " ".join(f"{source.said} {source.announced} {source.before}" for source in sources)
        if wrong := sorted(n for n in numbers(text) if not holds_number(n, near)):
            return "number", wrong[0]
        if wrong_measure := lost_measure(text, near):
            return "measure", wrong_measure
        if wrong_name := self._wrong_name(text, around):
            return "name", wrong_name
        if wrong_address := _wrong_address(text, said):
            return "address", wrong_address
        if negates(text) != negates(said) and negates(text) != negates(near):
            return "negation", ""
        if stronger := gained_strength(text, near):
            return "strength", stronger
        if doubt := lost_doubt(text, said):
            return "doubt", doubt
        least = SUPPORT if self._language == "nl" else SUPPORT_TRANSLATED
        if self._support(text, sources) < least or self._support(text, sources, quoted=True) < SUPPORT_QUOTED:
            return "unsupported", ""
        return "", ""

    def _wrong_name(self, text: str, source: str) -> str:
        """The first name or controlled value of a statement that its source does not know; empty for none."""
        held = tokens(source)
        words = {fold(token.surface) for token in held} | {token.word for token in held}
        stems = frozenset(token.stem for token in held)
        values = {value for value, _, _ in self._vocabulary.named_in(source)}
        known: list[tuple[int, int]] = []
        for value, start, end in self._vocabulary.named_in(text):
            same_place = [v for v, a, b in self._vocabulary.named_in(text) if (a, b) == (start, end)]
            inside = [token for token in tokens(text) if start <= token.start < end]
            if not (values & set(same_place)) and not all(_met(token, words, stems) for token in inside):
                return value.name
            known.append((start, end))
        for token in tokens(text):
            if any(start <= token.start < end for start, end in known) or not self._is_name(text, token):
                continue
            if not _met(token, words, stems) and not self._stood_in(token, stems):
                return token.surface
        return ""

    def _is_name(self, text: str, token: Token) -> bool:
        """Whether a word is written as a name; the first of a sentence only where it is no word of the dictionary."""
        if not any(c.isupper() for c in token.surface) or is_stop(token.word):
            return False
        if not _SENTENCE_START.search(text[: token.start]):
            return True
        return not simplemma.is_known(token.word, lang=self._language) and not token.word.isdigit()

    def _stood_in(self, token: Token, stems: frozenset[str]) -> bool:
        """Whether the glossary knows another way to say it that the source uses."""
        ways = self._glossary.alternatives((token.stem,), self._language)
        return any(all(stem in stems for stem in way) for way, weight in ways if weight >= 0.7)

    def _support(self, text: str, sources: Sequence[_Source], quoted: bool = False) -> float:
        """Share of the content words of a statement that its source holds, 0 to 1; `quoted`: in the quote alone."""
        stems = tuple(stem for source in sources for stem in (source.own_stems if quoted else source.stems))
        met: list[float] = []
        for token in tokens(text):
            if is_stop(token.word) or token.word in LIGHT or len(token.word) < 3:
                continue
            ways = self._glossary.alternatives((token.stem,), self._language)
            held = presence(Term(token.surface, (token.stem,), 1.0, ways), stems)
            if self._language == "nl" or ways or held >= 0.8:
                met.append(1.0 if held >= 0.7 else 0.0)
        return sum(met) / len(met) if met else 0.0


class _Source:
    """A row of whole units that a claim may rest on, and what a reader sees around them."""

    def __init__(self, passage: Passage, units: Sequence[Unit]) -> None:
        self.units = tuple(units)
        self._passage = passage

    @cached_property
    def citation(self) -> Citation:
        """The exact passage, from the first unit to the last."""
        document, first, last = self._passage.document, self.units[0], self.units[-1]
        citation = cite(document, first)
        return replace(citation, quote=document.text[first.start : last.end], end=last.end)

    @cached_property
    def said(self) -> str:
        """What the units say; of a row with the heads of its columns."""
        return " ".join(unit.said for unit in self.units)

    @cached_property
    def introduction(self) -> str:
        """The sentence that introduces the list or table; empty where there is none."""
        intro = self.units[0].intro
        return self._passage.context.units[intro].text if intro is not None else ""

    @cached_property
    def announced(self) -> str:
        """Title, headings and the introduction of a list."""
        return " ".join((self._passage.document.metadata.title, *self.units[0].headings, self.introduction))

    @cached_property
    def before(self) -> str:
        """The sentences before, in the same paragraph: what "it" and "they" point at."""
        first = self.units[0]
        others = self._passage.context.units[: first.place]
        return " ".join(unit.text for unit in others if unit.paragraph == first.paragraph)

    @cached_property
    def paragraph(self) -> str:
        """The paragraphs or lists that the units stand in, whole."""
        places = {unit.paragraph for unit in self.units}
        return " ".join(unit.text for unit in self._passage.context.units if unit.paragraph in places)

    @cached_property
    def own_stems(self) -> tuple[str, ...]:
        """The stems of what the units say, with the introduction of their list."""
        return tuple(token.stem for token in tokens(f"{self.said} {self.introduction}"))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The same with the title, the headings, the introduction and the sentences before."""
        return tuple(token.stem for token in tokens(f"{self.said} {self.announced} {self.before}"))


def _quoted(quote: str, passage: Passage) -> list[_Source]:
    """Where a quote stands in a passage, with nothing but white space different; as whole units."""
    words = quote.split()
    if not any(c.isalnum() for c in quote):
        return []
    text, offset = passage.chunk.text, passage.chunk.start
    found = re.finditer(r"\s+".join(map(re.escape, words)), text)
    rows = [_overlapping(passage, offset + match.start(), offset + match.end()) for match in found]
    return [_Source(passage, units) for units in rows if units]


def _sentences_of(passage: Passage) -> list[_Source]:
    """Every unit of a passage but headings, each as a source of its own."""
    units = _overlapping(passage, passage.chunk.start, passage.chunk.end)
    return [_Source(passage, [unit]) for unit in units if unit.kind != "heading" or len(units) == 1]


def _overlapping(passage: Passage, start: int, end: int) -> list[Unit]:
    return [unit for unit in passage.context.units if unit.start < end and unit.end > start]


def _met(token: Token, words: set[str], stems: frozenset[str]) -> bool:
    """Whether a source holds a name; an everyday word written with a capital may also be part of a longer one."""
    if fold(token.surface) in words or token.word in words or token.stem in stems:
        return True
    return is_everyday(token.word) and any(similarity(token.stem, stem) >= 0.8 for stem in stems)


def _wrong_address(text: str, source: str) -> str:
    held = fold(source)
    wrong = [m.group() for m in _ADDRESS.finditer(text) if fold(m.group().rstrip(".,;)")) not in held]
    return wrong[0] if wrong else ""
