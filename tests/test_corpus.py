"""The real documents, lists and questions of the project: in order, whole, and known to no code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT, SHARED, make_settings

from ingest.authoring import check
from ingest.readers.markdown import split_front_matter
from ingest.workspace import Workspace
from kb.citations import holds
from kb.claims import Claim
from kb.documents import make_chunk
from kb.evaluation import Case, load_cases
from kb.examples import Examples
from kb.glossary import Glossary
from kb.language import fold, tokens
from kb.quantities import numbers
from kb.route_answers import Answers
from kb.route_places import Places
from kb.statement_check import Passage, StatementCheck
from kb.vocabulary import Vocabulary, recorded

CORPUS = PROJECT / "corpus"
BROCHURE = SHARED / "brochure" / "mkb-route-brochure.txt"
GOLDEN = sorted((CORPUS / "vragen").glob("*.jsonl"))
QUESTION_FILES = [*GOLDEN, *sorted((PROJECT / "bench").glob("*.jsonl"))]
RUN = 12
"""So many words in a row that are the same are copied, not chance."""


@cache
def values() -> Vocabulary:
    return Vocabulary.load(CORPUS / "waarden.yaml")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The real corpus, indexed by words."""
    settings = make_settings(
        tmp_path_factory.mktemp("corpus"),
        CORPUS,
        glossary=CORPUS / "begrippen.yaml",
        vocabulary=CORPUS / "waarden.yaml",
        examples=CORPUS / "voorbeeldvragen.yaml",
        route_plan=CORPUS / "routeplan.yaml",
        comparison=CORPUS / "vergelijking.yaml",
    )
    with Workspace.open(settings) as opened:
        yield opened


# --- documents ----------------------------------------------------------------------------------------------------


def test_every_document_is_taken_in(real: Workspace) -> None:
    """Every document of the corpus is indexed, none is refused, and all is in step."""
    report = real.startup
    assert report.failed == () and report.warnings == ()
    expected = {
        path.relative_to(CORPUS).with_suffix("").as_posix()
        for path in CORPUS.rglob("*.md")
        if path.stem.lower() != "readme" and not path.name.startswith("_")
    }
    assert {document.id for document in report.added} == expected
    assert len(expected) > 50
    assert real.verify().ok


def test_every_document_says_where_it_comes_from(real: Workspace) -> None:
    """Each document has sources and begins with a heading."""
    for document_id in real.library.ids():
        document = real.library.document(document_id)
        assert document.metadata.sources, document_id
        assert document.sections[0].headings, document_id


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [fold(token.surface) for token in tokens(text)]
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


@pytest.mark.skipif(not BROCHURE.is_file(), reason="the brochure is not beside the repository")
def test_nothing_is_copied_from_the_brochure() -> None:
    """No document shares a run of twelve words with the brochure, which is not ours to copy."""
    plain = re.sub(r"(?<=\w)-\n(?=\w)", "", BROCHURE.read_text(encoding="utf-8"))
    brochure = _runs(plain)
    assert len(brochure) > 1000
    copied = {}
    for path in CORPUS.rglob("*.md"):
        _, body = split_front_matter(path.read_text(encoding="utf-8"))
        if shared := _runs(body) & brochure:
            copied[path.name] = [" ".join(run) for run in shared]
    assert copied == {}


# --- lists --------------------------------------------------------------------------------------------------------


def test_the_lists_load() -> None:
    """Glossary, values and example questions are in form and hold something."""
    glossary = Glossary.load(CORPUS / "begrippen.yaml")
    assert len(glossary.entries) > 20
    assert all(entry.explanation for entry in glossary.entries)
    examples = Examples.load(CORPUS / "voorbeeldvragen.yaml")
    assert examples.groups
    assert all(lists["nl"] and lists["en"] for lists in examples.groups.values())
    for facet in ("sector", "niveau", "status", "hogescholen", "partners", "soort"):
        assert values().of(facet), facet


