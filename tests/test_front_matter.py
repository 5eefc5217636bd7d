"""The front matter of a document: what is right becomes metadata, what is wrong is said, all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CRAFT, PROJECT
from hypothesis import given
from hypothesis import strategies as st

from ingest.front_matter import KEYS, KINDS, parse
from ingest.readers.markdown import split_front_matter
from kb.errors import FrontMatterError
from kb.types import DocumentKind, Metadata, Source
from kb.vocabulary import Vocabulary

PATH = Path("pilots/proef.md")
VALUES = Vocabulary.load(CRAFT / "waarden.yaml")
RIGHT = "versie: 1\ntitel: Een proef\nsoort: pilot\nbronnen: [een gesprek]\n"
DOCUMENTS = sorted(
    path
    for path in (PROJECT / "corpus").rglob("*.md")
    if path.stem.lower() != "readme" and not path.name.startswith("_")
)


def read(text: str) -> Metadata:
    return parse(text, PATH, VALUES)


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FrontMatterError) as refused:
        read(text)
    return refused.value.faults


def fault(text: str) -> tuple[int, str]:
    found = faults(text)
    assert len(found) == 1, found
    return found[0][0], found[0][1]


def test_all_keys() -> None:
    """Each key ends up in its field, lists in their order and without repeats."""
    metadata = read(
        "versie: 1\ntitel: Een  proef\nsoort: pilot\nsamenvatting: Kort.\nsector: [boekbinderij, glasblazerij]\n"
        "hogescholen: [Waterland School]\npartners: [Kristalhuis, Nieuw Gilde, Kristalhuis]\nniveau: gezel\n"
        "regio: [Kustland]\nperiode: vanaf 2031\nstatus: lopend\ndatum: 2032-04-01\ntaal: en\n"
        "bronnen:\n  - een gesprek\n  - titel: Jaarboek\n    url: https://voorbeeld.invalid/j\n    datum: 2032-04\n"
    )
    assert metadata == Metadata(
        title="Een proef",
        kind=DocumentKind.PILOT,
        summary="Kort.",
        sector=("boekbinderij", "glasblazerij"),
        institutions=("Waterland School",),
        partners=("Kristalhuis", "Nieuw Gilde"),
        levels=("gezel",),
        region=("Kustland",),
        period="vanaf 2031",
        status="lopend",
        language="en",
        date="2032-04-01",
        sources=(Source("een gesprek"), Source("Jaarboek", "https://voorbeeld.invalid/j", "2032-04")),
    )


def test_other_spellings_become_the_canonical_one() -> None:
    """Any spelling that the file of values knows becomes the one spelling, in the fields and in single choices."""
    metadata = read(RIGHT + "hogescholen: [NLA, noorderlicht]\nsector: [bookbinding]\nniveau: [GEZEL]\npartners: BBG\n")
    assert metadata.institutions == ("Noorderlicht Academie",)
    assert metadata.sector == ("boekbinderij",)
    assert metadata.levels == ("gezel",)
    assert metadata.partners == ("Boekbindersgilde",)
    assert read(RIGHT.replace("soort: pilot", "soort: proefproject")).kind is DocumentKind.PILOT


@pytest.mark.parametrize(("word", "kind"), KINDS.items())
def test_every_kind_has_its_word(word: str, kind: DocumentKind) -> None:
    """Each Dutch word for a kind is taken."""
    assert read(RIGHT.replace("pilot", word)).kind is kind


def test_every_fault_is_reported_at_once() -> None:
    """All faults come together, each with its line in the file and, where one is near, a suggestion."""
    found = faults(
        "versie: 2\n"  # line 2 of the file, as the mark is line 1
        "titel: Een proef\n"
        "soort: pilt\n"
        "sectr: [boekbinderij]\n"
        "sector: [boekbinderei, kantklossen]\n"
        "datum: gisteren\n"
        "bronnen:\n"
        "  - url: https://voorbeeld.invalid\n"
    )
    by_line: dict[int, list[str]] = {}
    for line, nl, en in found:
        assert nl != en
        by_line.setdefault(line, []).append(nl)
    assert sorted(by_line) == [2, 4, 5, 6, 7, 8]
    assert "'versie' moet 1 zijn" in by_line[2][0]
    assert "bedoelt u 'pilot'?" in by_line[4][0]
    assert "onbekende sleutel 'sectr'; bedoelt u 'sector'?" in by_line[5][0]
    assert len(by_line[6]) == 2 and any("bedoelt u 'boekbinderij'?" in text for text in by_line[6])
    assert "niet 'gisteren'" in by_line[7][0]
    assert "'titel'" in by_line[8][0]


def test_the_message_names_the_file_and_each_line() -> None:
    """What a person reads holds the file's name and every fault, in Dutch and in English."""
    with pytest.raises(FrontMatterError) as refused:
        read("titel: Een proef\nsoort: pilt\n")
    assert "proef.md, regel 3:" in refused.value.nl and "'bronnen' ontbreekt" in refused.value.nl
    assert "proef.md, line 3:" in refused.value.en and "'bronnen' is missing" in refused.value.en


