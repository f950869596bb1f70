"""Nobody is offered what could not be done at the stage a case is at, or by somebody like them."""

from __future__ import annotations

import pytest

from engine.transition import open_actions
from tests.proof.plays import play
from workflows.catalogue import PROCESSES


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_an_action_is_offered_where_it_starts_to_whom_it_is_for(key: str) -> None:
    process, offered = PROCESSES[key], 0
    roles = sorted({role.partition(":")[0] for t in process.transitions for role in t.who})
    for seed in range(20):
        desk = play(process, seed, moves=15)
        here = [t for t in process.transitions if desk.case.stage in t.sources]
        for role in roles:
            mine = {t.action for t in here if role in {w.partition(":")[0] for w in t.who}}
            found = {a["key"] for a in open_actions(desk.by(role)) if a["offered"]}
            assert found <= mine
            offered += len(found)
    assert offered > 10
