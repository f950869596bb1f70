"""S1: who may keep a record, ask and answer, every cell; auditors read and the recused do nothing.

The oracle is the reviewed table tests/golden/authority.md, read as text; the default is no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import asking, record, transition
from engine.asking import Agency
from engine.case import Hold, Meeting, Step
from engine.errors import Refused
from engine.roles import RECIPIENT, ROLES, Actor
from engine.situation import Situation
from tests.desk import AREA
from tests.proof import matrix
from tests.proof.standings import (
    AREA_WORDS,
    KEYS,
    MAIL,
    RECUSED,
    ROLE,
    STANDINGS,
    as_actor,
    asserted,
    authority,
    somebody,
)
from workflows.catalogue import PROCESSES


def beside(situation: Situation) -> dict[str, Callable[[Situation], Step]]:
    """Every step that moves no stage, on a case where only authority can be in the way."""
    process, today = situation.process, situation.today
    fact = next(f for f in process.facts if f.key == "reason" or f.kind == "text")
    deadline = next((d for d in situation.case.deadlines), None)
    kinds = process.hold_kinds
    found: dict[str, Callable[[Situation], Step]] = {
        "record": lambda s: record.record(s, {fact.key: "why"}),
        "hold": lambda s: record.hold(s, kinds[0], today),
        "release": lambda s: record.release(s, "other", today),
        "link": lambda s: record.link(s, "WM-1", process.link_kinds[0], {}),
        "meeting": lambda s: record.meeting(s, Meeting(today, 3, 2)),
        "note": lambda s: record.note(s, "a note"),
        "recuse": lambda s: record.recuse(s, "practitioner@council.example", "a relative"),
    }
    if deadline is not None:
        to = today + timedelta(days=900)
        name = record.deadline_name(deadline)
        found["extend"] = lambda s: record.extend(s, name, to, "agreed")
    return found


def held(situation: Situation) -> Situation:
    hold = Hold("other", situation.today - timedelta(days=3))
    return replace(situation, case=replace(situation.case, holds=(hold,)))


@pytest.mark.parametrize("key", KEYS)
def test_the_record_is_kept_by_those_who_keep_it_and_by_the_owner_of_the_stage(key: str) -> None:
    process, kept, wrong = PROCESSES[key], matrix.kept(), []
    for stage in process.stages:
        (recorders,) = kept[key, stage.key, matrix.RECORD]
        (keepers,) = kept[key, stage.key, matrix.BESIDE]
        situation = held(matrix.set_down(process, stage.key))
        for role in ROLES:
            for standing in STANDINGS:
                now = as_actor(situation, somebody(role, standing), standing)
                for name, decide in beside(situation).items():
                    said = authority(decide, now)
                    may = role in (recorders if name == "record" else keepers)
                    if not asserted(may, standing, said):
                        wrong.append((stage.key, name, role, standing, said))
    assert wrong == []


@pytest.mark.parametrize("key", KEYS)
def test_agencies_are_asked_by_those_who_may_ask(key: str) -> None:
    process, kept, wrong = PROCESSES[key], matrix.kept(), []
    agency = [Agency("School", "lead@school.example")]
    for stage in process.stages:
        situation = matrix.set_down(process, stage.key)
        for kind in process.tasks:
            listed = kept.get((key, stage.key, f"ask {kind.key}"))
            for role in ROLES:
                for standing in STANDINGS:
                    now = as_actor(situation, somebody(role, standing), standing)
                    if listed is None:
                        with pytest.raises(Refused):
                            asking.ask(now, agency, kind.key)
                        continue
                    said = authority(asking.ask, now, agency, kind.key)
                    if not asserted(role in listed[0], standing, said):
                        wrong.append((stage.key, kind.key, role, standing, said))
    assert wrong == []


# ------------------------------------------------------------------------------------ answers


def asked(key: str) -> Iterator[tuple[str, Situation, frozenset[str]]]:
    """A case with an open task of each kind: one for the School, one for a Nursery."""
    process, kept = PROCESSES[key], matrix.kept()
    for kind in process.tasks:
        stage = kind.stages[0] if kind.stages else process.stages[0].key
        situation = matrix.set_down(process, stage)
        for agency in ("School", "Nursery"):
            lead = f"lead@{agency.lower()}.example"
            situation = matrix.with_task(situation, kind.key, agency, lead)
        (may,) = kept[key, "(any)", f"answer {kind.key} for the one asked"]
        yield process.task_by_key[kind.key].answers[0].key, situation, may


@pytest.mark.parametrize("key", KEYS)
def test_a_task_is_answered_by_the_one_asked_or_by_those_who_answer_on_their_behalf(
    key: str,
) -> None:
    """Anybody else of another agency is refused, whatever the role."""
    wrong = []
    for given, situation, may in asked(key):
        for role in ROLES:
            for standing in STANDINGS:
                now = as_actor(situation, somebody(role, standing), standing)
                said = authority(asking.answer, now, "T1", given)
                if not asserted(role in may, standing, said):
                    wrong.append((role, standing, said))
    assert wrong == []


@pytest.mark.parametrize("key", KEYS)
def test_who_was_asked_for_one_task_answers_that_one_and_nothing_else(key: str) -> None:
    """Somebody outside the directory: no other agency's task, no action, no fact, no note."""
    nursery = Actor("lead@nursery.example", "Nursery", frozenset({RECIPIENT}), "account")
    for given, situation, _ in asked(key):
        now = held(replace(situation, actor=nursery))
        assert asking.answer(now, "T2", given).events
        assert authority(asking.answer, now, "T1", given).startswith(ROLE)
        for name, decide in beside(now).items():
            assert authority(decide, now).startswith(ROLE), name
        for found in situation.process.transitions:
            assert authority(transition.advance, now, found.action, {}).startswith(ROLE)


