"""Whoever was asked and reached, and has said nothing, is named: whom to ring."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.desk import SCHOOL, Desk, asked, send
from tests.cli.driver import MANAGER, Home


@pytest.fixture
def desk(house: Home) -> Desk:
    """The school was asked on Thursday 2 January 2025, and its mail server took the message."""
    desk = asked(house)
    send(desk)
    return desk


def silent(desk: Desk) -> list[dict[str, Any]]:
    return list(desk.home.do("silent")["silent"])


def test_after_two_working_days_somebody_is_silent(desk: Desk) -> None:
    """A local default: Friday and Monday pass; on Tuesday they are named, everywhere."""
    desk.home.at("2025-01-06T10:00")
    assert silent(desk) == []
    desk.home.at("2025-01-07T10:00")
    (found,) = silent(desk)
    assert (found["recipient"], found["since"], found["told"]) == (SCHOOL, "2025-01-02", 1)
    assert desk.task["told"]["silent_since"] == "2025-01-02"
    assert "SILENT since Thursday 2 January 2025: told 1 time" in desk.home.say(
        "show", desk.reference
    )
    assert [d["silent"] for d in desk.home.do("due")["due"] if d["task"] == "T1"] == [True]
    assert "SILENT" in desk.home.say("due")


def test_it_owes_no_mail(desk: Desk) -> None:
    """To be named silent is for the coordinator's eyes; reminders come by the timescales alone."""
    desk.home.at("2025-01-07T10:00")
    before = len(desk.home.do("outbox", "list")["messages"])
    silent(desk)
    desk.home.do("show", desk.reference)
    assert len(desk.home.do("outbox", "list")["messages"]) == before


@pytest.mark.parametrize("heard", ["a reply that waits", "a reply by a person", "an answer"])
def test_whoever_has_said_anything_is_not_silent(desk: Desk, heard: str) -> None:
    desk.home.at("2025-01-07T10:00")
    if heard == "an answer":
        desk.home.do("answer", desk.reference, "T1", "--as", MANAGER, "--with", "nil")
    else:
        desk.collect(desk.letter("We are on it."))
        if heard == "a reply by a person":
            words = ("letters", "confirm", "1", "--as", MANAGER, "--with", "acknowledge")
            desk.home.do(*words)
    assert silent(desk) == []


def test_an_automatic_reply_is_no_word_of_theirs(desk: Desk) -> None:
    desk.home.at("2025-01-07T10:00")
    desk.collect(desk.letter("We have your message.", Auto_Submitted="auto-replied"))
    assert len(silent(desk)) == 1


def test_whoever_was_never_reached_is_not_silent(house: Home) -> None:
    """Nothing was sent to them yet: that is another trouble, and `show` names it."""
    desk = asked(house)
    desk.home.at("2025-01-07T10:00")
    assert silent(desk) == []
