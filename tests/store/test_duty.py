"""One process keeps the clock of a house, and every process can see what was done last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, update

from engine.ports import Store
from engine.ticks import LEASE, Lease, Outcome, Tick, is_live
from store.duty_tables import LEASE as TABLE
from store.house import DatabaseStore
from store.instants import written
from store.statement import plain

_MOVE = plain(update(TABLE).values(until=bindparam("until")))
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def take(store: Store, holder: str, kind: str = "embedded") -> bool:
    with store.begin() as work:
        taken = work.duty.take(holder, kind)
        work.commit()
    return taken


def leave(store: Store, holder: str) -> None:
    with store.begin() as work:
        work.duty.leave(holder)
        work.commit()


def lease(store: Store) -> Lease | None:
    with store.begin() as work:
        return work.duty.lease()


def test_one_has_the_clock_and_keeps_it_until_it_leaves(store: Store) -> None:
    """Another asks in vain; the one that has it renews it; left, it is free at once."""
    assert lease(store) is None
    assert take(store, "one")
    assert not take(store, "two", "heartbeat")
    assert take(store, "one")
    found = lease(store)
    assert found is not None
    assert (found.holder, found.kind) == ("one", "embedded")
    leave(store, "two")
    assert not take(store, "two")
    leave(store, "one")
    assert lease(store) is None
    assert take(store, "two")


@pytest.mark.parametrize(
    ("moved", "free"),
    [(timedelta(hours=1), True), (timedelta(hours=-1), True), (timedelta(0), False)],
    ids=["put back an hour", "put forward an hour", "not moved"],
)
def test_a_clock_that_is_moved_leaves_no_house_without_a_ticker(
    house: DatabaseStore, moved: timedelta, free: bool
) -> None:
    """A lease of a clock that was an hour ahead is nobody's, and so is one that has run out."""
    assert take(house, "one")
    held = lease(house)
    assert held is not None
    session = house.database.session()
    session.write(_MOVE, {"until": written(held.until + moved)})
    session.commit()
    session.close()
    assert (lease(house) is None) is free
    assert take(house, "two") is free
    found = lease(house)
    assert found is not None
    assert found.holder == ("two" if free else "one")


def test_a_lease_is_live_for_its_length_and_no_longer() -> None:
    """Whatever the clock does, no lease holds for longer than one length from now."""
    held = Lease("one", "embedded", NOON + LEASE)
    assert is_live(held, NOON)
    assert is_live(held, NOON + LEASE - timedelta(seconds=1))
    assert not is_live(held, NOON + LEASE)
    assert not is_live(held, NOON - timedelta(seconds=1))


def test_the_last_of_each_round_is_seen_by_all(store: Store) -> None:
    """When it began and ended, how and by whom; a failure keeps when it last went well."""
    with store.begin() as work:
        assert work.duty.ticks() == {}
        work.duty.begin("sweep", "one")
        work.commit()
    with store.begin() as work:
        begun = work.duty.ticks()["sweep"]
        assert begun == Tick("sweep", begun.began_at, None, Outcome.RUNNING, "", "one", None)
        work.duty.end("sweep", "one", Outcome.DONE, "2 reminders")
        work.commit()
    with store.begin() as work:
        done = work.duty.ticks()["sweep"]
        assert (done.outcome, done.words, done.done_at) == (
            Outcome.DONE,
            "2 reminders",
            done.ended_at,
        )
        assert done.ended_at is not None
        work.duty.begin("sweep", "two")
        work.duty.end("sweep", "two", Outcome.FAILED, "The database server does not answer.")
        work.duty.begin("deliver", "two")
        work.commit()
    with store.begin() as work:
        ticks = work.duty.ticks()
        assert set(ticks) == {"sweep", "deliver"}
        assert ticks["sweep"].outcome is Outcome.FAILED
        assert ticks["sweep"].done_at == done.done_at
        assert abs(work.duty.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_round_is_ended_only_by_who_began_it(store: Store) -> None:
    """A process that was taken for dead does not end the round of another."""
    with store.begin() as work:
        work.duty.begin("sweep", "two")
        work.duty.end("sweep", "one", Outcome.DONE, "late")
        assert work.duty.ticks()["sweep"].outcome is Outcome.RUNNING
        work.commit()
