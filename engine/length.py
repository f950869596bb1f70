"""Lengths of time: how they are written, when they fall due, and the proof of each date.

Hours are elapsed hours on UTC. Everything else is counted on Europe/London days: the start is
day 0, and months and years take the corresponding day or the last day of the month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, cast

from engine.errors import CalendarEnds
from engine.london import (
    CLOSE_OF_DAY,
    LONDON,
    aware,
    end_of_day,
    in_words,
    london,
    london_date,
    midnight,
    moment_of,
    parse_day,
    parse_instant,
)
from engine.working_days import Calendar, Day

__all__ = [
    "CLOSE_OF_DAY", "LONDON", "Length", "Unit", "due_date", "due_instant", "end_of_day",
    "in_words", "london", "london_date", "method", "midnight", "parse_day", "parse_instant",
    "proof", "recount",
]  # fmt: skip

Unit = Literal["wd", "d", "w", "m", "y", "h"]

_LENGTH = re.compile(r"([+-]?)(0|[1-9][0-9]{0,4})(wd|d|w|m|y|h)")
_NAMES = {
    "wd": "working day", "d": "day", "w": "week", "m": "calendar month", "y": "year",
    "h": "elapsed hour",
}  # fmt: skip
_NO_SUCH_YEAR = "The date would fall outside any calendar. Check the start and the length."
_METHODS = {
    "wd": "walked one day at a time, leaving out weekends and the bank holidays on the list",
    "d": "counted off month by month, by the number of days in each",
    "w": "counted off month by month, by the number of days in each",
    "m": "stepped from the first of one month to the first of the next",
    "y": "stepped from the first of one month to the first of the next",
    "h": "added in seconds to the Unix time of the start",
}


@dataclass(frozen=True, slots=True)
class Length:
    """A number of working days, days, weeks, calendar months, years or elapsed hours."""

    number: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Length:
        """Read "15wd", "7d", "6w", "6m", "1y", "24h" or "-7wd" (seven working days before).

        Errors: ValueError in plain words.
        """
        return _parsed(str(text))

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"

    def in_words(self) -> str:
        """Write the length out: "15 working days", "7 working days before"."""
        plural = "" if abs(self.number) == 1 else "s"
        before = " before" if self.number < 0 else ""
        return f"{abs(self.number)} {_NAMES[self.unit]}{plural}{before}"


# A house has few lengths, and a step reads each of its ladders again.
@lru_cache(maxsize=512)
def _parsed(text: str) -> Length:
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(
            f"'{text}' is not a length of time: write a whole number and wd (working days),"
            " d (days), w (weeks), m (calendar months), y (years) or h (hours), like 15wd"
        )
    sign, number, unit = found.groups()
    return Length(-int(number) if sign == "-" else int(number), cast(Unit, unit))


def due_date(length: Length, start: date, calendar: Calendar) -> date:
    """Return the London day a length falls due; it is never moved for a weekend or holiday.

    A start with a time of day is taken on its London day. Errors: CalendarEnds; ValueError for
    hours, which fall due at a moment.
    """
    day = _day_of(start)
    if length.unit == "wd":
        return calendar.add(day, length.number)
    if length.unit == "h":
        raise ValueError("hours fall due at a moment, not on a day")
    try:
        if length.unit in ("m", "y"):
            return _corresponding_day(day, _months(length))
        return day + timedelta(days=_days(length))
    except (OverflowError, ValueError):
        raise CalendarEnds([_NO_SUCH_YEAR]) from None


def due_instant(
    length: Length, start: date, calendar: Calendar, closes: time = CLOSE_OF_DAY
) -> datetime:
    """Return the moment a length falls due, in UTC to the whole second.

    Hours run on from the start; anything else falls due at closes, London time, on its due day.
    Errors: CalendarEnds; ValueError for hours counted from a day without a time, or for a start
    without a time zone.
    """
    if length.unit != "h":
        return moment_of(due_date(length, start, calendar), closes)
    try:
        return _whole(_moment(start)) + timedelta(hours=length.number)
    except OverflowError:
        raise CalendarEnds([_NO_SUCH_YEAR]) from None


def proof(length: Length, start: date, calendar: Calendar) -> tuple[Day, ...]:
    """List the days behind a due date: each day passed, or the start, the due day and the rule."""
    if length.unit == "wd":
        return calendar.explain(_day_of(start), length.number)
    if length.unit == "h":
        return _proof_of_hours(length, _moment(start), calendar)
    day, due = _day_of(start), due_date(length, start, calendar)
    shut = due.weekday() > 4 or due in calendar.closed  # noqa: PLR2004 - Friday
    kept = "; it is not moved, though it is not a working day" if shut else ""
    return (
        Day(day, False, "day 0, the day it starts"),
        Day(due, True, f"{_later(length)}: {_rule(length, day, due)}{kept}"),
    )


def recount(length: Length, start: date, calendar: Calendar) -> date | datetime:
    """Reach the same answer by a second way that shares no arithmetic with the first.

    A moment in UTC for hours, otherwise a London day; method() says which way was taken.
    """
    if length.unit == "h":
        seconds = int(_whole(_moment(start)).timestamp()) + 3600 * length.number
        return datetime.fromtimestamp(seconds, UTC)
    day = _day_of(start)
    if length.unit == "wd":
        return _walked(day, length.number, calendar)
    if length.unit in ("m", "y"):
        return _stepped(day, _months(length))
    return _counted_off(day, _days(length))


def method(length: Length) -> str:
    """Say in words how recount() reaches its answer."""
    return _METHODS[length.unit]


def _day_of(start: date) -> date:
    return london_date(start) if isinstance(start, datetime) else start


def _moment(start: date) -> datetime:
    if not isinstance(start, datetime):
        raise ValueError("hours are counted from a time of day, and only the day is given")
    return aware(start)


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _days(length: Length) -> int:
    return length.number * (7 if length.unit == "w" else 1)


def _months(length: Length) -> int:
    return length.number * (12 if length.unit == "y" else 1)


def _corresponding_day(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _later(length: Length) -> str:
    return length.in_words() if length.number < 0 else f"{length.in_words()} later"


def _rule(length: Length, day: date, due: date) -> str:
    if length.unit not in ("m", "y"):
        return "every day is counted, weekends and bank holidays too"
    if day.day == due.day:
        return "the corresponding day of the month"
    return f"the month has no day {day.day}, so its last day"


def _proof_of_hours(length: Length, start: datetime, calendar: Calendar) -> tuple[Day, ...]:
    due = due_instant(length, start, calendar)
    moved = london(start).utcoffset() != london(due).utcoffset()
    change = "; the clocks change in between, so the time of day moves" if moved else ""
    return (
        Day(london_date(start), False, f"the clock starts: {in_words(start)}"),
        Day(london_date(due), True, f"{_later(length)}: {in_words(due)}{change}"),
    )


def _walked(day: date, number: int, calendar: Calendar) -> date:
    step, left = timedelta(days=1 if number > 0 else -1), abs(number)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def _stepped(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _ in range(abs(months)):
        first = _next_first(first) if months > 0 else (first - timedelta(days=1)).replace(day=1)
    last = _next_first(first) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def _next_first(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _counted_off(day: date, days: int) -> date:
    year, month, number = day.year, day.month, day.day + days
    while number > monthrange(year, month)[1]:
        number -= monthrange(year, month)[1]
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004
    while number < 1:
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        number += monthrange(year, month)[1]
    return date(year, month, number)
