"""The clock of a house's machine: it can be wrong for a while, and put right again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tests.proof.oracle import LONDON

JUMPS = {
    "an hour back": timedelta(hours=-1),
    "an hour on": timedelta(hours=1),
    "a day back": timedelta(days=-1),
    "a day on": timedelta(days=1),
}
# In UTC, round the hour at which London's clocks change.
NIGHT = (time(0, 30), time(0, 59, 59), time(1), time(1, 30), time(2, 0, 1))


class HouseClock:
    """What the machine shows is the true time and its error. true: aware, in UTC."""

    def __init__(self, first: date) -> None:
        self.true = datetime.combine(first, time(), UTC)
        self.error = timedelta()

    def now(self) -> datetime:
        return self.true + self.error

    def forward(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)

    def reach(self, day: date, at: time) -> None:
        """Move to a time of a day, never back."""
        self.true = max(self.true, datetime.combine(day, at, UTC))


def changes(day: date) -> bool:
    """Whether London's clocks change in the first hours of this day."""
    morning, noon = (datetime.combine(day, at, LONDON) for at in (time(0), time(12)))
    return morning.utcoffset() != noon.utcoffset()


def hours(day: date, random: Random) -> list[time]:
    """When somebody or something is at work on a day: once, or all through a night of change."""
    usual = time(random.randint(7, 17), random.randint(0, 59), random.randint(0, 59))
    return [*NIGHT, usual] if changes(day) else [usual]
