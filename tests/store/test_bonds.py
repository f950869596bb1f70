"""Bonds between people and the names organisations have for them: alike in every kind of store."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from engine.bonds import Bond, Vouched, name_of
from engine.keyring import Secret
from engine.ports import Store
from tests.store.racing import together

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CHAIR, NURSE = "chair@panel.example", "nurse@panel.example"
ONE, OTHER = "1" * 64, "2" * 64
ISSUER = "https://login.example.org"


def test_a_person_and_a_name_are_bound_to_each_other_and_to_nobody_else(store: Store) -> None:
    """Again and again the same two; neither with another, and what is refused changes nothing."""
    with store.begin() as work:
        assert work.bonds.bind(CHAIR, ONE, NOW)
        work.commit()
    with store.begin() as work:
        assert work.bonds.bind(CHAIR, ONE, LATER)
        assert not work.bonds.bind(CHAIR, OTHER, LATER)
        assert not work.bonds.bind(NURSE, ONE, LATER)
        assert work.bonds.bind(NURSE, OTHER, LATER)
        work.commit()
    with store.begin() as work:
        kept = [(b.email, b.name, b.bound_at) for b in work.bonds.list()]
    assert kept == [(CHAIR, ONE, NOW), (NURSE, OTHER, LATER)]


def test_whoever_is_released_is_bound_anew_and_the_record_of_it_stays(store: Store) -> None:
    """Once for each bond; the name they had is free for somebody else, too."""
    with store.begin() as work:
        work.bonds.bind(CHAIR, ONE, NOW)
        assert not work.bonds.release(NURSE, LATER, "root")
        assert work.bonds.release(CHAIR, LATER, "root")
        assert not work.bonds.release(CHAIR, LATER, "somebody else")
        assert work.bonds.bind(CHAIR, OTHER, LATER)
        assert work.bonds.bind(NURSE, ONE, LATER)
        work.commit()
    with store.begin() as work:
        first, *others = work.bonds.list()
    assert first == Bond(first.id, CHAIR, ONE, NOW, LATER, "root")
    assert [(b.email, b.name, b.released_at) for b in others] == [
        (CHAIR, OTHER, None), (NURSE, ONE, None)]  # fmt: skip


def test_a_first_sign_in_that_is_not_kept_binds_nobody(store: Store) -> None:
    with store.begin() as work:
        assert work.bonds.bind(CHAIR, ONE, NOW)
    with store.begin() as work:
        assert work.bonds.list() == ()


@pytest.mark.parametrize("shared", ["address", "name"])
def test_of_many_first_sign_ins_at_the_same_moment_one_binds(store: Store, shared: str) -> None:
    """With one address and as many names, or the other way round; the others are refused."""

    def first(worker: int) -> Counter[str]:
        email = CHAIR if shared == "address" else f"{worker}@panel.example"
        name = f"{worker:064}" if shared == "address" else ONE
        with store.begin() as work:
            assert work.people.directory().find("nobody@panel.example") is None
            done = work.bonds.bind(email, name, NOW)
            work.commit()
        return Counter(["bound" if done else "refused"])

    assert together(8, first) == {"bound": 1, "refused": 7}
    with store.begin() as work:
        assert len(work.bonds.list()) == 1


def test_the_same_person_at_two_desks_at_once_is_bound_once_and_let_in_twice(store: Store) -> None:
    def first(_worker: int) -> Counter[str]:
        with store.begin() as work:
            done = work.bonds.bind(CHAIR, ONE, NOW)
            work.commit()
        return Counter(["bound" if done else "refused"])

    assert together(8, first) == {"bound": 8}
    with store.begin() as work:
        assert len(work.bonds.list()) == 1


def test_what_is_kept_of_a_name_is_one_for_each_subject_of_each_issuer_and_house() -> None:
    """Letters of a subject count as they are written; nothing of it can be read from what is kept.

    The address has no part in it: it is what may change.
    """
    who = Vouched(CHAIR, ISSUER, "Aa-0815")
    kept = name_of(Secret.of(b"secret"), who)
    others = [
        name_of(Secret.of(b"another secret"), who),
        name_of(Secret.of(b"secret"), Vouched(CHAIR, ISSUER, "aa-0815")),
        name_of(Secret.of(b"secret"), Vouched(CHAIR, f"{ISSUER}/", "Aa-0815")),
    ]
    assert kept == name_of(Secret.of(b"secret"), Vouched(NURSE, ISSUER, "Aa-0815"))
    assert kept not in others
    assert "0815" not in repr(who)
