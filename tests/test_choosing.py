"""Which sentences make up an answer: definitions, what points back, what is counted off, both sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import CRAFT, make_settings, write_document
from documents import make_document

from ingest.blocks import Block
from ingest.workspace import Workspace
from kb.answer_types import enumerates, holds_type, in_asked_unit, joins, names_new
from kb.context import Context
from kb.extractive import Draft, closest
from kb.presence import presence
from kb.types import Question, Turn
from kb.units import split_units
from kb.wanted import asks_several, names_type, predicate, wanted

_WEAVING = """
# Weven

Er is veel te doen over de schering, en de schering van een wever is van wol. Een schering is het geheel van draden dat
in de lengte op het getouw staat. Daarmee begint elk doek.

Volgens de gilderegels is de proef een keurproef. Dat betekent dat een vreemde meester het doek ziet.

De inslag heeft vaak een andere kleur dan de schering. Onder kettsteek wordt een steek verstaan die als een ketting
loopt.

## Waarom de weefschool begon

De weefschool is een proef. Dit moet leiden tot minder lege werkplaatsen.

De wol was op in Kustland. Veel meesters zochten daardoor ander werk.

## Soorten doek

- zeildoek voor boten
- lakens voor jassen
- canvas voor tenten

## Wat is een weefgilde?

Zo heet de kring van wevers die samen inkopen.

## Sterke punten

De weefschool heeft drie sterke punten. Ten eerste is er altijd een meester bij. Ten tweede krijgt ieder een eigen
getouw. Ten derde zijn de lessen in de avond.

## Een doek opzetten

Bij het opzetten van een doek horen deze stappen:

1. Span de schering op de boom.
2. Haal elke draad door het riet.
3. Weef de eerste vingerbreedte los.

De eerste keer doet een meester het voor.

## Vlakweven en keperweven

Bij vlakweven gaat de draad om en om. Bij keperweven gaat de draad over twee en onder twee. Beide worden hier geleerd.

## Het getouw

Figuur 4 Getouw

Het getouw kent drie delen

- de boom waarop de draden wachten
- het riet dat de draden aandrukt
- de spoel die heen en weer gaat

Het getouw komt uit een fabriek in het zuiden (GKF).

## Het doek keuren

Hieronder leest u hoe u het doek met de hand keurt en aftekent. Houd elk doek tegen het licht, samen met de wever.
"""


@contextmanager
def beside_the_craft(folder: Path, name: str, text: str) -> Iterator[Workspace]:
    """The invented documents and one more, with the small embedding that ships."""
    with Workspace.open(make_settings(folder, CRAFT, embedder="static")) as opened:
        opened.add([write_document(folder, name, text)])
        opened.load_vectors()
        yield opened


@pytest.fixture(scope="module")
def weavers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The invented documents with one on weaving."""
    with beside_the_craft(tmp_path_factory.mktemp("weavers"), "weven", _WEAVING) as opened:
        yield opened


def draft(workspace: Workspace, text: str) -> Draft:
    return workspace.knowledge.work_out(text).draft


def understood(workspace: Workspace, text: str) -> Question:
    return workspace.knowledge.snapshot.analyst.understand(text)


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Wat is een schering?", "Een schering is het geheel"),
        ("Wat verstaat men onder een kettsteek?", "Onder kettsteek"),
        ("Wat is een weefgilde?", "Zo heet de kring"),
        ("Waarom begon de weefschool?", "Dit moet leiden tot"),
    ],
)
def test_the_sentence_that_answers_is_shown(weavers: Workspace, question: str, start: str) -> None:
    """A definition, what stands under a heading that is the question, what points back at what was asked about."""
    assert any(unit.text.startswith(start) for unit in draft(weavers, question).units)


def test_a_signpost_leads_no_answer(weavers: Workspace) -> None:
    """A sentence that only tells what the text is about to say is no answer, however well its words fit."""
    drafted = draft(weavers, "Hoe leest u of het doek met de hand gekeurd is?")
    heaviest = max(drafted.ranked, key=lambda evidence: evidence.score)
    assert heaviest.unit.text.startswith("Hieronder leest u")
    assert drafted.units[0].text.startswith("Houd elk doek tegen het licht")
    assert not any(unit.text.startswith("Hieronder leest u") for unit in drafted.units)


