"""A desk: one case worked purely, without a store, on a clock moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from config.calendar import official_calendar
from engine import asking, record, transition, watch
from engine.asking import Agency
from engine.case import Case, Deadline, Event, Owed, Step
from engine.definition import Process
from engine.keyring import Secret
from engine.length import london_date, parse_instant
from engine.roles import RECIPIENT, ROLES, Actor, Directory, Person
from engine.rules import Rulebook
from engine.situation import Situation
from engine.transition import open_actions

AREA = "Norland"
AGENCIES = ("Council", "Police", "Trust", "School")


def everybody() -> Directory:
    """One person a role at the council, and every role at each other agency too."""
    people = [
        Person(f"{role}@{agency.lower()}.example", role, agency, frozenset({role}), AREA)
        for agency in AGENCIES
        for role in ROLES
    ]
    return Directory(tuple(people), AREA)


class Desk:
    """Works one case: says who acts and when, keeps every step, event and owed message."""

    def __init__(self, process: Process, rules: Rulebook, now: str | datetime) -> None:
        self.now = parse_instant(now) if isinstance(now, str) else now
        self.process = process
        blank = Case(
            f"{process.prefix}-2025-0001", process.key, process.version, "d", "r", "", self.now
        )
        self.situation = Situation(
            process,
            rules,
            official_calendar(),
            everybody(),
            blank,
            self.actor("x"),
            self.now,
            Secret.of(b"k"),
        )
        self.events: list[Event] = []
        self.owed: list[Owed] = []
        self.steps: list[Step] = []

    @staticmethod
    def actor(role: str, agency: str = "Council") -> Actor:
        roles = frozenset({role})
        return Actor(f"{role}@{agency.lower()}.example", agency, roles, "account", AREA)

    @property
    def case(self) -> Case:
        return self.situation.case

    def at(self, when: str) -> Desk:
        """Move the clock to an instant, or to 09:00 on a day."""
        text = when if "T" in when else f"{when}T09:00"
        self.now = parse_instant(text)
        return self

    def later(self, **by: int) -> Desk:
        self.now += timedelta(**by)
        return self

    def by(self, role: str, agency: str = "Council") -> Situation:
        return replace(self.situation, actor=self.actor(role, agency), now=self.now)

    def take(self, step: Step) -> Step:
        assert step.before is None or step.before == self.case
        self.situation = replace(self.situation, case=step.case, now=self.now)
        self.events += step.events
        self.owed += step.owed
        self.steps.append(step)
        return step

    def open(self, role: str, agency: str = "Council", **facts: str) -> Step:
        return self.take(transition.advance(self.by(role, agency), "open", facts))

    def do(self, action: str, role: str, agency: str = "Council", **facts: str) -> Step:
        return self.take(transition.advance(self.by(role, agency), action, facts))

    def record(self, role: str, **facts: str) -> Step:
        return self.take(record.record(self.by(role), facts))

    def ask(self, role: str, *agencies: str, kind: str = "") -> Step:
        asked = [Agency(a, f"lead@{a.lower().replace(' ', '-')}.example") for a in agencies]
        return self.take(asking.ask(self.by(role), asked, kind))

    def answer(self, task: str, with_: str, reason: str = "") -> Step:
        found = self.case.task(task)
        assert found is not None
        actor = Actor(found.recipient, found.agency, frozenset({RECIPIENT}), "account")
        situation = replace(self.situation, actor=actor, now=self.now)
        return self.take(asking.answer(situation, task, with_, reason))

    def extend(self, role: str, deadline: str, to: str, reason: str = "agreed") -> Step:
        return self.take(record.extend(self.by(role), deadline, date.fromisoformat(to), reason))

    def hold(self, role: str, kind: str, since: str) -> Step:
        return self.take(record.hold(self.by(role), kind, date.fromisoformat(since)))

    def release(self, role: str, kind: str, on: str) -> Step:
        return self.take(record.release(self.by(role), kind, date.fromisoformat(on)))

    def sweep(self) -> Step | None:
        first = None
        for step in watch.rounds(replace(self.situation, now=self.now)):
            first = first or step
            self.take(step)
        return first

    def deadline(self, key: str) -> Deadline:
        return next(d for d in reversed(self.case.deadlines) if d.key == key)

    def due(self, key: str) -> str:
        """A deadline's London day."""
        return london_date(self.deadline(key).due).isoformat()

    def actions(self, role: str) -> Mapping[str, list[str]]:
        return {str(a["key"]): list(a["reasons"]) for a in open_actions(self.by(role))}  # type: ignore[call-overload]
