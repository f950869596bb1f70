"""Whether those who were asked have been reached: what is shown of each open task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engine.case import Task
from engine.length import in_words, london_date
from engine.letters import Letter
from engine.outbox import Message, State

NOT_REACHED = (State.REFUSED, State.PARKED)


def told(messages: Iterable[Message], letters: Iterable[Letter], task: Task) -> dict[str, Any]:
    """What was sent to a task's recipient about it, and what became of the last of it.

    away_until is the last day an automatic reply of theirs gave for being back, where one did.
    """
    own = [m for m in messages if _is_for(m, task)]
    numbers = {m.id for m in own}
    back = [one.back_on for one in letters if one.outbox in numbers and one.back_on]
    last = own[-1] if own else None
    return {
        "messages": len(own),
        "accepted": sum(m.state is State.ACCEPTED for m in own),
        "last_on": london_date(last.owed_at).isoformat() if last else None,
        "last_on_words": in_words(london_date(last.owed_at)) if last else None,
        "last_kind": last.kind if last else None,
        "last_state": str(last.state) if last else None,
        "last_words": last.last_words if last else None,
        "reached": _reached(own),
        "away_until": max(back).isoformat() if back else None,
    }


def _is_for(message: Message, task: Task) -> bool:
    return message.about.get("task") == task.id and message.recipient == task.recipient


def _reached(messages: Sequence[Message]) -> str:
    """yes: the last one that was tried was taken. waiting: none was tried yet. no: it was not."""
    tried = [m for m in messages if m.state in (State.ACCEPTED, *NOT_REACHED)]
    if not tried:
        return "waiting"
    return "yes" if tried[-1].state is State.ACCEPTED else "no"
