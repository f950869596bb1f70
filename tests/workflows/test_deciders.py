"""Whose decision a stage waits for: their email says so, and has a link to decide by."""

from __future__ import annotations

import pytest

from engine.definition import Process
from engine.roles import HOUSE
from workflows.catalogue import PROCESSES


@pytest.mark.parametrize("process", PROCESSES.values(), ids=lambda process: process.key)
def test_whoever_can_move_a_case_on_decides_at_its_stage(process: Process) -> None:
    """With those who keep the record and whoever the stage belongs to; of no action the house."""
    moving = [t for t in process.transitions if t.target and t.sources]
    assert moving
    for transition in moving:
        for stage in transition.sources:
            assert set(transition.who) - {HOUSE} <= process.deciders[stage], transition.action
    for stage in process.stages:
        assert {*process.keepers} <= process.deciders[stage.key]
        assert HOUSE not in process.deciders[stage.key]
