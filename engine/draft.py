"""A process before it has been checked, and the names its parts may refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.conditions import All, Condition, Either, Not
from engine.facts import Fact
from engine.shape import Invariant, NoticeRule, Stage, TaskKind, Timescale, Transition


class Draft(Protocol):
    """What a declared process offers its checker."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def stages(self) -> tuple[Stage, ...]: ...
    @property
    def transitions(self) -> tuple[Transition, ...]: ...
    @property
    def facts(self) -> tuple[Fact, ...]: ...
    @property
    def tasks(self) -> tuple[TaskKind, ...]: ...
    @property
    def timescales(self) -> tuple[Timescale, ...]: ...
    @property
    def notices(self) -> tuple[NoticeRule, ...]: ...
    @property
    def invariants(self) -> tuple[Invariant, ...]: ...
    @property
    def hold_kinds(self) -> tuple[str, ...]: ...
    @property
    def link_kinds(self) -> tuple[str, ...]: ...
    @property
    def keepers(self) -> tuple[str, ...]: ...
    @property
    def recorders(self) -> tuple[str, ...]: ...
    @property
    def parties_fact(self) -> str: ...
    @property
    def raiser_fact(self) -> str: ...


@dataclass(frozen=True)
class Names:
    """Everything a draft declares, by key, so that each reference can be looked up."""

    stages: Mapping[str, Stage]
    facts: Mapping[str, Fact]
    tasks: Mapping[str, TaskKind]
    timescales: Mapping[str, Timescale]
    actions: frozenset[str]
    hold_kinds: frozenset[str]
    link_kinds: frozenset[str]
    parties: bool


def names_of(draft: Draft) -> Names:
    """The names a draft declares; where a key stands twice, the last one."""
    return Names(
        stages={stage.key: stage for stage in draft.stages},
        facts={fact.key: fact for fact in draft.facts},
        tasks={task.key: task for task in draft.tasks},
        timescales={timescale.key: timescale for timescale in draft.timescales},
        actions=frozenset(transition.action for transition in draft.transitions),
        hold_kinds=frozenset(draft.hold_kinds),
        link_kinds=frozenset(draft.link_kinds),
        parties=bool(draft.parties_fact),
    )


def place(transition: Transition) -> str:
    """Where a transition stands in its process, in words."""
    return f"action '{transition.action}' ({', '.join(transition.sources) or 'opening'})"


def leaves(condition: Condition) -> Iterator[Condition]:
    """The single questions a condition is made of."""
    if isinstance(condition, Not):
        yield from leaves(condition.part)
    elif isinstance(condition, All | Either):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition
