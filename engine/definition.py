"""A process: its stages, actions, facts, tasks, timescales and notices, as one checked value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.errors import DefinitionError
from engine.facts import Fact
from engine.faults import faults_of
from engine.inputs import Inputs, inputs_of
from engine.roles import HOUSE
from engine.shape import Invariant, NoticeRule, Stage, TaskKind, Timescale, Transition


@dataclass(frozen=True)
class Process:
    """A whole process; a faulty one refuses to exist and lists every fault."""

    key: str
    label: str
    version: str
    purpose: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    facts: tuple[Fact, ...]
    tasks: tuple[TaskKind, ...]
    timescales: tuple[Timescale, ...]
    notices: tuple[NoticeRule, ...]
    invariants: tuple[Invariant, ...] = ()
    hold_kinds: tuple[str, ...] = ()
    link_kinds: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ("business_manager",)
    recorders: tuple[str, ...] = ()
    parties_fact: str = ""
    raiser_fact: str = ""
    prefix: str = "WM"

    def __post_init__(self) -> None:
        found = faults_of(self)
        if found:
            raise DefinitionError(f"{self.key}: {fault}" for fault in found)

    @cached_property
    def stage_by_key(self) -> Mapping[str, Stage]:
        return {stage.key: stage for stage in self.stages}

    @cached_property
    def fact_by_key(self) -> Mapping[str, Fact]:
        return {fact.key: fact for fact in self.facts}

    @cached_property
    def task_by_key(self) -> Mapping[str, TaskKind]:
        return {task.key: task for task in self.tasks}

    @cached_property
    def timescale_by_key(self) -> Mapping[str, Timescale]:
        return {timescale.key: timescale for timescale in self.timescales}

    @cached_property
    def finals(self) -> frozenset[str]:
        return frozenset(stage.key for stage in self.stages if stage.final)

    @cached_property
    def gravest(self) -> frozenset[str]:
        """The actions that may end a case, and those that begin work on an ended one again."""
        moves = (t for t in self.transitions if t.sources)
        return frozenset(t.action for t in moves if t.reopens or t.target in self.finals)

    @cached_property
    def hands(self) -> frozenset[str]:
        """The roles that move a case of this process on, keep it or record on it."""
        moving = {role for t in self.transitions if t.sources and t.target for role in t.who}
        return frozenset((*moving, *self.keepers, *self.recorders))

    @cached_property
    def identifying(self) -> frozenset[str]:
        return frozenset(fact.key for fact in self.facts if fact.identifying)

    @cached_property
    def inputs(self) -> Mapping[str, Inputs]:
        """What each clock hangs on, by its key."""
        return {t.key: inputs_of(t, self.identifying) for t in self.timescales}

    @cached_property
    def deciders(self) -> Mapping[str, frozenset[str]]:
        """The roles of people that have something to do or decide at each stage."""
        found = {stage.key: {*self.keepers, *filter(None, (stage.owner,))} for stage in self.stages}
        for transition in self.transitions:
            for stage in transition.sources:
                # What moves nothing, such as a meeting, can be done by many who decide nothing.
                if transition.target or transition.answers:
                    found[stage] |= {role for role in transition.who if role != HOUSE}
        return {stage: frozenset(roles) for stage, roles in found.items()}

    def asked_at(self, stage: str) -> TaskKind | None:
        """The kind of task `ask` opens at a stage; where none fits there, the first there is."""
        kinds = [task for task in self.tasks if task.asked_by]
        here = [task for task in kinds if not task.stages or stage in task.stages]
        return next(iter(here or kinds), None)

    def notices_on(self, event: str) -> tuple[NoticeRule, ...]:
        return self._notices.get(event, ())

    @cached_property
    def _notices(self) -> Mapping[str, tuple[NoticeRule, ...]]:
        found: dict[str, tuple[NoticeRule, ...]] = {}
        for rule in self.notices:
            found[rule.on] = (*found.get(rule.on, ()), rule)
        return found
