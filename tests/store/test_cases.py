"""A case comes back as it was left, and the lists say what the cases say."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audit import first_fault
from engine.case import Case, Deadline, Event, Recorded, Step, Task
from engine.errors import Absent
from engine.ports import Store
from store import codec
from store.house import DatabaseStore
from store.instants import written
from tests.store.samples import (
    CANARY,
    NOW,
    TODAY,
    Pins,
    a_deadline,
    an_event,
    full_parts,
    furnish,
    further,
    keep,
    opening,
    read,
)


def full(pins: Pins) -> Step:
    return opening(pins, identity={"child_name": CANARY}, **full_parts())


def unset(value: Any) -> list[str]:
    """The fields of a value that are as they would be if nobody had given them."""
    found = []
    for each in fields(value):
        usual = each.default_factory() if each.default_factory is not MISSING else each.default
        if usual is not MISSING and getattr(value, each.name) == usual:
            found.append(each.name)
    return found


def test_every_field_of_a_case_comes_back(store: Store, pins: Pins) -> None:
    """The sample leaves no field at its default, so a field nobody stores is found here."""
    step = full(pins)
    case = keep(store, step)
    assert case == step.case
    assert case.identity == {"child_name": CANARY}
    settled, closed = step.case.tasks[0], step.case.deadlines[0]
    assert (unset(step.case), unset(settled), unset(closed)) == ([], [], [])
    assert list(codec.DEADLINE_COLUMNS) == [f.name for f in fields(Deadline)]
    assert list(codec.TASK_COLUMNS) == [f.name for f in fields(Task)]


def test_instants_come_back_in_utc(store: Store, pins: Pins) -> None:
    case = keep(store, full(pins))
    moments = [case.opened_at, case.closed_at, case.entries[0].at, case.tasks[0].asked_at]
    moments += [case.deadlines[0].due, case.deadlines[0].looked_at]
    assert {moment.tzinfo for moment in moments if moment} == {UTC}


def test_what_a_step_changes_is_changed_and_nothing_else(store: Store, pins: Pins) -> None:
    case = keep(store, full(pins))
    answered = replace(case.tasks[1], status="nil", settled_on=TODAY, settled_at=NOW)
    met = replace(case.deadlines[1], status="met", met_on=TODAY)
    step = further(case, tasks=(case.tasks[0], answered), deadlines=(case.deadlines[0], met))
    assert keep(store, step) == step.case


def test_the_order_of_tasks_and_deadlines_is_the_steps_own(store: Store, pins: Pins) -> None:
    case = keep(store, opening(pins, deadlines=tuple(a_deadline(key) for key in "cab")))
    assert [d.key for d in case.deadlines] == ["c", "a", "b"]
    turned = (a_deadline("new"), *reversed(case.deadlines))
    case = keep(store, further(case, deadlines=turned))
    assert [d.key for d in case.deadlines] == ["new", "b", "a", "c"]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(st.dictionaries(TEXT, st.tuples(TEXT, st.dates(), MOMENTS, st.integers(1, 99))))
def test_any_facts_come_back(facts: dict[str, Any]) -> None:
    recorded = {key: Recorded(*value) for key, value in facts.items()}
    case = Case("PL-1", "plain", "1", "d", "r", "begun", NOW, facts=recorded)
    assert codec.state_of(codec.state(case))["facts"] == recorded


@given(st.lists(MOMENTS, min_size=2, max_size=8))
def test_instants_as_text_sort_as_instants(moments: list[datetime]) -> None:
    """SQLite compares texts; with or without a fraction of a second the order is that of time."""
    texts = [written(moment) for moment in moments]
    assert sorted(texts, key=str) == [written(moment) for moment in sorted(moments)]


def test_the_record_comes_back_and_its_seals_hold(store: Store, pins: Pins) -> None:
    data = {"step": 1, "z": [1, {"b": None, "a": "é\n\"'"}], "facts": {"x": "“y”"}}
    case = keep(store, opening(pins, events=[an_event(1, data=data), an_event(2)]))
    case = keep(store, further(case))
    with store.begin() as work:
        events = work.cases.events(case.reference)
    assert [event.sequence for event in events] == [1, 2, 3]
    assert dict(events[0].data) == data
    assert first_fault(case.reference, events) is None
    assert events[-1].seal == case.seal


def test_erasing_who_it_is_leaves_the_record_whole(store: Store, pins: Pins) -> None:
    """After the retention period names can go; the sealed record never held them."""
    digest = {"identity": {"child_name": "keyed digest"}, "step": 1}
    keep(store, opening(pins, identity={"child_name": CANARY}, events=[an_event(1, data=digest)]))
    with store.begin() as work:
        assert work.cases.forget("PL-2026-0001") == 1  # type: ignore[attr-defined]
        work.commit()
    case = read(store)
    with store.begin() as work:
        events = work.cases.events(case.reference)
        assert work.cases.forget(case.reference) == 0  # type: ignore[attr-defined]
    assert case.identity == {}
    assert first_fault(case.reference, events) is None
    assert CANARY not in f"{case!r}{events!r}"


@pytest.mark.parametrize("tampered", ["data", "seal"])
def test_a_changed_record_is_found(house: DatabaseStore, tampered: str) -> None:
    """The store gives back what is there, so an edit behind its back shows in the seals."""
    keep(house, opening(furnish(house)))
    with house.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"UPDATE event SET {tampered} = '{{}}'")
        driver.commit()
    with house.begin() as work:
        events: tuple[Event, ...] = tuple(work.cases.events("PL-2026-0001"))
    assert first_fault("PL-2026-0001", events) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_the_json_in_a_row_is_the_canonical_json_of_the_standard_library(value: Any) -> None:
    """Byte for byte, so a row says the same whichever writer wrote it, and a seal can be checked.

    Half a letter cannot come as far as a row: it is refused where it is given.
    """
    assert codec.canonical(value) == json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def test_the_revision_alone_tells_that_a_case_has_moved(store: Store, pins: Pins) -> None:
    """A courier that has read a case reads it again only where this has changed."""
    case = keep(store, opening(pins))
    with store.begin() as work:
        assert work.cases.revision(case.reference) == case.revision
        with pytest.raises(Absent):
            work.cases.revision("RR-1999-0001")


def test_a_unit_of_work_knows_whether_the_house_is_on_hold(store: Store) -> None:
    """What is looked at just before a mail is given, with the rest of that look."""
    for held in (False, True, False):
        store.set_hold(held)
        with store.begin() as work:
            assert work.outbox.on_hold is held


def test_another_case_with_the_same_value_is_found_and_the_value_never_told(
    store: Store, pins: Pins
) -> None:
    """Two notifications of one death are brought together by what stands in the vault alone."""
    names = ("RR-2026-0007", "RR-2026-0008", "RR-2026-0009")
    numbers = ("999 000 0018", "999 000 0026", "999 000 0018")
    for name, number in zip(names, numbers, strict=True):
        keep(store, opening(pins, reference=name, identity={"nhs_number": number}))
    with store.begin() as work:
        assert work.cases.alike(names[0], "nhs_number") == (names[2],)
        assert work.cases.alike(names[1], "nhs_number") == ()
        assert work.cases.alike(names[0], "date_of_birth") == ()
        assert work.cases.alike("RR-2026-0404", "nhs_number") == ()
