"""Child death review: how a case moves, who moves it, and what each move needs."""

from __future__ import annotations

from engine.conditions import (
    ALWAYS,
    Answered,
    Condition,
    Different,
    Either,
    NoHold,
    recorded,
)
from engine.roles import ROLES
from engine.shape import Order, Transition
from workflows.again import again
from workflows.child_death_review_facts import (
    CRITERIA,
    IDENTITY,
    JOINT_AGENCY,
    JOINT_AGENCY_WHY,
    NHS_NUMBER,
    NO_NHS_NUMBER,
    SCOPE,
    UNATTENDED_STILLBIRTH,
)
from workflows.child_death_review_findings import (
    FACTORS,
    FORMS_FINAL,
    QUORUM,
    RESTATED,
)

# The form is public to professionals; those who keep the house or its audit are none.
PROFESSIONALS = tuple(role for role in ROLES if role not in ("administrator", "auditor"))
COORDINATOR = ("cdop_coordinator",)
DOCTOR = ("designated_doctor",)
CHAIR = ("cdop_chair",)

# The Child Death Overview Panel waits for these; other inquiries feed the meeting instead.
BLOCKING = ("coroner", "criminal", "practice_review")

OPEN = Transition(
    "open",
    "Notify a death",
    (),
    "notified",
    PROFESSIONALS,
    needs=recorded(
        "died_on",
        "aware_at",
        "date_of_birth",
        "normally_resident",
        "place",
        "notifier",
    )
    & (NHS_NUMBER.recorded | NO_NHS_NUMBER.recorded),
    asks=(
        "died_at",
        "notified_at",
        "unattended_stillbirth",
        "expected",
        *(fact.key for fact in IDENTITY),
    ),
    stamps=(("notified_at", "@now"),),
)
ACCEPT = Transition(
    "accept",
    "Accept the review",
    ("notified",),
    "immediate_decisions",
    COORDINATOR,
    needs=recorded(*(fact.key for fact in SCOPE)),
    asks=("accepted_on",),
    stamps=(("accepted_on", "@today"),),
    dated_by="accepted_on",
)
TRANSFER = Transition(
    "transfer",
    "Transfer the review to another area",
    ("notified", "immediate_decisions"),
    "transferred_out",
    COORDINATOR,
    needs=recorded(
        "receiving_panel",
        "transfer_sent_on",
        "transfer_accepted_on",
        "accepted_by",
        "receiving_reference",
    ),
    dated_by="transfer_accepted_on",
)


def _end(action: str, label: str, needs: Condition = ALWAYS) -> Transition:
    """A closing at triage: always with its own reason, and told to everyone told before."""
    return Transition(
        action, label, ("notified",), action, COORDINATOR, needs=needs, anew=("reason",)
    )


# An unattended stillbirth is not reviewed, yet it is joint agency criterion 5: it may only be
# closed once somebody has decided on the joint agency response.
ENDINGS = (
    _end(
        "out_of_scope",
        "Close as out of scope",
        ~UNATTENDED_STILLBIRTH.equals("yes") | JOINT_AGENCY.recorded,
    ),
    _end("duplicate", "Close as a duplicate"),
    _end("in_error", "Close as entered in error"),
)

_DECISIONS = recorded(
    "joint_agency_response",
    *(fact.key for fact in CRITERIA),
    "certificate",
    "safeguarding",
    "organisational_incident",
    "key_worker",
    "key_worker_deputy",
    "parents_informed",
)
_NO_CRITERION_MET = ~Either(tuple(fact.equals("yes") for fact in CRITERIA))
_RESPONSE = tuple(
    Order(task, role)
    for task in ("planning_meeting", "home_visit", "post_mortem_discussion")
    for role in ("designated_doctor", "police")
)
_ALSO = ("leaflet_offered", "post_mortem", "expected")

