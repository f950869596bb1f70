"""The questions reports ask: each reads every case it counts with one statement."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from engine.case_ports import Outline
from store import hot
from store.case_tables import CASE, DEADLINE
from store.codec import DEADLINE_COLUMNS, state_of
from store.statement import Row, plain

DATED = plain(
    select(DEADLINE.c.case, CASE.c.process, *hot.columns(DEADLINE, *DEADLINE_COLUMNS))
    .join_from(DEADLINE, CASE, DEADLINE.c.case == CASE.c.reference)
    .where(DEADLINE.c.due >= bindparam("since"), DEADLINE.c.due <= bindparam("until"))
    .order_by(DEADLINE.c.due, DEADLINE.c.case, DEADLINE.c.place)
)

_ROWS = select(*hot.columns(CASE, "reference", "process", "digest", "state")).order_by(
    CASE.c.opened_at, CASE.c.reference
)
OUTLINES = plain(_ROWS)
OUTLINES_SINCE = plain(
    _ROWS.where(or_(CASE.c.closed_at.is_(None), CASE.c.closed_at >= bindparam("since")))
)


def outline_of(row: Row) -> Outline:
    reference, process, digest, state_text = row
    known = state_of(state_text)
    return Outline(reference, process, digest, known["entries"], known["facts"], known["meetings"])
