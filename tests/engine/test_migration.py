"""Moving open cases to a newer version: which move, which stay, and which need somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.case import Case, Deadline, Hold, Recorded, Task
from engine.definition import Process
from engine.publishing import (
    digest,
    from_json,
    migration_plan,
    to_json,
)
from tests.engine.small import (
    FACTS,
    STAGES,
    TIMESCALES,
    process,
)

SMALL = process()
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def case(reference: str, stage: str = "working", **more: Any) -> Case:
    given: dict[str, Any] = {"process": "small", "version": "1", "digest": digest(SMALL)}
    given |= {"rules": "r", "opened_at": NOW, "revision": 1}
    return Case(reference, stage=stage, **{**given, **more})


def deadline(key: str, status: str = "running") -> Deadline:
    return Deadline(key, "", 1, "2026-11-01", "began_on", NOW, NOW, "5wd", "default", status)


def without(kind: str, key: str) -> Process:
    """The next version of the small process with one declaration of a new name instead."""
    renamed: dict[str, Callable[[], dict[str, Any]]] = {
        "stage": _without_stage,
        "task": lambda: {"tasks": (replace(SMALL.tasks[0], key="other"),), **_no_return()},
        "timescale": lambda: {"timescales": tuple(t for t in TIMESCALES if t.key != key)},
        "hold": lambda: {"hold_kinds": ("court", "other")[1:], **_no_court()},
        "fact": lambda: {"facts": tuple(f for f in FACTS if f.key != key)},
    }
    return process(version="2", **renamed[kind]())


def _without_stage() -> dict[str, Any]:
    text = to_json(SMALL).replace('"working"', '"busy"').replace('"1"', '"2"')
    again = from_json(text)
    return {
        "stages": again.stages,
        "transitions": again.transitions,
        "timescales": again.timescales,
        "tasks": again.tasks,
    }


def _no_return() -> dict[str, Any]:
    text = to_json(SMALL).replace('"return"', '"other"').replace(":return", ":other")
    again = from_json(text)
    parts = ("tasks", "transitions", "timescales", "notices")
    return {part: getattr(again, part) for part in parts}


def _no_court() -> dict[str, Any]:
    again = from_json(to_json(SMALL).replace('"court"', '"other"'))
    return {part: getattr(again, part) for part in ("transitions", "timescales", "hold_kinds")}


SAME = process(version="2")
WORKING = "its stage 'working'"
FATES: list[tuple[str, Process, Case, str, str]] = [
    ("nothing in the way", SAME, case("A"), "moves", "it goes on at 'Working' under version 2"),
    ("closed", SAME, case("A", "done", closed_at=NOW), "stays",
     "it is closed and keeps version 1"),
    ("at an end", SAME, case("A", "done"), "stays", "it is closed and keeps version 1"),
    ("a stage gone", without("stage", "working"), case("A"), "needs you",
     f"{WORKING} is not in version 2"),
    ("a stage that is final now", process(
        version="2",
        stages=(*STAGES[:1], replace(STAGES[1], final=True), STAGES[2]),
        transitions=(
            *SMALL.transitions[:2], replace(SMALL.transitions[2], sources=("begun",)),
            replace(SMALL.transitions[3], target="begun"),
        )),
     case("A"), "needs you", f"{WORKING} is final in version 2"),
    ("an open task gone", without("task", "return"),
     case("A", tasks=(Task("T1", "return", "School", "s@school.example", NOW),)), "needs you",
     "its open task 'return' is not in version 2"),
    ("a settled task gone", without("task", "return"),
     case("A", tasks=(
         Task("T1", "return", "School", "s@school.example", NOW, "received", NOW.date(), NOW),)),
     "moves", "it goes on at 'Working' under version 2"),
    ("an open deadline gone", without("timescale", "first"),
     case("A", deadlines=(deadline("first"),)), "needs you",
     "its open deadline 'first' is not in version 2"),
    ("a missed deadline gone", without("timescale", "first"),
     case("A", deadlines=(deadline("first", "breached"),)), "needs you",
     "its open deadline 'first' is not in version 2"),
    ("a met deadline gone", without("timescale", "first"),
     case("A", deadlines=(deadline("first", "met"),)), "moves",
     "it goes on at 'Working' under version 2"),
    ("an open hold gone", without("hold", "court"),
     case("A", holds=(Hold("court", NOW.date()),)), "needs you",
     "its open hold 'court' is not in version 2"),
    ("an ended hold gone", without("hold", "court"),
     case("A", holds=(Hold("court", NOW.date(), NOW.date()),)), "moves",
     "it goes on at 'Working' under version 2"),
    ("a recorded fact gone", without("fact", "born_on"),
     case("A", facts={"born_on": Recorded("x", NOW.date(), NOW, 1)}), "needs you",
     "its recorded fact 'born_on' is not in version 2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("new", "moved", "fate", "because"), [f[1:] for f in FATES], ids=[f[0] for f in FATES]
)
def test_what_becomes_of_a_case_in_a_new_version(
    new: Process, moved: Case, fate: str, because: str
) -> None:
    """A case moves where everything it has in hand is known to the new version, else it waits."""
    assert migration_plan(SMALL, new, [moved]) == [("A", fate, because)]


def test_every_case_is_told_of_once_and_with_every_obstacle() -> None:
    """The dry run has a line for each case, and names all that stands in its way."""
    new = without("timescale", "first")
    stuck = case("B", "nowhere", deadlines=(deadline("first"),))
    plan = migration_plan(SMALL, new, [case("A"), stuck, case("C", "done")])
    assert [reference for reference, _, _ in plan] == ["A", "B", "C"]
    assert plan[1][2] == (
        "its stage 'nowhere' is not in version 2; its open deadline 'first' is not in version 2"
    )
