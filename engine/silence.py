"""Silence: somebody was asked and reached, and nothing of theirs has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.case import Case, Task
from engine.casework import House
from engine.errors import CalendarEnds
from engine.length import Length, due_date, london_date
from engine.letters import Kind, Letter
from engine.outbox import Message, State
from engine.reached import unanswered
from engine.working_days import Calendar

# Nobody has published a number: a local default. Within it, nobody is called silent.
PATIENCE = "2wd"
_OWN_WORDS = (Kind.ANSWER, Kind.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Silent:
    """A task whose recipient has said nothing since a day, the London day they were first told."""

    reference: str
    task: Task
    since: date
    told: int


def silent(house: House, references: Iterable[str] | None = None) -> Iterator[Silent]:
    """Every open task whose recipient was told and has said nothing; of these cases, or of all."""
    now = house.clock.now()
    with house.store.begin() as work:
        calendar = work.library.current_calendar()
        found = work.cases.references(only_open=True) if references is None else references
        for reference in found:
            case = work.cases.open(reference)
            if any(task.is_open for task in case.tasks):
                mail = work.outbox.list(case=reference), work.letters.list(case=reference)
                yield from of_case(case, *mail, calendar, now)


def of_case(
    case: Case,
    messages: Sequence[Message],
    letters: Sequence[Letter],
    calendar: Calendar,
    now: datetime,
) -> Iterator[Silent]:
    """The same for one case."""
    for each in unanswered(case.tasks, messages):
        # Who was never reached is not silent.
        told = [message for message in each.told if message.state is State.ACCEPTED]
        heard = _heard(letters, {message.id for message in told})
        if told and not heard and _long_ago(told[0], calendar, now):
            yield Silent(case.reference, each.task, london_date(told[0].owed_at), len(told))


def _heard(letters: Iterable[Letter], numbers: set[int]) -> bool:
    """Whether a letter of their own has come, though nobody has confirmed it yet."""
    return any(x.outbox in numbers and x.kind in _OWN_WORDS for x in letters)


def _long_ago(first: Message, calendar: Calendar, now: datetime) -> bool:
    patience = Length.parse(PATIENCE)
    try:
        return due_date(patience, london_date(first.owed_at), calendar) < london_date(now)
    except CalendarEnds:
        return False
