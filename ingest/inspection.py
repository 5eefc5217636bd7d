"""The inspection of a document: what the programme team sees of it before its text is used in answers.

It counts what is in a document, says what a person should look at, and holds back (quarantines) a document with text
that nobody sees or that speaks to a language model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ingest.blocks import Assembly, Block
from ingest.readers import Notice, Reading
from ingest.suspicion import EXCERPT, HiddenText, Suspicion, addresses_a_model, hidden_words
from kb.language import STOP_EN, STOP_NL, WORD, fold
from kb.personal_data import is_bsn, is_iban
from kb.types import Page

_NEVER = {"off_page", "covered"}
"""Reasons for which hidden text is never part of the text: no page shows it, or somebody meant it not to be read."""
FEW_HIDDEN = 5
"""From so many hidden words on a document is held back; fewer are dropped."""
OUTLINE = 200
"""The most headings of an outline."""
_SAMPLE = 4000
_UNKNOWN = 0.45
_FOREIGN = 0.12
_LONG = 1500
_WITHOUT_STOP = 150

_BSN = re.compile(r"(?<![\w.,+-])(?:\d{9}|\d{4}[. ]\d{2}[. ]\d{3}|\d{3}[. ]\d{3}[. ]\d{3})(?![\w-]|[.,]\d)")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:gmail|hotmail|outlook|live|msn|yahoo|icloud|me|ziggo|kpnmail|kpnplanet|planet|xs4all|"
    r"home|hetnet|casema|upcmail|chello|quicknet|telfort|tele2|online|protonmail|proton|gmx)\.(?:com|nl|net|me|de)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w+.,-])(?:\+31|0031|0)[ -]?(?:\(0\)[ -]?)?6(?:[ -]?\d){8}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document is held back until a person has looked at it."""

    code: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the outline: the heading with those above it."""

    path: tuple[str, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a document; offsets are into its text."""

    pages: int | None
    words: int
    characters: int
    language: str
    """`nl`, `en`, `mixed` or `other`."""
    language_share: float
    """The share of the running text that is in that language; of `mixed`, in the larger of the two."""
    sections: int
    outline: tuple[Heading, ...]
    tables: int
    lists: int
    pages_without_text: tuple[int, ...]
    notices: tuple[Notice, ...]
    hidden: tuple[HiddenText, ...]
    suspicions: tuple[Suspicion, ...]
    quarantine: tuple[Reason, ...]

    def to_plain(self) -> dict[str, Any]:
        """As values that JSON knows."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Inspection:
        """What `to_plain` gave, also after it was stored as JSON."""
        return cls(
            **{
                **plain,
                "outline": tuple(Heading(tuple(row["path"]), row["level"]) for row in plain["outline"]),
                "pages_without_text": tuple(plain["pages_without_text"]),
                "notices": tuple(Notice(**row) for row in plain["notices"]),
                "hidden": tuple(HiddenText(**row) for row in plain["hidden"]),
                "suspicions": tuple(Suspicion(**row) for row in plain["suspicions"]),
                "quarantine": tuple(Reason(**row) for row in plain["quarantine"]),
            }
        )


def visible(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that make up the text.

    What is blacked out, or stands off the page, is never part of it, nor are a few stray hidden words. Other hidden
    text of `FEW_HIDDEN` words or more, or that addresses a model, stays in: the document is quarantined, and a person
    who releases it gets all of it.
    """
    stays = _hidden_stays(blocks)
    return [b for b in blocks if b.hidden is None or (stays and b.hidden not in _NEVER)]


def inspect(reading: Reading, kept: Sequence[Block], laid: Assembly) -> Inspection:
    """Inspect a document: what its reader gave, the blocks that were kept of it, and their text."""
    words = WORD.findall(laid.text)
    language, share = _language(words)
    found = hidden_words(reading.blocks)
    # what was blacked out must not come back in a report
    hidden = tuple(replace(h, excerpt="") if h.reason == "covered" else h for h in found)
    suspicions = tuple(addresses_a_model(laid.text))
    notices = [*reading.notices, *_hidden_notice(hidden, kept), *_quality(kept, words, language)]
    if personal := _personal_data(laid):
        notices.append(personal)
    return Inspection(
        pages=reading.page_count,
        words=len(words),
        characters=len(laid.text),
        language=language,
        language_share=round(share, 3),
        sections=len(laid.sections),
        outline=tuple(Heading(s.headings, len(s.headings)) for s in laid.sections if s.headings)[:OUTLINE],
        tables=_runs(kept, "row"),
        lists=_runs(kept, "item"),
        pages_without_text=reading.pages_without_text,
        notices=tuple(notices),
        hidden=hidden,
        suspicions=suspicions,
        quarantine=tuple(_reasons(reading.blocks, hidden, suspicions)),
    )


