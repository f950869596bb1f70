"""From a database URL to sessions on it; both kinds of database look the same from here on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import ModuleType

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from engine.errors import HouseDown
from store import sqlite
from store.faults import origin
from store.session import Session, Waits, Watch

UNKNOWN = (
    "The database in the settings is neither a SQLite file (sqlite:///house.db) nor a PostgreSQL"
    " database (postgresql://user@server/name). Correct the settings."
)


def _postgres() -> ModuleType:
    """The PostgreSQL side, imported only by a house that is kept there: it is dear to import."""
    from store import postgres  # noqa: PLC0415

    return postgres


class Database:
    """One database and its pool; `watch`, where set, is told each statement before it is run."""

    def __init__(self, url: str) -> None:
        self.url = parse(url)
        self.watch: Watch | None = None
        self.waits = Waits()
        self._turn = Lock()
        path = file_of(self.url)
        self.engine: Engine = (
            _postgres().engine_on(self.url) if path is None else sqlite.engine_on(path)
        )
        self._path = path

    def session(self) -> Session:
        if self._path is None:
            made: Session = _postgres().PostgresSession(self.engine, self.watch, self.waits)
            return made
        return sqlite.SqliteSession(self.engine, self.watch, self.waits, self._path, self._turn)

    def close(self) -> None:
        """Give every idle connection back."""
        self.engine.dispose()


def parse(url: str | URL) -> URL:
    """Read a database URL. Errors: HouseDown where it is none a house can use."""
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        raise HouseDown(UNKNOWN) from None
    kind = read.get_backend_name()
    if kind == "sqlite" and read.database and read.database != ":memory:":
        return read
    if kind in ("postgresql", "postgres"):
        return read
    raise HouseDown(UNKNOWN)


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def whole(url: URL, rebuilding: bool = False, one_moment: bool = False) -> Iterator[Connection]:
    """One transaction for rare work on whole tables; one_moment: every read sees the same one.

    Errors: HouseDown, and then nothing was kept.
    """
    path = file_of(url)
    pragmas = sqlite.REBUILDING if rebuilding else sqlite.PRAGMAS
    engine: Engine = (
        _postgres().plain_engine_on(url) if path is None else sqlite.engine_on(path, pragmas)
    )
    try:
        with engine.connect() as connection:
            if one_moment and path is None:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection
    except Exception as fault:
        raise translated(fault, path) from None
    finally:
        engine.dispose()


def translated(fault: Exception, path: Path | None) -> Exception:
    """A driver's fault in plain words; any other as it is."""
    cause = origin(fault)
    found = _postgres().words(cause) if path is None else sqlite.words(cause, path)
    return found or cause
