"""Where cases stand in the orders of lists: each look reads those it names, and no others."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from engine.case import Case, Step
from engine.case_ports import line_of
from engine.lists import Look, Order, Place, walk
from engine.ports import Store
from store.house import DatabaseStore
from store.lists import question
from tests.store.plans import explained
from tests.store.samples import DAY, HOUR, NOW, Pins, furnish, further, keep
from tests.store.test_lists import a_crowd

NAMES = ("a@agency.example", "b@agency.example", "Police")


def crowd(pins: Pins) -> dict[str, tuple[Step, frozenset[str]]]:
    """Cases with dates of every kind, at two stages, in which some have a part."""
    chance, found = random.Random(11), {}
    for step in a_crowd(pins, 60):
        tasked = (replace(d, task=chance.choice(("", "T1"))) for d in step.case.deadlines)
        stage = chance.choice(("begun", "done"))
        case = replace(step.case, deadlines=tuple(tasked), stage=stage)
        names = tuple(name for name in NAMES if chance.random() < 0.4)
        found[case.reference] = (replace(step, case=case, parts=names), frozenset(names))
    return found


def stands(case: Case, names: frozenset[str], look: Look) -> Place | None:
    """A second way to a place: from the case itself."""
    awaited = [d for d in case.deadlines if d.is_open and case.is_open]
    dates = {
        Order.REFERENCE: [case.reference] if case.is_open or not look.only_open else [],
        Order.OPENED: [case.opened_at] if case.is_open or not look.only_open else [],
        Order.CASE_DUE: [d.due for d in awaited if not d.task],
        Order.TASK_DUE: [d.due for d in awaited if d.task],
    }[look.order]
    named = look.digest in ("", case.digest) and look.stage in ("", case.stage)
    late = not look.late_by or line_of(case, look.late_by).overdue > 0
    if not (dates and named and late and look.who in ("", *names)):
        return None
    return Place(min(dates), case.reference)


def looks(digest: str) -> list[Look]:
    """Every look there is: by definition, also at a stage, and by name."""
    where = [{"digest": digest}, {"digest": "other"}, *({"who": name} for name in NAMES)]
    where += [{"digest": digest, "who": NAMES[0]}]
    opened = [
        Look(order, only_open=only_open, late_by=late_by, **of)
        for of, order, only_open, late_by in product(
            where, (Order.REFERENCE, Order.OPENED), (True, False), (None, NOW)
        )
    ]
    due = [Look(order, **of) for order in (Order.CASE_DUE, Order.TASK_DUE) for of in where]
    stages = [Look(Order.CASE_DUE, digest, stage) for stage in ("begun", "x")]
    return [*opened, *due, *stages, replace(stages[0], who=NAMES[0])]


def test_a_look_finds_the_cases_it_names_in_its_order(store: Store, pins: Pins) -> None:
    """From any place on, and as many as were asked for."""
    known = crowd(pins)
    keep(store, *(step for step, _ in known.values()))
    some = 0
    for look in looks(pins.digest):
        placed = (stands(step.case, names, look) for step, names in known.values())
        expected = sorted(place for place in placed if place)
        some += 0 < len(expected) < len(known)
        with store.begin() as work:
            ((*found,),) = work.cases.places([look], None, 99)
            assert found == expected, look
            for place in expected[::7]:
                ((*behind,),) = work.cases.places([look], place, 3)
                assert behind == expected[expected.index(place) + 1 :][:3]
    assert some > 10


def test_a_walk_meets_each_case_once_in_one_order(store: Store, pins: Pins) -> None:
    """However many looks find it, and however few places each is asked for at once."""
    known = crowd(pins)
    keep(store, *(step for step, _ in known.values()))
    every = [Look(Order.OPENED, who=name) for name in NAMES]
    with store.begin() as work:
        found = [each.place for each in walk(work.cases.places, every, 2)]
    named = (step.case for step, names in known.values() if names and step.case.is_open)
    assert found == sorted(Place(case.opened_at, case.reference) for case in named)


def test_a_case_that_moves_takes_its_new_place_with_the_same_commit(
    store: Store, pins: Pins
) -> None:
    """A date that is met, a stage that is left, and a case that is closed and opened again."""
    step, names = next(
        (step, names) for step, names in crowd(pins).values()
        if any(stands(step.case, names, Look(order)) for order in Order) and step.case.deadlines
    )  # fmt: skip
    case = keep(store, step)
    changes: list[dict[str, Any]] = [
        {"closed_at": NOW},
        {"closed_at": None, "stage": "done" if case.stage == "begun" else "begun"},
        {"deadlines": tuple(replace(d, due=d.due + DAY) for d in case.deadlines)},
        {"deadlines": tuple(replace(d, met_on=NOW.date()) for d in case.deadlines)},
    ]
    for change in changes:
        case = keep(store, further(case, NOW + HOUR, names=["c@agency.example"], **change))
        known = names | {"c@agency.example"}
        for look in (*looks(pins.digest), Look(Order.OPENED, who="c@agency.example")):
            place = stands(case, known, look)
            with store.begin() as work:
                assert work.cases.places([look], None, 9) == [[place] if place else []], look


@pytest.mark.parametrize("after", [None, Place(NOW, "PL-2026-0007")])
def test_a_list_reads_no_more_cases_than_it_shows(
    house: DatabaseStore, after: Place | None
) -> None:
    """Each look at a definition is read from an index in its order, and each by name from the
    cases of that name: nothing is scanned, and no cases but a person's own are sorted."""
    pins = furnish(house)
    keep(house, *(step for step, _ in crowd(pins).values()))
    for look in looks(pins.digest):
        asked = question(look, after, 50)
        assert isinstance(asked.values, dict)
        plan = explained(house, asked.statement, asked.values)
        if look.digest:
            index = "ix_case_tasks_due" if look.order is Order.TASK_DUE else "ix_case_due"
            if look.order is Order.CASE_DUE and not look.stage:
                continue  # asked for at one stage alone
            if look.order is Order.REFERENCE:
                index = "ix_case_reference"
            elif look.order is Order.OPENED:
                index = "ix_case_open" if look.only_open else "ix_case_opened"
            assert index in plan, (look, plan)
            assert "TEMP B-TREE" not in plan, (look, plan)
            assert "Sort" not in plan, (look, plan)
        else:
            assert "part" in plan, (look, plan)
        assert "SCAN" not in plan, (look, plan)
        assert "Seq Scan" not in plan, (look, plan)


def test_it_is_known_whether_somebody_has_a_part_in_very_many_cases(
    store: Store, pins: Pins
) -> None:
    known = crowd(pins)
    keep(store, *(step for step, _ in known.values()))
    number = sum("Police" in names for _, names in known.values())
    with store.begin() as work:
        assert work.cases.crowded("Police", number - 1)
        assert not work.cases.crowded("Police", number)
        assert not work.cases.crowded("Fire service", 0)
