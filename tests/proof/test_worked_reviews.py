"""Worked examples on whole cases: notifications, rapid reviews and practice reviews.

Computed by hand and with two lists of bank holidays; each is a real case on a desk, not a sum.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.calendar import official_calendar
from config.timescales import load
from engine import watch
from engine.proof import explain
from engine.roles import THE_HOUSE
from engine.rules import Rulebook
from tests.desk import Desk
from tests.workflows.review_roads import PRACTICE, RAPID
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW

QUESTIONS = dict.fromkeys(
    ("children_safe", "child_voice_asked", "curiosity_asked", "family_history_asked"), "yes"
)


def aware(on: str, rules: Rulebook | None = None, at: str = "08:40", incident: str = "") -> Desk:
    """The local authority becomes aware of an incident."""
    desk = Desk(RAPID_REVIEW, rules or load(), f"{on}T17:30")
    known = {"incident_on": incident or on, "aware_at": f"{on}T{at}"}
    desk.open("police", **{**RAPID[0].facts, **known})
    return desk


def notified(on: str, rules: Rulebook | None = None) -> Desk:
    desk = aware(on, rules)
    desk.do("notify", "local_authority", **{**RAPID[1].facts, "notified_on": on})
    return desk


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2024-12-20", "2024-12-31"),
        ("2024-12-21", "2024-12-31"),
        ("2024-12-25", "2025-01-03"),
        ("2025-04-17", "2025-04-28"),
        ("2026-04-01", "2026-04-10"),
        ("2022-09-15", "2022-09-23"),
        ("2022-05-30", "2022-06-08"),
        ("2020-05-01", "2020-05-11"),
        ("2012-05-30", "2012-06-08"),
        ("2025-12-19", "2025-12-30"),
        ("2025-02-03", "2025-02-10"),
    ],
)
def test_five_working_days_to_notify(on: str, due: str) -> None:
    """Christmas, Easter, a State Funeral, jubilees, a moved May day, a Saturday and no holiday."""
    assert aware(on).due("notification") == due


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2024-12-20", "2025-01-15"),
        ("2024-12-31", "2025-01-22"),
        ("2025-04-15", "2025-05-09"),
        ("2026-04-24", "2026-05-18"),
        ("2022-09-09", "2022-10-03"),
        ("2022-05-27", "2022-06-21"),
        ("2020-05-01", "2020-05-26"),
        ("2012-05-25", "2012-06-19"),
        ("2023-04-28", "2023-05-23"),
        ("2021-12-20", "2022-01-13"),
        ("2020-12-18", "2021-01-13"),
        ("2027-12-17", "2028-01-12"),
        ("2025-12-19", "2026-01-14"),
        ("2026-08-21", "2026-09-14"),
        ("2025-02-10", "2025-03-03"),
    ],
)
def test_fifteen_working_days_for_a_rapid_review(on: str, due: str) -> None:
    assert notified(on).due("rapid_review") == due


@pytest.mark.parametrize(
    ("on", "dates"),
    [
        ("2025-02-10", ("2025-02-20", "2025-02-24", "2025-02-28", "2025-03-03")),
        ("2024-12-20", ("2025-01-06", "2025-01-08", "2025-01-14", "2025-01-15")),
    ],
)
def test_the_internal_plan_of_a_rapid_review(on: str, dates: tuple[str, ...]) -> None:
    """Agencies by the eighth working day, the meeting by the tenth, agreement by the fourteenth."""
    desk = notified(on)
    desk.ask("business_manager", "Trust")
    desk.do("ask_agencies", "business_manager", **QUESTIONS)
    keys = ("agency_return", "panel_meeting", "partner_sign_off", "rapid_review")
    assert tuple(desk.due(key) for key in keys) == dates


def test_end_to_end_over_christmas() -> None:
    """Example A: aware on 20 December 2024 at 16:40, sent on the 30th, decided on 20 January."""
    desk = aware("2024-12-20", at="16:40", incident="2024-12-18")
    assert desk.due("notification") == "2024-12-31"
    desk.at("2024-12-30")
    desk.do("notify", "local_authority", **{**RAPID[1].facts, "notified_on": "2024-12-30"})
    assert desk.deadline("notification").status == "met"
    assert desk.due("rapid_review") == "2025-01-21"
    review = Desk(PRACTICE_REVIEW, load(), "2025-01-20T15:00")
    review.open("review_chair", **{**PRACTICE[0].facts, "decided_on": "2025-01-20"})
    assert review.due("publication") == "2025-07-20"
    review.record("business_manager", planned_publication_on="2025-07-16")
    assert review.due("preview") == "2025-07-07"


def test_a_partnership_may_count_the_rapid_review_from_awareness() -> None:
    """Example A again, as Derbyshire counts: four working days earlier."""
    rules = tuple(
        replace(r, start="aware_at") if r.timescale == "rapid_review" else r for r in load().rules
    )
    desk = aware("2024-12-20", Rulebook("derbyshire", rules), "16:40", "2024-12-18")
    desk.at("2024-12-30")
    desk.do("notify", "local_authority", **{**RAPID[1].facts, "notified_on": "2024-12-30"})
    assert desk.due("rapid_review") == "2025-01-15"


def test_end_to_end_where_suspicion_comes_later() -> None:
    """Example B: unexplained on 7 April 2025, suspected on the 15th; it says which start counts."""
    desk = aware("2025-04-07", incident="2025-04-05")
    assert desk.due("notification") == "2025-04-14"
    desk.at("2025-04-15T14:00").sweep()
    assert desk.deadline("notification").status == "breached"
    desk.record("business_manager", abuse_suspected_at="2025-04-15T11:00")
    assert desk.due("notification") == "2025-04-24"
    assert desk.deadline("notification").status == "running"
    why = explain(desk.situation, desk.deadline("notification"))
    assert why["start"]["fact"] == "abuse_suspected_at"
    assert why["check"]["due"] == why["due"] == "2025-04-24"
    assert [e.kind for e in desk.events].count("breached") == 2


@pytest.mark.parametrize(
    ("publish", "send"),
    [
        ("2025-01-08", "2024-12-27"),
        ("2025-04-30", "2025-04-17"),
        ("2022-09-26", "2022-09-14"),
        ("2026-05-12", "2026-04-30"),
        ("2026-04-10", "2026-03-30"),
        ("2025-06-18", "2025-06-09"),
        ("2024-12-31", "2024-12-18"),
    ],
)
def test_the_advance_copy_leaves_seven_working_days_before(publish: str, send: str) -> None:
    decided = date.fromisoformat(publish).replace(day=1).isoformat()
    desk = decided_on(decided)
    desk.record("business_manager", planned_publication_on=publish)
    assert desk.due("preview") == send


def decided_on(day: str) -> Desk:
    desk = Desk(PRACTICE_REVIEW, load(), f"{day}T12:00")
    desk.open("review_chair", **{**PRACTICE[0].facts, "decided_on": day})
    return desk


@pytest.mark.parametrize(
    ("decided", "due"),
    [
        ("2024-12-20", "2025-06-20"),
        ("2025-01-15", "2025-07-15"),
        ("2024-08-31", "2025-02-28"),
        ("2024-02-29", "2024-08-29"),
        ("2025-08-30", "2026-02-28"),
        ("2025-08-29", "2026-02-28"),
        ("2025-07-31", "2026-01-31"),
        ("2025-08-31", "2026-02-28"),
    ],
)
def test_six_calendar_months_to_publish(decided: str, due: str) -> None:
    """The corresponding date, or the last day of the month; never moved off a weekend."""
    assert decided_on(decided).due("publication") == due


@pytest.mark.parametrize(
    ("published", "until"), [("2025-03-10", "2026-03-10"), ("2024-02-29", "2025-02-28")]
)
def test_a_year_in_public(published: str, until: str) -> None:
    desk = decided_on("2024-01-08").at(published)
    desk.record("business_manager", published_on=published)
    assert desk.due("stay_public") == until


def test_a_holiday_proclaimed_in_the_middle_of_a_case_moves_its_date_once() -> None:
    """Example 10: on 9 September 2022 the State Funeral on the 19th was not yet known."""
    known = official_calendar()
    closed = {day: name for day, name in known.closed.items() if day != date(2022, 9, 19)}
    desk = Desk(RAPID_REVIEW, load(), "2022-09-09T09:00")
    desk.situation = replace(desk.situation, calendar=replace(known, closed=closed))
    facts = {**RAPID[0].facts, "incident_on": "2022-09-08", "aware_at": "2022-09-08T09:00"}
    desk.open("police", **facts)
    desk.do("notify", "local_authority", **{**RAPID[1].facts, "notified_on": "2022-09-09"})
    first = desk.deadline("rapid_review")
    assert desk.due("rapid_review") == "2022-09-30"
    told = len(desk.owed)
    calendar = desk.situation.calendar.proclaim(date(2022, 9, 19), "State Funeral")
    now = replace(desk.at("2022-09-10").situation, calendar=calendar, actor=THE_HOUSE, now=desk.now)
    step = watch.redate(now, "the State Funeral was proclaimed")
    assert step is not None
    desk.take(step)
    desk.situation = replace(desk.situation, calendar=calendar)
    assert desk.due("rapid_review") == "2022-10-03"
    assert desk.deadline("rapid_review").calendar != first.calendar
    assert desk.deadline("notification").due.date() == date(2022, 9, 15)
    assert [e.kind for e in step.events] == ["redated"]
    assert "rapid_review" in [moved["deadline"] for moved in step.events[0].data["moved"]]
    new = desk.owed[told:]
    assert new
    assert len({(m.anchor, m.recipient) for m in new}) == len({m.recipient for m in new})
    assert watch.redate(replace(now, case=desk.case), "again") is None
