"""Links in emails: whose a key is, when it has ended, and taking one back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.audience import Reader
from engine.case import Case, Event, Step, Task
from engine.casework import Caller, House, situate
from engine.codes import KIND
from engine.errors import Absent, Refused
from engine.keys import fits, number_in
from engine.notices import message as owe
from engine.outbox import Message, State
from engine.ports import UnitOfWork
from engine.roles import refusals
from engine.situation import Situation
from engine.step import Pen

# A key outlives its task by nothing, and no message by more than this.
LIFETIME = timedelta(days=180)
NO_SUCH_LINK = (
    "This link is not valid. It may have been cut in two by a mail program: copy all of it, or"
    " answer the email, or ring the number in it."
)
ENDED = "This link has ended. Ring the number in the email if you still need to answer."
MOVED_ON = "The case has moved on since this email was sent. Use the newest email you have of it."


def message_of(house: House, work: UnitOfWork, key: str) -> Message:
    """The message a key belongs to. Errors: Absent, in the same words whatever is wrong."""
    try:
        message = work.outbox.get(number_in(key))
    except Absent:
        raise Absent([NO_SUCH_LINK]) from None
    # A digest asks nothing; its key stands only in the address that reports of failure go to.
    ours = bool(message.case) and fits(house.store.secret, key, message)
    if not ours or message.kind == KIND or taken_back(message, work.cases.events(message.case)):
        raise Absent([NO_SUCH_LINK])
    return message


def number_of(house: House, key: str) -> int:
    """The number of the message a key belongs to. Errors: Absent, as message_of."""
    with house.store.begin() as work:
        return message_of(house, work, key).id


def source_of(message: Message) -> str:
    """How the record says that something was done by the link of a message."""
    return f"link of message {message.id}"


def used(message: Message, events: Iterable[Event]) -> list[Event]:
    """What was done by the link of a message, alone or with a code, in the order of the record."""
    source = source_of(message)
    return [e for e in events if e.account == source or e.account.startswith(f"{source},")]


def taken_back(message: Message, events: Iterable[Event]) -> Event | None:
    """The event that ended the link of a message before its time; None where there is none."""
    ended = (e for e in events if e.kind == "revoked" and e.data["message"] == message.id)
    return next(ended, None)


def over(message: Message, task: Task | None, now: datetime) -> str:
    """Why the task of a message can be answered no more; empty where it still can."""
    if _has_ended(message, now):
        return ENDED
    if task is None:
        return "This message asks for no answer."
    if task.status == "cancelled":
        return "This is no longer needed. Thank you; nothing more is asked of you here."
    if not task.is_open:
        return "This was answered already. Thank you; nothing more is asked of you here."
    return ""


def undecidable(message: Message, case: Case, now: datetime) -> str:
    """Why nothing of a case can be decided with the link of a message; empty where it can.

    A decision belongs to the stage at which the message was owed.
    """
    if _has_ended(message, now):
        return ENDED
    told = int(message.about.get("sequence") or 0)
    return MOVED_ON if case.entries and case.entries[-1].sequence > told else ""


def _has_ended(message: Message, now: datetime) -> bool:
    return message.state is State.PARKED or now - message.owed_at > LIFETIME


def revoke(house: House, number: int, caller: Caller, reason: str, again: bool) -> Step:
    """End the key of a message, for good; again owes its person the same message with a new key.

    Errors: Absent, Refused, Stale.
    """
    with house.store.begin() as work:
        message = work.outbox.get(number)
        if not message.case:
            raise Refused([f"message {number} is a digest; it has no link to take back"])
        situation = situate(house, work, message.case, house.clock.now(), caller)
        already = taken_back(message, work.cases.events(message.case)) is not None
        faults = _faults(situation, message, reason, already)
        if faults:
            raise Refused(faults)
        step = revoking(situation, message, reason.strip(), again)
        work.keep(step)
        work.commit()
    return step


def _faults(situation: Situation, message: Message, reason: str, already: bool) -> list[str]:
    process, case = situation.process, situation.case
    owner = process.stage_by_key[case.stage].owner
    who = tuple(dict.fromkeys((*process.keepers, *filter(None, (owner,)))))
    own = situation.actor.email == message.recipient
    reasons = (
        [] if own else [*refusals(situation.actor, who, situation.directory.area, case.recused)]
    )
    if not reason.strip():
        reasons.append("a reason is needed to take a link back")
    if already:
        reasons.append(f"the link of message {message.id} was taken back already")
    if message.kind == KIND:
        reasons.append("a mail with a code has no link; the code ends by itself")
    return reasons


def revoking(situation: Situation, message: Message, reason: str, again: bool) -> Step:
    """The step that ends a link, for whoever may; again owes the same message with another one."""
    pen = Pen(situation)
    event = pen.write("revoked", {"message": message.id, "reason": reason})
    if again and message.recipient:
        about = message.about
        decides = bool(about.get("decides"))
        reader = Reader(message.recipient, message.role, about["because"], decides=decides)
        anchor = f"{message.anchor}/again#{event.sequence}"
        pen.also.append(owe(anchor, message.kind, message.urgent, about, reader))
    return pen.finish()
