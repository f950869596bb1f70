"""Who is told what in a rapid review: fixed words that say nothing of the case itself."""

from __future__ import annotations

from engine.shape import NoticeRule
from workflows.partners import EXECUTIVE, PARTNERS
from workflows.rapid_review_actions import DIED, LOCAL_REVIEW
from workflows.rapid_review_facts import DECISION_TAKEN, MEDIA_INTEREST, RECONSIDERED
from workflows.review_notices import BUSINESS, CASE_REVIEW_PANEL, DATES

MEDIA = MEDIA_INTEREST.equals("yes")
_LOCAL = DECISION_TAKEN.any_of(*LOCAL_REVIEW)
_REVERSED = RECONSIDERED.any_of(*LOCAL_REVIEW)

_CONSIDER = (
    "Please consider at once, with the other partners, whether the National Panel must be told."
)
_CONSIDER_OR = "The time allowed to notify is already running, and no view is taken as given."
_STOP = "Please stop work on this incident and keep what you have gathered until you are told more."
_SHARE = "Please share the outcome with the people in your agency who took part."

_AT_THE_START = (
    NoticeRule("action:open", "opened", (*PARTNERS, *BUSINESS), _CONSIDER, _CONSIDER_OR, ~MEDIA),
    NoticeRule(
        "action:open",
        "opened",
        (*PARTNERS, *BUSINESS),
        "This referral is urgent: please telephone the other partners today. " + _CONSIDER,
        _CONSIDER_OR,
        when=MEDIA,
        urgent=True,
    ),
    NoticeRule(
        "action:open",
        "moved",
        ("raiser",),
        "Thank you: the referral is recorded. The local authority decides with its partners.",
    ),
    NoticeRule(
        "action:notify",
        "moved",
        (*PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS),
        "The notification was sent and the rapid review has begun. Please keep time for its"
        " meeting and for the partners' agreement.",
        "The rapid review's due date does not wait.",
    ),
    NoticeRule(
        "action:notify",
        "moved",
        EXECUTIVE,
        "A rapid review has begun. Please keep time to agree its report.",
    ),
    NoticeRule(
        "action:notify",
        "moved",
        ("scrutineer",),
        "A serious incident was notified. This is for your information.",
    ),
    NoticeRule(
        "action:notify",
        "moved",
        ("cdop_coordinator",),
        "A rapid review has begun. Please check whether it belongs with one of your own reviews.",
        "The two reviews run side by side and share what they learn.",
        when=DIED,
    ),
    NoticeRule(
        "action:notify_only",
        "decided",
        (*PARTNERS, *BUSINESS, "scrutineer"),
        "A notification alone was sent and no rapid review is due. Please consider whether a local"
        " learning review would help.",
    ),
    NoticeRule(
        "action:decline",
        "decided",
        (*PARTNERS, *BUSINESS, "scrutineer"),
        "It was decided not to notify. Please read the rationale and say if you disagree.",
        "The decision stands unless new facts reopen it.",
    ),
    NoticeRule(
        "action:decline",
        "decided",
        ("raiser",),
        "It was decided not to notify. If you disagree, please use the escalation policy.",
        "The decision stands unless new facts reopen it.",
    ),
    NoticeRule(
        "action:transfer",
        "closed",
        (*PARTNERS, *BUSINESS, "raiser"),
        "The other area has accepted the incident. Please send anything further to that area.",
    ),
)

