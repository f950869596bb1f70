"""Published definitions: a process or a rulebook as canonical JSON, its digest, its versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, cast

from engine import codec
from engine.case import Case
from engine.definition import Process
from engine.differences import differences
from engine.rules import Rulebook

__all__ = [
    "differences", "digest", "from_json", "migration_plan", "rules_digest", "rules_from_json",
    "rules_to_json", "to_json",
]  # fmt: skip

Fate = Literal["moves", "stays", "needs you"]


def to_json(process: Process) -> str:
    """Write a process as canonical JSON, for as many years as a case runs under it."""
    return codec.write(process)


# A definition never changes, and each house of a host has its own copy of the same few.
@lru_cache(maxsize=32)
def from_json(text: str) -> Process:
    """Read a process back. Errors: DefinitionError, whatever the text."""
    return cast(Process, codec.read(text, Process))


def digest(process: Process) -> str:
    """The SHA-256 of a process's canonical JSON, in hexadecimal."""
    return _digest(to_json(process))


def rules_to_json(rules: Rulebook) -> str:
    """Write a rulebook as canonical JSON."""
    return codec.write(rules)


@lru_cache(maxsize=32)
def rules_from_json(text: str) -> Rulebook:
    """Read a rulebook back. Errors: DefinitionError, whatever the text."""
    return cast(Rulebook, codec.read(text, Rulebook))


def rules_digest(rules: Rulebook) -> str:
    """The SHA-256 of a rulebook's canonical JSON, in hexadecimal."""
    return _digest(rules_to_json(rules))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def migration_plan(
    old: Process, new: Process, cases: Iterable[Case]
) -> list[tuple[str, Fate, str]]:
    """Say of each case under the old version whether it can move to the new one, and why."""
    return [(case.reference, *_fate(old, new, case)) for case in cases]


def _fate(old: Process, new: Process, case: Case) -> tuple[Fate, str]:
    if not case.is_open or case.stage in old.finals:
        return "stays", f"it is closed and keeps version {old.version}"
    obstacles = tuple(_obstacles(old, new, case))
    if obstacles:
        return "needs you", "; ".join(obstacles)
    stage = new.stage_by_key[case.stage].label
    return "moves", f"it goes on at '{stage}' under version {new.version}"


def _obstacles(old: Process, new: Process, case: Case) -> Iterator[str]:
    """What a case has in hand that the new version does not know."""
    if case.stage not in new.stage_by_key:
        yield f"its stage '{case.stage}' is not in version {new.version}"
    elif case.stage in new.finals:
        yield f"its stage '{case.stage}' is final in version {new.version}"
    tasks = {task.kind for task in case.tasks if task.is_open}
    yield from _gone("open task", tasks, new.task_by_key, new)
    clocks = {deadline.key for deadline in case.deadlines if deadline.is_open}
    yield from _gone("open deadline", clocks, new.timescale_by_key, new)
    holds = {hold.kind for hold in case.holds if hold.until is None}
    yield from _gone("open hold", holds, new.hold_kinds, new)
    yield from _gone("recorded fact", old.fact_by_key.keys() & case.facts, new.fact_by_key, new)


def _gone(noun: str, held: Iterable[str], known: Iterable[str], new: Process) -> Iterator[str]:
    for key in sorted(set(held) - set(known)):
        yield f"its {noun} '{key}' is not in version {new.version}"
