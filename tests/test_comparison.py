"""Documents side by side: what a text bears out of its metadata, and the passage of every cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import CRAFT
from documents import make_document
from hypothesis import given
from hypothesis import strategies as st

from ingest.authoring import check
from ingest.blocks import Block
from ingest.workspace import Workspace
from kb.attestation import ATTESTED, Places, attested
from kb.citations import cite, holds
from kb.comparison import Comparison, Comparisons
from kb.context import Context
from kb.errors import SettingsError, UnknownDocument
from kb.language import fold, tokens
from kb.types import Document, DocumentKind, Metadata
from kb.units import split_units
from kb.vocabulary import Vocabulary, recorded

VOCABULARY = Vocabulary.load(CRAFT / "waarden.yaml")
BINDING, BLOWING, SAILS = (
    "pilots/noorderlicht-boekbinden",
    "pilots/noorderlicht-glasblazen",
    "pilots/waterland-zeilmaken",
)
METADATA = Metadata(
    title="De grote proef",
    kind=DocumentKind.PILOT,
    sector=("boekbinderij", "zeilmakerij"),
    institutions=("Noorderlicht Academie", "Waterland School"),
    partners=("Boekbindersgilde", "Zeilwerf De Fok", "Huis Onbekend"),
    levels=("gezel", "meester"),
    region=("Kustland",),
    status="lopend",
)


def document_of(*sentences: str, metadata: Metadata = METADATA) -> Document:
    blocks = [Block("heading", metadata.title, level=1), *(Block("paragraph", text) for text in sentences)]
    return replace(make_document(blocks), metadata=metadata)


def places_in(document: Document) -> Places:
    title = tuple(word.stem for word in tokens(document.metadata.title))
    return attested(document, Context(split_units(document), title), VOCABULARY)


def borne_out(facet: str, *sentences: str) -> dict[str, str]:
    return {value: unit.text for value, unit in places_in(document_of(*sentences))[facet].items()}


# --- what a text bears out ----------------------------------------------------------------------------------------

_NAMES = [s for value in VOCABULARY.values for s in value.spellings] + ["Huis Onbekend", "Hans", "nla"]
_PARTS = st.one_of(
    st.sampled_from(_NAMES), st.sampled_from(["pilot", "geen", "volgens", "en", "werkt mee", "de gezellenpilot", ":"])
)
_SENTENCES = st.lists(st.lists(_PARTS, min_size=1, max_size=9).map(lambda p: f"De {' '.join(p)}."), max_size=8)


@given(_SENTENCES)
def test_what_is_cited_names_the_value_and_is_there(sentences: list[str]) -> None:
    """Only values of the metadata are borne out, each by an exact passage in which one of its spellings stands."""
    document = document_of(*sentences)
    for facet, places in places_in(document).items():
        spelled = {value.name: value.spellings for value in VOCABULARY.of(facet)}
        assert set(places) <= set(recorded(document.metadata, facet))
        for value, unit in places.items():
            assert holds(document, cite(document, unit))
            stems = [word.stem for word in tokens(unit.text)]
            assert any(
                fold(s) in fold(unit.text) or {w.stem for w in tokens(s)} <= set(stems)
                for s in spelled.get(value, (value,))
            ), (facet, value, unit.text)


@given(_SENTENCES)
def test_a_document_without_metadata_bears_nothing_out(sentences: list[str]) -> None:
    """What a text names besides is not made a value of the document."""
    bare = Metadata(title="Een proef", kind=DocumentKind.PILOT)
    assert all(not places for places in places_in(document_of(*sentences, metadata=bare)).values())


def test_one_sentence_that_names_all_is_cited_once() -> None:
    """As few passages as can be: the sentence with both partners is preferred to one with each."""
    both = "Aan de pilot doen het Boekbindersgilde en Zeilwerf De Fok mee."
    found = borne_out("partners", "Het Boekbindersgilde is oud.", "De Fok is een werf.", both)
    assert found == {"Boekbindersgilde": both, "Zeilwerf De Fok": both}


@pytest.mark.parametrize(
    ("facet", "sentence", "found"),
    [
        ("sector", "Dit is een zeilmakerijpilot.", {"zeilmakerij"}),  # within a word
        ("sector", "De pilot is voor bookbinding.", {"boekbinderij"}),  # another spelling
        ("niveau", "De pilot leidt niet op tot meester.", set()),  # denied
        ("niveau", "De pilot leidt op tot meester, niet tot gezel.", {"meester"}),
        ("hogescholen", "De pilot is van de NLA.", {"Noorderlicht Academie"}),
        ("hogescholen", "De pilot is van de nla.", set()),  # not written as a name
        ("partners", "De pilot is van Huis Onbekend.", {"Huis Onbekend"}),  # in no list
        ("partners", "Het Kristalhuis werkt aan een pilot.", set()),  # of others
        ("regio", "Veel mensen wonen in Kustland.", set()),  # speaks of something else
        ("regio", "De pilot is in Kustland.", {"Kustland"}),
        ("regio", "Regio: Kustland.", {"Kustland"}),  # says itself what it is
        ("status", "De pilot loopt.", {"lopend"}),  # a form of the verb
        ("status", "De pilot is verkennend.", set()),  # not what the metadata says
    ],
)
def test_what_bears_a_value_out(facet: str, sentence: str, found: set[str]) -> None:
    """A value needs a sentence about the document's own subject that says it, and does not deny it."""
    assert set(borne_out(facet, sentence)) == found


