"""Disputes: who is told what of an outcome, an end, or a date that moves.

The words are fixed and say nothing of any person.
"""

from __future__ import annotations

from engine.shape import NoticeRule
from workflows.dispute_early_notices import EVERYBODY, PARTNERS
from workflows.dispute_ladder import POLICY, REVIEW_DECISION, SUPPORT

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

LATER_NOTICES = (*_OUTCOMES, *_ENDS, *_DATES)
