"""Text that speaks to a language model instead of to a reader, and text that a reader cannot see.

A document may hold orders for the program that will quote it ("ignore all previous instructions"). Each sentence is
brought to a plain form (lower case, no accents, look-alike letters, digits for letters, l o o s e letters) and held
against a small set of signs. One strong sign makes a sentence suspect, or two weak ones of different sorts; words
about language models are no sign by themselves, so that a text about them is not suspect.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.blocks import Block
from ingest.suspicion_signs import SIGNS
from kb.language import fold

EXCERPT = 200
"""The most characters of an excerpt."""
_SENTENCE = 60
"""The most words that are looked at together; longer sentences are cut, with an overlap."""
_OVERLAP = 20


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A place in a text that addresses a model; the offsets are into the text that was given."""

    code: str
    excerpt: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text that a person who opens the file does not see, and why."""

    page: int | None
    reason: str
    excerpt: str
    words: int


_NOT = frozenset("niet nooit geen not never don no nicht jamais".split())

_MARKUP = re.compile(
    r"<\|[a-z_]{3,24}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?system(?:_prompt)?>"
    r"|^[ \t]{0,8}#{2,6}[ \t]{0,4}(?:system|instruction)s?(?:[ \t]prompt)?[ \t]{0,4}:",
    re.IGNORECASE | re.MULTILINE,
)
_IMAGE = re.compile(r"!\[[^\]\n]{0,100}\]\(\s{0,4}https?://[^)\s?]{1,200}\?[^)\n]{1,300}\)", re.IGNORECASE)
_FLAG = "(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])"
_INVISIBLE = re.compile(
    f"{_FLAG}[\U000e0000-\U000e007f]{{1,9999}}|[\u200b-\u200d\u2060-\u2064\ufeff\u180e\u00ad]{{8,9999}}"
    "|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,9999}|[\u202a\u202b\u202d\u202e\u2066-\u2069]"
)
_RAW = (("markup", _MARKUP), ("exfiltrates", _IMAGE), ("invisible characters", _INVISIBLE))

_UNSEEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u180e\ufe00-\ufe0f\U000e0000-\U000e01ef"
_WORD = re.compile(rf"(?:[^\W_]|[@${_UNSEEN}\u0300-\u036f])+|[:.!?\u2026\n]")
_DROP = re.compile(f"[{_UNSEEN}]")
_ALIKE = str.maketrans("авеіјкмнорстухһԁѕԛѡαβγεικνορτυχωɡɩɪɴʀʏʟʜʙɢ", "abeijkmhopctyxhdsqwabyeikvoptuxwgiinrylhbg")
_LEET = str.maketrans("013457@$", "oieastas")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def addresses_a_model(text: str) -> list[Suspicion]:
    """Where a text gives orders to a language model, in the order of the text; nothing for ordinary text."""
    found = [
        Suspicion(code, _excerpt(text, match.start(), match.end()), match.start(), match.end())
        for code, pattern in _RAW
        for match in pattern.finditer(text)
    ]
    for words in _sentences(text):
        if (hit := _judge(words)) is not None:
            code, start, end = hit
            found.append(Suspicion(code, _excerpt(text, start, end), start, end))
    return _apart(found)


def hidden_words(blocks: Iterable[Block]) -> list[HiddenText]:
    """The text that the readers marked as hidden, in order, with its page."""
    return [
        HiddenText(block.page, block.hidden, _shorten(" ".join(block.text.split())), _count(block.text))
        for block in blocks
        if block.hidden is not None and block.text.strip()
    ]


def _count(text: str) -> int:
    """The words of a text; what is written without spaces counts for its length."""
    return max(len(text.split()), len("".join(text.split())) // 20)


def _shorten(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


def _excerpt(text: str, start: int, end: int) -> str:
    """The place with what stands around it, on one line, its invisible characters made visible."""
    margin = max(0, EXCERPT - (end - start)) // 3
    shown = text[max(0, start - margin) : min(len(text), end + margin, start + 4 * EXCERPT)]
    return _shorten(" ".join(_INVISIBLE.sub("\ufffd", shown).split()))


def _apart(found: list[Suspicion]) -> list[Suspicion]:
    """In order of place, each stretch of text once."""
    apart: list[Suspicion] = []
    for one in sorted(found, key=lambda s: (s.start, -s.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart


def _plain(word: str) -> str:
    """A word without accents, look-alike letters and digits for letters."""
    if word.isascii():
        plain = word.lower()
    else:
        # the first of it only: the library takes quadratic time on a heap of combining marks
        plain = fold(unicodedata.normalize("NFKC", _DROP.sub("", word[:400]))).translate(_ALIKE)
    if not plain.isalpha() and any(c.isalpha() for c in plain):
        plain = plain.translate(_LEET)
    return plain


def _words(text: str) -> Iterator[_Word]:
    """The words of a text in plain form, with letters that stand apart joined to words; breaks are words too."""
    loose: list[_Word] = []
    for match in _WORD.finditer(text):
        word = _Word(_plain(match.group()), match.start(), match.end())
        if not word.text:
            continue
        if len(word.text) == 1 and word.text.isalnum() and len(loose) < 200:
            if loose and word.start - loose[-1].end > _width(loose):
                yield from _joined(loose)
                loose = []
            loose.append(word)
            continue
        if word.text == "." and loose and match.end() < len(text) and text[match.end()].isalpha():
            continue
        yield from _joined(loose)
        loose = []
        yield word
    yield from _joined(loose)


def _width(loose: Sequence[_Word]) -> int:
    """The widest gap between letters that still belong to one word: as wide as the first gap."""
    return max(1, loose[1].start - loose[0].end) if len(loose) > 1 else 2


def _joined(loose: list[_Word]) -> list[_Word]:
    if len(loose) < 4:
        return loose
    return [_Word("".join(word.text for word in loose), loose[0].start, loose[-1].end)]


def _sentences(text: str) -> Iterator[list[_Word]]:
    """The sentences as words; lines without a full stop between them are taken together, with an overlap."""
    sentence: list[_Word] = []
    fresh = 0
    for word in _words(text):
        ends = word.text in {".", "!", "?", "…"}
        if not ends and word.text != "\n":
            sentence.append(word)
            fresh += 1
        if fresh and (ends or len(sentence) >= _SENTENCE or (word.text == "\n" and fresh >= _OVERLAP)):
            yield sentence
            sentence, fresh = sentence[-_OVERLAP:], 0
        if ends:
            sentence = []
    if fresh:
        yield sentence


def _judge(words: list[_Word]) -> tuple[str, int, int] | None:
    """The first strong sign in a sentence, or else the stretch between two weak signs of different sorts."""
    line = f" {' '.join(word.text for word in words)} "
    weak: dict[str, tuple[int, int]] = {}
    for sign in SIGNS:
        match = sign.pattern.search(line)
        if match is None or (sign.heeds_not and _negated(line, match)):
            continue
        if sign.strong:
            return sign.code, *_place(words, *match.span())
        weak.setdefault(sign.code, match.span())
    if len(weak) > 1:
        spans = list(weak.values())[:2]
        return "+".join(weak), *_place(words, min(s[0] for s in spans), max(s[1] for s in spans))
    return _written_as_one(words)


def _written_as_one(words: list[_Word]) -> tuple[str, int, int] | None:
    """A strong sign within one very long word."""
    for word in words:
        if len(word.text) >= 18:
            for sign in SIGNS:
                if sign.strong and sign.squeezed.search(word.text[:400]):
                    return sign.code, word.start, word.end
    return None


def _negated(line: str, match: re.Match[str]) -> bool:
    before = line[max(0, match.start() - 40) : match.start()].split()[-3:]
    after = line[match.end() : match.end() + 20].split()[:2]
    return not _NOT.isdisjoint([*before, *match.group().split(), *after])


def _place(words: list[_Word], first: int, last: int) -> tuple[int, int]:
    """The offsets in the text of a stretch of the sentence's plain form."""
    starts = []
    at = 1
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    a = max(0, bisect_right(starts, first) - 1)
    b = max(a, bisect_right(starts, max(first, last - 1)) - 1)
    return words[a].start, words[b].end
