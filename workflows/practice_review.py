"""The Local Child Safeguarding Practice Review: from the decision to the last action closed.

Law: Children Act 2004, section 16F; the Child Safeguarding Practice Review and Relevant Agency
(England) Regulations 2018 (SI 2018/789), regulations 11 and 14; Working Together to Safeguard
Children 2023, chapter 5. A trial or an inquest may delay publication, never the work: no hold
stops a clock of this process.
"""

from __future__ import annotations

from engine.definition import Process
from engine.shape import (
    FirstKnown,
    Invariant,
    MetBy,
    Passes,
    Stage,
    TaskAsked,
    TaskKind,
    Timescale,
)
from workflows.practice_review_actions import TRANSITIONS
from workflows.practice_review_facts import (
    DECIDED_ON,
    DELAY_NOTICE_ON,
    DELAY_REASON,
    FACTS,
    FAMILY_TOLD_ON,
    PUBLISHED_ON,
    REMOVED_ON,
)
from workflows.practice_review_notices import NOTICES
from workflows.vocabulary import ANSWERS, RETURNED, SETTLING

_STAGES = (
    Stage("decided", "Decided", "business_manager"),
    Stage("setting_up", "Setting up", "review_chair"),
    Stage("scoping", "Scoping", "review_chair"),
    Stage("gathering", "Gathering reports", "lead_reviewer"),
    Stage("analysis", "Analysis", "lead_reviewer"),
    Stage("report", "Report delivered", "review_chair"),
    Stage("signed_off", "Signed off", "business_manager"),
    Stage("publication", "Preparing publication", "business_manager"),
    Stage("published", "Published", "review_chair"),
    Stage("embedding", "Embedding the learning", "review_chair"),
    Stage("closed", "Closed", final=True),
    Stage("not_published", "Not published", final=True),
    Stage("ended_early", "Ended early", final=True),
    Stage("superseded", "Superseded by another review", final=True),
)

_AGENCY_REPORT = TaskKind(
    key="agency_report",
    label="Agency report",
    answers=ANSWERS,
    settling=SETTLING,
    asked_by=("business_manager", "lead_reviewer"),
    stages=("scoping", "gathering"),
    asks="Please send your agency's report, give a nil return, or say why you cannot.",
    otherwise="The review goes on: the gap is named in the report.",
    by_link=RETURNED,
)

_TIMESCALES = (
    Timescale(
        key="publication",
        label="Complete and publish the review",
        start=FirstKnown(("decided_on",)),
        met=MetBy(stages=("published",)),
        asks="Please check that the review will be complete and published by this date.",
        otherwise="Record a new forecast, and tell the National Panel and the Secretary of State"
        " the reasons. Work and early learning go on.",
    ),
    Timescale(
        key="preview",
        label="Send the advance copy",
        start=FirstKnown(("planned_publication_on",)),
        met=MetBy(facts=("preview_sent_on",)),
        asks="Please send the copy to the National Panel, the Secretary of State and Ofsted.",
        otherwise="The publication date must move: the advance notice cannot be shortened.",
    ),
    Timescale(
        key="inform_panel",
        label="Tell the National Panel of the decision",
        start=FirstKnown(("decided_on",)),
        met=MetBy(facts=("panel_informed_on",)),
        asks="Please tell the National Panel, the Secretary of State and Ofsted of the decision.",
        otherwise="The National Panel expects to be told as soon as the decision is made.",
    ),
    Timescale(
        key="monitoring",
        label="Check progress and quality",
        start=FirstKnown(("decided_on",)),
        met=MetBy(facts=("monitoring_entry_on",)),
        asks="Please check the review's progress and quality, and record the entry.",
        otherwise="Regular checks are a duty; the Executive Group is told of the gap.",
        recurring=True,
    ),
    Timescale(
        key="delay_notice",
        label="Give notice of a delay",
        start=Passes("publication_forecast_on", "publication"),
        met=MetBy(facts=("delay_notice_on",)),
        asks="Please tell the National Panel and the Secretary of State of the delay, with its"
        " reason.",
        otherwise="The delay is shown as unexplained until the notice is recorded.",
    ),
    Timescale(
        key="stay_public",
        label="Keep the publication public",
        start=FirstKnown(("published_on",)),
        met=MetBy(facts=("removed_on",)),
        asks="It has been public for the time required. Please decide whether it stays.",
        otherwise="It stays public until somebody decides otherwise.",
        lasting=True,
        outlives=True,
    ),
    Timescale(
        key="action_update",
        label="Update the action plan",
        start=FirstKnown(("plan_approved_on",)),
        met=MetBy(facts=("action_update_on",)),
        asks="Please collect progress on every action, with evidence, and record the update.",
        otherwise="The Executive Group is told that the plan has not been updated.",
        recurring=True,
    ),
    Timescale(
        key="agency_report",
        label="Agency report",
        start=TaskAsked("agency_report"),
        met=MetBy(),
        asks="Please send your agency's report by the due date.",
        otherwise="The lead reviewer and the chair are told, and the report names the gap.",
    ),
)

_INVARIANTS = (
    Invariant(
        DECIDED_ON.not_after(PUBLISHED_ON),
        "the publication is dated before the decision to review; correct one of the two dates",
    ),
    Invariant(
        FAMILY_TOLD_ON.not_after(PUBLISHED_ON),
        "the family hears before the public; correct the date the family was told, or publish"
        " later",
    ),
    Invariant(
        PUBLISHED_ON.not_after(REMOVED_ON),
        "the publication is dated after it was taken down; correct one of the two dates",
    ),
    Invariant(
        ~DELAY_NOTICE_ON.recorded | DELAY_REASON.recorded,
        "a notice of delay gives its reason; record the reason (delay_reason) with it",
    ),
)

PRACTICE_REVIEW = Process(
    key="practice_review",
    label="Local Child Safeguarding Practice Review",
    version="1",
    purpose="From the decision to review to the last action closed: what the case teaches, and"
    " what it changes.",
    stages=_STAGES,
    transitions=TRANSITIONS,
    facts=FACTS,
    tasks=(_AGENCY_REPORT,),
    timescales=_TIMESCALES,
    notices=NOTICES,
    invariants=_INVARIANTS,
    hold_kinds=("coroner", "criminal", "family_court", "parallel_review", "other"),
    link_kinds=(
        "rapid_review",
        "practice_review",
        "child_death_review",
        "dispute",
        "learning_review",
        "thematic_review",
        "other",
    ),
    keepers=("business_manager", "review_chair", "local_authority"),
    recorders=("icb", "police", "lead_reviewer"),
    prefix="PR",
)
