"""Worked examples on whole cases: child deaths, over both changes of the clocks and over holds."""

from __future__ import annotations

import pytest

from engine.length import parse_instant
from engine.proof import explain
from tests.desk import Desk
from tests.proof import oracle
from tests.workflows.deaths import SCOPE, gathering, opened


def died(at: str, **changes: str) -> Desk:
    """A death notified an hour after it, or when it became known."""
    moment = parse_instant(changes.get("aware_at", at))
    now = moment.replace(microsecond=0).isoformat()
    day = oracle.london_day(parse_instant(at)).isoformat()
    known = {"died_on": day, "died_at": at, "aware_at": at, "date_of_birth": "2019-03-02"}
    return opened(now, **(known | changes))


def wall(desk: Desk, key: str) -> str:
    """The due instant as a London clock on the wall shows it, with its offset."""
    due = desk.deadline(key).due.astimezone(oracle.LONDON)
    return due.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("at", "day", "two_days"),
    [
        ("2025-06-10T14:20", "2025-06-11T14:20+01:00", "2025-06-12T14:20+01:00"),
        ("2025-03-29T20:30", "2025-03-30T21:30+01:00", "2025-03-31T21:30+01:00"),
        ("2025-03-29T01:30", "2025-03-30T02:30+01:00", "2025-03-31T02:30+01:00"),
        ("2025-10-25T20:30", "2025-10-26T19:30+00:00", "2025-10-27T19:30+00:00"),
        ("2025-10-26T01:30", "2025-10-27T00:30+00:00", "2025-10-28T00:30+00:00"),
        ("2025-10-26T01:30+00:00", "2025-10-27T01:30+00:00", "2025-10-28T01:30+00:00"),
        ("2025-10-25T01:30", "2025-10-26T01:30+01:00", "2025-10-27T00:30+00:00"),
        ("2025-12-25T03:10", "2025-12-26T03:10+00:00", "2025-12-27T03:10+00:00"),
        ("2026-04-02T16:45", "2026-04-03T16:45+01:00", "2026-04-04T16:45+01:00"),
    ],
    ids=[
        "5.1 a weekday", "5.2 clocks forward", "5.2 the hour that is not", "5.3 clocks back",
        "5.3 the first 01:30", "5.3 the second 01:30", "5.3 into the hour that is twice",
        "5.4 Christmas Day", "5.5 Easter",
    ],
)  # fmt: skip
def test_hours_run_as_real_hours_through_every_night(at: str, day: str, two_days: str) -> None:
    """24 hours to notify, and 48 to tell the national database and for the first contact."""
    desk = died(at)
    assert wall(desk, "notification") == day
    assert wall(desk, "notification_from_awareness") == day
    assert wall(desk, "national_database") == two_days
    assert wall(desk, "key_worker_contact") == two_days
    for deadline in desk.case.deadlines:
        why = explain(desk.situation, deadline)
        assert why["check"]["due"] == why["due"]


def test_where_only_the_day_of_death_is_known_hours_count_from_its_midnight() -> None:
    """The earliest it can have been: over the night the clocks change too."""
    desk = opened("2025-10-26T15:00", died_on="2025-10-26", died_at="", aware_at="2025-10-26T14:00")
    assert wall(desk, "national_database") == "2025-10-27T23:00+00:00"
    assert desk.deadline("national_database").start_fact == "died_on"


def accepted(desk: Desk, on: str) -> Desk:
    desk.do("accept", "cdop_coordinator", **SCOPE, accepted_on=on)
    return desk


@pytest.mark.parametrize(
    ("at", "asked", "form", "requested", "meeting"),
    [
        ("2025-06-10T14:20", "2025-06-11", "2025-07-02", "2025-06-12", "2025-09-10"),
        ("2026-04-02T16:45", "2026-04-02", "2026-04-27", "2026-04-07", "2026-07-02"),
        ("2025-12-25T03:10", "2025-12-25", "2026-01-19", "2025-12-29", "2026-03-25"),
    ],
    ids=["5.1 a weekday", "5.5 Easter", "5.4 Christmas Day"],
)
def test_working_days_of_the_forms(
    at: str, asked: str, form: str, requested: str, meeting: str
) -> None:
    desk = accepted(died(at).at(f"{asked}T18:00"), asked)
    assert desk.due("form_request") == requested
    desk.ask("cdop_coordinator", "School")
    assert desk.deadline("form_request").status == "met"
    assert desk.due("reporting_form") == form
    assert desk.due("review_meeting") == meeting


@pytest.mark.parametrize(
    ("died_on", "due"), [("2025-11-30", "2026-02-28"), ("2023-11-30", "2024-02-29")]
)
def test_three_months_end_on_the_last_day_of_a_short_month(died_on: str, due: str) -> None:
    """5.6: a Saturday stays a Saturday, and a leap day is a day."""
    desk = opened(f"{died_on}T15:00", died_on=died_on, died_at="", aware_at=f"{died_on}T14:00")
    assert desk.due("review_meeting") == due


