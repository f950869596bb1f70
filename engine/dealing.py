"""What a person does with a letter: confirm what it says, assign it to a message, dismiss it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from engine.asking import answer
from engine.booked import keep
from engine.case import Step
from engine.casework import Caller, House, actor_of, situate
from engine.errors import Refused, refuse_for
from engine.letterbox import BY_A_PERSON, answered
from engine.letters import Answered, Letter, Status, choices, closed
from engine.outbox import Message
from engine.ports import UnitOfWork
from engine.replies import ACKNOWLEDGE, LONGEST, REPLIES, Reply, reply
from engine.roles import refusals
from engine.situation import Situation

_WAITING = (Status.PROPOSED, Status.UNMATCHED, Status.KEPT)


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
        if letter.kind not in BY_A_PERSON:
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
