"""Steps that queue for one file share a commit: each is kept whole or not at all, on its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.case import Step
from engine.errors import Absent, HouseDown, Stale
from store import turns
from store.house import DatabaseStore, create_house, open_store
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.samples import Pins, a_deadline, a_message, furnish, further, keep, opening, read

ROOT = Path(__file__).parents[2]
NAMES = tuple(f"PL-2026-{number:04}" for number in range(1, 9))


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'house.db'}"
    create_house(made, True, AREA, MAIL_DOMAIN)
    return made


@contextmanager
def opened(url: str) -> Iterator[tuple[DatabaseStore, Pins]]:
    """A house on SQLite with eight cases of one line each."""
    store = open_store(url, secret=SECRET)
    pins = furnish(store)
    for name in NAMES:
        keep(store, opening(pins, name))
    yield store, pins
    store.close()


def a_step(store: DatabaseStore, name: str, **parts: Any) -> Step:
    return further(read(store, name), owed=[a_message("more:1", f"{name}@x.example")], **parts)


def at_once(
    store: DatabaseStore, steps: Sequence[Step], kept: Callable[[Step], None]
) -> list[Exception | None]:
    """Let a thread each keep a step while another writer has the turn; what each was told.

    They queue in the order of the steps, so all of them are there when the turn is given up.
    """
    queue = store.database._turns._queue
    with ThreadPoolExecutor(len(steps)) as pool, store.begin() as writer:
        writer.cases.next_number("XX", 2026)
        told: list[Future[None]] = []
        for number, step in enumerate(steps, start=1):
            told.append(pool.submit(kept, step))
            while len(queue) < number:
                time.sleep(0.001)
        writer.rollback()
        return [each.exception() for each in told]  # type: ignore[misc]


def keeping(store: DatabaseStore) -> Callable[[Step], None]:
    return partial(keep, store)


def commits(store: DatabaseStore, work: Callable[[], object]) -> int:
    """How many transactions were begun in order to write."""
    said: list[str] = []
    store.database.watch = said.append
    work()
    store.database.watch = None
    return said.count("BEGIN IMMEDIATE")


def revisions(store: DatabaseStore) -> list[int]:
    return [read(store, name).revision for name in NAMES]


def test_steps_that_queue_are_kept_by_one_commit(url: str) -> None:
    """Eight at once: one transaction beside that of the writer before them, and all are kept."""
    with opened(url) as (store, _):
        steps = [a_step(store, name) for name in NAMES]
        told: list[Exception | None] = []
        begun = commits(store, lambda: told.extend(at_once(store, steps, keeping(store))))
        assert told == [None] * 8
        assert begun == 2
        assert revisions(store) == [2] * 8
        with store.begin() as work:
            assert len(work.outbox.list()) == 8


@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_step_that_is_stale_touches_none_of_the_others(url: str, place: int) -> None:
    """The first, one in the middle or the last: it alone is told to look again."""
    with opened(url) as (store, _):
        steps = [a_step(store, name) for name in NAMES]
        keep(store, a_step(store, NAMES[place]))
        told = at_once(store, steps, keeping(store))
        assert [type(each) for each in told if each] == [Stale]
        assert isinstance(told[place], Stale)
        assert revisions(store) == [2] * 8


def test_two_steps_on_one_case_at_once_leave_one_of_them_stale(url: str) -> None:
    """The second sees what the first has written, though it is not on the disk yet."""
    with opened(url) as (store, _):
        step = a_step(store, NAMES[0])
        told = at_once(store, [step, step, a_step(store, NAMES[1])], keeping(store))
        assert [type(each) for each in told] == [type(None), Stale, type(None)]
        assert revisions(store) == [2, 2, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_step_the_database_refuses_touches_none_of_the_others(url: str, place: int) -> None:
    with opened(url) as (store, _):
        steps = [a_step(store, name) for name in NAMES]
        wrong = (a_deadline(standing="no such standing"),)
        steps[place] = a_step(store, NAMES[place], deadlines=wrong)
        told = at_once(store, steps, keeping(store))
        assert [isinstance(each, HouseDown) for each in told] == [n == place for n in range(8)]
        assert revisions(store) == [1 if n == place else 2 for n in range(8)]


class Failing(sqlite3.Connection):
    """A connection on which one kind of statement fails when it is told to."""

    on = ""
    ends = False

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        if Failing.on and sql.startswith(Failing.on):
            if Failing.ends:
                super().execute("ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, values)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Failing]]:
    monkeypatch.setattr("sqlite3.connect", partial(sqlite3.connect, factory=Failing))
    yield Failing
    Failing.on, Failing.ends = "", False


def test_where_the_commit_fails_everybody_is_told_and_nothing_is_kept(
    url: str, failing: type[Failing]
) -> None:
    with opened(url) as (store, _):
        steps = [a_step(store, name) for name in NAMES]
        failing.on = "COMMIT"

        def kept(step: Step) -> None:
            with store.begin() as work:
                work.keep(step)
                work.commit()

        told = at_once(store, steps, kept)
        failing.on = ""
        assert [type(each) for each in told] == [HouseDown] * 8
        assert revisions(store) == [1] * 8
        assert at_once(store, steps, kept) == [None] * 8
        assert revisions(store) == [2] * 8


def test_where_a_fault_ends_the_transaction_those_in_it_are_told(
    url: str, failing: type[Failing]
) -> None:
    """A disk that fills up can end it by itself; who was in it is told, who comes later is not."""
    with opened(url) as (store, _):
        steps = [a_step(store, name) for name in NAMES[:3]]

        def kept(step: Step) -> None:
            with store.begin() as work:
                if step is steps[1]:
                    work.keep(step)
                    failing.ends, failing.on = True, "SELECT"
                    try:
                        work.cases.references()
                    finally:
                        failing.on = ""
                else:
                    work.keep(step)
                work.commit()

        told = at_once(store, steps, kept)
        assert [type(each) for each in told] == [HouseDown, HouseDown, type(None)]
        assert turns.LOST in str(told[0])
        assert revisions(store)[:3] == [1, 1, 2]


def test_longer_work_does_not_keep_a_step_waiting_for_its_commit(url: str) -> None:
    """Work that does not begin with a guarded step may take long: it has its own transaction."""
    with opened(url) as (store, pins):

        def kept(step: Step) -> None:
            with store.begin() as work:
                if step.before is None:
                    work.cases.next_number("PL", 2026)
                work.keep(step)
                work.commit()

        steps = [a_step(store, NAMES[0]), opening(pins, "PL-2026-0100"), a_step(store, NAMES[1])]
        begun = commits(store, lambda: at_once(store, steps, kept))
        assert begun == 4
        assert revisions(store) == [2, 2, 1, 1, 1, 1, 1, 1]


def test_no_more_than_so_many_wait_for_one_commit(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST", 3)
    with opened(url) as (store, _):
        steps = [a_step(store, name) for name in NAMES]
        assert commits(store, lambda: at_once(store, steps, keeping(store))) == 1 + 3
        assert revisions(store) == [2] * 8


def test_nothing_of_a_group_is_kept_where_the_process_dies_inside_it(url: str) -> None:
    """Killed after the second of three steps was written: none was answered, and none is there."""
    with opened(url):
        pass
    command = [sys.executable, "-m", "tests.store.dying", url]
    died = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (died.returncode, died.stdout) == (9, "")
    store = open_store(url, secret=SECRET)
    assert revisions(store) == [1] * 8
    keep(store, a_step(store, NAMES[0]))
    assert revisions(store)[0] == 2
    with pytest.raises(Absent):
        read(store, "PL-2026-0100")
    store.close()
