"""S1: who may do what, every cell: processes x stages x actions x roles x standings.

The oracle is the reviewed table tests/golden/authority.md, read as text; the default is no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import record, transition
from engine.case import Hold, Meeting, Step
from engine.errors import Refused
from engine.record import Agency
from engine.roles import HOUSE, RECIPIENT, ROLES, THE_HOUSE, Actor
from engine.situation import Situation
from tests.desk import AREA
from tests.proof import matrix
from workflows.catalogue import PROCESSES

KEYS = sorted(PROCESSES)
ROLE, AREA_WORDS = "this may be done by", "you belong to another area"
RECUSED = "you are recused from this case because of a conflict of interest"
MAIL = "somebody@council.example"
STANDINGS = {
    # standing: the roles held, the area, whether recused, and the words of the refusal
    "own": ("{role}", AREA, False, ""),
    "deputy": ("{role}:deputy", AREA, False, ""),
    "other area": ("{role}", "Southland", False, AREA_WORDS),
    "none": ("", AREA, False, ROLE),
    "recused": ("{role}", AREA, True, RECUSED),
}


def somebody(role: str, standing: str) -> Actor:
    held, area, _, _ = STANDINGS[standing]
    roles = frozenset({held.format(role=role)} - {""})
    return Actor(MAIL, "Council", roles, "account", area)


def as_actor(situation: Situation, actor: Actor, standing: str = "own") -> Situation:
    case = situation.case
    if STANDINGS[standing][2]:
        case = replace(case, recused=(actor.email,))
    return replace(situation, actor=actor, case=case)


def authority(decide: Callable[[], object]) -> str:
    """The words with which authority is refused; nothing where it is not."""
    try:
        decide()
    except Refused as refusal:
        words = (ROLE, AREA_WORDS, RECUSED)
        found = [reason for reason in refusal.reasons if reason.startswith(words)]
        assert len(found) <= 1, found
        return found[0] if found else ""
    return ""


def asserted(may: bool, standing: str, said: str) -> bool:
    """Whether what was said is what the table and the standing call for."""
    expected = STANDINGS[standing][3]
    if expected:
        return said.startswith(expected)
    return said == "" if may else said.startswith(ROLE)


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
                said = authority(lambda n=now, a=action, g=given: transition.advance(n, a, g))
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
        said = authority(lambda p=person, a=action, g=given: transition.advance(p, a, g))
        assert said.startswith(ROLE) == alone
        house = replace(situation, actor=THE_HOUSE)
        said = authority(lambda h=house, a=action, g=given: transition.advance(h, a, g))
        assert said.startswith(ROLE) == (not by_house)


# ------------------------------------------------------------------------- beside the stages


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
        "recuse": lambda s: record.recuse(s, "other@council.example", "a relative"),
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
                    said = authority(lambda n=now, d=decide: d(n))
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
                            record.ask(now, agency, kind.key)
                        continue
                    said = authority(lambda n=now, k=kind.key: record.ask(n, agency, k))
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
                said = authority(lambda n=now, g=given: record.answer(n, "T1", g))
                if not asserted(role in may, standing, said):
                    wrong.append((role, standing, said))
    assert wrong == []


@pytest.mark.parametrize("key", KEYS)
def test_who_was_asked_for_one_task_answers_that_one_and_nothing_else(key: str) -> None:
    """Somebody outside the directory: no other agency's task, no action, no fact, no note."""
    nursery = Actor("lead@nursery.example", "Nursery", frozenset({RECIPIENT}), "account")
    for given, situation, _ in asked(key):
        now = held(replace(situation, actor=nursery))
        assert record.answer(now, "T2", given).events
        assert authority(lambda n=now, g=given: record.answer(n, "T1", g)).startswith(ROLE)
        for name, decide in beside(now).items():
            assert authority(lambda n=now, d=decide: d(n)).startswith(ROLE), name
        for found in situation.process.transitions:
            action = found.action
            assert authority(lambda n=now, a=action: transition.advance(n, a, {})).startswith(ROLE)


@pytest.mark.parametrize("key", KEYS)
def test_the_auditor_does_nothing_but_read(key: str) -> None:
    """Not even a task of the auditor's own agency, nor in anybody's place."""
    auditor = Actor("auditor@school.example", "School", frozenset({"auditor"}), "account", AREA)
    for stage in PROCESSES[key].stages:
        now = held(replace(matrix.set_down(PROCESSES[key], stage.key), actor=auditor))
        for name, decide in beside(now).items():
            assert authority(lambda n=now, d=decide: d(n)).startswith(ROLE), name
    for given, situation, _ in asked(key):
        now = replace(situation, actor=auditor)
        assert authority(lambda n=now, g=given: record.answer(n, "T1", g)).startswith(ROLE)


@pytest.mark.parametrize("key", KEYS)
def test_a_colleague_of_another_area_answers_no_task(key: str) -> None:
    """Agencies of the same name stand in every area."""
    far = Actor("lead@far.example", "School", frozenset({"agency_lead"}), "account", "Southland")
    for given, situation, _ in asked(key):
        now = replace(situation, actor=far)
        assert authority(lambda n=now, g=given: record.answer(n, "T1", g)).startswith(AREA_WORDS)


@pytest.mark.parametrize("key", KEYS)
def test_the_recused_do_nothing_on_the_case_whatever_they_hold(key: str) -> None:
    """Every role at once, and the task that was asked of them: all refused, with the reason."""
    everything = Actor("lead@school.example", "School", frozenset(ROLES), "account", AREA)
    for given, situation, _ in asked(key):
        now = as_actor(held(situation), everything, "recused")
        assert authority(lambda n=now, g=given: record.answer(n, "T1", g)) == RECUSED
        for name, decide in beside(now).items():
            assert authority(lambda n=now, d=decide: d(n)) == RECUSED, name
        for found in situation.process.transitions:
            action = found.action
            assert authority(lambda n=now, a=action: transition.advance(n, a, {})) == RECUSED


@pytest.mark.parametrize("typed", ["Designated_Doctor@Council.example", " designated_doctor@council.example "])  # fmt: skip  # noqa: E501
def test_a_recusal_holds_however_the_address_was_typed(typed: str) -> None:
    situation = matrix.set_down(PROCESSES["child_death_review"], "gathering")
    keeper = Actor(MAIL, "Council", frozenset({"cdop_coordinator"}), "account", AREA)
    step = record.recuse(replace(situation, actor=keeper), typed, "a relative")
    doctor = Actor("designated_doctor@council.example", "Council",
                   frozenset({"designated_doctor"}), "account", AREA)  # fmt: skip
    after = replace(situation, case=step.case, actor=doctor)
    assert authority(lambda: record.note(after, "a note")) == RECUSED
