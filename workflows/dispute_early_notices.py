"""Disputes: who is told what while one is raised and climbs.

The words are fixed and say nothing of any person.
"""

from __future__ import annotations

from engine.conditions import Condition
from engine.shape import NoticeRule
from workflows.dispute_facts import IMMEDIATE_RISK
from workflows.dispute_ladder import REVIEW_DECISION, STRAIGHT_UP, SUPPORT

_IS_URGENT = IMMEDIATE_RISK.equals("yes")
# Told at once and together, whatever the stage.
URGENT_READERS = (
    "senior_manager@parties",
    "director@parties",
    "line_manager@parties",
    "agency_lead@parties",
    *SUPPORT,
)
PARTNERS = ("local_authority", "icb", "police")
EVERYBODY = ("raiser", "tasked", *SUPPORT)
EMERGENCY_FIRST = (
    "The emergency referral comes first: if anyone is in danger now, ring 999 or the duty team. A"
    " dispute never takes its place. This dispute is on the urgent track: please act at once and"
    " say that you have it."
)


def _urgent(event: str, kind: str, to: tuple[str, ...] = URGENT_READERS) -> NoticeRule:
    return NoticeRule(
        event,
        kind,
        to,
        EMERGENCY_FIRST,
        "The urgent times run on by the hour, and the dispute climbs by itself.",
        when=_IS_URGENT,
        urgent=True,
    )


_URGENT = (
    _urgent("action:open", "opened"),
    _urgent("action:escalate", "escalated"),
    _urgent("action:de_escalate", "moved"),
    _urgent("action:disagree", "moved"),
    _urgent("action:start", "opened"),
    _urgent("task:acknowledge", "asked", ("recipient",)),
    _urgent("fact:immediate_risk", "moved"),
)


def _open(to: tuple[str, ...], asks: str, otherwise: str, when: Condition) -> NoticeRule:
    return NoticeRule("action:open", "opened", to, asks, otherwise, when=when)


_RAISED = (
    NoticeRule(
        "action:open",
        "opened",
        ("raiser",),
        "Thank you: the dispute is recorded. Please go on talking to each other meanwhile.",
        "An unanswered stage moves up by itself, and you are told.",
    ),
    _open(
        ("line_manager@parties",),
        "A disagreement was recorded between your agency and another. Please support the people"
        " who are to resolve it.",
        "It comes to you if it is not resolved in time.",
        ~STRAIGHT_UP,
    ),
    _open(
        ("review_chair", *PARTNERS),
        "A decision about a review is in dispute. Please record your position and go on with the"
        " review itself.",
        "The review's own date does not wait for the dispute.",
        REVIEW_DECISION,
    ),
    _open(
        SUPPORT,
        "A decision about a review is in dispute. Please link the review: its own date then caps"
        " this one.",
        "Without the link nothing keeps the dispute from outlasting the review.",
        REVIEW_DECISION,
    ),
    NoticeRule(
        "action:take_back",
        "opened",
        EVERYBODY,
        "The dispute was taken back and is to be started again.",
        "The support team starts it; nothing was decided.",
    ),
)
_STAGES = (
    NoticeRule(
        "action:escalate",
        "escalated",
        ("raiser", "tasked"),
        "The dispute has moved to the next stage. Please hand over what you know.",
        "The stage that was left stays on the record.",
    ),
    NoticeRule(
        "action:de_escalate",
        "moved",
        ("raiser", "tasked"),
        "The owners of both stages returned the dispute to the stage below. A new time runs.",
    ),
    NoticeRule(
        "stage:senior",
        "moved",
        (*SUPPORT, "agency_lead@parties"),
        "A dispute has reached the senior managers. Please sign in and offer your help.",
        "It moves to the directors by itself if it is not resolved in time.",
    ),
    NoticeRule(
        "stage:director",
        "moved",
        ("scrutineer", "executive_member@parties", "executive_chair"),
        "A dispute has reached the directors. Please sign in to see its kind and its risk.",
        "It comes to the Executive Group by itself if it is not resolved in time.",
    ),
    NoticeRule(
        "stage:executive",
        "moved",
        ("executive_chair", "executive_member", "scrutineer", *SUPPORT),
        "A dispute is before the Executive Group. Please declare any conflict of interest, say"
        " whether you can attend, and give your view.",
        "A party gives its view and does not decide.",
    ),
    NoticeRule(
        "task:acknowledge",
        "asked",
        ("recipient",),
        "A dispute has come to you. If anyone is in danger now, ring 999 first. Please say that"
        " you have it, or name the right person.",
        "Your manager and the person who raised it are told.",
    ),
)

# The urgent rules stand first: a reader named by two rules gets the urgent words.
EARLY_NOTICES = (*_URGENT, *_RAISED, *_STAGES)
