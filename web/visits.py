"""Who asks: from the cookie a visitor brings to somebody of the directory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.casework import Caller, House, actor_of
from engine.errors import Refused
from engine.visits import STEP
from web import guard
from web.doors import NOBODY, Asked, Visitor
from web.reading import note


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of one house."""

    house: House

    def who(self, visit: str) -> Visitor:
        """Who brings this cookie; nobody where it is unknown, or its visit is over."""
        now, digest = self.house.clock.now(), guard.digest_of(visit)
        with self.house.store.begin() as work:
            found = work.visits.find(digest)
            if found is None or not found.is_open(now):
                return NOBODY
            if now - found.seen >= STEP:
                work.visits.see(digest, now)
                work.commit()
                found = replace(found, seen=now)
            directory = work.people.directory()
        person = directory.member(found.email)
        if person is None:
            return NOBODY
        try:
            actor = actor_of(directory, Caller(found.email, "console"), ())
        except Refused:
            return NOBODY
        left = int(found.left(now).total_seconds())
        return Visitor(actor, person.name, digest, found.is_fresh(now), left)


def note_reading(asked: Asked, reference: str, what: str) -> None:
    """Keep that this visitor read something of a case, before it is shown."""
    note(asked.premises.house, asked.visitor.actor.email, reference, what)