def test_no_spelling_leads_to_two_values() -> None:
    """Within a facet each spelling means one thing."""
    spelled: dict[tuple[str, str], set[str]] = {}
    for value in values().values:
        for spelling in value.spellings:
            spelled.setdefault((value.facet, fold(spelling)), set()).add(value.name)
    assert {key: names for key, names in spelled.items() if len(names) > 1} == {}


def test_the_values_of_documents_are_in_the_list(real: Workspace) -> None:
    """Schools, partners and regions in the front matter have their one spelling in the list of values."""
    unknown = set()
    for document_id in real.library.ids():
        metadata = real.library.document(document_id).metadata
        for facet, names in (
            ("hogescholen", metadata.institutions),
            ("partners", metadata.partners),
            ("regio", metadata.region),
        ):
            unknown |= {(document_id, name) for name in names if values().canonical(facet, name) != name}
    assert unknown == set()


def _examples() -> list[str]:
    groups = Examples.load(CORPUS / "voorbeeldvragen.yaml").groups.values()
    return list(dict.fromkeys(text for lists in groups for found in lists.values() for text in found))


@pytest.mark.parametrize("text", _examples())
def test_the_example_questions_are_answered(real: Workspace, text: str) -> None:
    """What the first page offers to ask is answered, in Dutch and in English."""
    assert real.knowledge.ask(text).answered


# --- questions ----------------------------------------------------------------------------------------------------


@cache
def cases() -> dict[str, list[Case]]:
    return {path.name: load_cases(path) for path in QUESTION_FILES}


def test_there_are_questions_of_every_sort() -> None:
    """The question files hold questions with and without an answer, for training and for testing, each id once."""
    every = [case for found in cases().values() for case in found]
    assert len(every) > 100
    assert len({case.id for case in every}) == len(every)
    assert {case.split for case in every} == {"dev", "test"}
    assert {case.answerable for case in every} == {True, False}
    assert len({case.question for case in every if not case.history}) > 0.95 * len([c for c in every if not c.history])


def test_golden_questions_name_documents_that_exist(real: Workspace) -> None:
    """Each question with an answer names its documents, which exist; one without an answer names none."""
    ids = set(real.library.ids())
    golden = [case for path in GOLDEN for case in cases()[path.name]]
    assert [case.id for case in golden if not set(case.documents) <= ids] == []
    assert [case.id for case in golden if case.answerable and not (case.documents and case.must_match)] == []
    assert [case.id for case in golden if not case.answerable and case.must_match] == []


def test_the_evidence_is_in_the_documents(real: Workspace) -> None:
    """Each pattern that an answer must match is found in one of the documents that the question names."""
    lost = []
    for case in (case for path in GOLDEN for case in cases()[path.name] if case.answerable):
        texts = [f"{d.metadata.title}\n{d.text}" for d in (real.library.document(i) for i in case.documents)]
        lost += [(case.id, p) for p in case.must_match if not any(re.search(p, text) for text in texts)]
    assert lost == []


@pytest.mark.skipif(not BROCHURE.is_file(), reason="the brochure is not beside the repository")
def test_the_evidence_of_the_brochure_questions(tmp_path: Path) -> None:
    """The questions about the brochure are answerable from it: each pattern is found in its cleaned text."""
    (tmp_path / "leeg").mkdir()
    with Workspace.open(make_settings(tmp_path, tmp_path / "leeg")) as opened:
        (added,) = opened.add([BROCHURE]).added
        text = opened.library.document(added.id).text
    wanted = [case for case in cases()["vragen_brochure.jsonl"] if case.answerable]
    assert [(case.id, p) for case in wanted for p in case.must_match if not re.search(p, text)] == []


# --- and the code -------------------------------------------------------------------------------------------------


