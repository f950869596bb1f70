"""The house takes letters in: each is kept for good, and matched with the message it answers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

from engine.casework import House
from engine.errors import Absent, Stale
from engine.guessing import Guess, again, by_case, learnt, references, retyped, shape
from engine.letters import (
    ABOUT_A_DIGEST,
    HARD,
    MANY_MESSAGES,
    TO_A_DIGEST,
    Answered,
    Incoming,
    Kind,
    Letter,
    Status,
    arrived,
    belongs,
    judge,
)
from engine.outbox import Message
from engine.ports import UnitOfWork
from engine.unreached import Tolerance, came_back, is_away, refuse

TOLERANCE = Tolerance()
BY_A_PERSON = (Kind.ANSWER, Kind.UNREADABLE)
# Somebody may be at work on the case at the same moment.
_TRIES = 5


def take_in(
    house: House, incoming: Incoming, raw: bytes, tolerance: Tolerance = TOLERANCE
) -> Letter | None:
    """Keep a letter for good and match it; None where it was taken in before.

    Where it says that somebody cannot be told, their deputy is, in one commit with it. Errors:
    Stale, where its case was changed each time; then nothing is kept.
    """
    for _ in range(_TRIES - 1):
        with suppress(Stale):
            return _taken_in(house, incoming, raw, tolerance)
    return _taken_in(house, incoming, raw, tolerance)


def _taken_in(house: House, incoming: Incoming, raw: bytes, tolerance: Tolerance) -> Letter | None:
    with house.store.begin() as work:
        letter = arrived(incoming, raw, house.clock.now())
        found = belongs(incoming, house.store.secret, partial(_numbered, work), work.outbox.find)
        if len(found) > 1:
            letter = replace(letter, reason=MANY_MESSAGES)
        for message in found if len(found) == 1 else ():
            letter = _matched(work, letter, incoming, message)
        if not found and letter.kind in BY_A_PERSON:
            letter = _guessed(house, work, letter, incoming)
        number = work.letters.keep(letter, raw)
        if number is None:
            return None
        letter = replace(letter, id=number)
        _pass_on(house, work, letter, incoming, tolerance)
        for message in found if len(found) == 1 else ():
            if not message.case and incoming.failure and incoming.failure.kind == HARD:
                refuse(work, message.id, letter, letter.received_at)
        work.commit()
    return letter


def _guessed(house: House, work: UnitOfWork, letter: Letter, incoming: Incoming) -> Letter:
    """A letter that names no message, where it may belong all the same."""
    letter = replace(letter, shape=shape(incoming.subject))
    guess = retyped(incoming, house.store.secret, partial(_numbered, work))
    guess = guess or _by_its_case(work, incoming) or _as_before(work, letter)
    if guess is None:
        return letter
    if not guess.proposes:
        return replace(letter, suggested=guess.message.id, reason=guess.why)
    matched = _matched(work, letter, incoming, guess.message)
    return replace(matched, reason=" ".join(filter(None, (guess.why, matched.reason))))


def _by_its_case(work: UnitOfWork, incoming: Incoming) -> Guess | None:
    """By the case its subject names, where it names one alone."""
    cases = []
    for reference in dict.fromkeys(references(incoming.subject)):
        with suppress(Absent):
            cases.append(work.cases.open(reference))
    if len(cases) != 1 or not incoming.sender:
        return None
    person = work.people.directory().find(incoming.sender)
    messages = work.outbox.list(case=cases[0].reference)
    return by_case(cases[0], incoming.sender, person.agency if person else "", messages)


def _as_before(work: UnitOfWork, letter: Letter) -> Guess | None:
    before = learnt(letter, work.letters.assigned())
    if before is None or before.outbox is None:
        return None
    messages = work.outbox.list(case=before.case)
    return again(work.outbox.get(before.outbox), work.cases.open(before.case), messages)


def _pass_on(
    house: House, work: UnitOfWork, letter: Letter, incoming: Incoming, tolerance: Tolerance
) -> None:
    """Where a letter says that somebody was not reached or is away, somebody else is told."""
    if letter.outbox is None:
        return
    if incoming.failure is not None:
        came_back(house, work, letter, incoming.failure, tolerance)
    else:
        is_away(house, work, letter)


def _numbered(work: UnitOfWork, number: int) -> Message | None:
    with suppress(Absent):
        return work.outbox.get(number)
    return None


def answered(work: UnitOfWork, message: Message) -> Answered:
    """What a message asks, as its case stands now."""
    case = work.cases.open(message.case)
    return Answered(
        message, work.library.process(case.digest), case.task(message.about.get("task", ""))
    )


def _matched(work: UnitOfWork, letter: Letter, incoming: Incoming, message: Message) -> Letter:
    if not message.case:
        return _of_no_case(letter)
    known = work.people.directory().find(letter.sender) is not None
    known = bool(letter.sender) and (known or letter.sender == message.recipient)
    status, proposed, reason = judge(incoming, known, answered(work, message))
    return replace(
        letter,
        outbox=message.id,
        case=message.case,
        status=status,
        proposed=proposed,
        reason=reason,
    )


def _of_no_case(letter: Letter) -> Letter:
    """What comes back about a digest belongs to no case; only what a person wrote is read."""
    if letter.kind in (Kind.ANSWER, Kind.UNREADABLE):
        return replace(letter, reason=TO_A_DIGEST)
    return replace(letter, status=Status.KEPT, reason=ABOUT_A_DIGEST)
