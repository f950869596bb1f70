"""R16: looking again changes nothing; a thousand sweeps tell people what one sweep tells them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine import upkeep
from engine.casework import House
from store.house import DatabaseStore
from store.memory import MemoryStore
from tests.proof import houses
from tests.proof.houses import HandClock
from tests.proof.plays import begun, every, play
from tests.workflows.disputes import raised
from tests.workflows.review_roads import PRACTICE, desk_of
from workflows.catalogue import PROCESSES
from workflows.practice_review import PRACTICE_REVIEW

LATER = (timedelta(hours=1), timedelta(days=3), timedelta(days=40), timedelta(days=500))


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_thousand_looks_at_one_instant_tell_what_one_look_tells(key: str) -> None:
    """On a case left alone for months, with much to say."""
    played = (play(PROCESSES[key], seed, moves=4) for seed in range(20))
    desk = next(desk for desk in played if desk.case.is_open)
    desk.later(days=120)
    first = desk.sweep()
    assert first is not None
    assert first.owed
    told, record = len(desk.owed), len(desk.events)
    for _ in range(999):
        assert desk.sweep() is None
    assert (len(desk.owed), len(desk.events)) == (told, record)


@pytest.mark.parametrize("after", LATER, ids=str)
def test_a_second_look_at_the_same_instant_finds_nothing(after: timedelta) -> None:
    """Whatever was played before, and however long the house slept: one look says it all."""
    again = []
    for key, seed, desk in every(range(40), moves=25):
        desk.now += after
        desk.sweep()
        second = desk.sweep()
        if second is not None:
            again.append((key, seed, [(e.kind, e.data.get("deadline")) for e in second.events]))
    assert again == []


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_what_is_due_to_be_looked_at_waits_for_the_look_whatever_people_do_before(key: str) -> None:
    """A reminder is put off by no step that leaves its date where it is."""
    waited = 0
    for seed in range(25):
        played = begun(PROCESSES[key], seed)
        if played.act() is None:  # nobody could open one
            continue
        for act in (played.remember, played.answer, played.talk) * 6:
            played.bench.now += timedelta(days=1)
            before = {d.identity: d for d in played.case.deadlines if d.status == "running"}
            act()
            for now in played.case.deadlines:
                was = before.get(now.identity)
                if was and was.look_at and was.look_at <= played.bench.now:
                    same = (was.start, was.due, was.status) == (now.start, now.due, now.status)
                    assert not same or now.look_at == was.look_at
                    waited += same
    assert waited > 50


def test_a_deadline_that_begins_with_a_missed_one_is_looked_at_in_the_same_sweep() -> None:
    """Six months pass unseen: the notice of delay was owed the day after, and both are recorded."""
    desk = desk_of(PRACTICE_REVIEW, PRACTICE[0].day)
    desk.open(PRACTICE[0].role, **PRACTICE[0].facts)
    desk.later(days=400).sweep()
    assert desk.deadline("publication").status == "breached"
    assert desk.deadline("delay_notice").status == "breached"
    assert desk.sweep() is None


def test_the_urgent_ladder_is_climbed_in_one_sweep_where_its_day_is_over() -> None:
    """After 24 hours from raising there is no time left for the directors either."""
    desk = raised(immediate_risk="yes")
    for owner in ("practitioner", "line_manager"):
        desk.later(hours=1).do("escalate", owner, immediate_risk="yes")
    assert desk.case.stage == "senior"
    desk.later(hours=30).sweep()
    assert desk.sweep() is None
    assert desk.case.stage == "executive"


# --------------------------------------------------------------------------------- many sweepers


@pytest.fixture(params=houses.KINDS)
def asleep(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | DatabaseStore]:
    """A house with twelve cases in hand, on which nobody has looked for a month."""
    store = houses.make(request.param, tmp_path)
    for seed in range(3):
        for key in sorted(PROCESSES):
            houses.begin(store, key, seed, moves=8)
    yield store
    store.close()


def messages(store: MemoryStore | DatabaseStore) -> list[tuple[str, str, str]]:
    with store.begin() as work:
        return sorted((m.case, m.anchor, m.recipient) for m in work.outbox.list())


def revisions(store: MemoryStore | DatabaseStore) -> dict[str, tuple[int, int]]:
    with store.begin() as work:
        cases = [work.cases.open(name) for name in work.cases.references()]
    return {case.reference: (case.revision, case.sequence) for case in cases}


def test_four_threads_that_sweep_a_thousand_times_tell_what_one_sweep_tells(
    asleep: MemoryStore | DatabaseStore,
) -> None:
    """Ten instants, each swept by four at once, 25 times: as in a house swept once at each."""
    instants = [houses.latest(asleep) + timedelta(days=3 * n) for n in range(10)]
    together, breaches = threading.Barrier(4), []

    def sweeper() -> None:
        for now in instants:
            together.wait()
            for _ in range(25):
                breaches.append(upkeep.sweep(House(asleep, HandClock(now))).breaches)

    threads = [threading.Thread(target=sweeper) for _ in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    alone = _swept_once(instants)
    assert len(breaches) == 1000
    assert messages(asleep) == messages(alone)
    assert revisions(asleep) == revisions(alone)
    assert sum(breaches) > 20


def _swept_once(instants: list[datetime]) -> MemoryStore:
    """The same cases in another house, each instant swept once."""
    store = houses.make("memory", Path())
    assert isinstance(store, MemoryStore)
    for seed in range(3):
        for key in sorted(PROCESSES):
            houses.begin(store, key, seed, moves=8)
    for now in instants:
        upkeep.sweep(House(store, HandClock(now)))
    return store