@cache
def code() -> dict[str, str]:
    """The code of the four packages, in lower case, without comments and docstrings."""
    found = {}
    for layer in ("kb", "ingest", "api", "ui"):
        for path in sorted((PROJECT / layer).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                for name, statements in ast.iter_fields(node):
                    if isinstance(statements, list):
                        setattr(node, name, [one for one in statements if not _is_docstring(one)])
            found[path.relative_to(PROJECT).as_posix()] = ast.unparse(tree).lower()
    return found


def test_the_pilots_say_what_their_heads_say(real: Workspace) -> None:
    """Each value in the head of a pilot stands in its text too."""
    knowledge = real.knowledge
    silent = {
        (document_id, facet, value)
        for document_id in knowledge.snapshot.versions
        if document_id.startswith("pilots/")
        for facet, places in knowledge.comparisons.places(knowledge.snapshot, document_id).items()
        for value in recorded(knowledge.snapshot.document(document_id).metadata, facet)
        if value not in places
    }
    assert silent == set()


def test_the_rows_of_the_comparison_are_in_two_languages_and_used(real: Workspace) -> None:
    """No row is empty for every pilot, each has a label in both languages, and every passage is where it says it is."""
    knowledge = real.knowledge
    pilots = [one for one in knowledge.snapshot.versions if one.startswith("pilots/")]
    compared = knowledge.compare(pilots)
    assert len(compared.rows) > 8
    for row in compared.rows:
        assert row.rule.labels["nl"] and row.rule.labels["en"]
        assert any(row.cells), row.rule.name
    assert all(holds(real.library.document(c.document_id, c.version), c) for c in compared.citations)


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_no_code_knows_the_corpus() -> None:
    """No name of a school or partner stands in the code, but for examples in docstrings: what is known, is read."""
    data = yaml.safe_load((CORPUS / "waarden.yaml").read_text(encoding="utf-8"))
    names = {
        str(spelling)
        for facet in ("hogescholen", "partners")
        for name, details in data[facet].items()
        for spelling in (name, *((details or {}).get("ook") or []))
        if len(str(spelling)) > 5
    }
    assert len(names) > 50
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name.lower()) for name in names)})(?!\w)")
    assert {path: found for path, text in code().items() if (found := pattern.findall(text))} == {}


def test_no_code_knows_a_question() -> None:
    """No golden question stands in the code or the learned weights, but for those that the page offers as examples."""
    groups = Examples.load(CORPUS / "voorbeeldvragen.yaml").groups.values()
    offered = {text for lists in groups for found in lists.values() for text in found}
    weights = (PROJECT / "kb" / "answerability.json").read_text(encoding="utf-8").lower()
    everything = "\n".join([*code().values(), weights])
    every = [case for found in cases().values() for case in found]
    assert [c.id for c in every if c.question not in offered and c.question.lower() in everything] == []


# --- the plan for a new route -------------------------------------------------------------------------------------

SILENT = {"h-erkenning", "c-stoppen", "c-tijd"}
"""Steps on which the documents say nothing yet; whoever adds a document on one takes it off this list."""


def _answers(real: Workspace) -> list[Answers]:
    """Every role with every sector and level, and every situation of each role."""
    template = real.knowledge.routes
    sectors = [*(value.name for value in values().of("sector")), None, "zorg"]
    levels = [*(value.name for value in values().of("niveau")), None]
    plain = [Answers(role.id, sector, level) for role in template.roles for sector in sectors for level in levels]
    one, many = (
        [o for i in template.situation if i.several is several for o in i.options] for several in (False, True)
    )
    situations = [
        (*first, *others)
        for first in [(), *((option.id,) for option in one)]
        for count in range(len(many) + 1)
        for others in combinations([option.id for option in many], count)
    ]
    return plain + [
        Answers(role.id, None, level, situation)
        for role in template.roles
        for level in levels
        for situation in situations
        if not any(role.id in option.without for option in template.options if option.id in situation)
    ]


def test_every_sentence_that_a_step_rests_on_stands(real: Workspace) -> None:
    """Each stands in its document to the letter; so `routewijzer check` finds nothing either."""
    lost = [(step.id, place.document, place.sentence) for step, place in real.knowledge.route_planner().lost()]
    assert lost == []
    assert check([CORPUS / "routeplan.yaml"], values()) == (1, [])


