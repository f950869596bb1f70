"""Working hours: when a message that is not urgent may come."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from engine.errors import CalendarEnds
from engine.london import london, moment_of
from engine.working_days import Calendar

OPENS, CLOSES = time(8, 0), time(18, 0)
# London has the hour from one to two twice in October, and not at all in March.
NEVER_AT = 1


def working_moment(at: datetime, calendar: Calendar) -> datetime:
    """The first instant from this one on that lies between 08:00 and 18:00 of a working day.

    London time. Beyond the known bank holidays nothing rests: the instant itself.
    """
    try:
        return _working_moment(at, calendar)
    except CalendarEnds:
        return at


def _working_moment(at: datetime, calendar: Calendar) -> datetime:
    here = london(at)
    day = here.date()
    if calendar.is_working(day) and here.time() < CLOSES:
        return max(at, moment_of(day, OPENS))
    day += timedelta(days=1)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return moment_of(day, OPENS)
