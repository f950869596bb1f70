"""Each reader's calendar, kept as their program keeps it, holds no date that ended or waits."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from icalendar import Calendar

from engine.outbox import TAKEN_BACK
from notifications.catcher import Catcher
from tests.cli.desk import SCHOOL, inside
from tests.cli.driver import LOCAL_AUTHORITY, MANAGER, Home, deadline, notify, refer
from tests.cli.test_story_of_a_death import COORDINATOR, DOCTOR, log_death, to_gathering
from tests.cli.test_story_of_a_dispute import raise_dispute


def _calendar(part: Any) -> Any:
    return Calendar.from_ical(part.get_payload(decode=True))


class Calendars:
    """What every reader has in their calendar once all mail is read, as RFC 5546 has it kept."""

    def __init__(self, catcher: Catcher) -> None:
        self.entries: dict[str, dict[str, Any]] = defaultdict(dict)
        self.needless: list[str] = []
        self.told: dict[str, str] = {}
        known: dict[tuple[str, str], int] = {}
        for caught in catcher.caught:
            reader = caught.recipients[0]
            self.told[reader] = str(caught.mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
            for part in caught.mail.walk():
                if part.get_content_type() == "text/calendar":
                    self._read(reader, _calendar(part), known)

    def _read(self, reader: str, calendar: Any, known: dict[tuple[str, str], int]) -> None:
        for event in calendar.subcomponents:
            uid, sequence = str(event["uid"]), int(event["sequence"])
            if calendar["method"] == "CANCEL":
                assert event["status"] == "CANCELLED"
                if self.entries[reader].pop(uid, None) is None:
                    self.needless.append(reader)
                assert sequence > known.get((reader, uid), -1)
            elif sequence >= known.get((reader, uid), -1):
                self.entries[reader][uid] = event
            known[reader, uid] = max(sequence, known.get((reader, uid), -1))

    def days(self, reader: str, since: str = "") -> list[str]:
        """The days of a reader's entries; what is past when a case ends stays where it was."""
        found = (str(event.decoded("dtstart"))[:10] for event in self.entries[reader].values())
        return sorted(day for day in found if day >= since)


@pytest.fixture
def mailed(house: Home, catcher: Catcher) -> Home:
    house.mail_to(catcher.port)
    return house


def read(house: Home, catcher: Catcher) -> Calendars:
    house.do("deliver")
    return Calendars(catcher)


def test_a_withdrawn_review_leaves_no_date_behind(mailed: Home, catcher: Catcher) -> None:
    """Partners, panel and the school that was asked: all their dates are taken back at once."""
    reference = refer(mailed)["reference"]
    mailed.do("deliver")
    mailed.at("2024-12-30T10:00")
    notify(mailed, reference)
    mailed.do("ask", reference, "--as", MANAGER, "--agency", f"Northmoor Schools={SCHOOL}")
    before = read(mailed, catcher)
    assert "2025-01-10" in before.days(SCHOOL)
    assert len(before.days(LOCAL_AUTHORITY)) > 1
    mailed.act(
        "withdraw", reference, LOCAL_AUTHORITY, reason="A medical opinion changed.",
        la_agrees_withdrawal="yes", icb_agrees_withdrawal="yes", police_agrees_withdrawal="yes",
    )  # fmt: skip
    after = read(mailed, catcher)
    assert [each for each in before.entries if after.days(each, "2024-12-30")] == []
    assert after.needless == []
    assert "Taken back:         Friday 10 January 2025 (Agency return)" in after.told[SCHOOL]
    assert mailed.do("verify")["ok"] is True


def test_whoever_had_no_date_is_sent_none_back(mailed: Home, catcher: Catcher) -> None:
    """A date that nobody was mailed, because all were told by telephone, needs no taking back."""
    reference = refer(mailed)["reference"]
    for message in mailed.do("outbox", "list")["messages"]:
        mailed.do("outbox", "park", str(message["id"]), "--reason", "told by telephone")
    mailed.act("transfer", reference, MANAGER, **TRANSFERRED)
    with inside(mailed) as premises, premises.store.begin() as work:
        assert not any(TAKEN_BACK in m.about for m in work.outbox.list(case=reference))


TRANSFERRED = {"receiving_area": "Southmoor", "accepted_on": "2024-12-20"}


def test_an_overtaken_dispute_takes_back_its_hours(mailed: Home, catcher: Catcher) -> None:
    """A date with an hour leaves the calendar like one with a day."""
    mailed.at("2024-12-24T11:00")
    reference = raise_dispute(mailed)["reference"]
    before = read(mailed, catcher)
    assert any(before.entries.values())
    mailed.act("overtake", reference, MANAGER, reason="The family moved away.")
    told = {m["recipient"] for m in mailed.do("outbox", "list")["messages"]
            if m["kind"] == "closed"}  # fmt: skip
    after = read(mailed, catcher)
    assert told
    assert not any(after.days(reader) for reader in told)
    assert after.needless == []


def test_a_date_on_hold_leaves_the_calendar_and_comes_back(mailed: Home, catcher: Catcher) -> None:
    """The coroner is awaited: the old day of the meeting would be wrong, so nobody keeps it."""
    mailed.at("2025-01-16T09:00")
    reference = str(log_death(mailed)["reference"])
    to_gathering(mailed, reference)
    mailed.through("2025-04-09T10:00")
    mailed.do("sweep")
    before = read(mailed, catcher)
    mailed.do("hold", reference, "coroner", "--from", "2025-04-09", "--as", COORDINATOR)
    held = read(mailed, catcher)
    assert "2025-04-15" in before.days(DOCTOR)
    assert "2025-04-15" not in held.days(DOCTOR)
    assert held.needless == []
    mailed.at("2025-11-21T10:00")
    mailed.do("release", reference, "coroner", "--on", "2025-11-20", "--as", COORDINATOR)
    due = deadline(mailed.do("show", reference), "review_meeting")["due"]
    assert due in read(mailed, catcher).days(DOCTOR)
