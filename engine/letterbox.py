"""What the house does with letters: takes them in; a person confirms, assigns or dismisses one."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from engine.case import Step
from engine.casework import Caller, House, actor_of, situate
from engine.errors import Absent, Refused
from engine.letters import (
    HARD,
    MANY_MESSAGES,
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
from engine.outbox import Attempt, Message, Verdict
from engine.ports import UnitOfWork
from engine.record import answer
from engine.replies import ACKNOWLEDGE, LONGEST, REPLIES, Reply, reply
from engine.roles import refusals
from engine.situation import Situation

MAILBOX = "mailbox"
_CODE = re.compile(r"(?<![\d.])[45]\d\d(?=[ -])")
_WAITING = (Status.PROPOSED, Status.UNMATCHED, Status.KEPT)


def take_in(house: House, incoming: Incoming, raw: bytes) -> Letter | None:
    """Keep a letter for good and match it; None where it was taken in before."""
    now = house.clock.now()
    with house.store.begin() as work:
        letter = arrived(incoming, raw, now)
        found = belongs(incoming, house.store.secret, partial(_numbered, work), work.outbox.find)
        if len(found) > 1:
            letter = replace(letter, reason=MANY_MESSAGES)
        for message in found if len(found) == 1 else ():
            letter = _matched(work, letter, incoming, message)
        number = work.letters.keep(letter, raw)
        if number is None:
            return None
        _bounce(work, letter, incoming, now)
        work.commit()
    return replace(letter, id=number)


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


def _bounce(work: UnitOfWork, letter: Letter, incoming: Incoming, now: datetime) -> None:
    """A hard bounce is evidence against a message that was accepted; it is refused after all."""
    if letter.outbox is None or incoming.failure is None or incoming.failure.kind != HARD:
        return
    code = _CODE.search(letter.words)
    number = int(code.group()) if code else 0
    attempt = Attempt(now, MAILBOX, Verdict.REFUSED, number, letter.words, "bounce")
    work.outbox.bounce(letter.outbox, attempt)


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
        _refuse([*_not_keeper(situation), *_unfit(to, choice)])
        step = _step(situation, to, letter, Reply(choice, by, _said(letter, choice)))
        work.keep(step)
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
        _refuse([*refused, *reasons])
        aside = replace(letter, reason=reason.strip())
        done = _settle(work, letter, aside, Status.DISMISSED, who, now)
        work.commit()
    return done


def assign(house: House, number: int, message: int, caller: Caller) -> Letter:
    """Say which message a letter belongs to; what it says then waits to be confirmed.

    Errors: Absent, Refused, Stale.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        letter = work.letters.get(number)
        to = answered(work, work.outbox.get(message))
        situation = situate(house, work, to.message.case, now, caller)
        reasons = _not_keeper(situation)
        if letter.status not in (Status.UNMATCHED, Status.PROPOSED):
            reasons.append(_not_now(letter, "only one that waits can be assigned"))
        if letter.kind not in (Kind.ANSWER, Kind.UNREADABLE):
            reasons.append("no person wrote this letter, so it answers nothing")
        if why := closed(to):
            reasons.append(why)
        _refuse(reasons)
        kept = letter.proposed if letter.proposed in choices(to) else ""
        moved = replace(
            letter, outbox=message, case=to.message.case, proposed=kept, reason="",
            status=Status.PROPOSED,
        )  # fmt: skip
        work.letters.settle(moved, letter.status)
        work.commit()
    return moved


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
    each = (now_is.keepers for _, now_is in map(work.library.current, work.library.keys()))
    keepers = tuple(dict.fromkeys(role for keepers in each for role in keepers))
    return actor.email, list(refusals(actor, keepers, directory.area))


def _not_keeper(situation: Situation) -> list[str]:
    who, area = situation.process.keepers, situation.directory.area
    return list(refusals(situation.actor, who, area, situation.case.recused))


def _not_now(letter: Letter, rule: str) -> str:
    return f"Letter {letter.id} is {letter.status}; {rule}."


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise Refused(reasons)
