"""What was asked and how it went, in SQL: the gap report of the programme team.

Holds no addresses and no names of visitors, and what leads to a person is masked in a question before it is written.
The text of a question is kept as many days as the setting says; what is left after that (when, answered or not) names
nobody. What is erased is overwritten in the file too.

In a PostgreSQL, which may be gone, questions are noted by a thread of its own: no answer waits for the database, and
what could not be noted is kept in memory, up to a limit, until it is back.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import Engine

from kb.database import Tables, open_file, open_server
from kb.language import fold
from kb.personal_data import mask
from kb.settings import Settings
from kb.types import Answer
from kb.write_behind import WriteBehind

FILE = "journal.sqlite3"

_AT_ONCE = 500
"""Ids in one query; SQLite takes no more than some thousand values."""
_WEEK = datetime.timedelta(days=7)
META = MetaData()
_QUESTIONS = Table(
    "questions",
    META,
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
    META,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("question_id", String(32), nullable=False, index=True),
    Column("given_at", DateTime, nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("comment", Text),
)


_RESOLVED = Table(
    "resolved",
    META,
    Column("question_id", String(32), primary_key=True),
    Column("resolved_at", DateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that the documents did not answer, or whose answer was voted down; its text is still kept."""

    id: str
    text: str
    asked_at: datetime.datetime
    answered: bool
    closest: tuple[str, ...] = ()
    """Ids of the documents that came closest."""
    voted_down: bool = False
    comment: str = ""
    resolved_at: datetime.datetime | None = None
    """When the team marked it as solved."""


@dataclass(frozen=True, slots=True)
class Week:
    """How much was asked in one week, and how it went."""

    monday: datetime.date
    asked: int = 0
    answered: int = 0
    refused: int = 0
    voted_down: int = 0


