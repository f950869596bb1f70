"""What a visitor may do on the page of a case: actions that move it, and steps beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.record import keeps, may_answer, why_not_extend
from engine.roles import refusals
from engine.situation import Situation
from web.forms import reasons_of

# The steps that move no stage, and what each is called.
STEPS = (
    ("record", "Record something"),
    ("ask", "Ask agencies"),
    ("answer", "Record an answer"),
    ("extend", "Agree a later date"),
    ("hold", "Put on hold"),
    ("release", "End a hold"),
    ("link", "Link another case"),
    ("meeting", "Record a meeting"),
    ("note", "Add a note"),
    ("recuse", "Keep somebody off this case"),
)

Action = dict[str, Any]


def actions(situation: Situation, found: Iterable[Mapping[str, Any]]) -> tuple[list[Action], ...]:
    """What this visitor may do now, what is theirs and lacks something, and what is not theirs.

    Facts that are missing keep nobody from the form: it asks for them.
    """
    process, stage = situation.process, situation.case.stage
    piles: tuple[list[Action], ...] = ([], [], [])
    for action in found:
        ways = [t for t in process.transitions if t.action == action["key"]]
        here = [role for t in ways if stage in t.sources for role in t.who]
        reasons = [reason.words for reason in reasons_of(action["reasons"], process.fact_by_key)]
        pile = 0 if action["offered"] else 1 if _among(situation, here) else 2
        piles[pile].append({**action, "label": ways[0].label, "reasons": reasons})
    return piles


def steps(situation: Situation) -> dict[str, str]:
    """The steps this visitor may take here, by their keys, with their labels."""
    could = set(_could(situation))
    return {key: label for key, label in STEPS if key in could}


def _could(situation: Situation) -> Iterator[str]:
    case, process = situation.case, situation.process
    yield "recuse"  # anybody may say that they are not to work on it themselves
    if keeps(situation, process.recorders):
        yield "record"
    if _may_ask(situation):
        yield "ask"
    waiting = (task for task in case.tasks if task.is_open)
    if any(not may_answer(situation, t, process.task_by_key[t.kind].on_behalf) for t in waiting):
        yield "answer"
    if not keeps(situation):
        return
    yield from ("link", "meeting", "note")
    if any(not why_not_extend(situation, deadline) for deadline in case.deadlines):
        yield "extend"
    held = {hold.kind for hold in case.holds if hold.until is None}
    if held:
        yield "release"
    if set(process.hold_kinds) - held:
        yield "hold"


def _may_ask(situation: Situation) -> bool:
    stage = situation.case.stage
    kinds = [k for k in situation.process.tasks if not k.stages or stage in k.stages]
    return any(kind.asked_by and _among(situation, kind.asked_by) for kind in kinds)


def _among(situation: Situation, who: Iterable[str]) -> bool:
    """Whether this visitor is among the roles that do something here."""
    area, recused = situation.directory.area, situation.case.recused
    return not refusals(situation.actor, tuple(who), area, recused)
