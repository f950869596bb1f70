"""Signing in to the console: a one-time code goes to somebody of the directory, and opens a visit.

Whether an address is known is told to nobody: asking looks the same, and no code fits.
"""

from __future__ import annotations

from datetime import datetime

from engine import codes
from engine.case import Owed
from engine.casework import House
from engine.codes import Code
from engine.errors import Refused
from engine.outbox import SIGN_IN
from engine.ports import UnitOfWork
from engine.visits import Visit

NO_MAIL = 0
NOT_VOUCHED = (
    "Your organisation did not say enough to sign you in here. If you should be able to, ask"
    " whoever looks after the directory of people."
)


def ask(house: House, email: str, browser: str, nonce: str) -> int:
    """Mail a code to somebody of the directory, for one browser; the number of the mail.

    browser is a digest and nonce is chance. NO_MAIL where nobody has this address, or more codes
    were asked for than anybody needs.
    """
    now, secret = house.clock.now(), house.store.secret
    with house.store.begin() as work:
        person = work.people.directory().member(email)
        owed = _owed(person.email if person else email, nonce, (now + codes.LIFE).isoformat())
        typed = codes.code_in(secret, "", owed.anchor, owed.recipient)
        # Also for an address that nobody has: how long it takes would tell.
        kept = codes.digest_of(secret, browser, typed, nonce)
        if person is None:
            return NO_MAIL
        _, personal = work.codes.asked(now - codes.HOUR, NO_MAIL, person.email)
        if personal >= codes.A_PERSON_AN_HOUR:
            return NO_MAIL
        number = work.outbox.owe_apart(owed, now)
        work.codes.add(Code(0, number, person.email, browser, kept, now))
        work.commit()
    return number


def _owed(email: str, nonce: str, ends: str) -> Owed:
    about = {
        "reference": "",
        "title": "your code to sign in",
        "because": "somebody asked to sign in with your address",
        "due": ends,
        "urgent": "",
    }
    return Owed(f"{SIGN_IN}/{nonce}", SIGN_IN, email, "", True, about)


def enter(house: House, number: int, browser: str, typed: str, visit: str) -> Visit:
    """Begin a visit with a code, once; visit is the digest of the cookie it will have.

    It is half a visit where an authenticator app is asked next. Errors: Refused, in the same words
    whatever was wrong.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        code = work.codes.newest(number, browser)
        if code is not None and not work.codes.tried(code.id, codes.MOST_TRIES):
            code = None
        work.commit()
    if not codes.is_it(code, house.store.secret, typed, now) or code is None:
        raise Refused([codes.WRONG])
    with house.store.begin() as work:
        begun = _begun(work, code.recipient, browser, visit, now)
        if begun is None or not work.codes.use(code.id, now, visit):
            raise Refused([codes.WRONG])
        work.commit()
    return begun


def vouched(house: House, email: str, browser: str, visit: str) -> Visit:
    """Begin a visit of somebody whom an organisation vouches for, as a code would.

    Errors: Refused, in the words for whatever an organisation says that is not enough.
    """
    with house.store.begin() as work:
        begun = _begun(work, email, browser, visit, house.clock.now())
        if begun is None:
            raise Refused([NOT_VOUCHED])
        work.commit()
    return begun


def spend(house: House, digest: str) -> bool:
    """Use up a way to an organisation's sign-in and back; False where it was used."""
    with house.store.begin() as work:
        fresh = work.visits.spend(digest, house.clock.now())
        work.commit()
    return fresh


def _begun(work: UnitOfWork, email: str, browser: str, visit: str, now: datetime) -> Visit | None:
    """The visit of somebody of the directory, half a one where their app is asked next."""
    person = work.people.directory().member(email)
    if person is None:
        return None
    app = work.authenticators.of(person.email)
    begun = Visit(visit, person.email, now, now, half=app is not None and app.is_on)
    # Whoever signs in anew is out of the visit they had in this browser.
    work.visits.end(browser, now)
    work.visits.begin(begun)
    return begun
