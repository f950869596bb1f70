"""A full disk refuses work in plain words, breaks nothing, and work resumes when there is room."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event

from engine.audit import first_fault
from store.faults import FULL
from store.house import DatabaseStore, create_house, open_store
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.racing import REFERENCE, a_change, attempt
from tests.store.samples import a_message, furnish, further, keep, opening, read


@dataclass
class Disk:
    """A house on a disk with little room, and how to make more."""

    house: DatabaseStore
    path: Path
    make_room: Callable[[], None]


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path | None]:
    """A volume of one and a half megabytes; None where this user may not mount one."""
    folder = tmp_path / "volume"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(small_volume: Path | None, tmp_path: Path) -> Iterator[Disk]:
    """A house on a small volume; without one, in a file that may not grow beyond 120 pages."""
    path = (small_volume or tmp_path) / "house.db"
    url = f"sqlite:///{path}"
    create_house(url, True, AREA, MAIL_DOMAIN)
    house = open_store(url, secret=SECRET)
    ballast = path.with_name("ballast")
    ballast.write_bytes(bytes(256 * 1024))
    engine = house.database.engine

    def limit(wire: sqlite3.Connection, _: object) -> None:
        wire.execute("PRAGMA max_page_count=120")

    def make_room() -> None:
        ballast.unlink()
        if small_volume is None:
            event.remove(engine, "connect", limit)
            engine.dispose()

    if small_volume is None:
        event.listen(engine, "connect", limit)
        engine.dispose()
    yield Disk(house, path, make_room)
    house.close()


def whole(disk: Disk) -> None:
    """The file is sound and the record goes with the case."""
    with sqlite3.connect(disk.path) as wire:
        assert wire.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert wire.execute("PRAGMA foreign_key_check").fetchall() == []
    wire.close()
    case = read(disk.house)
    with disk.house.begin() as work:
        events = work.cases.events(REFERENCE)
        messages = work.outbox.list()
    assert case.revision == len(events) == len(messages) + 1
    assert first_fault(REFERENCE, events) is None


def test_a_full_disk_refuses_work_and_breaks_nothing(disk: Disk) -> None:
    """R9: 1,000 attempts, many of them on a full volume, each of those refused in plain words."""
    pins = furnish(disk.house)
    keep(disk.house, opening(pins))
    outcomes = Counter(attempt(disk.house, a_change) for _ in range(1000))
    assert outcomes == Counter({"kept": outcomes["kept"], f"HouseDown: {FULL}": refused(outcomes)})
    assert outcomes["kept"] > 0
    assert refused(outcomes) > 100
    whole(disk)
    disk.make_room()
    assert attempt(disk.house, a_change) == "kept"
    whole(disk)


def refused(outcomes: Counter[str]) -> int:
    return sum(number for outcome, number in outcomes.items() if outcome != "kept")


def test_nothing_but_the_refused_work_is_lost(disk: Disk) -> None:
    """What was kept before the disk filled up is read and stays as it was."""
    pins = furnish(disk.house)
    keep(disk.house, opening(pins))
    while attempt(disk.house, a_change) == "kept":
        pass
    before = read(disk.house)
    big = [a_message(f"big:{n}") for n in range(2000)]
    outcome = attempt(disk.house, lambda case: further(case, owed=big))
    assert outcome == f"HouseDown: {FULL}"
    assert read(disk.house) == before
    whole(disk)
