"""The watch: what is owed at an instant because time has passed, and nothing else has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from engine.audience import readers
from engine.case import RUNNING, Case, Deadline, Step, Task
from engine.clocks import Beginning
from engine.hours import working_moment
from engine.ladder import Call, calls
from engine.length import london_date
from engine.machine import choose
from engine.notices import Said, clock_name, due_words, message, words
from engine.roles import HOUSE, THE_HOUSE
from engine.rules import STATUTORY
from engine.ruling import rule_of
from engine.shape import Timescale
from engine.situation import CaseView, Situation
from engine.step import Pen
from engine.timescale import derive
from engine.transition import perform


def rounds(situation: Situation) -> Iterator[Step]:
    """Look until nothing more is due: what one look sets going may be due at once itself.

    Each round is a step of its own; a date missed months ago starts the clock of its notice of
    delay, and a stage the house moves a case to may have no time left either.
    """
    while (step := look(situation)) is not None:
        yield step
        situation = replace(situation, case=step.case)


def look(situation: Situation) -> Step | None:
    """The step time itself brings: reminders, breaches and what the house does about them.

    Asleep for a year, it records each breach on its true date and gives at most one reminder a
    deadline.
    """
    pen = Pen(replace(situation, actor=THE_HOUSE))
    due = [d for d in situation.case.deadlines if d.look_at and d.look_at <= situation.now]
    for deadline in sorted(due, key=lambda d: d.due):
        _look_at(pen, deadline)
    return pen.finish() if pen.events else None


def _look_at(pen: Pen, deadline: Deadline) -> None:
    situation = pen.situation
    timescale = situation.process.timescale_by_key[deadline.key]
    reached = _reached(situation, deadline)
    if deadline.status == RUNNING and situation.now > deadline.due:
        if timescale.lasting:
            pen.write("kept", _named(deadline))
        else:
            _breach(pen, timescale, deadline, [call for call in reached if call.late])
        return
    pen.write("reminded", {**_named(deadline), "rungs": [call.rung.at for call in reached]})
    if reached:
        _tell(pen, timescale, deadline, reached)


def _reached(situation: Situation, deadline: Deadline) -> list[Call]:
    """The rungs passed since the last look."""
    rule = rule_of(situation, deadline)
    start = Beginning(deadline.start, deadline.start_fact, deadline.began).moment
    looked = deadline.looked_at or start
    ladder = rule.ladder if rule else ()
    timed = calls(ladder, start, deadline.due, situation.calendar)
    return [call for call in timed if looked < call.at <= situation.now]


def _named(deadline: Deadline) -> dict[str, object]:
    return {"deadline": deadline.key, "task": deadline.task, "cycle": deadline.cycle}


def _breach(pen: Pen, timescale: Timescale, deadline: Deadline, reached: list[Call]) -> None:
    """Record a missed date on its true day, tell those who must know, and move on if declared."""
    day = london_date(deadline.due)
    pen.write("breached", {**_named(deadline), "due": deadline.due.isoformat()}, day)
    keepers = pen.situation.process.keepers[:1]
    audience = [*keepers, *(word for call in reached for word in call.rung.to)]
    anchor = f"late:{_anchor(deadline)}"
    _owe(pen, timescale, deadline, "late", anchor, audience)
    if timescale.escalates:
        _escalate(pen, timescale, deadline)


def _escalate(pen: Pen, timescale: Timescale, deadline: Deadline) -> None:
    situation = pen.situation
    if any(event.kind == "moved" for event in pen.events):
        return
    view = CaseView(situation)
    transition = choose(situation.process, situation.case.stage, timescale.escalates, view)
    if transition is not None and HOUSE in transition.who:
        perform(pen, transition, {}, _named(deadline))


def _tell(pen: Pen, timescale: Timescale, deadline: Deadline, reached: list[Call]) -> None:
    last = reached[-1]
    audience = [word for call in reached for word in call.rung.to]
    if last.late:
        kind = "late"
    else:
        kind = "due" if london_date(last.at) == london_date(deadline.due) else "due_soon"
    _owe(pen, timescale, deadline, kind, f"{kind}:{_anchor(deadline)}:{last.rung.at}", audience)


def _anchor(deadline: Deadline) -> str:
    """One alert a kind, clock and date: a date that moves opens a new slot."""
    return f"{clock_name(deadline)}@{deadline.due.isoformat()}"


def _owe(
    pen: Pen,
    timescale: Timescale,
    deadline: Deadline,
    kind: str,
    anchor: str,
    audience: Iterable[str],
) -> None:
    situation = pen.situation
    task = situation.case.task(deadline.task) if deadline.task else None
    about = _about(situation, timescale, deadline, kind, task)
    about["sequence"] = str(pen.events[-1].sequence)
    urgent = timescale.urgent or deadline.variant == "urgent"
    found = readers(audience, situation, task)
    # What the law sets is never held back, nor is what is urgent.
    at_once = urgent or deadline.standing == STATUTORY
    rests = None if at_once else _rest(situation, deadline)
    pen.also += [message(anchor, kind, urgent, about, reader, rests) for reader in found]


def _rest(situation: Situation, deadline: Deadline) -> datetime | None:
    """Until when a reminder rests, outside working hours; none rests until its date has passed."""
    moment = working_moment(situation.now, situation.calendar)
    too_late = situation.now <= deadline.due <= moment
    return moment if moment > situation.now and not too_late else None


def _about(
    situation: Situation, timescale: Timescale, deadline: Deadline, kind: str, task: Task | None
) -> dict[str, str]:
    about = words(situation, kind, deadline, task)
    state = {"late": "late", "due": "due today"}.get(kind, f"due {due_words(deadline)}")
    about["title"] = f"{timescale.label}: {state}"
    about["asks"], about["otherwise"] = timescale.asks, timescale.otherwise
    return about


def redate(situation: Situation, reason: str) -> Step | None:
    """Count the open dates of a case again under the house's calendar as it now is.

    None where nothing moves; closed deadlines are never rewritten. One notice a case.
    """
    moved = moves(situation)
    if not moved:
        return None
    pen = Pen(situation)
    listed = [
        {**_named(old), "from": old.due.isoformat(), "to": new.due.isoformat()}
        for old, new in moved
    ]
    event = pen.write("redated", {"reason": reason, "moved": listed})
    old = moved[0][0]
    pen.said.append(Said("redated", event.sequence, None, old, old.due))
    return pen.finish()


def moves(situation: Situation) -> list[tuple[Deadline, Deadline]]:
    """Which open deadlines would move, as they are and as they would be."""
    after: Case = derive(situation)
    new = {d.identity: d for d in after.deadlines}
    pairs = [(d, new[d.identity]) for d in situation.case.deadlines if d.is_open]
    return [(old, now) for old, now in pairs if old.due != now.due]
