"""SQLite underneath a house: one file, one writer at a time, every commit on the disk."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from engine.errors import HouseDown
from store.faults import BUSY, DAMAGED, FULL, READ_ONLY, Fault, changed, no_house
from store.faults import refused_by_database as refused
from store.session import Asked, Done, Session, Waits, Watch
from store.statement import Row

PATIENCE = 30.0  # seconds to wait for another writer

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an accepted step is on the disk, even if the power fails the next moment.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Fewer and larger checkpoints: nearly all commits then write the log alone.
    "PRAGMA wal_autocheckpoint=8000",
    # An identifying value that is deleted is overwritten, not only forgotten.
    "PRAGMA secure_delete=ON",
)

NO_FILE = (
    "The database file cannot be opened. Check that it is there, and who may read and write it."
)
BROKEN_DISK = "The disk does not answer as it should; nothing was saved. Have the disk looked at."


# While a table is rebuilt, nothing may follow the references to it.
REBUILDING = tuple(pragma for pragma in PRAGMAS if "foreign_keys" not in pragma)


def open_file(path: Path, pragmas: tuple[str, ...] = PRAGMAS) -> sqlite3.Connection:
    """Open a file that is there in the way a house uses it. Errors: the driver's own."""
    wire = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for pragma in pragmas:
            wire.execute(pragma)
    except sqlite3.Error:
        wire.close()
        raise
    return wire


def make_file(path: Path) -> bool:
    """Make an empty file that only its owner may read; False where one is there already.

    Errors: HouseDown.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return False
    except OSError as fault:
        raise HouseDown(FULL if fault.errno == errno.ENOSPC else NO_FILE) from None
    return True


def remove(path: Path) -> None:
    """Take a file away, with its log."""
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)


def engine_on(path: Path, pragmas: tuple[str, ...] = PRAGMAS) -> Engine:
    """A pool of connections to a file."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: open_file(path, pragmas),
        poolclass=QueuePool,
        pool_size=20,
        max_overflow=-1,
        # The connection used last knows most of its pages and statements; each keeps its own.
        pool_use_lifo=True,
    )

    # The driver begins nothing by itself here, so that no write can creep in outside a transaction.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class SqliteSession(Session):
    """A session on a file. Writers of one process queue for their turn instead of polling."""

    BEGIN_READING = "BEGIN"
    BEGIN_WRITING = "BEGIN IMMEDIATE"

    def __init__(
        self, engine: Engine, watch: Watch | None, waits: Waits, path: Path, turn: Lock
    ) -> None:
        super().__init__(engine, watch, waits)
        self._path = path
        self._turn = turn
        self._mine = False

    def _do(self, commands: Sequence[str]) -> None:
        for command in commands:
            if command == self.BEGIN_WRITING:
                self._take_turn()
            self._say(command)
            self._driver.execute(command)

    def _read(self, asked: Sequence[Asked]) -> list[list[Row]]:
        return [self._write(each).rows for each in asked]

    def _write_all(self, guard: Asked, rest: Sequence[Asked]) -> None:
        if not self._write(guard).reached:
            raise changed()
        for each in rest:
            self._write(each)

    def _write(self, asked: Asked) -> Done:
        made = asked.statement.on(self._engine.dialect)
        self._say(made.sql)
        if isinstance(asked.values, list):
            rows = [made.bind(row) for row in asked.values]
            cursor = self._driver.executemany(made.sql, rows)
        else:
            cursor = self._driver.execute(made.sql, made.bind(asked.values))
        return Done([] if cursor.description is None else cursor.fetchall(), cursor.rowcount)

    def _take_turn(self) -> None:
        if not self._turn.acquire(timeout=PATIENCE):
            raise HouseDown(BUSY)
        self._mine = True

    def _end(self) -> None:
        super()._end()
        if self._mine:
            self._mine = False
            self._turn.release()

    def _words(self, fault: Exception) -> Fault | None:
        return words(fault, self._path)

    def _lost(self) -> bool:
        return False


_WORDS = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: NO_FILE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: BROKEN_DISK,
}


def words(fault: Exception, path: Path) -> Fault | None:
    """A fault of this driver in plain words; None where it is not one."""
    if not isinstance(fault, sqlite3.Error):
        return None
    code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code == sqlite3.SQLITE_ERROR and str(fault).startswith("no such table"):
        return no_house()
    # On a full disk the log's index cannot grow either, and that is reported as a broken disk.
    kind = code & 0xFF
    if kind in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _is_full(path):
        return HouseDown(FULL)
    if kind in _WORDS:
        return HouseDown(_WORDS[kind])
    return refused(getattr(fault, "sqlite_errorname", type(fault).__name__))


def _is_full(path: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < 1 << 16
    return False
