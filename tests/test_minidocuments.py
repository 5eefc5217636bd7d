"""The questions from which the embedding learns: their form, and what a step of the tuning takes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.embedding.data import read_minidocuments


def test_every_question_stands_below_the_sentence_that_answers_it(tmp_path: Path) -> None:
    """A sentence keeps its title and heading; a question knows its sentence, also of the second document."""
    (tmp_path / "proef.txt").write_text(
        "# Bladwijzer > Linnen\nS\tLinnen is sterk.\nQ\tGaat het lang mee?\nQ\tsterkte linnen\n\n"
        "# Lijm\nS\tLijm droogt in een uur.\nQ\tHoe lang wachten?\n",
        encoding="utf-8",
    )
    sentences, asked = read_minidocuments(tmp_path)["proef"]
    assert sentences == [(("Bladwijzer", "Linnen"), "Linnen is sterk."), (("Lijm",), "Lijm droogt in een uur.")]
    assert asked == [("Gaat het lang mee?", [0]), ("sterkte linnen", [0]), ("Hoe lang wachten?", [1])]


@pytest.mark.parametrize("line", ["Een losse regel", "Q\tVan geen zin?", "S zonder tab"])
def test_a_line_out_of_form_is_told(tmp_path: Path, line: str) -> None:
    """By its file and number, instead of being passed over."""
    (tmp_path / "proef.txt").write_text(f"# Kop\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"proef\.txt, line 2"):
        read_minidocuments(tmp_path)


def test_those_of_the_project_are_in_form() -> None:
    """Each sentence has three questions or more, and none stands below two sentences of the same file twice."""
    files = read_minidocuments()
    assert files
    for sentences, asked in files.values():
        below = np.bincount([place for _, places in asked for place in places], minlength=len(sentences))
        assert below.min() >= 3
        pairs = {(question, places[0]) for question, places in asked}
        assert len(pairs) == len(asked)
