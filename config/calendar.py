"""The shipped calendar of England and Wales, read from bank_holidays.json.

Source: the GOV.UK list of bank holidays; the years around it are projected and say so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from engine.errors import HouseDown
from engine.working_days import Calendar

# Every year has had at least these eight; fewer means that part of the file is missing.
_LEAST_A_YEAR = 8


@cache
def official_calendar() -> Calendar:
    """Return the calendar that ships with the house.

    Errors: HouseDown if the file is missing or faulty.
    """
    try:
        text = resources.files("config").joinpath("bank_holidays.json").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise _down(f"it cannot be read ({type(fault).__name__})") from fault
    return read_calendar(text)


def read_calendar(text: str) -> Calendar:
    """Build a calendar from the text of a bank holiday file.

    Errors: HouseDown in plain words if it is faulty.
    """
    try:
        listed = json.loads(text)
        calendar = Calendar.from_json({**listed, "closed": _joined(listed)})
    except json.JSONDecodeError as fault:
        raise _down(f"it is not JSON from line {fault.lineno} on") from fault
    except ValueError as fault:
        raise _down(str(fault)) from fault
    except (KeyError, TypeError, AttributeError) as fault:
        raise _down("a part of it is missing or wrong") from fault
    _check_years(calendar)
    return calendar


def _joined(listed: Mapping[str, Any]) -> dict[str, str]:
    official: dict[str, str] = listed["official"]
    projected: dict[str, str] = listed["projected"]
    since, until = listed["official_from"], listed["official_until"]
    strays = [day for day in official if not since <= day <= until]
    strays += [day for day in projected if since <= day <= until]
    if strays:
        raise ValueError(f"{len(strays)} days are in the wrong section, {strays[0]} first")
    return projected | official


def _check_years(calendar: Calendar) -> None:
    found = Counter(day.year for day in calendar.names())
    years = range(calendar.first.year, calendar.horizon.year + 1)
    if short := [str(year) for year in years if found[year] < _LEAST_A_YEAR]:
        raise _down(f"bank holidays are missing in {', '.join(short)}")


def _down(fault: str) -> HouseDown:
    return HouseDown(
        f"The list of bank holidays (bank_holidays.json) is not usable: {fault}."
        " Put back the file that came with this release, or run script/refresh-bank-holidays."
    )
