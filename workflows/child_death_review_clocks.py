"""Child death review: the tasks beside the stages, and every clock."""

from __future__ import annotations

from engine.facts import words
from engine.shape import FirstKnown, LaterOf, MetBy, TaskAsked, TaskKind, Timescale
from workflows.child_death_review_facts import JOINT_AGENCY
from workflows.vocabulary import ANSWERS, RETURNED, SETTLING

HOLD_KINDS = (
    "coroner",
    "criminal",
    "practice_review",
    "pmrt",
    "mnsi",
    "incident",
    "post_mortem",
    "other",
)

_AFTER_DECISIONS = ("gathering", "meeting", "panel_ready", "panel", "finalised", "feedback")
_ON_BEHALF = ("cdop_coordinator",)
_DONE = words(
    "received: Done", "nil: Not needed", "waived: Waived, with a reason", "declined: Declined"
)


def _response(key: str, label: str, asks: str) -> TaskKind:
    """A step of the joint agency response: beside the stages, and no gate to any of them."""
    return TaskKind(
        key,
        label,
        _DONE,
        SETTLING,
        stages=_AFTER_DECISIONS,
        asks=asks,
        otherwise="The review goes on without it, and the gap is recorded.",
        on_behalf=_ON_BEHALF,
        by_link=words("received: It is done"),
    )


TASKS = (
    TaskKind(
        "reporting_form",
        "Reporting form",
        ANSWERS,
        SETTLING,
        asked_by=("cdop_coordinator",),
        stages=("immediate_decisions", "gathering"),
        asks="Please return your agency's reporting form by the due date.",
        otherwise="You are reminded, and then the request is taken to more senior people.",
        on_behalf=_ON_BEHALF,
        by_link=RETURNED,
    ),
    _response(
        "planning_meeting",
        "Joint agency planning meeting",
        "Please arrange or join the first planning meeting, and tell the coordinator its time.",
    ),
    _response(
        "home_visit",
        "Joint home or scene visit",
        "Please arrange or join the joint visit, or record why none is needed.",
    ),
    _response(
        "post_mortem_discussion",
        "Post-mortem discussion",
        "Please hold the discussion once results are in, or record why none is needed.",
    ),
)

_FROM_DEATH = FirstKnown(("died_at", "died_on"))

_FIRST_DAYS = (
    Timescale(
        "notification",
        "Notification, counted from the death",
        _FROM_DEATH,
        MetBy(facts=("notified_at",)),
        "Please record when the notification was made.",
        "The notification is shown as late; record the reason for the delay.",
    ),
    Timescale(
        "notification_from_awareness",
        "Notification, counted from when it became known",
        FirstKnown(("aware_at",)),
        MetBy(facts=("notified_at",)),
        "Please record when the notification was made.",
        "The notification is shown as late; record the reason for the delay.",
    ),
    Timescale(
        "national_database",
        "National Child Mortality Database told",
        _FROM_DEATH,
        MetBy(facts=("national_database_at",)),
        "Please see that the National Child Mortality Database has the notification.",
        "The national record is incomplete until it is told.",
    ),
    Timescale(
        "key_worker_contact",
        "Key worker's first contact",
        _FROM_DEATH,
        MetBy(facts=("key_worker_contact_at",)),
        "Please make first contact with the family and tell the coordinator when it was made.",
        "The deputy key worker and the designated doctor are asked to step in.",
    ),
    Timescale(
        "first_sharing",
        "First multi-agency sharing of information",
        _FROM_DEATH,
        MetBy(facts=("planning_meeting_at",)),
        "Please hold the first planning meeting and have its time recorded.",
        "The joint agency response begins without a shared plan.",
        when=JOINT_AGENCY.equals("yes"),
    ),
)
_GATHERING = (
    Timescale(
        "form_request",
        "Requests for reporting forms",
        FirstKnown(("accepted_on",)),
        MetBy(asked="reporting_form"),
        "Please ask each agency involved for its reporting form.",
        "The agencies have less time to answer before the review meeting.",
    ),
    Timescale(
        "reporting_form",
        "Reporting form",
        TaskAsked("reporting_form"),
        MetBy(),
        "Please return your agency's reporting form, give a nil return, or say why you cannot.",
        "The request is taken to more senior people; agencies have a legal duty to answer.",
    ),
    Timescale(
        "review_meeting",
        "Child death review meeting",
        FirstKnown(("died_on",)),
        MetBy(facts=("meeting_held_on",)),
        "Please hold the child death review meeting, or record what it is waiting for.",
        "The meeting is shown as late, and the date first due stays in view.",
        holds=HOLD_KINDS,
    ),
    Timescale(
        "analysis",
        "Draft analysis sent",
        FirstKnown(("meeting_held_on",)),
        MetBy(stages=("panel_ready",)),
        "Please send the draft analysis to the Child Death Overview Panel.",
        "The Child Death Overview Panel cannot plan this review.",
    ),
)
_PANEL = (
    Timescale(
        "panel_review",
        "Review by the Child Death Overview Panel",
        LaterOf(("analysis_received_on", "inquest_result_on")),
        MetBy(stages=("finalised",)),
        "Please take the review to the Child Death Overview Panel and conclude it.",
        "The review is shown as late, and the date first due stays in view.",
        holds=HOLD_KINDS,
    ),
    Timescale(
        "finalise",
        "Forms saved as final",
        FirstKnown(("concluded_on",)),
        MetBy(facts=("saved_final_on",)),
        "Please complete every form and save it as final.",
        "The review is not counted nationally until its forms are final.",
    ),
)
_INBOUND = (
    Timescale(
        "registrar",
        "Registrar's notice received",
        FirstKnown(("registered_on",)),
        MetBy(facts=("registrar_notice_on",)),
        "Please record the registrar's notice when it comes.",
        "Please ask the registrar for the notice; the duty to send it is the registrar's.",
    ),
    Timescale(
        "coroner",
        "Coroner's notice received",
        FirstKnown(("coroner_decision_on",)),
        MetBy(facts=("coroner_notice_on",)),
        "Please record the coroner's notice when it comes.",
        "Please ask the coroner's officer for the notice; the duty to send it is the coroner's.",
    ),
)
TIMESCALES = (*_FIRST_DAYS, *_GATHERING, *_PANEL, *_INBOUND)
