"""A child death review as people use it: what is refused, what is asked, and which dates follow."""

from __future__ import annotations

import pytest

from config.timescales import load
from engine.errors import Refused
from engine.notices import due_words
from engine.roles import ROLES
from tests.desk import Desk
from tests.workflows.deaths import DEATH, DECISIONS, SCOPE, gathering, opened, reasons
from workflows.child_death_review import CHILD_DEATH_REVIEW

# ----------------------------------------------------------------------------------- intake


@pytest.mark.parametrize("role", [r for r in ROLES if r not in ("administrator", "auditor")])
def test_any_professional_may_notify_a_death(role: str) -> None:
    desk = Desk(CHILD_DEATH_REVIEW, load(), "2025-06-10T15:00")
    assert desk.open(role, "School", **DEATH).case.stage == "notified"


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_keeps_the_house_or_audits_it_notifies_nothing(role: str) -> None:
    desk = Desk(CHILD_DEATH_REVIEW, load(), "2025-06-10T15:00")
    with pytest.raises(Refused):
        desk.open(role, **DEATH)


def test_an_empty_notification_is_refused_with_everything_it_lacks() -> None:
    desk = Desk(CHILD_DEATH_REVIEW, load(), "2025-06-10T15:00")
    with pytest.raises(Refused) as refused:
        desk.open("practitioner")
    for fact in DEATH.keys() - {"died_at"}:
        assert f"({fact})" in reasons(refused)
    assert "(nhs_number_missing_reason)" in reasons(refused)


