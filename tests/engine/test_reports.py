"""The reports: what a year holds, what is rounded how, what is withheld; counts are lists."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import official_calendar
from engine.annual import NOT_RECORDED, STAGE, Part, annual
from engine.attendance import NOTE, attendance, came
from engine.case import Deadline, Entry, Meeting, Recorded
from engine.case_ports import Outline
from engine.errors import Refused
from engine.length import end_of_day
from engine.reports import SMALLEST_SHOWN, Year, per_cent, withheld, year_named, year_of
from engine.timeliness import STATES, timeliness
from workflows.annual_report import ANNUAL_REPORT
from workflows.catalogue import PROCESSES

YEAR = year_named("2025-26")
LATER = date(2027, 1, 1)
CALENDAR = official_calendar()


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def a_case(
    reference: str, process: str, *entries: tuple[str, str], told: str = "", **facts: str
) -> Outline:
    """A case by the stages it came to and their days; what was told was told on a day."""
    days = [(stage, date.fromisoformat(day)) for stage, day in entries]
    known = at(date.fromisoformat(told)) if told else at(days[0][1])
    return Outline(
        reference,
        process,
        "digest",
        tuple(Entry(stage, at(day), day, n) for n, (stage, day) in enumerate(days, 1)),
        {key: Recorded(value, known.date(), known, 1) for key, value in facts.items()},
        (),
    )


def death(reference: str, *entries: tuple[str, str], notified: str, **facts: str) -> Outline:
    return a_case(
        reference, "child_death_review", *entries, notified_at=f"{notified}T10:00", **facts
    )


def the_year(*cases: Outline, year: Year = YEAR, today: date = LATER) -> dict[str, Part]:
    found = annual(ANNUAL_REPORT, cases, PROCESSES, year, today)
    return {part.key: part for part in found}


def names(part: Part) -> tuple[str, ...]:
    return part.total.references


@pytest.mark.parametrize("text", ["2025", "2025-27", "2025-2026", "25-26", "0000-01", "", "x"])
def test_a_year_that_is_none_is_refused_with_how_it_is_written(text: str) -> None:
    """A reporting year runs from April to March, so 2025 alone could be two of them."""
    with pytest.raises(Refused, match="2025-26"):
        year_named(text)


@given(st.dates(date(1990, 1, 1), date(2110, 12, 31)))
def test_every_day_lies_in_one_year_of_twelve_months(day: date) -> None:
    """1 April begins a year and 31 March ends it; 1999-00 is a year like others."""
    year = year_of(day)
    assert year.first <= day <= year.last
    assert (year.first.month, year.first.day, year.last.month, year.last.day) == (4, 1, 3, 31)
    assert year_named(year.name) == year
    assert not year_of(year.last + timedelta(days=1)).has(day)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_is_rounded_half_up(part: int, whole: int) -> None:
    """R1: the same as decimal arithmetic says; 16 of 24 is 67%, where 66% was printed once."""
    exact = Decimal(100 * part) / Decimal(whole)
    assert per_cent(part, whole) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert per_cent(16, 24) == 67
    assert per_cent(part, 0) is None


def published(counts: tuple[int, ...]) -> tuple[object, ...]:
    """What a reader sees of a table: its cells and its total."""
    hidden = withheld({str(n): count for n, count in enumerate(counts)})
    total = sum(counts)
    cells = tuple("*" if str(n) in hidden else count for n, count in enumerate(counts))
    return (*cells, "*" if 0 < total < SMALLEST_SHOWN else total)


def test_no_small_count_can_be_worked_out_from_what_is_published() -> None:
    """Whoever knows the rule and every published number is left with two answers or more.

    Tried on every table of four cells with 0 to 8 in each.
    """
    seen: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for counts in product(range(9), repeat=4):
        seen.setdefault(published(counts), []).append(counts)
    for said, answers in seen.items():
        for place in range(4):
            values = {counts[place] for counts in answers}
            small = values <= set(range(1, SMALLEST_SHOWN))
            assert not (small and len(values) == 1), (said, answers)


def test_deaths_count_by_the_day_of_notification_and_reviews_by_their_own() -> None:
    """A death of the year before that was concluded this year is in one group and not the other."""
    old = death("CD-1", ("notified", "2025-03-31"), ("finalised", "2025-04-01"),
                notified="2025-03-31", category="8", modifiability="none_identified")  # fmt: skip
    new = death("CD-2", ("notified", "2026-03-31"), notified="2026-03-31")
    found = the_year(old, new)
    assert names(found["deaths_notified"]) == ("CD-2",)
    assert names(found["deaths_reviewed"]) == ("CD-1",)
    assert names(found["deaths_open"]) == ("CD-1", "CD-2")


def test_a_death_notified_on_the_last_day_and_entered_later_is_not_lost() -> None:
    """It belongs to the year in which it was notified, whenever it was typed in."""
    late = death("CD-1", ("notified", "2026-04-03"), notified="2026-03-31")
    assert names(the_year(late)["deaths_notified"]) == ("CD-1",)
    assert names(the_year(late, year=year_named("2026-27"))["deaths_notified"]) == ()


def test_what_is_no_death_of_its_own_is_left_out_and_shown_as_left_out() -> None:
    """Duplicates, errors and what is out of scope have a line of their own."""
    twice = death("CD-1", ("notified", "2025-05-01"), ("duplicate", "2026-05-02"),
                  notified="2025-05-01")  # fmt: skip
    passed = death("CD-2", ("notified", "2025-05-01"), ("transferred_out", "2025-05-02"),
                   notified="2025-05-01", normally_resident="out_of_area")  # fmt: skip
    found = the_year(twice, passed)
    assert names(found["deaths_notified"]) == ("CD-2",)
    assert names(found["notifications_not_counted"]) == ("CD-1",)


def test_a_review_that_was_reopened_in_the_year_is_not_yet_concluded() -> None:
    """Reopened later, it stays in the year in which it was concluded first."""
    stages = [("notified", "2025-04-02"), ("finalised", "2025-06-01"), ("closed", "2025-07-01")]
    again = ("panel_ready", "2025-09-01")
    after = ("panel_ready", "2026-09-01")
    assert (
        names(the_year(death("CD-1", *stages, again, notified="2025-04-02"))["deaths_reviewed"])
        == ()
    )
    kept = the_year(death("CD-1", *stages, after, notified="2025-04-02"))
    assert names(kept["deaths_reviewed"]) == ("CD-1",)
    assert names(kept["deaths_open"]) == ()


def test_a_year_that_runs_on_is_counted_up_to_today() -> None:
    """What is dated later than today is not in it yet."""
    opened = a_case("DR-1", "dispute", ("practitioner", "2025-06-01"), ("closed", "2025-06-20"))
    found = the_year(opened, today=date(2025, 6, 10))
    assert names(found["disputes_open"]) == ("DR-1",)
    assert names(found["disputes_closed"]) == ()


def test_every_count_is_the_length_of_the_list_beneath_it_and_parts_add_up() -> None:
    """R2: each case of a part stands once in each of its tables, what is missing is named so."""
    chance = random.Random(5)
    cases = []
    for n in range(300):
        key = chance.choice(list(PROCESSES))
        process = PROCESSES[key]
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(1000))
        entries = []
        for _ in range(chance.randrange(1, 5)):
            entries.append((chance.choice(process.stages).key, day.isoformat()))
            day += timedelta(days=chance.randrange(200))
        facts = {
            fact.key: chance.choice(fact.vocabulary).key
            for fact in process.fact_by_key.values()
            if fact.vocabulary and chance.random() < 0.7
        }
        notified = f"{entries[0][1]}T10:00"
        cases.append(a_case(f"X-{n:04d}", key, *entries, **{**facts, "notified_at": notified}))
    for part in the_year(*cases).values():
        assert len(set(names(part))) == part.total.count
        for split in part.splits:
            listed = Counter(ref for cell in split.cells for ref in cell.references)
            assert listed == Counter(names(part)), (part.key, split.fact)
            assert sum(cell.count for cell in split.cells) == part.total.count
            # A stage at which no case stands is no line of the table.
            assert split.fact != STAGE or all(cell.count for cell in split.cells)
    deaths = the_year(*cases)["deaths_notified"]
    assert deaths.total.count > 10
    place = next(split for split in deaths.splits if split.fact == "place")
    assert any(cell.key == NOT_RECORDED and cell.count for cell in place.cells)


def a_deadline(key: str, status: str, start: date, due: date, met: date | None) -> Deadline:
    return Deadline(key, "", 1, start.isoformat(), "x", end_of_day(due), end_of_day(due), "15wd",
                    "guidance", status, met)  # fmt: skip


def test_timeliness_counts_what_is_met_against_what_is_met_late_or_missed() -> None:
    """What runs, is held or was not needed has no part in the share; a passed date is missed."""
    chance = random.Random(6)
    start, now = date(2025, 5, 1), at(date(2025, 7, 1))
    found, expected, days = [], Counter[str](), []
    for n in range(200):
        status = chance.choice(STATES)
        due = start + timedelta(days=chance.randrange(1, 120))
        met = start + timedelta(days=chance.randrange(0, 120)) if "met" in status else None
        found.append(
            (f"R-{n}", "rapid_review", a_deadline("rapid_review", status, start, due, met))
        )
        expected["breached" if status == "running" and end_of_day(due) < now else status] += 1
        if met:
            walked = [start + timedelta(days=d + 1) for d in range((met - start).days)]
            days.append(sum(map(CALENDAR.is_working, walked)))
    (kept,) = timeliness(found, PROCESSES, CALENDAR, now)
    assert {state: kept.count(state) for state in STATES} == dict(expected)
    decided = expected["met"] + expected["met_late"] + expected["breached"]
    assert kept.decided == decided
    assert kept.in_time == per_cent(expected["met"], decided)
    days.sort()
    half = len(days) // 2
    assert kept.taken == (days[half] if len(days) % 2 else (days[half - 1] + days[half]) / 2)


def test_timescales_stand_in_the_order_of_their_declaration_each_standing_apart() -> None:
    """The same timescale under two standings is two lines: a guide is not a duty."""
    day = date(2025, 5, 1)
    one = a_deadline("panel_reply", "met", day, day, day)
    two = a_deadline("notification", "met", day, day, day)
    three = replace(two, standing="statutory")
    four = a_deadline("gone_since", "met", day, day, date(1901, 1, 1))
    found = [(f"R-{n}", "rapid_review", d) for n, d in enumerate((one, four, two, three))]
    kept = timeliness(found, PROCESSES, CALENDAR, at(day))
    assert [(k.key, k.standing) for k in kept] == [
        ("notification", "statutory"), ("notification", "guidance"),
        ("panel_reply", "guidance"), ("gone_since", "guidance"),
    ]  # fmt: skip
    assert kept[-1].label == "Gone since"
    assert kept[-1].taken is None


def test_a_meeting_recorded_on_several_cases_is_one_meeting() -> None:
    """One sitting of a panel looks at several cases; two sittings on one case stay two."""
    day = date(2025, 5, 1)
    held = Meeting(day, 24, 16, "panel", (("Council", "deputy"), ("Trust", "apologies")))
    cases = [replace(a_case(f"CD-{n}", "child_death_review", ("notified", "2025-04-01")),
                     meetings=(held,)) for n in range(3)]  # fmt: skip
    cases[0] = replace(cases[0], meetings=(held, held, replace(held, on=date(2025, 6, 1))))
    (body,) = attendance(cases, day, day)
    assert [(s.references, s.share) for s in body.sittings] == [
        (("CD-0", "CD-1", "CD-2"), 67), (("CD-0",), 67),
    ]  # fmt: skip
    assert (body.present, body.invited, body.share) == (32, 48, 67)
    agencies = body.agencies()
    assert agencies["Council"] == {"present": 0, "deputy": 2, "apologies": 0, "absent": 0}
    assert (came(agencies["Council"]), came(agencies["Trust"])) == (100, 0)
    assert "66%" in NOTE
    for since, until, sittings in ((None, day, 2), (day, None, 3), (None, None, 3)):
        (body,) = attendance(cases, since, until)
        assert len(body.sittings) == sittings
