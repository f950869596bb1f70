"""Who asks: from the cookie a visitor brings to somebody of the directory; and signing out."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from engine.casework import Caller, House, actor_of
from engine.errors import Refused
from engine.visits import STEP, Access, Visit
from web import guard
from web.doors import NOBODY, Asked, Visitor


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
            directory = work.people.directory()
        person = directory.find(found.email)
        if person is None:
            return NOBODY
        try:
            actor = actor_of(directory, Caller(found.email, "console"), ())
        except Refused:
            return NOBODY
        return Visitor(actor, person.name, digest)

    def begin(self, email: str) -> str:
        """Begin a visit; returns its cookie, which no earlier page has ever seen."""
        visit, now = guard.new_pass(), self.house.clock.now()
        with self.house.store.begin() as work:
            work.visits.begin(Visit(guard.digest_of(visit), email, now, now))
            work.commit()
        return visit


def sign_out(asked: Asked) -> Response:
    """End the visit, whatever else is open in the browser."""
    house = asked.premises.house
    with house.store.begin() as work:
        work.visits.end(guard.digest_of(asked.visit), house.clock.now())
        work.commit()
    response = RedirectResponse("/sign-in", 303)
    guard.give(response, guard.new_pass(), asked.secure)
    return response


def note_reading(asked: Asked, reference: str, what: str) -> None:
    """Keep that this visitor read something of a case, before it is shown."""
    house = asked.premises.house
    with house.store.begin() as work:
        email = asked.visitor.actor.email
        work.visits.note(Access(house.clock.now(), email, reference, what))
        work.commit()
