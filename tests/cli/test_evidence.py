"""The coordinator sees of each person asked whether they were reached, and who is silent."""

from __future__ import annotations

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
    assert "T1 told 1 time, last on Thursday 2 January 2025, not sent yet" in house.say(
        "show", reference
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


def test_an_address_that_takes_no_mail_stands_out(asked: tuple[Home, str]) -> None:
    """Parked or refused: in capitals, with the reason that was given."""
    house, reference = asked
    messages = house.do("outbox", "list")["messages"]
    own = next(m for m in messages if (m["recipient"], m["kind"]) == (SCHOOL, "asked"))
    house.do("outbox", "park", str(own["id"]), "--reason", "rang instead")
    assert reached(house, reference) == ["no", "waiting"]
    assert "T1 NOT REACHED: told 1 time" in house.say("show", reference)
    assert "rang instead" in house.say("show", reference)