def test_every_plan_is_whole(real: Workspace) -> None:
    """For every answer: six phases of two to five steps, evidence for each step or an honest gap, exact citations."""
    seen: set[str] = set()
    planner = real.knowledge.route_planner()
    sound: set[tuple[str, int, int]] = set()
    for answers in _answers(real):
        plan = planner.plan(answers, "nl")
        assert [phase.id for phase in plan.phases] == [phase.id for phase in real.knowledge.routes.phases]
        assert [len(phase.steps) for phase in plan.phases if not 2 <= len(phase.steps) <= 5] == [], answers
        assert {step.id for step in plan.steps if not step.covered} <= SILENT
        assert not any(action.literal for step in plan.steps for action in step.actions)
        for citation in plan.citations:
            key = (citation.document_id, citation.start, citation.end)
            assert key in sound or holds(real.library.document(citation.document_id, citation.version), citation)
            sound.add(key)
        seen |= {step.id for step in plan.steps}
    assert seen == {step.id for step in real.knowledge.routes.steps}, "a step that nobody gets"


def test_quotes_are_short(real: Workspace) -> None:
    """What a step cites is a sentence or two, or a list with its introduction."""
    planner = real.knowledge.route_planner()
    for role in real.knowledge.routes.roles:
        for citation in planner.plan(Answers(role.id), "nl").citations:
            assert len(citation.quote) <= 700 and citation.quote.count("\n") <= 8, citation


def test_what_to_do_is_borne_out(real: Workspace) -> None:
    """The check that a language model's statements must pass, for our own words: numbers, names, doubt, negation."""
    knowledge = real.knowledge
    snapshot, places = knowledge.snapshot, Places(knowledge.snapshot)
    wrong = []
    for step in knowledge.routes.steps:
        for action in step.actions:
            found = [passage for place in action.places if (passage := places.find(place))]
            passages = {
                n: Passage(
                    make_chunk(p.document, 0, 0, len(p.document.text)), p.document, snapshot.context(p.document.id)
                )
                for n, p in enumerate(found, start=1)
            }
            quotes = tuple(" ".join(unit.text for unit in passage.units) for passage in found)
            judge = StatementCheck(passages, knowledge.vocabulary, knowledge.glossary, "nl")
            verdict = judge.judge(Claim(action.text.nl, tuple(passages), quotes))
            if verdict.reason:
                wrong.append((step.id, action.text.nl, verdict.reason, verdict.detail))
            if more := numbers(action.text.en) - numbers(" ".join((action.text.nl, *quotes))):
                wrong.append((step.id, action.text.en, "number", str(more)))
    assert wrong == []


@pytest.mark.parametrize(
    ("sector", "level", "first", "note"),
    [
        ("bouw", "Ad", "pilots/saxion-ad-bouwkunde", ""),
        ("bouw", "bachelor", "pilots/avans-bouwtalent-zuid", ""),
        ("ict", None, "pilots/hva-nldigital", ""),
        ("logistiek", "bachelor", "pilots/traineeship-logistiek", "op het niveau bachelor"),
        ("elektrotechniek", "bachelor", "good-practices/avans-elektrotechniek-duaal", "wel een praktijkvoorbeeld"),
        ("zorg", "Ad", None, "geen pilot in de sector zorg. De voorbeelden komen uit andere sectoren."),
    ],
)
def test_the_examples_are_the_nearest(
    real: Workspace, sector: str, level: str | None, first: str | None, note: str
) -> None:
    """A sector of the pilots shows its own pilot first; one without a pilot says so."""
    plan = real.knowledge.route_plan(Answers("hogeschool", sector, level))
    assert first is None or plan.pilots[0].document_id == first
    assert (note in plan.note) if note else plan.note == ""
    assert sum(step.example is not None for step in plan.steps) >= 12
