"""The rapid review: from a serious incident to the National Panel's reply.

Law: Children Act 2004, section 16C; the Child Safeguarding Practice Review and Relevant Agency
(England) Regulations 2018 (SI 2018/789), regulations 3 and 11; Working Together to Safeguard
Children 2023, chapter 5.
"""

from __future__ import annotations

from engine.definition import Process
from engine.shape import (
    FirstKnown,
    Invariant,
    LaterOf,
    MetBy,
    Stage,
    TaskAsked,
    TaskKind,
    Timescale,
)
from workflows.partners import AGREED_KEYS
from workflows.rapid_review_actions import TRANSITIONS
from workflows.rapid_review_facts import (
    AWARE_AT,
    FACTS,
    INCIDENT_PRECISION,
    NOTIFIED_ON,
    PANEL_REPLY_ON,
    SUBMITTED_ON,
)
from workflows.rapid_review_notices import NOTICES
from workflows.vocabulary import ANSWERS, INCIDENT_ON, RETURNED, SETTLING

_STAGES = (
    Stage("referred", "Referred", "local_authority"),
    Stage("notified", "Notified to the National Panel", "business_manager"),
    Stage("gathering", "Gathering information", "business_manager"),
    Stage("meeting", "Meeting", "review_chair"),
    Stage("signing_off", "With the partners for agreement", "business_manager"),
    Stage("submitted", "Sent to the National Panel", "business_manager"),
    Stage("reconsidering", "Reconsidering after the National Panel's reply", "review_chair"),
    Stage("completed", "Completed", final=True),
    Stage("not_notifiable", "Not notifiable", final=True),
    Stage("notified_only", "Notified only, no review due", final=True),
    Stage("notified_in_error", "Notified in error", final=True),
    Stage("transferred", "Transferred to another area", final=True),
)

_AGENCY_RETURN = TaskKind(
    key="agency_return",
    label="Agency return",
    answers=ANSWERS,
    settling=SETTLING,
    asked_by=("business_manager", "review_chair"),
    stages=("notified", "gathering"),
    asks="Please return your agency's information, give a nil return, or say why you cannot.",
    otherwise="The rapid review's due date does not wait: the gap is named in the report.",
    by_link=RETURNED,
)

_DECIDED = ("notified", "notified_only", "not_notifiable")

_TIMESCALES = (
    Timescale(
        key="notification",
        label="Notify the National Panel",
        start=LaterOf(("aware_at", "abuse_suspected_at")),
        met=MetBy(stages=_DECIDED),
        asks="Please decide whether the National Panel must be notified, and record it.",
        otherwise="This date cannot be moved. A late notification is sent at once, with a reason.",
    ),
    Timescale(
        key="threshold_meeting",
        label="Decide on the threshold together",
        start=FirstKnown(("aware_at",)),
        met=MetBy(stages=_DECIDED),
        asks="Please meet, or telephone, and record each partner's view on the threshold.",
        otherwise="The local authority may decide alone so that the notification is in time.",
    ),
    Timescale(
        key="agency_return",
        label="Agency return",
        start=TaskAsked("agency_return"),
        met=MetBy(),
        asks="Please return your agency's information by the due date.",
        otherwise="Your agency's seniors and the partners are told, and the report names the gap.",
    ),
    Timescale(
        key="panel_meeting",
        label="Hold the rapid review meeting",
        start=FirstKnown(("notified_on",)),
        met=MetBy(stages=("signing_off",)),
        asks="Please hold the rapid review meeting and send the draft to the partners.",
        otherwise="Less time is left for the partners to agree; the due date does not move.",
    ),
    Timescale(
        key="partner_sign_off",
        label="The three partners agree",
        start=FirstKnown(("notified_on",)),
        met=MetBy(all_facts=AGREED_KEYS),
        asks="Please agree the draft rapid review, or say what must change.",
        otherwise="A disagreement is resolved as a dispute, and the due date does not wait for it.",
    ),
    Timescale(
        key="rapid_review",
        label="Send the rapid review to the National Panel",
        start=FirstKnown(("notified_on",)),
        met=MetBy(stages=("submitted",)),
        alternatives=("aware_at",),
        asks="Please see that the rapid review reaches the National Panel by the due date.",
        otherwise="If it will be late, tell the National Panel before the due date and why.",
    ),
    Timescale(
        key="panel_reply",
        label="The National Panel replies",
        start=FirstKnown(("submitted_on",)),
        met=MetBy(facts=("panel_reply_on",)),
        asks="Please record the National Panel's reply, or ask for it.",
        otherwise="The rapid review stays open until the reply is recorded.",
    ),
    Timescale(
        key="reconsideration",
        label="Reconsider the decision",
        start=FirstKnown(("panel_reply_on",)),
        met=MetBy(stages=("completed",)),
        asks="Please maintain or reverse the decision, with the rationale.",
        otherwise="The Executive Group is told that the National Panel has no answer yet.",
    ),
)

_UNKNOWN = INCIDENT_PRECISION.equals("unknown")
_INVARIANTS = (
    Invariant(
        INCIDENT_ON.not_after(AWARE_AT) | _UNKNOWN,
        "the incident is dated after the local authority became aware of it; correct one of the"
        " two dates, or say that the date is not known",
    ),
    Invariant(
        AWARE_AT.not_after(NOTIFIED_ON),
        "the notification is dated before the local authority became aware; correct one of the"
        " two dates",
    ),
    Invariant(
        NOTIFIED_ON.not_after(SUBMITTED_ON),
        "the rapid review is dated before the notification; correct one of the two dates",
    ),
    Invariant(
        SUBMITTED_ON.not_after(PANEL_REPLY_ON),
        "the National Panel's reply is dated before the rapid review was sent; correct one of the"
        " two dates",
    ),
)

RAPID_REVIEW = Process(
    key="rapid_review",
    label="Rapid review",
    version="1",
    purpose="From a serious incident to the National Panel's reply: what happened, what must be"
    " done at once, and which review, if any, follows.",
    stages=_STAGES,
    transitions=TRANSITIONS,
    facts=FACTS,
    tasks=(_AGENCY_RETURN,),
    timescales=_TIMESCALES,
    notices=NOTICES,
    invariants=_INVARIANTS,
    hold_kinds=("coroner", "criminal", "family_court", "parallel_review", "other"),
    link_kinds=(
        "practice_review",
        "child_death_review",
        "dispute",
        "learning_review",
        "thematic_review",
        "rapid_review",
        "other",
    ),
    keepers=("business_manager", "review_chair", "local_authority"),
    recorders=("icb", "police"),
    prefix="RR",
)
