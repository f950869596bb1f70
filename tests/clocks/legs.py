"""The legs of a whole case: each some time after the last, with facts of its own day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.timescales import load
from engine.definition import Process
from engine.length import london_date
from tests.desk import Desk

Act = Callable[[Desk], object]


@dataclass(frozen=True)
class Leg:
    """Something done to a case, some time after what was done before."""

    after: timedelta
    act: Act


@dataclass(frozen=True)
class Road:
    """A case from its opening on."""

    name: str
    process: Process
    legs: tuple[Leg, ...]

    def desk(self, start: datetime) -> Desk:
        return Desk(self.process, load(), start)

    def walk(self, start: datetime) -> Iterator[Desk]:
        """One desk, as it is after each leg."""
        desk = self.desk(start)
        for leg in self.legs:
            desk.now += leg.after
            leg.act(desk)
            yield desk


def day(desk: Desk, later: int = 0) -> str:
    """The London day of the desk, or so many days later."""
    return (london_date(desk.now) + timedelta(days=later)).isoformat()


def moment(desk: Desk) -> str:
    return desk.now.isoformat()


def leg(act: Act, **after: float) -> Leg:
    return Leg(timedelta(**after), act)


def does(
    action: str, role: str, facts: Mapping[str, str] | None = None, *today: str, agency: str = ""
) -> Act:
    """An action with its facts, those named after them on the day it is done."""

    def act(desk: Desk) -> object:
        given = {**(facts or {}), **{key: day(desk) for key in today}}
        return desk.do(action, role, agency or "Council", **given)

    return act


def records(role: str, *today: str, later: int = 0, **facts: str) -> Act:
    return lambda desk: desk.record(role, **facts, **{key: day(desk, later) for key in today})


def answers(kind: str, answer: str) -> Act:
    """Whoever has an open task of a kind answers it."""

    def act(desk: Desk) -> object:
        waiting = [t.id for t in desk.case.tasks if t.kind == kind and t.is_open]
        return [desk.answer(task, answer, "as agreed") for task in waiting]

    return act
