"""What is asked: the kind of answer, the words that count, the values that are named, what a follow-up leaves out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from conftest import CRAFT
from hypothesis import given
from hypothesis import strategies as st

from ingest.workspace import Workspace
from kb.errors import SettingsError
from kb.glossary import Glossary
from kb.kinds import kind_of
from kb.language import stem
from kb.question import Analyst, WordStatistics
from kb.types import Question, Turn
from kb.vocabulary import Vocabulary


@pytest.fixture
def analyst(reading_room: Workspace) -> Analyst:
    return reading_room.knowledge.snapshot.analyst


def follow(analyst: Analyst, before: str, text: str, answer: str = "") -> Question:
    return analyst.understand(text, [Turn(before, answer)])


# --- kinds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Wie is de leermeester?", "who"),
        ("Who leads the programme?", "who"),
        ("Wanneer begon het programma?", "when"),
        ("In welk jaar begon het?", "when"),
        ("When did it start?", "when"),
        ("Wanneer word je gezel?", "what"),
        ("Wanneer is een doek te dun voor zeil?", "what"),
        ("Wanneer is een open dag?", "when"),
        ("Hoeveel leerlingen zijn er?", "how_many"),
        ("How many pupils are there?", "how_many"),
        ("Wat kost de opleiding?", "amount"),
        ("How much is the fee?", "amount"),
        ("Hoe lang duurt de opleiding?", "how_long"),
        ("How long does it take?", "how_long"),
        ("Welke pilots zijn er?", "list"),
        ("Which pilots are there?", "list"),
        ("Waar staat de werf?", "where"),
        ("Wat is een meesterproef?", "definition"),
        ("What is a master test?", "definition"),
        ("Waarom heet het zo?", "why"),
        ("Waarom duurt het vijf jaar?", "why"),
        ("Why five years?", "why"),
        ("Hoe meldt een werkplaats zich?", "how"),
        ("Is het werk zwaar?", "yes_no"),
        ("Wat is het verschil tussen een gezel en een meester?", "compare"),
        ("boekbinden lesgeld", "keywords"),
        ("", "keywords"),
    ],
)
def test_the_kind_of_answer(text: str, kind: str) -> None:
    """The form of a question tells what kind of answer it wants; words without a question are keywords."""
    assert kind_of(text) == kind


# --- terms --------------------------------------------------------------------------------------------------------


def test_only_words_of_substance_are_terms(analyst: Analyst) -> None:
    """Grammar is left out; what is left keeps its order, and no word counts twice."""
    question = analyst.understand("Welke boeken bindt de leerling, en welke boeken niet?")
    assert [term.stems for term in question.terms] == [(stem("boeken"),), (stem("bindt"),), (stem("leerling"),)]


def test_a_phrase_is_one_term(analyst: Analyst) -> None:
    """Words that the glossary or the values know together are one term, with what may stand for it."""
    question = analyst.understand("Wat doet de Noorderlicht Academie?")
    (term,) = [term for term in question.terms if len(term.stems) > 1]
    assert term.text == "Noorderlicht Academie"
    assert term.name
    assert (stem("nla"),) in [way for way, _ in term.alternatives]


def test_synonyms_and_translations_may_stand_in(analyst: Analyst) -> None:
    """A Dutch synonym stands in for a word, and Dutch words for an English one; each for less than the word itself."""
    (dutch,) = analyst.understand("prijs").terms
    assert (stem("kosten"),) in [way for way, _ in dutch.alternatives]
    english = next(t for t in analyst.understand("What is a master test?").terms if len(t.stems) == 2)
    assert (stem("meesterproef"),) in [way for way, _ in english.alternatives]
    assert all(0 < weight < 1 for term in (dutch, english) for _, weight in term.alternatives)


def test_rare_words_weigh_more(analyst: Analyst) -> None:
    """A word that is everywhere in the collection says less than one that is in one place."""
    weights = {term.text: term.weight for term in analyst.understand("leerling meesterproef").terms}
    assert 0 < weights["leerling"] < weights["meesterproef"] <= 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("boekbindn", "boekbinden"),
        ("leermeestr", "leermeester"),
        ("zeilmakn", "zeilmaken"),
        ("meesterprof", "meesterproef"),
    ],
)
def test_typing_errors_are_mended(analyst: Analyst, typed: str, meant: str) -> None:
    """A word that nobody knows becomes the word of the collection that it is nearest to."""
    assert stem(meant) in [s for term in analyst.understand(f"Vertel over {typed}").terms for s in term.stems]


@pytest.mark.parametrize("word", ["schaatsen", "fiets", "boekbinden"])
def test_words_that_exist_are_left_alone(analyst: Analyst, word: str) -> None:
    """An ordinary Dutch word is never bent into a word of the collection."""
    (term,) = analyst.understand(word).terms
    assert term.stems == (stem(word),)


def test_a_version_is_one_name(analyst: Analyst) -> None:
    """Another version is another thing, and a sum of money is none."""
    (version,) = [term for term in analyst.understand("Wat staat er in versie 2.0?").terms if term.name]
    assert (version.text, version.stems) == ("2.0", ("2", "0"))
    assert not any(term.name for term in analyst.understand("Krijg ik 5,4 of 12.000?").terms)


def test_numbers_are_met_as_a_text_writes_them(analyst: Analyst) -> None:
    """'2e' is 'tweede', 'de jaren 90' are 'negentig', and a name may be typed at its number."""

    def ways(text: str, at: str) -> list[tuple[str, ...]]:
        return [way for term in analyst.understand(text).terms if term.text == at for way, _ in term.alternatives]

    assert (stem("tweede"),) in ways("Wat is de 2e proef?", "2e")
    assert (stem("negentig"),) in ways("Hoe was dat in de jaren 90?", "90")
    assert (stem("negentig"),) not in ways("Zijn er 90 leerlingen?", "90")
    assert (stem("tiende"),) in ways("Wat is de 10e proef?", "10e")
    assert [term.text for term in analyst.understand("Wat deed leerling2031?").terms][-2:] == ["leerling", "2031"]


def test_years_are_noted(analyst: Analyst) -> None:
    """The years that a question names are kept, each once."""
    assert analyst.understand("Hoeveel leerlingen in 2031, en in 2032, en 2031?").years == ("2031", "2032")


def test_the_head_of_a_question(analyst: Analyst) -> None:
    """What is counted or listed follows the question word, past articles and adjectives."""
    assert analyst.understand("Welke nieuwe pilots zijn er?").head[0] == stem("pilots")
    assert analyst.understand("Hoeveel leerlingen telt de pilot?").head[0] == stem("leerlingen")
    assert analyst.understand("Wie leidt het?").head == ()


# --- facets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("Welke pilots zijn er in de boekbinderij?", ("sector", "boekbinderij")),
        ("Welke pilots zijn er in de zeilmakersbranche?", ("sector", "zeilmakerij")),
        ("Which pilots are there in glassblowing?", ("sector", "glasblazerij")),
        ("Wat doet NLA?", ("hogescholen", "Noorderlicht Academie")),
        ("waar zit het boekbindersgilde", ("partners", "Boekbindersgilde")),
        ("opleidingen op gezellenniveau", ("niveau", "gezel")),
    ],
)
def test_values_are_recognised_in_any_spelling(analyst: Analyst, text: str, facet: tuple[str, str]) -> None:
    """A sector, school, partner or level that a question names is found by any of its spellings."""
    assert facet in analyst.understand(text).facets


def test_the_longest_spelling_wins() -> None:
    """Where one name is part of another, the longer one is meant; offsets point at what was typed."""
    vocabulary = Vocabulary.load(CRAFT / "waarden.yaml")
    text = "Van Noorderlicht Academie tot Zeilwerf De Fok"
    named = [(value.name, text[start:end]) for value, start, end in vocabulary.named_in(text)]
    assert named == [("Noorderlicht Academie", "Noorderlicht Academie"), ("Zeilwerf De Fok", "Zeilwerf De Fok")]


# --- follow-ups ---------------------------------------------------------------------------------------------------


def test_without_history_a_question_stands_alone(analyst: Analyst) -> None:
    """Nothing is added where nothing came before; only white space is tidied."""
    assert analyst.understand("En  in de\nzeilmakerij?").standalone == "En in de zeilmakerij?"


def test_a_new_value_takes_the_place_of_the_old(analyst: Analyst) -> None:
    """A follow-up "and in …?" asks the same of another sector."""
    question = follow(analyst, "Welke pilots zijn er in de boekbinderij?", "En in de zeilmakerij?")
    assert question.standalone == "Welke pilots zijn er in de zeilmakerij?"
    assert ("sector", "zeilmakerij") in question.facets
    assert ("sector", "boekbinderij") not in question.facets
    assert question.kind == "list"


def test_a_new_value_in_english(analyst: Analyst) -> None:
    """The same in English."""
    question = follow(analyst, "Which pilots are there in bookbinding?", "And in sailmaking?")
    assert question.standalone == "Which pilots are there in sailmaking?"
    assert question.language == "en"


def test_a_pronoun_gets_its_subject(analyst: Analyst) -> None:
    """A question with a pronoun takes its subject from the question before."""
    question = follow(analyst, "Wat is een meesterproef?", "Wie beoordelen die?")
    assert stem("meesterproef") in [s for term in question.terms for s in term.stems]
    assert question.kind == "who"


def test_who_asks_about_the_name_in_the_answer(analyst: Analyst) -> None:
    """A follow-up "who is that?" is about the name that the last answer gave."""
    answer = "De leermeester is Wieteke van Dromen, die dertig jaar boeken bindt. [1]"
    question = follow(analyst, "Wie is de leermeester van boekbinden?", "Wie is dat?", answer)
    assert "Wieteke van Dromen" in question.standalone


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("Wat staat er in het leercontract?", "En in onze gildebrief?", "Wat staat er in het gildebrief?"),
        ("Hoe lang duurt het bij een gewone gezel?", "en bij een wever?", "Hoe lang duurt het bij een wever?"),
    ],
)
def test_what_stands_behind_the_same_preposition_is_replaced(
    analyst: Analyst, before: str, text: str, whole: str
) -> None:
    """A follow-up "and in …?" replaces what stood behind "in", be it a known value or not."""
    assert follow(analyst, before, text).standalone == whole


def test_the_next_question_is_about_the_subject_and_not_about_what_was_asked_of_it(analyst: Analyst) -> None:
    """After "de conclusies van het onderzoek" a follow-up is about that investigation."""
    question = follow(analyst, "Wat zijn de conclusies van de gildeproef?", "Hoe gingen ze daarbij te werk?")
    assert "gildeproef" in question.standalone
    assert "conclusies" not in question.standalone
    who = follow(
        analyst, "Wat zijn de regels van de gildeproef?", "Wie heeft die bedacht?", "Meester Van Dromen keurt."
    )
    assert "gildeproef" in who.standalone


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Wat is een schering en wat is een weefgilde?", ("Wat is een schering?", "wat is een weefgilde?")),
        ("Wie keurt het doek, en wat kost dat?", ("Wie keurt het doek?", "wat kost dat (doek)?")),
        ("Wanneer begon de weefschool en met welke meesters?",
         ("Wanneer begon de weefschool?", "met welke meesters (weefschool)?")),
        ("Wat is het verschil tussen wie weeft en wie bindt?", None),
        ("Wie en wat horen bij het gilde?", None),
        ("Hoe kiezen meesters en leerlingen een werkplaats?", None),
        ("Wat doet een meester en waarom?", None),
    ],
)  # fmt: skip
def test_a_question_of_two_parts(analyst: Analyst, text: str, parts: tuple[str, str] | None) -> None:
    """Two questions in one sentence are told apart, and the second made whole where it leans on the first."""
    assert analyst.conversation.parts(text) == parts


def test_a_verb_in_two_parts_says_more_than_its_verb_alone(analyst: Analyst) -> None:
    """Who asks "hoe krijg ik meesters mee" does not ask what masters get; "waar gaat het over" has no such verb."""
    assert stem("meekrijgen") in [s for t in analyst.understand("Hoe krijg ik meesters mee?").terms for s in t.stems]
    about = analyst.understand("Waar gaat het gildeboek over?")
    assert stem("overgaan") not in [s for t in about.terms for s in t.stems]


def test_a_whole_question_is_left_as_it_is(analyst: Analyst) -> None:
    """A question that stands by itself takes nothing from the history."""
    text = "Hoeveel euro lesgeld vraagt de opleiding boekbinden per jaar?"
    assert follow(analyst, "Welke pilots zijn er in de zeilmakerij?", text).standalone == text


# --- language -----------------------------------------------------------------------------------------------------


def test_the_language_is_guessed_unless_told(analyst: Analyst) -> None:
    """The language of a question is heard from its words; who says it, is believed."""
    assert analyst.understand("Which pilots are there?").language == "en"
    assert analyst.understand("Welke pilots zijn er?").language == "nl"
    assert analyst.understand("Which pilots are there?", language="nl").language == "nl"


def test_a_short_follow_up_has_the_language_of_the_conversation(analyst: Analyst) -> None:
    """A follow-up too short to tell its language is taken with the question before."""
    assert follow(analyst, "Which pilots are there at the Waterland School?", "of NLA?").language == "en"
    assert follow(analyst, "Welke pilots zijn er bij de Waterland School?", "of NLA?").language == "nl"


# --- anything -----------------------------------------------------------------------------------------------------


@given(st.text(max_size=80), st.lists(st.builds(Turn, st.text(max_size=40), st.text(max_size=40)), max_size=2))
def test_any_text_can_be_understood(reading_room: Workspace, text: str, history: list[Turn]) -> None:
    """Whatever is typed, after whatever was said, gives a question whose terms have weights from 0 to 1."""
    question = reading_room.knowledge.snapshot.analyst.understand(text, history)
    assert question.text == text
    assert all(term.stems and 0 < term.weight <= 1 for term in question.terms)


# --- the files behind it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("load", [Glossary.load, Vocabulary.load])
def test_an_absent_file_is_an_empty_one(load: object, tmp_path: Path) -> None:
    """Without glossary or values questions are understood by their words alone."""
    load(tmp_path / "nergens.yaml")  # type: ignore[operator]
    (tmp_path / "leeg.yaml").write_text("")
    load(tmp_path / "leeg.yaml")  # type: ignore[operator]


@pytest.mark.parametrize(
    "data", [b"a: [", b"- een\n", b"begrippen: [een]\nsector: [een]\n", "woorden: [één]".encode("cp1252")]
)
@pytest.mark.parametrize("load", [Glossary.load, Vocabulary.load])
def test_a_file_that_is_not_in_form_is_named(load: object, data: bytes, tmp_path: Path) -> None:
    """A mistake in one of the files is a setting that cannot be used, with the file's name, never a crash."""
    path = tmp_path / "lijst.yaml"
    path.write_bytes(data)
    with pytest.raises(SettingsError, match=r"lijst\.yaml"):
        load(path)  # type: ignore[operator]


