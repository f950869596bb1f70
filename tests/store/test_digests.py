"""A digest belongs to no case, is owed once, and travels like any other message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import outbox
from engine.case import Owed
from engine.errors import HouseDown
from engine.outbox import State, Verdict
from engine.ports import Store
from store.backup import backup, restore
from store.house import DatabaseStore, open_store
from tests.store.conftest import SECRET
from tests.store.courier import a_try, claim, owe, settle
from tests.store.samples import DAY, HOUR, NOW, Pins, a_deadline, a_message, keep, opening


def a_digest(day: str = "2026-11-20", recipient: str = "lead@agency.example") -> Owed:
    about = {"reference": "", "title": "Daily digest", "sections": "[]", "period": day}
    return Owed(f"digest:{day}", "digest", recipient, "business_manager", False, about)


def owe_digests(store: Store, *owed: Owed) -> int:
    with store.begin() as work:
        new = work.outbox.owe_digests(owed, NOW)
        work.commit()
    return new


def test_a_digest_is_owed_once_a_person_and_day(store: Store, pins: Pins) -> None:
    """However often it is owed; its Message-ID is its own for ever."""
    assert owe_digests(store, a_digest(), a_digest(recipient="b@agency.example")) == 2
    assert owe_digests(store, a_digest(), a_digest("2026-11-23")) == 1
    with store.begin() as work:
        found = work.outbox.list()
    assert [(m.case, m.kind) for m in found] == [("", "digest")] * 3
    assert found[0].message_id == outbox.message_id(
        "", "digest:2026-11-20", "lead@agency.example", store.mail_domain
    )
    assert len({m.message_id for m in found}) == 3


def test_the_house_knows_when_it_last_looked(store: Store, pins: Pins) -> None:
    """In the same commit as what was owed; a unit that is left keeps neither."""
    with store.begin() as work:
        assert work.outbox.digested_at() is None
        assert work.outbox.owe_digests([a_digest()], NOW) == 1
    with store.begin() as work:
        assert (work.outbox.digested_at(), work.outbox.list()) == (None, ())
    owe_digests(store)
    with store.begin() as work:
        assert work.outbox.digested_at() == NOW


def test_a_digest_travels_like_any_message(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    owe_digests(store, a_digest())
    first, second = claim(store)
    assert {first.case, second.case} == {"", "PL-2026-0001"}
    digest = next(m for m in (first, second) if not m.case)
    assert settle(store, digest, a_try(Verdict.ACCEPTED))
    with store.begin() as work:
        assert work.outbox.get(digest.id).state is State.ACCEPTED
        assert [m.id for m in work.outbox.list(case="PL-2026-0001")] != [digest.id]
        assert work.outbox.bounce(digest.id, a_try(Verdict.REFUSED))


def test_nothing_but_a_digest_does_without_a_case(store: Store, pins: Pins) -> None:
    """The database itself holds to it, both ways."""
    with pytest.raises(HouseDown):
        owe_digests(store, a_message())
    with pytest.raises(HouseDown):
        owe(store, pins, a_digest())


def test_dates_missed_between_two_instants(store: Store, pins: Pins) -> None:
    """On closed cases too; the end is not part of it."""

    def missed(days: int) -> object:
        return a_deadline(status="breached", breached_at=NOW + days * DAY, cycle=days)

    keep(store, opening(pins, deadlines=tuple(map(missed, (1, 3)))))
    keep(store, opening(pins, "PL-2026-0002", deadlines=(missed(2),), closed_at=NOW + HOUR))
    with store.begin() as work:
        found = work.cases.missed(NOW + DAY, NOW + 3 * DAY)
        assert [(name, d.cycle) for name, d in found] == [("PL-2026-0001", 1), ("PL-2026-0002", 2)]
        assert work.cases.missed(NOW + 4 * DAY, NOW + 9 * DAY) == ()


def test_digests_are_in_a_backup(house: DatabaseStore, database_url: str, new_url: str,
                                 tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    owe_digests(house, a_digest(), replace(a_digest("2026-11-23"), urgent=True))
    file = tmp_path_factory.mktemp("kept") / "house.backup"
    backup(database_url, file)
    restore(file, new_url)
    again = open_store(new_url, secret=SECRET)
    with house.begin() as before, again.begin() as after:
        assert after.outbox.list() == before.outbox.list()
        assert after.outbox.digested_at() == NOW
    again.close()
