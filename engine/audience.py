"""Audiences: from the words of a notice rule to the people who are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.case import Case, Task
from engine.definition import Process
from engine.roles import RECIPIENT, Person, label
from engine.situation import Situation

PARTIES, OTHERS, RAISER, TASKED = "parties", "others", "raiser", "tasked"
RAISED_BY = "raised_by"


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who is told, the role they are told in, and why them, in words.

    decides: something at the stage of the case is done or decided by people in this role.
    """

    email: str
    role: str
    because: str
    agency: str = ""
    decides: bool = False


def readers(
    words: Iterable[str], situation: Situation, task: Task | None = None
) -> tuple[Reader, ...]:
    """Everybody an audience names, each once, in the order they are named.

    A role nobody holds falls to those who keep the case; where nobody keeps it either, the
    reader has no address and the message is parked in sight instead of being lost.
    """
    found: dict[str, Reader] = {}
    for reader in everybody(words, situation, task):
        known = found.setdefault(reader.email, reader)
        if not reader.email and reader.role not in known.role.split(","):
            # Every role nobody holds is named, so that each can be told another way.
            found[""] = replace(known, role=f"{known.role},{reader.role}")
    return tuple(found.values())


def everybody(
    words: Iterable[str], situation: Situation, task: Task | None = None
) -> Iterator[Reader]:
    """The same, and somebody who stands in for several agencies once for each."""
    for word in words:
        yield from _readers(word, situation, task)


def _readers(word: str, situation: Situation, task: Task | None) -> Iterator[Reader]:
    case = situation.case
    if word == RECIPIENT:
        yield from _recipients((task,) if task else ())
    elif word == TASKED:
        yield from _recipients(t for t in case.tasks if t.status != "cancelled")
    elif word == RAISER:
        opened_by = case.value(RAISED_BY)
        yield from [Reader(opened_by, RAISER, "you opened this")] if opened_by else []
    elif word in (PARTIES, OTHERS):
        agencies = parties(situation) if word == PARTIES else _others(situation)
        yield from _holders(owner(situation.process, case), situation, agencies)
    else:
        role, _, scope = word.partition("@")
        yield from _holders(role, situation, _scope(scope, situation, task))


def _scope(scope: str, situation: Situation, task: Task | None) -> tuple[str, ...] | None:
    """The agencies a role is looked for in; None for anywhere."""
    if scope == PARTIES:
        return parties(situation)
    if scope == RECIPIENT:
        return (task.agency,) if task else ()
    return None


def _others(situation: Situation) -> tuple[str, ...]:
    raised_by = situation.case.value(situation.process.raiser_fact)
    others = tuple(agency for agency in parties(situation) if agency != raised_by)
    return others or parties(situation)


def parties(situation: Situation) -> tuple[str, ...]:
    """The agencies a case is between."""
    known = situation.case.value(situation.process.parties_fact)
    return tuple(known.split(";")) if known else ()


def owner(process: Process, case: Case) -> str:
    """The role that has the next move where the case stands."""
    stage = process.stage_by_key.get(case.stage)
    return stage.owner if stage and stage.owner else process.keepers[0]


def _recipients(tasks: Iterable[Task]) -> Iterator[Reader]:
    for task in tasks:
        because = f"you were asked on behalf of {task.agency}" if task.agency else "you were asked"
        yield Reader(task.recipient, RECIPIENT, because, task.agency)


def _holders(role: str, situation: Situation, agencies: tuple[str, ...] | None) -> Iterator[Reader]:
    for agency in (None,) if agencies is None else agencies:
        within = None if agency is None else (agency,)
        yield from _named(role, situation, within) or _stand_in(role, situation, agency or "")


def _named(role: str, situation: Situation, within: tuple[str, ...] | None = None) -> list[Reader]:
    """Who holds a role, as readers; somebody recused from the case is not told of it."""
    people = situation.directory.holders(role, within, situation.case.recused)
    decides = role in situation.process.deciders.get(situation.case.stage, ())
    return [Reader(p.email, role, _because(p, role), p.agency, decides) for p in people]


def _because(person: Person, role: str) -> str:
    if person.holds(role):
        return f"you hold the role {label(role)}"
    return f"you deputise for the role {label(role)}"


def _stand_in(role: str, situation: Situation, agency: str = "") -> list[Reader]:
    missing = label(role) + (f" at {agency}" if agency else "")
    because = f"nobody holds the role {missing}, so this comes to you; please pass it on"
    for keeper in situation.process.keepers:
        people = _named(keeper, situation)
        if people:
            return [replace(p, because=because, agency=agency) for p in people]
    return [Reader("", role, because, agency)]
