"""Whether a message still says what is so when its turn to be sent has come."""

from __future__ import annotations

from datetime import datetime

from engine.case import Case, Deadline
from engine.notices import clock_name
from engine.outbox import Message

# A reminder speaks of a date as it stands; the others tell what happened, which stays so.
REMINDERS = frozenset({"due_soon", "due", "late"})
ASKING = frozenset({"asked"})


def may_go_stale(message: Message) -> bool:
    """Whether what it says can have been overtaken: one that tells what happened cannot."""
    return message.kind in REMINDERS | ASKING


def why_gone(message: Message, case: Case) -> str:
    """Why a message need not be sent any more, in words; empty where it still holds."""
    if message.kind in REMINDERS:
        return _date_gone(message, case)
    task = case.task(message.about.get("task", "")) if message.kind in ASKING else None
    if task is not None and not task.is_open:
        return f"Not sent: {task.id} was settled before ({task.status})."
    return ""


def _date_gone(message: Message, case: Case) -> str:
    clock = message.about.get("clock", "")
    deadline = next((d for d in case.deadlines if clock_name(d) == clock), None)
    if deadline is None:
        return ""
    if not deadline.is_open:
        return f"Not sent: the date was {_end(deadline)} before."
    if deadline.due != datetime.fromisoformat(message.about["due"]):
        return "Not sent: the date has moved since; the new date has notices of its own."
    return ""


def _end(deadline: Deadline) -> str:
    return {"cancelled": "cancelled"}.get(deadline.status, "met")
