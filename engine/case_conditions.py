"""Conditions on a case as a whole: its deadlines, tasks, holds and links, and who acts on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.algebra import Condition, View


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
