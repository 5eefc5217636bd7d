"""Marks within the text of a web page: notes, permalinks, powers, and the numbers of lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.readers.html_tree import role, tokens, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_MARK = re.compile(r"^[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,4}|\*{1,3}|†|‡|noot \d+|note \d+)[\])]?$", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:^|[^a-z])(?:_?ftn|fn|footnote|endnote|edn|note|noot|voetnoot|eindnoot|cite_note)", re.IGNORECASE
)
_NOTE_NAMES = {"footnote", "footnotes", "fnref", "noteref", "voetnoot", "endnote", "reference"}
_BACK = re.compile(r"^[\s↩↑^⏎⇧↵⤴\ufe0e\ufe0f]*$")
_SYMBOLS = re.compile(r"^[\s§¶#🔗⚓∞\ufe0e\ufe0f]*$")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LETTERED = re.compile(r"list-style(?:-type)?\s*:[^;]*\b((?:lower|upper)-(?:alpha|latin|roman)|none)\b")
_TYPES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST = 100_000


def is_note_mark(element: _Element, before: str) -> bool:
    """Whether an element refers to a note, or from a note back to the text; `before` is the text it stands after."""
    if element.tag == "sup":
        return _is_raised_mark(element, before)
    if element.tag != "a":
        return False
    target = element.get("href", "").partition("#")[2]
    names = tokens(element)
    text = words(element) if target or role(element).startswith("doc-") else ""
    if role(element) in {"doc-backlink"} or not names.isdisjoint({"backref", "backlink", "reversefootnote"}):
        return True
    if target and text and _BACK.match(text):
        return True
    if role(element) == "doc-noteref" or "noteref" in element.get("epub:type", ""):
        return bool(before.strip())
    named = bool(_NOTE.search(target)) or not names.isdisjoint(_NOTE_NAMES)
    return named and bool(_MARK.match(text)) and bool(before.strip())


def _is_raised_mark(element: _Element, before: str) -> bool:
    text = words(element)
    if not before.strip() or not _MARK.match(text) or len(text) > 8:
        return False
    link = next(element.iter("a"), None)
    if link is not None and "#" in link.get("href", ""):
        return True
    if text.startswith("[") or not tokens(element).isdisjoint(_NOTE_NAMES):
        return True
    if not text.isdigit():
        return text.startswith("*") and not before[-1:].isdigit()
    # a number after a word or a full stop is a note; after a number or a unit (10, m, km, R) it is a power
    last = re.search(r"([^\W\d_]*)\W*$", before[-80:])
    return last is not None and (len(last[1]) > 2 or before.rstrip()[-1] in ".,;:!?\"'”’)")


def inline_text(element: _Element, before: str) -> str | None:
    """The text of an element that is not written as it stands: powers; None for all others."""
    if element.tag != "sup":
        return None
    text = words(element)
    if text and before[-1:].strip() and not text.translate(_SUPERSCRIPT).strip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"):
        return text.translate(_SUPERSCRIPT)
    return None


def is_permalink(element: _Element) -> bool:
    """Whether an element is a sign for linking to the heading it stands in, or for editing what is under it."""
    if not tokens(element).isdisjoint({"editsection"}):
        return True
    if element.tag != "a" or element.get("href") is None:
        return False
    if not _SYMBOLS.match(words(element)):
        return False
    return "#" in element.get("href", "") or any(around.tag in _HEADINGS for around in element.iterancestors())


def list_numbers(ordered: _Element) -> dict[_Element, tuple[int | None, str]]:
    """The number that is printed before each item of an ordered list; or a label, where it is a letter."""
    items = [child for child in ordered if child.tag == "li"]
    down = ordered.get("reversed") is not None
    number = _number(ordered.get("start"), len(items) if down else 1)
    lettered = _LETTERED.search(ordered.get("style", "")[:2000].lower())
    style = lettered[1] if lettered else _TYPES.get(ordered.get("type", ""), "")
    found: dict[_Element, tuple[int | None, str]] = {}
    for item in items:
        number = _number(item.get("value"), number)
        found[item] = _printed(number, style)
        number += -1 if down else 1
    return found


def _number(value: str | None, otherwise: int) -> int:
    found = re.match(r"\s*(-?\d{1,6})\s*$", value or "")
    return int(found[1]) if found and abs(int(found[1])) <= _LARGEST else otherwise


def _printed(number: int, style: str) -> tuple[int | None, str]:
    if style == "none":
        return None, ""
    if style.endswith(("alpha", "latin")) and 1 <= number <= 702:
        letters = _letters(number)
        return None, f"{letters.upper() if style.startswith('upper') else letters}. "
    if style.endswith("roman") and 1 <= number <= 399:
        roman = _roman(number)
        return None, f"{roman.upper() if style.startswith('upper') else roman}. "
    return number, ""


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text
