"""The record: each event changes the case in one way, live and on replay alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engine.case import (
    BREACHED,
    Case,
    Deadline,
    Entry,
    Event,
    Extension,
    Hold,
    Link,
    Meeting,
    Recorded,
    Task,
)
from engine.definition import Process
from engine.values import replace


def apply_step(process: Process, case: Case, events: Sequence[Event]) -> Case:
    """The case as the events of one step leave it; its deadlines are derived afterwards."""
    for event in events:
        case = _CHANGES[event.kind](process, case, event)
    return replace(case, revision=case.revision + 1, sequence=events[-1].sequence)


def begin(event: Event, reference: str) -> Case:
    """The case an "opened" event brings into being, before the event is applied."""
    data = event.data
    return Case(
        reference=reference,
        process=data["process"],
        version=data["version"],
        digest=data["digest"],
        rules=data["rules"],
        stage="",
        opened_at=event.at,
        pseudonym=data.get("pseudonym", ""),
    )


def _recorded(case: Case, event: Event) -> Mapping[str, Recorded]:
    """The facts as an event leaves them: some set aside, some recorded."""
    data, facts = event.data, case.facts
    aside = data.get("sets_aside", ())
    if aside:
        facts = {key: fact for key, fact in facts.items() if key not in aside}
    given: Mapping[str, str] = {**data.get("facts", {}), **data.get("identity", {})}
    fresh = {k: Recorded(v, event.on, event.at, event.sequence) for k, v in given.items()}
    return {**facts, **fresh} if fresh else facts


def _facts(process: Process, case: Case, event: Event) -> Case:
    return replace(case, facts=_recorded(case, event))


def _moved(process: Process, case: Case, event: Event) -> Case:
    missed = event.data.get("because")
    if missed:
        case = _end_missed(case, missed, event)
    stage = event.data["to"]
    entry = Entry(stage, event.at, event.on, event.sequence)
    return replace(
        case,
        stage=stage,
        facts=_recorded(case, event),
        entries=(*case.entries, entry),
        tasks=tuple(_leave(process, stage, t, event) for t in case.tasks),
        closed_at=event.at if stage in process.finals else None,
        episode=event.sequence if event.data.get("reopens") else case.episode,
    )


def _leave(process: Process, stage: str, task: Task, event: Event) -> Task:
    """An open task does not outlive the stages its kind lives in, nor the case."""
    kind = process.task_by_key.get(task.kind)
    lives = kind is not None and (not kind.stages or stage in kind.stages)
    stays = kind is not None and not kind.one_stage
    if not task.is_open or (lives and stays and stage not in process.finals):
        return task
    return replace(task, status="cancelled", settled_on=event.on, settled_at=event.at)


def _end_missed(case: Case, missed: Mapping[str, Any], event: Event) -> Case:
    """The house moved the case on because this clock ran out: the clock ends as missed."""
    wanted = (missed["deadline"], missed["task"], missed["cycle"])
    return _change(case, wanted, lambda d: replace(d, met_on=event.on, look_at=None))


def _change(
    case: Case, wanted: tuple[str, str, int], change: Callable[[Deadline], Deadline]
) -> Case:
    return replace(
        case,
        deadlines=tuple(change(d) if d.identity == wanted else d for d in case.deadlines),
    )


def _asked(process: Process, case: Case, event: Event) -> Case:
    data = event.data
    who = (data["agency"], data["recipient"])
    task = Task(data["task"], data["kind"], *who, event.at, sequence=event.sequence)
    return replace(case, tasks=(*case.tasks, task))


def _answered(process: Process, case: Case, event: Event) -> Case:
    data = event.data

    def settle(task: Task) -> Task:
        if task.id != data["task"]:
            return task
        task = replace(task, status=data["answer"])
        return replace(task, settled_on=event.on, settled_at=event.at) if data["settles"] else task

    return replace(case, tasks=tuple(settle(t) for t in case.tasks))


def _replied(process: Process, case: Case, event: Event) -> Case:
    data = event.data
    said = " ".join(filter(None, (data["reply"], data.get("by", ""))))
    tasks = tuple(replace(t, reply=said) if t.id == data["task"] else t for t in case.tasks)
    return replace(case, tasks=tasks)


def _extended(process: Process, case: Case, event: Event) -> Case:
    data = event.data
    to = date.fromisoformat(data["to"])
    extension = Extension(data["deadline"], data["task"], data["cycle"], to, event.on)
    return replace(case, extensions=(*case.extensions, extension))


def _held(process: Process, case: Case, event: Event) -> Case:
    hold = Hold(event.data["kind"], date.fromisoformat(event.data["from"]))
    return replace(case, holds=(*case.holds, hold))


def _released(process: Process, case: Case, event: Event) -> Case:
    kind, until = event.data["kind"], date.fromisoformat(event.data["on"])

    def end(hold: Hold) -> Hold:
        return replace(hold, until=until) if hold.kind == kind and hold.until is None else hold

    return replace(case, holds=tuple(end(h) for h in case.holds))


def _linked(process: Process, case: Case, event: Event) -> Case:
    link = Link(event.data["other"], event.data["kind"])
    return replace(case, links=(*case.links, link), facts=_recorded(case, event))


def _met(process: Process, case: Case, event: Event) -> Case:
    data = event.data
    agencies = tuple((name, how) for name, how in data.get("agencies", ()))
    held = Meeting(event.on, data["invited"], data["present"], data["kind"], agencies)
    return replace(case, meetings=(*case.meetings, held))


def _recused(process: Process, case: Case, event: Event) -> Case:
    return replace(case, recused=(*case.recused, event.data["who"]))


def _noted(process: Process, case: Case, event: Event) -> Case:
    return case


def _breached(process: Process, case: Case, event: Event) -> Case:
    due = datetime.fromisoformat(event.data["due"])
    return _change(
        case,
        _identity(event),
        lambda d: replace(d, status=BREACHED, breached_at=due, looked_at=event.at),
    )


def _looked(process: Process, case: Case, event: Event) -> Case:
    return _change(case, _identity(event), lambda d: replace(d, looked_at=event.at))


def _identity(event: Event) -> tuple[str, str, int]:
    return (event.data["deadline"], event.data["task"], event.data["cycle"])


_CHANGES: Mapping[str, Callable[[Process, Case, Event], Case]] = {
    "opened": _moved,
    "moved": _moved,
    "acted": _facts,
    "recorded": _facts,
    "asked": _asked,
    "answered": _answered,
    "replied": _replied,
    "extended": _extended,
    "held": _held,
    "released": _released,
    "linked": _linked,
    "meeting": _met,
    "recused": _recused,
    "noted": _noted,
    "breached": _breached,
    "reminded": _looked,
    "kept": _looked,
    "redated": _noted,
    "deputised": _noted,
    "code_sent": _noted,
    "code_used": _noted,
    "revoked": _noted,
}
KINDS = frozenset(_CHANGES)
