"""The actions of a practice review: who may do each, what it needs and where it leads."""

from __future__ import annotations

from dataclasses import replace

from engine.conditions import All, Answered, AnyOf, AtLeastBefore, recorded
from engine.shape import Transition
from workflows.partners import (
    AGREED_KEYS,
    ALL_AGREED,
    PARTNERS,
    all_recorded,
    all_yes,
    keys,
)
from workflows.practice_review_facts import (
    ANONYMISATION_OK,
    CARRIED_TO,
    CLEARANCES,
    ENDING,
    EVIDENCE,
    IMPROVEMENTS,
    LEGAL_OK,
    MODE,
    OUTCOME_OF_ACTIONS,
    OVERRIDE_REASON,
    OVERRIDES,
    OWNED,
    QUESTIONS,
    SIGNED_ON,
    SYSTEMIC,
)

BEFORE_PUBLICATION = (
    "decided",
    "setting_up",
    "scoping",
    "gathering",
    "analysis",
    "report",
    "signed_off",
    "publication",
)
WITH_A_REPORT = ("report", "signed_off", "publication")

CLEARED = All(tuple(AnyOf(fact.key, ("none", "cleared")) for fact in CLEARANCES))
OVERRIDDEN = all_yes(OVERRIDES) & OVERRIDE_REASON.recorded

_OPEN = Transition(
    action="open",
    label="Begin a practice review",
    sources=(),
    target="decided",
    who=("review_chair", "business_manager"),
    needs=recorded("decided_on", "decision_source", "criteria"),
    asks=("child_died", "joint_areas", "lead_partnership", "panel_agreed_on"),
    dated_by="decided_on",
)

_SET_UP = Transition(
    action="set_up",
    label="Set the review up",
    sources=("decided",),
    target="setting_up",
    who=("business_manager",),
    needs=recorded("panel_informed_on") & all_recorded(CLEARANCES),
)

_APPOINT = Transition(
    action="appoint",
    label="Appoint the lead reviewer",
    sources=("setting_up",),
    target="scoping",
    who=("review_chair",),
    needs=recorded("reviewer_name", "reviewer_independent", "conflict_declared"),
    asks=("reviewer_named_on",),
)

_AGREE_TERMS = Transition(
    action="agree_terms",
    label="Agree the terms of reference",
    sources=("scoping",),
    target="gathering",
    who=("review_chair",),
    needs=recorded("terms_version")
    & all_yes(QUESTIONS)
    & recorded("methodology")
    & all_recorded(SIGNED_ON),
    asks=("scope_from", "scope_to", "lines_of_enquiry", "method"),
)

_ANALYSE = Transition(
    action="analyse",
    label="Begin the analysis",
    sources=("gathering",),
    target="analysis",
    who=("lead_reviewer",),
    needs=Answered("agency_report") & recorded("family_contact"),
    asks=("advocate_offered",),
)

_DELIVER = Transition(
    action="deliver_report",
    label="Deliver the report",
    sources=("analysis",),
    target="report",
    who=("lead_reviewer",),
    needs=recorded("report_version")
    & all_yes((IMPROVEMENTS, SYSTEMIC))
    & recorded("practitioner_event_on"),
)

_CHECKED = (ANONYMISATION_OK, LEGAL_OK, OWNED)
_SIGN_OFF = Transition(
    action="sign_off",
    label="Sign the report off",
    sources=("report",),
    target="signed_off",
    who=("review_chair",),
    needs=ALL_AGREED & all_yes(_CHECKED),
    asks=("plan_approved_on",),
)

_REWORK = Transition(
    action="rework",
    label="Send the report back for more work",
    sources=("report",),
    target="analysis",
    who=("review_chair",),
    anew=("reason",),
    sets_aside=("report_version", *AGREED_KEYS, *keys(_CHECKED)),
)

_PLAN = Transition(
    action="plan_publication",
    label="Plan the publication",
    sources=("signed_off",),
    target="publication",
    who=("business_manager",),
    needs=recorded("planned_publication_on") & MODE.any_of("full", "redacted", "improvements_only"),
)

_PUBLISH = Transition(
    action="publish",
    label="Publish",
    sources=("publication",),
    target="published",
    who=("business_manager",),
    needs=AtLeastBefore("preview_sent_on", "published_on", "7wd")
    & (CLEARED | OVERRIDDEN)
    & recorded("family_told_on", "published_on", "address"),
    asks=("preview_sent_to",),
    dated_by="published_on",
)

_EMBED = Transition(
    action="embed",
    label="Share the learning",
    sources=("published",),
    target="embedding",
    who=("review_chair",),
    needs=recorded("briefing_issued_on"),
)

_DONE = OUTCOME_OF_ACTIONS.equals("closed_with_evidence") & EVIDENCE.recorded
_CARRIED = OUTCOME_OF_ACTIONS.equals("carried_elsewhere") & CARRIED_TO.recorded
_CLOSE = Transition(
    action="close",
    label="Close the review",
    sources=("embedding",),
    target="closed",
    who=("executive_chair", "review_chair"),
    needs=_DONE | _CARRIED,
)

_NOT_PUBLISH = Transition(
    action="not_publish",
    label="Decide not to publish",
    sources=WITH_A_REPORT,
    target="not_published",
    who=PARTNERS,
    needs=recorded("reasons", "panel_told_on") & all_yes(ENDING),
)

TRANSITIONS = (
    _OPEN,
    _SET_UP,
    _APPOINT,
    _AGREE_TERMS,
    _ANALYSE,
    _DELIVER,
    _SIGN_OFF,
    _REWORK,
    _PLAN,
    _PUBLISH,
    _EMBED,
    _CLOSE,
    _NOT_PUBLISH,
    replace(
        _NOT_PUBLISH,
        action="end_early",
        label="End the review early",
        sources=BEFORE_PUBLICATION,
        target="ended_early",
    ),
    replace(
        _NOT_PUBLISH,
        action="supersede",
        label="Let another review take its place",
        sources=BEFORE_PUBLICATION,
        target="superseded",
    ),
)
