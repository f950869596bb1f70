"""Whoever is told of a meeting is told its day, in the message and in their calendar."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from unittest.mock import Mock

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from engine.booked import keep, taken_back
from engine.case import Owed
from engine.length import in_words
from engine.london import LONDON
from engine.meetings import TOLD_BY
from engine.outbox import Message
from notifications.message import compose
from tests.desk import Desk
from tests.notifications.mailroom import NOON, a_letterhead, opened
from tests.notifications.test_calendar_entry import _mail
from tests.workflows.review_roads import RAPID, before
from workflows.catalogue import PROCESSES
from workflows.rapid_review import RAPID_REVIEW


def _event(desk: Desk, owed: Owed) -> tuple[Any, str]:
    message = Message(1, desk.case.reference, **asdict(owed), message_id="<m@x.example>",
                      owed_at=desk.now)  # fmt: skip
    mail = opened(compose(message, a_letterhead(), desk.now))
    part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    (event,) = Calendar.from_ical(part.get_payload(decode=True)).subcomponents  # type: ignore[arg-type]
    return event, str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def _convened() -> tuple[Desk, list[Owed]]:
    desk, leg = before(RAPID_REVIEW, RAPID, "convene")
    day = {"meeting_on": desk.now.date().replace(year=2025, month=12, day=4).isoformat()}
    step = desk.do("convene", leg.role, **{**leg.facts, **day})
    return desk, list(step.owed)


def test_a_convened_meeting_is_in_the_calendar_of_everybody_who_is_told() -> None:
    """The whole day: a rapid review's meeting is recorded without its hour."""
    desk, owed = _convened()
    assert owed
    for each in owed:
        event, words = _event(desk, each)
        assert event.decoded("dtstart") == date(2025, 12, 4)
        assert str(event["summary"]).endswith(f"{desk.case.reference}: Rapid review meeting")
        assert "Meeting:            Thursday 4 December 2025 (Rapid review meeting)" in words


def test_a_new_day_is_told_to_the_same_people_and_moves_the_entry() -> None:
    """Nobody comes on the old day."""
    desk, owed = _convened()
    moved = desk.record("business_manager", meeting_on="2025-12-09").owed
    assert {each.recipient for each in moved} == {each.recipient for each in owed}
    (first, _), (second, _) = _event(desk, owed[0]), _event(desk, moved[0])
    assert first["uid"] == second["uid"]
    assert int(second["sequence"]) > int(first["sequence"])
    assert second.decoded("dtstart") == date(2025, 12, 9)


def test_a_meeting_goes_with_its_case() -> None:
    """A review that is withdrawn takes its meeting out of every calendar it was entered in."""
    desk, owed = _convened()
    agreed = dict.fromkeys(
        ("la_agrees_withdrawal", "icb_agrees_withdrawal", "police_agrees_withdrawal"), "yes"
    )
    step = desk.do("withdraw", "local_authority", reason="made in error", **agreed)
    kept = Mock()
    kept.outbox.list.return_value = [
        Message(
            n, desk.case.reference, **asdict(each), message_id="<m@x.example>", owed_at=desk.now
        )
        for n, each in enumerate(owed)
    ]
    keep(kept, step)
    ((last,), _) = kept.keep.call_args
    had = {each.recipient for each in owed}
    taken = {each.recipient for each in last.owed if taken_back(each.about)}
    assert taken == had & {each.recipient for each in last.owed}
    assert taken
    dates = {date.clock for each in last.owed for date in taken_back(each.about)}
    assert dates == {"meeting/meeting_on"}


def test_each_meeting_is_told_by_a_process_that_records_it() -> None:
    """The list of meetings names facts and notices that are declared."""
    for on, planned in TOLD_BY.items():
        processes = [p for p in PROCESSES.values() if planned.fact in p.fact_by_key]
        assert len(processes) == 1
        assert processes[0].notices_on(on) or on == "fact:meeting_on"


@given(st.datetimes(datetime(2026, 12, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - London's, below
def test_a_meeting_with_an_hour_begins_then(when: datetime) -> None:
    """An urgent meeting stands at its own hour, whatever the season."""
    at = when.replace(second=0, microsecond=0, tzinfo=LONDON)
    told = {"meeting": "meeting/meeting_at", "meeting_at": at.isoformat(),
            "meeting_words": f"{in_words(at)} (Urgent multi-agency meeting)",
            "meeting_title": "Urgent multi-agency meeting"}  # fmt: skip
    mail = _mail(about=told)
    part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    (event,) = Calendar.from_ical(part.get_payload(decode=True)).subcomponents  # type: ignore[arg-type]
    assert event.decoded("dtstart") == at
    assert NOON < event.decoded("dtstart") < event.decoded("dtend")
