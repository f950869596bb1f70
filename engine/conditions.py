"""Conditions: a closed algebra that can be stored, drawn, explained to a panel and checked."""

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


@dataclass(frozen=True, slots=True)
class Late(Condition):
    """A deadline of this case has passed without being met."""

    timescale: str

    def holds(self, view: View) -> bool:
        return view.late(self.timescale)

    def words(self, view: View) -> str:
        return f"the deadline {self.timescale} has passed"

    def denied(self, view: View) -> str:
        return f"the deadline {self.timescale} has not passed"


@dataclass(frozen=True, slots=True)
class Asked(Condition):
    """At least so many agencies or people have been asked."""

    kind: str
    count: int = 1

    def holds(self, view: View) -> bool:
        return view.tasks_asked(self.kind) >= self.count

    def words(self, view: View) -> str:
        return f"at least {self.count} asked ({self.kind.replace('_', ' ')}); use 'ask' first"


@dataclass(frozen=True, slots=True)
class Answered(Condition):
    """Everybody asked has answered, given a nil return or been waived with a reason."""

    kind: str

    def holds(self, view: View) -> bool:
        return not view.tasks_waiting(self.kind)

    def words(self, view: View) -> str:
        return f"every {self.kind.replace('_', ' ')} answered, nil or waived with a reason"

    def unmet(self, view: View) -> tuple[str, ...]:
        return tuple(
            f"{self.kind.replace('_', ' ')} {name} has not been answered, given as nil or waived"
            for name in view.tasks_waiting(self.kind)
        )


@dataclass(frozen=True, slots=True)
class NoHold(Condition):
    """No hold of these kinds is open."""

    kinds: tuple[str, ...]

    def holds(self, view: View) -> bool:
        return set(self.kinds).isdisjoint(view.open_holds())

    def words(self, view: View) -> str:
        return "no open hold (" + ", ".join(k.replace("_", " ") for k in self.kinds) + ")"

    def unmet(self, view: View) -> tuple[str, ...]:
        return tuple(
            f"the {kind.replace('_', ' ')} hold is still open; release it first"
            for kind in view.open_holds()
            if kind in self.kinds
        )


@dataclass(frozen=True, slots=True)
class Linked(Condition):
    """The case is linked to another case by a link of this kind."""

    kind: str

    def holds(self, view: View) -> bool:
        return view.linked(self.kind)

    def words(self, view: View) -> str:
        return f"a linked case ({self.kind.replace('_', ' ')})"


@dataclass(frozen=True, slots=True)
class NotParty(Condition):
    """The person acting belongs to none of the agencies this fact lists."""

    fact: str

    def holds(self, view: View) -> bool:
        return view.actor_agency() not in view.facts.get(self.fact, "").split(";")

    def words(self, view: View) -> str:
        return f"somebody who is not a party ({view.label(self.fact)})"

    def denied(self, view: View) -> str:
        return f"somebody who is a party ({view.label(self.fact)})"

    def facts(self) -> Iterator[str]:
        """None is asked for: who decides must not be able to rewrite who is a party."""
        yield from ()


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


def recorded(*facts: str) -> Condition:
    """Every one of these facts is recorded."""
    return All(tuple(Recorded(fact) for fact in facts))
