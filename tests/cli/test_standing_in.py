"""Whoever cannot be reached, or is away past the date, has a deputy who is told instead, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.keys import key_of
from notifications.catcher import Catcher
from tests.cli.desk import DOMAIN, SCHOOL, SETTINGS, Desk, asked, inside, send
from tests.cli.driver import MANAGER, Home
from tests.cli.test_letters_of_all_kinds import about
from tests.notifications import letters

LEAD = "head.of.safeguarding@westfield-hospital.example"
DEPUTY = "named.nurse@westfield-hospital.example"
COORDINATOR = "partnership.coordinator@northmoor-partnership.example"
CHAIR = "panel.chair@northmoor-partnership.example"
VICE_CHAIR = "panel.vice.chair@northmoor-partnership.example"
HARD, FULL, POLICY = (
    next(f for f in letters.FAILURES if f.kind == kind) for kind in ("hard", "soft", "ours")
)
ABSENT = (
    "From: {who}\nTo: replies+{key}@" + DOMAIN + "\nSubject: Automatic reply\n"
    "Message-ID: <{name}@b.example>\nAuto-Submitted: auto-replied\n"
    "Date: Thu, 02 Jan 2025 11:00:00 +0000\n\nI am away, back on {day}.\n"
)


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


@pytest.fixture
def hospital(house: Home) -> Desk:
    """The hospital's lead, who has a deputy at the hospital, was asked and sent a message."""
    desk = asked(house, LEAD, "Westfield Hospital Trust")
    send(desk)
    return desk


def told(desk: Desk) -> list[dict[str, Any]]:
    """The events of the record that say who was told instead."""
    events = desk.home.do("show", desk.reference)["events"]
    return [event["data"] for event in events if event["kind"] == "deputised"]


def owed(desk: Desk, kind: str = "asked") -> list[dict[str, Any]]:
    messages = desk.home.do("outbox", "list")["messages"]
    return [m for m in messages if m["kind"] == kind and m["state"] == "owed"]


def away(desk: Desk, day: str, name: str = "a", who: str = LEAD) -> None:
    raw = ABSENT.format(who=who, key=desk.key, name=name, day=day)
    desk.collect(desk.file(raw.encode()))


def bounced(desk: Desk, failure: letters.Failure, number: int = 1) -> None:
    desk.collect(desk.file(about(desk, letters.postfix(failure), number)))


def test_a_hard_bounce_tells_the_deputy_the_same_and_the_keeper_of_it(hospital: Desk) -> None:
    """A new Message-ID, why it came to them, and an event that says so; the house verifies."""
    bounced(hospital, HARD)
    (event,) = told(hospital)
    assert (event["who"], event["because"], event["told"]) == (LEAD, "bounced", [DEPUTY])
    (instead,) = owed(hospital)
    assert instead["recipient"] == DEPUTY
    assert instead["message_id"] != hospital.message.message_id
    with inside(hospital.home) as premises, premises.store.begin() as work:
        message = work.outbox.get(instead["id"])
    assert message.about["asks"] == hospital.message.about["asks"]
    assert message.about["due_words"] == hospital.message.about["due_words"]
    assert "you deputise for the role Agency safeguarding lead" in message.about["because"]
    assert [m["recipient"] for m in owed(hospital, "not_reached")] == [MANAGER]
    assert hospital.home.do("verify")["ok"] is True
    assert hospital.task["status"] == "open"


def test_however_often_it_comes_back_the_deputy_is_told_once(hospital: Desk) -> None:
    bounced(hospital, HARD, 1)
    bounced(hospital, HARD, 2)
    hospital.home.do("sweep")
    assert len(told(hospital)) == len(owed(hospital)) == 1


def test_the_deputy_may_answer_for_who_was_asked(hospital: Desk) -> None:
    bounced(hospital, HARD)
    hospital.home.do("answer", hospital.reference, "T1", "--as", DEPUTY, "--with", "nil")
    assert hospital.task["answer"] == "nil"


def test_the_coordinator_sees_who_was_told_instead(hospital: Desk) -> None:
    """In show: not reached, with the server's words, and who stands in."""
    bounced(hospital, HARD)
    told = hospital.task["told"]
    assert (told["reached"], told["instead"][0]["recipient"]) == ("no", DEPUTY)
    said = hospital.home.say("show", hospital.reference)
    assert "NOT REACHED" in said
    assert f"{DEPUTY} was told instead" in said


def test_where_nobody_deputises_the_keeper_is_told_once(desk: Desk) -> None:
    """The message itself goes to the keeper; no second one says that it could not be delivered."""
    send(desk)
    bounced(desk, HARD)
    assert [m["recipient"] for m in owed(desk)] == [MANAGER]
    assert owed(desk, "not_reached") == []
    assert desk.home.do("verify")["ok"] is True


def test_a_mailbox_is_given_three_chances_in_a_week(hospital: Desk) -> None:
    """A full mailbox may be emptied; what came back before is told too, once it is too often."""
    for number in (1, 2):
        bounced(hospital, FULL, number)
        assert told(hospital) == []
        assert hospital.home.do("outbox", "show", str(hospital.message.id))["state"] == "accepted"
    assert hospital.task["told"]["reached"] == "no"
    bounced(hospital, FULL, 3)
    assert [event["told"] for event in told(hospital)] == [[DEPUTY]]
    assert hospital.home.do("outbox", "show", str(hospital.message.id))["state"] == "refused"