class Journal:
    """The journal of one installation. Safe to use from several threads."""

    def __init__(self, engine: Engine, keep_days: int) -> None:
        self.engine = engine
        self.tables = Tables(engine, META)
        self._keep_days = keep_days
        self._forgotten_on: datetime.date | None = None
        self._later = WriteBehind(self._write) if self.tables.server else None
        if self._later is None:
            self.forget()

    @classmethod
    def open(cls, path: Path, keep_days: int) -> Journal:
        """The journal in an SQLite file, made where there is none."""
        return cls(open_file(path), keep_days)

    @classmethod
    def of(cls, settings: Settings) -> Journal:
        """The journal that the settings name: in a PostgreSQL, or else a file in the data folder."""
        if settings.database_url:
            return cls(open_server(settings.database_url), settings.question_days)
        return cls.open(settings.data_dir / FILE, settings.question_days)

    @property
    def waiting(self) -> int:
        """Questions that are yet to be noted, as the database is gone."""
        return self._later.waiting if self._later else 0

    @property
    def lost(self) -> int:
        """Questions that were not noted, as the database was gone for too long."""
        return self._later.lost if self._later else 0

    def record(self, question: str, answer: Answer) -> None:
        """Note that a question was asked, and whether the documents answered it."""
        row: dict[str, Any] = {
            "id": answer.question_id,
            "asked_at": _now(),
            "text": mask(question) if self._keep_days else None,
            "language": answer.language,
            "answered": answer.answered,
            "certainty": answer.certainty,
            "mode": answer.mode,
            "closest": " ".join(dict.fromkeys(c.document_id for c in answer.closest)),
        }
        if self._later is not None:
            self._later.put({**row, "text": _plain(row["text"])})
        else:
            self._write([row])

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        if self._forgotten_on != _now().date():
            self.forget()
        with self.tables.begin() as connection:
            if self.tables.server:  # an attempt of which the end is not known is made again
                connection.execute(upsert(_QUESTIONS).on_conflict_do_nothing(), rows)
            else:
                connection.execute(insert(_QUESTIONS), rows)

    def _caught_up(self) -> None:
        """Note first what is yet to be noted, so that who asks now is told of it."""
        if self._later is not None:
            self._later.flush()

    def rate(self, question_id: str, verdict: str, comment: str | None) -> bool:
        """Note what a reader thought of an answer; the last word counts. False where no such question is known."""
        self._caught_up()
        with self.tables.begin() as connection:
            known = connection.execute(select(_QUESTIONS.c.id).where(_QUESTIONS.c.id == question_id)).first()
            if known is None:
                return False
            kept = _plain(mask(comment)) if comment and self._keep_days else None
            mine = _FEEDBACK.c.question_id == question_id
            before = connection.execute(select(_FEEDBACK.c.comment).where(mine, _FEEDBACK.c.verdict == verdict)).first()
            connection.execute(delete(_FEEDBACK).where(mine))
            row = {"question_id": question_id, "given_at": _now(), "verdict": verdict}
            connection.execute(insert(_FEEDBACK).values(**row, comment=kept or (before and before.comment)))
        return True

    def forget(self) -> None:
        """Erase the text of questions and comments that are older than the setting allows; done daily by itself.

        That a question was asked, and a vote without its words, stay for the figures.
        """
        now = _now()
        self._forgotten_on = now.date()
        limit = now - datetime.timedelta(days=min(self._keep_days, (now - datetime.datetime.min).days))
        with self.tables.begin() as connection:
            old = (_QUESTIONS.c.asked_at < limit) & _QUESTIONS.c.text.is_not(None)
            erased = connection.execute(update(_QUESTIONS).where(old).values(text=None, closest="")).rowcount
            said = (_FEEDBACK.c.given_at < limit) & _FEEDBACK.c.comment.is_not(None)
            erased += connection.execute(update(_FEEDBACK).where(said).values(comment=None)).rowcount
        if erased:
            self._settle()

    def misses(self) -> list[Miss]:
        """The questions that went unanswered or were voted down and of which the text is kept, in order of time."""
        self._caught_up()
        self.forget()
        down = select(_FEEDBACK).where(_FEEDBACK.c.verdict == "down").subquery()
        columns = (_QUESTIONS, down.c.verdict, down.c.comment, _RESOLVED.c.resolved_at)
        joined = _QUESTIONS.outerjoin(down, down.c.question_id == _QUESTIONS.c.id).outerjoin(
            _RESOLVED, _RESOLVED.c.question_id == _QUESTIONS.c.id
        )
        missed = _QUESTIONS.c.answered.is_(False) | down.c.verdict.is_not(None)
        wanted = select(*columns).select_from(joined).where(_QUESTIONS.c.text.is_not(None), missed)
        with self.tables.connect() as connection:
            rows = connection.execute(wanted.order_by(_QUESTIONS.c.asked_at, _QUESTIONS.c.id)).all()
        found = {
            row.id: Miss(
                row.id, row.text, row.asked_at, row.answered, tuple(row.closest.split()), row.verdict is not None,
                row.comment or "", row.resolved_at,
            )
            for row in rows
        }  # fmt: skip
        return list(found.values())

    def expired(self) -> int:
        """How many questions went unanswered or were voted down of which the text is erased, and none marked solved."""
        down = select(_FEEDBACK.c.question_id).where(_FEEDBACK.c.verdict == "down")
        missed = _QUESTIONS.c.answered.is_(False) | _QUESTIONS.c.id.in_(down)
        solved = _QUESTIONS.c.id.in_(select(_RESOLVED.c.question_id))
        wanted = select(func.count()).select_from(_QUESTIONS).where(_QUESTIONS.c.text.is_(None), missed, ~solved)
        with self.tables.connect() as connection:
            return int(connection.execute(wanted).scalar_one())

    def resolve(self, question_ids: Sequence[str], solved: bool = True) -> None:
        """Mark questions as solved by the team, or as open again; ids that nobody knows are passed over."""
        with self.tables.begin() as connection:
            known = [
                row.id
                for start in range(0, len(question_ids), _AT_ONCE)
                for row in connection.execute(
                    select(_QUESTIONS.c.id).where(_QUESTIONS.c.id.in_(question_ids[start : start + _AT_ONCE]))
                )
            ]
            for question_id in known:
                connection.execute(delete(_RESOLVED).where(_RESOLVED.c.question_id == question_id))
                if solved:
                    connection.execute(insert(_RESOLVED).values(question_id=question_id, resolved_at=_now()))

    def weeks(self) -> list[Week]:
        """How much was asked in each week (from Monday, UTC) and how it went, from the first week to this one."""
        down = select(_FEEDBACK.c.question_id).where(_FEEDBACK.c.verdict == "down").distinct()
        wanted = select(_QUESTIONS.c.asked_at, _QUESTIONS.c.answered, _QUESTIONS.c.id.in_(down).label("down"))
        counts: dict[datetime.date, Counter[str]] = {}
        self._caught_up()
        with self.tables.connect() as connection:
            for row in connection.execute(wanted):
                week = counts.setdefault(_monday(row.asked_at.date()), Counter())
                week.update(["asked", "answered" if row.answered else "refused", *(["voted_down"] if row.down else [])])
        first, last = min(counts, default=None), _monday(_now().date())
        if first is None:
            return []
        span = (max(last, max(counts)) - first).days // 7
        days = [first + n * _WEEK for n in range(span + 1)]
        return [Week(day, **dict(counts.get(day, Counter()))) for day in days]

    def export(self) -> Iterator[dict[str, Any]]:
        """All that is noted, a question at a time, oldest first, each with what readers thought of its answer."""
        self._caught_up()
        self.forget()
        with self.tables.connect() as connection:
            votes: dict[str, list[dict[str, Any]]] = {}
            for row in connection.execute(select(_FEEDBACK).order_by(_FEEDBACK.c.id)).mappings():
                vote = {"given_at": row["given_at"].isoformat(), "verdict": row["verdict"], "comment": row["comment"]}
                votes.setdefault(row["question_id"], []).append(vote)
            wanted = select(_QUESTIONS).order_by(_QUESTIONS.c.asked_at, _QUESTIONS.c.id)
            for row in connection.execute(wanted).mappings():
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
        with self.tables.begin() as connection:
            for at in range(0, len(doomed), _AT_ONCE):
                ids = doomed[at : at + _AT_ONCE]
                for table in (_FEEDBACK, _RESOLVED):
                    connection.execute(delete(table).where(table.c.question_id.in_(ids)))
                connection.execute(delete(_QUESTIONS).where(_QUESTIONS.c.id.in_(ids)))
        if doomed:
            self._settle()
        return len(doomed)

    def _settle(self) -> None:
        """Write what was erased through to the file itself, so that neither it nor its log holds any of it."""
        with self.tables.outside() as connection:
            if self.tables.server:
                connection.exec_driver_sql("vacuum (full) questions, feedback, resolved")
            else:
                connection.exec_driver_sql("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Let go of the database."""
        if self._later is not None:
            self._later.close()
        self.engine.dispose()


def _plain(text: str | None) -> str | None:
    """A text as PostgreSQL takes it: it knows no character 0, nor halves of surrogate pairs."""
    return text and text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