def test_what_a_sentence_means_comes_with_it(weavers: Workspace) -> None:
    """What begins with "Dat betekent" explains the sentence before it, which answers by a word that says too little."""
    texts = [unit.text for unit in draft(weavers, "Wat is een keurproef volgens de gilderegels?").units]
    at = texts.index("Volgens de gilderegels is de proef een keurproef.")
    assert texts[at + 1].startswith("Dat betekent dat een vreemde meester")


def test_a_list_that_nothing_introduces_is_given_whole(weavers: Workspace) -> None:
    """Where one of its items is the best answer to a question for all of them."""
    texts = [unit.text for unit in draft(weavers, "Welke soorten doek zijn er voor boten?").units]
    assert {"zeildoek voor boten", "lakens voor jassen", "canvas voor tenten"} <= set(texts)


def test_the_announcement_of_a_list_gives_no_reason(tmp_path: Path) -> None:
    """Where a list does not answer, what announces one does not lead, however well its words fit."""
    corpus = tmp_path / "corpus"
    body = (
        "Een wever die meedoet aan de weefschool, heeft deze taken:\n\n- het riet schoonhouden\n- gezellen begeleiden"
    )
    write_document(corpus, "taken", f"## Meedoen\n\n{body}", titel="Meedoen aan de weefschool")
    reason = "Wevers noemen nieuwe gezellen als reden om mee te doen."
    write_document(corpus, "redenen", f"## Redenen\n\n{reason}", titel="Wat de weefschool oplevert")
    with Workspace.open(make_settings(tmp_path / "data", corpus, embedder="none")) as opened:
        drafted = draft(opened, "Waarom zou een wever meedoen aan de weefschool?")
        assert max(drafted.ranked, key=lambda evidence: evidence.score).unit.text.endswith("deze taken:")
        assert drafted.units[0].text == reason
        assert draft(opened, "Welke taken heeft een wever die meedoet?").units[0].text.endswith("deze taken:")


def test_one_side_of_a_comparison_is_not_told_twice(tmp_path: Path) -> None:
    """Two documents that say the same of it; the other side is told in the same words and is shown."""
    corpus = tmp_path / "corpus"
    for name, text in (
        ("een", "Een vlakwever werkt zes dagen in de week aan het getouw."),
        ("twee", "Zes dagen in de week werkt een vlakwever aan het getouw."),
        ("drie", "Een keperwever werkt vier dagen in de week aan het getouw."),
    ):
        write_document(corpus, name, f"## Werk\n\n{text}", titel=f"Document {name}")
    with Workspace.open(make_settings(tmp_path / "data", corpus, embedder="none")) as opened:
        texts = [u.text for u in draft(opened, "Wat is het verschil tussen een vlakwever en een keperwever?").units]
    assert sum("vlakwever" in text for text in texts) == 1 and sum("keperwever" in text for text in texts) == 1


def test_what_two_documents_tell_is_shown_once(tmp_path: Path) -> None:
    """In other words, in another order; what adds a number or a name to it is shown."""
    one = "In de werkplaats van het gilde leren gezellen het weven van een meester die hen drie jaar begeleidt."
    again = "Het weven leren de gezellen in de werkplaats, van een meester van het gilde die hen begeleidt."
    more = "Zij leren weven op een werkplaats te Kustland, waar hun meester gezellen van dat gilde vaak begeleidt."
    said = {}
    for name, other in (("again", again), ("more", more)):
        corpus = tmp_path / name
        write_document(corpus, "een", f"## Weven\n\n{one}", titel="Leren weven")
        write_document(corpus, "twee", f"## Weven\n\n{other}", titel="Weven bij het gilde")
        with Workspace.open(make_settings(tmp_path / f"data-{name}", corpus, embedder="none")) as opened:
            drafted = draft(opened, "Hoe leren gezellen het weven in de werkplaats?")
            said[name] = {unit.text for unit in closest(drafted, 3)}
    assert len({one, again} & said["again"]) == 1
    assert said["more"] >= {one, more}


def test_what_rests_on_the_sentence_before_comes_with_it(weavers: Workspace) -> None:
    """Where a sentence says "daardoor", the cause is the sentence before it, and is shown too."""
    texts = [unit.text for unit in draft(weavers, "Waarom zochten de meesters ander werk?").units]
    assert texts[:2] == ["De wol was op in Kustland.", "Veel meesters zochten daardoor ander werk."]


