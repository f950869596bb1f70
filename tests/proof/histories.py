"""Recorded histories: a case's events as JSON, and the stage, tasks and dates they must lead to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine import publishing, upkeep
from engine.case import Case, Event
from engine.definition import Process
from engine.keyring import Secret
from engine.roles import THE_HOUSE, Directory
from engine.rules import Rulebook
from engine.situation import Situation
from engine.working_days import Calendar
from store.memory import MemoryStore

GOLDEN = Path(__file__).parents[1] / "golden"
DEFINITIONS, HISTORIES = GOLDEN / "definitions", GOLDEN / "histories"
RULEBOOKS, CALENDARS = GOLDEN / "rulebooks", GOLDEN / "calendars"
NOT_SHOWN = ("identity",)


def line(event: Event) -> dict[str, Any]:
    """An event in the words of an export."""
    return {
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "happened_on": event.on.isoformat(),
        "actor": event.actor,
        "account": event.account,
        "kind": event.kind,
        "data": json.loads(json.dumps(event.data)),
        "calendar": event.calendar,
        "seal": event.seal,
    }


def event(line: Mapping[str, Any]) -> Event:
    """An event read back from an export."""
    return Event(
        line["sequence"],
        datetime.fromisoformat(line["at"]),
        date.fromisoformat(line["happened_on"]),
        line["actor"],
        line["account"],
        line["kind"],
        line["data"],
        line["calendar"],
        line["seal"],
    )


def expected(case: Case) -> dict[str, Any]:
    """All that a replay must reach again."""
    shown = {
        "stage": case.stage,
        "revision": case.revision,
        "seal": case.seal,
        "entries": [asdict(entry) for entry in case.entries],
        "tasks": [asdict(task) for task in case.tasks],
        "deadlines": [asdict(deadline) for deadline in case.deadlines],
    }
    plain: dict[str, Any] = json.loads(json.dumps(shown, default=date.isoformat))
    return plain


def all_recorded() -> list[Path]:
    return sorted(HISTORIES.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def events_of(document: Mapping[str, Any]) -> list[Event]:
    return [event(found) for found in document["events"]]


def definition_of(document: Mapping[str, Any]) -> Process:
    name = f"{document['process']}-{document['version']}.json"
    return publishing.from_json((DEFINITIONS / name).read_text("utf-8"))


def rulebook_of(document: Mapping[str, Any]) -> Rulebook:
    text = (RULEBOOKS / f"{document['rulebook'][:12]}.json").read_text("utf-8")
    return publishing.rules_from_json(text)


def calendar_file(snapshot: str) -> Path:
    return CALENDARS / f"{snapshot.replace(' ', '_')}.json"


def calendars_of(document: Mapping[str, Any]) -> list[Calendar]:
    return [
        Calendar.from_json(json.loads(calendar_file(name).read_text("utf-8")))
        for name in document["calendars"]
    ]


def replayed(document: Mapping[str, Any], events: Sequence[Event]) -> Case:
    """The case as its recorded events make it today."""
    calendars = calendars_of(document)
    store = MemoryStore(Secret.of(b"k" * 32))
    with store.begin() as work:
        for calendar in calendars:
            work.library.keep_calendar(calendar)
        first = events[0]
        blank = Case(document["reference"], "", "", "", "", "", first.at)
        situation = Situation(
            definition_of(document),
            rulebook_of(document),
            calendars[0],
            Directory(),
            blank,
            THE_HOUSE,
            first.at,
        )
        return upkeep.replay(situation, work, events)
