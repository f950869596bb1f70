"""Cases and steps made by hand: what the engine would decide, without the engine deciding it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.audit import seal
from engine.case import (
    Case,
    Deadline,
    Entry,
    Event,
    Extension,
    Hold,
    Link,
    Meeting,
    Owed,
    Recorded,
    Step,
    Task,
)
from engine.conditions import ALWAYS
from engine.definition import Process
from engine.length import Length
from engine.ports import Store
from engine.rules import Rule, Rulebook, Rung
from engine.shape import Stage, Transition
from engine.working_days import Calendar

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CANARY = "Canary Wren Featherstone"

CALENDAR = Calendar(
    {date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "Boxing Day (substitute day)"},
    date(2026, 1, 1),
    date(2026, 12, 31),
    date(2027, 12, 31),
    date(2026, 1, 1),
)


def a_process(version: str = "1", key: str = "plain", **changes: Any) -> Process:
    """A process of two stages, no more than a case has to be pinned to."""
    parts: dict[str, Any] = {
        "label": "A plain process",
        "purpose": "Is there to be published.",
        "stages": (Stage("begun", "Begun", "business_manager"), Stage("done", "Done", final=True)),
        "transitions": (
            Transition("open", "Open", (), "begun", ("business_manager",), ALWAYS),
            Transition("finish", "Finish", ("begun",), "done", ("business_manager",), ALWAYS),
        ),
        "facts": (),
        "tasks": (),
        "timescales": (),
        "notices": (),
    }
    return Process(key=key, version=version, **{**parts, **changes})


def a_rulebook(edition: str = "first") -> Rulebook:
    rule = Rule(
        process="plain",
        timescale="finish",
        length=Length(15, "wd"),
        standing="default",
        citation="The length is a local default.",
        since=date(2020, 1, 1),
        ladder=(Rung("-3wd", ("business_manager",)),),
    )
    return Rulebook(edition, (rule,))


@dataclass(frozen=True)
class Pins:
    """What a case is pinned to."""

    digest: str
    rules: str


def furnish(store: Store) -> Pins:
    """Put a definition, a rulebook and a calendar into a house."""
    with store.begin() as work:
        digest = work.library.publish(a_process())
        rules = work.library.keep_rules(a_rulebook())
        work.library.keep_calendar(CALENDAR)
        work.commit()
    return Pins(digest, rules)


def an_event(sequence: int, at: datetime = NOW, **changes: Any) -> Event:
    usual = Event(
        sequence=sequence,
        at=at,
        on=at.date(),
        actor="manager@partnership.example",
        account="desk",
        kind="recorded",
        data={"facts": {"note": "café"}, "step": sequence},
        calendar=CALENDAR.snapshot,
    )
    return replace(usual, **changes)


def opening(pins: Pins, reference: str = "PL-2026-0001", at: datetime = NOW, **parts: Any) -> Step:
    """The step that opens a case. parts: fields of the case, and owed, identity, events, names."""
    blank = Case(reference, "plain", "1", pins.digest, pins.rules, "begun", at)
    return after(None, blank, at, **parts)


def further(case: Case, at: datetime = NOW + HOUR, **parts: Any) -> Step:
    """A step on a case as it was read."""
    return after(case, case, at, **parts)


def after(
    before: Case | None,
    case: Case,
    at: datetime,
    owed: Iterable[Owed] = (),
    identity: Mapping[str, str] | None = None,
    events: Iterable[Event] | None = None,
    *,
    names: Iterable[str] = (),
    **fields: Any,
) -> Step:
    """A step with its events sealed and numbered from where the record ends."""
    head, sealed = case.seal, []
    given = [an_event(case.sequence + 1, at)] if events is None else list(events)
    for number, written in enumerate(given, start=case.sequence + 1):
        event = replace(written, sequence=number)
        head = seal(head, case.reference, event)
        sealed.append(replace(event, seal=head))
    known = {**case.identity, **(identity or {})}
    fields |= {"revision": case.revision + 1, "sequence": sealed[-1].sequence, "seal": head}
    left = replace(case, identity=known, **fields)
    return Step(before, left, tuple(sealed), tuple(owed), identity or {}, parts=tuple(names))


def a_deadline(key: str = "finish", **changes: Any) -> Deadline:
    usual = Deadline(
        key=key,
        task="",
        cycle=1,
        start="2026-11-20",
        start_fact="received_on",
        due=NOW + 21 * DAY,
        raw_due=NOW + 21 * DAY,
        length="15wd",
        standing="guidance",
        look_at=NOW + 18 * DAY,
        calendar=CALENDAR.snapshot,
        began=1,
    )
    return replace(usual, **changes)


def a_message(anchor: str = "opened:1", recipient: str = "lead@agency.example") -> Owed:
    about = {"reference": "PL-2026-0001", "title": "Opened", "asks": "Nothing."}
    return Owed(anchor, "opened", recipient, "agency_lead", False, about)


def full_parts() -> dict[str, Any]:
    """Something in every field of a case, its tasks and its deadlines."""
    later = NOW + HOUR
    return {
        "pseudonym": "Sparrow",
        "closed_at": NOW + 40 * DAY,
        "episode": 3,
        "facts": {
            "received_on": Recorded("2026-11-20", TODAY, NOW, 1),
            "cause": Recorded("“unknown”\nÅ", TODAY - DAY, later, 2),
        },
        "entries": (Entry("begun", NOW, TODAY, 1), Entry("done", later, TODAY + DAY, 2)),
        "tasks": (
            Task(
                "T1",
                "return",
                "Health",
                "a@health.example",
                NOW,
                "received",
                TODAY,
                later,
                1,
                "acknowledge",
            ),
            Task("T2", "return", "Police", "b@police.example", later, sequence=2),
        ),
        "deadlines": (
            a_deadline(
                "finish",
                task="T1",
                cycle=2,
                status="met_late",
                met_on=TODAY + DAY,
                breached_at=later,
                looked_at=NOW + timedelta(microseconds=500_000),
                provisional=True,
                variant="urgent",
                began=2,
            ),
            a_deadline("begin", status="held", look_at=None, raw_due=NOW),
        ),
        "holds": (Hold("court", TODAY), Hold("police", TODAY, TODAY + DAY)),
        "extensions": (Extension("finish", "T1", 2, TODAY + 9 * DAY, TODAY),),
        "links": (Link("PL-2026-0009", "sibling"),),
        "meetings": (
            Meeting(TODAY, 9, 7),
            Meeting(TODAY + DAY, 3, 3, "panel", (("Council", "deputy"), ("Trust", "present"))),
        ),
        "recused": ("chair@partnership.example",),
    }


def keep(store: Store, *steps: Step) -> Case:
    """Keep steps together; returns the last one's case as a new unit reads it."""
    with store.begin() as work:
        for step in steps:
            work.keep(step)
        work.commit()
    return read(store, steps[-1].case.reference)


def read(store: Store, reference: str = "PL-2026-0001") -> Case:
    with store.begin() as work:
        return work.cases.open(reference)
