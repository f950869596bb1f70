"""The visits to a house in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from engine.visits import LONGEST, Access, Visit
from store.memory.picture import Pages


class Visits:
    """The visits to a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def begin(self, visit: Visit) -> None:
        """Keep that somebody signed in."""
        self._pages.own("visits")[visit.digest] = visit

    def find(self, digest: str) -> Visit | None:
        """The visit of the cookie with this digest, open or ended."""
        return self._pages.seen.visits.get(digest)

    def of(self, email: str) -> Sequence[Visit]:
        """A person's visits that nobody ended, in the order in which they began."""
        visits: Iterable[Visit] = self._pages.seen.visits.values()
        mine = [visit for visit in visits if visit.email == email and visit.ended is None]
        return sorted(mine, key=lambda visit: (visit.began, visit.digest))

    def see(self, digest: str, at: datetime) -> None:
        """Note that something was done in a visit."""
        found = self.find(digest)
        if found:
            self._pages.own("visits")[digest] = replace(found, seen=at)

    def end(self, digest: str, at: datetime) -> None:
        """End a visit; nothing happens to one that is over."""
        found = self.find(digest)
        if found and found.ended is None:
            self._pages.own("visits")[digest] = replace(found, ended=at)

    def forget(self, before: datetime) -> int:
        """Let go of visits that began before an instant; returns how many there were."""
        visits: dict[str, Visit] = self._pages.own("visits")
        old = [digest for digest, visit in visits.items() if visit.began < before]
        for digest in old:
            del visits[digest]
        return len(old)

    def spend(self, digest: str, at: datetime) -> bool:
        """Note that something that counts once was used; False where it was."""
        spent: dict[str, datetime] = self._pages.own("spent")
        for name in [name for name, used in spent.items() if used < at - LONGEST]:
            del spent[name]
        fresh = digest not in spent
        spent.setdefault(digest, at)
        return fresh

    def note(self, access: Access) -> None:
        """Keep that somebody read something of a case."""
        accesses: dict[int, Access] = self._pages.own("accesses")
        accesses[len(accesses) + 1] = access

    def accesses(self, case: str) -> Sequence[Access]:
        """Who read what of a case, in order."""
        return tuple(a for a in self._pages.seen.accesses.values() if a.case == case)

    def latest(
        self, case: str, email: str, before: int, limit: int
    ) -> Sequence[tuple[int, Access]]:
        """Who read what, the newest first, each with its number; those below a number alone."""
        found = [
            (number, access)
            for number, access in reversed(self._pages.seen.accesses.items())
            if number < before and case in ("", access.case) and email in ("", access.email)
        ]
        return tuple(found[:limit])
