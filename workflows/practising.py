"""A practice house's time, moved by hand: on the way it stops wherever the house has to look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine import upkeep
from engine.casework import House
from engine.errors import Refused
from engine.ports import Store
from workflows.wiring import Premises, deliver_now

# No case is older, and beyond a century no calendar reaches.
_FIRST, _LAST = (
    datetime.fromisoformat("1900-01-01T00:00Z"),
    datetime.fromisoformat("2200-01-01T00:00Z"),
)


def set_clock(store: Store, now: datetime) -> None:
    """Set the clock, whole seconds. Errors: Refused in a real house, and out of all time."""
    if not store.practice:
        raise Refused(["this is a real house: its clock is the world's and cannot be moved"])
    if not _FIRST <= now <= _LAST:
        raise Refused(["a practice clock goes from the year 1900 to the year 2200"])
    store.set_practice_now(now.replace(microsecond=0))


def stops(house: House, target: datetime) -> Iterator[datetime]:
    """Move the clock to an instant, stopping at each on the way at which a case is to be looked at.

    Whoever walks along sweeps at each stop; what could not be looked at there stops nobody again.
    """
    passed: datetime | None = None
    while (stop := _next_look(house, passed, target)) is not None:
        passed = max(stop, house.clock.now())
        set_clock(house.store, passed)
        yield passed
    set_clock(house.store, target)


def _next_look(house: House, passed: datetime | None, target: datetime) -> datetime | None:
    with house.store.begin() as work:
        waiting = work.cases.due(target, upkeep.MANY)
        cases = [work.cases.open(reference) for reference in waiting]
    looks = (d.look_at for case in cases for d in case.deadlines if d.look_at)
    ahead = (at for at in looks if at <= target and (passed is None or at > passed))
    return min(ahead, default=None)


def live_until(premises: Premises, target: datetime) -> None:
    """Let time pass up to an instant: the house sweeps, and sends, wherever it would have.

    Errors: Refused, HouseDown, as those of a sweep and a delivery.
    """
    for _ in stops(premises.house, target):
        look_and_send(premises)
    look_and_send(premises)


def look_and_send(premises: Premises) -> None:
    """Look for what is due, and send what is owed where there is a mail server."""
    upkeep.sweep(premises.house)
    if premises.settings.mail.ready:
        deliver_now(premises)


def next_due(house: House) -> datetime | None:
    """The next instant at which a date of any open case is due; None where none is ahead."""
    now = house.clock.now()
    with house.store.begin() as work:
        awaited = work.cases.awaited(None)
    return min((deadline.due for _, deadline in awaited if deadline.due > now), default=None)
