"""What is no backup is refused, and a restore that fails changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import HouseDown, Refused
from store.backup import backup, restore
from store.house import DatabaseStore, create_house
from tests.store.holdings import everything, fill


def test_a_backup_that_cannot_be_written_leaves_nothing(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(HouseDown, match="cannot be opened"):
        backup(database_url, tmp_path / "away" / "monday")
    with pytest.raises(HouseDown):
        backup(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "monday")
    assert not (tmp_path / "monday").exists()
    assert not (tmp_path / "monday.part").exists()


def test_a_backup_never_replaces_cases(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    fill(house, 2)
    before = everything(database_url)
    backup(database_url, tmp_path / "backup")
    with pytest.raises(Refused, match="has cases of its own"):
        restore(tmp_path / "backup", database_url)
    assert everything(database_url) == before
    assert not house.on_hold


def no_backups(folder: Path) -> dict[str, Path]:
    minutes, other, cut = folder / "minutes.txt", folder / "other.db", folder / "cut"
    minutes.write_text("Minutes of a meeting\n" * 500)
    with sqlite3.connect(other) as wire:
        wire.execute("CREATE TABLE recipe (name text)")
    wire.close()
    return {"absent": folder / "absent", "minutes": minutes, "other": other, "cut": cut}


@pytest.mark.parametrize("kind", ["absent", "minutes", "other", "cut"])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    house: DatabaseStore, database_url: str, tmp_path: Path, kind: str
) -> None:
    fill(house, 20)
    backup(database_url, tmp_path / "whole")
    file = no_backups(tmp_path)[kind]
    if kind == "cut":
        file.write_bytes((tmp_path / "whole").read_bytes()[:-40_000])
    with pytest.raises(Refused, match=f"{file.name} is not a backup of a house, or it is damaged"):
        restore(file, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


def test_a_backup_of_a_later_release_is_refused(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    backup(database_url, tmp_path / "backup")
    with sqlite3.connect(tmp_path / "backup") as wire:
        wire.execute("UPDATE alembic_version SET version_num = '9999'")
    wire.close()
    with pytest.raises(HouseDown, match="Install the release that made it"):
        restore(tmp_path / "backup", f"sqlite:///{tmp_path / 'new.db'}")


def test_a_restore_that_fails_leaves_the_house_as_it_was(
    house: DatabaseStore, database_url: str, new_url: str, tmp_path: Path
) -> None:
    """Half a restore would be a house that lies; it is undone whole."""
    fill(house, 3)
    backup(database_url, tmp_path / "backup")
    create_house(new_url, False, "Elsewhere", "other.example")
    before = everything(new_url)
    with sqlite3.connect(tmp_path / "backup") as wire:
        wire.execute("DELETE FROM definition")
    wire.close()
    with pytest.raises(HouseDown):
        restore(tmp_path / "backup", new_url)
    assert everything(new_url) == before
