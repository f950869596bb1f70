"""My work: what needs me today, what waits on others, and what is late, across my cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

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
        area = work.people.directory().area
        # A case has several dates, and is read once for all of them.
        readable = cache(partial(_readable, asked, work))
        for reference, deadline in work.cases.awaited(None):
            if found := readable(reference):
                process, case = found
                task = case.task(deadline.task) if deadline.task else None
                own = _asks(process, case, task, asked, area)
                (mine if own else others).append(_item(process, case, deadline, task, now))
    late = sum(item.status == "breached" for item in mine)
    return asked.page("my_work.html", mine=mine, others=others, late=late, now=now)


def _readable(asked: Asked, work: UnitOfWork, reference: str) -> tuple[Process, Case] | None:
    """A case with its process; None where this visitor may not see it whole."""
    case = work.cases.open(reference)
    process = work.library.process(case.digest)
    seen = reading(process, case, asked.visitor.actor, work.people.directory().area)
    return (process, case) if seen is Reading.WHOLE else None


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
