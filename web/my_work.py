"""My work: what needs me today, what waits on others, and what is late, across my cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from starlette.responses import Response

from engine.case import Case, Deadline, Task
from engine.definition import Process
from engine.machine import actions_from
from engine.notices import when_words
from engine.ports import UnitOfWork
from engine.reading import Reading, reading
from engine.roles import may
from web.doors import SIGNED_IN, Asked, Door
from web.look import STATUS

SHOWN = 100  # dates of a kind: whoever has more begins with the earliest


@dataclass(frozen=True, slots=True)
class Item:
    """One line of somebody's work: the date, the case, what is due, and how it stands."""

    due: datetime
    due_words: str
    reference: str
    process: str
    what: str
    status: str
    words: str
    colour: str


@dataclass(slots=True)
class Pile:
    """Dates of one kind, the earliest first: those that are shown, how many there are, and late."""

    items: list[Item] = field(default_factory=list)
    number: int = 0
    late: int = 0

    def add(self, process: Process, case: Case, deadline: Deadline, now: datetime) -> None:
        self.number += 1
        self.late += deadline.status_at(now) == "breached"
        if len(self.items) < SHOWN:
            task = case.task(deadline.task) if deadline.task else None
            self.items.append(_item(process, case, deadline, task, now))


def my_work_page(asked: Asked) -> Response:
    """Everything this visitor has the next move on, and what they wait for, the earliest first."""
    house = asked.premises.house
    now = house.clock.now()
    mine, others = Pile(), Pile()
    with house.store.begin() as work:
        cases = work.cases.sketches(only_open=True)
        for reference, deadline in work.cases.awaited(None):
            case = cases.get(reference)
            process = work.library.process(case.digest) if case else None
            if case and process and _seen(asked, work, process, case):
                own = _asks(process, case, deadline, asked, work.people.directory().area)
                (mine if own else others).add(process, case, deadline, now)
    return asked.page("my_work.html", mine=mine, others=others, now=now)


def _seen(asked: Asked, work: UnitOfWork, process: Process, case: Case) -> bool:
    area = work.people.directory().area
    return reading(process, case, asked.visitor.actor, area) is Reading.WHOLE


def _asks(process: Process, case: Case, deadline: Deadline, asked: Asked, area: str) -> bool:
    """A task is its recipient's; any other date is that of whoever can make the next move."""
    actor = asked.visitor.actor
    task = case.task(deadline.task) if deadline.task else None
    if task is not None:
        return task.recipient == actor.email
    actions = set(actions_from(process, case.stage))
    who = {role for t in process.transitions if t.action in actions for role in t.who}
    return may(actor, who, area, case.recused)


def _item(
    process: Process, case: Case, deadline: Deadline, task: Task | None, now: datetime
) -> Item:
    status = deadline.status_at(now)
    words, colour = STATUS[status]
    agency = f": {task.agency}" if task else ""
    return Item(
        deadline.due,
        when_words(deadline.due, deadline.by_hour),
        case.reference,
        process.label,
        process.timescale_by_key[deadline.key].label + agency,
        status,
        words,
        colour,
    )


DOORS = (Door("/", "GET", "my-work", SIGNED_IN, my_work_page),)
