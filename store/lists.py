"""Lists across cases: where to look for them in an order, and what of each a list shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    JSON,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy import case as either

from engine.case import OPEN_STATES, Case
from engine.case_ports import Line
from engine.lists import Look, Order, Place
from store import hot
from store.case_tables import CASE, DEADLINE, TASK
from store.codec import CASE_COLUMNS, DEADLINE_COLUMNS, TASK_COLUMNS, case_of
from store.instants import Instant, moment, read, written
from store.part_tables import PART
from store.session import Asked
from store.statement import POSTGRES, Row, Statement, for_each, plain

_OPEN_DATE: Any = and_(
    DEADLINE.c.met_on.is_(None),
    DEADLINE.c.status.in_([literal_column(f"'{state}'") for state in OPEN_STATES]),
)


class _Way(NamedTuple):
    """What a look asks for, without its values: one statement serves all that ask alike."""

    order: Order
    digest: bool
    stage: bool
    who: bool
    process: bool
    only_open: bool
    late: bool
    after: bool


def question(look: Look, after: Place | None, limit: int) -> Asked:
    """The question that answers a look."""
    given = (look.digest, look.stage, look.who, look.process, look.only_open, look.late_by, after)
    values = {
        "digest": look.digest,
        "stage": look.stage,
        "who": look.who,
        "process": look.process,
        "late_by": written(look.late_by),
        "at": written(after.at) if after and isinstance(after.at, datetime) else None,
        "behind": after.reference if after else None,
        "most": limit,
    }
    return Asked(_places(_Way(look.order, *map(bool, given))), values)


def place(look: Look, row: Row) -> Place:
    """A place as it was read."""
    at, reference = row
    return Place(at if look.order is Order.REFERENCE else moment(at), reference)


@cache
def _places(way: _Way) -> Statement:
    at: Any = CASE.c[way.order]
    by, behind = [at, CASE.c.reference], _BEHIND
    if way.order is Order.REFERENCE:
        by, behind = [at], tuple_(bindparam("behind", type_=String()))
    found = select(at, CASE.c.reference).order_by(*by).limit(bindparam("most"))
    named: Any = PART.c.who == bindparam("who")
    if way.who and way.digest:
        of_case = PART.c.case == CASE.c.reference
        named = select(PART.c.case).where(named, of_case).correlate(CASE).exists()
    elif way.who:
        found = found.join_from(PART, CASE, PART.c.case == CASE.c.reference)
    wanted = {
        "who": named,
        "digest": CASE.c.digest == bindparam("digest"),
        "stage": CASE.c.stage == bindparam("stage"),
        "process": CASE.c.process == bindparam("process"),
        "late": CASE.c.late_from < bindparam("late_by"),
        "only_open": CASE.c.closed_at.is_(None),
        "after": tuple_(*by) > behind,
    }
    if way.order in (Order.CASE_DUE, Order.TASK_DUE):
        # A date is awaited in an open case alone.
        wanted["only_open"] = at.is_not(None)
    return plain(found.where(*(rule for name, rule in wanted.items() if getattr(way, name))))


_BEHIND = tuple_(bindparam("at", type_=Instant()), bindparam("behind", type_=String()))


CROWDED = plain(
    select(PART.c.case)
    .where(PART.c.who == bindparam("who"))
    .order_by(PART.c.case)
    .limit(literal_column("1"))
    .offset(bindparam("most"))
)


def whole(references: Sequence[str]) -> list[Asked]:
    """What is asked for a sketch of some cases: each itself, its tasks and its open dates."""
    values = {"these": orjson.dumps(list(references)).decode()}
    return [Asked(statement, values) for statement in _WHOLE]


def _these(dialect: str) -> Any:
    """The references of a JSON list, in the words of one kind of database."""
    these = bindparam("these", type_=String())
    if dialect == POSTGRES:
        return select(
            func.json_array_elements_text(cast(these, JSON)).table_valued("value").c.value
        )
    return select(func.json_each(these).table_valued("value").c.value)


_WHOLE = (
    for_each(
        lambda dialect: select(*hot.columns(CASE, *CASE_COLUMNS)).where(
            CASE.c.reference.in_(_these(dialect))
        )
    ),
    for_each(
        lambda dialect: (
            select(TASK.c.case, *hot.columns(TASK, *TASK_COLUMNS))
            .where(TASK.c.case.in_(_these(dialect)))
            .order_by(TASK.c.case, TASK.c.place, TASK.c.id)
        )
    ),
    for_each(
        lambda dialect: (
            select(DEADLINE.c.case, *hot.columns(DEADLINE, *DEADLINE_COLUMNS))
            .where(DEADLINE.c.case.in_(_these(dialect)), _OPEN_DATE)
            .order_by(DEADLINE.c.case, DEADLINE.c.place)
        )
    ),
)


def sketches(
    cases: Iterable[Row], tasks: Iterable[Row], deadlines: Iterable[Row]
) -> Mapping[str, Case]:
    """The cases of the answers, by their references."""
    asked, dates = _by_case(tasks), _by_case(deadlines)
    return {row[0]: case_of(row, asked[row[0]], dates[row[0]], ()) for row in cases}


def _by_case(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1:])
    return found


_AWAITED_ROWS = (
    select(DEADLINE.c.case, *hot.columns(DEADLINE, *DEADLINE_COLUMNS))
    .join_from(DEADLINE, CASE, DEADLINE.c.case == CASE.c.reference)
    .where(CASE.c.closed_at.is_(None), _OPEN_DATE)
    .order_by(DEADLINE.c.due, DEADLINE.c.case, DEADLINE.c.place)
)
AWAITED = plain(_AWAITED_ROWS)
AWAITED_UNTIL = plain(_AWAITED_ROWS.where(DEADLINE.c.due <= bindparam("until")))

_LINE = ("reference", "process", "stage", "opened_at", "closed_at", "pseudonym")
_RUNNING: Any = DEADLINE.c.status == literal_column("'running'")
_BREACHED: Any = DEADLINE.c.status == literal_column("'breached'")
_PAST: Any = DEADLINE.c.due < bindparam("now")
_MISSED: Any = and_(DEADLINE.c.met_on.is_(None), or_(_BREACHED, and_(_RUNNING, _PAST)))
_NEXT_DUE = func.min(either((and_(_RUNNING, ~_PAST), DEADLINE.c.due)))
_OVERDUE = func.coalesce(func.sum(either((_MISSED, literal_column("1")))), literal_column("0"))


@cache
def lines(of_process: bool, only_open: bool, only_overdue: bool) -> Statement:
    """The lines of all cases there are, or of those of some kind."""
    found = (
        select(*hot.columns(CASE, *_LINE), _NEXT_DUE, _OVERDUE)
        .join_from(CASE, DEADLINE, DEADLINE.c.case == CASE.c.reference, isouter=True)
        .group_by(CASE.c.reference)
        .order_by(CASE.c.opened_at, CASE.c.reference)
    )
    if of_process:
        found = found.where(CASE.c.process == bindparam("process"))
    if only_open:
        found = found.where(CASE.c.closed_at.is_(None))
    if only_overdue:
        overdue = _OVERDUE
        found = found.having(overdue > literal_column("0"))
    return plain(found)


def line(row: Row) -> Line:
    """A line as it was read."""
    reference, process, stage, opened_at, closed_at, pseudonym, next_due, overdue = row
    return Line(
        reference=reference,
        process=process,
        stage=stage,
        opened_at=moment(opened_at),
        closed_at=read(closed_at),
        next_due=read(next_due),
        overdue=int(overdue),
        pseudonym=pseudonym,
    )
