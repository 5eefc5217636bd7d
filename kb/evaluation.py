"""Questions with known answers → how often Routewijzer is right, cites right and refuses right.

What counts: an answerable question is right when `answered` is true, each of its `must_match` patterns is found in
the statements or their quotes, and the quotes are short (150 words; 300 for lists, comparisons and how-to). An
unanswerable one is right when `answered` is false. Where a question names the documents that answer it, a right
answer is rightly cited when it cites one of them, and for questions over several (`ALL_TYPES`) all of them. Retrieval
sets are judged by nDCG@10, recall@5 and MRR, with a document's best chunk standing for it.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.errors import SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.types import Answer, Mode, Turn

MAX_WORDS = 150
MAX_WORDS_LONG = 300
LONG_TYPES = frozenset({"list", "compare", "howto"})
ALL_TYPES = frozenset({"list", "compare", "sector", "org"})


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is known of its answer."""

    id: str
    type: str
    question: str
    must_match: tuple[str, ...]
    answerable: bool
    history: tuple[Turn, ...] = ()
    split: str | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went."""

    case: Case
    answer: Answer
    right: bool
    evidence_shown: bool
    """The evidence is in the answer or in `closest`."""
    hit_at: int | None
    """The rank, from 1, of the first passage found that holds evidence."""
    cited: bool | None
    """Whether the documents that should be cited are; None where the question names none."""
    ms: float


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a set of questions."""

    outcomes: tuple[Outcome, ...] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The figures as the contract has them."""
        answerable = [o for o in self.outcomes if o.case.answerable]
        unanswerable = [o for o in self.outcomes if not o.case.answerable]
        latencies = sorted(o.ms for o in self.outcomes)
        types = sorted({o.case.type for o in self.outcomes})
        lists = [o for o in answerable if o.case.type in ALL_TYPES]
        return {
            "questions": len(self.outcomes),
            "answerable": len(answerable),
            "right": sum(o.right for o in answerable),
            "right_at_once": sum(o.right and _at_once(o) for o in answerable),
            "rightly_cited": sum(o.right and o.cited is not False for o in answerable),
            "evidence_shown": sum(o.evidence_shown for o in answerable),
            "refused": sum(not o.answer.answered for o in answerable),
            "too_long": sum(o.answer.answered and not is_short(o.case, o.answer) for o in answerable),
            "lists": len(lists),
            "lists_complete": sum(o.right for o in lists),
            "withheld": sum(o.answer.withheld for o in self.outcomes),
            "unanswerable": len(unanswerable),
            "answered_unanswerable": sum(o.answer.answered for o in unanswerable),
            "auc": auc([(o.answer.certainty, o.case.answerable) for o in self.outcomes]),
            "citation_hit": {
                str(k): _share(o.hit_at is not None and o.hit_at <= k for o in answerable) for k in (1, 3, 5)
            },
            "latency_ms": {"p50": _quantile(latencies, 0.5), "p95": _quantile(latencies, 0.95)},
            "by_type": {
                name: {
                    "questions": sum(o.case.type == name for o in self.outcomes),
                    "right": sum(o.right for o in self.outcomes if o.case.type == name),
                }
                for name in types
            },
            "misses": [
                {
                    "id": o.case.id,
                    "type": o.case.type,
                    "question": o.case.question,
                    "answered": o.answer.answered,
                    "certainty": o.answer.certainty,
                    "shown": [s.text for s in o.answer.statements],
                }
                for o in self.outcomes
                if not o.right
            ],
        }


def load_cases(path: Path) -> list[Case]:
    """Read a question file, a JSON object a line. Raises `SettingsError` with the line that is wrong."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            patterns = tuple(row["must_match"])
            for pattern in patterns:
                re.compile(pattern)
            history = tuple(Turn(turn["question"], turn.get("answer", "")) for turn in row.get("history") or ())
            cases.append(
                Case(
                    str(row["id"]),
                    str(row["type"]),
                    str(row["question"]),
                    patterns,
                    bool(row["answerable"]),
                    history,
                    row.get("split"),
                    tuple(row.get("documents") or ()),
                )
            )
        except (ValueError, KeyError, TypeError, re.error) as error:
            raise SettingsError(
                f"{path.name}, regel {number}: geen vraag in de juiste vorm ({error}).",
                f"{path.name}, line {number}: not a question in form ({error}).",
            ) from None
    return cases


def run(
    knowledge: KnowledgeBase,
    cases: Sequence[Case],
    progress: Callable[[int, int], None] | None = None,
    mode: Mode = "extractive",
) -> Tally:
    """Ask every question and judge the answer; the journal, which holds what readers ask, knows nothing of it."""
    outcomes = []
    for done, case in enumerate(cases):
        if progress:
            progress(done, len(cases))
        start = time.perf_counter()
        answer = knowledge.ask(case.question, case.history, mode=mode, noted=False)
        ms = (time.perf_counter() - start) * 1000
        hits = knowledge.search(answer.understood or case.question, 5)
        outcomes.append(_judge(case, answer, [hit.chunk.text for hit in hits], ms))
    return Tally(tuple(outcomes))


