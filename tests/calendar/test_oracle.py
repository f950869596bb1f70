"""Every date the house can give, against methods and lists that are not its own.

R18: numpy counts the working days, the package holidays supplies the bank holidays, dateutil
counts the months. Not one date may differ.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, cast

import holidays
import numpy as np
import pytest
from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

from config.calendar import official_calendar
from engine.length import Length, due_date, recount
from engine.working_days import Calendar

OFFICIAL = official_calendar()
FORWARD = range(1, 181)
BACK = range(-60, 0)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


SHIPPED = every_day(OFFICIAL.official_from, OFFICIAL.official_until)
SYNTHETIC_YEARS = every_day(date(2015, 1, 1), date(2035, 12, 31))


def computed_holidays() -> list[date]:
    """Bank holidays worked out from the rules, not read from the official list."""
    return sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(2011, 2031)))


def synthetic(seed: int) -> Calendar:
    """A made-up calendar with single holidays, long runs and holidays on weekends."""
    chance = random.Random(seed)
    span = every_day(date(2014, 1, 1), date(2037, 12, 31))
    closed = set(chance.sample(span, 300))
    for start in chance.sample(span[:-20], 20):
        closed.update(start + timedelta(days=n) for n in range(chance.randint(3, 14)))
    names = dict.fromkeys(closed, "Made-up day")
    return Calendar(names, span[0], date(2035, 12, 31), span[-1], date(2015, 1, 1))


def oracle(starts: list[date], numbers: range, closed: Iterable[date]) -> list[list[date]]:
    """Count with numpy; from a closed day the count begins on the near side of it."""
    roll: Literal["backward", "forward"] = "backward" if numbers[0] > 0 else "forward"
    counted = np.busday_offset(
        np.array(starts, "datetime64[D]")[:, None],
        np.array(numbers)[None, :],
        roll=roll,
        holidays=np.array(sorted(closed), "datetime64[D]"),
    )
    return cast(list[list[date]], counted.tolist())


def differing(
    calendar: Calendar, starts: list[date], numbers: range, closed: Iterable[date]
) -> tuple[int, list[date]]:
    """Return how many dates were compared, and the starts for which any differs."""
    expected = oracle(starts, numbers, closed)
    add = calendar.add
    wrong = [
        start
        for start, row in zip(starts, expected, strict=True)
        if [add(start, n) for n in numbers] != row
    ]
    return len(starts) * len(numbers), wrong


def test_every_due_date_of_the_shipped_calendar() -> None:
    """Each start from 2012 to 2028, each length from 1 to 180 working days: 0 differences."""
    compared, wrong = differing(OFFICIAL, SHIPPED, FORWARD, computed_holidays())
    assert (compared, wrong) == (6_210 * 180, [])


def test_every_count_back_in_the_shipped_calendar() -> None:
    """Each day from 2012 to 2028, 1 to 60 working days before it: 0 differences."""
    compared, wrong = differing(OFFICIAL, SHIPPED, BACK, computed_holidays())
    assert (compared, wrong) == (6_210 * 60, [])


def test_every_due_date_of_a_made_up_calendar() -> None:
    """Each start from 2015 to 2035 among 500 odd holidays: 0 differences."""
    calendar = synthetic(2026)
    compared, wrong = differing(calendar, SYNTHETIC_YEARS, FORWARD, calendar.names())
    assert (compared, wrong) == (7_670 * 180, [])


def test_every_count_back_in_a_made_up_calendar() -> None:
    """The same among odd holidays, counting back 1 to 60 days: 0 differences."""
    calendar = synthetic(1999)
    compared, wrong = differing(calendar, SYNTHETIC_YEARS, BACK, calendar.names())
    assert (compared, wrong) == (7_670 * 60, [])


def test_the_comparison_notices_one_missing_holiday() -> None:
    """Leave one bank holiday out of the other list, and the comparison fails."""
    closed = [day for day in computed_holidays() if day != date(2022, 9, 19)]
    _, wrong = differing(OFFICIAL, SHIPPED, FORWARD, closed)
    assert date(2022, 9, 16) in wrong


def test_days_between_agree_with_numpy() -> None:
    """Working days between any two of 20,000 pairs of days: 0 differences, and order turns sign."""
    chance = random.Random(7)
    pairs = [sorted(chance.choices(SHIPPED, k=2)) for _ in range(20_000)]
    one = timedelta(days=1)
    expected = np.busday_count(
        np.array([a + one for a, _ in pairs], "datetime64[D]"),
        np.array([b + one for _, b in pairs], "datetime64[D]"),
        holidays=np.array(computed_holidays(), "datetime64[D]"),
    ).tolist()
    assert [OFFICIAL.between(a, b) for a, b in pairs] == expected
    assert [-OFFICIAL.between(b, a) for a, b in pairs] == expected


MONTHS = [*range(-13, 25), 36, 60]


@pytest.mark.parametrize(("unit", "factor", "numbers"), [("m", 1, MONTHS), ("y", 12, range(-4, 5))])
def test_months_and_years_agree_with_dateutil(unit: str, factor: int, numbers: list[int]) -> None:
    """Each start from 2012 to 2028 and each number of months or years: 0 differences."""
    wrong = []
    for number in numbers:
        length, step = Length.parse(f"{number}{unit}"), relativedelta(months=number * factor)
        wrong += [
            (start, number)
            for start in SHIPPED
            if due_date(length, start, OFFICIAL) != start + step
        ]
    assert wrong == []


@pytest.mark.parametrize("text", ["15wd", "-7wd", "20wd", "0wd", "31d", "-40d", "12w", "6m", "1y"])
def test_the_second_count_agrees_on_every_day(text: str) -> None:
    """The proof's second method gives the same date for each start from 2012 to 2028."""
    asked = Length.parse(text)
    wrong = [d for d in SHIPPED if recount(asked, d, OFFICIAL) != due_date(asked, d, OFFICIAL)]
    assert wrong == []