def _hidden_stays(blocks: Iterable[Block]) -> bool:
    hidden = [block for block in blocks if block.hidden is not None]
    if sum(found.words for found in hidden_words(b for b in hidden if b.hidden not in _NEVER)) >= FEW_HIDDEN:
        return True
    return bool(addresses_a_model(" ".join(block.text for block in hidden)))


def _reasons(
    blocks: Iterable[Block], hidden: Sequence[HiddenText], suspicions: Sequence[Suspicion]
) -> Iterable[Reason]:
    if _hidden_stays(blocks):
        count = sum(found.words for found in hidden)
        where = _on_pages([found.page for found in hidden])
        yield Reason(
            "hidden_text",
            f"Er staat tekst in die een lezer niet ziet: {count} woorden{where[0]}.",
            f"It holds text that a reader does not see: {count} words{where[1]}.",
        )
    if suspicions:
        excerpt = suspicions[0].excerpt[: EXCERPT // 2]
        yield Reason(
            "addresses_a_model",
            f"Er staat tekst in die een chatbot opdrachten geeft in plaats van een lezer te informeren: “{excerpt}”.",
            f"It holds text that gives orders to a chatbot instead of informing a reader: “{excerpt}”.",
        )


def _hidden_notice(hidden: Sequence[HiddenText], kept: Sequence[Block]) -> Iterable[Notice]:
    stays = any(block.hidden is not None for block in kept)
    dropped = [h for h in hidden if h.reason != "covered" and (h.reason in _NEVER or not stays)]
    if dropped:
        where = _on_pages([found.page for found in dropped])
        count = sum(found.words for found in dropped)
        yield Notice(
            "hidden_dropped",
            f"Weggelaten: {count} woord(en) die een lezer niet ziet{where[0]}.",
            f"Left out: {count} word(s) that a reader does not see{where[1]}.",
        )
    if covered := [found for found in hidden if found.reason == "covered"]:
        where = _on_pages([found.page for found in covered])
        yield Notice(
            "blacked_out",
            f"Er is tekst afgedekt die nog wel in het bestand staat{where[0]}; zij is weggelaten. Wie het bestand "
            "ophaalt kan haar lezen: maak het opnieuw als het om persoonsgegevens gaat.",
            f"Text is covered that the file still holds{where[1]}; it was left out. Who downloads the file can read "
            "it: make the file anew if it is personal data.",
        )


def _on_pages(pages: Iterable[int | None]) -> tuple[str, str]:
    """Where something stands, to put behind a count: " (bladzijde 2, 5)"; nothing without pages."""
    numbers = sorted({page for page in pages if page is not None})
    if not numbers:
        return "", ""
    shown = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
    return f" (bladzijde {shown})", f" (page {shown})"


def _runs(blocks: Sequence[Block], kind: str) -> int:
    """How many lists or tables there are: blocks of a kind that follow one another are one."""
    return sum(
        block.kind == kind and (i == 0 or blocks[i - 1].kind != kind) for i, block in enumerate(blocks)
    )  # fmt: skip


def _language(words: Sequence[str]) -> tuple[str, float]:
    """The language of a text and its share, by the function words that only one language has."""
    if not words:
        return "other", 0.0
    counts = Counter(map(fold, words))
    dutch = sum(n for word, n in counts.items() if word in STOP_NL and word not in STOP_EN)
    english = sum(n for word, n in counts.items() if word in STOP_EN and word not in STOP_NL)
    if dutch + english < _FOREIGN * len(words) and _is_foreign(counts):
        return "other", 0.0
    share = dutch / (dutch + english) if dutch + english else 1.0
    if 0.25 < share < 0.75:
        return "mixed", max(share, 1 - share)
    return ("nl", share) if share >= 0.75 else ("en", 1 - share)


def _is_foreign(counts: Counter[str]) -> bool:
    """Whether Dutch and English don't know the words, or German or French uses many of them more."""
    from wordfreq import zipf_frequency

    ours = theirs = 0
    for word, count in counts.most_common(_SAMPLE):
        own = max(zipf_frequency(word, "nl"), zipf_frequency(word, "en"))
        other = max(zipf_frequency(word, "de"), zipf_frequency(word, "fr"))
        ours += count * (own >= other)
        theirs += count * (other > own + 0.5)
    return theirs > ours or _known_share(counts, ("nl", "en")) < 0.75


def _known_share(counts: Counter[str], languages: Sequence[str]) -> float:
    """The share of the words of letters that one of the languages knows; of the most used words only."""
    from wordfreq import zipf_frequency

    known = total = 0
    for word, count in counts.most_common(_SAMPLE):
        if len(word) < 3 or not word.isalpha():
            continue
        total += count
        known += count * any(zipf_frequency(word, language) >= 2.0 for language in languages)
    return known / total if total else 1.0


def _quality(kept: Sequence[Block], words: Sequence[str], language: str) -> Iterable[Notice]:
    """What makes a person want to look at how the text came out."""
    known = _known_share(Counter(map(fold, words)), ("nl", "en", "de", "fr"))
    if len(words) >= 50 and known < 1 - _UNKNOWN:
        yield Notice(
            "unreadable_text",
            f"{1 - known:.0%} van de woorden staat in geen woordenlijst; de letters zijn mogelijk niet goed gelezen.",
            f"{1 - known:.0%} of the words are in no word list; the letters may not have been read well.",
        )
    elif language == "other" and len(words) >= 50:
        yield Notice(
            "other_language",
            "De tekst lijkt niet Nederlands of Engels te zijn.",
            "The text seems to be neither Dutch nor English.",
        )
    endless = [b for b in kept if b.kind == "paragraph" and _is_endless(b.text)]
    if endless:
        where = _on_pages([block.page for block in endless])
        yield Notice(
            "long_paragraphs",
            f"{len(endless)} alinea('s) zijn heel lang en zonder punt{where[0]}; misschien is het een tabel.",
            f"{len(endless)} paragraph(s) are very long and have no full stop{where[1]}; perhaps it is a table.",
        )
    if len(words) >= _LONG and not any(block.kind == "heading" for block in kept):
        yield Notice(
            "no_headings",
            "Er zijn geen koppen gevonden in dit lange document; vindplaatsen zijn daardoor minder precies.",
            "No headings were found in this long document, which makes the places of its passages less exact.",
        )


def _is_endless(text: str) -> bool:
    """Whether a paragraph goes on for very long without a full stop."""
    return any(len(piece.split()) >= _WITHOUT_STOP for piece in re.split(r"[.!?;:]\s", text))


def _personal_data(laid: Assembly) -> Notice | None:
    """How many personal numbers and addresses there are, and on which pages; never which."""
    kinds = (
        ("burgerservicenummer(s)", "citizen service number(s)", [m for m in _BSN.finditer(laid.text) if is_bsn(m[0])]),
        ("rekeningnummer(s)", "bank account number(s)", [m for m in _IBAN.finditer(laid.text) if is_iban(m[0])]),
        ("privé-mailadres(sen)", "private e-mail address(es)", list(_MAIL.finditer(laid.text))),
        ("mobiele telefoonnummer(s)", "mobile phone number(s)", list(_PHONE.finditer(laid.text))),
    )
    found = [(nl, en, hits, _on_pages(_page_of(laid.pages, m.start()) for m in hits)) for nl, en, hits in kinds if hits]
    if not found:
        return None
    nl = ", ".join(f"{len({m[0] for m in hits})} {name}{where[0]}" for name, _, hits, where in found)
    en = ", ".join(f"{len({m[0] for m in hits})} {name}{where[1]}" for _, name, hits, where in found)
    return Notice("personal_data", f"Mogelijk persoonsgegevens: {nl}.", f"Perhaps personal data: {en}.")


def _page_of(pages: Sequence[Page], offset: int) -> int | None:
    return next((page.number for page in pages if page.start <= offset < page.end), None)
