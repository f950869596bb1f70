"""Child death review: the moves from the notification to the immediate decisions."""

from __future__ import annotations

from engine.conditions import ALWAYS, Condition, Either, recorded
from engine.roles import ROLES
from engine.shape import Order, Transition
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

# The form is public to professionals; those who keep the house or its audit are none.
PROFESSIONALS = tuple(role for role in ROLES if role not in ("administrator", "auditor"))
COORDINATOR = ("cdop_coordinator",)
DOCTOR = ("designated_doctor",)

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
        "place_of_event",
        "sex",
        "ethnicity",
        "time_certainty",
        "learning_disability",
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

INTAKE_MOVES = (OPEN, ACCEPT, *ENDINGS, TRANSFER, *DECIDE)