def test_what_is_less_likely_stands_below_the_answer(weavers: Workspace) -> None:
    """The sentences likeliest to answer lead; those that only may hold more of it are told apart from them."""
    drafted = draft(weavers, "Wat is een schering?")
    assert drafted.leading == 1
    assert drafted.units[0].text.startswith("Een schering is het geheel")
    statements = weavers.knowledge.ask("Wat is een schering?").statements
    assert [s.further for s in statements] == [False] + [True] * (len(statements) - 1)
    assert not any(
        s.further for s in weavers.knowledge.ask("Welke stappen horen bij het opzetten van een doek?").statements
    )


def test_both_parts_of_a_question_are_answered(weavers: Workspace) -> None:
    """Who asks two things at once gets both, the first first; a half that is not sure to be there is named."""
    both = weavers.knowledge.ask("Wat is een weefgilde en wat is een schering?")
    leading = [s.text for s in both.statements if not s.further]
    assert leading[0].startswith("Zo heet de kring")
    assert any(text.startswith("Een schering is het geheel") for text in leading)
    assert both.understood == "Wat is een weefgilde en wat is een schering?"
    alone = [weavers.knowledge.ask(text).certainty for text in ("Wat is een weefgilde?", "Wat is een schering?")]
    assert both.certainty == min(alone)
    half = weavers.knowledge.ask("Wat is een weefgilde en wie is de koning van Denemarken?")
    assert half.certainty < both.certainty
    assert half.note.endswith("‘wie is de koning van Denemarken?’")
    assert not both.note


def test_a_follow_up_is_not_told_the_same_again(weavers: Workspace) -> None:
    """What the answer before said gives way to what it did not, save where it holds just the kind that is asked."""
    knowledge = weavers.knowledge
    told = " ".join(statement.text for statement in knowledge.ask("Hoe keur je een doek?").statements)
    asked = knowledge.work_out("En hoe gaat dat daarna?", [Turn("Hoe keur je een doek?", told)])
    assert asked.question.told == told
    alone = knowledge.work_out(asked.question.standalone)
    scores = {e.unit: e.score for e in alone.draft.ranked}
    less = {e.unit.said in told for e in asked.draft.ranked if e.score < scores[e.unit]}
    assert less == {True}
    assert all(e.score == scores[e.unit] for e in asked.draft.ranked if e.unit.said not in told)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("Binnen hoeveel dagen is het doek gekeurd?", "Het doek is uiterlijk vijftien werkdagen later gekeurd.", True),
        ("Op welke dagen is de les?", "Dinsdag en donderdag zijn voor het weven.", True),
        ("Op welke dagen is de les?", "De lessen duren een hele dag.", False),
        ("Wat doet het gilde?", "Het gilde keurt elk doek voor de verkoop.", True),
        ("Wat doet het gilde?", "Het gilde en de school zijn twee namen uit oude boeken.", False),
        ("Wat doet het gilde?", "De meesters van het gilde keuren elk doek.", False),
        ("Wat doet het gilde?", "Volgens het gilde is dit doek te dun.", False),
        ("Wat is de rol van het gilde?", "Ook het gilde betaalt aan de les mee.", True),
        ("Welke rol heeft het gilde?", "De leerling betaalt zelf.", False),
        ("Wie is Wieteke van Dromen?", "Meester en directeur Wieteke van Dromen bindt boeken.", True),
        ("Wie is Wieteke van Dromen?", "Volgens Wieteke van Dromen is het eerste jaar zwaar.", False),
        ("What does the gilde do?", "Het gilde keurt elk doek voor de verkoop.", True),
    ],
)
def test_who_acts_and_what_somebody_is(weavers: Workspace, question: str, text: str, held: bool) -> None:
    """What a party does is told by a sentence with it as the subject; who somebody is, by a post beside the name."""
    assert holds_type(understood(weavers, question), text) is held


