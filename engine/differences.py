"""What changed between two versions of a process, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engine.conditions import Condition
from engine.definition import Process
from engine.draft import place
from engine.facts import Choice
from engine.shape import Cap, MetBy, Order, Start
from engine.wording import (
    audience_words,
    cap_words,
    in_words,
    met_words,
    start_words,
    task_words,
)

_PLAIN = (
    "label",
    "purpose",
    "keepers",
    "parties_fact",
    "raiser_fact",
    "prefix",
    "hold_kinds",
    "link_kinds",
)


def differences(old: Process, new: Process) -> tuple[str, ...]:
    """List every difference between two versions of a process; nothing where they are the same."""
    return tuple(_differences(old, new))


def _differences(old: Process, new: Process) -> Iterator[str]:
    if old.version != new.version:
        yield f"version: {old.version} became {new.version}"
    for name in _PLAIN:
        yield from _changed("the process", name, getattr(old, name), getattr(new, name), (old, new))
    before, after = _parts(old), _parts(new)
    yield from (f"{key}: removed" for key in before if key not in after)
    yield from (f"{key}: added" for key in after if key not in before)
    for key, part in before.items():
        if key in after:
            yield from _compared(key, part, after[key], (old, new))
    kept_before = [key for key in before if key in after]
    if kept_before != [key for key in after if key in before]:
        yield "the order of the declarations changed"


def _parts(process: Process) -> Mapping[str, Any]:
    """Every declared part under a name that stays the same from version to version."""
    named = [
        *((f"stage '{stage.key}'", stage) for stage in process.stages),
        *((place(transition), transition) for transition in process.transitions),
        *((f"fact '{fact.key}'", fact) for fact in process.facts),
        *((f"task kind '{task.key}'", task) for task in process.tasks),
        *((f"timescale '{timescale.key}'", timescale) for timescale in process.timescales),
        *((f"notice '{rule.kind}' on '{rule.on}'", rule) for rule in process.notices),
        *((f"what must always be true ('{i.reason}')", i) for i in process.invariants),
    ]
    return dict(_numbered(named))


def _numbered(named: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Tell parts of one name apart by their place: the second, the third and so on."""
    seen: dict[str, int] = {}
    for name, part in named:
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}, number {seen[name]}"), part


def _compared(key: str, was: Any, now: Any, versions: tuple[Process, Process]) -> Iterator[str]:
    for field in fields(was):
        before, after = getattr(was, field.name), getattr(now, field.name)
        yield from _changed(key, field.name, before, after, versions)


def _changed(
    key: str, name: str, before: Any, after: Any, versions: tuple[Process, Process]
) -> Iterator[str]:
    if before != after:
        was, now = _words(before, versions[0]), _words(after, versions[1])
        yield f"{key}: {name.replace('_', ' ')} was {was}, is now {now}"


def _words(value: Any, process: Process) -> str:
    if isinstance(value, Condition):
        return f"({in_words(value, process)})"
    if isinstance(value, tuple):
        return ", ".join(_words(part, process) for part in value) or "nothing"
    if isinstance(value, Start):
        return start_words(value, process)
    if is_dataclass(value):
        return _part_words(value, process)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}'" if value not in ("", None) else "nothing"


def _part_words(part: Any, process: Process) -> str:
    if isinstance(part, MetBy):
        return met_words(part, process) or "its task"
    if isinstance(part, Cap):
        return cap_words(part, process)
    if isinstance(part, Order):
        return f"{task_words(part.task, process)} from {audience_words((part.to,))}"
    if isinstance(part, Choice):
        return f"'{part.label}' ({part.key})"
    inner = (_words(getattr(part, field.name), process) for field in fields(part))
    return " where ".join(inner)
