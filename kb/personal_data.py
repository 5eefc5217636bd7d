"""Numbers and addresses that lead to a person: found in a text, checked where they have a check, and masked.

Names are not found: no rule knows a person from an institution. What is masked is what a question never needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+'-]{1,64}(?:@| ?[\[(] ?(?:at|apenstaart) ?[\])] ?)(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,24}\b",
    re.IGNORECASE,
)
_BSN = re.compile(r"(?<!\d)(?:\d{9}|\d{8}|\d{4}[. -]\d{2}[. -]\d{3}|\d{3}[. -]\d{3}[. -]\d{3})(?!\d|[.,]\d)")
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ .-]?[A-Za-z0-9])")
_DATE = r"(?!\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
_ABROAD = r"(?:\+|00)[ ().-]{0,2}[1-9](?:[ ().-]{0,3}\d){8,13}"
_HOME = r"\(?0(?:[ ()./-]{0,2}\d){9}"
_PHONE = re.compile(rf"(?<!\d)(?<!\d[-/.,]){_DATE}(?:{_ABROAD}|{_HOME})(?!\d)")
_CARD = re.compile(r"(?<!\d)[3-6]\d{3}(?:[ -]\d{4}){3}(?!\d)")
_RUN = re.compile(r"(?<![\d.,])\d{6,}(?!\d)")
"""Six digits and more: a student, personnel or passport number. Codes of programmes have five, amounts have dots."""

_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "TR": 26,
}  # fmt: skip
"""Characters of a bank account number by country (SWIFT's IBAN registry), for those that pay in euros and near."""


def is_bsn(text: str) -> bool:
    """Whether the eight or nine digits of a text pass the 11-test of citizen service numbers."""
    digits = [int(c) for c in text if c.isdecimal()]
    digits = [0] * (9 - len(digits)) + digits
    if len(digits) != 9 or len(set(digits)) < 3:
        return False
    return sum(digit * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def is_iban(text: str) -> bool:
    """Whether the check digits of a bank account number are right (ISO 7064, mod 97)."""
    bare = re.sub(r"[ .-]", "", text).upper()
    if not (15 <= len(bare) <= 34 and bare.isascii() and bare.isalnum()):
        return False
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def mask(text: str) -> str:
    """The text with e-mail addresses, bank account, citizen service, phone and other long numbers taken out.

    In the place of each stands what it was, in Dutch between brackets. A text without them comes back as it is.
    """
    text = _MAIL.sub("[e-mailadres]", text)
    text = _without_ibans(text)
    text = _sub(_BSN, "[bsn]", text, is_bsn)
    text = _PHONE.sub("[telefoonnummer]", text)
    text = _CARD.sub("[nummer]", text)
    return _RUN.sub("[nummer]", text)


def _sub(pattern: re.Pattern[str], word: str, text: str, holds: Callable[[str], bool]) -> str:
    return pattern.sub(lambda found: word if holds(found[0]) else found[0], text)


def _without_ibans(text: str) -> str:
    parts, done = [], 0
    for start in _IBAN_START.finditer(text):
        end = _iban_end(text, start.start())
        if start.start() >= done and end and is_iban(text[start.start() : end]):
            parts += [text[done : start.start()], "[rekeningnummer]"]
            done = end
    return "".join((*parts, text[done:]))


def _iban_end(text: str, at: int) -> int:
    """Where as many characters end as a number of this country has, with at most one separator between two; else 0."""
    wanted = _IBAN_LENGTHS.get(text[at : at + 2].upper(), 0)
    found = 0
    while found < wanted and at < len(text):
        if text[at].isascii() and text[at].isalnum():
            found += 1
        elif text[at] not in " .-" or not (text[at + 1 : at + 2].isascii() and text[at + 1 : at + 2].isalnum()):
            return 0
        at += 1
    whole = wanted and found == wanted and not text[at : at + 1].isalnum()
    return at if whole else 0
