"""Authenticator apps and the codes in their stead: alike in every kind of store."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.authenticators import HOUR, MOST_TRIES, Authenticator, secret_of
from engine.keyring import Secret
from engine.ports import Store
from engine.visits import LONGEST, SHORT, Visit
from tests.store.racing import together

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHAIR = "chair@panel.example"
APP = Authenticator(0, CHAIR, "first chance", NOW)


def begun(store: Store, on: bool = False) -> int:
    """The number of an app of the chair, which is on or waits to be confirmed."""
    with store.begin() as work:
        work.authenticators.begin(APP)
        found = work.authenticators.of(CHAIR)
        assert found is not None
        assert not on or work.authenticators.confirm(found.id, NOW)
        work.commit()
    return found.id


def test_an_app_waits_is_on_and_is_removed_with_a_record_of_it(store: Store) -> None:
    """Each happens once; who removed it and when is kept for good."""
    number, later = begun(store), NOW + HOUR
    with store.begin() as work:
        assert work.authenticators.of(CHAIR) == replace(APP, id=number)
        assert work.authenticators.of("nobody@panel.example") is None
        assert work.authenticators.confirm(number, later)
        assert not work.authenticators.confirm(number, later)
        found = work.authenticators.of(CHAIR)
        assert found is not None
        assert found.is_on
        assert work.authenticators.remove(number, later, "root")
        assert not work.authenticators.remove(number, later, "somebody else")
        assert work.authenticators.of(CHAIR) is None
        work.commit()
    with store.begin() as work:
        (kept,) = work.authenticators.list()
    assert (kept.confirmed_at, kept.removed_at, kept.removed_by) == (later, later, "root")
    assert not kept.is_on


def test_beginning_again_takes_a_new_secret_until_one_is_on(store: Store) -> None:
    """What was shown and not confirmed counts no more; what is on cannot be put out this way."""
    number = begun(store)
    again = replace(APP, chance="second chance", made_at=NOW + HOUR)
    with store.begin() as work:
        work.authenticators.begin(again)
        assert work.authenticators.of(CHAIR) == replace(again, id=number)
        work.authenticators.confirm(number, NOW)
        work.authenticators.begin(replace(APP, chance="third chance"))
        found = work.authenticators.of(CHAIR)
        work.commit()
    assert found is not None
    assert (found.chance, found.is_on) == ("second chance", True)
    assert len({secret_of(Secret.of(b"house"), a) for a in (APP, again)}) == 2


def test_after_one_was_removed_another_can_be_begun(store: Store) -> None:
    """Both stand in the list, the first made first."""
    number = begun(store, on=True)
    with store.begin() as work:
        work.authenticators.remove(number, NOW, "root")
        work.commit()
    second = begun(store)
    with store.begin() as work:
        assert [a.id for a in work.authenticators.list()] == [number, second]


def test_a_step_of_time_is_accepted_once_and_never_an_earlier_one(store: Store) -> None:
    """A code that somebody looked over a shoulder for opens nothing a second time."""
    number = begun(store, on=True)
    with store.begin() as work:
        assert work.authenticators.accept(number, 100)
        assert not work.authenticators.accept(number, 100)
        assert not work.authenticators.accept(number, 99)
        assert work.authenticators.accept(number, 101)
        work.authenticators.remove(number, NOW, "root")
        assert not work.authenticators.accept(number, 102)
        work.commit()


def test_only_so_many_tries_count_in_an_hour(store: Store) -> None:
    """The count begins anew an hour after its first one."""
    number = begun(store, on=True)
    with store.begin() as work:
        for n in range(MOST_TRIES):
            at = NOW + timedelta(minutes=n)
            assert work.authenticators.tried(number, at, at - HOUR, MOST_TRIES)
        almost = NOW + HOUR - timedelta(seconds=1)
        assert not work.authenticators.tried(number, almost, almost - HOUR, MOST_TRIES)
        assert work.authenticators.tried(number, NOW + HOUR, NOW, MOST_TRIES)
        found = work.authenticators.of(CHAIR)
        work.commit()
    assert found is not None
    assert (found.tries, found.tries_from) == (1, NOW + HOUR)


def test_a_code_in_the_apps_stead_is_spent_once_and_new_ones_end_the_old(store: Store) -> None:
    """Each belongs to one app alone."""
    number = begun(store, on=True)
    with store.begin() as work:
        work.authenticators.spare(number, ["a" * 64, "b" * 64])
        assert set(work.authenticators.unspent(number)) == {"a" * 64, "b" * 64}
        assert work.authenticators.spend(number, "a" * 64, NOW)
        assert not work.authenticators.spend(number, "a" * 64, NOW)
        assert not work.authenticators.spend(number, "c" * 64, NOW)
        assert not work.authenticators.spend(number + 1, "b" * 64, NOW)
        assert work.authenticators.unspent(number) == ["b" * 64]
        work.authenticators.spare(number, ["d" * 64])
        assert not work.authenticators.spend(number, "b" * 64, NOW)
        assert work.authenticators.unspent(number) == ["d" * 64]
        work.commit()


@pytest.mark.parametrize("what", ["accept", "spend"])
def test_many_at_the_same_moment_cannot_use_one_code_twice(store: Store, what: str) -> None:
    """However close they are, all but one are refused."""
    number = begun(store, on=True)
    with store.begin() as work:
        work.authenticators.spare(number, ["a" * 64])
        work.commit()

    def use(_worker: int) -> Counter[str]:
        with store.begin() as work:
            apps = work.authenticators
            done = apps.accept(number, 7) if what == "accept" else apps.spend(number, "a" * 64, NOW)
            work.commit()
        return Counter(["taken" if done else "refused"])

    assert together(8, use) == {"taken": 1, "refused": 7}


def test_half_a_visit_opens_nothing_and_waits_for_ten_minutes(store: Store) -> None:
    """It is kept as what it is, and no later look makes a whole one of it."""
    half = Visit("a" * 64, CHAIR, NOW, NOW, half=True)
    with store.begin() as work:
        work.visits.begin(half)
        work.commit()
    with store.begin() as work:
        assert work.visits.find(half.digest) == half
    assert not half.is_open(NOW)
    assert half.waits(NOW + SHORT)
    assert not half.waits(NOW + SHORT + timedelta(seconds=1))
    assert not replace(half, ended=NOW).waits(NOW)
    assert not replace(half, half=False).waits(NOW)


def test_what_counts_once_is_spent_once(store: Store) -> None:
    """It is remembered for longer than anything that counts once lasts, and then let go."""
    with store.begin() as work:
        assert work.visits.spend("a" * 64, NOW)
        assert not work.visits.spend("a" * 64, NOW)
        assert not work.visits.spend("a" * 64, NOW + LONGEST)
        assert work.visits.spend("b" * 64, NOW)
        assert work.visits.spend("a" * 64, NOW + LONGEST + timedelta(seconds=1))
        work.commit()
