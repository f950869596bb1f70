"""The cases of a house in memory, and keeping a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from engine.case import Case, Deadline, Event, Step
from engine.case_ports import Line, Outline, line_of
from engine.lists import Look, Order, Place
from engine.values import replace
from store.codec import canonical
from store.faults import changed, refused_by_database
from store.instants import read
from store.memory.outbox import owe
from store.memory.picture import Pages, Picture
from store.refusals import no_case, recounted
from store.standing import standing_row


class Cases:
    """The cases of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def open(self, reference: str) -> Case:
        """The whole case. Errors: Absent."""
        picture = self._pages.seen
        case = picture.cases.get(reference)
        if case is None:
            raise no_case()
        known = picture.identity.get(reference)
        return replace(case, identity=dict(known)) if known else case

    def revision(self, reference: str) -> int:
        """How many steps were kept on a case; it tells that a case has moved. Errors: Absent."""
        case = self._pages.seen.cases.get(reference)
        if case is None:
            raise no_case()
        return case.revision

    def forget(self, reference: str) -> int:
        """Erase the identifying values of a case, for good; its record stays whole."""
        known: Mapping[str, str] = self._pages.own("identity").pop(reference, {})
        return len(known)

    def alike(self, reference: str, fact: str) -> Sequence[str]:
        """Other cases whose value of an identifying fact is the same; the value is not told."""
        known = self._pages.seen.identity
        value = known.get(reference, {}).get(fact)
        same = (name for name, values in known.items() if values.get(fact) == value)
        return tuple(sorted(name for name in same if value is not None and name != reference))

    def next_number(self, prefix: str, year: int) -> int:
        """A number never given before for this prefix and year."""
        numbers: dict[tuple[str, int], int] = self._pages.own("numbers")
        number = numbers[prefix, year] = numbers.get((prefix, year), 0) + 1
        return number

    def due(self, by: datetime, limit: int) -> Sequence[str]:
        """References with a deadline the watch must look at by then, longest waiting first."""
        waiting: list[tuple[datetime, str]] = []
        for case in self._pages.seen.cases.values():
            looks = [d.look_at for d in case.deadlines if d.look_at and d.look_at <= by]
            if looks:
                waiting.append((min(looks), case.reference))
        return tuple(reference for _, reference in sorted(waiting)[:limit])

    def lines(
        self, now: datetime, process: str = "", only_open: bool = False, only_overdue: bool = False
    ) -> Sequence[Line]:
        """One line for each case, the longest open first."""
        lines = [line_of(case, now) for case in self._sorted(only_open)]
        kept = (line for line in lines if not process or line.process == process)
        return tuple(line for line in kept if line.overdue or not only_overdue)

    def places(
        self, looks: Sequence[Look], after: Place | None, limit: int
    ) -> Sequence[Sequence[Place]]:
        """For each look the first places of its order behind one, as many as the limit."""
        return [self._looked(look, after)[:limit] for look in looks]

    def _looked(self, look: Look, after: Place | None) -> list[Place]:
        places = []
        for case in self._sorted(look.only_open):
            row = standing_row(case)
            own: Mapping[Order, datetime | str | None] = {
                Order.REFERENCE: case.reference,
                Order.OPENED: case.opened_at,
                Order.CASE_DUE: read(row["case_due"]),
                Order.TASK_DUE: read(row["task_due"]),
            }
            at, late_from = own[look.order], read(row["late_from"])
            late = look.late_by is None or (late_from is not None and late_from < look.late_by)
            if at is not None and late and self._is_of(case, look):
                places.append(Place(at, case.reference))
        return sorted(place for place in places if after is None or place > after)

    def _is_of(self, case: Case, look: Look) -> bool:
        same = (look.digest in ("", case.digest), look.stage in ("", case.stage))
        parts = self._pages.seen.parts.get(case.reference, ())
        return all(same) and look.process in ("", case.process) and look.who in ("", *parts)

    def awaited(self, until: datetime | None) -> Sequence[tuple[str, Deadline]]:
        """Open deadlines of open cases due by then, with their case, earliest first."""
        found = [
            (deadline.due, case.reference, place, deadline)
            for case in self._sorted(only_open=True)
            for place, deadline in enumerate(case.deadlines)
            if deadline.is_open and (until is None or deadline.due <= until)
        ]
        found.sort(key=lambda each: each[:3])
        return tuple((reference, deadline) for _, reference, _, deadline in found)

    def missed(self, since: datetime, until: datetime) -> Sequence[tuple[str, Deadline]]:
        """Deadlines of any case that were due, and missed, from one instant up to another."""
        found = [
            (deadline.breached_at, case.reference, place, deadline)
            for case in self._sorted(only_open=False)
            for place, deadline in enumerate(case.deadlines)
            if deadline.breached_at and since <= deadline.breached_at < until
        ]
        found.sort(key=lambda each: each[:3])
        return tuple((reference, deadline) for _, reference, _, deadline in found)

    def dated(self, since: datetime, until: datetime) -> Sequence[tuple[str, str, Deadline]]:
        """Deadlines of any case due from one instant to another: case, process, deadline."""
        found = [
            (deadline.due, case.reference, place, case.process, deadline)
            for case in self._sorted(only_open=False)
            for place, deadline in enumerate(case.deadlines)
            if since <= deadline.due <= until
        ]
        found.sort(key=lambda each: each[:3])
        return tuple((reference, process, d) for _, reference, _, process, d in found)

    def outlines(self, since: datetime | None = None) -> Sequence[Outline]:
        """Every case that was not closed before an instant, without what hangs on it."""
        return tuple(
            Outline(c.reference, c.process, c.digest, c.entries, c.facts, c.meetings)
            for c in self._sorted(only_open=False)
            if since is None or c.closed_at is None or c.closed_at >= since
        )

    def crowded(self, who: str, most: int) -> bool:
        """Whether somebody has, or had, a part in more cases than so many."""
        return sum(who in parts for parts in self._pages.seen.parts.values()) > most

    def sketches(self, references: Sequence[str]) -> Mapping[str, Case]:
        """Some cases by reference with their tasks and open dates, without what identifies."""
        known = self._pages.seen.cases
        found = (known[name] for name in references if name in known)
        return {
            c.reference: replace(c, deadlines=tuple(d for d in c.deadlines if d.is_open))
            for c in found
        }

    def references(self, only_open: bool = False) -> Sequence[str]:
        return tuple(case.reference for case in self._sorted(only_open))

    def events(self, reference: str) -> Sequence[Event]:
        """The record of a case, from its first line. Errors: Absent."""
        events = self._pages.seen.events.get(reference)
        if not events:
            raise no_case()
        return events

    def _sorted(self, only_open: bool) -> list[Case]:
        cases = [c for c in self._pages.seen.cases.values() if c.is_open or not only_open]
        return sorted(cases, key=lambda case: (case.opened_at, case.reference))


