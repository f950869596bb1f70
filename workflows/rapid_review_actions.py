"""The actions of a rapid review: who may do each, what it needs and where it leads.

A draft that goes back to the meeting, or a case reopened on new facts, sets the old views, dates
and agreements aside: they stay in the record, and none of them may carry the new decision.
"""

from __future__ import annotations

from dataclasses import replace

from engine.conditions import Answered, Asked, Late, Linked, recorded
from engine.shape import Transition
from workflows.partners import AGREED_KEYS, ALL_AGREED, PARTNERS, all_recorded, all_yes, keys
from workflows.rapid_review_facts import (
    CRITERIA,
    DECISION_TAKEN,
    LATE_REASON,
    NOTIFICATION,
    OUTCOME,
    QUESTIONS,
    QUORUM,
    RECONSIDERED,
    REFERRAL,
    WITHDRAWAL,
)

FINALS = ("completed", "not_notifiable", "notified_only", "notified_in_error", "transferred")
UNDER_REVIEW = ("notified", "gathering", "meeting", "signing_off", "submitted")
LOCAL_REVIEW = ("lcspr", "lcspr_joint")

DECIDED = ("quorum", "decision", "rationale", "drafted_on", *AGREED_KEYS)
NOTIFIED = ("la_view", "icb_view", "police_view", "threshold_rationale", "notified_on")
SENT = ("submitted_on", "late_reason", "panel_reply", "panel_reply_on", "panel_outcome")
DIED = OUTCOME.any_of("death", "both")
VIEWS = recorded("la_view", "icb_view", "police_view")

_OPEN = Transition(
    action="open",
    label="Refer a serious incident",
    sources=(),
    target="referred",
    who=(*PARTNERS, "business_manager", "agency_lead"),
    needs=recorded("incident_on", "aware_at", "outcome_for_child", "abuse_link"),
    asks=keys(REFERRAL),
)

_NOTIFY = Transition(
    action="notify",
    label="Notify the National Panel",
    sources=("referred",),
    target="notified",
    who=("local_authority",),
    needs=VIEWS & recorded("threshold_rationale", "notified_on"),
    asks=keys(NOTIFICATION),
    dated_by="notified_on",
)

_NOTIFY_ONLY = Transition(
    action="notify_only",
    label="Notify only, no review due",
    sources=("referred",),
    target="notified_only",
    who=("local_authority",),
    needs=recorded("notify_only_status", "notified_on"),
    asks=("threshold_rationale", "notification_late_reason", "csins_reference"),
    dated_by="notified_on",
)

_DECLINE = Transition(
    action="decline",
    label="Decide not to notify",
    sources=("referred",),
    target="not_notifiable",
    who=("local_authority",),
    needs=VIEWS & recorded("threshold_rationale"),
    asks=("declined_on",),
    dated_by="declined_on",
)

_TRANSFER = Transition(
    action="transfer",
    label="Hand over to another area",
    sources=("referred",),
    target="transferred",
    who=("business_manager",),
    needs=recorded("receiving_area", "accepted_on"),
    dated_by="accepted_on",
)

_ASK = Transition(
    action="ask_agencies",
    label="Begin gathering information",
    sources=("notified",),
    target="gathering",
    who=("business_manager",),
    needs=Asked("agency_return") & recorded("children_safe") & all_recorded(QUESTIONS),
    asks=("period_from", "period_to", "records_secured"),
)

_CONVENE = Transition(
    action="convene",
    label="Convene the rapid review meeting",
    sources=("gathering",),
    target="meeting",
    who=("business_manager",),
    needs=Answered("agency_return") & recorded("meeting_on"),
)

_DRAFT = Transition(
    action="draft",
    label="Send the draft to the partners for agreement",
    sources=("meeting",),
    target="signing_off",
    who=("review_chair",),
    needs=QUORUM.equals("yes")
    & all_recorded(CRITERIA)
    & recorded("equality_analysis", "child_lived_experience", "decision", "rationale"),
    asks=("practice_episodes", "immediate_learning", "drafted_on"),
    dated_by="drafted_on",
)

_RECONVENE = Transition(
    action="reconvene",
    label="Take the draft back to the meeting",
    sources=("signing_off",),
    target="meeting",
    who=("review_chair",),
    anew=("reason",),
    sets_aside=DECIDED,
)

_SUBMIT = Transition(
    action="submit",
    label="Send the rapid review to the National Panel",
    sources=("signing_off",),
    target="submitted",
    who=("business_manager",),
    needs=(ALL_AGREED | Linked("dispute"))
    & recorded("submitted_on")
    & (~Late("rapid_review") | LATE_REASON.recorded),
    asks=("late_cause", "panel_forewarned_on", "report_version"),
    dated_by="submitted_on",
)

_SUBMIT_LOCAL = replace(
    _SUBMIT, when=DECISION_TAKEN.any_of(*LOCAL_REVIEW), offers="practice_review"
)

_REPLY_AGREES = Transition(
    action="reply_agrees",
    label="Record that the National Panel agrees",
    sources=("submitted",),
    target="completed",
    who=("business_manager",),
    needs=recorded("panel_reply", "panel_reply_on"),
    asks=("panel_outcome",),
    dated_by="panel_reply_on",
)

_REPLY_DISAGREES = replace(
    _REPLY_AGREES,
    action="reply_disagrees",
    label="Record that the National Panel disagrees",
    target="reconsidering",
)

_MAINTAIN = Transition(
    action="maintain",
    label="Maintain the decision",
    sources=("reconsidering",),
    target="completed",
    who=("review_chair",),
    anew=("rationale",),
    asks=("reconsidered_on",),
    dated_by="reconsidered_on",
)

_REVERSE = replace(
    _MAINTAIN,
    action="reverse",
    label="Reverse the decision",
    asks=("reconsidered_decision", "reconsidered_on"),
)

_WITHDRAW = Transition(
    action="withdraw",
    label="Withdraw a notification made in error",
    sources=UNDER_REVIEW,
    target="notified_in_error",
    who=("local_authority",),
    needs=all_yes(WITHDRAWAL),
    anew=("reason",),
    asks=("panel_told_on",),
)

_REOPEN = Transition(
    action="reopen",
    label="Reopen on new facts",
    sources=FINALS,
    target="referred",
    who=("business_manager",),
    anew=("new_facts",),
    asks=("abuse_suspected_at",),
    # The duty to notify runs from knowing: unless an earlier moment is given, that is now.
    stamps=(("abuse_suspected_at", "@now"),),
    sets_aside=(
        *NOTIFIED,
        *DECIDED,
        *SENT,
        *keys(WITHDRAWAL),
        "notify_only_status",
        "notification_late_reason",
        "accepted_on",
        "declined_on",
        "meeting_on",
        "reconsidered_on",
        "reconsidered_decision",
    ),
    reopens=True,
)

TRANSITIONS = (
    replace(_OPEN, when=DIED, offers="child_death_review"),
    _OPEN,
    _NOTIFY,
    _NOTIFY_ONLY,
    _DECLINE,
    _TRANSFER,
    _ASK,
    _CONVENE,
    _DRAFT,
    _RECONVENE,
    _SUBMIT_LOCAL,
    _SUBMIT,
    _REPLY_AGREES,
    _REPLY_DISAGREES,
    _MAINTAIN,
    replace(_REVERSE, when=RECONSIDERED.any_of(*LOCAL_REVIEW), offers="practice_review"),
    _REVERSE,
    _WITHDRAW,
    _REOPEN,
)
