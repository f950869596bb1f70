"""Signing in to the console: a one-time code goes to somebody of the directory, and opens a visit.

Whether an address is known is told to nobody: asking looks the same, and no code fits.
"""

from __future__ import annotations

from engine import codes
from engine.case import Owed
from engine.casework import House
from engine.codes import Code
from engine.errors import Refused
from engine.outbox import SIGN_IN
from engine.roles import Person
from engine.visits import Visit

NO_MAIL = 0


def ask(house: House, email: str, browser: str, nonce: str) -> int:
    """Mail a code to somebody of the directory, for one browser; the number of the mail.

    browser is a digest and nonce is chance. NO_MAIL where nobody has this address, or more codes
    were asked for than anybody needs.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        person = work.people.directory().member(email)
        if person is None:
            return NO_MAIL
        _, personal = work.codes.asked(now - codes.HOUR, NO_MAIL, person.email)
        if personal >= codes.A_PERSON_AN_HOUR:
            return NO_MAIL
        owed = _owed(person, nonce, (now + codes.LIFE).isoformat())
        number = work.outbox.owe_apart(owed, now)
        typed = codes.code_in(house.store.secret, "", owed.anchor, person.email)
        kept = codes.digest_of(house.store.secret, browser, typed)
        work.codes.add(Code(0, number, person.email, browser, kept, now))
        work.commit()
    return number


def _owed(person: Person, nonce: str, ends: str) -> Owed:
    about = {
        "reference": "",
        "title": "your code to sign in",
        "because": "somebody asked to sign in with your address",
        "due": ends,
        "urgent": "",
    }
    return Owed(f"{SIGN_IN}/{nonce}", SIGN_IN, person.email, "", True, about)


def enter(house: House, number: int, browser: str, typed: str, visit: str) -> Visit:
    """Begin a visit with a code, once; visit is the digest of the cookie it will have.

    Errors: Refused, in the same words whatever was wrong.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        code = work.codes.newest(number, browser)
        if code is None or not work.codes.tried(code.id, codes.MOST_TRIES):
            raise Refused([codes.WRONG])
        work.commit()
    if not codes.is_it(code, house.store.secret, typed, now):
        raise Refused([codes.WRONG])
    begun = Visit(visit, code.recipient, now, now)
    with house.store.begin() as work:
        known = work.people.directory().member(code.recipient)
        if known is None or not work.codes.use(code.id, now, visit):
            raise Refused([codes.WRONG])
        # Whoever signs in anew is out of the visit they had in this browser.
        work.visits.end(browser, now)
        work.visits.begin(begun)
        work.commit()
    return begun
