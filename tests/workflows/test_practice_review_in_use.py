"""The practice review driven by the engine: its dates, its publication and its endings."""

from __future__ import annotations

import pytest

from engine.errors import Refused
from tests.workflows.review_roads import (
    CLEARANCES,
    PRACTICE,
    all_of,
    before,
    refused,
    without,
)
from workflows.practice_review import PRACTICE_REVIEW


def test_the_dates_of_a_practice_review() -> None:
    desk, _ = before(PRACTICE_REVIEW, PRACTICE, "publish")
    assert desk.due("publication") == "2025-07-20"
    assert desk.due("preview") == "2025-07-07"
    assert desk.due("agency_report") == "2025-04-07"
    assert desk.deadline("inform_panel").status == "met"


def test_a_copy_sent_six_working_days_before_publication_is_too_late() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "publish")
    late = {**leg.facts, "preview_sent_on": "2025-07-08"}
    assert "(preview_sent_on)" in refused(desk, leg.role, "publish", late)


def test_a_pending_clearance_keeps_a_review_unpublished_unless_all_three_partners_say_why() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "publish")
    for clearance in CLEARANCES.split():
        desk.record("business_manager", **{clearance: "pending"})
        assert f"({clearance})" in refused(desk, leg.role, "publish", leg.facts)
        desk.record("business_manager", **{clearance: "cleared"})
    desk.record("business_manager", criminal_clearance="pending")
    override = {
        **all_of("la_override icb_override police_override", "yes"),
        "override_reason": "the trial was moved by a year",
    }
    for key in override:
        fewer = {**leg.facts, **without(override, key)}
        assert f"({key})" in refused(desk, leg.role, "publish", fewer)
    desk.do("publish", leg.role, **leg.facts, **override)


def test_the_family_hears_before_the_public() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "publish")
    desk.at("2025-07-17")
    after = {**leg.facts, "family_told_on": "2025-07-17"}
    assert "the family hears" in refused(desk, leg.role, "publish", after)


def test_every_monthly_check_starts_the_next_month() -> None:
    desk, _ = before(PRACTICE_REVIEW, PRACTICE, "set_up")
    assert desk.due("monitoring") == "2025-02-20"
    desk.at("2025-02-10").record("business_manager", monitoring_entry_on="2025-02-10")
    assert desk.due("monitoring") == "2025-03-13"
    checks = [d.status for d in desk.case.deadlines if d.key == "monitoring"]
    assert checks == ["met", "running"]


def test_the_action_plan_is_updated_every_three_months_from_its_approval() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "sign_off")
    desk.do("sign_off", leg.role, **leg.facts, plan_approved_on="2025-05-31")
    assert desk.due("action_update") == "2025-08-31"
    desk.at("2025-08-29").record("business_manager", action_update_on="2025-08-29")
    assert desk.due("action_update") == "2025-11-29"


def test_a_forecast_beyond_six_months_calls_for_a_notice_with_its_reason_the_same_day() -> None:
    desk, _ = before(PRACTICE_REVIEW, PRACTICE, "deliver_report")
    desk.record("business_manager", publication_forecast_on="2025-07-20")
    assert not [d for d in desk.case.deadlines if d.key == "delay_notice"]
    desk.record("business_manager", publication_forecast_on="2025-09-01")
    assert desk.due("delay_notice") == "2025-05-12"
    with pytest.raises(Refused, match="delay_reason"):
        desk.record("business_manager", delay_notice_on="2025-05-12")
    desk.record("business_manager", delay_notice_on="2025-05-12", delay_reason="a trial")
    assert desk.deadline("delay_notice").status == "met"
    assert desk.due("publication") == "2025-07-20"


def test_a_trial_is_recorded_as_a_hold_and_moves_no_date() -> None:
    desk, _ = before(PRACTICE_REVIEW, PRACTICE, "deliver_report")
    dates = {(d.key, d.cycle): d.due for d in desk.case.deadlines}
    for kind in PRACTICE_REVIEW.hold_kinds:
        desk.hold("business_manager", kind, "2025-05-01")
    desk.at("2025-06-30").release("business_manager", "criminal", "2025-06-30")
    assert {(d.key, d.cycle): d.due for d in desk.case.deadlines} == dates


def test_a_publication_taken_down_within_a_year_is_a_breach_even_after_the_case_is_closed() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "close")
    desk.do(leg.action, leg.role, **leg.facts)
    assert desk.due("stay_public") == "2026-07-16"
    assert desk.deadline("stay_public").status == "running"
    desk.at("2026-03-02").record("business_manager", removed_on="2026-03-02")
    assert desk.deadline("stay_public").status == "breached"


def test_a_report_sent_back_needs_every_agreement_and_check_again() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "sign_off")
    desk.record("business_manager", **leg.facts)
    desk.do("rework", "review_chair", reason="the analysis is thin")
    desk.do("deliver_report", "lead_reviewer", **PRACTICE[5].facts)
    refusal = refused(desk, "review_chair", "sign_off", {})
    assert all(f"({key})" in refusal for key in leg.facts)
    desk.do("sign_off", "review_chair", **leg.facts)


@pytest.mark.parametrize("answer", ["child_voice_question", "equality_question"])
def test_terms_that_leave_out_a_question_are_not_agreed(answer: str) -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "agree_terms")
    assert f"({answer})" in refused(desk, leg.role, leg.action, {**leg.facts, answer: "no"})


@pytest.mark.parametrize("action", ["not_publish", "end_early", "supersede"])
def test_a_review_ends_otherwise_only_with_reasons_and_all_three_partners(action: str) -> None:
    desk, _ = before(PRACTICE_REVIEW, PRACTICE, "sign_off")
    facts = {
        "reasons": "it would harm a brother or sister",
        "panel_told_on": "2025-06-02",
        **all_of("la_agrees_ending icb_agrees_ending police_agrees_ending", "yes"),
    }
    for key in facts:
        assert f"({key})" in refused(desk, "icb", action, without(facts, key))
    desk.do(action, "icb", **facts)
    assert PRACTICE_REVIEW.stage_by_key[desk.case.stage].final


def test_open_actions_may_be_carried_on_elsewhere_when_it_is_said_where() -> None:
    desk, leg = before(PRACTICE_REVIEW, PRACTICE, "close")
    carried = {"actions_outcome": "carried_elsewhere"}
    assert "(actions_carried_to)" in refused(desk, leg.role, "close", carried)
    desk.do("close", leg.role, **carried, actions_carried_to="the yearly plan")
