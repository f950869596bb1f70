"""Working days in England and Wales: which days count, and every step of a count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate, compress
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.errors import CalendarEnds, Refused
from engine.london import WEEKDAYS, day_in_words, parse_day

DIVISION = "england-and-wales"
WARN_DAYS = 120

_SATURDAY = 5
_DAY = timedelta(days=1)
_Date = date


class Day(NamedTuple):
    """One day passed on the way to a due date, and why it was counted or not."""

    date: _Date
    counted: bool
    because: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Calendar:
    """Monday to Friday less the bank holidays of England and Wales, over a known stretch of years.

    The list is official from official_from until official_until; outside those days, but within
    first and horizon, it is a projection and its dates are provisional. All days are London days.
    Errors: CalendarEnds for any day outside first and horizon.
    """

    closed: Mapping[date, str]
    first: date
    official_until: date
    horizon: date
    official_from: date
    snapshot: str = field(init=False)
    _base: int = field(init=False)
    _span: int = field(init=False)
    _before: tuple[int, ...] = field(init=False)
    _open: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        closed = MappingProxyType(dict(sorted(self.closed.items())))
        _check(closed, (self.first, self.official_from, self.official_until, self.horizon))
        before, opened = _tables(closed, self.first, self.horizon)
        given = {"closed": closed, "_base": self.first.toordinal(), "_before": before}
        given |= {"_span": len(before) - 1, "_open": opened}
        for name, value in given.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "snapshot", self._name())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.snapshot)

    def __repr__(self) -> str:
        return f"<Calendar {self.snapshot}>"

    def __reduce__(self) -> tuple[Callable[[dict[str, Any]], Calendar], tuple[dict[str, Any]]]:
        return Calendar.from_json, (self.to_json(),)

    def is_working(self, d: date) -> bool:
        """Say whether a London day is a working day."""
        self._at(d)
        return d.weekday() < _SATURDAY and d not in self.closed

    def add(self, start: date, n: int) -> date:
        """Return the nth working day after start, which is day 0; a negative n counts back.

        The start may be a closed day, and n = 0 is the day itself.
        """
        at = start.toordinal() - self._base
        if not 0 <= at < self._span or isinstance(start, datetime):
            raise self._refusal(start)
        if n == 0:
            return start
        place = self._before[at + 1] + n - 1 if n > 0 else self._before[at] + n
        if 0 <= place < len(self._open):
            return self._open[place]
        raise self._ends()

    def between(self, a: date, b: date) -> int:
        """Count the working days after a, up to and including b.

        When b is the earlier day the answer is that of the two swapped, made negative.
        """
        return self._before[self._at(b) + 1] - self._before[self._at(a) + 1]

    def last_working_day(self, d: date) -> date:
        """Return the day itself if it is a working day, or the last working day before it."""
        place = self._before[self._at(d) + 1]
        if not place:
            raise self._ends()
        return self._open[place - 1]

    def explain(self, start: date, n: int) -> tuple[Day, ...]:
        """List each day passed from start to the due date, walked one at a time.

        Day 0 is not listed, unless n is 0 and it is the answer.
        """
        self.add(start, n)
        if n == 0:
            return (Day(start, False, "the day itself: nothing is counted"),)
        return tuple(self._walk(start, n))

    def provisional(self, d: date) -> bool:
        """Say whether a day rests on projected bank holidays rather than the official list."""
        self._at(d)
        return not self.official_from <= d <= self.official_until

    def warning(self, today: date) -> str | None:
        """Say that the official list ends within 120 days of today, or has ended."""
        left = (self.official_until - today).days
        if left > WARN_DAYS:
            return None
        ends = "ended" if left < 0 else "ends"
        when = f"{abs(left)} day{'' if abs(left) == 1 else 's'}"
        when = "today" if left == 0 else f"{when} ago" if left < 0 else f"in {when}"
        return (
            f"The official list of bank holidays {ends} on {day_in_words(self.official_until)}"
            f" ({when}); dates after it are provisional. Refresh the bank holiday list."
        )

    def proclaim(self, d: date, name: str) -> Calendar:
        """Return a calendar in which one more day is a bank holiday.

        Errors: Refused with every reason: weekend, closed already, outside the years, no name.
        """
        name = name.strip()
        if reasons := tuple(self._objections(d, name)):
            raise Refused(reasons)
        return replace(self, closed={**self.closed, d: name})

    def names(self) -> dict[date, str]:
        """Return every bank holiday by date, earliest first."""
        return dict(self.closed)

    def to_json(self) -> dict[str, Any]:
        """Return the canonical dictionary from which the same calendar can be built again."""
        return {
            "division": DIVISION,
            "first": self.first.isoformat(),
            "official_from": self.official_from.isoformat(),
            "official_until": self.official_until.isoformat(),
            "horizon": self.horizon.isoformat(),
            "closed": {day.isoformat(): name for day, name in self.closed.items()},
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Calendar:
        """Build a calendar from its canonical dictionary.

        Errors: ValueError in plain words if it is not one.
        """
        try:
            if stored["division"] != DIVISION:
                raise ValueError("it is not the list for England and Wales")
            bounds = ("first", "official_until", "horizon", "official_from")
            closed = {parse_day(day): str(name) for day, name in stored["closed"].items()}
            return Calendar(closed, *(parse_day(stored[bound]) for bound in bounds))
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError("a part of the bank holiday list is missing or wrong") from fault

    def _name(self) -> str:
        canonical = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        return f"{DIVISION} {self.official_from.year}-{self.official_until.year} {digest[:8]}"

    def _at(self, d: date) -> int:
        at = d.toordinal() - self._base
        if not 0 <= at < self._span or isinstance(d, datetime):
            raise self._refusal(d)
        return at

    def _refusal(self, d: date) -> Exception:
        # A moment has no day of its own: 23:30 UTC on 30 June is 1 July in London.
        if isinstance(d, datetime):
            return TypeError("working days are counted on London days, not on moments")
        return self._ends()

    def _ends(self) -> CalendarEnds:
        reason = (
            f"The bank holidays are known only from {self._known()}, and this count goes outside"
            " them. Check the dates, or have the bank holiday list refreshed and try again."
        )
        return CalendarEnds([reason])

    def _known(self) -> str:
        return f"{day_in_words(self.first)} to {day_in_words(self.horizon)}"

    def _walk(self, start: date, n: int) -> Iterator[Day]:
        d, counted, step = start, 0, _DAY if n > 0 else -_DAY
        while counted < abs(n):
            d += step
            working = self.is_working(d)
            counted += working
            back = ", counting back" if n < 0 else ""
            yield Day(d, working, f"working day {counted}{back}" if working else self._shut(d))

    def _shut(self, d: date) -> str:
        if d.weekday() >= _SATURDAY:
            return WEEKDAYS[d.weekday()]
        name = self.closed[d]
        kind = "" if "bank holiday" in name.lower() else ", bank holiday"
        return f"{name}{kind}{' (projected)' if self.provisional(d) else ''}"

    def _objections(self, d: date, name: str) -> Iterator[str]:
        day = day_in_words(d)
        if not name or not name.isprintable():
            yield "A bank holiday needs a name, on one line. Give the name it was proclaimed under."
        if d.weekday() >= _SATURDAY:
            yield f"{day} is a weekend, so it is closed already. Give the weekday put in its place."
        if d in self.closed:
            yield f"{day} is already a bank holiday: {self.closed[d]}. Nothing needs to be added."
        if not self.first <= d <= self.horizon:
            yield f"{day} is outside the years this list covers, {self._known()}. Check the date."


def _check(closed: Mapping[date, str], bounds: tuple[date, ...]) -> None:
    if list(bounds) != sorted(bounds):
        raise ValueError("the first day, the official days and the last day are out of order")
    if any(not bounds[0] <= day <= bounds[-1] for day in closed):
        raise ValueError("a bank holiday lies outside the years the list covers")


def _tables(
    closed: Mapping[date, str], first: date, last: date
) -> tuple[tuple[int, ...], tuple[date, ...]]:
    days = range(first.toordinal(), last.toordinal() + 1)
    shut = frozenset(map(date.toordinal, closed))
    # The first day of the first year, ordinal 1, was a Monday.
    working = [(day - 1) % 7 < _SATURDAY and day not in shut for day in days]
    opened = map(date.fromordinal, compress(days, working))
    return tuple(accumulate(working, initial=0)), tuple(opened)
