"""Dates that move: clocks counted back, capped, held and extended speak of their present date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.case import BREACHED, HELD, RUNNING
from engine.length import london_date, parse_instant
from tests.clocks.reviews import PRACTICE_ROAD
from tests.clocks.roads import REVIEW_DECISION_ROAD
from tests.clocks.running import (
    EARLY,
    HOUR,
    LATE,
    START,
    Running,
    alerts,
    breaches,
    clocks,
    of,
    of_clock,
    rungs,
    sweep_hourly,
)
from tests.desk import Desk
from tests.proof import oracle
from tests.workflows.disputes import RAISED

CLOCKS = list(clocks().values())
# An acknowledgement is no longer asked for once its stage has run out, however long it was given.
EXTENDABLE = [
    c
    for c in CLOCKS
    if c.deadline.standing != "statutory"
    and c.rule.extensions != 0
    and c.name != "dispute.acknowledge"
]
UNLIMITED = [c for c in EXTENDABLE if c.rule.extensions is None]
HELD_BY = [
    (running, kind)
    for running in CLOCKS
    for kind in running.road.process.timescale_by_key[running.identity[0]].holds
]


def named(value: Running | str) -> str:
    return value if isinstance(value, str) else value.name


def keeper(running: Running) -> str:
    return running.road.process.keepers[0]


def key(running: Running) -> str:
    name, task, _ = running.identity
    return f"{name}/{task}" if task else name


def extend(running: Running, desk: Desk, days: int) -> None:
    to = london_date(of(desk, running.identity).due) + timedelta(days=days)
    desk.extend(keeper(running), key(running), to.isoformat())


# ----------------------------------------------------------------------------------- extensions


@pytest.mark.parametrize("running", EXTENDABLE, ids=named)
def test_an_extension_opens_a_new_slot_and_retires_the_reminders_of_the_old_date(
    running: Running,
) -> None:
    """Extended just before it is missed: of the old date nothing more is said, of the new all."""
    desk, old = running.desk(), running.deadline
    desk.now = old.due - 2 * HOUR
    desk.sweep()
    extend(running, desk, 20)
    told, new = len(of_clock(desk, old)), of(desk, running.identity)
    expected = list(rungs(running, new, desk.now))
    desk.later(minutes=25)
    sweep_hourly(desk, new.due)
    about_old = alerts(desk, old, *EARLY, LATE)
    assert len(about_old) == told
    assert bool(alerts(desk, new, *EARLY)) == bool(expected)
    assert breaches(desk, new) == []
    sweep_hourly(desk, new.due + timedelta(days=9))
    assert [(e.on, e.data["due"]) for e in breaches(desk, new)] == [
        (oracle.london_day(new.due), new.due.isoformat())
    ]
    assert alerts(desk, new, LATE)


@pytest.mark.parametrize("running", [c for c in EXTENDABLE if not c.escalates], ids=named)
def test_a_missed_date_that_is_extended_runs_and_may_be_missed_again(running: Running) -> None:
    """Each date it had is missed once, on its own day."""
    desk, old = running.desk(), running.deadline
    desk.now = old.due + HOUR
    desk.sweep()
    assert of(desk, running.identity).status == BREACHED
    extend(running, desk, 20)
    new = of(desk, running.identity)
    assert new.status == RUNNING
    sweep_hourly(desk, new.due + timedelta(days=9))
    assert [e.data["due"] for e in breaches(desk, new)] == [
        old.due.isoformat(),
        new.due.isoformat(),
    ]


@pytest.mark.parametrize("running", UNLIMITED, ids=named)
def test_the_last_extension_counts_even_on_the_day_of_another(running: Running) -> None:
    """Two extensions agreed on one day: the second gave a later date, and that one stands."""
    desk = running.desk()
    extend(running, desk, 5)
    first = of(desk, running.identity).due
    extend(running, desk, 5)
    assert london_date(of(desk, running.identity).due) - london_date(first) == timedelta(days=5)


# ---------------------------------------------------------------------------------------- holds


@pytest.mark.parametrize(("running", "kind"), HELD_BY, ids=named)
def test_a_clock_is_silent_while_it_is_held_and_calls_again_afterwards(
    running: Running, kind: str
) -> None:
    """Held ten days before its date and for a month: nothing is said; then its new date is."""
    desk, old = running.desk(), running.deadline
    sweep_hourly(desk, old.due - timedelta(days=10))
    desk.hold(keeper(running), kind, london_date(desk.now).isoformat())
    assert of(desk, running.identity).status == HELD
    told = len(of_clock(desk, old))
    sweep_hourly(desk, old.due + timedelta(days=20))
    assert len(of_clock(desk, old)) == told
    assert breaches(desk, old) == []
    desk.release(keeper(running), kind, london_date(desk.now).isoformat())
    new = of(desk, running.identity)
    assert (london_date(new.due) - london_date(old.due)).days == 30
    assert new.status == RUNNING
    sweep_hourly(desk, new.due)
    assert alerts(desk, new, *EARLY)
    sweep_hourly(desk, new.due + timedelta(days=9))
    assert [e.data["due"] for e in breaches(desk, new)] == [new.due.isoformat()]
    assert alerts(desk, new, LATE)


@pytest.mark.parametrize(("running", "kind"), HELD_BY, ids=named)
def test_a_hold_that_begins_after_the_date_takes_nothing_back(running: Running, kind: str) -> None:
    """The date was missed before anything held it: the breach stands, and is not said again."""
    desk, old = running.desk(), running.deadline
    desk.now = old.due + timedelta(days=3)
    desk.sweep()
    desk.hold(keeper(running), kind, london_date(desk.now).isoformat())
    assert of(desk, running.identity).status == BREACHED
    desk.later(days=5)
    desk.release(keeper(running), kind, london_date(desk.now).isoformat())
    sweep_hourly(desk, old.due + timedelta(days=60))
    assert [e.data["due"] for e in breaches(desk, old)] == [old.due.isoformat()]
    assert of(desk, running.identity).due == old.due


# --------------------------------------------------------------------- counted back, and capped


def before_publication(days: int) -> Desk:
    """A practice review whose publication is planned for so many days on."""
    for desk in PRACTICE_ROAD.walk(parse_instant(START)):
        if desk.case.stage == "signed_off":
            planned = (london_date(desk.now) + timedelta(days=days)).isoformat()
            facts = {"planned_publication_on": planned, "publication_mode": "full"}
            desk.do("plan_publication", "business_manager", **facts)
            return desk
    raise LookupError("the road does not lead to a publication")


@pytest.mark.parametrize("days", [0, 1, 3, 8])
def test_an_advance_copy_that_is_late_as_it_is_planned_is_said_to_be_late(days: int) -> None:
    """Seven working days before a near date lie in the past: one breach on that very day, told."""
    desk = before_publication(days)
    deadline = desk.deadline("preview")
    assert deadline.due < desk.now
    desk.later(hours=1).sweep()
    assert [e.on for e in breaches(desk, deadline)] == [oracle.london_day(deadline.due)]
    assert alerts(desk, deadline, LATE)
    sweep_hourly(desk, desk.now + timedelta(days=30))
    assert len(breaches(desk, deadline)) == 1
    assert alerts(desk, deadline, *EARLY) == []


@pytest.mark.parametrize("days", [10, 12, 20, 60])
def test_an_advance_copy_is_called_for_before_its_date(days: int) -> None:
    """A publication planned days or months ahead: a reminder, then one breach on the true day."""
    desk = before_publication(days)
    deadline = desk.deadline("preview")
    assert deadline.due > desk.now
    sweep_hourly(desk, deadline.due)
    assert alerts(desk, deadline, *EARLY)
    sweep_hourly(desk, deadline.due + timedelta(days=9))
    assert [e.on for e in breaches(desk, deadline)] == [oracle.london_day(deadline.due)]


def test_a_new_publication_date_opens_a_new_slot_for_the_advance_copy() -> None:
    """Planned later: the old date's reminders are over, the new one has its own."""
    desk = before_publication(20)
    old = desk.deadline("preview")
    desk.now = old.due - HOUR
    desk.sweep()
    planned = (london_date(desk.now) + timedelta(days=60)).isoformat()
    desk.record("business_manager", planned_publication_on=planned)
    new = desk.deadline("preview")
    told = len(alerts(desk, old, *EARLY, LATE))
    assert new.due > old.due
    sweep_hourly(desk, new.due + timedelta(days=9))
    assert len(alerts(desk, old, *EARLY, LATE)) == told
    assert alerts(desk, new, *EARLY)
    assert [e.data["due"] for e in breaches(desk, new)] == [new.due.isoformat()]


@pytest.mark.parametrize("days", [0, 1, 2, 4, 5, 30])
def test_a_capped_clock_is_missed_once_on_its_capped_day(days: int) -> None:
    """A dispute about a review: two working days before the review's date, if that comes first."""
    desk = REVIEW_DECISION_ROAD.desk(parse_instant(START))
    linked = (london_date(desk.now) + timedelta(days=days)).isoformat()
    facts = {"type": "review_decision", "linked_deadline_on": linked}
    desk.open("practitioner", "Police", **RAISED | facts)
    deadline = desk.deadline("review_decision")
    capped = oracle.later(date.fromisoformat(linked), "-2wd")
    assert oracle.london_day(deadline.due) <= capped
    sweep_hourly(desk, max(deadline.due, desk.now) + timedelta(days=9))
    assert [e.on for e in breaches(desk, deadline)] == [oracle.london_day(deadline.due)]
    assert alerts(desk, deadline, LATE)
