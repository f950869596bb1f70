"""The cases of a house: reading one whole, keeping a step, and the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from engine.case import Case, Deadline, Event, Step
from engine.case_ports import Line, Outline
from engine.lists import Look, Place
from store import hot, lists, report_rows
from store.case_tables import CASE, DEADLINE, IDENTITY
from store.codec import (
    DEADLINE_COLUMNS,
    case_of,
    case_row,
    deadline_of,
    deadline_row,
    event_of,
    event_row,
    task_row,
)
from store.instants import written
from store.outbox_rows import owed_row
from store.refusals import no_case, recounted
from store.session import Asked, Session
from store.standing import standing_row
from store.statement import Statement, plain

_MINE, _OTHER = IDENTITY.alias("mine"), IDENTITY.alias("other")
_ALIKE = plain(
    select(_OTHER.c.case)
    .join(_MINE, (_OTHER.c.fact == _MINE.c.fact) & (_OTHER.c.value == _MINE.c.value))
    .where(_MINE.c.case == bindparam("reference"), _MINE.c.fact == bindparam("fact"))
    .where(_OTHER.c.case != _MINE.c.case)
    .order_by(_OTHER.c.case)
)
_FORGET = plain(delete(IDENTITY).where(IDENTITY.c.case == bindparam("reference")))


class Cases:
    """The cases of a house, as one unit of work sees them."""

    def __init__(self, session: Session, mail_domain: str) -> None:
        self._session = session
        self._mail_domain = mail_domain

    def open(self, reference: str) -> Case:
        """The whole case. Errors: Absent."""
        which = {"reference": reference}
        row, tasks, deadlines, identity = self._session.read_all(
            [
                Asked(hot.CASE_ROW, which),
                Asked(hot.TASKS, which),
                Asked(hot.DEADLINES, which),
                Asked(hot.IDENTITIES, which),
            ]
        )
        if not row:
            raise no_case()
        return case_of(row[0], tasks, deadlines, identity)

    def revision(self, reference: str) -> int:
        """How many steps were kept on a case; it tells that a case has moved. Errors: Absent."""
        found = self._session.read(hot.REVISION, {"reference": reference})
        if not found:
            raise no_case()
        return int(found[0][0])

    def keep(self, step: Step) -> None:
        """Write a step: the case first, guarded by the revision it began from.

        Errors: Stale where the case has moved on, or its reference was taken, or where its dates
        were counted on a calendar the house no longer goes by.
        """
        rest = [Asked(put, rows) for put, rows in _parts(step, self._mail_domain) if rows]
        self._session.write_all(_guard(step), rest)
        ((current,),) = self._session.read(hot.CALENDAR_NOW)
        if current is not None and current != step.events[-1].calendar:
            raise recounted()

    def forget(self, reference: str) -> int:
        """Erase the identifying values of a case, for good; its record stays whole.

        Returns how many values there were.
        """
        return self._session.write(_FORGET, {"reference": reference}).reached

    def alike(self, reference: str, fact: str) -> Sequence[str]:
        """Other cases whose value of an identifying fact is the same; the value is not told."""
        rows = self._session.read(_ALIKE, {"reference": reference, "fact": fact})
        return tuple(str(row[0]) for row in rows)

    def next_number(self, prefix: str, year: int) -> int:
        """A number never given before for this prefix and year."""
        done = self._session.write(hot.NEXT_NUMBER, {"prefix": prefix, "year": year})
        return int(done.rows[0][0])

    def due(self, by: datetime, limit: int) -> Sequence[str]:
        """References with a deadline the watch must look at by then, longest waiting first."""
        rows = self._session.read(hot.DUE, {"by": written(by), "most": limit})
        return tuple(str(row[0]) for row in rows)

    def lines(
        self, now: datetime, process: str = "", only_open: bool = False, only_overdue: bool = False
    ) -> Sequence[Line]:
        """One line for each case, the longest open first."""
        statement = lists.lines(bool(process), only_open, only_overdue)
        rows = self._session.read(statement, {"now": written(now), "process": process})
        return tuple(map(lists.line, rows))

    def places(
        self, looks: Sequence[Look], after: Place | None, limit: int
    ) -> Sequence[Sequence[Place]]:
        """For each look the first places of its order behind one, as many as the limit."""
        asked = [lists.question(look, after, limit) for look in looks]
        answers = self._session.read_all(asked) if asked else ()
        return [
            [lists.place(look, row) for row in rows]
            for look, rows in zip(looks, answers, strict=True)
        ]

    def awaited(self, until: datetime | None) -> Sequence[tuple[str, Deadline]]:
        """Open deadlines of open cases due by then, with their case, earliest first."""
        statement = lists.AWAITED if until is None else lists.AWAITED_UNTIL
        rows = self._session.read(statement, {"until": written(until)})
        return tuple((str(row[0]), deadline_of(row[1:])) for row in rows)

    def missed(self, since: datetime, until: datetime) -> Sequence[tuple[str, Deadline]]:
        """Deadlines of any case that were due, and missed, from one instant up to another."""
        rows = self._session.read(
            _MISSED_BETWEEN, {"since": written(since), "until": written(until)}
        )
        return tuple((str(row[0]), deadline_of(row[1:])) for row in rows)

    def dated(self, since: datetime, until: datetime) -> Sequence[tuple[str, str, Deadline]]:
        """Deadlines of any case due from one instant to another: case, process, deadline."""
        rows = self._session.read(
            report_rows.DATED, {"since": written(since), "until": written(until)}
        )
        return tuple((str(row[0]), str(row[1]), deadline_of(row[2:])) for row in rows)

    def outlines(self, since: datetime | None = None) -> Sequence[Outline]:
        """Every case that was not closed before an instant, without what hangs on it."""
        statement = report_rows.OUTLINES if since is None else report_rows.OUTLINES_SINCE
        rows = self._session.read(statement, {"since": written(since)})
        return tuple(map(report_rows.outline_of, rows))

    def crowded(self, who: str, most: int) -> bool:
        """Whether somebody has, or had, a part in more cases than so many."""
        return bool(self._session.read(lists.CROWDED, {"who": who, "most": most}))

    def sketches(self, references: Sequence[str]) -> Mapping[str, Case]:
        """Some cases by reference with their tasks and open dates, without what identifies."""
        return lists.sketches(*self._session.read_all(lists.whole(references)))

    def references(self, only_open: bool = False) -> Sequence[str]:
        rows = self._session.read(_OPEN_REFERENCES if only_open else _REFERENCES)
        return tuple(str(row[0]) for row in rows)

    def events(self, reference: str) -> Sequence[Event]:
        """The record of a case, from its first line. Errors: Absent."""
        rows = self._session.read(hot.EVENTS, {"reference": reference})
        if not rows:
            raise no_case()
        return tuple(map(event_of, rows))


def _guard(step: Step) -> Asked:
    """The case itself, if it is still at the revision the step began from."""
    row, before = case_row(step.case), step.before
    if before is None:
        return Asked(hot.OPEN_CASE, row)
    changed = tuple(name for name, was in standing_row(before).items() if row[name] != was)
    which = {"of": row["reference"], "seen": before.revision}
    return Asked(hot.move_case(changed), {**row, **which})


def _parts(step: Step, mail_domain: str) -> Iterator[tuple[Statement, list[Any]]]:
    case, before = step.case, step.before
    name = case.reference
    yield hot.ADD_EVENT, [event_row(name, event) for event in step.events]
    tasks = {t.id: (place, t) for place, t in enumerate(before.tasks)} if before else {}
    yield (
        hot.PUT_TASK,
        [
            task_row(name, place, task)
            for place, task in enumerate(case.tasks)
            if tasks.get(task.id) != (place, task)
        ],
    )
    dated = {d.identity: (place, d) for place, d in enumerate(before.deadlines)} if before else {}
    yield (
        hot.PUT_DEADLINE,
        [
            deadline_row(name, place, deadline)
            for place, deadline in enumerate(case.deadlines)
            if dated.get(deadline.identity) != (place, deadline)
        ],
    )
    yield (
        hot.PUT_IDENTITY,
        [{"case": name, "fact": fact, "value": value} for fact, value in step.identity.items()],
    )
    yield hot.PUT_PART, [{"who": who, "case": name} for who in step.parts]
    yield hot.OWE, [owed_row(name, owed, step.events[-1].at, mail_domain) for owed in step.owed]


_REFERENCES = plain(select(CASE.c.reference).order_by(CASE.c.opened_at, CASE.c.reference))
_OPEN_REFERENCES = plain(
    select(CASE.c.reference)
    .where(CASE.c.closed_at.is_(None))
    .order_by(CASE.c.opened_at, CASE.c.reference)
)

_MISSED_BETWEEN = plain(
    select(DEADLINE.c.case, *hot.columns(DEADLINE, *DEADLINE_COLUMNS))
    .where(DEADLINE.c.breached_at >= bindparam("since"))
    .where(DEADLINE.c.breached_at < bindparam("until"))
    .order_by(DEADLINE.c.breached_at, DEADLINE.c.case, DEADLINE.c.place)
)
