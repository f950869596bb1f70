"""The use case of digests: look once a day, at the house's hour, and owe what is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from engine.case import Owed
from engine.casework import House
from engine.digest import MONTHLY, digests, is_time, parts_on
from engine.digest_numbers import month_before
from engine.digest_parts import Gathered, Seen
from engine.length import in_words
from engine.letters import Status
from engine.london import london_date, moment_of
from engine.outbox import State
from engine.ports import UnitOfWork
from engine.reached import UNDELIVERED, told

STUCK = (State.PARKED, State.REFUSED)
WAITING = (Status.PROPOSED, Status.UNMATCHED)


@dataclass(frozen=True, slots=True)
class Digested:
    """What a look for digests found: who is owed one; why says why nobody was looked for.

    new is how many were not owed before.
    """

    at: datetime
    owed: tuple[Owed, ...] = ()
    new: int = 0
    why: str = ""


def owe_digests(house: House, hour: int) -> Digested:
    """Owe the digests of this London day, once its hour has come; all of them in one commit.

    In a dry run nothing is kept. Errors: CalendarEnds.
    """
    now = house.clock.now()
    today = london_date(now)
    with house.store.begin() as work:
        if not is_time(now, hour, work.outbox.digested_at()):
            return Digested(now, why=_not_now(now, hour))
        parts = parts_on(today, work.library.current_calendar())
        if not parts:
            return Digested(now, why=f"{in_words(today)} is not a working day.")
        owed = digests(_gathered(work, now, MONTHLY in parts), parts)
        if house.dry_run:
            return Digested(now, owed, len(owed))
        new = work.outbox.owe_digests(owed, now)
        work.commit()
    return Digested(now, owed, new)


def _not_now(now: datetime, hour: int) -> str:
    if now < moment_of(london_date(now), time(hour)):
        return f"Digests are looked for at {hour:02}:00; it is not yet time."
    return f"The digests of {in_words(london_date(now))} were looked for already."


def _gathered(work: UnitOfWork, now: datetime, monthly: bool) -> Gathered:
    """What the digests of a day look at; the month's numbers only on the day they are told."""
    seen = tuple(_seen(work, name) for name in work.cases.references(only_open=True))
    found = Gathered(
        now,
        work.people.directory(),
        work.library.current_calendar(),
        seen,
        stuck=tuple(message for state in STUCK for message in work.outbox.list(state)),
        letters=sum(len(work.letters.list(status)) for status in WAITING),
    )
    return _with_month(work, found) if monthly else found


def _seen(work: UnitOfWork, name: str) -> Seen:
    """A case of the day; of its messages, which may be many, only those about its open tasks."""
    case = work.cases.open(name)
    asked = [task for task in case.tasks if task.is_open]
    mail = work.outbox.list(case=name) if asked else ()
    letters = work.letters.list(case=name) if asked else ()
    lost = frozenset(one.outbox for one in letters if one.failure in UNDELIVERED)
    messages = tuple(message for task in asked for message in told(mail, task))
    return Seen(case, work.library.process(case.digest), messages, lost)


def _with_month(work: UnitOfWork, found: Gathered) -> Gathered:
    dated = work.cases.missed(*month_before(found.today))
    known = {name: _seen(work, name) for name, _ in dated}
    labels = {key: process.label for key, process in work.library.openable().items()}
    return replace(
        found,
        lines=tuple(work.cases.lines(found.now)),
        missed=tuple((known[name], deadline) for name, deadline in dated),
        labels=labels,
    )
