"""Disputes: how one is settled, confirmed, decided, met about, left and closed."""

from __future__ import annotations

from itertools import pairwise

from engine.conditions import ALWAYS, Condition, NotParty, recorded
from engine.roles import HOUSE, ROLES
from engine.shape import Order, Transition
from workflows.dispute_facts import (
    DISAGREE_TO,
    EFFECT,
    IMMEDIATE_RISK,
    LADDER,
    MANAGER_CONFIRMS,
    PROPOSED_FROM,
)
from workflows.dispute_ladder import (
    OPENERS,
    OWNER,
    OWNERS,
    RISK,
    STRAIGHT_UP,
    SUPPORT,
    asked_at,
)

OPEN_STAGES = ("raised", *LADDER, "agreed", "follow_up")
PARTY_ROLES = (
    "practitioner",
    "line_manager",
    "senior_manager",
    "director",
    "executive_member",
    "agency_lead",
)
# An auditor reads the record and never adds to it.
ANYONE = tuple(role for role in ROLES if role != "auditor")

_OF_A_PARTY = ~NotParty("agencies")
_OF_THE_RAISER = ~NotParty("raising_agency")


def _confirming(stage: str) -> tuple[Order, ...]:
    """Who confirms for each agency: the people of the stage it was settled at.

    The chair decides or mediates and is no party, so there the agencies' members confirm.
    """
    role = "executive_member" if stage == "executive" else OWNER[stage]
    return (Order("confirm", f"{role}@parties"),)


# A disagreement of an earlier round must not say where this one goes on.
_PROPOSED = (("proposed_from", "@stage"), ("disagree_to", "same"))


def _propose(stage: str) -> Transition:
    return Transition(
        "propose",
        "Propose what was agreed",
        (stage,),
        "agreed",
        OWNERS[stage],
        anew=("agreed_what", "agreed_actions"),
        orders=_confirming(stage),
        stamps=_PROPOSED,
    )


_DECIDE = Transition(
    "decide",
    "Record the Executive Group's decision",
    ("executive",),
    "agreed",
    ("executive_chair",),
    needs=NotParty("agencies"),
    asks=("agreed_what", "agreed_actions"),
    anew=("decision_kind", "reasons"),
    orders=_confirming("executive"),
    stamps=_PROPOSED,
)
_CONFIRM = Transition(
    "confirm",
    "Confirm the outcome for your agency",
    ("agreed",),
    None,
    PARTY_ROLES,
    asks=("reservations",),
    answers="confirm",
)
_BOTH_CONFIRMED = Transition(
    "both_confirmed",
    "Every agency has confirmed",
    ("agreed",),
    "follow_up",
    (HOUSE,),
    settled="confirm",
)


def _disagree(stage: str, target: str, onward: Condition) -> Transition:
    return Transition(
        "disagree",
        "Say that it is not settled",
        ("agreed",),
        target,
        PARTY_ROLES,
        needs=_OF_A_PARTY,
        asks=("disagree_to", "immediate_risk", *RISK),
        anew=("reason",),
        when=PROPOSED_FROM.equals(stage) & onward,
        orders=asked_at(target),
    )


_NEXT = DISAGREE_TO.equals("next")
_DISAGREE = (
    *(_disagree(stage, upper, _NEXT) for stage, upper in pairwise(LADDER)),
    *(_disagree(stage, stage, ~_NEXT) for stage in LADDER[:-1]),
    # Above the Executive Group there is no stage: it takes the matter up again.
    Transition(
        "disagree",
        "Say that it is not settled",
        ("agreed",),
        "executive",
        PARTY_ROLES,
        needs=_OF_A_PARTY,
        asks=("disagree_to", "immediate_risk", *RISK),
        anew=("reason",),
        when=PROPOSED_FROM.equals("executive"),
        orders=asked_at("executive"),
    ),
)

_MEET = Transition(
    "meet",
    "Record an urgent multi-agency meeting",
    OPEN_STAGES,
    None,
    ANYONE,
    anew=("meeting_at", "meeting_invited", "meeting_attended", "meeting_decisions"),
)


def _withdraw(when: Condition, needs: Condition) -> Transition:
    return Transition(
        "withdraw",
        "Withdraw the dispute",
        OPEN_STAGES,
        "withdrawn",
        OPENERS,
        needs=needs,
        anew=("reason",),
        when=when,
    )


_HARM_LIKELY = EFFECT.any_of("likely_harm", "immediate_risk") | IMMEDIATE_RISK.equals("yes")
_WITHDRAW = (
    _withdraw(_HARM_LIKELY, _OF_THE_RAISER & MANAGER_CONFIRMS.equals("yes")),
    _withdraw(ALWAYS, _OF_THE_RAISER),
)
_ELSEWHERE = (
    Transition(
        "redirect",
        "Close as belonging to another procedure",
        OPEN_STAGES,
        "redirected",
        SUPPORT,
        asks=("redirected_to",),
        anew=("reason",),
    ),
    Transition(
        "overtake",
        "Close as overtaken by events",
        OPEN_STAGES,
        "overtaken",
        SUPPORT,
        anew=("reason",),
    ),
    # Sent elsewhere or set aside by mistake: it stands raised again until it is started.
    Transition(
        "take_back",
        "Take the dispute back",
        ("redirected", "overtaken"),
        "raised",
        SUPPORT,
        anew=("reason",),
        orders=(Order("acknowledge", "business_manager"),),
        stamps=(("raised_at", "@now"),),
        reopens=True,
    ),
)


def _start(target: str, when: Condition) -> Transition:
    return Transition(
        "start",
        "Start a dispute that was taken back",
        ("raised",),
        target,
        SUPPORT,
        asks=RISK,
        anew=("immediate_risk",),
        when=when,
        orders=asked_at(target),
    )


_START = (_start("executive", STRAIGHT_UP), _start("practitioner", ~STRAIGHT_UP))
_CLOSE = Transition(
    "close",
    "Close the dispute",
    ("follow_up",),
    "closed",
    SUPPORT,
    needs=recorded("root_cause", "follow_up_result", "learning"),
)
OUTCOME_MOVES = (
    *(_propose(stage) for stage in LADDER),
    _CONFIRM,
    _BOTH_CONFIRMED,
    *_DISAGREE,
    _DECIDE,
    _MEET,
    *_WITHDRAW,
    *_ELSEWHERE,
    *_START,
    _CLOSE,
)