def test_the_question_holds_no_answer_to_itself(weavers: Workspace) -> None:
    """Who asks who follows somebody wants another name; "open dag" in a question for a date is no word for a date."""
    follows = understood(weavers, "Wie volgt Wieteke van Dromen op?")
    assert not holds_type(follows, "Volgens Wieteke van Dromen is zij er niet meer bij.")
    assert holds_type(follows, "Namens het gilde komt Barend Zilvermeeuw.")
    assert not names_type(understood(weavers, "Wanneer is de open dag?"), "dag")
    assert names_type(understood(weavers, "Op welke dag is de keuring?"), "dag")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Er is nog rond de 12000 te besteden.", True),
        ("De kosten zijn 450 euro.", True),
        ("In 2020 is er minder te besteden.", False),
        ("Er zijn 12000 boeken gebonden.", False),
    ],
)
def test_a_sum_needs_no_currency_where_money_is_spoken_of(weavers: Workspace, text: str, held: bool) -> None:
    """Minutes say "nog 12000 te besteden"; a year is no sum, nor is a number of other things."""
    assert holds_type(understood(weavers, "Hoeveel geld is er nog?"), text) is held


def test_steps_are_not_torn_apart(weavers: Workspace) -> None:
    """Where two steps of a list answer, all of them are shown in their order, below what introduces them."""
    texts = [unit.text for unit in draft(weavers, "Hoe span je de schering en haal je de draad door het riet?").units]
    at = texts.index("Bij het opzetten van een doek horen deze stappen:")
    assert [text.split()[0] for text in texts[at : at + 4]] == ["Bij", "Span", "Haal", "Weef"]


def test_a_list_below_a_line_without_a_colon_is_given_whole(weavers: Workspace) -> None:
    """Documents of others often leave the colon out."""
    texts = [unit.text for unit in draft(weavers, "Welke delen heeft het getouw?").units]
    assert texts[0] == "Het getouw kent drie delen" and len(texts) == 4


def test_a_passage_to_read_is_more_than_its_paragraph(weavers: Workspace) -> None:
    """Who is refused reads on in the section, as far as that is short, and never into the next."""
    document = next(d for d in weavers.library.live() if "De weefschool is een proef." in d.text)
    context = weavers.knowledge.snapshot.context(document.id)
    unit = next(unit for unit in context.units if unit.text.startswith("De weefschool is een proef"))
    start, end = context.surrounding(unit)
    assert document.text[start:end].startswith("De weefschool is een proef.")
    assert document.text[start:end].endswith("zochten daardoor ander werk.")


def test_a_passage_to_read_announces_no_list_that_is_not_there() -> None:
    """Where a list is too long to be shown with it, its introduction is not the last that a reader sees."""
    listed = [Block("item", f"draad {n} " + "van grove wol " * 10) for n in range(9)]
    blocks = [Block("paragraph", "De wever kiest. Dit zijn de draden:"), *listed]
    document = make_document(blocks)
    context = Context(split_units(document), ())
    start, end = context.surrounding(context.units[0])
    assert document.text[start:end] == "De wever kiest."
    assert document.text[slice(*context.surrounding(context.units[1]))].startswith(
        "De wever kiest. Dit zijn de draden:"
    )


@pytest.mark.parametrize(
    ("question", "first"),
    [("Wat is een schering?", "Een schering is het geheel"), ("Wat is een weefgilde?", "Zo heet de kring")],
)
def test_a_definition_leads(weavers: Workspace, question: str, first: str) -> None:
    """The sentence that defines comes before those that only speak of the same."""
    best = draft(weavers, question).best
    assert best is not None and best.unit.text.startswith(first)


def test_what_is_counted_off_is_given_whole(weavers: Workspace) -> None:
    """Sentences that count off are a list, though they are written as a paragraph."""
    texts = [unit.text for unit in draft(weavers, "Welke sterke punten heeft de weefschool?").units]
    assert [text.split()[:2] for text in texts[-3:]] == [["Ten", "eerste"], ["Ten", "tweede"], ["Ten", "derde"]]
    assert "drie sterke punten" in texts[-4]


@pytest.mark.parametrize(
    "question",
    [
        "Wat is het verschil tussen vlakweven en keperweven?",
        "Hoe verschilt keperweven van vlakweven?",
        "Wat is het onderscheid tussen vlakweven en keperweven bij de weefschool?",
    ],
)
def test_both_sides_of_a_comparison(weavers: Workspace, question: str) -> None:
    """Of two things that are compared each has its sentence, however alike the two are worded."""
    texts = [unit.text for unit in draft(weavers, question).units]
    assert any(text.startswith("Bij vlakweven") for text in texts)
    assert any(text.startswith("Bij keperweven") for text in texts)