def test_one_spelling_need_not_be_a_list(tmp_path: Path) -> None:
    """Who gives a single other spelling without brackets means that spelling, not its letters."""
    (tmp_path / "waarden.yaml").write_text("partners:\n  Kristalhuis: {ook: KH}\n", encoding="utf-8")
    (value,) = Vocabulary.load(tmp_path / "waarden.yaml").values
    assert value.variants == ("KH",)
    (tmp_path / "begrippen.yaml").write_text(
        "begrippen:\n  - {term: proef, ook: toets, engels: test}\n", encoding="utf-8"
    )
    (entry,) = Glossary.load(tmp_path / "begrippen.yaml").entries
    assert (entry.also, entry.english) == (("toets",), ("test",))


def test_the_glossary_explains_what_a_text_names() -> None:
    """The terms that stand in a text, in any spelling, come with their explanation."""
    glossary = Glossary.load(CRAFT / "begrippen.yaml")
    assert [entry.term for entry in glossary.explain("De eindproef wordt in de leerwerkplaats gemaakt.")] == [
        "LWP",
        "meesterproef",
    ]
    assert glossary.explain("Niets bijzonders.") == []


def test_a_word_stands_for_what_denies_it(analyst: Analyst) -> None:
    """Who asks whether work may be unpaid is told who pays; "onderwijs" denies nothing."""
    by_text = {term.text: term for term in analyst.understand("Mag onbetaald onderwijs?").terms}
    assert (stem("betaald"),) in dict(by_text["onbetaald"].alternatives)
    assert (stem("derwijs"),) not in dict(by_text["onderwijs"].alternatives)


