"""Opening and advancing a case: the decision whether an action is legal, and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from engine.audience import RAISED_BY, Reader, everybody
from engine.case import Recorded, Step, Task
from engine.definition import Process
from engine.errors import Refused
from engine.given import broken, can_be_given, near, read_facts, unmet
from engine.machine import actions_from, choose
from engine.roles import refusals
from engine.shape import Transition
from engine.situation import CaseView, Situation, day_of
from engine.step import Pen

OPEN = "open"


def advance(situation: Situation, action: str, given: Mapping[str, str]) -> Step:
    """Do an action on a case, or open one where the case has no revision yet.

    Errors: Refused with every reason; CalendarEnds.
    """
    facts, faults = read_facts(situation, given)
    view = CaseView(situation, facts)
    transition = choose(situation.process, situation.case.stage, action, view)
    reasons = [*faults, *_illegal(situation, action, transition, view)]
    if transition is not None:
        view.acting_on = _acting_on(transition, view.facts)
        reasons += [r for r in unmet(transition, view, facts) if not _told(r, given, facts)]
    reasons += broken(situation, view, facts)
    if reasons or transition is None:
        raise Refused(reasons)
    pen = Pen(situation)
    perform(pen, transition, facts)
    return pen.finish()


def _told(reason: str, given: Mapping[str, str], read: Mapping[str, str]) -> bool:
    """Whether a reason asks for a fact that was given, and whose fault is told already."""
    return any(f"({key})" in reason for key in given if key not in read)


def perform(
    pen: Pen, transition: Transition, facts: Mapping[str, str], because: object = None
) -> None:
    """Write what an action does: its event, its tasks, and what its notices speak of."""
    situation = pen.situation
    given = {**_stamps(situation, transition, facts), **facts}
    data: dict[str, object] = {"action": transition.action, **pen.sort(given)}
    if because is not None:
        data["because"] = because
    on = _acting_on(transition, CaseView(situation, given).facts)
    if transition.target is None:
        event = pen.write("acted", data, on)
    else:
        event = pen.write(_move(situation, transition, data), data, on)
        pen.say(f"stage:{transition.target}", event)
    pen.say(f"action:{transition.action}", event)
    if transition.answers:
        _answer_own(pen, transition)
    _order(pen, transition, given)


def _move(situation: Situation, transition: Transition, data: dict[str, object]) -> str:
    """Complete the data of a move; an opening also carries what the case is pinned to."""
    data["to"] = transition.target
    case = situation.case
    if case.revision:
        data["from"] = case.stage
        if transition.reopens:
            data["reopens"] = True
        if transition.sets_aside:
            data["sets_aside"] = list(transition.sets_aside)
        return "moved"
    names = ("process", "version", "digest", "rules", "pseudonym")
    data.update({name: getattr(case, name) for name in names})
    return "opened"


def _acting_on(transition: Transition, facts: Mapping[str, str]) -> date | None:
    """The business day of an action: what its dating fact says, whenever that was recorded."""
    value = facts.get(transition.dated_by)
    return day_of(value) if value else None


def _stamps(
    situation: Situation, transition: Transition, facts: Mapping[str, str]
) -> dict[str, str]:
    actor, case = situation.actor, situation.case
    special = {
        "@now": situation.now.isoformat(timespec="seconds"),
        "@today": situation.today.isoformat(),
        "@actor": actor.email,
        "@actor_agency": actor.agency or "unknown",
        "@stage": case.stage,
    }
    stamped = {key: special.get(value, value) for key, value in transition.stamps}
    if not case.revision:
        stamped[RAISED_BY] = actor.email
    return {key: value for key, value in stamped.items() if key not in facts}


def _answer_own(pen: Pen, transition: Transition) -> None:
    situation = pen.situation
    kind = situation.process.task_by_key[transition.answers]
    waiting = [t for t in situation.case.tasks if t.kind == kind.key and t.is_open]
    own = [t for t in waiting if t.recipient == situation.actor.email]
    own = own or [t for t in waiting if t.agency == situation.actor.agency]
    if not own:
        raise Refused([f"you have no open task of the kind {kind.label} on this case"])
    settle_task(pen, own[0], kind.settling[0])


def settle_task(pen: Pen, task: Task, answer: str, given: Mapping[str, str] | None = None) -> None:
    """Write an answer to a task, and let the house move on where it was the last one awaited."""
    kind = pen.situation.process.task_by_key[task.kind]
    settles = answer in kind.settling
    data = {"task": task.id, "answer": answer, "settles": settles, **(given or {})}
    event = pen.write("answered", data)
    pen.say(f"answer:{kind.key}", event, task)
    if settles:
        _move_on(pen, task)


def _move_on(pen: Pen, answered: Task) -> None:
    case, process = pen.situation.case, pen.situation.process
    waiting = [
        t for t in case.tasks if t.kind == answered.kind and t.is_open and t.id != answered.id
    ]
    for transition in process.transitions:
        if transition.settled == answered.kind and case.stage in transition.sources and not waiting:
            with pen.as_the_house():
                perform(pen, transition, {})
            return


def _order(pen: Pen, transition: Transition, given: Mapping[str, str]) -> None:
    """Open the tasks an action orders, for each person of their audience."""
    if not transition.orders:
        return
    shown = {k: v for k, v in given.items() if k not in pen.situation.process.identifying}
    after = _as_moved(pen.situation, transition, shown)
    for order in transition.orders:
        for reader in _one_an_agency(everybody((order.to,), after)):
            open_task(pen, order.task, reader.agency, reader.email)


def _one_an_agency(found: Iterable[Reader]) -> list[Reader]:
    """One task an agency: the first of its people; people without an agency each get one."""
    chosen: dict[str, Reader] = {}
    for reader in found:
        if reader.email:
            chosen.setdefault(reader.agency or reader.email, reader)
    return list(chosen.values())


def _as_moved(situation: Situation, transition: Transition, given: Mapping[str, str]) -> Situation:
    now, today = situation.now, situation.today
    known = {key: Recorded(value, today, now, 0) for key, value in given.items()}
    stage = transition.target or situation.case.stage
    case = replace(situation.case, stage=stage, facts={**situation.case.facts, **known})
    return replace(situation, case=case)


def open_task(pen: Pen, kind: str, agency: str, email: str) -> None:
    """Write that somebody is asked for a task, and say so to them."""
    asked = sum(1 for event in pen.events if event.kind == "asked")
    number = len(pen.situation.case.tasks) + asked + 1
    task = Task(f"T{number}", kind, agency, email, pen.situation.now)
    data = {"task": task.id, "kind": kind, "agency": agency, "recipient": email}
    event = pen.write("asked", data)
    pen.say(f"task:{kind}", event, task)


def _offered(
    situation: Situation, action: str, transition: Transition | None, view: CaseView
) -> bool:
    """Whether this person may begin an action, be it that what they give decides where it leads."""
    process, case, area = situation.process, situation.case, situation.directory.area
    ways = [t for t in process.transitions if t.action == action and case.stage in t.sources]
    here = [transition] if transition else [t for t in ways if any(t.when.facts())]
    return any(
        can_be_given(way, view) and not any(refusals(situation.actor, way.who, area, case.recused))
        for way in here
    )


def _illegal(
    situation: Situation, action: str, transition: Transition | None, view: CaseView
) -> list[str]:
    process, case = situation.process, situation.case
    every = [t for t in process.transitions if t.action == action]
    if not every:
        return [f"there is no action called '{action}'{near(action, _actions(process))}"]
    reasons = []
    if transition is None:
        reasons.append(_out_of_place(situation, every, view))
    who = transition.who if transition else tuple(dict.fromkeys(r for t in every for r in t.who))
    return reasons + list(refusals(situation.actor, who, situation.directory.area, case.recused))


def _actions(process: Process) -> list[str]:
    return [t.action for t in process.transitions]


def _out_of_place(situation: Situation, every: list[Transition], view: CaseView) -> str:
    process, case = situation.process, situation.case
    here = [t for t in every if case.stage in t.sources or not (t.sources or case.stage)]
    if case.stage and not any(t.sources for t in every):
        return f"the case is at '{process.stage_by_key[case.stage].label}'; it is open already"
    if here:
        ways = "; or ".join(t.when.words(view) for t in here)
        return f"'{here[0].label}' is possible here only where: {ways}"
    stages = process.stage_by_key
    sources = ", ".join(dict.fromkeys(stages[s].label for t in every for s in t.sources))
    possible = ", ".join(actions_from(process, case.stage)) or "nothing"
    at = stages[case.stage].label if case.stage else "not open yet"
    return f"the case is at '{at}'; this is done from: {sources}. Possible here: {possible}"


def open_actions(situation: Situation) -> list[dict[str, object]]:
    """Every action from here, whether this person may do it now, and every reason why not.

    offered: they may begin it, and nothing is missing but facts they can give with it.
    """
    found = []
    for action in actions_from(situation.process, situation.case.stage):
        view = CaseView(situation)
        transition = choose(situation.process, situation.case.stage, action, view)
        reasons = _illegal(situation, action, transition, view)
        offered = _offered(situation, action, transition, view)
        if transition is not None:
            reasons += unmet(transition, view, {})
        allowed = not reasons
        found.append({"key": action, "allowed": allowed, "offered": offered, "reasons": reasons})
    return found
