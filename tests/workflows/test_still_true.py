"""A message whose reason has gone is not sent; one that tells what happened always is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from engine.case import Owed
from engine.length import parse_instant
from engine.outbox import Message
from engine.still import may_go_stale, why_gone
from tests.desk import Desk
from tests.workflows.disputes import raised
from tests.workflows.review_roads import RAPID, before
from workflows.rapid_review import RAPID_REVIEW


@pytest.fixture
def asked() -> Desk:
    """A rapid review whose agency was asked and is silent."""
    desk, leg = before(RAPID_REVIEW, RAPID, "ask_agencies")
    if not desk.case.tasks:
        desk.at(leg.day).ask("business_manager", "Made-up Trust")
    return desk


def as_message(desk: Desk, owed: Owed) -> Message:
    return Message(
        1, desk.case.reference, **asdict(owed), message_id="<m@x.example>", owed_at=desk.now
    )


def of_kind(desk: Desk, kind: str) -> Message:
    return as_message(desk, next(o for o in desk.owed if o.kind == kind and o.about["task"]))


def test_who_has_answered_is_not_asked(asked: Desk) -> None:
    """The question was still owed when the answer came by telephone."""
    question = of_kind(asked, "asked")
    assert why_gone(question, asked.case) == ""
    asked.answer("T1", "nil")
    assert "T1 was settled before (nil)" in why_gone(question, asked.case)


def test_who_has_answered_is_not_reminded(asked: Desk) -> None:
    asked.now = asked.deadline("agency_return").due
    asked.now = parse_instant(f"{asked.due('agency_return')}T12:00")
    asked.sweep()
    reminder = next(m for o in asked.owed if o.about["clock"].startswith("agency_return/T1")
                    and may_go_stale(m := as_message(asked, o)) and o.kind != "asked")  # fmt: skip
    assert why_gone(reminder, asked.case) == ""
    asked.answer("T1", "received")
    assert "met before" in why_gone(reminder, asked.case)


def test_a_reminder_of_a_date_that_moved_is_not_sent(asked: Desk) -> None:
    """The new date has a ladder of its own."""
    asked.now = parse_instant(f"{asked.due('agency_return')}T12:00")
    asked.sweep()
    reminders = [as_message(asked, o) for o in asked.owed if o.kind in ("due", "due_soon")
                 and o.about["clock"].startswith("agency_return/")]  # fmt: skip
    assert reminders
    later = asked.situation.calendar.add(asked.now.date(), 2)
    asked.extend("business_manager", "agency_return/T1", later.isoformat())
    assert all("the date has moved" in why_gone(m, asked.case) for m in reminders)


def test_a_missed_date_stays_missed_when_the_house_has_gone_on() -> None:
    """A dispute nobody answered went up a level: those who must know are told so all the same."""
    desk = raised()
    desk.now = desk.deadline("practitioner").due + timedelta(seconds=1)
    desk.sweep()
    late = [as_message(desk, o) for o in desk.owed if o.anchor.startswith("late:practitioner")]
    assert late
    assert [why_gone(message, desk.case) for message in late] == [""] * len(late)


def test_only_a_statutory_or_urgent_reminder_comes_at_night() -> None:
    """The five working days to notify are law and their notice leaves at once; others rest."""
    desk, _ = before(RAPID_REVIEW, RAPID, "notify")
    desk.now = desk.deadline("notification").due + timedelta(days=40, hours=3)
    desk.sweep()
    rests = {o.about["standing_words"]: o.not_before for o in desk.owed if o.kind == "late"}
    assert rests["Statutory timescale"] is None
    desk, _ = before(RAPID_REVIEW, RAPID, "draft")
    desk.now = desk.deadline("rapid_review").due + timedelta(seconds=1)
    desk.sweep()
    (late,) = {o.not_before for o in desk.owed if o.anchor.startswith("late:rapid_review")}
    assert late is not None
    assert late > desk.now


def test_what_happened_stays_true(asked: Desk) -> None:
    """That a case was opened, moved or extended is told however late."""
    happened = [o for o in asked.owed if not may_go_stale(as_message(asked, o))]
    assert happened
    asked.answer("T1", "nil")
    asked.later(days=400)
    assert all(why_gone(as_message(asked, o), asked.case) == "" for o in happened)
