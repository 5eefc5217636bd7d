"""The plan for a new route: its steps, the sentences they rest on, the nearest examples, and what is taken along."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from conftest import CRAFT, make_settings

from ingest.authoring import check
from ingest.workspace import Workspace
from kb.citations import holds
from kb.errors import InvalidRequest, RouteTemplateError
from kb.route_answers import Answers, understood
from kb.route_plan import RoutePlan
from kb.route_template import RouteTemplate
from kb.vocabulary import Vocabulary
from ui import route_export, route_view
from ui.texts import EN, NL, Texts

TEMPLATE = CRAFT / "routeplan.yaml"


def _plan(workspace: Workspace, role: str = "academie", **given: object) -> RoutePlan:
    knowledge = workspace.knowledge
    return knowledge.route_plan(understood(knowledge.routes, knowledge.vocabulary, role, **given))  # type: ignore[arg-type]


def _ids(plan: RoutePlan) -> list[str]:
    return [step.id for step in plan.steps]


# --- which steps --------------------------------------------------------------------------------------------------


def test_steps_follow_role_level_and_situation(reading_room: Workspace) -> None:
    """A step is there for whom it is meant, and its number counts what is there."""
    every = _plan(reading_room)
    assert _ids(every) == ["doelen", "gilde", "overeenkomst", "gezel-loon"]
    assert [step.number for step in every.steps] == [1, 2, 3, 4]
    assert [(phase.title, len(phase.steps)) for phase in every.phases] == [("Begin", 2), ("Werk", 2)]
    assert "aanmelden" in _ids(_plan(reading_room, "werkplaats", situation=["nieuw"]))
    assert "aanmelden" not in _ids(_plan(reading_room, "werkplaats", situation=["bekend"]))
    assert "aanmelden" not in _ids(_plan(reading_room, "academie", situation=["nieuw"]))
    assert "gilde" not in _ids(_plan(reading_room, situation=["met-gilde"]))
    assert "gezel-loon" not in _ids(_plan(reading_room, level="meester"))
    assert "gezel-loon" in _ids(_plan(reading_room, level="gezel"))


def test_every_passage_is_exact_and_numbered(reading_room: Workspace) -> None:
    """The quote of each citation stands in its version to the letter, and each number leads to one."""
    plan = _plan(reading_room, sector="boekbinderij")
    assert [citation.number for citation in plan.citations] == list(range(1, len(plan.citations) + 1))
    for citation in plan.citations:
        assert holds(reading_room.library.document(citation.document_id, citation.version), citation)
    used = {n for step in plan.steps for n in step.citations} | {n for p in plan.pilots for n in p.citations}
    assert used == {citation.number for citation in plan.citations}


def test_a_list_belongs_to_its_sentence(reading_room: Workspace) -> None:
    """The items of the list are told, and the quote spans them."""
    plan = _plan(reading_room)
    (action,) = plan.steps[0].actions
    assert action.points == (
        "oude ambachten bewaren;", "jongeren aan een vak helpen;", "werkplaatsen van nieuwe mensen voorzien.",
    )  # fmt: skip
    quote = plan.citations[action.citations[0] - 1].quote
    assert quote.startswith("Het ambachtspad heeft drie doelen:") and quote.endswith("mensen voorzien.")


def test_our_words_are_in_the_language_that_was_asked(reading_room: Workspace) -> None:
    """The plan speaks English; what is quoted stays as it is written."""
    knowledge = reading_room.knowledge
    plan = knowledge.route_plan(Answers("academie", "zorg"), "en")
    assert plan.steps[0].title == "Read what the path wants"
    assert plan.steps[0].actions[0].text == "See whether you have the same goals."
    assert plan.note == "The documents hold no pilot in the sector zorg. The examples come from other sectors."
    assert "drie doelen" in plan.citations[plan.steps[0].actions[0].citations[0] - 1].quote


def test_what_the_documents_do_not_say_is_not_filled_in(reading_room: Workspace) -> None:
    """A step without evidence has no actions and cites nothing."""
    step = next(step for step in _plan(reading_room).steps if step.id == "gezel-loon")
    assert (step.covered, step.actions, step.citations) == (False, (), ())
    assert step.question == "Hoeveel gulden betaalt u?"


def test_a_plan_is_not_a_question_of_a_visitor(reading_room: Workspace) -> None:
    """What the plan looks up itself is not noted as asked, so that it is no gap."""
    before = reading_room.knowledge.journal.misses()
    _plan(reading_room)
    assert reading_room.knowledge.journal.misses() == before


# --- when documents change ----------------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path: Path, corpus: Path) -> Iterator[tuple[Workspace, Path]]:
    """A workspace of which the guide for workshops can be rewritten."""
    with Workspace.open(make_settings(tmp_path, corpus, route_plan=corpus / "routeplan.yaml")) as opened:
        yield opened, corpus / "handreiking" / "voor-werkplaatsen.md"


def _rewrite(workspace: Workspace, path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert workspace.sync().failed == ()


def _agreement(workspace: Workspace) -> list[tuple[str, bool]]:
    step = next(step for step in _plan(workspace).steps if step.id == "overeenkomst")
    return [(action.text, action.literal) for action in step.actions]


def test_a_changed_sentence_takes_the_place_of_our_words(changed: tuple[Workspace, Path]) -> None:
    """As soon as the document says something else, the plan says what the document says."""
    workspace, path = changed
    assert _agreement(workspace) == [
        ("Teken met leerling, werkplaats en school, en zet er loon en lesdagen in.", False)
    ]
    _rewrite(workspace, path, "In de leerovereenkomst staan het loon,", "In de leerovereenkomst staan nooit het loon,")
    ((text, literal),) = _agreement(workspace)
    assert literal and "nooit het loon" in text
    lost = workspace.knowledge.route_planner().lost()
    assert [step.id for step, _ in lost] == ["overeenkomst"]


def test_a_sentence_that_went_is_searched_for(changed: tuple[Workspace, Path]) -> None:
    """Where nothing like it stands in the document any more, another document that answers the question steps in."""
    workspace, path = changed
    text = path.read_text(encoding="utf-8")
    section = text[text.index("## Leerovereenkomst") : text.index("## Veiligheid")]
    _rewrite(workspace, path, section, "")
    other = path.with_name("tekenen.md")
    moved = "Een leerovereenkomst is een afspraak op papier tussen de gezel en de meester."
    head = text[: text.index("# Handreiking")].replace("titel: Handreiking voor werkplaatsen", "titel: Tekenen")
    other.write_text(f"{head}# Leerovereenkomst tekenen\n\n{moved}\n", encoding="utf-8")
    assert workspace.sync().failed == ()
    assert _agreement(workspace) == [(moved, True)]
    other.unlink()
    assert workspace.sync().failed == ()
    assert _agreement(workspace) == [], "and where there is nothing, nothing is filled in"


def test_a_document_that_is_set_apart_holds_up_nothing(changed: tuple[Workspace, Path]) -> None:
    """What may not be answered from may not be planned from."""
    workspace, _ = changed
    workspace.withhold("handreiking/voor-werkplaatsen")
    assert not any(c.document_id == "handreiking/voor-werkplaatsen" for c in _plan(workspace).citations)


# --- examples -----------------------------------------------------------------------------------------------------


def _example(plan: RoutePlan, step_id: str) -> str | None:
    example = next(step for step in plan.steps if step.id == step_id).example
    return example.document_id if example else None


@pytest.mark.parametrize(
    ("sector", "level", "expected"),
    [
        ("zeilmakerij", None, "pilots/waterland-zeilmaken"),
        ("bookbinding", "meester", "pilots/noorderlicht-boekbinden"),
        (None, "meester", "pilots/noorderlicht-glasblazen"),
        ("koekbakkerij", "meester", "pilots/noorderlicht-glasblazen"),
    ],
)
def test_the_nearest_example_comes_first(
    reading_room: Workspace, sector: str | None, level: str | None, expected: str
) -> None:
    """The sector goes before the level, the level before all else."""
    plan = _plan(reading_room, sector=sector, level=level)
    assert _example(plan, "gilde") == expected
    assert plan.pilots[0].document_id == expected


def test_the_situation_decides_among_equals(reading_room: Workspace) -> None:
    """A new craft is shown a pilot that explores, a known one a pilot that runs."""
    assert _plan(reading_room, situation=["nieuw"]).pilots[0].status == "verkennend"
    assert _plan(reading_room, situation=["bekend"]).pilots[0].status == "lopend"


def test_no_example_is_told_twice(reading_room: Workspace) -> None:
    """What one step shows, another does not show again."""
    plan = _plan(reading_room, sector="zeilmakerij")
    shown = [(step.example.document_id, step.example.text) for step in plan.steps if step.example]
    assert len(shown) == len(set(shown)) > 1


def test_a_heading_leads_to_an_example(reading_room: Workspace) -> None:
    """Below a heading that the step names, the sentence with its list is the example."""
    plan = _plan(reading_room, sector="zeilmakerij")
    example = next(step for step in plan.steps if step.id == "overeenkomst").example
    assert example is not None and example.text == "In de pilot zeilmaken leren de leerlingen:"
    assert example.points[0] == "zeildoek snijden met de hand;" and example.same_sector


@pytest.mark.parametrize(
    ("sector", "level", "note"),
    [
        (None, None, ""),
        ("boekbinderij", "gezel", ""),
        ("boekbinderij", "meester", "geen pilot in de sector boekbinderij op het niveau meester"),
        ("koekbakkerij", None, "geen pilot in de sector koekbakkerij. De voorbeelden komen uit andere sectoren."),
    ],
)
def test_a_sector_without_a_pilot_is_said(
    reading_room: Workspace, sector: str | None, level: str | None, note: str
) -> None:
    """Where no pilot is of the sector, or none on the level, the plan says so."""
    told = _plan(reading_room, sector=sector, level=level).note
    assert note in told and bool(note) == bool(told)


# --- answers ------------------------------------------------------------------------------------------------------


def test_any_spelling_of_an_answer_is_understood() -> None:
    """Role, sector, level and situation are made canonical; what fits the role of nobody is left out."""
    template, values = RouteTemplate.load(TEMPLATE), Vocabulary.load(CRAFT / "waarden.yaml")
    found = understood(template, values, " Atelier ", "Bookbinding", "JOURNEYMAN", ["met-werkplaats", "New", ""])
    assert found == Answers("werkplaats", "boekbinderij", "gezel", ("nieuw",))
    assert understood(template, values, "academie", "weet ik niet", "onbekend") == Answers("academie")
    assert understood(template, values, "academie", "brood & banket (klein)").sector == "brood & banket (klein)"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"role": "koning"}, "'koning' is hier geen rol. Kies uit: academie, werkplaats."),
        ({"role": "academie", "level": "hoog"}, "'hoog' is hier geen niveau. Kies uit: gezel, meester."),
        ({"role": "academie", "situation": ["soms"]}, "'soms' is hier geen situatie."),
        ({"role": "academie", "situation": ["nieuw", "bekend"]}, "Kies één van deze: nieuw, bekend."),
        ({"role": "academie", "sector": "<script>"}, "Noem de sector in een paar woorden"),
        ({"role": "academie", "sector": "a" * 61}, "Noem de sector in een paar woorden"),
    ],
)
def test_a_wrong_answer_is_told_with_what_may_be_answered(given: dict[str, object], told: str) -> None:
    """The message names the choices."""
    template, values = RouteTemplate.load(TEMPLATE), Vocabulary.load(CRAFT / "waarden.yaml")
    with pytest.raises(InvalidRequest) as error:
        understood(template, values, **given)  # type: ignore[arg-type]
    assert told in error.value.nl and error.value.en


# --- the file -----------------------------------------------------------------------------------------------------


def test_without_a_file_there_are_no_steps(tmp_path: Path) -> None:
    """The tab says so, and a call is told."""
    template = RouteTemplate.load(tmp_path / "geen.yaml")
    assert not template.roles and not list(template.steps)
    assert NL.route.off in route_view.shell(template, Vocabulary(), NL)
    with pytest.raises(InvalidRequest):
        understood(template, Vocabulary(), "academie")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: aanmelden", "id: doelen", "de id 'doelen' staat er twee keer"),
        ("        voor: [werkplaats]", "        voor: [smederij]", "'voor' noemt 'smederij', dat er niet is"),
        ("als: [nieuw]", "als: [ooit]", "'als' noemt 'ooit', dat er niet is"),
        ("          en: Does our craft fit?\n", "", "'en' ontbreekt"),
        ("lijst: true", "lijsten: true", "'lijsten' is hier onbekend"),
        ("        zoek: Hoeveel gulden verdient een gezel in de kerstvakantie?\n", "", "'doen', 'zoek' of beide"),
        ("fasen:\n", "fasen: {\n", "geen geldige YAML"),
        ("rollen:", "rolen:", "'rollen' ontbreekt"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Every fault names what is wrong and on which line."""
    text = TEMPLATE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "routeplan.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RouteTemplateError) as error:
        RouteTemplate.load(path)
    assert told in error.value.nl and re.search(r"regel \d+", error.value.nl)


