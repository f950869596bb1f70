"""What went wrong below, in plain words and without a value from any row."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from engine.errors import HouseDown, Refused, Stale

FULL = "The disk is full; nothing was saved. Make room on the disk, then do it again."
BUSY = "The database was busy for too long; nothing was saved. Try again in a moment."
READ_ONLY = "The database may only be read; nothing was saved. Check who may write to it."
DAMAGED = (
    "The database is damaged, or it is not a house's; nothing was saved. Stop work here and restore"
    " the last backup."
)
ENDED = "The work before this failed, so none of it was saved. Start again."
CHANGED = "Somebody else has changed this case since you read it; look again and decide again."


Fault = HouseDown | Refused


class NoHouse(HouseDown):
    """The database has no tables yet."""


def no_house() -> NoHouse:
    return NoHouse("There is no house in this database yet. Make one with `waymark init`.")


def changed() -> Stale:
    return Stale([CHANGED])


def refused_by_database(name: str) -> HouseDown:
    """A fault nobody foresaw. Its code is given; its text may quote a row, so it is not."""
    return HouseDown(f"The database refused the work ({name}); nothing was saved.")


def origin(fault: Exception) -> Exception:
    """What the driver itself said, where the pool has wrapped it."""
    if isinstance(fault, NoneFree):
        return HouseDown(BUSY)
    inner = fault.orig if isinstance(fault, DBAPIError) else None
    return inner if isinstance(inner, Exception) else fault