def test_a_missing_nhs_number_is_accepted_with_its_reason() -> None:
    desk = opened(nhs_number="", nhs_number_missing_reason="non_resident_in_england")
    assert desk.case.stage == "notified"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"died_on": "2019-03-01", "died_at": ""}, "the date of death is before the date of birth"),
        ({"died_on": "2025-06-11", "died_at": ""}, "it is in the future"),
        ({"died_at": "2025-06-09T23:00"}, "the time of death is not on the date of death"),
        (
            {"aware_at": "2025-06-09T12:00", "died_at": ""},
            "the date of death is after the day the death became",
        ),
        ({"nhs_number": "943 476 5910"}, "check digit"),
        ({"date_of_birth": "2007-06-10"}, "the person had reached 18: an adult process applies"),
    ],
)
def test_a_notification_that_cannot_be_right_is_refused(
    changes: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        opened(**changes)
    assert reason in reasons(refused)


@pytest.mark.parametrize(
    ("born", "died", "child"),
    [
        ("2008-06-10", "2026-06-09", True),
        ("2008-06-10", "2026-06-10", False),
        ("2008-02-29", "2026-02-28", True),
        ("2008-02-29", "2026-03-01", False),
        ("2026-06-10", "2026-06-10", True),
    ],
)
def test_a_child_is_anybody_who_died_before_the_eighteenth_birthday(
    born: str, died: str, child: bool
) -> None:
    facts = {"date_of_birth": born, "died_on": died, "died_at": "", "aware_at": f"{died}T10:00"}
    if child:
        assert opened("2026-06-12T09:00", **facts).case.stage == "notified"
        return
    with pytest.raises(Refused, match="reached 18"):
        opened("2026-06-12T09:00", **facts)


@pytest.mark.parametrize(
    ("died_at", "aware_at"),
    [
        ("2025-08-16T00:30+02:00", "2025-08-22T10:05"),
        ("2025-08-16T22:30-04:00", "2025-08-22T10:05"),
        ("2025-08-16T05:00+10:00", "2025-08-15T21:00"),
    ],
)
def test_a_death_abroad_keeps_its_certified_date_though_london_had_another(
    died_at: str, aware_at: str
) -> None:
    """Half past midnight in Madrid is still the day before in London; Sydney is earlier yet."""
    desk = opened(
        "2025-08-22T10:05", died_on="2025-08-16", died_at=died_at, aware_at=aware_at, place="abroad"
    )
    assert desk.case.value("died_on") == "2025-08-16"


def test_a_death_heard_of_late_is_late_from_the_death_and_in_time_from_then_on() -> None:
    desk = opened(
        "2025-08-22T10:05",
        died_on="2025-08-16",
        died_at="2025-08-16T02:15+02:00",
        aware_at="2025-08-22T10:05",
        place="abroad",
    )
    assert desk.deadline("notification").status == "met_late"
    assert desk.deadline("notification_from_awareness").status == "met"
    assert (
        desk.deadline("notification_from_awareness").due.isoformat().startswith("2025-08-23T09:05")
    )


def test_a_review_is_accepted_only_with_every_question_of_scope_answered() -> None:
    desk = opened()
    with pytest.raises(Refused) as refused:
        desk.do("accept", "cdop_coordinator", scope_t1="yes")
    for number in range(2, 13):
        assert f"(scope_t{number})" in reasons(refused)
    assert "(scope_t1)" not in reasons(refused)


def test_an_unattended_stillbirth_is_taken_in_and_not_closed_before_the_response_is_decided() -> (
    None
):
    desk = opened(unattended_stillbirth="yes", date_of_birth="2025-06-10")
    with pytest.raises(Refused, match="joint_agency_response"):
        desk.do("out_of_scope", "cdop_coordinator", reason="not reviewed")
    desk.record("cdop_coordinator", joint_agency_response="yes")
    desk.do("out_of_scope", "cdop_coordinator", reason="not reviewed")
    assert desk.case.stage == "out_of_scope"


def test_a_review_is_not_let_go_before_the_other_area_has_accepted_it() -> None:
    desk = opened()
    sent = {"receiving_panel": "Kent", "transfer_sent_on": "2025-06-10"}
    with pytest.raises(Refused, match="transfer_accepted_on"):
        desk.do("transfer", "cdop_coordinator", **sent)
    accepted = {"transfer_accepted_on": "2025-06-10", "accepted_by": "Coordinator, Kent"}
    desk.do("transfer", "cdop_coordinator", **sent, **accepted, receiving_reference="K-1")
    assert desk.case.stage == "transferred_out"


# ------------------------------------------------------------------------------ the response


def test_a_joint_agency_response_asks_the_doctor_and_the_police_and_gates_nothing() -> None:
    desk = opened()
    desk.do("accept", "cdop_coordinator", **SCOPE)
    desk.do("decide", "designated_doctor", **DECISIONS | {"joint_agency_response": "yes"})
    asked = [(t.kind, t.recipient.split("@")[0]) for t in desk.case.tasks]
    for kind in ("planning_meeting", "home_visit", "post_mortem_discussion"):
        assert (kind, "designated_doctor") in asked
        assert (kind, "police") in asked
    assert desk.deadline("first_sharing").due.isoformat() == "2025-06-12T13:20:00+00:00"
    desk.do("hold_meeting", "designated_doctor", meeting_held_on="2025-06-10")
    assert desk.case.stage == "meeting"


def test_without_a_response_nobody_is_asked_and_no_clock_runs_for_it() -> None:
    desk = gathering()
    assert desk.case.tasks == ()
    assert "first_sharing" not in {d.key for d in desk.case.deadlines}


def test_a_criterion_that_is_met_without_a_response_must_be_explained() -> None:
    desk = opened()
    desk.do("accept", "cdop_coordinator", **SCOPE)
    met = DECISIONS | {"criterion_3": "yes"}
    with pytest.raises(Refused, match="joint_agency_response_why"):
        desk.do("decide", "designated_doctor", **met)
    desk.do("decide", "designated_doctor", **met, joint_agency_response_why="done abroad")
    assert desk.case.stage == "gathering"


def test_the_meeting_waits_until_every_form_is_in_or_waived() -> None:
    desk = gathering()
    desk.ask("cdop_coordinator", "School", "Police")
    with pytest.raises(Refused, match="reporting form T1"):
        desk.do("hold_meeting", "designated_doctor", meeting_held_on="2025-06-10")
    desk.answer("T1", "nil")
    desk.answer("T2", "waived", "no contact")
    desk.do("hold_meeting", "designated_doctor", meeting_held_on="2025-06-10")
    assert desk.case.stage == "meeting"
    assert desk.deadline("form_request").status == "met"


def test_hours_from_a_day_alone_are_marked_as_estimated() -> None:
    """On the date itself and in every message that speaks of it; months from a day are not."""
    known, day_alone = opened(), opened(died_at="")
    assert due_words(known.deadline("national_database")) == "Thursday 12 June 2025 at 14:20"
    words = "midnight at the end of Wednesday 11 June 2025, estimated"
    assert due_words(day_alone.deadline("national_database")) == words
    assert "estimated" not in due_words(day_alone.deadline("review_meeting"))
    day_alone.now = day_alone.deadline("national_database").due
    day_alone.sweep()
    told = [m for m in day_alone.owed if m.about["clock"].startswith("national_database")]
    assert told
    label = "(National Child Mortality Database told)"
    assert {m.about["due_words"] for m in told} == {f"{words} {label}"}