def test_check_names_a_sentence_that_no_longer_stands(corpus: Path) -> None:
    """`routewijzer check` compares the sentences with the documents beside the file, and names what comes closest."""
    values = Vocabulary.load(corpus / "waarden.yaml")
    path = corpus / "routeplan.yaml"
    assert check([path], values) == (1, [])
    guide = corpus / "handreiking" / "voor-werkplaatsen.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("meldt zich bij", "schrijft aan"), encoding="utf-8")
    (corpus / "programma" / "het-ambachtspad.md").unlink()
    path.write_text(path.read_text(encoding="utf-8").replace("[gezel, onbekend]", "[geselle]"), encoding="utf-8")
    _, faults = check([path], values)
    lines = path.read_text(encoding="utf-8").splitlines()
    told = {fault.message: lines[(fault.line or 1) - 1] for fault in faults}
    missing = next(message for message in told if "schrijft aan het programmabureau" in message)
    assert "document: handreiking/voor-werkplaatsen" in told[missing]
    assert any("er is geen document 'programma/het-ambachtspad'" in message for message in told)
    assert "'geselle' staat niet in waarden.yaml" in told
    assert len(faults) == 3


# --- what is taken along ------------------------------------------------------------------------------------------


def _export(workspace: Workspace, t: Texts = NL, done: frozenset[str] = frozenset({"gilde"})) -> route_export.Export:
    plan = workspace.knowledge.route_plan(Answers("academie", "koekbakkerij", None, ("nieuw",)), t.language)
    told = route_view.about(plan.answers, workspace.knowledge.routes, workspace.knowledge.vocabulary, t)
    return route_export.Export(plan, told, "2032-05-10", "https://voorbeeld.invalid/?rol=academie", done)