_GATHERING = (
    NoticeRule(
        "task:agency_return",
        "asked",
        ("recipient",),
        "Please return your agency's information by the due date. A nil return is an answer too.",
        "You will be reminded, and then your agency's seniors and the partners are told.",
    ),
    NoticeRule(
        "answer:agency_return",
        "moved",
        ("recipient",),
        "Thank you: your answer is recorded. Please keep your papers until the review is complete.",
    ),
    NoticeRule(
        "answer:agency_return",
        "moved",
        BUSINESS,
        "An agency has answered. Please check the return and say at once if it needs more work.",
        "The meeting can be convened when every agency has answered.",
    ),
    NoticeRule(
        "action:convene",
        "moved",
        (*PARTNERS, *CASE_REVIEW_PANEL, "tasked"),
        "The rapid review meeting is arranged. Please read the papers behind the sign-in and come"
        " or send a deputy.",
        "Without the local authority, the ICB and the police the meeting cannot decide.",
    ),
    NoticeRule(
        "action:draft",
        "asked",
        PARTNERS,
        "Please read the draft behind the sign-in and agree it, or say what must change.",
        "A disagreement is resolved as a dispute, and the due date does not wait for it.",
    ),
    NoticeRule(
        "action:reconvene",
        "moved",
        (*PARTNERS, *CASE_REVIEW_PANEL),
        "The draft went back to the meeting. Agreements given to the old draft no longer count.",
        "The rapid review's due date does not wait.",
    ),
    NoticeRule(
        "met:partner_sign_off",
        "moved",
        BUSINESS,
        "All three partners have agreed. Please send the rapid review to the National Panel.",
        "The rapid review is late if it is not sent by its due date.",
    ),
)

_DECIDED = (
    NoticeRule(
        "action:submit",
        "decided",
        BUSINESS,
        "Please open the review the partners decided on, link it here, and tell the National Panel,"
        " the Secretary of State and Ofsted by the agreed secure route.",
        "The time allowed for that review runs from the partners' decision.",
        when=_LOCAL,
    ),
    NoticeRule(
        "action:submit",
        "decided",
        (*PARTNERS, *CASE_REVIEW_PANEL, *EXECUTIVE, "scrutineer", "tasked"),
        "The rapid review was sent to the National Panel. Please put immediate learning to use.",
    ),
    NoticeRule(
        "action:reply_agrees",
        "closed",
        (*PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS, *EXECUTIVE, "tasked"),
        "The National Panel agrees and the rapid review is complete. " + _SHARE,
    ),
    NoticeRule(
        "action:reply_disagrees",
        "decided",
        ("review_chair", *PARTNERS),
        "The National Panel disagrees. Please reconsider the decision: maintain or reverse it, with"
        " the rationale.",
        "The Executive Group is told when the date to reconsider passes.",
    ),
    NoticeRule(
        "action:reply_disagrees",
        "decided",
        ("panel_member", *BUSINESS, *EXECUTIVE, "scrutineer", "tasked"),
        "The National Panel disagrees, and the partners are reconsidering the decision.",
    ),
    NoticeRule(
        "action:maintain",
        "closed",
        (*PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS, *EXECUTIVE, "scrutineer", "tasked"),
        "The partners maintained their decision and the rapid review is complete. " + _SHARE,
    ),
    NoticeRule(
        "action:reverse",
        "closed",
        (*PARTNERS, *CASE_REVIEW_PANEL, *EXECUTIVE, "scrutineer", "tasked"),
        "The partners reversed their decision and the rapid review is complete. " + _SHARE,
    ),
    NoticeRule(
        "action:reverse",
        "closed",
        BUSINESS,
        "The partners reversed their decision. Please tell the National Panel.",
        when=~_REVERSED,
    ),
    NoticeRule(
        "action:reverse",
        "closed",
        BUSINESS,
        "The partners reversed their decision. Please open the review it calls for, link it here,"
        " and tell the National Panel, the Secretary of State and Ofsted.",
        "The time allowed for that review runs from the partners' new decision.",
        when=_REVERSED,
    ),
    NoticeRule(
        "action:withdraw",
        "closed",
        (*PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS, *EXECUTIVE, "scrutineer", "tasked"),
        "The notification was withdrawn as made in error. " + _STOP,
    ),
    NoticeRule(
        "action:reopen",
        "opened",
        (*PARTNERS, *BUSINESS, "review_chair", "scrutineer"),
        "New facts have reopened this incident. " + _CONSIDER,
        _CONSIDER_OR,
    ),
)

NOTICES = (*_AT_THE_START, *_GATHERING, *_DECIDED, *DATES)
