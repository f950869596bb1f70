"""Signing in to the console: a one-time code goes to somebody of the directory, and opens a visit.

Whether an address is known is told to nobody: asking looks the same, and no code fits.
"""

from __future__ import annotations

from dataclasses import replace

from engine import bonds, codes
from engine.bonds import Bond, Vouched
from engine.browsers import Browser, knows, tell_of_new
from engine.case import Owed
from engine.casework import House
from engine.codes import Code
from engine.errors import Absent, Refused
from engine.keyring import Secret
from engine.outbox import SIGN_IN
from engine.ports import UnitOfWork
from engine.visits import Visit

NO_MAIL = 0
NOT_VOUCHED = (
    "Your organisation did not say enough to sign you in here. If you should be able to, ask"
    " whoever looks after the directory of people."
)


class OtherName(Refused):
    """An address or a lasting name came that is bound to another; its person is told no more."""

    def __init__(self) -> None:
        super().__init__([NOT_VOUCHED])


def ask(house: House, email: str, browser: Browser, nonce: str) -> int:
    """Mail a code to somebody of the directory, for one browser; the number of the mail.

    nonce is chance. NO_MAIL where nobody has this address, or more codes were asked for than
    anybody needs: in a browser in which they signed in before, or anywhere.
    """
    now, secret = house.clock.now(), house.store.secret
    with house.store.begin() as work:
        person = work.people.directory().member(email)
        owed = _owed(person.email if person else email, nonce, (now + codes.LIFE).isoformat())
        known = knows(browser, secret, owed.recipient)
        holder = codes.browser_of(browser.mark) if known else browser.digest
        edition = secret.at(now)
        typed = codes.code_in(edition, "", owed.anchor, owed.recipient)
        # Also for an address that nobody has: how long it takes would tell.
        kept = codes.digest_of(edition, holder, typed, nonce)
        if person is None:
            return NO_MAIL
        # Strangers can use up the codes of all browsers but those in which this person is known.
        asked = work.codes.asked(now - codes.HOUR, person.email, to_sign_in=True)
        counted = [code for code in asked if code.browser == holder] if known else asked
        if len(counted) >= codes.A_PERSON_AN_HOUR:
            return NO_MAIL
        number = work.outbox.owe_apart(owed, now)
        work.codes.add(Code(0, number, person.email, holder, kept, now))
        work.commit()
    return number


def _owed(email: str, nonce: str, ends: str) -> Owed:
    about = {
        "reference": "",
        "title": "Your code to sign in",
        "because": "somebody asked to sign in with your address",
        "due": ends,
        "urgent": "",
    }
    return Owed(f"{SIGN_IN}/{nonce}", SIGN_IN, email, "", True, about)


def enter(house: House, number: int, browser: Browser, typed: str, visit: str, app: bool) -> Visit:
    """Begin a visit with a code, once; visit is the digest of the cookie it will have.

    It is half a visit where an authenticator app is asked next; app: one is asked of everybody.
    Errors: Refused, in the same words whatever was wrong.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        code = _newest(work, number, browser)
        if code is not None and not work.codes.tried(code.id, codes.MOST_TRIES):
            code = None
        work.commit()
    if not codes.is_it(code, house.store.secret, typed, now) or code is None:
        raise Refused([codes.WRONG])
    with house.store.begin() as work:
        wanted = Visit(visit, code.recipient, now, now, half=app)
        begun = _begun(work, wanted, browser, house.store.secret)
        if begun is None or not work.codes.use(code.id, now, visit):
            raise Refused([codes.WRONG])
        work.commit()
    return begun


def vouched(house: House, who: Vouched, browser: Browser, visit: str, app: bool) -> Visit:
    """Begin a visit of somebody whom an organisation vouches for, as a code would.

    The first time binds their address here and their lasting name there to each other. visit is
    the digest of the cookie it will have; app: an authenticator app is asked of everybody.
    Errors: Refused, in the words for whatever an organisation says that is not enough; OtherName
    among them.
    """
    now, name = house.clock.now(), bonds.name_of(house.store.secret, who)
    with house.store.begin() as work:
        wanted = Visit(visit, who.email, now, now, half=app)
        begun = _begun(work, wanted, browser, house.store.secret)
        if begun is None:
            raise Refused([NOT_VOUCHED])
        if not work.bonds.bind(begun.email, name, now):
            raise OtherName
        work.commit()
    return begun


def unbind(house: House, email: str, by: str) -> Bond:
    """Somebody who looks after the house lets a person be bound anew by their next sign-in.

    by is who did it, as the list of bonds says from then on. Errors: Absent where there is none.
    """
    with house.store.begin() as work:
        person = work.people.directory().find(email)
        who = person.email if person else email
        if not work.bonds.release(who, house.clock.now(), by):
            raise Absent([f"{email} is not bound to a name at an organisation here"])
        released = [bond for bond in work.bonds.list() if bond.email == who]
        work.commit()
    return released[-1]


def _newest(work: UnitOfWork, number: int, browser: Browser) -> Code | None:
    """The code that this browser asked for, as one that is known or as any other."""
    holders = (codes.browser_of(browser.mark), browser.digest)
    return next(filter(None, (work.codes.newest(number, each) for each in holders)), None)


def spend(house: House, digest: str) -> bool:
    """Use up a way to an organisation's sign-in and back; False where it was used."""
    with house.store.begin() as work:
        fresh = work.visits.spend(digest, house.clock.now())
        work.commit()
    return fresh


def _begun(work: UnitOfWork, wanted: Visit, browser: Browser, secret: Secret) -> Visit | None:
    """The visit of somebody of the directory, half a one where their app is asked next."""
    person = work.people.directory().member(wanted.email)
    if person is None:
        return None
    own = work.authenticators.of(person.email)
    half = wanted.half or (own is not None and own.is_on)
    begun = replace(wanted, email=person.email, half=half)
    # Whoever signs in anew is out of the visit they had in this browser.
    work.visits.end(browser.digest, begun.began)
    work.visits.begin(begun)
    tell_of_new(work, secret, begun, browser)
    return begun
