"""Reading a case for somebody, and keeping that they read it: alike on a page and by the API."""

from __future__ import annotations

from engine import casework
from engine.casework import House
from engine.errors import Absent, Refused
from engine.reading import Reading, reading
from engine.roles import Actor
from engine.situation import Situation
from engine.visits import Access
from store.refusals import no_case


def readable(house: House, actor: Actor, reference: str) -> tuple[Situation, Reading]:
    """The case as this person may read it. Errors: Absent, as of one that is not there."""
    situation = casework.look_up(house, reference)
    return situation, allowed_to(actor, situation)


def allowed_to(actor: Actor, situation: Situation) -> Reading:
    """What of a case this person may read. Errors: Absent, as of one that is not there."""
    allowed = reading(situation.process, situation.case, actor, situation.directory.area)
    if allowed is Reading.NOTHING:
        raise no_case()
    return allowed


def may_be_linked(house: House, actor: Actor, other: str) -> None:
    """A case this person may not read whole is not there to be linked. Errors: Refused."""
    try:
        _, allowed = readable(house, actor, other.upper())
    except Absent:
        allowed = Reading.NOTHING
    if other and allowed is not Reading.WHOLE:
        raise Refused([f"there is no case {other.upper()} that you may read (other)"])


def note(house: House, email: str, reference: str, what: str) -> None:
    """Keep that somebody read something of a case, before it is shown."""
    with house.store.begin() as work:
        work.visits.note(Access(house.clock.now(), email, reference, what))
        work.commit()
