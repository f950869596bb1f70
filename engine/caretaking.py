"""What the pages of whoever looks after the house ask beyond a sign-in.

They show what is owed to whom, how the house is, and who read what: so it must be a browser its
person is known in, a sign-in of this morning, and a second factor wherever there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine.authenticators import Authenticator
from engine.casework import House
from engine.visits import STEP, Visit

LATELY = timedelta(hours=2)
TOO_LONG_AGO = "you signed in more than two hours ago"
NEW_BROWSER = (
    "this is your first visit in this browser: from the second one on it is known, and you were"
    " told by email of the first"
)
WITHOUT_APP = "this visit began without a code of your authenticator app"


def why_not_yet(house: House, digest: str, known: bool, app: bool) -> list[str]:
    """What a visit lacks for these pages, by the digest of its cookie; empty where it may go on.

    known: its browser is, for its person. app: an authenticator app is asked of everybody.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        visit = work.visits.find(digest)
        own = work.authenticators.of(visit.email) if visit else None
    if visit is None:
        return [TOO_LONG_AGO]
    found = [] if now - visit.began <= LATELY else [TOO_LONG_AGO]
    return [*found, *([] if known else [NEW_BROWSER]), *_app(visit, own, app)]


def _app(visit: Visit, own: Authenticator | None, app: bool) -> Iterator[str]:
    """An app that is on is asked for on the way in: only a visit from before it has no code."""
    since = own.confirmed_at if own and own.is_on else None
    if since is None and app:
        yield WITHOUT_APP
    # Whoever sets one up on the way in confirms it a moment after their visit began.
    if since is not None and since > visit.began + STEP:
        yield WITHOUT_APP
