"""Ladders: when somebody is told about a deadline, before it, on it and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.length import Length, due_date, london_date
from engine.london import moment_of
from engine.rules import Rung
from engine.working_days import Calendar

MORNING = time(9, 0)
ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Call:
    """A rung with its instant: whom to tell, and whether the deadline has passed by then."""

    at: datetime
    rung: Rung
    late: bool


def instant(rung: Rung, start: datetime, due: datetime, calendar: Calendar) -> datetime:
    """When a rung is reached: whole days at 09:00 London, hours and shares to the second."""
    if rung.at.endswith("%"):
        return start + (due - start) * int(rung.at[:-1]) // 100
    offset = Length.parse(rung.at)
    if offset.unit == "h":
        return due + timedelta(hours=offset.number)
    return moment_of(due_date(offset, london_date(due), calendar), MORNING)


def calls(
    ladder: Sequence[Rung], start: datetime, due: datetime, calendar: Calendar
) -> tuple[Call, ...]:
    """Every rung with its instant, in order of time."""
    timed = [(instant(rung, start, due, calendar), rung) for rung in ladder]
    # A clock that counts back ("-7wd") falls due before the day it is counted from.
    found = [Call(at, rung, at > due) for at, rung in timed if due < start or at >= start]
    return tuple(sorted(found, key=lambda call: call.at))


def next_look(
    ladder: Sequence[Rung],
    start: datetime,
    due: datetime,
    calendar: Calendar,
    looked_at: datetime,
    breached: bool,
) -> datetime | None:
    """The next instant at which the watch has something to do for a deadline.

    The breach itself is looked for one second after the due instant.
    """
    moments = [call.at for call in calls(ladder, start, due, calendar) if call.at > looked_at]
    if not breached:
        moments.append(due + ONE_SECOND)
    return min(moments, default=None)
