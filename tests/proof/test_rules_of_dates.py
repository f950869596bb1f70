"""Years later a date still names the rule it was counted by."""

from __future__ import annotations

import pytest

from engine.ruling import rule_of
from tests.proof.plays import play
from workflows.catalogue import PROCESSES


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_the_rule_of_a_date_is_the_one_it_was_counted_by(key: str) -> None:
    """Whatever was recorded since: that a dispute became urgent, or is so no more."""
    for seed in range(60):
        desk = play(PROCESSES[key], seed, moves=40)
        for deadline in desk.case.deadlines:
            rule = rule_of(desk.situation, deadline)
            assert rule is not None, (seed, deadline)
            told = (str(rule.length), rule.standing)
            assert told == (deadline.length, deadline.standing), (seed, deadline)
