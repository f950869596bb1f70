"""Child death review: who is told what from the meeting on.

The words are fixed and say nothing of any person.
"""

from __future__ import annotations

from engine.shape import NoticeRule
from workflows.child_death_review_early_notices import OFFICE, SIGN_IN

_MEETINGS = (
    NoticeRule(
        "action:hold_meeting",
        "moved",
        ("designated_doctor",),
        "The review meeting is recorded. Please complete the draft analysis and send it.",
        "The Child Death Overview Panel waits for it.",
    ),
    NoticeRule(
        "action:hold_meeting",
        "moved",
        ("key_worker",),
        "The review meeting is recorded. Please tell the family that it was held and carry its"
        " answers to their questions.",
        "Nobody else will.",
    ),
    NoticeRule(
        "action:hold_meeting",
        "moved",
        ("cdop_coordinator", "cdop_chair"),
        "The review meeting is recorded. " + SIGN_IN,
    ),
    NoticeRule(
        "action:send_analysis",
        "moved",
        ("cdop_coordinator",),
        "The draft analysis has come. Please have it anonymised by one person and released by"
        " another, and put it on an agenda.",
        "The review cannot be taken to the Child Death Overview Panel until it is released.",
    ),
    NoticeRule(
        "action:send_analysis",
        "moved",
        ("cdop_chair",),
        "A review is ready for the Child Death Overview Panel once it is anonymised.",
    ),
    NoticeRule(
        "action:take_to_panel",
        "moved",
        ("cdop_chair",),
        "The review is before the Child Death Overview Panel. Please conclude it or put it off.",
        "The time for the review goes on.",
    ),
    NoticeRule(
        "action:take_to_panel",
        "moved",
        ("key_worker",),
        "The Child Death Overview Panel is to meet. Please tell the family that it will.",
        "Families value knowing that a meeting is taking place.",
    ),
    NoticeRule(
        "action:defer",
        "moved",
        ("cdop_coordinator", "designated_doctor", "key_worker"),
        "The review was put off to another meeting. Please sign in for the reason and the date.",
        "The time for the review goes on.",
    ),
)
_OUTCOME = (
    NoticeRule(
        "action:conclude",
        "decided",
        ("cdop_coordinator",),
        "The Child Death Overview Panel has concluded. Please save every form as final and inform"
        " each organisation a recommendation is made to.",
        "The review is not counted nationally until its forms are final.",
    ),
    NoticeRule(
        "action:conclude",
        "decided",
        ("designated_doctor", "key_worker"),
        "The Child Death Overview Panel has concluded. " + SIGN_IN,
    ),
    NoticeRule(
        "action:finalise",
        "moved",
        ("key_worker", "cdop_coordinator"),
        "The forms are final. Please offer feedback to the family and record it.",
        "The review stays open until feedback was offered.",
    ),
    NoticeRule(
        "action:feed_back",
        "closed",
        (*OFFICE, "tasked"),
        "The review is closed. Actions that came from it go on until each is done.",
    ),
    NoticeRule(
        "action:reopen",
        "opened",
        (*OFFICE, "key_worker"),
        "The review was reopened with a new version of the analysis. The version that was final"
        " is kept. Please sign in for the reason.",
        "The Child Death Overview Panel is asked to conclude anew.",
    ),
)
_DATES = (
    NoticeRule(
        "extended",
        "extended",
        ("recipient", "cdop_coordinator"),
        "A date was moved. Please work to the new date; the first one stays on the record.",
    ),
    NoticeRule(
        "redated",
        "redated",
        ("recipient", "cdop_coordinator"),
        "A bank holiday or a correction has moved a date. Please note the new one.",
    ),
    NoticeRule(
        "held",
        "held",
        (*OFFICE, "key_worker"),
        "Another process has put this review on hold. Go on with whatever does not depend on it.",
        "The date first due stays in view beside the moved one.",
    ),
    NoticeRule(
        "released",
        "released",
        (*OFFICE, "key_worker"),
        "A hold on this review has ended. Please sign in and look at the new dates.",
        "The clocks run again.",
    ),
    NoticeRule(
        "linked",
        "moved",
        ("cdop_coordinator",),
        "Another case was linked to this one. Please check what the two should share.",
    ),
)

LATER_NOTICES = (*_MEETINGS, *_OUTCOME, *_DATES)
