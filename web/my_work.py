"""My work: what needs me today, what waits on others, and what is late, across my cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from starlette.responses import Response

from engine.awaiting import Date, Desk
from engine.notices import due_words
from web.board import openable
from web.doors import SIGNED_IN, Asked, Door
from web.look import STATUS

SHOWN = 50  # dates of a kind: whoever has more begins with the earliest


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


@dataclass(frozen=True, slots=True)
class Pile:
    """Dates of one kind, the earliest first, and whether there are more than are shown."""

    items: list[Item] = field(default_factory=list)
    more: bool = False

    @property
    def late(self) -> int:
        """How many of those that are shown are late."""
        return sum(item.status == "breached" for item in self.items)


def my_work_page(asked: Asked) -> Response:
    """Everything this visitor has the next move on, and what they wait for, the earliest first."""
    house = asked.premises.house
    now = house.clock.now()
    with house.store.begin() as work:
        area = work.people.directory().area
        desk = Desk(work, asked.visitor.actor, area, work.library.kept(), SHOWN)
        current = work.library.openable().values()
        mine, others = (_pile(desk.earliest(own), now) for own in (True, False))
    return asked.page(
        "my_work.html", mine=mine, others=others, openable=openable(asked, current, area)
    )


def _pile(dates: list[Date], now: datetime) -> Pile:
    return Pile([_item(date, now) for date in dates[:SHOWN]], len(dates) > SHOWN)


def _item(date: Date, now: datetime) -> Item:
    deadline, task = date.deadline, None
    if deadline.task:
        task = date.case.task(deadline.task)
    status = deadline.status_at(now)
    words, colour = STATUS[status]
    agency = f": {task.agency}" if task else ""
    return Item(
        deadline.due,
        due_words(deadline),
        date.case.reference,
        date.process.label,
        date.process.timescale_by_key[deadline.key].label + agency,
        status,
        words,
        colour,
    )


DOORS = (Door("/", "GET", "my-work", SIGNED_IN, my_work_page),)
