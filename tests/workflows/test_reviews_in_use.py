"""Both reviews driven by the engine, and the rapid review's own rules."""

from __future__ import annotations

import pytest

from engine import record
from engine.definition import Process
from engine.roles import ROLES
from tests.desk import Desk
from tests.workflows.review_roads import (
    AGREED,
    RAPID,
    ROADS,
    SECRET_WORDS,
    Road,
    all_of,
    before,
    desk_of,
    refused,
    the,
    without,
)
from workflows.rapid_review import RAPID_REVIEW

STEPS = [
    pytest.param(process, road, leg.action, id=f"{process.key}-{leg.action}")
    for process, road in ROADS
    for leg in road
]
GIVEN_AGAIN = ("rationale", "new_facts")


def end_of(process: Process, road: Road) -> Desk:
    desk, leg = before(process, road, road[-1].action)
    desk.do(leg.action, leg.role, **leg.facts)
    return desk


@pytest.mark.parametrize(("process", "road", "action"), STEPS)
def test_an_action_needs_each_of_its_facts_and_no_other(
    process: Process, road: Road, action: str
) -> None:
    """Without any one of them it is refused, and the refusal names it; with them all it is done."""
    desk, leg = before(process, road, action)
    for key in leg.facts:
        assert key not in desk.case.facts or key in GIVEN_AGAIN
        assert f"({key})" in refused(desk, leg.role, action, without(leg.facts, key))
    desk.do(action, leg.role, **leg.facts)
    assert desk.case.stage == leg.to


@pytest.mark.parametrize(("process", "road", "action"), STEPS)
def test_an_action_is_for_those_named_alone(process: Process, road: Road, action: str) -> None:
    desk, leg = before(process, road, action)
    allowed = {role for t in process.transitions if t.action == action for role in t.who}
    for role in ROLES.keys() - allowed:
        assert "this may be done by" in refused(desk, role, action, leg.facts)


@pytest.mark.parametrize(("process", "road"), ROADS, ids=lambda p: getattr(p, "key", "road"))
def test_no_message_of_a_whole_review_carries_a_word_of_the_case(
    process: Process, road: Road
) -> None:
    """Nor do the reminders and the late notices of a review left alone for a year."""
    desk = end_of(process, road)
    lonely = desk_of(process, road[0].day)
    lonely.open(road[0].role, **road[0].facts)
    for day in range(400):
        lonely.later(days=1 if day else 0)
        lonely.sweep()
    assert len(desk.owed) > 3 * len(road)
    assert {m.kind for m in lonely.owed} >= {"due_soon", "due", "late"}
    for message in desk.owed + lonely.owed:
        assert message.recipient
        assert SECRET_WORDS not in " ".join(message.about.values())


def test_the_dates_of_a_rapid_review_over_christmas() -> None:
    desk, _ = before(RAPID_REVIEW, RAPID, "ask_agencies")
    assert desk.due("notification") == "2024-12-31"
    assert desk.deadline("notification").status == "met"
    assert desk.due("rapid_review") == "2025-01-21"
    assert desk.due("agency_return") == "2025-01-13"


def test_suspicion_that_comes_later_starts_the_time_to_notify_again() -> None:
    desk = desk_of(RAPID_REVIEW, "2025-04-15")
    known = {**RAPID[0].facts, "incident_on": "2025-04-05", "aware_at": "2025-04-07T09:00"}
    desk.open("police", **known)
    assert desk.due("notification") == "2025-04-14"
    desk.record("business_manager", abuse_suspected_at="2025-04-15T09:00")
    assert desk.due("notification") == "2025-04-24"


def test_a_late_rapid_review_is_submitted_with_its_reason() -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "submit")
    late = {**leg.facts, "submitted_on": "2025-01-22"}
    desk.at("2025-01-22")
    assert "(late_reason)" in refused(desk, leg.role, "submit", late)
    desk.do("submit", leg.role, **late, late_reason="an agency answered late")
    assert desk.deadline("rapid_review").status == "met_late"


def test_a_rapid_review_sent_in_time_and_recorded_later_is_not_late() -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "submit")
    desk.at("2025-01-27").do("submit", leg.role, **leg.facts)
    assert desk.deadline("rapid_review").status == "met"


def test_without_the_three_partners_present_nothing_is_drafted() -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "draft")
    assert "(quorum)" in refused(desk, leg.role, "draft", {**leg.facts, "quorum": "no"})


def test_a_meeting_waits_for_every_agency() -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "ask_agencies")
    desk.do(leg.action, leg.role, **leg.facts)
    assert "T1 (Made-up Trust)" in refused(desk, "business_manager", "convene", RAPID[3].facts)
    desk.answer("T1", "declined", "not known here")
    assert "T1 (Made-up Trust)" in refused(desk, "business_manager", "convene", RAPID[3].facts)
    desk.answer("T1", "waived", "agreed with the chair")
    desk.do("convene", "business_manager", **RAPID[3].facts)


def test_nobody_gathers_information_before_an_agency_is_asked() -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "notify")
    desk.do("notify", leg.role, **leg.facts)
    assert "use 'ask' first" in refused(desk, "business_manager", "ask_agencies", RAPID[2].facts)