def test_a_caption_answers_nothing(weavers: Workspace) -> None:
    """A caption has the words of the question, and says nothing."""
    best = draft(weavers, "Waar komt het getouw vandaan?").best
    assert best is not None and best.unit.text.startswith("Het getouw komt")


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("Hoeveel weken duurt de proef?", "De proef duurt twee jaar.", False),
        ("Hoeveel weken duurt de proef?", "De proef duurt zes weken.", True),
        ("Hoeveel uur per week is dat?", "Dat is acht uur.", True),
        ("Hoe lang duurt de proef?", "De proef duurt twee jaar.", True),
    ],
)
def test_the_unit_of_time_that_is_asked(weavers: Workspace, question: str, text: str, held: bool) -> None:
    """Years are no answer to how many weeks."""
    assert in_asked_unit(understood(weavers, question), text) is held


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hoe vaak vergadert het gilde?", "how_often"),
        ("Hoe hoog is het lesgeld?", "measure"),
        ("Hoe hoog is de boete?", "amount"),
        ("Hoeveel tijd is er voor de proef?", "how_long"),
        ("Waar moet het geld vandaan komen?", "what"),
        ("Waar draait het om bij de proef?", "what"),
        ("Waar staat de werkplaats?", "where"),
        ("Op welke dag begon het?", "when"),
        ("Binnen hoeveel werkdagen is het klaar?", "how_long"),
        ("Hoeveel draden ziet u op een telefoon?", "how_many"),
        ("Naar welk mailadres kan ik de vraag sturen?", "contact"),
        ("Wat is het telefoonnumer van het gilde?", "contact"),
        ("Wat voor club is het gilde?", "definition"),
        ("Wat is het onderscheid tussen glas en papier?", "compare"),
        ("Glas of papier, wat maakt het uit?", "compare"),
        ("Wat is er anders aan glas dan aan papier?", "compare"),
    ],
)
def test_what_is_wanted(weavers: Workspace, text: str, kind: str) -> None:
    """Common forms of a question and the kind of answer that each wants."""
    assert wanted(understood(weavers, text)) == kind


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Welke doeken keurt het gilde?", True),
        ("Welke mbo-scholen doen mee?", True),
        ("Welke vijf dingen vraagt het gilde?", True),
        ("Welke school begon als eerste?", False),
        ("Vanaf welke grootte is een doek zeil?", False),
        ("Welke meester of leerling keurt het?", True),
        ("Which weaver keeps the wool?", False),
    ],
)
def test_one_of_a_sort_is_no_list(weavers: Workspace, text: str, several: bool) -> None:
    """'Welke school' asks for one, so that of a list the item that fits is the answer."""
    assert asks_several(understood(weavers, text)) is several


def test_what_something_is_asked_to_be(weavers: Workspace) -> None:
    """Of a question that wants yes or no the last word behind 'een' or 'als'; a sentence that names it leads."""
    assert predicate(understood(weavers, "Is de weefschool van Kustland een proef?")) == "proef"
    assert predicate(understood(weavers, "Geldt de les als vak?")) == "vak"
    assert predicate(understood(weavers, "Wie begon een proef?")) == ""
    assert draft(weavers, "Is de weefschool een proef?").units[0].text == "De weefschool is een proef."


def test_what_a_text_names(weavers: Workspace) -> None:
    """A row of things, two things together, and a name or number that the question has not."""
    assert enumerates("Er zijn drie vakken: weven, spinnen en verven.") and not enumerates("Er zijn drie vakken.")
    assert joins("Het gilde werkt met wol en zijde.") and not joins("Het gilde werkt met wol.")
    question = understood(weavers, "Welke scholen werken samen met Kustland?")
    assert names_new(question, "De school van Berkenhof werkt mee.")
    assert not names_new(question, "De school van Kustland werkt met scholen.")


@pytest.mark.parametrize(
    ("text", "terms"), [("Zijn er gilden in Noord-Zeeland?", 1), ("Zijn er gilden in zee-zeilen?", 2)]
)
def test_a_name_with_a_hyphen_is_one(weavers: Workspace, text: str, terms: int) -> None:
    """A region is not met by half of its name; words that a hyphen joins are looked for by themselves."""
    assert len([term for term in understood(weavers, text).terms if term.text != "gilden"]) == terms


