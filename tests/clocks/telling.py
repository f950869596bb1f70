"""A program that plays whole cases and prints all it was told, so that host zones can be compared.

Run in a zone of the machine's: TZ=Pacific/Chatham python -m tests.clocks.telling
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.case import Owed
from engine.length import in_words, london_date, parse_instant
from engine.notices import due_words
from engine.outbox import Message, message_id
from notifications.message import compose
from tests.cli.driver import LOCAL_AUTHORITY, NURSE, SAMPLE, Home
from tests.clocks.legs import Road
from tests.clocks.roads import ROADS
from tests.desk import Desk
from tests.notifications.mailroom import DOMAIN, a_letterhead
from workflows.clock import WallClock

MOMENTS = {
    "the hour before London skips one": "2025-03-30T00:30Z",
    "the hour after London skipped one": "2025-03-30T01:30Z",
    "the first of two hours": "2025-10-26T00:30Z",
    "the second of two hours": "2025-10-26T01:30Z",
    "29 February": "2024-02-29T12:00Z",
    "the 31st of a month": "2025-01-31T12:00Z",
    "1 July in London, 30 June in UTC": "2025-06-30T23:30Z",
    "New Year's Eve": "2025-12-31T23:30Z",
    "a plain day": "2025-05-14T10:00Z",
}
LOCAL = ("2025-03-30T01:30", "2025-10-26T01:30", "2025-07-01T00:30", "2024-02-29T12:00")


def main() -> None:
    told = {
        "world": abs(WallClock().now().timestamp() - time.time()) < 60,
        "read": {text: _read(text) for text in LOCAL},
        "cases": {name: {road.name: _played(road, at) for road in ROADS} for name, at in _starts()},
        "house": dict(_in_a_house()),
    }
    print(json.dumps(told, sort_keys=True, indent=1))


def _starts() -> Iterator[tuple[str, datetime]]:
    yield from ((name, parse_instant(text)) for name, text in MOMENTS.items())


def _read(text: str) -> str:
    """A time as a person types it, London time: the instant, or why there is none."""
    try:
        moment = parse_instant(text)
    except ValueError as fault:
        return str(fault)
    return f"{moment.isoformat()} {in_words(moment)}"


def _played(road: Road, start: datetime) -> dict[str, Any]:
    """Walk a road with a sweep at each leg, and then leave the case alone for two months."""
    desk = road.desk(start)
    for leg in road.legs:
        desk.now += leg.after
        if desk.case.revision:
            desk.sweep()
        leg.act(desk)
    for _ in range(8):
        desk.later(days=7, hours=5).sweep()
    return {
        "due": {"/".join(map(str, d.identity)): d.due.isoformat() for d in desk.case.deadlines},
        "words": [due_words(d) for d in desk.case.deadlines],
        "record": _digest([asdict(event) for event in desk.events]),
        "told": len(desk.owed),
        "notices": _digest([asdict(message) for message in desk.owed]),
        "mails": _mails(desk),
    }


def _mails(desk: Desk) -> str:
    """The first mail of each kind, whole."""
    kinds: dict[str, Owed] = {}
    for message in desk.owed:
        kinds.setdefault(message.kind, message)
    letterhead = a_letterhead()
    return _digest(
        [compose(_message(desk, each), letterhead, desk.now).decode() for each in kinds.values()]
    )


def _message(desk: Desk, owed: Owed) -> Message:
    name = desk.case.reference
    identity = message_id(name, owed.anchor, owed.recipient, DOMAIN)
    return Message(1, name, **asdict(owed), message_id=identity, owed_at=desk.now)


def _digest(stored: object) -> str:
    text = json.dumps(stored, sort_keys=True, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()


def _in_a_house() -> Iterator[tuple[str, Any]]:
    """A practice house by its commands, with times as people type them."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "house")
        home.do("init", "--practice")
        home.do("people", "import", str(SAMPLE))
        for name, text in MOMENTS.items():
            home.at(text)
            yield f"{name}: the clock", home.do("clock", "show")
            yield name, _referred(home, parse_instant(text))


def _referred(home: Home, now: datetime) -> Any:
    """Refer an incident learnt of an hour ago, notify it, and sweep a fortnight later."""
    known = now - timedelta(hours=1)
    facts = {"outcome_for_child": "serious_harm", "abuse_link": "suspected"}
    facts |= {"aware_at": known.isoformat()}
    day = london_date(known).isoformat()
    reference = home.open("rapid_review", NURSE, incident_on=day, **facts)["reference"]
    views = dict.fromkeys(("la_view", "icb_view", "police_view"), "notify")
    given = {**views, "threshold_rationale": "Serious harm.", "notified_on": day}
    home.act("notify", reference, LOCAL_AUTHORITY, **given)
    home.do("clock", "forward", "14d")
    home.do("sweep")
    shown = home.do("show", reference)
    return {key: shown[key] for key in ("deadlines", "tasks", "history") if key in shown}


if __name__ == "__main__":
    main()
