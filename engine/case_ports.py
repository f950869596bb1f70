"""What the house asks of the cases in its store, and the lines that lists are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.case import (
    BREACHED,
    RUNNING,
    Case,
    Deadline,
    Entry,
    Event,
    Meeting,
    Recorded,
)
from engine.lists import Look, Place


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list: where it is and what falls due next; overdue counts missed clocks."""

    reference: str
    process: str
    stage: str
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None
    overdue: int
    pseudonym: str


def line_of(case: Case, now: datetime) -> Line:
    """The line of a case, of which the open dates are enough."""
    running = [d.due for d in case.deadlines if d.status == RUNNING and d.due >= now]
    missed = [d for d in case.deadlines if d.is_open and d.status_at(now) == BREACHED]
    return Line(
        reference=case.reference,
        process=case.process,
        stage=case.stage,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        next_due=min(running, default=None),
        overdue=len(missed),
        pseudonym=case.pseudonym,
    )


@dataclass(frozen=True, slots=True)
class Outline:
    """A case without what hangs on it: its stages, facts and meetings, as reports count them."""

    reference: str
    process: str
    digest: str
    entries: tuple[Entry, ...]
    facts: Mapping[str, Recorded]
    meetings: tuple[Meeting, ...]


class Cases(Protocol):
    """The cases of the house."""

    def open(self, reference: str) -> Case:
        """The whole case. Errors: Absent."""
        ...

    def revision(self, reference: str) -> int:
        """How many steps were kept on a case; it tells that a case has moved. Errors: Absent."""
        ...

    def alike(self, reference: str, fact: str) -> Sequence[str]:
        """Other cases whose value of an identifying fact is the same; the value is not told."""
        ...

    def next_number(self, prefix: str, year: int) -> int:
        """A number never given before for this prefix and year."""
        ...

    def due(self, by: datetime, limit: int) -> Sequence[str]:
        """References with a deadline the watch must look at by then, longest waiting first."""
        ...

    def lines(
        self, now: datetime, process: str = "", only_open: bool = False, only_overdue: bool = False
    ) -> Sequence[Line]: ...

    def places(
        self, looks: Sequence[Look], after: Place | None, limit: int
    ) -> Sequence[Sequence[Place]]:
        """For each look the first places of its order behind one, as many as the limit."""
        ...

    def awaited(self, until: datetime | None) -> Sequence[tuple[str, Deadline]]:
        """Open deadlines of open cases due by then, with their case, earliest first."""
        ...

    def missed(self, since: datetime, until: datetime) -> Sequence[tuple[str, Deadline]]:
        """Deadlines of any case that were due, and missed, from one instant up to another.

        until is not part of it. The earliest comes first.
        """
        ...

    def dated(self, since: datetime, until: datetime) -> Sequence[tuple[str, str, Deadline]]:
        """Deadlines of any case due from one instant to another: case, process, deadline.

        Both instants are part of it. The earliest comes first.
        """
        ...

    def outlines(self, since: datetime | None = None) -> Sequence[Outline]:
        """Every case that was not closed before an instant, without what hangs on it."""
        ...

    def crowded(self, who: str, most: int) -> bool:
        """Whether somebody has, or had, a part in more cases than so many."""
        ...

    def sketches(self, references: Sequence[str]) -> Mapping[str, Case]:
        """Some cases by reference with their tasks and open dates, without what identifies.

        It is enough for a line, and to say who may read a case and whose move it is. A reference
        of nothing is left out.
        """
        ...

    def references(self, only_open: bool = False) -> Sequence[str]: ...

    def events(self, reference: str) -> Sequence[Event]: ...
