"""Disputes: who is told what, in words that say nothing of any person."""

from __future__ import annotations

from engine.conditions import Condition
from engine.shape import NoticeRule
from workflows.dispute_facts import IMMEDIATE_RISK
from workflows.dispute_ladder import POLICY, REVIEW_DECISION, STRAIGHT_UP, SUPPORT

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


def _urgent(event: str, kind: str) -> NoticeRule:
    return NoticeRule(
        event,
        kind,
        URGENT_READERS,
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
_OUTCOMES = (
    NoticeRule(
        "task:confirm",
        "asked",
        ("recipient",),
        "An outcome was put forward. Please confirm it for your agency, with or without"
        " reservations, or say that it is not settled.",
        "The support team telephones you: silence never settles a dispute.",
    ),
    NoticeRule(
        "answer:confirm",
        "moved",
        SUPPORT,
        "An agency has answered. Please sign in, and help an agency that does not agree to say so.",
        "The dispute goes on to its follow-up when every agency has confirmed.",
    ),
    NoticeRule(
        "action:propose",
        "moved",
        ("raiser", *SUPPORT),
        "An outcome was put forward. Each agency is asked to confirm it.",
        "The dispute is settled only when every agency has confirmed.",
    ),
    NoticeRule(
        "action:decide",
        "decided",
        ("executive_member@parties", "director@parties", "scrutineer", *EVERYBODY),
        "The Executive Group has decided. Please sign in, read the reasons and do what falls to"
        " your agency.",
        "Each agency is asked to confirm.",
    ),
    NoticeRule(
        "action:decide",
        "decided",
        ("learning_chair",),
        "A dispute about policy or procedure was decided. Please see whether the text must change.",
        when=POLICY,
    ),
    NoticeRule(
        "action:decide",
        "decided",
        ("review_chair", *PARTNERS),
        "The dispute about a decision on a review was decided. Please sign in and act on it.",
        "The review's own date has not moved.",
        when=REVIEW_DECISION,
    ),
    NoticeRule(
        "action:disagree",
        "moved",
        EVERYBODY,
        "The dispute is not settled and goes on. Please sign in for the reason and the stage.",
        "A new time runs at that stage.",
    ),
    NoticeRule(
        "action:both_confirmed",
        "moved",
        EVERYBODY,
        "Every agency has confirmed. Please do what was agreed and be ready for the follow-up.",
        "The dispute stays open until the follow-up is recorded.",
    ),
    NoticeRule(
        "action:meet",
        "moved",
        EVERYBODY,
        "An urgent multi-agency meeting was recorded. Please sign in for its time and decisions.",
        "The times of the dispute run on.",
    ),
)
_ENDS = (
    NoticeRule("action:withdraw", "closed", EVERYBODY, "The dispute was withdrawn."),
    NoticeRule(
        "action:redirect",
        "closed",
        EVERYBODY,
        "The matter belongs to another procedure. Please sign in to see which, and use it.",
        "The support team can take the dispute back.",
    ),
    NoticeRule(
        "action:overtake",
        "closed",
        EVERYBODY,
        "The dispute was closed because events have overtaken it. Please say if they have not.",
        "The support team can take the dispute back.",
    ),
    NoticeRule(
        "action:close",
        "closed",
        (*EVERYBODY, "learning_chair"),
        "The dispute is closed and what was learnt is recorded. Please share it in your agency.",
    ),
)
_DATES = (
    NoticeRule(
        "extended",
        "extended",
        ("recipient", *EVERYBODY),
        "A date was moved. Please work to the new date; the first one stays on the record.",
    ),
    NoticeRule(
        "redated",
        "redated",
        ("recipient", *EVERYBODY),
        "A bank holiday or a correction has moved a date. Please note the new one.",
    ),
    NoticeRule("held", "held", SUPPORT, "A hold was recorded. It stops no date of the dispute."),
    NoticeRule("released", "released", SUPPORT, "A hold has ended. It had stopped no date."),
    NoticeRule(
        "linked",
        "moved",
        SUPPORT,
        "Another case was linked to this dispute. Please check who may see both.",
    ),
)
# The urgent rules stand first: a reader named by two rules gets the urgent words.
NOTICES = (*_URGENT, *_RAISED, *_STAGES, *_OUTCOMES, *_ENDS, *_DATES)
