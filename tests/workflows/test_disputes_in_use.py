"""A dispute as people use it: raised, climbing by itself, settled, decided, left and closed."""

from __future__ import annotations

import pytest

from config.timescales import load
from engine.errors import Refused
from engine.roles import RECIPIENT
from tests.desk import Desk
from tests.workflows.disputes import LADDER, MEETING, OWNERS, RAISED, at_stage, clock, raised
from workflows.dispute import DISPUTE

# ----------------------------------------------------------------------------------- raising


@pytest.mark.parametrize(
    ("kind", "stage"),
    [("case", "practitioner"), ("policy", "executive"), ("review_decision", "executive")],
)
def test_a_case_starts_with_the_practitioners_and_anything_else_with_the_executive(
    kind: str, stage: str
) -> None:
    assert raised(type=kind).case.stage == stage


def test_an_empty_dispute_is_refused_with_everything_it_lacks() -> None:
    desk = Desk(DISPUTE, load(), "2026-06-01T10:00")
    with pytest.raises(Refused) as refused:
        desk.open("practitioner", "Police")
    for fact in RAISED:
        assert f"({fact})" in " ".join(refused.value.reasons)


def test_a_disagreement_within_one_agency_is_no_dispute() -> None:
    with pytest.raises(Refused, match="two agencies"):
        raised(agencies="Police")


def test_the_agency_that_did_not_raise_a_dispute_is_asked_to_say_that_it_has_it() -> None:
    asked = [(t.kind, t.agency) for t in raised().case.tasks]
    assert asked == [("acknowledge", "Council")]


def test_one_person_of_each_agency_is_asked_again_at_the_next_stage_and_the_old_task_ends() -> None:
    desk = raised()
    desk.do("escalate", "practitioner", immediate_risk="no")
    asked = [(t.agency, t.status) for t in desk.case.tasks]
    assert asked == [("Council", "cancelled"), ("Council", "open"), ("Police", "open")]


def test_the_support_team_raises_a_dispute_on_behalf_of_an_agency() -> None:
    desk = Desk(DISPUTE, load(), "2026-06-01T10:00")
    desk.open("business_manager", "Trust", **RAISED, raising_agency="Police")
    assert desk.case.value("raising_agency") == "Police"


# ---------------------------------------------------------------------------------- climbing


def test_silence_climbs_to_the_executive_and_never_closes_a_dispute() -> None:
    desk = raised()
    seen = [desk.case.stage]
    for _ in range(300):
        desk.later(hours=6).sweep()
        if desk.case.stage != seen[-1]:
            seen.append(desk.case.stage)
    assert tuple(seen) == LADDER
    assert desk.case.is_open
    assert clock(desk, "executive").status == "breached"
    assert [d.status for d in desk.case.deadlines if d.key in LADDER[:-1]] == ["breached"] * 4


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-12-24T10:00", "2026-12-30T17:00:00+00:00"),
        ("2027-03-25T10:00", "2027-03-31T16:00:00+00:00"),
    ],
)
def test_two_working_days_end_at_five_in_the_afternoon_and_pass_over_holidays(
    now: str, due: str
) -> None:
    assert clock(raised(now), "practitioner").due.isoformat() == due


def test_whoever_escalates_says_again_whether_there_is_immediate_risk() -> None:
    desk = raised()
    with pytest.raises(Refused, match="immediate_risk"):
        desk.do("escalate", "practitioner")
    desk.do("escalate", "practitioner", immediate_risk="no")
    with pytest.raises(Refused, match="immediate_risk"):
        desk.do("escalate", "line_manager")


@pytest.mark.parametrize("stage", LADDER[1:])
def test_going_back_needs_both_owners_and_a_reason_and_starts_a_new_time(stage: str) -> None:
    desk = at_stage(stage)
    owner, lower = OWNERS[LADDER.index(stage)], LADDER[LADDER.index(stage) - 1]
    first = clock(desk, lower).cycle
    for given in ({"reason": "talk again"}, {"reason": "talk again", "both_owners_agree": "no"}):
        with pytest.raises(Refused, match="both_owners_agree"):
            desk.do("de_escalate", owner, **given)
    desk.do("de_escalate", owner, reason="talk again", both_owners_agree="yes")
    assert desk.case.stage == lower
    assert clock(desk, lower).cycle == first + 1


