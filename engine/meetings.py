"""Meetings whose day is recorded before they are held: what tells of one says when it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.case import Case
from engine.length import in_words, parse_instant
from engine.london import end_of_day
from engine.situation import day_of

_CLOCK = "meeting/"


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting by the fact that says when; title is what its entry in a calendar is about."""

    fact: str
    title: str


_REVIEW = Planned("meeting_on", "Rapid review meeting")
# By what tells of them. They stand here and not in the processes, so that a case which was opened
# under an earlier definition has them too.
TOLD_BY = {
    "action:convene": _REVIEW,
    "fact:meeting_on": _REVIEW,
    "action:defer": Planned("next_meeting_on", "Child Death Overview Panel meeting"),
    "action:meet": Planned("meeting_at", "Urgent multi-agency meeting"),
}
# A new day for a meeting that was told of, by the stage in which it stands: it is told again.
_AGAIN = {("fact:meeting_on", "meeting"): "action:convene"}


def told_as(on: str, case: Case) -> str:
    """What notice rules are asked for something that happened."""
    return _AGAIN.get((on, case.stage), on)


def is_meeting(clock: str) -> bool:
    """Whether a date in a calendar is a meeting's, and no deadline."""
    return clock.startswith(_CLOCK)


def meeting_words(on: str, case: Case, now: datetime) -> Mapping[str, str]:
    """What a message about a meeting still to come says of it; nothing of any other."""
    planned = TOLD_BY.get(on)
    value = case.value(planned.fact) if planned else None
    if planned is None or value is None:
        return {}
    by_hour = "T" in value
    at = parse_instant(value) if by_hour else end_of_day(day_of(value))
    if at < now:
        return {}
    words = in_words(at) if by_hour else in_words(day_of(value))
    return {
        "meeting": f"{_CLOCK}{planned.fact}",
        "meeting_at": at.isoformat(),
        "meeting_words": f"{words} ({planned.title})",
        "meeting_title": planned.title,
    }
