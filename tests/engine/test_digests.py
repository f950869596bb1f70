"""When digests come, to whom, and that nobody is told twice, or too much."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import official_calendar
from engine.case import Case, Deadline, Task
from engine.case_ports import Line
from engine.digest import DAILY, MONTHLY, READERS, WEEKLY, digests, is_time, parts_on, readers
from engine.digest_numbers import month_before
from engine.digest_parts import MOST, Gathered, Seen
from engine.london import LONDON, london, london_date, parse_instant
from engine.outbox import Message, State
from engine.roles import ROLES, Directory, Person
from workflows.catalogue import PROCESSES

CALENDAR = official_calendar()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
HOURS = st.sampled_from([h for h in range(24) if h != 1])


@given(DAYS)
def test_a_day_brings_what_its_place_in_week_and_month_says(day: date) -> None:
    """Daily on working days; weekly on a week's first one, monthly on a month's first one."""

    def first(days: Iterable[date]) -> date | None:
        return next((d for d in days if CALENDAR.is_working(d)), None)

    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=n) for n in range(7)]
    month = [day.replace(day=1) + timedelta(days=n) for n in range(14)]
    expected = [
        *([DAILY] if CALENDAR.is_working(day) else []),
        *([WEEKLY] if first(week) == day else []),
        *([MONTHLY] if first(month) == day else []),
    ]
    assert list(parts_on(day, CALENDAR)) == expected


def test_after_easter_the_weekly_one_comes_on_tuesday() -> None:
    """Monday, or the next working day."""
    assert parts_on(date(2026, 4, 6), CALENDAR) == ()
    assert parts_on(date(2026, 4, 7), CALENDAR) == (DAILY, WEEKLY)
    assert parts_on(date(2027, 1, 4), CALENDAR) == (DAILY, WEEKLY, MONTHLY)


@given(DAYS, HOURS, st.lists(st.integers(0, 24 * 60 - 1), max_size=12))
def test_however_often_the_house_looks_a_day_is_looked_at_once(
    day: date, hour: int, minutes: list[int]
) -> None:
    """A late look is in time, a second one is not, and a look before the hour is too early."""
    looked: datetime | None = parse_instant(f"{day - timedelta(days=1)}T23:59")
    counted = []
    start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    for now in sorted((start.astimezone(UTC) + timedelta(minutes=m)) for m in minutes):
        if london_date(now) == day and is_time(now, hour, looked):
            counted.append(now)
            looked = now
    inside = [m for m in sorted(minutes) if _hour_of(start, m, day) >= hour]
    assert len(counted) == (1 if inside else 0)
    assert all(london(now).hour >= hour for now in counted)


def _hour_of(start: datetime, minute: int, day: date) -> int:
    here = london(start.astimezone(UTC) + timedelta(minutes=minute))
    return here.hour if here.date() == day else -1


def test_a_day_that_nobody_looked_at_is_not_made_up_for() -> None:
    """Before its hour the next day owes nothing, though the day before was missed whole."""
    monday = parse_instant("2026-11-30T08:00")
    assert not is_time(parse_instant("2026-12-02T07:59"), 8, monday)
    assert is_time(parse_instant("2026-12-02T08:00"), 8, monday)


def test_a_clock_that_was_ahead_keeps_no_digest_back() -> None:
    """A look that lies ahead of now was taken by a wrong clock; the unique key still guards."""
    now = parse_instant("2026-11-30T08:00")
    assert is_time(now, 8, parse_instant("2027-11-30T08:00"))
    assert not is_time(now, 8, now)


def person(email: str, *roles: str, area: str = "") -> Person:
    return Person(f"{email}@x.example", email, "Council", frozenset(roles), area)


@given(st.lists(st.lists(st.sampled_from([*ROLES, "panel_member:deputy"]), max_size=4), max_size=8))
def test_one_email_a_person_whatever_roles_they_hold(roles: list[list[str]]) -> None:
    """Each person once; deputies only where nobody holds the role; nobody without such a role."""
    people = [person(f"p{n}", *held) for n, held in enumerate(roles)]
    found = list(readers(Directory(tuple(people)), (DAILY, WEEKLY, MONTHLY)))
    assert len({due.person.email for due in found}) == len(found)
    wanted = {role for held in READERS.values() for role in held}
    told = {due.person.email for due in found}
    assert told >= {p.email for p in people if p.roles & wanted}
    deputies = {
        p.email for p in people if p.roles & {"panel_member:deputy"} and not p.roles & wanted
    }
    nobody = not any("panel_member" in p.roles for p in people)
    assert bool(told & deputies) == bool(deputies and nobody)


def test_people_of_another_area_are_told_nothing() -> None:
    here = Directory(
        (person("a", "panel_member", area="North"), person("b", "panel_member")), "South"
    )
    assert [due.person.email for due in readers(here, (WEEKLY,))] == ["b@x.example"]


NOW = parse_instant("2026-11-30T08:00")


def a_case(reference: str = "RR-2026-0001", key: str = "rapid_review", **parts: Any) -> Seen:
    process = PROCESSES[key]
    stage = process.stages[1].key
    blank = Case(reference, key, process.version, "d", "r", stage, NOW - timedelta(days=30))
    return Seen(replace(blank, **parts), process)


def a_date(due: str, status: str = "running", standing: str = "statutory") -> Deadline:
    at = parse_instant(due)
    return Deadline(
        "notification", "", 1, "2026-11-01", "aware_at", at, at, "5wd", standing, status
    )


def gathered(*seen: Seen, people: Iterable[Person], **parts: Any) -> Gathered:
    return Gathered(NOW, Directory(tuple(people)), CALENDAR, seen, **parts)


def lists(about: Any) -> dict[str, list[Any]]:
    return {each["title"]: each["rows"] for each in json.loads(about["sections"])}


def test_nobody_gets_an_empty_digest() -> None:
    """A house without cases, letters and stuck messages tells nobody anything."""
    everybody = [person(role, role) for role in ROLES]
    assert digests(gathered(people=everybody), (DAILY, WEEKLY, MONTHLY)) == ()


def test_somebody_with_three_roles_gets_one_email_with_three_parts() -> None:
    one = person("a", "business_manager", "review_chair", "scrutineer")
    case = a_case(deadlines=(a_date("2026-11-27T23:59:59", "breached"),))
    line = Line("RR-2026-0001", "rapid_review", "referred", NOW, None, None, 1, "")
    (owed,) = digests(
        gathered(case, people=[one], lines=(line,), labels={"rapid_review": "Rapid review"}),
        (DAILY, WEEKLY, MONTHLY),
    )
    assert owed.about["parts"] == "daily;weekly;monthly"
    assert owed.about["title"] == "Daily and weekly and monthly digest, Monday 30 November 2026"
    assert owed.anchor == "digest:2026-11-30"
    assert list(lists(owed.about)) == [
        "Overdue", "Late in reviews", "Open reviews", "October 2026 in numbers",
        "Statutory dates at risk",
    ]  # fmt: skip
    assert "Business manager" in owed.about["because"]


def test_nobody_is_told_of_a_case_they_are_recused_from() -> None:
    me = person("a", "business_manager", "review_chair", "executive_member")
    case = a_case(deadlines=(a_date("2026-11-27T23:59:59", "breached"),), recused=(me.email,))
    stuck = Message(
        7, case.case.reference, "x", "moved", "b@x.example", "", False, {}, "<x@y>", NOW
    )
    missed = ((case, case.case.deadlines[0]),)
    found = digests(
        gathered(case, people=[me], stuck=(stuck,), missed=missed), (DAILY, WEEKLY, MONTHLY)
    )
    assert found == ()


def test_each_keeper_is_told_of_the_cases_they_keep() -> None:
    """The coordinator of child deaths sees child deaths, and no rapid review."""
    people = [person("m", "business_manager"), person("c", "cdop_coordinator")]
    late = a_date("2026-11-27T23:59:59", "breached")
    death = a_case("CD-2026-0001", "child_death_review", deadlines=(late,))
    found = digests(gathered(a_case(deadlines=(late,)), death, people=people), (DAILY,))
    told = {owed.recipient[0]: [row[0] for row in lists(owed.about)["Overdue"]] for owed in found}
    assert told == {"m": ["CD-2026-0001", "RR-2026-0001"], "c": ["CD-2026-0001"]}


def test_due_within_five_working_days_and_not_a_day_more() -> None:
    """Monday 30 November: Monday 7 December is the fifth working day."""
    dues = ["2026-12-07T23:59:59", "2026-12-08T00:00:00"]
    case = a_case(deadlines=tuple(replace(a_date(due), cycle=n) for n, due in enumerate(dues)))
    (owed,) = digests(gathered(case, people=[person("m", "business_manager")]), (DAILY,))
    assert len(lists(owed.about)["Due by Monday 7 December 2026"]) == 1
    assert owed.about["summary"] == "1 due soon"


def test_a_long_list_is_cut_and_says_so() -> None:
    cases = [
        a_case(f"RR-2026-{n:04}", deadlines=(a_date("2026-11-27T23:59:59", "breached"),))
        for n in range(MOST + 3)
    ]
    (owed,) = digests(gathered(*cases, people=[person("m", "business_manager")]), (DAILY,))
    (section,) = json.loads(owed.about["sections"])
    assert (len(section["rows"]), section["more"]) == (MOST, 3)
    assert owed.about["summary"] == f"{MOST + 3} overdue"


@pytest.mark.parametrize(
    ("state", "reply", "title"),
    [
        ("accepted", "", "Told, and no answer yet"),
        ("accepted", "acknowledge", None),
        ("refused", "", "Not reached"),
        ("parked", "", "Not reached"),
        ("owed", "", None),
    ],
)
def test_who_is_silent_and_who_was_not_reached(state: str, reply: str, title: str | None) -> None:
    """Told by what became of the message that asked; who it was is never said."""
    task = Task("T1", "agency_return", "Secret School", "b@x.example", NOW, reply=reply)
    message = Message(
        7, "RR-2026-0001", "x", "asked", "b@x.example", "", False, {"task": "T1"}, "<x@y>", NOW,
        state=State(state),
    )  # fmt: skip
    case = replace(a_case(tasks=(task,)), messages=(message,))
    found = digests(gathered(case, people=[person("m", "business_manager")]), (DAILY,))
    assert [list(lists(owed.about)) for owed in found] == ([[title]] if title else [])
    assert "Secret" not in str(found)
    assert "b@x" not in str(found)


@given(DAYS)
def test_the_month_before_is_the_whole_of_it(day: date) -> None:
    since, until = month_before(day)
    assert (london_date(since).day, london_date(until)) == (1, day.replace(day=1))
    assert london_date(until - timedelta(seconds=1)).month == london_date(since).month


@pytest.mark.parametrize(
    ("opened", "closed", "told"),
    [
        ("2026-10-05", "2026-11-05", "1 opened, 0 closed, 0 open now"),
        ("2026-09-05", "2026-10-05", "0 opened, 1 closed, 0 open now"),
        ("2026-11-05", "", "0 opened, 0 closed, 1 open now"),
        ("2026-08-05", "2026-09-05", ""),
    ],
)
def test_the_month_counts_each_process_in_which_anything_was(
    opened: str, closed: str, told: str
) -> None:
    """A process without a case, or with one that was over before, has no line."""
    at, ended = (parse_instant(f"{day}T12:00") if day else None for day in (opened, closed))
    assert at is not None
    lines = (
        Line("RR-2026-0001", "rapid_review", "referred", at, ended, None, 0, ""),
        Line("DR-2026-0001", "dispute_resolution", "raised", NOW, None, None, 0, ""),
    )
    labels = {"rapid_review": "Rapid review", "child_death_review": "Child death review"}
    labels["dispute_resolution"] = "Dispute"
    of_the_month = gathered(people=[person("b", "scrutineer")], lines=lines, labels=labels)
    (owed,) = digests(of_the_month, (MONTHLY,))
    rows = [row[1] for row in lists(owed.about)["October 2026 in numbers"]]
    expected = [f"Rapid review: {told}"] if told else []
    assert rows == [*expected, "Dispute: 0 opened, 0 closed, 1 open now"]


def test_one_is_told_as_one_and_more_as_more() -> None:
    """Of dates on a case, and of cases in the line at the top."""
    one, two = a_case("RR-2026-0001"), a_case("RR-2026-0002")
    late, law = a_date("2026-10-05T12:00", standing="local"), a_date("2026-10-06T12:00")
    people, told = [person("s", "scrutineer")], []
    for missed in (((one, law),), ((one, law), (two, law), (two, late))):
        (owed,) = digests(gathered(people=people, missed=missed), (MONTHLY,))
        told.append((lists(owed.about)["Missed in October 2026"], owed.about["summary"]))
    first = ["RR-2026-0001", "1 date missed", "1 statutory"]
    assert told == [
        ([first], "1 case with a date missed in October 2026"),
        (
            [first, ["RR-2026-0002", "2 dates missed", "1 statutory"]],
            "2 cases with a date missed in October 2026",
        ),
    ]
