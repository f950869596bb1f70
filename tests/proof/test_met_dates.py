"""Dates of cases played by chance: none is awaited of what was done; each is told as its own."""

from __future__ import annotations

import pytest

from engine.answering import _due
from engine.notices import due_words
from tests.proof.plays import play
from workflows.catalogue import PROCESSES


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_date_that_a_stage_meets_is_not_awaited_once_that_stage_was_entered(key: str) -> None:
    """Also where a review was opened again, and that was the next thing that was done."""
    process = PROCESSES[key]
    for seed in range(60):
        case = play(process, seed).case
        for deadline in (d for d in case.deadlines if d.is_open):
            stages = process.timescale_by_key[deadline.key].met.stages
            since = max(deadline.began, case.episode)
            entered = [e.stage for e in case.entries if e.sequence > since]
            assert set(entered).isdisjoint(stages), (seed, deadline)


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_page_behind_a_link_tells_the_date_of_its_own_task(key: str) -> None:
    """Whatever else runs on the case; and none where the task has none of its own."""
    told = 0
    for seed in range(40):
        desk = play(PROCESSES[key], seed, moves=30)
        own = {d.task: d for d in desk.case.deadlines if d.is_open and d.task}
        for task in desk.case.tasks:
            dated = own.get(task.id)
            assert _due(desk.situation, task) == (due_words(dated) if dated else "")
            told += dated is not None
        assert _due(desk.situation, None) == ""
    assert told > 5