@pytest.mark.parametrize("t", [NL, EN])
def test_markdown_holds_the_whole_plan(reading_room: Workspace, t: Texts) -> None:
    """Every step with its tick, the gap in its place, and every quote with its version."""
    export = _export(reading_room, t)
    text = route_export.markdown(export, t)
    assert [line[4] for line in text.splitlines() if line.startswith("### ")] == ["☐", "☑", "☐", "☐"]
    assert t.route.progress.format(done=1, total=4) in text
    assert t.route.gap in text and export.plan.note in text and f"<{export.link}>" in text
    for citation in export.plan.citations:
        assert f"[{citation.number}]" in text and citation.version in text
        assert " ".join(citation.quote.split()) in text.replace("\\", "")


def test_nothing_a_visitor_typed_becomes_markup(reading_room: Workspace) -> None:
    """Signs of Markdown in a sector, and of HTML anywhere, are shown as signs."""
    made = reading_room.knowledge.route_plan(Answers("academie", "a_b_ & 'c'"))
    told = route_view.about(made.answers, reading_room.knowledge.routes, reading_room.knowledge.vocabulary, NL)
    assert "a\\_b\\_" in route_export.markdown(route_export.Export(made, told, "2032", "x", frozenset()), NL)
    knowledge = reading_room.knowledge
    html = route_view.plan(made, knowledge.routes, knowledge.vocabulary, "2032-05-10", 'https://x/?"><script>', NL)
    assert "<script" not in html and "a_b_ &amp; &#x27;c&#x27;" in html


