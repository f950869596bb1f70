"""The bare rows of a house, read by the drivers alone; both kinds of database look the same.

The store is not used: what it would overlook must be seen here.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import NullPool, create_engine, inspect, make_url

Row = Mapping[str, Any]
Rows = dict[str, list[Row]]
Picture = dict[str, list[str]]

# Where a column holds a long text, its digest or name in the same row stands for it.
COLUMNS = {
    "rulebook": "id, digest, edition",
    "calendar": "id, snapshot",
    "definition": "id, key, version, digest",
    # A try that was counted and cut off is gone; whoever types the same code again has one less.
    "code": "id, message, recipient, browser, digest, asked_at, used_at, done_at",
    **dict.fromkeys(
        ("house", "person", "number", "case", "identity", "part", "event", "task", "deadline",
         "outbox", "attempt", "letter"), "*",
    ),
}  # fmt: skip


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    known = make_url(url)
    return Path(known.database or "") if known.get_backend_name() == "sqlite" else None


@contextmanager
def wire(url: str) -> Iterator[Any]:
    """A connection of the driver's own, on which every statement stands alone."""
    file = file_of(url)
    if file is not None:
        with closing(sqlite3.connect(file, isolation_level=None)) as opened:
            opened.row_factory = sqlite3.Row
            yield opened
        return
    if (known := _KEPT.get((url, os.getpid()))) is not None:
        yield known
        return
    with _served(url) as server:
        yield server


def _served(url: str) -> psycopg.Connection[dict[str, Any]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, row_factory=dict_row)


_KEPT: dict[tuple[str, int], psycopg.Connection[dict[str, Any]]] = {}


@contextmanager
def kept(url: str) -> Iterator[None]:
    """Let this process have one wire to a server for all that is read and put back meanwhile.

    A server takes longer to let somebody in than to answer. A child process has wires of its own.
    """
    if file_of(url) is not None:
        yield
        return
    mine = (url, os.getpid())
    with _served(url) as server:
        _KEPT[mine] = server
        try:
            yield
        finally:
            del _KEPT[mine]


def read(url: str) -> Rows:
    """Every row of every table, at one moment; instants as ISO text in UTC, yes as 1."""
    with wire(url) as opened:
        opened.execute("BEGIN" if file_of(url) else "BEGIN ISOLATION LEVEL REPEATABLE READ")
        found: Rows = {
            table: [
                {key: _plain(row[key]) for key in row.keys()}  # noqa: SIM118 - sqlite3.Row
                for row in opened.execute(f'SELECT {columns} FROM "{table}"').fetchall()
            ]
            for table, columns in COLUMNS.items()
        }
        opened.execute("COMMIT")
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def picture(rows: Rows) -> Picture:
    """The rows as two runs of one command should leave them: no row numbers, no courier's name."""
    names = {message["id"]: message["message_id"] for message in rows["outbox"]}

    def told(row: Row) -> str:
        kept = {key: value for key, value in row.items() if key != "id"}
        if "outbox" in kept:
            kept |= {"outbox": names.get(kept["outbox"]), "courier": ""}
        if "lease_by" in kept:
            kept["lease_by"] = bool(kept["lease_by"])
        return str(kept)

    return {table: sorted(map(told, found)) for table, found in rows.items()}


def orphans(url: str) -> Iterator[str]:
    """I6: rows that refer to nothing, and a SQLite file that is not whole."""
    with wire(url) as opened:
        if file_of(url) is not None:
            for row in opened.execute("PRAGMA foreign_key_check").fetchall():
                yield f"I6 a row of {row[0]} refers to no row of {row[2]}"
            for row in opened.execute("PRAGMA integrity_check").fetchall():
                if row[0] != "ok":
                    yield f"I6 {row[0]}"
            return
        for table, column, other, key in references(url):
            lost = opened.execute(
                f'SELECT count(*) AS lost FROM "{table}" AS mine LEFT JOIN "{other}" AS theirs'
                f' ON mine."{column}" = theirs."{key}"'
                f' WHERE mine."{column}" IS NOT NULL AND theirs."{key}" IS NULL'
            ).fetchone()["lost"]
            if lost:
                yield f"I6 {lost} rows of {table} refer to no row of {other}"


@cache
def references(url: str) -> tuple[tuple[str, str, str, str], ...]:
    """What refers to what, as the database itself declares it: table, column, table, column."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as opened:
        seen = inspect(opened)
        found = [(table, key) for table in COLUMNS for key in seen.get_foreign_keys(table)]
    assert found, "the database declares no references at all"
    return tuple(
        (table, key["constrained_columns"][0], key["referred_table"], key["referred_columns"][0])
        for table, key in found
    )
