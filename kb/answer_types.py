"""Whether a passage holds an answer of the kind that was asked for: a person, a date, a number, an amount."""

from __future__ import annotations

import re

from kb.language import NUMBER_WORDS, fold, is_everyday, tokens
from kb.types import Question

ROLES = "minister|lector|directeur|persoon|personen|voorzitter|staatssecretaris|bewindspersoon|docent|auteur|leider"
"""Words for what a person is, as a pattern: "welke minister" asks for a name."""
_NUMBER_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w-])(?:\d+(?:[.,]\d+)*|{_NUMBER_WORD}|één|geen|beide|duizend\w*|honderd\w*)(?![\w])", re.IGNORECASE
)
_YEAR_ONLY = re.compile(r"^(?:19|20)\d\d$")
_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october"
)
_DATE = re.compile(
    rf"\b(?:19|20)\d\d\b|\b(?:{_MONTHS})\b|\bjaren (?:\w+tig)\b|\b(?:voorjaar|najaar|zomer|winter|lente|herfst)\b", re.IGNORECASE
)  # fmt: skip
_MONTH = re.compile(rf"\b(?:{_MONTHS})\b", re.IGNORECASE)
_ASKS_DAY = re.compile(r"\bdatum\b|\bdate\b|\bwelke dag\b|\bwhich day\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?:niveau|mbo|thema|punt|stap|motie|moties|artikel|nummer|paragraaf|level|en)[\s-]*$", re.IGNORECASE
)
_CONTACT = re.compile(
    r"\b[\w.+-]+@[\w-]+\.\w+|\+?\d[\d\s()-]{8,}\d|\b\d{4}\s?[A-Z]{2}\b|\b(?:www\.|https?://)\S+|\b[\w-]+\.(?:nl|com|org|eu)\b"
)
_UNITS = r"(?:jaar|jaren|maand(?:en)?|week|weken|dag(?:en)?|uur|uren|years?|months?|weeks?|days?)"
_DURATION = re.compile(
    rf"\b(?:\d+|{_NUMBER_WORD}|één|een|enkele|half|anderhalf|meer dan \w+|ruim \w+)[\s-]*(?:{_UNITS}\b|jarig|weeks|maands|daags)"
    rf"|\b(?:{_NUMBER_WORD})(?:jarige?|weekse|maandse|daagse)\b|\b(?:19|20)\d\d\s*(?:-|–|tot|t/m|tot en met)\s*(?:19|20)\d\d\b"
    r"|\b(?:halfjaar|halfjarige?|jarenlang)\b", re.IGNORECASE
)  # fmt: skip
_AMOUNT = re.compile(r"€|\b(?:euro|gulden|procent)\b|%|\b(?:miljoen|miljard|ton)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:www\.|https?://)\S+|\b[\w-]+\.(?:nl|com|org|eu)\b|\b(?:in|te|bij|op|uit|naar|regio)\s+(?:de |het )?[A-Z][\w-]+"
)  # fmt: skip
_PERSON = re.compile(
    r"\b[A-Z][a-zéëïöüèçñ]+(?:\s+(?:van|de|der|den|ter|ten|'t))*\s+[A-Z][a-zéëïöüèçñ-]+\b"
)  # fmt: skip
_ORGANISATION = re.compile(r"\b[A-Z][\w&-]*[A-Z]\w*\b|\b[A-Z][\w&’'-]+\b")
_CAUSE = re.compile(
    r"\b(?:omdat|doordat|want|daarom|waardoor|zodat|vanwege|wegens|immers|reden|aanleiding|gevolg|hierdoor|daardoor|dankzij|"
    r"oorzaak|om te|zo kan|zo kunnen|anders|moet leiden)\b", re.IGNORECASE
)  # fmt: skip
_WHO_PERSON = re.compile(
    r"\b(?:wie (?:is|was|zijn|waren|zit|zitten|zaten|heet|leidt|vertegenwoordigt)|who (?:is|was|are|leads|represents))\b|\bhoe heet"
    rf"|\bwelke? \w*(?:{ROLES})\b",
    re.IGNORECASE,
)  # fmt: skip


def asks_type(question: Question) -> bool:
    """Whether a passage can be checked for the kind of answer this question wants."""
    return question.kind in _CHECKS


def holds_type(question: Question, text: str) -> bool:
    """Whether the text holds an answer of the kind asked for; True for kinds that cannot be checked."""
    check = _CHECKS.get(question.kind)
    return check(question, text) if check else True


def _who(question: Question, text: str) -> bool:
    if _WHO_PERSON.search(question.standalone or question.text):
        return names_person(text)
    return names_person(text) or bool(_ORGANISATION.search(text[1:]))


def names_person(text: str) -> bool:
    """Whether two words stand together as a person's name: capitals, and no words of the dictionary.

    "Leonie Blom" is one; "Bouwend Nederland" and "Hogeschool Rotterdam" are not.
    """
    for match in _PERSON.finditer(text):
        parts = [part for part in match.group().split() if part[:1].isupper()]
        if len(parts) >= 2 and not any(is_everyday(fold(part)) for part in parts):
            return True
    return False


def _number(question: Question, text: str) -> bool:
    """A number that counts something: no year, no level, no ordinal of a theme."""
    return any(
        not _YEAR_ONLY.match(match.group()) and not _LABELLED.search(text[: match.start()])
        for match in _NUMBER.finditer(text)
    )


def _when(question: Question, text: str) -> bool:
    """A date, other than the years that the question itself names; a month at least where a day is asked for."""
    if _ASKS_DAY.search(question.text):
        return bool(_MONTH.search(text))
    return any(match.group() not in question.years for match in _DATE.finditer(text))


def _how_long(question: Question, text: str) -> bool:
    return bool(_DURATION.search(text))


def _contact(question: Question, text: str) -> bool:
    return bool(_CONTACT.search(text))


def _amount(question: Question, text: str) -> bool:
    return bool(_AMOUNT.search(text)) and bool(_NUMBER.search(text))


def _where(question: Question, text: str) -> bool:
    return bool(_PLACE.search(text))


def _why(question: Question, text: str) -> bool:
    return bool(_CAUSE.search(text))


_CHECKS = {
    "contact": _contact,
    "who": _who,
    "how_many": _number,
    "when": _when,
    "how_long": _how_long,
    "amount": _amount,
    "where": _where,
    "why": _why,
}


def counts(question: Question, text: str) -> bool:
    """Whether a number in the text counts the thing that was asked for: it stands at most five words before it."""
    if not question.head:
        return False
    words = tokens(text)
    for i, word in enumerate(words):
        if (word.stem.isdigit() and not _YEAR_ONLY.match(word.stem)) or fold(word.surface) in {"een", "geen", "beide"}:
            following = [w.stem for w in words[i + 1 : i + 6]]
            if question.head[0] in following or any(s.endswith(question.head[0]) for s in following):
                return True
    return False
