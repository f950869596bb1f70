"""How a dispute ends: confirmed by every agency, decided by no party, or left with a reason."""

from __future__ import annotations

import pytest

from config.timescales import load
from engine.errors import Refused
from tests.desk import Desk
from tests.workflows.disputes import (
    AGREED,
    DECIDED,
    LADDER,
    OWNERS,
    RAISED,
    at_stage,
    clock,
    confirming,
    raised,
)
from workflows.dispute import DISPUTE

CLOSING = {"root_cause": "communication", "follow_up_result": "done", "learning": "Ring first"}


def proposed(stage: str = "practitioner") -> Desk:
    desk = at_stage(stage)
    desk.do("propose", OWNERS[LADDER.index(stage)], **AGREED)
    return desk


def followed_up() -> Desk:
    desk = proposed()
    for task in confirming(desk):
        desk.answer(task, "agree")
    return desk


@pytest.mark.parametrize("stage", LADDER)
def test_an_outcome_is_settled_only_when_every_agency_has_confirmed(stage: str) -> None:
    desk = proposed(stage)
    tasks = confirming(desk)
    assert [desk.case.task(t).agency for t in tasks] == ["Council", "Police"]  # type: ignore[union-attr]
    desk.answer(tasks[0], "agree")
    assert desk.case.stage == "agreed"
    desk.answer(tasks[1], "with_reservations")
    assert desk.case.stage == "follow_up"
    assert {d.key for d in desk.case.deadlines if d.is_open} == {"follow_up", "learning_coded"}


def test_an_agency_confirms_with_the_action_as_well() -> None:
    desk = proposed()
    desk.do("confirm", "practitioner", "Council")
    desk.do("confirm", "line_manager", "Police")
    assert desk.case.stage == "follow_up"


@pytest.mark.parametrize(
    ("role", "agency", "other"),
    [
        ("practitioner", "Council", "Police"),
        ("practitioner", "Police", "Council"),
        ("line_manager", "Police", "Council"),
    ],
)
def test_whoever_confirms_answers_for_their_own_agency_alone(
    role: str, agency: str, other: str
) -> None:
    desk = proposed()
    desk.do("confirm", role, agency)
    asked = {t.agency: t.is_open for t in desk.case.tasks if t.kind == "confirm"}
    assert asked == {agency: False, other: True}


def test_not_agreeing_settles_nothing() -> None:
    desk = proposed()
    first, second = confirming(desk)
    desk.answer(first, "agree")
    desk.answer(second, "disagree")
    assert desk.case.stage == "agreed"
    assert confirming(desk) == [second]


def test_silence_on_the_outcome_settles_nothing_and_the_support_team_hears_of_it() -> None:
    desk = proposed()
    for _ in range(60):
        desk.later(hours=12).sweep()
    assert desk.case.stage == "agreed"
    late = {m.recipient for m in desk.owed if m.kind == "late" and "confirm" in m.anchor}
    assert "business_manager@council.example" in late


@pytest.mark.parametrize("stage", LADDER)
@pytest.mark.parametrize("choice", ["same", "next"])
def test_an_agency_that_does_not_agree_goes_on_at_the_same_or_the_next_stage(
    stage: str, choice: str
) -> None:
    desk = proposed(stage)
    desk.do("disagree", "practitioner", "Police", reason="not done", disagree_to=choice)
    step = 1 if choice == "next" else 0
    assert desk.case.stage == LADDER[min(LADDER.index(stage) + step, 4)]
    assert clock(desk, desk.case.stage).is_open
    assert confirming(desk) == []


def test_a_second_disagreement_goes_where_it_says_and_not_where_the_first_one_went() -> None:
    desk = proposed("practitioner")
    desk.do("disagree", "practitioner", "Police", reason="not done", disagree_to="next")
    desk.do("propose", "line_manager", **AGREED)
    desk.do("disagree", "practitioner", "Police", reason="still not done")
    assert desk.case.stage == "manager"


def test_only_an_agency_in_dispute_disagrees_and_always_with_a_reason() -> None:
    desk = proposed()
    with pytest.raises(Refused, match="party"):
        desk.do("disagree", "practitioner", "School", reason="a view")
    with pytest.raises(Refused, match="reason"):
        desk.do("disagree", "practitioner", "Police")


# ------------------------------------------------------------------------------------ deciding


def test_a_party_never_decides() -> None:
    desk = at_stage("executive")
    with pytest.raises(Refused, match="not a party"):
        desk.do("decide", "executive_chair", "Council", **DECIDED)
    desk.do("decide", "executive_chair", "Trust", **DECIDED)
    assert desk.case.stage == "agreed"
    recipients = {desk.case.task(t).recipient for t in confirming(desk)}  # type: ignore[union-attr]
    assert recipients == {"executive_member@council.example", "executive_member@police.example"}


