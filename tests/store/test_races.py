"""Many people at once: nothing is lost, nothing is done twice, nobody sees an error."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from engine.audit import first_fault
from engine.outbox import Attempt, Verdict
from engine.ports import Store
from store.house import DatabaseStore, open_store
from tests import postgres
from tests.store.conftest import SECRET
from tests.store.racing import REFERENCE, attempt, race, together
from tests.store.samples import HOUR, NOW, Pins, a_message, furnish, further, keep, opening, read

ROOT = Path(__file__).parents[2]
TRIES = int(os.environ.get("RACE_TRIES", "60"))


def check(store: Store, outcomes: Counter[str], tries: int) -> None:
    """Kept = revisions = events = messages; every other try was told somebody was first."""
    kept = outcomes["kept"]
    assert outcomes == Counter(kept=kept, stale=tries - kept)
    case = read(store)
    with store.begin() as work:
        events = work.cases.events(REFERENCE)
        messages = work.outbox.list(case=REFERENCE)
    assert case.revision == kept + 1
    assert [event.sequence for event in events] == list(range(1, kept + 2))
    assert first_fault(REFERENCE, events) is None
    assert [m.anchor for m in messages] == [f"step:{n}" for n in range(2, kept + 2)]


def test_no_change_is_lost_between_many_workers(store: Store, pins: Pins) -> None:
    """R13: 16 workers on one case, 60 tries each; for a release RACE_TRIES=10000."""
    keep(store, opening(pins))
    outcomes = race(store, 16, TRIES)
    check(store, outcomes, 16 * TRIES)
    assert outcomes["kept"] >= TRIES


def test_no_change_is_lost_between_processes(house: DatabaseStore, database_url: str) -> None:
    """R13 again, where only the database stands between the workers."""
    keep(house, opening(furnish(house)))
    command = [
        sys.executable,
        "-m",
        "tests.store.racing",
        database_url,
        SECRET.latest.key.decode(),
        "2",
        "40",
    ]
    racers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    outcomes: Counter[str] = Counter()
    for racer in racers:
        told, _ = racer.communicate(timeout=100)
        assert racer.returncode == 0
        for line in told.splitlines():
            number, outcome = line.split(" ", 1)
            outcomes[outcome] += int(number)
    check(house, outcomes, 3 * 2 * 40)


def test_no_number_is_given_twice(store: Store) -> None:
    """Whoever gives a number up without a commit may see it go to somebody else, nobody two."""

    def take(worker: int) -> Counter[str]:
        taken: Counter[str] = Counter()
        for n in range(20):
            with store.begin() as work:
                number = work.cases.next_number("RR", 2026)
                if (worker + n) % 3:
                    work.commit()
                    taken[str(number)] += 1
        return taken

    taken = together(8, take)
    assert set(taken.values()) == {1}
    assert sorted(map(int, taken)) == list(range(1, len(taken) + 1))


def test_each_prefix_and_year_counts_for_itself(store: Store) -> None:
    with store.begin() as work:
        given = [
            work.cases.next_number(*which)
            for which in [("RR", 2026), ("RR", 2026), ("CD", 2026), ("RR", 2027), ("RR", 2026)]
        ]
    assert given == [1, 2, 1, 1, 3]


def test_no_message_is_carried_by_two_couriers(store: Store, pins: Pins) -> None:
    """Eight couriers claim and settle until nothing is left: each message exactly once."""
    keep(store, opening(pins, owed=[a_message(f"m{n}") for n in range(120)]))

    def carry(worker: int) -> Counter[str]:
        mine, courier = Counter[str](), f"courier-{worker}"
        while True:
            with store.begin() as work:
                batch = work.outbox.claim(NOW, NOW + HOUR, courier, 5)
                work.commit()
            if not batch:
                return mine
            for message in batch:
                with store.begin() as work:
                    attempt = Attempt(NOW, courier, Verdict.ACCEPTED, 250, "ok", "dot")
                    assert work.outbox.settle(message, attempt)
                    work.commit()
                mine[message.anchor] += 1

    carried = together(8, carry)
    assert carried == {f"m{n}": 1 for n in range(120)}
    with store.begin() as work:
        assert work.outbox.counts()["accepted"] == 120
        assert all(len(work.outbox.attempts(m.id)) == 1 for m in work.outbox.list())


def test_the_same_sweep_by_many_owes_each_notice_once(store: Store, pins: Pins) -> None:
    """R16: four sweepers look at one day again and again; each notice is owed once."""
    keep(store, opening(pins))
    owed = [a_message(f"late:{n}", f"p{n}@agency.example") for n in range(3)]

    def sweep(_: int) -> Counter[str]:
        return Counter(attempt(store, lambda case: further(case, owed=owed)) for _ in range(25))

    outcomes = together(4, sweep)
    assert outcomes == Counter(kept=outcomes["kept"], stale=100 - outcomes["kept"])
    assert outcomes["kept"] >= 25
    with store.begin() as work:
        assert [m.anchor for m in work.outbox.list()] == ["late:0", "late:1", "late:2"]


def test_on_a_server_a_step_waits_for_no_step_on_another_case(
    new_database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read which calendar is in use and hold it still; that keeps neither from the other."""
    url, renewal = new_database
    postgres.renew(url, renewal)
    monkeypatch.setattr("store.postgres.OPTIONS", "-c timezone=UTC -c lock_timeout=2s")
    with closing(open_store(url, secret=SECRET)) as house:
        pins = furnish(house)
        keep(house, opening(pins), opening(pins, "PL-2026-0002"))
        with house.begin() as slow, house.begin() as quick:
            slow.keep(further(slow.cases.open("PL-2026-0001")))
            quick.keep(further(quick.cases.open("PL-2026-0002")))
            quick.commit()
            slow.commit()
        assert read(house).revision == read(house, "PL-2026-0002").revision == 2
