"""Abbreviations that documents explain: what is found in a text, and that a question may use either form."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from conftest import CRAFT, make_settings, write_document
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb import language
from kb.abbreviations import abbreviations_in, long_form, one_meaning_each
from kb.glossary import Glossary


def stems(text: str) -> tuple[str, ...]:
    return tuple(language.stems(text))


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("De Raad voor Oude Ambachten (ROA) vergadert.", "ROA", "Raad voor Oude Ambachten"),
        ("Zij zit in de raad voor oude ambachten (ROA).", "ROA", "raad voor oude ambachten"),
        ("De ROA (Raad voor Oude Ambachten) vergadert.", "ROA", "Raad voor Oude Ambachten"),
        ("Het Gildehuis Kustland & Eilanden (GKE) is open.", "GKE", "Gildehuis Kustland & Eilanden"),
        ("Vraag het ambachtsregistratienummer (ARN) aan.", "ARN", "ambachtsregistratienummer"),
    ],
)
def test_what_a_text_explains(text: str, short: str, long: str) -> None:
    """An abbreviation behind the words that it shortens, or before them."""
    assert list(abbreviations_in(text)) == [(stems(short), stems(long))]


@pytest.mark.parametrize(
    "text",
    [
        "De raad (ROA) vergadert.",
        "Er was een vergadering. Oude ambachten (ROA) gaan voor.",
        "Zij leren weven (in de avond) en verven (ZIE) daarna.",
        "De ROA (zie de volgende bladzijde) vergadert.",
        "Het gilde (2031) is open (OPEN).",
        "Zij gaat naar het ensemble (EN).",
        "(ROA) Raad voor Oude Ambachten",
    ],
)
def test_what_a_text_does_not_explain(text: str) -> None:
    """Letters that are not there, another sentence, a word that people use for something else."""
    assert not abbreviations_in(text)


@given(st.text(alphabet="ROAroa &.-", min_size=0, max_size=60), st.text(alphabet="ROA", min_size=2, max_size=6))
def test_the_long_form_is_the_end_of_the_text_and_holds_the_letters(before: str, short: str) -> None:
    """Whatever the text is: what is found stands at its end, begins with the first letter and has all, in order."""
    long = long_form(short, before)
    if long:
        assert " ".join(before.split()).rstrip(" ,'’‘-").endswith(long)
        rest = iter(long.lower())
        assert long[0].lower() == short[0].lower() and all(letter in rest for letter in short.lower())


def test_the_usual_meaning_wins() -> None:
    """Where documents differ, what most of them say; what the glossary explains is left as it is."""
    raad, rij = (("roa",), ("rad", "oud")), (("roa",), ("rij", "open"))
    assert one_meaning_each([Counter([rij]), Counter([raad]), Counter([raad])]) == {("roa",): ("rad", "oud")}
    glossary = Glossary.load(CRAFT / "begrippen.yaml")
    known = next(stems(entry.term) for entry in glossary.entries)
    assert glossary.with_abbreviations({known: ("iet", "ander")}) is glossary
    more = glossary.with_abbreviations({("roa",): ("rad", "oud")})
    assert dict(more.alternatives(("roa",), "nl")) == {("rad", "oud"): 0.95}
    assert not glossary.alternatives(("roa",), "nl") and more.alternatives(known, "nl") == glossary.alternatives(
        known, "nl"
    )


def test_a_question_may_use_either_form(tmp_path: Path, corpus: Path) -> None:
    """A document that says ROA throughout is found by who spells it out, from when it is there until it is gone."""
    text = (
        "# Verslag\n\nDe Raad voor Oude Ambachten (ROA) kwam bijeen.\n\n## Besluit\n\nDe ROA keurde het lesplan goed.\n"
    )
    with Workspace.open(make_settings(tmp_path, corpus)) as workspace:
        workspace.sync()

        def alternatives(question: str) -> set[tuple[str, ...]]:
            terms = workspace.knowledge.snapshot.analyst.understand(question).terms
            return {way for term in terms for way, _ in term.alternatives}

        assert ("roa",) not in alternatives("Wat keurde de Raad voor Oude Ambachten goed?")
        added = workspace.add([write_document(tmp_path, "verslag", text)])
        assert ("roa",) in alternatives("Wat keurde de Raad voor Oude Ambachten goed?")
        assert stems("Raad voor Oude Ambachten") in alternatives("Wat keurde de ROA goed?")
        best = workspace.knowledge.work_out("Wat keurde de Raad voor Oude Ambachten goed?").draft.best
        assert best is not None and best.unit.text == "De ROA keurde het lesplan goed."
        workspace.remove([one.id for one in added.added])
        assert ("roa",) not in alternatives("Wat keurde de Raad voor Oude Ambachten goed?")
