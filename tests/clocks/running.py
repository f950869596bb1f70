"""Every clock of every process, found running on a road; and a desk left alone with it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from config.timescales import load
from engine.case import RUNNING, Deadline, Event, Owed
from engine.length import parse_instant
from engine.rules import Rule, Rung
from tests.clocks.legs import Road
from tests.clocks.roads import ROADS
from tests.desk import Desk
from tests.proof import oracle

START = "2025-05-14T10:00"
HOUR = timedelta(hours=1)
MORNING = time(9)
EARLY, LATE = ("due_soon", "due"), "late"
Identity = tuple[str, str, int]
Name = tuple[str, str, str]


@dataclass(frozen=True)
class Running:
    """A clock that has just begun, on a desk of its own."""

    road: Road
    identity: Identity
    start: Desk

    @property
    def name(self) -> str:
        variant = self.deadline.variant
        return f"{self.road.process.key}.{self.identity[0]}" + (f".{variant}" if variant else "")

    @property
    def deadline(self) -> Deadline:
        return of(self.start, self.identity)

    @property
    def rule(self) -> Rule:
        deadline, process = self.deadline, self.road.process.key
        day = oracle.day_of(deadline.start)
        found = load().rule(process, deadline.key, day, deadline.variant)
        assert found is not None
        return found

    @property
    def lasting(self) -> bool:
        """An obligation that is kept by its date having come."""
        return self.road.process.timescale_by_key[self.identity[0]].lasting

    @property
    def escalates(self) -> bool:
        return bool(self.road.process.timescale_by_key[self.identity[0]].escalates)

    def desk(self) -> Desk:
        """The case as it was when the clock began, to be left alone."""
        desk = copy(self.start)
        desk.events, desk.owed, desk.steps = [], [], []
        return desk


def of(desk: Desk, identity: Identity) -> Deadline:
    return next(d for d in desk.case.deadlines if d.identity == identity)


@cache
def clocks() -> dict[Name, Running]:
    """One running clock for each rule that can run at all."""
    found: dict[Name, Running] = {}
    for road in ROADS:
        for desk in road.walk(parse_instant(START)):
            for deadline in desk.case.deadlines:
                name = (road.process.key, deadline.key, deadline.variant)
                if deadline.status == RUNNING and name not in found and deadline.due > desk.now:
                    found[name] = Running(road, deadline.identity, copy(desk))
    return found


def told_at(rung: Rung, deadline: Deadline) -> datetime:
    """When a rung is reached, counted without the engine."""
    number = rung.at.rstrip("wdh%")
    if rung.at.endswith("%"):
        start = oracle.raw_due("0h", deadline.start, MORNING)
        return start + (deadline.due - start) * int(number) / 100
    if rung.at.endswith("h"):
        return deadline.due + timedelta(hours=int(number))
    day = oracle.later(oracle.london_day(deadline.due), rung.at.lstrip("+"))
    return oracle.closing(day, MORNING)


def rungs(running: Running, deadline: Deadline, after: datetime) -> Iterator[datetime]:
    """The moments of the rungs before the date that are still to come."""
    for rung in running.rule.ladder:
        moment = told_at(rung, deadline)
        if not rung.at.startswith("+") and after < moment <= deadline.due:
            yield moment


def sweep_hourly(desk: Desk, until: datetime) -> None:
    """The watch of a house where nobody acts, never beyond this moment."""
    while desk.now + HOUR <= until:
        desk.now += HOUR
        desk.sweep()


def left_alone(running: Running) -> Desk:
    """A desk where nobody acts until long after the date.

    Never looked at exactly on a date that has an hour, or its breach and the rung an hour later
    are one.
    """
    desk = running.desk()
    desk.later(minutes=25)
    sweep_hourly(desk, running.deadline.due + timedelta(days=100))
    return desk


def alerts(desk: Desk, deadline: Deadline, *kinds: str) -> list[Owed]:
    """What the watch told of one date of one clock."""
    about = "/".join(map(str, deadline.identity)) + f"@{deadline.due.isoformat()}"
    return [
        m for m in desk.owed if m.kind in kinds and m.anchor.partition(":")[2].startswith(about)
    ]


def of_clock(desk: Desk, deadline: Deadline) -> list[Owed]:
    """What the watch told of one clock, whatever its date."""
    about = "/".join(map(str, deadline.identity)) + "@"
    kinds = (*EARLY, LATE)
    return [
        m for m in desk.owed if m.kind in kinds and m.anchor.partition(":")[2].startswith(about)
    ]


def breaches(desk: Desk, deadline: Deadline) -> list[Event]:
    def about(event: Event) -> Identity:
        return (event.data["deadline"], event.data["task"], event.data["cycle"])

    return [e for e in desk.events if e.kind == "breached" and about(e) == deadline.identity]
