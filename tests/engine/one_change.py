"""The small process with one part of it changed, before anybody has checked it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.conditions import (
    Condition,
)
from engine.facts import Fact
from engine.shape import (
    FirstKnown,
    MetBy,
    NoticeRule,
    Stage,
    Timescale,
    Transition,
)
from tests.engine.small import (
    FACTS,
    FINISH,
    OPEN,
    REOPEN,
    RETURN,
    STAGES,
    START,
    TIMESCALES,
    WORK,
)

Row = tuple[str, dict[str, Any], tuple[str, ...]]
NEVER = "can never be met: no record could satisfy all of it"
START_SAYS = "action 'start' (begun): "
WORK_SAYS = "timescale 'work': "


def acts(*transitions: Transition) -> dict[str, Any]:
    """The small process with other actions in place of its own of the same name."""
    named = {transition.action: transition for transition in (OPEN, START, FINISH, REOPEN)}
    named |= {transition.action: transition for transition in transitions}
    return {"transitions": tuple(named.values())}


def start(**changes: Any) -> dict[str, Any]:
    return acts(replace(START, **changes))


def work(**changes: Any) -> dict[str, Any]:
    return {"timescales": (replace(WORK, **changes), *TIMESCALES[1:])}


def clock(**changes: Any) -> dict[str, Any]:
    """One more timescale beside the others."""
    fine = Timescale("more", "More", FirstKnown(("began_on",)), MetBy(facts=("ended_on",)), "", "")
    return {"timescales": (*TIMESCALES, replace(fine, **changes))}


def task(**changes: Any) -> dict[str, Any]:
    return {"tasks": (replace(RETURN, **changes),)}


def notice(**changes: Any) -> dict[str, Any]:
    fine = NoticeRule("action:open", "opened", ("business_manager",), "Please look at it.")
    return {"notices": (replace(fine, **changes),)}


def needs(condition: Condition) -> dict[str, Any]:
    return start(needs=condition)


def stages(*more: Stage) -> dict[str, Any]:
    return {"stages": (*STAGES, *more)}


def facts(*more: Fact) -> dict[str, Any]:
    return {"facts": (*FACTS, *more)}
