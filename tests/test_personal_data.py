"""What leads to a person is taken out of a question before it is kept; everything else stays as it was."""

from __future__ import annotations

import json

import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from kb.personal_data import is_bsn, is_iban, mask

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_DIGITS = st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(lambda digits: len(set(digits)) > 2)
BSNS = _DIGITS.filter(lambda digits: sum(map(lambda d, w: d * w, digits, _WEIGHTS)) % 11 == 0).map(
    lambda digits: "".join(map(str, digits))
)


def iban(country: str, account: str) -> str:
    """A number with the check digits that belong to it."""
    rest = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    return f"{country}{98 - int(rest) % 97:02d}{account}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mail naar jan.de-vries+x@student.hogeschool.nl graag", "Mail naar [e-mailadres] graag"),
        ("(j.o'brien@example.co.uk)", "([e-mailadres])"),
        ("jan [at] example.nl of jan(apenstaart)example.nl", "[e-mailadres] of [e-mailadres]"),
        ("BSN 111222333, telt dat?", "BSN [bsn], telt dat?"),
        ("bsn:123456782.", "bsn:[bsn]."),
        ("mijn nummer is 1234.56.782", "mijn nummer is [bsn]"),
        ("111 222 333", "[bsn]"),
        ("nl91abna0417164300 is mijn rekening", "[rekeningnummer] is mijn rekening"),
        ("Op NL91 ABNA 0417 1643 00 kan het", "Op [rekeningnummer] kan het"),
        ("Op NL91ABNA0417164300 test het", "Op [rekeningnummer] test het"),
        ("DE89 3704 0044 0532 0130 00; BE68.5390.0754.7034", "[rekeningnummer]; [rekeningnummer]"),
        ("Bel 06-12345678 of 06 12 34 56 78", "Bel [telefoonnummer] of [telefoonnummer]"),
        ("tel. (0318) 123 456, 020-1234567", "tel. [telefoonnummer], [telefoonnummer]"),
        ("+31 (0)6 1234 5678 / 0031612345678", "[telefoonnummer] / [telefoonnummer]"),
        ("0612345678 of +32 475 12 34 56", "[telefoonnummer] of [telefoonnummer]"),
        ("studentnummer 0912345 en s1234567", "studentnummer [nummer] en s[nummer]"),
        ("kaart 4111 1111 1111 1111", "kaart [nummer]"),
        ("٠٦١٢٣٤٥٦٧٨ is een nummer", "[nummer] is een nummer"),
    ],
)
def test_what_is_masked(text: str, masked: str) -> None:
    """In the place of each stands what it was."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Wat kost het in 2024-2025, € 2.700 of 1.000.000 euro?", "Van 01-09-2024 tot 31-08-2025?",
        "01-09-2024/31-08-2025", "De opleiding 34401 telt 60 EC en 1680 uur.", "Artikel 7.17a, lid 3",
        "2024 2025 2026 2027",
        "Op 2024-01-15 om 10:30", "Wat is een mkb-route @ het hbo?", "NL99ABCD is een code", "10.000.000.000",
        "0,5 fte", "", "[e-mailadres] en [bsn]", "Hoeveel studenten: 12 345?", "1234 AB",
    ],
)  # fmt: skip
def test_what_stays(text: str) -> None:
    """Years, dates, amounts, codes of programmes and the like lead to nobody."""
    assert mask(text) == text


def test_no_question_of_ours_is_changed() -> None:
    """All questions that were written for this programme stay as they are."""
    questions = [
        str(json.loads(line).get("question"))
        for path in (PROJECT / "corpus" / "vragen").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(questions) > 300 and "None" not in questions
    assert [question for question in questions if mask(question) != question] == []


@given(BSNS, st.sampled_from(["", " ", ".", "-"]))
def test_every_citizen_number_goes(digits: str, between: str) -> None:
    """Any number that passes the test, in any usual way of writing."""
    written = between.join((digits[:3], digits[3:6], digits[6:]))
    assert is_bsn(written)
    assert mask(f"Nummer {written}?") == "Nummer [bsn]?"


@given(st.integers(0, 10**10 - 1), st.sampled_from(["ABNA", "INGB", "RABO"]), st.booleans(), st.booleans())
def test_every_account_number_goes(account: int, bank: str, spaced: bool, small: bool) -> None:
    """Any number with right check digits, together or in fours."""
    number = iban("NL", f"{bank}{account:010d}")
    written = " ".join(number[at : at + 4] for at in range(0, 18, 4)) if spaced else number
    written = written.lower() if small else written
    assert is_iban(written)
    assert mask(f"Op {written} graag") == "Op [rekeningnummer] graag"
    assert str(f"{account:010d}") not in mask(f"Op {number[:3]}{(int(number[3]) + 1) % 10}{number[4:]}")


@given(st.text(st.sampled_from("0123456789 .-+()@aNL"), max_size=60))
def test_masking_once_is_enough(text: str) -> None:
    """Nothing masked holds anything to mask, and no run of six digits is left."""
    masked = mask(text)
    assert mask(masked) == masked


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    """Whatever is typed."""
    assert "@" in mask(text) or "@" not in text or "[" in mask(text)
