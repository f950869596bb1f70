"""Second versions: of a process, with a stage more and clocks changed, and of the rulebook."""

from __future__ import annotations

from dataclasses import replace

from engine.definition import Process
from engine.length import Length
from engine.roles import HOUSE
from engine.rules import Rulebook
from engine.shape import Stage, Transition

CHECKING = Stage("checking", "Being checked", "business_manager")


def second(process: Process) -> Process:
    """The same process with one more stage on the way, other labels, and clocks no hold stops."""
    way = next(t for t in process.transitions if _is_ordinary(process, t))
    transitions = tuple(
        replace(t, target=CHECKING.key) if t == way else t for t in process.transitions
    )
    done = Transition("check_done", "Checked", (CHECKING.key,), way.target, ("business_manager",))
    return replace(
        process,
        version="2",
        stages=(*process.stages, CHECKING),
        transitions=(*transitions, done),
        timescales=tuple(
            replace(t, label=f"{t.label} (second version)", holds=()) for t in process.timescales
        ),
    )


def _is_ordinary(process: Process, t: Transition) -> bool:
    onward = bool(t.sources) and t.target is not None and t.target not in process.finals
    return onward and not t.reopens and HOUSE not in t.who


def longer(rules: Rulebook) -> Rulebook:
    """The same rulebook with every length three units longer."""
    return Rulebook(
        f"{rules.edition} second",
        tuple(
            replace(r, length=Length(r.length.number + 3, r.length.unit), citation="Second edition")
            for r in rules.rules
        ),
    )