def test_half_of_two_names_is_not_a_name(weavers: Workspace) -> None:
    """The words of a name stand together; where only the words of a text are known, that they are there is enough."""
    name = next(t for t in understood(weavers, "Zijn er gilden in Noord-Kustland?").terms if t.name)
    assert presence(name, ("noord", "kustland")) == 1.0
    assert presence(name, ("noord", "holland", "en", "kustland")) == 0.0
    assert presence(name, frozenset({"holland", "kustland", "noord"})) == 1.0


_FACTS = """
# De toonzaal

## Wat er te zien is

In de toonzaal zijn deze doeken te zien:

- zeildoek uit Kustland
- lakens uit Berkenhof
- canvas uit Hoorn

De toonzaal toont de doeken in het najaar. In de toonzaal hangt ook een oud getouw.

## Rooster

| Dag | Doek | Zaal |
|--|--|--|
| maandag | zeildoek | blauw |
| dinsdag | lakens | groen |

## Voorwaarden

Voor de toonzaal gelden deze voorwaarden:

- De wever is lid van het gilde.
- De wever betaalt een inleg.
- Het doek is van wol.
- De meester keurt het doek.

## Het jaarplan

Het jaarplan van de toonzaal ligt klaar. Iedereen mag het lezen.

Onderdelen van het jaarplan:

- een nieuwe blauwe zaal
- een avond voor de buren

## De proefweek

Van de proefweek zijn drie uitkomsten bekend:

- Het opzetten van een getouw kost meer tijd dan gedacht, ook al helpt een meester de leerling daarbij.
- De kleuren van wede blijven langer mooi dan die van meekrap, zo zien ook de leden van de raad.
- Het samen leren van vroeger werkt nog steeds goed, als scholen en bedrijven elkaar maar kennen.

De proefweek is het werk van de weefschool van Kustland.

## De cursus

In de cursus ververij leer je blauw maken met wede. Ook leer je in de ververij wol ontvetten. Daarnaast is er koffie.

## De hal

https://kustland.example/meester/van/de/hal

De meester van de hal heet Wieteke van Dromen.

Over de hal:

- De hal is geen:
- slaapplaats
- keuken
- De hal is wel:
- werkplaats
"""


@pytest.fixture(scope="module")
def showroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with beside_the_craft(tmp_path_factory.mktemp("showroom"), "toonzaal", _FACTS) as opened:
        yield opened


def test_sentences_stand_below_a_list(showroom: Workspace) -> None:
    """A list is the answer itself; a sentence that may hold more of it stands below, and repeats nothing."""
    found = draft(showroom, "Wat is er te zien in de toonzaal?")
    leading, further = found.units[: found.leading], found.units[found.leading :]
    assert [unit.kind for unit in leading] == ["sentence", "item", "item", "item"]
    assert further and all(unit.kind == "sentence" for unit in further)


def test_the_heads_of_a_table_are_no_answer(showroom: Workspace) -> None:
    """A row is shown with the heads of its columns; the row that holds them says nothing by itself."""
    found = draft(showroom, "Welk doek hangt op welke dag in welke zaal?")
    texts = [evidence.unit.text for evidence in found.ranked]
    assert "maandag | zeildoek | blauw" in texts and "Dag | Doek | Zaal" not in texts


def test_a_list_with_people_in_it_does_not_tell_who(showroom: Workspace) -> None:
    """What items say of people far on in them is no list of who did it; nor does it stand below the answer in part."""
    found = draft(showroom, "Wie heeft de proefweek gedaan?")
    assert found.units[0].text == "De proefweek is het werk van de weefschool van Kustland."
    assert not any(unit.kind == "item" for unit in found.units)


def test_a_list_soon_behind_the_sentence_is_the_answer(showroom: Workspace) -> None:
    """Where several things are asked for, and what introduces the list names them."""
    shown = [unit.text for unit in draft(showroom, "Wat staat er op het jaarplan van de toonzaal?").units]
    assert "Onderdelen van het jaarplan:" in shown and "een avond voor de buren" in shown


def test_a_sentence_that_adds_to_the_answer_belongs_to_it(showroom: Workspace) -> None:
    """'Ook leer je …' goes on with what was asked, and 'daarnaast is er koffie' does not."""
    found = draft(showroom, "Wat leer je in de cursus ververij?")
    leading = [unit.text for unit in found.units[: found.leading]]
    assert leading[:2] == [
        "In de cursus ververij leer je blauw maken met wede.",
        "Ook leer je in de ververij wol ontvetten.",
    ]
    assert "Daarnaast is er koffie." not in leading


