"""The measuring itself: what counts as right, and figures that were worked out by hand."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from llm_server import MODEL, ScriptedModel
from rich.console import Console

from ingest.workspace import Workspace
from kb.errors import SettingsError
from kb.evaluation import (
    Case,
    Outcome,
    RetrievalSet,
    Tally,
    auc,
    is_right,
    judge_rankings,
    load_cases,
    load_retrieval_set,
    run,
)
from kb.settings import Settings
from kb.types import Answer, Citation, DocumentKind, Statement, Turn
from ui.measure import measure_questions, show

YES = Case("1", "who", "Wie?", ("Zilvermeeuw", r"20\d\d"), True)
NO = Case("2", "none", "Wie?", (), False)


def citation(quote: str, number: int = 1) -> Citation:
    return Citation(number, "a", "0" * 12, "A", DocumentKind.OTHER, (), None, quote, 0, len(quote), None)


def answer(
    *quotes: str, said: str = "", answered: bool | None = None, closest: tuple[str, ...] = (), sure: float = 0.9
) -> Answer:
    cited = tuple(citation(quote, n) for n, quote in enumerate(quotes, start=1))
    statements = tuple(Statement(said or c.quote, (c.number,)) for c in cited)
    shown = bool(quotes) if answered is None else answered
    near = tuple(citation(quote) for quote in closest)
    return Answer("0" * 32, statements, cited, shown, sure, "nl", "extractive", near)


# --- what is right ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "given", "right"),
    [
        (YES, answer("Barend Zilvermeeuw begon in 2030."), True),
        (YES, answer("Barend Zilvermeeuw.", "Het begon in 2030."), True),
        (YES, answer("Hij begon in 2030.", said="Barend Zilvermeeuw: hij begon in 2030."), True),
        (YES, answer("Barend Zilvermeeuw begon."), False),
        (YES, answer("barend zilvermeeuw begon in 2030."), False),
        (YES, answer(closest=("Barend Zilvermeeuw begon in 2030.",)), False),
        (YES, answer("Barend Zilvermeeuw begon in 2030.", answered=False), False),
        (NO, answer(closest=("Iets anders.",)), True),
        (NO, answer("Iets anders."), False),
    ],
)
def test_right_and_wrong(case: Case, given: Answer, right: bool) -> None:
    """Right is: answered with all of the evidence in statements or quotes; or not answered where there is no answer."""
    assert is_right(case, given) is right


@pytest.mark.parametrize(("kind", "limit"), [("who", 150), ("list", 300), ("compare", 300), ("howto", 300)])
def test_pouring_out_the_document_is_not_right(kind: str, limit: int) -> None:
    """Evidence amid more words than a reader wants does not count; lists and comparisons may be longer."""
    case = Case("1", kind, "Wie?", ("Zilvermeeuw",), True)
    assert is_right(case, answer("Zilvermeeuw" + " woord" * (limit - 1)))
    assert not is_right(case, answer("Zilvermeeuw" + " woord" * limit))


# --- figures ------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_set() -> None:
    """The figures count what the outcomes say, and nothing else."""
    outcomes = (
        Outcome(YES, answer("Barend Zilvermeeuw, 2030.", sure=0.9), True, True, 1, True, 10.0),
        Outcome(YES, answer(sure=0.4), False, True, 4, False, 20.0),
        Outcome(YES, answer("Niets.", sure=0.6), False, False, None, None, 30.0),
        Outcome(NO, answer(sure=0.2), True, False, None, None, 40.0),
        Outcome(NO, answer("Iets.", sure=0.6), False, False, None, None, 100.0),
    )
    figures = Tally(outcomes).as_dict()
    assert {key: figures[key] for key in ("questions", "answerable", "right", "evidence_shown")} == {
        "questions": 5, "answerable": 3, "right": 1, "evidence_shown": 2,
    }  # fmt: skip
    assert (figures["unanswerable"], figures["answered_unanswerable"], figures["rightly_cited"]) == (2, 1, 1)
    assert (figures["refused"], figures["too_long"], figures["withheld"]) == (1, 0, 0)
    assert figures["right_at_once"] == 1
    assert (figures["lists"], figures["lists_complete"]) == (0, 0)
    assert figures["citation_hit"] == {"1": 0.333, "3": 0.333, "5": 0.667}
    # of the six pairs 0.9 beats both, 0.4 beats 0.2, 0.6 beats 0.2 and ties with 0.6: 4.5 of 6
    assert figures["auc"] == 0.75
    assert figures["latency_ms"] == {"p50": 30.0, "p95": 100.0}
    assert figures["by_type"] == {"none": {"questions": 2, "right": 1}, "who": {"questions": 3, "right": 1}}
    assert [miss["id"] for miss in figures["misses"]] == ["1", "1", "2"]


def test_right_by_what_stands_below_the_answer() -> None:
    """Evidence below the answer counts as right, and not as right at once."""
    whole = answer("Iets anders.")
    below = replace(whole, statements=(*whole.statements, Statement("Barend Zilvermeeuw, 2030.", (), further=True)))
    figures = Tally((Outcome(YES, below, is_right(YES, below), True, None, None, 1.0),)).as_dict()
    assert (figures["right"], figures["right_at_once"]) == (1, 0)


def test_the_figures_of_nothing() -> None:
    """An empty set has figures of nothing, not a division by it."""
    figures = Tally(()).as_dict()
    assert (figures["questions"], figures["auc"], figures["latency_ms"]) == (0, None, {"p50": 0.0, "p95": 0.0})
    json.dumps(figures)


def test_auc_needs_both() -> None:
    """The area under the curve is that of pairs: 1 when all are told apart, 0 when the wrong way round."""
    assert auc([(0.9, True), (0.1, False)]) == 1.0
    assert auc([(0.1, True), (0.9, False)]) == 0.0
    assert auc([(0.5, True), (0.5, False)]) == 0.5
    assert auc([(0.9, True)]) is None


def test_a_run_asks_everything(reading_room: Workspace) -> None:
    """A run asks each question with its history, in order, and tells how far it is."""
    cases = [
        Case("a", "definition", "Wat is een meesterproef?", ("laatste werkstuk",), True),
        Case(
            "b",
            "list",
            "En in de zeilmakerij?",
            ("Zeilmaken",),
            True,
            (Turn("Welke pilots zijn er in de boekbinderij?"),),
        ),
        Case("c", "none", "Hoe bak ik een appeltaart met rozijnen?", (), False),
    ]
    steps: list[tuple[int, int]] = []
    tally = run(reading_room.knowledge, cases, lambda done, total: steps.append((done, total)))
    assert [outcome.case.id for outcome in tally.outcomes] == ["a", "b", "c"]
    assert tally.outcomes[0].right and tally.outcomes[0].hit_at == 1
    assert tally.outcomes[1].answer.understood == "Welke pilots zijn er in de zeilmakerij?"
    assert tally.outcomes[2].right and tally.outcomes[2].hit_at is None
    assert steps == [(0, 3), (1, 3), (2, 3)]


def test_what_is_measured_is_not_in_the_journal(workspace: Workspace) -> None:
    """The gaps are what readers missed, not what a set of questions asks."""
    case = Case("c", "none", "Hoe bak ik een appeltaart met rozijnen?", (), False)
    run(workspace.knowledge, [case])
    assert not workspace.knowledge.journal.misses()
    workspace.knowledge.ask(case.question)
    assert len(workspace.knowledge.journal.misses()) == 1


def test_a_language_model_is_measured_beside_the_documents_own_sentences(settings: Settings, tmp_path: Path) -> None:
    """Both are shown; what the checks withheld is counted."""
    path = tmp_path / "vragen.jsonl"
    rows = [{"id": 1, "type": "definition", "question": "Wat is een meesterproef?", "must_match": ["werkstuk"],
             "answerable": True}]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with ScriptedModel("Een meesterproef is een taart van 99 kilo [1].") as model:
        asked = settings.model_copy(update={"llm_base_url": model.url, "llm_model": MODEL})
        with Workspace.open(asked) as workspace:
            figures = measure_questions(path, workspace, None, None)
    assert figures["right"] == figures["generated"]["right"] == 1
    assert (figures["withheld"], figures["generated"]["withheld"]) == (0, 1)
    shown = io.StringIO()
    show(figures, Console(file=shown, width=300))
    assert "met het taalmodel (weggelaten uitspraken: 1)" in shown.getvalue()


# --- files --------------------------------------------------------------------------------------------------------

RIGHT = {"id": 1, "type": "who", "question": "Wie?", "must_match": ["a"], "answerable": True}


def test_questions_are_read(tmp_path: Path) -> None:
    """A question file gives its cases, with what may be left out left out, and empty lines passed over."""
    full = {**RIGHT, "id": "x", "history": [{"question": "Wat?"}], "split": "dev", "documents": ["a/b"], "lang": "nl"}
    path = tmp_path / "vragen.jsonl"
    path.write_text(f"{json.dumps(RIGHT)}\n\n{json.dumps(full)}\n", encoding="utf-8")
    assert load_cases(path) == [
        Case("1", "who", "Wie?", ("a",), True),
        Case("x", "who", "Wie?", ("a",), True, (Turn("Wat?"),), "dev", ("a/b",)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        json.dumps({key: value for key, value in RIGHT.items() if key != "must_match"}),
        json.dumps({**RIGHT, "must_match": ["("]}),
        json.dumps({**RIGHT, "must_match": [7]}),
        json.dumps({**RIGHT, "history": [{"answer": "Wat?"}]}),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    """A line that is no question is refused with the file and its number."""
    path = tmp_path / "vragen.jsonl"
    path.write_text(f"{json.dumps(RIGHT)}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"vragen\.jsonl, regel 3"):
        load_cases(path)


# --- retrieval sets -----------------------------------------------------------------------------------------------


def test_rankings_against_figures_by_hand() -> None:
    """nDCG@10, recall@5 and MRR are those that pencil and paper give."""
    relevant = {"q1": frozenset({"a"}), "q2": frozenset({"a", "b"}), "q3": frozenset({"z"})}
    rankings = {"q1": ["x", "a"], "q2": ["b", "x", "x2", "x3", "x4", "a"]}
    ndcg = [
        1 / math.log2(3),  # the one that is wanted comes second
        (1 + 1 / math.log2(7)) / (1 + 1 / math.log2(3)),  # the two that are wanted come first and sixth
        0.0,  # nothing was found
    ]
    assert judge_rankings(rankings, relevant) == {
        "ndcg@10": round(sum(ndcg) / 3, 4),
        "recall@5": round((1 + 0.5 + 0) / 3, 4),
        "mrr": round((0.5 + 1 + 0) / 3, 4),
    }


def test_rankings_beyond_the_tenth() -> None:
    """What comes eleventh is worth nothing to nDCG@10, and a little to MRR; more than ten wanted count as ten."""
    far = [f"x{n}" for n in range(10)] + ["a"]
    assert judge_rankings({"q": far}, {"q": frozenset({"a"})}) == {"ndcg@10": 0.0, "recall@5": 0.0, "mrr": 0.0909}
    many = [str(n) for n in range(20)]
    assert judge_rankings({"q": many}, {"q": frozenset(many)})["ndcg@10"] == 1.0
    assert judge_rankings({}, {}) == {"ndcg@10": 0.0, "recall@5": 0.0, "mrr": 0.0}


def _write_set(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "a", "text": "A"}\n{"_id": "b", "text": "B"}\n', encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "?"}\n', encoding="utf-8")
    (folder / "qrels.tsv").write_text("q\ta\t1\nq\tb\t1\nq\tweg\t1\nweg\ta\t1\n", encoding="utf-8")


def test_a_retrieval_set_is_read(tmp_path: Path) -> None:
    """What belongs together is read; what points at documents or queries that are not there is left out."""
    _write_set(tmp_path)
    assert load_retrieval_set(tmp_path) == RetrievalSet({"a": "A", "b": "B"}, {"q": "?"}, {"q": frozenset({"a", "b"})})


@pytest.mark.parametrize(
    ("name", "text"),
    [("corpus.jsonl", None), ("queries.jsonl", '{"id": "q"}\n'), ("qrels.tsv", "q a 1\n"), ("corpus.jsonl", "{\n")],
)
def test_what_is_no_retrieval_set(tmp_path: Path, name: str, text: str | None) -> None:
    """A folder where a file is missing or not in form is refused with its name."""
    _write_set(tmp_path)
    (tmp_path / name).unlink()
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=tmp_path.name):
        load_retrieval_set(tmp_path)