def test_a_dispute_may_take_the_place_of_an_agreement_and_moves_no_date() -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "submit")
    alone = {"submitted_on": leg.facts["submitted_on"], "la_agreed_on": "2025-01-17"}
    assert "(police_agreed_on)" in refused(desk, leg.role, "submit", alone)
    due = desk.due("rapid_review")
    desk.take(record.link(desk.by("business_manager"), "DR-1", "dispute", {}))
    assert desk.due("rapid_review") == due
    desk.do("submit", leg.role, **alone)
    assert desk.case.stage == "submitted"


@pytest.mark.parametrize("decision", ["lcspr", "criteria_not_met"])
def test_agreements_to_an_old_draft_do_not_carry_the_new_one(decision: str) -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "submit")
    desk.record("business_manager", **the(*AGREED, day="2025-01-17"))
    desk.do("reconvene", "review_chair", reason="a fact was wrong")
    assert "(decision)" in refused(desk, "review_chair", "draft", {"quorum": "yes"})
    desk.do("draft", "review_chair", **{**RAPID[4].facts, "decision": decision})
    refusal = refused(desk, leg.role, "submit", {"submitted_on": "2025-01-20"})
    assert all(f"({key})" in refusal for key in AGREED)
    desk.do("submit", leg.role, **leg.facts)


@pytest.mark.parametrize(
    ("decision", "told"), [("lcspr", True), ("lcspr_joint", True), ("no_further_review", False)]
)
def test_the_next_review_is_asked_for_where_one_was_decided(decision: str, told: bool) -> None:
    desk, leg = before(RAPID_REVIEW, RAPID, "draft")
    desk.do("draft", leg.role, **{**leg.facts, "decision": decision})
    step = desk.at("2025-01-20").do("submit", "business_manager", **RAPID[5].facts)
    assert any("Please open the review" in m.about["asks"] for m in step.owed) is told


def test_the_next_process_is_offered_with_the_action_that_calls_for_it() -> None:
    offered = {(t.action, t.offers) for t in RAPID_REVIEW.transitions if t.offers}
    assert offered == {
        ("open", "child_death_review"),
        ("submit", "practice_review"),
        ("reverse", "practice_review"),
    }


def test_the_child_death_review_is_told_of_a_death_and_of_nothing_else() -> None:
    for outcome, told in (("death", True), ("both", True), ("serious_harm", False)):
        desk = desk_of(RAPID_REVIEW, "2024-12-30")
        desk.open("icb", **{**RAPID[0].facts, "outcome_for_child": outcome})
        step = desk.do("notify", "local_authority", **RAPID[1].facts)
        assert any(m.role == "cdop_coordinator" for m in step.owed) is told


def test_a_notification_is_withdrawn_only_by_all_three_partners() -> None:
    desk, _ = before(RAPID_REVIEW, RAPID, "convene")
    agreed = all_of("la_agrees_withdrawal icb_agrees_withdrawal police_agrees_withdrawal", "yes")
    facts = {"reason": "a medical opinion changed", **agreed}
    assert "(reason)" in refused(desk, "local_authority", "withdraw", agreed)
    for key in agreed:
        assert f"({key})" in refused(desk, "local_authority", "withdraw", {**facts, key: "no"})
    desk.do("withdraw", "local_authority", **facts)
    assert desk.case.stage == "notified_in_error"
    assert all(d.status != "running" for d in desk.case.deadlines)


@pytest.mark.parametrize(
    ("action", "role", "needed"),
    [
        ("decline", "local_authority", without(RAPID[1].facts, "notified_on")),
        (
            "notify_only",
            "local_authority",
            {"notify_only_status": "care_leaver", "notified_on": "2024-12-30"},
        ),
        (
            "transfer",
            "business_manager",
            {"receiving_area": "Elsewhere", "accepted_on": "2024-12-30"},
        ),
    ],
)
def test_a_referral_may_end_otherwise(action: str, role: str, needed: dict[str, str]) -> None:
    desk, _ = before(RAPID_REVIEW, RAPID, "notify")
    for key in needed:
        assert f"({key})" in refused(desk, role, action, without(needed, key))
    desk.do(action, role, **needed)
    assert RAPID_REVIEW.stage_by_key[desk.case.stage].final


def test_a_reopened_case_has_its_time_to_notify_again_and_old_views_do_not_count() -> None:
    desk = end_of(RAPID_REVIEW, RAPID)
    assert desk.due("notification") == "2025-03-10"
    assert desk.deadline("notification").status == "running"
    again = refused(desk, "local_authority", "notify", {"notified_on": "2025-03-03"})
    assert "(la_view)" in again
    assert "(threshold_rationale)" in again
    facts = {**RAPID[1].facts, "notified_on": "2025-03-04"}
    desk.at("2025-03-04").do("notify", "local_authority", **facts)
    assert desk.due("rapid_review") == "2025-03-25"


def test_the_incident_is_not_later_than_the_day_it_became_known() -> None:
    facts = {**RAPID[0].facts, "incident_on": "2024-12-21"}
    desk = desk_of(RAPID_REVIEW, "2024-12-23")
    assert "dated after" in refused(desk, "police", "open", facts)
    desk.open("police", **facts, incident_precision="unknown")


def test_likely_media_interest_makes_the_first_message_urgent() -> None:
    for interest, urgent in (("yes", True), ("no", False)):
        desk = desk_of(RAPID_REVIEW, "2024-12-30")
        step = desk.open("icb", **RAPID[0].facts, media_interest=interest)
        told = {m.role: m.urgent for m in step.owed if m.role != "raiser"}
        assert told.keys() == {"local_authority", "icb", "police", "business_manager"}
        assert set(told.values()) == {urgent}
