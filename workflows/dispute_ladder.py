"""Disputes: how one is raised and climbs, one stage at a time, by a person or by silence."""

from __future__ import annotations

from itertools import pairwise

from engine.conditions import Condition, recorded
from engine.roles import HOUSE
from engine.shape import Order, Transition
from workflows.dispute_facts import AGENCIES, BOTH_OWNERS, LADDER, TYPE

SUPPORT = ("business_manager",)
OWNER = {
    "practitioner": "practitioner",
    "manager": "line_manager",
    "senior": "senior_manager",
    "director": "director",
    "executive": "executive_chair",
}
# Who acts for a stage: at the first, either practitioner's own manager may act for them.
OWNERS = {stage: (role,) for stage, role in OWNER.items()} | {
    "practitioner": ("practitioner", "line_manager")
}
OPENERS = (
    "practitioner",
    "line_manager",
    "senior_manager",
    "business_manager",
    "agency_lead",
    "designated_doctor",
    "police",
    "icb",
    "local_authority",
    "director",
    "executive_member",
)
RISK = ("emergency_referral", "interim_safety_plan")

POLICY = TYPE.equals("policy")
REVIEW_DECISION = TYPE.equals("review_decision")
STRAIGHT_UP = TYPE.any_of("policy", "review_decision")


def asked_at(stage: str) -> tuple[Order, ...]:
    """Who must say that they have it when a dispute reaches a stage: one person an agency."""
    who = {"practitioner": "others", "executive": "executive_chair"}.get(stage, "parties")
    return (Order("acknowledge", who),)


_NEEDS = AGENCIES.at_least(2) & recorded(
    "type", "cause", "statement", "desired_outcome", "wellbeing", "immediate_risk"
)


def _open(target: str, when: Condition) -> Transition:
    return Transition(
        "open",
        "Raise a dispute",
        (),
        target,
        OPENERS,
        needs=_NEEDS,
        asks=("linked_deadline_on", "raising_agency", "raised_at", *RISK, "voice", "cause_other"),
        when=when,
        orders=asked_at(target),
        stamps=(("raised_at", "@now"), ("raising_agency", "@actor_agency")),
    )


OPENINGS = (_open("executive", STRAIGHT_UP), _open("practitioner", ~STRAIGHT_UP))


def _escalate(stage: str, upper: str) -> Transition:
    return Transition(
        "escalate",
        "Escalate to the next stage",
        (stage,),
        upper,
        (*OWNERS[stage], *SUPPORT, HOUSE),
        asks=(*RISK, "reason"),
        anew=("immediate_risk",),
        orders=asked_at(upper),
    )


def _de_escalate(stage: str, lower: str) -> Transition:
    return Transition(
        "de_escalate",
        "Return to the stage below",
        (stage,),
        lower,
        tuple(dict.fromkeys((*OWNERS[stage], *OWNERS[lower]))),
        # Only a dispute about a case has a stage below the Executive Group.
        needs=BOTH_OWNERS.equals("yes") & TYPE.equals("case"),
        asks=("immediate_risk", *RISK),
        anew=("reason", "both_owners_agree"),
        orders=asked_at(lower),
    )


_STEPS = tuple(pairwise(LADDER))
LADDER_MOVES = (
    *(_escalate(stage, upper) for stage, upper in _STEPS),
    *(_de_escalate(stage, lower) for lower, stage in _STEPS),
)
