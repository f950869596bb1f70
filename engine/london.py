"""London time: the day of a moment, the moments of a day, and how people write both."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
CLOSE_OF_DAY = time(23, 59, 59)

# Spelled out here because strftime follows the language of the machine.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

HOW_A_DAY = "a day is written year-month-day, like 2024-12-20"
HOW_A_MOMENT = "a moment is written as a day and a time, like 2024-12-20T16:40"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def aware(moment: datetime) -> datetime:
    """Return the moment as given. Errors: ValueError if it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a time without a time zone could be any of several moments")
    return moment


def moment_of(day: date, at: time) -> datetime:
    """Return a London day and time of day as a moment in UTC, to the whole second.

    A time that London had twice is the first.
    """
    at = at.replace(microsecond=0, tzinfo=LONDON, fold=0)
    return datetime.combine(day, at).astimezone(UTC)


def london(moment: datetime) -> datetime:
    """Return a moment as London reads it. Errors: ValueError if it has no time zone."""
    return aware(moment).astimezone(LONDON)


def london_date(moment: datetime) -> date:
    """Return the London day of a moment: 23:30 UTC on 30 June is 1 July."""
    return london(moment).date()


def midnight(day: date) -> datetime:
    """Return 00:00 London at the start of a day, in UTC."""
    return moment_of(day, time(0))


def end_of_day(day: date) -> datetime:
    """Return 23:59:59 London on a day, in UTC."""
    return moment_of(day, CLOSE_OF_DAY)


def parse_day(text: str) -> date:
    """Read a day written like 2024-12-20. Errors: ValueError in plain words."""
    if not _DAY.fullmatch(text):
        raise ValueError(HOW_A_DAY)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day in the calendar; check the month and day") from None


def parse_instant(text: str) -> datetime:
    """Read a moment written like 2024-12-20T16:40, London time unless it has an offset, into UTC.

    A time that London had twice (October) is the first, which gives the earlier deadline.
    Errors: ValueError in plain words, also for a time London skipped (March).
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError(HOW_A_MOMENT)
    try:
        read = datetime.fromisoformat(text)
        moment = (read if read.tzinfo else read.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such day or time; check them") from None
    if read.tzinfo is None and london(moment).replace(tzinfo=None) != read:
        raise ValueError(
            "London had no such time: the clocks went forward from 01:00 to 02:00 that night;"
            " give the time as it was before or after the change"
        )
    return moment


def day_in_words(day: date) -> str:
    """Write a day out in full: "Wednesday 15 January 2025"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def in_words(when: date) -> str:
    """Write a day or a moment out in full, London time: "Wednesday 11 June 2025 at 14:20".

    A time that London had twice says which it is, BST or GMT.
    """
    if not isinstance(when, datetime):
        return day_in_words(when)
    here = london(when)
    twice = here.utcoffset() != here.replace(fold=1 - here.fold).utcoffset()
    return f"{day_in_words(here)} at {here:%H:%M}{f' {here.tzname()}' if twice else ''}"
