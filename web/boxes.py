"""The boxes of a day and a time, read as people type them: "27 March 2026" at "9.30am"."""

from __future__ import annotations

import re

from engine.london import MONTHS

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))? ?(?:([ap])\.?m\.?)?")
_NOON = 12
_SHORTEST = 3  # so many letters tell one month from another


def moment(day: str, month: str, year: str, at: str = "") -> str:
    """A day, and a time where there is one, as the engine reads them; empty where all are.

    What cannot be a day or a time is passed on as typed, to be refused in words.
    """
    if not (day or month or year or at):
        return ""
    whole = f"{year}-{_month(month).zfill(2)}-{day.zfill(2)}"
    return f"{whole}T{_time(at)}" if at else whole


def _month(typed: str) -> str:
    """A month's number; its name or the beginning of one will do."""
    name = typed.lower().rstrip(".")
    named = [n for n, each in enumerate(MONTHS, 1) if each.lower().startswith(name)]
    return str(named[0]) if len(name) >= _SHORTEST and named else typed


def _time(typed: str) -> str:
    """A time of 24 hours, from one like 9:30, 9.30am, 0930 or 4pm; an hour alone is none."""
    found = _TIME.fullmatch(typed.lower())
    if found is None:
        return typed.replace(".", ":")
    hour, minute, half = int(found[1]), found[2], found[3]
    if half and 1 <= hour <= _NOON:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    elif half or minute is None:
        return typed
    return f"{hour:02}:{minute or '00'}"
