"""The rehearsal: what is told beforehand is what a house owes when the days have really passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine import casework, record, upkeep
from engine.case import Owed
from engine.casework import Caller, House
from engine.outbox import Message
from engine.rehearsal import coming, rehearse
from store.memory import MemoryStore
from tests.proof import houses
from tests.proof.houses import HandClock
from tests.workflows.disputes import RAISED
from workflows.catalogue import PROCESSES

Anchored = tuple[str, str, str]
Told = dict[Anchored, tuple[datetime, Owed]]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def outbox(store: MemoryStore) -> dict[Anchored, Message]:
    with store.begin() as work:
        return {(m.case, m.anchor, m.recipient): m for m in work.outbox.list()}


def rehearsed(house: House, until: datetime) -> Told:
    """What every case is told to owe, with the instants at which it would be owed."""
    with house.store.begin() as work:
        names = work.cases.references()
        cases = [casework.situate(house, work, name, house.clock.now()) for name in names]
    return {
        (case.case.reference, owed.anchor, owed.recipient): (at, owed)
        for case in cases
        for at, owed in coming(case, until)
    }


def lived(house: House, clock: HandClock, until: datetime, stride: timedelta) -> set[Anchored]:
    """Move the clock on stride by stride and sweep; what is owed at the end and was not before."""
    assert isinstance(house.store, MemoryStore)
    before = set(outbox(house.store))
    while clock.at <= until:
        assert upkeep.sweep(house).skipped == []
        clock.at += stride
    return set(outbox(house.store)) - before


def compare(house: House, clock: HandClock, span: timedelta, stride: timedelta) -> int:
    """Rehearse, then live: the same messages in the same words, none of them sooner than told."""
    assert isinstance(house.store, MemoryStore)
    until = clock.at + span
    told = rehearsed(house, until)
    assert lived(house, clock, until, stride) == set(told)
    found = outbox(house.store)
    for name, (at, owed) in told.items():
        message = found[name]
        assert (message.kind, message.role, message.urgent, message.about) == (
            owed.kind, owed.role, owed.urgent, owed.about)  # fmt: skip
        assert at <= message.owed_at < at + stride
        assert not at.microsecond, "no clock of a house tells parts of a second"
    return len(told)


def in_hand(key: str, seed: int) -> tuple[House, HandClock]:
    """A house with a case that is well on its way, at a whole minute."""
    store = houses.make("memory", Path())
    assert isinstance(store, MemoryStore)
    bench, _ = houses.begin(store, key, seed, moves=10)
    clock = HandClock(bench.now.replace(second=0, microsecond=0) + MINUTE)
    return House(store, clock), clock


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_house_that_looks_every_minute_owes_what_was_rehearsed(key: str) -> None:
    """For thirty days, case by case: the same anchors, people, roles and words.

    An instant is at most a minute later, because the sweep only comes by every minute.
    """
    counts = [compare(*in_hand(key, seed), timedelta(days=30), MINUTE) for seed in range(5)]
    assert sum(counts) > 20, counts


def test_an_urgent_dispute_climbs_as_rehearsed_to_the_second() -> None:
    """Every stage is hours long and begins when the house moves the case: a second matters."""
    store = houses.make("memory", Path())
    clock = HandClock(datetime.fromisoformat("2026-06-01T09:00:00+00:00"))
    house = House(store, clock)
    who = Caller("practitioner@police.example")
    casework.open_case(house, "dispute", who, {**RAISED, "immediate_risk": "yes"})
    assert compare(house, clock, timedelta(hours=30), SECOND) > 100
    with house.store.begin() as work:
        (reference,) = work.cases.references()
        assert work.cases.open(reference).stage == "executive"


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_what_rests_goes_when_it_may(key: str) -> None:
    """A message is told for the moment it may be sent, in order; one that rests past the end is
    not told."""
    for seed in range(5):
        house, clock = in_hand(key, seed)
        found = rehearse(house, days=30)
        told = rehearsed(house, found.until)
        goes = {name: owed.not_before or at for name, (at, owed) in told.items()}
        wanted = {name: at for name, at in goes.items() if at <= found.until}
        assert {
            (m.reference, m.owed.anchor, m.owed.recipient): m.at for m in found.messages
        } == wanted
        assert [m.at for m in found.messages] == sorted(wanted.values())
        assert found.since == clock.at


def test_a_look_that_is_overdue_is_taken_now_and_told_once() -> None:
    """A house asleep for weeks is told what its next sweep will owe; after the sweep, no more."""
    house, clock = in_hand("rapid_review", 0)
    clock.at += timedelta(days=40)
    overdue = {name for name, (at, _) in rehearsed(house, clock.at).items() if at == clock.at}
    assert overdue
    assert lived(house, HandClock(clock.at), clock.at, MINUTE) == overdue
    later = rehearse(house, days=366)
    again = {(m.reference, m.owed.anchor, m.owed.recipient) for m in later.messages}
    assert not again & overdue
    assert later.waiting == sum(m.state == "owed" for m in outbox(_memory(house)).values())


def _memory(house: House) -> MemoryStore:
    assert isinstance(house.store, MemoryStore)
    return house.store


def test_of_what_the_outbox_holds_only_what_is_owed_waits() -> None:
    """Of the whole house, or of one case and of none; what went out or was parked does not."""
    house, _ = in_hand("rapid_review", 0)
    owed = [m for m in outbox(_memory(house)).values() if m.state == "owed"]
    parked = owed[0]
    with house.store.begin() as work:
        work.outbox.park(parked.id, "in a test")
        work.commit()
    assert rehearse(house, days=1).waiting == len(owed) - 1
    of_the_case = [m for m in owed if m.case == parked.case]
    assert rehearse(house, 1, parked.case).waiting == len(of_the_case) - 1


def test_what_the_outbox_holds_is_not_told_again() -> None:
    """The house owes nobody the same thing twice, so what is owed already is not rehearsed."""
    house, _ = in_hand("rapid_review", 0)
    first = rehearse(house, days=30).messages[0]
    keeper = Caller("business_manager@council.example")
    with house.store.begin() as work:
        found = casework.situate(house, work, first.reference, house.clock.now(), keeper)
        work.keep(replace(record.note(found, "A note."), owed=(first.owed,)))
        work.commit()
    left = rehearse(house, days=30)
    assert left.waiting > 0
    assert (first.owed.anchor, first.owed.recipient) not in {
        (m.owed.anchor, m.owed.recipient) for m in left.messages
    }


def test_a_case_that_cannot_be_looked_at_to_the_end_is_named() -> None:
    """Where a date would fall beyond the known bank holidays; what comes before is still told."""
    store = houses.make("memory", Path())
    house = House(store, HandClock(datetime.fromisoformat("2040-12-17T09:00:00+00:00")))
    who = Caller("practitioner@police.example")
    reference = casework.open_case(house, "dispute", who, RAISED).case.reference
    found = rehearse(house, days=30)
    assert found.messages
    (line,) = found.skipped
    assert line.startswith(f"{reference}: ")
    assert "bank holidays" in line