def keep(pages: Pages, step: Step) -> None:
    """Write a step. Errors: Stale where the case is no longer at the revision it began from."""
    picture, case = pages.to_write(), step.case
    _check(picture, step)
    pages.own("cases")[case.reference] = replace(case, identity={})
    record = (*picture.events.get(case.reference, ()), *map(_as_stored, step.events))
    pages.own("events")[case.reference] = record
    if step.identity:
        known = picture.identity.get(case.reference, {})
        pages.own("identity")[case.reference] = {**known, **step.identity}
    if step.parts:
        known_parts = picture.parts.get(case.reference, frozenset())
        pages.own("parts")[case.reference] = known_parts | frozenset(step.parts)
    for owed in step.owed:
        owe(pages, case.reference, owed, step.events[-1].at)


def _check(picture: Picture, step: Step) -> None:
    """What a database would refuse: a case that moved on, and rows that refer to nothing."""
    stands = picture.cases.get(step.case.reference)
    seen = step.before.revision if step.before else None
    if (stands.revision if stands else None) != seen:
        raise changed()
    if picture.house.calendar not in (None, step.events[-1].calendar):
        raise recounted()
    if step.case.digest not in picture.processes or step.case.rules not in picture.rules:
        raise refused_by_database("FOREIGN KEY")
    numbers = [event.sequence for event in picture.events.get(step.case.reference, ())[-1:]]
    numbers += [event.sequence for event in step.events]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise refused_by_database("UNIQUE")


def _as_stored(event: Event) -> Event:
    """An event as a database would give it back: its data has been through JSON."""
    return replace(event, data=json.loads(canonical(event.data)))
