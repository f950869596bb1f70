"""Using an authenticator app: setting one up, signing in with it, and doing without it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine import authenticators
from engine.authenticators import (
    DIGITS,
    ENDED,
    HOUR,
    MOST_TRIES,
    NONE_BEGUN,
    ON_ALREADY,
    TOO_MANY,
    WRONG,
    Authenticator,
    Spare,
    StepOf,
    plain,
)
from engine.browsers import Browser, tell_of_new
from engine.casework import House
from engine.errors import Absent, Refused
from engine.ports import UnitOfWork
from engine.visits import Visit


def begin(house: House, email: str, chance: str) -> Authenticator:
    """An app that waits to be confirmed, with a new secret. Errors: Refused where one is on.

    chance is handed in: it makes the secret.
    """
    with house.store.begin() as work:
        wanted = Authenticator(0, email, chance, house.clock.now())
        work.authenticators.begin(wanted)
        found = work.authenticators.of(email)
        if found is None or found.is_on:
            raise Refused([ON_ALREADY])
        work.commit()
    return found


def confirm(house: House, email: str, typed: str, step_of: StepOf, spare: Spare) -> None:
    """Ask for the app's codes from now on, once one was typed; spare are codes in its stead.

    Errors: Refused, with what is wrong.
    """
    tried = _try(house, email, on=False)
    kept = authenticators.digests_of(house.store.secret, tried, spare)
    with house.store.begin() as work:
        _confirmed(house, work, _found(work, tried), typed, step_of, kept)
        work.commit()


def enrol(
    house: House, half: Browser, typed: str, visit: str, step_of: StepOf, spare: Spare
) -> Visit:
    """Confirm an app on the way in, and begin the visit that waited for it.

    half is what the browser holds, visit the digest of its new cookie. Errors: Refused, with what
    is wrong.
    """
    waiting = _waiting(house, half.digest)
    tried, now = _try(house, waiting.email, on=False), house.clock.now()
    kept = authenticators.digests_of(house.store.secret, tried, spare)
    with house.store.begin() as work:
        _confirmed(house, work, _found(work, tried), typed, step_of, kept)
        begun = _whole(work, waiting, visit, now)
        tell_of_new(work, house.store.secret, begun, half)
        work.commit()
    return begun


def renew(house: House, email: str, typed: str, step_of: StepOf, spare: Spare) -> None:
    """Other codes in the app's stead, for one of the app. Errors: Refused, with what is wrong."""
    tried = _try(house, email, on=True)
    kept = authenticators.digests_of(house.store.secret, tried, spare)
    with house.store.begin() as work:
        found = _found(work, tried)
        if not _is_of_app(house, work, found, typed, step_of):
            raise Refused([WRONG])
        work.authenticators.spare(found.id, kept)
        work.commit()


def stop(house: House, email: str, typed: str, step_of: StepOf) -> None:
    """Its person does without the app, by a code of it or one in its stead. Errors: Refused."""
    tried = _try(house, email, on=True)
    in_stead = _in_stead(house, tried, typed)
    with house.store.begin() as work:
        found = _found(work, tried)
        if not _is_known(house, work, found, typed, step_of, in_stead):
            raise Refused([WRONG])
        work.authenticators.remove(found.id, house.clock.now(), email)
        work.commit()


def remove(house: House, email: str, by: str) -> Authenticator:
    """Somebody who looks after the house removes a person's app: a telephone was lost.

    by is who did it, as the list of apps says from then on. Errors: Absent where there is none.
    """
    with house.store.begin() as work:
        person = work.people.directory().find(email)
        found = work.authenticators.of(person.email if person else email)
        if found is None or not work.authenticators.remove(found.id, house.clock.now(), by):
            raise Absent([f"{email} has no authenticator app here"])
        work.commit()
        removed = [a for a in work.authenticators.list() if a.id == found.id]
    return removed[0]