@pytest.mark.parametrize("key", KEYS)
def test_the_auditor_does_nothing_but_read(key: str) -> None:
    """Not even a task of the auditor's own agency, nor in anybody's place."""
    auditor = Actor("auditor@school.example", "School", frozenset({"auditor"}), "account", AREA)
    for stage in PROCESSES[key].stages:
        now = held(replace(matrix.set_down(PROCESSES[key], stage.key), actor=auditor))
        for name, decide in beside(now).items():
            assert authority(decide, now).startswith(ROLE), name
    for given, situation, _ in asked(key):
        now = replace(situation, actor=auditor)
        assert authority(asking.answer, now, "T1", given).startswith(ROLE)


@pytest.mark.parametrize("key", KEYS)
def test_a_colleague_of_another_area_answers_no_task(key: str) -> None:
    """Agencies of the same name stand in every area."""
    far = Actor("lead@far.example", "School", frozenset({"agency_lead"}), "account", "Southland")
    for given, situation, _ in asked(key):
        now = replace(situation, actor=far)
        assert authority(asking.answer, now, "T1", given).startswith(AREA_WORDS)


@pytest.mark.parametrize("key", KEYS)
def test_the_recused_do_nothing_on_the_case_whatever_they_hold(key: str) -> None:
    """Every role at once, and the task that was asked of them: all refused, with the reason."""
    everything = Actor("lead@school.example", "School", frozenset(ROLES), "account", AREA)
    for given, situation, _ in asked(key):
        now = as_actor(held(situation), everything, "recused")
        assert authority(asking.answer, now, "T1", given) == RECUSED
        for name, decide in beside(now).items():
            assert authority(decide, now) == RECUSED, name
        for found in situation.process.transitions:
            assert authority(transition.advance, now, found.action, {}) == RECUSED


TYPED = ("Designated_Doctor@Council.example", " designated_doctor@council.example ")


@pytest.mark.parametrize("typed", TYPED)
def test_a_recusal_holds_however_the_address_was_typed(typed: str) -> None:
    situation = matrix.set_down(PROCESSES["child_death_review"], "gathering")
    keeper = Actor(MAIL, "Council", frozenset({"cdop_coordinator"}), "account", AREA)
    step = record.recuse(replace(situation, actor=keeper), typed, "a relative")
    doctor = Actor("designated_doctor@council.example", "Council",
                   frozenset({"designated_doctor"}), "account", AREA)  # fmt: skip
    after = replace(situation, case=step.case, actor=doctor)
    assert authority(record.note, after, "a note") == RECUSED
