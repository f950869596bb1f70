"""The reports of a house: one reading each, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time

from engine.annual import Counting, Part, annual
from engine.attendance import Body, attendance
from engine.casework import House
from engine.errors import Refused
from engine.length import end_of_day, in_words, london_date
from engine.london import moment_of
from engine.ports import UnitOfWork
from engine.reports import Year
from engine.timeliness import Kept, timeliness

Readable = Callable[[UnitOfWork, str], bool]


def year_in_numbers(house: House, countings: Iterable[Counting], year: Year) -> tuple[Part, ...]:
    """The parts of a year's report. Errors: Refused where the year has not begun."""
    today = london_date(house.clock.now())
    if year.first > today:
        raise Refused([f"the year {year.name} begins on {in_words(year.first)}"])
    with house.store.begin() as work:
        processes = work.library.openable()
        cases = work.cases.outlines(moment_of(year.first, time()))
    known = [each for each in countings if each.process in processes]
    return annual(known, cases, processes, year, today)


def dates_kept(
    house: House, since: date, until: date, process: str = "", readable: Readable | None = None
) -> tuple[Kept, ...]:
    """How the dates due in a period were kept, of one process or all, of the cases one may read.

    Errors: Refused where the period ends before it begins.
    """
    _in_order(since, until)
    with house.store.begin() as work:
        processes = work.library.openable()
        calendar = work.library.current_calendar()
        found = work.cases.dated(moment_of(since, time()), end_of_day(until))
        found = [each for each in found if not process or each[1] == process]
        if readable is not None:
            mine = {ref for ref in dict.fromkeys(ref for ref, *_ in found) if readable(work, ref)}
            found = [each for each in found if each[0] in mine]
    return timeliness(found, processes, calendar, house.clock.now())


def who_came(house: House, since: date, until: date, process: str = "") -> tuple[Body, ...]:
    """Who came to the meetings of a period. Errors: Refused, as for dates."""
    _in_order(since, until)
    with house.store.begin() as work:
        cases = [c for c in work.cases.outlines() if not process or c.process == process]
    return attendance(cases, since, until)


def _in_order(since: date, until: date) -> None:
    if until < since:
        raise Refused(["the period ends before it begins"])
