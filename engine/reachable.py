"""Where a case can get to: stages nothing leads to, dead ends, and doors a person cannot open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.conditions import ALWAYS
from engine.draft import Draft, place
from engine.roles import HOUSE
from engine.shape import Stage, Transition

Onward = Callable[[str], Iterable[str]]


def reached(draft: Draft) -> frozenset[str]:
    """The stages a case can be in, if every condition could be met."""
    return _spread(
        (t.target for t in draft.transitions if not t.sources and t.target),
        lambda stage: (t.target for t in draft.transitions if stage in t.sources and t.target),
    )


def _spread(start: Iterable[str], onward: Onward) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        stage = waiting.pop()
        if stage not in found:
            found.add(stage)
            waiting += onward(stage)
    return frozenset(found)


def road_faults(draft: Draft) -> Iterator[str]:
    """Every fault of the ways through a process."""
    yield from _opening_faults(draft)
    yield from _stage_faults(draft)
    yield from _rival_faults(draft)


def _opening_faults(draft: Draft) -> Iterator[str]:
    openings = [t for t in draft.transitions if not t.sources]
    if not openings:
        yield "no action opens a case; declare one without source stages"
    for transition in openings:
        if transition.action != "open":
            yield f"{place(transition)}: an action that opens a case must be called 'open'"
        if transition.target is None:
            yield f"{place(transition)}: opens a case but names no stage for it to begin in"


def _stage_faults(draft: Draft) -> Iterator[str]:
    here, ending = reached(draft), _leading_to_an_end(draft)
    if not any(stage.final for stage in draft.stages):
        yield "no stage is final, so a case could never end"
    for stage in draft.stages:
        if stage.key not in here:
            yield f"stage '{stage.key}': no case can ever reach it"
        if stage.final:
            yield from _final_faults(stage, draft)
        elif not any(_opens(transition, stage.key) for transition in draft.transitions):
            yield f"stage '{stage.key}': no person has a way out of it, and it is not final"
        elif ending and stage.key not in ending:
            yield f"stage '{stage.key}': no way leads from it to a final stage"


def _opens(transition: Transition, stage: str) -> bool:
    """Whether a person, and not only the house, can take this way out of a stage."""
    leads_away = transition.target not in (None, stage)
    return stage in transition.sources and leads_away and any(r != HOUSE for r in transition.who)


def _leading_to_an_end(draft: Draft) -> frozenset[str]:
    return _spread(
        (stage.key for stage in draft.stages if stage.final),
        lambda stage: (
            source
            for transition in draft.transitions
            if transition.target == stage
            for source in transition.sources
        ),
    )


def _final_faults(stage: Stage, draft: Draft) -> Iterator[str]:
    for transition in draft.transitions:
        if stage.key in transition.sources and transition.target and not transition.reopens:
            yield (
                f"{place(transition)}: leads out of the final stage '{stage.key}'"
                " but is not declared to reopen a case"
            )


def _rival_faults(draft: Draft) -> Iterator[str]:
    """Transitions that can never be chosen: an unconditional one of the action stands before."""
    taken: set[tuple[str, str]] = set()
    for transition in draft.transitions:
        for source in transition.sources or ("opening",):
            if (transition.action, source) in taken:
                yield (
                    f"{place(transition)}: can never be chosen from '{source}', because an"
                    " unconditional one of the same action stands before it"
                )
            elif transition.when == ALWAYS:
                taken.add((transition.action, source))
