"""Worked examples on whole cases: disputes that climb by silence, by the day and by the hour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.desk import Desk
from tests.proof import oracle
from tests.workflows.disputes import LADDER, OWNERS, at_stage, clock, raised


def wall(desk: Desk, key: str) -> str:
    return clock(desk, key).due.astimezone(oracle.LONDON).isoformat(timespec="minutes")


def left_alone(desk: Desk, until: str) -> list[tuple[str, str, str]]:
    """Nobody does anything; the watch looks at every second that asks for it."""
    seen: list[tuple[str, str, str]] = []
    end = Desk(desk.process, desk.situation.rules, until).now
    while True:
        looks = [d.look_at for d in desk.case.deadlines if d.look_at and d.look_at <= end]
        if not looks:
            return seen
        desk.now = max(min(looks), desk.now)
        stage = desk.case.stage
        desk.sweep()
        if desk.case.stage != stage:
            at = desk.now.astimezone(oracle.LONDON).isoformat()
            seen.append((desk.case.stage, at, wall(desk, desk.case.stage)))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-12-24T10:00", "2026-12-30T17:00+00:00"),
        ("2027-03-25T10:00", "2027-03-31T17:00+01:00"),
        ("2026-12-24T23:50", "2026-12-30T17:00+00:00"),
        ("2026-06-01T10:00", "2026-06-03T17:00+01:00"),
    ],
    ids=["Christmas", "Easter, and the clocks change", "late in the evening", "no holiday"],
)
def test_two_working_days_end_at_five_in_the_afternoon(now: str, due: str) -> None:
    desk = raised(now)
    assert wall(desk, "practitioner") == due
    assert clock(desk, "practitioner").length == "2wd"


def test_silence_climbs_the_whole_ladder_one_second_after_each_date() -> None:
    """2, 3, 3, 5 and 10 working days from Monday 1 June 2026, each to 17:00; it never closes."""
    desk = raised("2026-06-01T10:00")
    assert left_alone(desk, "2026-09-01T12:00") == [
        ("manager", "2026-06-03T17:00:01+01:00", "2026-06-08T17:00+01:00"),
        ("senior", "2026-06-08T17:00:01+01:00", "2026-06-11T17:00+01:00"),
        ("director", "2026-06-11T17:00:01+01:00", "2026-06-18T17:00+01:00"),
        ("executive", "2026-06-18T17:00:01+01:00", "2026-07-02T17:00+01:00"),
    ]
    assert desk.case.is_open
    assert desk.deadline("executive").status == "breached"


def test_an_unanswered_stage_says_so_and_tells_both_sides() -> None:
    """The house moves it for the clock that ran out; the people above hear of it at each agency."""
    desk = raised("2026-06-01T10:00").at("2026-06-03T17:00:00")
    desk.sweep()
    assert desk.case.stage == "practitioner"
    told = len(desk.owed)
    desk.at("2026-06-03T17:00:01").sweep()
    moved = next(event for event in desk.events if event.kind == "moved")
    assert (moved.actor, desk.case.stage) == ("house", "manager")
    assert moved.data["because"] == {"deadline": "practitioner", "task": "", "cycle": 1}
    heard = {message.recipient for message in desk.owed[told:]}
    assert {"line_manager@council.example", "line_manager@police.example"} <= heard
    ended = clock(desk, "practitioner")
    assert (ended.status, ended.is_open) == ("breached", False)
    breach = next(
        e for e in desk.events if e.kind == "breached" and e.data["deadline"] == "practitioner"
    )
    assert breach.on.isoformat() == "2026-06-03"


@pytest.mark.parametrize("missing", [("council",), ("council", "police")], ids="-".join)
def test_each_agency_is_asked_even_where_nobody_there_holds_the_role(
    missing: tuple[str, ...],
) -> None:
    """The support team stands in, once for each agency: neither side is left out."""
    desk = raised("2026-06-01T10:00")
    gone = {f"line_manager@{agency}.example" for agency in missing}
    people = tuple(p for p in desk.situation.directory.people if p.email not in gone)
    directory = replace(desk.situation.directory, people=people)
    desk.situation = replace(desk.situation, directory=directory)
    step = desk.do("escalate", "practitioner", immediate_risk="no")
    asked = [e.data["agency"] for e in step.events if e.kind == "asked"]
    assert asked == ["Council", "Police"]


@pytest.mark.parametrize(
    ("risk", "answered", "status"),
    [
        ("no", "2026-06-02T17:00:00", "met"),
        ("no", "2026-06-02T17:00:01", "met_late"),
        ("yes", "2026-06-01T11:00:00", "met"),
        ("yes", "2026-06-01T11:00:01", "met_late"),
    ],
)
def test_an_answer_is_late_one_second_after_its_hour(risk: str, answered: str, status: str) -> None:
    """Not only the day after: these clocks have an hour, and it counts to the second."""
    desk = raised("2026-06-01T10:00", immediate_risk=risk)
    desk.at(answered).answer("T1", "received")
    assert clock(desk, "acknowledge").status == status


def test_nobody_climbs_who_answered_in_time() -> None:
    desk = raised("2026-06-01T10:00").at("2026-06-03T16:59")
    desk.do("propose", "practitioner", agreed_what="A visit", agreed_actions="Council: today")
    assert clock(desk, "practitioner").status == "met"
    desk.at("2026-06-03T18:00").sweep()
    assert desk.case.stage == "agreed"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-28T20:00", "2026-03-29T21:00+01:00"),
        ("2026-10-24T20:00", "2026-10-25T19:00+00:00"),
        ("2026-12-24T22:00", "2026-12-25T22:00+00:00"),
    ],
    ids=["clocks forward", "clocks back", "Christmas Eve"],
)
def test_the_urgent_ladder_has_twenty_four_real_hours_from_raising(now: str, due: str) -> None:
    """However late it comes to the directors, and whatever night it is."""
    desk = raised(now, immediate_risk="yes")
    assert clock(desk, "practitioner").length == "4h"
    for owner in OWNERS[:3]:
        desk.later(hours=1).do("escalate", owner, immediate_risk="yes")
    assert (desk.case.stage, wall(desk, "director")) == ("director", due)
    assert clock(desk, "director").start_fact == "raised_at"


def test_urgent_silence_reaches_the_executive_within_the_day() -> None:
    """4 + 4 + 4 hours, and what is left of 24 for the directors."""
    desk = raised("2026-06-05T22:00", immediate_risk="yes")
    climbed = left_alone(desk, "2026-06-08T12:00")
    assert [stage for stage, _, _ in climbed] == list(LADDER[1:])
    assert [at for _, at, _ in climbed] == [
        "2026-06-06T02:00:01+01:00",
        "2026-06-06T06:00:02+01:00",
        "2026-06-06T10:00:03+01:00",
        "2026-06-06T22:00:01+01:00",
    ]


@pytest.mark.parametrize(
    ("linked", "due"),
    [
        ("2026-06-04", "2026-06-02T17:00+01:00"),
        ("2026-06-05", "2026-06-03T17:00+01:00"),
        ("2026-07-01", "2026-06-03T17:00+01:00"),
    ],
)
def test_a_review_decision_is_made_two_working_days_before_the_review_is_due(
    linked: str, due: str
) -> None:
    """Two working days, and no later than two before the date it must not endanger."""
    desk = raised("2026-06-01T10:00", type="review_decision", linked_deadline_on=linked)
    assert wall(desk, "review_decision") == due


def test_a_stage_that_is_gone_back_to_has_a_new_time_and_keeps_the_old_one() -> None:
    desk = at_stage("senior")
    first = clock(desk, "manager")
    desk.later(days=2)
    desk.do("de_escalate", "senior_manager", reason="talk again", both_owners_agree="yes")
    again = clock(desk, "manager")
    assert (again.cycle, again.due > first.due) == (2, True)
    kept = [d for d in desk.case.deadlines if d.key == "manager"]
    assert [d.cycle for d in kept] == [1, 2]
    assert kept[0] == first


def test_a_clock_that_was_missed_at_a_stage_stays_missed_when_the_risk_is_over() -> None:
    """24 hours from raising had passed at the directors; a calmer word later changes no history."""
    desk = raised("2026-06-01T10:00", immediate_risk="yes")
    left_alone(desk, "2026-06-02T12:00")
    assert desk.case.stage == "executive"
    missed = clock(desk, "director")
    assert missed.status == "breached"
    desk.at("2026-06-02T15:00").record("business_manager", immediate_risk="no")
    assert clock(desk, "director") == missed
