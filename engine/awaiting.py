"""Whose move it is: the dates of a house that somebody is to keep, and those they wait for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.case import Case, Deadline
from engine.definition import Process
from engine.lists import Found, Look, Order, of_name, some, walk
from engine.machine import actions_from
from engine.ports import UnitOfWork
from engine.reading import Reach, Reading, reach, reading
from engine.roles import Actor, may


@dataclass(frozen=True, slots=True)
class Date:
    """A date of a case that somebody may read; date is its place among those of the case."""

    case: Case
    process: Process
    deadline: Deadline
    number: int

    @property
    def place(self) -> tuple[datetime, str, int]:
        return self.deadline.due, self.case.reference, self.number


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose work it is, every definition there is by its digest, and how many dates are shown."""

    work: UnitOfWork
    actor: Actor
    area: str
    kept: Mapping[str, Process]
    shown: int
    _known: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    _crowds: dict[tuple[str, int], bool] = field(default_factory=dict)

    def earliest(self, own: bool) -> list[Date]:
        """The earliest dates of a kind, one more than is shown, where there are as many.

        It reads on until none that is left can be among them.
        """
        dates: list[Date] = []
        at_once = self.shown + 2  # of as many cases, one date too many comes before the last one
        for found in some(walk(self.work.cases.places, self._looks(own), at_once), at_once):
            dates = sorted((*dates, *self._dates(found, own)), key=lambda date: date.place)
            if len(dates) > self.shown and dates[self.shown].place[:2] < found[-1].place:
                break
        return dates[: self.shown + 1]

    def _looks(self, own: bool) -> list[Look]:
        """Where their own dates are found, or those they wait for."""
        found = reach(self.kept, self.actor, self.area)
        looks = list(self._at_stages([Look(Order.CASE_DUE, d) for d in found.digests], own))
        for name in found.names:
            looks += self._at_stages(self._named(Order.CASE_DUE, name, found), own)
        if own:
            # Whoever is asked for something has a part in its case.
            return [*looks, Look(Order.TASK_DUE, who=self.actor.email)]
        looks += [Look(Order.TASK_DUE, digest) for digest in found.digests]
        return looks + [x for n in found.names for x in self._named(Order.TASK_DUE, n, found)]

    def _named(self, order: Order, name: str, found: Reach) -> list[Look]:
        others = [digest for digest in self.kept if digest not in found.digests]
        return of_name(self._crowded, Look(order, who=name), others)

    def _crowded(self, name: str, most: int) -> bool:
        """Asked once for each name and number."""
        if (name, most) not in self._crowds:
            self._crowds[name, most] = self.work.cases.crowded(name, most)
        return self._crowds[name, most]

    def _at_stages(self, looks: list[Look], own: bool) -> Iterator[Look]:
        """Those at a definition, at each of its stages where the next move is theirs, or is not."""
        for look in looks:
            if not look.digest:
                yield look
                continue
            process = self.kept[look.digest]
            for stage in process.stage_by_key:
                if self._moves(process, stage) is own:
                    yield replace(look, stage=stage)

    def _dates(self, found: list[Found], own: bool) -> Iterator[Date]:
        """The dates of cases as they were found, those of their tasks or the others."""
        cases = self.work.cases.sketches(sorted({each.place.reference for each in found}))
        for place, order in found:
            case = cases[place.reference]
            process = self.kept[case.digest]
            if reading(process, case, self.actor, self.area) is Reading.WHOLE:
                for number, deadline in enumerate(case.deadlines):
                    of_task = bool(deadline.task) == (order is Order.TASK_DUE)
                    if of_task and self._asks(process, case, deadline) is own:
                        yield Date(case, process, deadline, number)

    def _asks(self, process: Process, case: Case, deadline: Deadline) -> bool:
        """A task is its recipient's; any other date is that of whoever can make the next move."""
        task = case.task(deadline.task) if deadline.task else None
        if task is not None:
            return task.recipient == self.actor.email
        return self._moves(process, case.stage)

    def _moves(self, process: Process, stage: str) -> bool:
        """Whether they can make the next move where a case stands, unless they are recused."""
        which = (process.key, process.version, stage)
        if which not in self._known:
            actions = set(actions_from(process, stage))
            who = {role for t in process.transitions if t.action in actions for role in t.who}
            self._known[which] = may(self.actor, who, self.area)
        return self._known[which]
