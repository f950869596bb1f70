"""What a digest is made of: the cases it looks at, and its lists in words that name no child."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.case import BREACHED, RUNNING, Case, Deadline
from engine.case_ports import Line
from engine.definition import Process
from engine.london import london_date
from engine.notices import due_words
from engine.outbox import Message
from engine.roles import Directory
from engine.working_days import Calendar

# A list as long as this is still read; the rest is counted.
MOST = 12

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a digest sees it, with its process and the messages about its open tasks.

    lost are the numbers of those that a report says were not delivered after all.
    """

    case: Case
    process: Process
    messages: tuple[Message, ...] = ()
    lost: frozenset[int | None] = frozenset()


Dated = tuple[Seen, Deadline]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the digests of one instant may look at.

    seen are the open cases; stuck the messages that are parked or refused; letters how many wait
    for a person. For a month: lines are all cases, missed the dates missed in the month before, on
    cases that may be closed by now, and labels the processes by their keys.
    """

    now: datetime
    directory: Directory
    calendar: Calendar
    seen: tuple[Seen, ...] = ()
    stuck: tuple[Message, ...] = ()
    letters: int = 0
    lines: tuple[Line, ...] = ()
    missed: tuple[Dated, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The London day."""
        return london_date(self.now)


@dataclass(frozen=True, slots=True)
class Section:
    """A list under a title: reference, what, when. more is how many rows are left out.

    counted are the words for its number in the line at the top; empty where it says nothing there.
    """

    title: str
    rows: tuple[Row, ...]
    counted: str = ""
    more: int = 0


def section(title: str, rows: Iterable[Row], one: str = "", many: str = "") -> Section:
    """A list, cut where it is too long to be read; one and many are the words for its number."""
    known = list(rows)
    shown = tuple(known[:MOST])
    noun = one if len(known) == 1 else many or one
    number = f"{len(known)} {noun}" if noun and known else ""
    return Section(title, shown, number, len(known) - len(shown))


def awaited(seen: Iterable[Seen]) -> list[Dated]:
    """Every date that is still awaited, the earliest first."""
    found = [(one, dated) for one in seen for dated in one.case.deadlines if dated.is_open]
    return sorted(found, key=lambda each: (each[1].due, each[0].case.reference))


def late(seen: Iterable[Seen], now: datetime) -> list[Dated]:
    """Every date that has passed and is still awaited."""
    return [each for each in awaited(seen) if each[1].status_at(now) == BREACHED]


def near(seen: Iterable[Seen], now: datetime, until: datetime) -> list[Dated]:
    """Every date that falls from now up to an instant, that of a clock on hold left out."""
    return [
        (one, dated)
        for one, dated in awaited(seen)
        if dated.status == RUNNING and now <= dated.due <= until
    ]


def what_of(one: Seen, dated: Deadline) -> str:
    """The name of a date, with its task where it has one."""
    known = one.process.timescale_by_key[dated.key].label
    return f"{known} ({dated.task})" if dated.task else known


def late_rows(found: Iterable[Dated]) -> Iterator[Row]:
    """Dates that have passed, as rows."""
    for one, dated in found:
        yield one.case.reference, what_of(one, dated), f"was due {due_words(dated)}"


def near_rows(found: Iterable[Dated]) -> Iterator[Row]:
    """Dates that come, as rows."""
    for one, dated in found:
        yield one.case.reference, what_of(one, dated), f"due {due_words(dated)}"
