"""Who may do what, as a table a manager can read; and cases set down at any stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from engine.algebra import Condition
from engine.case import Case, Entry, Recorded, Task
from engine.definition import Process
from engine.machine import choose
from engine.roles import HOUSE, ROLES
from engine.shape import Transition
from engine.situation import CaseView, Situation
from tests.proof.histories import GOLDEN
from tests.proof.plays import begun
from workflows.catalogue import PROCESSES

FILE = GOLDEN / "authority.md"
OPENING = "(opening)"
RECORD = "record"
BESIDE = "hold, release, extend, link, meeting, note, recuse"
NOBODY = "nobody: the house itself"
HEAD = """# Who may do what

Written from the declared processes by `python -m tests.golden.record`, and compared with what the
house decides, cell by cell, in tests/proof/test_authority.py. Review every changed line before it
is committed. A deputy may do what the holder may. Whoever is not named is refused; so is everybody
of another area, and whoever is recused from the case. The auditor reads and does nothing.
"""


def table() -> str:
    """The whole table: one line for each process, stage and action."""
    lines = [HEAD]
    for key in sorted(PROCESSES):
        process = PROCESSES[key]
        lines += [f"## {process.label} ({key}, version {process.version})", ""]
        lines += ["| stage | action | who may |", "|---|---|---|"]
        lines += [f"| {stage} | {action} | {who} |" for stage, action, who in _rows(process)]
        lines.append("")
    return "\n".join(lines)


def _rows(process: Process) -> Iterator[tuple[str, str, str]]:
    for stage in ("", *(stage.key for stage in process.stages)):
        for action in dict.fromkeys(t.action for t in starting_at(process, stage)):
            whos = dict.fromkeys(t.who for t in starting_at(process, stage) if t.action == action)
            for who in whos:
                yield stage or OPENING, action, _names(who)
        if stage:
            keepers = (*process.keepers, process.stage_by_key[stage].owner)
            yield stage, RECORD, _names((*keepers, *process.recorders))
            yield stage, BESIDE, _names(keepers)
            for kind in process.tasks:
                if kind.asked_by and (not kind.stages or stage in kind.stages):
                    yield stage, f"ask {kind.key}", _names(kind.asked_by)
    for kind in process.tasks:
        helpers = _names((*kind.on_behalf, *process.keepers))
        yield "(any)", f"answer {kind.key} for the one asked", helpers


def _names(who: tuple[str, ...]) -> str:
    people = [role for role in ROLES if role in who]
    return ", ".join(people + [HOUSE] * (HOUSE in who and bool(people))) or NOBODY


def kept() -> dict[tuple[str, str, str], list[frozenset[str]]]:
    """The reviewed table, read back: process, stage and action to the roles that may."""
    found: dict[tuple[str, str, str], list[frozenset[str]]] = {}
    key = ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            key = line.split("(")[-1].split(",")[0]
        elif line.startswith("| ") and not line.startswith("| stage |"):
            stage, action, who = (cell.strip() for cell in line.strip("|").split("|"))
            roles = frozenset() if who == NOBODY else frozenset(who.split(", "))
            found.setdefault((key, stage, action), []).append(roles - {HOUSE})
    return found


def starting_at(process: Process, stage: str) -> list[Transition]:
    """The transitions that start at a stage; where there is none yet, those that open a case."""
    return [t for t in process.transitions if (stage in t.sources if stage else not t.sources)]


# ---------------------------------------------------------------------------- cases at a stage


def set_down(process: Process, stage: str, facts: Mapping[str, str] | None = None) -> Situation:
    """A case as it would stand at a stage with these facts, nothing asked and nobody acting."""
    desk = begun(process, 0).bench.situation
    if not stage:
        return desk
    known = {key: Recorded(value, desk.today, desk.now, 1) for key, value in (facts or {}).items()}
    case = replace(
        desk.case,
        stage=stage,
        revision=1,
        sequence=1,
        facts=known,
        entries=(Entry(stage, desk.now, desk.today, 1),),
        closed_at=desk.now if stage in process.finals else None,
    )
    return replace(desk, case=case)


def with_task(situation: Situation, kind: str, agency: str, recipient: str) -> Situation:
    case: Case = situation.case
    task = Task(f"T{len(case.tasks) + 1}", kind, agency, recipient, situation.now)
    return replace(situation, case=replace(case, tasks=(*case.tasks, task)))


def leading_to(process: Process, stage: str, wanted: Transition) -> dict[str, str] | None:
    """Facts under which just this one of an action's transitions is chosen; None if there are none.

    An action that several transitions share is told apart by facts of fixed vocabularies.
    """
    rivals = [t for t in starting_at(process, stage) if t.action == wanted.action]
    facts = list(dict.fromkeys(key for t in rivals for key in _facts(t.when)))
    choices = [[None, *(c.key for c in process.fact_by_key[key].vocabulary)] for key in facts]
    for values in product(*choices):
        given = {k: v for k, v in zip(facts, values, strict=True) if v is not None}
        situation = set_down(process, stage, given)
        view = CaseView(situation, {} if stage else given)
        if choose(process, stage, wanted.action, view) is wanted:
            return given
    return None


def _facts(condition: Condition) -> tuple[str, ...]:
    return tuple(condition.facts())
