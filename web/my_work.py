"""My work: what needs me today, what waits on others, and what is late, across my cases."""

from __future__ import annotations

from dataclasses import dataclass
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


def my_work_page(asked: Asked) -> Response:
    """Everything this visitor has the next move on, and what they wait for, the earliest first."""
    house = asked.premises.house
    now = house.clock.now()
    mine: list[Item] = []
    others: list[Item] = []
    with house.store.begin() as work:
        cases = work.cases.sketches(only_open=True)
        for reference, deadline in work.cases.awaited(None):
            found = _mine(asked, work, cases.get(reference), deadline, now)
            if found is not None:
                (mine if found[0] else others).append(found[1])
    late = sum(item.status == "breached" for item in mine)
    return asked.page("my_work.html", mine=mine, others=others, late=late, now=now)


def _mine(
    asked: Asked, work: UnitOfWork, case: Case | None, deadline: Deadline, now: datetime
) -> tuple[bool, Item] | None:
    """Whether a date is this visitor's to keep, with its line; None where they may not see it."""
    if case is None:
        return None
    process = work.library.process(case.digest)
    actor, area = asked.visitor.actor, work.people.directory().area
    if reading(process, case, actor, area) is not Reading.WHOLE:
        return None
    task = case.task(deadline.task) if deadline.task else None
    own = _asks(process, case, task, asked, area)
    return own, _item(process, case, deadline, task, now)


def _asks(process: Process, case: Case, task: Task | None, asked: Asked, area: str) -> bool:
    """A task is its recipient's; any other date is that of whoever can make the next move."""
    actor = asked.visitor.actor
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
