"""Child death review: the moves from the meeting to the Child Death Overview Panel and after."""

from __future__ import annotations

from engine.conditions import Answered, Different, NoHold, recorded
from engine.shape import Transition
from workflows.child_death_review_findings import FACTORS, FORMS_FINAL, QUORUM

COORDINATOR = ("cdop_coordinator",)
DOCTOR = ("designated_doctor",)
CHAIR = ("cdop_chair",)

# The Child Death Overview Panel waits for these; other inquiries feed the meeting instead.
BLOCKING = ("coroner", "criminal", "practice_review")

# What an earlier sitting or version concluded never stands in for this one.
SITTING = ("anonymised_by", "released_by", "quorum", "category", "modifiability", "concluded_on")
ENDING = ("forms_final", "saved_final_on", "feedback_offered_on", "feedback_mode")

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
    sets_aside=SITTING,
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
    stamps=(("analysis_received_on", "@today"),),
    sets_aside=(*SITTING, *ENDING),
    reopens=True,
)

PANEL_MOVES = (*MEET_AND_ANALYSE, TAKE_TO_PANEL, DEFER, CONCLUDE, FINALISE, FEED_BACK, REOPEN)