def test_a_particle_belongs_to_its_verb_before_a_preposition(analyst: Analyst) -> None:
    """In "draait … op voor" stands "opdraaien voor", also where the particle is not the last word."""
    terms = analyst.understand("Wie draait op voor de wol?").terms
    assert (stem("opdraaien"),) in [way for term in terms for way in (term.stems, *dict(term.alternatives))]


@pytest.mark.parametrize("name", ["iPhone", "eHerkenning"])
def test_a_capital_inside_a_word_makes_it_a_name(analyst: Analyst, name: str) -> None:
    """Names that begin small are names: a document that answers must know them."""
    assert [term.name for term in analyst.understand(f"Werkt het op een {name}?").terms if term.text == name] == [True]


def test_a_bare_question_is_about_what_was_asked_before(analyst: Analyst) -> None:
    """Who asks "hoeveel?" asks of the subject before it; what was a follow-up itself is made whole first."""
    assert "leerlingen" in follow(analyst, "Zijn er leerlingen?", "Hoeveel?").standalone
    turns = [Turn("Welke pilots zijn er in het boekbinden?"), Turn("en in het zeilmaken?")]
    assert analyst.understand("wie doen daaraan mee?", turns).standalone == "wie doen daaraan mee (pilots zeilmaken)?"


def test_who_names_nothing_means_what_the_documents_are_about(tmp_path: Path) -> None:
    """The subject of the glossary is meant by "de projectleider", and no passage needs to say it; where it is known."""
    (tmp_path / "begrippen.yaml").write_text("onderwerp: gildeprogramma Ambachtspad\n", encoding="utf-8")
    glossary = Glossary.load(tmp_path / "begrippen.yaml")
    known = WordStatistics(9, Counter({stem("gildeprogramma"): 4, stem("ambachtspad"): 4}), Counter())
    analyst = Analyst(glossary, Vocabulary(()), known)
    asked = analyst.understand("Wie is de projectleider?")
    assert asked.standalone == "Wie is de projectleider (gildeprogramma Ambachtspad)?"
    assert [(term.text, term.light) for term in asked.terms] == [
        ("projectleider", False),
        ("gildeprogramma", True),
        ("Ambachtspad", True),
    ]
    assert analyst.understand("Wie is de projectleider van de werf?").standalone.endswith("van de werf?")
    light = {term.text: term.light for term in analyst.understand("Wat doet de werf in het gildeprogramma?").terms}
    assert (light["werf"], light["gildeprogramma"]) == (False, True)
    unknown = Analyst(glossary, Vocabulary(()), WordStatistics(9, Counter(), Counter()))
    assert unknown.understand("Wie is de projectleider?").standalone == "Wie is de projectleider?"
