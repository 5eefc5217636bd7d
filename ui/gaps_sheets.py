"""The gaps and the figures of use as tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from api.sheets import Sheet
from kb.gaps import GapGroup, Now
from kb.journal import Week
from ui.gaps_view import reference
from ui.texts import Texts


def sheets(groups: Sequence[tuple[GapGroup, Now | None]], weeks: Sequence[Week], t: Texts) -> tuple[Sheet, Sheet]:
    """All groups, the solved ones too, and every week."""
    g = t.gaps
    rows = [_row(group, now, t) for group, now in groups]
    names = ("asked", "answered", "refused", "voted_down")
    used = [[week.monday.isoformat(), *(str(getattr(week, name)) for name in names)] for week in weeks]
    return (
        Sheet(g.sheet_gaps, list(g.columns.values()), rows),
        Sheet(g.sheet_weeks, [g.week, *(g.series[name] for name in names)], used),
    )


def _row(group: GapGroup, now: Now | None, t: Texts) -> list[str]:
    (question, _), *others = group.questions
    misses, g = group.counted, t.gaps
    passage = now[1][0] if now and now[1] and not now[0] else None
    return [
        question,
        "\n".join(text for text, _ in others),
        str(len(misses)),
        str(sum(not miss.answered for miss in misses)),
        str(sum(miss.voted_down for miss in misses)),
        misses[0].asked_at.date().isoformat(),
        misses[-1].asked_at.date().isoformat(),
        "\n".join(miss.comment for miss in misses if miss.comment),
        f"“{passage.quote}” ({reference(passage, t)})" if passage else "",
        passage.document_id if passage else "",
        passage.version if passage else "",
        "" if now is None else g.yes if now[0] else g.no,
        group.resolved_at.date().isoformat() if group.resolved_at and not group.open else "",
    ]
