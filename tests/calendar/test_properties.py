"""What is true of every date whatever the calendar, the length and the machine (R19-R22)."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from config.calendar import official_calendar
from engine.errors import CalendarEnds
from engine.length import (
    Length,
    due_date,
    due_instant,
    end_of_day,
    in_words,
    london_date,
    midnight,
    parse_instant,
    proof,
    recount,
)
from engine.working_days import Calendar

OFFICIAL = official_calendar()
THOROUGH = settings(max_examples=1_500, deadline=None)
FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)

inner_days = st.dates(date(2024, 1, 1), date(2025, 12, 31))
counts = st.integers(-60, 60)
forward = st.integers(0, 60)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Four years with any holidays at all, long closures and weekends among them."""
    days = draw(st.lists(inner_days, max_size=40))
    run = draw(st.integers(0, 15))
    start = draw(inner_days)
    closed = set(days) | {start + timedelta(days=n) for n in range(run)}
    return Calendar(dict.fromkeys(closed, "Made-up day"), FIRST, LAST, LAST, FIRST)


either = st.one_of(st.just(OFFICIAL), calendars())


@THOROUGH
@given(either, inner_days, inner_days, counts)
def test_a_later_start_never_gives_an_earlier_date(
    calendar: Calendar, a: date, b: date, n: int
) -> None:
    """R19: dates are monotone in the start."""
    early, late = sorted((a, b))
    assert calendar.add(early, n) <= calendar.add(late, n)


@THOROUGH
@given(either, inner_days, counts)
def test_one_working_day_more_gives_a_later_date(calendar: Calendar, start: date, n: int) -> None:
    """R19: dates are strictly monotone in the length."""
    assert calendar.add(start, n) < calendar.add(start, n + 1)


@THOROUGH
@given(either, inner_days, counts, counts)
def test_counting_in_two_parts_is_counting_once(
    calendar: Calendar, start: date, a: int, b: int
) -> None:
    """R19: from a working day, add(a) then add(b) is add(a + b)."""
    start = calendar.last_working_day(start)
    assert calendar.add(calendar.add(start, a), b) == calendar.add(start, a + b)


@THOROUGH
@given(either, inner_days, counts)
def test_counting_there_and_back_returns(calendar: Calendar, start: date, n: int) -> None:
    """R19: from a working day, n forward and n back is the day itself; 0 always is."""
    assert calendar.add(start, 0) == start
    start = calendar.last_working_day(start)
    assert calendar.add(calendar.add(start, n), -n) == start


@THOROUGH
@given(either, inner_days, counts.filter(bool))
def test_a_count_never_lands_on_a_closed_day(calendar: Calendar, start: date, n: int) -> None:
    """R19: a working-day date is a weekday that no bank holiday closes."""
    due = calendar.add(start, n)
    assert due.weekday() < 5
    assert due not in calendar.names()


@THOROUGH
@given(either, inner_days, forward)
def test_days_between_undo_a_count(calendar: Calendar, start: date, n: int) -> None:
    """R19: between(start, add(start, n)) is n, from any start."""
    assert calendar.between(start, calendar.add(start, n)) == n


@THOROUGH
@given(calendars(), inner_days, counts, inner_days)
@example(OFFICIAL, date(2022, 9, 9), 15, date(2022, 9, 20))
def test_a_proclaimed_holiday_never_shortens_a_clock(
    calendar: Calendar, start: date, n: int, extra: date
) -> None:
    """R19: one more holiday never makes a due date earlier, nor a count-back later."""
    assume(calendar.is_working(extra))
    before, after = calendar.add(start, n), calendar.proclaim(extra, "One-off").add(start, n)
    assert after >= before if n >= 0 else after <= before


@THOROUGH
@given(either, inner_days, counts)
@example(OFFICIAL, date(2024, 12, 20), 15)
def test_an_explanation_recounts_to_the_same_date(calendar: Calendar, start: date, n: int) -> None:
    """R19: the list is every day in turn, counts n of them, and ends on the due date."""
    due, days = calendar.add(start, n), calendar.explain(start, n)
    assert days[-1].date == due
    assert sum(d.counted for d in days) == abs(n)
    assert len(days) == max(1, abs((due - start).days))
    assert all(d.counted == calendar.is_working(d.date) for d in days) or n == 0
    assert all(d.because for d in days)


@THOROUGH
@given(either, inner_days, st.integers(-400, 400), st.sampled_from(["wd", "d", "w", "m", "y"]))
def test_the_second_count_agrees(calendar: Calendar, start: date, n: int, unit: str) -> None:
    """R19: proof and second count reach the due date for every unit and direction."""
    n = n // {"d": 1, "w": 4, "m": 12, "y": 100, "wd": 8}[unit]
    length = Length.parse(f"{n}{unit}")
    due = due_date(length, start, calendar)
    assert recount(length, start, calendar) == due == proof(length, start, calendar)[-1].date


@THOROUGH
@given(st.integers(-2 * 10**15, 7 * 10**15), st.integers(-200, 200))
def test_hours_are_the_same_on_the_second_count(microseconds: int, n: int) -> None:
    """R19: elapsed hours agree with Unix seconds from 1906 to 2191, to the whole second."""
    begun = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    length = Length.parse(f"{n}h")
    due = due_instant(length, begun, OFFICIAL)
    assert recount(length, begun, OFFICIAL) == due
    assert (due.microsecond, due.tzinfo) == (0, UTC)


