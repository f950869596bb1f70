"""How a case stands: what of its own row some steps alone change, and lists are put in order by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.case import BREACHED, RUNNING, Case
from store.instants import written

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def standing_row(case: Case) -> dict[str, Any]:
    """The columns of a case that a step may leave as they were."""
    own, asked, late = _firsts(case)
    return {
        "version": case.version,
        "digest": case.digest,
        "rules": case.rules,
        "pseudonym": case.pseudonym,
        "stage": case.stage,
        "closed_at": written(case.closed_at),
        "case_due": written(own),
        "task_due": written(asked),
        "late_from": written(late),
    }


def _firsts(case: Case) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The earliest dates an open case awaits, of its own and of its tasks, and since when any is
    late: from long ago where that is on record.
    """
    dates = [d for d in case.deadlines if d.is_open]
    own = [d.due for d in dates if case.is_open and not d.task]
    asked = [d.due for d in dates if case.is_open and d.task]
    late = [d.due for d in dates if d.status == RUNNING]
    if any(d.status == BREACHED for d in dates):
        late = [LONG_AGO]
    return min(own, default=None), min(asked, default=None), min(late, default=None)