def waits(house: House, half: str) -> Visit | None:
    """The visit that waits for a code of an app, by the digest of its cookie; None where none."""
    with house.store.begin() as work:
        visit = work.visits.find(half)
    return visit if visit is not None and visit.waits(house.clock.now()) else None


def enter(house: House, half: Browser, typed: str, visit: str, step_of: StepOf) -> Visit:
    """Begin a visit with the second code, under another cookie; visit is the digest of that.

    half is what the browser holds. Errors: Refused, with what is wrong.
    """
    waiting = _waiting(house, half.digest)
    tried, now = _try(house, waiting.email, on=True), house.clock.now()
    in_stead = _in_stead(house, tried, typed)
    with house.store.begin() as work:
        found = _found(work, tried)
        if not _is_known(house, work, found, typed, step_of, in_stead):
            raise Refused([WRONG])
        begun = _whole(work, waiting, visit, now)
        tell_of_new(work, house.store.secret, begun, half)
        work.commit()
    return begun


def _waiting(house: House, half: str) -> Visit:
    waiting = waits(house, half)
    if waiting is None:
        raise Refused([ENDED])
    return waiting


def _whole(work: UnitOfWork, waiting: Visit, visit: str, now: datetime) -> Visit:
    """The visit that waited for a second code, under a new cookie."""
    if work.people.directory().find(waiting.email) is None:
        raise Refused([ENDED])
    begun = Visit(visit, waiting.email, now, now)
    work.visits.end(waiting.digest, now)
    work.visits.begin(begun)
    return begun


def _confirmed(
    house: House,
    work: UnitOfWork,
    found: Authenticator,
    typed: str,
    step_of: StepOf,
    kept: Sequence[str],
) -> None:
    """An app that is asked for from now on. Errors: Refused where the code is not one of it."""
    if not _is_of_app(house, work, found, typed, step_of):
        raise Refused([WRONG])
    if not work.authenticators.confirm(found.id, house.clock.now()):
        raise Refused([NONE_BEGUN])
    work.authenticators.spare(found.id, kept)


def _try(house: House, email: str, on: bool) -> Authenticator:
    """Count a try at an app, whatever comes of it. Errors: Refused."""
    now = house.clock.now()
    with house.store.begin() as work:
        found = work.authenticators.of(email)
        if found is None or found.is_on != on:
            raise Refused([ENDED if on else NONE_BEGUN])
        if not work.authenticators.tried(found.id, now, now - HOUR, MOST_TRIES):
            raise Refused([TOO_MANY])
        work.commit()
    return found


def _found(work: UnitOfWork, tried: Authenticator) -> Authenticator:
    """The app as it is by now. Errors: Refused where another is in its place."""
    found = work.authenticators.of(tried.email)
    if found is None or found.id != tried.id:
        raise Refused([ENDED])
    return found


def _in_stead(house: House, tried: Authenticator, typed: str) -> str:
    """What was kept of a code in the app's stead; it is slow, and so nothing is held meanwhile.

    Empty where a code of the app was typed: whoever types knows which of them it is.
    """
    if _has_digits(typed):
        return ""
    with house.store.begin() as work:
        known = work.authenticators.unspent(tried.id)
    return authenticators.digest_like(house.store.secret, tried, typed, known)


def _is_known(
    house: House, work: UnitOfWork, found: Authenticator, typed: str, step_of: StepOf, in_stead: str
) -> bool:
    """Whether a code is one of the app, or one in its stead; it is used up by that."""
    if _has_digits(typed):
        return _is_of_app(house, work, found, typed, step_of)
    return work.authenticators.spend(found.id, in_stead, house.clock.now())


def _is_of_app(
    house: House, work: UnitOfWork, found: Authenticator, typed: str, step_of: StepOf
) -> bool:
    if not _has_digits(typed):
        return False
    step = step_of(authenticators.secret_of(house.store.secret, found), plain(typed))
    return step is not None and work.authenticators.accept(found.id, step)


def _has_digits(typed: str) -> bool:
    """Whether a code looks like one of an app."""
    digits = plain(typed)
    return len(digits) == DIGITS and digits.isdigit()
