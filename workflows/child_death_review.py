"""The child death review: from a death to the Child Death Overview Panel and the national database.

Law: Children Act 2004, sections 16M to 16P. The times come from statutory guidance, registration
law and local practice, never from those sections, which set none.
"""

from __future__ import annotations

from engine.conditions import NotAfter, Younger
from engine.definition import Process
from engine.shape import Invariant, Stage
from workflows.child_death_review_clocks import HOLD_KINDS, TASKS, TIMESCALES
from workflows.child_death_review_early_notices import EARLY_NOTICES
from workflows.child_death_review_facts import (
    AWARE_AT,
    DECISIONS,
    DIED_AT,
    DIED_ON,
    IDENTITY,
    NOTIFICATION,
    NOTIFIED_AT,
    PLACE_OF_DEATH,
    TRANSFER_ACCEPTED_ON,
    TRANSFER_SENT_ON,
    TRIAGE,
)
from workflows.child_death_review_findings import (
    CLOSING,
    MEETING,
    MEETING_HELD_ON,
    OUTSIDE,
    PANEL,
    REGISTERED_ON,
)
from workflows.child_death_review_intake import INTAKE_MOVES
from workflows.child_death_review_later_notices import LATER_NOTICES
from workflows.child_death_review_panel import PANEL_MOVES
from workflows.vocabulary import DATE_OF_BIRTH

_STAGES = (
    Stage("notified", "Notified", "cdop_coordinator"),
    Stage("immediate_decisions", "Immediate decisions", "designated_doctor"),
    Stage("gathering", "Gathering information", "designated_doctor"),
    Stage("meeting", "Child death review meeting held", "designated_doctor"),
    Stage("panel_ready", "Ready for the Child Death Overview Panel", "cdop_coordinator"),
    Stage("panel", "Before the Child Death Overview Panel", "cdop_chair"),
    Stage("finalised", "Concluded, forms to be saved as final", "cdop_coordinator"),
    Stage("feedback", "Feedback to the family", "key_worker"),
    Stage("closed", "Closed", final=True),
    Stage("out_of_scope", "Out of scope", final=True),
    Stage("duplicate", "Duplicate", final=True),
    Stage("in_error", "Entered in error", final=True),
    Stage("transferred_out", "Transferred to another area", final=True),
)

# A death abroad keeps its certified local date, which may be another day than London's.
_ABROAD = PLACE_OF_DEATH.equals("abroad")
_ONE_DATE = (
    "the time of death is not on the date of death; correct one of the two, or leave the time out"
)
_INVARIANTS = (
    Invariant(
        NotAfter("date_of_birth", "died_on"), "the date of death is before the date of birth"
    ),
    Invariant(
        Younger(DATE_OF_BIRTH.key, DIED_ON.key, 18),
        "the person had reached 18: an adult process applies",
    ),
    Invariant(DIED_AT.not_after(DIED_ON) | _ABROAD, _ONE_DATE),
    Invariant(DIED_ON.not_after(DIED_AT) | _ABROAD, _ONE_DATE),
    Invariant(
        DIED_ON.not_after(AWARE_AT) | _ABROAD,
        "the date of death is after the day the death became known; correct one of the two",
    ),
    Invariant(
        AWARE_AT.not_after(NOTIFIED_AT),
        "the death was notified before it became known; correct one of the two times",
    ),
    Invariant(
        DIED_ON.not_after(MEETING_HELD_ON),
        "the child death review meeting is dated before the death; correct one of the two dates",
    ),
    Invariant(
        DIED_ON.not_after(REGISTERED_ON),
        "the registration is dated before the death; correct one of the two dates",
    ),
    Invariant(
        TRANSFER_SENT_ON.not_after(TRANSFER_ACCEPTED_ON),
        "the transfer was accepted before it was sent; correct one of the two dates",
    ),
)

CHILD_DEATH_REVIEW = Process(
    key="child_death_review",
    label="Child death review",
    version="1",
    purpose="From a death to the Child Death Overview Panel and the national database: why it"
    " happened, what could be changed, and what the family is told.",
    stages=_STAGES,
    transitions=(*INTAKE_MOVES, *PANEL_MOVES),
    facts=(*NOTIFICATION, *IDENTITY, *TRIAGE, *DECISIONS, *MEETING, *OUTSIDE, *PANEL, *CLOSING),
    tasks=TASKS,
    timescales=TIMESCALES,
    notices=(*EARLY_NOTICES, *LATER_NOTICES),
    invariants=_INVARIANTS,
    hold_kinds=HOLD_KINDS,
    link_kinds=(
        "rapid_review",
        "practice_review",
        "learning_review",
        "thematic_review",
        "dispute",
        "child_death_review",
        "other",
    ),
    keepers=("cdop_coordinator", "designated_doctor", "business_manager"),
    recorders=("key_worker", "cdop_chair"),
    prefix="CD",
)
