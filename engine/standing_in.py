"""Standing in: where somebody cannot be reached, or is away too long, their deputy is told instead.

The same notice goes to the deputy once, under an event of its own; it moves no stage and no date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from engine.audience import Reader, readers
from engine.case import Case, Deadline, Owed, Step, Task
from engine.codes import KIND as CODE
from engine.length import in_words
from engine.notices import clock_name, words
from engine.notices import message as notice
from engine.outbox import Message
from engine.roles import DEPUTY, THE_HOUSE, Person, label
from engine.situation import Situation
from engine.step import Pen

AWAY, BOUNCED = "away", "bounced"
NOT_REACHED = "not_reached"
_INSTEAD = re.compile(r"instead:([1-9]\d{0,17})")
_DATES = ("clock", "due", "due_words", "raw_due_words", "standing_words", "citation", "provisional")


@dataclass(frozen=True, slots=True)
class Missed:
    """A message that did not reach who it was for; tried are all who could not be told of it.

    back_on is the day somebody who is away said they return; None where the message came back.
    """

    message: Message
    tried: frozenset[str]
    back_on: date | None = None

    @property
    def because(self) -> str:
        return AWAY if self.back_on else BOUNCED


def anchor(message: Message) -> str:
    """What makes the message in place of another one unique: one each, however often it fails."""
    return f"instead:{message.id}"


def missed(
    message: Message, numbered: Callable[[int], Message], back_on: date | None = None
) -> Missed:
    """A message that failed, with everybody it was meant for before."""
    tried, origin = {message.recipient}, message
    while found := _INSTEAD.fullmatch(origin.anchor):
        origin = numbered(int(found[1]))
        tried.add(origin.recipient)
    return Missed(message, frozenset(tried), back_on)


def done_before(missed_: Missed, messages: Iterable[Message]) -> bool:
    """Whether somebody was told instead already; of one absence once, whatever was sent since."""
    known = {message.id: message for message in messages}
    for message in known.values():
        found = _INSTEAD.fullmatch(message.anchor)
        origin = known.get(int(found[1])) if found else None
        if origin and (origin.id == missed_.message.id or _same_absence(missed_, origin)):
            return True
    return False


def _same_absence(missed_: Missed, origin: Message) -> bool:
    message = missed_.message
    same = (origin.recipient, _clock(origin)) == (message.recipient, _clock(message))
    return missed_.back_on is not None and same


def _clock(message: Message) -> str:
    return message.about.get("clock", "")


def clock_of(case: Case, message: Message) -> Deadline | None:
    """The open clock a message speaks of, as it stands now."""
    return next((d for d in case.deadlines if d.is_open and clock_name(d) == _clock(message)), None)


def tell_instead(situation: Situation, missed_: Missed) -> Step | None:
    """The step that tells a deputy, else those who keep the case; of a bounce the keeper hears.

    None where somebody is away and nobody else could be told, and for a one-time code, which is
    for nobody else. Errors: CalendarEnds.
    """
    if missed_.message.kind == CODE:
        return None
    told = deputies(situation, missed_) or keepers(situation, missed_)
    if not told and missed_.back_on:
        return None
    message, pen = missed_.message, Pen(replace(situation, actor=THE_HOUSE))
    event = pen.write("deputised", _data(missed_, told))
    told = told or [Reader("", message.role, "nobody else could be found to tell")]
    about = _refreshed(situation, message)
    pen.also += [
        notice(anchor(message), message.kind, message.urgent, about, reader) for reader in told
    ]
    pen.also += _to_keepers(situation, missed_, event.sequence, [r.email for r in told])
    return pen.finish()


def _data(missed_: Missed, told: list[Reader]) -> dict[str, object]:
    message = missed_.message
    data: dict[str, object] = {
        "message": message.id,
        "who": message.recipient,
        "because": missed_.because,
        "told": [reader.email for reader in told],
    }
    if task := message.about.get("task"):
        data["task"] = task
    if missed_.back_on:
        data["back_on"] = missed_.back_on.isoformat()
    return data


def deputies(situation: Situation, missed_: Missed) -> list[Reader]:
    """Who deputises for somebody in the role they were told in, else in any role they hold."""
    message, directory = missed_.message, situation.directory
    person = directory.find(message.recipient)
    if person is None:
        return []
    held = sorted({role.removesuffix(DEPUTY) for role in person.roles})
    found: dict[str, Reader] = {}
    for role in [message.role] if message.role in held else held:
        for deputy in directory.deputies(person, role):
            if deputy.email not in missed_.tried | set(situation.case.recused):
                found.setdefault(deputy.email, _reader(deputy, role, missed_))
    return list(found.values())


def _reader(deputy: Person, role: str, missed_: Missed) -> Reader:
    because = f"{_why(missed_)}, and you deputise for the role {label(role)}"
    return Reader(deputy.email, role, because, deputy.agency)


def _why(missed_: Missed) -> str:
    if missed_.back_on:
        return f"who this was for is away until {in_words(missed_.back_on)}"
    return "who this was for could not be reached by email"


def keepers(situation: Situation, missed_: Missed) -> list[Reader]:
    """Those who keep the case, where nobody deputises: the first of their roles with anybody."""
    because = f"{_why(missed_)}, and nobody deputises for them; please pass it on"
    for role in situation.process.keepers:
        found = _others(readers((role,), situation), missed_)
        if found:
            return [replace(reader, because=because) for reader in found]
    return []


def _others(found: Iterable[Reader], missed_: Missed) -> list[Reader]:
    return [reader for reader in found if reader.email and reader.email not in missed_.tried]


def _refreshed(situation: Situation, message: Message) -> dict[str, str]:
    """The same words, with the date they name as it stands now."""
    clock, task = clock_of(situation.case, message), _task(situation, message)
    about = dict(message.about)
    if clock is not None:
        now = words(situation, message.kind, clock, task)
        about |= {name: now[name] for name in _DATES}
    return about


def _task(situation: Situation, message: Message) -> Task | None:
    task = message.about.get("task", "")
    return situation.case.task(task) if task else None


def _to_keepers(
    situation: Situation, missed_: Missed, sequence: int, told: list[str]
) -> list[Owed]:
    """The keeper of the case hears of an address that takes no mail, unless they stand in."""
    message = missed_.message
    if missed_.back_on or message.kind == NOT_REACHED:
        return []
    task = _task(situation, message)
    about = words(situation, NOT_REACHED, clock_of(situation.case, message), task)
    who = task.agency if task and task.agency else label(message.role)
    about["title"] = f"{who}: a message could not be delivered"
    about["sequence"] = str(sequence)
    about["asks"] = "Please tell them another way, and put their address right in the directory."
    about["otherwise"] = _OTHERWISE[bool(told and told != [""])]
    found = _others(readers(situation.process.keepers[:1], situation), missed_)
    return [
        notice(f"{NOT_REACHED}#{sequence}", NOT_REACHED, False, about, reader)
        for reader in found
        if reader.email not in told
    ]


_OTHERWISE = {
    True: "Their deputy was told instead, this once; the date stands.",
    False: "Nobody was told instead; the date stands.",
}