def test_the_registrar_and_the_coroner() -> None:
    """5.4 and 5.13: seven days after registration; the coroner's three are read as the earlier."""
    desk = died("2025-12-24T03:10").at("2025-12-29")
    desk.record("cdop_coordinator", registered_on="2025-12-29", coroner_decision_on="2025-12-24")
    assert desk.due("registrar") == "2026-01-05"
    assert desk.due("coroner") == "2025-12-27"
    assert desk.deadline("registrar").standing == "statutory"
    autumn = died("2025-10-20T03:10").at("2025-10-23")
    autumn.record("cdop_coordinator", registered_on="2025-10-23")
    assert autumn.due("registrar") == "2025-10-30"


def test_a_death_abroad_learnt_late_has_two_clocks() -> None:
    """5.7: from the death it was too late when it became known; from then on it is in time."""
    desk = died("2025-08-16T02:15+02:00", place="abroad", aware_at="2025-08-22T10:05")
    assert wall(desk, "notification") == "2025-08-17T01:15+01:00"
    assert desk.deadline("notification").status == "met_late"
    assert wall(desk, "notification_from_awareness") == "2025-08-23T10:05+01:00"
    assert desk.deadline("notification_from_awareness").status == "met"
    assert accepted(desk, "2025-08-22").due("form_request") == "2025-08-26"


# ------------------------------------------------------------------------------------- holds

HOLDS = {
    "one": (("coroner", "2025-02-03", "2025-11-20"),),
    "two that overlap": (
        ("coroner", "2025-02-03", "2025-06-30"),
        ("criminal", "2025-05-01", "2025-11-20"),
    ),
    "one inside another": (
        ("coroner", "2025-02-03", "2025-11-20"),
        ("criminal", "2025-05-01", "2025-06-30"),
    ),
    "three that meet": (
        ("coroner", "2025-02-03", "2025-05-01"),
        ("criminal", "2025-05-01", "2025-06-30"),
        ("other", "2025-06-30", "2025-11-20"),
    ),
}


@pytest.mark.parametrize("holds", HOLDS.values(), ids=HOLDS)
def test_two_hundred_and_ninety_days_of_hold(holds: tuple[tuple[str, str, str], ...]) -> None:
    """5.8: the union counts, not the sum. A meeting on 10 December is late by the raw date only."""
    death = {"died_on": "2025-01-15", "died_at": "", "aware_at": "2025-01-15T14:00"}
    desk = gathering("2025-01-15T15:00", **death)
    assert desk.due("review_meeting") == "2025-04-15"
    for kind, since, _ in holds:
        desk.at("2025-11-20").hold("cdop_coordinator", kind, since)
        assert desk.deadline("review_meeting").status == "held"
    for kind, _, until in holds:
        desk.release("cdop_coordinator", kind, until)
    deadline = desk.deadline("review_meeting")
    assert desk.due("review_meeting") == "2026-01-30"
    assert oracle.london_day(deadline.raw_due).isoformat() == "2025-04-15"
    why = explain(desk.situation, deadline)
    assert (why["due"], why["raw_due"], why["check"]["due"]) == (
        "2026-01-30", "2025-04-15", "2026-01-30",
    )  # fmt: skip
    desk.at("2025-12-10")
    desk.do("hold_meeting", "designated_doctor", meeting_held_on="2025-12-10")
    ended = desk.deadline("review_meeting")
    assert ended.status == "met"
    assert ended.met_on is not None
    assert ended.met_on > oracle.london_day(ended.raw_due)


def test_a_hold_stops_no_statutory_clock() -> None:
    desk = gathering("2025-06-10T15:00").at("2025-06-12")
    desk.record("cdop_coordinator", registered_on="2025-06-11")
    desk.hold("cdop_coordinator", "coroner", "2025-06-11")
    assert desk.deadline("registrar").status == "running"
    desk.at("2025-06-30").release("cdop_coordinator", "coroner", "2025-06-30")
    assert desk.due("registrar") == "2025-06-18"


# ------------------------------------------------------------------------- six weeks to the panel


def test_six_weeks_from_the_later_of_report_and_inquest() -> None:
    """5.9: from the report, not from the meeting; and not moved, though it is Good Friday."""
    death = {"died_on": "2025-12-10", "died_at": "", "aware_at": "2025-12-10T14:00"}
    desk = gathering("2025-12-10T15:00", **death).at("2026-02-11")
    desk.do("hold_meeting", "designated_doctor", meeting_held_on="2026-02-11")
    desk.at("2026-02-20").do(
        "send_analysis",
        "designated_doctor",
        draft_analysis="A-1",
        attendance="5 of 6",
        family_questions="two",
    )
    assert desk.due("panel_review") == "2026-04-03"
    assert desk.deadline("panel_review").start_fact == "analysis_received_on"
    desk.at("2026-03-03").record("cdop_coordinator", inquest_result_on="2026-03-02")
    assert desk.due("panel_review") == "2026-04-13"
    assert desk.deadline("panel_review").start_fact == "inquest_result_on"
    desk.record("cdop_coordinator", inquest_result_on="2026-01-12")
    assert desk.due("panel_review") == "2026-04-03"
