"""Who asks: from the cookie a visitor brings to somebody of the directory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request

from engine import browsers, caretaking
from engine.casework import Caller, House, actor_of
from engine.errors import Refused
from engine.ports import UnitOfWork
from engine.visiting import end_elsewhere
from engine.visits import STEP, Visit
from web import guard, mark
from web.doors import NOBODY, Asked, Visitor
from web.reading import note


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of one house."""

    house: House

    def who(self, request: Request) -> Visitor:
        """Who brings this cookie; nobody where it is unknown, or its visit is over."""
        now, visit = self.house.clock.now(), guard.brought(request)
        browser = mark.browser_of(request, visit)
        with self.house.store.begin() as work:
            found = work.visits.find(browser.digest)
            # A cookie of an earlier release is bound to nothing, and opens nothing any more.
            if found is None or not browsers.is_whole(visit):
                return NOBODY
            known = browsers.is_known(browser, self.house.store.secret, found.email)
            if not found.is_open(now, known):
                return NOBODY
            if not browsers.is_bound(self.house.store.secret, visit, mark.says(request)):
                end_elsewhere(work, found, now)
                work.commit()
                return replace(NOBODY, session=found.digest)
            return _visitor(work, _seen(work, found, now), now, known)

    def why_not_yet(self, asked: Asked) -> list[str]:
        """What a visit lacks for the pages of whoever looks after the house."""
        browser = mark.browser_of(asked.request, asked.visit)
        known = browsers.is_known(browser, self.house.store.secret, asked.visitor.actor.email)
        app = asked.premises.settings.sign_in.app
        return caretaking.why_not_yet(self.house, browser.digest, known, app)


def _seen(work: UnitOfWork, found: Visit, now: datetime) -> Visit:
    if now - found.seen < STEP:
        return found
    work.visits.see(found.digest, now)
    work.commit()
    return replace(found, seen=now)


def _visitor(work: UnitOfWork, visit: Visit, now: datetime, known: bool) -> Visitor:
    directory = work.people.directory()
    person = directory.member(visit.email)
    if person is None:
        return NOBODY
    try:
        actor = actor_of(directory, Caller(visit.email, "console"), ())
    except Refused:
        return NOBODY
    left = int(visit.left(now, known).total_seconds())
    return Visitor(actor, person.name, visit.digest, visit.is_fresh(now), left)


def note_reading(asked: Asked, reference: str, what: str) -> None:
    """Keep that this visitor read something of a case, before it is shown."""
    note(asked.premises.house, asked.visitor.actor.email, reference, what)
