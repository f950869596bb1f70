"""Asking agencies for what a process asks of them, and answering that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.case import Step, Task
from engine.errors import Refused, refuse_for
from engine.roles import RECIPIENT, Actor, refusals, roles_of
from engine.situation import Situation
from engine.step import Pen, because
from engine.transition import open_task, settle_task

TELLING = 4
READERS = frozenset({"auditor", "administrator"})


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that is asked, and the address it is asked at."""

    name: str
    email: str


def ask(situation: Situation, agencies: Sequence[Agency], kind: str = "") -> Step:
    """Ask agencies for what the process asks of them: one task each.

    Errors: Refused with every reason.
    """
    process, case = situation.process, situation.case
    asked = process.task_by_key.get(kind) if kind else process.asked_at(case.stage)
    if asked is None or not asked.asked_by:
        raise Refused([f"{process.label} has nothing that agencies are asked for"])
    reasons = list(
        refusals(situation.actor, asked.asked_by, situation.directory.area, case.recused)
    )
    if asked.stages and case.stage not in asked.stages:
        stages = ", ".join(process.stage_by_key[s].label for s in asked.stages)
        reasons.append(f"agencies are asked while the case is at: {stages}")
    refuse_for([*reasons, *_bad_agencies(situation, agencies, asked.key)])
    pen = Pen(situation)
    for agency in agencies:
        open_task(pen, asked.key, agency.name.strip(), agency.email.strip().lower())
    return pen.finish()


def _bad_agencies(situation: Situation, agencies: Sequence[Agency], kind: str) -> list[str]:
    tasks = situation.case.tasks
    waiting = {t.agency.lower() for t in tasks if t.kind == kind and t.is_open}
    reasons = [] if agencies else ["no agency was named; write NAME=EMAIL for each"]
    seen: set[str] = set()
    for agency in agencies:
        name = agency.name.strip().lower()
        if not name or agency.email.count("@") != 1 or any(map(str.isspace, agency.email.strip())):
            reasons.append(f"'{agency.name or agency.email}' needs a name and an email address")
        if any(value.lower() in name for value in telling(situation)):
            reasons.append("an agency's name here holds what identifies a child; it goes into mail")
        if name in waiting:
            reasons.append(f"{agency.name.strip()} has already been asked and has not answered")
        if name in seen:
            reasons.append(f"{agency.name.strip()} is named twice; one person of each, please")
        seen.add(name)
    return reasons


def telling(situation: Situation) -> list[str]:
    """What identifies somebody on this case and is long enough to be told apart from a word."""
    return [value for value in situation.case.identity.values() if len(value) >= TELLING]


def answer(situation: Situation, task: str, given: str, reason: str = "") -> Step:
    """Answer a task, for oneself or as those who keep the case. Errors: Refused."""
    found = situation.case.task(task)
    if found is None:
        ids = ", ".join(t.id for t in situation.case.tasks) or "none"
        raise Refused([f"there is no task {task} on this case; its tasks are: {ids}"])
    kind = situation.process.task_by_key[found.kind]
    keys = [choice.key for choice in kind.answers]
    reasons = list(may_answer(situation, found, kind.on_behalf))
    if not found.is_open:
        reasons.append(f"task {found.id} is closed already ({found.status})")
    if given not in keys:
        reasons.append(f"'{given}' is not an answer here; the answers are: {', '.join(keys)}")
    if given in ("waived", "declined") and not reason.strip():
        reasons.append(f"a reason is needed where a task is {given}")
    refuse_for(reasons)
    pen = Pen(situation)
    settle_task(pen, found, given, because(reason))
    return pen.finish()


def may_answer(situation: Situation, task: Task, on_behalf: tuple[str, ...]) -> tuple[str, ...]:
    """Every reason why somebody may not: it is for who was asked, a colleague, or a keeper."""
    actor, case, area = situation.actor, situation.case, situation.directory.area
    if actor.email == task.recipient or _works_on(actor, task):
        asked = replace(actor, roles=actor.roles | {RECIPIENT})
        return refusals(asked, (RECIPIENT,), area, case.recused)
    who = tuple(dict.fromkeys((*on_behalf, *situation.process.keepers)))
    return refusals(actor, who, area, case.recused)


def _works_on(actor: Actor, task: Task) -> bool:
    """Whether somebody belongs to the agency that was asked, and does more there than read."""
    roles = roles_of(actor)
    only_reads = bool(roles) and roles <= READERS
    return bool(actor.agency) and actor.agency == task.agency and not only_reads
