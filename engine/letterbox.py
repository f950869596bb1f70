"""What the house does with letters: takes them in; a person confirms, assigns or dismisses one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from engine.asking import answer
from engine.booked import keep
from engine.case import Step
from engine.casework import Caller, House, actor_of, situate
from engine.errors import Absent, Refused, Stale, refuse_for
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
    choices,
    closed,
    judge,
)
from engine.outbox import Message
from engine.ports import UnitOfWork
from engine.replies import ACKNOWLEDGE, LONGEST, REPLIES, Reply, reply
from engine.roles import refusals
from engine.situation import Situation
from engine.unreached import Tolerance, came_back, is_away, refuse

TOLERANCE = Tolerance()
_BY_A_PERSON = (Kind.ANSWER, Kind.UNREADABLE)
# Somebody may be at work on the case at the same moment.
_TRIES = 5
_WAITING = (Status.PROPOSED, Status.UNMATCHED, Status.KEPT)


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
        if not found and letter.kind in _BY_A_PERSON:
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


def confirm(
    house: House, number: int, caller: Caller, given: str = "", by: date | None = None
) -> tuple[Letter, Step]:
    """Record what a letter says, as whoever keeps the case; in one commit with the letter.

    given is the answer where another one than the proposed is meant. Errors: Absent, Refused,
    Stale.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        letter = work.letters.get(number)
        if letter.status is not Status.PROPOSED or letter.outbox is None:
            raise Refused([_not_now(letter, "only a proposed one can be confirmed")])
        to = answered(work, work.outbox.get(letter.outbox))
        situation = situate(house, work, letter.case, now, caller)
        choice = given or letter.proposed
        refuse_for([*_not_keeper(situation), *_unfit(to, choice)])
        step = _step(situation, to, letter, Reply(choice, by, _said(letter, choice)))
        keep(work, step)
        done = replace(letter, proposed=choice)
        done = _settle(work, letter, done, Status.CONFIRMED, situation.actor.email, now)
        work.commit()
    return done, step


def _unfit(to: Answered, choice: str) -> list[str]:
    if not choice:
        return [f"the letter proposes no answer; give one: {', '.join(choices(to))}"]
    if choice not in choices(to):
        return [f"'{choice}' is not an answer here; the answers are: {', '.join(choices(to))}"]
    return []


def _said(letter: Letter, choice: str) -> str:
    return "" if choice == ACKNOWLEDGE else letter.words[:LONGEST]


def _step(situation: Situation, to: Answered, letter: Letter, said: Reply) -> Step:
    """The record names the letter; it repeats its words only where a reply is made of them."""
    task, source = to.message.about["task"], f"letter {letter.id}"
    if said.kind in REPLIES:
        return reply(situation, task, said, source)
    return answer(situation, task, said.kind, source)


def dismiss(house: House, number: int, caller: Caller, reason: str) -> Letter:
    """Put a letter aside for good; it stays kept. Errors: Absent, Refused, Stale."""
    now = house.clock.now()
    with house.store.begin() as work:
        letter = work.letters.get(number)
        reasons = [] if reason.strip() else ["a reason is needed to dismiss a letter"]
        if letter.status not in _WAITING:
            reasons.append(_not_now(letter, "it is settled"))
        who, refused = _who(house, work, letter, now, caller)
        refuse_for([*refused, *reasons])
        aside = replace(letter, reason=reason.strip())
        done = _settle(work, letter, aside, Status.DISMISSED, who, now)
        work.commit()
    return done


def assign(house: House, number: int, message: int | None, caller: Caller) -> Letter:
    """Say which message a letter belongs to; what it says then waits to be confirmed.

    Without a message it is the suggested one. The next letter like it is suggested there. Errors:
    Absent, Refused, Stale.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        letter = work.letters.get(number)
        message = message or letter.suggested
        if message is None:
            raise Refused([f"nothing is suggested for letter {number}; name the message"])
        to = answered(work, _of_a_case(work.outbox.get(message)))
        situation = situate(house, work, to.message.case, now, caller)
        reasons = _not_keeper(situation)
        if letter.status not in (Status.UNMATCHED, Status.PROPOSED):
            reasons.append(_not_now(letter, "only one that waits can be assigned"))
        if letter.kind not in _BY_A_PERSON:
            reasons.append("no person wrote this letter, so it answers nothing")
        if why := closed(to):
            reasons.append(why)
        refuse_for(reasons)
        kept = letter.proposed if letter.proposed in choices(to) else ""
        moved = replace(
            letter, outbox=message, case=to.message.case, proposed=kept, reason="",
            status=Status.PROPOSED, suggested=message,
        )  # fmt: skip
        work.letters.settle(moved, letter.status)
        work.commit()
    return moved


def _of_a_case(message: Message) -> Message:
    if not message.case:
        raise Refused([f"message {message.id} is a digest; it belongs to no case and asks nothing"])
    return message


def _settle(
    work: UnitOfWork, before: Letter, after: Letter, status: Status, who: str, now: datetime
) -> Letter:
    done = replace(after, status=status, settled_by=who, settled_at=now)
    work.letters.settle(done, before.status)
    return done


def _who(
    house: House, work: UnitOfWork, letter: Letter, now: datetime, caller: Caller
) -> tuple[str, list[str]]:
    """Who deals with a letter, and why they may not: a keeper of its case, else of any process."""
    if letter.case:
        situation = situate(house, work, letter.case, now, caller)
        return situation.actor.email, _not_keeper(situation)
    directory = work.people.directory()
    actor = actor_of(directory, caller, ())
    each = (process.keepers for process in work.library.openable().values())
    keepers = tuple(dict.fromkeys(role for keepers in each for role in keepers))
    return actor.email, list(refusals(actor, keepers, directory.area))


def _not_keeper(situation: Situation) -> list[str]:
    who, area = situation.process.keepers, situation.directory.area
    return list(refusals(situation.actor, who, area, situation.case.recused))


def _not_now(letter: Letter, rule: str) -> str:
    return f"Letter {letter.id} is {letter.status}; {rule}."
