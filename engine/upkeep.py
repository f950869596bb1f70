"""The house's rounds: the sweep, and a calendar that changes under open cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from engine import watch
from engine.booked import keep
from engine.case import Step
from engine.casework import Caller, House, actor_of, situate
from engine.errors import CalendarEnds, Refused, Stale, refuse_for
from engine.length import in_words, london_date
from engine.ports import UnitOfWork
from engine.roles import THE_HOUSE, refusals
from engine.situation import Situation
from engine.verification import checkpoint, compare, replay, verify
from engine.working_days import Calendar

__all__ = ["Swept", "adopt", "calendar_warning", "checkpoint", "compare", "proclaim", "replay",
           "sweep", "verify"]  # fmt: skip

Progress = Callable[[int, int], None]
MANY = 1_000_000


@dataclass(slots=True)
class Swept:
    """What a sweep found: counts, and cases it had to leave with the reason."""

    at: datetime
    reminders: int = 0
    breaches: int = 0
    escalations: int = 0
    owed: int = 0
    skipped: list[str] = field(default_factory=list)

    def add(self, step: Step) -> None:
        kinds = [event.kind for event in step.events]
        self.reminders += kinds.count("reminded")
        self.breaches += kinds.count("breached")
        self.escalations += kinds.count("moved")
        self.owed += len(step.owed)


def sweep(house: House, progress: Progress | None = None) -> Swept:
    """Look at every case whose time has come, each in its own unit of work.

    One case that cannot be looked at never stops the rest; it is named with its reason.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        waiting = list(work.cases.due(now, MANY))
    swept = Swept(now)
    for done, reference in enumerate(waiting, start=1):
        try:
            _sweep_one(house, reference, now, swept)
        except Stale:
            swept.skipped.append(f"{reference}: somebody was working on it; the next sweep looks")
        except (Refused, CalendarEnds) as refusal:
            swept.skipped.append(f"{reference}: {'; '.join(refusal.reasons)}")
        if progress:
            progress(done, len(waiting))
    return swept


def _sweep_one(house: House, reference: str, now: datetime, swept: Swept) -> None:
    with house.store.begin() as work:
        steps = []
        for step in watch.rounds(situate(house, work, reference, now)):
            keep(work, step)
            steps.append(step)
        work.commit()
    for step in steps:
        swept.add(step)


def proclaim(
    house: House, day: date, name: str, caller: Caller, dry_run: bool
) -> dict[str, object]:
    """Add a bank holiday: which open dates move; all of them and their notices in one commit.

    Errors: Refused with every reason.
    """
    with house.store.begin() as work:
        known = work.library.calendar_to_change()
        _may_proclaim(work, caller)
        calendar = known.proclaim(day, name)
        moved = _recount(house, work, calendar, f"{name} proclaimed", caller)
        if not dry_run:
            work.commit()
    return {"date": day.isoformat(), "name": name, "applied": not dry_run, "moved": moved}


PROCLAIMERS = ("business_manager", "cdop_coordinator", "administrator")


def _may_proclaim(work: UnitOfWork, caller: Caller) -> None:
    """Who keeps the house may; without a name it is whoever runs it on the machine."""
    if not caller.email:
        return
    directory = work.people.directory()
    actor = actor_of(directory, caller, ())
    refuse_for(refusals(actor, PROCLAIMERS, directory.area))


def adopt(house: House, official: Calendar) -> list[dict[str, str]]:
    """Take over a newer official list, keeping the days proclaimed here; which dates moved."""
    with house.store.begin() as work:
        if not work.library.calendars():
            work.library.keep_calendar(official)
            work.commit()
            return []
        calendar = _joined(work.library.calendar_to_change(), official)
        if calendar.snapshot == work.library.current_calendar().snapshot:
            return []
        moved = _recount(house, work, calendar, "a newer list of bank holidays", Caller(""))
        work.commit()
    return moved


def _joined(known: Calendar, official: Calendar) -> Calendar:
    for day, name in known.names().items():
        proclaimed = not known.provisional(day) and day not in official.closed
        if proclaimed and official.first <= day <= official.horizon:
            official = official.proclaim(day, name)
    return official


def _recount(
    house: House, work: UnitOfWork, calendar: Calendar, reason: str, caller: Caller
) -> list[dict[str, str]]:
    """Count every open case again under a calendar the house now goes by."""
    work.library.keep_calendar(calendar)
    moved: list[dict[str, str]] = []
    for reference in work.cases.references(only_open=True):
        situation = _under(house, work, reference, calendar, caller)
        moved += _moved(situation)
        step = watch.redate(situation, reason)
        if step is not None:
            work.keep(step)
    return moved


def _under(
    house: House, work: UnitOfWork, reference: str, calendar: Calendar, caller: Caller
) -> Situation:
    situation = situate(house, work, reference, house.clock.now())
    known = situation.directory, caller, situation.case.tasks
    actor = actor_of(*known) if caller.email else THE_HOUSE
    return replace(situation, calendar=calendar, actor=actor)


def _moved(situation: Situation) -> Iterator[dict[str, str]]:
    for old, new in watch.moves(situation):
        yield {
            "reference": situation.case.reference,
            "key": old.key,
            "task": old.task,
            "from": london_date(old.due).isoformat(),
            "to": london_date(new.due).isoformat(),
            "words": f"{in_words(london_date(old.due))} becomes {in_words(london_date(new.due))}",
        }


def calendar_warning(house: House) -> str | None:
    """That the official list of bank holidays is about to end or has ended; None otherwise."""
    with house.store.begin() as work:
        return work.library.current_calendar().warning(london_date(house.clock.now()))