def test_a_name_that_tells_is_no_name_that_takes_part() -> None:
    """Who something is told by is cited only where no sentence has it as a partner."""
    told = "Volgens Zeilwerf De Fok loopt de pilot goed."
    joined = "Zeilwerf De Fok doet met de pilot mee."
    assert borne_out("partners", told, joined) == {"Zeilwerf De Fok": joined}


# --- side by side -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def comparison(reading_room: Workspace) -> Comparison:
    """The three invented pilots."""
    return reading_room.knowledge.compare([BINDING, BLOWING, SAILS])


def cells_of(comparison: Comparison, name: str) -> list[list[str]]:
    row = next(row for row in comparison.rows if row.rule.name == name)
    return [[said.text for said in cell] for cell in row.cells]


def test_every_cell_has_its_exact_passage(comparison: Comparison, reading_room: Workspace) -> None:
    """Each value has a citation of its own pilot that holds; citations are numbered in reading order, none unused."""
    used: list[int] = []
    for row in comparison.rows:
        for document, cell in zip(comparison.documents, row.cells, strict=True):
            for said in cell:
                citation = comparison.citations[said.citation - 1]
                assert citation.number == said.citation
                assert (citation.document_id, citation.version) == (document.id, document.version)
                assert holds(reading_room.library.document(document.id), citation)
                used.append(said.citation)
    assert list(dict.fromkeys(used)) == [c.number for c in comparison.citations]
    assert [c.number for c in comparison.citations] == list(range(1, len(comparison.citations) + 1))


def test_cells_hold_what_the_documents_say_and_no_more(comparison: Comparison) -> None:
    """Facets, headings with their lists, and answers to questions; empty where a pilot is silent."""
    assert cells_of(comparison, "partners") == [["Boekbindersgilde"], ["Kristalhuis"], ["Zeilwerf De Fok"]]
    assert cells_of(comparison, "status") == [[], ["verkennend"], []]
    assert cells_of(comparison, "regio") == [[], [], []]
    assert cells_of(comparison, "duur")[0] == ["De opleiding boekbinden duurt drie jaar."]
    assert cells_of(comparison, "duur")[1][0].startswith("De opleiding glasblazen duurt vijf jaar")
    assert cells_of(comparison, "duur")[2] == []
    assert cells_of(comparison, "kosten") == [["Het lesgeld bedraagt 450 euro per jaar."], [], []]
    lessons = cells_of(comparison, "lesstof")
    assert lessons[:2] == [[], []]
    assert lessons[2][0].endswith("kleine gaten herstellen op zee.")


def test_a_row_of_a_document_is_the_same_whatever_stands_beside_it(
    comparison: Comparison, reading_room: Workspace
) -> None:
    """The company a pilot is compared in changes nothing of its cells."""
    alone = reading_room.knowledge.compare([SAILS, BINDING])
    for name in ("scholen", "lesstof", "duur"):
        assert cells_of(alone, name) == [cells_of(comparison, name)[2], cells_of(comparison, name)[0]]


def test_a_changed_document_is_compared_anew(workspace: Workspace, corpus: Path) -> None:
    """What was worked out before a change is not shown after it."""
    before = workspace.knowledge.compare([BINDING, SAILS])
    path = corpus / f"{BINDING}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("duurt drie jaar", "duurt zes jaar"), encoding="utf-8")
    workspace.sync()
    after = workspace.knowledge.compare([BINDING, SAILS])
    assert cells_of(before, "duur")[0] == ["De opleiding boekbinden duurt drie jaar."]
    assert cells_of(after, "duur")[0] == ["De opleiding boekbinden duurt zes jaar."]
    assert before.documents[0].version != after.documents[0].version


def test_an_unknown_document_is_refused(reading_room: Workspace) -> None:
    """No table is made around a hole."""
    with pytest.raises(UnknownDocument):
        reading_room.knowledge.compare([BINDING, "pilots/bestaat-niet"])


# --- the rows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "rijen: [een]",
        "rijen: {x: {nl: X, en: X}}",
        "rijen: {x: {nl: X, en: X, veld: kleur}}",
        "rijen: {x: {en: X, veld: sector}}",
        "rijen: {x: {nl: X, en: X, koppen: [de]}}",
        "niets: 1",
        "{",
    ],
)
def test_rows_that_are_not_in_form_are_refused(tmp_path: Path, text: str) -> None:
    """A file that cannot be meant so is refused with its name, in both languages."""
    path = tmp_path / "vergelijking.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"vergelijking\.yaml") as refused:
        Comparisons.load(path)
    assert "vergelijking.yaml" in refused.value.en


def test_check_reads_the_rows_before_they_go_in(tmp_path: Path) -> None:
    """`routewijzer check` names a row that is not in form, and has nothing to say of one that is."""
    path = tmp_path / "vergelijking.yaml"
    path.write_text("versie: 1\nrijen:\n  x: {nl: X, en: X, veld: kleur}\n", encoding="utf-8")
    (fault,) = check([path], VOCABULARY)[1]
    assert "kleur" in fault.message and fault.path == str(path)
    assert check([CRAFT / "vergelijking.yaml"], VOCABULARY) == (1, [])


def test_without_a_file_the_facets_are_compared(tmp_path: Path) -> None:
    """Another programme needs no list of rows to begin with."""
    assert [rule.facet for rule in Comparisons.load(tmp_path / "geen.yaml").rules] == list(ATTESTED)
