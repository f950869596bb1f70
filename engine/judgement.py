"""Judgement: whether a dated deadline is met, late, held, missed or running."""

from __future__ import annotations

from datetime import date, datetime

from engine.case import BREACHED, CANCELLED, HELD, MET, MET_LATE, RUNNING, Case, Deadline
from engine.clocks import is_late, met
from engine.ladder import next_look
from engine.length import london_date
from engine.rules import Rule
from engine.ruling import Ruling
from engine.shape import Timescale
from engine.situation import Situation
from engine.values import replace


def cancelled(deadline: Deadline) -> Deadline:
    """The deadline as one nobody waits for any more."""
    return replace(deadline, status=CANCELLED, look_at=None)


def judge(
    timescale: Timescale, situation: Situation, dated: Deadline, found: Ruling, held: bool
) -> Deadline:
    """Say whether a dated deadline is met, late, held, missed or running."""
    missed = dated.breached_at if dated.breached_at and dated.due <= dated.breached_at else None
    if missed is not dated.breached_at:
        dated = replace(dated, breached_at=missed)
    ended = _ended(timescale, situation.case, dated)
    if ended is not None:
        return _close(timescale, dated, found.rule, *ended)
    if timescale.lasting and situation.now > dated.due:
        return replace(dated, status=MET, met_on=london_date(dated.due), look_at=None)
    if held and missed is None:
        return replace(dated, status=HELD, look_at=None)
    status = RUNNING if missed is None else BREACHED
    look_at = _look(situation, dated, found)
    if (status, look_at) == (dated.status, dated.look_at):
        return dated
    return replace(dated, status=status, look_at=look_at)


def _ended(
    timescale: Timescale, case: Case, deadline: Deadline
) -> tuple[str, date, datetime | None] | None:
    if deadline.task:
        task = case.task(deadline.task)
        if task is None or task.settled_on is None:
            return None
        kind = CANCELLED if task.status == "cancelled" else MET
        return kind, task.settled_on, task.settled_at
    found = met(timescale, case, deadline)
    return None if found is None else (MET, found[0], found[1])


def _close(
    timescale: Timescale,
    deadline: Deadline,
    rule: Rule,
    kind: str,
    day: date,
    moment: datetime | None,
) -> Deadline:
    if kind == CANCELLED:
        return cancelled(deadline)
    if timescale.lasting:
        early = day < london_date(deadline.due)
        status = BREACHED if early else MET
        return replace(deadline, status=status, met_on=day, look_at=None)
    status = MET_LATE if is_late(rule, day, moment, deadline.due) else MET
    return replace(deadline, status=status, met_on=day, look_at=None)


def _look(situation: Situation, deadline: Deadline, found: Ruling) -> datetime | None:
    looked = deadline.looked_at or situation.now
    if deadline.look_at is not None and deadline.look_at > looked:
        return deadline.look_at
    breached = deadline.breached_at is not None
    start, calendar = found.began.moment, situation.calendar
    return next_look(found.rule.ladder, start, deadline.due, calendar, looked, breached)
