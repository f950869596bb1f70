"""PostgreSQL underneath a house: many writers, and as few journeys to the server as can be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

import orjson
import psycopg
from psycopg.types.json import set_json_loads
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import URL

from engine.errors import HouseDown
from store.faults import BUSY, DAMAGED, FULL, READ_ONLY, Fault, changed, no_house
from store.faults import refused_by_database as refused
from store.session import Asked, Done, Session
from store.statement import GUARD, Made, Row, Values, as_json

OPTIONS = "-c timezone=UTC -c lock_timeout=30s"

# Rows that come as JSON are read by the reader that is quickest; what it reads is the same.
set_json_loads(orjson.loads)

GONE = "The database server does not answer; nothing was saved. Check that it is running."
SHUT = "The database server did not let the house in. Check the user and password in the settings."
NOT_ALLOWED = (
    "The database does not let this user do that; nothing was saved. Tables are made and changed by"
    " their owner: name it in WAYMARK_DATABASE_OWNER for this command, or see what its user may do."
)
NO_DATABASE = "The database server has no database of that name. Check the settings."
UNTRUSTED = (
    "The database server is not to be trusted: it offers no encryption, or its certificate is not"
    " of the authority in sslrootcert, or not for this name. Nothing was sent. Check the address in"
    " the settings, or have the certificate renewed."
)


def engine_on(url: URL) -> Engine:
    """A pool of connections to a server; nothing begins a transaction by itself."""
    return create_engine(
        _url(url),
        # A server that vanished without a word is given up after half a minute.
        connect_args={"autocommit": True, "connect_timeout": 10, "tcp_user_timeout": 30_000},
        paramstyle="format",
        use_native_hstore=False,
        pool_size=10,
        max_overflow=20,
        pool_timeout=30,
    )


# SQLAlchemy keeps what it asks a server about its tables for up to 128 engines, and each statement
# for as long as its engine: a new engine for each backup would grow by that, and so would one that
# is kept and remembers statements about tables it has looked up anew.
@lru_cache(maxsize=128)
def plain_engine_on(url: URL) -> Engine:
    """Connections for rare work on whole tables: migrations, backup and restore. None is kept."""
    return create_engine(
        _url(url),
        connect_args={"connect_timeout": 10},
        poolclass=NullPool,
        query_cache_size=0,
    )


def _url(url: URL) -> URL:
    given = url.query.get("options", "")
    options = f"{OPTIONS} {given}" if isinstance(given, str) else OPTIONS
    full = url.set(drivername="postgresql+psycopg")
    return full.update_query_dict({"options": options.strip()})


class PostgresSession(Session):
    """A session on a server. What is asked together makes one statement, and so one journey."""

    BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    BEGIN_WRITING = "BEGIN"

    def _do(self, commands: Sequence[str]) -> None:
        self._run("; ".join(commands), None)

    def _read(self, asked: Sequence[Asked]) -> list[list[Row]]:
        if len(asked) == 1:
            return [self._write(asked[0]).rows]
        made = [each.statement.on(self._engine.dialect) for each in asked]
        answers = self._run(*_one_question(made, asked)).fetchone()
        return [[tuple(row.values()) for row in rows or ()] for rows in answers or ()]

    def _write(self, asked: Asked) -> Done:
        made = asked.statement.on(self._engine.dialect)
        cursor = self._run(made.sql, _values(made, asked.values))
        return Done([] if cursor.description is None else cursor.fetchall(), cursor.rowcount)

    def _write_all(self, guard: Asked, rest: Sequence[Asked]) -> None:
        first = guard.statement.on(self._engine.dialect)
        made = [each.statement.on(self._engine.dialect) for each in rest]
        values = [_values(first, guard.values)]
        values += [_values(one, each.values) for one, each in zip(made, rest, strict=True)]
        sql = _one_statement(first.sql, tuple(one.guarded for one in made))
        if not self._run(sql, tuple(chain.from_iterable(values))).rowcount:
            raise changed()

    def _run(self, sql: str, values: Row | None) -> psycopg.Cursor[Any]:
        self._say(sql)
        driver: psycopg.Connection[Any] = self._driver
        return driver.execute(sql.encode(), values)

    def _words(self, fault: Exception) -> Fault | None:
        return words(fault)

    def _lost(self) -> bool:
        return bool(self._driver.closed)


def _values(made: Made, values: Values | list[Values]) -> Row:
    """Values in order; rows, be it one, as a JSON value."""
    if made.guarded:
        return (as_json(values if isinstance(values, list) else [values]),)
    return made.bind(values) if not isinstance(values, list) else ()


def _one_question(made: Sequence[Made], asked: Sequence[Asked]) -> tuple[str, Row]:
    """Several questions as one, each answer a JSON value of rows in the order of their columns."""
    sql = _joined(tuple(one.sql for one in made))
    values = [_values(one, each.values) for one, each in zip(made, asked, strict=True)]
    return sql, tuple(chain.from_iterable(values))


@cache
def _joined(questions: tuple[str, ...]) -> str:
    # The questions are texts of our own; their values stand apart.
    parts = [f"(SELECT json_agg(answer) FROM ({sql}) AS answer)" for sql in questions]  # noqa: S608
    return f"SELECT {', '.join(parts)}"


@cache
def _one_statement(guard: str, parts: tuple[str, ...]) -> str:
    """A guard and what it guards as one: no part does anything unless the guard reached a row."""
    steps = [f"{GUARD} AS ({guard} RETURNING 1)"]
    steps += [f"part_{place} AS ({sql})" for place, sql in enumerate(parts)]
    return f"WITH {', '.join(steps)} SELECT FROM {GUARD}"


_WORDS = {
    "53100": FULL,
    "55P03": BUSY,
    "53300": BUSY,
    "25006": READ_ONLY,
    "42501": NOT_ALLOWED,
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
    if "certificate" in said or "SSL" in said:
        return UNTRUSTED
    return NO_DATABASE if "does not exist" in said else GONE
