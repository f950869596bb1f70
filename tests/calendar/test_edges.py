"""The first and the last day a calendar knows, both inside, and nothing beyond them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config.calendar import official_calendar
from engine.errors import CalendarEnds
from engine.length import Length, proof
from engine.working_days import Calendar

FIRST, LAST = date(2025, 1, 6), date(2025, 1, 17)  # a Monday, and the Friday of the week after
FORTNIGHT = Calendar({}, FIRST, LAST, LAST, FIRST)
ONE_DAY = timedelta(days=1)


def test_the_first_and_last_days_are_inside() -> None:
    """Ten working days from Monday to Friday week, each of them reachable from either end."""
    assert FORTNIGHT.add(FIRST, 9) == FORTNIGHT.last_working_day(LAST) == LAST
    assert FORTNIGHT.add(LAST, -9) == FORTNIGHT.last_working_day(FIRST) == FIRST
    assert FORTNIGHT.add(LAST, 0) == LAST
    assert FORTNIGHT.add(FIRST, 0) == FIRST
    assert FORTNIGHT.between(FIRST, LAST) == 9
    assert FORTNIGHT.is_working(FIRST)
    assert FORTNIGHT.is_working(LAST)


@pytest.mark.parametrize("beyond", [FIRST - ONE_DAY, LAST + ONE_DAY])
def test_the_next_day_out_is_outside(beyond: date) -> None:
    """One day before the first or after the last, every question is refused."""
    for ask in (FORTNIGHT.is_working, FORTNIGHT.last_working_day, FORTNIGHT.provisional):
        with pytest.raises(CalendarEnds, match="Monday 6 January 2025 to Friday 17 January 2025"):
            ask(beyond)
    for n in (-1, 0, 1):
        with pytest.raises(CalendarEnds):
            FORTNIGHT.add(beyond, n)


def test_one_working_day_too_many_is_outside() -> None:
    """The tenth working day after the first day lies beyond the last, and the same back."""
    for start, n in ((FIRST, 10), (LAST, -10), (LAST, 1), (FIRST, -1)):
        with pytest.raises(CalendarEnds):
            FORTNIGHT.add(start, n)


@pytest.mark.parametrize("edge", [FIRST, LAST])
def test_a_holiday_may_fall_on_the_first_or_last_day(edge: date) -> None:
    """A bank holiday can be listed and proclaimed on either edge."""
    assert FORTNIGHT.proclaim(edge, "One-off") == replace(FORTNIGHT, closed={edge: "One-off"})


def test_a_holiday_outside_the_years_is_a_fault() -> None:
    """A list that names a day it does not cover is not a list."""
    for stray in (FIRST - ONE_DAY, LAST + ONE_DAY):
        with pytest.raises(ValueError, match="outside the years"):
            replace(FORTNIGHT, closed={stray: "Stray"})


def test_a_closed_first_day_has_no_working_day_before_it() -> None:
    """With no working day on or before a day, the last one is not invented."""
    closed = replace(FORTNIGHT, closed={FIRST: "Closed"})
    with pytest.raises(CalendarEnds):
        closed.last_working_day(FIRST)


def test_a_calendar_equals_only_a_calendar_with_the_same_content() -> None:
    """Another list, other official years or another thing altogether is not equal."""
    assert replace(FORTNIGHT) == FORTNIGHT
    assert replace(FORTNIGHT, official_until=LAST - ONE_DAY) != FORTNIGHT
    assert FORTNIGHT.snapshot != FORTNIGHT
    assert repr(FORTNIGHT) == f"<Calendar {FORTNIGHT.snapshot}>"


def test_the_order_of_the_given_list_does_not_matter() -> None:
    """The same holidays in another order are the same calendar under the same name."""
    calendar = official_calendar()
    backwards = dict(reversed(calendar.names().items()))
    assert replace(calendar, closed=backwards).snapshot == calendar.snapshot


def test_a_calendar_cannot_be_changed() -> None:
    """Nothing that was handed out can alter what a calendar says."""
    names = {date(2025, 1, 8): "One-off"}
    calendar = replace(FORTNIGHT, closed=names)
    names[date(2025, 1, 9)] = "Slipped in"
    calendar.names()[date(2025, 1, 10)] = "Slipped in"
    assert calendar.names() == {date(2025, 1, 8): "One-off"}
    with pytest.raises(AttributeError):
        calendar.horizon = date(2030, 1, 1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        calendar.closed[date(2025, 1, 9)] = "Slipped in"  # type: ignore[index]


def test_the_list_ending_today_is_not_said_to_have_ended() -> None:
    """On its last day the list still holds."""
    said = FORTNIGHT.warning(LAST) or ""
    assert "bank holidays ends on Friday 17 January 2025 (today)" in said


def test_zero_days_and_a_friday_need_no_excuse() -> None:
    """The day itself is "0 days later", and a due Friday is an ordinary working day."""
    _, last = proof(Length.parse("0d"), date(2025, 1, 10), FORTNIGHT)
    assert last.because == ("0 days later: every day is counted, weekends and bank holidays too")
    (only,) = proof(Length.parse("0wd"), date(2025, 1, 11), FORTNIGHT)
    assert only == (date(2025, 1, 11), False, "the day itself: nothing is counted")