def test_what_is_required() -> None:
    """Without a title, a kind or sources a document is refused, and each that is missing is named."""
    assert {text for _, text, _ in faults("versie: 1\n")} == {f"'{k}' ontbreekt" for k in ("titel", "soort", "bronnen")}
    assert fault(RIGHT.replace("Een proef", '""'))[1] == "'titel' ontbreekt"
    assert fault(RIGHT.replace("[een gesprek]", "[]"))[1] == "'bronnen' ontbreekt"


@pytest.mark.parametrize("date", ["2032", "2032-04", "2032-04-01", '"2032-04"'])
def test_dates_may_be_partial(date: str) -> None:
    """A date may be a year, a month or a day."""
    assert read(f"{RIGHT}datum: {date}\n").date == date.strip('"')


@pytest.mark.parametrize(
    "date", ["1 april 2032", "32-04-01", "2032/04/01", "2032-13", "2032-02-30", '"2032-02-30"', "[2032]"]
)
def test_a_wrong_date_is_a_fault_of_its_line(date: str) -> None:
    """What is no date, or no day that exists, is reported on its line and never a crash."""
    line, text = fault(f"{RIGHT}datum: {date}\n")
    assert line == 6
    assert "datum" in text


def test_a_key_that_is_there_twice() -> None:
    """YAML would silently take the last one; we say so."""
    line, text = fault(RIGHT + "titel: Nog een\n")
    assert (line, text) == (6, "'titel' staat er twee keer")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("titel: Een: proef\nsoort: pilot\n", 2),
        ("titel: Een proef\nsoort: [pilot\nbronnen: x\n", 4),
        ("titel: Een proef\n\tsoort: pilot\n", 3),
        ("- een\n- twee\n", 2),
        ("alleen maar tekst", 2),
        ("{{ titel }}: x\n", 2),
        ("[titel]: x\n", 2),
        ("titel: !!timestamp morgen\n", 1),
        ("titel: 0x_\n", 1),
    ],
)
def test_what_is_no_yaml_is_a_fault_with_a_line(text: str, line: int) -> None:
    """Lines that YAML cannot read give one fault with the line, without complaints about missing keys."""
    assert fault(text)[0] == line


def test_a_colon_in_a_title_within_quotes() -> None:
    """A title in quotation marks may hold a colon."""
    assert read(RIGHT.replace("Een proef", '"Proef: een begin"')).title == "Proef: een begin"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("titel: [a, b]", "één stuk tekst"),
        ("hogescholen: {a: b}", "een lijst van woorden"),
        ("partners: [a, [b]]", "een lijst van woorden"),
        ("taal: fr", "'taal' kent 'fr' niet"),
        ("niveau: [leerjongen]", "'niveau' kent 'leerjongen' niet"),
        ("status: lopende", "bedoelt u 'lopend'?"),
        ("bronnen: [{titel: x, url: www.voorbeeld.invalid}]", "geen webadres"),
        ("bronnen: [{titel: x, schrijver: y}]", "elke bron"),
    ],
)
def test_a_wrong_value(line: str, complaint: str) -> None:
    """A value of the wrong form or outside the fixed choices is refused with the reason."""
    key = line.partition(":")[0]
    kept = "".join(f"{row}\n" for row in RIGHT.splitlines() if not row.startswith(f"{key}:"))
    assert complaint in fault(kept + line + "\n")[1]


def test_new_names_of_schools_and_partners_are_allowed() -> None:
    """A school, partner or region that the file of values does not have is kept as it was typed."""
    metadata = read(RIGHT + "hogescholen: [Nieuwe School]\nregio: [Overal]\n")
    assert metadata.institutions == ("Nieuwe School",)
    assert metadata.region == ("Overal",)


_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text("abc:-[]{}#&*!|>'\"%@ \n2031", max_size=12))


@given(st.lists(st.tuples(st.sampled_from([*KEYS, "anders"]), _SCALARS), max_size=6))
def test_any_lines_give_metadata_or_faults(lines: list[tuple[str, object]]) -> None:
    """Whatever is typed gives metadata or faults with their lines, never another error."""
    text = "".join(f"{key}: {value}\n" for key, value in lines)
    try:
        read(text)
    except FrontMatterError as refused:
        assert refused.faults
        assert all(1 <= line <= text.count("\n") + 2 for line, _, _ in refused.faults)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_documents_of_the_project_are_in_order(path: Path) -> None:
    """The front matter of every document of the real corpus has no fault."""
    front, body = split_front_matter(path.read_text(encoding="utf-8"))
    assert front is not None and body.strip()
    metadata = parse(front, path, Vocabulary.load(PROJECT / "corpus" / "waarden.yaml"))
    assert metadata.title and metadata.sources
