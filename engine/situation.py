"""Everything one decision may look at, read once and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.ages import birthday
from engine.case import Case, Task
from engine.definition import Process
from engine.keyring import NONE, Secret
from engine.length import Length, due_date, london_date
from engine.roles import Actor, Directory
from engine.rules import Rulebook
from engine.working_days import Calendar

_DAY_LENGTH = len("2024-12-20")
_IDENTITY = 40  # letters of a digest that stands for what identifies somebody


@dataclass(frozen=True, slots=True)
class Situation:
    """A pinned process with its rules, calendar, people, the case, who acts, and the instant."""

    process: Process
    rules: Rulebook
    calendar: Calendar
    directory: Directory
    case: Case
    actor: Actor
    now: datetime
    secret: Secret = NONE

    @property
    def today(self) -> date:
        return london_date(self.now)

    def digest(self, fact: str, value: str) -> str:
        """A keyed digest that proves an identifying value without holding it."""
        words = f"{self.case.reference}\n{fact}\n{value}"
        return self.secret.at(self.now).named(words, _IDENTITY)


def day_of(value: str) -> date:
    """The London day of a fact's text, which is a day or an instant."""
    if len(value) == _DAY_LENGTH:
        return date.fromisoformat(value)
    return london_date(datetime.fromisoformat(value))


@dataclass(slots=True)
class CaseView:
    """The case as it would be with the facts just given; what conditions look at."""

    situation: Situation
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    acting_on: date | None = None
    _merged: dict[str, str] | None = field(default=None, repr=False)

    @property
    def facts(self) -> Mapping[str, str]:
        if self._merged is None:
            case = self.situation.case
            known = {key: fact.value for key, fact in case.facts.items()}
            self._merged = {**known, **case.identity, **self.given}
        return self._merged

    def label(self, fact: str) -> str:
        found = self.situation.process.fact_by_key.get(fact)
        return found.label if found else fact

    def option(self, fact: str, value: str) -> str:
        found = self.situation.process.fact_by_key.get(fact)
        options = found.vocabulary if found else ()
        return next((o.label for o in options if o.key == value), value)

    def day(self, fact: str) -> date | None:
        """The day a fact names; None where it is missing, or was erased and only proves itself."""
        value = self.facts.get(fact)
        if value is None:
            return None
        try:
            return day_of(value)
        except ValueError:
            return None

    def working_days_before(self, day: date, length: str) -> date:
        asked = Length.parse(length)
        return due_date(Length(-asked.number, asked.unit), day, self.situation.calendar)

    def late(self, timescale: str) -> bool:
        """Whether doing this on its business day misses the running deadline."""
        found = [d for d in self.situation.case.deadlines if d.key == timescale]
        if not found or not found[-1].is_open:
            return bool(found) and found[-1].status == "met_late"
        day = self.acting_on or self.situation.today
        return day > london_date(found[-1].due)

    def tasks_asked(self, kind: str) -> int:
        tasks = self._tasks(kind)
        return sum(1 for t in tasks if t.status != "cancelled")

    def tasks_waiting(self, kind: str) -> tuple[str, ...]:
        return tuple(f"{t.id} ({t.agency})" for t in self._tasks(kind) if t.is_open)

    def _tasks(self, kind: str) -> list[Task]:
        """The tasks of a kind asked for since the case was opened or last reopened."""
        case = self.situation.case
        return [t for t in case.tasks if t.kind == kind and t.sequence >= case.episode]

    def open_holds(self) -> tuple[str, ...]:
        return tuple(h.kind for h in self.situation.case.holds if h.until is None)

    def linked(self, kind: str) -> bool:
        return any(link.kind == kind for link in self.situation.case.links)

    def actor_agency(self) -> str:
        return self.situation.actor.agency

    def age_reached(self, born: str, died: str, years: int) -> bool | None:
        birth, death = self.day(born), self.day(died)
        if birth is None or death is None:
            return None
        return death >= birthday(birth, years)
