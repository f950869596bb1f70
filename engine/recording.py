"""Which steps that move no stage somebody may take where a case stands, and whom they may ask."""

from __future__ import annotations

from collections.abc import Iterator

from engine.asking import may_answer
from engine.record import keeps, why_not_extend
from engine.roles import Person, may
from engine.situation import Situation

ANSWERING = frozenset(("agency_lead", "agency_author"))


def steps(situation: Situation) -> frozenset[str]:
    """The steps this person may take here, each by its command."""
    return frozenset(_steps(situation))


def _steps(situation: Situation) -> Iterator[str]:
    process = situation.process
    yield "recuse"  # anybody may say that they are not to work on it themselves
    if keeps(situation, process.recorders):
        yield "record"
    if _may_ask(situation):
        yield "ask"
    waiting = (task for task in situation.case.tasks if task.is_open)
    if any(not may_answer(situation, t, process.task_by_key[t.kind].on_behalf) for t in waiting):
        yield "answer"
    if keeps(situation):
        yield from _kept(situation)


def _kept(situation: Situation) -> Iterator[str]:
    """What only whoever keeps the record does."""
    case = situation.case
    yield from ("link", "meeting", "note")
    if any(not why_not_extend(situation, deadline) for deadline in case.deadlines):
        yield "extend"
    held = {hold.kind for hold in case.holds if hold.until is None}
    if held:
        yield "release"
    if set(situation.process.hold_kinds) - held:
        yield "hold"


def askable(situation: Situation) -> list[Person]:
    """Whoever answers for an agency in reviews, by agency; not where it was asked and is silent."""
    asked = situation.process.asked_at(situation.case.stage)
    kind = asked.key if asked else ""
    waiting = {task.agency for task in situation.case.tasks if task.is_open and task.kind == kind}
    people = (p for p in situation.directory.people if not ANSWERING.isdisjoint(p.roles))
    return sorted((p for p in people if p.agency not in waiting), key=lambda p: (p.agency, p.name))


def _may_ask(situation: Situation) -> bool:
    case, area = situation.case, situation.directory.area
    kinds = (k for k in situation.process.tasks if not k.stages or case.stage in k.stages)
    return any(may(situation.actor, kind.asked_by, area, case.recused) for kind in kinds)