DECIDE = (
    Transition(
        "decide",
        "Record the immediate decisions",
        ("immediate_decisions",),
        "gathering",
        (*DOCTOR, *COORDINATOR),
        needs=_DECISIONS,
        asks=_ALSO,
        when=JOINT_AGENCY.equals("yes"),
        orders=_RESPONSE,
    ),
    Transition(
        "decide",
        "Record the immediate decisions",
        ("immediate_decisions",),
        "gathering",
        (*DOCTOR, *COORDINATOR),
        needs=_DECISIONS & (_NO_CRITERION_MET | JOINT_AGENCY_WHY.recorded),
        asks=_ALSO,
        when=~JOINT_AGENCY.equals("yes"),
    ),
)
MEET_AND_ANALYSE = (
    Transition(
        "hold_meeting",
        "Record the child death review meeting",
        ("gathering",),
        "meeting",
        DOCTOR,
        needs=Answered("reporting_form") & recorded("meeting_held_on"),
        dated_by="meeting_held_on",
    ),
    Transition(
        "send_analysis",
        "Send the draft analysis",
        ("meeting",),
        "panel_ready",
        DOCTOR,
        needs=recorded("draft_analysis", "attendance", "family_questions"),
        asks=("analysis_received_on",),
        stamps=(("analysis_received_on", "@today"),),
        dated_by="analysis_received_on",
    ),
)
TAKE_TO_PANEL = Transition(
    "take_to_panel",
    "Take the review to the Child Death Overview Panel",
    ("panel_ready",),
    "panel",
    COORDINATOR,
    needs=NoHold(BLOCKING) & Different("anonymised_by", "released_by"),
)
DEFER = Transition(
    "defer",
    "Put the review off to another meeting",
    ("panel",),
    "panel_ready",
    CHAIR,
    anew=("reason", "next_meeting_on"),
    stamps=(("restated", "yes"),),
)
CONCLUDE = Transition(
    "conclude",
    "Conclude the review",
    ("panel",),
    "finalised",
    CHAIR,
    needs=QUORUM.equals("yes")
    & recorded(
        "category",
        *(fact.key for fact in FACTORS),
        "modifiability",
        "learning",
        "recommendations",
    ),
    asks=("concluded_on",),
    stamps=(("concluded_on", "@today"),),
    dated_by="concluded_on",
)
FINALISE = Transition(
    "finalise",
    "Save every form as final",
    ("finalised",),
    "feedback",
    COORDINATOR,
    needs=FORMS_FINAL.equals("yes") & recorded("database_reference"),
    asks=("saved_final_on",),
    stamps=(("saved_final_on", "@today"),),
    dated_by="saved_final_on",
)
FEED_BACK = Transition(
    "feed_back",
    "Record the feedback offered to the family",
    ("feedback",),
    "closed",
    ("key_worker", *COORDINATOR),
    needs=recorded("feedback_offered_on", "feedback_mode"),
    dated_by="feedback_offered_on",
)
# The new version is before the Child Death Overview Panel from the day it begins.
REOPEN = Transition(
    "reopen",
    "Reopen the review with a new version of the analysis",
    ("closed",),
    "panel_ready",
    COORDINATOR,
    anew=("reason",),
    asks=("inquest_result_on", "analysis_received_on", "draft_analysis"),
    stamps=(("analysis_received_on", "@today"), ("restated", "yes")),
    reopens=True,
)

# What an earlier sitting or version concluded never stands in for this one.
_AGAIN = RESTATED.equals("yes")
MOVES = (
    OPEN,
    ACCEPT,
    *ENDINGS,
    TRANSFER,
    *DECIDE,
    *MEET_AND_ANALYSE,
    TAKE_TO_PANEL,
    DEFER,
    *again(_AGAIN, CONCLUDE, "quorum", "category", "modifiability"),
    *again(_AGAIN, FINALISE, "forms_final"),
    *again(_AGAIN, FEED_BACK, "feedback_offered_on"),
    REOPEN,
)