def test_failures_of_another_week_do_not_count(hospital: Desk) -> None:
    bounced(hospital, FULL, 1)
    bounced(hospital, FULL, 2)
    hospital.home.at("2025-01-10T10:01")
    bounced(hospital, FULL, 3)
    assert told(hospital) == []


def test_a_server_that_gave_up_counts_at_once(hospital: Desk) -> None:
    """A temporary failure for good: the server has tried for as long as its own patience lasts."""
    bounced(hospital, next(f for f in letters.FAILURES if f.status == "4.4.7"))
    assert [event["told"] for event in told(hospital)] == [[DEPUTY]]


def test_what_the_house_must_put_right_is_never_held_against_them(hospital: Desk) -> None:
    """Refused by policy, as often as it likes: the support team is told where to look."""
    for number in range(1, 6):
        bounced(hospital, POLICY, number)
    assert told(hospital) == []
    assert hospital.home.do("outbox", "show", str(hospital.message.id))["state"] == "accepted"
    assert "mail settings need attention" in hospital.home.say("letters", "show", "1")
    assert hospital.task["told"]["reached"] == "no"


def test_the_thresholds_are_settings(hospital: Desk) -> None:
    more = SETTINGS + "\n[mail.tolerance]\nhard = 2\nsoft = 1\n"
    (hospital.home.folder / "settings.toml").write_text(more, "utf-8")
    bounced(hospital, HARD, 1)
    assert told(hospital) == []
    bounced(hospital, HARD, 2)
    assert len(told(hospital)) == 1


@pytest.mark.parametrize(("back", "tells"), [("7 January 2025", 0), ("20 January 2025", 1)])
def test_who_is_away_past_the_date_has_the_deputy_told(
    hospital: Desk, back: str, tells: int
) -> None:
    """Back before the date: they can still answer. Back after it: somebody else must know."""
    away(hospital, back)
    assert len(told(hospital)) == len(owed(hospital)) == tells
    assert hospital.task["status"] == "open"
    assert hospital.home.do("verify")["ok"] is True


def test_of_one_absence_the_deputy_is_told_once(hospital: Desk) -> None:
    """Each message draws another automatic reply; the deputy knows by then."""
    for name in "abc":
        away(hospital, "20 January 2025", name)
    (event,) = told(hospital)
    assert (event["because"], event["back_on"], event["told"]) == ("away", "2025-01-20", [DEPUTY])
    assert owed(hospital, "not_reached") == []
    said = hospital.home.say("show", hospital.reference)
    assert f"away until Monday 20 January 2025; {DEPUTY} was told instead" in said


def test_somebody_elses_absence_tells_nobody(hospital: Desk) -> None:
    """A mailbox that several read may answer for one of them."""
    away(hospital, "20 January 2025", who="another@westfield-hospital.example")
    assert told(hospital) == []


def test_what_is_answered_is_not_passed_on(hospital: Desk) -> None:
    hospital.home.do("answer", hospital.reference, "T1", "--as", MANAGER, "--with", "received")
    bounced(hospital, HARD)
    away(hospital, "20 January 2025")
    assert told(hospital) == []


def test_a_deputy_who_cannot_be_reached_either(hospital: Desk) -> None:
    """Then those who keep the case, and who deputises for each; at last it is parked in sight."""
    bounced(hospital, HARD)
    heard = [[DEPUTY]]
    while heard[-1]:
        (instead,) = owed(hospital)
        send(hospital)
        bounced(of(hospital, instead["id"]), HARD, len(heard) + 1)
        heard.append(told(hospital)[-1]["told"])
    assert heard[:5] == [[DEPUTY], [MANAGER], [COORDINATOR], [CHAIR], [VICE_CHAIR]]
    everybody = [who for each in heard for who in each]
    assert len(everybody) == len(set(everybody)) == len(heard) - 1
    (parked,) = hospital.home.do("outbox", "list", "--state", "parked")["messages"]
    assert (parked["kind"], parked["recipient"]) == ("asked", "")
    assert len(owed(hospital, "not_reached")) == 0
    assert hospital.home.do("verify")["ok"] is True
    said = hospital.home.say("show", hospital.reference)
    assert f"nobody could be told instead: message {parked['id']} is parked" in said


def of(desk: Desk, number: int) -> Desk:
    """The same desk over another of its messages."""
    with inside(desk.home) as premises, premises.store.begin() as work:
        message = work.outbox.get(number)
        return replace(desk, message=message, key=key_of(premises.store.secret, message))


def test_a_server_that_refuses_the_recipient_at_once(house: Home) -> None:
    """Nothing comes back by mail then: the next delivery looks, and the deputy is told."""
    desk = asked(house, LEAD, "Westfield Hospital Trust")
    with Refusing(LEAD) as server:
        more = f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        (house.folder / "settings.toml").write_text(SETTINGS + more, "utf-8")
        house.do("deliver")
        house.do("deliver")
    events = [event for event in told(desk) if event.get("task")]
    assert [event["told"] for event in events] == [[DEPUTY]]
    assert desk.home.do("verify")["ok"] is True


class Refusing(Catcher):
    """A mail server that knows everybody but one."""

    def __init__(self, unknown: str) -> None:
        super().__init__()
        self.unknown = unknown

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if address == self.unknown:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_a_school_reads_its_own_words(desk: Desk) -> None:
    """Nobody is told instead of a person who only says that they are busy."""
    desk.collect(desk.letter("I am rather busy until 20 January 2025."))
    assert told(desk) == []
    assert desk.task["recipient"] == SCHOOL
