"""The service's rounds as every process may see them: what was done last, and who keeps the clock.

Instants here are the database's own time, not the house's: a practice house's clock stands still,
and the clocks of several machines differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# How long nobody else takes the clock over from a process that has gone without a word.
LEASE = timedelta(seconds=45)


class Outcome(StrEnum):
    """What became of a round; one that is still running has none yet."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Tick:
    """The last of a round: when it began and ended, how, in whose process; words fit for a page.

    done_at is when it last ended well, which may have been an earlier time.
    """

    name: str
    began_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    words: str
    by: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who keeps the clock of the house, in which way, and until when nobody else takes it over."""

    holder: str
    kind: str
    until: datetime


def is_live(lease: Lease, now: datetime) -> bool:
    """Whether a lease keeps others away.

    One that reaches further than any lease was written before the clock was put back.
    """
    return now < lease.until <= now + LEASE
