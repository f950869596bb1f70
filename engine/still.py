"""Whether a message still says what is so when its turn to be sent has come."""

from __future__ import annotations

from datetime import datetime

from engine.case import BREACHED, CANCELLED, Case
from engine.notices import clock_name
from engine.outbox import Message

# A reminder speaks of a date as it stands; the others tell what happened, which stays so.
REMINDERS = frozenset({"due_soon", "due", "late"})
ASKING = frozenset({"asked"})
_ENDS = {BREACHED: "missed", CANCELLED: "cancelled"}


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
    # A date that was missed stays missed, though the house may have gone on because of it.
    missed = message.kind == "late" and deadline.status == BREACHED
    if not deadline.is_open and not missed:
        return f"Not sent: the date was {_ENDS.get(deadline.status, 'met')} before."
    if deadline.due != datetime.fromisoformat(message.about["due"]):
        return "Not sent: the date has moved since; the new date has notices of its own."
    return ""