def test_a_policy_dispute_has_nothing_below_the_executive_to_go_back_to() -> None:
    with pytest.raises(Refused, match="type"):
        raised(type="policy").do(
            "de_escalate", "director", reason="talk again", both_owners_agree="yes"
        )


# -------------------------------------------------------------------------------- urgent track


def test_immediate_risk_runs_by_the_hour_and_tells_the_seniors_together() -> None:
    desk = raised("2026-06-06T22:00", immediate_risk="yes", wellbeing="immediate_risk")
    assert clock(desk, "practitioner").due.isoformat() == "2026-06-07T01:00:00+00:00"
    assert clock(desk, "acknowledge").due.isoformat() == "2026-06-06T22:00:00+00:00"
    urgent = [m for m in desk.owed if m.urgent and m.anchor.startswith("action:open")]
    told = {m.recipient for m in urgent}
    for role in ("senior_manager", "director", "line_manager"):
        assert {f"{role}@council.example", f"{role}@police.example"} <= told
    asked = [m for m in desk.owed if m.anchor.startswith("task:acknowledge")]
    assert [m.urgent for m in asked] == [True]
    assert all(m.about["asks"].startswith("The emergency referral comes first") for m in urgent)


def test_the_urgent_ladder_has_twenty_four_hours_from_raising_in_all() -> None:
    desk = raised(immediate_risk="yes")
    for owner in OWNERS[:3]:
        desk.later(hours=1).do("escalate", owner, immediate_risk="yes")
    assert clock(desk, "director").due.isoformat() == "2026-06-02T09:00:00+00:00"
    desk.later(hours=1).do("escalate", "director", immediate_risk="yes")
    assert clock(desk, "executive").length == "2wd"


def test_risk_seen_at_a_later_stage_changes_the_clock_of_that_stage() -> None:
    desk = raised()
    assert clock(desk, "practitioner").length == "2wd"
    desk.do("escalate", "practitioner", immediate_risk="yes")
    assert clock(desk, "manager").length == "4h"


# ----------------------------------------------------------------------------- review decisions


def test_a_review_decision_is_made_two_working_days_before_the_review_is_due() -> None:
    """Three working days are left on the review, so one is left on the dispute."""
    desk = raised(type="review_decision", linked_deadline_on="2026-06-04")
    assert desk.due("review_decision") == "2026-06-02"
    relaxed = raised(type="review_decision", linked_deadline_on="2026-07-01")
    assert relaxed.due("review_decision") == "2026-06-03"


def test_each_type_runs_its_own_clock_before_the_executive() -> None:
    for kind, key, due in (
        ("policy", "policy", "2026-06-29"),
        ("review_decision", "review_decision", "2026-06-03"),
    ):
        desk = raised(type=kind)
        assert desk.due(key) == due
        assert {d.key for d in desk.case.deadlines} == {key, "acknowledge"}


# ------------------------------------------------------------------------------------- meetings


@pytest.mark.parametrize("stage", LADDER)
def test_anybody_may_call_an_urgent_meeting_and_no_clock_stops_for_it(stage: str) -> None:
    """D8: at stages 1 to 5; the clock keeps running; attendance and decisions are recorded."""
    desk = at_stage(stage)
    due = clock(desk, stage).due
    desk.do("meet", "agency_author", "School", **MEETING)
    assert desk.case.stage == stage
    assert (clock(desk, stage).due, clock(desk, stage).status) == (due, "running")
    assert desk.case.value("meeting_attended") == "Council; Police"
    assert desk.case.value("meeting_decisions") == "A visit today"


def test_who_was_only_asked_for_a_task_does_not_escalate() -> None:
    with pytest.raises(Refused, match="this may be done by"):
        raised().do("escalate", RECIPIENT, immediate_risk="no")
