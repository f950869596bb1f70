"""Whoever waits for a step hears of it when it is done, and not while it still runs."""

from __future__ import annotations

import pytest

from engine.case import MET, MET_LATE, Case, Step
from engine.definition import Process
from tests.workflows.review_roads import ROADS, Road, before


def awaited(process: Process) -> set[str]:
    """The timescales somebody is told of once they are met."""
    return {notice.on.removeprefix("met:") for notice in process.notices if "met:" in notice.on}


def done(case: Case | None, key: str) -> int:
    """How often a timescale has been met so far."""
    dates = case.deadlines if case else ()
    return sum(d.key == key and d.status in (MET, MET_LATE) for d in dates)


def told(step: Step, key: str) -> bool:
    return any(message.anchor.startswith(f"met:{key}#") for message in step.owed)


@pytest.mark.parametrize(("process", "road"), ROADS, ids=lambda p: getattr(p, "key", "road"))
def test_those_who_wait_are_told_at_the_step_that_meets_the_date(
    process: Process, road: Road
) -> None:
    """Step by step along a whole review: a message goes exactly where a date was just met."""
    desk, last = before(process, road, road[-1].action)
    desk.do(last.action, last.role, **last.facts)
    heard = {
        (n, key) for n, step in enumerate(desk.steps) for key in awaited(process) if told(step, key)
    }
    met = {
        (n, key)
        for n, step in enumerate(desk.steps)
        for key in awaited(process)
        if done(step.case, key) > done(step.before, key)
    }
    assert heard == met
    assert met
