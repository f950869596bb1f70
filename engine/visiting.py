"""A person's open visits: seen by themselves and by whoever runs the house, who can end them."""

from __future__ import annotations

from datetime import datetime

from engine.browsers import tell_of_other
from engine.casework import House
from engine.ports import UnitOfWork
from engine.visits import Visit, name_of


def open_visits(house: House, email: str) -> list[Visit]:
    """A person's open visits, the newest first; also those that wait for a second code."""
    with house.store.begin() as work:
        return _open(work, email, house.clock.now())


def end_visits(house: House, email: str, but: str = "", name: str | None = None) -> list[Visit]:
    """End a person's open visits, or the one of this name; never that of one digest.

    Returns those that were ended.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        known = [visit for visit in _open(work, email, now) if visit.digest != but]
        ended = [visit for visit in known if name in (None, name_of(visit.digest))]
        for visit in ended:
            work.visits.end(visit.digest, now)
        work.commit()
    return ended


def end_elsewhere(work: UnitOfWork, visit: Visit, now: datetime) -> None:
    """End a visit whose cookie came from another kind of browser, and have its person told."""
    work.visits.end(visit.digest, now)
    tell_of_other(work, visit, now)


def _open(work: UnitOfWork, email: str, now: datetime) -> list[Visit]:
    person = work.people.directory().find(email)
    known = work.visits.of(person.email if person else email)
    return [visit for visit in reversed(known) if visit.is_open(now) or visit.waits(now)]
