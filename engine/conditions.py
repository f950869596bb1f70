"""Conditions: a closed set that can be stored, drawn, explained to a panel and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.algebra import ALWAYS, All, Always, Condition, Either, Not, View
from engine.case_conditions import Answered, Asked, Late, Linked, NoHold, NotParty

__all__ = [
    "ALWAYS", "All", "Always", "Answered", "AnyOf", "Asked", "AtLeastBefore", "Condition",
    "Different", "Either", "Equals", "Late", "Least", "Linked", "NoHold", "Not", "NotAfter",
    "NotParty", "Recorded", "View", "Younger", "recorded",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded(Condition):
    """A fact has been recorded."""

    fact: str

    def holds(self, view: View) -> bool:
        return self.fact in view.facts

    def words(self, view: View) -> str:
        return f"{view.label(self.fact)} ({self.fact})"

    def denied(self, view: View) -> str:
        return f"{view.label(self.fact)} ({self.fact}) is left out"

    def facts(self) -> Iterator[str]:
        yield self.fact


@dataclass(frozen=True, slots=True)
class Equals(Condition):
    """A fact has been recorded with exactly this value."""

    fact: str
    value: str

    def holds(self, view: View) -> bool:
        return view.facts.get(self.fact) == self.value

    def words(self, view: View) -> str:
        return f"{view.label(self.fact)} is {view.option(self.fact, self.value)} ({self.fact})"

    def denied(self, view: View) -> str:
        return f"{view.label(self.fact)} is not {view.option(self.fact, self.value)} ({self.fact})"

    def facts(self) -> Iterator[str]:
        yield self.fact


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """A fact holds one of these values."""

    fact: str
    values: tuple[str, ...]

    def holds(self, view: View) -> bool:
        given = view.facts.get(self.fact)
        return given is not None and not set(given.split(";")).isdisjoint(self.values)

    def words(self, view: View) -> str:
        options = " or ".join(view.option(self.fact, v) for v in self.values)
        return f"{view.label(self.fact)} is {options} ({self.fact})"

    def facts(self) -> Iterator[str]:
        yield self.fact


@dataclass(frozen=True, slots=True)
class Least(Condition):
    """A fact that lists several holds at least this many."""

    fact: str
    count: int

    def holds(self, view: View) -> bool:
        given = view.facts.get(self.fact)
        return given is not None and len(given.split(";")) >= self.count

    def words(self, view: View) -> str:
        return f"{view.label(self.fact)}: at least {self.count}, separated by ; ({self.fact})"

    def facts(self) -> Iterator[str]:
        yield self.fact


@dataclass(frozen=True, slots=True)
class NotAfter(Condition):
    """One recorded date is not after another; nothing is asked while either is missing."""

    fact: str
    other: str

    def holds(self, view: View) -> bool:
        mine, theirs = view.day(self.fact), view.day(self.other)
        return mine is None or theirs is None or mine <= theirs

    def words(self, view: View) -> str:
        return f"{view.label(self.fact)} is not after {view.label(self.other)}"

    def facts(self) -> Iterator[str]:
        yield from (self.fact, self.other)


@dataclass(frozen=True, slots=True)
class AtLeastBefore(Condition):
    """One recorded date lies at least a length before another ("7wd")."""

    fact: str
    other: str
    length: str

    def holds(self, view: View) -> bool:
        mine, theirs = view.day(self.fact), view.day(self.other)
        if mine is None or theirs is None:
            return False
        return mine <= view.working_days_before(theirs, self.length)

    def words(self, view: View) -> str:
        return (
            f"{view.label(self.fact)} ({self.fact}) is at least {self.length} before"
            f" {view.label(self.other)} ({self.other})"
        )

    def facts(self) -> Iterator[str]:
        yield from (self.fact, self.other)


@dataclass(frozen=True, slots=True)
class Different(Condition):
    """Two facts name two different people."""

    fact: str
    other: str

    def holds(self, view: View) -> bool:
        mine, theirs = view.facts.get(self.fact), view.facts.get(self.other)
        return mine is not None and theirs is not None and mine != theirs

    def words(self, view: View) -> str:
        return (
            f"{view.label(self.fact)} ({self.fact}) and {view.label(self.other)} ({self.other})"
            " are two different people"
        )

    def facts(self) -> Iterator[str]:
        yield from (self.fact, self.other)


@dataclass(frozen=True, slots=True)
class Younger(Condition):
    """At death the child had not reached an age; nothing is asked while a date is missing."""

    born: str
    died: str
    years: int

    def holds(self, view: View) -> bool:
        return view.age_reached(self.born, self.died, self.years) is not True

    def words(self, view: View) -> str:
        return f"the person had not reached the age of {self.years} on the date of death"

    def facts(self) -> Iterator[str]:
        yield from (self.born, self.died)


def recorded(*facts: str) -> Condition:
    """Every one of these facts is recorded."""
    return All(tuple(Recorded(fact) for fact in facts))
