"""What may be recorded on a practice review, from the decision to the last action closed."""

from __future__ import annotations

from engine.facts import Fact, Kind, choice, choices, day, text, words, yes_no
from workflows.partners import AGREED_ON, agreements, signatures
from workflows.vocabulary import CLEARANCE, REASON

PUBLICATION_MODE = words(
    "full: The full report",
    "redacted: A redacted report",
    "improvements_only: The improvements only",
    "not_published: Not published",
)
METHOD = words(
    "rapid_review",
    "systems_review: Systems review (Learning Together)",
    "silp: Significant Incident Learning Process",
    "child_practice_review: Child practice review, Welsh model",
    "reports_and_overview: Agency reports with an overview",
    "desk_based: Desk-based and proportionate",
    "practitioner_learning_event",
    "significant_event_analysis",
    "appreciative_inquiry",
    "multi_agency_audit",
    "thematic_multi_case: Thematic, several cases",
    "peer_review",
    "single_agency_review",
    "other",
)
DELAY_CAUSE = words(
    "criminal_investigation",
    "prosecution_or_trial",
    "inquest_or_coroner",
    "family_court",
    "family_engagement_or_bereavement",
    "parallel_review",
    "reviewer_unavailable_or_replaced",
    "late_agency_return",
    "quality_rework",
    "identification_risk_or_redaction",
    "legal_advice",
    "pre_election_period",
    "anniversary_or_safeguarding_of_subject",
    "national_policy_relaxation",
    "other",
)
SENT_TO = words("national_panel", "secretary_of_state", "ofsted")
PROGRESS = words("on_track", "at_risk", "off_track")
QUALITY = words("good", "needs_work", "not_yet_seen")
ACTIONS_OUTCOME = words(
    "closed_with_evidence: Every action is closed with evidence",
    "carried_elsewhere: Open actions are carried on elsewhere",
)

CLEARANCES = (
    choice("criminal_clearance", "Clearance, criminal proceedings", CLEARANCE),
    choice("coroner_clearance", "Clearance, coroner", CLEARANCE),
    choice("family_court_clearance", "Clearance, family court", CLEARANCE),
    choice("parallel_clearance", "Clearance, parallel reviews", CLEARANCE),
)
QUESTIONS = (
    yes_no("child_voice_question", "The terms ask about the child's voice"),
    yes_no("curiosity_question", "The terms ask about professional curiosity"),
    yes_no("family_history_question", "The terms ask about family history"),
    yes_no("equality_question", "The terms ask about equality and identity"),
)
SIGNED_ON = signatures("signed_on", "the terms of reference")
OVERRIDES = agreements("override", "publishing before every clearance")
ENDING = agreements("agrees_ending", "ending the review this way")

CHILD_DIED = yes_no("child_died", "The review follows a child's death")
DECIDED_ON = day("decided_on", "The date the partners decided to review")
PLAN_APPROVED_ON = day("plan_approved_on", "The date the action plan was approved")
IMPROVEMENTS = yes_no("report_improvements", "The report names the improvements needed")
SYSTEMIC = yes_no("report_systemic_analysis", "The report analyses systemic reasons")
ANONYMISATION_OK = yes_no("anonymisation_ok", "The anonymisation was checked and is safe")
LEGAL_OK = yes_no("legal_ok", "The legal check is passed")
OWNED = yes_no("recommendations_owned", "Every recommendation has an owner and a date")
MODE = choice("publication_mode", "What will be published", PUBLICATION_MODE)
PREVIEW_SENT_ON = day(
    "preview_sent_on",
    "The date the copy went to the National Panel, the Secretary of State and Ofsted",
)
OVERRIDE_REASON = text("override_reason", "Why the partners publish before every clearance")
FAMILY_TOLD_ON = day("family_told_on", "The date the family was told of the publication")
PUBLISHED_ON = day("published_on", "The date of publication")
FORECAST_ON = day("publication_forecast_on", "The publication date now forecast", past=False)
DELAY_NOTICE_ON = day(
    "delay_notice_on", "The date the National Panel and the Secretary of State were told of a delay"
)
DELAY_REASON = text("delay_reason", "The reason for the delay")
REMOVED_ON = day("removed_on", "The date the publication was taken down")
OUTCOME_OF_ACTIONS = choice("actions_outcome", "How the actions ended", ACTIONS_OUTCOME)
EVIDENCE = text("actions_evidence", "The evidence that the actions are done")
CARRIED_TO = text("actions_carried_to", "Where open actions are carried on")

SETTING_UP = (
    DECIDED_ON,
    text("decision_source", "Where the decision came from"),
    text("criteria", "The criteria the decision rests on"),
    CHILD_DIED,
    Fact("joint_areas", "Other areas that take part", Kind.NAMES),
    text("lead_partnership", "The partnership that leads a joint review"),
    day("panel_agreed_on", "The date the National Panel agreed, where it did"),
    day("panel_informed_on", "The date the National Panel was told of the decision"),
    *CLEARANCES,
    text("reviewer_name", "The lead reviewer"),
    yes_no("reviewer_independent", "The lead reviewer is independent"),
    yes_no("conflict_declared", "A conflict of interest was declared"),
    day("reviewer_named_on", "The date the National Panel was told who reviews"),
    text("terms_version", "The version of the terms of reference"),
    day("scope_from", "The first day of the period reviewed"),
    day("scope_to", "The last day of the period reviewed"),
    text("lines_of_enquiry", "The lines of enquiry"),
    *QUESTIONS,
    text("methodology", "The methodology"),
    choice("method", "The kind of method", METHOD),
    *SIGNED_ON,
)

REVIEWING = (
    text("family_contact", "How and when the family was offered a part", identifying=True),
    yes_no("advocate_offered", "An advocate was offered to the family"),
    day("monitoring_entry_on", "The date progress and quality were last checked"),
    choice("monitoring_progress", "Progress at that check", PROGRESS),
    choice("monitoring_quality", "Quality at that check", QUALITY),
    text("written_request", "What was asked of the reviewer in writing"),
    text("report_version", "The version of the report document"),
    IMPROVEMENTS,
    SYSTEMIC,
    day("practitioner_event_on", "The date of the practitioner event"),
    REASON,
    *AGREED_ON,
    ANONYMISATION_OK,
    LEGAL_OK,
    OWNED,
    PLAN_APPROVED_ON,
    day("action_update_on", "The date the action plan was last updated"),
)

PUBLISHING = (
    day("planned_publication_on", "The date planned for publication", past=False),
    MODE,
    PREVIEW_SENT_ON,
    choices("preview_sent_to", "Who received the copy", SENT_TO),
    *OVERRIDES,
    OVERRIDE_REASON,
    FAMILY_TOLD_ON,
    PUBLISHED_ON,
    text("address", "The web address of the publication"),
    FORECAST_ON,
    DELAY_NOTICE_ON,
    DELAY_REASON,
    choices("delay_cause", "The kinds of reason for the delay", DELAY_CAUSE),
    REMOVED_ON,
    day("briefing_issued_on", "The date the learning briefing was issued"),
    OUTCOME_OF_ACTIONS,
    EVIDENCE,
    CARRIED_TO,
    text("reasons", "The reasons for ending the review this way"),
    day("panel_told_on", "The date the National Panel was told of the ending"),
    *ENDING,
)

FACTS = (*SETTING_UP, *REVIEWING, *PUBLISHING)
