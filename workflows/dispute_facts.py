"""Disputes: what may be recorded, from the disagreement to what was learnt from it."""

from __future__ import annotations

from engine.facts import Fact, Kind, choice, day, instant, text, words, yes_no
from workflows.vocabulary import REASON, WELLBEING

# Two layers: the cause given when it was raised, and the one found when it is closed.
_CAUSES = words(
    "threshold: Threshold or level of need",
    "referral_not_accepted: Referral not accepted, or more asked for first",
    "child_protection_start: Whether child protection procedures should start",
    "enquiry_response: The response in an enquiry",
    "assessment: Outcome, quality or analysis of an assessment",
    "plan_content: Content of a plan, or ended too early",
    "drift_or_delay: Drift or delay in a plan",
    "agreed_action_not_done: Agreed action not done",
    "roles: Roles and responsibilities, who leads",
    "service_provision: Service provision, waiting time, eligibility",
    "resources: Resources or capacity",
    "information_sharing: Information sharing, consent, confidentiality",
    "communication: Communication, feedback, attendance, reports",
    "placement: Placement, hospital discharge, accommodation",
    "cross_border: Cross-border, or transfer between areas",
    "statutory_duty: Discharge of a statutory duty or notification",
    "review_decision: Decision, scope or publication of a review",
    "policy_or_procedure: Multi-agency policy or procedure",
    "exceptional_case: Exceptional case that fits no threshold",
    "conduct: Conduct of the disagreement itself",
    "other: Other",
)
LADDER = ("practitioner", "manager", "senior", "director", "executive")

TYPE = choice(
    "type",
    "What the dispute is about",
    words(
        "case: A case",
        "policy: A policy or procedure",
        "review_decision: A decision about a notification or review",
    ),
)
AGENCIES = Fact("agencies", "The agencies in dispute", Kind.NAMES)
EFFECT = choice("wellbeing", "The effect on wellbeing", WELLBEING)
IMMEDIATE_RISK = yes_no("immediate_risk", "There is immediate risk")
RAISING_AGENCY = text("raising_agency", "The agency that raised the dispute")
LINKED_DEADLINE_ON = day(
    "linked_deadline_on", "The due date of the review step it concerns", past=False
)
BOTH_OWNERS = yes_no("both_owners_agree", "The owners of both stages agree to go back")
MANAGER_CONFIRMS = yes_no("manager_confirms_withdrawal", "A manager confirms the withdrawal")
PROPOSED_FROM = choice(
    "proposed_from",
    "The stage at which the outcome was proposed",
    words(*LADDER),
)
DISAGREE_TO = choice(
    "disagree_to",
    "Where the dispute goes on after a disagreement",
    words("same: At the stage it came from", "next: At the next stage"),
)

FACTS = (
    TYPE,
    AGENCIES,
    choice("cause", "The cause given when it was raised", _CAUSES),
    text("cause_other", "The cause in words, where it is another one"),
    text("statement", "What is disputed, in neutral words and without names"),
    text("desired_outcome", "What would settle it, and by when"),
    EFFECT,
    IMMEDIATE_RISK,
    yes_no("emergency_referral", "The emergency referral has been made"),
    text("interim_safety_plan", "The safety plan while the dispute goes on, without names"),
    text("voice", "What the child or young person says, or why they were not asked"),
    instant("raised_at", "When the dispute was raised", now=True),
    RAISING_AGENCY,
    LINKED_DEADLINE_ON,
    REASON,
    BOTH_OWNERS,
    text("agreed_what", "What was agreed"),
    text("agreed_actions", "The actions agreed: who does what by when"),
    text("reservations", "An agency's reservations"),
    PROPOSED_FROM,
    DISAGREE_TO,
    choice("decision_kind", "How it was decided", words("mediated", "arbitrated")),
    text("reasons", "The reasons for the decision, dissent included"),
    # A meeting may be called for a time that has not come yet.
    Fact("meeting_at", "When the meeting is or was held", Kind.INSTANT),
    text("meeting_invited", "Who was invited: roles and agencies"),
    text("meeting_attended", "Who attended: roles and agencies"),
    text("meeting_decisions", "What the meeting decided"),
    MANAGER_CONFIRMS,
    text("redirected_to", "The procedure it belongs to instead"),
    choice("root_cause", "The cause found when it is closed", _CAUSES),
    text("follow_up_result", "What the follow-up found: was it done, and did it help"),
    text("learning", "What is learnt from the dispute"),
)
