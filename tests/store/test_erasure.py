"""Who it is stands in one place, and can be erased from it for good."""

from __future__ import annotations

from pathlib import Path

from store import sqlite
from store.house import DatabaseStore, create_house, open_store
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.holdings import everything, fill
from tests.store.samples import (
    CANARY,
    furnish,
    keep,
    opening,
)


def test_an_erased_name_is_not_in_the_file(tmp_path: Path) -> None:
    """Erasing overwrites: the bytes of a name are nowhere in the database file afterwards."""
    path = tmp_path / "house.db"
    create_house(f"sqlite:///{path}", True, AREA, MAIL_DOMAIN)
    store = open_store(f"sqlite:///{path}", secret=SECRET)
    keep(store, opening(furnish(store), identity={"child_name": CANARY}))
    settle_log(path)
    assert CANARY.encode() in path.read_bytes()
    with store.begin() as work:
        work.cases.forget("PL-2026-0001")  # type: ignore[attr-defined]
        work.commit()
    settle_log(path)
    files = [file.read_bytes() for file in tmp_path.iterdir()]
    assert not any(CANARY.encode() in content for content in files)
    store.close()


def settle_log(path: Path) -> None:
    wire = sqlite.open_file(path)
    wire.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    wire.close()


def test_a_name_stands_in_one_place_only(house: DatabaseStore, database_url: str) -> None:
    """The table of identities is the only one that holds an identifying value."""
    fill(house, 2)
    holding = [name for name, rows in everything(database_url).items() if CANARY in str(rows)]
    assert holding == ["identity"]
