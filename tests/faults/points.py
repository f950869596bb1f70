"""Every point at which a run can be cut off: round each statement, commit and SMTP command.

The drivers' own calls are heard, so the house is not trusted to announce itself.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import aiosmtplib
import psycopg
from aiosmtplib.protocol import SMTPProtocol

DEAD = 137
_ENDS = "COMMIT"
_VERBS = {"EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"}


class Points:
    """Counts the points a run passes; at the deadly one the process ends on the spot."""

    def __init__(self, deadly: int = 0, at_death: Callable[[str], object] = str) -> None:
        self.deadly, self.at_death = deadly, at_death
        self.names: list[str] = []
        self.said = "the greeting"

    def reach(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.deadly:
            self.at_death(name)
            os._exit(DEAD)

    def about(self, name: str, work: Callable[[], Any]) -> Any:
        self.reach(f"before {name}")
        done = work()
        # What follows any other statement is what precedes the next one.
        if _ENDS in name or name.startswith("sending"):
            self.reach(f"after {name}")
        return done

    def round(self, method: Callable[..., Any], named: Callable[..., str]) -> Callable[..., Any]:
        def passed(*given: Any, **also: Any) -> Any:
            return self.about(named(*given), lambda: method(*given, **also))

        return passed

    def sending(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def write(protocol: SMTPProtocol, data: bytes) -> None:
            verb = data[:4].decode("latin-1")
            self.said = verb if verb in _VERBS else "dot" if data == b".\r\n" else "body"
            self.about(f"sending {self.said}", lambda: method(protocol, data))

        return write

    def answered(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def read_response(*given: Any, **also: Any) -> Any:
            answer = await method(*given, **also)
            self.reach(f"after the answer to {self.said}")
            return answer

        return read_response

    def connecting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def connect(*given: Any, **also: Any) -> Any:
            self.said = "connecting"
            self.reach("before connecting to the mail server")
            return await method(*given, **also)

        return connect


def _sql(_driver: object, sql: str | bytes, *_: object) -> str:
    words = sql.decode() if isinstance(sql, bytes) else sql
    return " ".join(words.split())[:60]


def _sqlite(points: Points) -> Callable[..., sqlite3.Connection]:
    """SQLite's own way to connect, with every statement between two points."""

    class Cursor(sqlite3.Cursor):
        execute = points.round(sqlite3.Cursor.execute, _sql)
        executemany = points.round(sqlite3.Cursor.executemany, _sql)

    class Connection(sqlite3.Connection):
        rollback = points.round(sqlite3.Connection.rollback, lambda _: "rollback")
        commit = points.round(sqlite3.Connection.commit, lambda _: "commit")

        def cursor(self, *_: Any) -> sqlite3.Cursor:
            return super().cursor(Cursor)

        def execute(self, *given: Any) -> sqlite3.Cursor:
            return self.cursor().execute(*given)

        def executemany(self, *given: Any) -> sqlite3.Cursor:
            return self.cursor().executemany(*given)

    connect = sqlite3.connect
    return lambda *given, **also: connect(*given, factory=Connection, **also)


@contextmanager
def heard(points: Points) -> Iterator[None]:
    """Count a point round all that is done meanwhile at a database or a mail server.

    Connections made before are not heard.
    """
    round_, cursor, wire = points.round, psycopg.Cursor, psycopg.Connection
    with ExitStack() as stack:
        for place, name, heard_one in (
            (sqlite3, "connect", _sqlite(points)),
            (psycopg, "connect", round_(psycopg.connect, lambda *_: "connecting")),
            (cursor, "execute", round_(cursor.execute, _sql)),
            (cursor, "executemany", round_(cursor.executemany, _sql)),
            (wire, "commit", round_(wire.commit, lambda _: "commit")),
            (wire, "rollback", round_(wire.rollback, lambda _: "rollback")),
            (aiosmtplib.SMTP, "connect", points.connecting(aiosmtplib.SMTP.connect)),
            (SMTPProtocol, "write", points.sending(SMTPProtocol.write)),
            (SMTPProtocol, "read_response", points.answered(SMTPProtocol.read_response)),
        ):
            stack.enter_context(patch.object(place, name, heard_one))
        yield


def forked(work: Callable[[], object]) -> int:
    """Begin some work in a child process, which never returns here; its process number."""
    with warnings.catch_warnings():
        # Threads of this process are no concern of the child: it ends by os._exit.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    code = 1
    gc.disable()  # collecting would copy the parent's memory, page by page
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def run(work: Callable[[], object], deadly: int = 0) -> tuple[int, list[str]]:
    """Do some work in a child that dies at a point; its exit code, and the points or the last one.

    Connections of this process must be closed, because the child would share them.
    """
    reading, writing = os.pipe()

    def tell(words: str) -> None:
        os.write(writing, words.encode())

    def child() -> None:
        os.close(reading)
        points = Points(deadly, tell)
        with heard(points):
            work()
            points.reach("at the end")
        tell("\n".join(points.names))

    number = forked(child)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        names = told.read().decode().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), names
