"""The JSON of what is listed: cases, dates that are due, and working days counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from engine import silence
from engine.case import Deadline
from engine.case_ports import Line
from engine.casework import House
from engine.length import london_date
from engine.notices import due_words
from engine.working_days import Calendar


def case(line: Line) -> dict[str, Any]:
    """A case in a list: where it is and what falls due next."""
    return {
        "reference": line.reference,
        "process": line.process,
        "stage": line.stage,
        "open": line.closed_at is None,
        "opened_on": london_date(line.opened_at).isoformat(),
        "next_due": london_date(line.next_due).isoformat() if line.next_due else None,
        "overdue": line.overdue,
        "pseudonym": line.pseudonym,
    }


def due(house: House, found: Sequence[tuple[str, Deadline]], now: datetime) -> list[dict[str, Any]]:
    """Dates of cases, and whether those who were asked have said nothing."""
    asked = dict.fromkeys(reference for reference, d in found if d.task)
    quiet = {(x.reference, x.task.id) for x in silence.silent(house, asked)}
    return [
        {
            "reference": reference,
            "key": d.key,
            "task": d.task or None,
            "due": london_date(d.due).isoformat(),
            "due_words": due_words(d),
            "status": d.status_at(now),
            "length": d.length,
            "standing": d.standing,
            "silent": (reference, d.task) in quiet,
        }
        for reference, d in found
    ]


def added(calendar: Calendar, day: date, count: int) -> dict[str, Any]:
    """A day and so many working days. Errors: CalendarEnds."""
    found = calendar.add(day, count)
    provisional = calendar.provisional(found)
    return {"date": found.isoformat(), "provisional": provisional, "calendar": calendar.snapshot}


def between(calendar: Calendar, first: date, last: date) -> dict[str, Any]:
    """The working days after one day, up to and including another. Errors: CalendarEnds."""
    return {"working_days": calendar.between(first, last), "calendar": calendar.snapshot}
