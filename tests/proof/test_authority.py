"""S1: who may do what, every cell: processes x stages x actions x roles x standings.

The oracle is the reviewed table tests/golden/authority.md, read as text; the default is no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine import transition
from engine.errors import Refused
from engine.roles import HOUSE, RECIPIENT, ROLES, THE_HOUSE, Actor
from engine.situation import Situation
from tests.desk import AREA
from tests.proof import matrix
from tests.proof.standings import (
    KEYS,
    MAIL,
    ROLE,
    STANDINGS,
    as_actor,
    asserted,
    authority,
    somebody,
)
from workflows.catalogue import PROCESSES


def cells(key: str) -> Iterator[tuple[str, str, Situation, frozenset[str], dict[str, str]]]:
    """Every stage, action and transition, with a case set down there, and who may."""
    process, kept = PROCESSES[key], matrix.kept()
    for stage in ("", *(stage.key for stage in process.stages)):
        for found in matrix.starting_at(process, stage):
            facts = matrix.leading_to(process, stage, found)
            assert facts is not None, (stage, found.action)
            listed = kept[key, stage or matrix.OPENING, found.action]
            may = next((roles for roles in listed if roles == set(found.who) - {HOUSE}), None)
            assert may is not None, f"the table does not say {found.who} for {found.action}"
            situation = matrix.set_down(process, stage, facts)
            yield stage, found.action, situation, may, {} if stage else facts


def test_the_table_is_what_the_processes_declare() -> None:
    """Where this fails: review the change, then run python -m tests.golden.record."""
    assert matrix.FILE.read_text("utf-8") == matrix.table()


@pytest.mark.parametrize("key", KEYS)
def test_every_cell_of_the_table_is_what_the_house_decides(key: str) -> None:
    wrong, asked = [], 0
    for stage, action, situation, may, given in cells(key):
        for role in ROLES:
            for standing in STANDINGS:
                now = as_actor(situation, somebody(role, standing), standing)
                said = authority(transition.advance, now, action, given)
                asked += 1
                if not asserted(role in may, standing, said):
                    wrong.append((stage, action, role, standing, said))
    assert wrong == []
    assert asked > 1_500


@pytest.mark.parametrize("key", KEYS)
def test_from_any_other_stage_an_action_is_refused_to_everybody(key: str) -> None:
    """Even somebody who holds every role there is."""
    process = PROCESSES[key]
    everything = Actor(MAIL, "Council", frozenset(ROLES), "account", AREA)
    for stage in ("", *(stage.key for stage in process.stages)):
        here = {t.action for t in matrix.starting_at(process, stage)}
        situation = as_actor(matrix.set_down(process, stage), everything)
        for action in {t.action for t in process.transitions} - here:
            with pytest.raises(Refused) as refused:
                transition.advance(situation, action, {})
            assert refused.value.reasons[0].startswith("the case is at '")
            assert "this is done from: ." not in refused.value.reasons[0]


@pytest.mark.parametrize("key", KEYS)
def test_what_the_house_does_alone_nobody_does_and_nothing_else_is_done_by_the_house(
    key: str,
) -> None:
    everything = Actor(MAIL, "Council", frozenset(ROLES) | {RECIPIENT}, "account", AREA)
    process = PROCESSES[key]
    for stage, action, situation, _, given in cells(key):
        whos = [t.who for t in matrix.starting_at(process, stage) if t.action == action]
        by_house = any(HOUSE in who for who in whos)
        alone = all(set(who) == {HOUSE} for who in whos)
        person = as_actor(situation, everything)
        said = authority(transition.advance, person, action, given)
        assert said.startswith(ROLE) == alone
        house = replace(situation, actor=THE_HOUSE)
        said = authority(transition.advance, house, action, given)
        assert said.startswith(ROLE) == (not by_house)
