"""`waymark rehearse`: which emails would go, to whom and when, if nobody did anything."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import upkeep
from notifications.catcher import Catcher
from tests.cli.canaries import Play
from tests.cli.driver import MANAGER, Home, command, refer
from workflows.catalogue import PROCESSES
from workflows.wiring import enter

KEYS = ("at", "reference", "kind", "title", "recipient", "role", "urgent", "address")
POLICE = "safeguarding.partner@northmoor-police.example"
Document = dict[str, Any]


def opened(house: Home) -> list[str]:
    """A case of each process, opened at one moment."""
    plays = [Play(house, key, seed=1) for key in sorted(PROCESSES)]
    for play in plays:
        play.open()
    return [play.reference for play in plays]


def live(house: Home, until: datetime) -> None:
    """Move the practice clock hour by hour, and sweep each time."""
    with enter(house.folder) as premises:
        while (now := premises.house.clock.now()) < until:
            premises.store.set_practice_now(min(now + timedelta(hours=1), until))
            assert upkeep.sweep(premises.house).skipped == []


def by_name(messages: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], list[datetime]]:
    """Messages by case, kind, title, reader and role, with the moments at which each goes."""
    found = defaultdict[tuple[str, ...], list[datetime]](list)
    for *name, at in messages:
        found[tuple(name)].append(datetime.fromisoformat(at))
    return {name: sorted(moments) for name, moments in found.items()}


def told(document: Document) -> dict[tuple[str, ...], list[datetime]]:
    named = ("reference", "kind", "title", "recipient", "role", "at")
    return by_name(tuple(m[key] for key in named) for m in document["messages"])


def owed(house: Home, after: int, until: str) -> dict[tuple[str, ...], list[datetime]]:
    """What the outbox holds behind a number and may be sent by then."""
    rows = house.rows(
        'SELECT "case", kind, about, recipient, role, coalesce(not_before, owed_at) AS goes'
        f" FROM outbox WHERE id > {after}"
    )
    named = ((c, kind, json.loads(a)["title"], *rest) for c, kind, a, *rest in rows)
    end = datetime.fromisoformat(until)
    return by_name(row for row in named if datetime.fromisoformat(row[-1]) <= end)


def last_number(house: Home) -> int:
    return max((m["id"] for m in house.do("outbox", "list")["messages"]), default=0)


@pytest.mark.parametrize("days", [4, 20])
def test_what_is_rehearsed_is_what_then_goes(house: Home, days: int) -> None:
    """Four cases left alone, the clock moved hour by hour: the same messages to the same people.

    A sweep that comes by hourly is late by up to an hour, so no message goes before its rehearsed
    moment, and none much later. Compared are the messages that may be sent by the end.
    """
    opened(house)
    number = last_number(house)
    document = house.do("rehearse", "--days", str(days))
    rehearsed = told(document)
    live(house, datetime.fromisoformat(document["to"]))
    lived = owed(house, number, document["to"])
    assert {name: len(at) for name, at in rehearsed.items()} == {
        name: len(at) for name, at in lived.items()
    }
    for name, moments in rehearsed.items():
        pairs = zip(moments, lived[name], strict=True)
        assert all(at <= went <= at + timedelta(hours=1) for at, went in pairs), name
    assert len(document["messages"]) > days
    assert len({m["reference"] for m in document["messages"]}) == 4


def test_nothing_is_kept(house: Home) -> None:
    """Every row of every table is as it was, the practice clock among them."""
    (reference, *_) = opened(house)
    before = house.dump()
    for words in ((), ("--days", "366"), (reference,)):
        house.do("rehearse", *words)
        house.say("rehearse", *words)
    assert house.dump() == before


def test_the_document_has_the_promised_keys(house: Home) -> None:
    """Each message has eight keys with their types; the counts are those of the messages."""
    references = opened(house)
    document = house.do("rehearse")
    assert list(document) == ["from", "to", "messages", "counts", "skipped", "on_hold"]
    span = datetime.fromisoformat(document["to"]) - datetime.fromisoformat(document["from"])
    assert span == timedelta(days=30)
    for message in document["messages"]:
        assert tuple(message) == KEYS
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", message["at"])
        assert type(message["urgent"]) is bool
        assert message["title"]
        assert message["address"] in ("ok", "missing", "refused")
    addresses = Counter(m["address"] for m in document["messages"])
    assert document["counts"] == {
        "messages": len(document["messages"]),
        "cases": len({m["reference"] for m in document["messages"]}),
        "urgent": sum(m["urgent"] for m in document["messages"]),
        **{name: addresses[name] for name in ("ok", "missing", "refused")},
        "waiting": len(house.do("outbox", "list", "--state", "owed")["messages"]),
    }
    moments = [m["at"] for m in document["messages"]]
    assert moments == sorted(moments)
    one = house.do("rehearse", references[-1])
    assert one["messages"] == [m for m in document["messages"] if m["reference"] == references[-1]]
    assert one["messages"]


def test_a_person_reads_the_same_day_by_day(house: Home) -> None:
    """Each day once, in order; each time, case, title and reader; the counts at the end."""
    refer(house)
    document = house.do("rehearse", "--days", "14")
    lines = house.say("rehearse", "--days", "14").splitlines()
    assert lines[0] == (
        "If nobody does anything from Friday 20 December 2024 at 16:45"
        " to Friday 3 January 2025 at 16:45:"
    )
    days = [line for line in lines[1:] if re.match(r"[A-Z][a-z]+day \d", line)]
    assert days[0] == "Monday 23 December 2024"
    assert len(days) == len({m["at"][:10] for m in document["messages"]})
    readers = [line.strip().partition(" ")[0] for line in lines if line.startswith(" " * 9)]
    assert readers == [m["recipient"] for m in document["messages"]]
    assert "  09:00  RR-2024-0001  Decide on the threshold together: due today" in lines
    number = document["counts"]["messages"]
    assert lines[-2].startswith(f"{number} messages would go, on 1 case: 0 urgent,")
    assert lines[-1].startswith("Owed already and not counted: 5 messages;")


class _NoSuchMailbox(Catcher):
    """A real mail server that refuses one address for good, for as long as it is told to."""

    refused = POLICE

    async def handle_RCPT(  # noqa: N802 - the name is the one aiosmtpd calls
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if address == self.refused:
            return "550 5.1.1 There is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def marked(house: Home) -> set[str]:
    found = house.do("rehearse", "--days", "5")["messages"]
    return {m["recipient"] for m in found if m["address"] == "refused"}


def test_an_address_that_refused_its_last_mail_is_marked(house: Home) -> None:
    """Refused or parked marks it; the next mail that is accepted takes the mark away again."""
    refer(house)
    assert marked(house) == set()
    with _NoSuchMailbox() as server:
        house.mail_to(server.port)
        assert house.do("deliver")["refused"] == 1
        assert marked(house) == {POLICE}
        assert f"{POLICE} (Police safeguarding partner): last mail was refused" in house.say(
            "rehearse", "--days", "5"
        )
        server.refused = ""
        refer(house)
        assert marked(house) == {POLICE}, "what is only owed says nothing of the address yet"
        house.do("deliver")
        assert marked(house) == set()
    refer(house)
    mine = next(m for m in house.do("outbox", "list")["messages"]
                if m["state"] == "owed" and m["recipient"] == MANAGER)  # fmt: skip
    house.do("outbox", "park", str(mine["id"]))
    assert marked(house) == {MANAGER}


def test_a_role_nobody_holds_is_marked(tmp_path: Path) -> None:
    """In a house of one police partner nobody holds the other roles, and nobody can stand in."""
    home = Home(tmp_path / "small")
    home.do("init", "--practice")
    people = tmp_path / "people.csv"
    people.write_text(f"name,email,agency,roles\nPartner,{POLICE},Police,police\n", "utf-8")
    home.do("people", "import", str(people))
    home.at("2024-12-20T16:45")
    home.open("rapid_review", POLICE, incident_on="2024-12-18", aware_at="2024-12-20T16:40",
              outcome_for_child="serious_harm", abuse_link="suspected")  # fmt: skip
    document = home.do("rehearse", "--days", "4")
    for message in document["messages"]:
        assert (message["address"] == "missing") is (message["recipient"] == "")
    missing = {role for m in document["messages"] if m["address"] == "missing"
               for role in m["role"].split(",")}  # fmt: skip
    assert missing >= {"local_authority", "business_manager"}
    assert document["counts"]["missing"] > document["counts"]["ok"] > 0
    assert "nobody (Business manager): nobody holds this role" in home.say("rehearse")


def test_a_house_on_hold_says_so(house: Home) -> None:
    """What is rehearsed is owed on its day, and waits there."""
    refer(house)
    house.do("house", "hold")
    assert house.do("rehearse")["on_hold"] is True
    assert "The house is on hold" in house.say("rehearse")


def test_a_house_without_cases_has_nothing_to_tell(house: Home) -> None:
    """No message, and no fault."""
    assert house.do("rehearse")["messages"] == []
    assert "0 messages would go, on 0 cases" in house.say("rehearse")


@pytest.mark.parametrize("days", ["0", "367", "-3", "many", "1.5", "", "٣", "9" * 30])
def test_other_days_than_1_to_366_are_refused(house: Home, days: str) -> None:
    """Whatever else was typed, with the same words."""
    (reason,) = house.refused("rehearse", "--days", days)
    assert "whole number from 1 to 366" in reason
    assert house.do("rehearse", "--days", "1")["from"] < house.do("rehearse", "--days", "366")["to"]


def test_a_case_that_is_not_there_is_refused(house: Home) -> None:
    """As everywhere else; a closed case has nothing to tell, or what outlives it."""
    assert "There is no such case" in house.refused("rehearse", "RR-2024-0009")[0]


def test_where_there_is_no_house_it_cannot_work(tmp_path: Path) -> None:
    """The code is 3, as for every command."""
    assert command("rehearse", "--home", str(tmp_path / "nowhere")).code == 3
