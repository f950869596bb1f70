"""Whether a message still says what is so when its turn to be sent has come."""

from __future__ import annotations

from datetime import datetime

from engine.case import BREACHED, CANCELLED, Case
from engine.codes import CARRIERS, why_late
from engine.london import london_date, midnight
from engine.notices import clock_name
from engine.outbox import DIGEST, Message, State
from engine.ports import Clock, UnitOfWork

# A reminder speaks of a date as it stands; the others tell what happened, which stays so.
LATE = "late"
REMINDERS = frozenset({"due_soon", "due", LATE})
# Cases, whose messages lie near each other in the outbox.
_REMEMBERED = 100
ASKING = frozenset({"asked"})
_ENDS = {BREACHED: "missed", CANCELLED: "cancelled"}


def may_go_stale(message: Message) -> bool:
    """Whether what it says can have been overtaken: one that tells what happened cannot."""
    return message.kind in REMINDERS | ASKING | {DIGEST}


def why_over(message: Message, now: datetime) -> str:
    """Why a digest need not be sent any more: it says how things stood on a day that is over."""
    if london_date(now).isoformat() == message.about.get("period"):
        return ""
    return "Not sent: its day is over; the next digest says how things stand."


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
    missed = message.kind == LATE and deadline.status == BREACHED
    if not deadline.is_open and not missed:
        return f"Not sent: the date was {_ENDS.get(deadline.status, 'met')} before."
    if deadline.due != datetime.fromisoformat(message.about["due"]):
        return "Not sent: the date has moved since; the new date has notices of its own."
    return ""


def why_said(work: UnitOfWork, message: Message, now: datetime) -> str:
    """Why word of a missed date need not be sent: its reader was told the very same this day.

    A reminder that comes so many hours after the date is a push of its own, and goes unless both
    have rested until the same moment. What was not accepted by their server does not count.
    """
    by_hours = message.anchor.endswith("h")
    since = message.not_before or now if by_hours else midnight(london_date(now))
    for other in work.outbox.list(State.ACCEPTED, message.case):
        same = other.id != message.id and _says_the_same(other, message)
        if same and work.outbox.attempts(other.id)[-1].at >= since:
            return f"Not sent: they were told the same on this day (message {other.id})."
    return ""


def _says_the_same(one: Message, other: Message) -> bool:
    if (one.recipient, one.kind, one.role) != (other.recipient, other.kind, other.role):
        return False
    return all(one.about.get(k) == other.about.get(k) for k in ("clock", "due", "because"))


class Lookout:
    """Looks whether owed messages still say what is so; a case is read anew only where it moved."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, Case] = {}

    def why_gone(self, work: UnitOfWork, message: Message) -> str:
        """Why a message need not be sent any more, in words; empty where it still holds."""
        if message.kind in CARRIERS:
            return why_late(message, self._clock.now())
        if not may_go_stale(message):
            return ""
        if not message.case:
            return why_over(message, self._clock.now())
        gone = why_gone(message, self._case(work, message.case))
        if not gone and message.kind == LATE:
            return why_said(work, message, self._clock.now())
        return gone

    def _case(self, work: UnitOfWork, reference: str) -> Case:
        seen = self._seen.get(reference)
        if seen is None or work.cases.revision(reference) != seen.revision:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            seen = self._seen[reference] = work.cases.open(reference)
        return seen
