"""The worked examples of the review processes: every expected date was worked out by hand.

Working days are England and Wales days, the start is day 0. Each row also carries the bank
holidays that are passed over, the answer of somebody who only leaves out weekends, and the
answer of somebody who counts the first day as day 1.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from config.calendar import official_calendar
from engine.length import Length, due_date, due_instant, parse_instant, proof, recount
from engine.working_days import Calendar

OFFICIAL = official_calendar()
WEEKENDS_ONLY = replace(OFFICIAL, closed={})


def day(text: str) -> date:
    """Read "Fri 20 Dec 2024" and make sure that it was a Friday."""
    read = datetime.strptime(text, "%a %d %b %Y").date()  # noqa: DTZ007 - a day, not a moment
    assert read.strftime("%a") == text[:3], f"{text} is not that day of the week"
    return read


def days(texts: str) -> set[date]:
    return {date.fromisoformat(text) for text in texts.split()}


def due(start: str, length: str, calendar: Calendar = OFFICIAL) -> date:
    """Count a length, and insist that proof and second count agree with it."""
    asked, begun = Length.parse(length), day(start)
    answer = due_date(asked, begun, calendar)
    assert recount(asked, begun, calendar) == answer
    assert proof(asked, begun, calendar)[-1].date == answer
    return answer


def passed_holidays(start: str, length: str) -> set[date]:
    passed = proof(Length.parse(length), day(start), OFFICIAL)
    return {d.date for d in passed if not d.counted and d.date.weekday() < 5}


def counted(start: str, length: str) -> str:
    passed = proof(Length.parse(length), day(start), OFFICIAL)
    return " ".join(str(d.date.day) for d in passed if d.counted)


def row(name: str, *values: str) -> object:
    return pytest.param(*values, id=name)


XMAS_24 = "2024-12-25 2024-12-26"
YEAR_END_24 = XMAS_24 + " 2025-01-01"
YEAR_END_25 = "2025-12-25 2025-12-26 2026-01-01"
EASTER_25 = "2025-04-18 2025-04-21"
# start, length, due, bank holidays passed, weekends-only answer, first-day-is-1 answer
FORWARD = [
    row("1 notification, Christmas", "Fri 20 Dec 2024", "5wd", "Tue 31 Dec 2024", XMAS_24,
        "Fri 27 Dec 2024", "Mon 30 Dec 2024"),
    row("2 rapid review, Christmas and New Year", "Fri 20 Dec 2024", "15wd", "Wed 15 Jan 2025",
        YEAR_END_24, "Fri 10 Jan 2025", "Tue 14 Jan 2025"),
    row("3 aware on a Saturday", "Sat 21 Dec 2024", "5wd", "Tue 31 Dec 2024", XMAS_24,
        "Fri 27 Dec 2024", "Tue 31 Dec 2024"),
    row("4 aware on Christmas Day", "Wed 25 Dec 2024", "5wd", "Fri 3 Jan 2025",
        "2024-12-26 2025-01-01", "Wed 1 Jan 2025", "Fri 3 Jan 2025"),
    row("5 rapid review sent New Year's Eve", "Tue 31 Dec 2024", "15wd", "Wed 22 Jan 2025",
        "2025-01-01", "Tue 21 Jan 2025", "Tue 21 Jan 2025"),
    row("6 rapid review, Easter and May Day", "Tue 15 Apr 2025", "15wd", "Fri 9 May 2025",
        EASTER_25 + " 2025-05-05", "Tue 6 May 2025", "Thu 8 May 2025"),
    row("7 notification, Maundy Thursday", "Thu 17 Apr 2025", "5wd", "Mon 28 Apr 2025", EASTER_25,
        "Thu 24 Apr 2025", "Fri 25 Apr 2025"),
    row("8 rapid review, early May", "Fri 24 Apr 2026", "15wd", "Mon 18 May 2026", "2026-05-04",
        "Fri 15 May 2026", "Fri 15 May 2026"),
    row("9 notification, Easter 2026", "Wed 1 Apr 2026", "5wd", "Fri 10 Apr 2026",
        "2026-04-03 2026-04-06", "Wed 8 Apr 2026", "Thu 9 Apr 2026"),
    row("10 rapid review, State Funeral", "Fri 9 Sep 2022", "15wd", "Mon 3 Oct 2022",
        "2022-09-19", "Fri 30 Sep 2022", "Fri 30 Sep 2022"),
    row("11 notification, State Funeral", "Thu 15 Sep 2022", "5wd", "Fri 23 Sep 2022",
        "2022-09-19", "Thu 22 Sep 2022", "Thu 22 Sep 2022"),
    row("12 rapid review, Platinum Jubilee", "Fri 27 May 2022", "15wd", "Tue 21 Jun 2022",
        "2022-06-02 2022-06-03", "Fri 17 Jun 2022", "Mon 20 Jun 2022"),
    row("13 notification, Platinum Jubilee", "Mon 30 May 2022", "5wd", "Wed 8 Jun 2022",
        "2022-06-02 2022-06-03", "Mon 6 Jun 2022", "Tue 7 Jun 2022"),
    row("14 notification, VE Day moved", "Fri 1 May 2020", "5wd", "Mon 11 May 2020",
        "2020-05-08", "Fri 8 May 2020", "Thu 7 May 2020"),
    row("15 rapid review, VE Day and spring", "Fri 1 May 2020", "15wd", "Tue 26 May 2020",
        "2020-05-08 2020-05-25", "Fri 22 May 2020", "Fri 22 May 2020"),
    row("16 Diamond Jubilee", "Fri 25 May 2012", "15wd", "Tue 19 Jun 2012",
        "2012-06-04 2012-06-05", "Fri 15 Jun 2012", "Mon 18 Jun 2012"),
    row("17 Diamond Jubilee, five days", "Wed 30 May 2012", "5wd", "Fri 8 Jun 2012",
        "2012-06-04 2012-06-05", "Wed 6 Jun 2012", "Thu 7 Jun 2012"),
    row("18 Coronation", "Fri 28 Apr 2023", "15wd", "Tue 23 May 2023", "2023-05-01 2023-05-08",
        "Fri 19 May 2023", "Mon 22 May 2023"),
    row("19 substitute days 2021", "Mon 20 Dec 2021", "15wd", "Thu 13 Jan 2022",
        "2021-12-27 2021-12-28 2022-01-03", "Mon 10 Jan 2022", "Wed 12 Jan 2022"),
    row("20 Boxing Day on a Saturday", "Fri 18 Dec 2020", "15wd", "Wed 13 Jan 2021",
        "2020-12-25 2020-12-28 2021-01-01", "Fri 8 Jan 2021", "Tue 12 Jan 2021"),
    row("21 substitute days to come", "Fri 17 Dec 2027", "15wd", "Wed 12 Jan 2028",
        "2027-12-27 2027-12-28 2028-01-03", "Fri 7 Jan 2028", "Tue 11 Jan 2028"),
    row("22 Christmas 2025, rapid review", "Fri 19 Dec 2025", "15wd", "Wed 14 Jan 2026",
        YEAR_END_25, "Fri 9 Jan 2026", "Tue 13 Jan 2026"),
    row("22 Christmas 2025, notification", "Fri 19 Dec 2025", "5wd", "Tue 30 Dec 2025",
        "2025-12-25 2025-12-26", "Fri 26 Dec 2025", "Mon 29 Dec 2025"),
    row("23 summer bank holiday", "Fri 21 Aug 2026", "15wd", "Mon 14 Sep 2026", "2026-08-31",
        "Fri 11 Sep 2026", "Fri 11 Sep 2026"),
    row("24 no bank holiday, rapid review", "Mon 10 Feb 2025", "15wd", "Mon 3 Mar 2025", "",
        "Mon 3 Mar 2025", "Fri 28 Feb 2025"),
    row("25 no bank holiday, notification", "Mon 3 Feb 2025", "5wd", "Mon 10 Feb 2025", "",
        "Mon 10 Feb 2025", "Fri 7 Feb 2025"),
]  # fmt: skip
ROWS = "start,length,expected,passed,weekends_only,first_day_is_1"


@pytest.mark.parametrize(ROWS, FORWARD)
def test_working_days_forward(
    start: str, length: str, expected: str, passed: str, weekends_only: str, first_day_is_1: str
) -> None:
    """A working-day clock passes over weekends and just the bank holidays listed."""
    assert due(start, length) == day(expected)
    assert passed_holidays(start, length) == days(passed)


@pytest.mark.parametrize(ROWS, FORWARD)
def test_the_common_mistakes_are_not_made(
    start: str, length: str, expected: str, passed: str, weekends_only: str, first_day_is_1: str
) -> None:
    """Forgetting bank holidays, or counting the start as day 1, gives another date than ours."""
    number = Length.parse(length).number
    assert due(start, length, WEEKENDS_ONLY) == day(weekends_only)
    assert (due(start, length) == day(weekends_only)) == (not passed)
    working_start = OFFICIAL.is_working(day(start))
    assert OFFICIAL.add(day(start), number - working_start) == day(first_day_is_1)
    assert (due(start, length) == day(first_day_is_1)) == (not working_start)


@pytest.mark.parametrize(("start", "length", "expected"), [
    row("2 by hand", "Fri 20 Dec 2024", "15wd", "23 24 27 30 31 2 3 6 7 8 9 10 13 14 15"),
    row("10 by hand", "Fri 9 Sep 2022", "15wd", "12 13 14 15 16 20 21 22 23 26 27 28 29 30 3"),
    row("14 by hand", "Fri 1 May 2020", "5wd", "4 5 6 7 11"),
    row("A by hand", "Mon 30 Dec 2024", "15wd", "31 2 3 6 7 8 9 10 13 14 15 16 17 20 21"),
    row("B by hand", "Tue 15 Apr 2025", "5wd", "16 17 22 23 24"),
])  # fmt: skip
def test_the_days_counted_are_those_counted_by_hand(start: str, length: str, expected: str) -> None:
    """The explanation counts exactly the days somebody ticks off on a wall calendar."""
    assert counted(start, length) == expected


@pytest.mark.parametrize(("publish", "latest", "clear_days", "passed"), [
    row("26", "Wed 8 Jan 2025", "Fri 27 Dec 2024", "Tue 24 Dec 2024", "2025-01-01"),
    row("27", "Wed 30 Apr 2025", "Thu 17 Apr 2025", "Wed 16 Apr 2025", EASTER_25),
    row("28", "Mon 26 Sep 2022", "Wed 14 Sep 2022", "Tue 13 Sep 2022", "2022-09-19"),
    row("29", "Tue 12 May 2026", "Thu 30 Apr 2026", "Wed 29 Apr 2026", "2026-05-04"),
    row("30", "Fri 10 Apr 2026", "Mon 30 Mar 2026", "Fri 27 Mar 2026", "2026-04-03 2026-04-06"),
    row("31", "Wed 18 Jun 2025", "Mon 9 Jun 2025", "Fri 6 Jun 2025", ""),
    row("32", "Tue 31 Dec 2024", "Wed 18 Dec 2024", "Tue 17 Dec 2024", XMAS_24),
])  # fmt: skip
def test_copies_leave_seven_working_days_before_publication(
    publish: str, latest: str, clear_days: str, passed: str
) -> None:
    """Counting back passes over bank holidays; clear days means one working day more."""
    assert due(publish, "-7wd") == day(latest)
    assert due(publish, "-8wd") == day(clear_days)
    assert passed_holidays(publish, "-7wd") == days(passed)
    assert (due(publish, "-7wd", WEEKENDS_ONLY) == day(latest)) == (not passed)


@pytest.mark.parametrize(("start", "length", "expected", "last_working_day"), [
    row("33", "Fri 20 Dec 2024", "6m", "Fri 20 Jun 2025", "Fri 20 Jun 2025"),
    row("34", "Wed 15 Jan 2025", "6m", "Tue 15 Jul 2025", "Tue 15 Jul 2025"),
    row("35 short month", "Sat 31 Aug 2024", "6m", "Fri 28 Feb 2025", "Fri 28 Feb 2025"),
    row("36 from a leap day", "Thu 29 Feb 2024", "6m", "Thu 29 Aug 2024", "Thu 29 Aug 2024"),
    row("37 short month", "Sat 30 Aug 2025", "6m", "Sat 28 Feb 2026", "Fri 27 Feb 2026"),
    row("37 the day before", "Fri 29 Aug 2025", "6m", "Sat 28 Feb 2026", "Fri 27 Feb 2026"),
    row("38 a Saturday stays", "Thu 31 Jul 2025", "6m", "Sat 31 Jan 2026", "Fri 30 Jan 2026"),
    row("39 a year public", "Mon 10 Mar 2025", "1y", "Tue 10 Mar 2026", "Tue 10 Mar 2026"),
    row("39 from a leap day", "Thu 29 Feb 2024", "1y", "Fri 28 Feb 2025", "Fri 28 Feb 2025"),
    row("A a Sunday stays", "Mon 20 Jan 2025", "6m", "Sun 20 Jul 2025", "Fri 18 Jul 2025"),
])  # fmt: skip
def test_months_take_the_corresponding_day(
    start: str, length: str, expected: str, last_working_day: str
) -> None:
    """Months end on the same day of the month, or its last, and never move off a weekend."""
    assert due(start, length) == day(expected)
    assert OFFICIAL.last_working_day(day(expected)) == day(last_working_day)


@pytest.mark.parametrize(("start", "length", "expected"), [
    row("A notification", "Fri 20 Dec 2024", "5wd", "Tue 31 Dec 2024"),
    row("A rapid review, from sending", "Mon 30 Dec 2024", "15wd", "Tue 21 Jan 2025"),
    row("A rapid review, from awareness", "Fri 20 Dec 2024", "15wd", "Wed 15 Jan 2025"),
    row("A copies", "Wed 16 Jul 2025", "-7wd", "Mon 7 Jul 2025"),
    row("B from suspicion", "Tue 15 Apr 2025", "5wd", "Thu 24 Apr 2025"),
    row("B from awareness", "Mon 7 Apr 2025", "5wd", "Mon 14 Apr 2025"),
])  # fmt: skip
def test_end_to_end(start: str, length: str, expected: str) -> None:
    """Two whole cases, clock by clock."""
    assert due(start, length) == day(expected)


def test_counting_from_awareness_would_be_four_working_days_earlier() -> None:
    """Case A: the rapid review from sending and from awareness lie four working days apart."""
    assert OFFICIAL.between(day("Wed 15 Jan 2025"), day("Tue 21 Jan 2025")) == 4


def test_a_notification_is_due_at_the_end_of_its_last_day() -> None:
    """Case A: aware on Friday at 16:40, due on the Tuesday up to 23:59:59 London."""
    asked = Length.parse("5wd")
    answer = due_instant(asked, parse_instant("2024-12-20T16:40"), OFFICIAL)
    assert answer == parse_instant("2024-12-31T23:59:59")


FEBRUARY = [
    "Tue 11 Feb 2025", "Mon 17 Feb 2025", "Thu 20 Feb 2025", "Mon 24 Feb 2025",
    "Wed 26 Feb 2025", "Fri 28 Feb 2025", "Mon 3 Mar 2025",
]  # fmt: skip
CHRISTMAS = [
    "Mon 23 Dec 2024", "Tue 31 Dec 2024", "Mon 6 Jan 2025", "Wed 8 Jan 2025", "Fri 10 Jan 2025",
    "Tue 14 Jan 2025", "Wed 15 Jan 2025",
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "plan"),
    [
        pytest.param("Mon 10 Feb 2025", FEBRUARY, id="plain weeks"),
        pytest.param("Fri 20 Dec 2024", CHRISTMAS, id="over Christmas"),
    ],
)
def test_rapid_review_plan(start: str, plan: list[str]) -> None:
    """Working days 1, 5, 8, 10, 12, 14 and 15 of a rapid review fall where the plan says."""
    assert [due(start, f"{n}wd") for n in (1, 5, 8, 10, 12, 14, 15)] == [day(d) for d in plan]


def test_a_bank_holiday_proclaimed_in_mid_case_moves_the_date() -> None:
    """The State Funeral, proclaimed the day after the start: Friday 30 September becomes Monday."""
    funeral = day("Mon 19 Sep 2022")
    names = OFFICIAL.names()
    name = names.pop(funeral)
    before = replace(OFFICIAL, closed=names)
    after = before.proclaim(funeral, name)
    assert due("Fri 9 Sep 2022", "15wd", before) == day("Fri 30 Sep 2022")
    assert due("Fri 9 Sep 2022", "15wd", after) == day("Mon 3 Oct 2022")
    assert before.snapshot != after.snapshot == OFFICIAL.snapshot
    assert before.is_working(funeral), "a calendar handed out earlier never changes"
