"""Who is told what in a practice review: fixed words that say nothing of the case itself."""

from __future__ import annotations

from engine.shape import NoticeRule
from workflows.partners import EXECUTIVE, PARTNERS
from workflows.practice_review_facts import CHILD_DIED
from workflows.review_notices import BUSINESS, CASE_REVIEW_PANEL, DATES

REVIEWER = ("lead_reviewer",)
SCRUTINEER = ("scrutineer",)
EVERYBODY = (
    *PARTNERS,
    *CASE_REVIEW_PANEL,
    *BUSINESS,
    *REVIEWER,
    *EXECUTIVE,
    *SCRUTINEER,
    "tasked",
)
_STOP = "Please stop work on it and keep what you have gathered until you are told more."

_SETTING_UP = (
    NoticeRule(
        "action:open",
        "decided",
        BUSINESS,
        "A practice review was decided. Please tell the National Panel, the Secretary of State and"
        " Ofsted by the agreed secure route, and tell the coroner and the police where they are"
        " concerned.",
        "The time allowed to publish runs from the decision.",
    ),
    NoticeRule(
        "action:open",
        "decided",
        (*PARTNERS, *CASE_REVIEW_PANEL, *EXECUTIVE, *SCRUTINEER),
        "A practice review was decided. Please declare any conflict of interest before it begins.",
        "The time allowed to publish runs from the decision.",
    ),
    NoticeRule(
        "action:open",
        "decided",
        ("cdop_coordinator",),
        "A practice review was decided. Please check whether it belongs with one of your own"
        " reviews.",
        "The two reviews run side by side and share what they learn.",
        when=CHILD_DIED.equals("yes"),
    ),
    NoticeRule(
        "action:set_up",
        "moved",
        ("review_chair",),
        "The review is set up. Please appoint the lead reviewer.",
        "The time allowed to publish is already running.",
    ),
    NoticeRule(
        "action:appoint",
        "moved",
        REVIEWER,
        "A lead reviewer was appointed. Please prepare the terms of reference.",
        "Agencies cannot report before the terms of reference are agreed.",
    ),
    NoticeRule(
        "action:appoint",
        "moved",
        BUSINESS,
        "A lead reviewer was appointed. Please tell the National Panel who it is.",
        "The National Panel expects to be told as soon as the reviewer is known.",
    ),
    NoticeRule(
        "action:appoint",
        "moved",
        (*PARTNERS, *CASE_REVIEW_PANEL),
        "A lead reviewer was appointed. Please read the declaration of interests.",
    ),
    NoticeRule(
        "action:agree_terms",
        "moved",
        (*REVIEWER, *PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS, "tasked"),
        "The terms of reference are agreed. Please work to them from now on.",
    ),
)

_REVIEWING = (
    NoticeRule(
        "task:agency_report",
        "asked",
        ("recipient",),
        "Please send your agency's report by the due date. A nil return is an answer too.",
        "You will be reminded, and then the lead reviewer and the review's chair are told.",
    ),
    NoticeRule(
        "answer:agency_report",
        "moved",
        ("recipient",),
        "Thank you: your answer is recorded. Please keep your papers until the review is closed.",
    ),
    NoticeRule(
        "answer:agency_report",
        "moved",
        (*REVIEWER, *BUSINESS),
        "An agency has answered. Please check the report and say at once if it needs more work.",
        "The analysis can begin when every agency has answered.",
    ),
    NoticeRule(
        "action:analyse",
        "moved",
        (*PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS),
        "The analysis has begun. Please keep time for the review group's meetings and the drafts.",
    ),
    NoticeRule(
        "action:deliver_report",
        "asked",
        PARTNERS,
        "The report is delivered. Please read it behind the sign-in and agree it, or say what must"
        " change.",
        "Without the agreement of all three partners it cannot be signed off.",
    ),
    NoticeRule(
        "action:deliver_report",
        "moved",
        (*CASE_REVIEW_PANEL, *BUSINESS),
        "The report is delivered. Please check its facts, its anonymisation and the owners of its"
        " recommendations.",
        "Without these checks it cannot be signed off.",
    ),
    NoticeRule(
        "action:rework",
        "moved",
        (*REVIEWER, *PARTNERS, *BUSINESS),
        "The report went back for more work. Agreements given to it no longer count.",
        "The time allowed to publish does not wait.",
    ),
    NoticeRule(
        "action:sign_off",
        "decided",
        BUSINESS,
        "The report is signed off. Please plan its publication and begin the action plan now.",
        "Learning is not to wait for the publication.",
    ),
    NoticeRule(
        "action:sign_off",
        "decided",
        (*PARTNERS, *CASE_REVIEW_PANEL, *REVIEWER, *EXECUTIVE, *SCRUTINEER),
        "The report is signed off. Please begin your agency's actions before it is published.",
    ),
)

_PUBLISHING = (
    NoticeRule(
        "action:plan_publication",
        "moved",
        (*BUSINESS, *PARTNERS, *CASE_REVIEW_PANEL, *REVIEWER, *EXECUTIVE, "tasked"),
        "A date for publication is planned. Please prepare your press office and those who took"
        " part, and see that the family hears first. Everything is under embargo.",
        "A copy must be with the National Panel, the Secretary of State and Ofsted in time, or the"
        " date moves.",
    ),
    NoticeRule(
        "met:preview",
        "moved",
        (*PARTNERS, "review_chair"),
        "The advance copy was sent. Please keep to the embargo until the day of publication.",
    ),
    NoticeRule(
        "met:delay_notice",
        "moved",
        (*PARTNERS, "review_chair", *SCRUTINEER),
        "The National Panel and the Secretary of State were told of a delay. Please tell the family"
        " the new date.",
    ),
    NoticeRule(
        "action:publish",
        "published",
        (*BUSINESS, "review_chair"),
        "The review is published. Please see that the national repository has a copy and that a"
        " learning briefing is issued.",
        "The publication must stay public for the time required.",
    ),
    NoticeRule(
        "action:publish",
        "published",
        (
            *PARTNERS,
            "panel_member",
            *REVIEWER,
            *EXECUTIVE,
            *SCRUTINEER,
            "learning_chair",
            "tasked",
        ),
        "The review is published. Please share the learning in your agency.",
    ),
    NoticeRule(
        "action:embed",
        "moved",
        (*PARTNERS, *CASE_REVIEW_PANEL, *BUSINESS, "learning_chair", "tasked"),
        "The learning briefing is out. Please use it, and report progress on your actions with"
        " evidence.",
        "An action without evidence stays open.",
    ),
    NoticeRule(
        "action:close",
        "closed",
        (*EVERYBODY, "learning_chair"),
        "The review is closed. Please keep what you learned in use.",
    ),
    NoticeRule(
        "action:not_publish",
        "closed",
        EVERYBODY,
        "The partners decided not to publish. Please carry on with the improvements it calls for.",
        "The improvements are made public where the report is not, unless that too would be wrong.",
    ),
    NoticeRule(
        "action:end_early", "closed", EVERYBODY, "The partners ended the review early. " + _STOP
    ),
    NoticeRule(
        "action:supersede",
        "closed",
        EVERYBODY,
        "Another review takes the place of this one. " + _STOP,
    ),
)

NOTICES = (*_SETTING_UP, *_REVIEWING, *_PUBLISHING, *DATES)
