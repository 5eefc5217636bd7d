"""What a refused question lacks, said precisely: no amount, no date, a name that no document knows.

A reader who is only told that the answer is not there asks again in other words. Each remark is checked against the
passages that are shown with it, or against every document, so that it is true whatever search has missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.answer_types import asks_type, holds_type, in_asked_unit
from kb.catalogue import Listing
from kb.context import stems_of
from kb.evidence import Evidence
from kb.language import fold
from kb.presence import presence
from kb.snapshot import Snapshot
from kb.types import Language, Question, Term
from kb.wanted import wanted
from kb.years import agree, asked_spans, is_period, spans_in

_NAMES_NONE: dict[str, tuple[str, str]] = {
    "amount": ("noemt geen bedrag of percentage", "names no amount or percentage"),
    "how_many": ("noemt geen aantal", "names no number"),
    "measure": ("noemt geen getal", "names no figure"),
    "when": ("noemt geen datum of jaar", "names no date or year"),
    "how_long": ("zegt niet hoe lang", "does not say how long"),
    "how_often": ("zegt niet hoe vaak", "does not say how often"),
    "who": ("noemt niet wie", "does not say who"),
    "place": ("noemt geen plaats", "names no place"),
    "site": ("noemt geen website", "names no website"),
    "contact": (
        "geeft geen adres, telefoonnummer of e-mailadres",
        "gives no address, telephone number or e-mail address",
    ),
}
MOST_INSTEAD = 8
"""Values that are recorded in the place of the one asked for, at most."""
TELLING = 0.7
"""Weight from which a word tells so much that an answer without it may be about something else."""
LARGE_PART = 0.3
"""The share of a question that such a word has, by weight: of a long one with many others it is no great part."""
NEARLY = 0.6
"""How well such a word is met from which the answer may well mean it."""
ABOUT_SUBJECT = 0.5
"""How well a weighty word of the question must be met in what comes closest, for that to be about its subject."""


def remark(question: Question, closest: Sequence[str], snapshot: Snapshot, titles: Sequence[str] = ()) -> str:
    """One sentence on what is missing, in the language of the question; empty where nothing certain can be said.

    `closest`: the texts, with their headings, that are shown as coming closest; `titles`: those of their documents,
    which tell of what years all of it is.
    """
    if unknown := _unknown_names(question, snapshot):
        names = _joined(unknown, question.language)
        several = len(unknown) > 1
        if question.language == "nl":
            return f"{names} {'komen' if several else 'komt'} in de documenten niet voor."
        return f"{names} {'are' if several else 'is'} not in the documents."
    if not closest or not _about(question, closest):
        return ""
    missing = _missing(question, closest, titles)
    if not missing:
        return ""
    nl, en = missing
    return f"Wat het dichtst bij uw vraag komt, {nl}." if question.language == "nl" else f"What comes closest {en}."


def none_recorded(listing: Listing, language: Language) -> str:
    """That none of the items of a collection has the values asked for; empty where it was asked for in other words."""
    if not listing.values:
        return ""
    values, others = _joined(listing.values, language), listing.instead[:MOST_INSTEAD]
    more = len(listing.instead) > len(others)
    if language == "nl":
        said = f"Bij geen van de {listing.total} {listing.collection.name} staat {values}."
        return f"{said} Wel{' onder meer' * more}: {', '.join(others)}." if others else said
    said = f"None of the {listing.total} {listing.collection.name} is recorded with {values}."
    return f"{said} Recorded are{' among others' * more}: {', '.join(others)}." if others else said


def in_no_document(question: Question, best: Evidence | None, snapshot: Snapshot) -> str:
    """That a telling word of a question which is answered is in no document, so that the answer is not about it.

    It may be a word of the reader's own for what the answer calls otherwise: who reads both can tell. Empty where a
    word is met nearly as well by another, and for an English question, whose words no Dutch document has.
    """
    if best is None or question.language != "nl" or len(best.near) != len(question.terms):
        return ""  # the best unit of one part of a question of two was not held against the whole
    words = snapshot.statistics.words
    weight = sum(term.weight for term in question.terms if not (term.light or term.aside))
    absent = [
        term.text
        for i, term in enumerate(question.terms)
        if not (term.light or term.aside or term.name)
        and term.weight >= max(TELLING, LARGE_PART * weight)
        and max(best.near[i], best.found[i]) < NEARLY
        and not _stands_within(fold(term.text), words)
    ]
    if not absent:
        return ""
    words_are = "De woorden {} staan" if len(absent) > 1 else "Het woord {} staat"
    return f"{words_are.format(_joined(absent, 'nl'))} in geen van de documenten: ga na of dit uw vraag beantwoordt."


def _stands_within(asked: str, words: Iterable[str]) -> bool:
    """Whether a word is one of some words, or a part of one."""
    return any(asked in word for word in words)


def _missing(question: Question, closest: Sequence[str], titles: Sequence[str]) -> tuple[str, str] | None:
    text = "\n".join(closest)
    told = [span for one in (text, *titles) for span in spans_in(one)]
    if years := [str(one) for one in sorted(asked_spans(question)) if not any(agree(one, other) for other in told)]:
        return f"gaat niet over {' en '.join(years)}", f"is not about {' and '.join(years)}"
    kind = wanted(question)
    if kind in _NAMES_NONE and asks_type(question) and not any(holds_type(question, one) for one in closest):
        return _NAMES_NONE[kind]
    if kind == "how_long" and not in_asked_unit(question, text):
        return _NAMES_NONE["how_long"]
    return None


def _about(question: Question, closest: Sequence[str]) -> bool:
    """Whether the passages are about what was asked at all: its weightiest word is met in one of them."""
    heavy = [term for term in question.terms if not term.light and not all(stem.isdigit() for stem in term.stems)]
    if not heavy:
        return False
    subject = max(heavy, key=lambda term: term.weight)
    return any(presence(subject, stems_of(text)) >= ABOUT_SUBJECT for text in closest)


def _unknown_names(question: Question, snapshot: Snapshot) -> list[str]:
    """The names in a question, other than periods, of which no word nor what may stand for it is in any document."""
    frequency = snapshot.statistics.frequency

    def known(term: Term) -> bool:
        ways = (term.stems, *(way for way, _ in term.alternatives))
        return any(frequency[stem] for way in ways for stem in way)

    return [term.text for term in question.terms if term.name and not is_period(term.text) and not known(term)]


def _joined(names: Sequence[str], language: Language) -> str:
    quoted = [f"‘{name}’" for name in names]
    if len(quoted) == 1:
        return quoted[0]
    return f"{', '.join(quoted[:-1])} {'en' if language == 'nl' else 'and'} {quoted[-1]}"
