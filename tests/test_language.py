"""Text analysis: sentences, words, stems, compounds, and which language a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.language import (
    fold,
    guess_language,
    is_stop,
    sentence_pieces,
    sentences,
    similarity,
    stem,
    stems,
    tokens,
)

_BITS = st.sampled_from(
    ["De leerling", "werkt", "i.s.m.", "dr.", "J.", "1.500", "euro", ".", "!", "?", "…", "”", ")", "\n", "  ", "bijv.",
     "Dat", "mbo'ers", "é", "Ad", "’s", "-", "3.", ":", "«Zo»", "\t"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=120), st.lists(_BITS, max_size=25).map(" ".join), st.lists(_BITS).map("".join))


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dit is een. Dat is twee.", ["Dit is een.", "Dat is twee."]),
        ("De academie werkt i.s.m. Het Gilde. Zo gaat het.", ["De academie werkt i.s.m. Het Gilde.", "Zo gaat het."]),
        ("Vraag het aan dr. Vos. Zij weet het.", ["Vraag het aan dr. Vos.", "Zij weet het."]),
        ("Neem bijv. Een boek. Of niet.", ["Neem bijv. Een boek.", "Of niet."]),
        (
            "Dit is m.b.v. GAI gemaakt. Het overleg d.d. 3 mei ging door.",
            ["Dit is m.b.v. GAI gemaakt.", "Het overleg d.d. 3 mei ging door."],
        ),
        ("Bel J. van Dam. Morgen dan.", ["Bel J. van Dam.", "Morgen dan."]),
        ("Het kost 1.500 euro. Meer niet.", ["Het kost 1.500 euro.", "Meer niet."]),
        ("Hij zei: “Kom mee.” Toen ging hij.", ["Hij zei: “Kom mee.”", "Toen ging hij."]),
        ("Echt? Ja! Goed…  En nu.", ["Echt?", "Ja!", "Goed…", "En nu."]),
        ("Het heet werk. en niets anders.", ["Het heet werk. en niets anders."]),
        ("Zonder punt aan het eind", ["Zonder punt aan het eind"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say_so(text: str, expected: list[str]) -> None:
    """Abbreviations, initials and numbers don't end a sentence; a closing quote belongs to the one before it."""
    assert cut(text) == expected


@given(texts)
def test_sentences_cover_the_text(text: str) -> None:
    """Sentences come in order, don't overlap, have no white space around them, and leave out nothing else."""
    spans = sentences(text)
    at = 0
    for start, end in spans:
        assert at <= start < end
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(texts)
def test_sentence_pieces_add_up(text: str) -> None:
    """The pieces for the splitter are the text, cut and nothing else."""
    assert "".join(sentence_pieces(text)) == text


@given(texts)
def test_tokens_stand_where_they_say(text: str) -> None:
    """Each word is exactly at its offsets, in order, and has a stem."""
    at = 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.surface
        assert at <= token.start < token.end
        assert token.word and token.stem
        at = token.end


def test_tokens_of_apostrophes_and_capitals() -> None:
    """An ending after an apostrophe goes, an inner one is dropped, and capitals and accents are folded."""
    words = {token.surface: token.word for token in tokens("Mbo’ers en foto's uit Coördinatie, zo'n A'dam, P.C.")}
    assert words["Mbo’ers"] == "mbo"
    assert words["foto's"] == "foto"
    assert words["Coördinatie"] == "coordinatie"
    assert words["zo'n"] == "zo'n"
    assert words["A'dam"] == "adam"


@pytest.mark.parametrize(("word", "digits"), [("zeven", "7"), ("twaalf", "12"), ("seven", "7"), ("honderd", "100")])
def test_number_words_are_digits(word: str, digits: str) -> None:
    """A number in words meets the same number in digits, in Dutch and in English."""
    assert stem(word) == digits == stem(digits)


def test_een_is_no_number() -> None:
    """The Dutch article does not become 1."""
    assert stem("een") == "een"


@pytest.mark.parametrize(("one", "other"), [("werkt", "werken"), ("opleidingen", "opleiding"), ("gedeeld", "delen")])
def test_inflections_share_a_stem(one: str, other: str) -> None:
    """Inflected forms of a word meet, also where no suffix rule joins them."""
    assert stem(one) == stem(other)


def test_stop_words() -> None:
    """Words of grammar in both languages are stop words; words that can be a subject are not."""
    assert all(is_stop(word) for word in ("de", "het", "welke", "the", "which", "zo'n"))
    assert not any(is_stop(word) for word in ("pilot", "werk", "school", "student", "bouw"))


def test_stems_keep_stop_words_in_place() -> None:
    """Stems are in step with the words of the text."""
    assert len(stems("De leerling van de school")) == 5
    assert stems("De leerling")[0] == "de"


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    """Folding reaches an end at once, and leaves no capital of the Latin alphabet."""
    assert fold(fold(text)) == fold(text)
    assert not any("A" <= letter <= "Z" for letter in fold(text))


def test_a_part_stands_for_less_than_the_whole() -> None:
    """Who asks for a branch is served by a trade branch; who asks for the trade branch is hardly served by a branch."""
    general, special = stem("branche"), stem("modebranche")
    assert similarity(general, special) > 0.7
    assert 0 < similarity(special, general) < 0.5


@given(st.text("abcdefghijklmnoprstuvwz", min_size=1, max_size=14), st.text("abcdefgs0123", min_size=1, max_size=14))
def test_similarity_is_a_share(one: str, other: str) -> None:
    """Similarity lies between 0 and 1, and is 1 for the same stem only."""
    value = similarity(one, other)
    assert 0 <= value <= 1
    assert (value == 1) == (one == other)


def test_numbers_are_like_nothing_but_themselves() -> None:
    """No number stands for another one that begins the same."""
    assert similarity("2020", "2021") == 0
    assert similarity("7", "70") == 0


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Welke pilots zijn er in de bouw?", "nl"),
        ("Which pilots are there in construction?", "en"),
        ("What does the training cost?", "en"),
        ("Wat kost de training?", "nl"),
        ("apprentices", "en"),
        ("leerlingen", "nl"),
        ("", "nl"),
        ("12345", "nl"),
    ],
)
def test_language_is_guessed_by_its_function_words(text: str, language: str) -> None:
    """Dutch and English are told apart by the words that only one of them has; Dutch when in doubt."""
    assert guess_language(text) == language
