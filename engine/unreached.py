"""Messages that did not reach who they were for: counted by address, and somebody else is told."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.casework import House, situate
from engine.errors import CalendarEnds, Stale
from engine.length import london_date
from engine.letters import HARD, SOFT, Failure, Kind, Letter
from engine.outbox import PATIENCE, Attempt, Message, State, Verdict
from engine.ports import UnitOfWork
from engine.standing_in import clock_of, done_before, missed, tell_instead
from engine.still import why_gone

MAILBOX, BOUNCE = "mailbox", "bounce"
_CODE = re.compile(r"(?<![\d.])[45]\d\d(?=[ -])")
# RFC 3463: policy and protocol are between the servers; they say nothing of the recipient.
_BETWEEN_SERVERS = re.compile(r"(?<![\d.])5\.[57]\.\d")
_OF_THE_RECIPIENT = frozenset({"rcpt", "data", "body", "after_dot"})
# A message that was refused longer ago than this was looked at when it was.
_LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many failures an address may have within so many days before a deputy is told."""

    hard: int = 1
    soft: int = 3
    days: int = 7


def came_back(
    house: House, work: UnitOfWork, letter: Letter, failure: Failure, tolerance: Tolerance
) -> bool:
    """What a notice of failure, just kept, makes of its message; whether a deputy is told.

    A hard one is evidence against a message that was accepted: it is refused after all. So is a
    soft one once there were too many, or the server gave up on it.
    """
    now = house.clock.now()
    message = work.outbox.get(letter.outbox or 0)
    since = now - timedelta(days=tolerance.days)
    alike = [
        x for x in work.letters.failures(message.recipient, since) if x.failure == letter.failure
    ]
    over = _too_many(failure, len(alike), tolerance)
    if failure.kind != HARD and not over:
        return False
    # What failed before there were too many did not arrive either.
    failed = {x.outbox or 0: x for x in (alike if over else [letter])}
    told = [_refused(house, work, each, over, now) for each in failed.values()]
    return any(told)


def _too_many(failure: Failure, alike: int, tolerance: Tolerance) -> bool:
    if failure.kind == HARD:
        return alike >= tolerance.hard
    return failure.kind == SOFT and (failure.lasting or alike >= tolerance.soft)


def _refused(house: House, work: UnitOfWork, letter: Letter, over: bool, now: datetime) -> bool:
    """A message that was accepted is refused after all; one still owed is tried all the same."""
    refuse(work, letter.outbox or 0, letter, now)
    message = work.outbox.get(letter.outbox or 0)
    return over and message.state is State.REFUSED and _pass_on(house, work, message, now)


def refuse(work: UnitOfWork, message: int, letter: Letter, now: datetime) -> None:
    """Refuse an accepted message after all, by what a letter says; any other stays as it is."""
    code = _CODE.search(letter.words)
    number = int(code.group()) if code else 0
    attempt = Attempt(now, MAILBOX, Verdict.REFUSED, number, letter.words, BOUNCE)
    work.outbox.bounce(message, attempt)


def is_away(house: House, work: UnitOfWork, letter: Letter) -> bool:
    """Whether somebody is told in place of who is away past the date of what they were asked."""
    message = work.outbox.get(letter.outbox or 0)
    own = letter.kind is Kind.AWAY and letter.sender == message.recipient
    if not own or letter.back_on is None:
        return False
    clock = clock_of(work.cases.open(message.case), message)
    if clock is None or letter.back_on <= london_date(clock.due):
        return False
    return _pass_on(house, work, message, house.clock.now(), letter.back_on)


def _pass_on(
    house: House, work: UnitOfWork, message: Message, now: datetime, back_on: date | None = None
) -> bool:
    """Tell a deputy, once; not what is no longer so."""
    situation = situate(house, work, message.case, now)
    found = missed(message, work.outbox.get, back_on)
    over = why_gone(message, situation.case) or done_before(
        found, work.outbox.list(case=message.case)
    )
    # Beyond the known bank holidays no step can be taken; the letter is kept all the same.
    with suppress(CalendarEnds):
        step = None if over else tell_instead(situation, found)
        if step is not None:
            work.keep(step)
            return True
    return False


def look_after(house: House) -> int:
    """Tell somebody in place of those whose server refused a message just now; how many messages.

    Each in its own unit of work. What a stopped run left is found by the next one.
    """
    now, told = house.clock.now(), 0
    for message in _refused_lately(house, now):
        with suppress(Stale), house.store.begin() as work:
            if _pass_on(house, work, message, now):
                work.commit()
                told += 1
    return told


def _refused_lately(house: House, now: datetime) -> list[Message]:
    since = now - _LOOKED_BACK
    with house.store.begin() as work:
        failed = work.outbox.failed(since - PATIENCE, since)
    return [message for message, last in failed if _by_their_server(message, last)]


def _by_their_server(message: Message, last: Attempt) -> bool:
    """Whether the last try failed because of the recipient; what a person parked is theirs."""
    wanted = Verdict.REFUSED if message.state is State.REFUSED else Verdict.DEFERRED
    theirs = last.moment in _OF_THE_RECIPIENT and not _BETWEEN_SERVERS.search(last.words)
    return last.verdict is wanted and last.code > 0 and theirs and message.last_words == last.words
