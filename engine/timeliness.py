"""How many dates were kept: for each process and timescale, over those due in a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from engine.case import BREACHED, CANCELLED, HELD, MET, MET_LATE, RUNNING, Deadline
from engine.definition import Process
from engine.length import london_date, parse_day, parse_instant
from engine.reports import per_cent
from engine.rules import STANDINGS
from engine.working_days import Calendar

STATES = (MET, MET_LATE, BREACHED, RUNNING, HELD, CANCELLED)
Dated = tuple[str, str, Deadline]


@dataclass(frozen=True, slots=True)
class Kept:
    """One timescale under one standing: its deadlines by status, and how long those met took.

    references holds the case of each deadline, by status: its lengths are the counts. taken is
    the median of the working days from the start to the day it was met, None where none is known.
    """

    process: str
    key: str
    label: str
    standing: str
    references: Mapping[str, tuple[str, ...]]
    taken: float | None

    def count(self, status: str) -> int:
        return len(self.references[status])

    @property
    def decided(self) -> int:
        """What the share is of: met, met late, or missed and open; not what still may be met."""
        return sum(map(self.count, (MET, MET_LATE, BREACHED)))

    @property
    def in_time(self) -> int | None:
        """The share met in time in whole per cent, half rounded up."""
        return per_cent(self.count(MET), self.decided)


def timeliness(
    found: Iterable[Dated], processes: Mapping[str, Process], calendar: Calendar, now: datetime
) -> tuple[Kept, ...]:
    """One line for each process, timescale and standing, in the order of their declaration."""
    groups: dict[tuple[str, str, str], list[tuple[str, Deadline]]] = {}
    for reference, process, deadline in found:
        name = (process, deadline.key, deadline.standing)
        groups.setdefault(name, []).append((reference, deadline))
    ordered = sorted(groups, key=lambda name: _place(name, processes))
    return tuple(_kept(name, groups[name], processes, calendar, now) for name in ordered)


def _place(name: tuple[str, str, str], processes: Mapping[str, Process]) -> tuple[object, ...]:
    process, key, standing = name
    known = [*processes[process].timescale_by_key] if process in processes else []
    place = known.index(key) if key in known else len(known)
    return process, place, key, STANDINGS.index(standing)


def _kept(
    name: tuple[str, str, str],
    group: Iterable[tuple[str, Deadline]],
    processes: Mapping[str, Process],
    calendar: Calendar,
    now: datetime,
) -> Kept:
    process, key, standing = name
    declared = processes[process].timescale_by_key.get(key) if process in processes else None
    group = list(group)
    states = {
        state: tuple(ref for ref, d in group if d.status_at(now) == state) for state in STATES
    }
    # An obligation kept until a date takes no time: it lasts as long as it was said to.
    lasting = declared is not None and declared.lasting
    days = [] if lasting else [n for _, d in group for n in _taken(d, calendar)]
    label = declared.label if declared else key.replace("_", " ").capitalize()
    return Kept(process, key, label, standing, states, median(days) if days else None)


def _taken(deadline: Deadline, calendar: Calendar) -> Iterator[int]:
    """The working days a deadline took that was met; none where it is counted backwards."""
    if deadline.status not in (MET, MET_LATE) or deadline.met_on is None:
        return
    start = _day(deadline.start)
    known = all(calendar.first <= day <= calendar.horizon for day in (start, deadline.met_on))
    if known and not deadline.length.startswith("-"):
        yield max(calendar.between(start, deadline.met_on), 0)


def _day(start: str) -> date:
    return london_date(parse_instant(start)) if "T" in start else parse_day(start)
