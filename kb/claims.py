"""Reads what a language model writes into claims: a statement, the passages it cites, and the quotes it rests on.

The form that is asked for is a line for each statement: `- statement [2] «quote»`. Models take liberties with it, so a
good deal else is understood: other bullets and quotation marks, several statements on a line, the quote or the citation
on the next line, a train of thought before the answer. Nothing is believed here; `kb/statement_check.py` judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.language import fold
from kb.prompts import NO_ANSWER

_CITED = re.compile(
    r"[\[【]\s*\^?(?:bron|passage|source|nr\.?|p\.)?\s*(?P<numbers>\d{1,4}(?:\s*(?:[,;&]|en|and)\s*\d{1,4})*)\s*[\]】]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"«(?P<a>[^«»]+)(?:»|$)")
_QUOTED_AFTER = re.compile(r"[“”„\"](?P<b>[^“”„\"]+)[“”\"]")
"""Quotation marks that a statement may hold as well: they mark what it rests on only where a citation stands before."""
_BULLET = re.compile(r"^\s*(?:(?:[-*•–—]|\d{1,2}[.)])\s+)+")
_BETWEEN = re.compile(r"[\s.;,:()–—-]*")
_LABEL = re.compile(r"^\s*(?:citaat|quote|bron|source|bewijs)\s*:\s*", re.IGNORECASE)
_SAYS_NOTHING = re.compile(r"^(?:#.*|```.*|[-*_=\s]*|.*:)$")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
LONGEST_QUOTE = 1500
"""Characters; a quote that is not closed within this is none."""
_NO_ANSWER = tuple(fold(text) for text in NO_ANSWER.values())


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a language model, as it came."""

    text: str
    numbers: tuple[int, ...]
    quotes: tuple[str, ...]


class ClaimReader:
    """Takes the pieces of a text as they come in, and gives each claim as soon as it is complete."""

    def __init__(self) -> None:
        self.no_answer = False
        """Whether the model said that the passages hold no answer."""
        self._text = ""
        self._held: Claim | None = None
        """A claim that the next line may complete."""

    def feed(self, piece: str) -> list[Claim]:
        """The claims that this piece completes."""
        self._text = _THOUGHT.sub(_whole_thought, self._text + piece)
        if re.search(r"<think(?:ing)?>", self._text, re.IGNORECASE):
            return []  # the thought is not at its end
        lines, self._text = _whole_lines(self._text)
        return [claim for line in lines for claim in self._line(line)]

    def end(self) -> list[Claim]:
        """The claims that are left when the text has come to its end."""
        rest = [] if re.match(r"\s*<think", self._text, re.IGNORECASE) else self._line(self._text)
        self._text = ""
        return rest + self._released()

    def _released(self) -> list[Claim]:
        held, self._held = self._held, None
        return [held] if held else []

    def _line(self, line: str) -> list[Claim]:
        if not line.strip():
            return []
        if fold(re.sub(r"[^\w\s]", "", line)).strip().startswith(_NO_ANSWER):
            self.no_answer = True
            return self._released()
        claims = _claims_of(_BULLET.sub("", line))
        if claims and not claims[0].text and self._held:
            first = claims.pop(0)
            held = self._held
            self._held = Claim(held.text, held.numbers + first.numbers, held.quotes + first.quotes)
        done = self._released() if claims or (self._held and self._held.quotes) else []
        claims = [claim for claim in claims if claim.text]
        if claims and not (claims[-1].numbers and claims[-1].quotes):
            self._held = claims.pop()
        return done + claims


def _whole_lines(text: str) -> tuple[list[str], str]:
    """The lines that are at their end, and what is left; a quote may run on over several lines."""
    lines: list[str] = []
    start = 0
    for match in re.finditer("\n", text):
        line = text[start : match.start()]
        following = re.search("[«»]", text[match.end() :])
        never_closed = (following is not None and following.group() == "«") or len(line) > LONGEST_QUOTE
        if line.rfind("«") > line.rfind("»") and not never_closed:
            continue
        lines.append(line)
        start = match.end()
    return lines, text[start:]


def _whole_thought(match: re.Match[str]) -> str:
    return "" if match.group().lower().endswith(("</think>", "</thinking>")) else match.group()


def _claims_of(line: str) -> list[Claim]:
    """The claims on one line, in order; the first has no text where the line completes one before it."""
    claims: list[Claim] = []
    at = 0
    while at < len(line):
        mark = _next_mark(line, at)
        if mark is None:
            rest = line[at:]
            if rest.strip() and not _SAYS_NOTHING.match(rest.strip()):
                claims.append(Claim(_plain(rest), (), ()))
            break
        text = _plain(_LABEL.sub("", line[at : mark.start()]))
        numbers, quotes, at = _marks(line, mark.start())
        claims.append(Claim(text, numbers, quotes))
    return claims


def _next_mark(line: str, at: int) -> re.Match[str] | None:
    """The citation or quote that ends the next statement; a line may begin with a quote that ends the line before."""
    found = [match for pattern in (_CITED, _QUOTED) if (match := pattern.search(line, at))]
    if at == 0 and (match := _QUOTED_AFTER.fullmatch(_LABEL.sub("", line).strip())):
        return _QUOTED_AFTER.search(line) if match else None
    return min(found, key=lambda match: match.start(), default=None)


def _marks(line: str, at: int) -> tuple[tuple[int, ...], tuple[str, ...], int]:
    """The citations and quotes that stand one after another from here, and where they end."""
    numbers: list[int] = []
    quotes: list[str] = []
    while True:
        begin = at
        between = _BETWEEN.match(line, at)
        begin = between.end() if between else at
        label = _LABEL.match(line[begin:])
        begin += label.end() if label else 0
        if cited := _CITED.match(line, begin):
            numbers += [int(n) for n in re.findall(r"\d+", cited["numbers"])]
            at = cited.end()
        elif quoted := (_QUOTED.match(line, begin) or _QUOTED_AFTER.match(line, begin)):
            quotes.append(next(filter(None, quoted.groups())).strip())
            at = quoted.end()
        else:
            return tuple(dict.fromkeys(numbers)), tuple(dict.fromkeys(quotes)), begin


def _plain(text: str) -> str:
    """A statement without Markdown's marks and without what cannot be printed."""
    bare = "".join(c if c.isprintable() else " " for c in re.sub(r"\*\*|__|`", "", text))
    return " ".join(bare.split()).strip(" -–—*")
