"""The faults of actions: where they lead, who may do them, and what they need and set."""

from __future__ import annotations

from collections.abc import Iterator

from engine.condition_faults import condition_faults, contradiction
from engine.conditions import Condition, recorded
from engine.draft import Draft, Names, place
from engine.facts import Fact
from engine.notice_faults import about_task, audience_faults
from engine.references import unknown, unknown_roles, unseen_dates
from engine.roles import HOUSE, RECIPIENT
from engine.shape import Transition

STAMPS = ("@now", "@today", "@actor_agency", "@actor", "@stage")


def action_faults(draft: Draft, names: Names) -> Iterator[str]:
    """Every fault of a process's actions."""
    for transition in draft.transitions:
        for check in (_ends, _hands, _form, _stamps, _conditions, _errands):
            yield from (f"{place(transition)}: {fault}" for fault in check(transition, names))


def _ends(transition: Transition, names: Names) -> Iterator[str]:
    yield from unknown("stage", transition.sources, names.stages)
    if transition.target is not None:
        yield from unknown("stage", (transition.target,), names.stages)
    target = names.stages.get(transition.target or "")
    if transition.reopens and (target is None or target.final):
        yield "reopens a case but leads to no stage where work goes on"


def _hands(transition: Transition, _: Names) -> Iterator[str]:
    if not transition.who:
        yield "nobody may do it"
    yield from unknown_roles(transition.who, also=(HOUSE, RECIPIENT))
    if transition.settled and HOUSE not in transition.who:
        yield "waits for the last task to be settled, but the house itself may not do it"


def _form(transition: Transition, names: Names) -> Iterator[str]:
    yield from unknown("fact", (*transition.asks, *transition.anew), names.facts)
    yield from unknown("fact", transition.sets_aside, names.facts)
    if transition.dated_by:
        yield from (f"its day: {f}" for f in unseen_dates((transition.dated_by,), names))


def _stamps(transition: Transition, names: Names) -> Iterator[str]:
    for key, value in transition.stamps:
        yield from unknown("fact", (key,), names.facts)
        yield from _stamp_faults(names.facts.get(key), value)


def _stamp_faults(fact: Fact | None, value: str) -> Iterator[str]:
    if value.startswith("@"):
        if value not in STAMPS:
            yield f"stamps '{value}'; only {', '.join(STAMPS)} are filled in"
    elif fact is not None and fact.vocabulary and value not in (c.key for c in fact.vocabulary):
        yield f"stamps '{fact.key}' with '{value}', which is not in its vocabulary"


def _conditions(transition: Transition, names: Names) -> Iterator[str]:
    needs, when = transition.needs, transition.when
    alone = [
        *(f"what it needs {fault}" for fault in condition_faults(needs, names)),
        *(f"when it may be chosen {fault}" for fault in condition_faults(when, names)),
    ]
    yield from alone
    if not alone and _for_people(transition):
        together: Condition = recorded(*transition.anew) & when & needs
        for fault in contradiction(together, names):
            yield f"what it needs, with when it may be chosen, {fault}"


def _for_people(transition: Transition) -> bool:
    """The house is not asked for what an action needs."""
    return any(role != HOUSE for role in transition.who)


def _errands(transition: Transition, names: Names) -> Iterator[str]:
    ordered = [order.task for order in transition.orders]
    kinds = (*ordered, *filter(None, (transition.answers, transition.settled)))
    yield from unknown("task kind", kinds, names.tasks)
    for order in transition.orders:
        yield from audience_faults((order.to,), names)
        if about_task((order.to,)):
            yield f"orders the task '{order.task}' from a recipient, but there is no task yet"