def test_a_decision_says_how_it_was_made_and_why() -> None:
    with pytest.raises(Refused) as refused:
        at_stage("executive").do("decide", "executive_chair", "Trust")
    assert "(decision_kind)" in " ".join(refused.value.reasons)
    assert "(reasons)" in " ".join(refused.value.reasons)


# ------------------------------------------------------------------------------------- leaving


@pytest.mark.parametrize("stage", LADDER)
def test_only_the_agency_that_raised_it_withdraws_a_dispute(stage: str) -> None:
    desk = at_stage(stage)
    with pytest.raises(Refused, match="agency that raised"):
        desk.do("withdraw", "practitioner", "Council", reason="settled by telephone")
    desk.do("withdraw", "practitioner", "Police", reason="settled by telephone")
    assert desk.case.stage == "withdrawn"


@pytest.mark.parametrize(
    "harm",
    [{"wellbeing": "likely_harm"}, {"wellbeing": "immediate_risk"}, {"immediate_risk": "yes"}],
)
def test_where_harm_is_likely_a_manager_confirms_the_withdrawal(harm: dict[str, str]) -> None:
    desk = raised(**harm)
    with pytest.raises(Refused, match="manager_confirms_withdrawal"):
        desk.do("withdraw", "practitioner", "Police", reason="settled")
    desk.do(
        "withdraw", "practitioner", "Police", reason="settled", manager_confirms_withdrawal="yes"
    )
    assert desk.case.stage == "withdrawn"


def test_a_dispute_redirected_by_mistake_is_taken_back_and_started_with_a_new_clock() -> None:
    desk = at_stage("senior")
    desk.do("redirect", "business_manager", reason="a complaint", redirected_to="complaints")
    assert not desk.case.is_open
    desk.at("2026-06-15").do("take_back", "business_manager", reason="no complaint after all")
    assert desk.case.stage == "raised"
    with pytest.raises(Refused, match="immediate_risk"):
        desk.do("start", "business_manager")
    desk.do("start", "business_manager", immediate_risk="no")
    assert desk.case.stage == "practitioner"
    assert desk.due("practitioner") == "2026-06-17"


def test_the_urgent_hours_of_a_dispute_taken_back_run_from_that_day() -> None:
    desk = raised()
    desk.do("redirect", "business_manager", reason="a complaint")
    desk.at("2026-06-15").do("take_back", "business_manager", reason="no complaint after all")
    desk.later(hours=2).do("start", "business_manager", immediate_risk="yes")
    for owner in OWNERS[:3]:
        desk.do("escalate", owner, immediate_risk="yes")
    assert clock(desk, "director").due.isoformat() == "2026-06-16T08:00:00+00:00"


def test_a_policy_dispute_taken_back_starts_before_the_executive() -> None:
    desk = raised(type="policy")
    desk.do("overtake", "business_manager", reason="a new procedure")
    desk.do("take_back", "business_manager", reason="it does not cover this")
    desk.do("start", "business_manager", immediate_risk="no")
    assert desk.case.stage == "executive"


# ------------------------------------------------------------------------------------- closing


def test_a_dispute_is_closed_with_its_cause_its_follow_up_and_what_was_learnt() -> None:
    desk = followed_up()
    for missing in CLOSING:
        given = {key: value for key, value in CLOSING.items() if key != missing}
        with pytest.raises(Refused, match=missing):
            desk.do("close", "business_manager", **given)
    desk.do("close", "business_manager", **CLOSING)
    assert desk.case.stage == "closed"
    assert {d.status for d in desk.case.deadlines if d.key in ("follow_up", "learning_coded")} == {
        "met"
    }


def test_nothing_follows_the_closing_of_a_dispute() -> None:
    desk = followed_up()
    desk.do("close", "business_manager", **CLOSING)
    assert desk.actions("business_manager") == {}


def test_a_stage_is_extended_once_and_an_urgent_one_never() -> None:
    desk = at_stage("manager")
    desk.extend("business_manager", "manager", "2026-06-09")
    with pytest.raises(Refused, match="extended 1 times"):
        desk.extend("business_manager", "manager", "2026-06-12")
    urgent = Desk(DISPUTE, load(), "2026-06-01T10:00")
    urgent.open("practitioner", "Police", **RAISED | {"immediate_risk": "yes"})
    with pytest.raises(Refused):
        urgent.extend("business_manager", "practitioner", "2026-06-03")
