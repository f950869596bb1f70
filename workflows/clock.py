"""The clocks of a house: the world's, or a practice house's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.errors import HouseDown
from engine.ports import Clock, Store


class WallClock:
    """The world's time, in UTC, whole seconds."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class PracticeClock:
    """A practice house's time: where it was set, it stands still until it is moved."""

    store: Store

    def now(self) -> datetime:
        return self.store.practice_now() or WallClock().now()


# Far less than a courier's lease: within it nobody takes what another is still sending.
TOO_FAR = timedelta(minutes=10)


def agree(clock: Clock, store: Store) -> None:
    """Make sure that this machine's time is the database's, by which several machines work.

    Errors: HouseDown where they are far apart; nothing is sent by such a clock.
    """
    if not isinstance(clock, WallClock):
        return
    with store.begin() as work:
        apart = clock.now() - work.duty.now()
    if abs(apart) > TOO_FAR:
        raise HouseDown(
            f"The clock of this machine is {abs(apart)} away from the database's. Nothing is sent"
            " by it: what another machine is sending could be sent twice. Set both by a time"
            " service (NTP)."
        )
