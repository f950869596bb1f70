"""What each clock hangs on, so that a step derives again only the clocks it has touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.case import Case
from engine.conditions import (
    All,
    Always,
    AnyOf,
    Condition,
    Different,
    Either,
    Equals,
    Least,
    Not,
    NotAfter,
    Recorded,
    Younger,
)
from engine.shape import Entered, FirstKnown, LaterOf, Passes, Timescale

_JOINED = (All, Either)
# These look at the facts they name and at nothing else.
_OF_FACTS = (Always, AnyOf, Different, Equals, Recorded, Least, NotAfter, Younger)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What can move one clock: facts, stages entered, a stage left, tasks, holds.

    always: it hangs on something else too, so it is derived again with every step.
    """

    always: bool
    facts: frozenset[str]
    stages: frozenset[str]
    left: frozenset[str]
    tasks: bool
    holds: bool

    def by_stage(self, stage: str) -> bool:
        """Whether coming to a stage can begin or end it."""
        return stage in self.stages or (bool(self.left) and stage not in self.left)


def inputs_of(timescale: Timescale, identifying: frozenset[str]) -> Inputs:
    """What one clock hangs on. A value that can be erased without a step counts as anything."""
    start, met = timescale.start, timescale.met
    conditions = (timescale.when, *(variant.when for variant in timescale.variants))
    facts = frozenset(_facts(timescale, conditions))
    return Inputs(
        always=timescale.recurring
        or timescale.lasting
        or isinstance(start, Passes)
        or not all(map(_of_facts, conditions))
        or not facts.isdisjoint(identifying),
        facts=facts,
        stages=frozenset((*met.stages, *(start.stages if isinstance(start, Entered) else ()))),
        left=frozenset(met.left),
        tasks=not isinstance(start, LaterOf | FirstKnown | Entered) or bool(met.asked),
        holds=bool(timescale.holds),
    )


def _facts(timescale: Timescale, conditions: Iterable[Condition]) -> Iterator[str]:
    start = timescale.start
    if isinstance(start, LaterOf | FirstKnown):
        yield from start.facts
    yield from (*timescale.alternatives, *timescale.met.facts, *timescale.met.all_facts)
    if timescale.cap:
        yield timescale.cap.fact
    for condition in conditions:
        yield from condition.facts()


def _of_facts(condition: Condition) -> bool:
    if isinstance(condition, _JOINED):
        return all(map(_of_facts, condition.parts))
    return _of_facts(condition.part) if isinstance(condition, Not) else type(condition) in _OF_FACTS


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between a case as its clocks were last derived and as it is now."""

    facts: frozenset[str]
    stages: tuple[str, ...]
    tasks: bool
    holds: bool
    clocks: frozenset[str]

    def touches(self, key: str, inputs: Inputs) -> bool:
        """Whether a clock may stand otherwise now than it did."""
        return (
            inputs.always
            or key in self.clocks
            or not inputs.facts.isdisjoint(self.facts)
            or any(map(inputs.by_stage, self.stages))
            or (self.tasks and inputs.tasks)
            or (self.holds and inputs.holds)
        )


def change(before: Case, case: Case, snapshot: str) -> Change | None:
    """What a step changed; None where that can move any clock at all.

    snapshot names the calendar dates are counted on now.
    """
    if _anew(before, case) or any(d.is_open and d.calendar != snapshot for d in case.deadlines):
        return None
    return Change(
        _moved(before, case),
        tuple(entry.stage for entry in case.entries[len(before.entries) :]),
        case.tasks != before.tasks,
        case.holds != before.holds,
        _clocks(before, case),
    )


def _anew(before: Case, case: Case) -> bool:
    """Whether the case was opened, closed, reopened or extended, or runs under other rules."""
    return (
        (before.revision == 0 or before.is_open != case.is_open or before.episode != case.episode)
        or (before.digest, before.rules) != (case.digest, case.rules)
        or before.extensions != case.extensions
    )


def _moved(before: Case, case: Case) -> frozenset[str]:
    if case.facts is before.facts:
        return frozenset()
    known, now = before.facts, case.facts
    fresh = {key for key, fact in now.items() if known.get(key) is not fact}
    return frozenset(fresh.union(known.keys() - now.keys()))


def _clocks(before: Case, case: Case) -> frozenset[str]:
    if case.deadlines is before.deadlines:
        return frozenset()
    known = set(before.deadlines)
    return frozenset(d.key for d in case.deadlines if d not in known)
