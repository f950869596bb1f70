"""Deciding from an email: a link and a one-time code open a page on which one thing is decided.

Looking changes nothing. What is typed is checked like anything else that is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engine import codes, offers
from engine.booked import keep
from engine.case import Step
from engine.casework import Caller, House, situate
from engine.codes import Code
from engine.errors import Refused, Stale
from engine.facts import Fact
from engine.links import message_of, source_of, undecidable
from engine.outbox import Message
from engine.ports import UnitOfWork
from engine.situation import Situation

CHANGED = (
    "Somebody else has changed this case since you looked. Nothing of yours was saved: look at it"
    " as it is now, and send it again if it still holds."
)
_PATIENCE = 5
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Opened:
    """The page that a code opened: what was recorded, where it may be read, and what may be done.

    seen is what a decision must give back, so that it is taken on the case as it was shown.
    """

    message: Message
    reference: str
    stage: str
    told: tuple[tuple[Fact, str], ...]
    may_read: bool
    offers: tuple[offers.Offer, ...]
    seen: str


def find(house: House, key: str) -> None:
    """See that something may be decided with a link. Errors: Absent; Refused where it cannot."""
    with house.store.begin() as work:
        _situation(house, work, key, house.clock.now())


def ask(house: House, key: str, token: str, nonce: str) -> None:
    """Mail a code to the person of a link, for the browser that holds this token.

    nonce is chance. Errors: Absent, Refused, TooMany, Stale.
    """
    _again(lambda: _ask(house, key, codes.browser_of(token), nonce))


def _ask(house: House, key: str, browser: str, nonce: str) -> None:
    now = house.clock.now()
    with house.store.begin() as work:
        message, situation = _situation(house, work, key, now)
        asked = work.codes.asked(now - codes.HOUR, message.recipient, to_sign_in=False)
        linked = sum(code.message == message.id for code in asked)
        if linked >= codes.A_LINK_AN_HOUR or len(asked) >= codes.A_PERSON_AN_HOUR:
            raise codes.TooMany
        step, code = codes.send(situation, message, browser, nonce)
        work.keep(step)
        work.codes.add(code)
        work.commit()


def enter(house: House, key: str, token: str, typed: str, fresh: str) -> None:
    """Open the page with a code, once; from now on the browser holds the fresh token.

    Errors: Absent; Refused, in the same words whatever was wrong with the code; Stale.
    """
    browser, now = codes.browser_of(token), house.clock.now()
    with house.store.begin() as work:
        message, _ = _situation(house, work, key, now)
        code = work.codes.newest(message.id, browser)
        if code is not None and not work.codes.tried(code.id, codes.MOST_TRIES):
            code = None
        work.commit()
    if not codes.is_it(code, house.store.secret, typed, now) or code is None:
        raise Refused([codes.WRONG])
    number = code.id
    _again(lambda: _open(house, key, number, codes.browser_of(fresh)))


def _open(house: House, key: str, number: int, browser: str) -> None:
    now = house.clock.now()
    with house.store.begin() as work:
        message, situation = _situation(house, work, key, now)
        work.keep(codes.opened(situation, message))
        if not work.codes.use(number, now, browser):
            raise Refused([codes.WRONG])
        work.commit()


def look(house: House, key: str, token: str) -> Opened:
    """What stands on the page a code opened. Errors: Absent; Refused where it is open no more."""
    now = house.clock.now()
    with house.store.begin() as work:
        message, situation = _situation(house, work, key, now)
        _opened(work, message, token, now)
    case, may_read = situation.case, offers.reads(situation)
    return Opened(
        message,
        case.reference,
        situation.process.stage_by_key[case.stage].label,
        offers.told(situation) if may_read else (),
        may_read,
        offers.offers(situation, message.about.get("task", "")),
        offers.picture(case),
    )


def decide(
    house: House, key: str, token: str, choice: str, given: Mapping[str, str], seen: str
) -> Step:
    """Do one thing on the page a code opened, once; the page ends with it.

    Errors: Absent, Refused with every reason, Stale.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        message, situation = _situation(house, work, key, now)
        code = _opened(work, message, token, now)
        if seen != offers.picture(situation.case):
            raise Stale([CHANGED])
        chosen = offers.offer(situation, choice, message.about.get("task", ""))
        step = offers.take(situation, chosen, given)
        keep(work, step)
        if not work.codes.finish(code.id, now):
            raise Refused([codes.DONE])
        work.commit()
    return step


def close(house: House, key: str, token: str) -> None:
    """End the page a code opened without a decision. Errors: Absent; Refused where it is over."""
    now = house.clock.now()
    with house.store.begin() as work:
        code = _opened(work, message_of(house, work, key), token, now)
        work.codes.finish(code.id, now)
        work.commit()


def _situation(
    house: House, work: UnitOfWork, key: str, now: datetime
) -> tuple[Message, Situation]:
    """Whose link it is, and the case as they may act on it. Errors: Absent, Refused."""
    message = message_of(house, work, key)
    source = f"{source_of(message)}, with a code"
    situation = situate(house, work, message.case, now, Caller(message.recipient, source))
    reason = undecidable(message, situation.case, now)
    if reason:
        raise Refused([reason])
    return message, situation


def _opened(work: UnitOfWork, message: Message, token: str, now: datetime) -> Code:
    code = work.codes.newest(message.id, codes.browser_of(token)) if token else None
    if code is not None and code.done_at is not None:
        raise Refused([codes.DONE])
    if code is None or not code.is_open(now):
        raise Refused([codes.CLOSED])
    return code


def _again(work: Callable[[], Done]) -> Done:
    """Where somebody else wrote to the case in between, it is done once more: nothing was decided.

    Errors: Stale where somebody else always does.
    """
    for _ in range(_PATIENCE - 1):
        try:
            return work()
        except Stale:
            continue
    return work()
