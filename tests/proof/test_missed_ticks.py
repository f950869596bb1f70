"""R17: a house that slept records every missed date on its own day, and does not flood anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from datetime import timedelta

import pytest

from engine.case import RUNNING, Event, Owed
from tests.desk import Desk
from tests.proof import oracle
from tests.proof.plays import play
from workflows.catalogue import PROCESSES

ASLEEP = (1, 7, 31, 400)
SEEDS = range(12)
MISSED = tuple[str, str, int, str]
LOOKED = ("reminded", "breached", "kept")
ALERTS = ("due_soon", "due", "late")


def played(key: str) -> Iterator[tuple[int, Desk]]:
    """Cases in hand that nobody will touch again: some just opened, some well on their way."""
    for seed in SEEDS:
        desk = play(PROCESSES[key], seed, moves=4 + 3 * seed)
        if desk.case.is_open:
            yield seed, desk


def twin(desk: Desk) -> Desk:
    other = copy(desk)
    other.events, other.owed, other.steps = [], [], []
    return other


def breaches(desk: Desk) -> list[Event]:
    return [event for event in desk.events if event.kind == "breached"]


def name(event: Event) -> MISSED:
    data = event.data
    return (data["deadline"], data["task"], data["cycle"], data["due"])


def alert(message: Owed) -> bool:
    return message.anchor.partition(":")[0] in ALERTS


def about(message: Owed) -> str:
    """The deadline a message of the watch speaks of: key, task and round."""
    return message.anchor.partition(":")[2].partition("@")[0]


@pytest.mark.parametrize("key", sorted(PROCESSES))
@pytest.mark.parametrize("days", ASLEEP)
def test_every_missed_date_is_recorded_with_its_true_date(key: str, days: int) -> None:
    """Each running deadline that passed is breached, on the day it was due; none else is."""
    found = 0
    for seed, desk in played(key):
        before = {d.identity: d for d in desk.case.deadlines}
        sleeper = twin(desk)
        sleeper.later(days=days).sweep()
        recorded = breaches(sleeper)
        for event in recorded:
            due = event.data["due"]
            assert event.on == oracle.day_of(due), (seed, event)
            assert event.at == sleeper.now
        lasting = {t.key for t in desk.process.timescales if t.lasting}
        passed = {
            (*d.identity, d.due.isoformat())
            for d in before.values()
            if d.status == RUNNING and d.due < sleeper.now and d.key not in lasting
        }
        of_before = {name(event) for event in recorded if name(event)[:3] in before}
        assert of_before == passed, seed
        found += len(recorded)
    assert found or days == 1


@pytest.mark.parametrize("key", sorted(PROCESSES))
@pytest.mark.parametrize("days", ASLEEP)
def test_on_waking_each_deadline_is_spoken_of_once(key: str, days: int) -> None:
    """However many reminders were slept through, nobody hears twice of one deadline."""
    for seed, desk in played(key):
        sleeper = twin(desk)
        sleeper.later(days=days).sweep()
        looked = Counter(
            (e.data["deadline"], e.data["task"], e.data["cycle"])
            for e in sleeper.events
            if e.kind in LOOKED
        )
        assert set(looked.values()) <= {1}, seed
        told = Counter((about(m), m.recipient) for m in sleeper.owed if alert(m))
        assert set(told.values()) <= {1}, seed


@pytest.mark.parametrize("key", sorted(PROCESSES))
@pytest.mark.parametrize("days", ASLEEP)
def test_a_house_that_slept_records_what_one_that_never_slept_records(key: str, days: int) -> None:
    """The same deadlines, tasks, rounds and due dates; a clock that moves the case on excepted.

    Where a stage's clock moves a dispute on, the one that slept moves when it wakes; there the
    comparison is of the deadlines that were running when both were left alone.
    """
    climbs = any(t.escalates for t in PROCESSES[key].timescales)
    compared = 0
    for seed, desk in list(played(key))[:5]:
        known = {d.identity for d in desk.case.deadlines}
        sleeper, watcher = twin(desk), twin(desk)
        sleeper.later(days=days).sweep()
        for _ in range(days * 24):
            watcher.later(hours=1).sweep()
        slept = {name(e) for e in breaches(sleeper)}
        watched = {name(e) for e in breaches(watcher)}
        if climbs:
            slept = {found for found in slept if found[:3] in known}
            watched = {found for found in watched if found[:3] in known}
        assert slept == watched, seed
        assert len(breaches(watcher)) == len({name(e) for e in breaches(watcher)})
        compared += len(watched)
        late = {(about(m), m.recipient) for m in sleeper.owed if alert(m) and m.kind == "late"}
        in_time = {(about(m), m.recipient) for m in watcher.owed if alert(m) and m.kind == "late"}
        assert climbs or late <= in_time, seed
    assert compared or days == 1


def test_a_reminder_slept_through_is_not_given_after_the_date() -> None:
    """Who wakes after the due date is told that it is late, and not that it is due soon."""
    for key in PROCESSES:
        for _, desk in played(key):
            sleeper = twin(desk)
            sleeper.now += timedelta(days=31)
            sleeper.sweep()
            missed = [list(map(str, name(e)[:3])) for e in breaches(sleeper)]
            for message in filter(alert, sleeper.owed):
                if message.kind == "late":
                    continue
                assert about(message).split("/") not in missed


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_house_that_looks_at_every_moment_asked_for_gives_each_reminder_once(key: str) -> None:
    """To the second: no rung of a ladder is called twice for one date, however often it is met."""
    given = Counter[tuple[object, ...]]()
    for seed, desk in played(key):
        watcher = twin(desk)
        end = watcher.now + timedelta(days=90)
        while looks := [d.look_at for d in watcher.case.deadlines if d.look_at]:
            watcher.now = max(watcher.now, min(looks))
            if watcher.now > end:
                break
            before = {d.identity: d.due for d in watcher.case.deadlines}
            step = watcher.sweep()
            assert step is not None
            for event in step.events:
                if event.kind == "reminded":
                    which = (event.data["deadline"], event.data["task"], event.data["cycle"])
                    given.update((seed, which, before[which], at) for at in event.data["rungs"])
    assert set(given.values()) == {1}
