"""Due dates reached another way: numpy counts, the package holidays knows the bank holidays.

Nothing here is shared with the engine but the written form of a length.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import holidays
import numpy as np

LONDON = ZoneInfo("Europe/London")
ONE = timedelta(days=1)
BANK_HOLIDAYS = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(2011, 2036)))
_WORKING = np.busdaycalendar(holidays=np.array(sorted(BANK_HOLIDAYS), "datetime64[D]"))
_LENGTH = re.compile(r"(-?\d+)(wd|[dwmyh])")


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def later(start: date, length: str) -> date:
    """The day a length after a day, which is day 0; months and years keep the day or the last."""
    number, unit = _read(length)
    if unit == "wd":
        return _working_days(start, number)
    if unit in "dw":
        return start + number * (7 * ONE if unit == "w" else ONE)
    months = start.year * 12 + start.month - 1 + number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _read(length: str) -> tuple[int, str]:
    found = _LENGTH.fullmatch(length)
    assert found is not None, length
    return int(found[1]), found[2]


def _working_days(start: date, number: int) -> date:
    if number == 0:
        return start
    roll = "backward" if number > 0 else "forward"
    counted = np.busday_offset(np.datetime64(start), number, roll=roll, busdaycal=_WORKING)  # type: ignore[call-overload]
    return cast(date, counted.item())


def day_of(text: str) -> date:
    """The London day of a day or an instant written as text."""
    if len(text) == 10:
        return date.fromisoformat(text)
    return london_day(datetime.fromisoformat(text))


def london_day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def closing(day: date, closes: time) -> datetime:
    return datetime.combine(day, closes, LONDON).astimezone(UTC)


def raw_due(length: str, start: str, closes: time, cap: tuple[str, str] | None = None) -> datetime:
    """When a length from a start falls due, holds and extensions left out.

    cap is the text of a day and a length: it may not fall later than that length from that day.
    """
    number, unit = _read(length)
    if unit == "h":
        if len(start) == 10:
            begun = closing(date.fromisoformat(start), time(0))
        else:
            begun = datetime.fromisoformat(start).astimezone(UTC)
        due = begun + timedelta(hours=number)
    else:
        due = closing(later(day_of(start), length), closes)
    if cap is None:
        return due
    return min(due, closing(later(day_of(cap[0]), cap[1]), closes))


def moved_on(due: datetime, length: str, since: date, held: Iterable[date]) -> datetime:
    """A due date moved on by each held day that stopped the clock since it ran.

    Held days are a set: two holds on one day hold it once. Days that are only held because the
    date moved on to them count too, so it is asked again until it stands still.
    """
    first = london_day(due)
    working = length.endswith("wd")
    stopped = sorted(day for day in set(held) if day >= since)
    day = first
    while True:
        count = sum(
            1 for held_day in stopped if held_day <= day and (not working or is_working(held_day))
        )
        again = _after(first, count, working)
        if again == day:
            return closing(day, due.astimezone(LONDON).time())
        day = again


def _after(day: date, count: int, working: bool) -> date:
    return _working_days(day, count) if working else day + count * ONE
