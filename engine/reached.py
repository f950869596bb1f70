"""Whether somebody who was asked for something has been reached, and whether they are silent."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from engine.case import Task
from engine.letters import HARD, OURS, SOFT
from engine.outbox import Message, State

YES, WAITING, NO = "yes", "waiting", "no"
# A report of delay is none: the server still tries.
UNDELIVERED = (HARD, SOFT, OURS)
_NOT_REACHED = (State.REFUSED, State.PARKED)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An open task of which its recipient has said nothing, and all that was owed to them of it.

    reached is what became of telling them.
    """

    task: Task
    told: tuple[Message, ...]
    reached: str


def unanswered(
    tasks: Iterable[Task], messages: Iterable[Message], lost: Container[int | None] = ()
) -> Iterator[Unanswered]:
    """Those of these tasks that wait for their recipient, where anything was owed to them."""
    known = tuple(messages)
    for task in tasks:
        own = told(known, task) if task.is_open and not task.reply else ()
        if own:
            yield Unanswered(task, own, reached(own, lost))


def told(messages: Iterable[Message], task: Task) -> tuple[Message, ...]:
    """What was owed to a task's recipient about it."""
    return tuple(
        m for m in messages if m.about.get("task") == task.id and m.recipient == task.recipient
    )


def reached(own: Iterable[Message], lost: Container[int | None]) -> str:
    """Yes: the last one that was tried was taken. Waiting: none was tried yet. No: it was not.

    lost are the numbers of those that a report says were not delivered after all.
    """
    tried = [m for m in own if m.state in (State.ACCEPTED, *_NOT_REACHED)]
    if not tried:
        return WAITING
    return YES if tried[-1].state is State.ACCEPTED and tried[-1].id not in lost else NO
