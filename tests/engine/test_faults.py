"""A faulty process refuses to exist and lists every fault, each in words and with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.conditions import (
    ALWAYS,
)
from engine.definition import Process
from engine.errors import DefinitionError
from engine.facts import Fact, Kind
from engine.faults import faults_of
from engine.roles import HOUSE
from tests.engine import faulty_clocks, faulty_declarations, faulty_ways, small
from tests.engine.one_change import (
    notice,
    start,
)
from tests.engine.small import (
    COLOUR,
    FACTS,
    START,
    draft,
)

ROWS = [*faulty_declarations.ROWS, *faulty_ways.ROWS, *faulty_clocks.ROWS]


def test_a_sound_process_has_no_fault() -> None:
    """Nothing is said of a process that uses every part of a declaration rightly."""
    assert faults_of(draft()) == ()


@pytest.mark.parametrize(
    ("changes", "expected"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_each_fault_is_found_alone(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    """One thing wrong gives exactly the words for it, with its place, and nothing else."""
    assert faults_of(draft(**changes)) == expected


def test_every_row_stands_for_another_fault() -> None:
    """No row of the table repeats another one's change."""
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_one_faulty_process_lists_all_its_faults_at_once() -> None:
    """Somebody who declares a process sees the whole list, not the first line of it."""
    parts: dict[str, list[Any]] = {}
    expected: set[str] = set()
    for _, changes, faults in _joinable():
        for part, values in changes.items():
            parts.setdefault(part, []).extend(v for v in values if v not in small.PARTS[part])
        expected.update(faults)
    merged = {part: (*small.PARTS[part], *more) for part, more in parts.items()}
    found = faults_of(draft(**merged))
    assert expected <= set(found)
    assert len(expected) > 20


def _joinable() -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """The rows that only add a declaration of a new name, so that they fit beside each other."""
    alone = ("declared 2", "no person has", "no way leads", "no case can ever", "is not called")
    added = {"facts", "notices", "timescales", "invariants"}
    return [
        row
        for row in ROWS
        if row[1].keys() <= added and not any(words in fault for fault in row[2] for words in alone)
    ]


def test_a_faulty_process_refuses_to_exist() -> None:
    """A process with faults cannot be made, and the error names the process and every fault."""
    changes = {**notice(to=("everybody",), kind="shouted"), "keepers": ("boss",)}
    with pytest.raises(DefinitionError) as refused:
        small.process(**changes)
    assert refused.value.faults == tuple(f"small: {f}" for f in faults_of(draft(**changes)))
    assert len(refused.value.faults) == 3


def test_the_house_is_not_asked_for_what_an_action_needs() -> None:
    """An action only the house does may need what cannot be met together with its choice."""
    changes = start(when=COLOUR.equals("red"), needs=COLOUR.equals("green"), who=(HOUSE,))
    more = replace(START, action="walk", when=ALWAYS)
    found = faults_of(draft(transitions=(*changes["transitions"], more)))
    assert found == ()


def test_every_published_process_is_without_fault() -> None:
    """The checker has nothing to say of the processes the house ships."""
    from workflows.catalogue import PROCESSES

    assert {key: faults_of(process) for key, process in PROCESSES.items()} == dict.fromkeys(
        PROCESSES, ()
    )
    assert all(isinstance(process, Process) for process in PROCESSES.values())


def test_kinds_with_a_vocabulary_are_the_choices() -> None:
    """Yes and no need no vocabulary of their own."""
    assert faults_of(draft(facts=(*FACTS, Fact("sure", "Sure", Kind.YES_NO)))) == ()
