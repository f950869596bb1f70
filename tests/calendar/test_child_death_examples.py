"""The worked examples of child death review and of disputes: hours, clock changes, ages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from config.calendar import official_calendar
from engine.ages import age_days, age_on, birthday, under_18
from engine.length import (
    Length,
    due_date,
    due_instant,
    in_words,
    london,
    london_date,
    method,
    parse_day,
    parse_instant,
    proof,
    recount,
)

OFFICIAL = official_calendar()


def row(name: str, *values: object) -> object:
    return pytest.param(*values, id=name)


# start, length, the answer as London reads it, the wrong answer of adding to the wall clock
HOURS = [
    row("5.1 weekday", "2025-06-10T14:20", "24h", "2025-06-11T14:20+01:00", None),
    row("5.1 weekday, 48 h", "2025-06-10T14:20", "48h", "2025-06-12T14:20+01:00", None),
    row("5.2 forward", "2025-03-29T20:30", "24h", "2025-03-30T21:30+01:00", "2025-03-30T20:30"),
    row("5.2 forward, 48 h", "2025-03-29T20:30", "48h", "2025-03-31T21:30+01:00",
        "2025-03-31T20:30"),
    row("5.2 over the gap", "2025-03-29T01:30", "24h", "2025-03-30T02:30+01:00", None),
    row("5.3 back", "2025-10-25T20:30", "24h", "2025-10-26T19:30+00:00", "2025-10-26T20:30"),
    row("5.3 back, 48 h", "2025-10-25T20:30", "48h", "2025-10-27T19:30+00:00",
        "2025-10-27T20:30"),
    row("5.3 unsaid, so the first 01:30", "2025-10-26T01:30", "24h", "2025-10-27T00:30+00:00",
        "2025-10-27T01:30"),
    row("5.3 the first 01:30, 48 h", "2025-10-26T01:30+01:00", "48h", "2025-10-28T00:30+00:00",
        "2025-10-28T01:30"),
    row("5.3 the second 01:30", "2025-10-26T01:30+00:00", "24h", "2025-10-27T01:30+00:00", None),
    row("5.3 the second 01:30, 48 h", "2025-10-26T01:30+00:00", "48h", "2025-10-28T01:30+00:00",
        None),
    row("5.3 into the first 01:30", "2025-10-25T01:30", "24h", "2025-10-26T01:30+01:00",
        "2025-10-26T01:30+00:00"),
    row("5.4 Christmas Day", "2025-12-25T03:10", "24h", "2025-12-26T03:10+00:00", None),
    row("5.4 Christmas Day, 48 h", "2025-12-25T03:10", "48h", "2025-12-27T03:10+00:00", None),
    row("5.5 Easter", "2026-04-02T16:45", "24h", "2026-04-03T16:45+01:00", None),
    row("5.5 Easter, 48 h", "2026-04-02T16:45", "48h", "2026-04-04T16:45+01:00", None),
    row("5.7 from awareness", "2025-08-22T10:05", "24h", "2025-08-23T10:05+01:00", None),
    row("5.7 from awareness, 48 h", "2025-08-22T10:05", "48h", "2025-08-24T10:05+01:00", None),
]  # fmt: skip


@pytest.mark.parametrize(("start", "length", "expected", "wall"), HOURS)
def test_hours_are_elapsed_hours(start: str, length: str, expected: str, wall: str | None) -> None:
    """Hours run through weekends, holidays and both clock changes as real hours."""
    asked, begun = Length.parse(length), parse_instant(start)
    answer = due_instant(asked, begun, OFFICIAL)
    assert london(answer).isoformat(timespec="minutes") == expected
    assert answer - begun == timedelta(hours=asked.number)
    assert recount(asked, begun, OFFICIAL) == answer
    assert proof(asked, begun, OFFICIAL)[-1].date == london_date(answer)
    assert wall is None or answer != parse_instant(wall)


# start, length, due day, the wrong answer of leaving out weekends only
DAYS = [
    row("5.1 reporting form, 10 wd", "2025-06-11", "10wd", "Wednesday 25 June 2025", None),
    row("5.1 reporting form, 15 wd", "2025-06-11", "15wd", "Wednesday 2 July 2025", None),
    row("5.1 three weeks", "2025-06-11", "3w", "Wednesday 2 July 2025", None),
    row("5.1 review meeting", "2025-06-10", "3m", "Wednesday 10 September 2025", None),
    row("5.1 not 12 weeks", "2025-06-10", "12w", "Tuesday 2 September 2025", None),
    row("5.1 not 90 days", "2025-06-10", "90d", "Monday 8 September 2025", None),
    row("5.4 first working day", "2025-12-25", "1wd", "Monday 29 December 2025", "2025-12-26"),
    row("5.4 registrar", "2025-12-29", "7d", "Monday 5 January 2026", None),
    row("5.4 coroner, days", "2025-12-24", "3d", "Saturday 27 December 2025", None),
    row("5.4 coroner, working days", "2025-12-24", "3wd", "Wednesday 31 December 2025",
        "2025-12-29"),
    row("5.4 review meeting", "2025-12-25", "3m", "Wednesday 25 March 2026", None),
    row("5.5 Easter, 1 wd", "2026-04-02", "1wd", "Tuesday 7 April 2026", "2026-04-03"),
    row("5.5 Easter, 2 wd", "2026-04-02", "2wd", "Wednesday 8 April 2026", "2026-04-06"),
    row("5.5 Easter, 3 wd", "2026-04-02", "3wd", "Thursday 9 April 2026", "2026-04-07"),
    row("5.5 Easter, 3 d", "2026-04-02", "3d", "Sunday 5 April 2026", None),
    row("5.5 Easter, 5 wd", "2026-04-02", "5wd", "Monday 13 April 2026", "2026-04-09"),
    row("5.5 Easter, 15 wd", "2026-04-02", "15wd", "Monday 27 April 2026", "2026-04-23"),
    row("5.6 short month", "2025-11-30", "3m", "Saturday 28 February 2026", None),
    row("5.6 into a leap day", "2023-11-30", "3m", "Thursday 29 February 2024", None),
    row("5.6 six months", "2025-08-31", "6m", "Saturday 28 February 2026", None),
    row("5.7 from awareness, 1 wd", "2025-08-22", "1wd", "Tuesday 26 August 2025", "2025-08-25"),
    row("5.7 from awareness, 5 wd", "2025-08-22", "5wd", "Monday 1 September 2025", "2025-08-29"),
    row("5.8 raw date", "2025-01-15", "3m", "Tuesday 15 April 2025", None),
    row("5.8 and 290 days of hold", "2025-04-15", "290d", "Friday 30 January 2026", None),
    row("5.9 from the report", "2026-02-20", "6w", "Friday 3 April 2026", None),
    row("5.9 from the meeting", "2026-02-11", "6w", "Wednesday 25 March 2026", None),
    row("5.11 State Funeral", "2022-09-16", "3wd", "Thursday 22 September 2022", "2022-09-21"),
    row("5.11 Jubilee", "2022-06-01", "3wd", "Wednesday 8 June 2022", "2022-06-06"),
    row("5.11 Coronation", "2023-05-05", "3wd", "Thursday 11 May 2023", "2023-05-10"),
    row("5.12 notification", "2025-12-19", "5wd", "Tuesday 30 December 2025", "2025-12-26"),
    row("5.12 rapid review", "2025-12-19", "15wd", "Wednesday 14 January 2026", "2026-01-09"),
    row("5.13 registrar, clock change", "2025-10-23", "7d", "Thursday 30 October 2025", None),
]  # fmt: skip


@pytest.mark.parametrize(("start", "length", "expected", "wrong"), DAYS)
def test_days_weeks_and_months(start: str, length: str, expected: str, wrong: str | None) -> None:
    """Day, week, month and working-day clocks run on London days and are never moved."""
    asked, begun = Length.parse(length), parse_day(start)
    answer = due_date(asked, begun, OFFICIAL)
    assert in_words(answer) == expected
    assert recount(asked, begun, OFFICIAL) == answer, method(asked)
    assert proof(asked, begun, OFFICIAL)[-1].date == answer
    assert wrong is None or answer != parse_day(wrong)


def test_the_two_readings_of_the_coroners_three_days_are_four_days_apart() -> None:
    """5.4: three days and three working days from Christmas Eve differ by four days."""
    start = parse_day("2025-12-24")
    days, working = (due_date(Length.parse(n), start, OFFICIAL) for n in ("3d", "3wd"))
    assert (working - days).days == 4


def test_the_start_event_of_the_six_weeks_matters_by_nine_days() -> None:
    """5.9: from the meeting the six weeks end nine days sooner than from the report."""
    report, meeting = parse_day("2026-02-20"), parse_day("2026-02-11")
    asked = Length.parse("6w")
    apart = due_date(asked, report, OFFICIAL) - due_date(asked, meeting, OFFICIAL)
    assert apart.days == 9


def test_a_reminder_for_a_saturday_goes_on_the_friday() -> None:
    """5.6: the due date stays on Saturday 28 February; the last working day is the 27th."""
    assert OFFICIAL.last_working_day(date(2026, 2, 28)) == date(2026, 2, 27)


def test_a_death_abroad_learned_late() -> None:
    """5.7: 02:15 in Spain is 01:15 in London, and the 24 hours had passed when it was known."""
    died, aware = parse_instant("2025-08-16T02:15+02:00"), parse_instant("2025-08-22T10:05")
    assert in_words(died) == "Saturday 16 August 2025 at 01:15"
    assert due_instant(Length.parse("24h"), died, OFFICIAL) < aware


def test_half_past_midnight_in_madrid_is_the_day_before_in_london() -> None:
    """5.7: a certified date is not to be converted, for the London day can be another."""
    died = parse_instant("2025-08-16T00:30+02:00")
    assert london(died).isoformat(timespec="minutes") == "2025-08-15T23:30+01:00"


@pytest.mark.parametrize(("born", "died", "child", "years"), [
    row("5.10 the day before", "2008-06-10", "2026-06-09", True, 17),
    row("5.10 the eighteenth birthday", "2008-06-10", "2026-06-10", False, 18),
    row("5.10 leap day, 28 February", "2008-02-29", "2026-02-28", True, 17),
    row("5.10 leap day, 1 March", "2008-02-29", "2026-03-01", False, 18),
    row("5.10 infant", "2025-05-01", "2026-04-30", True, 0),
    row("5.10 one year", "2025-05-01", "2026-05-01", True, 1),
])  # fmt: skip
def test_a_child_is_under_eighteen(born: str, died: str, child: bool, years: int) -> None:
    """The eighteenth birthday is outside; a leap-day child has it on 1 March in a common year."""
    assert under_18(parse_day(born), parse_day(died)) is child
    assert age_on(parse_day(born), parse_day(died)) == years


@pytest.mark.parametrize(("died", "days"), [
    row("5.10 neonatal", "2025-05-28", 27),
    row("5.10 not neonatal", "2025-05-29", 28),
    row("5.10 infant", "2026-04-30", 364),
    row("day of birth", "2025-05-01", 0),
])  # fmt: skip
def test_age_in_days(died: str, days: int) -> None:
    """Neonatal means under 28 days and infant under a year, counted in days from birth."""
    assert age_days(date(2025, 5, 1), parse_day(died)) == days


def test_a_leap_day_birthday() -> None:
    """29 February stays in a leap year and becomes 1 March in a common one."""
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 2, 29), 16) == date(2024, 2, 29)


def test_age_is_taken_on_london_days() -> None:
    """A death at 23:30 UTC on the eve of a June birthday is a death on the birthday."""
    died = datetime.fromisoformat("2026-06-09T23:30+00:00")
    assert not under_18(date(2008, 6, 10), london_date(died))


@pytest.mark.parametrize(("raised", "expected", "utc"), [
    row("over Christmas", "2026-12-24T10:00", "Wednesday 30 December 2026 at 17:00", 17),
    row("over Easter", "2027-03-25T10:00", "Wednesday 31 March 2027 at 17:00", 16),
])  # fmt: skip
def test_a_dispute_stage_ends_at_five(raised: str, expected: str, utc: int) -> None:
    """Two working days of a dispute end at 17:00 London, whatever that is in UTC."""
    asked, begun = Length.parse("2wd"), parse_instant(raised)
    answer = due_instant(asked, begun, OFFICIAL, time(17))
    assert (in_words(answer), answer.hour) == (expected, utc)
    assert recount(asked, begun, OFFICIAL) == london_date(answer)