def is_right(case: Case, answer: Answer) -> bool:
    """Whether an answer is right, as the module says."""
    if not case.answerable:
        return not answer.answered
    shown = [*(s.text for s in answer.statements), *(c.quote for c in answer.citations)]
    return answer.answered and is_short(case, answer) and _matches(case, shown)


def _at_once(outcome: Outcome) -> bool:
    """Whether the answer itself holds all of the evidence, without what stands below it."""
    answer = outcome.answer
    used = {number for statement in answer.leading for number in statement.citations}
    quotes = [citation.quote for citation in answer.citations if citation.number in used]
    return _matches(outcome.case, [*(statement.text for statement in answer.leading), *quotes])


def is_short(case: Case, answer: Answer) -> bool:
    """Whether an answer quotes no more words than a reader of such a question wants."""
    limit = MAX_WORDS_LONG if case.type in LONG_TYPES else MAX_WORDS
    return sum(len(citation.quote.split()) for citation in answer.citations) <= limit


def _judge(case: Case, answer: Answer, chunks: Sequence[str], ms: float) -> Outcome:
    shown = [*(s.text for s in answer.statements), *(c.quote for c in (*answer.citations, *answer.closest))]
    evidence = case.answerable and _matches(case, shown)
    hit = next((k for k, text in enumerate(chunks, start=1) if any(re.search(p, text) for p in case.must_match)), None)
    return Outcome(
        case, answer, is_right(case, answer), evidence, hit if case.answerable else None, _cited(case, answer), ms
    )


def _cited(case: Case, answer: Answer) -> bool | None:
    if not case.documents or not case.answerable:
        return None
    cited = {citation.document_id for citation in answer.citations}
    wanted = set(case.documents)
    return wanted <= cited if case.type in ALL_TYPES and len(wanted) > 1 else bool(wanted & cited)


def _matches(case: Case, texts: Sequence[str]) -> bool:
    return all(any(re.search(pattern, text) for text in texts) for pattern in case.must_match)


def auc(scored: Sequence[tuple[float, bool]]) -> float | None:
    """The chance that an answerable question is held more certain than an unanswerable one; None without both."""
    yes = [score for score, positive in scored if positive]
    no = [score for score, positive in scored if not positive]
    if not yes or not no:
        return None
    wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    return round(wins / (len(yes) * len(no)), 3)


# --- retrieval sets -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Documents, queries and which belong together."""

    documents: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, frozenset[str]]


def load_retrieval_set(folder: Path) -> RetrievalSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. Raises `SettingsError` where one is missing or wrong."""
    try:
        documents = {row["_id"]: row["text"] for row in _rows(folder / "corpus.jsonl")}
        queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
        relevant: dict[str, set[str]] = {}
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            query, document, *_ = line.split("\t")
            if query in queries and document in documents:
                relevant.setdefault(query, set()).add(document)
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(
            f"{folder} is geen zoekset (corpus.jsonl, queries.jsonl, qrels.tsv): {error}",
            f"{folder} is not a retrieval set (corpus.jsonl, queries.jsonl, qrels.tsv): {error}",
        ) from None
    return RetrievalSet(documents, queries, {query: frozenset(ids) for query, ids in relevant.items()})


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def judge_rankings(rankings: dict[str, list[str]], relevant: dict[str, frozenset[str]]) -> dict[str, float]:
    """Mean nDCG@10 (binary gains, log2 discount), recall@5 and reciprocal rank over the queries with an answer."""
    ndcg, recall, reciprocal = [], [], []
    for query, wanted in relevant.items():
        ranked = rankings.get(query, [])
        gained = sum(1 / math.log2(rank + 2) for rank, i in enumerate(ranked[:10]) if i in wanted)
        ideal = sum(1 / math.log2(rank + 2) for rank in range(min(10, len(wanted))))
        ndcg.append(gained / ideal)
        recall.append(len(wanted & set(ranked[:5])) / len(wanted))
        reciprocal.append(next((1 / rank for rank, i in enumerate(ranked, start=1) if i in wanted), 0.0))
    mean = statistics.fmean
    return {
        "ndcg@10": round(mean(ndcg), 4) if ndcg else 0.0,
        "recall@5": round(mean(recall), 4) if recall else 0.0,
        "mrr": round(mean(reciprocal), 4) if reciprocal else 0.0,
    }


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 3) if found else 0.0


def _quantile(ordered: Sequence[float], q: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(q * len(ordered)))], 1) if ordered else 0.0
