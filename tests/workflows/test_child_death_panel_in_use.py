"""A child death review from the meeting on: holds, the Child Death Overview Panel, reopening."""

from __future__ import annotations

import pytest

from engine.errors import Refused
from tests.workflows.deaths import (
    CONCLUSION,
    DEATH,
    PACK,
    closed,
    gathering,
    opened,
    panel_ready,
    reasons,
)

JANUARY = {"died_on": "2025-01-15", "died_at": "", "aware_at": "2025-01-15T09:00"}


@pytest.mark.parametrize("kind", ["coroner", "criminal", "practice_review"])
def test_the_panel_waits_for_a_blocking_hold(kind: str) -> None:
    desk = panel_ready()
    desk.hold("cdop_coordinator", kind, "2025-06-10")
    with pytest.raises(Refused, match="still open"):
        desk.do("take_to_panel", "cdop_coordinator", **PACK)
    desk.release("cdop_coordinator", kind, "2025-06-10")
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    assert desk.case.stage == "panel"


def test_the_panel_does_not_wait_for_an_inquiry_that_feeds_the_meeting() -> None:
    desk = panel_ready()
    desk.hold("cdop_coordinator", "pmrt", "2025-06-10")
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    assert desk.case.stage == "panel"


def test_nobody_releases_the_pack_they_anonymised() -> None:
    with pytest.raises(Refused, match="two different people"):
        panel_ready().do(
            "take_to_panel",
            "cdop_coordinator",
            anonymised_by="one@trust.example",
            released_by="ONE@trust.example",
        )


def test_a_panel_that_is_not_quorate_concludes_nothing() -> None:
    desk = panel_ready()
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    with pytest.raises(Refused, match="quorum"):
        desk.do("conclude", "cdop_chair", **CONCLUSION | {"quorum": "no"})


@pytest.mark.parametrize(("domain", "grade"), [("a", "3"), ("d", "1*")])
def test_grades_of_the_old_influence_scale_are_refused(domain: str, grade: str) -> None:
    desk = panel_ready()
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    with pytest.raises(Refused, match=f"factors_{domain}"):
        desk.do("conclude", "cdop_chair", **CONCLUSION | {f"factors_{domain}": grade})


def test_an_incomplete_conclusion_is_refused_with_all_it_lacks() -> None:
    desk = panel_ready()
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    with pytest.raises(Refused) as refused:
        desk.do("conclude", "cdop_chair")
    for fact in CONCLUSION:
        assert f"({fact})" in reasons(refused)


def test_a_deferral_names_its_reason_and_the_next_meeting() -> None:
    desk = panel_ready()
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    with pytest.raises(Refused, match="next_meeting_on"):
        desk.do("defer", "cdop_chair", reason="themed meeting")
    desk.do("defer", "cdop_chair", reason="themed meeting", next_meeting_on="2025-09-10")
    assert desk.case.stage == "panel_ready"


def test_a_reopened_review_keeps_what_was_concluded_and_is_concluded_anew() -> None:
    desk = closed()
    assert desk.case.stage == "closed"
    desk.at("2026-03-02").do("reopen", "cdop_coordinator", reason="the inquest found otherwise")
    assert desk.due("panel_review") == "2026-04-13"
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    with pytest.raises(Refused) as refused:
        desk.do("conclude", "cdop_chair")
    assert "(quorum)" in reasons(refused)
    assert "(category)" in reasons(refused)
    desk.do("conclude", "cdop_chair", quorum="yes", category="5", modifiability="none_identified")
    concluded = [
        event.data["facts"]["category"]
        for event in desk.events
        if event.data.get("action") == "conclude"
    ]
    assert concluded == ["9", "5"]
    assert desk.due("finalise") == "2026-03-16"


def test_feedback_on_the_old_conclusion_does_not_close_the_reopened_review() -> None:
    desk = closed()
    desk.at("2026-03-02").do("reopen", "cdop_coordinator", reason="the inquest found otherwise")
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    desk.do("conclude", "cdop_chair", **CONCLUSION)
    desk.do("finalise", "cdop_coordinator", forms_final="yes")
    with pytest.raises(Refused, match="feedback_offered_on"):
        desk.do("feed_back", "key_worker")


# ------------------------------------------------------------------------------------ clocks


def test_the_hours_of_the_first_days_are_elapsed_hours_when_the_clocks_change() -> None:
    """A death at 20:30 on the evening before the clocks go back: 24 hours later it is 19:30."""
    desk = opened(
        "2025-10-25T20:40",
        died_on="2025-10-25",
        died_at="2025-10-25T20:30",
        aware_at="2025-10-25T20:30",
    )
    assert desk.deadline("notification").due.isoformat() == "2025-10-26T19:30:00+00:00"
    assert desk.deadline("national_database").due.isoformat() == "2025-10-27T19:30:00+00:00"


def test_where_only_the_day_is_known_the_hours_run_from_its_beginning() -> None:
    desk = opened(died_at="")
    assert desk.deadline("national_database").due.isoformat() == "2025-06-11T23:00:00+00:00"


def test_the_meeting_is_due_after_three_months_and_a_hold_moves_it_by_its_days() -> None:
    """290 days with the coroner, told once though two holds overlap; the first date stays."""
    desk = gathering("2025-01-15T10:00", **JANUARY)
    assert desk.due("review_meeting") == "2025-04-15"
    desk.at("2025-12-01")
    desk.hold("cdop_coordinator", "coroner", "2025-02-03")
    desk.hold("cdop_coordinator", "post_mortem", "2025-05-01")
    desk.release("cdop_coordinator", "post_mortem", "2025-06-30")
    desk.release("cdop_coordinator", "coroner", "2025-11-20")
    assert desk.due("review_meeting") == "2026-01-30"
    assert desk.deadline("review_meeting").raw_due.date().isoformat() == "2025-04-15"


def test_six_weeks_for_the_panel_run_from_the_later_of_analysis_and_inquest() -> None:
    desk = panel_ready(
        "2026-02-20T10:00",
        held_on="2026-02-11",
        died_on="2026-01-20",
        died_at="",
        aware_at="2026-01-20T09:00",
    )
    assert desk.due("panel_review") == "2026-04-03"
    desk.at("2026-03-02").record("cdop_coordinator", inquest_result_on="2026-02-27")
    assert desk.due("panel_review") == "2026-04-10"


def test_the_registrar_has_seven_days_whatever_the_clocks_do() -> None:
    desk = opened("2025-10-23T15:00")
    desk.record("cdop_coordinator", registered_on="2025-10-23")
    assert desk.due("registrar") == "2025-10-30"
    assert desk.deadline("registrar").standing == "statutory"


def test_a_reporting_form_is_due_after_fifteen_working_days() -> None:
    desk = gathering("2025-06-11T10:00")
    desk.ask("cdop_coordinator", "School")
    assert desk.due("reporting_form") == "2025-07-02"


def test_no_message_of_a_whole_review_holds_what_was_recorded_of_the_child() -> None:
    desk = closed()
    secrets = {DEATH["date_of_birth"], "9434765919", DEATH["nhs_number"], "Earlier escalation"}
    told = " ".join(str(dict(message.about)) for message in desk.owed)
    assert len(desk.owed) > 20
    assert not [secret for secret in secrets if secret in told]
