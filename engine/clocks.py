"""Where a clock starts, what meets it, and how holds and extensions move its date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.case import Case, Deadline, Extension, Hold, Task
from engine.length import Length, due_date, due_instant, london_date, midnight
from engine.london import LONDON, moment_of
from engine.rules import END_OF_DAY, STATUTORY, Rule
from engine.shape import Entered, FirstKnown, LaterOf, Passes, Start, Timescale
from engine.situation import day_of
from engine.working_days import Calendar

_DAY_LENGTH = len("2024-12-20")

Ending = tuple[date, datetime | None]


@dataclass(frozen=True, slots=True)
class Beginning:
    """The start of a clock: its text, the fact or stage it came from, and the event."""

    text: str
    fact: str
    sequence: int

    @property
    def day(self) -> date:
        return day_of(self.text)

    @property
    def moment(self) -> datetime:
        """The instant; a bare day counts from 00:00 London, the earliest it can have been."""
        if len(self.text) == _DAY_LENGTH:
            return midnight(date.fromisoformat(self.text))
        return datetime.fromisoformat(self.text)


@dataclass(frozen=True, slots=True)
class Due:
    """A due date: with holds and extensions, without them, and whether it is stopped now."""

    due: datetime
    raw: datetime
    held: bool


def beginning(start: Start, case: Case) -> Beginning | None:
    """Where a clock of a case starts; None while it has not."""
    if isinstance(start, LaterOf):
        found = _known(start.facts, case)
        return max(found, key=lambda b: (b.moment, b.sequence), default=None)
    if isinstance(start, FirstKnown):
        return next(iter(_known(start.facts, case)), None)
    if isinstance(start, Entered):
        return _entered(start, case)
    if isinstance(start, Passes):
        return _passing(start, case)
    return None


def of_task(task: Task) -> Beginning:
    return Beginning(task.asked_at.isoformat(), f"task {task.id}", 0)


def _known(facts: Iterable[str], case: Case) -> list[Beginning]:
    recorded = ((key, case.facts[key]) for key in facts if key in case.facts)
    return [
        Beginning(f.value, key, f.sequence) for key, f in recorded if f.sequence >= case.episode
    ]


def _entered(start: Entered, case: Case) -> Beginning | None:
    for entry in reversed(case.entries):
        if entry.stage in start.stages and entry.sequence >= case.episode:
            return Beginning(entry.at.isoformat(), f"stage {entry.stage}", entry.sequence)
    return None


def _passing(start: Passes, case: Case) -> Beginning | None:
    target = next((d for d in reversed(case.deadlines) if d.key == start.timescale), None)
    if target is None:
        return None
    forecast = case.facts.get(start.fact)
    current = forecast is not None and forecast.sequence >= case.episode
    if forecast and current and day_of(forecast.value) > london_date(target.due):
        return Beginning(forecast.on.isoformat(), start.fact, forecast.sequence)
    if target.breached_at is None:
        return None
    day_after = london_date(target.breached_at) + timedelta(days=1)
    return Beginning(day_after.isoformat(), start.timescale, case.sequence)


def due(
    timescale: Timescale,
    rule: Rule,
    began: Beginning,
    case: Case,
    calendar: Calendar,
    identity: tuple[str, str, int],
) -> Due:
    """When a clock falls due. Errors: CalendarEnds."""
    raw = _raw(timescale, rule, began, case, calendar)
    extension = last_extension(case.extensions, identity)
    base = moment_of(extension.to, rule.closes) if extension else raw
    if rule.standing == STATUTORY or not timescale.holds or rule.length.unit == "h":
        return Due(base, raw, held=False)
    since = extension.agreed_on if extension else began.day
    kinds = [h for h in case.holds if h.kind in timescale.holds]
    moved = shift(base, rule, since, kinds, calendar)
    held = any(h.until is None and h.since <= london_date(moved) for h in kinds)
    return Due(moved, raw, held)


def _raw(
    timescale: Timescale, rule: Rule, began: Beginning, case: Case, calendar: Calendar
) -> datetime:
    start = began.moment if rule.length.unit == "h" else began.day
    raw = due_instant(rule.length, start, calendar, rule.closes)
    cap = timescale.cap
    known = case.value(cap.fact) if cap else None
    if cap is None or known is None:
        return raw
    last = due_date(Length.parse(cap.length), day_of(known), calendar)
    return min(raw, moment_of(last, rule.closes))


def last_extension(
    extensions: Sequence[Extension], identity: tuple[str, str, int]
) -> Extension | None:
    """The extension that counts: the one agreed last."""
    named = (e for e in reversed(extensions) if (e.deadline, e.task, e.cycle) == identity)
    return next(named, None)


def union(holds: Iterable[Hold]) -> list[tuple[date, date]]:
    """Closed holds as stretches that do not overlap, each counted once however many hold."""
    merged: list[tuple[date, date]] = []
    for since, until in sorted((h.since, h.until) for h in holds if h.until is not None):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def shift(
    due_at: datetime, rule: Rule, since: date, holds: Sequence[Hold], calendar: Calendar
) -> datetime:
    """Move a date on by the days of each hold that stopped it while it was running."""
    day = london_date(due_at)
    for start, end in union(holds):
        begins = max(start, since)
        if end <= begins or begins > day:
            continue
        if rule.length.unit == "wd":
            one = timedelta(days=1)
            day = calendar.add(day, calendar.between(begins - one, end - one))
        else:
            day += end - begins
    return moment_of(day, _closing(due_at))


def _closing(due_at: datetime) -> time:
    return due_at.astimezone(LONDON).time()


def met(timescale: Timescale, case: Case, deadline: Deadline) -> Ending | None:
    """The day, and where known the instant, on which a deadline was met; None while it is not."""
    found = [*_by_stage(timescale, case, deadline), *_by_facts(timescale, case, deadline)]
    found += _by_asking(timescale, case)
    return min(found, key=lambda m: m[0], default=None)


def _by_stage(timescale: Timescale, case: Case, deadline: Deadline) -> list[Ending]:
    staged = isinstance(timescale.start, Entered)
    after = deadline.began if staged else case.episode - 1
    wanted, left = timescale.met.stages, timescale.met.left
    found: list[Ending] = [
        (e.on, e.at)
        for e in case.entries
        if e.sequence > after and (e.stage in wanted or (left and e.stage not in left))
    ]
    return found[:1]


def _by_facts(timescale: Timescale, case: Case, deadline: Deadline) -> list[Ending]:
    least = deadline.began + 1 if timescale.recurring else case.episode
    any_of: list[Ending] = [
        _when(case, key) for key in timescale.met.facts if _fresh(case, key, least)
    ]
    every = timescale.met.all_facts
    if every and all(_fresh(case, key, least) for key in every):
        any_of.append(max((_when(case, key) for key in every), key=lambda m: m[0]))
    return sorted(any_of, key=lambda m: m[0])[:1]


def _fresh(case: Case, key: str, least: int) -> bool:
    return key in case.facts and case.facts[key].sequence >= least


def _when(case: Case, key: str) -> Ending:
    recorded = case.facts[key]
    try:
        day = day_of(recorded.value)
    except ValueError:
        return recorded.on, recorded.at
    whole = len(recorded.value) == _DAY_LENGTH
    return day, None if whole else datetime.fromisoformat(recorded.value)


def _by_asking(timescale: Timescale, case: Case) -> list[Ending]:
    kind = timescale.met.asked
    asked = sorted(t.asked_at for t in case.tasks if t.kind == kind) if kind else []
    found: list[Ending] = [(london_date(at), at) for at in asked[:1]]
    return found


def is_late(rule: Rule, day: date, moment: datetime | None, due_at: datetime) -> bool:
    """Whether something done then missed the date; by the day unless the clock has an hour."""
    by_moment = rule.length.unit == "h" or rule.closes != END_OF_DAY
    if by_moment and moment is not None:
        return moment > due_at
    return day > london_date(due_at)
