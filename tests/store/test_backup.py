"""A backup holds the whole house, and a house made from it mails nothing until a person says so."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from engine.audit import first_fault
from engine.errors import Refused
from engine.outbox import Attempt, Verdict
from engine.ports import Store
from store.backup import backup, restore
from store.house import DatabaseStore, create_house, open_store
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.holdings import fill
from tests.store.racing import a_change, attempt
from tests.store.samples import (
    HOUR,
    NOW,
    a_message,
    furnish,
    further,
    keep,
    opening,
    read,
)


def comparable(url: str) -> dict[str, Any]:
    """What a house holds, as its units of work tell it."""
    store = open_store(url, secret=SECRET)
    with store.begin() as work:
        references = work.cases.references()
        told = {
            "cases": [work.cases.open(reference) for reference in references],
            "records": [work.cases.events(reference) for reference in references],
            "messages": work.outbox.list(),
            "attempts": [work.outbox.attempts(m.id) for m in work.outbox.list()],
            "people": work.people.directory(),
            "library": (work.library.current("plain"), work.library.current_rules()),
            "calendar": work.library.current_calendar(),
            "facts": (store.practice, store.mail_domain, store.area, store.practice_now()),
        }
    store.close()
    return told


def test_a_house_comes_back_whole_on_either_database(
    house: DatabaseStore, database_url: str, new_url: str, tmp_path: Path
) -> None:
    fill(house, 12)
    backup(database_url, tmp_path / "backup")
    restore(tmp_path / "backup", new_url)
    assert comparable(new_url) == comparable(database_url)


def test_a_restored_house_mails_nothing_until_it_is_released(
    house: DatabaseStore, database_url: str, new_url: str, tmp_path: Path
) -> None:
    """R12: a copy from before 500 sends owes them all again, and sends none by itself."""
    pins = furnish(house)
    keep(house, opening(pins, owed=[a_message(f"m{n}") for n in range(500)]))
    backup(database_url, tmp_path / "backup")
    sent = claim(house)
    assert len(sent) == 500
    with house.begin() as work:
        for message in sent:
            work.outbox.settle(message, Attempt(NOW, "c", Verdict.ACCEPTED, 250, "ok", "dot"))
        work.commit()
    restore(tmp_path / "backup", new_url)
    restored = open_store(new_url, secret=SECRET)
    assert restored.on_hold
    assert claim(restored) == []
    restored.set_hold(False)
    again = claim(restored)
    assert [m.message_id for m in again] == [m.message_id for m in sent]
    restored.close()
    assert not house.on_hold


def claim(store: Store) -> list[Any]:
    with store.begin() as work:
        claimed = work.outbox.claim(NOW, NOW + HOUR, "c", 1000)
        work.commit()
    return list(claimed)


def test_a_restored_house_goes_on_counting(
    house: DatabaseStore, database_url: str, new_url: str, tmp_path: Path
) -> None:
    fill(house, 3)
    backup(database_url, tmp_path / "backup")
    restore(tmp_path / "backup", new_url)
    restored = open_store(new_url, secret=SECRET)
    restored.set_hold(False)
    with restored.begin() as work:
        assert work.cases.next_number("PL", 2026) == 4
        work.commit()
    keep(restored, further(read(restored), owed=[a_message("new")]))
    messages = claim(restored)
    assert "new" in {m.anchor for m in messages}
    with restored.begin() as work:
        for message in messages:
            work.outbox.settle(message, Attempt(NOW, "c", Verdict.DEFERRED, 451, "x", "DATA"))
        work.commit()
    restored.close()


def test_a_backup_of_a_busy_house_is_of_one_moment(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    """R11: whatever is being kept meanwhile is in the copy whole or not at all."""
    keep(house, opening(furnish(house)))
    done = Event()

    def work_on() -> int:
        kept = 0
        while not done.is_set():
            kept += attempt(house, a_change) == "kept"
        return kept

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(work_on) for _ in range(2)]
        for n in range(5):
            backup(database_url, tmp_path / f"{n}")
        done.set()
        assert sum(one.result() for one in working) > 0
    for n in range(5):
        restore(tmp_path / f"{n}", f"sqlite:///{tmp_path / f'{n}.db'}")
        copy = open_store(f"sqlite:///{tmp_path / f'{n}.db'}", secret=SECRET)
        case = read(copy)
        with copy.begin() as work:
            events = work.cases.events(case.reference)
            assert len(work.outbox.list()) == case.revision - 1
        assert len(events) == case.revision
        assert first_fault(case.reference, events) is None
        assert len(case.deadlines) == case.revision - 1
        copy.close()


def test_a_backup_is_one_private_file_and_never_replaces_another(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    fill(house, 1)
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(database_url, folder / "monday")
    before = (folder / "monday").read_bytes()
    with pytest.raises(Refused, match="a file called monday already"):
        backup(database_url, folder / "monday")
    assert [file.name for file in folder.iterdir()] == ["monday"]
    assert (folder / "monday").read_bytes() == before
    assert (folder / "monday").stat().st_mode & 0o077 == 0


def test_a_new_house_without_cases_may_be_filled(
    house: DatabaseStore, database_url: str, new_url: str, tmp_path: Path
) -> None:
    """`init` and then `restore`: the house becomes the one in the backup, mail domain and all."""
    fill(house, 2)
    backup(database_url, tmp_path / "backup")
    create_house(new_url, False, "Elsewhere", "other.example")
    restore(tmp_path / "backup", new_url)
    restored = open_store(new_url, secret=SECRET)
    assert (restored.practice, restored.area, restored.mail_domain) == (True, AREA, MAIL_DOMAIN)
    restored.close()


def test_one_backup_after_another_leaves_nothing_in_memory(
    house: DatabaseStore, database_url: str, tmp_path: Path
) -> None:
    """A service makes one every ten minutes: once each kind of thing is known, it knows no more."""
    held = [held_after(database_url, tmp_path / f"{number}.backup") for number in range(5)]
    assert held[-1] - held[2] < 500


def held_after(url: str, file: Path) -> int:
    """How many objects there are in memory after a backup."""
    backup(url, file)
    gc.collect()
    return len(gc.get_objects())
