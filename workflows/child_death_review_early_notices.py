"""Child death review: who is told what up to the joint agency response.

The words are fixed and say nothing of any person.
"""

from __future__ import annotations

from engine.shape import NoticeRule
from workflows.child_death_review_facts import SAFEGUARDING

OFFICE = ("cdop_coordinator", "designated_doctor", "cdop_chair")
# Everybody told of the opening is told again where it proves to be no review of ours.
TOLD_AT_INTAKE = ("raiser", *OFFICE)

SIGN_IN = "Please sign in to read it."

_INTAKE = (
    NoticeRule(
        "action:open",
        "opened",
        ("cdop_coordinator",),
        "Please answer the scope questions, settle which area owns the review, and accept it, pass"
        " it on or close it with a reason.",
        "No agency is asked for information until the review is accepted.",
    ),
    NoticeRule(
        "action:open",
        "opened",
        ("designated_doctor",),
        "Please consider with the police and the hospital whether a joint agency response is due.",
        "The immediate decisions wait until the review is accepted.",
    ),
    NoticeRule(
        "action:open",
        "opened",
        ("cdop_chair",),
        "A notification has been received. This is for your information.",
    ),
    NoticeRule(
        "action:open",
        "opened",
        ("raiser",),
        "Thank you: the notification was received. Please keep the reference.",
        "You will be told whether the review was accepted.",
    ),
    NoticeRule(
        "action:accept",
        "moved",
        ("designated_doctor",),
        "The review was accepted. Please record the immediate decisions.",
        "The review cannot go on until they are all answered.",
    ),
    NoticeRule(
        "action:accept",
        "moved",
        ("raiser", "cdop_coordinator", "cdop_chair"),
        "The review was accepted by this area.",
    ),
    NoticeRule(
        "action:out_of_scope",
        "closed",
        (*TOLD_AT_INTAKE, "tasked"),
        "No review follows the notification you were told of. Please stop anything begun for it.",
    ),
    NoticeRule(
        "action:duplicate",
        "closed",
        (*TOLD_AT_INTAKE, "tasked"),
        "The notification you were told of was received twice. Please use the other reference.",
    ),
    NoticeRule(
        "action:in_error",
        "closed",
        (*TOLD_AT_INTAKE, "tasked"),
        "The notification you were told of was made in error. Please stop anything begun for it"
        " and tell the people you passed it to.",
    ),
    NoticeRule(
        "action:transfer",
        "closed",
        (*TOLD_AT_INTAKE, "tasked"),
        "Another area has accepted this review. Please send anything further there.",
    ),
)

_DECISIONS = (
    NoticeRule(
        "action:decide",
        "decided",
        ("cdop_coordinator",),
        "The immediate decisions are recorded. Please ask the agencies for their reporting forms.",
        "The time for asking is already running.",
    ),
    NoticeRule(
        "action:decide",
        "decided",
        ("key_worker",),
        "The immediate decisions are recorded. Please sign in to see whether a family is yours to"
        " support, and make first contact.",
        "The deputy and the designated doctor are asked to step in.",
    ),
    NoticeRule(
        "action:decide",
        "decided",
        ("designated_doctor", "cdop_chair"),
        "The immediate decisions are recorded. " + SIGN_IN,
    ),
    NoticeRule(
        "action:decide",
        "decided",
        ("local_authority", "police"),
        "Decisions were recorded that may concern your agency. Please sign in, read them and take"
        " your agency's own steps.",
        "A review never takes the place of your agency's own duties.",
        when=SAFEGUARDING.any_of(
            "sibling_check",
            "strategy_discussion",
            "section_47",
            "serious_incident_notification",
        ),
        urgent=True,
    ),
    NoticeRule(
        "task:reporting_form",
        "asked",
        ("recipient",),
        "Please return your agency's reporting form by the due date. A nil return is an answer.",
        "You are reminded, and then the request is taken to more senior people.",
    ),
    NoticeRule(
        "answer:reporting_form",
        "moved",
        ("cdop_coordinator",),
        "An agency has answered. Please check its form and say at once if it needs more work.",
        "The meeting can be held when every agency has answered.",
    ),
)
_RESPONSE = tuple(
    NoticeRule(
        f"task:{task}",
        "asked",
        ("recipient",),
        f"Please sign in and take part in the {what}.",
        "The review goes on without it, and the gap is recorded.",
        urgent=urgent,
    )
    for task, what, urgent in (
        ("planning_meeting", "joint agency planning meeting", True),
        ("home_visit", "joint visit", True),
        ("post_mortem_discussion", "discussion of results when they are in", False),
    )
)

EARLY_NOTICES = (*_INTAKE, *_DECISIONS, *_RESPONSE)
