"""A backup is read again before it is called one; what is wrong in a copy is found and named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import HouseDown
from store import backup as backups
from store.backup import backup
from store.house import DatabaseStore
from store.proofread import proofread, rows_of
from tests.store.holdings import fill

CASES = 12


@pytest.fixture
def copy(house: DatabaseStore, database_url: str, tmp_path: Path) -> Path:
    fill(house, CASES)
    backup(database_url, tmp_path / "backup")
    return tmp_path / "backup"


def test_a_backup_says_what_was_read_in_it(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    """Cases, events, messages, and how many records had every seal counted again."""
    fill(house, CASES)
    read = backup(database_url, tmp_path / "backup", every=True)
    assert (read.cases, read.sealed) == (CASES, CASES)
    assert read.events > CASES
    assert read.messages == 4 * CASES


def test_of_many_records_a_spread_sample_is_sealed_again(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row, length and last seal is still looked at in all of them."""
    monkeypatch.setattr("store.proofread.SAMPLE", 5)
    assert proofread(copy).sealed == 4
    assert proofread(copy, every=True).sealed == CASES


CHANGES = {
    "an event gone": ('DELETE FROM event WHERE "case" = ? AND sequence = 1', "does not end as"),
    "the last event gone": (
        'DELETE FROM event WHERE "case" = ? AND sequence = '
        "(SELECT max(sequence) FROM event)", "does not end as"),
    "a word changed": (
        "UPDATE event SET actor = 'other@x.example' WHERE \"case\" = ? AND sequence = 1",
        "event 1 was changed"),
    "another last seal": ("UPDATE \"case\" SET seal = 'x' WHERE reference = ?", "does not end as"),
    "a case gone": ('DELETE FROM "case" WHERE reference = ?', "refers to nothing"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_wrong_in_a_copy_is_named(copy: Path, change: str) -> None:
    """A backup that would not stand its trial is no backup."""
    sql, words = CHANGES[change]
    with closing(sqlite3.connect(copy)) as wire:
        wire.execute(sql, ("PL-2026-0007",))
        wire.commit()
    with pytest.raises(HouseDown, match=words):
        proofread(copy)


def test_a_damaged_file_is_found(copy: Path) -> None:
    """Bytes overwritten in the middle, as a failing disk does."""
    content = bytearray(copy.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 9_000] = b"\xff" * 9_000
    copy.write_bytes(content)
    with pytest.raises(HouseDown):
        proofread(copy)


def test_a_missing_row_is_found(copy: Path) -> None:
    """From PostgreSQL each table is counted in the same moment as it is copied."""
    with closing(sqlite3.connect(copy)) as wire:
        expected = dict(rows_of(wire))
    proofread(copy, expected)
    with pytest.raises(HouseDown, match="outbox: 48 rows instead of 49"):
        proofread(copy, {**expected, "outbox": expected["outbox"] + 1})


def test_a_copy_that_fails_leaves_no_file(
    house: DatabaseStore, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither under its own name nor under another."""
    fill(house, 2)
    settled = backups._settle

    def spoilt(part: Path) -> None:
        with closing(sqlite3.connect(part)) as wire:
            wire.execute("UPDATE event SET actor = 'other@x.example' WHERE sequence = 1")
            wire.commit()
        settled(part)

    monkeypatch.setattr(backups, "_settle", spoilt)
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(HouseDown, match="was not kept"):
        backup(database_url, folder / "monday")
    assert list(folder.iterdir()) == []


def test_the_copy_is_not_touched_by_being_read(copy: Path) -> None:
    before = copy.read_bytes()
    proofread(copy, every=True)
    assert copy.read_bytes() == before
    assert [file.name for file in copy.parent.iterdir() if file.name.startswith("backup")] == [
        "backup"
    ]
