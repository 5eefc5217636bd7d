"""The trace of a question: it tells what the steps did, and no other story than the answer itself."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import get_args

import llm_server
import pytest
from conftest import CRAFT, Command, make_settings
from llm_server import KEY, MODEL, ScriptedModel

from ingest.workspace import Workspace
from kb.extractive import FURTHER
from kb.language_model import FAILED
from kb.statement_check import Reason
from kb.trace import Fate, Trace, explain
from kb.types import Turn
from ui.explain import FAILURES, FATES, REASONS, trace_lines

TEACHER = "Wie is de leermeester van de pilot boekbinden?"
NOWHERE = "Hoeveel leerlingen heeft de Universiteit van Leiden?"
ALL = [
    TEACHER,
    NOWHERE,
    "Wat is een meesterproef?",
    "Welke pilots zijn er?",
    "Welke doelen heeft het ambachtspad?",
    "What is a master test?",
    "xyzzy plugh",
    "Hoeveel zeppelins telt de pilot zeilmaken?",
]


def shown(trace: Trace) -> str:
    return "\n".join(trace_lines(trace))


@pytest.mark.parametrize("text", ALL)
def test_the_trace_agrees_with_the_answer(reading_room: Workspace, text: str) -> None:
    """The same statements, the same certainty, the same decision as a reader gets."""
    knowledge = reading_room.knowledge
    answer, trace = knowledge.ask(text), explain(knowledge, text)
    assert trace.statements == tuple(statement.text for statement in answer.statements)
    assert round(trace.certainty, 3) == answer.certainty
    assert answer.answered == bool(trace.statements)
    assert trace.question.standalone == answer.understood


@pytest.mark.parametrize("text", ALL)
def test_the_contributions_add_up(reading_room: Workspace, text: str) -> None:
    """What every figure moved, and where it began, is the certainty; where one figure settles it, that one leads."""
    trace = explain(reading_room.knowledge, text)
    if trace.certainty in (0.0, 0.1):
        assert [c.name for c in trace.contributions][:1] in ([], ["unknown"], ["none_fits"])
        return
    log_odds = trace.start + sum(part.moved for part in trace.contributions)
    assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(trace.certainty)
    moved = [abs(part.moved) for part in trace.contributions]
    assert moved == sorted(moved, reverse=True)


def test_what_was_found_and_by_what(reading_room: Workspace) -> None:
    """Each passage with the score of each way of searching that found it, best first."""
    trace = explain(reading_room.knowledge, TEACHER)
    assert trace.found[0].document_id == "pilots/noorderlicht-boekbinden"
    scores = [passage.score for passage in trace.found]
    assert scores == sorted(scores, reverse=True)
    for passage in trace.found:
        assert ("words" in passage.found_by) <= (passage.by_words is not None)
        assert passage.by_words is None or passage.by_words > 0
    assert any(passage.by_vectors is not None for passage in trace.found)


def test_what_was_chosen_and_dropped(reading_room: Workspace) -> None:
    """Each unit with what it holds of the question, and what became of it."""
    knowledge = reading_room.knowledge
    trace = explain(knowledge, TEACHER)
    chosen = {unit.text for unit in trace.weighed if unit.fate == "chosen"}
    assert chosen == {unit.text for unit in knowledge.work_out(TEACHER).draft.units}
    master = next(unit for unit in trace.weighed if unit.text.startswith("De leermeester is"))
    assert {term: direct for term, _, direct in master.met}["leermeester"] == 1.0
    assert any(unit.fate != "chosen" for unit in trace.weighed)
    assert "De leermeester is Wieteke van Dromen" in shown(trace) and "gekozen; " in shown(trace)


def test_what_was_left_out_of_a_full_answer(reading_room: Workspace) -> None:
    """Below an answer stand so many sentences at most; the next is told to have found it full."""
    knowledge = reading_room.knowledge
    draft = knowledge.work_out("Wat doet een meester?").draft
    assert draft.leading is not None and len(draft.units) - draft.leading == FURTHER
    assert "full" in [unit.fate for unit in explain(knowledge, "Wat doet een meester?").weighed]


def test_a_missing_word_is_named(reading_room: Workspace) -> None:
    """Who mends a document sees which word of the question no sentence holds."""
    assert re.search(r"mist: [^;\n]*zeppelins", shown(explain(reading_room.knowledge, ALL[-1])))


def test_a_follow_up_is_shown_whole(reading_room: Workspace) -> None:
    """What a follow-up was made into, and that records answered it."""
    trace = explain(reading_room.knowledge, "En van zeilmaken?", [Turn("Wie is de leermeester van boekbinden?")])
    assert f"aangevuld tot: {trace.question.standalone}" in shown(trace)
    assert "uit de gegevens van de documenten" in shown(explain(reading_room.knowledge, "Welke pilots zijn er?"))


def test_nothing_is_noted(workspace: Workspace) -> None:
    """A question that is looked into is no gap."""
    explain(workspace.knowledge, NOWHERE)
    assert workspace.knowledge.journal.misses() == []


def test_what_a_model_did(tmp_path: Path) -> None:
    """Its withheld statements with the reason, and what went wrong with it."""
    with ScriptedModel(llm_server.invents_figure) as model:
        settings = make_settings(
            tmp_path, CRAFT, answer_threshold=0.0, llm_base_url=model.url, llm_model=MODEL, llm_api_key=KEY
        )
        with Workspace.open(settings) as workspace:
            trace = explain(workspace.knowledge, TEACHER)
            assert trace.model is not None
            (withheld,) = trace.model.withheld
            assert (withheld.reason, withheld.detail) == ("number", "7301")
            assert "een getal staat niet in de bron (7301)" in shown(trace)
            model.fault = "500"
            assert "ging mis: gaf een fout" in shown(explain(workspace.knowledge, TEACHER))


def test_every_reason_has_words() -> None:
    """What the code can give as a reason, a fate or a failure is told in Dutch."""
    assert set(get_args(Reason)) - {""} == set(REASONS)
    assert set(get_args(Fate)) == set(FATES)
    assert set(FAILURES) == set(FAILED)


def test_on_the_command_line(command: Command) -> None:
    """The steps in order in Dutch, or as one JSON value; exit 1 where a reader would get no answer."""
    ran = command("ask", "--explain", "Wat is een meesterproef?")
    assert ran.returncode == 0, ran.stderr
    heads = re.findall(r"(?m)^(\d)\. ", ran.stdout)
    assert heads == ["1", "2", "3", "4", "5", "6"]
    assert "niet ingesteld" in ran.stdout
    ran = command("ask", "--explain", "--json", "En van zeilmaken?", "--after", TEACHER)
    record = json.loads(ran.stdout)
    assert "zeilmaken" in record["question"]["standalone"] != "En van zeilmaken?"
    assert command("ask", "--explain", NOWHERE).returncode == 1
    assert command("ask", "--explain", " ?").returncode == 2


def test_a_terminal_is_not_steered(reading_room: Workspace) -> None:
    """What a question or a document holds of control characters is not printed."""
    assert "\x1b" not in shown(explain(reading_room.knowledge, "Wat is een \x1b[31mmeesterproef?"))
