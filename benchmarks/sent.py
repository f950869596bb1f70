"""What a run sends to its database's driver: noted, and sent again by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, NamedTuple
from unittest.mock import patch

import psycopg


class Sent(NamedTuple):
    """One statement as the driver got it, with its values or its rows."""

    sql: Any
    values: Any
    many: bool = False


class Listening(sqlite3.Connection):
    """A connection that notes all it is sent."""

    sent: ClassVar[list[Sent]] = []

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        self.sent.append(Sent(sql, values))
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        self.sent.append(Sent(sql, list(rows), many=True))
        return super().executemany(sql, self.sent[-1].values)


@contextmanager
def noted_by_sqlite() -> Iterator[list[Sent]]:
    """Everything sent through connections that are opened meanwhile."""
    Listening.sent.clear()
    with patch("sqlite3.connect", partial(sqlite3.connect, factory=Listening)):
        yield Listening.sent


@contextmanager
def noted_by_postgres() -> Iterator[list[Sent]]:
    """Everything the house sends to PostgreSQL meanwhile."""
    found: list[Sent] = []
    execute = psycopg.Connection.execute

    def listen(self: psycopg.Connection[Any], sql: Any, values: Any = None) -> Any:
        found.append(Sent(sql, values))
        return execute(self, sql, values)

    with patch.object(psycopg.Connection, "execute", listen):
        yield found


def send(wire: Any, sent: Sequence[Sent]) -> None:
    """Send it all again, and read every answer."""
    execute, executemany = wire.execute, getattr(wire, "executemany", None)
    for sql, values, many in sent:
        cursor = executemany(sql, values) if many and executemany else execute(sql, values)
        if cursor.description is not None:
            cursor.fetchall()