@pytest.mark.parametrize("call", [
    lambda: OFFICIAL.add(OFFICIAL.horizon, 1),
    lambda: OFFICIAL.add(OFFICIAL.first, -1),
    lambda: OFFICIAL.add(date(2026, 11, 20), 99_999),
    lambda: OFFICIAL.add(date(2026, 11, 20), -99_999),
    lambda: OFFICIAL.add(OFFICIAL.horizon + timedelta(days=1), -1),
    lambda: OFFICIAL.add(OFFICIAL.first - timedelta(days=1), 1),
    lambda: OFFICIAL.add(date(1999, 1, 1), 0),
    lambda: OFFICIAL.is_working(date(2041, 1, 2)),
    lambda: OFFICIAL.between(date(2026, 1, 2), date(2041, 1, 2)),
    lambda: OFFICIAL.explain(date(2040, 12, 1), 60),
    lambda: OFFICIAL.last_working_day(OFFICIAL.first),
    lambda: OFFICIAL.provisional(date(1999, 12, 31)),
    lambda: recount(Length.parse("60wd"), date(2040, 12, 1), OFFICIAL),
    lambda: due_date(Length.parse("9000y"), date(2026, 1, 1), OFFICIAL),
    lambda: due_date(Length.parse("-9000y"), date(2026, 1, 1), OFFICIAL),
    lambda: due_date(Length.parse("99999w"), date(9000, 1, 1), OFFICIAL),
])  # fmt: skip
def test_no_date_is_given_beyond_the_calendar(call: Callable[[], object]) -> None:
    """R20: outside the known years the house refuses, in plain words, and says what to do."""
    with pytest.raises(CalendarEnds, match=r"Check the (dates|start)"):
        call()


def test_dates_outside_the_official_list_are_provisional() -> None:
    """R20: 2012 to 2028 is official; the years around it are projections, and say so."""
    marks = ("2011-12-31", "2012-01-01", "2028-12-31", "2029-01-01")
    days = [date.fromisoformat(mark) for mark in marks]
    assert [OFFICIAL.provisional(d) for d in days] == [True, False, False, True]
    assert OFFICIAL.explain(date(2028, 12, 29), 1)[2].because.endswith("bank holiday (projected)")


def test_a_warning_comes_120_days_before_the_list_ends() -> None:
    """R20: silent on the 121st day, a warning from the 120th, and for good after the end."""
    end = OFFICIAL.official_until
    assert OFFICIAL.warning(end - timedelta(days=121)) is None
    said = {n: OFFICIAL.warning(end + timedelta(days=n)) or "" for n in (-120, -1, 0, 1, 30)}
    assert "ends on Sunday 31 December 2028 (in 120 days)" in said[-120]
    assert "(in 1 day)" in said[-1]
    assert "(today)" in said[0]
    assert "ended on Sunday 31 December 2028 (1 day ago)" in said[1]
    assert all("Refresh the bank holiday list" in text for text in said.values())


# zone of the machine, its minutes ahead of UTC on 30 June
ZONES = [
    ("UTC", 0), ("Europe/London", 60), ("America/New_York", -240), ("Pacific/Kiritimati", 840),
    ("Pacific/Chatham", 765),
]  # fmt: skip


@pytest.fixture
def host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the whole machine into another time zone, and make sure that it took."""
    zone, minutes = request.param
    monkeypatch.setenv("TZ", zone)
    clock.tzset()
    assert clock.localtime(parse_instant("2026-06-30T12:00Z").timestamp()).tm_gmtoff == minutes * 60
    yield
    monkeypatch.undo()
    clock.tzset()


# start in UTC, length, due in UTC
MOMENTS = [
    ("2026-06-30T23:30Z", "1d", "2026-07-02T22:59:59Z"),  # 1 July in London already
    ("2026-06-30T22:30Z", "1d", "2026-07-01T22:59:59Z"),
    ("2025-03-29T20:30Z", "24h", "2025-03-30T20:30:00Z"),
    ("2025-10-25T19:30Z", "24h", "2025-10-26T19:30:00Z"),
    ("2024-12-20T16:40Z", "5wd", "2024-12-31T23:59:59Z"),
    ("2024-12-31T12:00Z", "6m", "2025-06-30T22:59:59Z"),
    ("2024-02-29T12:00Z", "1y", "2025-02-28T23:59:59Z"),
    ("2024-08-31T12:00Z", "6m", "2025-02-28T23:59:59Z"),
    ("2025-03-23T12:00Z", "1w", "2025-03-30T22:59:59Z"),
]


@pytest.mark.parametrize("host_zone", ZONES, indirect=True)
def test_the_machines_own_time_zone_changes_nothing(host_zone: None) -> None:
    """R21: on a machine anywhere, the same due moments, days, words and readings."""
    for start, length, due in MOMENTS:
        answer = due_instant(Length.parse(length), parse_instant(start), OFFICIAL)
        assert answer == parse_instant(due), (start, length)
        assert answer.tzinfo is UTC
    moment = parse_instant("2026-06-30T23:30Z")
    assert london_date(moment) == date(2026, 7, 1)
    assert in_words(moment) == "Wednesday 1 July 2026 at 00:30"
    assert parse_instant("2026-07-01T00:30") == moment
    assert midnight(date(2026, 7, 1)) == parse_instant("2026-06-30T23:00Z")
    assert end_of_day(date(2026, 7, 1)) == parse_instant("2026-07-01T22:59:59Z")
    assert recount(Length.parse("24h"), moment, OFFICIAL) == parse_instant("2026-07-01T23:30Z")
    five = due_instant(Length.parse("2wd"), moment, OFFICIAL, time(17))
    assert five == parse_instant("2026-07-03T16:00Z")
