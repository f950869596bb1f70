"""Ladders: a clock that runs out with nobody acting is spoken of before its date, and after it.

Every clock of every process, swept every hour or once only.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.calendar import official_calendar
from config.timescales import load
from engine.ladder import calls
from engine.length import parse_instant
from engine.rules import Rung
from tests.clocks.running import (
    EARLY,
    HOUR,
    LATE,
    Running,
    alerts,
    breaches,
    clocks,
    left_alone,
    of,
    rungs,
    sweep_hourly,
)
from tests.proof import oracle
from workflows.catalogue import PROCESSES

CLOCKS = list(clocks().values())
AFTERWARDS = timedelta(days=9)

every_clock = pytest.mark.parametrize("running", CLOCKS, ids=lambda running: running.name)
# Opening a child death review says when it was notified: these two are settled as they begin.
SETTLED_AT_ONCE = {"notification", "notification_from_awareness"}


def test_every_rule_is_seen_running() -> None:
    """Each process, timescale and variant that has a rule, but for what opening a case settles."""
    known = {(r.process, r.timescale, r.variant) for r in load().rules}
    unseen = known - clocks().keys()
    assert unseen == {("child_death_review", key, "") for key in SETTLED_AT_ONCE}
    declared = {(p.key, t.key) for p in PROCESSES.values() for t in p.timescales}
    assert declared == {(process, key) for process, key, _ in known}


@every_clock
def test_the_date_is_what_an_independent_count_makes_it(running: Running) -> None:
    """Without holds and extensions: rule, start and cap alone."""
    deadline, rule = running.deadline, running.rule
    cap = running.road.process.timescale_by_key[deadline.key].cap
    known = running.start.case.value(cap.fact) if cap else None
    capped = (known, cap.length) if cap and known else None
    assert deadline.due == oracle.raw_due(str(rule.length), deadline.start, rule.closes, capped)
    assert deadline.due == deadline.raw_due


@every_clock
def test_somebody_is_told_before_the_date(running: Running) -> None:
    """One notice each time rungs are passed, none for a rung that lay before the clock began."""
    desk, deadline = running.desk(), running.deadline
    looks = (deadline.due - desk.now) // HOUR
    passed = {-((m - desk.now) // -HOUR) for m in rungs(running, deadline, desk.now)}
    sweep_hourly(desk, deadline.due)
    told = alerts(desk, deadline, *EARLY)
    assert len({m.anchor for m in told}) == len({look for look in passed if look <= looks})
    assert all(m.recipient for m in told)
    assert bool(told) == bool(passed)


@every_clock
def test_a_missed_date_is_recorded_once_on_its_day_and_told(running: Running) -> None:
    """Swept every hour for days after: one breach, and a late notice to the keeper at once."""
    desk, deadline = running.desk(), running.deadline
    sweep_hourly(desk, deadline.due + 2 * HOUR)
    first = alerts(desk, deadline, LATE)
    sweep_hourly(desk, deadline.due + AFTERWARDS)
    if running.lasting:
        assert breaches(desk, deadline) == []
        assert first == []
        assert of(desk, deadline.identity).status == "met"
        return
    missed = breaches(desk, deadline)
    assert [(e.on, e.data["due"]) for e in missed] == [
        (oracle.london_day(deadline.due), deadline.due.isoformat())
    ]
    assert missed[0].at - deadline.due <= HOUR
    assert any(m.recipient and m.role in running.road.process.keepers[:1] for m in first)


@every_clock
def test_each_rung_after_the_date_is_called_once(running: Running) -> None:
    """Unless the house has moved the case on, and so ended the clock."""
    desk, deadline = left_alone(running), running.deadline
    later = [rung.at for rung in running.rule.ladder if rung.at.startswith("+")]
    told = [m.anchor.rpartition(":")[2] for m in alerts(desk, deadline, LATE)]
    called = [at for at in later if at in told]
    assert called == ([] if running.escalates else later)
    people = [(m.anchor, m.recipient) for m in alerts(desk, deadline, *EARLY, LATE)]
    assert len(people) == len(set(people))


@every_clock
def test_a_reminder_comes_before_the_date_it_speaks_of(running: Running) -> None:
    """It waits for working hours, but never until it is too late."""
    desk, deadline = left_alone(running), running.deadline
    early = alerts(desk, deadline, *EARLY)
    assert all(m.not_before is None or m.not_before < deadline.due for m in early)


@every_clock
def test_a_house_that_looks_once_after_the_date_records_and_tells_the_same_breach(
    running: Running,
) -> None:
    """One breach on the true day, a late notice, and no reminder of a date that has passed."""
    desk, deadline = running.desk(), running.deadline
    desk.now = deadline.due + AFTERWARDS
    desk.sweep()
    missed = [(e.on, e.data["due"]) for e in breaches(desk, deadline)]
    true = (oracle.london_day(deadline.due), deadline.due.isoformat())
    assert missed == ([] if running.lasting else [true])
    assert alerts(desk, deadline, *EARLY) == []
    assert bool(alerts(desk, deadline, LATE)) != running.lasting
    assert desk.sweep() is None


@every_clock
def test_a_house_that_looks_once_before_the_date_reminds_once(running: Running) -> None:
    """However many rungs were slept through."""
    desk, deadline = running.desk(), running.deadline
    passed = list(rungs(running, deadline, desk.now))
    desk.now = deadline.due
    desk.sweep()
    assert len({m.anchor for m in alerts(desk, deadline, *EARLY)}) == bool(passed)
    assert breaches(desk, deadline) == []


def test_a_clock_that_is_due_as_it_begins_is_not_announced() -> None:
    """A rung before its date would lie before it ran; only what follows the date is left."""
    due = parse_instant("2026-06-03T10:00")
    ladder = (Rung("-1wd", ("review_chair",)), Rung("+1wd", ("review_chair",)))
    assert [call.rung.at for call in calls(ladder, due, due, official_calendar())] == ["+1wd"]
