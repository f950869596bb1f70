"""The algebra of conditions: what every condition can do, and how conditions are joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class View(Protocol):
    """What a condition may look at: a case as it would be with the facts just given."""

    @property
    def facts(self) -> Mapping[str, str]: ...
    def label(self, fact: str) -> str: ...
    def option(self, fact: str, value: str) -> str: ...
    def day(self, fact: str) -> date | None: ...
    def working_days_before(self, day: date, length: str) -> date: ...
    def late(self, timescale: str) -> bool: ...
    def tasks_asked(self, kind: str) -> int: ...
    def tasks_waiting(self, kind: str) -> tuple[str, ...]: ...
    def open_holds(self) -> tuple[str, ...]: ...
    def linked(self, kind: str) -> bool: ...
    def actor_agency(self) -> str: ...
    def age_reached(self, born: str, died: str, years: int) -> bool | None: ...


class Condition:
    """Base of the algebra: holds(view), unmet(view) with every reason, words(view)."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        return All((*_parts(self, All), *_parts(other, All)))

    def __or__(self, other: Condition) -> Condition:
        return Either((*_parts(self, Either), *_parts(other, Either)))

    def __invert__(self) -> Condition:
        return Not(self)

    def holds(self, view: View) -> bool:
        raise NotImplementedError

    def words(self, view: View) -> str:
        raise NotImplementedError

    def denied(self, view: View) -> str:
        """The words of the opposite."""
        return f"not ({self.words(view)})"

    def unmet(self, view: View) -> tuple[str, ...]:
        """Every reason why the condition does not hold; nothing where it does."""
        return () if self.holds(view) else (f"needed: {self.words(view)}",)

    def facts(self) -> Iterator[str]:
        """The keys of the facts the condition looks at."""
        yield from ()


def _parts(condition: Condition, kind: type[All] | type[Either]) -> tuple[Condition, ...]:
    if isinstance(condition, All | Either) and isinstance(condition, kind):
        return condition.parts
    return (condition,)


@dataclass(frozen=True, slots=True)
class Always(Condition):
    """Nothing more is needed."""

    def holds(self, view: View) -> bool:
        return True

    def words(self, view: View) -> str:
        return "nothing more"


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The opposite of a condition."""

    part: Condition

    def holds(self, view: View) -> bool:
        return not self.part.holds(view)

    def words(self, view: View) -> str:
        return self.part.denied(view)

    def facts(self) -> Iterator[str]:
        yield from self.part.facts()


@dataclass(frozen=True, slots=True)
class All(Condition):
    """Every part holds."""

    parts: tuple[Condition, ...]

    def holds(self, view: View) -> bool:
        return all(part.holds(view) for part in self.parts)

    def words(self, view: View) -> str:
        return "; ".join(part.words(view) for part in self.parts)

    def unmet(self, view: View) -> tuple[str, ...]:
        return tuple(reason for part in self.parts for reason in part.unmet(view))

    def facts(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.facts()


@dataclass(frozen=True, slots=True)
class Either(Condition):
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, view: View) -> bool:
        return any(part.holds(view) for part in self.parts)

    def words(self, view: View) -> str:
        return "either " + ", or ".join(part.words(view) for part in self.parts)

    def facts(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.facts()


ALWAYS = Always()