@pytest.mark.parametrize("t", [NL, EN])
def test_word_opens_with_outline_sources_and_properties(reading_room: Workspace, t: Texts) -> None:
    """The file opens; phases and steps are headings, quotes and versions are there, the page is A4."""
    export = _export(reading_room, t)
    opened = docx.Document(io.BytesIO(route_export.word(export, t)))
    heads = [(p.style.name, p.text) for p in opened.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert heads[0] == ("Title", t.route.title)
    assert ("Heading 1", export.plan.phases[0].title) in heads
    assert [text[0] for style, text in heads if style == "Heading 2"] == ["☐", "☑", "☐", "☐"]
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert t.route.gap in text and export.plan.note in text
    for citation in export.plan.citations:
        assert " ".join(citation.quote.split()) in text and citation.version in text
    assert round(opened.sections[0].page_height.cm, 1) == 29.7
    assert opened.core_properties.language == t.language


def test_word_survives_signs_it_cannot_hold(reading_room: Workspace) -> None:
    """A control character in a text of a document costs no export."""
    export = _export(reading_room)
    odd = route_export.Export(export.plan, ("een\x0b\x00twee",), export.today, export.link, export.done)
    assert docx.Document(io.BytesIO(route_export.word(odd, NL))).paragraphs[1].text == "eentwee"
