"""The coordinator sees of each person asked whether they were reached, and who is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import MANAGER, NURSE, Home, notify, refer

SCHOOL = "safeguarding.lead@northmoor-schools.example"


@pytest.fixture
def asked(house: Home) -> tuple[Home, str]:
    """A rapid review whose two agencies were asked a moment ago."""
    reference = refer(house)["reference"]
    house.at("2025-01-02T10:00")
    notify(house, reference)
    agencies = [f"Northmoor Schools={SCHOOL}", f"Westfield Hospital Trust={NURSE}"]
    words = [word for agency in agencies for word in ("--agency", agency)]
    house.do("ask", reference, "--as", MANAGER, *words)
    return house, reference


def reached(house: Home, reference: str) -> list[str]:
    return [task["told"]["reached"] for task in house.do("show", reference)["tasks"]]


def test_before_mail_leaves_nobody_was_reached(asked: tuple[Home, str]) -> None:
    house, reference = asked
    assert reached(house, reference) == ["waiting", "waiting"]
    assert (
        "T1 1 message owed to them, the last of Thursday 2 January 2025 not sent yet"
        in house.say("show", reference)
    )


def test_who_was_told_and_is_silent(asked: tuple[Home, str], catcher: Catcher) -> None:
    """Reached, and no answer: that is whom to ring. Who has answered is in nobody's way."""
    house, reference = asked
    house.mail_to(catcher.port)
    house.do("deliver")
    house.do("answer", reference, "T2", "--as", NURSE, "--with", "nil")
    assert reached(house, reference) == ["yes", "yes"]
    said = house.say("show", reference)
    assert "T1 told 1 time, last on Thursday 2 January 2025; no answer yet" in said
    assert "  mail     T2" not in said
    for day in ("2025-01-09T10:00", "2025-01-13T10:00", "2025-01-14T10:00"):
        house.through(day)
        house.do("deliver")
    document = house.do("show", reference)["tasks"]
    assert document[0]["told"]["messages"] == document[0]["told"]["accepted"] > 2
    assert document[1]["told"]["messages"] < document[0]["told"]["messages"]


def test_who_is_away_and_until_when(
    asked: tuple[Home, str], catcher: Catcher, tmp_path: Path
) -> None:
    """An automatic reply is no answer, but the day it gives is worth knowing."""
    house, reference = asked
    house.mail_to(catcher.port)
    house.do("deliver")
    mails = [m for m in catcher.caught if m.recipients == (SCHOOL,)]
    question = next(m for m in mails if "Agency return" in str(m.mail["Subject"])).message_id
    letter = tmp_path / "away.eml"
    letter.write_text(
        f"From: {SCHOOL}\nTo: reviews@northmoor-partnership.example\nSubject: Automatic reply\n"
        f"Message-ID: <a@b.example>\nAuto-Submitted: auto-replied\nIn-Reply-To: {question}\n"
        "Date: Thu, 02 Jan 2025 11:00:00 +0000\n\nI am away until 20 January 2025.\n"
    )
    house.do("collect", str(letter))
    assert house.do("show", reference)["tasks"][0]["told"]["away_until"] == "2025-01-20"
    said = house.say("show", reference)
    assert "T1 told 1 time, last on Thursday 2 January 2025; away until Monday 20 January" in said


def test_an_address_that_takes_no_mail_stands_out(asked: tuple[Home, str]) -> None:
    """Parked or refused: in capitals, with the reason that was given."""
    house, reference = asked
    messages = house.do("outbox", "list")["messages"]
    own = next(m for m in messages if (m["recipient"], m["kind"]) == (SCHOOL, "asked"))
    house.do("outbox", "park", str(own["id"]), "--reason", "rang instead")
    assert reached(house, reference) == ["no", "waiting"]
    assert "T1 NOT REACHED: told 1 time" in house.say("show", reference)
    assert "rang instead" in house.say("show", reference)
