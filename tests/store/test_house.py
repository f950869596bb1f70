"""A house is made once, opened by its own release, and knows its own few facts."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.errors import HouseDown, Refused
from engine.keyring import Secret
from engine.ports import Store
from store import schema
from store.connection import parse, whole
from store.house import DatabaseStore, create_house, open_store
from store.memory import MemoryStore
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.samples import HOUR, NOW


def test_a_house_knows_its_own_facts(store: Store) -> None:
    facts = (store.secret, store.practice, store.mail_domain, store.on_hold, store.practice_now())
    assert facts == (SECRET, True, MAIL_DOMAIN, False, None)


def test_the_clock_of_a_practice_house_is_set_by_hand(store: Store) -> None:
    for now in (NOW, NOW - HOUR):
        store.set_practice_now(now)
        assert store.practice_now() == now


def test_a_real_house_keeps_real_time(empty_url: str) -> None:
    create_house(empty_url, False, AREA, MAIL_DOMAIN)
    real = open_store(empty_url, secret=SECRET)
    for store in (real, MemoryStore(SECRET, practice=False)):
        with pytest.raises(Refused, match="only in a practice house"):
            store.set_practice_now(NOW)
    assert real.practice_now() is None
    real.close()


def test_what_one_process_sets_another_one_sees(house: DatabaseStore, database_url: str) -> None:
    other = open_store(database_url, secret=SECRET)
    house.set_hold(True)
    house.set_practice_now(NOW)
    assert (other.on_hold, other.practice_now()) == (True, NOW)
    other.close()


def test_a_house_is_not_made_twice(database_url: str) -> None:
    with pytest.raises(Refused, match="There is a house in this database already"):
        create_house(database_url, True, "Elsewhere", "other.example")
    store = open_store(database_url, secret=SECRET)
    assert store.area == AREA
    store.close()


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    create_house(f"sqlite:///{path}", True, AREA, MAIL_DOMAIN)
    store = open_store(f"sqlite:///{path}", secret=SECRET)
    store.set_hold(True)
    files = list(tmp_path.iterdir())
    assert len(files) > 1
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    store.close()


def test_a_house_that_cannot_be_made_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(url: str) -> None:
        raise HouseDown("The disk is full.")

    monkeypatch.setattr(schema, "upgrade", broken)
    with pytest.raises(HouseDown):
        create_house(f"sqlite:///{tmp_path / 'house.db'}", True, AREA, MAIL_DOMAIN)
    assert list(tmp_path.iterdir()) == []


def at_edition(url: str, edition: str) -> None:
    with whole(parse(url)) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{edition}'")


def test_a_database_of_a_later_release_is_not_touched(database_url: str) -> None:
    at_edition(database_url, "9999")
    with pytest.raises(HouseDown, match="edition 9999, which this release does not know"):
        open_store(database_url, secret=SECRET)
    with pytest.raises(HouseDown, match="Install the release that made it"):
        schema.upgrade(database_url)


def test_a_database_of_an_earlier_release_is_to_be_migrated(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "EDITIONS", ("9999",))
    with pytest.raises(HouseDown, match="run `waymark migrate`"):
        open_store(database_url, secret=SECRET)


def test_a_database_without_a_house_says_what_to_do(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        Path(parse(empty_url).database or "").touch()
    with pytest.raises(HouseDown, match="Make one with `waymark init`"):
        open_store(empty_url, secret=SECRET)


def test_a_database_with_tables_and_no_house_says_what_to_do(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        Path(parse(empty_url).database or "").touch()
    schema.upgrade(empty_url)
    with pytest.raises(HouseDown, match="no house in them"):
        open_store(empty_url, secret=SECRET)


@pytest.mark.parametrize("key", [b"", b"too short"])
def test_a_house_is_not_opened_without_its_secret(database_url: str, key: bytes) -> None:
    with pytest.raises(HouseDown, match="secret is missing or cut short"):
        open_store(database_url, secret=Secret.of(key))
