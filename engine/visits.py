"""Visits: who is signed in and for how long, and what each of them read.

A visit ends when nothing was done for half an hour, and eight hours after it began whatever was
done; much sooner in a browser that is not known for its person. What somebody reads of a case is
kept beside its record for as long as the record is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
# The same in the first visit of its person in a browser.
IDLE_AT_FIRST = timedelta(minutes=10)
LONGEST_AT_FIRST = timedelta(hours=1)
# How long a second code is waited for, a way to an organisation's sign-in may take, and signing in
# counts as having just shown who one is.
SHORT = timedelta(minutes=10)
# Seen times are written no more often than this: a page must not cost a write each time.
STEP = timedelta(minutes=1)
_LETTERS = 8


def name_of(digest: str) -> str:
    """What a visit is called in the log and on its person's page: nothing opens one with it."""
    return digest[:_LETTERS]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody signed in; digest is that of the visitor's cookie, which is kept nowhere.

    half: the code of an authenticator app is asked for first, and it opens nothing but that.
    """

    digest: str
    email: str
    began: datetime
    seen: datetime
    ended: datetime | None = None
    half: bool = False

    def is_open(self, now: datetime, known: bool = True) -> bool:
        """Whether it still counts; a clock put back does not keep it open for longer.

        known: its person had a visit in this browser before.
        """
        return not self.half and self._lasts(now, *_limits(known))

    def is_fresh(self, now: datetime) -> bool:
        """Whether somebody has just signed in, as is asked before a change to how one signs in."""
        return self.is_open(now) and now - self.began <= SHORT

    def left(self, now: datetime, known: bool = True) -> timedelta:
        """How long it stays open if nothing more is done."""
        idle, longest = _limits(known)
        return min(self.seen + idle, self.began + longest) - now

    def waits(self, now: datetime) -> bool:
        """Whether the code of an authenticator app makes a visit of it still."""
        return self.half and self._lasts(now, SHORT, SHORT)

    def _lasts(self, now: datetime, idle: timedelta, longest: timedelta) -> bool:
        if self.ended is not None or now < self.began - STEP:
            return False
        return now - self.seen <= idle and now - self.began <= longest


def _limits(known: bool) -> tuple[timedelta, timedelta]:
    return (IDLE, LONGEST) if known else (IDLE_AT_FIRST, LONGEST_AT_FIRST)


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody read something of a case, by a page or by an export."""

    at: datetime
    email: str
    case: str
    what: str


class Visits(Protocol):
    """Who is signed in, and what each person read of a case."""

    def begin(self, visit: Visit) -> None:
        """Keep that somebody signed in."""
        ...

    def find(self, digest: str) -> Visit | None:
        """The visit of the cookie with this digest, open or ended."""
        ...

    def of(self, email: str) -> Sequence[Visit]:
        """A person's visits that nobody ended, in the order in which they began."""
        ...

    def see(self, digest: str, at: datetime) -> None:
        """Note that something was done in a visit."""
        ...

    def end(self, digest: str, at: datetime) -> None:
        """End a visit; nothing happens to one that is over."""
        ...

    def forget(self, before: datetime) -> int:
        """Let go of visits that began before an instant; returns how many there were."""
        ...

    def spend(self, digest: str, at: datetime) -> bool:
        """Note that something that counts once was used; False where it was.

        Those of long ago are let go: what they were of has ended by itself.
        """
        ...

    def note(self, access: Access) -> None:
        """Keep that somebody read something of a case."""
        ...

    def accesses(self, case: str) -> Sequence[Access]:
        """Who read what of a case, in order."""
        ...

    def latest(
        self, case: str, email: str, before: int, limit: int
    ) -> Sequence[tuple[int, Access]]:
        """Who read what, the newest first, each with its number; those below a number alone.

        Where a case or a person is named, theirs alone.
        """
        ...
