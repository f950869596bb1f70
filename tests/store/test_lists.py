"""The lists say what the cases say, each with one question."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.case import BREACHED, Case, Deadline, Step
from engine.case_ports import Line, Outline
from engine.ports import Store
from store.house import DatabaseStore
from tests.store.samples import (
    CANARY,
    DAY,
    HOUR,
    NOW,
    TODAY,
    Pins,
    a_deadline,
    full_parts,
    furnish,
    keep,
    opening,
)


def dated(looks: list[datetime | None]) -> tuple[Deadline, ...]:
    return tuple(a_deadline(f"d{n}", look_at=look) for n, look in enumerate(looks))


def test_the_watch_is_given_the_longest_waiting_first(store: Store, pins: Pins) -> None:
    looks: dict[str, list[datetime | None]] = {
        "PL-2026-0001": [NOW + HOUR, NOW],
        "PL-2026-0002": [NOW - DAY, NOW + DAY],
        "PL-2026-0003": [NOW + timedelta(microseconds=1), None],
        "PL-2026-0004": [None],
        "PL-2026-0005": [NOW],
    }
    for reference, when in looks.items():
        keep(store, opening(pins, reference, deadlines=dated(when)))
    with store.begin() as work:
        due = list(work.cases.due(NOW, 10))
        assert due == ["PL-2026-0002", "PL-2026-0001", "PL-2026-0005"]
        assert list(work.cases.due(NOW, 2)) == due[:2]
        assert work.cases.due(NOW - 2 * DAY, 10) == ()


def a_crowd(pins: Pins, number: int) -> list[Step]:
    """Cases with deadlines in every state, on both sides of now."""
    chance = random.Random(7)
    steps = []
    for n in range(number):
        deadlines = []
        for key in range(chance.randrange(5)):
            status = chance.choice(["running", "met", "met_late", "breached", "held", "cancelled"])
            met_on = TODAY if status.startswith("met") or chance.random() < 0.2 else None
            due = NOW + chance.randrange(-9, 9) * DAY
            deadlines.append(a_deadline(f"k{key}", status=status, met_on=met_on, due=due))
        opened, closed = NOW - chance.randrange(99) * DAY, NOW if chance.random() < 0.3 else None
        reference = f"PL-2026-{n:04d}"
        steps.append(opening(pins, reference, opened, deadlines=tuple(deadlines), closed_at=closed))
    return steps


def line_of(case: Case) -> Line:
    """A second way to a line: from the case itself."""
    missed = [d for d in case.deadlines if d.is_open and d.status_at(NOW) == BREACHED]
    coming = [d.due for d in case.deadlines if d.status_at(NOW) == "running"]
    return Line(
        case.reference,
        case.process,
        case.stage,
        case.opened_at,
        case.closed_at,
        min(coming, default=None),
        len(missed),
        case.pseudonym,
    )


def test_lines_say_what_the_cases_say(store: Store, pins: Pins) -> None:
    cases = [step.case for step in a_crowd(pins, 60)]
    keep(store, *a_crowd(pins, 60))
    expected = sorted(map(line_of, cases), key=lambda line: (line.opened_at, line.reference))
    with store.begin() as work:
        assert list(work.cases.lines(NOW)) == expected
        assert list(work.cases.lines(NOW, "plain")) == expected
        assert list(work.cases.lines(NOW, "other")) == []
        still_open = [line for line in expected if line.closed_at is None]
        assert list(work.cases.lines(NOW, only_open=True)) == still_open
        assert list(work.cases.references(only_open=True)) == [x.reference for x in still_open]
        late = [line for line in still_open if line.overdue]
        assert list(work.cases.lines(NOW, "plain", True, True)) == late
        assert 0 < len(late) < len(still_open) < len(expected)
        assert list(work.cases.references()) == [line.reference for line in expected]


def test_what_is_awaited_is_every_open_date_of_an_open_case(store: Store, pins: Pins) -> None:
    cases = [step.case for step in a_crowd(pins, 60)]
    keep(store, *a_crowd(pins, 60))
    expected = sorted(
        (
            (deadline.due, case.reference, place, deadline)
            for case in cases
            if case.is_open
            for place, deadline in enumerate(case.deadlines)
            if deadline.is_open
        ),
        key=lambda each: each[:3],
    )
    with store.begin() as work:
        assert list(work.cases.awaited(None)) == [(ref, d) for _, ref, _, d in expected]
        soon = [(ref, d) for due, ref, _, d in expected if due <= NOW]
        assert list(work.cases.awaited(NOW)) == soon
    assert 0 < len(soon) < len(expected)


def asked_for(house: DatabaseStore, ask: Any) -> list[str]:
    """The statements a piece of work makes, as the database is told them."""
    told: list[str] = []
    house.database.watch = told.append
    with house.begin() as work:
        ask(work)
    house.database.watch = None
    return told


def test_a_list_of_any_length_is_one_question(house: DatabaseStore) -> None:
    pins = furnish(house)
    keep(house, *a_crowd(pins, 30))
    for ask in (
        lambda work: work.cases.lines(NOW),
        lambda work: work.cases.awaited(None),
        lambda work: work.cases.due(NOW + 99 * DAY, 999),
    ):
        assert len([sql for sql in asked_for(house, ask) if sql.startswith("SELECT")]) == 1
    few, many = (
        asked_for(house, lambda work, to=to: work.cases.sketches([f"PL-2026-{n:04d}" for n in to]))
        for to in (range(1), range(30))
    )
    assert few == many


def test_the_watch_never_reads_a_case_that_is_not_due(house: DatabaseStore) -> None:
    """The question is answered from an index that holds nothing but deadlines to look at."""
    pins = furnish(house)
    keep(house, *a_crowd(pins, 30))
    (question,) = [
        sql for sql in asked_for(house, lambda work: work.cases.due(NOW, 9)) if "SELECT" in sql
    ]
    plan = explained(house, question)
    assert "ix_deadline_look_at" in plan
    assert "SCAN" not in plan.replace("Index Only Scan", "").replace("Bitmap", "")


def explained(house: DatabaseStore, question: str) -> str:
    """How the database says it would answer a question about what is due now."""
    with house.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if house.database.engine.dialect.name == "sqlite":
            rows = driver.execute(f"EXPLAIN QUERY PLAN {question}", (NOW.isoformat(), 9, 0))
            return " ".join(row[3] for row in rows.fetchall())
        driver.execute("SET enable_seqscan = off")
        rows = driver.execute(f"EXPLAIN {question}", (NOW, 9))
        return " ".join(row[0] for row in rows.fetchall())


def test_what_was_due_in_a_period_comes_with_its_case_and_process(store: Store, pins: Pins) -> None:
    """Both ends of the period are part of it, and closed cases count like open ones."""
    crowd = a_crowd(pins, 40)
    for step in crowd:
        keep(store, step)
    since, until = NOW - 4 * DAY, NOW + 3 * DAY
    expected = [
        (d.due, step.case.reference, place, d)
        for step in crowd
        for place, d in enumerate(step.case.deadlines)
        if since <= d.due <= until
    ]
    with store.begin() as work:
        found = work.cases.dated(since, until)
    assert {d.due for *_, d in found} >= {since, until}
    assert [(ref, process, d) for ref, process, d in found] == [
        (ref, "plain", d) for _, ref, _, d in sorted(expected, key=lambda each: each[:3])
    ]


def test_an_outline_is_the_case_without_what_hangs_on_it(store: Store, pins: Pins) -> None:
    """Its stages, facts and meetings, for every case that was not closed before an instant."""
    whole = opening(pins, "PL-2026-0001", **full_parts())
    keep(store, whole)
    keep(store, opening(pins, "PL-2026-0002", NOW + HOUR, closed_at=NOW + DAY))
    keep(store, opening(pins, "PL-2026-0003", NOW + 2 * HOUR, closed_at=NOW + 2 * DAY))
    with store.begin() as work:
        first, *others = work.cases.outlines()
        late = work.cases.outlines(NOW + 2 * DAY)
    case = whole.case
    assert first == Outline(case.reference, case.process, case.digest, case.entries,
                            dict(case.facts), case.meetings)  # fmt: skip
    assert [each.reference for each in others] == ["PL-2026-0002", "PL-2026-0003"]
    assert [each.reference for each in late] == ["PL-2026-0001", "PL-2026-0003"]


def test_a_sketch_is_the_case_with_its_tasks_and_open_dates(store: Store, pins: Pins) -> None:
    """It is enough to say who may read a case; what identifies anybody is not in it."""
    whole = opening(pins, "PL-2026-0001", identity={"name": CANARY}, **full_parts())
    keep(store, whole, opening(pins, "PL-2026-0002", NOW - HOUR))
    with store.begin() as work:
        opened = work.cases.open("PL-2026-0001")
        found = work.cases.sketches(["PL-2026-0001", "PL-2026-0002", "PL-2026-0404"])
        assert found == {
            "PL-2026-0001": replace(opened, deadlines=tuple(filter(is_open, opened.deadlines))),
            "PL-2026-0002": work.cases.open("PL-2026-0002"),
        }
        assert work.cases.sketches([]) == {}
    assert opened.identity
    assert not any(sketch.identity for sketch in found.values())
    assert 0 < len(found["PL-2026-0001"].deadlines) < len(opened.deadlines)


def is_open(deadline: Deadline) -> bool:
    return deadline.is_open
