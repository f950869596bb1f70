"""Every road: the reviews, a death, and disputes of each kind, so that every clock runs on one."""

from __future__ import annotations

from datetime import timedelta

from tests.clocks.legs import Act, Leg, Road, answers, day, does, leg, moment, records
from tests.clocks.reviews import PRACTICE_ROAD, RAPID_ROAD
from tests.desk import Desk
from tests.workflows.deaths import CONCLUSION, CRITERIA, DEATH, DECISIONS, PACK, SCOPE
from tests.workflows.disputes import AGREED, DECIDED, RAISED
from workflows.child_death_review import CHILD_DEATH_REVIEW
from workflows.dispute import DISPUTE

CLOSING = {"root_cause": "communication", "follow_up_result": "done", "learning": "Ring first"}


def _notify_death(desk: Desk) -> object:
    now = moment(desk)
    dated = {"died_on": day(desk), "died_at": now, "aware_at": now}
    return desk.open("practitioner", "Trust", **{**DEATH, **dated})


_ANALYSED = {"draft_analysis": "A-1", "attendance": "5 of 6", "family_questions": "two"}
_FED_BACK = {"feedback_mode": "visit"}
_FINAL = {"forms_final": "yes", "database_reference": "N-77"}
_URGENT = {**DECISIONS, "joint_agency_response": "yes", **CRITERIA, "criterion_1": "yes"}

DEATH_ROAD = Road(
    "child death review",
    CHILD_DEATH_REVIEW,
    (
        leg(_notify_death),
        leg(does("accept", "cdop_coordinator", SCOPE), hours=4),
        leg(does("decide", "designated_doctor", _URGENT), hours=2),
        leg(records("cdop_coordinator", "registered_on", "coroner_decision_on"), days=1),
        leg(lambda desk: desk.ask("cdop_coordinator", "Council", "School"), hours=1),
        leg(answers("reporting_form", "received"), days=9),
        leg(does("hold_meeting", "designated_doctor", None, "meeting_held_on"), days=14),
        leg(does("send_analysis", "designated_doctor", _ANALYSED), days=5),
        leg(does("take_to_panel", "cdop_coordinator", PACK), days=10),
        leg(does("conclude", "cdop_chair", CONCLUSION), days=3),
        leg(does("finalise", "cdop_coordinator", _FINAL), days=4),
        leg(does("feed_back", "key_worker", _FED_BACK, "feedback_offered_on"), days=5),
    ),
)


def _raise(**changes: str) -> Act:
    return lambda desk: desk.open("practitioner", "Police", **RAISED | changes)


def _escalating(risk: str, **after: float) -> tuple[Leg, ...]:
    """One stage after the other, up to the Executive Group."""
    owners = ("practitioner", "line_manager", "senior_manager", "director")
    return tuple(
        leg(does("escalate", owner, {"immediate_risk": risk}), **after) for owner in owners
    )


def _ending(after: timedelta) -> tuple[Leg, ...]:
    return (
        Leg(after, does("decide", "executive_chair", {**DECIDED, **AGREED}, agency="Trust")),
        Leg(after, answers("confirm", "agree")),
        leg(does("close", "business_manager", CLOSING), days=9),
    )


DISPUTE_ROAD = Road(
    "dispute",
    DISPUTE,
    (leg(_raise()), *_escalating("no", days=1), *_ending(timedelta(days=2))),
)
URGENT_ROAD = Road(
    "urgent dispute",
    DISPUTE,
    (
        leg(_raise(immediate_risk="yes")),
        *_escalating("yes", hours=1),
        *_ending(timedelta(hours=3)),
    ),
)
POLICY_ROAD = Road("policy dispute", DISPUTE, (leg(_raise(type="policy")),))


def _about_a_review(desk: Desk) -> object:
    changes = {"type": "review_decision", "linked_deadline_on": day(desk, 4)}
    return desk.open("practitioner", "Police", **RAISED | changes)


REVIEW_DECISION_ROAD = Road("dispute about a review", DISPUTE, (leg(_about_a_review),))

ROADS = (
    RAPID_ROAD,
    PRACTICE_ROAD,
    DEATH_ROAD,
    DISPUTE_ROAD,
    URGENT_ROAD,
    POLICY_ROAD,
    REVIEW_DECISION_ROAD,
)
