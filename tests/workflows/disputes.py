"""A made-up dispute, and desks with it at each stage of its climb."""

from __future__ import annotations

from config.timescales import load
from engine.case import Deadline
from tests.desk import Desk
from workflows.dispute import DISPUTE

RAISED = {
    "type": "case",
    "agencies": "Council;Police",
    "cause": "threshold",
    "statement": "The referral was closed",
    "desired_outcome": "An assessment by Friday",
    "wellbeing": "drift",
    "immediate_risk": "no",
}
LADDER = ("practitioner", "manager", "senior", "director", "executive")
OWNERS = ("practitioner", "line_manager", "senior_manager", "director", "executive_chair")
AGREED = {"agreed_what": "An assessment", "agreed_actions": "Council: by Friday"}
DECIDED = {"decision_kind": "arbitrated", "reasons": "The threshold is met"}
MEETING = {
    "meeting_at": "2026-06-04T10:00",
    "meeting_invited": "Council; Police; Trust",
    "meeting_attended": "Council; Police",
    "meeting_decisions": "A visit today",
}


def raised(now: str = "2026-06-01T10:00", **changes: str) -> Desk:
    """By the police, on Monday 1 June 2026 unless told otherwise."""
    desk = Desk(DISPUTE, load(), now)
    desk.open("practitioner", "Police", **RAISED | changes)
    return desk


def at_stage(stage: str, **changes: str) -> Desk:
    desk = raised(**changes)
    for owner in OWNERS[: LADDER.index(stage)]:
        desk.do("escalate", owner, immediate_risk="no")
    assert desk.case.stage == stage
    return desk


def clock(desk: Desk, key: str) -> Deadline:
    found = [d for d in desk.case.deadlines if d.key == key]
    assert found, key
    return found[-1]


def confirming(desk: Desk) -> list[str]:
    return [t.id for t in desk.case.tasks if t.kind == "confirm" and t.is_open]
