"""What a message enters in its reader's calendar, and what a step takes out of it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from engine.case import HELD, Case, Owed, Step
from engine.meetings import is_meeting
from engine.notices import clock_name
from engine.outbox import TAKEN_BACK, TOLD, Message
from engine.ports import UnitOfWork

# What a closed case still names is the next date that runs on, such as that of an action: it is
# neither asked for by this message nor taken back.
CLOSED, _HELD = "closed", "held"
_MET = "met:"


@dataclass(frozen=True, slots=True)
class Booked:
    """A date in a reader's calendar: clock is its name, due an instant as text, words its words.

    title is what the entry says it is about.
    """

    clock: str
    due: str
    words: str
    title: str


def booked(kind: str, about: Mapping[str, str]) -> Booked | None:
    """The date a message speaks of to its reader's calendar; None where it speaks of none."""
    if about.get("meeting"):
        named = ("meeting", "meeting_at", "meeting_words", "meeting_title")
        return Booked(*(about[key] for key in named))
    if kind == CLOSED or not about.get("clock") or not about.get("due"):
        return None
    return Booked(about["clock"], about["due"], about["due_words"], about["title"])


def is_met(anchor: str) -> bool:
    """Whether a message tells that its date was met, so that the date may leave the calendar."""
    return anchor.startswith(_MET)


def taken_back(about: Mapping[str, str]) -> tuple[Booked, ...]:
    """The dates a message takes out of its reader's calendar."""
    return tuple(Booked(*row) for row in json.loads(about.get(TAKEN_BACK, "[]")))


def keep(work: UnitOfWork, step: Step) -> None:
    """Keep a step; its messages take dates that no longer stand out of their readers' calendars.

    The outbox is read only where a case was closed or a hold began. Errors: Stale.
    """
    if _closes(step) or _holds(step):
        step = _taking_back(step, work.outbox.list(case=step.case.reference))
    work.keep(step)


def _closes(step: Step) -> bool:
    return step.before is not None and step.before.is_open and not step.case.is_open


def _holds(step: Step) -> bool:
    return any(owed.kind == _HELD for owed in step.owed)


def _taking_back(step: Step, sent: Sequence[Message]) -> Step:
    carriers = {owed.recipient: owed for owed in _carriers(step)}
    owed = (
        _carrying(step, each, sent) if carriers.get(each.recipient) is each else each
        for each in step.owed
    )
    return replace(step, owed=tuple(owed))


def _carriers(step: Step) -> Iterator[Owed]:
    """The messages that may take dates back, the best one for each reader last."""
    told = [owed for owed in step.owed if owed.recipient]
    if not _closes(step):
        yield from (owed for owed in told if owed.kind == _HELD)
        return
    happened = [owed for owed in told if owed.anchor.startswith(("action:", "stage:"))]
    yield from sorted(happened, key=lambda owed: owed.kind == CLOSED)


def _carrying(step: Step, owed: Owed, sent: Iterable[Message]) -> Owed:
    rows = [astuple(each) for each in _gone(step, _calendar(sent, owed.recipient))]
    told = {**owed.about, TAKEN_BACK: json.dumps(rows, ensure_ascii=False)}
    return replace(owed, about=told) if rows else owed


def _calendar(sent: Iterable[Message], recipient: str) -> dict[str, Booked]:
    """The dates one reader was sent and that were not taken back since, by their clocks."""
    found: dict[str, Booked] = {}
    for message in sent:
        if message.recipient != recipient or message.state not in TOLD:
            continue
        gone = taken_back(message.about)
        date = booked(message.kind, message.about)
        for each in gone:
            found.pop(each.clock, None)
        if date and is_met(message.anchor):
            found.pop(date.clock, None)
        elif date and not gone:
            found[date.clock] = date
    return found


def _gone(step: Step, known: Mapping[str, Booked]) -> list[Booked]:
    """Those of a reader's dates still to come that stand no longer after a step."""
    now, standing = step.events[-1].at, _standing(step.case)
    ahead = (each for each in known.values() if datetime.fromisoformat(each.due) >= now)
    over = (each for each in ahead if each.clock not in standing)
    # A meeting goes with its case; no hold stops it.
    gone = (each for each in over if not (is_meeting(each.clock) and step.case.is_open))
    return sorted(gone, key=lambda date: date.due)


def _standing(case: Case) -> frozenset[str]:
    waited_for = (d for d in case.deadlines if d.is_open and d.status != HELD)
    return frozenset(map(clock_name, waited_for))
