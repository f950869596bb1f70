"""Every way this room says no, and what to do next; the same words whatever holds the rows."""

from __future__ import annotations

from engine.case import Owed
from engine.definition import Process
from engine.errors import Absent, Refused, Stale
from engine.outbox import Message, State
from engine.roles import labels


def no_case() -> Absent:
    """The same words whether a case is not there or is not for this person to see."""
    return Absent(["There is no such case here. Check the reference; `waymark list` names yours."])


def no_message(number: int) -> Absent:
    return Absent([f"There is no message {number}. `waymark outbox list` names them all."])


def no_letter(number: int) -> Absent:
    return Absent([f"There is no letter {number}. `waymark letters list` names them all."])


def letter_moved(number: int) -> Stale:
    return Stale([f"Somebody else dealt with letter {number} meanwhile; look at it again."])


def not_owed(message: Message) -> Refused:
    return Refused(
        [f"Message {message.id} is {message.state}; only an owed one can be taken out of sending."]
    )


def why_not_release(message: Message) -> tuple[str, ...]:
    if message.state not in (State.PARKED, State.REFUSED):
        return (
            f"Message {message.id} is {message.state}; only a parked or refused one is released.",
        )
    if not message.recipient:
        return (f"Message {message.id} has nobody to go to. {message.last_words}",)
    return ()


def first_state(owed: Owed) -> tuple[State, str]:
    """Owed; or parked, with the reason, where nobody in the role it is for can be told."""
    if owed.recipient:
        return State.OWED, ""
    return State.PARKED, (
        f"There is nobody to tell by email in the role: {labels(owed.role)}. Tell somebody another"
        " way, and see who holds it in the directory, whether they are kept off the review, and"
        " whether mail reaches them, so that the next message has somebody to go to."
    )


def no_process(key: str) -> Absent:
    return Absent([f"There is no process called '{key}'. `waymark process list` names them all."])


def recounted() -> Stale:
    return Stale(
        ["A bank holiday was proclaimed while you decided; look at the dates and decide again."]
    )


def not_kept(noun: str) -> Absent:
    return Absent([f"There is no such {noun} in this house. `waymark verify` says what needs it."])


def none_yet(noun: str) -> Absent:
    return Absent([f"This house has no {noun} yet. Run `waymark migrate` to finish setting it up."])


def other_content(process: Process) -> Refused:
    return Refused(
        [
            f"Version {process.version} of '{process.label}' is already published with other"
            " content, and open cases may be running under it. Give the changed process a new"
            " version and publish that."
        ]
    )


def house_there() -> Refused:
    return Refused(
        ["There is a house in this database already. Open that one, or name another database."]
    )


def real_time_only() -> Refused:
    return Refused(["The time can be set only in a practice house; this house keeps real time."])
