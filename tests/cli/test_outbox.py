"""Messages from the command line: owed, sent, refused, parked, released."""

from __future__ import annotations

import re

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import Home, refer

STATES = {"owed", "accepted", "refused", "parked", "dropped"}


def dead_port() -> int:
    """A port where a server was and is no more."""
    with Catcher() as gone:
        return gone.port


def test_messages_are_listed_by_state_and_case(house: Home) -> None:
    """Each with whom it is for, what it is about and how often it was tried."""
    one, two = refer(house), refer(house)
    listed = house.do("outbox", "list")
    assert len(listed["messages"]) == one["owed"] + two["owed"] == listed["counts"]["owed"]
    assert set(listed["counts"]) == STATES
    for message in listed["messages"]:
        assert type(message["id"]) is int
        assert message["state"] == "owed"
        assert message["recipient"] in one["told"]
        assert re.fullmatch(r"<[0-9a-f]{40}@[a-z.]+>", message["message_id"])
        assert message["title"]
    mine = house.do("outbox", "list", "--case", two["reference"], "--state", "owed")["messages"]
    assert {message["case"] for message in mine} == {two["reference"]}
    assert house.do("outbox", "list", "--state", "refused")["messages"] == []
    assert two["reference"] in house.say("outbox", "list")


def test_a_message_is_parked_and_released(house: Home, catcher: Catcher) -> None:
    """A parked message is not sent; released it is, and once only."""
    owed = refer(house)["owed"]
    first = house.do("outbox", "list")["messages"][0]["id"]
    house.mail_to(catcher.port)
    assert house.do("outbox", "park", str(first), "--reason", "told by telephone") == {
        "id": first, "state": "parked"}  # fmt: skip
    assert house.do("deliver")["accepted"] == owed - 1
    shown = house.do("outbox", "show", str(first))
    assert (shown["state"], shown["last_words"]) == ("parked", "told by telephone")
    assert shown["about"]["title"] == shown["title"]
    house.refused("outbox", "park", str(first))
    assert house.do("outbox", "release", str(first)) == {"id": first, "state": "owed"}
    assert house.do("deliver")["accepted"] == 1
    house.refused("outbox", "release", str(first))
    sent = house.do("outbox", "show", str(first))
    assert sent["state"] == "accepted"
    (attempt,) = sent["attempts"]
    assert attempt["verdict"] == "accepted"
    assert attempt["code"] == 250
    assert attempt["words"] == f"250 2.0.0 Kept as {attempt['queue_id']}"
    mails = {one.message_id: one.mail for one in catcher.caught}
    wording = mails[sent["message_id"]]["X-Waymark-Template"]
    assert wording == f"{sent['kind']}/{attempt['template']}"
    assert len(catcher.caught) == owed


@pytest.mark.parametrize("number", ["999", "0", "99999999999999999999999"])
def test_a_message_that_is_not_there_is_refused(house: Home, number: str) -> None:
    """However large its number."""
    for word in ("show", "park", "release"):
        assert "There is no message" in house.refused("outbox", word, number)[0]


def test_what_is_delivered_is_counted(house: Home, catcher: Catcher) -> None:
    """Each message of a run is counted once, under its verdict; a second run has nothing to do."""
    owed = refer(house)["owed"]
    house.mail_to(catcher.port)
    counts = ("accepted", "deferred", "refused", "unsure", "parked")
    first, second = house.do("deliver"), house.do("deliver")
    assert [first[name] for name in counts] == [owed, 0, 0, 0, 0]
    assert [second[name] for name in counts] == [0, 0, 0, 0, 0]
    assert house.say("deliver").startswith("0 accepted")


def test_without_a_mail_server_nothing_is_lost(house: Home) -> None:
    """No server named: refused with what to set. A dead one: deferred, in plain words."""
    owed = refer(house)["owed"]
    assert "mail.host" in house.refused("deliver")[0]
    house.mail_to(dead_port())
    away = house.do("deliver")
    assert (away["accepted"], away["deferred"]) == (0, owed)
    assert "nothing answers there" in away["trouble"]
    later = house.do("outbox", "list")["messages"]
    assert all(m["state"] == "owed" and m["tries"] == 1 and m["next_at"] for m in later)


def test_a_sweep_is_counted_and_idempotent(house: Home) -> None:
    """Reminders, missed dates, escalations and what they owe; a second look finds nothing."""
    refer(house)
    house.at("2025-01-02T09:00")
    found = house.do("sweep")
    assert {"at", "reminders", "breaches", "escalations", "owed"} <= set(found)
    assert found["at"] == "2025-01-02T09:00:00+00:00"
    assert (found["breaches"], found["escalations"]) == (2, 0)
    assert found["owed"] > 0
    again = house.do("sweep")
    assert [again[name] for name in ("reminders", "breaches", "escalations", "owed")] == [0] * 4
    assert house.say("sweep") == "0 reminders, 0 missed dates, 0 escalations, 0 messages owed.\n"
