"""E8: no state of a message or a letter without a command where a person can see it and act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.letters import Status
from engine.outbox import State
from notifications.catcher import Catcher
from tests.cli.desk import DOMAIN, Desk, asked, inside, send
from tests.cli.driver import MANAGER, Home
from tests.cli.test_letters_of_all_kinds import about
from tests.notifications import letters


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


def park(desk: Desk) -> None:
    desk.home.do("outbox", "park", str(desk.message.id), "--reason", "rang instead")


def bounce(desk: Desk) -> None:
    send(desk)
    desk.collect(desk.file(about(desk, letters.postfix(letters.FAILURES[0]))))


def drop(desk: Desk) -> None:
    desk.home.do("answer", desk.reference, "T1", "--as", MANAGER, "--with", "nil")
    with inside(desk.home) as premises, premises.store.begin() as work:
        now = premises.house.clock.now()
        for message in work.outbox.claim(now, now.replace(year=now.year + 1), "courier", 999):
            if message.id == desk.message.id:
                work.outbox.drop(message, "courier", "Not sent: T1 was settled before.")
        work.commit()


def test_all_of_a_message_is_told(house: Home, catcher: Catcher) -> None:
    """To whom, what, since when, each try with its evidence, what came back, and its link."""
    desk = asked(house)
    house.mail_to(catcher.port)
    house.do("deliver")
    desk.collect(desk.file(about(desk, letters.postfix(letters.FAILURES[0]))))
    number = str(desk.message.id)
    shown = house.do("outbox", "show", number)
    assert [a["verdict"] for a in shown["attempts"]] == ["accepted", "refused"]
    sent, back = shown["attempts"]
    assert all(sent[name] for name in ("at", "template", "moment", "code", "words", "queue_id"))
    assert (back["moment"], back["template"], back["queue_id"]) == ("bounce", None, None)
    assert [(x["kind"], x["message"]) for x in shown["letters"]] == [("bounce", desk.message.id)]
    assert "words" not in shown["letters"][0]
    assert shown["link"] == {"used": [], "revoked_at": None, "revoked_by": None}
    house.do("outbox", "revoke", number, "--as", MANAGER, "--reason", "Forwarded by mistake.")
    said = house.say("outbox", "show", number)
    told = (desk.message.recipient, desk.message.case, desk.message.message_id, sent["words"],
            f"wording {sent['template']}", f"queue id {sent['queue_id']}", back["words"],
            "1 (hard bounce, kept)", f"taken back by {MANAGER}")  # fmt: skip
    assert [words for words in told if words not in said] == []
    exported = house.do("export", desk.reference)["messages"]
    assert house.do("outbox", "show", number) in exported


# How a message comes to each state, and what a person does there; what is over needs nothing.
MESSAGES: dict[State, tuple[Callable[[Desk], None], str]] = {
    State.OWED: (lambda _: None, "park"),
    State.ACCEPTED: (send, ""),
    State.REFUSED: (bounce, "release"),
    State.PARKED: (park, "release"),
    State.DROPPED: (drop, ""),
}


@pytest.mark.parametrize("state", list(State))
def test_every_state_of_a_message_is_seen_and_can_be_left(desk: Desk, state: State) -> None:
    """By `outbox list` and `outbox show`; an owed one is parked, a stopped one owed again."""
    make, act = MESSAGES[state]
    make(desk)
    number = str(desk.message.id)
    listed = desk.home.do("outbox", "list", "--state", str(state))["messages"]
    assert desk.message.id in [message["id"] for message in listed]
    assert desk.home.do("outbox", "show", number)["state"] == str(state)
    reason = ("--reason", "rang instead") if act == "park" else ()
    if act:
        desk.home.do("outbox", act, number, *reason)
        assert desk.home.do("outbox", "show", number)["state"] != str(state)
    else:
        assert desk.home.refused("outbox", "release", number)


PLAIN = {"To": f"reviews@{DOMAIN}", "Subject": "Our return"}
CONFIRM = ("letters", "confirm", "1", "--as", MANAGER)
DISMISS = ("letters", "dismiss", "1", "--as", MANAGER, "--reason", "by telephone")
# How a letter comes to each status, and every way a person may leave it.
LETTERS: dict[Status, tuple[dict[str, str], tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    Status.PROPOSED: ({}, (), (CONFIRM, DISMISS)),
    Status.KEPT: ({"Auto_Submitted": "auto-replied"}, (), (DISMISS,)),
    Status.UNMATCHED: (PLAIN, (), (("letters", "assign", "1", "{}", "--as", MANAGER), DISMISS)),
    Status.CONFIRMED: ({}, CONFIRM, ()),
    Status.DISMISSED: ({}, DISMISS, ()),
}


@pytest.mark.parametrize("status", list(Status))
def test_every_status_of_a_letter_is_seen_and_can_be_left(house: Home, status: Status) -> None:
    """By `letters list` and `letters show`; what is settled says so to whoever tries again."""
    headers, first, ways = LETTERS[status]
    desk = asked(house)
    desk.collect(desk.letter(**headers))
    if first:
        desk.home.do(*first)
    seen: Any = desk.home.do("letters", "list", "--status", str(status))["letters"]
    assert [letter["id"] for letter in seen] == [1]
    assert desk.shown()["status"] == str(status)
    if not ways:
        assert str(status) in " ".join(desk.home.refused(*DISMISS))
    for way in ways[:1]:
        desk.home.do(*(word.format(desk.message.id) for word in way))
        assert desk.shown()["status"] != str(status)
