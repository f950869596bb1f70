"""A person's open visits: seen by themselves and by whoever runs the house, who can end them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.casework import House
from engine.ports import UnitOfWork
from engine.visits import Visit


def open_visits(house: House, email: str) -> list[Visit]:
    """A person's open visits, the newest first; also those that wait for a second code."""
    with house.store.begin() as work:
        return _open(work, email, house.clock.now())


def end_visits(house: House, email: str, these: Collection[str] | None = None) -> list[Visit]:
    """End a person's open visits, or those of them with these digests; the ones that were open."""
    now = house.clock.now()
    with house.store.begin() as work:
        ended = [v for v in _open(work, email, now) if these is None or v.digest in these]
        for visit in ended:
            work.visits.end(visit.digest, now)
        work.commit()
    return ended


def _open(work: UnitOfWork, email: str, now: datetime) -> list[Visit]:
    person = work.people.directory().find(email)
    known = work.visits.of(person.email if person else email)
    return [visit for visit in reversed(known) if visit.is_open(now) or visit.waits(now)]
