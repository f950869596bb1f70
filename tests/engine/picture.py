"""A hand-drawn picture of a case: everything a condition may look at, set by the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class Picture:
    """A view whose every answer is given; a working day is any day here."""

    facts: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    agency: str = ""
    adult: bool | None = None

    def label(self, fact: str) -> str:
        return f"The {fact}"

    def option(self, fact: str, value: str) -> str:
        return value.capitalize()

    def day(self, fact: str) -> date | None:
        return date.fromisoformat(self.facts[fact]) if fact in self.facts else None

    def working_days_before(self, day: date, length: str) -> date:
        return day - timedelta(days=int(length.removesuffix("wd")))

    def late(self, timescale: str) -> bool:
        return timescale in self.missed

    def tasks_asked(self, kind: str) -> int:
        return self.asked.get(kind, 0)

    def tasks_waiting(self, kind: str) -> tuple[str, ...]:
        return self.waiting.get(kind, ())

    def open_holds(self) -> tuple[str, ...]:
        return self.holds

    def linked(self, kind: str) -> bool:
        return kind in self.links

    def actor_agency(self) -> str:
        return self.agency

    def age_reached(self, born: str, died: str, years: int) -> bool | None:
        return self.adult
