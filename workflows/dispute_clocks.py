"""Disputes: the tasks of each side, and every clock, on the standard and on the urgent track."""

from __future__ import annotations

from engine.conditions import Condition
from engine.facts import words
from engine.shape import Cap, Entered, MetBy, TaskAsked, TaskKind, Timescale, Variant
from workflows.dispute_facts import IMMEDIATE_RISK, LADDER, TYPE
from workflows.dispute_ladder import POLICY, REVIEW_DECISION

ABOUT_A_CASE = TYPE.equals("case")
_URGENT = (Variant("urgent", IMMEDIATE_RISK.equals("yes")),)

# The support team may ask a person by name, where an agency has nobody in the role or somebody
# said that it is not theirs. The first kind is the one `ask` opens unless told otherwise.
TASKS = (
    TaskKind(
        "confirm",
        "Confirm the outcome",
        words(
            "agree: Agreed",
            "with_reservations: Agreed, with reservations",
            "received: Agreed",
            "disagree: Not agreed; say why on the case",
        ),
        settling=("agree", "with_reservations", "received"),
        asked_by=("business_manager",),
        stages=("agreed",),
        asks="Please confirm the outcome for your agency, or say that it is not settled.",
        otherwise="The support team telephones you: silence never settles a dispute.",
    ),
    TaskKind(
        "acknowledge",
        "Acknowledge the dispute",
        words(
            "received: Received, I will deal with it",
            "waived: Waived, with a reason",
            "declined: Not mine; I name the right person",
        ),
        settling=("received", "waived"),
        asked_by=("business_manager",),
        stages=("raised", *LADDER),
        one_stage=True,
        asks="Please say that you have it, or name the right person.",
        otherwise="Your manager and the person who raised it are told.",
        by_link=words("received: I have it and will deal with it"),
    ),
)


def _stage_clock(
    stage: str, label: str, asks: str, otherwise: str, alternatives: tuple[str, ...] = ()
) -> Timescale:
    return Timescale(
        stage,
        label,
        Entered((stage,)),
        MetBy(left=(stage,)),
        asks,
        otherwise,
        when=ABOUT_A_CASE,
        alternatives=alternatives,
        variants=_URGENT,
        escalates="" if stage == "executive" else "escalate",
    )


_UP = "An unanswered dispute moves to the next stage by itself, and says so."
_STAGE_CLOCKS = (
    _stage_clock(
        "practitioner",
        "Resolve between practitioners",
        "Please talk to each other and record what was agreed, or escalate.",
        _UP,
    ),
    _stage_clock(
        "manager",
        "Resolve between line managers",
        "Please talk to your counterpart and record what was agreed, or escalate.",
        _UP,
    ),
    _stage_clock(
        "senior",
        "Resolve between senior managers",
        "Please talk to your counterpart and record what was agreed, or escalate.",
        _UP,
    ),
    _stage_clock(
        "director",
        "Resolve between directors",
        "Please talk to your counterpart and record what was agreed, or escalate.",
        "The dispute goes to the Executive Group by itself, and says so.",
        alternatives=("raised_at",),
    ),
    _stage_clock(
        "executive",
        "Executive Group mediates or decides",
        "Please mediate or decide, with somebody who is no party in the chair.",
        "The dispute stays open and is shown as late; silence never settles it.",
    ),
)


def _executive_clock(
    key: str, label: str, when: Condition, otherwise: str, cap: Cap | None = None
) -> Timescale:
    return Timescale(
        key,
        label,
        Entered(("executive",)),
        MetBy(left=("executive",)),
        "Please decide, with somebody who is no party in the chair, and record the reasons.",
        otherwise,
        when=when,
        cap=cap,
    )


def _closing_clock(
    key: str, label: str, fact: str, asks: str, variants: tuple[Variant, ...] = ()
) -> Timescale:
    return Timescale(
        key,
        label,
        Entered(("follow_up",)),
        MetBy(facts=(fact,), stages=("closed",)),
        asks,
        "The dispute stays open until it is recorded.",
        variants=variants,
    )


def _task_clock(key: str, label: str, asks: str, otherwise: str) -> Timescale:
    return Timescale(key, label, TaskAsked(key), MetBy(), asks, otherwise, variants=_URGENT)


TIMESCALES = (
    _task_clock(
        "acknowledge",
        "Acknowledge the dispute",
        "Please say that you have it, or name the right person.",
        "Your manager and the person who raised it are told.",
    ),
    *_STAGE_CLOCKS,
    _executive_clock(
        "policy",
        "Decide a dispute about policy or procedure",
        POLICY,
        "The dispute stays open and is shown as late; the procedure stands until it is decided.",
    ),
    _executive_clock(
        "review_decision",
        "Decide a dispute about a review decision",
        REVIEW_DECISION,
        "The review's own date does not wait; the three safeguarding partners are told.",
        Cap("linked_deadline_on", "-2wd"),
    ),
    _task_clock(
        "confirm",
        "Confirm the outcome",
        "Please confirm the outcome for your agency, or say that it is not settled.",
        "The support team telephones you: silence never settles a dispute.",
    ),
    _closing_clock(
        "follow_up",
        "Follow-up check",
        "follow_up_result",
        "Please check that what was agreed was done and whether it helped, and record it.",
        _URGENT,
    ),
    _closing_clock(
        "learning_coded",
        "Cause and learning recorded",
        "root_cause",
        "Please record the cause found and what is learnt.",
    ),
)
