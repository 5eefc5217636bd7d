"""The statements of an answer: from a language model where one is asked, else the documents' own sentences.

The sentences of the documents step in for whatever a model leaves undone. Statements that a reader has seen are not
taken back: each was checked, so that the sentences then follow them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kb.catalogue import Listing
from kb.citations import CitationList, cite, holds
from kb.extractive import Draft
from kb.generation import Generation
from kb.snapshot import Snapshot
from kb.types import Language, Question, Statement
from kb.units import Unit
from kb.wishes import Wish

SURE = 0.8
"""Certainty from which the documents' own sentences are shown although the model says that they hold no answer."""

_NOTES: dict[str, tuple[str, str]] = {
    "sentences": (
        "Dit antwoord bestaat uit zinnen uit de documenten zelf.",
        "This answer is made of the documents' own sentences.",
    ),
    "added": (
        "Daarom staan de zinnen uit de documenten zelf erbij.",
        "The documents' own sentences are therefore added.",
    ),
    "no_answer": (
        "Het taalmodel vond het antwoord niet in de gevonden passages.",
        "The language model did not find the answer in the passages.",
    ),
    "none": ("Er is geen taalmodel ingesteld.", "No language model is configured."),
    "source": (
        "Dit is het antwoord van daarnet; bij elke zin staat uit welk document die komt.",
        "This is the answer from before; each sentence names the document it comes from.",
    ),
    "shorter": (
        "Routewijzer haalt zinnen letterlijk aan en vat niet samen; dit is de zin waar het om draait.",
        "Routewijzer quotes sentences to the letter and does not summarise; this is the one that matters most.",
    ),
    "part": (
        "Het is niet zeker dat hier ook het antwoord staat op: ‘{part}’",
        "It is not certain that the answer to this is here too: ‘{part}’",
    ),
}


class Writing:
    """One answer as it is written: its statements, their citations, and afterwards by whom and with what note."""

    def __init__(
        self,
        question: Question,
        draft: Draft,
        listing: Listing | None,
        snapshot: Snapshot,
        certainty: float,
        generation: Generation | None = None,
        model_missing: bool = False,
        unsure_of: str = "",
        wish: Wish | None = None,
    ) -> None:
        """`model_missing`: a model was asked for and none is configured; `unsure_of`: a part of a question of two.

        `wish`: what was asked of the answer before, which this one gives again.
        """
        self.citations = CitationList()
        self.generation = generation
        self._question = question
        self._draft = draft
        self._listing = listing
        self._snapshot = snapshot
        self._certainty = certainty
        self._sentences_follow = generation is None
        self._model_missing = model_missing
        self._unsure_of = unsure_of
        self._wish = wish

    @property
    def withheld(self) -> int:
        """How many statements of the model are not shown."""
        return len(self.generation.withheld) if self.generation else 0

    @property
    def mode(self) -> str:
        """`generated` where a model wrote any of it, else `extractive`."""
        return "generated" if self.generation and self.generation.accepted else "extractive"

    @property
    def note(self) -> str:
        """What a reader should know of how the answer came about; empty where there is nothing to tell."""
        language = self._question.language
        parts = [_note("none", language)] if self._model_missing else []
        if self._wish and self.citations.citations:
            parts.append(_note(self._wish, language))
        if self._unsure_of:
            parts.append(_note("part", language).format(part=self._unsure_of))
        if self.generation:
            parts += list(_happened(self.generation, language))
            if self._sentences_follow:
                parts.append(_note("added" if self.generation.accepted else "sentences", language))
        return " ".join(parts)

    def statements(self) -> Iterator[Statement]:
        """The statements, each with citations that hold to the letter."""
        shown: set[tuple[str, int, int]] = set()
        if self.generation is not None:
            for accepted in self.generation.statements():
                checked = [c for c in accepted.citations if holds(self._snapshot.document(c.document_id), c)]
                numbers = tuple(dict.fromkeys(self.citations.add(citation) for citation in checked))
                shown |= {(c.document_id, c.start, c.end) for c in checked}
                if numbers:
                    yield Statement(accepted.text, numbers)
            self._sentences_follow = self._wanted(self.generation)
        if self._sentences_follow:
            yield from self._sentences(shown)

    def _wanted(self, generation: Generation) -> bool:
        """Whether the documents' own sentences are to step in.

        A model that says there is no answer is believed unless the learned certainty is high: it has read the passages,
        which the certainty only weighs, but a small model gives up too soon.
        """
        if generation.no_answer:
            return self._certainty >= SURE
        return generation.failure is not None or generation.too_little

    def _sentences(self, shown: set[tuple[str, int, int]]) -> Iterator[Statement]:
        """The answer without a model, less what was cited already."""
        if self._listing is not None:
            yield from _listed(self._listing, self._question.language, self._snapshot, self.citations)
            return
        leading = self._draft.leading
        alone = [unit.kind for unit in self._draft.units[:leading]] == ["item"]
        for place, unit in enumerate(self._draft.units):
            if (unit.document_id, unit.start, unit.end) in shown:
                continue
            if (number := _checked_citation(unit, self._snapshot, self.citations)) is not None:
                text = unit.said_alone if alone and not place else unit.said
                yield Statement(text, (number,), further=leading is not None and place >= leading)


def _happened(generation: Generation, language: Language) -> Iterator[str]:
    """What the model did that a reader should know."""
    if generation.failure:
        yield generation.failure.message(language)
    elif generation.no_answer:
        yield _note("no_answer", language)
    if not (count := len(generation.withheld)):
        return
    if language == "nl":
        what = "Eén uitspraak" if count == 1 else f"{count} uitspraken"
        yield f"{what} van het taalmodel {'is' if count == 1 else 'zijn'} weggelaten, omdat de bron die niet staaft."
    else:
        what = "One statement" if count == 1 else f"{count} statements"
        yield f"{what} of the language model {'is' if count == 1 else 'are'} left out: the source does not bear it out."


def _note(name: str, language: Language) -> str:
    return _NOTES[name][0 if language == "nl" else 1]


def _listed(listing: Listing, language: Language, snapshot: Snapshot, citations: CitationList) -> Iterator[Statement]:
    """The items of a collection that fit, each cited, after their number where that was asked."""
    rows = [(match, _checked_citation(match.unit, snapshot, citations)) for match in listing.matches]
    checked = [(match, number) for match, number in rows if number is not None]
    if listing.asked == "count":
        word = "van de" if language == "nl" else "of the"
        numbers = tuple(dict.fromkeys(number for _, number in checked))
        yield Statement(f"{len(checked)} {word} {listing.total} {listing.collection.name}:", numbers)
    for match, number in checked:
        text = match.value or match.item.title
        if match.value is None and match.unit.text != match.item.title:
            text = f"{text}: {match.unit.said}"
        yield Statement(text, (number,))


def _checked_citation(unit: Unit, snapshot: Snapshot, citations: CitationList) -> int | None:
    """The number of the citation of a unit; None where the quote is not exactly in the document."""
    document = snapshot.document(unit.document_id)
    citation = cite(document, unit)
    return citations.add(citation) if holds(document, citation) else None
