"""What is legal from here: one shared `transitions` machine per definition."""

from __future__ import annotations

from typing import Any

from transitions import EventData, Machine, MachineError

from engine.definition import Process
from engine.shape import Transition
from engine.situation import CaseView

_NOWHERE = "(not yet open)"


class Seat:
    """What the machine moves: a case's stage, never the case itself."""

    __slots__ = ("chosen", "state", "view")

    def __init__(self, stage: str, view: CaseView) -> None:
        self.state = stage or _NOWHERE
        self.view = view
        self.chosen: Transition | None = None


class Guard:
    """Chooses between the transitions of one action by their `when` conditions."""

    __slots__ = ("transition",)

    def __init__(self, transition: Transition) -> None:
        self.transition = transition

    def __call__(self, event: EventData) -> bool:
        seat: Seat = event.kwargs["seat"]
        if not self.transition.when.holds(seat.view):
            return False
        seat.chosen = self.transition
        return True


# By identity: a definition is one object for as long as a process runs, and hashing a whole one
# for every step would cost more than the step.
_BUILT: dict[int, tuple[Process, Machine]] = {}


def machine(process: Process) -> Machine:
    """The machine of a definition, built once and shared by every case under it."""
    known = _BUILT.get(id(process))
    if known is None or known[0] is not process:
        known = _BUILT[id(process)] = (process, _build(process))
    return known[1]


def _build(process: Process) -> Machine:
    built = Machine(
        model=None,
        states=[_NOWHERE, *(stage.key for stage in process.stages)],
        initial=_NOWHERE,
        auto_transitions=False,
        send_event=True,
    )
    for transition in process.transitions:
        built.add_transition(
            trigger=transition.action,
            source=list(transition.sources) or _NOWHERE,
            dest=transition.target,
            conditions=[Guard(transition)],
        )
    return built


def choose(process: Process, stage: str, action: str, view: CaseView) -> Transition | None:
    """The transition an action takes from a stage, given what is known; None if there is none."""
    event: Any = machine(process).events.get(action)
    if event is None:
        return None
    seat = Seat(stage, view)
    try:
        event.trigger(seat, seat=seat)
    except MachineError:
        return None
    return seat.chosen


def actions_from(process: Process, stage: str) -> tuple[str, ...]:
    """The actions that start at a stage, in the order they were declared."""
    triggers = set(machine(process).get_triggers(stage or _NOWHERE))
    return tuple(dict.fromkeys(t.action for t in process.transitions if t.action in triggers))
