"""The faults of timescales: clocks that cannot start, cannot be met or cannot be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.condition_faults import condition_faults, contradiction
from engine.draft import Draft, Names
from engine.reachable import reached
from engine.references import length_faults, unknown, unseen_dates
from engine.roles import HOUSE
from engine.shape import Entered, FirstKnown, LaterOf, Passes, TaskAsked, Timescale


def clock_faults(draft: Draft, names: Names) -> Iterator[str]:
    """Every fault of a process's timescales."""
    for timescale in draft.timescales:
        for check in (_start_faults, _met_faults, _choice_faults, _cap_faults, _house_faults):
            found = check(timescale, draft, names)
            yield from (f"timescale '{timescale.key}': {fault}" for fault in found)


def start_facts(timescale: Timescale) -> tuple[str, ...]:
    """The facts a clock may start from, the alternatives a rule may choose included."""
    start = timescale.start
    if isinstance(start, LaterOf | FirstKnown):
        return (*start.facts, *timescale.alternatives)
    if isinstance(start, Passes):
        return (start.fact, *timescale.alternatives)
    return timescale.alternatives


def _askable(draft: Draft) -> frozenset[str]:
    """The kinds of task somebody may ask for, or that an action orders."""
    asked = {task.key for task in draft.tasks if task.asked_by}
    ordered = {order.task for transition in draft.transitions for order in transition.orders}
    return frozenset(asked | ordered)


def _start_faults(timescale: Timescale, draft: Draft, names: Names) -> Iterator[str]:
    start = timescale.start
    yield from (f"its start {fault}" for fault in unseen_dates(start_facts(timescale), names))
    if isinstance(start, LaterOf | FirstKnown) and not start.facts:
        yield "it can never start: it names no fact to start from"
    elif isinstance(start, Entered):
        yield from (f"its start {f}" for f in unknown("stage", start.stages, names.stages))
        if reached(draft).isdisjoint(start.stages):
            yield "it can never start: no case enters the stages it starts from"
    elif isinstance(start, TaskAsked):
        yield from (f"its start {f}" for f in unknown("task kind", (start.kind,), names.tasks))
        if start.kind not in _askable(draft):
            yield f"it can never start: nobody asks for '{start.kind}' and no action orders it"
    elif isinstance(start, Passes):
        known = names.timescales
        yield from (f"its start {f}" for f in unknown("timescale", (start.timescale,), known))


def _met_faults(timescale: Timescale, draft: Draft, names: Names) -> Iterator[str]:
    met = timescale.met
    yield from unknown("stage", (*met.stages, *met.left), names.stages)
    yield from unknown("fact", (*met.facts, *met.all_facts), names.facts)
    yield from unknown("task kind", filter(None, (met.asked,)), names.tasks)
    by_task = isinstance(timescale.start, TaskAsked)
    if not by_task and not timescale.lasting and not _can_be_met(timescale, draft, names):
        yield "nothing can meet it: no fact, reachable stage or task is named that would"
    if timescale.recurring and timescale.lasting:
        yield "it cannot both begin again when met and be kept until its date"
    if timescale.recurring and not met.facts:
        yield "it begins again when met, but names no fact that meets it"


def _can_be_met(timescale: Timescale, draft: Draft, names: Names) -> bool:
    met, here = timescale.met, reached(draft)
    facts = any(fact in names.facts for fact in met.facts)
    every = bool(met.all_facts) and all(fact in names.facts for fact in met.all_facts)
    entered = not here.isdisjoint(met.stages)
    left = any(stage in here and _has_way_out(stage, draft) for stage in met.left)
    return facts or every or entered or left or met.asked in _askable(draft)


def _has_way_out(stage: str, draft: Draft) -> bool:
    return any(stage in t.sources and t.target not in (None, stage) for t in draft.transitions)


def _choice_faults(timescale: Timescale, _: Draft, names: Names) -> Iterator[str]:
    yield from (f"its condition {fault}" for fault in condition_faults(timescale.when, names))
    for key, times in Counter(variant.key for variant in timescale.variants).items():
        if times > 1:
            yield f"its variant '{key}' is declared {times} times"
    for variant in timescale.variants:
        where = f"its variant '{variant.key}'"
        alone = tuple(condition_faults(variant.when, names))
        joined = () if alone else contradiction(variant.when & timescale.when, names)
        yield from (f"{where} {fault}" for fault in (*alone, *joined))


def _cap_faults(timescale: Timescale, draft: Draft, names: Names) -> Iterator[str]:
    cap = timescale.cap
    if cap is not None:
        yield from (f"its cap {fault}" for fault in unseen_dates((cap.fact,), names))
        yield from (f"its cap {fault}" for fault in length_faults(cap.length))
    yield from unknown("hold kind", timescale.holds, draft.hold_kinds)


def _house_faults(timescale: Timescale, draft: Draft, names: Names) -> Iterator[str]:
    action = timescale.escalates
    if action and action not in names.actions:
        yield f"escalates by the action '{action}', which is not declared"
    elif action and not any(HOUSE in t.who for t in draft.transitions if t.action == action):
        yield f"escalates by the action '{action}', which the house itself may not do"
