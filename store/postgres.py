"""PostgreSQL underneath a house: many writers, and as few journeys to the server as can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import URL

from engine.errors import HouseDown
from store.faults import BUSY, DAMAGED, FULL, READ_ONLY, Fault, changed, no_house
from store.faults import refused_by_database as refused
from store.session import Done, Ready, Session

OPTIONS = "-c timezone=UTC -c lock_timeout=30s"

GONE = "The database server does not answer; nothing was saved. Check that it is running."
SHUT = "The database server did not let the house in. Check the user and password in the settings."
NO_DATABASE = "The database server has no database of that name. Check the settings."


def engine_on(url: URL) -> Engine:
    """A pool of connections to a server; nothing begins a transaction by itself."""
    return create_engine(
        _url(url),
        connect_args={"autocommit": True, "connect_timeout": 10},
        paramstyle="format",
        use_native_hstore=False,
        pool_size=10,
        max_overflow=20,
        pool_timeout=30,
    )


def plain_engine_on(url: URL) -> Engine:
    """Connections for rare work on whole tables: migrations, backup and restore."""
    return create_engine(_url(url), connect_args={"connect_timeout": 10}, poolclass=NullPool)


def _url(url: URL) -> URL:
    given = url.query.get("options", "")
    options = f"{OPTIONS} {given}" if isinstance(given, str) else OPTIONS
    full = url.set(drivername="postgresql+psycopg")
    return full.update_query_dict({"options": options.strip()})


class PostgresSession(Session):
    """A session on a server. Statements asked together make one journey."""

    BEGIN_READING = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)
    BEGIN_WRITING = ("BEGIN",)

    def _run(self, opening: Iterable[str], ready: Sequence[Ready]) -> list[Done]:
        driver: psycopg.Connection[Any] = self._driver
        cursors: list[psycopg.Cursor[Any]] = []
        try:
            with driver.pipeline():
                for sql in opening:
                    self._say(sql)
                    driver.execute(sql.encode())
                for each in ready:
                    cursors.append(driver.cursor())
                    self._send(cursors[-1], each)
        except psycopg.Error:
            # Whoever lost the race also trips over the winner's rows; the guard tells which it was.
            _check_guards(ready, cursors)
            raise
        _check_guards(ready, cursors)
        return [_done(cursor) for cursor in cursors]

    def _send(self, cursor: psycopg.Cursor[Any], ready: Ready) -> None:
        self._say(ready.sql)
        sql = ready.sql.encode()
        if ready.many is None:
            cursor.execute(sql, ready.values)
        else:
            cursor.executemany(sql, ready.many)

    def _words(self, fault: Exception) -> Fault | None:
        return words(fault)

    def _lost(self) -> bool:
        return bool(self._driver.closed)


def _check_guards(ready: Sequence[Ready], cursors: Sequence[psycopg.Cursor[Any]]) -> None:
    for each, cursor in zip(ready, cursors, strict=False):
        if each.guard and cursor.rowcount == 0:
            raise changed()


def _done(cursor: psycopg.Cursor[Any]) -> Done:
    rows = [] if cursor.description is None else cursor.fetchall()
    return Done(rows, cursor.rowcount)


_WORDS = {
    "53100": FULL,
    "55P03": BUSY,
    "53300": BUSY,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "3D000": NO_DATABASE,
    "28000": SHUT,
    "28P01": SHUT,
    "57P01": GONE,
    "57P02": GONE,
    "57P03": GONE,
}
_CHANGED = ("40001", "40P01")
_NO_TABLE = "42P01"


def words(fault: Exception) -> Fault | None:
    """A fault of this driver in plain words; None where it is not one."""
    if not isinstance(fault, psycopg.Error):
        return None
    code = fault.sqlstate or ""
    if code in _CHANGED:
        return changed()
    if code == _NO_TABLE:
        return no_house()
    if code in _WORDS:
        return HouseDown(_WORDS[code])
    # Without a code the server was never reached, or went away in the middle.
    if isinstance(fault, psycopg.OperationalError) and (not code or code.startswith("08")):
        return HouseDown(_unreached(str(fault)))
    return refused(code or type(fault).__name__)


def _unreached(said: str) -> str:
    if "authentication failed" in said or "no password supplied" in said:
        return SHUT
    return NO_DATABASE if "does not exist" in said else GONE
