"""What was asked and how it went, in SQL: the gap report of the programme team.

Holds no addresses and no names of visitors, and what leads to a person is masked in a question before it is written.
The text of a question is kept as many days as the setting says; what is left after that (when, answered or not) names
nobody. What is erased is overwritten in the file too.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
    update,
)

from kb.language import fold, is_stop, tokens
from kb.personal_data import mask
from kb.types import Answer

_META = MetaData()
_QUESTIONS = Table(
    "questions",
    _META,
    Column("id", String(32), primary_key=True),
    Column("asked_at", DateTime, nullable=False, index=True),
    Column("text", Text),
    Column("language", String(2), nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("certainty", Float, nullable=False),
    Column("mode", String(20), nullable=False),
    Column("closest", Text, nullable=False, default=""),
)
_FEEDBACK = Table(
    "feedback",
    _META,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("question_id", String(32), nullable=False, index=True),
    Column("given_at", DateTime, nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("comment", Text),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that the documents did not answer, or whose answer was voted down, that ask about the same."""

    questions: tuple[str, ...]
    count: int
    first: str
    last: str
    closest: tuple[str, ...]
    """Ids of the documents that came closest."""


class Journal:
    """The journal of one installation. Safe to use from several threads."""

    def __init__(self, engine: Engine, keep_days: int) -> None:
        self.engine = engine
        self._keep_days = keep_days
        self._forgotten_on: datetime.date | None = None
        _META.create_all(engine)
        self.forget()

    @classmethod
    def open(cls, path: Path, keep_days: int) -> Journal:
        """The journal in an SQLite file, made where there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{path}")

        @event.listens_for(engine, "connect")
        def _configure(connection, _record):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            connection.execute("pragma journal_mode=wal")
            connection.execute("pragma synchronous=normal")
            connection.execute("pragma busy_timeout=5000")
            connection.execute("pragma secure_delete=on")

        return cls(engine, keep_days)

    def record(self, question: str, answer: Answer) -> None:
        """Note that a question was asked, and whether the documents answered it."""
        row = {
            "id": answer.question_id,
            "asked_at": _now(),
            "text": mask(question) if self._keep_days else None,
            "language": answer.language,
            "answered": answer.answered,
            "certainty": answer.certainty,
            "mode": answer.mode,
            "closest": " ".join(dict.fromkeys(c.document_id for c in answer.closest)),
        }
        if self._forgotten_on != _now().date():
            self.forget()
        with self.engine.begin() as connection:
            connection.execute(insert(_QUESTIONS).values(**row))

    def rate(self, question_id: str, verdict: str, comment: str | None) -> bool:
        """Note what a reader thought of an answer; False where no such question is known."""
        with self.engine.begin() as connection:
            known = connection.execute(select(_QUESTIONS.c.id).where(_QUESTIONS.c.id == question_id)).first()
            if known is None:
                return False
            kept = mask(comment) if comment and self._keep_days else None
            connection.execute(
                insert(_FEEDBACK).values(question_id=question_id, given_at=_now(), verdict=verdict, comment=kept)
            )
        return True

    def forget(self) -> None:
        """Erase the text of questions and comments that are older than the setting allows; done daily by itself."""
        now = _now()
        self._forgotten_on = now.date()
        limit = now - datetime.timedelta(days=min(self._keep_days, (now - datetime.datetime.min).days))
        with self.engine.begin() as connection:
            old = (_QUESTIONS.c.asked_at < limit) & _QUESTIONS.c.text.is_not(None)
            erased = connection.execute(update(_QUESTIONS).where(old).values(text=None, closest="")).rowcount
            erased += connection.execute(delete(_FEEDBACK).where(_FEEDBACK.c.given_at < limit)).rowcount
        if erased:
            self._settle()

    def gaps(self) -> list[Gap]:
        """The questions that went unanswered or were voted down, those about the same together, most asked first."""
        self.forget()
        down = select(_FEEDBACK.c.question_id).where(_FEEDBACK.c.verdict == "down")
        unanswered = (_QUESTIONS.c.answered.is_(False)) | (_QUESTIONS.c.id.in_(down))
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(_QUESTIONS.c.text, _QUESTIONS.c.asked_at, _QUESTIONS.c.closest)
                .where(_QUESTIONS.c.text.is_not(None), unanswered)
                .order_by(_QUESTIONS.c.asked_at)
            ).all()
        groups: dict[frozenset[str], list[tuple[str, datetime.datetime, str]]] = {}
        for text, asked_at, closest in rows:
            groups.setdefault(_subject(text), []).append((text, asked_at, closest))
        gaps = [_gap(group) for group in groups.values()]
        return sorted(gaps, key=lambda gap: (-gap.count, gap.last), reverse=False)

    def export(self) -> Iterator[dict[str, Any]]:
        """All that is noted, a question at a time, oldest first, each with what readers thought of its answer."""
        self.forget()
        with self.engine.connect() as connection:
            votes: dict[str, list[dict[str, Any]]] = {}
            for row in connection.execute(select(_FEEDBACK).order_by(_FEEDBACK.c.id)).mappings():
                vote = {"given_at": row["given_at"].isoformat(), "verdict": row["verdict"], "comment": row["comment"]}
                votes.setdefault(row["question_id"], []).append(vote)
            for row in connection.execute(select(_QUESTIONS).order_by(_QUESTIONS.c.asked_at)).mappings():
                closest = row["closest"].split()
                asked_at = row["asked_at"].isoformat()
                yield {**row, "asked_at": asked_at, "closest": closest, "feedback": votes.get(row["id"], [])}

    def purge(self, before: datetime.datetime | None = None, containing: str = "") -> int:
        """Erase questions with their feedback, wholly: those asked `before` (UTC) and holding a text; how many.

        Without either, all are erased. A text is looked for in the question and in what readers wrote, whatever its
        capitals and accents.
        """
        wanted = fold(containing)
        doomed = [
            row["id"]
            for row in self.export()
            if (before is None or datetime.datetime.fromisoformat(row["asked_at"]) < before)
            and (
                not wanted
                or wanted in fold(row["text"] or "")
                or any(wanted in fold(vote["comment"] or "") for vote in row["feedback"])
            )
        ]
        with self.engine.begin() as connection:
            for at in range(0, len(doomed), 500):
                ids = doomed[at : at + 500]
                connection.execute(delete(_FEEDBACK).where(_FEEDBACK.c.question_id.in_(ids)))
                connection.execute(delete(_QUESTIONS).where(_QUESTIONS.c.id.in_(ids)))
        if doomed:
            self._settle()
        return len(doomed)

    def _settle(self) -> None:
        """Write what was erased through to the file itself, so that its log holds none of it any more."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def _subject(text: str) -> frozenset[str]:
    """The stems that carry the subject of a question; two questions with the same ones are taken as one."""
    return frozenset(token.stem for token in tokens(text) if not is_stop(token.word)) or frozenset({text.lower()})


def _gap(group: Sequence[tuple[str, datetime.datetime, str]]) -> Gap:
    texts = tuple(dict.fromkeys(text for text, _, _ in group))
    closest = tuple(dict.fromkeys(i for _, _, ids in group for i in ids.split()))
    return Gap(texts, len(group), group[0][1].isoformat(), group[-1][1].isoformat(), closest)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