def test_an_address_alone_is_no_answer(showroom: Workspace) -> None:
    """It has the words of what stands there; only who asks for a page or a place is helped by it."""
    others = [e.unit.text for e in draft(showroom, "Wie is de meester van de hal van Kustland?").ranked]
    assert others and "https://kustland.example/meester/van/de/hal" not in others
    addresses = [e.unit.text for e in draft(showroom, "Op welke site staat de meester van de hal?").ranked]
    assert "https://kustland.example/meester/van/de/hal" in addresses


def test_an_item_is_shown_with_what_denies_it(showroom: Workspace) -> None:
    """'Slaapplaats' below 'De hal is geen:' would say the opposite alone; an item with a colon has items of its own."""
    shown = [unit.text for unit in draft(showroom, "Is de hal een slaapplaats?").units]
    assert shown[:2] == ["De hal is geen:", "slaapplaats"]
    context = showroom.knowledge.snapshot.context("toonzaal")
    of_hall = {unit.text: unit for unit in context.units}
    assert [unit.text for unit in context.items(of_hall["De hal is wel:"])] == ["werkplaats"]
    assert [unit.text for unit in context.items(of_hall["Over de hal:"])] == [
        "De hal is geen:",
        "slaapplaats",
        "keuken",
        "De hal is wel:",
        "werkplaats",
    ]


def test_the_title_once_more_is_no_answer(tmp_path: Path) -> None:
    """A first page repeats the title, which names all that is asked and tells nothing of it."""
    text = "Verslag van de zeilkamer\n\nIn de zeilkamer hangt een verslag van de les. De zeilkamer gaat in mei open."
    with beside_the_craft(tmp_path, "verslag zeilkamer", text) as opened:
        context = opened.knowledge.snapshot.context("verslag-zeilkamer")
        assert [unit.text for unit in context.units if context.repeats_title(unit)] == ["Verslag van de zeilkamer"]
        texts = [e.unit.text for e in draft(opened, "Wanneer gaat de zeilkamer van het verslag open?").ranked]
        assert "De zeilkamer gaat in mei open." in texts and "Verslag van de zeilkamer" not in texts


def test_most_of_a_list_brings_the_rest(showroom: Workspace) -> None:
    """Of conditions none is left out where most are shown, also where no list was asked for."""
    found = draft(showroom, "Mag een wever die geen lid is, niet betaalt en geen wol weeft in de toonzaal?")
    items = [unit.text for unit in found.units if unit.kind == "item"]
    assert len(items) == 4


def test_as_many_as_are_asked_for(showroom: Workspace) -> None:
    """Who asks for four things wants the list of four, however well another fits."""
    found = draft(showroom, "Welke vier dingen gelden voor wie in de toonzaal wil?")
    assert [unit.text for unit in found.units[:2]] == [
        "Voor de toonzaal gelden deze voorwaarden:",
        "De wever is lid van het gilde.",
    ]
    assert len(found.units[: found.leading]) == 5


def test_readers_have_names_of_their_own(showroom: Workspace) -> None:
    """A compound that no document knows is the two words that documents do know; one that is known stays whole."""
    asked = [term.text for term in understood(showroom, "Wie leidt de lakenzaal?").terms]
    assert "lakenzaal" not in asked and {"laken", "zaal"} <= set(asked)
    assert "toonzaal" in [term.text for term in understood(showroom, "Wie leidt de toonzaal?").terms]


def test_what_is_denied_is_not_the_same_again(tmp_path: Path) -> None:
    """Nearly the same words say another thing where one of them denies it."""
    text = (
        "# De kaart\n\nDe kaart van het gilde geldt voor wevers van doek in Kustland, en ook in Hoorn en Berkenhof.\n\n"
    )
    text += "## Hoorn\n\nDe kaart van het gilde geldt niet voor wevers van doek in Hoorn.\n"
    with beside_the_craft(tmp_path, "kaart", text) as opened:
        texts = [unit.text for unit in closest(draft(opened, "Geldt de kaart van het gilde voor wevers in Hoorn?"), 5)]
    assert any("geldt voor" in one for one in texts) and any("geldt niet voor" in one for one in texts)
