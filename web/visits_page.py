"""A person's own visits: where else they are signed in, and an end to it."""

from __future__ import annotations

from starlette.responses import Response

from engine import visiting
from engine.visits import name_of
from web import guard
from web.doors import SIGNED_IN, Asked, Door
from web.gatebook import gatebook_of

HERE, OTHERS = "/visits", "others"


def visits_page(asked: Asked) -> Response:
    """The visits of this person that are open now, and which of them this one is."""
    own = guard.digest_of(asked.visit)
    rows = [
        {"name": name_of(v.digest), "began": v.began, "seen": v.seen, "waits": v.half,
         "own": v.digest == own}
        for v in visiting.open_visits(asked.premises.house, asked.visitor.actor.email)
    ]  # fmt: skip
    return asked.page("visits.html", rows=rows)


def end(asked: Asked) -> Response:
    """End all others, or one of them; the visit this is asked in ends by signing out."""
    house, email = asked.premises.house, asked.visitor.actor.email
    own, chosen = guard.digest_of(asked.visit), asked.form.get("end", "")
    name = None if chosen == OTHERS else chosen
    for visit in visiting.end_visits(house, email, own, name):
        gatebook_of(asked.premises.home).note("visit_ended", visit.digest)
    return asked.go(HERE)


DOORS = (
    Door(HERE, "GET", "visits", SIGNED_IN, visits_page),
    Door(HERE, "POST", "end-visits", SIGNED_IN, end, fresh=True),
)
