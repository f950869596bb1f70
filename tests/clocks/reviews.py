"""Whole reviews from any moment on: a rapid review that is reopened, and a practice review."""

from __future__ import annotations

from collections.abc import Mapping

from tests.clocks.legs import Act, Road, answers, day, does, leg, moment, records
from tests.desk import Desk
from tests.workflows.review_roads import AGREED, PRACTICE, RAPID, SIGNED
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW


def without_days(facts: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in facts.items() if not key.endswith(("_on", "_at"))}


def _leg_of(road: tuple[object, ...], action: str) -> dict[str, str]:
    """The facts of a leg of a road whose days are fixed, but for its days."""
    found = next(each for each in road if getattr(each, "action", "") == action)
    return without_days(found.facts)  # type: ignore[attr-defined]


def _refer(desk: Desk) -> object:
    facts = {**_leg_of(RAPID, "open"), "incident_on": day(desk), "aware_at": moment(desk)}
    return desk.open("police", **facts)


RAPID_ROAD = Road(
    "rapid review",
    RAPID_REVIEW,
    (
        leg(_refer),
        leg(does("notify", "local_authority", _leg_of(RAPID, "notify"), "notified_on"), days=1),
        leg(lambda desk: desk.ask("business_manager", "Council", "Police"), hours=3),
        leg(does("ask_agencies", "business_manager", _leg_of(RAPID, "ask_agencies")), hours=1),
        leg(answers("agency_return", "received"), days=6),
        leg(lambda d: d.do("convene", "business_manager", meeting_on=day(d, 2)), days=1),
        leg(does("draft", "review_chair", _leg_of(RAPID, "draft")), days=3),
        leg(does("submit", "business_manager", None, *AGREED, "submitted_on"), days=5),
        leg(
            does(
                "reply_disagrees",
                "business_manager",
                _leg_of(RAPID, "reply_disagrees"),
                "panel_reply_on",
            ),
            days=9,
        ),
        leg(does("maintain", "review_chair", {"rationale": "As before"}), days=2),
        leg(does("reopen", "business_manager", {"new_facts": "More is known"}), days=30),
        leg(does("notify", "local_authority", _leg_of(RAPID, "notify"), "notified_on"), minutes=20),
        leg(lambda desk: desk.ask("business_manager", "Trust"), minutes=10),
        leg(does("ask_agencies", "business_manager", _leg_of(RAPID, "ask_agencies")), minutes=10),
    ),
)


def _decide(desk: Desk) -> object:
    facts = {**_leg_of(PRACTICE, "open"), "decided_on": day(desk)}
    return desk.open("review_chair", **facts)


def _practice(action: str, role: str, *today: str) -> Act:
    return does(action, role, _leg_of(PRACTICE, action), *today)


def _plan(desk: Desk) -> object:
    facts = {"planned_publication_on": day(desk, 40), "publication_mode": "full"}
    return desk.do("plan_publication", "business_manager", **facts)


PRACTICE_ROAD = Road(
    "practice review",
    PRACTICE_REVIEW,
    (
        leg(_decide),
        leg(_practice("set_up", "business_manager", "panel_informed_on"), days=1),
        leg(records("review_chair", "monitoring_entry_on"), days=6),
        leg(_practice("appoint", "review_chair"), days=4),
        leg(_practice("agree_terms", "review_chair", *SIGNED), days=5),
        leg(lambda desk: desk.ask("lead_reviewer", "Council", "Trust"), hours=2),
        leg(answers("agency_report", "received"), days=12),
        leg(_practice("analyse", "lead_reviewer"), days=3),
        leg(records("review_chair", "publication_forecast_on", later=300), days=1),
        leg(records("review_chair", "delay_notice_on", delay_reason="A trial"), hours=5),
        leg(_practice("deliver_report", "lead_reviewer", "practitioner_event_on"), days=20),
        leg(_practice("sign_off", "review_chair", *AGREED), days=9),
        leg(_plan, days=1),
        leg(records("business_manager", "preview_sent_on"), days=5),
        leg(
            does(
                "publish",
                "business_manager",
                _leg_of(PRACTICE, "publish"),
                "family_told_on",
                "published_on",
            ),
            days=15,
        ),
        leg(records("review_chair", "plan_approved_on"), days=3),
        leg(records("review_chair", "action_update_on"), days=20),
        leg(_practice("embed", "review_chair", "briefing_issued_on"), days=2),
        leg(_practice("close", "executive_chair"), days=50),
    ),
)
