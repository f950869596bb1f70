"""Steps: events written, sealed and applied; deadlines derived; messages owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.audit import seal
from engine.case import MET, MET_LATE, Case, Deadline, Event, Owed, Step, Task
from engine.errors import Refused
from engine.facts import UNSTORABLE, storable
from engine.history import apply_step, begin
from engine.notices import Said, owed
from engine.reading import fresh_parts
from engine.roles import THE_HOUSE
from engine.situation import Situation
from engine.timescale import derive
from engine.values import replace


@dataclass(slots=True)
class Pen:
    """Writes the events of one step, numbered from where the record ends."""

    situation: Situation
    events: list[Event] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    also: list[Owed] = field(default_factory=list)
    identity: dict[str, str] = field(default_factory=dict, repr=False)
    notes: list[str] = field(default_factory=list)

    def write(self, kind: str, data: Mapping[str, Any], on: date | None = None) -> Event:
        """Add an event; on is its business day, today where it is not given."""
        situation = self.situation
        actor = situation.actor
        if not all(storable(value) for value in data.values() if isinstance(value, str)):
            raise Refused([UNSTORABLE])
        event = Event(
            sequence=situation.case.sequence + len(self.events) + 1,
            at=situation.now,
            on=on or situation.today,
            actor=actor.email,
            account=actor.account,
            kind=kind,
            data={"step": situation.case.revision + 1, **data},
            calendar=situation.calendar.snapshot,
        )
        self.events.append(event)
        return event

    def say(
        self, on: str, event: Event, task: Task | None = None, deadline: Deadline | None = None
    ) -> None:
        """Let the notice rules speak of what an event did, with the date it replaced."""
        previous = deadline.due if deadline else None
        self.said.append(Said(on, event.sequence, task, deadline, previous))

    @contextmanager
    def as_the_house(self) -> Iterator[None]:
        """What is written meanwhile is done by the house, not by the person whose step it is."""
        person = self.situation
        self.situation = replace(person, actor=THE_HOUSE)
        try:
            yield
        finally:
            self.situation = person

    def sort(self, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """Facts as an event may carry them: identifying values only as keyed digests."""
        secret = self.situation.process.identifying
        hidden = {key: value for key, value in given.items() if key in secret}
        self.identity.update(hidden)
        digest = self.situation.digest
        sorted_out: dict[str, dict[str, str]] = {}
        if shown := {key: value for key, value in given.items() if key not in secret}:
            sorted_out["facts"] = shown
        if hidden:
            sorted_out["identity"] = {key: digest(key, value) for key, value in hidden.items()}
        return sorted_out

    def finish(self) -> Step:
        """The step: the case after its events, its deadlines derived, and every message owed.

        Errors: CalendarEnds where a date would fall beyond the known bank holidays.
        """
        situation = self.situation
        before = situation.case if situation.case.revision else None
        after = self._settled(self._case())
        said = [*(_dated(s, after.case) for s in self.said), *self._met(after.case)]
        told = {(o.anchor, o.recipient): o for o in (*self.also, *owed(after, said))}
        self._count(told)
        sealed, head = self._sealed()
        case = replace(after.case, seal=head)
        parts = fresh_parts(situation.process, before, case)
        rest = (self.identity, tuple(self.notes), parts)
        return Step(before, case, sealed, tuple(told.values()), *rest)

    def _count(self, told: Iterable[tuple[str, str]]) -> None:
        """Seal how many messages the step owes, by what they are about: a lost one would show."""
        counts = dict(Counter(anchor for anchor, _ in told))
        if counts:
            last = self.events[-1]
            self.events[-1] = replace(last, data={**last.data, "owed": counts})

    def _met(self, case: Case) -> Iterator[Said]:
        """Deadlines this step met, for notice rules that speak of them."""
        before = {d.identity for d in self.situation.case.deadlines if not d.is_open}
        for deadline in case.deadlines:
            if deadline.status in (MET, MET_LATE) and deadline.identity not in before:
                task = case.task(deadline.task) if deadline.task else None
                yield Said(f"met:{deadline.key}", case.sequence, task, deadline)

    def _case(self) -> Case:
        case = self.situation.case
        if not case.revision:
            case = replace(begin(self.events[0], case.reference), rules=case.rules)
        changed = apply_step(self.situation.process, case, self.events)
        if not self.identity:
            return changed
        return replace(changed, identity={**case.identity, **self.identity})

    def _settled(self, case: Case) -> Situation:
        situation = replace(self.situation, case=case)
        return replace(situation, case=derive(situation, since=self.situation.case))

    def _sealed(self) -> tuple[tuple[Event, ...], str]:
        situation = self.situation
        head, reference = situation.case.seal, situation.case.reference
        by = situation.secret.at(situation.now).digest
        sealed: list[Event] = []
        for event in self.events:
            head = seal(head, reference, event, by)
            sealed.append(replace(event, seal=head))
        return tuple(sealed), head


def _dated(said: Said, case: Case) -> Said:
    """What was said of a deadline speaks of it as the step leaves it."""
    if said.deadline is None:
        return said
    return replace(said, deadline=_find(case, said.deadline))


def _find(case: Case, deadline: Deadline) -> Deadline:
    return next((d for d in case.deadlines if d.identity == deadline.identity), deadline)


def because(reason: str) -> dict[str, str]:
    """What an event says of its reason; nothing where none was given."""
    return {"reason": reason.strip()} if reason.strip() else {}
