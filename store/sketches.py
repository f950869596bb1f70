"""Cases for lists: each with its tasks, without its dates, read with two statements for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from engine.case import Case
from store import hot
from store.case_tables import CASE, TASK
from store.codec import CASE_COLUMNS, TASK_COLUMNS, case_of
from store.session import Asked
from store.statement import Row, plain

_OPEN = CASE.c.closed_at.is_(None)
_CASES = select(*hot.columns(CASE, *CASE_COLUMNS)).order_by(CASE.c.opened_at, CASE.c.reference)
_TASKS = (
    select(TASK.c.case, *hot.columns(TASK, *TASK_COLUMNS))
    .join_from(TASK, CASE, TASK.c.case == CASE.c.reference)
    .order_by(TASK.c.case, TASK.c.place, TASK.c.id)
)
_ALL = [Asked(plain(_CASES)), Asked(plain(_TASKS))]
_OPEN_ALONE = [Asked(plain(_CASES.where(_OPEN))), Asked(plain(_TASKS.where(_OPEN)))]


def questions(only_open: bool) -> list[Asked]:
    """What is asked for all of them: the cases, and their tasks."""
    return _OPEN_ALONE if only_open else _ALL


def sketches_of(cases: Iterable[Row], tasks: Iterable[Row]) -> Mapping[str, Case]:
    """The cases of the answers, by their references."""
    belonging: dict[str, list[Row]] = defaultdict(list)
    for row in tasks:
        belonging[row[0]].append(row[1:])
    return {row[0]: case_of(row, belonging[row[0]], (), ()) for row in cases}
